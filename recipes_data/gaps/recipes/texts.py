"""The only home of the Hub addresses that stand in strings: `hf://` paths and URLs, however they are put together."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from recipes_data.gaps.needs import Access
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.hub_addresses import Address, address_of
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.running import ROOT, where
from recipes_data.gaps.recipes.scopes import last_name
from recipes_data.gaps.recipes.values import Alternative, Constant, External, Made, text_of

__all__ = ["find_texts"]

_INSIDE = re.compile(r"hf://[^\s'\"`,;)>\]]+")
_FIELD = re.compile(r"\{[^{}]*\}")
_MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands in an address for what could not be known."""


def find_texts(run: Evaluation, loads: Loads, seen: Collection[ast.AST]) -> Iterator[FoundAccess]:
    """Every address in the sources, but those in the arguments of calls that are accesses themselves."""
    done: set[ast.AST] = set(seen)
    for constant in run.found.texts:
        if _is_prose(run, constant):
            continue
        sites = _sites(run, loads, constant)
        fresh = [expr for expr in sites if expr not in done and not _inside(run, expr, seen)]
        done.update(fresh)
        run.refill()
        several = [one for expr in fresh for one in _accesses(run, expr)]
        if fresh and not several:  # what is made of it names nothing: it is listed itself
            several = list(_accesses(run, _whole(run, constant)))
        yield from several


def _is_prose(run: Evaluation, constant: ast.Constant) -> bool:
    """Whether a string is a docstring, or a text in which an address only stands."""
    above = run.found.parent.get(constant)
    if isinstance(above, ast.Expr):
        return True
    text = str(constant.value).lstrip()
    return not text.startswith(("hf://", "https://", "http://")) and _INSIDE.search(text) is None


def _inside(run: Evaluation, node: ast.AST, seen: Collection[ast.AST]) -> bool:
    while True:
        above = run.found.parent.get(node)
        if above is None or isinstance(above, ast.stmt):
            return False
        if above in seen:
            return True
        node = above


def _sites(run: Evaluation, loads: Loads, constant: ast.Constant) -> list[ast.expr]:
    """The whole expression that a piece of text belongs to; of a name, where something is added to it."""
    expr = _whole(run, constant)
    statement = run.found.parent.get(expr)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is not expr:
        return [expr]
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    grown: list[ast.expr] = []
    for target in targets:
        if isinstance(target, ast.Name):
            for use in loads.of_name(scope_of(target, run.found), target.id, None):
                whole = _whole(run, use)
                if whole is not use:
                    grown.append(whole)
    return grown or [expr]


def _whole(run: Evaluation, node: ast.expr) -> ast.expr:
    """The largest expression around a string that is still that string, made longer or filled in."""
    while True:
        above = run.found.parent.get(node)
        if isinstance(above, (ast.JoinedStr, ast.FormattedValue, ast.BinOp)):
            node = above
        elif isinstance(above, ast.Attribute) and above.attr in (
            "format",
            "replace",
            "rstrip",
            "strip",
            "removesuffix",
        ):
            call = run.found.parent.get(above)
            if not isinstance(call, ast.Call):
                return node
            node = call
        else:
            return node


def _accesses(run: Evaluation, expr: ast.expr) -> Iterator[FoundAccess]:
    for alternative in run.value(expr, ROOT):
        value = alternative.value
        text = value.value if isinstance(value, Constant) else None
        shown = text if isinstance(text, str) else _skeleton(run, expr)
        # what `format` would fill in
        shown = _FIELD.sub(_MARK, shown.strip())
        several = [shown] if shown.startswith(("hf://", "http")) else _INSIDE.findall(shown)
        for one in several:
            address = address_of(one)
            if address is None and _MARK in one and one.startswith("hf://"):
                address = Address(None, _MARK)  # whose path is made elsewhere
            if address is not None:
                yield _found(run, expr, alternative, address)


def _skeleton(run: Evaluation, expr: ast.expr) -> str:
    """A string with a mark for each part that is not known."""
    if isinstance(expr, ast.JoinedStr):
        return "".join(_skeleton(run, part) for part in expr.values)
    if isinstance(expr, ast.FormattedValue):
        return _skeleton(run, expr.value)
    if isinstance(expr, ast.BinOp) and isinstance(expr.op, (ast.Add, ast.Mod)):
        left = _skeleton(run, expr.left)
        return left + _skeleton(run, expr.right) if isinstance(expr.op, ast.Add) else re.sub(r"%[sdr]", _MARK, left)
    if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute) and last_name(expr.func) == "format":
        return _skeleton(run, expr.func.value)
    found = run.value(expr, ROOT)
    if len(found) == 1 and isinstance(found[0].value, Constant):
        return str(found[0].value.value)
    return _MARK


def _found(run: Evaluation, expr: ast.expr, alternative: Alternative, address: Address) -> FoundAccess:
    fields = ("repo", "revision", "file", "config", "split")
    unresolved = [f"{name}={text_of(expr)}" for name in fields if _MARK in (getattr(address, name) or "")]
    known = {name: _known(getattr(address, name)) for name in fields}
    operation = address.operation or "libraries.hf_file_system"
    access = Access(
        function=_caller(run, expr) or ("hf://" if not address.operation else "url"),
        where=where(expr, scope_of(expr, run.found)),
        through=alternative.through,
        repo_type=address.repo_type,
        repo=known["repo"],
        config=known["config"],
        split=known["split"],
        files=(known["file"],) if known["file"] else (),
        revision=known["revision"],
        operations=(operation,),
        unresolved=tuple(unresolved),
    )
    pins = operation in ("libraries.hf_file_system", "files.download")
    return FoundAccess(access, expr, access.function, pins=pins)


def _known(text: str | None) -> str | None:
    return None if text is None or _MARK in text else text


def _caller(run: Evaluation, expr: ast.expr) -> str | None:
    """The function outside the sources that gets an address as its argument."""
    call = run.found.parent.get(expr)
    if isinstance(call, ast.keyword):
        call = run.found.parent.get(call)
    if not isinstance(call, ast.Call) or call.func is expr:
        return None
    for alternative in run.callee(call):
        if isinstance(alternative.value, (External, Made)):
            return alternative.value.name
    return None
