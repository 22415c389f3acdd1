"""The only home of how well a client has an operation: the level, and every reason for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from recipes_data.gaps.compare.joining import Joined
from recipes_data.gaps.compare.names import NameMap
from recipes_data.gaps.compare.options import OptionState, option_states
from recipes_data.gaps.evidence import Evidence
from recipes_data.gaps.inventory import Function, Inventory, TestCase
from recipes_data.gaps.levels import LEVELS, Level, Probe, State
from recipes_data.gaps.operations import Operation

__all__ = ["Probed", "Reading", "is_gap", "state_of", "tests_by_function"]


_TESTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe saw of one operation of one client."""

    client: str
    operation: str
    verdict: Probe
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A state, and what of it could not be told from the sources."""

    state: State
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    function: Function
    level: Level
    options: tuple[OptionState, ...]
    why: str = ""


def is_gap(state: State) -> bool:
    """Whether a state is not good enough for what is needed: not there, an option short, or seen to do wrong."""
    return state.level in ("absent", "declared") or bool(state.options_missing) or state.probe == "failed"


def tests_by_function(tests: Iterable[TestCase]) -> dict[str, tuple[TestCase, ...]]:
    """Function name -> the tests that call it, directly or through others."""
    found: dict[str, list[TestCase]] = {}
    for test in tests:
        for name in dict.fromkeys((*test.calls, *test.reaches)):
            found.setdefault(name, []).append(test)
    return {name: tuple(of_it) for name, of_it in found.items()}


def state_of(
    row: Operation,
    inventory: Inventory,
    joined: Joined | None,
    options: Sequence[str],
    *,
    kinds: Sequence[str] = (),
    functions: Mapping[str, Function],
    tests: Mapping[str, Sequence[TestCase]],
    names: NameMap | None,
    probed: Probed | None,
) -> Reading:
    """The level of an operation: that of its best function, then what tests and the probe add or take."""
    client = inventory.origin.name
    judged = _judged(row, joined, options, kinds, functions, names)
    if joined and joined.others and not any(LEVELS.index(one.level) >= LEVELS.index("options") for one in judged):
        others = _judged(row, joined.others, options, kinds, functions, names)
        judged += [one for one in others if one.level == "options"]
        added = {one.function.name for one in judged} & set(joined.others.functions)
        seen = [
            text for name, text in zip(joined.others.functions, joined.others.evidence, strict=True) if name in added
        ]
        joined = replace(joined, evidence=(*joined.evidence, *seen))
    best = max(judged, key=lambda one: LEVELS.index(one.level), default=None)
    evidence = list(joined.evidence) if joined else [Evidence("source", _absence(row), None, client)]
    evidence += [Evidence("source", one.why, one.function.where, client) for one in judged if one.why]
    missing = tuple(option.option for option in best.options if option.taken is False) if best else ()
    untold = tuple(option for option in best.options if option.taken is None) if best else ()
    calling = _calling(judged, tests)
    evidence += _tests_seen(calling, client)
    level: Level = best.level if best else "declared" if joined else "absent"
    if level == "options" and any(test.result == "passed" for test in calling):
        level = "tested"
    verdict: Probe = probed.verdict if probed else "not run"
    if probed:
        evidence += probed.evidence
    level = _with_probe(level, verdict, missing)
    state = State(
        client,
        row.id,
        level,
        tuple(one.function.name for one in judged),
        missing,
        len(calling),
        sum(test.result == "passed" for test in calling),
        sum(test.result == "failed" for test in calling),
        verdict,
        tuple(evidence),
    )
    return Reading(state, tuple(f"{client}, {row.id}: whether `{one.option}` is read: {one.why}" for one in untold))


def _with_probe(level: Level, verdict: Probe, missing: Sequence[str]) -> Level:
    if verdict == "passed":
        return "wired" if missing else "verified"
    if verdict == "failed" and LEVELS.index(level) > LEVELS.index("wired"):
        return "wired"
    return level


def _judged(
    row: Operation,
    joined: Joined | None,
    options: Sequence[str],
    kinds: Sequence[str],
    functions: Mapping[str, Function],
    names: NameMap | None,
) -> list[_Judged]:
    given = joined.functions if joined else ()
    return [_judge(functions[name], row, joined, options, kinds, functions, names) for name in given if joined]


def _judge(
    function: Function,
    row: Operation,
    joined: Joined,
    options: Sequence[str],
    kinds: Sequence[str],
    functions: Mapping[str, Function],
    names: NameMap | None,
) -> _Judged:
    if function.stub is not None:
        return _Judged(function, "declared", (), f"{function.name} is a stub: {function.stub.reason}")
    if joined.how == "candidate":
        return _Judged(function, "declared", ())
    if not function.wired:
        return _Judged(function, "declared", (), f"{function.name} is not reached from anything that a user calls")
    if row.kind == "http" and not (function.http or function.calls or function.delegates_to):
        return _Judged(function, "declared", (), f"{function.name} calls nothing that could make a request")
    states = option_states(function, options, functions, names, kinds)
    lacking = [state for state in states if state.taken is False]
    if lacking:
        why = "; ".join(f"`{state.option}`: {state.why}" for state in lacking)
        return _Judged(function, "wired", states, f"{function.name}: {why}")
    if any(state.taken is None for state in states):
        return _Judged(function, "wired", states)
    return _Judged(function, "options", states)


def _calling(judged: Sequence[_Judged], tests: Mapping[str, Sequence[TestCase]]) -> list[TestCase]:
    names = dict.fromkeys(
        name for one in judged for name in (one.function.name, *one.function.aliases, *one.function.twins)
    )
    found = {(test.name, test.where): test for name in names for test in tests.get(name, ())}
    return [found[key] for key in sorted(found, key=lambda key: (key[1], key[0]))]


def _tests_seen(calling: Sequence[TestCase], client: str) -> list[Evidence]:
    """The first of the tests, those that failed before the others; the inventory has them all."""
    order = {"failed": 0, "passed": 1, "skipped": 2, "not run": 3}
    ranked = sorted(calling, key=lambda test: order[test.result])
    shown = [_test_evidence(test, client) for test in ranked[:_TESTS_SHOWN]]
    more = len(ranked) - len(shown)
    return [*shown, Evidence("test", f"and {more} more tests call it", None, client)] if more else shown


def _test_evidence(test: TestCase, client: str) -> Evidence:
    kind = {"live": "against the real Hub", "recorded": "on recorded answers", "local": "without a Hub"}
    how = kind.get(test.kind, "what it asks could not be told")
    if test.result == "not run":
        return Evidence("test", f"{test.name} calls it ({how}); its result is not known", test.where, client)
    return Evidence("test-result", f"{test.name} calls it ({how}) and {test.result}", test.where, client)


def _absence(row: Operation) -> str:
    if row.kind == "http":
        return f"no function was found that makes {row.method} {row.path}"
    if row.kind == "library":
        made_of = f"; it is made of {', '.join(row.uses)}" if row.uses else ""
        return f"no function was found for this call of a library{made_of}"
    return "no sign of this behaviour was found in the source; only a probe can show it"
