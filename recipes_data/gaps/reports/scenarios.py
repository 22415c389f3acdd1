"""The only home of what a probe saw, scenario by scenario, as a state's evidence tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recipes_data.gaps.levels import State
from recipes_data.gaps.reports.markdown import codes, plural

__all__ = ["Scenario", "failed_of", "probe_words", "scenarios_of"]

# `files.retries/bytes failed: what should be (what was seen) [requests in the Hub's log]`
_TEXT = re.compile(r"(\S+/\S+) (passed|failed|unsupported|not verifiable offline): (.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: `should` is what it looks for, `seen` what was there instead, `log` the Hub's own account."""

    name: str
    verdict: str
    should: str
    seen: str = ""
    log: str = ""


def scenarios_of(state: State) -> list[Scenario]:
    """What the probe tried of an operation, in its order; evidence in other words is left to the JSON document."""
    found = []
    for one in state.evidence:
        told = _TEXT.match(one.text) if one.kind == "probe" else None
        if told:
            # what was seen may hold brackets too: the log is what stands last
            rest, _, log = told[3].rpartition(" [") if told[3].endswith("]") else (told[3], "", "")
            should, _, seen = rest.partition(" (")
            found.append(Scenario(told[1], told[2], should, seen.rstrip().removesuffix(")"), log.removesuffix("]")))
    return found


def failed_of(state: State) -> list[Scenario]:
    """Those in which something else was seen than should be."""
    return [one for one in scenarios_of(state) if one.verdict == "failed"]


def probe_words(state: State) -> str:
    """How many scenarios passed, and which did not; nothing where none was tried."""
    tried = [one for one in scenarios_of(state) if one.verdict in ("passed", "failed")]
    if not tried:
        return ""
    failed = [one.name for one in tried if one.verdict == "failed"]
    if not failed:
        return f"{plural(len(tried), 'probe scenario')} passed"
    return f"{len(tried) - len(failed)} of {plural(len(tried), 'probe scenario')} passed, not {codes(failed, 3)}"
