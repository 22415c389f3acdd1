"""The only home of what several pages say alike: the inputs read, evidence beside a row, states, least sets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from recipes_data.gaps.analysis import OperationNeed
from recipes_data.gaps.evidence import Origin, Where
from recipes_data.gaps.levels import State
from recipes_data.gaps.operations import Operation
from recipes_data.gaps.reports.facts import (
    LEVEL_MEANS,
    LEVEL_SAYS,
    Facts,
    language_name,
)
from recipes_data.gaps.reports.markdown import code, codes, listed, plural, prose, table
from recipes_data.gaps.reports.scenarios import probe_words

__all__ = [
    "evidence_cell",
    "inputs_block",
    "inputs_line",
    "levels_block",
    "named_input",
    "need_places",
    "option_words",
    "place",
    "places",
    "recipes_cell",
    "request",
    "state_words",
    "test_words",
]

_SHOWN_PLACES = 3
_SHOWN_RECIPES = 6
_SHOWN_FINDINGS = 25


def place(where: Where | None) -> str:
    """A place as code; nothing where there is none."""
    return code(str(where)) if where else ""


def places(found: Iterable[Where], most: int = _SHOWN_PLACES) -> str:
    """Places, each once, in a sentence's list."""
    return codes(dict.fromkeys(str(where) for where in found), most)


def named_input(origin: Origin) -> str:
    """An input in a sentence: its name, version and commit."""
    version = f" {prose(origin.version)}" if origin.version else ""
    commit = f"commit {code(origin.commit[:12])}" if origin.commit else "no git commit"
    return f"{code(origin.name)}{version} ({commit})"


def inputs_line(facts: Facts) -> str:
    """The last line of every page: which state of which input it was made from, and by what."""
    read = listed([named_input(origin) for origin in facts.analysis.inputs]) or "nothing"
    return (
        f"---\n\nMade by {prose(facts.analysis.made_by)} from {read}. Places are relative to the root of their input."
    )


def inputs_block(facts: Facts) -> str:
    """The inputs with their commits in full, and how much of each was read."""
    return table(
        ("Input", "Kind", "Language", "Version", "Commit", "Files", "Lines"),
        (
            (
                code(origin.name),
                origin.kind,
                language_name(origin.language),
                prose(origin.version or "") or "unknown",
                code(origin.commit or "") or "no git work tree",
                f"{origin.files:,}",
                f"{origin.lines:,}",
            )
            for origin in facts.analysis.inputs
        ),
    )


def levels_block() -> str:
    """What the levels mean, from the lowest."""
    return table(("Level", "Meaning"), ((LEVEL_SAYS[level], means) for level, means in LEVEL_MEANS.items()))


def request(operation: Operation) -> str:
    """The request of an operation as code; of one that is no request, what it is."""
    if operation.method:
        return code(f"{operation.method} {operation.path}")
    return "a library's call" if operation.kind == "library" else "a behaviour"


def evidence_cell(state: State, most: int = _SHOWN_PLACES, beside: Collection[str] = ()) -> str:
    """Evidence of a state in a cell: places and what the probe saw, else the sentences.

    `beside`: places that the row shows already.
    """
    found = (one.where for one in state.evidence if one.where and str(one.where) not in beside)
    shown = [places(found, most), probe_words(state)]
    if any(shown):
        return "; ".join(one for one in shown if one)
    if beside and any(one.where for one in state.evidence):
        return "as in the row"
    return prose("; ".join(dict.fromkeys(one.text for one in state.evidence)))


def state_words(state: State) -> str:
    """A state in a few words: the level, what is missing, tests, the probe."""
    words = [LEVEL_SAYS[state.level]]
    if state.options_missing:
        words.append(option_words(state))
    if state.probe == "failed":
        words.append("the probe failed")
    elif state.probe == "not verifiable offline":
        words.append("not verifiable offline")
    return "; ".join(words)


def option_words(state: State) -> str:
    """Which options are missing."""
    return f"without {codes(state.options_missing)}" if state.options_missing else ""


def test_words(state: State) -> str:
    """How many tests call it, and how they ended where that is known."""
    if not state.tests:
        return "no test"
    counted = plural(state.tests, "test")
    known = [
        f"{count} {word}" for count, word in ((state.tests_passed, "passed"), (state.tests_failed, "failed")) if count
    ]
    left = state.tests - state.tests_passed - state.tests_failed
    if left:
        known.append("not run" if left == state.tests else f"{left} not run")
    return f"{counted} ({', '.join(known)})"


def recipes_cell(facts: Facts, names: Sequence[str], most: int = _SHOWN_RECIPES) -> str:
    """Recipes in a cell: all of them in a word, or their names."""
    reading = facts.reading_recipes()
    if len(names) > 2 and set(names) >= set(facts.recipe_names()):
        return f"all {len(names)} recipes"
    if len(names) > 2 and set(names) >= reading:
        return f"all {len(reading)} recipes that read through a Hub library"
    if len(names) > most + 1:
        return f"{len(names)} recipes: {codes(names, most)}"
    return codes(names, most)


def need_places(facts: Facts, need: OperationNeed, most: int = _SHOWN_PLACES) -> str:
    """Where an operation is asked for."""
    return places((placed.access.where for placed in facts.of_need(need)), most)
