"""The only home of where things are: the project, the catalogues, the locks and the store. No YAML, no pydantic.

The command line and the loaders both ask here, so that a script and `recipes-data` can never
look in different places. Which catalogue answers, first match wins:

1. `manifests=` / `--manifests DIR`, then `RECIPES_DATA_MANIFESTS`: that folder alone;
2. a project (`project=` / `--project`, then `RECIPES_DATA_PROJECT`, then the nearest folder, going
   up from the working directory, with a `recipes-data.toml` or a `[tool.recipes-data]` table in its
   `pyproject.toml`): its `manifests/` laid over the packaged catalogue, name by name;
3. the packaged catalogue.

Locks of a Hub lie with what they lock: `DIR/locks` (1), `PROJECT/manifests/locks` (2), and in the
store where the catalogue is not the user's to write (3). Locks of a folder that was served as a Hub
always lie in the store: they pin what one machine had, not what the Hub has.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from recipes_data.errors import UsageError
from recipes_data.home import demo_home, store_home
from recipes_data.values import replace, value

__all__ = [
    "MARKER",
    "Places",
    "demo_places",
    "find_places",
    "find_project",
    "is_packaged",
    "packaged_catalogue",
    "sample_catalogue",
]

MARKER = "recipes-data.toml"


@value
class Places:
    """The folders of one run.

    `catalogues`: folders with `datasets/` and `recipes/`, nearest first. `hub_locks`: where locks of
    a Hub are read and written. `folder_locks`: the same for locks of a served folder. `store`: root
    of the store. `project`: the project's root, if there is one. `shared`: further stores, only read
    (`RECIPES_DATA_SHARED`, separated like PATH). `scratch`: for derived files where the store cannot
    be written (`RECIPES_DATA_SCRATCH`).
    """

    catalogues: tuple[Path, ...]
    hub_locks: Path
    folder_locks: Path
    store: Path
    project: Path | None = None
    shared: tuple[Path, ...] = ()
    scratch: Path | None = None

    def describe(self) -> str:
        """One line for messages: which catalogue and which store were looked in."""
        shown = ", then ".join(str(folder) for folder in self.catalogues)
        return f"catalogue {shown}; store {self.store}"


def packaged_catalogue() -> Path:
    """The catalogue that ships with the package: inside an installed wheel, or beside a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "_manifests"
    return inside if inside.is_dir() else package.parent / "manifests"


def is_packaged(folder: Path) -> bool:
    """Whether a catalogue is the one that ships."""
    return _same(folder, packaged_catalogue())


def sample_catalogue() -> Path:
    """The catalogue of the sample datasets that ship with the package."""
    return Path(__file__).resolve().parent / "sample" / "manifests"


def find_project(start: Path) -> Path | None:
    """Nearest folder at or above `start` that is marked as a recipes-data project, or None."""
    for folder in (start, *start.parents):
        if _has_marker(folder) or _marked_in_pyproject(folder / "pyproject.toml"):
            return folder
    return None


def _has_marker(folder: Path) -> bool:
    try:
        return (folder / MARKER).is_file()
    except OSError:  # a parent that may not be searched is no project
        return False


def _marked_in_pyproject(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    if "recipes-data" not in text:  # most pyproject files: no need to parse them
        return False
    import tomllib  # heavy for a module on the loaders' way, and rarely needed

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    tool = table.get("tool")
    return isinstance(tool, dict) and "recipes-data" in tool


def find_places(
    *,
    manifests: str | os.PathLike[str] | None = None,
    project: str | os.PathLike[str] | None = None,
    store: str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
) -> Places:
    """The places of a run, by the rule in this module's docstring.

    Raises:
        UsageError: a folder that was named does not exist.
    """
    env = os.environ if environ is None else environ
    found = _find_places(manifests, project, store, env, cwd)
    shared = [Path(each).expanduser() for each in env.get("RECIPES_DATA_SHARED", "").split(os.pathsep) if each]
    scratch = env.get("RECIPES_DATA_SCRATCH")
    return replace(
        found,
        shared=tuple(each.absolute() for each in shared),
        scratch=Path(scratch).expanduser().absolute() if scratch else None,
    )


def _find_places(
    manifests: str | os.PathLike[str] | None,
    project: str | os.PathLike[str] | None,
    store: str | os.PathLike[str] | None,
    env: Mapping[str, str],
    cwd: str | os.PathLike[str] | None,
) -> Places:
    here = Path(cwd) if cwd is not None else Path.cwd()
    root = _rooted(here, store) if store else Path(store_home(env))
    packaged = packaged_catalogue()

    explicit = manifests or env.get("RECIPES_DATA_MANIFESTS")
    if explicit:
        folder = _existing(here, explicit, "manifests", "--manifests or RECIPES_DATA_MANIFESTS")
        return Places((folder,), folder / "locks", _folder_locks(root, folder), root)

    named = project or env.get("RECIPES_DATA_PROJECT")
    if named:
        marked: Path | None = _existing(here, named, "project", "--project or RECIPES_DATA_PROJECT")
    else:
        marked = find_project(here.resolve())
    if marked is not None:
        folder = marked / "manifests"
        catalogues = (folder,) if _same(folder, packaged) else (folder, packaged)
        return Places(catalogues, folder / "locks", _folder_locks(root, folder), root, marked)

    return Places((packaged,), root / "locks" / "packaged", _folder_locks(root, packaged), root)


def demo_places(*, store: str | os.PathLike[str] | None = None, environ: Mapping[str, str] | None = None) -> Places:
    """The places of the sample datasets: their own catalogue and their own store."""
    env = os.environ if environ is None else environ
    root = _rooted(Path.cwd(), store) if store else Path(demo_home(env))
    folder = sample_catalogue()
    return Places((folder,), folder / "locks", _folder_locks(root, folder), root)


def _folder_locks(store: Path, catalogue: Path) -> Path:
    """One folder a catalogue; the two that ship keep theirs wherever the package is installed."""
    for shipped, key in ((packaged_catalogue(), "packaged"), (sample_catalogue(), "sample")):
        if _same(shipped, catalogue):
            return store / "locks" / "folder" / key
    return store / "locks" / "folder" / hashlib.sha256(os.fsencode(catalogue.resolve())).hexdigest()[:12]


def _rooted(here: Path, given: str | os.PathLike[str]) -> Path:
    """An absolute path, `..` taken away, symbolic links kept as the user wrote them."""
    return Path(os.path.normpath(here.absolute() / Path(given).expanduser()))


def _existing(here: Path, given: str | os.PathLike[str], noun: str, source: str) -> Path:
    folder = (here / Path(given).expanduser()).resolve()
    if not folder.is_dir():
        raise UsageError(
            f"the {noun} folder {os.fspath(given)!r} does not exist ({folder})",
            f"correct {source}",
        )
    return folder


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
