"""The only home of the finding that every split of a config is built and one of them is used.

Seen is the result of `load_dataset` without `split=` that is taken apart in the function it was asked in. Not seen: a
result that is returned, kept in an attribute, or handed on. With `split=` nothing is said: the library fetches the
files of the other splits all the same, and only `data_files=` spares them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from recipes_data.gaps.evidence import Finding
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.pinning import by_call, named_repositories
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.scopes import last_name

__all__ = ["whole_configs"]

_DEEPEST = 4  # names that a result is given, one after another
_UNKNOWN = ("arguments=", "split=", "streaming=", "function=", "data_files=")


def whole_configs(run: Evaluation, found: Iterable[FoundAccess], name: str) -> Iterator[Finding]:
    """Calls of `load_dataset` that build more splits than are used."""
    loads = Loads(run.found)
    for node, accesses in by_call(found).items():
        if not all(_builds_all(one) for one in accesses):
            continue
        splits = _splits(run, loads, node, 0)
        if splits is None or len(splits) != 1:
            continue
        (split,) = splits
        repos = named_repositories(accesses) or "its repository"
        message = (
            f"every split of {repos} is fetched and built, and only {split!r} is used: name that split's files with "
            f"`data_files=` (`split={split!r}` spares building the others, not fetching them)"
        )
        at = where(node, scope_of(node, run.found))
        yield Finding("whole-config-for-one-split", "note", message, at, name)


def _builds_all(one: FoundAccess) -> bool:
    access = one.access
    if one.name != "load_dataset" or one.split_given or one.files_given or access.streaming or access.files:
        return False
    return access.split is None and not any(text.startswith(_UNKNOWN) for text in access.unresolved)


def _splits(run: Evaluation, loads: Loads, node: ast.expr, depth: int) -> set[str] | None:
    """The splits that are taken of a result; None where it is used in another way."""
    above = run.found.parent.get(node)
    match above:
        case ast.Subscript(value=value, slice=ast.Constant(value=str(split))) if value is node:
            return {split} if isinstance(above.ctx, ast.Load) else None
        case ast.Call() if last_name(above.func) == "cast" and above.args[-1] is node:
            return _splits(run, loads, above, depth)
        case ast.Call() if last_name(above.func) == "isinstance":
            return set()
        case ast.Await():
            return _splits(run, loads, above, depth)
        case ast.Assign(targets=[ast.Name(id=called)]) | ast.AnnAssign(target=ast.Name(id=called)):
            return _of_name(run, loads, above, called, depth)
        case _:
            return None


def _of_name(run: Evaluation, loads: Loads, statement: ast.stmt, called: str, depth: int) -> set[str] | None:
    scope = scope_of(statement, run.found)
    binding = next((one for one in scope.bindings.get(called, ()) if one.node is statement), None)
    if binding is None or scope.kind == "module" or depth > _DEEPEST:
        return None
    splits: set[str] = set()
    for use in loads.of_name(scope, called, binding):
        found = _splits(run, loads, use, depth + 1)
        if found is None:
            return None
        splits |= found
    return splits
