"""The only home of the formats of data files: how they are called, which suffixes say them, which module reads them.

Imports no reader. Compression is no format of its own: `rows.jsonl.gz` is jsonl.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COMPRESSIONS", "FORMATS", "Format", "compression_of", "format_of"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that has rows.

    `suffixes` say it, the first is given to a table's own files. `reader`: the module of `recipes_data.tables`.
    `typed`: the bytes say what types their columns have; where they don't, what was measured depends on the types
    that were promised. `packed`: its files may be compressed as a whole.
    """

    suffixes: tuple[str, ...]
    reader: str
    typed: bool = False
    packed: bool = False


FORMATS = {
    "parquet": Format((".parquet",), "recipes_data.tables.parquet", typed=True),
    "jsonl": Format((".jsonl", ".ndjson"), "recipes_data.tables.jsonl"),
}
"""By name. Files of every other format are kept as they are: "files"."""

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}
"""What a last suffix says of the bytes under it."""


def compression_of(path: str) -> str | None:
    """How a file is compressed as a whole, by its name: "gzip", "zstd", "bzip2", "xz"; None where it is not."""
    return COMPRESSIONS.get(_suffix(path))


def format_of(path: str) -> str | None:
    """The format that a file's name says; None where it says none that has rows."""
    packed = compression_of(path) is not None
    suffix = _suffix(path[: path.rfind(".")] if packed else path)
    for name, found in FORMATS.items():
        if suffix in found.suffixes and (found.packed or not packed):
            return name
    return None


def _suffix(path: str) -> str:
    name = path[path.rfind("/") + 1 :]
    return name[name.rfind(".") :].lower() if "." in name else ""
