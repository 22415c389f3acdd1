"""The warm path: a plain-text stamp that answers a repeated `fetch` before anything else is imported.

A stamp holds everything that decided the last answer: version, arguments, environment, working
directory, and size, time and inode of every manifest, lock, marker file, table and blob that was
looked at (or that it was absent). One difference, and there is no answer from it. Only os, sys and
zlib are imported. The file, in lines: the key, the number of watched paths, each of them, the output.
"""

from __future__ import annotations

import os
import sys
import zlib

from recipes_data.home import store_home

TYPE_CHECKING = False  # this module is on the warm path: nothing is imported that is not needed
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["place", "record", "replay", "snapshot"]

_NAMES = ("CI", "HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "NO_COLOR")
_PREFIXES = ("RECIPES_DATA_", "HF_", "HUGGING", "TRANSFORMERS_")


def replay(argv: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """What the same command printed last time, if nothing that decided it has changed."""
    try:
        path, key = place(argv, environ)
        with open(path, encoding="utf-8", newline="\n") as file:
            lines = file.read().split("\n")
    except (OSError, ValueError):
        return None  # no stamp, or not one of ours: the command runs in full
    if lines[0] != key or len(lines) < 2 or not lines[1].isdigit():
        return None
    count = int(lines[1])
    if count == 0 or len(lines) < count + 3:
        return None
    for line in lines[2 : 2 + count]:
        seen, _, watched = line.partition(" ")
        if _seen(watched) != seen:
            return None
    return "\n".join(lines[2 + count :])


def snapshot(paths: Iterable[str | os.PathLike[str]]) -> dict[str, str]:
    """What a stamp remembers of each path; take it before the paths are read."""
    names = [os.path.abspath(os.fspath(path)) for path in paths]
    return {name: _seen(name) for name in names}


def record(place: tuple[str, str], watched: Mapping[str, str], output: str) -> None:
    """Keep an answer at its `place`. A stamp that cannot be written is only a slower next run."""
    path, key = place
    if any("\n" in name for name in watched):
        return
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = f"{path}.{os.getpid()}.tmp"
        with open(temporary, "w", encoding="utf-8", newline="\n") as file:
            file.write(
                "\n".join([key, str(len(watched)), *(f"{seen} {name}" for name, seen in watched.items()), output])
            )
        os.replace(temporary, path)
    except (OSError, ValueError):
        return  # as said above: nothing is lost


def place(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, str]:
    """Path and key of a command's stamp. Secrets decide nothing of a warm answer and are not in the key."""
    from recipes_data import __version__

    chosen = sorted(
        f"{name}={value}"
        for name, value in environ.items()
        if (name in _NAMES or name.startswith(_PREFIXES)) and "TOKEN" not in name and "KEY" not in name
    )
    terminal = f"{sys.stdout.isatty()}{sys.stderr.isatty()}"
    key = repr([__version__, os.getcwd(), sys.prefix, terminal, list(argv), chosen])
    home = store_home(environ)
    for index, word in enumerate(argv):
        if word == "--store" and index + 1 < len(argv):
            home = argv[index + 1]
        elif word.startswith("--store="):
            home = word.removeprefix("--store=")
    stamps = os.path.join(os.path.abspath(os.path.expanduser(home)), "stamps")
    return os.path.join(stamps, f"{zlib.crc32(key.encode()):08x}"), key


def _seen(path: str) -> str:
    try:
        stat = os.stat(path)
    except OSError:
        return "absent"  # or out of reach, which is as different from what was seen
    return f"{stat.st_size}/{stat.st_mtime_ns}/{stat.st_ino}"
