"""The only home of which Python files belong to an input: found, decoded, parsed, and named as modules."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import os
import re
import tokenize
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path

from recipes_data.errors import UnknownNameError, UsageError

__all__ = ["Module", "Sources", "read_installed", "read_tree"]

# folders that hold no source of the project itself
_SKIPPED = frozenset({"__pycache__", "node_modules", "build", "dist", "site-packages", "venv", "env", "htmlcov"})
# folders of a project that are not what it offers
_BESIDE = frozenset(
    {"test", "tests", "testing", "docs", "doc", "examples", "example", "benchmarks", "benchmark", "scripts", "tools"}
)
_SOURCE_FOLDERS = ("src", "lib", "python")
_VERSION = re.compile(r"^__version__\s*(?::\s*[\w.]+\s*)?=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Module:
    """One file. `name` is dotted; `path` relative to the input's root; `offered` whether users can import it."""

    name: str
    path: str
    tree: ast.Module
    is_package: bool
    is_test: bool
    offered: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """All modules of an input by name, in the order of their paths.

    `packages`: top-level import names, and the folder that each is imported from. `installed` where it is a package
    of the running Python, which introspection can ask.
    """

    root: Path
    name: str
    version: str | None
    modules: dict[str, Module]
    packages: dict[str, Path]
    unparsed: tuple[str, ...]
    files: int
    lines: int
    installed: bool = False


def read_installed(name: str) -> Sources:
    """The sources of an installed package, by its import name. Nothing of it is imported.

    Raises:
        UsageError: it is no import name.
        UnknownNameError: no such package, or one without Python sources.
    """
    top = name.replace("-", "_")
    if not all(part.isidentifier() for part in top.split(".")):
        raise UsageError(f"{name!r} is neither a folder nor the import name of a package")
    spec = importlib.util.find_spec(top.split(".", maxsplit=1)[0])
    places = list(spec.submodule_search_locations or ()) if spec else []
    if spec is not None and not places and spec.origin and spec.origin.endswith(".py"):
        return _read(Path(spec.origin).parent, top, [Path(spec.origin)], _installed_version(top), installed=True)
    if not places:
        raise UnknownNameError(f"no package {top!r} with Python sources is installed here", f"pip install {name}")
    folder = Path(places[0])
    return _read(folder.parent, top, list(_files(folder)), _installed_version(top), installed=True)


def read_tree(root: Path) -> Sources:
    """The sources under a folder: a package, or a project around packages.

    Raises:
        UsageError: there is no such folder.
    """
    if not root.is_dir():
        raise UsageError(f"{root} is no folder")
    root = root.absolute()
    above = root
    if (root / "__init__.py").is_file():
        while (above / "__init__.py").is_file():
            above = above.parent
        return _read(above, root.name, list(_files(root)), _version_beside(root), installed=False)
    return _read(root, root.name, list(_files(root)), _version_in(root), installed=False)


def _files(folder: Path) -> list[Path]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            one
            for one in folders
            if one not in _SKIPPED
            and not one.startswith(".")
            and not one.endswith((".egg-info", ".dist-info"))
            and not os.path.exists(os.path.join(place, one, "pyvenv.cfg"))
        )
        found += [Path(place) / one for one in sorted(names) if one.endswith(".py")]
    return found


def _read(root: Path, name: str, files: list[Path], version: str | None, *, installed: bool) -> Sources:
    modules: dict[str, Module] = {}
    packages: dict[str, Path] = {}
    unparsed: list[str] = []
    lines = 0
    taken = {path.relative_to(root) for path in files}
    for path in files:
        relative = path.relative_to(root)
        text, tree, fault = _parsed(path)
        lines += text.count("\n") + (not text.endswith("\n") and bool(text))
        if tree is None:
            unparsed.append(f"{relative.as_posix()}: {fault}")
            continue
        dotted, above = _dotted(relative, taken)
        is_test = _is_test(relative)
        offered = not is_test and not _stands_beside(dotted, above, path)
        if dotted in modules:
            dotted = relative.as_posix().removesuffix(".py").replace("/", ".")
        modules[dotted] = Module(dotted, relative.as_posix(), tree, path.name == "__init__.py", is_test, offered)
        if offered:
            packages.setdefault(dotted.split(".")[0], root / above)
    return Sources(root, name, version, modules, packages, tuple(unparsed), len(files), lines, installed)


