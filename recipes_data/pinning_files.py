"""The only home of Python sources on disk that get pins: read with their encoding, compared, replaced by rename."""

from __future__ import annotations

import difflib
import io
import os
import re
import stat
import tempfile
import tokenize
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recipes_data.errors import StoreError
from recipes_data.pinning_text import with_revisions

__all__ = ["SourceChange", "change", "unified_diff", "write"]

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source before and after, as bytes. `left`: why calls that end at a place were not changed."""

    path: Path
    old: bytes
    new: bytes
    encoding: str
    left: Mapping[tuple[int, int], str]


def change(path: Path, commits: Mapping[tuple[int, int], str]) -> SourceChange:
    """The source with these commits in the calls that end at these places; nothing is written.

    Encoding (a byte order mark, a coding line) and line ends are those that it has.

    Raises:
        StoreError: the file cannot be read.
        UsageError: libcst is not installed.
    """
    try:
        old = path.read_bytes()
    except OSError as exc:
        raise StoreError(f"{path} cannot be read: {exc.strerror}", "check the file") from exc
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(old).readline)[0]
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding  # the mark stays a character of the text
        text = old.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as exc:
        return SourceChange(path, old, old, "utf-8", dict.fromkeys(commits, f"the source cannot be decoded: {exc}"))
    if not commits:  # to know the encoding takes no libcst
        return SourceChange(path, old, old, encoding, {})
    changed, left = with_revisions(text, commits)
    return SourceChange(path, old, changed.encode(encoding), encoding, left)


def unified_diff(changed: SourceChange, shown: str) -> str:
    """What would be changed, as `git apply` and `patch -p1` take it of sources in UTF-8; the others are only shown.

    `shown` is the path with forward slashes.
    """
    end = "\t" if " " in shown else ""  # for `patch` a name ends at a space else
    old, new = (_LINE.findall(text.decode(changed.encoding)) for text in (changed.old, changed.new))
    lines = difflib.unified_diff(old, new, f"a/{shown}{end}", f"b/{shown}{end}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write(changes: Sequence[SourceChange]) -> None:
    """Replace the files, each by rename; permissions stay, and a symbolic link stays one.

    Raises:
        StoreError: a file cannot be written, or was changed since it was read.
    """
    for one in changes:
        path = Path(os.path.realpath(one.path))
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(one.new)
                os.chmod(temporary, mode)
                if path.read_bytes() != one.old:
                    raise StoreError(f"{one.path} was changed while it was read", "run the same command again")
                os.replace(temporary, path)
            except BaseException:
                with suppress(OSError):  # the first failure is the one to tell
                    os.unlink(temporary)
                raise
        except OSError as exc:
            raise StoreError(
                f"{one.path} cannot be written: {exc.strerror or exc}", "check the file's and folder's permissions"
            ) from exc
