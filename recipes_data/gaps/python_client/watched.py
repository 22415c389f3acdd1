"""The only home of the library whose calls a reader looks out for, which lies outside of the sources: its names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recipes_data.gaps.python_client.values import UNKNOWN, Instance, Values
from recipes_data.gaps.python_client.wire import is_network_name

__all__ = ["Watched"]


@dataclass(frozen=True, slots=True)
class Watched:
    """`tops`: import names; `types`: its classes; `answers`: class that a function gives; `telling`: its methods' names.

    Empty where an input is read for its own sake.
    """

    tops: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    telling: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Whether a dotted name is the library's."""
        return name.split(".")[0] in self.tops

    def is_type(self, name: str) -> bool:
        """Whether a name is one of its classes."""
        if not self.has(name):
            return False
        return name in self.types if self.types else name.rsplit(".", 1)[-1][:1].isupper()

    def is_class(self, name: str) -> bool:
        """Whether objects of this class are worth following: the library's, and those that make requests."""
        return self.is_type(name) or is_network_name(name)

    def answer(self, name: str) -> Values:
        """The object that one of its functions gives."""
        of = self.answers.get(name)
        return (Instance(of),) if of else UNKNOWN

    def is_telling(self, attribute: str) -> bool:
        """Whether an unknown object with such a method is likely one of the library's."""
        return attribute in self.telling
