"""The only home of folders that `datasets.Dataset.save_to_disk` wrote: Arrow files in the order of `state.json`.

As `Dataset.load_from_disk` of datasets 5.2 reads them: `state.json` lists the files under `_data_files`, and the
features in `dataset_info.json` count before those in the Arrow files. The view that was set when the folder was written
(`_format_columns`, `_format_type`) is no part of the rows. Folders of datasets 1.x may hold an indices mapping, which
says other rows than the files do: refused.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Sequence
from typing import Any

from recipes_data.columns import Columns, differences
from recipes_data.errors import TableError
from recipes_data.tables.arrow import ArrowShard, arrow_facts
from recipes_data.tables.source import Source

__all__ = ["measure_together", "shards"]

_MAX_NOTE = 64 << 20  # bytes of state.json and dataset_info.json; real ones have some thousand
_MEND = "name one folder that save_to_disk wrote, all of its files, under the split's `files:`"


def measure_together(
    sources: Sequence[Source],
    promised: Columns | None,  # noqa: ARG001  # types stand in the files
    siblings: Sequence[str],  # noqa: ARG001
) -> tuple[list[int], Columns]:
    """Rows of each file (none in those that are JSON), and the columns.

    Raises:
        TableError: not such a folder, not all of it, with an indices mapping, or with files of different columns.
    """
    ordered = _ordered(sources)
    info = next((source for source in sources if posixpath.basename(source.file) == "dataset_info.json"), None)
    features = None if info is None else _note(info).get("features")
    facts = [
        arrow_facts(source.path, source.name, features if isinstance(features, dict) else None) for source in ordered
    ]
    columns = facts[0][1]
    for source, (_, others) in zip(ordered[1:], facts[1:], strict=True):
        wrong = differences(dict(columns), dict(others))
        if wrong:
            raise TableError(f"{source.name} has other columns than {ordered[0].name}: " + "; ".join(wrong), _MEND)
    counts = {source.file: rows for source, (rows, _) in zip(ordered, facts, strict=True)}
    return [counts.get(source.file, 0) for source in sources], columns


def shards(sources: Sequence[Source], rows: Sequence[int], columns: Columns) -> list[ArrowShard]:  # noqa: ARG001
    """A shard for each Arrow file, in the order of `state.json`."""
    counts = {source.file: count for source, count in zip(sources, rows, strict=True)}
    return [ArrowShard(source.path, source.name, counts[source.file]) for source in _ordered(sources)]


def _ordered(sources: Sequence[Source]) -> list[Source]:
    """The Arrow files in the order of rows."""
    states = [source for source in sources if posixpath.basename(source.file) == "state.json"]
    if len(states) != 1:
        raise TableError(f"{sources[0].name}: {len(states)} files are called state.json, expected one", _MEND)
    state = _note(states[0])
    if state.get("_indices_data_files") or state.get("_indices_files"):
        what = f"{states[0].name}: an indices mapping of an old version of datasets says which rows are meant"
        raise TableError(
            what, "load the folder with datasets and save it anew: save_to_disk writes the rows themselves"
        )
    listed = state.get("_data_files")
    if not isinstance(listed, list) or not listed:
        raise TableError(f"{states[0].name}: lists no `_data_files`", _MEND)
    folder = posixpath.dirname(states[0].file)
    arrows = {source.file: source for source in sources if source.file.endswith(".arrow")}
    ordered: list[Source] = []
    for entry in listed:
        name = entry.get("filename") if isinstance(entry, dict) else None
        path = posixpath.join(folder, name) if isinstance(name, str) else None
        if path not in arrows:
            raise TableError(f"{states[0].name}: lists {name!r}, which is no file of the split", _MEND)
        ordered.append(arrows.pop(path))
    if arrows:
        raise TableError(f"{states[0].name}: does not list {next(iter(arrows))}", _MEND)
    return ordered


def _note(source: Source) -> dict[str, Any]:
    try:
        if source.size > _MAX_NOTE:
            raise ValueError(f"{source.size:,} bytes")
        note = json.loads(source.path.read_bytes())
        if not isinstance(note, dict):
            raise TypeError("not an object")
    except (OSError, ValueError, TypeError, RecursionError) as exc:
        raise TableError(f"{source.name}: not JSON as save_to_disk writes it: {exc}", _MEND) from exc
    return note
