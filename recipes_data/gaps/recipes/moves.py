"""The only home of what one place does to data that is followed: methods, functions, slices, loops over rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from recipes_data.gaps.recipes.classes import family
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import body_around, scope_of
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.running import ROOT
from recipes_data.gaps.recipes.scopes import FUNCTIONS, last_name
from recipes_data.gaps.recipes.step_words import Words, negated
from recipes_data.gaps.recipes.uses import READERS, At, binder_of
from recipes_data.gaps.recipes.values import External, Instance, Made, text_of

__all__ = ["Done", "Move", "moves_at"]

_METHODS = {
    "shuffle", "select", "take", "skip", "filter", "map", "flatten", "with_format", "with_transform", "set_format",
    "set_transform", "repeat", "shard", "batch", "to_iterable_dataset", "sort", "cast", "cast_column",
    "flatten_indices", "select_columns", "remove_columns", "rename_column", "rename_columns", "add_column",
    "add_item", "class_encode_column", "align_labels_with_mapping", "train_test_split", "unique", "decode",
    "to_pandas", "to_polars", "to_list", "to_dict", "to_tf_dataset", "iter", "head", "tail", "sample", "dropna",
    "fillna", "drop_duplicates", "drop", "reset_index", "groupby", "group_by", "apply", "query", "explode", "merge",
    "join", "sort_values", "with_columns", "rename", "astype", "nlargest", "set_epoch",
}  # fmt: skip
_OF_ROWS = {"rows", "splits", "halves"}
_FUNCTIONS = {
    "concatenate_datasets", "interleave_datasets", "islice", "sorted", "train_test_split", "random_split", "DataLoader",
} | READERS  # fmt: skip
_DATA = {"dsets", "dataset", "datasets", "data", "iterable", "mapping"}  # what functions call their data
_STARTING = {"set", "fromkeys", "train_test_split", "random_split", "Subset"}
_DRAWS = {"sample", "choices", "choice", "permutation"}
_ROUND = {"enumerate", "tqdm", "trange", "range", "len", "zip", "list", "tuple", "reversed", "cast", "iter"}
_INDEXES = {"list", "tuple", "arange", "permutation", "array"}
_GROWING = {"append", "extend", "add", "appendleft", "update", "put", "insert"}
_TESTS = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp)
_TEXT = 240  # characters of a condition
_HOPS = 3
_FEW = 300  # expressions that it may cost to tell what is made of a row
_IN_PLACE = {"sort", "reverse", "set_format", "set_transform", "set_epoch"}


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """One step, before it has its place among the others. `under`: the place whose conditions hold for it."""

    name: str
    node: ast.AST
    arguments: str
    under: ast.AST | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """What is done at one place, in turn.

    `result`: the expression that has the outcome, where that is followed already; `starts`: where it goes on else;
    `in_place`: what is read of the same name later has it done. `window`: it takes some of the rows at a time, and
    what a function gives of it is a batch, which is not followed.
    """

    chain: tuple[Done, ...]
    result: ast.AST | None = None
    starts: tuple[At, ...] = ()
    in_place: bool = False
    window: bool = False


def moves_at(run: Evaluation, loads: Loads, words: Words, at: At) -> Iterator[Move]:
    """What the surroundings of an expression do with the rows in it."""
    if at.kind in _OF_ROWS:
        yield from _method(run, words, at)
    if at.kind in _OF_ROWS or at.kind == "file":
        yield from _argument(run, words, at)
        several = _listed(run, at.node)
        if several is not None:
            yield Move((), None, (at.to(several, "rows"),))
    if at.kind.rpartition(".")[2] in ("rows", "items", "values", "iter", "pair_of_rows") and "splits" not in at.kind:
        yield from _looped(run, loads, at)


def _listed(run: Evaluation, node: ast.AST) -> ast.AST | None:
    """The list that a dataset is put into where it is made: `parts = [a, b]`, `[load(one) for one in names]`."""
    above = run.found.parent.get(node)
    if isinstance(above, (ast.ListComp, ast.GeneratorExp)) and above.elt is node:
        return above
    if isinstance(above, (ast.List, ast.Tuple)) and isinstance(
        run.found.parent.get(above), (ast.Assign, ast.AnnAssign)
    ):
        return above if isinstance(above, ast.List) else None
    return None


def _method(run: Evaluation, words: Words, at: At) -> Iterator[Move]:
    above = run.found.parent.get(at.node)
    if isinstance(above, ast.Subscript) and above.value is at.node:
        if isinstance(above.slice, ast.Slice):
            lower, upper = above.slice.lower, above.slice.upper
            window = _is_window(run, lower, upper)
            said = (
                f"[<{text_of(lower)}>:<{text_of(upper)}>]"
                if lower and upper and window
                else words.bounds(above.slice, at)
            )
            yield Move((Done("slice", above, said),), above, window=window)
        elif isinstance(above.slice, _TESTS) and at.kind == "rows" and _speaks_of_data(above.slice, at.node):
            kept = Done("keep", above, text_of(above.slice, _TEXT))
            yield Move((kept,), above, (at.to(above, "rows"),))
        return
    call = run.found.parent.get(above) if isinstance(above, ast.Attribute) else None
    if not isinstance(above, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not above:
        return
    if above.attr not in _METHODS:
        return
    in_place = isinstance(run.found.parent.get(call), ast.Expr)
    if in_place and above.attr not in _IN_PLACE and not any(one.arg == "inplace" for one in call.keywords):
        in_place = False
    numbers = call.args[0] if above.attr == "select" and len(call.args) == 1 else None
    ends = numbers.args if isinstance(numbers, ast.Call) and last_name(numbers.func) == "range" else []
    window = len(ends) > 1 and _is_window(run, ends[0], ends[1])
    said = f"range({', '.join(f'<{text_of(end)}>' for end in ends)})" if window else words.arguments(call, at)
    yield Move((Done(above.attr, call, said),), call, in_place=in_place, window=window)


def _is_window(run: Evaluation, lower: ast.expr | None, upper: ast.expr | None) -> bool:
    """Whether both ends are computed as the program goes on: a batch."""
    return all(end is not None and _moves(run, end) for end in (lower, upper))


def _moves(run: Evaluation, end: ast.expr, depth: int = 0) -> bool:
    """Whether it is reckoned from a parameter, an attribute or what a loop counts; a number alone moves nothing."""
    value: ast.expr | None = end
    if isinstance(end, ast.Name):
        binder = binder_of(run, end)
        several = binder.bindings[end.id] if binder is not None else ()
        if any(one.kind == "for" for one in several):
            return True
        value = several[0].value if len(several) == 1 and several[0].kind == "assign" else None
    if isinstance(value, ast.Call) and last_name(value.func) in ("min", "max"):
        return depth < _HOPS and any(_moves(run, one, depth + 1) for one in value.args)
    return isinstance(value, ast.BinOp) and not _fixed(run, value, 0)


def _fixed(run: Evaluation, expr: ast.expr, depth: int) -> bool:
    """Whether only names of the module are in it, or names that only such are in."""
    for node in ast.walk(expr):
        if not isinstance(node, ast.Name):
            continue
        scope = binder_of(run, node)
        if scope is None or scope.kind == "module":
            continue
        values = [one.value for one in scope.bindings[node.id] if one.kind == "assign"]
        if len(values) != len(scope.bindings[node.id]) or depth > _HOPS:
            return False
        if not all(value is not None and _fixed(run, value, depth + 1) for value in values):
            return False
    return True


def _speaks_of_data(test: ast.expr, data: ast.AST) -> bool:
    """`frame[frame["x"] > 1]`."""
    return isinstance(data, ast.Name) and any(isinstance(n, ast.Name) and n.id == data.id for n in ast.walk(test))


def _argument(run: Evaluation, words: Words, at: At) -> Iterator[Move]:  # noqa: C901  # one case for each function
    node, above = at.node, run.found.parent.get(at.node)
    while isinstance(above, (ast.List, ast.Tuple, ast.Starred)):
        node, above = above, run.found.parent.get(above)
    if isinstance(above, ast.keyword):
        if above.arg not in _DATA:
            return
        node, above = above.value, run.found.parent.get(above)
    if not isinstance(above, ast.Call) or above.func is node:
        return
    name = last_name(above.func)
    own = at.to(above, "rows")
    if name in _FUNCTIONS:
        yield Move(
            (Done(name, above, words.arguments(above, at, node, shown=True)),),
            above,
            (own,) if name in _STARTING else (),
        )
    elif name in _STARTING and (name != "set" or isinstance(above.func, ast.Name)):
        called = "dict.fromkeys" if name == "fromkeys" else name
        yield Move((Done(called, above, words.arguments(above, at, node)),), above, (own,))
    elif name == "next":
        yield Move((), above, window=True)
    elif name in ("map", "filter") and isinstance(above.func, ast.Name) and above.args[1:] == [node]:
        yield Move((Done(name, above, words.arguments(above, at, node)),), above, (own,))
    elif name in ("shuffle", *_DRAWS) and isinstance(above.func, ast.Attribute) and above.args[:1] == [node]:
        by = _drawn_by(run, words, above.func, at)
        if by is not None:
            said = ", ".join(one for one in (by, words.arguments(above, at, node)) if one)
            starts = () if name == "shuffle" else (own,)
            yield Move((Done(f"random.{name}", above, said),), above, starts, in_place=name == "shuffle")
    else:
        indexes = _indexes(run, at.node)
        if indexes is not None:
            yield Move((), indexes, (at.to(indexes, "rows"),))


def _drawn_by(run: Evaluation, words: Words, func: ast.Attribute, at: At) -> str | None:
    """The seed that a draw was given, as `seed=...`; None: it is no draw by chance."""
    if last_name(func.value) in ("random", "np.random") and all(
        isinstance(one.value, External) for one in run.light(func.value)
    ):
        return _seeded(run, words, func, at)
    names = {one.value.name for one in run.light(func) if isinstance(one.value, External)}
    makers = [one.value for one in run.light(func.value) if isinstance(one.value, Made)]
    if not makers and isinstance(func.value, ast.Call) and last_name(func.value.func) in ("Random", "default_rng"):
        makers = [Made("random.Random", func.value, words.env(at))]
    if not makers:
        return None if not any(name.startswith(("random.", "numpy.random.")) for name in names) else "seed=<unknown>"
    if not all(one.name.startswith(("random.", "numpy.random.", "torch.Generator")) for one in makers):
        return None
    given = {words.arguments(one.call, at) for one in makers}
    return f"seed={given.pop() or 'None'}" if len(given) == 1 else f"seed=<{text_of(func.value)}>"


def _seeded(run: Evaluation, words: Words, func: ast.Attribute, at: At) -> str:
    """The seed of the generator of the whole program, where the function sets it before."""
    here = body_around(func, run.found)
    for call in run.found.calls.get("seed", ()):
        if call.lineno <= func.lineno and body_around(call, run.found) is here:
            return f"seed={words.arguments(call, at)}"
    return "seed=None"


def _indexes(run: Evaluation, node: ast.AST) -> ast.Call | None:
    """`list(range(len(rows)))`: numbers that stand for the rows."""
    counted, outermost = False, None
    above = run.found.parent.get(node)
    while isinstance(above, ast.Call) and last_name(above.func) in {"len", "range", *_INDEXES}:
        counted = counted or last_name(above.func) == "len"
        outermost = above
        above = run.found.parent.get(above)
    if outermost is None or not counted or last_name(outermost.func) == "len":
        return None
    listed = last_name(outermost.func) in _INDEXES or isinstance(above, (ast.Assign, ast.AnnAssign))
    return outermost if listed else None


# loops over rows


def _looped(run: Evaluation, loads: Loads, at: At) -> Iterator[Move]:
    node: ast.AST = at.node
    above = run.found.parent.get(node)
    while isinstance(above, ast.Call) and last_name(above.func) in _ROUND and above.func is not node:
        node, above = above, run.found.parent.get(above)
    if isinstance(above, ast.comprehension) and above.iter is node:
        owner = run.found.parent.get(above)
        if isinstance(owner, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            kept = tuple(Done("keep", test, text_of(test, _TEXT), owner) for test in above.ifs)
            made = owner.value if isinstance(owner, ast.DictComp) else owner.elt
            yield Move(kept, None, () if above.is_async or _no_rows(run, made) else (at.to(owner, "rows"),))
    elif isinstance(above, (ast.For, ast.AsyncFor)) and above.iter is node:
        groups = above.target.elts[1] if at.kind == "rows.items" and _is_pair(above.target) else None
        if isinstance(groups, ast.Name):  # `for key, rows in groups.items()`
            inside = [one for one in loads.of_name(scope_of(groups, run.found), groups.id, None) if _within(one, above)]
            yield Move((), None, tuple(at.to(one, "rows") for one in inside))
        yield from _loop(run, loads, above, at)


def _is_pair(target: ast.expr) -> TypeGuard[ast.Tuple]:
    return isinstance(target, ast.Tuple) and len(target.elts) == 2


def _within(node: ast.Name, loop: ast.For | ast.AsyncFor) -> bool:
    return loop.lineno <= node.lineno <= (loop.end_lineno or loop.lineno)


def _loop(run: Evaluation, loads: Loads, loop: ast.For | ast.AsyncFor, at: At) -> Iterator[Move]:
    inside = list(_inside(loop))
    grown = _grown_into(run, [node for node in inside if _grows(node)], loop)
    if not grown:
        return
    chain = [done for node in inside for done in _left_out(run, node, loop)]
    chain += [done for node, _ in grown for done in _only_if(run, node, loop)]
    starts: list[At] = []
    for node, container in grown:
        put = node.args[-1] if isinstance(node, ast.Call) else getattr(node, "value", None)
        if put is None or _no_rows(run, put):
            continue
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            starts += [at.to(node.value, "row")] if node.value is not None else []
        elif isinstance(container, ast.Name):
            scope = binder_of(run, container)
            uses = loads.of_name(scope, container.id, None) if scope is not None else []
            end = (loop.end_lineno or loop.lineno, loop.end_col_offset or 0)
            starts += [at.to(use, "rows") for use in uses if (use.lineno, use.col_offset) > end]
    distinct = {start.key: start for start in starts}
    chain.sort(key=lambda done: (getattr(done.node, "lineno", 0), getattr(done.node, "col_offset", 0)))
    yield Move(tuple({(done.node, done.name): done for done in chain}.values()), None, tuple(distinct.values()))


def _inside(loop: ast.AST) -> Iterator[ast.AST]:
    """What a loop does itself, not in functions that are defined in it."""
    todo: list[ast.AST] = [child for child in ast.iter_child_nodes(loop) if isinstance(child, ast.stmt)]
    todo.reverse()
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            todo += reversed(list(ast.iter_child_nodes(node)))


def _grows(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING and bool(node.args)
    if isinstance(node, ast.Assign) and any(isinstance(target, ast.Subscript) for target in node.targets):
        # `groups[key] = []` puts no row there
        return any(isinstance(one, (ast.Name, ast.Call)) for one in ast.walk(node.value))
    return isinstance(node, (ast.Yield, ast.YieldFrom))


def _grown_into(run: Evaluation, grown: list[ast.AST], loop: ast.AST) -> list[tuple[ast.AST, ast.expr | None]]:
    """What a loop puts rows into: calls and assignments, and the name of the list or table that was there before."""
    found: list[tuple[ast.AST, ast.expr | None]] = []
    for node in grown:
        target: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            target = node.func.value
        elif isinstance(node, ast.Assign):
            target = next(one for one in node.targets if isinstance(one, ast.Subscript)).value
        while isinstance(target, ast.Subscript):
            target = target.value
        if (
            target is None
            or isinstance(target, ast.Attribute)
            or (isinstance(target, ast.Name) and not _of_loop(run, target, loop))
        ):
            found.append((node, target))
    return found


def _of_loop(run: Evaluation, name: ast.Name, loop: ast.AST) -> bool:
    """Whether a name is bound in the loop itself: a list of one row's parts."""
    scope = binder_of(run, name)
    first, last = getattr(loop, "lineno", 0), getattr(loop, "end_lineno", 0)
    return scope is not None and any(first <= one.at[0] <= last for one in scope.bindings[name.id])


