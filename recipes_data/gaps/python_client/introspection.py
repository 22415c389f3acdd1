"""The only home of asking an installed package what it has, in a child process, and of comparing the two."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Seen", "Written", "answered", "ask", "differences", "from_outside", "starred"]

_SECONDS = 60.0
_PROGRAM = Path(__file__).with_name("asked.py")
_PYTHONS_OWN = frozenset({"builtins", "enum", "typing", "abc", "collections", "dataclasses", "string", "types"})


@dataclass(frozen=True, slots=True)
class Written:
    """A function's arguments as its sources have them: names (with their stars), and how many must be given."""

    names: frozenset[str]
    needed: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a package said: callables of its namespace by name; `faults`: what could not be asked, and why."""

    names: Mapping[str, dict[str, object]]
    faults: tuple[str, ...]
    failed: bool = False


def ask(name: str) -> subprocess.Popen[str]:
    """Start a Python that imports the package and describes it. It sees no folder of ours, and no PYTHON variables."""
    return subprocess.Popen(
        [sys.executable, "-I", str(_PROGRAM), name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        text=True,
    )


def answered(child: subprocess.Popen[str]) -> Seen:
    """Wait for the description; one that does not come is a fault, never an error."""
    try:
        text, _ = child.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return Seen({}, (f"no answer within {_SECONDS:.0f} s",), failed=True)
    try:
        answer = json.loads(text)
    except ValueError:
        return Seen({}, (f"the process ended with code {child.returncode} and without an answer",), failed=True)
    return Seen(answer["names"], tuple(answer["faults"]), bool(answer.get("failed")))


def differences(package: str, seen: Seen, written: Mapping[str, Written]) -> Iterator[tuple[str, str]]:
    """(function, sentence) wherever a running package and its sources tell different things.

    Compared are the callables of the package's namespace and the methods of its classes, with the names of their
    arguments and how many of these must be given. What comes from other packages is left out.
    """
    top = package.split(".", maxsplit=1)[0]
    asked: dict[str, dict[str, object]] = {}
    for name, told in seen.names.items():
        if str(told["home"]).split(".")[0] == top:
            asked[f"{package}.{name}"] = told
            asked |= {
                f"{package}.{name}.{method}": inner
                for method, inner in _methods(told)
                if inner["kind"] == "method" and str(inner["home"]).split(".")[0] == top
            }
    for name in sorted(asked):
        if name not in written:
            yield name, f"{name} exists when the package runs, and was not found in its sources"
        else:
            difference = _in_arguments(written[name], asked[name])
            if difference:
                yield name, f"{name}: {difference}"
    for name in sorted(set(written) - set(asked)):
        owner, _, last = name.rpartition(".")
        in_namespace = owner == package and last not in seen.names
        if in_namespace or (owner in asked and last not in dict(_methods(asked[owner]))):
            yield name, f"{name} stands in the sources, and does not exist when the package runs"


def from_outside(package: str, seen: Seen) -> Iterator[tuple[str, str, str, tuple[tuple[str, str, bool], ...]]]:
    """Methods that the package's classes inherit from other packages: class, method, origin, arguments."""
    top = package.split(".", maxsplit=1)[0]
    for name, told in sorted(seen.names.items()):
        if str(told["home"]).split(".")[0] != top:
            continue
        for method, inner in _methods(told):
            home = str(inner["home"])
            arguments = inner.get("arguments")
            if inner["kind"] == "method" and home.split(".")[0] != top and home and home not in _PYTHONS_OWN:
                given = arguments if isinstance(arguments, list) else []
                origin = f"{home}.{inner.get('qualified') or method}"
                yield f"{package}.{name}", method, origin, tuple((str(n), str(k), bool(r)) for n, k, r in given)


def _methods(told: Mapping[str, object]) -> list[tuple[str, dict[str, object]]]:
    methods = told.get("methods")
    return sorted(methods.items()) if isinstance(methods, dict) else []


def _in_arguments(written: Written, told: Mapping[str, object]) -> str:
    arguments = told.get("arguments")
    if not isinstance(arguments, list):
        return ""
    running = {starred(name, kind): required and not kind.startswith("variadic") for name, kind, required in arguments}
    if set(running) != written.names:
        more, fewer = sorted(set(running) - written.names), sorted(written.names - set(running))
        return "; ".join(
            ([f"takes {', '.join(more)} when it runs"] if more else [])
            + ([f"takes {', '.join(fewer)} in the sources only"] if fewer else [])
        )
    needed = sum(running.values())
    return "" if needed == written.needed else f"needs {needed} arguments when it runs, {written.needed} in the sources"


def starred(name: str, kind: str) -> str:
    """An argument's name with the stars that collect more than one value."""
    return {"variadic positional": "*", "variadic keyword": "**"}.get(kind, "") + name
