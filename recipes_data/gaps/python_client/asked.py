"""The only home of what an installed package says of itself: run as a program of its own, it imports and describes it.

Imports nothing but Python's library, so that nothing of ours is in the process that imports a stranger's package.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import warnings
from types import ModuleType

__all__ = ["describe", "main"]


def describe(name: str) -> dict[str, object]:
    """Public callables in a package's namespace, by name, with their arguments; of classes also the methods."""
    package = importlib.import_module(name)
    found: dict[str, object] = {}
    faults: list[str] = []
    listed = getattr(package, "__all__", None)
    names = sorted({*(listed if listed is not None else dir(package))})
    for attribute in names:
        if attribute.startswith("__" if listed is not None else "_"):
            continue
        try:
            value = getattr(package, attribute)
        except Exception as error:  # noqa: BLE001  # whatever a stranger's import raises is an answer
            faults.append(f"{attribute}: {error.__class__.__name__}: {error}")
            continue
        if isinstance(value, ModuleType):
            continue
        if inspect.isclass(value):
            found[attribute] = {
                **_callable(value, skips=0),
                **_made(value),
                "kind": "class",
                "methods": _methods(value),
            }
        elif callable(value):
            found[attribute] = {**_callable(value, skips=0), "kind": "function"}
    return {"names": found, "faults": faults, "listed": listed is not None}


def _callable(value: object, *, skips: int) -> dict[str, object]:
    arguments: list[list[object]] | None
    try:
        signature = inspect.signature(value)  # type: ignore[arg-type]  # it is callable
        arguments = [
            [one.name, one.kind.description, one.default is one.empty]
            for one in list(signature.parameters.values())[skips:]
        ]
    except (ValueError, TypeError):
        arguments = None  # built in C, and silent about it
    return {
        "home": str(getattr(value, "__module__", "") or ""),
        "qualified": str(getattr(value, "__qualname__", "")),
        "arguments": arguments,
    }


def _made(owner: type) -> dict[str, object]:
    """How an object is made: the arguments of an `__init__` that is written in Python, in the class's own package."""
    for one in owner.__mro__:
        maker = vars(one).get("__init__")
        if maker is not None:
            own = inspect.isfunction(maker) and one.__module__.split(".")[0] == owner.__module__.split(".")[0]
            return {"arguments": _callable(maker, skips=1)["arguments"] if own else None}
    return {"arguments": None}


def _methods(owner: type) -> dict[str, object]:
    found: dict[str, object] = {}
    # not `dir`: an enumeration hides its methods from it
    for name in sorted({name for one in owner.__mro__ for name in vars(one)}):
        if name.startswith("_"):
            continue
        value = inspect.getattr_static(owner, name, None)
        if isinstance(value, property) or type(value).__name__ in ("cached_property", "classproperty"):
            found[name] = {
                "kind": "property",
                "home": str(getattr(getattr(value, "fget", None), "__module__", "") or ""),
            }
        elif isinstance(value, (classmethod, staticmethod)) or inspect.isfunction(value):
            plain = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
            skips = 0 if isinstance(value, staticmethod) else 1
            found[name] = {"kind": "method", **_callable(plain, skips=skips)}
    return found


def main(arguments: list[str]) -> int:
    """`asked.py NAME`: the description as JSON on stdout. What the package prints goes to stderr."""
    out, sys.stdout = sys.stdout, sys.stderr
    warnings.simplefilter("ignore")
    try:
        answer = describe(arguments[0])
    except Exception as error:  # noqa: BLE001  # whatever a stranger's import raises is an answer
        answer = {"names": {}, "faults": [f"{error.__class__.__name__}: {error}"], "failed": True}
    json.dump(answer, out, sort_keys=True)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
