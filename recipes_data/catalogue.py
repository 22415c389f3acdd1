"""Folders of manifests to values: the only reader of manifests from disk."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recipes_data.errors import ManifestError, StoreError, UnknownNameError, unread
from recipes_data.manifest import ConfigSpec, DatasetManifest, Need, RecipeManifest, read_dataset, read_recipe
from recipes_data.yamltext import MAX_CHARACTERS, Document, first_of, short

__all__ = ["Catalogue", "Entry", "misfits", "read_catalogue"]

_MAX_NAMES = 60  # in a message
_MAX_NEAR = 6
_Read = Callable[[str, str], tuple[DatasetManifest | RecipeManifest, Document]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One manifest, the file it came from, and the files of the same name that it shadows."""

    manifest: DatasetManifest | RecipeManifest
    path: Path
    shadows: tuple[Path, ...] = ()
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every dataset and recipe by name; one name space, sorted by name. `folders` they came from, the nearest first."""

    datasets: dict[str, Entry]
    recipes: dict[str, Entry]
    folders: tuple[Path, ...] = field(default=(Path("manifests"),), compare=False)

    def dataset(self, name: str) -> DatasetManifest:
        """The dataset manifest of this name.

        Raises:
            UnknownNameError: there is none.
        """
        entry = self.datasets.get(name)
        if entry is None or not isinstance(entry.manifest, DatasetManifest):
            raise self._unknown(name)
        return entry.manifest

    def recipe(self, name: str) -> RecipeManifest:
        """The recipe manifest of this name; raises as `dataset` does."""
        entry = self.recipes.get(name)
        if entry is None or not isinstance(entry.manifest, RecipeManifest):
            raise self._unknown(name)
        return entry.manifest

    @property
    def project(self) -> Path:
        """The folder that relative paths in manifests start from: where the nearest `manifests` folder lies."""
        return self.folders[0].absolute().parent

    def line(self, name: str, *path: str | int) -> str:
        """`FILE:LINE` of a place in a dataset's manifest, the nearest that exists."""
        entry = self.datasets[name]
        while path and path not in entry.lines:
            path = path[:-1]
        return f"{entry.path}:{entry.lines.get(path, 1)}"

    def faults_without(self, name: str) -> list[str]:
        """What recipes would miss if the manifest of this name gave way to the one that it shadows; each with its line.

        Raises:
            KeyError, IndexError: there is no such manifest, or it shadows none.
        """
        datasets, recipes, faults = dict(self.datasets), dict(self.recipes), list[str]()
        into, read = (datasets, read_dataset) if name in datasets else (recipes, read_recipe)
        _add(into.pop(name).shadows[0], into, read, faults)
        return faults or list(_need_faults(datasets, recipes))

    def _unknown(self, name: str) -> UnknownNameError:
        known = sorted({*self.datasets, *self.recipes})
        near = [other for other in known if name in other or other in name]
        near = near or difflib.get_close_matches(name, known, _MAX_NEAR)
        what = f"no dataset or recipe is called {name!r}"
        if not near and len(known) > _MAX_NEAR:
            return UnknownNameError(what, f"recipes-data list shows the {len(known):,} that there are")
        return UnknownNameError(what, f"there is: {_some(near or known) or 'nothing'} (recipes-data list)")


def read_catalogue(folders: Iterable[Path]) -> Catalogue:
    """The catalogue of these folders, the nearest first: it shadows the later ones name by name.

    Raises:
        ManifestError: every fault of every manifest at once.
    """
    datasets: dict[str, Entry] = {}
    recipes: dict[str, Entry] = {}
    faults: list[str] = []
    folders = tuple(folders)
    for folder in folders:
        later: list[str] = []
        for path in _yaml_files(folder / "recipes"):  # first: a dataset is written before the recipe that needs it
            _add(path, recipes, read_recipe, later)
        for path in _yaml_files(folder / "datasets"):
            _add(path, datasets, read_dataset, faults)
        faults += later
    faults.extend(
        f"{recipes[name].path}:1: {name!r} is also a dataset ({datasets[name].path}); rename one"
        for name in sorted(datasets.keys() & recipes.keys())
    )
    if not faults:
        faults.extend(first_of(list(_need_faults(datasets, recipes))))
    if faults:
        raise ManifestError("\n".join(faults), "mend the manifests named above")
    return Catalogue(dict(sorted(datasets.items())), dict(sorted(recipes.items())), folders)


