"""The only home of the finding that rows are put in another order, or picked, by chance that nobody can repeat.

Seen are `dataset.shuffle()` and `train_test_split()` without a seed; functions of `random` and of `numpy.random` on
rows, and generators made without a seed, where the module sets none; and, in a class that loads a dataset, branches
taken by `random.random()`. Not seen: seeds that are None only at run time, pandas' `sample`, torch's samplers, rows
that come by a parameter of another name, and chance in code that a library calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from recipes_data.gaps.evidence import Finding
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.rows import Rows
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.scopes import Scope
from recipes_data.gaps.recipes.values import External, text_of

__all__ = ["unseeded_shuffles"]

_LOADERS = frozenset({"load_dataset", "hf_dataset", "hf_hub_download", "snapshot_download"})
_PICKS = frozenset({"shuffle", "sample", "choice", "choices", "permutation", "permuted"})
_DRAWS = frozenset({"random", "uniform", "randint", "randrange", "rand"})
_SEEDS = {
    "seed", "set_seed", "seed_everything", "set_random_seed", "enable_full_determinism", "fix_seed", "seed_all",
}  # fmt: skip
_GLOBAL = ("random.", "numpy.random.")
_MAKERS = {"random.Random", "numpy.random.default_rng", "numpy.random.RandomState", "random.SystemRandom"}
_NAMED = {"seed", "generator", "random_state", "rng"}


def unseeded_shuffles(run: Evaluation, found: Sequence[FoundAccess], name: str) -> Iterator[Finding]:
    """One finding for each call that orders or picks rows by unrepeatable chance."""
    rows = Rows(run, {one.node for one in found if one.name in _LOADERS})
    seeding = {scope_of(call, run.found).module() for verb in sorted(_SEEDS) for call in run.found.calls.get(verb, ())}
    for call in (*run.found.calls.get("shuffle", ()), *run.found.calls.get("train_test_split", ())):
        if _shuffles_itself(call) and isinstance(call.func, ast.Attribute) and rows.holds(call.func.value, whole=True):
            what = "no seed is given, so the order of the rows is another one in each run: pass `seed=`"
            yield _finding(run, call, what, name)
    for call in (call for verb in sorted(_PICKS) for call in run.found.calls.get(verb, ())):
        if scope_of(call, run.found).module() in seeding or not call.args:
            continue
        if _by_chance(run, call) and rows.holds(call.args[0]):
            what = "nothing in this module seeds what it draws from, so rows are picked or put in order by chance"
            yield _finding(run, call, f"{what}: draw from a `random.Random(seed)`", name)
    owners = {owner for one in found if one.name in _LOADERS and (owner := _class_around(run, one.node))}
    for call in (call for verb in sorted(_DRAWS) for call in run.found.calls.get(verb, ())):
        if scope_of(call, run.found).module() in seeding or not _in_test(run, call):
            continue
        if _class_around(run, call) in owners and _by_chance(run, call):
            what = "nothing in this module seeds what it draws from, so what happens to a row differs between runs"
            yield _finding(run, call, f"{what}: draw from a `random.Random(seed)`", name)


def _finding(run: Evaluation, call: ast.Call, what: str, name: str) -> Finding:
    at = where(call, scope_of(call, run.found))
    return Finding("unseeded-shuffle", "warning", f"`{text_of(call)}`: {what}", at, name)


def _shuffles_itself(call: ast.Call) -> bool:
    """Whether a call is `rows.shuffle()`, or `rows.train_test_split()`, with nothing that makes it repeatable."""
    if not isinstance(call.func, ast.Attribute) or any(keyword.arg is None for keyword in call.keywords):
        return False
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = [value for key, value in named.items() if key in _NAMED]
    if any(not (isinstance(value, ast.Constant) and value.value is None) for value in given):
        return False
    if call.func.attr == "shuffle":
        return not call.args
    order = named.get("shuffle")
    return len(call.args) < 5 and not (isinstance(order, ast.Constant) and order.value is False)


def _by_chance(run: Evaluation, call: ast.Call) -> bool:
    """Whether a call draws from the generator of the whole program, or from one that was made without a seed."""
    names = [one.value.name for one in run.light(call.func) if isinstance(one.value, External)]
    for name in names:
        owner = name.rpartition(".")[0]
        if f"{owner}." in _GLOBAL:
            return True
        if owner in _MAKERS and isinstance(call.func, ast.Attribute) and _made_without_seed(run, call.func.value):
            return True
    return False


def _made_without_seed(run: Evaluation, holder: ast.expr) -> bool:
    made = [one.value.call for one in run.light(holder) if hasattr(one.value, "call") and one.value.call is not None]
    return bool(made) and all(not call.args and not call.keywords for call in made)


def _class_around(run: Evaluation, node: ast.AST) -> Scope | None:
    scope: Scope | None = scope_of(node, run.found)
    while scope is not None and scope.kind != "class":
        scope = scope.parent
    return scope


def _in_test(run: Evaluation, call: ast.Call) -> bool:
    """Whether a branch is taken by what is drawn."""
    child: ast.AST = call
    while (above := run.found.parent.get(child)) is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.IfExp):
            return child is above.test
        child = above
    return isinstance(above, ast.If) and child is above.test
