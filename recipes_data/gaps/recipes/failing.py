"""The only home of where the errors of Hub accesses arrive: which calls may raise them, which blocks catch them.

An access may fail where it stands, and so may each call of a local function that it stands in: three functions deep
for data, one for models (what catches further out is about more than a tokenizer).
Not seen: errors of generators (they are raised where somebody iterates) and of callbacks that a library calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.pinning import by_call, named_repositories
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Gathered, Scope, last_name

__all__ = ["Failing", "catching", "find_failing", "is_broad", "leaves", "own_nodes", "raises"]

_DEEPEST = 3
_READS = ("datasets.", "models.", "spaces.", "files.", "libraries.", "repos.exists", "auth.check")
_BROAD = {
    "Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "ConnectionError", "HTTPError",
    "RequestException", "HfHubHTTPError", "HTTPStatusError", "TimeoutError", "Timeout",
}  # fmt: skip
_EXITS = {
    "exit", "_exit", "quit", "abort", "fail", "skip", "xfail", "SkipTest", "skipTest", "importorskip", "Exit",
    "set_exception",
}  # fmt: skip
_STOPS = (*FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True, slots=True, eq=False)
class Failing:
    """A call that raises when a Hub access fails. `through`: the local function that has the access in it, or ""."""

    node: ast.expr
    accesses: tuple[FoundAccess, ...]
    through: str = ""

    def __str__(self) -> str:
        repos = named_repositories(self.accesses)
        call = self.through or self.accesses[0].access.function.rpartition(".")[2]
        return f"`{call}` of {repos}" if repos else f"`{call}`"


def find_failing(run: Evaluation, found: Iterable[FoundAccess]) -> tuple[Failing, ...]:
    """Every call whose error may be that of an access which reads."""
    step = [Failing(node, tuple(several)) for node, several in by_call(filter(_reads, found)).items()]
    result = list(step)
    seen: set[Scope] = set()
    for depth in range(_DEEPEST):
        inside: dict[Scope, list[FoundAccess]] = {}
        for one in step:
            scope = _function_around(one.node, run.found)
            accesses = [each for each in one.accesses if not depth or each.access.repo_type != "model"]
            if accesses and scope is not None and scope not in seen and leaves(one.node, run.found):
                inside.setdefault(scope, []).extend(accesses)
        seen |= inside.keys()
        step = [call for scope, several in inside.items() for call in _calls_of(run, scope, several)]
        result += step
    return tuple(result)


def _reads(one: FoundAccess) -> bool:
    operations = one.access.operations
    if any(text.startswith("function=") for text in one.access.unresolved):
        return False
    return any(operation.startswith(_READS) for operation in operations) and "libraries.upload" not in operations


def _calls_of(run: Evaluation, scope: Scope, accesses: Sequence[FoundAccess]) -> Iterator[Failing]:
    run.refill()
    for caller in run.callers(scope):
        at = where(caller.call, scope_of(caller.call, run.found))
        of_this = [one for one in accesses if any(at in way for way in (one.access.through, *one.ways))]
        name = last_name(caller.call.func) or scope.name
        yield Failing(caller.call, tuple(dict.fromkeys(of_this or accesses)), name)


def _function_around(node: ast.AST, found: Gathered) -> Scope | None:
    scope: Scope | None = scope_of(node, found)
    while scope is not None and scope.kind == "comprehension":
        scope = scope.parent
    return scope if scope is not None and scope.kind == "function" and not isinstance(scope.node, ast.Lambda) else None


def catching(node: ast.AST, found: Gathered) -> Iterator[ast.Try | ast.With]:
    """The `try` and `suppress` blocks around a call within its function, the innermost first."""
    child = node
    while (above := found.parent.get(child)) is not None and not isinstance(above, _STOPS):
        if _catches(above) and child in above.body:
            yield above
        child = above


def _catches(node: ast.AST) -> TypeGuard[ast.Try | ast.With]:
    return isinstance(node, ast.Try) or (isinstance(node, ast.With) and bool(_suppressed(node)))


def leaves(node: ast.AST, found: Gathered) -> bool:
    """Whether an error of a call may leave the function it stands in."""
    return not any(_ends_errors(block) for block in catching(node, found))


def _ends_errors(block: ast.Try | ast.With) -> bool:
    """Whether a block catches every error of an access and raises none in its place."""
    if isinstance(block, ast.With):
        return bool(_catches_all(_suppressed(block)))
    return any(_catches_all([handler.type]) and not raises(handler.body) for handler in block.handlers)


def _suppressed(block: ast.With) -> list[ast.expr | None]:
    calls = [item.context_expr for item in block.items if isinstance(item.context_expr, ast.Call)]
    return [argument for call in calls if last_name(call.func) == "suppress" for argument in call.args]


def _catches_all(types: Iterable[ast.expr | None]) -> bool:
    return any(_names(one) & {"", "Exception", "BaseException"} for one in types)


def is_broad(block: ast.ExceptHandler | ast.With) -> bool:
    """Whether so many errors are caught that a lost connection is among them; `EntryNotFoundError` says one thing."""
    if isinstance(block, ast.With):
        return any(_names(one) & _BROAD for one in _suppressed(block))
    return block.type is None or bool(_names(block.type) & _BROAD)


def _names(expr: ast.expr | None) -> set[str]:
    if expr is None:
        return {""}
    return {last_name(one) for one in (expr.elts if isinstance(expr, ast.Tuple) else [expr])} - {""}


def raises(block: Sequence[ast.stmt]) -> bool:
    """Whether an error (or the end of the program) comes out of a block, on any way through it."""
    for node in own_nodes(block):
        if isinstance(node, ast.Raise | ast.Assert):
            return True
        if isinstance(node, ast.Call) and (last_name(node.func) in _EXITS or _ends_parsing(node.func)):
            return True
    return False


def _ends_parsing(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and func.attr == "error" and "parser" in last_name(func.value)


def own_nodes(block: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a block in order, without those of functions and of `except` blocks within it."""
    stack = list(block)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack += [
            child
            for child in reversed(list(ast.iter_child_nodes(node)))
            if not isinstance(child, (*_STOPS, ast.ExceptHandler))
        ]
