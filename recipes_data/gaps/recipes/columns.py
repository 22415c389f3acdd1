"""The only home of what is done with a dataset after it was asked for: which columns are read."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.classes import family
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import body_around, scope_of
from recipes_data.gaps.recipes.kinds import each, gathered_as, in_tuple, is_gathered, passed, taken
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.makers import Called
from recipes_data.gaps.recipes.running import ROOT, Alternatives
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Binding, Scope, last_name
from recipes_data.gaps.recipes.uses import (
    NAMING,
    OVER,
    READERS,
    SAME,
    THROUGH,
    At,
    Uses,
    keyword_of,
    made_by,
    of_family,
    only_written,
    overridden,
    place_of,
)
from recipes_data.gaps.recipes.values import ClassValue, External, FunctionValue, Instance, strings

__all__ = ["follow"]

_SHORT = 1500  # expressions that one name may cost
_DEEPEST = 5  # functions that a dataset is handed through
_MOST = 3000  # expressions that are followed for one access


def follow(run: Evaluation, loads: Loads, start: At, through: Collection[Where]) -> Uses:
    """Follow what an expression gives ("splits", "rows", "file") to where it is used.

    Out of a function only the calls of `through` are followed, where it is called from these.
    """
    tracker = _Tracker(run, loads, frozenset(through))
    tracker.go(start)
    while tracker.queue and len(tracker.seen) < _MOST:
        tracker.step(tracker.queue.pop(0))
    own = only_written(run.found, tracker.read, tracker.written)
    tracker.uses.columns = [name for name in tracker.uses.columns if name not in own]
    return tracker.uses


class _Tracker:
    """One walk: the queue of expressions that are still to be looked at."""

    def __init__(self, run: Evaluation, loads: Loads, through: frozenset[Where]) -> None:
        self.run = run
        self.loads = loads
        self.through = through
        self.uses = Uses()
        self.queue: list[At] = []
        self.seen: set[tuple[object, ...]] = set()
        self.read: list[tuple[str, ast.AST]] = []
        self.written: list[tuple[str, ast.AST]] = []

    def go(self, at: At) -> None:
        self.uses.walked.append((self.uses.now, at))
        key = at.key
        if key not in self.seen:
            self.seen.add(key)
            self.queue.append(at)

    def step(self, at: At) -> None:  # noqa: C901  # one case for each kind of surroundings
        """Look at what stands around an expression."""
        self.uses.now = at
        above = self.run.found.parent.get(at.node)
        match above:
            case ast.Subscript() if above.value is at.node:
                self._subscript(above, at)
            case ast.Attribute() if above.value is at.node:
                self._attribute(above, at)
            case ast.Call():
                self._argument(above, at)
            case ast.keyword():
                call = self.run.found.parent.get(above)
                if isinstance(call, ast.Call):
                    self._argument(call, at)
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr() if above.value is at.node:
                self._assigned(above, at)
                if isinstance(above, ast.NamedExpr):
                    self.go(at.to(above))
            case ast.For() | ast.AsyncFor() | ast.comprehension() if above.iter is at.node:
                self._looped(above, at)
            case ast.Return() | ast.Yield() | ast.Lambda():
                self._returned(above, at)
            case ast.IfExp() | ast.BoolOp() | ast.Await() | ast.Starred() | ast.BinOp():
                self.go(at.to(above))
            case ast.List():
                self.go(at.to(above, gathered_as(at.kind) or at.kind))  # `[a, b]` for concatenate_datasets
            case ast.Tuple():
                outer = self.run.found.parent.get(above)
                if is_gathered(outer, above):
                    self.step(at.to(above, in_tuple(at.kind, [one is at.node for one in above.elts].index(True))))
                elif isinstance(outer, ast.Call):
                    self._argument(outer, at.to(above))
                elif isinstance(outer, (ast.Return, ast.Assign)):
                    self._tuple(outer, above, at)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() if above.elt is at.node:
                if gathered_as(at.kind):
                    self.go(at.to(above, gathered_as(at.kind)))
            case ast.Compare() if at.kind == "row" and isinstance(above.left, ast.Constant):
                self._column(above.left.value, at)  # "x" in row
            case _:
                pass

    # what is read

    def _column(self, name: object, at: At) -> None:
        if isinstance(name, str) and name not in at.made:
            self.read.append((name, at.node))
            if name not in self.uses.columns:
                self.uses.columns.append(name)

    def _names(self, expr: ast.expr) -> tuple[str, ...]:
        if isinstance(expr, ast.Constant):
            return (expr.value,) if isinstance(expr.value, str) else ()
        self.run.refill(_SHORT)
        found = self.run.value(expr, ROOT)
        names = strings(found)
        for alternative in found:
            for element in getattr(alternative.value, "elements", ()):
                names += strings(self.run.get(element))
            for key, _ in getattr(alternative.value, "entries", ()):
                names += strings(self.run.get(key))
        return tuple(dict.fromkeys(names))

    def _subscript(self, above: ast.Subscript, at: At) -> None:
        if isinstance(above.slice, ast.Slice):
            self.go(at.to(above))
            return
        if at.kind in ("splits", "halves", "splits.values"):
            self.go(at.to(above, "rows"))
        elif at.kind.startswith(("tuple.", "tuples.")):
            self._part(above, at)
        elif isinstance(above.ctx, ast.Store) and not isinstance(self.run.found.parent.get(above), ast.AugAssign):
            statement = self.run.found.parent.get(above, above)
            self.written += [(name, statement) for name in self._names(above.slice)]
        elif names := self._names(above.slice):
            for name in names:
                self._column(name, at)
        elif at.kind == "rows" and not isinstance(above.slice, ast.JoinedStr):
            self.go(at.to(above, "row"))

    def _part(self, above: ast.Subscript, at: At) -> None:
        if at.kind.startswith("tuples."):
            self.go(at.to(above, each(at.kind)))
        elif isinstance(above.slice, ast.Constant):
            _, index, inner = at.kind.split(".", 2)
            if str(above.slice.value) == index:
                self.go(at.to(above, inner))

    def _attribute(self, above: ast.Attribute, at: At) -> None:
        call = self.run.found.parent.get(above)
        name = above.attr
        if name in ("features", "loc", "iloc", "values", "str") and not (
            isinstance(call, ast.Call) and call.func is above
        ):
            self.go(at.to(above, "row" if name == "features" else at.kind))
            return
        if not (isinstance(call, ast.Call) and call.func is above):
            return
        if name in ("get", "pop") and call.args:
            if at.kind == "splits":
                self.go(at.to(call, "rows"))
            else:
                for one in self._names(call.args[0]):
                    self._column(one, at)
        elif name in ("values", "items", "keys"):
            self.go(At(call, f"{at.kind}.{name}", at.depth, at.made))
        elif name == "train_test_split":
            self.go(at.to(call, "halves"))
        elif name in SAME or name in OVER:
            self._same(call, name, at)

    def _same(self, call: ast.Call, name: str, at: At) -> None:  # noqa: C901  # one case for each kind of method
        made = at.made
        if name in OVER:
            function = call.args[0] if call.args else keyword_of(call, "function")
            if function is not None:
                self._row_function(function, at)
                made = made | made_by(self.run, function)
            columns = keyword_of(call, "input_columns")
            for one in self._names(columns) if columns is not None else ():
                self._column(one, at)
        elif name == "sort" and keyword_of(call, "key") is not None:
            self._key(call, at)
        elif name in NAMING and (call.args or call.keywords):
            first = call.args[0] if call.args else call.keywords[0].value
            if name != "remove_columns":
                for one in self._names(first):
                    self._column(one, at)
            if name == "rename_column" and len(call.args) > 1:
                made = made | frozenset(self._names(call.args[1]))
        elif name == "rename_columns" and call.args and isinstance(call.args[0], ast.Dict):
            for one in self._names(call.args[0]):
                self._column(one, at)
            made = made | frozenset(n for value in call.args[0].values for n in self._names(value))
        elif name == "add_column" and call.args:
            made = made | frozenset(self._names(call.args[0]))
        kind = "pair_of_rows" if name == "iterrows" else at.kind
        self.go(at.to(call, kind, made))

    def _key(self, call: ast.Call, at: At) -> None:
        """What a list of rows is ordered by."""
        key = keyword_of(call, "key")
        if key is not None and at.kind == "rows":
            self._row_function(key, at)

    def _row_function(self, function: ast.expr, at: At) -> None:
        if at.kind == "splits":
            at = at.to(at.node, "rows")
        for alternative in self.run.light(function):
            value = alternative.value
            if isinstance(value, FunctionValue):
                self._into(value.scope, 1 if value.receiver is not None else 0, at.to(at.node, "row"))

    # where it goes

    def _into(self, scope: Scope, position: int | str, at: At, call: ast.Call | None = None) -> None:
        """Into a function of the sources, by the parameter that gets it."""
        if at.depth >= _DEEPEST or not isinstance(scope.node, FUNCTIONS):
            return
        arguments = scope.node.args
        names = [p.arg for p in (*arguments.posonlyargs, *arguments.args)]
        name = position if isinstance(position, str) else names[position] if position < len(names) else None
        if name is not None and name in scope.bindings:
            for use in self.loads.of_name(scope, name, scope.bindings[name][0]):
                inside = at.entered if call is None else (*at.entered, (scope, call))
                self.go(replace(at.to(use), depth=at.depth + 1, entered=inside))

    def _argument(self, call: ast.Call, at: At) -> None:
        name = last_name(call.func)
        if name in ("sorted", "min", "max"):
            self._key(call, at)
        if name in THROUGH:
            self.go(at.to(call, passed(name, at.kind, place_of(call, at.node, 0))))
            return
        if name in READERS and at.kind in ("file", "rows"):
            self.go(at.to(call, "rows"))
            return
        if isinstance(call.func, ast.Attribute) and name in ("append", "extend", "add"):
            self._grown(call.func.value, at)
            return
        for alternative in self._callee(call, at):
            value = alternative.value
            if isinstance(value, FunctionValue):
                shift = 1 if value.receiver is not None else 0
                self._into(value.scope, place_of(call, at.node, shift), at, call)
            elif isinstance(value, ClassValue):
                self._into_class(value.scope, call, at)
            elif isinstance(value, External) and name == "map" and call.args and call.args[0] is not at.node:
                self._row_function(call.args[0], at)

    def _callee(self, call: ast.Call, at: At) -> Alternatives:
        func = call.func
        if at.owner is not None and isinstance(func, ast.Attribute) and last_name(func.value) == "self":
            own = any(func.attr in one.bindings for one in family(self.run, at.owner))
            if own:
                return self.run.attribute(Instance(at.owner, None, ROOT), func.attr, func.attr)
        found = self.run.callee(call)
        if at.kind == "row" and not any(isinstance(a.value, (FunctionValue, External)) for a in found):
            if func not in self.run.called:  # `self.map_fn(row)`: what the makers of the object gave it
                self.run.refill(_SHORT)
                self.run.called[func] = Called(self.run.value(func, ROOT))
            found = self.run.called[func].of(at.owner, at.maker)
        givers = [giver for giver in at.givers if of_family(self.run, found, giver)]
        if givers and isinstance(func, ast.Attribute):
            return self.run.attribute(Instance(givers[0], None, ROOT), func.attr, func.attr)
        return found

    def _grown(self, target: ast.expr, at: At) -> None:
        """`several.append(ds)`: the list is followed as what it holds; `table[key].append(row)`: its lists are."""
        kind = gathered_as(at.kind)
        if kind == "rows" and isinstance(target, ast.Subscript):
            target, kind = target.value, "splits"
        elif kind == "rows" and isinstance(target, ast.Call) and last_name(target.func) in ("setdefault", "get"):
            target, kind = getattr(target.func, "value", target), "splits"
        scope: Scope | None = scope_of(target, self.run.found)
        if isinstance(target, ast.Name) and kind:
            while scope is not None and target.id not in scope.bindings:
                scope = scope.parent
            if scope is not None:
                for use in self.loads.of_name(scope, target.id, None):
                    self.go(at.to(use, kind))

    def _into_class(self, scope: Scope, call: ast.Call, at: At) -> None:
        for one in family(self.run, scope):
            for binding in one.bindings.get("__init__", ()):
                init = self.run.found.scopes.get(binding.node)
                if init is not None:
                    at = replace(at, owner=scope, maker=call)
                    self._into(init, place_of(call, at.node, 1), at, call)
                return
        place = place_of(call, at.node, 0)
        fields = list(self.run.fields.get(scope, ()))
        name = place if isinstance(place, str) else fields[place] if place < len(fields) else None
        if name is not None and at.depth < _DEEPEST:
            self._of_object(scope, name, replace(at, owner=scope, maker=call))

    def _of_object(self, owner: Scope, name: str, at: At) -> None:
        if at.owner is not None and owner in family(self.run, at.owner):
            owner = at.owner  # a class below, whose object it is
        else:
            at = replace(at, owner=owner, maker=None)
        above = family(self.run, owner)
        for one in (*above, *self.run.subclasses(owner)):
            for use in self.loads.of_attribute(one, name):
                if one not in above or not overridden(self.run, use, one, above):
                    self.go(at.to(use))

    def _assigned(self, statement: ast.Assign | ast.AnnAssign | ast.NamedExpr, at: At) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for whole in targets:
            for target, kind in taken(whole, at.kind):
                self._target(target, statement, at.to(at.node, kind))

    def _target(self, target: ast.expr, statement: ast.AST, at: At) -> None:
        scope = scope_of(target, self.run.found)
        if isinstance(target, ast.Name):
            while scope.parent is not None and target.id not in scope.bindings:
                scope = scope.parent
            for binding in scope.bindings.get(target.id, ()):
                if binding.node is statement:
                    self._uses_of(scope, target.id, binding, at)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            while scope.parent is not None and scope.kind != "class":
                scope = scope.parent
            if scope.kind == "class":
                self._of_object(scope, target.attr, at)

    def _uses_of(self, scope: Scope, name: str, binding: Binding, at: At) -> None:
        for use in self.loads.of_name(scope, name, binding):
            self.go(at.to(use))

    def _looped(self, above: ast.For | ast.AsyncFor | ast.comprehension, at: At) -> None:
        for target, kind in taken(above.target, each(at.kind)):
            if not isinstance(above, ast.comprehension):
                self._target(target, above, at.to(at.node, kind))
            elif isinstance(target, ast.Name):
                scope = self.run.found.scopes[self.run.found.parent[above]]
                for use in self.loads.of_name(scope, target.id, None):
                    self.go(at.to(use, kind))

    def _tuple(self, outer: ast.Return | ast.Assign, above: ast.Tuple, at: At) -> None:
        index = above.elts.index(at.node) if at.node in above.elts else -1
        if isinstance(outer, ast.Assign):
            for target in outer.targets:
                if isinstance(target, ast.Tuple) and 0 <= index < len(target.elts):
                    self._target(target.elts[index], outer, at)
            return
        for call in self._calls_of(outer, at):
            statement = self.run.found.parent.get(call)
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Tuple) and 0 <= index < len(target.elts):
                        self._target(target.elts[index], statement, self._out(call, outer, at, at.kind))

    def _returned(self, above: ast.AST, at: At) -> None:
        kind = at.kind
        if isinstance(above, ast.Yield):
            kind = "rows" if at.kind == "row" else at.kind
        elif isinstance(above, ast.Lambda) and above.body is not at.node:
            return
        for call in self._calls_of(above, at):
            self.go(self._out(call, above, at, kind))

    def _calls_of(self, inside: ast.AST, at: At) -> list[ast.Call]:
        if at.depth >= _DEEPEST:
            return []
        scope = body_around(inside, self.run.found)
        if scope.kind != "function":
            return []
        if at.entered and at.entered[-1][0] is scope:
            return [at.entered[-1][1]]
        callers = self.run.callers(scope)
        chosen = [caller for caller in callers if caller.where in self.through]
        return [caller.call for caller in chosen or callers]

    def _out(self, call: ast.Call, inside: ast.AST, at: At, kind: str) -> At:
        """The same data where a function has given it back."""
        scope = body_around(inside, self.run.found)
        givers = at.givers
        if scope.parent is not None and scope.parent.kind == "class":
            givers = tuple(dict.fromkeys((*givers, scope.parent)))
        return At(call, kind, at.depth + 1, at.made, at.entered[:-1], givers=givers)
