"""The only home of what is inside lists and dicts: elements, entries, loops, comprehensions."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Hashable, Iterator, Sequence

from recipes_data.gaps.recipes.arguments import known
from recipes_data.gaps.recipes.classes import is_enum, members_of
from recipes_data.gaps.recipes.running import Alternatives, Run
from recipes_data.gaps.recipes.scopes import Scope
from recipes_data.gaps.recipes.strings import MOST
from recipes_data.gaps.recipes.values import (
    Alternative,
    ClassValue,
    Constant,
    Deferred,
    Env,
    Items,
    Member,
    Table,
    Unknown,
    Value,
    join,
    text_of,
)

__all__ = [
    "comprehended",
    "elements_of",
    "entry",
    "loop",
    "method_of_items",
    "method_of_table",
    "scalar",
    "table_of_entries",
]

_WIDE = 2000  # entries that keys which are not known give together


def scalar(value: Alternative | object) -> object:
    """The plain value of a constant, or a mark that equals nothing."""
    return value.value.value if isinstance(value, Alternative) and isinstance(value.value, Constant) else object()


def elements_of(run: Run, alternative: Alternative) -> tuple[Deferred, ...] | None:
    """The elements of what can be looped over, each to be evaluated; None where that can't be known."""
    value = alternative.value
    if isinstance(value, Items):
        return value.elements
    if isinstance(value, Table):
        return tuple(key for key, _ in value.entries)
    if isinstance(value, ClassValue) and is_enum(run, value.scope):
        return tuple(known(Alternative(member)) for member in members_of(value.scope))
    return None


def loop(run: Run, values: Sequence[Alternative], key: Hashable, text: str) -> Alternatives:
    """Each element of each thing that may be looped over, under the choice of it."""
    result: list[Alternative] = []
    for number, alternative in enumerate(values):
        elements = elements_of(run, alternative)
        if elements is None:
            shown = alternative.value.text if isinstance(alternative.value, Unknown) else text
            result.append(Alternative(Unknown(f"each of {shown}"), alternative.choices, alternative.through))
            continue
        for index, element in enumerate(elements):
            for found in run.get(element):
                joined = join(alternative, found, found.value)
                if joined is not None:
                    choices = {**joined.choices, key: (number, index)}
                    through = (*found.through, *(at for at in alternative.through if at not in found.through))
                    result.append(Alternative(found.value, choices, through, joined.open))
        if isinstance(alternative.value, Items) and not alternative.value.whole:
            result.append(Alternative(Unknown(f"more of {text}"), {**alternative.choices, key: (number, -1)}))
        if len(result) > MOST:
            return (Alternative(Unknown(text)),)
    return tuple(result)


def entry(
    run: Run, table: Alternative, keys: Alternatives, choice: Hashable, default: Alternatives | None, text: str
) -> Alternatives:
    """`table[key]`: the entry of a known key; each one, where the key is open or not known."""
    value = table.value
    result: list[Alternative] = []
    index = _Index(run, value) if isinstance(value, Table) else None
    size = len(index.entries) if index is not None else len(value.elements) if isinstance(value, Items) else 0
    for key in _few(keys, size):
        joined = join(table, key, key.value)
        if joined is None:
            continue
        if isinstance(value, Items):
            result += _element(run, joined, value, key, choice, text)
        elif index is not None:
            result += _entry(run, joined, index, key, choice, default, text)
    return tuple(result)


def _few(keys: Alternatives, size: int) -> Alternatives:
    """The keys; where those that are not known would each give everything too often, one of them for all."""
    loose = [key for key in keys if key.open or not isinstance(key.value, Constant | Member)]
    if len(loose) * size <= _WIDE:
        return keys
    return (
        *(key for key in keys if key not in loose),
        Alternative(loose[0].value, {}, loose[0].through, loose[0].open),
    )


class _Index:
    """A dict by its keys, as far as these are known."""

    def __init__(self, run: Run, table: Table) -> None:
        self.entries = table.entries
        self.uncertain = False
        self.entered: list[tuple[str, object]] = []
        self._known: dict[object, int] = {}
        self._members: dict[ast.expr | None, int] = {}
        for number, (name, _) in enumerate(table.entries):
            found = run.get(name)
            for one in found:
                if isinstance(one.value, Constant):
                    self._known[one.value.value] = number  # a later entry of the same key wins
                elif isinstance(one.value, Member):
                    self._members[one.value.value.expr] = number
                else:
                    self.uncertain = True
            sure = len(found) == 1 and isinstance(found[0].value, Constant)
            self.entered.append(("entry", scalar(found[0])) if sure else ("number", number))

    def number(self, key: Value) -> int | None:
        """Which entry a key has."""
        if isinstance(key, Member):
            return self._members.get(key.value.expr)
        return self._known.get(key.value) if isinstance(key, Constant) else None


def _element(
    run: Run, joined: Alternative, value: Items, key: Alternative, choice: Hashable, text: str
) -> Iterator[Alternative]:
    index = scalar(key)
    count = len(value.elements)
    if isinstance(index, int) and -count <= index < count and (value.whole or index >= 0):
        yield from _joined(run, joined, value.elements[index])
    elif isinstance(key.value, Unknown) and value.elements:
        for number, element in enumerate(value.elements):
            chosen = Alternative(joined.value, {**joined.choices, choice: number}, joined.through, joined.open)
            yield from _joined(run, chosen, element)
    else:
        yield Alternative(Unknown(text), joined.choices, joined.through)


