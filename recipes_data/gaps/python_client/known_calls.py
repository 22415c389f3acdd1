"""The only home of functions of Python and its library whose answers matter here: text, paths, environment, getattr."""

from __future__ import annotations

from collections.abc import Mapping

from recipes_data.gaps.python_client.scope import Scope
from recipes_data.gaps.python_client.values import (
    HOLE,
    UNKNOWN,
    Bound,
    Instance,
    Param,
    Ref,
    Text,
    Value,
    Values,
    all_of,
    joined,
    shown,
    text_of,
)

__all__ = ["answer"]

_SAME = frozenset(
    {"urllib.parse.quote", "urllib.parse.quote_plus", "urllib.parse.unquote", "typing.cast"}
    | {"builtins.list", "builtins.tuple", "builtins.sorted", "builtins.set", "builtins.reversed", "builtins.next"}
    | {"copy.copy", "copy.deepcopy", "contextlib.closing", "builtins.iter", "os.fspath", "asyncio.run", "yarl.URL"}
)
_JOINS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePosixPath", "urllib.parse.urljoin"})
_SETTINGS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault"})


def answer(scope: Scope, name: str, given: tuple[Values, ...], words: Mapping[str, Values]) -> Values | None:
    """What such a function gives; None where `name` is none of them."""
    if name in _SETTINGS:
        key = given[0] if given else words.get("key", UNKNOWN)
        scope.body.settings.append(key)
        default = given[1] if len(given) > 1 else words.get("default", ())
        return all_of([tuple(value for value in default if isinstance(value, Text)), UNKNOWN]) if default else UNKNOWN
    if name == "builtins.str" and given:
        return tuple(value if isinstance(value, (Text, Param)) else HOLE for value in given[0])
    if name in _SAME and given:
        return given[-1] if name == "typing.cast" else given[0]
    if name in _JOINS and given:
        return _put_together(given)
    if name == "builtins.super":
        return scope.world.parents(scope.owner) if scope.owner else UNKNOWN
    if name == "builtins.getattr" and len(given) > 1:
        return _attribute(scope, given)
    if name == "operator.attrgetter" or name == "operator.methodcaller":
        return UNKNOWN
    if name in ("importlib.import_module", "builtins.__import__") and given:
        return all_of(
            (Ref(shown(value)),)
            if isinstance(value, Text) and all(isinstance(p, str) for p in value.parts)
            else UNKNOWN
            for value in given[0]
        )
    return None


def _put_together(given: tuple[Values, ...]) -> Values:
    pieces: list[Values] = []
    for one in given:
        pieces += [text_of("/"), one] if pieces else [one]
    return joined(pieces)


def _attribute(scope: Scope, given: tuple[Values, ...]) -> Values:
    """`getattr` with a constant is an attribute; with anything else, of a watched object, a method nobody can name."""
    groups: list[Values] = []
    for value in given[0]:
        if not isinstance(value, (Ref, Instance)):
            continue
        for name in given[1]:
            if isinstance(name, Text) and all(isinstance(part, str) for part in name.parts):
                groups += [tuple(_by_name(one) for one in scope.world.member(value, shown(name)))]
            else:
                of = value.of if isinstance(value, Instance) else value.name
                groups.append((Bound(of, "", "apply"),) if scope.world.is_watched(f"{of}.") else UNKNOWN)
    return all_of([*groups, *given[2:3]]) if groups else UNKNOWN


def _by_name(value: Value) -> Value:
    if isinstance(value, Ref):
        return Ref(value.name, "apply")
    if isinstance(value, Bound):
        return Bound(value.of, value.name, "apply", value.made, value.base)
    return value
