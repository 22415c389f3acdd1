"""The only home of the library whose calls a reader looks out for, which lies outside of the sources: its names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from recipes_data.gaps.python_client.values import UNKNOWN, Instance, Values
from recipes_data.gaps.python_client.wire import is_network_name

__all__ = ["Watched"]

_CLIENT_WORDS = re.compile(r"(^|[._])(\w*api|\w*client|hub|hf|hffs|hf_?fs|hf_?hub)(\(\))?\Z", re.IGNORECASE)
_EVERYDAY = frozenset(name for kind in (str, list, dict, set, bytes, int, float) for name in dir(kind)) | {
    "get_file",
    "read_text",
    "is_file",
    "to_dict",
    "from_dict",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """Names of a library. `tops`: for imports; `types`: classes; `functions`: functions and methods; `properties`.

    `answers`: class that a function gives; `methods`: the last words of its methods.

    Empty where an input is read for its own sake.
    """

    tops: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()

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

    def is_property(self, name: str) -> bool:
        """Whether a name is a property of one of its classes, or one of what such a property holds."""
        return any(name == one or name.startswith(f"{one}.") for one in self._starts(name) if one in self.properties)

    def _starts(self, name: str) -> list[str]:
        parts = name.split(".")
        return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]

    def held(self, name: str) -> Values:
        """The object that a property holds; empty where it is no property, or its class is not known."""
        of = self.answers.get(name) if name in self.properties else None
        return (Instance(of),) if of else ()

    def is_function(self, name: str) -> bool:
        """Whether a name is one of its functions. Without its names nobody can tell a method from a value."""
        if not self.has(name):
            return False
        plain = not any(part[:1].isupper() for part in name.split("."))
        return name in self.functions if self.functions else plain

    def is_telling(self, attribute: str, receiver: str) -> bool:
        """Whether an unknown object with such a method is likely one of the library's.

        A name of several words tells by itself; one that every second library has needs an object that is called
        after a client.
        """
        if attribute not in self.methods:
            return False
        return ("_" in attribute and attribute not in _EVERYDAY) or _CLIENT_WORDS.search(receiver) is not None
