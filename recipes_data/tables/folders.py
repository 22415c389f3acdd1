"""The only home of folders of images or sounds: one row a file, or one row for each row of the metadata beside them.

As `imagefolder` and `audiofolder` of datasets 5.2 read them, with bytes instead of decoded values:

- With metadata (`metadata.csv`, `.jsonl` or `.parquet`) the rows are its rows. `file_name` becomes the column `image`
  or `audio`, `x_file_name` becomes `x`, `file_names` becomes a list; paths count from the metadata's folder.
- Without it a file's folder is its `label`, if there are several folders at one depth in all splits together; class
  names are sorted by code points.

Here a file that no metadata names is an error, where `datasets` leaves it out, and so is a split without metadata
beside one that has some. A cell is `{"bytes", "path"}`; `path` is the file's path in the repository.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from recipes_data.columns import MEDIA, Columns, Type, class_label, differences
from recipes_data.errors import TableError
from recipes_data.formats import METADATA_NAMES, format_of
from recipes_data.tables.folderrows import FolderShard, MetadataShard
from recipes_data.tables.opening import reader_of
from recipes_data.tables.shards import Reader
from recipes_data.tables.source import Source

__all__ = ["measure_together", "shards"]

_STRING = Type("string")
_MEND = "correct the manifest's `files:`, or tell the repository's owner"


def measure_together(
    sources: Sequence[Source], promised: Columns | None, siblings: Sequence[str]
) -> tuple[list[int], Columns]:
    """How many rows each file gives, and the columns; the bytes of images and sounds are not read.

    Raises:
        TableError: metadata and files do not fit together.
    """
    kind = _kind(sources)
    metadata = [source for source in sources if _is_metadata(source.file)]
    if not metadata and any(_is_metadata(path) for path in siblings):
        what = f"{sources[0].name}: another split of the config has metadata, this one has none"
        raise TableError(what, "name it under the split's `files:`, or make a config of each")
    if metadata:
        return _measured_metadata(sources, metadata, kind, promised)
    names = _class_names(sources, promised, siblings)
    columns = ((kind, MEDIA[kind]), *((("label", class_label(names)),) if names else ()))
    return [1] * len(sources), columns


def shards(
    sources: Sequence[Source], rows: Sequence[int], columns: Columns
) -> Sequence[FolderShard] | Sequence[MetadataShard]:
    """One shard of all files without metadata, else one for each metadata file."""
    kind = _kind(sources)
    media = [source for source in sources if not _is_metadata(source.file)]
    if len(media) == len(sources):
        names = next((type_.params for name, type_ in columns if name == "label"), ())
        labels = [names.index(_folder(source.file)) for source in sources] if names else None
        return [FolderShard(media, labels, columns, kind)]
    inner = _metadata_columns(columns, kind)
    return [
        _metadata_shard(source, count, inner, media, kind, columns)
        for source, count in zip(sources, rows, strict=True)
        if _is_metadata(source.file)
    ]


def _kind(sources: Sequence[Source]) -> str:
    """`image` or `audio`, by the first file that is one."""
    found = next((format_of(source.file) for source in sources if not _is_metadata(source.file)), None)
    if found not in ("imagefolder", "audiofolder"):
        raise TableError(f"{sources[0].name}: metadata without images or sounds beside it", _MEND)
    return found.removesuffix("folder")


def _is_metadata(path: str) -> bool:
    return posixpath.basename(path) in METADATA_NAMES


def _folder(path: str) -> str:
    return posixpath.basename(posixpath.dirname(path))


def _reader(metadata: Source) -> Reader:
    return reader_of(format_of(metadata.file) or "")


# --- without metadata


def _class_names(sources: Sequence[Source], promised: Columns | None, siblings: Sequence[str]) -> tuple[str, ...]:
    """Names of the classes; none where folders say none."""
    in_archives = any("!/" in source.file for source in sources)
    named = [source.file for source in sources] if in_archives else siblings
    paths = [path for path in named if format_of(path) == format_of(sources[0].file)]
    folders = {_folder(path) for path in paths}
    if len(folders) < 2 or len({path.count("/") for path in paths}) != 1:
        return ()
    if not in_archives:
        return tuple(sorted(folders))
    # which folders other splits have stands in archives that may not be here
    names = next((kind.params for name, kind in promised or () if name == "label" and kind.kind == "class_label"), ())
    missing = sorted(folders - set(names))
    if missing:
        what = f"{sources[0].name}: the folder {missing[0]!r} is no class that the manifest names"
        raise TableError(what, 'say the classes of all splits under `columns:`, as label: class_label["a","b"]')
    return names


# --- with metadata


def _measured_metadata(
    sources: Sequence[Source], metadata: Sequence[Source], kind: str, promised: Columns | None
) -> tuple[list[int], Columns]:
    suffixes = {posixpath.splitext(source.file)[1] for source in metadata}
    if len(suffixes) > 1:
        raise TableError(f"{metadata[0].name}: metadata of several formats ({', '.join(sorted(suffixes))})", _MEND)
    wished = None if promised is None else _metadata_columns(promised, kind)
    media = [source for source in sources if not _is_metadata(source.file)]
    counts: dict[str, int] = {}
    columns: Columns = ()
    named: set[str] = set()
    for source in metadata:
        facts = _reader(source).measure(source, wished)
        found = _outer_columns(facts.columns, kind, source)
        wrong = differences(dict(columns), dict(found)) if columns else ()
        if wrong:
            raise TableError(f"{source.name} has other columns than {metadata[0].name}: " + "; ".join(wrong), _MEND)
        columns = columns or found
        counts[source.file] = facts.rows
        named |= _metadata_shard(source, facts.rows, facts.columns, media, kind, found).named()
    left = [source.file for source in media if source.file not in named]
    if left:
        more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
        raise TableError(f"{metadata[0].name} names no row for {left[0]}{more}", "leave them out of `files:`")
    return [counts.get(source.file, 0) for source in sources], columns


def _metadata_shard(
    metadata: Source, rows: int, inner: Columns, media: Sequence[Source], kind: str, columns: Columns
) -> MetadataShard:
    """The rows of one metadata file. `inner`: its own columns; `columns`: the table's."""
    below = {_below(metadata, one): one for one in media}
    below.pop(None, None)
    shard = _reader(metadata).shards([metadata], [rows], inner)[0]
    return MetadataShard(shard, below, _cells(inner, kind), columns, metadata.name)


