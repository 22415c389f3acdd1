"""The only home of the sources as the rules read them: modules, nodes, imports."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from tests.house.sanctions import Sources

ROOT = Path(__file__).parents[2]


@functools.cache
def the_tree() -> Sources:
    """Every module of both packages; what the sample repositories hold is data and no module."""
    found = {}
    for package in ("recipes_data", "loaders"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith("recipes_data/sample/hub/"):
                found[name] = path.read_text(encoding="utf-8")
    return found


def within(path: str, allowed: tuple[str, ...] | set[str]) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in allowed)


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@functools.cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


@functools.cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parsed(text)))


@functools.cache
def imports(text: str, path: str) -> tuple[tuple[str, str, int, bool], ...]:
    """Every import of a module: the module, the name taken from it, the line, and whether inside a function."""

    def walk(node: ast.AST, inside: bool) -> Iterator[tuple[str, str, int, bool]]:
        for child in ast.iter_child_nodes(node):
            function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            if isinstance(child, ast.Import):
                yield from ((alias.name, "", child.lineno, inside) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                package = module_of(path)
                if child.level:  # relative: from the module's own package upwards
                    parts = package.split(".") if path.endswith("/__init__.py") else package.split(".")[:-1]
                    parts = parts[: len(parts) - child.level + 1]
                    name = ".".join([*parts, child.module] if child.module else parts)
                else:
                    name = child.module or ""
                yield from ((name, alias.name, child.lineno, inside) for alias in child.names)
            yield from walk(child, inside or function)

    return tuple(walk(parsed(text), inside=False))


def all_imports(sources: Sources) -> Iterator[tuple[str, str, int, bool]]:
    """Who imports what; `from package import name` counts as `package.name` where that is a module."""
    modules = {module_of(path) for path in sources}
    for path, text in sources.items():
        for module, name, line, lazy in imports(text, path):
            full = f"{module}.{name}"
            yield path, (full if full in modules else module), line, lazy
