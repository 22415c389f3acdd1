"""Drives our own layer for the probe: a question becomes a manifest, is locked, fetched and opened, as commands do.

    python -m recipes_data.gaps.probe.drivers.recipes_data

What is asked of a branch is locked anew each time (`lock --upgrade`), of a commit once. A single file is then
transferred, rows are fetched and opened.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from recipes_data import __version__
from recipes_data.address import Address
from recipes_data.catalogue import Catalogue, Entry
from recipes_data.errors import NotFetchedError
from recipes_data.fetch import fetch
from recipes_data.gaps.probe.drivers.speaking import Unsupported, serve
from recipes_data.hub.answers import Asked
from recipes_data.hub.port import RepoInfo
from recipes_data.hub.transfer import Wanted, transfer
from recipes_data.locked import get_lock
from recipes_data.lockfile import Lock, LockedFile
from recipes_data.locking import lock_dataset
from recipes_data.locks import read_lock, write_lock
from recipes_data.manifest import read_dataset
from recipes_data.online import Opener, endpoint_of, is_offline
from recipes_data.plan import Plan
from recipes_data.store import Store
from recipes_data.tables.opening import open_split

__all__ = ["OPERATIONS", "error_of", "main"]

_Kind = Literal["dataset", "model"]
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def error_of(error: Exception) -> dict[str, Any]:
    """Our error's class and what it says is missing, and the HTTP status where the answer it came from is known."""
    response = getattr(error.__cause__, "response", None)
    missing = getattr(error, "missing", "")
    kind = f"{type(error).__name__}:{missing}" if missing else type(error).__name__
    return {"type": kind, "message": str(error), "status": getattr(response, "status_code", None)}


class _Silent:
    """A watcher that shows nothing."""

    def planned(self, plan: Plan) -> None:
        """Refuse nothing."""

    def moved(self, count: int) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def converting(self, name: str, size: int) -> None:
        """Show nothing."""


@dataclass(frozen=True, slots=True)
class _Home:
    """Where this driver keeps things, and its way to the Hub."""

    store: Store
    locks: Path
    opener: Opener
    offline: bool


@contextmanager
def _home() -> Iterator[_Home]:
    root = Path(os.environ["HF_HOME"]) / "recipes-data"
    store = root / "store"
    opener = Opener(endpoint_of(os.environ), os.environ, store=store)
    try:
        yield _Home(Store(store), root / "locks", opener, is_offline(os.environ))
    finally:
        opener.close()


def _record(kind: _Kind, repo: str, revision: str | None) -> RepoInfo:
    with _home() as home:
        hub = home.opener()
        return hub.patience.call(lambda: hub.client.repo_info(repo, revision or "main", kind))


def _catalogue(kind: _Kind, repo: str, revision: str, more: Mapping[str, Any]) -> tuple[Catalogue, str]:
    """A catalogue of one manifest, and its name: the same question has the same name."""
    said = {"title": repo, "type": kind, "repo": repo, "revision": revision, "evidence": "asked for by a probe", **more}
    name = "probe-" + hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    manifest, _ = read_dataset(json.dumps({"name": name, **said}), f"{name}.yaml")
    return Catalogue({name: Entry(manifest, Path(f"{name}.yaml"))}, {}), name


def _locked(
    home: _Home, kind: _Kind, repo: str, revision: str | None, more: Mapping[str, Any]
) -> tuple[Catalogue, Lock]:
    catalogue, name = _catalogue(kind, repo, revision or "main", more)
    hub = None if home.offline else home.opener
    previous = read_lock(home.locks, name)
    if hub is None or (previous is not None and _COMMIT.match(revision or "")):
        return catalogue, get_lock(catalogue, name, locks=home.locks, hub=hub, frozen=False)[0]
    other = hub()
    lock = lock_dataset(
        other.client,
        catalogue,
        name,
        previous=previous,
        patience=other.patience,
        origin=other.origin,
        upgrade=not _COMMIT.match(revision or ""),
    )
    write_lock(home.locks, lock)
    return catalogue, lock


def _fetched(
    home: _Home, kind: _Kind, repo: str, revision: str | None, more: Mapping[str, Any], address: Address
) -> Lock:
    """The lock of a dataset whose files, as far as the address selects them, are in the store and checked."""
    catalogue, lock = _locked(home, kind, repo, revision, more)
    wanted = Address(lock.name, address.config, address.split)
    outcomes = fetch(
        catalogue,
        {lock.name: [wanted]},
        locks=home.locks,
        store=home.store,
        hub=None if home.offline else home.opener,
        watcher=_Silent(),
    )
    if outcomes[0].error is not None:
        raise outcomes[0].error
    return outcomes[0].lock or lock


# --- what the lines of the protocol call


def _client() -> dict[str, str]:
    return {"name": "recipes-data", "version": __version__}


def _info(kind: _Kind) -> Callable[..., Any]:
    def info(repo: str, revision: str | None = None) -> Any:
        told = _record(kind, repo, revision)
        return {"id": told.repo, "sha": told.commit, "private": told.private, "gated": told.gated}

    return info


