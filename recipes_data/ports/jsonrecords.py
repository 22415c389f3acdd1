"""The only home of turning the Hub's JSON into frozen records and back, so that nothing of it is lost.

A record is a frozen dataclass whose fields are made by `said`: the JSON's key, and a `Form` that reads and writes the
value. Keys that the class does not know, nulls, and values that would be written otherwise than they came are kept
in its field `more`; what is written is the fields that are not None, and over them `more`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from recipes_data.errors import HubError

__all__ = [
    "COUNT",
    "DATE",
    "FLAG",
    "TEXT",
    "TEXTS",
    "VALUE",
    "Form",
    "from_json",
    "one_of",
    "record_of",
    "records_of",
    "said",
    "to_json",
    "unsaid",
]

_T = TypeVar("_T")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is read and written. `read` raises ValueError or TypeError for what is not of the form."""

    expected: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value


def said(key: str, form: Form, *, required: bool = False) -> Any:
    """A field that stands in the JSON under `key`; None where it is not said, unless it must be."""
    metadata = {"key": key, "form": form}
    return field(metadata=metadata) if required else field(default=None, metadata=metadata)


def unsaid() -> Any:
    """The field `more`: what of the JSON is in no other field. It is not to be changed."""
    return field(default_factory=dict, repr=False)


def from_json(kind: type[_T], data: Any, /, **given: Any) -> _T:
    """The record of the Hub's JSON; `given` are fields that the JSON does not say.

    Raises:
        HubError: it is no object, a key that must be there is not, or a value is not of its form.
    """
    if not isinstance(data, Mapping):
        raise _strange(kind, f"is {_short(data)}, not an object")
    known = {one.metadata["key"]: one for one in fields(kind) if "key" in one.metadata}  # type: ignore[arg-type]  # a dataclass, as said above
    values: dict[str, Any] = dict(given)
    more: dict[str, Any] = {}
    for key, raw in data.items():
        place = known.get(key)
        if place is None or raw is None:
            more[key] = raw
            continue
        form: Form = place.metadata["form"]
        try:
            values[place.name] = form.read(raw)
        except (TypeError, ValueError) as exc:
            raise _strange(kind, f"says {key}={_short(raw)}, which is not {form.expected}") from exc
        if form.write(values[place.name]) != raw:
            more[key] = raw
    absent = [key for key, place in known.items() if _is_required(place) and place.name not in values]
    if absent:
        raise _strange(kind, f"does not say {', '.join(absent)}")
    return kind(**values | {"more": more})


def to_json(record: Any) -> dict[str, Any]:
    """The JSON of a record: what `from_json` was given, or for one that was made by hand what the Hub would say."""
    result: dict[str, Any] = {}
    for place in fields(record):
        value = getattr(record, place.name)
        if "key" in place.metadata and value is not None:
            result[place.metadata["key"]] = place.metadata["form"].write(value)
    return result | dict(record.more)


def _is_required(place: Field[Any]) -> bool:
    return place.default is MISSING and place.default_factory is MISSING


def _strange(kind: type[Any], what: str) -> HubError:
    return HubError(
        f"the Hub's answer for a {kind.__name__} {what}",
        "a proxy or another server may have answered: check HF_ENDPOINT; else report it",
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


# --- forms


def _exactly(*kinds: type[Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in kinds:  # True is no count
            raise TypeError(type(value).__name__)
        return value

    return read


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(type(value).__name__)
    return tuple(value)


def _date(value: Any) -> datetime:
    if not isinstance(value, str) or not value.endswith("Z"):
        raise TypeError(type(value).__name__)
    return datetime.fromisoformat(value)


def _dated(value: datetime) -> str:
    # as the Hub writes it: 2026-03-23T10:18:13.000Z
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


TEXT = Form("a text", _exactly(str))
COUNT = Form("a whole number", _exactly(int))
FLAG = Form("true or false", _exactly(bool))
TEXTS = Form("a list of texts", _texts, list)
DATE = Form("a date in UTC like 2026-03-23T10:18:13.000Z", _date, _dated)
VALUE = Form("a value", lambda value: value)


def one_of(kind: type[Enum], spelled: Mapping[Any, Enum] | None = None) -> Form:
    """One member of an enum: by its value, or by how the JSON spells it."""
    by_raw = {member.value: member for member in kind} if spelled is None else dict(spelled)
    by_member = {member: raw for raw, member in by_raw.items()}

    def read(value: Any) -> Any:
        if not isinstance(value, (str, bool)) or value not in by_raw:
            raise ValueError(value)
        return by_raw[value]

    return Form(f"one of {', '.join(map(repr, by_raw))}", read, by_member.__getitem__)


def record_of(kind: type[Any]) -> Form:
    """A record inside a record."""
    return Form(f"a {kind.__name__}", lambda value: from_json(kind, value), to_json)


def records_of(kind: type[Any]) -> Form:
    """A list of records."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError(type(value).__name__)
        return tuple(from_json(kind, one) for one in value)

    return Form(f"a list of {kind.__name__}", read, lambda value: [to_json(one) for one in value])
