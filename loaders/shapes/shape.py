"""The only home of what a record is: its fields, what may stand in each, and a row that a recipe leaves out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NotRequired, Required, get_args, get_origin, get_type_hints, is_typeddict

from recipes_data.errors import TableError, UsageError
from recipes_data.values import value

__all__ = [
    "Check",
    "Drop",
    "Shape",
    "at_least",
    "derived",
    "each",
    "fitting",
    "key",
    "messages",
    "nothing_or",
    "one_of",
    "text",
    "texts",
]

Check = Callable[[str, Any], Any]
"""Gives a field's value back, or raises TableError; it is called with the field's name and the value."""


@value
class Drop:
    """A row that becomes no record, in place of one, and why: `Drop("no final answer")`.

    A reason is one of a few sentences, not one for each row: reasons are counted.
    """

    reason: str


@value
class Shape:
    """A kind of record: its TypedDict, the check of each field in order, and the fields that may be absent.

    `together`: raises TableError where fields do not go together.
    """

    kind: type
    fields: tuple[tuple[str, Check], ...]
    optional: frozenset[str] = frozenset()
    together: Callable[[dict[str, Any]], None] | None = None


def fitting(shape: Shape, found: Any) -> dict[str, Any]:
    """A record of the shape, checked: every field that must be there, none that the shape does not know.

    Raises:
        TableError: it is none; says which field, what was expected and what is there.
    """
    if not isinstance(found, Mapping):
        what = f"a record is an object with the fields of {shape.kind.__name__}, not {_shown(found)}"
        raise TableError(what, 'a row that is meant to be left out is Drop("why")')
    record = {name: check(name, found[name]) for name, check in shape.fields if name in found}
    if len(record) != len(found) or not all(name in record or name in shape.optional for name, _ in shape.fields):
        raise TableError(*_misfit(shape, found))
    if shape.together is not None:
        shape.together(record)
    return record


def _misfit(shape: Shape, found: Mapping[str, Any]) -> tuple[str, str]:
    names = [name for name, _ in shape.fields]
    faults = [f"has no field {name!r}" for name in found if name not in names]
    faults += [f"needs the field {name!r}" for name in names if name not in found and name not in shape.optional]
    return f"{shape.kind.__name__} {', '.join(faults)}", f"its fields: {', '.join(names)}"


def derived(kind: type) -> Shape:
    """The shape of a TypedDict of the user's own: which fields it has; what stands in them is not looked at.

    Raises:
        UsageError: not a TypedDict.
    """
    if not is_typeddict(kind):
        raise UsageError(f"{kind!r} is no kind of record", "a TypedDict, of loaders.shapes or of your own")
    total = getattr(kind, "__total__", True)
    hints = get_type_hints(kind, include_extras=True)
    absent = [name for name, hint in hints.items() if not _needed(hint, total)]
    return Shape(kind, tuple((name, _anything) for name in hints), frozenset(absent))


def _needed(hint: Any, total: bool) -> bool:
    marks = []
    while get_args(hint) and get_origin(hint) in (Required, NotRequired):
        marks.append(get_origin(hint))
        hint = get_args(hint)[0]
    return marks[0] is Required if marks else total


# --- checks


def _anything(name: str, found: Any) -> Any:  # noqa: ARG001  # called as every check is
    return found


def text(name: str, found: Any) -> str:
    """A text; it may be empty."""
    if not isinstance(found, str):
        raise TableError(f"{name!r} is {_shown(found)}, not a text")
    return found


def texts(name: str, found: Any) -> list[str]:
    """A list of texts; it may be empty."""
    found_texts: list[str] = each(text)(name, found)
    return found_texts


def key(name: str, found: Any) -> int | str:
    """What an example is called: a text or a number."""
    if not isinstance(found, (int, str)):
        raise TableError(f"{name!r} is {_shown(found)}, neither a number nor a text")
    return found


def at_least(least: int, what: str) -> Check:
    """A whole number that is not below `least`; True is none. `what` it is, for who gave another one."""

    def checked(name: str, found: Any) -> int:
        if type(found) is not int or found < least:
            raise TableError(f"{name!r} is {found!r:.60}, not {what}")
        return found

    return checked


def each(check: Check) -> Check:
    """A list whose items all pass."""

    def checked(name: str, found: Any) -> list[Any]:
        if not isinstance(found, list):
            raise TableError(f"{name!r} is {_shown(found)}, not a list")
        return [check(f"{name}[{place}]", item) for place, item in enumerate(found)]

    return checked


def one_of(*values: str) -> Check:
    """One of these texts."""

    def checked(name: str, found: Any) -> str:
        if found not in values:
            raise TableError(f"{name!r} is {_shown(found)}, not one of {', '.join(values)}")
        return str(found)

    return checked


def nothing_or(check: Check) -> Check:
    """None, or what passes."""

    def checked(name: str, found: Any) -> Any:
        return None if found is None else check(name, found)

    return checked


def messages(name: str, found: Any) -> list[dict[str, Any]]:
    """A conversation: a list of objects with a text `role` and a `content` that is a text or a list of typed parts.

    Other keys of a message stay; a tool call may have no content (None).
    """
    if not isinstance(found, list):
        raise TableError(f"{name!r} is {_shown(found)}, not a list of messages")
    for place, message in enumerate(found):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str) or "content" not in message:
            raise TableError(f"'{name}[{place}]' is {_shown(message)}, not an object with `role` and `content`")
        content = message["content"]
        if isinstance(content, str):
            continue
        parts = isinstance(content, list) and all(isinstance(part, dict) and "type" in part for part in content)
        calls = content is None and any(key not in ("role", "content") for key in message)
        if not (parts or calls):
            what = f"{name}[{place}].content is {_shown(content)}, neither a text nor a list of typed parts"
            raise TableError(what)
    return found


def _shown(found: Any) -> str:
    return "None" if found is None else f"{type(found).__name__} {found!r:.60}"
