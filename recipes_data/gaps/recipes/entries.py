"""The only home of which files are programs, and where they begin: guards, commands, console scripts, plain scripts."""

from __future__ import annotations

import ast
import configparser
import contextlib
import itertools
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.lookup import Lookup, Part, Unit
from recipes_data.gaps.recipes.references import is_guard
from recipes_data.gaps.recipes.scopes import Scope, last_name
from recipes_data.gaps.recipes.sources import Unparsed

__all__ = ["Entry", "entries", "is_test", "unread_projects"]

_TEST_FOLDERS = {"tests", "test", "testing"}
# calls that turn a function or class into a command: those of a module, and those whose name says it
_OF_MODULES = {
    ("fire", "Fire"),
    ("chz", "entrypoint"),
    ("chz", "nested_entrypoint"),
    ("tyro", "cli"),
    ("typer", "run"),
    ("simple_parsing", "parse"),
    ("jsonargparse", "CLI"),
    ("draccus", "wrap"),
    ("hydra", "main"),
}
_COMMANDS = {"command", "callback", "group", "local_entrypoint"}
_COMMAND_MAKERS = {"click", "typer", "rich_click", "asyncclick", "cyclopts", "modal"}
_RUNNERS = {"run", "exit", "Fire", "run_until_complete", "launch"}
_UNREADABLE = (OSError, tomllib.TOMLDecodeError, configparser.Error)
_MAINS = {"main", "cli", "cli_main", "run_main", "async_main", "amain"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A program: its file, the line that says so, and what it begins with."""

    path: str
    where: Where
    units: tuple[Unit, ...]


def is_test(path: str) -> bool:
    """Whether a file is a test, which nobody runs for what it fetches."""
    *folders, name = PurePosixPath(path).parts
    stem = name.removesuffix(".py")
    if any(folder in _TEST_FOLDERS for folder in folders):
        return True
    return stem.startswith("test_") or stem.endswith(("_test", "_tests")) or stem == "conftest"


def entries(root: Path, lookup: Lookup) -> tuple[Entry, ...]:
    """The programs under a folder, one of each file, by path."""
    found = [
        one
        for path, module in lookup.found.modules.items()
        if not is_test(path)
        for one in (*_guards(module), *_commands(module, lookup), *_calls_of_main(module, lookup))
    ]
    found += _calls_of_commands(lookup)
    found += [one for name in _console_scripts(root, lookup) for one in _named(name, lookup) if not is_test(one.path)]
    found.sort(key=lambda entry: entry.path)
    return tuple(_merged(list(same)) for _, same in itertools.groupby(found, key=lambda entry: entry.path))


def _merged(several: list[Entry]) -> Entry:
    units = tuple(dict.fromkeys(unit for entry in several for unit in entry.units))
    return Entry(several[0].path, several[0].where, units)


def _guards(module: Scope) -> Iterator[Entry]:
    for node in module.node.body:  # type: ignore[attr-defined]  # a module
        if is_guard(node):
            yield Entry(module.source.path, Where(module.source.path, node.lineno), (module, Part("main", module)))


def _commands(module: Scope, lookup: Lookup) -> Iterator[Entry]:
    """Functions that a decorator makes commands of: `@click.command()`, `@app.command()` of a command line's object."""
    for statement in module.node.body:  # type: ignore[attr-defined]  # a module
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for decorator in statement.decorator_list:
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            if _makes_a_command(function, module, lookup):
                units = (module, lookup.found.scopes[statement])
                yield Entry(module.source.path, Where(module.source.path, statement.lineno), units)


def _makes_a_command(function: ast.expr, module: Scope, lookup: Lookup) -> bool:
    if _package(function, module) in _COMMAND_MAKERS and last_name(function) in _COMMANDS:
        return True
    if (_package(function, module), last_name(function)) in _OF_MODULES:
        return True
    if not isinstance(function, ast.Attribute) or function.attr not in _COMMANDS:
        return False
    for target in lookup.expression(function.value, module):
        if isinstance(target, Part) and target.kind == "value":
            for binding in target.scope.bindings[target.name]:
                made = binding.value
                if isinstance(made, ast.Call) and _package(made.func, target.scope) in _COMMAND_MAKERS:
                    return True
        elif isinstance(target, Scope) and target.kind == "function":  # a group is a function itself
            return _is_group(target)
    return False


def _is_group(scope: Scope) -> bool:
    decorators = getattr(scope.node, "decorator_list", ())
    functions = (one.func if isinstance(one, ast.Call) else one for one in decorators)
    return any(_package(one, scope.module()) in _COMMAND_MAKERS for one in functions)


def _package(function: ast.expr, scope: Scope) -> str:
    """The package that a callee's first name was imported from; "" where it was not."""
    while isinstance(function, (ast.Attribute, ast.Call)):
        function = function.value if isinstance(function, ast.Attribute) else function.func
    here: Scope | None = scope
    while here is not None and isinstance(function, ast.Name):
        for binding in here.bindings.get(function.id, ()):
            if binding.kind == "import":
                return binding.module.partition(".")[0]
        here = here.parent
    return ""


def _calls_of_commands(lookup: Lookup) -> Iterator[Entry]:
    """`fire.Fire(main)`, `chz.nested_entrypoint(main)`: wherever they stand in a file."""
    names = {name for _, name in _OF_MODULES}
    for name in sorted(names):
        for call in lookup.found.calls.get(name, ()):
            scope = scope_of(call, lookup.found)
            path = scope.source.path
            if is_test(path) or (_package(call.func, scope), name) not in _OF_MODULES:
                continue
            module = scope.module()
            around = _function_around(scope)
            units: list[Unit] = [module]
            units += [around] if around is not None else []
            for argument in call.args[:1]:
                for unit in lookup.expression(argument, scope):
                    units.append(unit)
                    if name == "Fire" and isinstance(unit, Scope) and unit.kind == "class":
                        units += [m for several in lookup.methods(unit).values() for m in several]
            yield Entry(path, Where(path, call.lineno), tuple(units))


def _function_around(scope: Scope) -> Scope | None:
    here: Scope | None = scope
    while here is not None and here.kind != "module":
        if here.kind == "function":
            return here
        here = here.parent
    return None


def _calls_of_main(module: Scope, lookup: Lookup) -> Iterator[Entry]:
    """A module that calls its main function as it is read."""
    for statement in module.node.body:  # type: ignore[attr-defined]  # a module
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        call = statement.value
        while last_name(call.func) in _RUNNERS and call.args and isinstance(call.args[0], ast.Call):
            call = call.args[0]
        called = lookup.expression(call.func, module)
        if last_name(call.func) in _MAINS and any(isinstance(one, Scope) for one in called):
            units = (module, Part("script", module))
            yield Entry(module.source.path, Where(module.source.path, statement.lineno), units)
            return


def _named(name: str, lookup: Lookup) -> Iterator[Entry]:
    """A console script: `package.module:function`."""
    dotted, _, attribute = name.partition(":")
    function = attribute.partition("[")[0].strip().partition(".")[0]
    for source in lookup.sources.by_name.get(dotted.strip(), ()):
        module = lookup.found.modules[source.path]
        units = lookup.name(function, module)
        for unit in units:
            scope = unit.scope if isinstance(unit, Part) else unit
            line = getattr(scope.node, "lineno", 1)
            if isinstance(unit, Part) and scope.bindings.get(unit.name):
                line = scope.bindings[unit.name][0].at[0]
            # known by the file it is written in, wherever the script finds it
            path = scope.source.path
            yield Entry(path, Where(path, line), (module, scope.module(), unit))


def unread_projects(root: Path) -> tuple[Unparsed, ...]:
    """Project files that cannot be read, by path: a program that only such a file names is not found."""
    found = []
    for path in _project_files(root):
        try:
            list(_scripts_in(path))
        except _UNREADABLE as exc:
            reason = " ".join(str(exc).split())
            found.append(Unparsed(path.relative_to(_folder_of(root)).as_posix(), 1, f"cannot be read: {reason}"))
    return tuple(found)


def _folder_of(root: Path) -> Path:
    return root if root.is_dir() else root.parent


def _project_files(root: Path) -> list[Path]:
    folder = _folder_of(root)
    tables = {*folder.glob("pyproject.toml"), *folder.glob("*/pyproject.toml")}
    files = {*folder.glob("setup.cfg"), *folder.glob("*/setup.cfg")}
    files |= {*folder.glob("*.dist-info/entry_points.txt"), *folder.glob("*.egg-info/entry_points.txt")}
    return [*sorted(tables), *sorted(files)]


def _console_scripts(root: Path, lookup: Lookup) -> Iterator[str]:
    for path in _project_files(root):
        with contextlib.suppress(*_UNREADABLE):  # `unread_projects` tells of these
            yield from _scripts_in(path)
    for call in lookup.found.calls.get("setup", ()):
        for keyword in call.keywords:
            if keyword.arg == "entry_points":
                yield from _of_setup(keyword.value)


def _scripts_in(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return _of_pyproject(text) if path.suffix == ".toml" else _of_ini(text)


def _of_pyproject(text: str) -> Iterator[str]:
    data: Any = tomllib.loads(text)
    tool = data.get("tool")
    tables = [data.get("project"), tool.get("poetry") if isinstance(tool, dict) else None]
    for table in tables:
        scripts = table.get("scripts") if isinstance(table, dict) else None
        if isinstance(scripts, dict):
            yield from (value for value in scripts.values() if isinstance(value, str))


def _of_ini(text: str) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.read_string(text)
    if parser.has_section("console_scripts"):
        yield from (value for _, value in parser.items("console_scripts") if value)
    if parser.has_section("options.entry_points"):
        yield from _lines(parser.get("options.entry_points", "console_scripts", fallback="").splitlines())


def _of_setup(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "console_scripts" and isinstance(item, ast.List):
                texts = [e.value for e in item.elts if isinstance(e, ast.Constant)]
                yield from _lines(text for text in texts if isinstance(text, str))


def _lines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        _, equals, target = line.partition("=")
        if equals:
            yield target.strip()
