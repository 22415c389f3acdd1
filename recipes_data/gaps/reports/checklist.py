"""The only home of the checklist of a good analysis: each line ticked, or not and why, by counting."""

from __future__ import annotations

from dataclasses import dataclass

from recipes_data.gaps.reports.examples import examples_of, how_far
from recipes_data.gaps.reports.facts import Facts, language_name
from recipes_data.gaps.reports.markdown import bullets, listed, plural, prose
from recipes_data.gaps.reports.plan import acceptance
from recipes_data.gaps.reports.verdicts import unresolved_count

__all__ = ["Tick", "checklist", "checklist_block"]


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the checklist. `done` None: it does not apply to what was given."""

    what: str
    done: bool | None
    why: str


def checklist(facts: Facts) -> tuple[Tick, ...]:
    """All lines, computed."""
    return (
        _recipes(facts),
        _consumers(facts),
        _functions(facts),
        _documents(facts),
        _examples(facts),
        _criteria(facts),
        _scope(facts),
    )


def checklist_block(facts: Facts) -> str:
    """The checklist as a list of ticks."""
    marks = {True: "[x]", False: "[ ]", None: "does not apply:"}
    return bullets(f"{marks[tick.done]} {prose(tick.what)}: {prose(tick.why)}" for tick in checklist(facts))


def _recipes(facts: Facts) -> Tick:
    needs = facts.analysis.needs
    unresolved = unresolved_count(facts)
    unreached = len({(one.origin.name, one.accesses[at].where) for one in needs for at in one.unreached})
    recipes = len(facts.recipe_names())
    why = [f"{plural(recipes, 'recipe')} and {plural(facts.places(), 'place')} where the Hub is asked"]
    if unresolved:
        why.append(f"{unresolved} with an argument that is not resolved")
    if unreached:
        why.append(f"{unreached} with something that no recipe was seen to ask for")
    return Tick("every recipe traced", recipes > 0 and not unresolved and not unreached, ", ".join(why))


def _consumers(facts: Facts) -> Tick:
    consumers = facts.analysis.consumers
    if not consumers:
        return Tick("every consumer call identified", None, "no consumer was given (`--through`)")
    calls = sum(len(one.calls) for one in consumers)
    unknown = sum(not call.target for one in consumers for call in one.calls)
    unparsed = sum(len(one.unparsed) for one in consumers)
    why = [plural(calls, "call")]
    if unknown:
        why.append(f"{unknown} whose target could not be told")
    if unparsed:
        why.append(f"{plural(unparsed, 'file')} not read whole")
    return Tick("every consumer call identified", not unknown and not unparsed, ", ".join(why))


def _functions(facts: Facts) -> Tick:
    inventories = facts.analysis.inventories
    functions = sum(function.public for one in inventories for function in one.functions)
    unparsed = sum(len(one.unparsed) for one in inventories)
    why = [f"{plural(functions, 'public function')} in {plural(len(inventories), 'client')}"]
    if unparsed:
        why.append(f"{plural(unparsed, 'file')} not read whole")
    return Tick("every function audited", functions > 0 and not unparsed, ", ".join(why))


def _documents(facts: Facts) -> Tick:
    documents = facts.analysis.documents
    if not documents:
        return Tick("all documents reviewed", None, "no old documents were given (`--docs`)")
    claims = [claim for document in documents for claim in document.claims]
    unchecked = sum(claim.verdict == "unchecked" for claim in claims)
    why = [f"{plural(len(documents), 'document')}, {plural(len(claims), 'claim')}"]
    if unchecked:
        why.append(f"{unchecked} that could not be checked")
    return Tick("all documents reviewed", not unchecked, ", ".join(why))


def _examples(facts: Facts) -> Tick:
    """Ticked where each was really run; how it ended is another question: a test to write first fails first."""
    of_client = {client: examples_of(facts, client) for client in facts.clients}
    examples = [example for found in of_client.values() for example in found]
    if not examples:
        return Tick("examples runnable", None, "no operation calls for one")
    ran = sum(example.checked in ("run-passed", "run-failed") for example in examples)
    open_ = sum(bool(example.to_fill) for example in examples)
    languages = {
        language_name(facts.inventory(one.client).origin.language) for one in examples if one.checked == "parsed"
    }
    why = [f"{ran} of {len(examples)} run ({how_far(examples)})"]
    if languages:
        why.append(f"in {listed(sorted(languages))} the text was only parsed")
    if open_:
        why.append(f"{open_} with a value to fill in")
    return Tick("examples runnable", ran == len(examples), "; ".join(why))


def _criteria(facts: Facts) -> Tick:
    wanted = list(dict.fromkeys(gap.operation for gap in facts.gaps()))
    if not wanted:
        return Tick("acceptance criteria clear", None, "there is no gap")
    vague = [one for one in wanted if not acceptance(facts, one)]
    why = plural(len(wanted), "operation") + (f", none for {', '.join(vague)}" if vague else "")
    return Tick("acceptance criteria clear", not vague, why)


def _scope(facts: Facts) -> Tick:
    gaps = facts.gaps()
    idle = [gap for gap in gaps if not facts.needs[gap.operation].accesses and gap.priority in ("P0", "P1")]
    left = len(facts.unneeded())
    why = f"{plural(len(gaps), 'gap')} planned, {plural(left, 'operation')} left out because nobody needs them"
    return Tick("scope minimal", not idle, why)
