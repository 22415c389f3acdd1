"""The only home of what a parquet file's last bytes tell: rows and columns, without the file.

Format: Apache Parquet; a file ends in its metadata (thrift), four bytes with their length (little endian), and `PAR1`.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from recipes_data.errors import TableError
from recipes_data.tables.schema import columns_of
from recipes_data.tables.source import FileFacts

__all__ = ["parquet_footer"]

_FIRST_LOOK = 64 << 10
_MOST = 64 << 20  # bytes: tens of thousands of row groups
_MAGIC = b"PAR1"


def parquet_footer(last: Callable[[int], bytes], size: int, name: str) -> FileFacts:
    """Rows and columns of a parquet file of `size` bytes; `last(count)` gives its last bytes, twice at most.

    Raises:
        TableError: it does not end as parquet does, or a column's type has no name here.
    """
    end = last(min(size, _FIRST_LOOK))
    if len(end) < 12 or not end.endswith(_MAGIC):
        raise TableError(f"{name}: does not end as a parquet file does", "look at the file")
    length = int.from_bytes(end[-8:-4], "little") + 8
    if length > min(size - 4, _MOST):
        raise TableError(f"{name}: its footer claims {length:,} bytes, the file has {size:,}", "look at the file")
    if length > len(end):
        end = last(length)
    try:
        # readers look at the footer alone until rows are asked of them
        file = pq.ParquetFile(io.BytesIO(_MAGIC + end[-length:]))
        return FileFacts(file.metadata.num_rows, columns_of(file.schema_arrow))
    except (pa.ArrowException, OSError) as exc:
        raise TableError(f"{name}: its footer cannot be read: {exc}", "look at the file") from exc
    except ValueError as exc:
        raise TableError(f"{name}: {exc}", "leave the file out") from exc
