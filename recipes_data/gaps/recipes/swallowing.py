"""The only home of the finding that a failed Hub access is passed over: the run goes on with less, or other, data.

Innocent are blocks that raise or end the program, hand the error on as a value, try again and raise after the last
time, or catch one precise error (a file that is not there). Not seen: what `finally` throws away, errors that
`gather(return_exceptions=True)` collects, and callbacks of libraries. Writing to the Hub is no business of this rule.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from recipes_data.gaps.evidence import Finding, Severity
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.failing import Failing, catching, is_broad, own_nodes, raises
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Gathered, last_name
from recipes_data.gaps.recipes.values import text_of

__all__ = ["swallowed_errors"]

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_LOGS = {
    "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "pprint", "print_exc",
    "echo", "secho", "write", "rule", "success", "warning_once", "warn_once", "format_exc", "sleep",
}  # fmt: skip
_RECORDS = re.compile(r"(?i)fail|err|exc|miss|problem|unavail|skip|not_found|invalid")
_ERRORS_AS_VALUES = {"format_exc", "exc_info"}
_MOST = 3


def swallowed_errors(run: Evaluation, failing: Sequence[Failing], name: str) -> Iterator[Finding]:
    """One finding for each block that an access's error ends in."""
    blocks: dict[ast.ExceptHandler | ast.With, list[Failing]] = {}
    nodes = {one.node for one in failing}
    for one in failing:
        for block in catching(one.node, run.found):
            handlers = [block] if isinstance(block, ast.With) else block.handlers
            ended = False
            for handler in handlers:
                if is_broad(handler):
                    blocks.setdefault(handler, []).append(one)
                    ended = not (isinstance(handler, ast.ExceptHandler) and raises(handler.body))
                    break
            if ended:
                break
    for handler, calls in blocks.items():
        found = _end(handler, nodes, run.found)
        if found is not None:
            severity, what = found
            at = where(handler, scope_of(handler, run.found))
            yield Finding("swallowed-error", severity, _message(calls, severity, what), at, name)


def _message(calls: Sequence[Failing], severity: Severity, what: str) -> str:
    several = list(dict.fromkeys(str(one) for one in calls))
    more = f" or {len(several) - _MOST} more" if len(several) > _MOST else ""
    start = f"when {' or '.join(several[:_MOST])}{more} fails, for whatever reason, {what}"
    if severity == "error":
        return f"{start}, and the run goes on without it: raise it, or collect what failed and raise at the end"
    return f"{start}, and the run goes on with that: catch only the error that means it, and raise the others"


def _end(handler: ast.ExceptHandler | ast.With, nodes: set[ast.expr], found: Gathered) -> tuple[Severity, str] | None:
    """What a block does with the error; None where the error is not lost."""
    if isinstance(handler, ast.With):
        return "error", "it is suppressed"
    if raises(handler.body) or _hands_on(handler, found):
        return None
    block = found.parent[handler]
    loop = _loop_around(block, found)
    again = loop is not None and _tries_again(loop, block, found)
    if loop is not None and again:
        forever = isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and _goes_round(handler)
        if forever or _raises_later(loop, found, None):
            return None
    elif _raises_later(block, found, _bound((*getattr(block, "body", ()), *handler.body))):
        return None
    asked = next((one for one in own_nodes(handler.body) if one in nodes), None)
    if isinstance(asked, ast.Call):
        return "warning", f"`{text_of(asked.func)}` is asked instead"
    return _described(handler, last_try=again)


def _goes_round(handler: ast.ExceptHandler) -> bool:
    return not any(isinstance(node, ast.Return | ast.Break) for node in own_nodes(handler.body))


def _described(handler: ast.ExceptHandler, *, last_try: bool) -> tuple[Severity, str]:
    results: list[tuple[bool, str]] = []
    for node in own_nodes(handler.body):
        if isinstance(node, ast.Return):
            value = node.value
            shown = "nothing" if value is None else f"`{text_of(value)}`"
            results.append((value is None or _is_empty(value), f"{shown} is returned"))
        elif isinstance(node, ast.Continue):
            results.append((True, "the next attempt is made" if last_try else "the loop goes on with the next one"))
        elif isinstance(node, ast.Break):
            results.append((True, "the loop ends"))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_data(node):
            results.append((_is_empty(node.value), f"`{text_of(node)}` is taken"))
    for empty, text in results:
        if not empty:
            return "warning", text
    logged = any(isinstance(node, ast.Call) and _is_log(node) for node in own_nodes(handler.body))
    start = "it is only logged" if logged else "nobody is told"
    return "error", ", ".join([start, *(text for _, text in results[:1])])


