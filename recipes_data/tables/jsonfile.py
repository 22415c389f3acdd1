"""The only home of JSON files: one array of objects, or objects one after the other (RFC 8259), in UTF-8.

Each object is a row: of an array every item, else every object of the file, with nothing but white space between
them. So a file of one object is one row, however it is laid out, and a `.json` file with an object on each line is
what it looks like. Which field of an object may hold the rows is never guessed. Values are those of `tables.jsonl`.

`datasets` reads the same files; it also takes an array of texts as a column `text`, which is refused here.
"""

from __future__ import annotations

from functools import partial

from recipes_data.columns import Columns
from recipes_data.tables.jsonrows import object_decoder, object_facts
from recipes_data.tables.spans import json_values
from recipes_data.tables.textrows import Decode, Grammar, open_text
from recipes_data.tables.unpacking import TextFile

__all__ = ["GRAMMAR", "measure", "shards"]


def _bare(text: bytes) -> bytes:
    """The object alone: it ends in a brace, and what may follow an item of an array does not."""
    return text.rstrip(b" \t\r\n,]")


def _decoder(file: TextFile, columns: Columns) -> Decode:  # noqa: ARG001  # the object says it all
    return object_decoder(columns, _bare)


GRAMMAR = Grammar(
    json_values,
    _decoder,
    "a .json file is one array of objects, or objects one after the other, in UTF-8; see `format:` and `files:` in "
    "the manifest",
)

measure = partial(object_facts, grammar=GRAMMAR)
shards = partial(open_text, grammar=GRAMMAR)
