"""The only home of the calls that read a repository, each with its place in its source: what pins are made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recipes_data.errors import UsageError
from recipes_data.gaps.recipes.accesses import FoundAccess, find_accesses, in_order
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.hub_functions import PACKAGED, function_of
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.pinning import by_call, unpinned_calls
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.scopes import gather, last_name
from recipes_data.gaps.recipes.sources import Unparsed, read_sources
from recipes_data.gaps.recipes.texts import find_texts
from recipes_data.gaps.recipes.values import External, Partial
from recipes_data.pinning import HubRead, Want

__all__ = ["HubReads", "hub_reads"]


@dataclass(frozen=True, slots=True)
class HubReads:
    """The calls that read a repository, in the order of the sources: without a commit, and with one.

    `unreadable`: sources of which it is not known what they ask for.
    """

    unpinned: tuple[HubRead, ...]
    pinned: tuple[HubRead, ...]
    unreadable: tuple[Unparsed, ...]


def hub_reads(root: Path) -> HubReads:
    """The calls under `root` that read a repository; "without a commit" are those that the gap report names.

    Raises:
        UsageError: there is no such folder or file.
    """
    if not root.exists():
        raise UsageError(f"there is no folder or file {root}", "name the Python sources to look at")
    sources = read_sources(root)
    run = Evaluation(sources, gather(sources.modules))
    by_calls = find_accesses(run)
    found = in_order([*by_calls, *find_texts(run, Loads(run.found), {one.node for one in by_calls})])
    unpinned = tuple(_read(run, node, accesses) for node, accesses in unpinned_calls(run, found))
    pinned = tuple(_read(run, node, accesses) for node, accesses in _pinned(found))
    return HubReads(unpinned, pinned, sources.unparsed)


def _pinned(found: Sequence[FoundAccess]) -> Iterator[tuple[ast.expr, tuple[FoundAccess, ...]]]:
    for node, accesses in by_call(found).items():
        reading = tuple(one for one in accesses if one.pins)
        if reading and all(one.access.pinned for one in reading):
            yield node, reading


def _read(run: Evaluation, node: ast.expr, found: Sequence[FoundAccess]) -> HubRead:
    at = where(node, scope_of(node, run.found))
    accesses = [one.access for one in found]
    callers = sorted({place for one in found for way in (one.ways or ((),)) for place in way[:1]})
    return HubRead(
        at.path,
        at.line,
        (node.end_lineno or at.line, node.end_col_offset or 0),
        accesses[0].function.rpartition(".")[2],
        tuple(sorted({Want(one.repo_type, one.repo, one.revision) for one in accesses}, key=repr)),
        all(one.fixed for one in found),
        tuple(map(str, callers)),
        tuple(dict.fromkeys(text for one in accesses for text in one.unresolved)),
        _obstacle(run, node, found[0]),
    )


def _obstacle(run: Evaluation, node: ast.expr, found: FoundAccess) -> str:
    """Why a revision cannot simply be added to this call; empty where it can."""
    access = found.access
    if not isinstance(node, ast.Call):
        return "it is an address in a text: write the commit into it, `...@COMMIT/...` or `.../resolve/COMMIT/...`"
    if "HfFileSystem" in access.function:
        return "it is a path of the Hub's file system: write `org/name@COMMIT/file`"
    if found.name.startswith("load_dataset") and _is_format(node):
        return "it reads files by their addresses: write the commit into each, `hf://datasets/org/name@COMMIT/file`"
    if _inside_text(run, node):
        return "it stands inside an f-string: give what it returns a name before"
    if not _calls_it(run, node):
        return f"it is called by `{ast.unparse(node.func)}`, which may take no further arguments: call it yourself"
    function = function_of(access.function)
    order = function.order if function is not None else ()
    if "revision" in order and len(node.args) > order.index("revision"):
        return "its revision is given by position: write `revision=`"
    if len(node.args) > max(len(order), 2) and found.name.startswith("load_dataset"):
        return f"it has {len(node.args)} arguments by position, and one of them may be a revision: name them"
    return ""


def _is_format(node: ast.Call) -> bool:
    """Whether the first argument is a format ("json"), so that the repository stands in `data_files`."""
    given = node.args[0] if node.args else next((one.value for one in node.keywords if one.arg == "path"), None)
    return isinstance(given, ast.Constant) and given.value in PACKAGED


def _inside_text(run: Evaluation, node: ast.AST) -> bool:
    # before Python 3.12 nothing says where in an f-string a call stands
    above = run.found.parent.get(node)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.JoinedStr):
            return True
        above = run.found.parent.get(above)
    return False


def _calls_it(run: Evaluation, node: ast.Call) -> bool:
    """Whether what is called is the Hub's function, and not something that will call it later."""
    if last_name(node.func) == "partial":
        return True
    run.refill()
    return any(
        isinstance(one.value, Partial) or (isinstance(one.value, External) and function_of(one.value.name) is not None)
        for one in run.callee(node)
    )