def _is_data(node: ast.Assign | ast.AnnAssign) -> bool:
    """Whether something is taken for the data: not a message, a counter, a time to wait."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    value = node.value
    said = isinstance(value, ast.JoinedStr | ast.BinOp) or (isinstance(value, ast.Call) and _is_log(value))
    return not said and not any(_RECORDS.search(last_name(one)) or "msg" in last_name(one) for one in targets)


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return not value.value
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return all(_is_empty(element) for element in value.elts)
    if isinstance(value, ast.Dict):
        return all(_is_empty(element) for element in value.values)
    plain = isinstance(value, ast.Call) and not value.args and all(one.arg == "columns" for one in value.keywords)
    return isinstance(value, ast.Call) and plain and last_name(value.func) in (
        "list", "dict", "set", "tuple", "frozenset", "iter", "DataFrame", "Dataset", "DatasetDict", "defaultdict",
    )  # fmt: skip


def _is_log(call: ast.Call) -> bool:
    name = last_name(call.func).lower()
    return name in _LOGS or name.startswith(("log", "_log", "hlog", "rank_zero", "warn"))


# --- where the error goes on as a value


def _hands_on(handler: ast.ExceptHandler, found: Gathered) -> bool:
    """Whether the error, or the fact that there was one, reaches somebody by another way than a log."""
    carriers = {handler.name} if handler.name else set()
    for node in own_nodes(handler.body):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            if _kept(node, carriers):
                return True
        elif isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            if _mentions(node.value, carriers) or _says_error(node.value):
                return True
        elif isinstance(node, ast.Expr):
            call = node.value.value if isinstance(node.value, ast.Await) else node.value
            if isinstance(call, ast.Call) and not _is_log(call) and _given(call, carriers):
                return True
    carriers.discard(handler.name or "")
    return bool(carriers) and _read_elsewhere(handler, carriers, found)


def _kept(node: ast.Assign | ast.AnnAssign | ast.AugAssign, carriers: set[str]) -> bool:
    """Whether the error is kept in an object or a table; names that it is kept in are added to its carriers."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    carriers |= {last_name(target) for target in targets if _RECORDS.search(last_name(target))}
    if node.value is None or not _mentions(node.value, carriers):
        return False
    carriers |= {last_name(target) for target in targets}
    return any(not isinstance(target, ast.Name) for target in targets)


def _given(call: ast.Call, carriers: set[str]) -> bool:
    """Whether a call gets the error; a list of failures that something is added to carries it on."""
    if isinstance(call.func, ast.Attribute) and _RECORDS.search(text_of(call.func.value)):
        carriers.add(last_name(call.func.value))
    return any(_mentions(one, carriers) for one in (*call.args, *(keyword.value for keyword in call.keywords)))


def _mentions(node: ast.AST, names: set[str]) -> bool:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in names:
            return True
        if isinstance(one, ast.Call) and last_name(one.func) in _ERRORS_AS_VALUES:
            return True
    return False


def _says_error(value: ast.expr) -> bool:
    """Whether what is returned says that there was an error: a text, a name, a number that is an exit code."""
    if isinstance(value, ast.Constant) and type(value.value) is int and value.value > 0:
        return True
    for node in ast.walk(value):
        text = node.value if isinstance(node, ast.Constant) else last_name(node)
        if isinstance(text, str) and re.search(r"(?i)error|fail|exception", text):
            return True
    return False


def _read_elsewhere(handler: ast.ExceptHandler, names: set[str], found: Gathered) -> bool:
    function = _above(handler, (*FUNCTIONS, ast.Module), found)
    inside = set(ast.walk(handler))
    for node in ast.walk(function):
        if node not in inside and last_name(node) in names and isinstance(getattr(node, "ctx", None), ast.Load):
            call = found.parent.get(found.parent.get(node, node))
            if not (isinstance(call, ast.Call) and last_name(call.func) in ("append", "add", "extend")):
                return True
    return False


def _above(node: ast.AST, kinds: tuple[type[ast.AST], ...], found: Gathered) -> ast.AST:
    while (above := found.parent.get(node)) is not None:
        node = above
        if isinstance(node, kinds):
            break
    return node


# --- trying again


def _loop_around(block: ast.AST, found: Gathered) -> ast.stmt | None:
    loop = _above(block, (*_LOOPS, *FUNCTIONS, ast.ClassDef), found)
    return loop if isinstance(loop, _LOOPS) else None


def _tries_again(loop: ast.stmt, block: ast.AST, found: Gathered) -> bool:
    """Whether success ends the loop, so that going on means trying again."""
    siblings = _after(block, found) if found.parent.get(block) is loop else ()
    done = [*getattr(block, "body", ()), *getattr(block, "orelse", ()), *siblings]
    bound = _bound(done)
    for statement in done:
        if isinstance(statement, ast.Return | ast.Break):
            return True
        inner: list[ast.stmt] = []
        if isinstance(statement, ast.If) and _tests(statement, bound):
            inner = statement.body
        elif isinstance(statement, ast.With | ast.AsyncWith):
            inner = statement.body[-1:]
        if any(isinstance(one, ast.Return | ast.Break) for one in inner):
            return True
    return False


def _after(statement: ast.AST, found: Gathered) -> Sequence[ast.stmt]:
    above = found.parent.get(statement)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(above, name, None)
        if isinstance(block, list) and statement in block:
            return block[block.index(statement) + 1 :]
    return ()


def _raises_later(statement: ast.AST, found: Gathered, names: set[str] | None) -> bool:
    """Whether an error is raised after a statement; with `names`, only where a test asks for one of them."""
    if names is None and any(isinstance(one, ast.Raise) for one in getattr(statement, "orelse", ())):
        return True
    for one in _after(statement, found):
        if isinstance(one, ast.Raise) and names is None:
            return True
        asked = isinstance(one, ast.If | ast.Assert) and (names is None or _tests(one, names))
        if asked and raises([one]):
            return True
    above = found.parent.get(statement)
    if isinstance(above, ast.Try | ast.With | ast.AsyncWith | ast.If) and isinstance(statement, ast.stmt):
        return _raises_later(above, found, names)
    return False


def _bound(block: Sequence[ast.stmt]) -> set[str]:
    nodes = own_nodes(block)
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _tests(statement: ast.If | ast.Assert, names: set[str]) -> bool:
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(statement.test))
