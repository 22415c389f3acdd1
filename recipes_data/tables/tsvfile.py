"""The only home of tsv files: records with a tab between their fields, as `tables.delimited` reads them."""

from __future__ import annotations

from collections.abc import Sequence

from recipes_data.columns import Columns
from recipes_data.tables.delimited import delimited_facts, delimited_grammar
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.textrows import PackedShard, PlainShard, open_text

__all__ = ["measure", "shards"]

_DELIMITER = b"\t"


def measure(source: Source, promised: Columns | None) -> FileFacts:
    """Every field is read; an index of the records is built and kept. Raises TableError as `delimited_facts` does."""
    return delimited_facts(source, promised, _DELIMITER)


def shards(sources: Sequence[Source], rows: Sequence[int], columns: Columns) -> list[PlainShard | PackedShard]:
    """A shard for each file.

    Raises:
        IntegrityError: a file has another number of records than was measured.
    """
    return open_text(sources, rows, columns, delimited_grammar(_DELIMITER))
