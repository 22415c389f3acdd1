"""The only home of which modules and functions are the client's, seen from a library that uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from recipes_data.gaps.inventory import Function, Inventory

__all__ = ["Client", "client_of"]

# every module has these, or every exception, or every `use GenServer`
_ALWAYS = frozenset({"module_info", "__info__", "__struct__", "exception", "message", "child_spec", "__using__"})


@dataclass(frozen=True, slots=True)
class Client:
    """A client's namespaces, and its functions by qualified name where there is an inventory.

    `unsure`: modules in whose files something could not be read: a function missing there may exist.
    """

    roots: frozenset[str]
    modules: frozenset[str]
    functions: dict[str, tuple[Function, ...]] | None
    unsure: frozenset[str]
    own: frozenset[str]

    def has(self, module: str) -> bool:
        """Whether a module is the client's."""
        if module in self.own:
            return False
        return module in self.modules or module.partition(".")[0] in self.roots

    def exists(self, module: str, name: str, arity: int | None) -> bool | None:
        """Whether the inventory has a function; None where that cannot be told."""
        if self.functions is None:
            return None
        found = self.functions.get(f"{module}.{name}", ())
        if any(arity is None or one.arity[0] <= arity <= (one.arity[1] or arity) for one in found):
            return True
        if (name in _ALWAYS and module in self.modules) or module in self.unsure:
            return None
        return False

    def may_mean(self, name: str, arity: int | None) -> bool:
        """Whether a call of an unknown module may be one of the client: by the function's name, where it is known."""
        if self.functions is None or not name:
            return True
        candidates = (one for key, many in self.functions.items() if key.rpartition(".")[2] == name for one in many)
        return any(arity is None or one.arity[0] <= arity <= (one.arity[1] or arity) for one in candidates)


def client_of(inventory: Inventory | None, name: str, own: Collection[str]) -> Client:
    """The client of this inventory; without one, the namespace that its name suggests (`hf_hub` is `HfHub`)."""
    guessed = {_camel(name), _camel(name.removesuffix("_ex")), _camel(name.removesuffix("_elixir"))}
    if inventory is None:
        return Client(frozenset(guessed), frozenset(), None, frozenset(), frozenset(own))
    functions: dict[str, list[Function]] = {}
    modules: set[str] = set(inventory.errors)
    places: dict[str, set[str]] = {}
    for one in inventory.functions:
        functions.setdefault(one.name, []).append(one)
        if one.kind != "exception":
            module = one.name.rpartition(".")[0]
            modules.add(module)
            places.setdefault(one.where.path, set()).add(module)
    firsts = Counter(module.partition(".")[0] for module in modules)
    most = firsts.most_common(1)
    # mix tasks and implementations of protocols lie in other people's namespaces
    roots = {first for first in firsts if first in guessed} or {first for first, _ in most}
    unread = {text.partition(":")[0] for text in inventory.unparsed}
    unsure = {module for path in unread for module in places.get(path, ())}
    by_name = {key: tuple(many) for key, many in functions.items()}
    return Client(frozenset(roots), frozenset(modules), by_name, frozenset(unsure), frozenset(own))


def _camel(name: str) -> str:
    if "_" not in name and "-" not in name and name[:1].isupper():
        return name.partition(".")[0]
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))
