"""The only home of which operations are needed, by which recipes, and how much.

A library's call is needed itself and, through the table's `uses`, so is every request that it is made of, and the
behaviours that these rely on. What a behaviour (retries, an etag cache) shows itself in does not become needed by it;
a behaviour that nothing names and that shows itself in something needed is nice to have. So is what another server
than the Hub answers: whoever asks it goes on without an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recipes_data.gaps.analysis import OperationNeed
from recipes_data.gaps.compare.paths import covering
from recipes_data.gaps.levels import Priority
from recipes_data.gaps.needs import Access, Needs
from recipes_data.gaps.operations import Operation, Operations

__all__ = ["Parts", "RecipeNeeds", "closure", "needed_operations", "needs_by_recipe", "parts_of", "unknown_operations"]

_MANIFEST = "manifest"  # what a recipe manifest needs, whoever brings it
_AccessKey = tuple[int, int]
Parts = Mapping[str, tuple[str, ...]]
"""Operation -> what it is made of."""


@dataclass(frozen=True, slots=True)
class RecipeNeeds:
    """One recipe: the operations it asks for (`asked`), and all that they are made of (`all`), in the table's order."""

    recipe: str
    priority: str | None
    asked: tuple[str, ...]
    all: tuple[str, ...]
    accesses: tuple[_AccessKey, ...]


def parts_of(operations: Operations, *, general: bool) -> Parts:
    """What each operation is made of, in the table's order.

    `general`: with each request on one kind of repository also the same request on any kind.
    """
    rows = operations.by_id()
    wider = covering(operations.rows) if general else {}
    return {
        one: (*(used for used in row.uses if used in rows and _is_part(row, rows[used])), *wider.get(one, ()))
        for one, row in rows.items()
    }


def closure(asked: Iterable[str], parts: Parts) -> tuple[str, ...]:
    """`asked` and all that they are made of, in the table's order; unknown ids are left out."""
    found: set[str] = set()
    left = [one for one in asked if one in parts]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += parts[one]
    return tuple(one for one in parts if one in found)


def _is_part(whole: Operation, used: Operation) -> bool:
    """Requests and calls are made of what they use; a behaviour is made of calls, and shows itself in requests."""
    return whole.kind != "behaviour" or used.kind == "library"


def unknown_operations(needs: Sequence[Needs], operations: Operations) -> tuple[tuple[int, int, str], ...]:
    """(needs, access, id) of operations that recipes were said to need and that the table lacks."""
    known = {row.id for row in operations.rows}
    return tuple(
        (at, number, one)
        for at, input_ in enumerate(needs)
        for number, access in enumerate(input_.accesses)
        for one in access.operations
        if one not in known
    )


def needs_by_recipe(needs: Sequence[Needs], operations: Operations) -> tuple[RecipeNeeds, ...]:
    """Every recipe that reaches the Hub, by name; the same name in two inputs is one recipe."""
    rows, parts = operations.by_id(), parts_of(operations, general=True)
    accesses: dict[str, list[_AccessKey]] = {}
    priorities: dict[str, list[str]] = {}
    for at, input_ in enumerate(needs):
        for recipe in input_.recipes:
            if recipe.accesses:
                accesses.setdefault(recipe.name, []).extend((at, number) for number in recipe.accesses)
                priorities.setdefault(recipe.name, []).extend([recipe.priority] if recipe.priority else [])
    found = []
    for name in sorted(accesses):
        keys = tuple(dict.fromkeys(accesses[name]))
        asked = [one for key in keys for one in _access(needs, key).operations]
        in_order = tuple(one for one in rows if one in set(asked))
        said = min(priorities[name], default=None)
        found.append(RecipeNeeds(name, said, in_order, closure(asked, parts), keys))
    return tuple(found)


def needed_operations(
    needs: Sequence[Needs], operations: Operations, recipes: Sequence[RecipeNeeds]
) -> tuple[OperationNeed, ...]:
    """Every operation of the table in its order, with its priority and the reason in one sentence."""
    rows, parts = operations.by_id(), parts_of(operations, general=True)
    by_access: dict[str, list[_AccessKey]] = {one: [] for one in rows}
    for at, input_ in enumerate(needs):
        for number, access in enumerate(input_.accesses):
            for one in closure(access.operations, parts):
                by_access[one].append((at, number))
    readers = [
        recipe
        for recipe in recipes
        if any(_reads(rows[one]) for one in recipe.all)
        and not all(_by_address(_access(needs, key), rows) for key in recipe.accesses)
    ]
    wanted = {one for one in rows if by_access[one]}
    found = []
    for one, row in rows.items():
        using = [recipe for recipe in recipes if one in recipe.all]
        priority, why = _priority(row, using, readers, len(by_access[one]), wanted)
        names = tuple(recipe.recipe for recipe in using)
        found.append(OperationNeed(one, priority, names, tuple(by_access[one]), why))
    return tuple(found)


def _priority(
    row: Operation, using: Sequence[RecipeNeeds], readers: Sequence[RecipeNeeds], accesses: int, wanted: set[str]
) -> tuple[Priority, str]:
    names = {recipe.recipe for recipe in using}
    if row.server and accesses:
        return "P2", f"it is asked for on the way, and answered by another server than the Hub ({row.server})"
    if readers and {recipe.recipe for recipe in readers} <= names:
        many = f"all {len(readers)} recipes that read through a Hub library need it"
        return "P0", many if len(readers) > 1 else "the only recipe that reads through a Hub library needs it"
    if using:
        named = f"{len(using)} recipes need it" if len(using) > 1 else "one recipe needs it"
        optional = all(recipe.priority == "P2" for recipe in using)
        return ("P2", f"{named}, rated P2 by whoever described it") if optional else ("P1", named)
    if accesses:
        return "P2", f"{accesses} accesses need it, none of which a recipe was seen to reach"
    shown = [used for used in row.uses if used in wanted]
    if row.kind == "behaviour" and shown:
        return "P2", f"no recipe asks for it; it shows itself in {', '.join(shown)}"
    return "none", "nothing that was read needs it"


def _reads(row: Operation) -> bool:
    """Whether an operation brings something from the Hub; uploads and administration are no experiment."""
    return row.area in ("models", "datasets", "spaces", "files", "streaming") and row.method in ("GET", "HEAD")


def _by_address(access: Access, rows: Mapping[str, Operation]) -> bool:
    """Whether an access fetches a plain address with something that is no Hub library: it asks nothing of a client."""
    libraries = {function.partition(".")[0] for row in rows.values() for function in row.python}
    plain = all(one in rows and rows[one].kind == "http" for one in access.operations)
    return plain and access.function.partition(".")[0] not in {*libraries, _MANIFEST}


def _access(needs: Sequence[Needs], key: _AccessKey) -> Access:
    return needs[key[0]].accesses[key[1]]
