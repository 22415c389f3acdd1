"""The only home of values: classes of named fields that never change, defined without importing `dataclasses`.

What stands on the way of `load` is made of them: importing `dataclasses` takes as long as the rest of a load, and it
compiles half a dozen methods for every class, half a millisecond each. Elsewhere `dataclass(frozen=True, slots=True)`
says the same. `dataclasses.replace`, `fields` and `asdict` take these values too: the import is paid when they ask.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is not imported either
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeVar, dataclass_transform

    _T = TypeVar("_T")
else:

    def dataclass_transform(**_):
        return lambda decorator: decorator


__all__ = ["replace", "value"]


@dataclass_transform(frozen_default=True)
def value(cls: type[_T]) -> type[_T]:
    """A class decorator: what `dataclass(frozen=True, slots=True)` makes of a class that inherits from no other.

    Fields are the annotated names, in order; a default is shared, so it must not be mutable. Values are equal where
    class and fields are, and can be hashed and pickled; setting a field is an AttributeError.
    """
    names = tuple(cls.__annotations__)
    body = {name: item for name, item in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    defaults = {name: body.pop(name) for name in names if name in body}
    # a class cannot be given slots once it is there: it is made anew, as `dataclasses` does
    made: Any = type(cls.__name__, cls.__bases__, {"__repr__": _repr, **body, **_methods(names, defaults)})
    return made  # type: ignore[no-any-return]  # the same class, with slots


def replace(one: _T, **changes: Any) -> _T:
    """The value with other contents in some of its fields, as `dataclasses.replace` has it."""
    return type(one)(**{**dict(_items(one)), **changes})


def _init(self: Any, *given: Any, **named: Any) -> None:
    names = self.__slots__
    if named or len(given) != len(names):
        given = _completed(type(self), given, named)
    for name, item in zip(names, given, strict=True):
        object.__setattr__(self, name, item)


def _completed(cls: Any, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """The contents of all fields, in order."""
    rest = cls.__slots__[len(given) :]
    if len(given) > len(cls.__slots__) or not named.keys() <= set(rest):
        wrong = [name for name in named if name not in rest] or f"{len(given)} values"
        raise TypeError(f"{cls.__name__}() takes {', '.join(cls.__slots__)}, each once; got {wrong}")
    found = {**cls.__field_defaults__, **named}
    missing = [name for name in rest if name not in found]
    if missing:
        raise TypeError(f"{cls.__name__}() lacks {', '.join(missing)}")
    return (*given, *[found[name] for name in rest])


def _items(self: Any) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(self, name)) for name in self.__slots__)


def _contents(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__slots__])


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={item!r}' for name, item in _items(self))})"


def _eq(self: Any, other: object) -> Any:
    return _contents(self) == _contents(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_contents(self))


def _reduce(self: Any) -> tuple[Any, tuple[Any, ...]]:
    return type(self), _contents(self)


def _frozen(_: Any, name: str, *__: Any) -> None:
    from dataclasses import FrozenInstanceError  # only for who does what is not allowed

    raise FrozenInstanceError(f"cannot change field {name!r}")


class _AsDataclass:
    """What `dataclasses` keeps at its own classes, made when somebody looks for it."""

    __slots__ = ("_made", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: dict[Any, Any] = {}  # `dataclasses.replace` looks at every call, and a class takes a while

    def __get__(self, one: object, cls: Any) -> Any:
        if cls not in self._made:
            self._made[cls] = self._make(cls)
        return self._made[cls]

    def _make(self, cls: Any) -> Any:
        from dataclasses import field, make_dataclass  # half of a load

        missing = object()
        defaults = {name: cls.__field_defaults__.get(name, missing) for name in cls.__slots__}
        described = [
            (name, cls.__annotations__[name])
            if given is missing
            else (name, cls.__annotations__[name], field(default=given))
            for name, given in defaults.items()
        ]
        return getattr(make_dataclass(cls.__name__, described, frozen=True), self._name)


def _methods(names: tuple[str, ...], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "__slots__": names,
        "__match_args__": names,
        "__field_defaults__": defaults,
        "__init__": _init,
        "__eq__": _eq,
        "__hash__": _hash,
        "__reduce__": _reduce,
        "__setattr__": _frozen,
        "__delattr__": _frozen,
        "__replace__": replace,  # `copy.replace` of Python 3.13
        "__dataclass_fields__": _FIELDS,
        "__dataclass_params__": _PARAMS,
    }


_FIELDS, _PARAMS = _AsDataclass("__dataclass_fields__"), _AsDataclass("__dataclass_params__")
