"""The only home of whether a statement of an old document is true: right, outdated, contradicted, or unchecked."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.compare.paths import fits, shape_of
from recipes_data.gaps.documents.figures import judge_count, judge_share, judge_tests
from recipes_data.gaps.documents.grounds import Client, Grounds
from recipes_data.gaps.documents.places import judge_file, judge_repository
from recipes_data.gaps.documents.statements import Statement
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Function, HttpCall

__all__ = ["Judged", "Verdict", "judge", "resolved"]

Verdict = Literal["right", "outdated", "contradicted", "unchecked"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement and what is true of it. `client`: whose it is, "" where that could not be told."""

    statement: Statement
    verdict: Verdict
    why: str
    client: str = ""


def judge(statement: Statement, grounds: Grounds, about: Client | None) -> Judged | None:
    """What is true of a statement; None where it turned out to be about nothing that could be known here.

    `about`: the client that the document as a whole speaks of.
    """
    return _JUDGES[statement.kind](statement, grounds, about)


def resolved(statement: Statement, grounds: Grounds, about: Client | None) -> tuple[Client, str] | None:
    """The client and module that a qualified name belongs to, whether or not the function exists."""
    parts = re.split(r"::|\.", statement.subject)
    sign = "::" if "::" in statement.subject else "."
    module = sign.join(parts[:-1])
    for client in grounds.beginning_with(about):
        if parts[0] in client.roots:
            return client, module
        # the last part of a module's name, as an alias or an import leaves it
        ending = [one for one in client.modules if one.endswith((f".{module}", f"::{module}"))]
        if len(ending) == 1 and parts[0][:1].isupper():
            return client, ending[0]
    return None


def _function(statement: Statement, grounds: Grounds, about: Client | None) -> Judged | None:
    if len(re.split(r"::|\.", statement.subject)[-1]) == 1 and not statement.value:
        return None  # `Api.f` stands for any function
    if not re.search(r"::|\.", statement.subject):
        return _bare(statement, grounds, about)
    belongs = resolved(statement, grounds, about)
    if belongs is None:
        return None
    client, module = belongs
    sign = "::" if "::" in statement.subject else "."
    name = f"{module}{sign}{re.split(r'::|[.]', statement.subject)[-1]}"
    if name in client.modules:
        return None
    found = client.functions.get(name)
    if found is None:
        return _absent_function(statement, client, module, name)
    return _present_function(statement, client, found)


def _bare(statement: Statement, grounds: Grounds, about: Client | None) -> Judged | None:
    for client in grounds.beginning_with(about):
        found = [one for one in client.last_names.get(statement.subject, ()) if _takes(one, statement.value)]
        if found:
            return _present_function(statement, client, tuple(found))
    return Judged(statement, "unchecked", "no module is named, and no client that was read has a function of this name")


def _present_function(statement: Statement, client: Client, found: tuple[Function, ...]) -> Judged:
    fitting = [one for one in found if _takes(one, statement.value)]
    where = f"{client.name}, {found[0].where}"
    if not fitting:
        takes = " or ".join(dict.fromkeys(_arity(one) for one in found))
        return Judged(statement, "contradicted", f"it takes {takes}, not {statement.value} ({where})", client.name)
    function = fitting[0]
    if statement.stance == "not there":
        if function.stub:
            return Judged(statement, "right", f"it is a stub: {function.stub.reason} ({where})", client.name)
        return Judged(statement, "outdated", f"it is there now ({where})", client.name)
    if function.stub:
        return Judged(statement, "contradicted", f"it is a stub: {function.stub.reason} ({where})", client.name)
    if function.deprecated:
        return Judged(statement, "outdated", f"it is deprecated: {function.deprecated} ({where})", client.name)
    return Judged(statement, "right", where, client.name)


def _absent_function(statement: Statement, client: Client, module: str, name: str) -> Judged | None:
    if statement.subject.endswith(".t"):  # a type, not a function
        return None
    if statement.stance == "not there":
        return Judged(statement, "right", f"{client.name} has no such function", client.name)
    if _is_value(client, module):
        why = f"{module} is named in the sources of {client.name}, and is no module: what it offers was not read"
        return Judged(statement, "unchecked", why, client.name)
    near = difflib.get_close_matches(name, client.functions, 1, 0.85)
    hint = f"; the nearest is {near[0]}" if near else ""
    what = f"no {name}" if module in client.modules else f"no module {module} with a public function"
    unread = (
        f", in the files that could be read ({len(client.inventory.unparsed)} could not)"
        if client.inventory.unparsed
        else ""
    )
    return Judged(statement, "contradicted", f"{client.name} has {what}{unread}{hint}", client.name)


