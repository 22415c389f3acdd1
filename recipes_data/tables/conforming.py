"""The only home of objects inside rows that Arrow spells otherwise: found, counted, and given as their type has them.

JSON tells a key that is left out from one that is null, and keeps an order of keys for each object; a struct of Arrow
or parquet has all keys of its type, in one order. Objects are equal as JSON has it (RFC 8259) but for nulls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recipes_data.columns import Columns, Type

__all__ = ["Conformer"]

_Conform = Callable[[Any], Any]


class Conformer:
    """Gives rows whose objects have the keys of their types. `respelled`: rows that had some otherwise."""

    def __init__(self, columns: Columns) -> None:
        self.respelled = 0
        self._differs = False
        found = ((name, self._of(kind)) for name, kind in columns)
        self._columns = [(name, conform) for name, conform in found if conform is not None]

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row itself, or a copy with the keys of its objects as the types have them."""
        if not self._columns:
            return row
        self._differs = False
        given = {name: conform(row[name]) for name, conform in self._columns}
        if not self._differs:
            return row
        self.respelled += 1
        return {**row, **given}

    def _of(self, kind: Type) -> _Conform | None:
        if kind.kind == "list":
            item = self._of(kind.fields[0][1])
            return None if item is None else lambda value: None if value is None else [item(each) for each in value]
        if kind.kind == "struct":
            return self._struct(kind)
        return None

    def _struct(self, kind: Type) -> _Conform:
        names = [name for name, _ in kind.fields]
        inner = [(name, found) for name, field in kind.fields if (found := self._of(field)) is not None]

        def conform(value: Any) -> Any:
            if value is None:
                return None
            if [*value] != names:
                self._differs = True
                value = {name: value.get(name) for name in names}
            return {**value, **{name: each(value[name]) for name, each in inner}} if inner else value

        return conform
