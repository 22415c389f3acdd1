"""The only home of what is known of rows before they are read: configs, splits and columns, by lock or by manifest.

Splits with the same columns are one shelf, so that an editor is told of each kind of row once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recipes_data.columns import Columns, parse_type
from recipes_data.formats import table_format
from recipes_data.lockfile import Lock
from recipes_data.manifest import DatasetManifest

__all__ = ["Known", "Shelf", "known_of"]

_JSON = ("json", "jsonl")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Splits of some configs, all of which have the same columns; None: not known before they were read.

    `is_default`: the config that is meant where none is named is one of these. `keys_may_lack`: in objects inside of a
    row a key may not be there.
    """

    configs: tuple[str, ...]
    splits: tuple[str, ...]
    columns: Columns | None
    is_default: bool
    keys_may_lack: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A dataset that has rows. `repo`: its id on the Hub, empty where it is on none. `shelves`: the default's first.

    No shelves: configs and splits are not known before it is locked.
    """

    name: str
    repo: str
    shelves: tuple[Shelf, ...]


_Kind = tuple[Columns | None, bool]
_Part = tuple[str, str, Mapping[str, str] | None, str | None]  # config, split, columns, format


def known_of(manifest: DatasetManifest, lock: Lock | None) -> Known | None:
    """What lock and manifest, or the manifest alone, know of a dataset; None where it has no rows."""
    if manifest.type != "dataset" or (lock is None and manifest.files is not None):
        return None
    parts = list(_manifest_parts(manifest) if lock is None else _lock_parts(lock))
    rows = [part for part in parts if part[3] != "files"]
    if parts and not rows:
        return None
    configs = list(dict.fromkeys(config for config, *_ in parts))
    default = lock.default_config if lock is not None else manifest.default_config
    if default is None and len(configs) == 1:
        default = configs[0]
    return Known(manifest.name, manifest.repo, _shelves(rows, default))


def _lock_parts(lock: Lock) -> Iterator[_Part]:
    for config in lock.configs:
        for split in config.splits:
            columns = split.promised if split.columns is None else split.columns
            yield config.name, split.name, None if columns is None else dict(columns), split.format


def _manifest_parts(manifest: DatasetManifest) -> Iterator[_Part]:
    for config, spec in manifest.all_configs().items():
        for split, files in spec.splits.items():
            way = files.format or table_format(files.members or files.files)
            yield config, split, manifest.columns_of(config, split), way


def _shelves(parts: Iterable[_Part], default: str | None) -> tuple[Shelf, ...]:
    kinds: dict[_Kind, dict[str, list[str]]] = {}
    for config, split, columns, way in parts:
        kinds.setdefault(_kind(columns, way), {}).setdefault(config, []).append(split)
    found = []
    for (known, keys_may_lack), splits_of in kinds.items():
        alike: dict[tuple[str, ...], list[str]] = {}
        for config, splits in splits_of.items():
            alike.setdefault(tuple(splits), []).append(config)
        for names, configs in alike.items():
            found.append(Shelf(tuple(configs), names, known, default in configs, keys_may_lack))
    return tuple(sorted(found, key=lambda shelf: not shelf.is_default))


def _kind(columns: Mapping[str, str] | None, way: str | None) -> _Kind:
    if way == "text":  # whatever is in it
        columns = {"text": "string"}
    if columns is None:
        return None, False
    found = tuple((name, parse_type(text)) for name, text in columns.items())
    # of a format that is not known yet less is promised; a flat row is the same in all
    nested = any(kind.fields and not kind.params for _, kind in found)
    return found, nested and (way is None or way in _JSON)
