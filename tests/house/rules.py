"""The only home of the house rules: each takes sources and gives sentences, one for each violation."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tests.house.sanctions import (
    DOORS,
    LAZY,
    LEVELS,
    LOADERS_MAY,
    MAY_PRINT,
    MAY_READ_ENVIRONMENT,
    MAY_USE_LOADERS,
    MOST_LINES,
    Sources,
)
from tests.house.sources import all_imports, module_of, nodes, parsed, within


def upward_imports(sources: Sources) -> list[str]:
    """Imports that point up the levels, and modules that stand on no level."""
    level = {room: number for number, rooms in enumerate(LEVELS) for room in rooms}
    faults = []
    for path in sources:
        room = module_of(path).split(".")[1] if "." in module_of(path) else ""
        if path.startswith("recipes_data/") and room and room not in level:
            faults.append(f"{path}: {room!r} stands on no level: give it one in LEVELS and in docs/architecture.md")
    for path, name, line, _ in all_imports(sources):
        ours, theirs = module_of(path).split("."), name.split(".")
        if ours[0] != "recipes_data" or theirs[0] != "recipes_data" or len(ours) < 2 or len(theirs) < 2:
            continue
        up = level.get(theirs[1], 0) > level.get(ours[1], 99)
        if up:
            faults.append(f"{path}:{line}: imports {name}, which is above it")
    return faults


def circles(sources: Sources) -> list[str]:
    """Modules that import each other, whether at once or in a function."""
    edges: dict[str, set[str]] = {module_of(path): set() for path in sources}
    for path, name, _, _ in all_imports(sources):
        # a package's own `__init__` is imported with every module in it: that is no circle
        if name in edges and name != module_of(path) and not module_of(path).startswith(name + "."):
            edges[module_of(path)].add(name)
    faults, done = [], set[str]()

    def visit(module: str, way: list[str]) -> None:
        if module in way:
            faults.append("a circle: " + " -> ".join([*way[way.index(module) :], module]))
        elif module not in done:
            for other in sorted(edges[module]):
                visit(other, [*way, module])
            done.add(module)

    for module in sorted(edges):
        visit(module, [])
    return faults


def leaves_imported(sources: Sources) -> list[str]:
    """Imports of a leaf from anywhere but the command; the probe stands on the embedded Hub."""
    leaves = ("recipes_data.mirror", "recipes_data.sample", "recipes_data.gaps", "recipes_data.cli")
    return [
        f"{path}:{line}: imports {name}, a leaf that only the command knows"
        for path, name, line, _ in all_imports(sources)
        if name.startswith(leaves)
        and not path.startswith(("recipes_data/cli/", "recipes_data/__main__"))
        and not module_of(path).startswith(".".join(name.split(".")[:2]))
        and not (path.startswith("recipes_data/gaps/probe/") and name.startswith("recipes_data.mirror"))
    ]


def packages_crossed(sources: Sources) -> list[str]:
    """What `loaders` takes from the pipeline beyond its share, and the other way about."""
    faults = []
    for path, name, line, lazy in all_imports(sources):
        if path.startswith("loaders/") and name.split(".")[0] == "recipes_data":
            sanctioned = lazy and name in LAZY.get(path, set())
            if name.split(".")[1:2] == [] or (name.split(".")[1] not in LOADERS_MAY and not sanctioned):
                faults.append(f"{path}:{line}: loaders may not import {name}")
        elif path.startswith("recipes_data/") and name.split(".")[0] == "loaders":
            if path == "recipes_data/__init__.py" and under_type_checking(sources[path], line):
                continue
            if not path.startswith(MAY_USE_LOADERS):
                faults.append(f"{path}:{line}: the pipeline may not import {name}")
    return faults


def under_type_checking(text: str, line: int) -> bool:
    """Whether a line stands in an `if TYPE_CHECKING:` block: it never runs."""
    return any(
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        and node.lineno < line <= (node.body[-1].end_lineno or 0)
        for node in nodes(text)
    )


def doors_forced(sources: Sources) -> list[str]:
    """Imports of an outside thing by another module than its one door."""
    return [
        f"{path}:{line}: imports {name}; its door is {', '.join(sorted(DOORS[name.split('.')[0]])) or 'nobody'}"
        for path, name, line, _ in all_imports(sources)
        if name.split(".")[0] in DOORS
        and not within(path, DOORS[name.split(".")[0]])
        and not under_type_checking(sources[path], line)
    ]


def lazy_imports(sources: Sources) -> list[str]:
    """Imports inside functions that nobody sanctioned, and sanctions that nobody uses."""
    found = [(path, name, line) for path, name, line, lazy in all_imports(sources) if lazy]
    return [
        f"{path}:{line}: imports {name} inside a function"
        for path, name, line in found
        if name not in LAZY.get(path, set())
    ]


def prints(sources: Sources) -> list[str]:
    """Uses of `print` and `input` outside the command."""
    return [
        f"{path}:{node.lineno}: {node.func.id}() belongs to the command"
        for path, text in sources.items()
        if not within(path, MAY_PRINT)
        for node in nodes(text)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "input")
    ]


def environment_read(sources: Sources) -> list[str]:
    """Uses of the environment outside the few places that may look at it."""
    words = {"environ", "getenv", "environb", "putenv"}
    faults = []
    for path, text in sources.items():
        if within(path, MAY_READ_ENVIRONMENT):
            continue
        for node in nodes(text):
            attribute = (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "os"
                and node.attr in words
            )
            name = isinstance(node, ast.ImportFrom) and node.module == "os" and words & {a.name for a in node.names}
            if attribute or name:
                faults.append(f"{path}:{getattr(node, 'lineno', 0)}: reads the environment")
    return faults


def code_run(sources: Sources) -> list[str]:
    """Calls that run text as code."""
    return [
        f"{path}:{node.lineno}: {node.func.id}() runs text as code"
        for path, text in sources.items()
        for node in nodes(text)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile", "__import__")
    ]


def chance_elsewhere(sources: Sources) -> list[str]:
    """Uses of numpy's chance outside the one module for it."""
    return [
        f"{path}:{node.lineno}: chance enters in loaders/order.py alone"
        for path, text in sources.items()
        if path != "loaders/order.py"
        for node in nodes(text)
        if isinstance(node, ast.Attribute)
        and node.attr == "random"
        and isinstance(node.value, ast.Name)
        and node.value.id in ("np", "numpy")
    ]


