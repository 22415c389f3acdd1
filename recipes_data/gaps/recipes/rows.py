"""The only home of the question whether an expression is rows of a dataset, traced back to where they come from.

That is an access, or a parameter: one that is annotated as a dataset, or is called like one in a module that imports
one of the Hub's libraries.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import reaching, scope_of, scope_reached
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Binding, Scope, last_name
from recipes_data.gaps.recipes.values import External, FunctionValue, Value

__all__ = ["Rows"]

_DEEPEST = 8
_RETURNS = 8
_NAMES = re.compile(r"(?:\w+_)?(?:dataset|ds|rows|examples|samples|docs)\Z")
_OBJECTS = re.compile(r"(?:\w+_)?(?:dataset|ds)\Z")
_CLASSES = frozenset({"Dataset", "IterableDataset", "DatasetDict", "IterableDatasetDict", "MemoryDataset"})
_LOADERS = frozenset({"load_dataset", "hf_dataset"})
_LIBRARIES = frozenset({"datasets", "huggingface_hub", "inspect_ai"})
_THROUGH = {
    "list", "tuple", "sorted", "set", "cast", "iter", "reversed", "enumerate", "zip", "range", "len", "tqdm",
    "islice", "chain", "concatenate_datasets", "interleave_datasets", "deepcopy", "copy", "read_parquet",
    "read_json", "read_csv", "from_json", "from_parquet", "from_list", "from_dict", "DataFrame", "next", "arange",
    "array",
}  # fmt: skip
_METHODS = {
    "map", "filter", "select", "shuffle", "take", "skip", "sort", "flatten", "with_format", "with_transform",
    "select_columns", "remove_columns", "rename_column", "rename_columns", "cast", "cast_column", "add_column",
    "to_list", "to_dict", "to_pandas", "values", "items", "keys", "get", "copy", "train_test_split", "shard",
    "batch", "to_iterable_dataset", "tolist", "read", "readlines", "splitlines",
}  # fmt: skip


class Rows:
    """Answers `holds(expression)` for one set of sources."""

    def __init__(self, run: Evaluation, nodes: Iterable[ast.expr]) -> None:
        self._run = run
        self._nodes = frozenset(nodes)
        self._near: dict[Scope, bool] = {}
        self._active: set[ast.AST] = set()

    def holds(self, node: ast.expr, depth: int = 0, *, whole: bool = False) -> bool:
        """Whether rows are in it; `whole`: only where it is a dataset object, which knows how to shuffle itself."""
        if depth > _DEEPEST or node in self._active:
            return False
        self._active.add(node)
        try:
            return self._holds(node, depth + 1, whole)
        finally:
            self._active.discard(node)

    def _holds(self, node: ast.expr, depth: int, whole: bool) -> bool:
        match node:
            case ast.Call():
                return self._call(node, depth, whole)
            case ast.Name():
                return self._name(node, depth, whole)
            case ast.Await() | ast.Starred() | ast.NamedExpr() | ast.Subscript():
                return self.holds(node.value, depth, whole=whole)
            case ast.IfExp():
                return any(self.holds(one, depth, whole=whole) for one in (node.body, node.orelse))
            case ast.BoolOp():
                return any(self.holds(one, depth, whole=whole) for one in node.values)
            case ast.List() | ast.Tuple() if not whole:
                return any(self.holds(one, depth) for one in node.elts)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() if not whole:
                return self.holds(node.generators[0].iter, depth)
            case ast.Attribute(value=ast.Name(id="self")):
                return self._attribute(node, depth, whole)
            case _:
                return False

    def _call(self, node: ast.Call, depth: int, whole: bool) -> bool:
        if node in self._nodes:
            return True
        name = last_name(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name in _THROUGH:
            return any(self.holds(one, depth, whole=whole) for one in arguments)
        if isinstance(node.func, ast.Attribute) and name in _METHODS:
            return self.holds(node.func.value, depth, whole=whole)
        if name in _LOADERS:  # of the sources, or of a library that wraps the Hub's: its name says what it gives
            return True
        return any(self._gives(one.value, arguments, depth, whole) for one in self._run.light(node.func))

    def _gives(self, called: Value, arguments: list[ast.expr], depth: int, whole: bool) -> bool:
        if isinstance(called, External):
            return called.name.startswith("datasets.") or called.name.rpartition(".")[2] in _CLASSES
        if not isinstance(called, FunctionValue):
            return False
        if not whole and any(self.holds(one, depth) for one in arguments):
            return True  # what is made of a row: its text, cleaned
        returned = [one.value for one in ast.walk(called.scope.node) if isinstance(one, ast.Return)]
        return any(one is not None and self.holds(one, depth, whole=whole) for one in returned[:_RETURNS])

    def _name(self, node: ast.Name, depth: int, whole: bool) -> bool:
        here = scope_of(node, self._run.found)
        scope: Scope | None = here
        while scope is not None and (node.id not in scope.bindings or (scope.kind == "class" and scope is not here)):
            scope = scope.parent
        if scope is None:
            return False
        for mutation in scope.mutations.get(node.id, ()) if not whole else ():
            if mutation.value is not None and self.holds(mutation.value, depth):
                return True
        near = scope_reached(here) is scope_reached(scope)
        several = reaching(scope, node.id, node if near else None, self._run.found)
        return any(self._binding(one.binding, scope, depth, whole) for one in several)

    def _binding(self, binding: Binding, scope: Scope, depth: int, whole: bool) -> bool:
        if binding.kind == "parameter":
            return self._parameter(binding, scope, depth, whole)
        if binding.value is None or (whole and binding.kind not in ("assign", "for")):
            return False
        return self.holds(binding.value, depth, whole=whole)

    def _parameter(self, binding: Binding, scope: Scope, depth: int, whole: bool) -> bool:
        annotation = getattr(binding.node, "annotation", None)
        if annotation is not None and _class_of(annotation) in _CLASSES:
            return True
        if annotation is not None and whole:
            return False
        names = _OBJECTS if whole else _NAMES
        if names.match(binding.name) and self._knows_the_hub(scope):
            return True
        if whole or not isinstance(scope.node, FUNCTIONS):
            return False
        # `dataset.map(change)`: its parameter is a row
        name = scope.name.rpartition(".")[2]
        return any(
            isinstance(call.func, ast.Attribute)
            and call.func.attr in ("map", "filter")
            and scope_of(call, self._run.found).module() is scope.module()
            and self.holds(call.func.value, depth)
            for call in self._run.found.passed.get(name, ())
        )

    def _attribute(self, node: ast.Attribute, depth: int, whole: bool) -> bool:
        owner = self._owner(node)
        return owner is not None and any(
            self._owner(target) is owner and binding.value is not None and self.holds(binding.value, depth, whole=whole)
            for target, binding in self._run.found.attributes.get(node.attr, ())
        )

    def _owner(self, node: ast.AST) -> Scope | None:
        scope: Scope | None = scope_of(node, self._run.found)
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return scope

    def _knows_the_hub(self, scope: Scope) -> bool:
        module = scope.module()
        if module not in self._near:
            imports = [b for one in self._scopes(module) for several in one.bindings.values() for b in several]
            self._near[module] = any(b.kind == "import" and b.module.split(".")[0] in _LIBRARIES for b in imports)
        return self._near[module]

    def _scopes(self, module: Scope) -> list[Scope]:
        return [scope for scope in self._run.found.scopes.values() if scope.source is module.source]


def _class_of(annotation: ast.expr) -> str:
    while isinstance(annotation, ast.BinOp):
        annotation = annotation.left  # `Dataset | None`
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) in ("Optional", "Annotated"):
        annotation = annotation.slice
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.rpartition(".")[2]
    return last_name(annotation)
