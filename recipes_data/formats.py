"""The only home of the formats of data files: how they are called, which suffixes say them, which module reads them.

Imports no reader. Compression is no format of its own: `rows.jsonl.gz` is jsonl.
"""

from __future__ import annotations

from collections.abc import Iterable

from recipes_data.values import value

__all__ = [
    "ARCHIVES",
    "COMPRESSIONS",
    "FORMATS",
    "METADATA_NAMES",
    "Format",
    "archive_of",
    "compression_of",
    "format_of",
    "link_suffix",
    "table_format",
]


@value
class Format:
    """A format that has rows.

    `suffixes` say it, the first is given to a table's own files. `reader`: the module of `recipes_data.tables`.
    `typed`: the bytes say what types their columns have; where they don't, what was measured depends on the types
    that were promised. `packed`: its files may be compressed as a whole. `whole`: the files of a split are one table
    only together, so that they are measured together.
    """

    suffixes: tuple[str, ...]
    reader: str
    typed: bool = False
    packed: bool = False
    whole: bool = False


FORMATS = {
    "parquet": Format((".parquet",), "recipes_data.tables.parquet", typed=True),
    "jsonl": Format((".jsonl", ".ndjson"), "recipes_data.tables.jsonl", packed=True),
    "json": Format((".json",), "recipes_data.tables.jsonfile", packed=True),
    "csv": Format((".csv",), "recipes_data.tables.csvfile", packed=True),
    "tsv": Format((".tsv",), "recipes_data.tables.tsvfile", packed=True),
    "text": Format((".txt",), "recipes_data.tables.textfile", packed=True),
    "arrow": Format((".arrow", ".feather"), "recipes_data.tables.arrow", typed=True),
    "save_to_disk": Format((), "recipes_data.tables.saved", typed=True, whole=True),
    "imagefolder": Format(
        tuple(f".{suffix}" for suffix in ["png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff"]),
        "recipes_data.tables.folders",
        whole=True,
    ),
    "audiofolder": Format(
        tuple(f".{suffix}" for suffix in ["wav", "flac", "mp3", "ogg", "oga", "opus", "m4a"]),
        "recipes_data.tables.folders",
        whole=True,
    ),
}
"""By name. Files of every other format are kept as they are: "files"."""

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}
"""What a last suffix says of the bytes under it."""

ARCHIVES = {
    ".zip": "zip",
    ".tar": "tar",
    **dict.fromkeys((".tar.gz", ".tgz"), "tar:gz"),
    **dict.fromkeys((".tar.bz2", ".tbz2"), "tar:bz2"),
    **dict.fromkeys((".tar.xz", ".txz"), "tar:xz"),
}
"""What the end of a name says of an archive: its kind, and how it is compressed as a whole."""


def archive_of(path: str) -> str | None:
    """The kind of archive that a file's name says, as `ARCHIVES` has it; None where it says none."""
    lower = path.lower()
    return next((kind for suffix, kind in ARCHIVES.items() if lower.endswith(suffix)), None)


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


METADATA_NAMES = frozenset(("metadata.csv", "metadata.jsonl", "metadata.parquet"))
"""Beside images or sounds: a table with one row for each of them."""
_SAVED_NAMES = frozenset(("state.json", "dataset_info.json", "dataset_dict.json"))


def table_format(paths: Iterable[str]) -> str | None:
    """The format that the names of a table's files say together; None where they say none, or several."""
    names = {path[path.rfind("/") + 1 :] for path in paths}
    if "state.json" in names and names - _SAVED_NAMES:
        rest = {format_of(name) for name in names - _SAVED_NAMES}
        return "save_to_disk" if rest == {"arrow"} else None
    formats = {format_of(name) for name in names}
    if len(formats) > 1:
        formats = {format_of(name) for name in names - METADATA_NAMES}
        formats = {name for name in formats if name in ("imagefolder", "audiofolder")} if len(formats) == 1 else set()
    return formats.pop() if len(formats) == 1 else None


def link_suffix(format: str) -> str:
    """The suffix of the links to a table's files; none where each file has another."""
    found = FORMATS.get(format)
    return found.suffixes[0] if found is not None and not found.whole else ""


def _suffix(path: str) -> str:
    name = path[path.rfind("/") + 1 :]
    return name[name.rfind(".") :].lower() if "." in name else ""