def _files(kind: _Kind) -> Callable[..., Any]:
    return lambda repo, revision=None: [file.path for file in _record(kind, repo, revision).files]


def _file(kind: _Kind) -> Callable[..., Any]:
    return lambda repo, path, revision=None: _download(repo, kind, path, revision)


def _readme(kind: _Kind) -> Callable[..., Any]:
    return lambda repo, revision=None: _download(repo, kind, "README.md", revision)


def _download(repo: str, repo_type: _Kind, path: str, revision: str | None = None) -> Any:
    with _home() as home:
        lock = _locked(home, repo_type, repo, revision, _one_file(repo_type, path))[1]
        file = lock.by_path()[path]
        if not home.store.has(file.digest, file.size):
            if home.offline:
                raise NotFetchedError(f"{path} is not in the store, and this run is offline", "fetch it once online")
            _transfer(home, lock, file, repo_type)
        return {"path": str(home.store.blob(home.store.sha256_of(file.digest) or ""))}


def _transfer(home: _Home, lock: Lock, file: LockedFile, kind: _Kind) -> None:
    hub = home.opener()
    auth = hub.client.auth_headers()
    asked = Asked(hub.client.endpoint, lock.repo, kind, lock.commit, file.path, token_sent=bool(auth))
    url = hub.client.file_url(lock.repo, lock.commit, file.path, kind)
    transfer(
        Wanted(url, file.size, file.digest, asked),
        store=home.store,
        connections=hub.connections,
        auth=auth,
        patience=hub.patience,
    )


def _one_file(kind: _Kind, path: str) -> dict[str, Any]:
    """What a manifest says of a single file. A dataset's has to be called a table."""
    if kind == "model":
        return {"files": _literal(path)}
    return {"configs": {"default": {"splits": {"train": {"files": _literal(path), "format": "jsonl"}}}}}


def _literal(path: str) -> str:
    """A manifest's pattern that means this path alone."""
    return re.sub(r"([*?[])", r"[\1]", path)


def _card(repo: str, revision: str | None = None) -> Any:
    return {"data": dict(_record("model", repo, revision).card)}


def _lookup(repo: str, repo_type: _Kind, path: str) -> Any:
    with _home() as home:
        _, name = _catalogue(repo_type, repo, "main", _one_file(repo_type, path))
        lock = read_lock(home.locks, name)
        file = None if lock is None else lock.by_path()[path]
        if file is None or not home.store.has(file.digest, file.size):
            return None
        return {"path": str(home.store.blob(home.store.sha256_of(file.digest) or ""))}


def _held() -> Any:
    with _home() as home:
        locks = [read_lock(home.locks, path.stem) for path in sorted(home.locks.glob("*.json"))]
        return [{"repo": lock.repo, "repo_type": lock.repo_type} for lock in locks if lock is not None]


def _layout(split: str | None, data_files: str | None) -> dict[str, Any]:
    """What a manifest says of configs: the card's own, or the file that the caller names."""
    if data_files is None:
        return {"from": "card"}
    return {"configs": {"default": {"splits": {split or "train": {"files": data_files}}}}, "default_config": "default"}


def _rows(
    repo: str,
    split: str,
    config: str | None = None,
    take: int | None = None,
    revision: str | None = None,
    data_files: str | None = None,
    data_dir: str | None = None,
) -> Any:
    if data_dir is not None:
        raise Unsupported("a manifest names files; it has no data_dir")
    with _home() as home:
        wanted = Address("", config, split)
        lock = _fetched(home, "dataset", repo, revision, _layout(split, data_files), wanted)
        found, locked = lock.split(config, split)
        return list(itertools.islice(open_split(home.store, lock, found.name, locked).rows(), take))


def _config_names(repo: str, revision: str | None = None) -> Any:
    with _home() as home:
        return [config.name for config in _locked(home, "dataset", repo, revision, {"from": "card"})[1].configs]


def _split_names(repo: str, config: str | None = None) -> Any:
    with _home() as home:
        lock = _locked(home, "dataset", repo, None, {"from": "card"})[1]
        return [split.name for split in lock.config(config).splits]


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "probe.client": _client,
    "datasets.info": _info("dataset"),
    "models.info": _info("model"),
    "datasets.files": _files("dataset"),
    "models.files": _files("model"),
    "datasets.file": _file("dataset"),
    "models.file": _file("model"),
    "datasets.readme": _readme("dataset"),
    "models.readme": _readme("model"),
    "models.card": _card,
    "files.download": _download,
    "libraries.hf_hub_download": _download,
    "cache.lookup": _lookup,
    "cache.scan": _held,
    "libraries.load_dataset": _rows,
    "libraries.get_dataset_config_names": _config_names,
    "libraries.get_dataset_split_names": _split_names,
}
"""What each line of the protocol calls."""


def main() -> None:
    """Answer the probe until it closes the line."""
    serve(OPERATIONS, error_of)


if __name__ == "__main__":
    main()
