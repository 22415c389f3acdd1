"""The only home of griffe: which functions and classes Python packages offer, under which names, with which arguments.

The packages are read, never imported. What a name at the top of a module is bound to by assignment, griffe does not
say: `Attribute` values are resolved by whoever asks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recipes_data.errors import UsageError

if TYPE_CHECKING:
    import griffe

__all__ = ["Offer", "Parameter", "offers"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind`: positional, either, named, star, stars."""

    name: str
    kind: str
    default: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that users can reach.

    `name` is the shortest public one, `others` further ones; `definition` where it is defined (dotted), which for an
    inherited method is in another class.

    `kind`: function, method, class, property, value. `exported`: in the namespace of a package, or in an `__all__`.
    """

    name: str
    definition: str
    kind: str
    line: int
    module: str
    parameters: tuple[Parameter, ...] = ()
    returns: str | None = None
    docstring: str = ""
    labels: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    exported: bool = False


_KINDS = {
    "positional-only": "positional",
    "positional or keyword": "either",
    "keyword-only": "named",
    "variadic positional": "star",
    "variadic keyword": "stars",
}


def offers(packages: Mapping[str, Path], lazy: Mapping[str, Mapping[str, str]]) -> list[Offer]:
    """Everything that packages offer, by name. `lazy`: by module, names that it imports on first use, and from where.

    Raises:
        UsageError: griffe is not installed.
    """
    try:
        # a heavy door: only a run that reads Python clients opens it
        import griffe
    except ImportError as error:
        raise UsageError(
            "reading a Python client needs the package griffe, which is not installed",
            do="pip install 'recipes-data[gaps]'",
        ) from error
    logging.getLogger("griffe").setLevel(logging.CRITICAL)  # what it cannot read, our own reader lists
    loader = griffe.GriffeLoader(search_paths=sorted({str(path) for path in packages.values()}), allow_inspection=False)
    loaded = []
    for name in sorted(packages):
        try:
            found = loader.load(name, try_relative_path=False)
        except (griffe.GriffeError, ImportError, SyntaxError, OSError, RecursionError):
            continue  # listed by our own reader, as said above
        if isinstance(found, griffe.Module):
            loaded.append(found)
    loader.resolve_aliases(implicit=False, external=False)
    return _Offers(lazy).all(loaded)


class _Offers:
    """Walks packages from the top, and keeps under which public names each definition is met."""

    def __init__(self, lazy: Mapping[str, Mapping[str, str]]) -> None:
        self.lazy = lazy
        self.names: dict[str, dict[str, bool]] = {}
        self.objects: dict[str, griffe.Object] = {}

    def all(self, packages: list[griffe.Module]) -> list[Offer]:
        roots = {package.path: package for package in packages}
        waiting = list(packages)
        while waiting:
            module = waiting.pop(0)
            for name, member, exported in self._members(module):
                if not member.is_alias and member.is_module:
                    if not name.startswith("_") and name not in ("tests", "test"):
                        waiting.append(member)  # type: ignore[arg-type]  # what says it is a module is one
                    continue
                self._meet(f"{module.path}.{name}", member, exported)
            for name, target in self.lazy.get(module.path, {}).items():
                found = _lookup(roots, target)
                if found is not None and not name.startswith("_"):
                    self._meet(f"{module.path}.{name}", found, exported=True)
        return sorted(self._offers(), key=lambda offer: offer.name)

    def _members(self, module: griffe.Module) -> Iterator[tuple[str, griffe.Object | griffe.Alias, bool]]:
        listed = {str(name) for name in module.exports} if module.exports is not None else None
        for name, member in module.members.items():
            is_child = not member.is_alias and member.is_module
            if is_child or (listed is not None and name in listed):
                yield name, member, listed is not None
            elif name.startswith("_"):
                continue
            elif listed is None and not member.is_alias:
                yield name, member, False
            elif listed is None and module.is_init_module:
                yield name, member, True

    def _meet(self, name: str, member: griffe.Object | griffe.Alias, exported: bool) -> None:
        target = _final(member)
        if target is None or target.is_module:
            return
        # a value's own name is what counts: two may hold the same
        key = name if target.is_attribute else target.path
        depth_two = name.count(".") == 1
        names = self.names.setdefault(key, {})
        names[name] = names.get(name, False) or exported or depth_two
        self.objects[key] = target

    def _offers(self) -> Iterator[Offer]:
        for key, names in self.names.items():
            best = min(names, key=lambda name: (name.count("."), len(name), name))
            others = tuple(sorted({*names, key} - {best}))
            yield from _offer(self.objects[key], best, others, any(names.values()))


def _final(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """What a name stands for; None where that is outside of what was read."""
    if not member.is_alias:
        return member  # type: ignore[return-value]  # what is no alias is an object
    try:
        return member.final_target  # type: ignore[union-attr]  # an alias has one
    except Exception as error:  # the library's errors have no class of their own that a lazy door can name
        if "lias" in type(error).__name__:
            return None
        raise


def _lookup(roots: Mapping[str, griffe.Module], target: str) -> griffe.Object | griffe.Alias | None:
    top, _, rest = target.partition(".")
    found: griffe.Object | griffe.Alias | None = roots.get(top)
    for part in rest.split(".") if rest else ():
        place = _final(found) if found is not None else None
        found = place.members.get(part) if place is not None else None
    return found


def _offer(found: griffe.Object, name: str, others: tuple[str, ...], exported: bool) -> Iterator[Offer]:
    if found.is_class:
        yield _class(found, name, others, exported)
        yield from _methods(found, name, others, exported)
    elif found.is_function:
        yield _function(found, name, "function", others, exported)
    elif found.is_attribute and "property" not in found.labels:
        yield Offer(name, name, "value", found.lineno or 0, found.module.path, others=others, exported=exported)


def _function(found: griffe.Object, name: str, kind: str, others: tuple[str, ...], exported: bool) -> Offer:
    parameters = getattr(found, "parameters", None) or ()
    returns = getattr(found, "returns", None) if kind != "property" else getattr(found, "annotation", None)
    return Offer(
        name,
        found.path,
        kind,
        found.lineno or 0,
        found.module.path,
        tuple(_parameters(parameters)),
        str(returns) if returns is not None else None,
        found.docstring.value if found.docstring else "",
        frozenset(found.labels),
        others,
        exported,
    )


def _parameters(parameters: object) -> Iterator[Parameter]:
    for one in parameters:  # type: ignore[attr-defined]  # the library's own sequence
        kind = _KINDS[one.kind.value] if one.kind is not None else "either"
        default = str(one.default) if one.default is not None and kind not in ("star", "stars") else None
        yield Parameter(one.name, kind, default, str(one.annotation) if one.annotation is not None else None)


def _class(found: griffe.Object, name: str, others: tuple[str, ...], exported: bool) -> Offer:
    made = _member(found, "__init__")
    parameters = tuple(_parameters(made.parameters)) if made is not None and made.is_function else ()  # type: ignore[attr-defined]
    return Offer(
        name,
        found.path,
        "class",
        found.lineno or 0,
        found.module.path,
        parameters,
        name,
        found.docstring.value if found.docstring else "",
        frozenset(found.labels),
        others,
        exported,
    )


def _member(found: griffe.Object, name: str) -> griffe.Object | None:
    if name in found.members:
        return _final(found.members[name])
    inherited = found.inherited_members.get(name)
    return _final(inherited) if inherited is not None else None


def _methods(found: griffe.Object, name: str, others: tuple[str, ...], exported: bool) -> Iterator[Offer]:
    members = {**found.inherited_members, **found.members}
    for member_name, member in sorted(members.items()):
        if member_name.startswith("_"):
            continue
        target = _final(member)
        if target is None:
            continue
        also = tuple(f"{other}.{member_name}" for other in others)
        if target.is_function:
            yield _function(target, f"{name}.{member_name}", "method", also, exported)
        elif target.is_attribute and "property" in target.labels:
            yield _function(target, f"{name}.{member_name}", "property", also, exported)
        elif target.is_class:
            yield from _offer(target, f"{name}.{member_name}", also, exported)
