"""The only home of what a dotted name leads to: imports, members of modules, attributes of values."""

from __future__ import annotations

import ast

from recipes_data.gaps.recipes.arguments import known
from recipes_data.gaps.recipes.classes import (
    attribute_of_class,
    attribute_of_instance,
    external_bases,
    family,
    members_of,
)
from recipes_data.gaps.recipes.options import option_of_flags, option_of_namespace
from recipes_data.gaps.recipes.running import Alternatives, Run
from recipes_data.gaps.recipes.scopes import Binding, Scope
from recipes_data.gaps.recipes.values import (
    Alternative,
    ClassValue,
    Constant,
    External,
    Instance,
    Items,
    Made,
    Member,
    ModuleValue,
    Namespace,
    Unknown,
    Value,
    join,
)

__all__ = ["attribute_of", "bound_name", "imported", "module_called", "returns_of"]

_LIBRARIES = frozenset({"datasets", "huggingface_hub", "transformers", "peft", "evaluate", "diffusers", "fsspec"})
"""Libraries whose names a project's modules often have: `recipes/datasets.py` is not what `import datasets` gets."""


def imported(run: Run, binding: Binding, scope: Scope) -> Alternatives:
    """What an import gives its name."""
    if not binding.member:
        return (Alternative(module_called(run, binding.module, scope)),)
    found = bound_name(run, binding.module, binding.member, scope)
    if found:
        return found
    below = f"{binding.module}.{binding.member}" if binding.module else binding.member
    return (Alternative(module_called(run, below, scope)),)


def module_called(run: Run, name: str, scope: Scope) -> Value:
    """A module by its dotted name: of the sources, or something external."""
    source = run.sources.module(name, scope.source)
    if source is not None and not (name.partition(".")[0] in _LIBRARIES and not _really_ours(run, name)):
        return ModuleValue(run.found.modules[source.path])
    return External(name)


def _really_ours(run: Run, name: str) -> bool:
    """Whether the sources are the library itself: a package of that name, from its top."""
    return any(source.package for source in run.sources.by_name.get(name.partition(".")[0], ()))


def bound_name(run: Run, module: str, name: str, scope: Scope) -> Alternatives:
    """A name of a module of the sources; of a neighbour that is called like a library only where it has the name."""
    source = run.sources.module(module, scope.source) if module else None
    if source is None:
        # a folder needs no `__init__.py` to be a package
        below = run.sources.module(f"{module}.{name}", scope.source) if module else None
        if below is not None and (module.partition(".")[0] not in _LIBRARIES or _really_ours(run, module)):
            return (Alternative(ModuleValue(run.found.modules[below.path])),)
        return (Alternative(External(f"{module}.{name}")),) if module else ()
    there = run.found.modules[source.path]
    if module.partition(".")[0] in _LIBRARIES and not _really_ours(run, module):
        binding = there.bindings.get(name)
        own = binding is not None and binding[-1].kind in ("def", "class", "assign") and there is not scope.module()
        return run.name(there, name) if own else (Alternative(External(f"{module}.{name}")),)
    found = run.name(there, name)
    if found:
        return found
    below = run.sources.module(f"{module}.{name}", scope.source)
    if below is not None:
        return (Alternative(ModuleValue(run.found.modules[below.path])),)
    return ()


def attribute_of(run: Run, value: Value, name: str, text: str) -> Alternatives:
    """An attribute of a value; () where it can't be told."""
    if isinstance(value, External):
        if value.name.endswith("flags.FLAGS"):
            return option_of_flags(run, name)
        return (Alternative(External(f"{value.name}.{name}")),)
    if isinstance(value, Made):
        return (Alternative(External(f"{value.name}.{name}")),)
    if isinstance(value, ModuleValue):
        return _of_module(run, value.scope, name)
    if isinstance(value, Instance):
        return _of_instance(run, value, name)
    if isinstance(value, ClassValue):
        return attribute_of_class(run, value.scope, name) or _of_external_bases(run, value.scope, name)
    if isinstance(value, Member):
        return _of_member(run, value, name)
    if isinstance(value, Namespace):
        return option_of_namespace(run, value, name)
    return (Alternative(Unknown(text or name)),) if isinstance(value, Unknown) else ()


def _of_module(run: Run, scope: Scope, name: str) -> Alternatives:
    found = run.name(scope, name)
    if found:
        return found
    if scope.source.package and scope.source.names:
        below = run.sources.module(f"{scope.source.names[0]}.{name}", scope.source)
        if below is not None:
            return (Alternative(ModuleValue(run.found.modules[below.path])),)
    return ()


def _of_instance(run: Run, value: Instance, name: str) -> Alternatives:
    found = attribute_of_instance(run, value, name)
    if found:
        return found
    if name == "__class__":
        return (Alternative(ClassValue(value.scope)),)
    return _of_external_bases(run, value.scope, name)


def _of_external_bases(run: Run, scope: Scope, name: str) -> Alternatives:
    if name == "__name__":
        return (Alternative(Constant(scope.name.rpartition(".")[2])),)
    if name == "__members__":
        members = [member for one in family(run, scope) for member in members_of(one)]
        return (Alternative(Items(tuple(known(Alternative(member)) for member in members))),)
    # a method that a class has from a library: `class Model(PreTrainedModel)`, `Model.from_pretrained`
    skipped = ("builtins.", "abc.", "typing.", "enum.")
    for external in external_bases(run, scope):
        if not external.startswith(skipped):
            return (Alternative(External(f"{external}.{name}")),)
    return ()


def _of_member(run: Run, value: Member, name: str) -> Alternatives:
    if name in ("value", "_value_"):
        return run.get(value.value)
    if name == "name":
        return (Alternative(Constant(value.name)),)
    # an Enum of records: Task.GSM8K.path
    result = []
    for alternative in run.get(value.value):
        for found in run.attribute(alternative.value, name, name):
            joined = join(found, alternative, found.value)
            if joined is not None:
                result.append(joined)
    return tuple(result)


def returns_of(node: ast.AST) -> list[ast.expr]:
    """The expressions that a function returns (or yields, where it returns nothing)."""
    if isinstance(node, ast.Lambda):
        return [node.body]
    returned: list[ast.expr] = []
    yielded: list[ast.expr] = []
    stack: list[ast.AST] = list(reversed(getattr(node, "body", [])))
    while stack:
        one = stack.pop()
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(one, ast.Return):
            if one.value is not None:
                returned.append(one.value)
        elif isinstance(one, ast.Yield) and one.value is not None:
            yielded.append(one.value)
        stack += reversed(list(ast.iter_child_nodes(one)))
    return returned or yielded
