"""The only home of what an object calls that is known by the call which made it: `self.f`, for each maker."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator

from recipes_data.gaps.recipes.running import Alternatives
from recipes_data.gaps.recipes.scopes import Scope
from recipes_data.gaps.recipes.values import Alternative, ClassValue, External, FunctionValue

__all__ = ["Called"]

_Object = tuple[Scope | None, ast.Call | None]
_NONE = object()


class Called:
    """Functions and classes, by the objects that are chosen with them; looked through once for all objects."""

    def __init__(self, found: Alternatives) -> None:
        several: dict[Hashable, Alternative] = {}
        for alternative in found:
            what = _key(alternative)
            if what is not None:
                several.setdefault((what, tuple(_objects(alternative))), alternative)
        self._several = tuple(several.values())
        self._by_maker: dict[Scope | None, dict[object, list[int]]] = {}
        self._known: dict[_Object, Alternatives] = {}

    def of(self, owner: Scope | None, maker: ast.Call | None) -> Alternatives:
        """Those of the object of a class that this call made (None: of any), and those of no object of the class."""
        me = (owner if maker is not None else None, maker)
        if me not in self._known:
            ways = self._ways(me[0])
            numbers = sorted({*ways.get(_NONE, ()), *ways.get(maker, ())})
            once = {_key(self._several[number]): number for number in reversed(numbers)}
            self._known[me] = tuple(self._several[number] for number in sorted(once.values()))
        return self._known[me]

    def _ways(self, owner: Scope | None) -> dict[object, list[int]]:
        if owner not in self._by_maker:
            self._by_maker[owner] = {}
            for number, alternative in enumerate(self._several):
                made_by = next((call for one, call in _objects(alternative) if one is owner), _NONE)
                self._by_maker[owner].setdefault(made_by, []).append(number)
        return self._by_maker[owner]


def _objects(alternative: Alternative) -> Iterator[_Object]:
    """The objects that were chosen on the way to it, as their classes and makers."""
    for key, chosen in alternative.choices.items():
        if isinstance(key, tuple) and key[0] == "object" and isinstance(chosen, tuple):
            yield chosen


def _key(alternative: Alternative) -> Hashable:
    """What tells callable things apart; None where it is none that is followed."""
    value = alternative.value
    if isinstance(value, FunctionValue):
        return value.scope, value.receiver is not None
    if isinstance(value, ClassValue):
        return value.scope
    return value.name if isinstance(value, External) else None
