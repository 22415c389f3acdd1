"""The only home of what a training script asks of a column: its type, and the names of its classes."""

from __future__ import annotations

from collections.abc import Iterable

from recipes_data.columns import Type
from recipes_data.errors import UsageError
from recipes_data.values import value

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import overload

__all__ = ["Feature"]


@value
class Feature:
    """A column, or what is inside one.

    `kind`: its type. Of class labels `names` has the classes in order, and `int2str` and `str2int` translate as those
    of `datasets.ClassLabel` do; of other columns `names` is empty.
    """

    kind: Type

    def __str__(self) -> str:
        return str(self.kind)

    @property
    def names(self) -> list[str]:
        """The classes: number `i` is `names[i]`."""
        return list(self.kind.params) if self.kind.kind == "class_label" else []

    @property
    def num_classes(self) -> int:
        """How many classes there are."""
        return len(self.names)

    @property
    def item(self) -> Feature:
        """What a list holds.

        Raises:
            UsageError: not a list.
        """
        if self.kind.kind != "list":
            raise UsageError(f"{self.kind} has no items")
        return Feature(self.kind.fields[0][1])

    def __getitem__(self, name: str) -> Feature:
        """A field of a struct.

        Raises:
            KeyError: there is no such field.
        """
        if self.kind.kind != "struct" or name not in dict(self.kind.fields):
            raise KeyError(name)
        return Feature(dict(self.kind.fields)[name])

    if TYPE_CHECKING:

        @overload
        def int2str(self, values: int) -> str: ...

        @overload
        def int2str(self, values: Iterable[int]) -> list[str]: ...

    def int2str(self, values: int | Iterable[int]) -> str | list[str]:
        """The class name of a number, or those of several.

        Raises:
            ValueError: no class has this number.
            UsageError: the column holds no class labels.
        """
        if isinstance(values, Iterable):
            return [self._name(value) for value in values]
        return self._name(values)

    def str2int(self, values: str | Iterable[str]) -> int | list[int]:
        """The number of a class name, or those of several; a number's own digits count as its name.

        Raises:
            ValueError: there is no such class.
            UsageError: the column holds no class labels.
        """
        if isinstance(values, str):
            return self._number(values)
        return [self._number(value) for value in values]

    def _classes(self) -> tuple[str, ...]:
        if self.kind.kind != "class_label":
            raise UsageError(f"a column of type {self.kind} has no class names")
        return self.kind.params

    def _name(self, value: int) -> str:
        names = self._classes()
        if not 0 <= value < len(names):
            raise ValueError(f"{value} is none of the {len(names)} classes")
        return names[int(value)]

    def _number(self, value: str) -> int:
        names = self._classes()
        for text in (value, value.strip()):
            if text in names:
                return names.index(text)
        try:
            number = int(value)
        except ValueError:
            number = -1
        if not 0 <= number < len(names):
            raise ValueError(f"{value!r} is none of the classes {', '.join(names[:20])}")
        return number
