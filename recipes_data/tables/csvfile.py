"""The only home of csv files: records with a comma between their fields, as `tables.delimited` reads them."""

from __future__ import annotations

from functools import partial

from recipes_data.tables.delimited import delimited_facts, delimited_grammar
from recipes_data.tables.textrows import open_text

__all__ = ["measure", "shards"]

_DELIMITER = b","

measure = partial(delimited_facts, delimiter=_DELIMITER)
shards = partial(open_text, grammar=delimited_grammar(_DELIMITER))
