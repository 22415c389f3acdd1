"""The only home of the findings about what an access asks for: revisions that can move, code of repositories that runs.

One finding for each call, however many repositories it may ask for. Not seen: a revision that is put into a path or
an address piece by piece, and settings of a library that let code run for every call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from recipes_data.gaps.evidence import Finding, Severity
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import ROOT, where
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Gathered, last_name
from recipes_data.gaps.recipes.values import Constant, text_of

__all__ = ["by_call", "named_repositories", "trusted_code", "unpinned_calls", "unpinned_revisions"]

_MOST = 5  # repositories that a message names
_WRITES = ("libraries.upload", "commits.", "repos.")
_DISK = frozenset({"isdir", "is_dir", "exists", "isfile", "is_file"})
_OPEN = ("revision=", "arguments=")


def by_call(found: Iterable[FoundAccess]) -> dict[ast.expr, list[FoundAccess]]:
    """The accesses of each call, calls in the order of the sources."""
    calls: dict[ast.expr, list[FoundAccess]] = {}
    for one in found:
        calls.setdefault(one.node, []).append(one)
    return calls


def named_repositories(found: Sequence[FoundAccess]) -> str:
    """The repositories of one call, as a message names them: five, and how many more; "" where none is known."""
    repos = list(dict.fromkeys(one.access.repo for one in found if one.access.repo))
    more = f" and {len(repos) - _MOST} more" if len(repos) > _MOST else ""
    return ", ".join(repos[:_MOST]) + more


def unpinned_revisions(run: Evaluation, found: Iterable[FoundAccess], name: str) -> Iterator[Finding]:
    """Calls that read a repository as it is on the day of the run."""
    for node, known in unpinned_calls(run, found):
        loose = [one for one in known if not _open(one)]
        at = where(node, scope_of(node, run.found))
        severity, message = _loose(loose) if loose else _untold(known)
        yield Finding("unpinned-revision", severity, message, at, name)


def unpinned_calls(run: Evaluation, found: Iterable[FoundAccess]) -> Iterator[tuple[ast.expr, tuple[FoundAccess, ...]]]:
    """Calls that read a repository and name no commit, each with its accesses that do so."""
    for node, accesses in by_call(found).items():
        reading = [one for one in accesses if one.pins and not one.access.pinned and not _writes(one)]
        known = tuple(one for one in reading if not _is_foreign(one))
        if known and not _on_disk(node, run.found):
            yield node, known


def _writes(one: FoundAccess) -> bool:
    return any(operation.startswith(_WRITES) for operation in one.access.operations)


def _is_foreign(one: FoundAccess) -> bool:
    # somebody else's function that is called like the Hub's: what its arguments mean nobody has seen
    return any(text.startswith("function=") for text in one.access.unresolved)


def _open(one: FoundAccess) -> bool:
    return one.access.revision is None and any(text.startswith(_OPEN) for text in one.access.unresolved)


def _on_disk(node: ast.AST, found: Gathered) -> bool:
    """Whether a call is made only where its argument is a folder: `if os.path.isdir(name):`."""
    child = node
    while (above := found.parent.get(child)) is not None and not isinstance(above, FUNCTIONS):
        if isinstance(above, ast.If) and child in above.body:
            tests = list(ast.walk(above.test))
            asked = any(isinstance(one, ast.Call) and last_name(one.func) in _DISK for one in tests)
            if asked and not any(isinstance(one, ast.Not) for one in tests):
                return True
        child = above
    return False


def _loose(found: Sequence[FoundAccess]) -> tuple[Severity, str]:
    call = f"`{found[0].access.function.rpartition('.')[2]}`"
    repos = named_repositories(found)
    if found[0].name in _FILE_SYSTEM:
        what = f"{call} of the Hub's file system names no commit in its path"
        return "warning" if repos else "note", f"{what} ({repos or 'not resolved'}): write `org/name@commit/file`"
    if not repos and found[0].name not in _ALWAYS_HUB:
        what = f"{call} names no commit, and whether it reads the Hub or a folder on disk could not be told"
        return "note", f"{what}: where it is a repository, pass `revision=` with a commit of 40 digits"
    moving = sorted({one.access.revision for one in found if one.access.revision})
    unresolved = "" if all(one.access.repo for one in found) else "a repository that could not be resolved"
    what = " and ".join(text for text in (repos, unresolved) if text)
    asked = f"{call} asks for {' and '.join(map(repr, moving))} of {what}" if moving else f"{call} asks for {what}"
    wish = "which can move" if moving else "and names no commit"
    return "warning", f"{asked}, {wish}, so what is read can change between runs: pin it with a commit of 40 digits"


_FILE_SYSTEM = {
    "open", "ls", "glob", "find", "walk", "exists", "info", "isfile", "isdir", "cat", "cat_file", "cat_ranges",
    "get", "get_file", "read_text", "read_bytes", "read_block", "head", "tail", "du", "url",
}  # fmt: skip
_ALWAYS_HUB = {
    "load_dataset", "hf_dataset", "load_dataset_builder", "get_dataset_config_names", "get_dataset_split_names",
    "hf_hub_download", "snapshot_download", "hf_hub_url", "dataset_info", "model_info", "space_info", "repo_info",
    "list_repo_files", "list_repo_tree", "get_paths_info", "list_files_info",
}  # fmt: skip


def _untold(found: Sequence[FoundAccess]) -> tuple[Severity, str]:
    texts = sorted({text for one in found for text in one.access.unresolved if text.startswith(_OPEN)})
    what = named_repositories(found) or "its repository"
    call = found[0].access.function.rpartition(".")[2]
    shown = " and ".join(f"`{text}`" for text in texts[:_MOST])
    return "note", f"which revision of {what} `{call}` asks for could not be told ({shown}): check that it is a commit"


def trusted_code(run: Evaluation, found: Iterable[FoundAccess], name: str) -> Iterator[Finding]:
    """Calls with `trust_remote_code`: an error where it is true, a warning where something outside decides."""
    for node, accesses in by_call(found).items():
        given = _argument(node)
        wishes = {one.trust for one in accesses}
        if _on_disk(node, run.found):
            continue
        if given is not None and _decided_outside(run, given):
            severity: Severity = "warning"
        elif wishes == {True} and given is not None:  # in `**options` it may stand under a condition
            severity = "error"
        elif wishes & {True, None}:
            severity = "warning"
        else:
            continue
        what = named_repositories(accesses) or "the repository that is asked for"
        if severity == "error":
            message = f"code from {what} runs with the rights of this program (`trust_remote_code=True`)"
        else:
            by = f"`{text_of(given)}`" if given is not None else "`trust_remote_code` among the passed options"
            message = f"{by} decides whether code from {what} runs with the rights of this program"
        message += ": take a copy of the data that needs no code, or pin a commit whose code was read"
        yield Finding("trust-remote-code", severity, message, where(node, scope_of(node, run.found)), name)


def _argument(node: ast.expr) -> ast.expr | None:
    keywords = node.keywords if isinstance(node, ast.Call) else ()
    return next((keyword.value for keyword in keywords if keyword.arg == "trust_remote_code"), None)


def _decided_outside(run: Evaluation, given: ast.expr) -> bool:
    """Whether a user, a caller or the environment may make it true."""
    if isinstance(given, ast.Constant):
        return False
    run.refill()
    return any(one.open or not isinstance(one.value, Constant) for one in run.value(given, ROOT))
