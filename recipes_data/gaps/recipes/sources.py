"""The only home of reading a folder of Python sources: syntax trees by path and by dotted name."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

__all__ = ["Source", "Sources", "Unparsed", "read_sources"]

# what notebooks leave in a `.py`
_CELLS = re.compile(rb"^# (?:%%|In\[)", re.MULTILINE)
# folders that hold no sources of the project itself
_NOT_OURS = {"__pycache__", "node_modules", "site-packages"}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One parsed module. `names`: dotted names by which others may import it; the first is the one it is known by."""

    path: str
    names: tuple[str, ...]
    package: bool
    tree: ast.Module
    lines: int
    notebook: bool = False

    @property
    def folder(self) -> str:
        """The folder it lies in, relative to the root; "" is the root."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A file that is no Python of this interpreter's grammar, or cannot be read."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sources:
    """All modules under a root in the order of their paths; `by_name` has every module that answers to a name."""

    modules: tuple[Source, ...]
    unparsed: tuple[Unparsed, ...]
    by_name: dict[str, tuple[Source, ...]]

    def module(self, name: str, asked_by: Source) -> Source | None:
        """The module that `asked_by` gets by this dotted name: of several the nearest, else a neighbouring script."""
        found = self.by_name.get(name, ())
        if not found:
            found = self._neighbours(name, asked_by)
        if not found:
            return None
        return min(found, key=lambda source: (-_shared(source.path, asked_by.path), source.path))

    def _neighbours(self, name: str, asked_by: Source) -> tuple[Source, ...]:
        # a script's own folder stands first on Python's path
        ending = name.replace(".", "/")
        folder = asked_by.folder
        for path in (f"{ending}.py", f"{ending}/__init__.py"):
            near = f"{folder}/{path}" if folder else path
            found = self.by_name.get(f"/{near}")
            if found:
                return found
        return ()


def read_sources(root: Path) -> Sources:
    """Every `.py` file under `root` (or `root` itself, where it is a file); what cannot be parsed is listed."""
    modules: list[Source] = []
    unparsed: list[Unparsed] = []
    folder = root if root.is_dir() else root.parent
    for path in _files(root):
        relative = path.relative_to(folder).as_posix()
        try:
            data = path.read_bytes()
            tree = _parse(data)
        except SyntaxError as exc:
            unparsed.append(Unparsed(_shown(relative), exc.lineno or 1, f"no Python of this version: {exc.msg}"))
        except (OSError, ValueError, RecursionError, MemoryError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc) or type(exc).__name__
            unparsed.append(Unparsed(_shown(relative), 1, f"cannot be read: {reason}"))
        else:
            lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
            names = _names(folder, relative)
            cells = _CELLS.search(data) is not None
            modules.append(Source(_shown(relative), names, path.name == "__init__.py", tree, lines, cells))
    by_name: dict[str, list[Source]] = {}
    for source in modules:
        # a path begins with a slash here, so that it is no dotted name
        for name in (*source.names, f"/{source.path}"):
            by_name.setdefault(name, []).append(source)
    return Sources(tuple(modules), tuple(unparsed), {name: tuple(found) for name, found in by_name.items()})


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for folder, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in _NOT_OURS)
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(".py"))


def _parse(data: bytes) -> ast.Module:
    with warnings.catch_warnings():
        # invalid escapes in the sources of others are theirs
        warnings.simplefilter("ignore")
        return ast.parse(data)


def _shown(path: str) -> str:
    # a name that is no UTF-8 must not break the report
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _names(root: Path, relative: str) -> tuple[str, ...]:
    """Dotted names of a file: from where its packages begin (it may be above the root), from the root, from `src`."""
    parts = list(PurePosixPath(relative).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    found = []
    above = (root / relative).parent
    depth = 0
    while (above / "__init__.py").is_file() and depth < len(parts) + 8:
        depth += 1
        above = above.parent
    inside = (root / relative).parent
    prefix = [inside.name, *(p.name for p in inside.parents)][:depth][::-1]
    stem = PurePosixPath(relative).stem
    packaged = prefix if stem == "__init__" else [*prefix, stem]
    found.append(".".join(packaged))
    found.append(".".join(parts))
    if parts and parts[0] in ("src", "lib", "python"):
        found.append(".".join(parts[1:]))
    return tuple(dict.fromkeys(name for name in found if name))


def _shared(one: str, other: str) -> int:
    """How many leading folders two paths share."""
    count = 0
    for a, b in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count
