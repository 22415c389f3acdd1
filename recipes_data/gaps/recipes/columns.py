"""The only home of what is done with a dataset after it was asked for: which columns are read."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.classes import family
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of, scope_reached
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
    of_family,
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
            case ast.List() | ast.Tuple() | ast.Dict():
                # `[a, b]` for concatenate_datasets
                outer = self.run.found.parent.get(above)
                if isinstance(above, (ast.List, ast.Tuple)) and isinstance(outer, ast.Call):
                    self._argument(outer, at.to(above))
                elif isinstance(above, ast.Tuple) and isinstance(outer, (ast.Return, ast.Assign)):
                    self._tuple(outer, above, at)
            case ast.Compare() if at.kind == "row" and isinstance(above.left, ast.Constant):
                self._column(above.left.value, at)  # "x" in row
            case _:
                pass

    # what is read

    def _column(self, name: object, at: At) -> None:
        if isinstance(name, str) and name not in at.made and name not in self.uses.columns:
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
        if at.kind in ("splits", "halves"):
            self.go(at.to(above, "rows"))
        elif at.kind == "pair":
            if isinstance(above.slice, ast.Constant) and above.slice.value == 1:
                self.go(at.to(above, "row"))
        elif names := self._names(above.slice):
            for name in names:
                self._column(name, at)
        elif at.kind == "rows" and not isinstance(above.slice, ast.JoinedStr):
            self.go(at.to(above, "row"))

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
            self.go(
                At(call, "rows" if at.kind == "splits" and name == "values" else f"{at.kind}.{name}", at.depth, at.made)
            )
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
                made = made | self._made_by(function)
            columns = keyword_of(call, "input_columns")
            for one in self._names(columns) if columns is not None else ():
                self._column(one, at)
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

    def _row_function(self, function: ast.expr, at: At) -> None:
        if at.kind == "splits":
            at = at.to(at.node, "rows")
        for alternative in self.run.light(function):
            value = alternative.value
            if isinstance(value, FunctionValue):
                self._into(value.scope, 1 if value.receiver is not None else 0, at.to(at.node, "row"))

    def _made_by(self, function: ast.expr) -> frozenset[str]:
        names: set[str] = set()
        for alternative in self.run.light(function):
            if isinstance(alternative.value, FunctionValue):
                for node in ast.walk(alternative.value.scope.node):
                    if isinstance(node, (ast.Return, ast.Lambda)):
                        body = node.value if isinstance(node, ast.Return) else node.body
                        if isinstance(body, ast.Dict):
                            names |= {
                                k.value for k in body.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)
                            }
        return frozenset(names)

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
        if name in THROUGH:
            kind = {"enumerate": f"numbered.{at.kind}", "next": "row" if at.kind == "rows" else at.kind}.get(
                name, at.kind
            )
            self.go(at.to(call, kind))
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
        """`several.append(ds)`: the list is followed as what it holds."""
        if isinstance(target, ast.Name):
            scope: Scope | None = scope_of(target, self.run.found)
            while scope is not None and target.id not in scope.bindings:
                scope = scope.parent
            if scope is not None and at.kind in ("rows", "row"):
                for use in self.loads.of_name(scope, target.id, None):
                    self.go(at.to(use, "rows"))

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
        for target in targets:
            self._target(target, statement, at)

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
        elif isinstance(target, ast.Tuple) and at.kind == "pair" and len(target.elts) == 2:
            self._target(target.elts[1], statement, at.to(at.node, "row"))

    def _uses_of(self, scope: Scope, name: str, binding: Binding, at: At) -> None:
        for use in self.loads.of_name(scope, name, binding):
            self.go(at.to(use))

    def _looped(self, above: ast.For | ast.AsyncFor | ast.comprehension, at: At) -> None:
        statement: ast.AST = above
        target: ast.expr | None = above.target
        kind = {"rows": "row", "rows.iter": "row", "row": ""}.get(at.kind, "")
        if at.kind in ("splits.items", "pair_of_rows", "numbered.rows") and isinstance(target, ast.Tuple):
            target = target.elts[1] if len(target.elts) == 2 else None
            kind = "rows" if at.kind == "splits.items" else "row"
        elif at.kind == "numbered.pair_of_rows":
            kind = ""
        if target is None or not kind:
            return
        if isinstance(above, ast.comprehension):
            owner = self.run.found.parent[above]
            scope = self.run.found.scopes[owner]
            if isinstance(target, ast.Name):
                for use in self.loads.of_name(scope, target.id, None):
                    self.go(at.to(use, kind))
            return
        self._target(target, statement, at.to(at.node, kind))

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
        scope = scope_reached(scope_of(inside, self.run.found), self.run.found)
        if scope.kind != "function":
            return []
        if at.entered and at.entered[-1][0] is scope:
            return [at.entered[-1][1]]
        callers = self.run.callers(scope)
        chosen = [caller for caller in callers if caller.where in self.through]
        return [caller.call for caller in chosen or callers]

    def _out(self, call: ast.Call, inside: ast.AST, at: At, kind: str) -> At:
        """The same data where a function has given it back."""
        scope = scope_reached(scope_of(inside, self.run.found), self.run.found)
        givers = at.givers
        if scope.parent is not None and scope.parent.kind == "class":
            givers = tuple(dict.fromkeys((*givers, scope.parent)))
        return At(call, kind, at.depth + 1, at.made, at.entered[:-1], givers=givers)
