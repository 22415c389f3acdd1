"""The only home of what a program does to a dataset after it arrived, step by step, in the order of the data's way.

The follower of columns keeps where it went; here it is read what is done at each place, what comes before what, and
where data goes on that it does not follow itself: lists that are made of rows, numbers that stand for them. Not seen:
what happens in a function that gets one row (but cells that are decoded there), and in libraries.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from recipes_data.gaps.needs import Access, Step
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.arguments import arguments_of, bind, is_method, known
from recipes_data.gaps.recipes.cells import decoded
from recipes_data.gaps.recipes.columns import follow
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import body_around, scope_of
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.moves import Done, Move, moves_at
from recipes_data.gaps.recipes.running import ROOT, where
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Scope
from recipes_data.gaps.recipes.step_words import Words
from recipes_data.gaps.recipes.uses import At, Uses, binder_of
from recipes_data.gaps.recipes.values import Alternative, Constant

__all__ = ["with_steps"]

_FOLLOWED = 60  # lists made of rows that are followed for one access
_REMADE = 3  # lists made of lists made of rows
_Key = tuple[object, ...]
_State = tuple[int, str | None]  # the last step (-1: none), the split


def with_steps(
    run: Evaluation, loads: Loads, found: Sequence[FoundAccess], uses: Sequence[Uses]
) -> tuple[tuple[Step, ...], ...]:
    """The steps of each access."""
    several: dict[tuple[object, ...], tuple[Step, ...]] = {}
    result: list[tuple[Step, ...]] = []
    for one, seen in zip(found, uses, strict=True):
        if not seen.walked:
            result.append(())
            continue
        access = one.access
        key = (one.node, one.ways, _named(run, one))
        if key not in several:
            several[key] = _Gathering(run, loads, one, access).steps(seen)
        result.append(several[key])
    return tuple(result)


@dataclass(slots=True, eq=False)
class _Open:
    """A step that is being gathered: what it may follow grows."""

    done: Done
    when: str
    number: int
    read: tuple[int, int]
    before: set[int] = field(default_factory=set)
    splits: set[str | None] = field(default_factory=set)


class _Gathering:
    """The steps of one access."""

    def __init__(self, run: Evaluation, loads: Loads, found: FoundAccess, access: Access) -> None:
        self.run = run
        self.loads = loads
        self.through = {at for way in found.ways for at in way}
        self.known = dict(_named(run, found))
        self.words = Words(run, self.through, found.node, self.known)
        self.open: list[_Open] = []
        self.numbers: dict[_Key, int] = {}
        self.edges: dict[_Key, dict[_Key, tuple[int, ...]]] = {}
        self.visited: dict[_Key, At] = {}
        self.followed = 0
        self.remade: dict[_Key, int] = {}
        self.windows: set[Scope] = set()
        self.later: list[tuple[At, tuple[int, ...]]] = []
        self.split = access.split

    def steps(self, seen: Uses) -> tuple[Step, ...]:
        """All of them, in order."""
        walks: list[tuple[At | None, list[tuple[At | None, At]], tuple[int, ...]]] = [(None, seen.walked, ())]
        while walks:
            origin, walked, chain = walks.pop(0)
            self._knowing(walked)
            fresh = self._visit(walked, self.remade.get(origin.key, 0) + 1 if origin is not None else 0)
            moves = [(at, move) for at in fresh for move in self._moves(at)]
            self._link(walked, origin, chain, moves)
            for at, move in moves:
                numbers = self._number(move.chain, at)
                if numbers is None:
                    continue
                if move.in_place:
                    self.later.append((at, numbers))
                for start in move.starts:
                    walks += self._followed(at, start, numbers)
        self._in_place()
        self._spread()
        return self._ordered()

    def _visit(self, walked: Iterable[tuple[At | None, At]], remade: int) -> list[At]:
        fresh = []
        for _, at in walked:
            if at.key not in self.visited:
                self.visited[at.key] = at
                self.remade[at.key] = remade
                fresh.append(at)
        return fresh

    def _moves(self, at: At) -> Iterator[Move]:
        yield from moves_at(self.run, self.loads, self.words, at)
        if at.kind == "row":
            for chain in decoded(self.run, self.loads, self.words, at):
                yield Move(chain)

    def _followed(
        self, at: At, start: At, numbers: tuple[int, ...]
    ) -> list[tuple[At | None, list[tuple[At | None, At]], tuple[int, ...]]]:
        if start.key in self.visited:
            self.edges.setdefault(at.key, {})[start.key] = numbers
            return []
        if self.followed >= _FOLLOWED or self.remade[at.key] >= _REMADE:
            return []
        self.followed += 1
        return [(at, follow(self.run, self.loads, replace(start, made=frozenset()), self.through).walked, numbers)]

    def _number(self, chain: Sequence[Done], at: At) -> tuple[int, ...] | None:
        """The numbers of steps; None where one of them is never done for this access."""
        numbers = []
        for done in chain:
            key = (done.node, done.name, done.arguments, at.entered[-1:])
            if key not in self.numbers:
                when = self.words.condition(done.under or done.node, at)
                self.numbers[key] = -1 if when is None else len(self.open)
                if when is not None:
                    read = (getattr(at.node, "lineno", 0), getattr(at.node, "col_offset", 0))
                    self.open.append(_Open(done, when, len(self.open), read))
            if self.numbers[key] < 0:
                return None
            numbers.append(self.numbers[key])
        return tuple(numbers)

    def _link(
        self,
        walked: Iterable[tuple[At | None, At]],
        origin: At | None,
        chain: tuple[int, ...],
        moves: Iterable[tuple[At, Move]],
    ) -> None:
        """The edges of a walk; those that lead to the result of a step pass through it."""
        passing: dict[tuple[_Key, ast.AST], tuple[int, ...] | None] = {}
        for at, move in moves:
            numbers = self._number(move.chain, at)
            if move.window:
                self.windows.add(body_around(at.node, self.run.found))
            if move.result is not None:
                passing[at.key, move.result] = numbers
            if numbers:
                self.edges.setdefault(at.key, {})[("end", numbers)] = numbers
        for before, at in walked:
            source = before if before is not None else origin
            if source is None:
                continue
            numbers = chain if before is None else passing.get((source.key, at.node), ())
            if numbers is not None:
                self.edges.setdefault(source.key, {})[at.key] = numbers

    def _is_batch(self, source: At, at: At) -> bool:
        """Whether it is given out of a function that takes some rows at a time."""
        inside = body_around(source.node, self.run.found)
        if inside not in self.windows:
            return False
        return body_around(at.node, self.run.found) is not inside and len(at.entered) <= len(source.entered)

    def _in_place(self) -> None:
        """What is read of a name after it was shuffled in place has been shuffled."""
        for at, numbers in self.later:
            if not isinstance(at.node, ast.Name):
                continue
            name, line = at.node.id, (at.node.lineno, at.node.col_offset)
            here = body_around(at.node, self.run.found)
            for key, other in self.visited.items():
                node = other.node
                if not isinstance(node, ast.Name) or node.id != name or (node.lineno, node.col_offset) <= line:
                    continue
                if body_around(node, self.run.found) is here:
                    self.edges.setdefault(at.key, {})[key] = numbers

    # what is known of names

    def _knowing(self, walked: Iterable[tuple[At | None, At]]) -> None:
        """Where data comes out of a function by a call, the call's names are what the function's parameters are."""
        for before, at in walked:
            if before is None or not isinstance(at.node, ast.Call):
                continue
            scope = body_around(before.node, self.run.found)
            names = [name for one, name in self.known if one is scope]
            outside = body_around(at.node, self.run.found)
            if not names or outside is scope or not isinstance(scope.node, FUNCTIONS):
                continue
            me = known(Alternative(Constant(None))) if is_method(scope) else None
            for given in arguments_of(self.run, at.node, ROOT)[:1]:
                bound = bind(scope, given, ROOT, me)
                for name in names:
                    deferred = bound.get(name)
                    if deferred is not None and isinstance(deferred.expr, ast.Name):
                        binder = binder_of(self.run, deferred.expr)
                        if binder is not None:
                            self.known.setdefault((binder, deferred.expr.id), self.known[scope, name])

    # order

    def _spread(self) -> None:
        """Which steps each place may come after."""
        starts = [next(iter(self.visited))] if self.visited else []
        states: dict[_Key, set[_State]] = {key: {(-1, self.split)} for key in starts}
        todo = list(starts)
        while todo:
            key = todo.pop()
            for target, numbers in self.edges.get(key, {}).items():
                if target in self.visited and self._is_batch(self.visited[key], self.visited[target]):
                    continue
                arriving = {self._after(state, key, target, numbers) for state in states[key]}
                known_states = states.setdefault(target, set())
                if not arriving <= known_states:
                    known_states |= arriving
                    if target[0] != "end":
                        todo.append(target)

    def _after(self, state: _State, key: _Key, target: _Key, numbers: Sequence[int]) -> _State:
        last, split = state
        at = self.visited.get(key)
        if at is not None and at.kind in ("splits", "halves") and target in self.visited:
            split = _taken(self.run, at) or split
        for number in numbers:
            self.open[number].before.add(last)
            self.open[number].splits.add(split)
            last = number
        return last, split

    def _place(self, one: _Open) -> tuple[str, int, int, tuple[int, int]]:
        node = one.done.node
        end = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))  # of a chain, the first ends first
        return (where(node, scope_of(node, self.run.found)).path, *end, one.read)

    def _ordered(self) -> tuple[Step, ...]:
        """Those that were come to, each after what it follows."""
        steps = {one.number: one for one in self.open if one.before}
        above = {number: {n for n in one.before if n in steps and n != number} for number, one in steps.items()}
        places_at = {number: self._place(one) for number, one in steps.items()}
        order: list[int] = []
        left = dict(above)
        while left:
            ready = [number for number, before in left.items() if before <= set(order)] or [min(left)]
            near = [number for number in ready if places_at[number][0] == places_at[ready[0]][0]]
            order.append(min(near, key=lambda number: places_at[number]))
            del left[order[-1]]
        places = {number: place for place, number in enumerate(order)}
        ancestors: dict[int, set[int]] = {}
        for number in order:
            before = {one for one in above[number] if places[one] < places[number]}
            ancestors[number] = before.union(*(ancestors[one] for one in before))
        result: list[Step] = []
        merged: list[int] = []  # the same done to the same is one step, by whatever call it is come to
        for number in order:
            one = steps[number]
            before = {n for n in above[number] if places[n] < places[number]}
            direct = {n for n in before if not any(n in ancestors[other] for other in before if other != n)}
            at = where(one.done.node, scope_of(one.done.node, self.run.found))
            splits = one.splits - {None, self.split}
            split = next(iter(splits)) if len(one.splits) == 1 and splits else None
            after = tuple(sorted({merged[places[n]] for n in direct}))
            step = Step(one.done.name, one.done.arguments, at, after, split, one.when)
            merged.append(result.index(step) if step in result else len(result))
            if merged[-1] == len(result):
                result.append(step)
        return tuple(result)


def _taken(run: Evaluation, at: At) -> str | None:
    """The split that is taken of a dict of them, by a name that stands there."""
    above = run.found.parent.get(at.node)
    if (
        isinstance(above, ast.Subscript)
        and isinstance(above.slice, ast.Constant)
        and isinstance(above.slice.value, str)
    ):
        return above.slice.value
    return None


def _named(run: Evaluation, found: FoundAccess) -> tuple[tuple[tuple[Scope, str], str], ...]:
    """The names that an access's own arguments are taken of, and what they are for it."""
    call = found.node
    if not isinstance(call, ast.Call):
        return ()
    access = found.access
    values = {"path": access.repo, "repo_id": access.repo, "name": access.config, "split": access.split}
    given = [*zip(("path", "name"), call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
    named: dict[tuple[Scope, str], str] = {}
    for name, expr in given:
        value = values.get(name or "")
        if value is not None and isinstance(expr, ast.Name):
            scope = binder_of(run, expr)
            if scope is not None:
                named[scope, expr.id] = value
    return tuple(named.items())
