"""The only home of which sources are programs that somebody runs, and which accesses each of them reaches."""

from __future__ import annotations

import ast
import configparser
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.needs import Recipe
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.references import References, Unit, unit_of
from recipes_data.gaps.recipes.scopes import Scope, last_name

__all__ = ["find_recipes"]

_RUNNERS = {"entrypoint", "nested_entrypoint", "Fire", "run", "cli", "main"}
_RUNNING_PACKAGES = {
    "chz",
    "fire",
    "typer",
    "tyro",
    "asyncio",
    "jsonargparse",
    "simple_parsing",
    "draccus",
    "app",
    "absl",
}
_COMMANDS = {"command", "group", "callback", "local_entrypoint"}
_HYDRA = "hydra"


@dataclass(frozen=True, slots=True)
class _Program:
    name: str
    where: Where
    starts: tuple[Unit, ...]


def find_recipes(
    run: Evaluation, root: Path, found: Sequence[FoundAccess]
) -> tuple[tuple[Recipe, ...], tuple[int, ...]]:
    """Every program with the accesses that it reaches, and the accesses that none reaches."""
    references = References(run)
    units = [_units(run, one) for one in found]
    recipes: list[Recipe] = []
    met: set[int] = set()
    for program in _programs(run, root, references, found):
        reached = references.reached(list(program.starts))
        accesses = tuple(number for number, ways in enumerate(units) if any(way <= reached for way in ways))
        met.update(accesses)
        recipes.append(Recipe(program.name, program.where, accesses))
    recipes.sort(key=lambda recipe: (recipe.name, recipe.where))
    return tuple(recipes), tuple(number for number in range(len(found)) if number not in met)


def _units(run: Evaluation, found: FoundAccess) -> list[set[Unit]]:
    """For each way that leads to an access the definitions that it goes through."""
    own = unit_of(found.node, run)
    return [{own, *(unit for at in way if (unit := _unit_at(run, at)) is not None)} for way in found.ways or ((),)]


def _unit_at(run: Evaluation, at: Where) -> Unit | None:
    module = run.found.modules.get(at.path)
    if module is None:
        return None
    for statement in getattr(module.node, "body", ()):
        if statement.lineno <= at.line <= (statement.end_lineno or statement.lineno):
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                return Unit(module, statement.name)
            return None  # it runs when the module is imported, or stands in a table that is referred to
    return None


def _programs(run: Evaluation, root: Path, references: References, found: Sequence[FoundAccess]) -> Iterator[_Program]:
    at_top = {one.access.where.path for one in found if not unit_of(one.node, run).name}
    imported = {unit.module for module in run.found.modules.values() for unit in references.of(Unit(module, ""))}
    for path, module in run.found.modules.items():
        guards = [node for node in _body(module) if _is_guard(node)]
        starts = [Unit(module, ""), *references.of_nodes([*guards, *_calls_at_top(module)])]
        name = path.removesuffix(".py").removesuffix("/__main__")
        commands = list(_commands(module))
        if guards:
            yield _Program(name, Where(path, guards[0].lineno), (*starts, *commands))
        elif _runs(module) or module.source.notebook or (path in at_top and module not in imported):
            line = next((node.lineno for node in _calls_at_top(module)), 1)
            everything = references.of_nodes(list(_executed(module)))
            yield _Program(name, Where(path, line), (*starts, *commands, *everything))
        elif commands:
            for unit in commands:
                line = getattr(module.bindings[unit.name][-1].node, "lineno", 1)
                yield _Program(f"{name}:{unit.name}", Where(path, line), (Unit(module, ""), unit))
    yield from _console_scripts(run, root)


def _body(module: Scope) -> list[ast.stmt]:
    return list(getattr(module.node, "body", ()))


def _is_guard(node: ast.stmt) -> bool:
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def _executed(module: Scope) -> Iterator[ast.stmt]:
    for node in _body(module):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            yield node


def _calls_at_top(module: Scope) -> list[ast.Expr]:
    return [node for node in _body(module) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]


def _runs(module: Scope) -> bool:
    """Whether a module starts a program when it is run, without a guard: `chz.entrypoint(main)`."""
    for node in _calls_at_top(module):
        call = node.value
        assert isinstance(call, ast.Call)
        if last_name(call.func) in ("entrypoint", "nested_entrypoint", "Fire"):
            return True
        if isinstance(call.func, ast.Attribute) and last_name(call.func.value) in _RUNNING_PACKAGES:
            if call.func.attr in _RUNNERS:
                return True
    return False


def _commands(module: Scope) -> Iterator[Unit]:
    """Functions that a decorator makes commands: click, typer, hydra."""
    for node in _body(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in node.decorator_list:
                func = decorator.func if isinstance(decorator, ast.Call) else decorator
                if not isinstance(func, ast.Attribute):
                    continue
                if func.attr in _COMMANDS or (func.attr == "main" and last_name(func.value) == _HYDRA):
                    yield Unit(module, node.name)
                    break


def _console_scripts(run: Evaluation, root: Path) -> Iterator[_Program]:
    folder = root if root.is_dir() else root.parent
    seen: set[tuple[str, str]] = set()
    for file in sorted({*folder.glob("pyproject.toml"), *folder.glob("*/pyproject.toml"), *folder.glob("setup.cfg"),
                        *folder.glob("*.dist-info/entry_points.txt"), *folder.parent.glob("pyproject.toml")}):  # fmt: skip
        for name, target in _scripts_of(file):
            module_name, _, function = target.partition(":")
            function = function.partition("[")[0].partition(".")[0].strip()
            sources = run.sources.by_name.get(module_name.strip(), ())
            if not sources or (name, target) in seen:
                continue
            seen.add((name, target))
            module = run.found.modules[sources[0].path]
            binding = module.bindings.get(function)
            line = getattr(binding[-1].node, "lineno", 1) if binding else 1
            yield _Program(name, Where(sources[0].path, line), (Unit(module, ""), Unit(module, function)))


def _scripts_of(file: Path) -> Iterator[tuple[str, str]]:
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".toml":
            project = tomllib.loads(text).get("project", {})
            tables = [project.get("scripts", {}), project.get("gui-scripts", {})]
            yield from ((str(k), str(v)) for table in tables if isinstance(table, dict) for k, v in table.items())
            return
        parser = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
        parser.read_string(text)
        if parser.has_section("console_scripts"):
            yield from parser.items("console_scripts")
        if parser.has_option("options.entry_points", "console_scripts"):
            for line in parser.get("options.entry_points", "console_scripts").splitlines():
                name, _, target = line.partition("=")
                if target:
                    yield name.strip(), target.strip()
    except (OSError, ValueError, configparser.Error):
        return  # a file that cannot be read names no program
