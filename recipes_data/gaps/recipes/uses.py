"""The only home of what is seen of a dataset while it is followed, and of the names that lead on: values."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from recipes_data.gaps.recipes.arguments import is_method
from recipes_data.gaps.recipes.classes import family
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import body_around, scope_of
from recipes_data.gaps.recipes.running import Alternatives
from recipes_data.gaps.recipes.scopes import Gathered, Scope
from recipes_data.gaps.recipes.values import Alternative, FunctionValue

__all__ = [
    "NAMING",
    "OVER",
    "READERS",
    "SAME",
    "THROUGH",
    "At",
    "Uses",
    "binder_of",
    "keyword_of",
    "made_by",
    "of_family",
    "of_maker",
    "only_written",
    "overridden",
    "place_of",
]

SAME = {
    "shuffle", "select", "take", "skip", "filter", "map", "flatten", "with_format", "with_transform",
    "set_format", "repeat", "shard", "batch", "to_iterable_dataset", "sort", "cast", "cast_column",
    "flatten_indices", "select_columns", "remove_columns", "rename_column", "rename_columns", "add_column",
    "class_encode_column", "unique", "to_pandas", "to_polars", "to_list", "to_dict", "iter", "head", "tail",
    "sample", "copy", "dropna", "drop_duplicates", "reset_index", "iterrows", "itertuples", "result",
    "samples", "tolist", "decode",
}  # fmt: skip
NAMING = {"select_columns", "cast_column", "class_encode_column", "sort", "unique", "rename_column", "remove_columns"}
OVER = {"map", "filter", "apply"}
THROUGH = {
    "cast", "list", "iter", "tuple", "sorted", "reversed", "tqdm", "next", "enumerate", "concatenate_datasets",
    "interleave_datasets", "deepcopy", "islice", "chain", "zip", "deque", "load_from_disk", "dict",
}  # fmt: skip
READERS = {"read_parquet", "read_json", "read_csv", "from_json", "from_parquet", "from_csv", "from_list",
            "from_pandas", "scan_parquet", "read_ndjson", "DataFrame", "read_table", "from_generator"}  # fmt: skip


@dataclass(slots=True, eq=False)
class Uses:
    """What was seen: `columns` in the order of first sight.

    `walked`: each expression that was come to, and the one that led there (None: where it began); `now`: that one.
    """

    columns: list[str] = field(default_factory=list)
    walked: list[tuple[At | None, At]] = field(default_factory=list)
    now: At | None = None


@dataclass(frozen=True, slots=True)
class At:
    """An expression that is a dict of splits, rows, one row, or a file of rows.

    `made`: columns that the program itself put there. `entered`: the functions it was handed into, by which calls.
    `owner` and `maker`: the class of the object that holds it, and the call that made that. `givers`: classes whose
    methods gave it out.
    """

    node: ast.AST
    kind: str
    depth: int
    made: frozenset[str] = frozenset()
    entered: tuple[tuple[Scope, ast.Call], ...] = ()
    owner: Scope | None = None
    maker: ast.Call | None = None
    givers: tuple[Scope, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What is looked at but once: an expression, as what, and by which call."""
        return (self.node, self.kind, self.entered[-1:])

    def to(self, node: ast.AST, kind: str | None = None, made: frozenset[str] | None = None) -> At:
        """The same data at another expression."""
        return replace(
            self, node=node, kind=self.kind if kind is None else kind, made=self.made if made is None else made
        )


def binder_of(run: Evaluation, name: ast.Name) -> Scope | None:
    """The scope that binds a name."""
    scope: Scope | None = scope_of(name, run.found)
    while scope is not None and name.id not in scope.bindings:
        scope = scope.parent
    return scope


def keyword_of(call: ast.Call, name: str) -> ast.expr | None:
    """An argument that is given by name."""
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def place_of(call: ast.Call, node: ast.AST, shift: int) -> int | str:
    """Where an argument stands: by number (from `shift`), or its name."""
    for number, argument in enumerate(call.args):
        if argument is node:
            return number + shift
    for keyword in call.keywords:
        if keyword.value is node and keyword.arg is not None:
            return keyword.arg
    return 10_000


def of_family(run: Evaluation, found: Alternatives, giver: Scope) -> bool:
    """Whether what is called is a method that the class which gave the data has, too."""
    root = family(run, giver)[-1]
    methods = [a.value.scope for a in found if isinstance(a.value, FunctionValue) and is_method(a.value.scope)]
    return any(scope.parent is not None and family(run, scope.parent)[-1] is root for scope in methods)


def of_maker(alternative: Alternative, at: At) -> bool:
    """Whether an alternative may be of the object that holds the data."""
    for key, chosen in alternative.choices.items() if at.maker is not None else ():
        if isinstance(key, tuple) and key[0] == "object" and isinstance(chosen, tuple) and chosen[0] is at.owner:
            return chosen[1] is at.maker
    return True


def overridden(run: Evaluation, use: ast.AST, owner: Scope, above: tuple[Scope, ...]) -> bool:
    """Whether a nearer class has a method of its own for the one that a use stands in."""
    scope = scope_of(use, run.found)
    while scope.parent is not None and scope.parent is not owner:
        scope = scope.parent
    method = scope.name.rpartition(".")[2]
    return any(method in nearer.bindings for nearer in above[: above.index(owner)])


def made_by(run: Evaluation, function: ast.expr) -> frozenset[str]:
    """The columns of the rows that a function gives back as a dict."""
    names: set[str] = set()
    for alternative in run.light(function):
        if isinstance(alternative.value, FunctionValue):
            for node in ast.walk(alternative.value.scope.node):
                body = (
                    node.value if isinstance(node, ast.Return) else node.body if isinstance(node, ast.Lambda) else None
                )
                keys = body.keys if isinstance(body, ast.Dict) else ()
                names |= {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return frozenset(names)


def only_written(
    found: Gathered, read: Sequence[tuple[str, ast.AST]], written: Sequence[tuple[str, ast.AST]]
) -> set[str]:
    """The columns that a program puts into a row and reads nowhere before, in that function: none of the dataset."""
    names: set[str] = set()
    for name, statement in written:
        here, last = body_around(statement, found), getattr(statement, "end_lineno", 0)
        before = (node for one, node in read if one == name and getattr(node, "lineno", 0) <= last)
        if not any(body_around(node, found) is here for node in before):
            names.add(name)
    return names
