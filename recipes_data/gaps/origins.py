"""The only home of which state of an input was read: its git commit, without running git."""

from __future__ import annotations

import os
import re
from pathlib import Path

from recipes_data.gaps.evidence import InputKind, Origin

__all__ = ["commit_of", "origin_of"]

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def origin_of(
    root: Path,
    *,
    name: str,
    kind: InputKind,
    language: str,
    version: str | None = None,
    files: int,
    lines: int,
) -> Origin:
    """The origin of what was read under `root`: `files` files of `lines` lines in all."""
    return Origin(name, kind, language, version, commit_of(root), files, lines)


def commit_of(root: Path) -> str | None:
    """The commit that is checked out in the work tree around `root`; None where there is none, or none can be read.

    Layout of `.git`: gitrepository-layout(5). Uncommitted changes are not looked for.
    """
    for folder in (root.absolute(), *root.absolute().parents):
        git = folder / ".git"
        if os.path.lexists(git):
            try:
                return _head(_git_folder(git))
            except (OSError, UnicodeDecodeError):
                return None  # the report then says "no git commit" of it
    return None


def _git_folder(git: Path) -> Path:
    if git.is_dir():
        return git
    # a linked work tree or a submodule: a file that names the real folder
    named = git.read_text(encoding="utf-8").strip().removeprefix("gitdir:").strip()
    return (git.parent / named).resolve()


def _head(git: Path) -> str | None:
    head = (git / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref:"):
        return head if _COMMIT.match(head) else None
    reference = head.removeprefix("ref:").strip()
    shared = git / "commondir"
    folders = [git, (git / shared.read_text(encoding="utf-8").strip()).resolve()] if shared.exists() else [git]
    for folder in folders:
        loose = folder / reference
        if loose.is_file():
            found = loose.read_text(encoding="utf-8").strip()
            return found if _COMMIT.match(found) else None
    for folder in folders:
        packed = folder / "packed-refs"
        if packed.is_file():
            for line in packed.read_text(encoding="utf-8").splitlines():
                commit, _, name = line.partition(" ")
                if name == reference and _COMMIT.match(commit):
                    return commit
    return None