def _is_value(client: Client, module: str) -> bool:
    """Whether a Python package names something of this name that is no module: an object, say, that it makes itself."""
    above, _, name = module.rpartition(".")
    if client.root is None or module in client.modules or not above or client.inventory.origin.language != "python":
        return False
    inner = above.split(".")
    folders = [client.root.joinpath(*inner), client.root.joinpath(*inner[1:])]
    files = [path for folder in folders for path in (folder / "__init__.py", folder.with_suffix(".py"))]
    text = next((path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file()), "")
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _request(statement: Statement, grounds: Grounds, about: Client | None) -> Judged:
    path = re.sub(r"<[^<>/]*>|(?<=/):\w+|\$\w+|#\{[^}]*\}", "{}", statement.subject.rstrip(".:,"))
    call = HttpCall(statement.value, path, Where("", statement.line))
    fitting = dict.fromkeys(operation for operation, _ in fits(call, grounds.shapes, chooses_kind=True))
    found = list(fitting) or _elsewhere(call, grounds) or _filled_in(call, grounds)
    if not found:
        return Judged(statement, "unchecked", "no operation of the contract table has this request")
    names = ", ".join(found)
    makes = [
        client.name
        for client in grounds.beginning_with(about)
        if client.made & set(found) or _makes(client, statement.value, path)
    ]
    if statement.stance == "not there" and makes:
        return Judged(statement, "outdated", f"{makes[0]} makes it now ({names})", makes[0])
    by = f"; {', '.join(makes)} {'makes' if len(makes) == 1 else 'make'} it" if makes else ""
    return Judged(statement, "right", f"it is {names} in the contract table{by}")


def _elsewhere(call: HttpCall, grounds: Grounds) -> list[str]:
    """Operations of another server than the Hub, of a path that is given without it."""
    shape = shape_of(call.path)
    rows = (row for row in grounds.operations.rows if row.server and row.method == call.method)
    return [row.id for row in rows if any(shape_of(path) == shape for path in row.paths)]


def _filled_in(call: HttpCall, grounds: Grounds) -> list[str]:
    """Operations of a request that has a real repository, revision or file in its path."""
    rows = (row for row in grounds.operations.rows if row.method == call.method and not row.server)
    asked = call.path.rstrip("/")
    return [row.id for row in rows if any(_pattern(path).fullmatch(asked) for path in row.paths)]


@functools.cache
def _pattern(path: str) -> re.Pattern[str]:
    repository = "[^/]+/[^/]+"
    known = {
        "{repo_type}": "(?:models|datasets|spaces)",
        "{repo_id}": repository,
        "{repository}": f"(?:(?:datasets|spaces)/)?{repository}",
        "{path}": ".+",
    }
    parts = re.split(r"(\{\w+\})", path)
    return re.compile("".join(known.get(part, "[^/]+") if part.startswith("{") else re.escape(part) for part in parts))


def _makes(client: Client, method: str, path: str) -> bool:
    shape = shape_of(path)
    return any(
        call.method.upper() == method and shape_of(call.path) == shape
        for function in client.inventory.functions
        for call in function.http
    )


def _version(statement: Statement, grounds: Grounds, about: Client | None) -> Judged | None:
    named = _plain(statement.subject)
    if named and named not in ("version", "versions", "release", "released", "v"):
        client = next((one for one in grounds.clients if named in _names(one)), None)
    else:
        client = about
    if client is None:
        return None
    real = client.inventory.origin.version
    if real is None:
        return Judged(statement, "unchecked", f"the version of {client.name} is not known", client.name)
    sign, wanted = re.match(r"(~>|>=|==|=|\^)?(.*)", statement.value, re.DOTALL).groups()  # type: ignore[union-attr]  # always matches
    if _allows(sign or "==", _number(wanted), _number(real)):
        return Judged(statement, "right", f"{real} was read", client.name)
    verdict: Verdict = "outdated" if _number(wanted) < _number(real) else "contradicted"
    return Judged(statement, verdict, f"{client.name} {real} was read", client.name)


def _judged_by(
    judge_it: Callable[[Statement, Grounds, Client | None], tuple[Verdict, str, str] | None],
) -> Callable[[Statement, Grounds, Client | None], Judged | None]:
    """A judge of another module, which knows nothing of `Judged`, as one of these."""

    def judged(statement: Statement, grounds: Grounds, about: Client | None) -> Judged | None:
        found = judge_it(statement, grounds, about)
        return Judged(statement, *found) if found else None

    return judged


_JUDGES: dict[str, Callable[[Statement, Grounds, Client | None], Judged | None]] = {
    "function": _function,
    "file": _judged_by(judge_file),
    "request": _request,
    "share": _judged_by(judge_share),
    "tests-pass": _judged_by(lambda _statement, _grounds, about: judge_tests(about)),
    "count": _judged_by(lambda statement, _grounds, about: judge_count(statement, about)),
    "version": _version,
    "repository": _judged_by(lambda statement, grounds, _: judge_repository(statement, grounds)),
}


def _takes(function: Function, arity: str) -> bool:
    if not arity or (function.kind in ("method", "function") and "::" not in function.name and _is_python(function)):
        return True
    least, most = function.arity
    return least <= int(arity) and (most is None or int(arity) <= most)


def _is_python(function: Function) -> bool:
    return function.where.path.endswith((".py", ".pyi"))


def _arity(function: Function) -> str:
    least, most = function.arity
    if most is None:
        return f"{least} or more arguments"
    return f"{least} argument{'s' * (least != 1)}" if least == most else f"{least} to {most} arguments"


def _names(client: Client) -> set[str]:
    return {_plain(client.name), *(_plain(root) for root in client.roots)}


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("-")[0].split("+")[0]))


def _allows(sign: str, wanted: tuple[int, ...], real: tuple[int, ...]) -> bool:
    if sign == ">=":
        return real >= wanted
    if sign in ("~>", "^"):
        return real >= wanted and real[: max(len(wanted) - 1, 1)] == wanted[: max(len(wanted) - 1, 1)]
    return real[: len(wanted)] == wanted
