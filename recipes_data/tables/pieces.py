"""The only home of a piece of a conversion: a run of rows of one file, written to one file in another format.

A piece says all that a process needs which knows nothing else (`Piece.to_json`), so that any process can make it.
"""

from __future__ import annotations

import dataclasses
import importlib
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from recipes_data.columns import Columns, parse_type
from recipes_data.tables.linerows import line_rows
from recipes_data.tables.opening import reader_of
from recipes_data.tables.source import Source
from recipes_data.tables.written import Written

__all__ = ["WRITERS", "Piece", "make_piece"]

WRITERS = {
    "parquet": ("recipes_data.tables.parquetwriter", "write_parquet"),
    "jsonl": ("recipes_data.tables.jsonlwriter", "write_jsonl"),
}
"""By format: the module and the function that write rows and prove them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows `start` to `stop` of a source, to be written to the new file `target` in the format `to`.

    `path`, `name`, `file`, `size` and `index` are those of the `Source`; `format`: how it is read; `rows`: how many it
    has; `columns`: the table's, types as text.
    """

    path: str
    name: str
    file: str
    size: int
    index: str
    format: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    start: int
    stop: int
    to: str
    target: str

    def to_json(self) -> str:
        """One line of text."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Piece:
        """The piece of a text that `to_json` gave."""
        found = json.loads(text)
        return cls(**{**found, "columns": tuple((name, kind) for name, kind in found["columns"])})


def make_piece(piece: Piece, moved: Callable[[int], None] = lambda count: None) -> Written:
    """Write and prove a piece; `moved` is told of each row twice. Raises as `write_parquet` does."""
    columns: Columns = tuple((name, parse_type(kind)) for name, kind in piece.columns)
    source = Source(Path(piece.path), piece.name, piece.file, piece.size, Path(piece.index), lambda content: None)
    (shard,) = reader_of(piece.format).shards([source], [piece.rows], columns)

    lines = line_rows(source, piece.rows, columns, shard) if piece.format == "jsonl" else None

    def rows() -> Iterable[dict[str, Any]]:
        return itertools.islice(shard.rows(piece.start, piece.stop), piece.stop - piece.start)

    module, function = WRITERS[piece.to]
    write: Callable[..., Written] = getattr(importlib.import_module(module), function)
    grouped = None if lines is None else partial(lines.groups, piece.start, piece.stop)
    target = Path(piece.target)
    return write(rows, columns, target, name=piece.name, first=piece.start, grouped=grouped, moved=moved)
