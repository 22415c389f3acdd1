"""The only home of JSON Lines, read in place through a line index. Format: one JSON object a line, UTF-8 (RFC 8259).

The value read is the value that `json.loads` gives for the line (`tables.jsontext` names the one exception, a number
that no float64 is near to); texts stay texts, whatever they look like. Columns come in the order of the table's
schema; a key that a line leaves out is None.

A column has one type. An integer that needs more than 64 bits has none and is refused; one from 2**63 to 2**64 - 1 is
kept where the manifest promises `uint64`. Integers and floats in one column are refused, unless `float64` is promised
and every integer is one that a float64 holds exactly (up to 2**53): rows then give each as it was written.
"""

from __future__ import annotations

from functools import partial

from recipes_data.columns import Columns
from recipes_data.tables.jsonrows import object_decoder, object_facts
from recipes_data.tables.lines import Offsets, line_starts
from recipes_data.tables.spans import json_lines
from recipes_data.tables.textrows import Decode, Grammar, open_text
from recipes_data.tables.unpacking import TextFile

__all__ = ["GRAMMAR", "measure", "shards"]


def _bare(text: bytes) -> bytes:
    """The line alone: blank ones may follow it."""
    end = text.find(b"\n")
    return text if end < 0 else text[:end]


def _decoder(file: TextFile, columns: Columns) -> Decode:  # noqa: ARG001  # the line says it all
    return object_decoder(columns, _bare)


def _starts(file: TextFile) -> Offsets:
    return line_starts(file.path)


GRAMMAR = Grammar(
    json_lines,
    _decoder,
    "each line of JSON Lines is one JSON object in UTF-8; see `format:` and `files:` in the manifest",
    starts=_starts,
)

measure = partial(object_facts, grammar=GRAMMAR)
shards = partial(open_text, grammar=GRAMMAR)
