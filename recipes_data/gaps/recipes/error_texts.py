"""The only home of the finding that which error it was is guessed from the text of its message.

Texts change with every version and language of a library; types and status codes don't. Looked at are `except` blocks
around Hub accesses, functions of the sources that these hand the error to (one deep), and functions that ask
`isinstance` for an error of the Hub's libraries. Not seen: texts compared in tables, and errors kept for later.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from recipes_data.gaps.evidence import Finding
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.failing import Failing, catching, own_nodes
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.scopes import last_name
from recipes_data.gaps.recipes.values import External, FunctionValue, text_of

__all__ = ["guessed_errors"]

_SEARCHES = frozenset({"search", "match", "fullmatch", "findall", "finditer"})
_ASKS = frozenset({"startswith", "endswith", "find", "index", "count"})
_TEXTS = frozenset({"str", "repr", "format", "format_exc", "format_exception_only"})
_SHOWN = 4
_LIBRARIES = ("huggingface_hub", "datasets")


def guessed_errors(run: Evaluation, failing: Sequence[Failing], name: str) -> Iterator[Finding]:
    """One finding for each block or function that decides by an error's text, at the first such decision."""
    blocks: dict[ast.AST, tuple[Sequence[ast.stmt], str, str]] = {}
    for one in failing:
        for block in catching(one.node, run.found):
            for handler in block.handlers if isinstance(block, ast.Try) else ():
                blocks.setdefault(handler, (handler.body, handler.name or "", str(one)))
    for function, parameter in _judges(run):
        blocks.setdefault(function, (function.body, parameter, "a Hub access"))
    seen: set[ast.AST] = set()
    for body, error, what in blocks.values():
        several = list(_decisions(body, error)) or list(_in_functions(run, body, error))
        if not several or several[0] in seen:
            continue
        seen.add(several[0])
        shown = list(dict.fromkeys(f"`{text_of(one)}`" for one in several))
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        message = (
            f"which error of {what} it was is guessed from its message ({', '.join(shown[:_SHOWN])}{more}), which is "
            "another one in other versions: decide by its type (GatedRepoError, EntryNotFoundError) or its status code"
        )
        at = where(several[0], scope_of(several[0], run.found))
        yield Finding("error-guessed-from-text", "warning", message, at, name)


def _decisions(body: Iterable[ast.AST], error: str) -> Iterator[ast.expr]:
    """Comparisons and searches that have the error's text on the side that is searched."""
    texts: set[str] = set()
    for node in own_nodes(body):
        if isinstance(node, ast.Assign) and _is_text(node.value, error, texts):
            texts |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Compare | ast.Call) and _decides(node, error, texts):
            yield node


def _decides(node: ast.Compare | ast.Call, error: str, texts: set[str]) -> bool:
    if isinstance(node, ast.Call):
        return _searches(node, error, texts)
    operator, right = node.ops[0], node.comparators[0]
    if isinstance(operator, ast.In | ast.NotIn):
        return _is_text(right, error, texts)
    return isinstance(operator, ast.Eq | ast.NotEq) and any(_is_text(one, error, texts) for one in (node.left, right))


def _searches(node: ast.Call, error: str, texts: set[str]) -> bool:
    name = last_name(node.func)
    if name in _SEARCHES:
        return any(_is_text(argument, error, texts) for argument in node.args)
    return name in _ASKS and isinstance(node.func, ast.Attribute) and _is_text(node.func.value, error, texts)


def _is_text(node: ast.expr, error: str, texts: set[str]) -> bool:
    """Whether an expression is the text of the error, as a whole or in small letters."""
    match node:
        case ast.Name():
            return node.id in texts
        case ast.Call(func=ast.Attribute(attr="lower" | "upper" | "strip" | "casefold", value=value)):
            return _is_text(value, error, texts)
        case ast.Call() if last_name(node.func) in _TEXTS:
            plain = last_name(node.func) == "format_exc"
            return plain or any(_is_error(one, error) or _is_text(one, error, texts) for one in node.args)
        case ast.JoinedStr():
            parts = [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
            return any(_is_error(one, error) for one in parts)
        case ast.Attribute(attr="message" | "msg" | "strerror" | "server_message", value=value):
            return _is_error(value, error)
        case ast.Subscript(value=ast.Attribute(attr="args", value=value)):
            return _is_error(value, error)
        case _:
            return False


def _is_error(node: ast.expr, error: str) -> bool:
    return bool(error) and isinstance(node, ast.Name) and node.id == error


def _in_functions(run: Evaluation, body: Iterable[ast.AST], error: str) -> Iterator[ast.expr]:
    """Decisions in functions of the sources that get the error, or its text."""
    for node in own_nodes(body):
        if not isinstance(node, ast.Call):
            continue
        for number, argument in enumerate(node.args):
            text = _is_text(argument, error, set())
            if not text and not _is_error(argument, error):
                continue
            for alternative in run.callee(node):
                value = alternative.value
                if isinstance(value, FunctionValue):
                    yield from _with_parameter(value, number, text=text)


def _with_parameter(value: FunctionValue, number: int, *, text: bool) -> Iterator[ast.expr]:
    node = value.scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    number += value.receiver is not None and names[:1] in (["self"], ["cls"])
    if number >= len(names):
        return
    if not text:
        yield from _decisions(node.body, names[number])
        return
    for one in own_nodes(node.body):
        if isinstance(one, ast.Compare | ast.Call) and _decides(one, "", {names[number]}):
            yield one


def _judges(run: Evaluation) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    """Functions that are asked about an error of the Hub's libraries, and the parameter that it is."""
    for call in run.found.calls.get("isinstance", ()):
        if len(call.args) != 2 or not isinstance(call.args[0], ast.Name):
            continue
        function = scope_of(call, run.found).node
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        parameters = {one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
        types = call.args[1].elts if isinstance(call.args[1], ast.Tuple) else [call.args[1]]
        if call.args[0].id in parameters and any(_is_hub_error(run, one) for one in types):
            yield function, call.args[0].id


def _is_hub_error(run: Evaluation, node: ast.expr) -> bool:
    if not last_name(node).endswith(("Error", "Exception", "IsEnabled")):
        return False
    found = run.light(node)
    return any(isinstance(a.value, External) and a.value.name.split(".")[0] in _LIBRARIES for a in found)
