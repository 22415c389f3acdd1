"""The only home of what the Python sources of an input mean together: names across modules, classes, bodies."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from recipes_data.gaps.python_client import bodies
from recipes_data.gaps.python_client.annotations import names_in
from recipes_data.gaps.python_client.expressions import evaluate
from recipes_data.gaps.python_client.index import FunctionSource, Index, build_index, decorator_names, dotted_name
from recipes_data.gaps.python_client.scope import Body, Scope
from recipes_data.gaps.python_client.sources import Module, Sources
from recipes_data.gaps.python_client.values import (
    HOLE,
    UNKNOWN,
    Bound,
    Hole,
    Instance,
    Local,
    Param,
    Ref,
    Row,
    Text,
    Value,
    Values,
    all_of,
    filled,
)
from recipes_data.gaps.python_client.watched import Watched

__all__ = ["Sight", "see"]

_MOST_WAITING = 100  # bodies that wait for what another answers
_PROPERTIES = ("property", "cached_property", "functools.cached_property", "classproperty")


def see(sources: Sources, watched: Watched | None = None) -> Sight:
    """All sources of an input, ready to be asked."""
    return Sight(build_index(sources), watched or Watched())


class Sight:
    """Answers questions about the sources; what was found once is kept.

    `arguments`: objects that callers hand over, by function and argument (see `learn`); `unread`: what could not be
    read to its end, and why.
    """

    def __init__(self, index: Index, watched: Watched) -> None:
        self.index = index
        self.watched = watched
        self.arguments: dict[tuple[str, str], Values] = {}
        self.unread: set[str] = set()
        self._bodies: dict[str, Body] = {}
        self._reading: set[str] = set()
        self._named: dict[tuple[str, str], Values] = {}
        self._attributes: dict[tuple[str, str], Values] = {}
        self._orders: dict[str, tuple[list[str], list[str]]] = {}

    # --- names

    def named(self, module: Module, name: str) -> Values:
        """What a name means at the top of a module."""
        return self._global(module.name, name)

    def imported(self, target: str, how: str) -> Values:
        """What `import target` or `from ... import target` gives."""
        found = self._dotted(target)
        if found is not None:
            return found if how == "direct" else tuple(_renamed(value, how) for value in found)
        return (Ref(target, how),)

    def _dotted(self, target: str) -> Values | None:
        """The meaning of a dotted name that lies in the sources; None for one that lies outside."""
        if target in self.index.modules:
            before, _, last = target.rpartition(".")
            # a package may give a submodule's name to something else
            scope = self.index.scopes.get(before)
            if scope is not None and last in scope.defined:
                return (Ref(scope.defined[last]),)
            return (Ref(target),)
        before, _, last = target.rpartition(".")
        if before in self.index.modules:
            return self._global(before, last)
        if before in self.index.classes:
            return self.member(Ref(before), last)
        return None

    def _global(self, module: str, name: str) -> Values:
        key = (module, name)
        if key not in self._named:
            self._named[key] = UNKNOWN  # a circle of imports ends here
            self._named[key] = self._find(module, name)
        return self._named[key]

    def _find(self, module: str, name: str) -> Values:
        scope = self.index.scopes[module]
        groups: list[Values] = []
        if name in scope.defined:
            groups.append((Ref(scope.defined[name]),))
        for target, renamed in scope.imported.get(name, ()):
            plain = "." not in target or target == name
            groups.append(self.imported(target, "alias" if renamed else "direct" if plain else "import"))
        if name in scope.assigned:
            groups += [self._constant(module, value) for value in scope.assigned[name]]
            promised = self.objects(scope.annotated.get(name), self.index.modules[module])
            groups += [promised] if promised else []
        if not groups and f"{module}.{name}" in self.index.modules:
            groups.append((Ref(f"{module}.{name}"),))
        if not groups and name in scope.lazy:
            groups.append(self.imported(scope.lazy[name], "import"))
        for star in () if groups else scope.stars:
            if star in self.index.modules and not name.startswith("_"):
                found = self._global(star, name)
                groups += [found] if found != UNKNOWN else []
            elif self.watched.has(f"{star}.{name}"):
                groups.append((Ref(f"{star}.{name}", "import"),))
        kept = [group for group in groups if group != UNKNOWN]
        return all_of(kept) if kept else UNKNOWN

    def _constant(self, module: str, value: ast.expr) -> Values:
        try:
            return evaluate(Scope(self, self.index.modules[module], None, {}, Body()), value)
        except RecursionError:
            self.unread.add(f"{self.index.modules[module].path}:{value.lineno}: nested too deep")
            return UNKNOWN

    # --- attributes

    def member(self, value: Value, attribute: str) -> Values:
        """What an attribute of a value is."""
        if isinstance(value, Ref):
            return self._of_name(value, attribute)
        if isinstance(value, Instance):
            return self._of_object(value, attribute)
        if isinstance(value, Bound) and self.watched.is_property(f"{value.of}.{value.name}"):
            return (Bound(f"{value.of}.{value.name}", attribute),)  # an object of a class that nobody named
        if isinstance(value, Text) and attribute in ("value", "name"):
            return (value,)  # a member of an enumeration of strings
        return UNKNOWN

    def _of_name(self, value: Ref, attribute: str) -> Values:
        if value.name in self.index.modules:
            found = self._global(value.name, attribute)
            if found == UNKNOWN and value.name.split(".")[0] not in {one.split(".")[0] for one in self.index.modules}:
                return (Ref(f"{value.name}.{attribute}", value.how),)
            return tuple(_direct(one) for one in found) if value.how != "alias" else found
        if value.name in self.index.classes:
            return self._of_class(value.name, attribute)
        if value.name in self.index.functions:
            return UNKNOWN
        how = "direct" if value.how == "import" else value.how
        if self.watched.is_type(value.name):
            return (Bound(value.name, attribute, how, made=False),)
        return (Ref(f"{value.name}.{attribute}", how),)

    def _of_class(self, name: str, attribute: str) -> Values:
        inside, outside = self.order(name)
        for one in inside:
            found = self.index.classes[one]
            if attribute in found.members:
                target = found.members[attribute]
                return (Ref(target),) if target in self.index.classes else (Bound(name, attribute, made=False),)
            if attribute in found.assigned:
                return all_of(self._constant(found.module.name, value) for value in found.assigned[attribute])
        return (Bound(outside[0], attribute, made=False),) if outside else UNKNOWN

    def _of_object(self, value: Instance, attribute: str) -> Values:
        if value.of not in self.index.classes:
            held = self.watched.held(f"{value.of}.{attribute}")
            return held or (Bound(value.of, attribute, base=value.base),)
        inside, outside = self.order(value.of)
        function = self.method(value.of, attribute)
        if function is not None:
            if any(word in _PROPERTIES or word.endswith("property") for word in decorator_names(function.node)):
                return filled(self.returns(function), {})
            return (Bound(value.of, attribute),)
        key = (value.of, attribute)
        if key not in self._attributes:
            self._attributes[key] = UNKNOWN
            self._attributes[key] = self._attribute(inside, attribute)
        found = self._attributes[key]
        if found == UNKNOWN and outside and not any(attribute in self.index.classes[one].stored for one in inside):
            return (Bound(outside[0], attribute),)
        return found

    def _attribute(self, inside: list[str], attribute: str) -> Values:
        groups: list[Values] = []
        for name in inside:
            source = self.index.classes[name]
            if groups:
                break  # what a nearer class sets hides what its parents set
            if attribute in source.annotated:
                groups.append(self.objects(source.annotated[attribute], source.module))
            groups += [self._constant(source.module.name, value) for value in source.assigned.get(attribute, ())]
            for method in source.stored.get(attribute, ()):
                body = self.body(self.index.functions[method])
                groups += [filled(values, {}) for values in body.stores.get(attribute, ())]
        kept = [group for group in groups if group and group != UNKNOWN]
        return all_of(kept) if kept else UNKNOWN

    # --- classes

    def order(self, name: str) -> tuple[list[str], list[str]]:
        """Classes in which an attribute is looked up, nearest first: those of the sources, and those outside."""
        if name not in self._orders:
            self._orders[name] = ([name], [])
            inside, outside = [name], []
            for parent in self._parents(name):
                if parent in self.index.classes:
                    more = self.order(parent)
                    inside += [one for one in more[0] if one not in inside]
                    outside += [one for one in more[1] if one not in outside]
                elif parent not in outside:
                    outside.append(parent)
            self._orders[name] = (inside, outside)
        return self._orders[name]

    def _parents(self, name: str) -> Iterator[str]:
        source = self.index.classes[name]
        for written in source.node.bases:
            node = written.value if isinstance(written, ast.Subscript) else written
            found = [value.name for value in self._constant(source.module.name, node) if isinstance(value, Ref)]
            known = [one for one in found if one != name]
            yield from known or ([dotted_name(node)] if dotted_name(node) not in ("", "object", "Generic") else [])

    def parents(self, owner: str) -> Values:
        """What `super()` is in a class."""
        return all_of((Instance(parent),) for parent in self._parents(owner))

    def method(self, of: str, name: str) -> FunctionSource | None:
        """The definition of a class's method, its own or an inherited one."""
        if of not in self.index.classes:
            return None
        for one in self.order(of)[0]:
            target = self.index.classes[one].members.get(name)
            if target in self.index.functions:
                return self.index.functions[target]
        return None

    # --- bodies

    def body(self, function: FunctionSource) -> Body:
        """What was found in a function's body. In a circle of calls, the inner reader sees what is there so far."""
        if function.name in self._bodies:
            return self._bodies[function.name]
        body = self._bodies[function.name] = Body()
        self._reading.add(function.name)
        scope = Scope(self, function.module, function.owner, self._start(function), body)
        try:
            bodies.run(scope, function.node.body)
            bodies.run_unentered(scope)
        except RecursionError:
            self.unread.add(f"{function.module.path}:{function.node.lineno}: {function.node.name} is nested too deep")
        self._reading.discard(function.name)
        return body

    def top(self, module: Module) -> Body:
        """What runs when a module is imported: its own statements and those of its classes."""
        body = Body()
        scope = Scope(self, module, None, {}, body)
        try:
            for statement in module.tree.body:
                if not isinstance(
                    statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
                ):
                    bodies.run(scope, [statement])
                    scope.known = {}  # names at the top of a module are looked up, not followed
                elif isinstance(statement, ast.ClassDef):
                    inner = Scope(self, module, None, {}, body)
                    bodies.run(
                        inner,
                        [one for one in statement.body if not isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))],
                    )
            bodies.run_unentered(scope)
        except RecursionError:
            self.unread.add(f"{module.path}:1: nested too deep")
        return body

    def _start(self, function: FunctionSource) -> dict[str, Values]:
        node = function.node
        known: dict[str, Values] = {}
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for argument in every:
            objects = self.objects(argument.annotation, function.module)
            handed = self.argument(function.name, argument.arg)
            known[argument.arg] = (Param(argument.arg), *objects, *(one for one in handed if one not in objects))
        for extra in (node.args.vararg, node.args.kwarg):
            if extra is not None:
                known[extra.arg] = (Param(extra.arg),)
        words = decorator_names(node)
        if function.owner is not None and every and "staticmethod" not in words:
            is_class = "classmethod" in words or node.name in ("__new__", "__init_subclass__")
            known[every[0].arg] = (Ref(function.owner) if is_class else Instance(function.owner),)
        return known

    def inside(self, scope: Scope, local: Local, given: tuple[Values, ...], words: dict[str, Values]) -> Values:
        """Read the body of a function within a function, called with these arguments; what it answers."""
        return bodies.enter(scope, local, given, words)

    def returns(self, function: FunctionSource) -> Values:
        """What a function answers, in terms of its arguments."""
        promised = self.objects(function.node.returns, function.module)
        waiting = function.name in self._reading
        if waiting or (len(self._reading) > _MOST_WAITING and function.name not in self._bodies):
            return promised or UNKNOWN  # a circle, or a chain that is too long to follow from here
        body = self.body(function)
        if body.generator:
            found = all_of(body.returns) if body.returns else UNKNOWN
            return (*promised, *(value for value in found if isinstance(value, Row))) or UNKNOWN
        known = [value for value in all_of(body.returns) if not isinstance(value, (Hole, Local))]
        if not known:
            return promised or UNKNOWN
        unknown = len(known) < len(all_of(body.returns)) and not promised
        return all_of([tuple(known), promised, (HOLE,) if unknown else ()])

    def objects(self, annotation: ast.expr | None, module: Module) -> Values:
        """The objects that an annotation promises; empty where it names no class that matters here."""
        if annotation is None:
            return ()
        found = [
            (Instance(value.name),)
            for name in names_in(annotation)
            for value in self._constant(module.name, name)
            if isinstance(value, Ref) and (value.name in self.index.classes or self.watched.is_class(value.name))
        ]
        return all_of(found) if found else ()

    def argument(self, function: str, name: str) -> Values:
        """What callers were seen to hand over as an argument; empty where nothing is known."""
        return self.arguments.get((function, name), ())

    # --- outside

    def answer(self, name: str) -> Values:
        """What a function outside of the sources answers."""
        return self.watched.answer(name)

    def is_watched(self, name: str) -> bool:
        """Whether calls to this dotted name outside of the sources are to be kept."""
        return self.watched.has(name)

    def is_function(self, name: str) -> bool:
        """Whether this watched name is known to be a function."""
        return self.watched.is_function(name)

    def is_telling(self, attribute: str, receiver: str) -> bool:
        """Whether a method of this name, called on an unknown object, is likely one of a watched library's."""
        return self.watched.is_telling(attribute, receiver)

    def learn(self) -> bool:
        """Let functions know the objects that their callers hand over, and forget what was read before that was known.

        Whether anything was new.
        """
        found: dict[tuple[str, str], list[Values]] = {}
        for body in self._bodies.values():
            for call in body.calls:
                for name, values in call.given.items():
                    kept = tuple(value for value in values if isinstance(value, (Instance, Bound, Ref)))
                    if kept:
                        found.setdefault((call.target, name), []).append(kept)
        learnt = {key: all_of(groups) for key, groups in found.items()}
        news = {key[0] for key, values in learnt.items() if self.arguments.get(key) != values}
        if not news:
            return False
        self.arguments |= learnt
        # what they answer may be known better now, so their callers are read again as well
        stale = news | {name for name, body in self._bodies.items() if any(call.target in news for call in body.calls)}
        for name in stale:
            self._bodies.pop(name, None)
        self._attributes.clear()
        return True


def _renamed(value: Value, how: str) -> Value:
    return Ref(value.name, how) if isinstance(value, Ref) else value


def _direct(value: Value) -> Value:
    return Ref(value.name, "direct") if isinstance(value, Ref) and value.how in ("import", "alias") else value
