"""The only home of tables as polars frames, and with `statistics` the importer of polars.

Values are those of `Rows`: parquet is scanned by polars in place, from the verified files, as long as polars has a type
for each column that gives the same values; everything else comes through the table's own exact batches. polars' own
readers of JSON and CSV, which guess types, are never used.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, cast

import pyarrow as pa

from recipes_data.columns import Columns, Type
from recipes_data.errors import UsageError
from recipes_data.formats import FORMATS
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.members import table_files
from recipes_data.tables.oldarrow import size_of
from recipes_data.tables.opening import open_split, source_of
from recipes_data.tables.schema import arrow_schema
from recipes_data.tables.table import Table
from recipes_data.tables.toarrow import arrow_batches

try:
    import polars as pl
    from polars.io.plugins import register_io_source
except ImportError as exc:
    raise UsageError("polars is not installed", "pip install 'recipes-data[polars]'") from exc
if tuple(int(part) for part in pl.__version__.split(".")[:2]) < (2, 1):
    # 1.37 gives null for a time of whole seconds: values are proven from 2.1 on
    raise UsageError(f"polars {pl.__version__} is too old: it changes values", "pip install 'recipes-data[polars]'")

__all__ = ["frame_of", "held_by_polars", "scan_split"]

_SLICE_BYTES = 4 << 20


def scan_split(
    store: Store,
    lock: Lock,
    config: str,
    split: LockedSplit,
    *,
    columns: Sequence[str] | None = None,
    class_names: bool = False,
) -> pl.LazyFrame:
    """A split of a lock as a lazy frame, in the order of its rows; nothing is read before it is collected.

    `columns`: only these, in this order. `class_names`: class labels as enums of their names.

    Raises:
        UsageError: there is no such column, or polars has no type for one.
        NotFetchedError, IntegrityError, TableError: as `open_split`.
    """
    table = open_split(store, lock, config, split, build=False)
    name = f"{lock.name}/{config}:{split.name}"
    chosen = _chosen(table.columns, columns, name)
    wanted = _dtypes(chosen, name)
    frame = _scanned(store, lock, config, split, wanted) if split.format == "parquet" else None
    if frame is None:
        frame = _batched(table, split.format, wanted, name)
    return frame.with_columns(*map(_named, _labels(chosen))) if class_names else frame


def held_by_polars(columns: Columns) -> list[str]:
    """The columns that polars has types for."""
    held = []
    for column in columns:
        try:
            held += list(_dtypes((column,), ""))
        except UsageError:
            continue
    return held


def frame_of(table: pa.Table) -> pl.DataFrame:
    """An Arrow table as a frame, uncopied where polars has the same layout."""
    return pl.DataFrame(table)


def _chosen(known: Columns, names: Sequence[str] | None, table: str) -> Columns:
    if names is None:
        return known
    kinds = dict(known)
    unknown = [name for name in names if name not in kinds]
    if unknown or len(set(names)) != len(names):
        what = f"there is no column {unknown[0]!r}" if unknown else "a column stands twice in columns="
        raise UsageError(f"{table}: {what}", f"there is: {', '.join(kinds)}")
    return tuple((name, kinds[name]) for name in names)


def _dtypes(columns: Columns, table: str) -> dict[str, pl.DataType]:
    """The polars type of each column that gives the values of `Rows`."""
    dtypes: dict[str, pl.DataType] = {}
    for name, kind in columns:
        try:
            empty = arrow_schema(((name, _days(kind)),)).empty_table()
            dtypes[name] = pl.DataFrame(empty).schema[name]
        except (ValueError, pl.exceptions.PolarsError) as exc:
            left = "leave it out: columns=[...], or read rows with load()"
            raise UsageError(f"{table}, column {name!r}: polars has no type for {kind}: {exc}", left) from exc
    return dtypes


def _days(kind: Type) -> Type:
    """The type with dates as days: of milliseconds polars would make moments."""
    if kind.kind == "map":
        raise ValueError("a key may stand in it more than once")
    if kind.kind == "date64":
        return Type("date32")
    return Type(kind.kind, tuple((name, _days(field)) for name, field in kind.fields), kind.params)


# --- parquet, in place


def _scanned(
    store: Store, lock: Lock, config: str, split: LockedSplit, wanted: dict[str, pl.DataType]
) -> pl.LazyFrame | None:
    """The files as polars scans them; None where it would read one of them as other values."""
    paths: list[tuple[dict[str, pl.DataType], str]] = []
    for file in table_files(store, lock, split):
        sha256 = store.sha256_of_file(file) or ""
        path = source_of(store, file, sha256, f"{lock.name}/{config}:{split.name} ({file.path})").path
        found = pl.read_parquet_schema(path)
        if not all(name in found and _same_values(found[name], kind) for name, kind in wanted.items()):
            return None
        paths.append(({name: found[name] for name in wanted}, str(path)))
    # files of one spelling are one scan: polars refuses to join a text to a dictionary of texts
    parts = [
        pl.scan_parquet(
            [path for _, path in group], glob=False, hive_partitioning=False, extra_columns="ignore"
        ).select(pl.col(name) if found[name] == kind else pl.col(name).cast(kind) for name, kind in wanted.items())
        for found, group in itertools.groupby(paths, key=lambda pair: pair[0])
    ]
    return parts[0] if len(parts) == 1 else pl.concat(parts, how="vertical")


def _same_values(found: pl.DataType, wanted: pl.DataType) -> bool:
    """Whether a cast from what polars reads to what is wanted changes no value of `Rows`."""
    if found == wanted:
        return True
    if isinstance(wanted, pl.String):
        return isinstance(found, (pl.Categorical, pl.Enum))
    if isinstance(wanted, pl.Date):
        return isinstance(found, pl.Datetime)
    if isinstance(wanted, pl.List):
        inner = found.inner if isinstance(found, (pl.List, pl.Array)) else None
        return inner is not None and _same_values(cast(pl.DataType, inner), cast(pl.DataType, wanted.inner))
    if isinstance(wanted, pl.Struct) and isinstance(found, pl.Struct):
        pairs = zip(found.fields, wanted.fields, strict=False)
        return len(found.fields) == len(wanted.fields) and all(
            ours.name == theirs.name and _same_values(cast(pl.DataType, ours.dtype), cast(pl.DataType, theirs.dtype))
            for ours, theirs in pairs
        )
    return False


# --- everything else, through exact batches


def _batched(table: Table, format: str, wanted: dict[str, pl.DataType], name: str) -> pl.LazyFrame:
    """A frame that reads the table's own batches when it is collected, and no further than it has to."""
    by_row = not (FORMATS[format].typed or FORMATS[format].whole)
    source = partial(_frames, table, by_row, wanted, name)
    return register_io_source(source, schema=wanted)


