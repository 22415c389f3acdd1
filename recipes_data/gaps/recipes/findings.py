"""The only home of the findings about how sources ask the Hub: what will move, hide, or fetch more than it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.needs import Access, is_pinned
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.columns import Uses
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.scopes import FUNCTIONS, last_name

__all__ = ["findings_of"]

_LOGS = {
    "warning",
    "warn",
    "info",
    "debug",
    "error",
    "exception",
    "print",
    "log",
    "write",
    "echo",
    "append",
    "critical",
}


def findings_of(run: Evaluation, found: Sequence[FoundAccess], uses: Sequence[Uses], name: str) -> tuple[Finding, ...]:
    """Every finding, each once, in the order of the sources."""
    findings: set[tuple[Where, str, str, str]] = set()
    for one, seen in zip(found, uses, strict=True):
        access = one.access
        for rule, severity, message in (*_revision(one), *_trust(one), *_whole(one, seen)):
            findings.add((_place(access), rule, severity, message))
        for at, what in seen.unseeded:
            findings.add((at, "unseeded-shuffle", "warning", f"{what}: the order differs from run to run"))
        for at, rule, message in _handlers(run, one):
            findings.add((at, rule, "warning", message))
    return tuple(
        Finding(rule, severity, message, at, name)  # type: ignore[arg-type]  # severities are written above
        for at, rule, severity, message in sorted(findings)
    )


def _place(access: Access) -> Where:
    """Where the repository is named: the innermost call of a wrapper, else the call itself."""
    return access.through[0] if access.through else access.where


def _named(access: Access) -> str:
    what = access.repo or "a repository that could not be resolved"
    return f"{what} (config {access.config})" if access.config else what


def _revision(one: FoundAccess) -> Iterator[tuple[str, str, str]]:
    access = one.access
    unknown = any(text.startswith(("revision=", "arguments=", "function=")) for text in access.unresolved)
    if not one.pins or is_pinned(access.revision) or unknown:
        return
    wish = f"revision {access.revision!r} can move" if access.revision else "no revision is given"
    what = access.repo or "a repository that could not be resolved"
    yield "unpinned-revision", "warning", f"{what}: {wish}; its content is whatever its branch holds on that day"


def _trust(one: FoundAccess) -> Iterator[tuple[str, str, str]]:
    if one.trust:
        yield "trust-remote-code", "error", f"{_named(one.access)}: trust_remote_code lets the repository's code run"
    elif one.trust is None:
        message = f"{_named(one.access)}: trust_remote_code is given, and its value is not known before the run"
        yield "trust-remote-code", "warning", message


def _whole(one: FoundAccess, uses: Uses) -> Iterator[tuple[str, str, str]]:
    access = one.access
    if "libraries.load_dataset" not in access.operations or access.streaming or one.files_given:
        return
    if any(text.startswith(("streaming=", "split=", "arguments=")) for text in access.unresolved):
        return
    if access.split and "+" not in access.split:
        used = access.split.partition("[")[0]
    elif not one.split_given and len(uses.splits) == 1 and not uses.whole:
        used = uses.splits[0]
    else:
        return
    message = f"{_named(access)}: every split of the config is downloaded and {used!r} alone is used"
    yield "whole-config-for-one-split", "note", message


def _handlers(run: Evaluation, one: FoundAccess) -> Iterator[tuple[Where, str, str]]:
    """What the `except` blocks around an access, and around the calls that lead to it, do with its failure."""
    nodes: list[ast.AST] = [one.node]
    for way in one.ways:
        for at in way:
            nodes += _calls_at(run, at)
    for node in dict.fromkeys(nodes):
        for handler in _around(run, node):
            at = where(handler, scope_of(handler, run.found))
            if _swallows(handler):
                yield at, "swallowed-error", f"a failure of {one.name} ends here, and the run goes on without its data"
            if _reads_text(run, handler):
                yield at, "error-guessed-from-text", f"which error {one.name} raised is guessed from its message"


def _calls_at(run: Evaluation, at: Where) -> list[ast.AST]:
    return list(run.calls_at(at))


def _around(run: Evaluation, node: ast.AST) -> Iterator[ast.ExceptHandler]:
    child = node
    while True:
        above = run.found.parent.get(child)
        if above is None or isinstance(above, (*FUNCTIONS, ast.ClassDef)):
            return
        if isinstance(above, ast.Try) and child in above.body:
            yield from above.handlers
        child = above


def _swallows(handler: ast.ExceptHandler) -> bool:
    """Whether nothing tells the caller: no raise, no exit, no other way to the data."""
    if handler.type is not None and last_name(handler.type) in (
        "ImportError",
        "ModuleNotFoundError",
        "KeyboardInterrupt",
    ):
        return False
    return all(_is_quiet(statement) for statement in handler.body)


def _is_quiet(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Pass, ast.Continue, ast.Break)):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or _is_empty(statement.value)
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return statement.value is not None and _is_empty(statement.value)
    if isinstance(statement, ast.Expr):
        value = statement.value
        return isinstance(value, ast.Constant) or (isinstance(value, ast.Call) and last_name(value.func) in _LOGS)
    if isinstance(statement, ast.If):
        return all(_is_quiet(one) for one in (*statement.body, *statement.orelse))
    return isinstance(statement, ast.AugAssign)


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return value.value in (None, "", 0, False)
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_empty(element) for element in value.elts)
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.Call) and not value.args and not value.keywords:
        return last_name(value.func) in ("list", "dict", "set", "tuple", "DataFrame", "Dataset", "DatasetDict")
    return False


def _reads_text(run: Evaluation, handler: ast.ExceptHandler) -> bool:
    """Whether a decision is made from the text of the caught error."""
    if not handler.name:
        return False
    texts = _texts_of(handler, handler.name)
    for node in ast.walk(handler):
        if isinstance(node, (ast.Compare, ast.Call)) and _decides(node, texts):
            return True
        if isinstance(node, ast.Call) and any(isinstance(a, ast.Name) and a.id == handler.name for a in node.args):
            if _called_reads_text(run, node, handler.name):
                return True
    return False


def _texts_of(block: ast.AST, name: str) -> set[str]:
    """Names that hold the error's text."""
    names: set[str] = set()
    for node in ast.walk(block):
        if isinstance(node, ast.Assign) and _mentions_text(node.value, name, names):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names | {f"={name}"}


