"""The only home of what a class has: bases, fields, defaults, and what an object's attribute may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from recipes_data.gaps.recipes.arguments import arguments_of, bind, is_method, kind_of, known
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import ROOT, Alternatives, Arguments, Run, where
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Scope, last_name
from recipes_data.gaps.recipes.values import (
    Alternative,
    ClassValue,
    Constant,
    Deferred,
    Env,
    External,
    FunctionValue,
    Instance,
    Items,
    Member,
    Unknown,
    text_of,
)

__all__ = [
    "attribute_of_class",
    "attribute_of_instance",
    "bases_of",
    "default_of_field",
    "external_bases",
    "family",
    "fields_of",
    "is_enum",
    "members_of",
    "receivers",
    "unpacked",
]

_ENUMS = {"Enum", "StrEnum", "IntEnum", "Flag", "IntFlag"}
_FIELD_MAKERS = {"field", "Field", "ib", "attrib", "Option", "Argument", "option", "Parameter"}
_ABSTRACT = {"abstractmethod", "abstractproperty"}


def bases_of(run: Run, scope: Scope) -> tuple[Scope, ...]:
    """The classes of the sources that a class is made from, directly."""
    found = []
    for base in scope.node.bases:  # type: ignore[attr-defined]  # a scope of kind "class"
        expr = base.value if isinstance(base, ast.Subscript) else base
        for alternative in run.light(expr):
            if isinstance(alternative.value, ClassValue) and alternative.value.scope is not scope:
                found.append(alternative.value.scope)
                break
    return tuple(found)


def family(run: Run, scope: Scope) -> tuple[Scope, ...]:
    """A class and everything it inherits from, the nearest first."""
    known_family = run.families.get(scope)
    if known_family is not None:
        return known_family
    order: list[Scope] = []
    queue = [scope]
    while queue and len(order) < 60:
        one = queue.pop(0)
        if one not in order:
            order.append(one)
            queue = [*bases_of(run, one), *queue]
    run.families[scope] = tuple(order)
    return run.families[scope]


def is_enum(run: Run, scope: Scope) -> bool:
    """Whether a class is an Enum."""
    return any(
        last_name(base) in _ENUMS
        for one in family(run, scope)
        for base in one.node.bases  # type: ignore[attr-defined]  # a scope of kind "class"
    )


def members_of(scope: Scope) -> tuple[Member, ...]:
    """The members of an Enum in their order."""
    found: list[Member] = []
    for statement in scope.node.body:  # type: ignore[attr-defined]  # a scope of kind "class"
        if isinstance(statement, ast.Assign):
            names = (target.id for target in statement.targets if isinstance(target, ast.Name))
            found += [Member(name, Deferred(statement.value, ROOT)) for name in names if not name.startswith("_")]
    return tuple(found)


def fields_of(run: Run, scope: Scope) -> dict[str, ast.AnnAssign]:
    """The annotated fields of a class and its bases, in the order of a dataclass's arguments."""
    if scope in run.fields:
        return run.fields[scope]
    found: dict[str, ast.AnnAssign] = {}
    for one in reversed(family(run, scope)):
        for statement in one.node.body:  # type: ignore[attr-defined]  # a scope of kind "class"
            named = isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
            if named and not _of_the_class(statement.annotation):
                found[statement.target.id] = statement
    run.fields[scope] = found
    return found


def _of_the_class(annotation: ast.expr) -> bool:
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return last_name(node) == "ClassVar"


def default_of_field(run: Run, expr: ast.expr) -> Alternatives:
    """The default of a field: the value itself, or what `field(default=...)` and its kin hold."""
    if isinstance(expr, ast.Call) and last_name(expr.func) in _FIELD_MAKERS:
        for keyword in expr.keywords:
            if keyword.arg == "default":
                return run.value(keyword.value, ROOT)
            if keyword.arg in ("default_factory", "factory"):
                return _made_by(run, keyword.value)
        if expr.args and last_name(expr.func) in ("Field", "Option", "Argument", "field"):
            return run.value(expr.args[0], ROOT)
        return ()
    return run.value(expr, ROOT)


def _made_by(run: Run, factory: ast.expr) -> Alternatives:
    if isinstance(factory, ast.Lambda):
        return run.value(factory.body, ROOT)
    result: list[Alternative] = []
    for alternative in run.value(factory, ROOT):
        if isinstance(alternative.value, ClassValue):
            result.append(Alternative(Instance(alternative.value.scope, None, ROOT), alternative.choices))
        elif isinstance(alternative.value, FunctionValue):
            result += run.returned(alternative.value, Arguments(), text_of(factory))
    return tuple(result)