def _no_rows(run: Evaluation, made: ast.expr) -> bool:
    """Whether what is made of a row is none: an answer that is waited for, an object that does things."""
    if any(isinstance(node, ast.Await) for node in ast.walk(made)):
        return True
    run.refill(_FEW)
    for one in run.value(made, ROOT):
        value = one.value
        if isinstance(value, Instance) and any("__init__" in scope.bindings for scope in family(run, value.scope)):
            return True
    if isinstance(made, ast.Name):
        scope = binder_of(run, made)
        several = scope.bindings[made.id] if scope is not None else ()
        return any(isinstance(one.value, ast.Await) for one in several)
    return False


def _left_out(run: Evaluation, node: ast.AST, loop: ast.AST) -> Iterator[Done]:
    """A `continue` or `break` of this loop: rows that are left out, or where it ends."""
    if not isinstance(node, (ast.Continue, ast.Break)):
        return
    said: list[str] = []
    place: ast.AST = node
    child: ast.AST = node
    while (above := run.found.parent.get(child)) is not None and above is not loop:
        if isinstance(above, (ast.For, ast.AsyncFor, ast.While)):
            return
        if isinstance(above, ast.If):
            text = text_of(above.test, _TEXT)
            said.insert(0, text if run.found.branch.get(child, "body") == "body" else negated(above.test, text))
            place = above
        elif isinstance(above, ast.ExceptHandler):
            said.insert(0, f"on {text_of(above.type)}" if above.type is not None else "on any error")
            place = above
        child = above
    yield Done("drop" if isinstance(node, ast.Continue) else "stop", place, " and ".join(said), loop)


def _only_if(run: Evaluation, node: ast.AST, loop: ast.AST) -> Iterator[Done]:
    """The conditions in the loop under which a row gets into the list."""
    child: ast.AST = node
    while (above := run.found.parent.get(child)) is not None and above is not loop:
        if isinstance(above, ast.If) and child is not above.test:
            text = text_of(above.test, _TEXT)
            body = run.found.branch.get(child, "body") == "body"
            yield Done("keep", above, text if body else negated(above.test, text), loop)
        child = above