def _entry(
    run: Run,
    joined: Alternative,
    index: _Index,
    key: Alternative,
    choice: Hashable,
    default: Alternatives | None,
    text: str,
) -> Iterator[Alternative]:
    certain = isinstance(key.value, Constant | Member) and not key.open
    number = index.number(key.value) if certain else None
    matches = range(len(index.entries)) if not certain else () if number is None else (number,)
    for one in matches:
        choices = joined.choices if certain else {**joined.choices, choice: index.entered[one]}
        chosen = Alternative(joined.value, choices, joined.through, joined.open)
        yield from _joined(run, chosen, index.entries[one][1])
    if not matches and (default is None or index.uncertain):
        yield Alternative(Unknown(text), joined.choices, joined.through)
    if default is not None and not (certain and matches):
        keys = frozenset(str(entered) for _, entered in index.entered)
        for other in default:
            found = join(joined, other, other.value)
            if found is not None:
                yield Alternative(found.value, {**found.choices, choice: ("default", keys)}, found.through, found.open)


def _joined(run: Run, joined: Alternative, deferred: Deferred) -> Iterator[Alternative]:
    for found in run.get(deferred):
        result = join(found, joined, found.value)
        if result is not None:
            yield result


def table_of_entries(run: Run, value: Items) -> Table | None:
    """`dict([(key, value), ...])`."""
    entries = []
    for element in value.elements:
        pairs = [a.value for a in run.get(element)]
        if len(pairs) != 1 or not isinstance(pairs[0], Items) or len(pairs[0].elements) != 2:
            return None
        entries.append((pairs[0].elements[0], pairs[0].elements[1]))
    return Table(tuple(entries))


def method_of_table(value: Table, method: str) -> Items | Table | None:
    """`items()`, `keys()`, `values()`, `copy()` of a dict."""
    if method == "items":
        return Items(tuple(known(Alternative(Items((key, item)))) for key, item in value.entries))
    if method == "keys":
        return Items(tuple(key for key, _ in value.entries))
    if method == "values":
        return Items(tuple(item for _, item in value.entries))
    return value if method == "copy" else None


def method_of_items(value: Items, method: str) -> Items | None:
    """`copy()` and the like of a list."""
    return value if method in ("copy", "to_list", "tolist") else None


def comprehended(run: Run, node: ast.expr, scope: Scope, env: Env) -> Alternatives:
    """The list, set or dict that a comprehension makes, with an environment for each turn of its loops."""
    turns: list[tuple[Env, Alternative]] = [(env, Alternative(Items(())))]
    whole = True
    for generator in node.generators:  # type: ignore[attr-defined]  # a comprehension
        grown: list[tuple[Env, Alternative]] = []
        for outer, so_far in turns:
            for alternative in run.value(generator.iter, outer):
                joined = join(so_far, alternative, so_far.value)
                elements = elements_of(run, alternative)
                if joined is None:
                    continue
                if elements is None:
                    whole = False
                    text = alternative.value.text if isinstance(alternative.value, Unknown) else text_of(generator.iter)
                    elements = (known(Alternative(Unknown(f"each of {text}"))),)
                grown += [
                    (Env(scope, {**_bound_by(outer, scope), **bound}, outer, outer.depth), joined)
                    for element in elements
                    for bound in (dict(_unpack(run, generator.target, element)),)
                ]
        if len(grown) > MOST:
            return (Alternative(Unknown(text_of(node))),)
        turns = [turn for turn in grown if all(_may_hold(run, test, turn[0]) for test in generator.ifs)]
    return tuple(_groups(node, turns, whole=whole))


def _groups(node: ast.expr, turns: list[tuple[Env, Alternative]], *, whole: bool) -> Iterator[Alternative]:
    # what was looped over may be several things: each gives a list of its own
    keyed = itertools.groupby(turns, key=lambda turn: frozenset(turn[1].choices.items()))
    for _, group in keyed:
        several = list(group)
        base = several[0][1]
        if isinstance(node, ast.DictComp):
            entries = tuple((Deferred(node.key, env), Deferred(node.value, env)) for env, _ in several)
            yield Alternative(Table(entries, node), base.choices, base.through, base.open)
        else:
            elements = tuple(Deferred(node.elt, env) for env, _ in several)  # type: ignore[attr-defined]
            yield Alternative(Items(elements, whole), base.choices, base.through, base.open)
    if not turns:
        empty = Table((), node) if isinstance(node, ast.DictComp) else Items((), whole)
        yield Alternative(empty)


def _bound_by(env: Env, scope: Scope) -> dict[str, Deferred]:
    own = env.of(scope)
    return dict(own.bound) if own is not None else {}


def _unpack(run: Run, target: ast.expr, element: Deferred) -> Iterator[tuple[str, Deferred]]:
    if isinstance(target, ast.Name):
        yield target.id, element
    elif isinstance(target, (ast.Tuple, ast.List)):
        for number, part in enumerate(target.elts):
            found = tuple(
                inner
                for alternative in run.get(element)
                for inner in (
                    _joined(run, alternative, alternative.value.elements[number])
                    if isinstance(alternative.value, Items) and number < len(alternative.value.elements)
                    else (Alternative(Unknown(text_of(part)), alternative.choices, alternative.through),)
                )
            )
            yield from _unpack(run, part, Deferred(None, element.env, found))


def _may_hold(run: Run, test: ast.expr, env: Env) -> bool:
    return not all(isinstance(a.value, Constant) and not a.value.value and not a.open for a in run.value(test, env))
