"""The only home of what a probe found, as values: one verdict for each scenario, and what it is for each operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from recipes_data.gaps.levels import Probe

__all__ = ["VERDICTS", "ProbeReport", "ScenarioResult", "Verdict"]

Verdict = Literal["passed", "failed", "unsupported", "not verifiable offline"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""The log and the answer are right | something is not | the driver says that its client has no such operation | no
scenario on a Hub of our own can show it."""


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """How one scenario ended for one client.

    `scenario` is unique ("datasets.info/moved"); `title` the sentence that had to come true. `expected` has one
    sentence for each rule that was judged, `seen` one for each that was broken, or the reason of a verdict without
    judgement. `requests`: the Hub's log, one line a request in the order of arrival. `informative`: worth knowing
    and no part of the operation, so that it does not count in the operation's verdict.
    """

    operation: str
    scenario: str
    title: str
    verdict: Verdict
    expected: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    informative: bool = False


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """Everything that one run found of one client, in the order of the scenarios.

    `command`: the driver's words. `client`: what the driver calls what it drives ("huggingface_hub 2.4.0"); empty
    where it did not say.
    """

    command: tuple[str, ...]
    client: str
    results: tuple[ScenarioResult, ...]

    def counts(self) -> dict[Verdict, int]:
        """How many scenarios ended in each verdict."""
        ended = [result.verdict for result in self.results]
        return {verdict: ended.count(verdict) for verdict in VERDICTS}

    def of(self, operation: str) -> Probe:
        """One word for an operation: one failed scenario fails it; what the client has not is not run."""
        ended = {each.verdict for each in self.results if each.operation == operation and not each.informative}
        if "failed" in ended:
            return "failed"
        if "passed" in ended:
            return "passed"
        return "not verifiable offline" if "not verifiable offline" in ended else "not run"

    def operations(self) -> tuple[str, ...]:
        """Ids of the operations that were asked after, in the order of their first scenario."""
        return tuple(dict.fromkeys(result.operation for result in self.results))
