"""A dataset's card, as `recipes-data show NAME` prints it: pin, evidence, terms, who uses it, files, rows, columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recipes_data.cli.scope import Scope
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.fetch import present_in
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.locking import is_stale
from recipes_data.locks import find_lock
from recipes_data.manifest import DatasetManifest
from recipes_data.why import Use, uses_of

__all__ = ["show_card"]

_SHOWN = 12
_KEYS = (
    *("title", "repo", "revision", "evidence", "doubt", "license", "gated", "default_config"),
    *("manifest", "lock", "lock_state", "commit", "origin"),
)


def show_card(name: str, scope: Scope, screen: Screen) -> None:
    """Print the card of a dataset or model, or its document.

    Raises:
        UnknownNameError: there is no dataset or model of this name.
        LockError: its lock cannot be read.
    """
    manifest = scope.catalogue.dataset(name)
    found = find_lock(scope.places, name)
    lock = found[0] if found else None
    uses = uses_of(name, scope.catalogue, None)  # files are `why`'s: a card shows a lock that fits no need, too
    document = {
        **_facts(name, manifest, lock, scope),
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
        if document[key]:
            screen.out(f"{key:15} {document[key]}")
    _print_uses(document["uses"], screen)
    if lock is None:
        screen.out("\nnot locked; the manifest says:\n" + table_text(("config", "split", "files"), _promised(manifest)))
    else:
        _print_splits(document["splits"], lock, screen)
    screen.document(document)


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
        "gated": (lock.gated if lock else None) or manifest.gated,
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


def _promised(manifest: DatasetManifest) -> list[tuple[str, str, str]]:
    if manifest.files is not None:
        return [("files", "files", ", ".join(manifest.files))]
    return [
        (name, split, ", ".join(spec.files))
        for name, config in manifest.all_configs().items()
        for split, spec in config.splits.items()
    ]


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
        screen.out(f"{count:,} rows: {text}")
    screen.out("\n" + table_text(("file", "size", "rows", "digest"), [_file_row(file) for file in lock.files[:_SHOWN]]))
    if len(lock.files) > _SHOWN:
        screen.out(f"and {len(lock.files) - _SHOWN:,} more files: see --json")
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
