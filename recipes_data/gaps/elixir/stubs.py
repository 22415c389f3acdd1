"""The only home of when a function does not do what its name says: constant, "not implemented" or made-up answers."""

from __future__ import annotations

import re

from recipes_data.gaps.elixir.calls import Calls
from recipes_data.gaps.elixir.definitions import Clause, Definition
from recipes_data.gaps.elixir.syntax import argument_nodes, called_name, literal_text, operator, significant, unwrapped
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Stub
from recipes_data.gaps.trees import Node, comments

__all__ = ["made_up_calls", "stub_of"]

_NOT_DONE = re.compile(
    r"not[ _]?(yet[ _])?(implemented|supported|available)|unimplemented|to[ -]?do\b|coming[ _]soon|placeholder",
    re.IGNORECASE,
)
_TO_DO = re.compile(r"\b(TODO|FIXME|XXX|HACK|stub(bed)?|placeholder|not (yet )?implemented|for now)\b")
_MADE_UP = re.compile(
    r"(\A|_|\b)(synthetic|mock|mocked|fake|dummy|placeholder|simulated?|made_up|hardcoded|canned)(\Z|_|\b)"
)
_SAMPLE = re.compile(r"\A(generate|build|create|make|gen)_(sample|demo|example)(s|_|\Z)")
_CONFESSED = re.compile(
    r"\bin (production|a real implementation)\b|\bfor demo(nstration)?( purposes)?\b"
    r"|\bwould (fetch|call|load|download|query)\b"
    r"|\bnot (yet )?implemented\b|\bgenerates? (synthetic|fake|mock|dummy|random) ",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\A\s*([*+-]|iex>|\|)")
_LITERALS = frozenset({"atom", "integer", "float", "boolean", "nil", "string", "charlist", "quoted_atom", "alias"})
_CONTAINERS = frozenset({"tuple", "list", "map", "map_content", "keywords", "pair", "keyword", "struct", "sigil"})
_BRANCHES = frozenset({"if", "unless", "case", "cond", "with", "try", "receive"})


def stub_of(calls: Calls, definition: Definition) -> Stub | None:
    """Why a function is a stub; None where it seems to do something."""
    clauses = [clause for clause in definition.clauses if clause.body is not None]
    if not clauses or definition.macro:
        return None
    unfinished = [_unfinished(clause) for clause in clauses]
    if all(unfinished):
        return Stub(unfinished[0] or "", Where(definition.path, _line(clauses[0])))
    constant = _constant(calls, definition, clauses)
    if constant:
        return Stub(constant, Where(definition.path, _line(clauses[0])))
    if _makes_up(definition.name):
        return None  # it says so itself
    for name, node, always in made_up_calls(calls, definition):
        if always:
            said = _confessed(definition, clauses)
            text = f"answers with made-up data: calls {name}{said and f' ({said})'}"
            return Stub(text, Where(definition.path, node.line))
    return None


def _makes_up(name: str) -> bool:
    return _MADE_UP.search(name) is not None or _SAMPLE.match(name) is not None


def _confessed(definition: Definition, clauses: list[Clause]) -> str:
    """What documentation or comments say of it: "In production, would fetch ..."."""
    lines = [line for line in definition.doc.split("\n") if not _BULLET.match(line)]
    lines += [note.text.lstrip("# ") for clause in clauses for note in comments(clause.head)]
    return next((line.strip() for line in lines if _CONFESSED.search(line)), "")


def _line(clause: Clause) -> int:
    return clause.body[0].line if clause.body else clause.head.line


def _unfinished(clause: Clause) -> str | None:
    """What a body says that is not done: `raise "not implemented"`, `{:error, :not_implemented}`."""
    if not clause.body:
        return None
    last = unwrapped(clause.body[-1])
    if last.type == "call" and called_name(last) in ("raise", "throw", "exit"):
        text = " ".join(literal_text(one) or one.text for one in argument_nodes(last))
        return f'raises "{text}"' if _NOT_DONE.search(text) else None
    if last.type == "tuple" and _is_constant(last) and _NOT_DONE.search(last.text):
        return f"answers {_short(last)}"
    return None


def _constant(calls: Calls, definition: Definition, clauses: list[Clause]) -> str | None:
    """One clause that gives the same whatever it is given. Callbacks often have nothing to do; names are no answers."""
    if len(clauses) != 1 or definition.arity[1] == 0 or definition.injected_by or _is_callback(calls, definition):
        return None
    clause = clauses[0]
    body = clause.body or ()
    if clause.guard is not None or any(not _is_plain(one.pattern) for one in clause.parameters):
        return None
    if len(body) != 1:
        return None
    last = unwrapped(body[0])
    noted = next((note for note in comments(clause.head) if _TO_DO.search(note.text)), None)
    if _is_constant(last) and (noted is not None or last.type in ("tuple", "list", "map", "nil")):
        said = f" ({noted.text.lstrip('# ').strip()})" if noted is not None else ""
        return f"answers {_short(last)} whatever it is given{said}"
    return None


def _is_callback(calls: Calls, definition: Definition) -> bool:
    """Whether it implements what others prescribe: a behaviour's callback, a protocol's function."""
    module = calls.modules.get(definition.module)
    if definition.implements or module is None or module.protocol:
        return True
    key = (definition.name, definition.arity[1])
    named = [module, *(calls.modules[name] for name in module.behaviours if name in calls.modules)]
    return any(key in one.callbacks for one in named)


def _is_plain(pattern: Node) -> bool:
    return unwrapped(pattern).type == "identifier"


def _is_constant(node: Node) -> bool:
    node = unwrapped(node)
    if node.type in _LITERALS:
        return all(child.type != "interpolation" for child in node.children)
    if operator(node) == "=>":
        return all(_is_constant(child) for child in significant(node))
    return node.type in _CONTAINERS and all(
        _is_constant(child) for child in significant(node) if child.type != "sigil_name"
    )


def _short(node: Node) -> str:
    text = " ".join(node.text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def made_up_calls(calls: Calls, definition: Definition) -> list[tuple[str, Node, bool]]:
    """Calls of functions whose name says that they make data up, and whether they are made in any case."""
    found = []
    for site in calls.sites(definition):
        targets = calls.targets(definition, site) if _makes_up(site.name) else []
        if targets:
            found.append((f"{site.name}/{site.arity}", site.node, not _in_branch(site.node)))
    return found


def _in_branch(node: Node) -> bool:
    around = node.parent
    while around is not None:
        if around.type in ("stab_clause", "anonymous_function"):
            return True
        if around.type == "call" and called_name(around) in _BRANCHES:
            return True
        if around.type == "call" and called_name(around) in ("def", "defp"):
            return False
        around = around.parent
    return False
