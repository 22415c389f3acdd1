"""The only home of the question which files of a repository are LFS files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

__all__ = ["LARGE", "LFS_SUFFIXES", "lfs_rule"]

LARGE = 10 * 1024 * 1024
"""Bytes above which a file is LFS whatever its name: the Hub takes no plain git file that large."""

# fmt: off
LFS_SUFFIXES = frozenset(
    {
        "7z", "aac", "arrow", "avi", "bin", "bmp", "bz2", "ckpt", "db", "duckdb", "feather", "flac",
        "ftz", "gguf", "gif", "gz", "h5", "joblib", "jpeg", "jpg", "lz4", "mds", "mkv", "mlmodel",
        "model", "mov", "mp3", "mp4", "msgpack", "npy", "npz", "ogg", "onnx", "opus", "ot",
        "parquet", "pb", "pcm", "pdf", "pickle", "pkl", "png", "pt", "pth", "rar", "raw",
        "safetensors", "sam", "tar", "tflite", "tgz", "tif", "tiff", "wasm", "wav", "webm", "webp",
        "xz", "zip", "zst",
    }
)
# fmt: on
"""File-name endings that are LFS in a repository without `.gitattributes`."""


def lfs_rule(gitattributes: str | None) -> Callable[[str, int], bool]:
    """How to tell (path, size in bytes) of an LFS file, from the text of `.gitattributes` or its absence.

    Patterns follow gitattributes(5): the last line that matches a path and speaks of `filter` wins; a
    pattern without a slash matches the file name in every folder.
    """
    if gitattributes is None:
        return lambda path, size: size > LARGE or PurePosixPath(path).suffix[1:].lower() in LFS_SUFFIXES
    rules = _rules(gitattributes)

    def is_lfs(path: str, size: int) -> bool:
        verdict = next((lfs for matches, lfs in reversed(rules) if matches.match(path)), False)
        return verdict or size > LARGE

    return is_lfs


def _rules(text: str) -> list[tuple[re.Pattern[str], bool]]:
    """(pattern, is it LFS) of every line that says anything about `filter`, in the file's order."""
    lines = [_words(line) for line in text.splitlines()]
    return [
        (_pattern(words[0]), attribute == "filter=lfs")
        for words in lines
        if words and not words[0].startswith(("#", "!", "[attr]"))
        for attribute in words[1:]
        if attribute.lstrip("-!").partition("=")[0] == "filter"
    ]


def _words(line: str) -> list[str]:
    """Words of one line; a first word in double quotes may hold spaces."""
    quoted = re.match(r'\s*"((?:[^"\\]|\\.)*)"(.*)', line)
    if quoted:
        return [re.sub(r"\\(.)", r"\1", quoted[1]), *quoted[2].split()]
    return line.split()


def _pattern(glob: str) -> re.Pattern[str]:
    """Regular expression over whole paths for one gitattributes pattern."""
    anchored = "/" in glob.rstrip("/")
    glob = glob.lstrip("/")
    out = "" if anchored else "(?:.*/)?"
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at) and (at == 0 or glob[at - 1] == "/"):
            out, at = out + "(?:.*/)?", at + 3
        elif glob[at:] == "**" and (at == 0 or glob[at - 1] == "/"):
            out, at = out + ".*", at + 2
        elif glob[at] == "[" and "]" in glob[at + 2 :]:
            end = glob.index("]", at + 2)
            members = glob[at + 1 : end].replace("\\", "\\\\")
            out, at = out + "[" + ("^" + members[1:] if members[0] in "!^" else members) + "]", end + 1
        else:
            out, at = out + {"*": "[^/]*", "?": "[^/]"}.get(glob[at], re.escape(glob[at])), at + 1
    return re.compile(out + r"\Z")