def names_unlisted(sources: Sources) -> list[str]:
    """Differences between a module's `__all__` and the public names that it defines."""
    faults = []
    for path, text in sources.items():
        listed, public, known = names_of(text)
        if path.endswith("/__init__.py"):
            public = {name for name in listed or () if name in public | known} | (public if listed else set())
        if listed is None and public:
            faults.append(f"{path}: has no __all__, and the public names {', '.join(sorted(public))}")
        elif listed is not None and set(listed) != public:
            faults.append(f"{path}: __all__ and the public names differ in {', '.join(sorted(set(listed) ^ public))}")
        if listed is not None and len(listed) != len(set(listed)):
            faults.append(f"{path}: a name stands twice in __all__")
    return faults


def names_of(text: str) -> tuple[list[str] | None, set[str], set[str]]:
    """`__all__`, the public names that a module defines, and the names it only knows (imports, dunders)."""
    listed: list[str] | None = None
    public: set[str] = set()
    known: set[str] = set()
    for node in nodes(text):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            known |= {alias.asname or alias.name for alias in node.names}
    for node in parsed(text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            public.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if "__all__" in names and node.value is not None:
                listed = list(ast.literal_eval(node.value))
            elif not (isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "TypeVar"):
                public |= names
    known |= {name for name in public if name.startswith("__")}
    return listed, {name for name in public if not name.startswith("_")} - {"TYPE_CHECKING"}, known


def undocumented(sources: Sources) -> list[str]:
    """Modules that do not say in their first line what they are."""
    faults = []
    for path, text in sources.items():
        docstring = ast.get_docstring(parsed(text)) or ""
        if not docstring.split("\n")[0].strip():
            faults.append(f"{path}: no docstring whose first line says what it is")
    return faults


def too_long(sources: Sources) -> list[str]:
    """Modules of more lines than anybody reads."""
    counts = {path: len(text.splitlines()) for path, text in sources.items()}
    return [f"{path}: {count} lines, at most {MOST_LINES}" for path, count in counts.items() if count > MOST_LINES]


def named_for_nothing(sources: Sources) -> list[str]:
    """Modules whose name says nothing."""
    words = {"utils", "util", "helpers", "helper", "base", "common", "manager", "misc", "core", "registry"}
    return [f"{path}: the name says nothing" for path in sources if words & set(module_of(path).split("."))]


RULES: list[Callable[[Sources], list[str]]] = [
    upward_imports,
    circles,
    leaves_imported,
    packages_crossed,
    doors_forced,
    lazy_imports,
    prints,
    environment_read,
    code_run,
    chance_elsewhere,
    names_unlisted,
    undocumented,
    too_long,
    named_for_nothing,
]
