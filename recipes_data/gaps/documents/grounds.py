"""The only home of what old documents are held against: names, files, figures and requests of the clients read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recipes_data.gaps.compare.paths import Shapes, fits, index_operations
from recipes_data.gaps.inventory import Function, Inventory
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.operations import Operations

__all__ = ["Client", "Grounds", "grounds_of", "repository_of"]

_PASSED_OVER = {"_build", "deps", "node_modules", "target", "__pycache__", ".git", ".venv", "venv"}
_MARKS = (".git", "pyproject.toml", "mix.exs", "Cargo.toml", "package.json")
_MOST_FILES = 50_000


@dataclass(frozen=True, slots=True)
class Client:
    """One client with what its documents may name. `modules`: qualified, with all that stand above them.

    `files`: every file of its folder (`root`), where that was given; else None. `seen`: files that the inventory
    speaks of. `made`: operations whose requests stand in its source.
    """

    inventory: Inventory
    functions: Mapping[str, tuple[Function, ...]]
    last_names: Mapping[str, tuple[Function, ...]]
    modules: frozenset[str]
    files: frozenset[str] | None
    seen: frozenset[str]
    made: frozenset[str] = frozenset()
    root: Path | None = None

    @property
    def name(self) -> str:
        """As the report calls it."""
        return self.inventory.origin.name

    @property
    def roots(self) -> frozenset[str]:
        """The outermost names of its modules."""
        return frozenset(_parts(module)[0] for module in self.modules if module)


@dataclass(frozen=True, slots=True)
class Grounds:
    """All clients, the contract table by the shape of requests, the repositories that recipes name, the documents.

    `home`: every file of the repository that the documents lie in; None where they lie in none.
    """

    clients: tuple[Client, ...]
    operations: Operations
    shapes: Shapes
    repositories: frozenset[str] | None
    documents: tuple[str, ...]
    home: frozenset[str] | None = None

    def beginning_with(self, about: Client | None) -> list[Client]:
        """All clients, the one that a document as a whole speaks of first."""
        return [*([about] if about else []), *(one for one in self.clients if one is not about)]


def grounds_of(
    inventories: Sequence[Inventory],
    operations: Operations,
    roots: Mapping[str, Path],
    needs: Sequence[Needs],
    documents: Sequence[str],
    home: Path | None = None,
) -> Grounds:
    """Read what there is to hold documents against. `roots`: folders of clients by name; `documents`: their paths."""
    shapes = index_operations(operations.rows)
    clients = tuple(_client(one, roots.get(one.origin.name), shapes) for one in inventories)
    named = frozenset(access.repo for one in needs for access in one.accesses if access.repo)
    listed = _listing(home) if home is not None else None
    return Grounds(clients, operations, shapes, named if needs else None, tuple(documents), listed)


def repository_of(docs: Path) -> Path | None:
    """The folder of the project that documents lie in: the nearest above them that says that it is one."""
    above = docs.resolve()
    return next((one for one in (above, *above.parents) if any((one / mark).exists() for mark in _MARKS)), None)


def _client(inventory: Inventory, root: Path | None, shapes: Shapes) -> Client:
    functions: dict[str, list[Function]] = {}
    last: dict[str, list[Function]] = {}
    modules: set[str] = set()
    for function in inventory.functions:
        functions.setdefault(function.name, []).append(function)
        *above, name = _parts(function.name)
        last.setdefault(name, []).append(function)
        sign = "::" if "::" in function.name else "."
        modules |= {sign.join(above[:depth]) for depth in range(1, len(above) + 1)}
    modules |= set(inventory.errors)
    wheres = [function.where for function in inventory.functions] + [test.where for test in inventory.tests]
    wheres += [finding.where for finding in inventory.findings]
    return Client(
        inventory,
        {name: tuple(found) for name, found in functions.items()},
        {name: tuple(found) for name, found in last.items()},
        frozenset(modules),
        _listing(root) if root is not None else None,
        frozenset(where.path for where in wheres),
        frozenset(
            operation
            for function in inventory.functions
            for call in function.http
            for operation, fit in fits(call, shapes, chooses_kind=True)
            if fit != "ambiguous"
        ),
        root,
    )


def _listing(root: Path) -> frozenset[str]:
    found: set[str] = set()
    # an installed package is known by its own name
    package_above = root.parent if (root / "__init__.py").is_file() else root
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in _PASSED_OVER)
        inside = Path(folder).relative_to(package_above)
        found |= {(inside / file).as_posix() for file in files}
        if len(found) > _MOST_FILES:
            break
    return frozenset(found)


def _parts(name: str) -> list[str]:
    return re.split(r"::|\.", name)
