"""The only home of which Rust items users of a crate can reach, and under which paths: `pub`, `pub mod`, `pub use`."""

from __future__ import annotations

from dataclasses import dataclass

from recipes_data.gaps.rust.names import Names

__all__ = ["Offered", "offered"]


@dataclass(frozen=True, slots=True)
class Offered:
    """Public paths by the path of the definition, the shortest first, the definition's own among them."""

    functions: dict[str, tuple[str, ...]]
    types: dict[str, tuple[str, ...]]


def offered(names: Names) -> Offered:
    """Walk every crate from its root through public modules and re-exports."""
    found: dict[str, set[str]] = {}
    for crate in names.items.tree.crates:
        _visit(names, crate.name, crate.name, found, set())
    functions: dict[str, tuple[str, ...]] = {}
    types: dict[str, tuple[str, ...]] = {}
    for path, function in names.items.functions.items():
        if function.is_test or not function.visible:
            continue
        if function.owner is None:
            if path in found:
                functions[path] = _ordered(found[path], path)
        elif function.owner in found and _counts(names, function.trait):
            owner_names = found[function.owner]
            functions[path] = _ordered({f"{owner}::{function.name}" for owner in owner_names}, path)
    for path, named in names.items.types.items():
        if path in found and named.kind != "const" and not named.is_test:
            types[path] = _ordered(found[path], path)
    return Offered(functions, types)


def _counts(names: Names, trait: str | None) -> bool:
    """Whether a method of this trait belongs to what a type offers: those of the language go without saying."""
    return trait is None or trait in names.items.types


def _ordered(names: set[str], path: str) -> tuple[str, ...]:
    best = sorted(names, key=lambda name: (name.count("::"), len(name), name))
    return tuple(dict.fromkeys([*best, path]))


def _visit(names: Names, module: str, public: str, found: dict[str, set[str]], seen: set[tuple[str, str]]) -> None:
    if (module, public) in seen or public.count("::") > 8:
        return
    seen.add((module, public))
    items = names.items
    depth = module.count("::") + 1
    for path, function in items.functions.items():
        if function.owner is None and function.visible and path.rpartition("::")[0] == module and not function.is_test:
            found.setdefault(path, set()).add(f"{public}::{function.name}")
    for path, named in items.types.items():
        if named.visible and path.rpartition("::")[0] == module:
            found.setdefault(path, set()).add(f"{public}::{path.rpartition('::')[2]}")
    for path, visible in items.modules.items():
        if visible and path.count("::") == depth and path.rpartition("::")[0] == module:
            _visit(names, path, f"{public}::{path.rpartition('::')[2]}", found, seen)
    for use in items.uses.get(module, ()):
        if use.visible:
            _reexport(names, module, public, use.name, names.resolve(module, use.target), found, seen)


def _reexport(
    names: Names,
    module: str,
    public: str,
    name: str,
    target: str,
    found: dict[str, set[str]],
    seen: set[tuple[str, str]],
) -> None:
    items = names.items
    if name == "*":
        if target in items.modules and target != module:
            _visit(names, target, public, found, seen)
    elif target in items.modules:
        _visit(names, target, f"{public}::{name}", found, seen)
    elif target in items.functions or target in items.types:
        found.setdefault(target, set()).add(f"{public}::{name}")