def _frames(
    table: Table,
    by_row: bool,
    wanted: dict[str, pl.DataType],
    name: str,
    with_columns: list[str] | None,
    predicate: pl.Expr | None,
    n_rows: int | None,
    batch_size: int | None,  # noqa: ARG001  # batches are as large as the reader makes them
) -> Iterator[pl.DataFrame]:
    given = list(wanted) if with_columns is None else with_columns
    asked = set(given) | set(predicate.meta.root_names() if predicate is not None else ())
    columns = tuple((column, _days(kind)) for column, kind in table.columns if column in asked)
    schema = arrow_schema(columns)
    left = len(table) if n_rows is None else min(n_rows, len(table))
    for batch in _batches(table, columns, by_row, name):
        if left <= 0:
            return
        frame = pl.DataFrame(pa.Table.from_batches([batch]).select(schema.names).cast(schema)).head(left)
        left -= frame.height
        # polars has several on their way at once: small slices of one batch hold no more than the batch
        for part in frame.iter_slices(max(1, frame.height * _SLICE_BYTES // max(1, size_of(batch)))):
            yield (part if predicate is None else part.filter(predicate)).select(given)


def _batches(table: Table, columns: Columns, by_row: bool, name: str) -> Iterator[pa.RecordBatch]:
    if not columns:  # only how many rows there are
        return iter([pa.RecordBatch.from_struct_array(pa.nulls(len(table), pa.struct([])))])
    if by_row:
        # a text that nobody asks for need not become Arrow
        return arrow_batches(table.rows(), columns, name, _SLICE_BYTES)
    return table.batches()


# --- class labels


def _labels(columns: Columns) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, kind.params) for name, kind in columns if kind.kind == "class_label"]


def _named(label: tuple[str, tuple[str, ...]]) -> pl.Expr:
    column, names = label
    dtype: Any = pl.Enum(names) if len(set(names)) == len(names) else pl.String
    return pl.col(column).replace_strict([-1, *range(len(names))], [None, *names], return_dtype=dtype)
