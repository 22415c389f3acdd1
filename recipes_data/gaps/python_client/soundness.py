"""The only home of whether a Python function does what its name says: stubs, made-up data, deprecation by code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Stub
from recipes_data.gaps.python_client.index import FunctionSource, decorator_names, dotted_name

__all__ = ["deprecated_by_code", "is_abstract", "stub_of"]

_NOT_YET = re.compile(
    r"not[ _-]*(yet[ _-]*)?(been[ _-]*)?(implemented|supported)|unimplemented|todo|coming soon", re.IGNORECASE
)
_MADE_UP = re.compile(r"(?:^|_)(synthetic|fake|dummy|mock|placeholder|made_?up|stub)(?:_|s?$)", re.IGNORECASE)
_PROMISES = re.compile(r"(?:^|_)(load|fetch|get|download|list|read|stream|query|search|info)(?:_|$)", re.IGNORECASE)
_ARGUMENT_DECORATORS = ("deprecate_arguments", "deprecate_positional_args", "deprecate_argument", "deprecate_kwarg")
_GROUP = re.compile(r"(?:^|_)(?:group|callback)$")
_WARNINGS = ("DeprecationWarning", "FutureWarning", "PendingDeprecationWarning")


def is_abstract(function: FunctionSource, protocols: frozenset[str]) -> bool:
    """Whether it is only a promise for derived classes. `protocols`: names of classes that are protocols."""
    words = decorator_names(function.node)
    return any(word.split(".")[-1].startswith("abstract") for word in words) or function.owner in protocols


def stub_of(function: FunctionSource, read: frozenset[str]) -> Stub | None:
    """Why a function is a stub. `read`: its arguments that are used."""
    node = function.node
    body = [one for one in node.body if not _is_docstring(one)]
    where = Where(function.module.path, body[0].lineno if body else node.lineno)
    if not body or all(isinstance(one, ast.Pass) or _is_ellipsis(one) for one in body):
        return None if _meant_empty(function) else Stub("the body is empty", where)
    raised = _raised(body)
    if raised is not None:
        return Stub(raised, where)
    returned = body[-1]
    plain = all(isinstance(one, (ast.Return, ast.Assign, ast.Expr)) for one in body)
    answer = returned.value if isinstance(returned, ast.Return) else None
    if answer is None or not plain:
        return _made_up(function, where)
    arguments = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    arguments = arguments[1:] if function.owner and arguments else arguments
    if len(body) == 1 and _is_constant(answer) and arguments and not read & set(arguments):
        return Stub(f"answers {_short(answer)} whatever it is given", where)
    if isinstance(answer, (ast.Constant, ast.Dict)) and _NOT_YET.search(ast.unparse(answer)):
        return Stub(f"answers {_short(answer)}", where)
    return _made_up(function, where)


def _meant_empty(function: FunctionSource) -> bool:
    """Whether nothing is what it is to do.

    A method that is given nothing and answers nothing (`close`, `flush`), and has a docstring that promises nothing for
    later; and a command line's group, whose options its decorator reads.
    """
    node = function.node
    words = [word.split(".")[-1] for word in decorator_names(node)]
    if any(_GROUP.search(word) for word in words):
        return True
    if not function.owner or words:
        return False
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs][1:]
    silent = node.returns is None or (isinstance(node.returns, ast.Constant) and node.returns.value is None)
    says = ast.get_docstring(node)
    return bool(silent and not given and says and not _NOT_YET.search(says))


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_ellipsis(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and statement.value.value is ...
    )


def _raised(body: list[ast.stmt]) -> str | None:
    """A body that does nothing but raise "not implemented"."""
    first = body[0]
    if not isinstance(first, ast.Raise) or first.exc is None:
        return None
    name = dotted_name(first.exc.func if isinstance(first.exc, ast.Call) else first.exc).split(".")[-1]
    if name == "NotImplementedError":
        return "raises NotImplementedError"
    if _NOT_YET.search(ast.unparse(first.exc)):
        return f"raises {_short(first.exc)}"
    return None


def _is_constant(node: ast.expr) -> bool:
    """A literal without anything put in; an empty container counts."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return (  # no literal: a constant it may still be, as a call
            isinstance(node, ast.Call) and dotted_name(node.func) in ("dict", "list", "set", "tuple") and not node.args
        )
    return True


def _made_up(function: FunctionSource, where: Where) -> Stub | None:
    """Data that no request and no file stands behind, from a function whose name promises to get some."""
    name = function.node.name
    if _MADE_UP.search(name) or not _PROMISES.search(name):
        return None
    called = [dotted_name(part.func).split(".")[-1] for part in ast.walk(function.node) if isinstance(part, ast.Call)]
    for one in called:
        if _MADE_UP.search(one):
            return Stub(f"gives made-up data: calls {one}", where)
    for answer in _answers(function.node):
        rows = _literal_rows(answer, function.node)
        if rows is not None and set(called) <= {"range", "len", "str", "int", "min", "max", "enumerate", "append"}:
            return Stub(f"gives made-up data: {rows}", where)
    return None


def _answers(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    for part in ast.walk(node):
        if isinstance(part, ast.Return) and part.value is not None:
            yield part.value


def _literal_rows(answer: ast.expr, node: ast.AST) -> str | None:
    """Rows that are written into the source, or counted out."""
    if isinstance(answer, ast.Name):
        given = [
            part.value
            for part in ast.walk(node)
            if isinstance(part, ast.Assign) and any(isinstance(t, ast.Name) and t.id == answer.id for t in part.targets)
        ]
        return _literal_rows(given[0], node) if len(given) == 1 and not isinstance(given[0], ast.Name) else None
    if isinstance(answer, ast.ListComp) and isinstance(answer.elt, ast.Dict):
        source = answer.generators[0].iter
        if isinstance(source, ast.Call) and dotted_name(source.func) == "range":
            return "rows are counted out"
    if (
        isinstance(answer, (ast.List, ast.Tuple))
        and answer.elts
        and all(isinstance(one, ast.Dict) for one in answer.elts)
    ):
        return "rows are written in the source"
    return None


def deprecated_by_code(function: FunctionSource) -> str | None:
    """What a decorator or a first warning says about the function as a whole."""
    for decorator in function.node.decorator_list:
        name = dotted_name(decorator.func if isinstance(decorator, ast.Call) else decorator).split(".")[-1]
        if "deprecat" in name.lower() and name.strip("_").lower() not in _ARGUMENT_DECORATORS:
            return _said(decorator) or f"@{name}"
    for statement in function.node.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            words = [dotted_name(one).split(".")[-1] for one in (*call.args, *(word.value for word in call.keywords))]
            if dotted_name(call.func).split(".")[-1] == "warn" and any(word in _WARNINGS for word in words):
                return _said(call) or "warns that it is deprecated"
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
            break
    return None


def _said(node: ast.expr) -> str:
    """The text that a decorator or a warning is given."""
    if not isinstance(node, ast.Call):
        return ""
    given = [*(word.value for word in node.keywords if word.arg in ("message", "reason", "extra")), *node.args]
    for one in given:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value:
            return " ".join(one.value.split())
        if isinstance(one, ast.JoinedStr):
            return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in one.values)  # type: ignore[misc]
    return ""


def _short(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:57] + "..."
