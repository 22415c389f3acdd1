"""`recipes-data pin`: commits from the locks, written into programs that load from the Hub themselves."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from recipes_data.cli.scope import Scope, open_scope
from recipes_data.cli.screen import Screen
from recipes_data.errors import StoreError
from recipes_data.gaps.recipes.reads import HubReads, hub_reads
from recipes_data.locks import locked_names, read_lock
from recipes_data.pinning import HubRead, LockedRepo, Pinned, decide, locked_repos
from recipes_data.pinning_files import SourceChange, change, unified_diff, write

__all__ = ["pin_command"]

_UNPINNED = 3
_LINE_END = re.compile(r"\r\n|\n|\r")  # as Python counts lines
_MAY_STAY = "its author lets it stay"
_ALLOWED = re.compile(r"#\s*unpinned:\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class _Left:
    """A call, or a source, that stays without a commit. `allowed`: why its author says that it may."""

    path: str
    line: int
    call: str
    reason: str
    allowed: str = ""


def pin_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Print or write the pins; 3 with `--check` where something names no commit."""
    scope = open_scope(arguments, environ)
    reads = _from_here(hub_reads(Path(arguments.source)), Path(arguments.source))
    locked = _locked(scope)
    changes, pinned, left = _changes({read: decide(read, locked) for read in reads.unpinned})
    left += [_Left(one.path, one.line, "", one.reason) for one in reads.unreadable]
    left.sort(key=lambda one: (one.path, one.line))
    differing = _differing(reads, locked)
    diff = "".join(unified_diff(one, one.path.as_posix().lstrip("/")) for one in changes)
    if arguments.write:
        write(changes)
        for one in changes:
            screen.out(os.fspath(one.path))
    elif diff:
        screen.out(diff.removesuffix("\n"))
    _tell(screen, scope, arguments, reads, pinned, left, differing)
    screen.document(_document(arguments, reads, pinned, left, differing, diff))
    unpinned = any(not one.allowed for one in left) or (bool(pinned) and not arguments.write)
    return _UNPINNED if arguments.check and unpinned else 0


def _from_here(reads: HubReads, source: Path) -> HubReads:
    """The same calls by paths that can be opened, and clicked on: from the working folder, where they lie below it."""
    folder = Path(os.path.abspath(source if source.is_dir() else source.parent))
    here = Path.cwd()
    folder = folder.relative_to(here) if folder.is_relative_to(here) else folder

    def path(below: str) -> str:
        return (folder / below).as_posix()

    def moved(read: HubRead) -> HubRead:
        return replace(read, path=path(read.path), callers=tuple(map(path, read.callers)))

    return HubReads(
        tuple(map(moved, reads.unpinned)),
        tuple(map(moved, reads.pinned)),
        tuple(replace(one, path=path(one.path)) for one in reads.unreadable),
    )


def _locked(scope: Scope) -> Mapping[tuple[str, str], LockedRepo]:
    """Locks of a Hub alone: the commit of a served folder is on no Hub."""
    found = (read_lock(scope.places.hub_locks, name) for name in locked_names(scope.places))
    return locked_repos(lock for lock in found if lock is not None)


_Decided = Mapping[HubRead, Pinned | str]


def _changes(decided: _Decided) -> tuple[list[SourceChange], list[tuple[HubRead, Pinned]], list[_Left]]:
    """What is written where; what a source's form forbids is left, with the author's word on it, if there is one."""
    several: dict[str, list[HubRead]] = {}
    for read in decided:
        several.setdefault(read.path, []).append(read)
    changes: list[SourceChange] = []
    pinned: list[tuple[HubRead, Pinned]] = []
    left: list[_Left] = []
    real: set[str] = set()
    for path, reads in several.items():
        try:
            before = change(Path(path), {})
            allowed = {read: _allowed(before, read) for read in reads}
            pins = {read: pin for read in reads if isinstance(pin := decided[read], Pinned) and not allowed[read]}
            changed = change(Path(path), {read.end: pin.commit for read, pin in pins.items()})
        except StoreError as exc:  # a name that is no UTF-8, or a file that went away: the others are pinned
            left += [_Left(read.path, read.line, read.call, exc.what) for read in reads]
            continue
        for read in reads:
            if read in pins and read.end not in changed.left:
                pinned.append((read, pins[read]))
                continue
            pin = decided[read]
            why = pin if isinstance(pin, str) else changed.left.get(read.end, _MAY_STAY)
            left.append(_Left(read.path, read.line, read.call, why, allowed[read]))
        if changed.new != changed.old and os.path.realpath(changed.path) not in real:
            real.add(os.path.realpath(changed.path))  # the same file by a link is changed once
            changes.append(changed)
    return changes, pinned, left