def _yaml_files(folder: Path) -> list[Path]:
    try:
        # names that begin with a dot are an editor's own (`.#gsm8k.yaml`)
        found = (path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
        return sorted(path for path in found if not path.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise StoreError(f"the folder {folder} cannot be read: {exc.strerror}", "check its permissions") from exc


def _add(path: Path, into: dict[str, Entry], read: _Read, faults: list[str]) -> None:
    try:
        size = path.stat().st_size
        if size > MAX_CHARACTERS:
            faults.append(f"{path}:1: the file has {size:,} bytes; the limit is {MAX_CHARACTERS:,}")
            return
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        faults.append(f"{path}:1: cannot be read: {unread(exc)}")
        return
    try:
        manifest, document = read(text, str(path))
    except ManifestError as exc:
        faults.append(exc.what)
        return
    if manifest.name != path.stem:
        line = document.line_of(("name",))
        faults.append(f"{path}:{line}: name: is {manifest.name!r}, the file is called {path.name!r}; make them equal")
        return
    nearer = into.get(manifest.name)
    if nearer is not None and nearer.path.parent == path.parent:
        faults.append(f"{path}:1: {nearer.path.name!r} beside it has the same name; delete one")
    elif nearer is None:
        into[manifest.name] = Entry(manifest, path, (), dict(document.lines))
    else:
        into[manifest.name] = Entry(nearer.manifest, nearer.path, (*nearer.shadows, path), nearer.lines)


def _some(names: Collection[str]) -> str:
    shown = ", ".join(itertools.islice(names, _MAX_NAMES))
    return short(shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES:,} more")


def _need_faults(datasets: Mapping[str, Entry], recipes: Mapping[str, Entry]) -> Iterator[str]:
    """What the needs of these recipes ask for that these datasets do not have, each with file and line."""
    written_out: dict[str, dict[str, ConfigSpec]] = {}  # once for each dataset, however many needs there are
    for entry in recipes.values():
        needs = entry.manifest.needs if isinstance(entry.manifest, RecipeManifest) else ()
        for index, need in enumerate(needs):
            line = entry.lines.get(("needs", index), 1)
            where = f"{entry.path}:{line}: needs[{index}]"
            known = datasets.get(need.name)
            if known is None or not isinstance(known.manifest, DatasetManifest):
                yield f"{where}: no dataset or model is called {need.name!r}"
                continue
            if need.name not in written_out:
                written_out[need.name] = known.manifest.all_configs()
            yield from (f"{where}: {what}" for what in misfits(need, known.manifest, written_out[need.name]))


def misfits(need: Need, manifest: DatasetManifest, configs: dict[str, ConfigSpec]) -> Iterator[str]:
    """What a need asks for that a manifest, with all its `configs`, does not have."""
    kind = "model" if need.model else "dataset"
    if manifest.type != kind:
        yield f"{need.name!r} is a {manifest.type}, not a {kind}"
        return
    if not configs:
        return
    only = next(iter(configs)) if len(configs) == 1 else None
    config = need.config or manifest.default_config or only
    if config is None:
        yield f"{need.name!r} has several configs and no default; name one of: {_some(configs)}"
        return
    if config not in configs:
        yield f"{need.name!r} has no config {config!r}; it has: {_some(configs)}"
        return
    splits = configs[config].splits
    for split in need.splits:
        if split not in splits:
            yield f"{need.name}/{config} has no split {split!r}; it has: {_some(splits)}"
