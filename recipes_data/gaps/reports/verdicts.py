"""The only home of the answers that pages give outright: does a client do, does a consumer work, can a recipe run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.analysis import Chain
from recipes_data.gaps.consumers import ClientCall, Consumer
from recipes_data.gaps.levels import Gap, State
from recipes_data.gaps.reports.facts import WORKING, Facts
from recipes_data.gaps.reports.markdown import codes, plural, prose, verb

__all__ = [
    "Answer",
    "ClientVerdict",
    "ConsumerVerdict",
    "client_verdict",
    "consumer_answer",
    "consumer_verdict",
    "is_left_above",
    "is_proven",
    "passed_on",
    "unresolved_count",
]

Answer = Literal["yes", "as far as sources show", "in part", "no", "nothing to say"]


@dataclass(frozen=True, slots=True)
class ClientVerdict:
    """A client's states of the operations that are needed, sorted; and which recipes it can and cannot carry.

    `unseen`: behaviours of which its source shows no sign, which only a probe could settle. `above`: library calls that
    it does not offer, and that a library on top of it makes of requests of their own.
    """

    client: str
    working: tuple[State, ...]
    unproven: tuple[State, ...]
    partial: tuple[State, ...]
    missing: tuple[State, ...]
    unseen: tuple[State, ...]
    above: tuple[State, ...]
    gaps: tuple[Gap, ...]
    ready: tuple[str, ...]
    blocked: tuple[str, ...]

    @property
    def needed(self) -> int:
        """How many operations are needed of the client itself."""
        return sum(map(len, (self.working, self.unproven, self.partial, self.missing, self.unseen)))


@dataclass(frozen=True, slots=True)
class ConsumerVerdict:
    """What a consumer passes on, and what is wrong with its calls. `broken`: chains that end before the wire."""

    consumer: Consumer
    whole: tuple[Chain, ...]
    broken: tuple[Chain, ...]
    nowhere: tuple[ClientCall, ...]
    raw: tuple[ClientCall, ...]
    unresolved: tuple[ClientCall, ...]
    answer: Answer


def is_proven(state: State) -> bool:
    """Whether somebody saw it work: a test that passed, or a probe."""
    return state.level in WORKING


def is_left_above(facts: Facts, state: State) -> bool:
    """Whether an operation that is no gap is not the client's own: not there, or of a name that is like it alone."""
    by_name = state.level == "declared" and facts.operation(state.operation).kind == "library"
    return state.level == "absent" or by_name


def client_verdict(facts: Facts, client: str) -> ClientVerdict:
    """A client against what is needed."""
    gaps = facts.gaps(client)
    lacking = {gap.operation for gap in gaps}
    states = [facts.state(client, need.operation) for need in facts.needed()]
    absent = [one for one in states if one.level == "absent"]
    above = [one for one in states if one.operation not in lacking and is_left_above(facts, one)]
    behaviours = [one for one in absent if facts.operation(one.operation).kind == "behaviour" and one not in above]
    missing = [one for one in absent if one not in above and one not in behaviours]
    blocked = tuple(minimum.recipe for minimum in facts.analysis.minimums if dict(minimum.blocked).get(client))
    return ClientVerdict(
        client,
        tuple(one for one in states if is_proven(one)),
        tuple(one for one in states if one.level == "options"),
        tuple(one for one in states if one.level in ("declared", "wired") and one not in above),
        tuple(missing),
        tuple(behaviours),
        tuple(above),
        tuple(gaps),
        tuple(minimum.recipe for minimum in facts.analysis.minimums if minimum.recipe not in blocked),
        blocked,
    )


def consumer_verdict(facts: Facts, consumer: Consumer) -> ConsumerVerdict:
    """A consumer against what is needed and against its client."""
    chains = [one for one in facts.analysis.chains if one.consumer == consumer.origin.name]
    whole = tuple(one for one in chains if not one.broken)
    broken = tuple(one for one in chains if one.broken)
    nowhere = tuple(call for call in consumer.calls if call.exists is False)
    raw = tuple(call for call in consumer.calls if call.how == "raw-http")
    unresolved = tuple(call for call in consumer.calls if not call.target)
    return ConsumerVerdict(
        consumer, whole, broken, nowhere, raw, unresolved, _answer(facts, consumer, whole, broken, nowhere)
    )


def _answer(
    facts: Facts,
    consumer: Consumer,
    whole: tuple[Chain, ...],
    broken: tuple[Chain, ...],
    nowhere: tuple[ClientCall, ...],
) -> Answer:
    if not whole and not broken:
        return "no" if nowhere else "nothing to say"
    if not whole or any(facts.priority(chain.operation) == "P0" for chain in broken):
        return "no"
    if broken or nowhere:
        return "in part"
    proven = all(is_proven(facts.state(consumer.client, chain.operation)) for chain in whole)
    return "yes" if proven else "as far as sources show"


def consumer_answer(verdict: ConsumerVerdict) -> str:
    """The answer to "does it work?" in a sentence or two."""
    name, client = prose(verdict.consumer.origin.name), prose(verdict.consumer.client)
    opening = {
        "yes": f"Yes: every need that reaches `{name}` is passed on to `{client}` and was seen to work there",
        "as far as sources show": f"As far as sources show, yes: `{name}` passes every need on to `{client}`, "
        "though not each of them was seen to work there",
        "in part": f"In part: `{name}` passes some needs on to `{client}` and loses others",
        "no": f"No: `{name}` does not carry what the recipes need to `{client}`",
        "nothing to say": f"Nothing can be said: no need was followed through `{name}`",
    }[verdict.answer]
    kept, partly, lost = passed_on(verdict)
    more = []
    if kept:
        more.append(f"It passes on {codes(kept, 6)}.")
    if partly:
        more.append(f"Of {codes(partly, 6)} it passes on a part.")
    if lost:
        more.append(f"It loses {codes(lost, 6)}.")
    if verdict.nowhere:
        count = len(verdict.nowhere)
        more.append(f"{plural(count, 'call')} {verb(count, 'goes', 'go')} to functions that `{client}` does not have.")
    if verdict.raw:
        count = len(verdict.raw)
        more.append(f"{plural(count, 'request')} {verb(count, 'goes', 'go')} round the client.")
    if verdict.unresolved:
        count = len(verdict.unresolved)
        more.append(f"Where {plural(count, 'call')} {verb(count, 'goes', 'go')} could not be told.")
    return " ".join([opening + ".", *more])


def passed_on(verdict: ConsumerVerdict) -> tuple[list[str], list[str], list[str]]:
    """Operations that reach the wire whole, those of which some requests do, and those of which none does."""
    broken = dict.fromkeys(chain.operation for chain in verdict.broken)
    whole = dict.fromkeys(chain.operation for chain in verdict.whole)
    return (
        [one for one in whole if one not in broken],
        [one for one in whole if one in broken],
        [one for one in broken if one not in whole],
    )


def unresolved_count(facts: Facts) -> int:
    """How many places have an argument that could not be known."""
    return len({(p.origin.name, p.access.where) for p in facts.accesses.values() if p.access.unresolved})
