"""The only home of an Elixir project as it lies on the disk: which files belong to it, read, and its `mix.exs`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from recipes_data.errors import UsageError
from recipes_data.gaps.elixir.definitions import Definition, Module, Source
from recipes_data.gaps.elixir.injection import inject
from recipes_data.gaps.elixir.reading import read_source
from recipes_data.gaps.elixir.syntax import atom_of, key_of, literal_text, operator
from recipes_data.gaps.trees import Node, faults, parse, walk

__all__ = ["Project", "read_project"]

# what other people wrote, or a machine
_NOT_OURS = frozenset({"deps", "_build", "node_modules", "doc", "cover", ".git", ".elixir_ls", "priv"})


@dataclass(slots=True)
class Project:
    """A source tree, read. `modules` and `tests` by full name; `sources` and `configs` by path below `root`.

    `tests` are the modules of test files and of what stands beside them (support modules). `unparsed`: what could not
    be read, with the reason. `nested`: folders with a `mix.exs` of their own, which are left out. `mixes`: name and
    version of each application.
    """

    root: Path
    app: str = ""
    version: str | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    configs: dict[str, Node] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    tests: dict[str, Module] = field(default_factory=dict)
    unparsed: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    mixes: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    files: int = 0
    lines: int = 0

    def definitions(self) -> Iterator[Definition]:
        """Definitions of the project itself, tests left out; in the order of modules and of their text."""
        for name in sorted(self.modules):
            yield from self.modules[name].definitions.values()


def read_project(root: Path) -> Project:
    """Read every Elixir source below a folder. A file that cannot be read is listed, and does not end the run.

    Raises:
        UsageError: when there is no such folder, or no Elixir in it.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder", do="name the folder that holds mix.exs")
    project = Project(root)
    for path in sorted(_files(project, root)):
        _read(project, path)
    # of several applications beside each other none is the whole
    alone = next(iter(project.mixes.values())) if len(project.mixes) == 1 else ("", None)
    project.app, project.version = project.mixes.get("mix.exs", alone)
    if not project.sources and not project.configs:
        raise UsageError(f"{root}: no Elixir sources below it (*.ex, *.exs)", do="name the folder that holds mix.exs")
    inject(project.sources, {**project.tests, **project.modules})
    computed = sorted({where for source in project.sources.values() for where in source.computed})
    project.unparsed += [
        f"{where}: a definition whose name is computed when the program is compiled" for where in computed
    ]
    return project


def _files(project: Project, root: Path) -> Iterator[str]:
    """Paths below the root.

    An umbrella's `apps/*` belong to it; where the root has a `mix.exs`, any other folder with one is a project of its
    own (an unpacked older version of the same library, say).
    """
    single = (root / "mix.exs").is_file()
    for folder, below, names in os.walk(root):
        place = Path(folder).relative_to(root)
        below[:] = sorted(name for name in below if name not in _NOT_OURS)
        if single and place.parts and "mix.exs" in names and not (place.parts[0] == "apps" and len(place.parts) == 2):
            project.nested.append(place.as_posix())
            below.clear()
            continue
        for name in names:
            if name.endswith((".ex", ".exs")):
                yield (place / name).as_posix()


def _read(project: Project, path: str) -> None:
    parts = path.split("/")
    is_test = "test" in parts[:-1] or path.endswith("_test.exs")
    is_config = "config" in parts[:-1] and path.endswith(".exs")
    is_mix = parts[-1] == "mix.exs"
    if path.endswith(".exs") and not (is_test or is_config or is_mix):
        return  # examples, benchmarks, formatter settings: nothing that the library has
    try:
        text = (project.root / path).read_bytes()
    except OSError as error:
        project.unparsed.append(f"{path}: {error.strerror}")
        return
    root = parse("elixir", text)
    broken = faults(root)
    if broken:
        lines = ", ".join(str(line) for line in broken[:5]) + (", ..." if len(broken) > 5 else "")
        project.unparsed.append(f"{path}: not Elixir as the grammar knows it at line {lines}")
    if is_mix:
        project.mixes[path] = _mix(root)
        return
    if is_config:
        project.configs[path] = root
        return
    source = read_source(path, root)
    project.sources[path] = source
    into = project.tests if is_test else project.modules
    for module in source.modules:
        _join(into, module)
    if not is_test:
        project.files += 1
        project.lines += text.count(b"\n")


def _join(modules: dict[str, Module], module: Module) -> None:
    """A module may stand in several places (conditional compilation); what each defines counts."""
    first = modules.setdefault(module.name, module)
    if first is module:
        return
    for key, definition in module.definitions.items():
        first.definitions.setdefault(key, definition)
    first.uses += module.uses
    first.statements += module.statements


def _mix(root: Node) -> tuple[str, str | None]:
    """The application's name and version as `mix.exs` gives them."""
    app, version = "", None
    attributes: dict[str, str | None] = {}
    for node in walk(root, ("pair", "unary_operator")):
        if node.type == "unary_operator":
            operand = node.child("operand")
            given = operand.first("arguments") if operand is not None else None
            if operator(node) == "@" and operand is not None and given is not None and given.children:
                attributes[operand.children[0].text] = literal_text(given.children[0])
            continue
        value, key = node.child("value"), key_of(node)
        if value is not None and key == "app":
            app = app or atom_of(value) or ""
        elif value is not None and key == "version":
            version = version or literal_text(value) or attributes.get(value.text.removeprefix("@"))
    return app, version