def _below(metadata: Source, media: Source) -> str | None:
    """A file's path from the metadata's folder; None where it does not lie below."""
    folder = posixpath.dirname(metadata.file)
    if not folder:
        return media.file
    return media.file[len(folder) + 1 :] if media.file.startswith(folder + "/") else None


def _cells(columns: Columns, kind: str) -> dict[str, str]:
    """The column of cells for each column of file names."""
    found: dict[str, str] = {}
    for name, type_ in columns:
        if type_ == _STRING and (name == "file_name" or name.endswith("_file_name")):
            found[name] = name.removesuffix("file_name").removesuffix("_") or kind
        elif type_ == Type("list", (("item", _STRING),)) and (name == "file_names" or name.endswith("_file_names")):
            found[name] = name.removesuffix("file_names").removesuffix("_") or f"{kind}s"
    return found


def _outer_columns(columns: Columns, kind: str, source: Source) -> Columns:
    """The table's columns, where the metadata has these."""
    cells = _cells(columns, kind)
    if not cells:
        raise TableError(f"{source.name}: no column is called file_name, *_file_name or file_names", _MEND)
    one = MEDIA[kind]
    found = tuple(
        (cells.get(name, name), type_ if name not in cells else one if type_ == _STRING else _list_of(one))
        for name, type_ in columns
    )
    names = [name for name, _ in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(f"{source.name}: two columns would be called {twice[0]!r}", _MEND)
    return found


def _metadata_columns(columns: Columns, kind: str) -> Columns:
    """The metadata's columns, where the table has these."""
    one = MEDIA[kind]

    def inner(name: str, type_: Type) -> tuple[str, Type]:
        if type_ == one:
            return ("file_name" if name == kind else f"{name}_file_name"), _STRING
        if type_ == _list_of(one):
            return ("file_names" if name == f"{kind}s" else f"{name}_file_names"), _list_of(_STRING)
        return name, type_

    return tuple(inner(name, type_) for name, type_ in columns)


def _list_of(item: Type) -> Type:
    return Type("list", (("item", item),))
