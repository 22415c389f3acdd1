"""The house rules that can be read off the sources: layers, doors, public names, size.

Every rule is a function from sources to sentences, one for each violation; the tests below give it
the real tree (nothing may come out) and a small tree that breaks it (something must).
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

Sources = Mapping[str, str]
"""Text of every module by its path from the root of the repository."""

ROOT = Path(__file__).parents[1]

# the rooms of the house: a module imports from its own level and from those below, never in a circle
LEVELS: tuple[tuple[str, ...], ...] = (
    ("errors", "home", "values", "columns", "formats", "yamltext", "processes"),
    ("consistency", "places", "manifest", "lockfile", "settings", "textfiles", "drafting"),
    ("locks", "catalogue", "digests"),
    (
        "address",
        "plan",
        "layout",
        "hub",
        "store",
        "partials",
        "writing",
        "leases",
        "usage",
        "holdings",
        "links",
        "named",
        "abilities",
        "sources",
        "remote",
        "sites",
        "elsewhere",
        "obtain",
    ),
    ("tables",),
    (
        "resolving",
        "locking",
        "locking_urls",
        "locked",
        "checking",
        "convert",
        "fetch",
        "verify",
        "online",
        "eviction",
        "diagnosis",
        "preflight",
        "schemas",
        "newproject",
        "peeking",
        "describing",
        "adding",
        "outdated",
        "why",
        "pinning",
        "pinning_files",
        "pinning_text",
        "pinning_tree",
        "receipts",
        "citing",
    ),
    ("mirror", "sample", "gaps", "ports"),
    ("testing",),
    ("cli", "__main__"),
)

# what `loaders` may know of the pipeline
LOADERS_MAY = {
    "errors",
    "places",
    "lockfile",
    "locks",
    "address",
    "store",
    "tables",
    "columns",
    "formats",
    "receipts",
    "usage",
    "values",
    "named",
}

# what stands on both packages: the command, and adapters that put the loaders behind a port
MAY_USE_LOADERS = ("recipes_data/cli/", "recipes_data/ports/", "recipes_data/testing/")

# one importer for each outside thing; a name that ends in a slash is a whole package
DOORS: dict[str, set[str]] = {
    # the probe drives the Hub's own client as one client among others
    "huggingface_hub": {
        "recipes_data/hub/huggingface.py",
        "recipes_data/gaps/probe/drivers/huggingface_hub.py",
        "recipes_data/ports/plain_hub.py",
    },
    "urllib3": {"recipes_data/hub/connection.py", "recipes_data/hub/reach.py"},
    "httpx": set(),
    "requests": set(),
    "aiohttp": set(),
    "fsspec": {"recipes_data/remote.py"},
    "pydantic": {"recipes_data/manifest.py", "recipes_data/schemas.py", "recipes_data/gaps/document.py"},
    "yaml": {"recipes_data/yamltext.py", "recipes_data/mirror/card.py"},
    "tqdm": {"recipes_data/cli/screen.py"},
    "subprocess": {
        "recipes_data/cli/child.py",
        "recipes_data/abilities.py",
        "recipes_data/tables/workers.py",
        "recipes_data/gaps/probe/driving.py",
        "recipes_data/gaps/python_client/introspection.py",
    },
    "libcst": {"recipes_data/pinning_text.py", "recipes_data/pinning_tree.py"},
    "griffe": {"recipes_data/gaps/python_client/"},
    "tree_sitter": {"recipes_data/gaps/trees.py"},
    "tree_sitter_elixir": {"recipes_data/gaps/trees.py"},
    "tree_sitter_rust": {"recipes_data/gaps/trees.py"},
    "polars": {"loaders/inpolars.py", "loaders/statistics.py"},
    "matplotlib": {"recipes_data/cli/plotfile.py"},
    "pandas": set(),
    "datasets": {
        "loaders/exports.py",
        "recipes_data/gaps/probe/drivers/huggingface_hub.py",
        "recipes_data/ports/plain_store.py",
    },
    "torch": {"loaders/tensors.py"},
    "PIL": {"recipes_data/tables/images.py"},
    "soundfile": {"recipes_data/tables/audio.py"},
    "argparse": {"recipes_data/cli/"},
    "random": {"recipes_data/hub/patience.py", "recipes_data/sample/", "loaders/order.py"},
    # formats that run what they hold
    "pickle": {"recipes_data/tables/pickledtext.py"},
    "marshal": set(),
    "shelve": set(),
    "dill": set(),
    "cloudpickle": set(),
    "joblib": set(),
}

MAY_PRINT = ("recipes_data/cli/",)
MAY_READ_ENVIRONMENT = (
    "recipes_data/cli/",
    "recipes_data/places.py",
    "recipes_data/online.py",
    "recipes_data/gaps/probe/run.py",  # hands it on to the program that it drives
    "recipes_data/gaps/probe/drivers/",  # programs of their own
    "loaders/locating.py",
)

# imports inside functions: each is a heavy or rare door that most runs never open
LAZY: dict[str, set[str]] = {
    "loaders/__init__.py": {"importlib"},
    "loaders/loading.py": {"loaders.parts", "loaders.stream"},
    "loaders/locating.py": {"recipes_data.online"},
    "loaders/rows.py": {"loaders.exports", "loaders.keys", "loaders.mapping", "loaders.showing", "loaders.tensors"},
    "loaders/exports.py": {"array", "loaders.inpolars", "datasets", "datasets.table"},
    "loaders/order.py": {"numpy", "random"},
    "loaders/pins.py": {"array", "binascii", "sys", "zlib"},
    "loaders/splitting.py": {"numpy"},
    "loaders/views.py": {"recipes_data.tables.toarrow"},
    "recipes_data/__init__.py": {"importlib"},
    "recipes_data/abilities.py": {"fcntl"},
    # a load, which writes nothing, begins in a twentieth of a second
    "recipes_data/store.py": {"recipes_data.links", "shutil", "tempfile"},
    "recipes_data/locks.py": {"tempfile"},
    "recipes_data/usage.py": {"platform"},
    "recipes_data/values.py": {"dataclasses"},
    "recipes_data/writing.py": {"fcntl"},
    "recipes_data/cli/entry.py": {"recipes_data.cli.interrupts", "recipes_data.cli.main", "recipes_data.cli.stamp"},
    "recipes_data/checking.py": {
        "recipes_data.named",
        "recipes_data.tables.archives",
        "recipes_data.tables.opening",
        "recipes_data.tables.together",
    },
    "recipes_data/tables/audio.py": {"soundfile"},
    "recipes_data/tables/beside.py": {"pyarrow", "recipes_data.tables.parquet", "recipes_data.tables.schema"},
    "recipes_data/tables/folderrows.py": {"recipes_data.tables.toarrow"},
    "recipes_data/tables/images.py": {"PIL", "PIL.Image", "PIL.ImageOps"},
    "recipes_data/tables/lines.py": {"numpy"},
    "recipes_data/tables/opening.py": {"recipes_data.tables.beside", "recipes_data.tables.converted"},
    "recipes_data/tables/textrows.py": {"recipes_data.tables.toarrow"},
    "recipes_data/tables/unpacking.py": {"pyarrow", "recipes_data.hub.bounded"},
    "recipes_data/tables/rowextensions.py": {"msgspec.msgpack", "zoneinfo"},
    "recipes_data/tables/rowbatches.py": {"pyarrow"},
    "recipes_data/tables/rowbuild.py": {"pyarrow", "recipes_data.tables.rowpacking"},
    "recipes_data/tables/rowvalues.py": {"msgspec", "recipes_data.tables.rowextensions"},
    "recipes_data/tables/table.py": {"pyarrow", "recipes_data.tables.rowbuild", "recipes_data.tables.schema"},
    "recipes_data/verify.py": {
        "recipes_data.tables.converted",
        "recipes_data.tables.keptorders",
        "recipes_data.tables.members",
        "recipes_data.tables.opening",
        "recipes_data.tables.rowcache",
        "recipes_data.tables.together",
    },
    "recipes_data/cli/fetch.py": {"recipes_data.places", "recipes_data.cli.child", "recipes_data.cli.checkup"},
    "recipes_data/cli/lock.py": {"recipes_data.cli.child"},
    "recipes_data/cli/outdated.py": {"recipes_data.cli.child"},
    "recipes_data/cli/project.py": {"recipes_data.cli.child"},
    "recipes_data/fetch.py": {"recipes_data.convert"},
    "recipes_data/cli/scope.py": {"recipes_data.catalogue"},
    "recipes_data/cli/plotfile.py": {"matplotlib.figure"},
    "recipes_data/cli/show.py": {"recipes_data.cli.converting", "recipes_data.cli.stats"},
    "recipes_data/cli/verify.py": {"recipes_data.cli.repair"},
    "recipes_data/cli/ways.py": {"recipes_data.elsewhere"},
    "recipes_data/cli/screen.py": {"tqdm.auto"},
    "recipes_data/cli/stamp.py": {"recipes_data"},
    "recipes_data/gaps/probe/drivers/huggingface_hub.py": {"datasets", "transformers"},
    "recipes_data/gaps/python_client/structure.py": {"griffe"},
    "recipes_data/gaps/trees.py": {"tree_sitter", "tree_sitter_elixir", "tree_sitter_rust"},
    "recipes_data/hub/connection.py": {"truststore", "certifi"},
    "recipes_data/online.py": {
        "recipes_data.catalogue",
        "recipes_data.hub.connection",
        "recipes_data.hub.huggingface",
        "recipes_data.hub.reach",
        "recipes_data.sites",
    },
    "recipes_data/pinning_text.py": {"libcst", "libcst.metadata", "recipes_data.pinning_tree"},
    "recipes_data/places.py": {"tomllib"},
    "recipes_data/settings.py": {"tomllib"},
    "recipes_data/cli/main.py": {"traceback"},
    "recipes_data/remote.py": {"fsspec", "fsspec.core"},
}

MOST_LINES = 400


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


# --- the rules


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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Callable[[Sources], list[str]]) -> None:
    assert rule(the_tree()) == []


def test_the_tree_that_is_looked_at_is_the_whole_tree() -> None:
    assert len(the_tree()) > 50
    assert {"recipes_data/store.py", "recipes_data/hub/transfer.py", "loaders/rows.py"} <= set(the_tree())


def test_every_sanction_is_used() -> None:
    lazy = {(path, name) for path, name, _, lazy in all_imports(the_tree()) if lazy}
    assert {(path, name) for path, names in LAZY.items() for name in names} - lazy == set()
    rooms = {module_of(path).split(".")[1] for path in the_tree() if "." in module_of(path)}
    assert {room for rooms_ in LEVELS for room in rooms_} - rooms == set()


BROKEN: list[tuple[Callable[[Sources], list[str]], Sources, str]] = [
    (
        upward_imports,
        {"recipes_data/store.py": "from recipes_data.tables import reading\n", "recipes_data/tables/reading.py": ""},
        "recipes_data/store.py:1: imports recipes_data.tables.reading, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/hub/retry.py": "def f():\n    import recipes_data.fetch\n"},
        "recipes_data/hub/retry.py:2: imports recipes_data.fetch, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/errors.py": "from recipes_data import lockfile\n", "recipes_data/lockfile.py": ""},
        "recipes_data/errors.py:1: imports recipes_data.lockfile, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/errors.py": "from . import lockfile\n", "recipes_data/lockfile.py": ""},
        "recipes_data/errors.py:1: imports recipes_data.lockfile, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/hub/retry.py": "from ..fetch import x\n"},
        "recipes_data/hub/retry.py:1: imports recipes_data.fetch, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/newcomer.py": ""},
        "recipes_data/newcomer.py: 'newcomer' stands on no level: give it one in LEVELS and in docs/architecture.md",
    ),
    (
        circles,
        {
            "recipes_data/store.py": "import recipes_data.partials\n",
            "recipes_data/partials.py": "def f():\n    from recipes_data import store\n",
        },
        "a circle: recipes_data.partials -> recipes_data.store -> recipes_data.partials",
    ),
    (
        leaves_imported,
        {"recipes_data/fetch.py": "from recipes_data.mirror import Mirror\n"},
        "recipes_data/fetch.py:1: imports recipes_data.mirror, a leaf that only the command knows",
    ),
    (
        leaves_imported,
        {"recipes_data/mirror/server.py": "from recipes_data.cli.screen import Screen\n"},
        "recipes_data/mirror/server.py:1: imports recipes_data.cli.screen, a leaf that only the command knows",
    ),
    (
        packages_crossed,
        {"loaders/rows.py": "from recipes_data.catalogue import Catalogue\n"},
        "loaders/rows.py:1: loaders may not import recipes_data.catalogue",
    ),
    (
        packages_crossed,
        {"loaders/loading.py": "from recipes_data.online import fetch_for_load\n"},
        "loaders/loading.py:1: loaders may not import recipes_data.online",
    ),
    (
        packages_crossed,
        {"loaders/loading.py": "import recipes_data\n"},
        "loaders/loading.py:1: loaders may not import recipes_data",
    ),
    (
        packages_crossed,
        {"recipes_data/fetch.py": "from loaders import load\n"},
        "recipes_data/fetch.py:1: the pipeline may not import loaders",
    ),
    (
        packages_crossed,
        {"recipes_data/__init__.py": "from loaders import load\n"},
        "recipes_data/__init__.py:1: the pipeline may not import loaders",
    ),
    (
        doors_forced,
        {"recipes_data/fetch.py": "import tqdm.auto\n"},
        "recipes_data/fetch.py:1: imports tqdm.auto; its door is recipes_data/cli/screen.py",
    ),
    (
        doors_forced,
        {"loaders/rows.py": "def f():\n    from pickle import loads\n"},
        "loaders/rows.py:2: imports pickle; its door is recipes_data/tables/pickledtext.py",
    ),
    (
        doors_forced,
        {"recipes_data/catalogue.py": "try:\n    from yaml import CSafeLoader\nexcept ImportError:\n    pass\n"},
        "recipes_data/catalogue.py:2: imports yaml; its door is recipes_data/mirror/card.py, recipes_data/yamltext.py",
    ),
    (
        doors_forced,
        {"recipes_data/fetch.py": "import argparse\n"},
        "recipes_data/fetch.py:1: imports argparse; its door is recipes_data/cli/",
    ),
    (
        lazy_imports,
        {"recipes_data/store.py": "class A:\n    def f(self):\n        import json\n"},
        "recipes_data/store.py:3: imports json inside a function",
    ),
    (prints, {"recipes_data/fetch.py": "print('x')\n"}, "recipes_data/fetch.py:1: print() belongs to the command"),
    (
        environment_read,
        {"recipes_data/store.py": "import os\nx = os.environ['HOME']\n"},
        "recipes_data/store.py:2: reads the environment",
    ),
    (
        environment_read,
        {"recipes_data/store.py": "from os import getenv\n"},
        "recipes_data/store.py:1: reads the environment",
    ),
    (code_run, {"loaders/rows.py": "eval('1')\n"}, "loaders/rows.py:1: eval() runs text as code"),
    (
        chance_elsewhere,
        {"loaders/rows.py": "import numpy as np\nnp.random.shuffle([])\n"},
        "loaders/rows.py:2: chance enters in loaders/order.py alone",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "__all__ = ['a']\ndef a(): ...\ndef b(): ...\n"},
        "recipes_data/store.py: __all__ and the public names differ in b",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "__all__ = ['a', 'c']\na: int = 1\n_b = 2\n"},
        "recipes_data/store.py: __all__ and the public names differ in c",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "class A: ...\n"},
        "recipes_data/store.py: has no __all__, and the public names A",
    ),
    (
        names_unlisted,
        {"loaders/__init__.py": "__all__ = ['nothing']\n"},
        "loaders/__init__.py: __all__ and the public names differ in nothing",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "__all__ = ['A', 'A']\nA = 1\n"},
        "recipes_data/store.py: a name stands twice in __all__",
    ),
    (
        undocumented,
        {"recipes_data/store.py": "x = 1\n"},
        "recipes_data/store.py: no docstring whose first line says what it is",
    ),
    (
        undocumented,
        {"recipes_data/store.py": '""" """\n'},
        "recipes_data/store.py: no docstring whose first line says what it is",
    ),
    (too_long, {"recipes_data/store.py": "x = 1\n" * 401}, "recipes_data/store.py: 401 lines, at most 400"),
    (named_for_nothing, {"recipes_data/hub/utils.py": ""}, "recipes_data/hub/utils.py: the name says nothing"),
]


@pytest.mark.parametrize(("rule", "sources", "fault"), BROKEN, ids=lambda value: getattr(value, "__name__", None) or "")
def test_a_violation_is_seen(rule: Callable[[Sources], list[str]], sources: Sources, fault: str) -> None:
    assert rule(sources) == [fault]


def test_every_rule_was_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


@functools.cache
def today() -> dict[Callable[[Sources], list[str]], set[str]]:
    return {rule: set(rule(the_tree())) for rule in RULES}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("recipes_data/store.py", "import yaml"),
        ("recipes_data/errors.py", "from recipes_data.store import Store"),
        ("loaders/rows.py", "import huggingface_hub"),
        ("recipes_data/plan.py", "print('x')"),
        ("recipes_data/plan.py", "def unlisted(): ..."),
    ],
)
def test_a_violation_in_the_real_tree_is_seen(path: str, line: str) -> None:
    sources = {**the_tree(), path: the_tree()[path] + line + "\n"}
    assert any(fault.startswith(f"{path}:") for rule in RULES for fault in set(rule(sources)) - today()[rule])


@pytest.mark.parametrize(
    "sources",
    [
        {"recipes_data/tables/reading.py": "from recipes_data.store import Store\n", "recipes_data/store.py": ""},
        {"recipes_data/__init__.py": "if TYPE_CHECKING:\n    from loaders.loading import load\n"},
        {"loaders/locating.py": "def load():\n    from recipes_data.online import fetch_for_load\n"},
        {"recipes_data/cli/demo.py": "from loaders import load\nprint(1)\nimport os\nos.environ\n"},
    ],
)
def test_what_is_allowed_is_not_taken_for_a_violation(sources: Sources) -> None:
    imported = [
        upward_imports,
        circles,
        leaves_imported,
        packages_crossed,
        doors_forced,
        lazy_imports,
        prints,
        environment_read,
    ]
    assert [fault for rule in imported for fault in rule(sources)] == []
