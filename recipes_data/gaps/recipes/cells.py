"""The only home of the decoding of single cells: `json.loads(row["tests"])`, through names and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.moves import Done
from recipes_data.gaps.recipes.scopes import FUNCTIONS, last_name
from recipes_data.gaps.recipes.step_words import Words
from recipes_data.gaps.recipes.uses import At, binder_of, place_of
from recipes_data.gaps.recipes.values import External, FunctionValue

__all__ = ["decoded"]

_DECODERS = {"loads", "load", "safe_load", "full_load", "literal_eval", "b64decode", "standard_b64decode",
             "decompress", "unhexlify", "fromhex", "frombuffer", "open"}  # fmt: skip
_LIBRARIES = {"json", "orjson", "ujson", "simplejson", "ast", "base64", "zlib", "gzip", "bz2", "lzma", "pickle",
              "dill", "yaml", "binascii", "PIL", "tarfile", "zipfile", "numpy", "soundfile", "zstandard"}  # fmt: skip
_WRAPPERS = {"BytesIO", "StringIO", "cast", "str", "bytes"}
_DEEPEST = 3
_MOST = 60


def decoded(run: Evaluation, loads: Loads, words: Words, at: At) -> Iterator[tuple[Done, ...]]:
    """Each way that a cell of a row is decoded, the innermost call first."""
    above = run.found.parent.get(at.node)
    cell: ast.expr | None = None
    key: ast.expr | None = None
    if isinstance(above, ast.Subscript) and above.value is at.node:
        cell, key = above, above.slice
    elif isinstance(above, ast.Attribute) and above.attr in ("get", "pop"):
        call = run.found.parent.get(above)
        if isinstance(call, ast.Call) and call.func is above and call.args:
            cell, key = call, call.args[0]
    if cell is not None and key is not None and not isinstance(key, ast.Slice):
        walk = _Cell(run, loads, words.part(key, at), _around(run, at.node))
        walk.at(cell, (), 0)
        yield from walk.found


def _around(run: Evaluation, node: ast.AST) -> ast.AST:
    """The loop over rows that a row is read in, else the place itself: its conditions are those of the data."""
    child = node
    while (above := run.found.parent.get(child)) is not None and not isinstance(above, (*FUNCTIONS, ast.Module)):
        if isinstance(above, (ast.For, ast.AsyncFor)):
            return above
        child = above
    return child


class _Cell:
    """One cell, followed to where it is decoded."""

    def __init__(self, run: Evaluation, loads: Loads, column: str, row: ast.AST) -> None:
        self.run = run
        self.row = row
        self.loads = loads
        self.column = column
        self.found: list[tuple[Done, ...]] = []
        self._seen: set[ast.AST] = set()

    def at(self, node: ast.AST, before: tuple[Done, ...], depth: int) -> None:  # noqa: C901  # one case for each kind of surroundings
        """Look at what stands around an expression that holds the cell."""
        if node in self._seen or len(self._seen) > _MOST:
            return
        self._seen.add(node)
        above = self.run.found.parent.get(node)
        match above:
            case ast.BoolOp() | ast.IfExp() | ast.Await():
                if not (isinstance(above, ast.IfExp) and above.test is node):
                    self.at(above, before, depth)
            case ast.NamedExpr() | ast.Assign() | ast.AnnAssign() if above.value is node:
                targets = above.targets if isinstance(above, ast.Assign) else [above.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        self._assigned(target, above, before, depth)
            case ast.For(target=ast.Name() as one) if above.iter is node:
                self._assigned(one, above, before, depth)  # each part of the cell
            case ast.keyword():
                call = self.run.found.parent.get(above)
                if isinstance(call, ast.Call):
                    self._argument(call, node, before, depth)
            case ast.Call() if above.func is not node:
                self._argument(above, node, before, depth)
            case ast.Attribute(attr="encode" | "strip" | "decode"):
                call = self.run.found.parent.get(above)
                if isinstance(call, ast.Call) and call.func is above:
                    self.at(call, before, depth)
            case _:
                pass

    def _assigned(self, target: ast.Name, statement: ast.AST, before: tuple[Done, ...], depth: int) -> None:
        scope = binder_of(self.run, target)
        for binding in scope.bindings[target.id] if scope is not None else ():
            if scope is not None and binding.node is statement:
                for use in self.loads.of_name(scope, target.id, binding):
                    self.at(use, before, depth)

    def _argument(self, call: ast.Call, node: ast.AST, before: tuple[Done, ...], depth: int) -> None:
        name = last_name(call.func)
        if name in _WRAPPERS:
            self.at(call, before, depth)
            return
        values = [one.value for one in self.run.light(call.func)]
        for value in values:
            if isinstance(value, External) and name in _DECODERS and value.name.partition(".")[0] in _LIBRARIES:
                chain = (*before, Done(value.name, call, self.column, self.row))
                self.found.append(chain)
                self.at(call, chain, depth)
            elif isinstance(value, FunctionValue) and depth < _DEEPEST and isinstance(value.scope.node, FUNCTIONS):
                self._into(value, call, node, before, depth)

    def _into(
        self, function: FunctionValue, call: ast.Call, node: ast.AST, before: tuple[Done, ...], depth: int
    ) -> None:
        scope = function.scope
        arguments: ast.arguments = scope.node.args  # type: ignore[attr-defined]  # a function
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        place = place_of(call, node, 1 if function.receiver is not None else 0)
        name = place if isinstance(place, str) else names[place] if place < len(names) else None
        if name is not None and name in scope.bindings:
            for use in self.loads.of_name(scope, name, scope.bindings[name][0]):
                self.at(use, before, depth + 1)