def _mentions_text(node: ast.AST, name: str, held: set[str]) -> bool:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in held:
            return True
        if isinstance(one, ast.Call) and last_name(one.func) in ("str", "repr"):
            if any(isinstance(a, ast.Name) and a.id == name for a in one.args):
                return True
        if isinstance(one, ast.Attribute) and one.attr in ("args", "message") and last_name(one.value) == name:
            return True
    return False


def _decides(node: ast.Compare | ast.Call, texts: set[str]) -> bool:
    name = next((text[1:] for text in texts if text.startswith("=")), "")
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        compared = any(isinstance(op, (ast.In, ast.NotIn, ast.Eq, ast.NotEq)) for op in node.ops)
        return compared and any(_mentions_text(side, name, texts) for side in sides)
    if last_name(node.func) in ("search", "match", "fullmatch", "findall"):
        return any(_mentions_text(argument, name, texts) for argument in node.args)
    if last_name(node.func) in ("startswith", "endswith", "find", "count") and isinstance(node.func, ast.Attribute):
        return _mentions_text(node.func.value, name, texts)
    return False


def _called_reads_text(run: Evaluation, call: ast.Call, name: str) -> bool:
    """Whether a function that gets the error decides from its text."""
    for alternative in run.callee(call):
        scope = getattr(alternative.value, "scope", None)
        node = getattr(scope, "node", None)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        place = next((n for n, a in enumerate(call.args) if isinstance(a, ast.Name) and a.id == name), 0)
        if place >= len(node.args.args):
            continue
        texts = _texts_of(node, node.args.args[place].arg)
        if any(isinstance(one, (ast.Compare, ast.Call)) and _decides(one, texts) for one in ast.walk(node)):
            return True
    return False
