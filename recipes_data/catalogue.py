"""Folders of manifests to values: the only reader of manifests from disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from recipes_data.errors import ManifestError, StoreError, UnknownNameError
from recipes_data.manifest import DatasetManifest, RecipeManifest, read_dataset, read_recipe

__all__ = ["Catalogue", "Entry", "read_catalogue"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One manifest, the file it came from, and the files of the same name that it shadows."""

    manifest: DatasetManifest | RecipeManifest
    path: Path
    shadows: tuple[Path, ...] = ()
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every dataset and recipe by name; one name space, sorted by name."""

    datasets: dict[str, Entry]
    recipes: dict[str, Entry]

    def dataset(self, name: str) -> DatasetManifest:
        """The dataset manifest of this name.

        Raises:
            UnknownNameError: there is none.
        """
        entry = self.datasets.get(name)
        if entry is None:
            raise self._unknown(name)
        assert isinstance(entry.manifest, DatasetManifest)
        return entry.manifest

    def recipe(self, name: str) -> RecipeManifest:
        """The recipe manifest of this name; raises as `dataset` does."""
        entry = self.recipes.get(name)
        if entry is None:
            raise self._unknown(name)
        assert isinstance(entry.manifest, RecipeManifest)
        return entry.manifest

    def line(self, name: str, *path: str | int) -> str:
        """`FILE:LINE` of a place in a dataset's manifest, the nearest that exists."""
        entry = self.datasets[name]
        while path and path not in entry.lines:
            path = path[:-1]
        return f"{entry.path}:{entry.lines.get(path, 1)}"

    def _unknown(self, name: str) -> UnknownNameError:
        known = sorted({*self.datasets, *self.recipes})
        near = [other for other in known if name in other or other in name]
        shown = ", ".join(near or known) or "nothing"
        return UnknownNameError(f"no dataset or recipe is called {name!r}", f"there is: {shown} (recipes-data list)")


def read_catalogue(folders: Iterable[Path]) -> Catalogue:
    """The catalogue of these folders, the nearest first: it shadows the later ones name by name.

    Raises:
        ManifestError: every fault of every manifest at once.
    """
    datasets: dict[str, Entry] = {}
    recipes: dict[str, Entry] = {}
    faults: list[str] = []
    for folder in folders:
        for path in _yaml_files(folder / "datasets"):
            _add(path, datasets, read_dataset, faults)
        for path in _yaml_files(folder / "recipes"):
            _add(path, recipes, read_recipe, faults)
    for name in sorted(datasets.keys() & recipes.keys()):
        faults.append(f"{recipes[name].path}:1: {name!r} is also a dataset ({datasets[name].path}); rename one")
    if not faults:
        faults.extend(_need_faults(datasets, recipes))
    if faults:
        raise ManifestError("\n".join(faults), "mend the manifests named above")
    return Catalogue(dict(sorted(datasets.items())), dict(sorted(recipes.items())))


def _yaml_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise StoreError(f"the folder {folder} cannot be read: {exc.strerror}", "check its permissions") from exc


def _add(path: Path, into: dict[str, Entry], read: object, faults: list[str]) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        faults.append(f"{path}:1: cannot be read: {exc}")
        return
    try:
        if read is read_dataset:
            manifest, document = read_dataset(text, str(path))
        else:
            manifest, document = read_recipe(text, str(path))  # type: ignore[assignment]  # one of the two kinds
    except ManifestError as exc:
        faults.append(exc.what)
        return
    if manifest.name != path.stem:
        faults.append(f"{path}:1: name: is {manifest.name!r}, the file is called {path.name!r}; make them equal")
        return
    nearer = into.get(manifest.name)
    if nearer is None:
        into[manifest.name] = Entry(manifest, path, (), dict(document.lines))
    else:
        into[manifest.name] = Entry(nearer.manifest, nearer.path, (*nearer.shadows, path), nearer.lines)


def _need_faults(datasets: dict[str, Entry], recipes: dict[str, Entry]) -> Iterator[str]:
    for entry in recipes.values():
        assert isinstance(entry.manifest, RecipeManifest)
        for index, need in enumerate(entry.manifest.needs):
            line = entry.lines.get(("needs", index), 1)
            where = f"{entry.path}:{line}: needs[{index}]"
            known = datasets.get(need.name)
            if known is None:
                yield f"{where}: no dataset or model is called {need.name!r}"
                continue
            assert isinstance(known.manifest, DatasetManifest)
            configs = known.manifest.all_configs()
            if not configs:
                continue
            config = need.config or known.manifest.default_config or (next(iter(configs)) if len(configs) == 1 else None)
            if config is None or config not in configs:
                yield f"{where}: {need.name!r} has no config {need.config!r}; it has: {', '.join(configs)}"
                continue
            for split in need.splits:
                if split not in configs[config].splits:
                    has = ", ".join(configs[config].splits)
                    yield f"{where}: {need.name}/{config} has no split {split!r}; it has: {has}"
