"""The only home of needs as recipe manifests state them: one access for each split that a recipe asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from recipes_data.catalogue import Catalogue, Entry
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.needs import Access, Needs, Recipe, Step, is_pinned
from recipes_data.gaps.origins import origin_of
from recipes_data.manifest import DatasetManifest, Need

__all__ = ["needs_of_catalogue"]

_RANKS = ("P0", "P1", "P2")


def needs_of_catalogue(catalogue: Catalogue) -> Needs:
    """What the recipe manifests of a catalogue ask of the Hub; recipes in the order of their names.

    `Access.where` is the need's line in its manifest, named from the catalogue's folder. A recipe's priority is the
    highest of its needs'. A manifest says which columns exist, not which are read: `columns` stays empty. What is
    done with the rows it tells in words: these are one step.
    """
    accesses: list[Access] = []
    recipes: list[Recipe] = []
    paths: list[Path] = []
    for name, entry in sorted(catalogue.recipes.items()):
        manifest = catalogue.recipe(name)
        first = len(accesses)
        for index, need in enumerate(manifest.needs):
            accesses += _accesses(catalogue, need, Where(_shown(entry.path), _line(entry, index)))
        priority = min((need.priority for need in manifest.needs), key=_RANKS.index)
        recipes.append(Recipe(name, Where(_shown(entry.path), 1), tuple(range(first, len(accesses))), priority))
        paths.append(entry.path)
    origin = origin_of(
        paths[0].parent.parent if paths else Path.cwd(),
        name="manifests",
        kind="manifests",
        language="yaml",
        files=len(paths),
        lines=sum(path.read_bytes().count(b"\n") for path in paths),
    )
    return Needs(origin, tuple(accesses), tuple(recipes))


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _line(entry: Entry, index: int) -> int:
    return entry.lines.get(("needs", index), 1)


def _accesses(catalogue: Catalogue, need: Need, where: Where) -> Iterator[Access]:
    manifest = catalogue.dataset(need.name)
    revision = str(manifest.revision) if manifest.revision is not None else None
    if manifest.is_remote:
        return  # nothing is asked of a Hub
    if manifest.files is not None:
        yield Access(
            "manifest",
            where,
            repo_type=manifest.type,
            repo=manifest.repo,
            files=need.files or manifest.files,
            revision=revision,
            operations=("libraries.snapshot_download",),
        )
        return
    config = need.config or manifest.default_config
    operations = ["libraries.load_dataset"]
    if is_pinned(revision):
        operations.append("libraries.load_dataset_revision")
    for split in need.splits or _splits(manifest, config) or (None,):
        yield Access(
            "manifest",
            where,
            repo_type="dataset",
            repo=manifest.repo,
            config=config,
            split=split,
            files=need.files or _files(manifest, config, split),
            revision=revision,
            operations=tuple(operations),
            preprocessing=(Step("stated", need.why, where),),
        )


def _splits(manifest: DatasetManifest, config: str | None) -> tuple[str, ...]:
    """All splits of the config that a need means which names none; empty where the card alone knows."""
    configs = manifest.all_configs()
    found = configs.get(config) if config is not None else next(iter(configs.values()), None)
    return tuple(found.splits) if found is not None else ()


def _files(manifest: DatasetManifest, config: str | None, split: str | None) -> tuple[str, ...]:
    configs = manifest.all_configs()
    found = configs.get(config or "") if config is not None else next(iter(configs.values()), None)
    spec = found.splits.get(split) if found is not None and split is not None else None
    return tuple(spec.files) if spec is not None else ()
