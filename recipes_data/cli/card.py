"""A dataset's card, as `recipes-data show NAME` prints it: pin, evidence, terms, who uses it, files, rows, columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recipes_data.address import Address, selected_splits
from recipes_data.cli.listing import dataset_line, gating_of, size_words
from recipes_data.cli.scope import Scope
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.errors import LockMissingError, UnknownNameError
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.locking import is_stale
from recipes_data.locks import find_lock
from recipes_data.manifest import DatasetManifest
from recipes_data.plan import present_in
from recipes_data.shipped import read_shipped
from recipes_data.values import replace
from recipes_data.why import Use, uses_of
from recipes_data.wording import counted

__all__ = ["show_card"]

_SHOWN = 12
_KEYS = (
    *("title", "repo", "revision", "evidence", "doubt", "license", "gated", "default_config"),
    *("manifest", "lock", "lock_state", "commit", "origin", "size", "proven"),
)


def show_card(address: Address, scope: Scope, screen: Screen) -> None:
    """Print the card of a dataset or model, or its document; of its splits those that the address means.

    Raises:
        UnknownNameError: there is no dataset or model of this name, or it has no such config or split.
        LockMissingError: it is not locked, and which configs and splits it has is its card's to say.
        LockError: its lock cannot be read.
    """
    name = address.name
    manifest = scope.catalogue.dataset(name)
    found = find_lock(scope.places, name)
    lock = _narrowed(found[0], address) if found else None
    promised = _promised(manifest, address) if lock is None else []
    uses = uses_of(name, scope.catalogue, None)  # files are `why`'s: a card shows a lock that fits no need, too
    known = dataset_line(name, scope, read_shipped())
    document = {
        **_facts(name, manifest, lock, scope),
        **{key: known[key] for key in ("state", "size", "proven", "proven_note", "views")},
        "lock": str(found[1]) if found else None,
        "splits": [] if lock is None else _splits(lock, scope),
        "used_by": list(dict.fromkeys(use.recipe for use in uses)),
        "uses": [
            {"recipe": use.recipe, "priority": use.need.priority, "needs": _needed(use), "why": use.need.why}
            for use in uses
        ],
        "digests": {path: known.model_dump(exclude_none=True) for path, known in manifest.digests.items()},
    }
    for key in _KEYS:
        if shown := _shown(key, document):
            screen.out(f"{key:15} {shown}")
    _print_uses(document["uses"], screen)
    if lock is None:
        screen.out("\nnot locked; the manifest says:\n" + table_text(("config", "split", "files"), promised))
    else:
        _print_splits(document["splits"], lock, screen)
    screen.document(document)


def _shown(key: str, document: Mapping[str, Any]) -> str:
    if key == "size":
        return size_words(document["size"])
    if key == "proven" and document["proven_note"]:
        return f"{document['proven']}: {document['proven_note']}"
    return str(document[key] or "")


def _facts(name: str, manifest: DatasetManifest, lock: Lock | None, scope: Scope) -> dict[str, Any]:
    licences = ", ".join(manifest.license) if manifest.license else None
    return {
        "name": name,
        "title": manifest.title,
        "repo": manifest.source,
        "type": manifest.type,
        "revision": manifest.revision if manifest.repo else None,
        "evidence": manifest.evidence,
        "doubt": manifest.doubt,
        "license": (lock.license if lock else None) or licences,
        "gated": gating_of(lock, manifest),
        "default_config": manifest.default_config,
        "manifest": str(scope.catalogue.datasets[name].path),
        "commit": lock.commit if lock else None,
        "origin": lock.origin if lock else None,
        "sample": lock.sample if lock else False,
        "lock_state": "older than the manifest: recipes-data lock " + name
        if lock and is_stale(lock, manifest)
        else None,
        "bytes": sum(file.size for file in lock.files) if lock else None,
    }


def _splits(lock: Lock, scope: Scope) -> list[dict[str, Any]]:
    present, by_path = present_in(scope.store), lock.by_path()
    return [
        {
            "config": config.name,
            "split": split.name,
            "format": split.format,
            "rows": _rows(split, [by_path[path] for path in split.files]),
            "expected_rows": split.expected_rows,
            "evidence": split.evidence or None,
            "files": list(split.files),
            "bytes": sum(by_path[path].size for path in split.files),
            "fetched": all(present(by_path[path]) for path in split.files),
            "columns": dict(split.columns) if split.columns else None,
        }
        for config in lock.configs
        for split in config.splits
    ]


def _rows(split: LockedSplit, files: Iterable[LockedFile]) -> int | None:
    return sum(file.rows or 0 for file in split.extracted or files) if split.columns else None


def _needed(use: Use) -> str:
    need = use.need
    return need.name + (f"/{need.config}" if need.config else "") + (f":{','.join(need.splits)}" if need.splits else "")


def _narrowed(lock: Lock, address: Address) -> Lock:
    """The lock with the splits that the address means, and their files."""
    if address.config is None and address.split is None:
        return lock
    chosen: dict[str, list[LockedSplit]] = {}
    for config, split in selected_splits(lock, [address]):
        chosen.setdefault(config.name, []).append(split)
    configs = [replace(config, splits=tuple(chosen[config.name])) for config in lock.configs if config.name in chosen]
    paths = {path for config in configs for split in config.splits for path in split.files}
    files = tuple(file for file in lock.files if file.path in paths)
    return replace(lock, configs=tuple(configs), files=files)


def _promised(manifest: DatasetManifest, address: Address) -> list[tuple[str, str, str]]:
    """Config, split and files as the manifest has them, those that the address means; empty: its card decides."""
    name, asked = manifest.name, address.config or address.split
    if manifest.layout == "card" and asked:
        what = f"{name!r} is not locked, and its repository's card decides which configs and splits it has"
        raise LockMissingError(what, f"recipes-data lock {name}")
    if manifest.files is not None:
        if asked:
            raise UnknownNameError(f"{name!r} has files, no configs or splits", f"recipes-data show {name}")
        return [("files", "files", ", ".join(manifest.files))]
    configs = manifest.all_configs()
    only = next(iter(configs)) if len(configs) == 1 else None
    wanted = address.config or (manifest.default_config or only if address.split else None)
    if asked and wanted not in configs:
        what = f"{name!r} has no config {wanted!r}" if wanted else f"{name!r} has several configs and no default"
        raise UnknownNameError(what, f"it has: {', '.join(configs)}")
    found = [
        (config, split, ", ".join(spec.files))
        for config, described in configs.items()
        for split, spec in described.splits.items()
        if wanted in (None, config) and address.split in (None, split)
    ]
    if asked and not found:
        splits = ", ".join(configs[wanted].splits) if wanted else ""
        raise UnknownNameError(f"{name}/{wanted} has no split {address.split!r}", f"it has: {splits}")
    return found


def _print_uses(uses: list[dict[str, Any]], screen: Screen) -> None:
    if not uses:
        screen.out(f"{'used_by':15} -")
        return
    rows = [(use["recipe"], use["needs"], use["priority"], use["why"]) for use in uses]
    screen.out("\n" + table_text(("used by", "needs", "priority", "why"), rows))


def _print_splits(splits: list[dict[str, Any]], lock: Lock, screen: Screen) -> None:
    head = ("config", "split", "rows", "files", "size", "fetched")
    screen.out("\n" + table_text(head, [_split_row(split) for split in splits], right=(2, 3, 4)))
    evidence = dict.fromkeys((split["expected_rows"], split["evidence"]) for split in splits if split["evidence"])
    for count, text in evidence:
        screen.out(f"{counted(count, 'row')}: {text}")
    screen.out("\n" + table_text(("file", "size", "rows", "digest"), [_file_row(file) for file in lock.files[:_SHOWN]]))
    if len(lock.files) > _SHOWN:
        screen.out(f"and {counted(len(lock.files) - _SHOWN, 'more file')}: see --json")
    known = {tuple(split["columns"].items()) for split in splits if split["columns"]}
    if len(known) == 1:
        screen.out("\n" + table_text(("column", "type"), next(iter(known))))
    elif known:
        screen.out("\ncolumns differ from split to split: see --json")


def _split_row(split: Mapping[str, Any]) -> tuple[str, ...]:
    rows = "-" if split["rows"] is None else f"{split['rows']:,}"
    fetched = "yes" if split["fetched"] else "no"
    return split["config"], split["split"], rows, str(len(split["files"])), size_text(split["bytes"]), fetched


def _file_row(file: LockedFile) -> tuple[str, str, str, str]:
    rows = "-" if file.rows is None else f"{file.rows:,}"
    algorithm, _, digest = file.digest.partition(":")
    return file.path, size_text(file.size), rows, f"{algorithm}:{digest[:12]}"