def _allowed(changed: SourceChange, read: HubRead) -> str:
    """What a comment `# unpinned: WHY` in the lines of the call says."""
    text = changed.old.decode(changed.encoding, "replace")
    lines = _LINE_END.split(text)[read.line - 1 : read.end[0]]
    found = next((match for line in lines if (match := _ALLOWED.search(line)) is not None), None)
    return found[1].strip() if found else ""


def _differing(reads: HubReads, locked: Mapping[tuple[str, str], LockedRepo]) -> list[_Left]:
    """Calls that name a commit, and another one than the lock of their repository."""
    found = []
    for read in reads.pinned:
        for want in read.wants:
            known = locked.get((want.repo_type or "", want.repo or ""))
            if known is not None and want.revision not in known.commits:
                why = (
                    f"names {want.revision} of {want.repo!r}; the lock {known.names[0]} has {', '.join(known.commits)}"
                )
                found.append(_Left(read.path, read.line, read.call, why))
    return found


def _tell(
    screen: Screen,
    scope: Scope,
    arguments: argparse.Namespace,
    reads: HubReads,
    pinned: Sequence[tuple[HubRead, Pinned]],
    left: Sequence[_Left],
    differing: Sequence[_Left],
) -> None:
    for one in left:
        if one.allowed:
            screen.detail(f"allowed {one.path}:{one.line}: `{one.call}`: {one.allowed}")
            continue
        screen.talk(f"left    {one.path}:{one.line}: {f'`{one.call}`: ' if one.call else ''}{one.reason}")
    for one in differing:
        screen.talk(f"note    {one.path}:{one.line}: `{one.call}` {one.reason}")
    verb = "pinned now" if arguments.write else "would be pinned (--write)"
    allowed = sum(bool(one.allowed) for one in left)
    also = f" and {allowed:,} that may be" if allowed else ""
    screen.talk(
        f"{len(pinned):,} {verb}, {len(left) - allowed:,} left without a commit{also}, {len(reads.pinned):,} had one"
    )
    if any(not one.allowed and one.reason.startswith("there is no lock") for one in left):
        screen.talk(
            f"locks looked at: {scope.places.hub_locks}; of what is not in the catalogue: recipes-data add ORG/NAME,\n"
            "then for all: recipes-data lock NAME"
        )


def _document(
    arguments: argparse.Namespace,
    reads: HubReads,
    pinned: Sequence[tuple[HubRead, Pinned]],
    left: Sequence[_Left],
    differing: Sequence[_Left],
    diff: str,
) -> dict[str, Any]:
    def place(one: HubRead | _Left) -> dict[str, Any]:
        return {"path": one.path, "line": one.line, "call": one.call}

    return {
        "source": arguments.source,
        "written": bool(arguments.write),
        "pinned": [
            {
                **place(read),
                "repo_type": pin.repo_type,
                "repo": pin.repo,
                "commit": pin.commit,
                "locks": list(pin.locks),
            }
            for read, pin in pinned
        ],
        "left": [{**place(one), "reason": one.reason, "allowed": one.allowed or None} for one in left],
        "had": [
            {**place(read), "wants": [{"repo": want.repo, "commit": want.revision} for want in read.wants]}
            for read in reads.pinned
        ],
        "differing": [{**place(one), "reason": one.reason} for one in differing],
        "diff": diff,
    }