def receivers(run: Run, scope: Scope, method: str) -> Alternatives:
    """What `self` may be in a method of a class: objects of it and of the classes below that inherit the method."""
    root = family(run, scope)[-1]
    result: list[Alternative] = []
    below = run.subclasses(scope)
    for one in (scope, *below):
        if one is not scope and method in one.bindings and not _calls_super(one, method):
            continue
        calls = run.makers(one)
        if not calls:
            if one is scope and below and _abstract(scope):
                continue
            key = (one, None)
            result.append(Alternative(Instance(one, None, ROOT), {("object", root): key}, (), open=True))
        for call in calls:
            at = where(call, scope_of(call, run.found))
            result.append(Alternative(Instance(one, call, ROOT), {("object", root): (one, call)}, (at,)))
    return tuple(result) or (Alternative(Instance(scope, None, ROOT), {}, (), open=True),)


def _calls_super(scope: Scope, method: str) -> bool:
    for binding in scope.bindings.get(method, ()):
        for node in ast.walk(binding.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super":
                return True
    return False


def _abstract(scope: Scope) -> bool:
    node = scope.node
    if not isinstance(node, ast.ClassDef):
        return False
    if any(last_name(base) in ("ABC", "Protocol") for base in node.bases) or node.keywords:
        return True
    return any(
        last_name(decorator) in _ABSTRACT
        for statement in node.body
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        for decorator in statement.decorator_list
    )


def attribute_of_class(run: Run, scope: Scope, name: str) -> Alternatives:
    """An attribute of a class itself: a member, a method, a value set in its body; () where it has none."""
    if is_enum(run, scope):
        for one in family(run, scope):
            for binding in one.bindings.get(name, ()) if not name.startswith("_") else ():
                node = binding.node
                if binding.value is not None and isinstance(node, ast.Assign) and run.found.parent[node] is one.node:
                    return (Alternative(Member(name, Deferred(binding.value, ROOT))),)
    for one in family(run, scope):
        if name in one.bindings:
            return tuple(_taken_from(a, ClassValue(scope)) for a in _body_value(run, one, name))
    return ()


def _taken_from(alternative: Alternative, receiver: ClassValue | Instance) -> Alternative:
    value = alternative.value
    if isinstance(value, FunctionValue) and is_method(value.scope):
        value = FunctionValue(value.scope, value.env, receiver)
        return Alternative(value, alternative.choices, alternative.through, alternative.open)
    return alternative


def _body_value(run: Run, scope: Scope, name: str) -> Alternatives:
    bindings = scope.bindings[name]
    last = bindings[-1]
    if last.kind == "assign" and isinstance(last.node, ast.AnnAssign):
        if last.value is None:
            return ()
        return default_of_field(run, last.value)
    if last.kind == "assign" and isinstance(last.value, ast.Call) and last_name(last.value.func) in _FIELD_MAKERS:
        return default_of_field(run, last.value)
    return run.name(scope, name)


def attribute_of_instance(run: Run, instance: Instance, name: str) -> Alternatives:
    """An attribute of an object: what its making gave it, what its methods assign, what its class says."""
    order = family(run, instance.scope)
    # `self.x = tuple(self.x)` in `__post_init__` speaks of what the field was given
    me = (instance.scope, instance.call, name)
    again = me in run.assigning
    run.assigning.add(me)
    try:
        assigned = [] if again else list(_assigned(run, instance, name, order))
    finally:
        if not again:
            run.assigning.discard(me)
    if assigned and all(at_making for _, at_making in assigned):
        return tuple(a for found, _ in assigned for a in found)
    result = [a for found, _ in assigned for a in found]
    result = [a for a in result if not (isinstance(a.value, Constant) and a.value.value is None)] or result
    fields = fields_of(run, instance.scope)
    if name in fields and not any("__init__" in one.bindings for one in order):
        given = _given(run, instance, name, list(fields))
        if given is not None:
            return (*given, *result)
    for one in order:
        if name in one.bindings:
            found = _body_value(run, one, name)
            for alternative in found:
                value = alternative.value
                if isinstance(value, FunctionValue) and _is_property(value.scope):
                    result += _property(run, value, instance)
                else:
                    taken = _taken_from(alternative, instance)
                    is_open = taken.open or instance.call is None
                    result.append(Alternative(taken.value, taken.choices, taken.through, is_open))
            break
    return tuple(result)


def _is_property(scope: Scope) -> bool:
    decorators = getattr(scope.node, "decorator_list", ())
    return any(last_name(decorator) in ("property", "cached_property") for decorator in decorators)


def _property(run: Run, function: FunctionValue, instance: Instance) -> Alternatives:
    return run.returned(FunctionValue(function.scope, function.env, instance), Arguments(), "")


def _given(run: Run, instance: Instance, name: str, fields: list[str]) -> Alternatives | None:
    """What the call that made an object gave for a field; None where it left it to the default."""
    if instance.call is None:
        return None
    result: list[Alternative] = []
    for given in arguments_of(run, instance.call, instance.env):
        named = dict(zip(fields, given.positional, strict=False)) | dict(given.keywords)
        if name in named:
            result += [
                Alternative(a.value, {**given.choices, **a.choices}, a.through, a.open) for a in run.get(named[name])
            ]
        elif given.unknown:
            result.append(Alternative(Unknown(", ".join(given.unknown)), given.choices))
    return tuple(result) or None


def _assigned(run: Run, instance: Instance, name: str, order: tuple[Scope, ...]) -> Iterator[tuple[Alternatives, bool]]:
    """What methods assign to `self.name`, and whether that is when the object is made."""
    for attribute, binding in run.found.attributes.get(name, ()):
        scope = scope_of(attribute, run.found)
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        owner = scope.parent
        if not is_method(scope) or owner not in order or binding.value is None or kind_of(scope) == "staticmethod":
            continue
        node = scope.node
        if not isinstance(node, FUNCTIONS) or not node.args.args or node.args.args[0].arg != last_name(attribute.value):
            continue
        method = scope.name.rpartition(".")[2]
        at_making = method in ("__init__", "__post_init__", "__attrs_post_init__", "model_post_init", "setup")
        env = _env_of_making(run, instance, scope, order) if method == "__init__" else _env_of_self(instance, scope)
        values = run.value(binding.value, env)
        yield unpacked(run, values, binding.unpack), at_making


def unpacked(run: Run, values: Alternatives, path: tuple[int, ...]) -> Alternatives:
    """The part of a tuple that a target gets."""
    for index in path:
        result: list[Alternative] = []
        for alternative in values:
            value = alternative.value
            if isinstance(value, Items) and -1 < index < len(value.elements):
                for element in run.get(value.elements[index]):
                    choices = {**alternative.choices, **element.choices}
                    through = (*element.through, *(at for at in alternative.through if at not in element.through))
                    result.append(Alternative(element.value, choices, through, alternative.open or element.open))
            elif isinstance(value, Instance) and 0 <= index < len(fields_of(run, value.scope)):
                field = list(fields_of(run, value.scope))[index]
                result += attribute_of_instance(run, value, field)
            else:
                text = value.text if isinstance(value, Unknown) else f"element {index}"
                result.append(Alternative(Unknown(text), alternative.choices, alternative.through))
        values = tuple(result)
    return values


def _env_of_self(instance: Instance, scope: Scope) -> Env:
    first = scope.node.args.args[0].arg  # type: ignore[attr-defined]  # a scope of kind "function"
    return Env(scope, {first: known(Alternative(instance))}, None, instance.env.depth + 1)


def _env_of_making(run: Run, instance: Instance, scope: Scope, order: tuple[Scope, ...]) -> Env:
    """The environment of an `__init__` as the making of this object calls it, directly or by `super().__init__`."""
    makers = [one for one in order if "__init__" in one.bindings]
    first = makers[0] if makers else None
    if first is None or (instance.call is None and scope.parent is first):
        return _env_of_self(instance, scope)
    me = known(Alternative(instance))
    init = run.found.scopes.get(first.bindings["__init__"][-1].node)
    if init is None:
        return _env_of_self(instance, scope)
    if instance.call is None:
        env = _env_of_self(instance, init)
    else:
        given = arguments_of(run, instance.call, instance.env)
        env = Env(init, bind(init, given[0], ROOT, me), None, instance.env.depth + 1) if given else ROOT
    for _ in range(6):
        if init is scope:
            return env
        call = _call_of_super(run, init)
        above = [one for one in order if "__init__" in one.bindings and one is not init.parent]
        above = [one for one in above if init.parent is not None and one in family(run, init.parent)]
        if call is None or not above:
            break
        init = run.found.scopes[above[0].bindings["__init__"][-1].node]
        given = arguments_of(run, call, env)
        positional = given[0] if given else None
        if positional is None:
            break
        plain = isinstance(call.func, ast.Attribute) and not isinstance(call.func.value, ast.Call)
        env = Env(init, bind(init, positional, ROOT, None if plain else me), None, env.depth + 1)
    return env if init is scope else _env_of_self(instance, scope)


def _call_of_super(run: Run, init: Scope) -> ast.Call | None:
    for call in run.found.calls.get("__init__", ()):
        if scope_of(call, run.found) is init:
            return call
    return None


def external_bases(run: Run, scope: Scope) -> Iterator[str]:
    """The qualified names of classes outside the sources that a class is made from."""
    for one in family(run, scope):
        for base in one.node.bases:  # type: ignore[attr-defined]  # a scope of kind "class"
            for alternative in run.light(base):
                if isinstance(alternative.value, External):
                    yield alternative.value.name
