"""The only home of rows on their way out: to Arrow, polars, pandas and real `datasets.Dataset`s."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from loaders.keys import taken
from loaders.order import Order, is_run
from loaders.views import Tabular
from recipes_data.columns import Type
from recipes_data.errors import UsageError
from recipes_data.tables.oldarrow import size_of
from recipes_data.tables.schema import arrow_schema, huggingface_features

if TYPE_CHECKING:
    import datasets
    import pandas as pd
    import polars as pl

__all__ = ["as_arrow", "as_dataset", "as_pandas", "as_polars"]

_WIDE_BYTES = 1 << 30


def as_arrow(table: Tabular, order: Order) -> pa.Table:
    """The rows in their order, in the files' own types where no row changes its place."""
    whole = table.arrow()
    if not is_run(order) and size_of(whole) > _WIDE_BYTES:
        # `take` overflows on more than 2 GiB of text in 32-bit offsets
        whole = whole.cast(arrow_schema(table.columns))
    return taken(whole, order)


def as_polars(table: Tabular, order: Order) -> pl.DataFrame:
    """The rows as a `polars.DataFrame`.

    Raises:
        UsageError: polars is not installed.
    """
    from loaders.inpolars import frame_of  # an extra

    return frame_of(as_arrow(table, order))


def as_pandas(table: Tabular, order: Order) -> pd.DataFrame:
    """The rows as a `pandas.DataFrame`, as Arrow makes it.

    Raises:
        UsageError: pandas is not installed.
    """
    try:
        return as_arrow(table, order).to_pandas()
    except ImportError as exc:
        raise UsageError("pandas is not installed", "pip install pandas") from exc


def as_dataset(table: Tabular, order: Order, file: str | os.PathLike[str] | None) -> datasets.Dataset:
    """The rows as a `datasets.Dataset` with features; an order becomes its indices, so that no row is copied.

    `file`: where an Arrow file is written that the dataset then maps, instead of holding the table in memory.

    Raises:
        UsageError: `datasets` is not installed.
    """
    try:
        import datasets  # an extra, half a second
        from datasets.table import InMemoryTable
    except ImportError as exc:
        raise UsageError("datasets is not installed", "pip install datasets") from exc
    if file is None:
        whole = table.arrow()
        if is_run(order):
            whole, order = taken(whole, order), range(len(order))
        narrow, features = _narrowed(whole, table)
        held: Any = InMemoryTable(narrow)
    else:
        held, features = _written(table, Path(file))
    indices = None
    if not (is_run(order) and len(order) == len(held)):
        indices = InMemoryTable(taken(_counted(len(held)), order))
    # a fingerprint of its own: `datasets` would hash every byte of the table to make one
    return datasets.Dataset(held, info=datasets.DatasetInfo(features=features), indices_table=indices)


def _counted(rows: int) -> pa.Table:
    """0..rows-1 as the column that `datasets` calls indices."""
    from array import array

    return pa.table(
        {"indices": pa.Array.from_buffers(pa.uint64(), rows, [None, pa.py_buffer(array("Q", range(rows)))])}
    )


def _features(table: Tabular, schema: pa.Schema) -> Any:
    """What `datasets` noted in the files, else the types of the columns in its words."""
    import datasets

    noted = huggingface_features(schema)
    found = datasets.Features.from_arrow_schema(schema) if noted else {}
    return datasets.Features({name: found[name] if name in noted else _feature(kind) for name, kind in table.columns})


def _feature(kind: Type) -> Any:
    import datasets

    if kind.kind == "class_label":
        return datasets.ClassLabel(names=list(kind.params))
    if kind.kind == "struct" and kind.params:
        return {"image": datasets.Image, "audio": datasets.Audio}[kind.params[0]]()
    if kind.kind == "struct":
        return {name: _feature(field) for name, field in kind.fields}
    if kind.kind == "list":
        return datasets.List(_feature(kind.fields[0][1]))
    try:
        return datasets.Value(str(kind))
    except ValueError as exc:
        raise UsageError(f"`datasets` has no type for {kind}", "map the column to another type first") from exc


def _narrowed(whole: pa.Table, table: Tabular) -> tuple[pa.Table, Any]:
    """A table in the types that `datasets` gives its columns; texts keep 64-bit offsets where 32 bits are too few."""
    import datasets

    features = _features(table, whole.schema)
    try:
        return whole.select(list(features)).cast(features.arrow_schema), features
    except pa.ArrowInvalid:
        plain = whole.replace_schema_metadata(None)
        return plain, datasets.Features.from_arrow_schema(plain.schema)


def _written(table: Tabular, file: Path) -> tuple[Any, Any]:
    """The table streamed into an Arrow file, then mapped."""
    from datasets.table import MemoryMappedTable

    schema: Any = None
    features: Any = None
    aside = file.with_name(file.name + f".{os.getpid()}.part")
    with aside.open("wb") as sink:
        writer = None
        for batch in table.batches():
            part = pa.Table.from_batches([batch])
            if writer is None:
                features = _features(table, part.schema)
                schema = features.arrow_schema
                writer = pa.ipc.new_stream(sink, schema)
            writer.write_table(part.select(schema.names).cast(schema))
        if writer is None:
            features = _features(table, arrow_schema(table.columns))
            writer = pa.ipc.new_stream(sink, features.arrow_schema)
        writer.close()
    aside.replace(file)
    return MemoryMappedTable.from_file(str(file)), features
