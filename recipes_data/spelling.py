"""The only home of the addresses that can be typed: what a word may go on as. No pydantic: a key press waits for it.

Names are those of files; configs and splits come from a lock, else from the plain values of a manifest, faulty or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from recipes_data.errors import LockError
from recipes_data.locks import find_lock, locked_names
from recipes_data.places import Places

__all__ = ["spelled"]

_Splits = dict[str, list[str]]


def spelled(typed: str, places: Places, *, recipes: bool, parts: bool) -> list[str]:
    """What `typed` may become: names, sorted; of a single dataset its configs and splits too, in their order.

    `recipes`: the names of recipes besides those of datasets. `parts`: configs and splits may be named.
    """
    if not parts:
        return _beginning(typed, _names(places, recipes))
    name, slash, rest = typed.partition("/")
    if not slash:
        name, colon, _ = typed.partition(":")
        if not colon:
            return _with_parts(_beginning(typed, _names(places, recipes)), places)
        default, configs = _configs(name, places)
        splits = configs.get(default, [])
        return _beginning(typed, (f"{name}:{split}" for split in splits))
    _, configs = _configs(name, places)
    found = [config for config in configs if f"{config}:".startswith(rest) or rest.startswith(f"{config}:")]
    whole = [f"{name}/{config}" for config in found]
    if len(found) == 1 or ":" in rest:
        whole += [f"{name}/{config}:{split}" for config in found for split in configs[config]]
    return _beginning(typed, whole)


def _names(places: Places, recipes: bool) -> list[str]:
    rooms = ("datasets", "recipes") if recipes else ("datasets",)
    files = (path.stem for folder in places.catalogues for room in rooms for path in _manifests(folder / room))
    return sorted({*files, *locked_names(places)})


def _with_parts(names: list[str], places: Places) -> list[str]:
    if len(names) != 1:
        return names
    default, configs = _configs(names[0], places)
    splits = [f"{names[0]}:{split}" for split in configs.get(default, [])]
    return names + splits + ([f"{names[0]}/{config}" for config in configs] if len(configs) > 1 else [])


def _beginning(typed: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word.startswith(typed)]


def _manifests(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*.y*ml") if not path.name.startswith("."))


def _configs(name: str, places: Places) -> tuple[str, _Splits]:
    """The default config, and the splits of every config; empty where neither is known."""
    try:
        found = find_lock(places, name)
    except LockError:  # the command that is being typed will say so
        found = None
    if found is not None:
        configs = {config.name: [split.name for split in config.splits] for config in found[0].configs}
        return _default(found[0].default_config, configs), configs
    from recipes_data.yamltext import read_yaml  # half of the time that a key press may take

    for folder in places.catalogues:
        for path in (folder / "datasets" / f"{name}{suffix}" for suffix in (".yaml", ".yml")):
            if path.is_file():
                value = read_yaml(path.read_text(encoding="utf-8", errors="replace")).value
                value = value if isinstance(value, Mapping) else {}
                configs = dict(_written(value))
                return _default(value.get("default_config"), configs), configs
    return "", {}


def _default(said: Any, configs: _Splits) -> str:
    return said if isinstance(said, str) else next(iter(configs)) if len(configs) == 1 else ""


def _written(manifest: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Configs and their splits as a manifest has them; what is not as it should be is passed over."""
    configs = manifest.get("configs")
    for name, spec in configs.items() if isinstance(configs, Mapping) else ():
        yield name, _splits(spec)
    groups = manifest.get("config_groups")
    for group in groups if isinstance(groups, list) else [groups]:
        names = group.get("names") if isinstance(group, Mapping) else None
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str):
                yield name, _splits(group)


def _splits(spec: Any) -> list[str]:
    splits = spec.get("splits") if isinstance(spec, Mapping) else None
    return list(splits) if isinstance(splits, Mapping) else []
