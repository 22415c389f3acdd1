"""The only home of how a check fails: with what was expected and what came, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

__all__ = ["equal", "form", "holds", "raises", "says"]

_E = TypeVar("_E", bound=BaseException)
_SHOWN = 300


def equal(found: Any, expected: Any, what: str) -> None:
    """Fail unless both are equal."""
    if found != expected:
        raise AssertionError(f"{what}: expected {_short(expected)}, got {_short(found)}")


def holds(true: bool, what: str) -> None:
    """Fail unless it is so."""
    if not true:
        raise AssertionError(what)


def raises(kind: type[_E], ask: Callable[[], object], what: str) -> _E:
    """The error of this class that asking raises; fail where it raises none, or another one."""
    try:
        got = ask()
    except kind as exc:
        return exc
    except Exception as exc:
        raise AssertionError(f"{what}: expected {kind.__name__}, got {type(exc).__name__}: {exc}") from exc
    raise AssertionError(f"{what}: expected {kind.__name__}, got {_short(got)}")


def form(value: Any) -> Any:
    """What `==` does not look at: the types inside a value, and the order of keys."""
    if type(value) is dict:
        return [(key, form(one)) for key, one in value.items()]
    if type(value) is list:
        return [form(one) for one in value]
    return type(value).__name__


def says(error: BaseException, words: Iterable[str]) -> None:
    """Fail unless an error's text has all of these words."""
    absent = [word for word in words if word not in str(error)]
    if absent:
        raise AssertionError(f"the message does not name {', '.join(absent)}: {error}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