def _parsed(path: Path) -> tuple[str, ast.Module | None, str]:
    try:
        with tokenize.open(path) as opened:  # honours a coding line (PEP 263)
            text = opened.read()
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        return "", None, f"not readable as text ({error.__class__.__name__})"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in somebody else's string is not our user's concern
            return text, ast.parse(text), ""
    except (SyntaxError, ValueError, RecursionError) as error:
        return text, None, f"not Python that {error.__class__.__name__} lets through: {error}"


def _dotted(relative: Path, taken: set[Path]) -> tuple[str, Path]:
    """A file's module name, and the folder that it is imported from (relative to the root)."""
    parts = list(relative.parts)
    above = 0  # folders that belong to no package, as `src`
    folders = parts[:-1]
    for number in range(len(folders)):
        if Path(*folders[: number + 1], "__init__.py") in taken:
            above = number
            break
    else:
        above = 1 if folders and folders[0] in _SOURCE_FOLDERS else 0  # a namespace package, or loose files
    names = [*parts[above:-1], parts[-1].removesuffix(".py")]
    if names[-1] == "__init__" and len(names) > 1:
        names.pop()
    return ".".join(names), Path(*folders[:above]) if above else Path()


def _is_test(relative: Path) -> bool:
    name = relative.name
    return (
        name.startswith("test_")
        or name.endswith("_test.py")
        or name == "conftest.py"
        or any(part in ("test", "tests") for part in relative.parts[:-1])
    )


def _stands_beside(dotted: str, above: Path, path: Path) -> bool:
    top = dotted.split(".")[0]
    loose = "." not in dotted and path.name != "__init__.py" and (path.parent / "pyproject.toml").exists()
    return (
        top in _BESIDE
        or bool(set(above.parts) & _BESIDE)
        or top in ("setup", "noxfile", "tasks")
        or (loose and any((path.parent / folder).is_dir() for folder in _SOURCE_FOLDERS))
    )


def _installed_version(top: str) -> str | None:
    try:
        return importlib.metadata.version(top)
    except importlib.metadata.PackageNotFoundError:
        pass  # a module may be called otherwise than what it was installed as
    for distribution in importlib.metadata.packages_distributions().get(top.split(".", maxsplit=1)[0], ()):
        return importlib.metadata.version(distribution)
    return None


def _version_beside(package: Path) -> str | None:
    """The version of a package folder: what is written in it, in the project around it, or in its installed twin."""
    written = _written(package / "__init__.py") or _version_in(package.parent) or _version_in(package.parent.parent)
    if written:
        return written
    for folder in sorted(package.parent.glob("*.dist-info")):
        name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
        if name.lower().replace("-", "_") == package.name.lower():
            return version
    return None


def _version_in(project: Path) -> str | None:
    try:
        table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        table = {}  # no such file, or none that can be read: the version may be written elsewhere
    told = table.get("project", {}).get("version") or table.get("tool", {}).get("poetry", {}).get("version")
    if isinstance(told, str):
        return told
    hatch = table.get("tool", {}).get("hatch", {}).get("version", {})
    if isinstance(hatch, dict) and isinstance(hatch.get("path"), str):
        return _written(project / hatch["path"])
    if (project / "setup.py").exists() or table:
        for place in sorted([*project.glob("*/__init__.py"), *project.glob("src/*/__init__.py")]):
            found = _written(place)
            if found:
                return found
    return None


def _written(path: Path) -> str | None:
    try:
        found = _VERSION.search(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return None  # not there: the next place is looked at
    return found[1] if found else None
