"""The verb `lock` for what is not on a Hub: places have no commits, so the digests of the bytes are the pin.

A published digest in the manifest is taken at its word and proven by the fetch; any other file is read through once,
to learn its sha256. Who will have the bytes anyway keeps them on that way (`Keep`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeAlias

from recipes_data.catalogue import Catalogue
from recipes_data.digests import check_published
from recipes_data.errors import HubDownError, NotOnHubError
from recipes_data.hub.answers import Asked
from recipes_data.hub.port import RepoFile, RepoInfo
from recipes_data.lockfile import Lock, LockedFile
from recipes_data.locking import doubting, is_stale
from recipes_data.manifest import DatasetManifest, PublishedDigest, resolution_digest
from recipes_data.remote import Remote, shown_url
from recipes_data.resolving import carried, check_names, with_files
from recipes_data.sites import Sites, below, giver_of

__all__ = ["Keep", "lock_urls"]

Keep: TypeAlias = Callable[[Remote, str, str, Callable[[int], None]], tuple[int, str]]
"""What keeps the bytes of a file, by its path and its URL, and gives their size and sha256 (hex).

It tells the function their size before they count, and lets through what that raises.
"""

_BLOCK = 1 << 20
_UNKNOWN = "sha256:" + "0" * 64
_COMMIT = "0" * 40


def lock_urls(
    sites: Sites,
    catalogue: Catalogue,
    name: str,
    *,
    previous: Lock | None,
    upgrade: bool = False,
    allow_unsafe: bool = False,
    keep: Keep | None = None,
) -> Lock:
    """The lock of a dataset whose manifest names URLs. What `previous` pins stays, unless `upgrade` is set.

    `keep`: what keeps the bytes that have to be read; None: they are read for their digest alone.

    Raises:
        ManifestError: a pattern matches no file, or two splits claim one; with the manifest's line.
        NotOnHubError: a file is not there.
        IntegrityError: a file is not the one whose digest the manifest quotes as published.
        UnsafeFileError: a path or a kind of file that is never fetched, or not without `allow_unsafe`.
        UsageError, HubError: a place cannot be read.
    """
    manifest = catalogue.dataset(name)
    if previous is not None and not upgrade and not is_stale(previous, manifest):
        return previous
    with doubting(manifest):
        urls = _urls(manifest, sites, catalogue)
        listed = tuple(RepoFile(path, 0, _UNKNOWN) for path in sorted(urls))
        lock = Lock(
            name=name,
            repo=shown_url(manifest.source),
            repo_type="url",
            revision="url",
            commit=_COMMIT,
            origin=giver_of(manifest.source),
            manifest_digest=resolution_digest(manifest),
            files=(),
            configs=(),
            default_config=manifest.default_config,
            license=", ".join(manifest.license) if manifest.license else None,
            gated=None,
        )
        info = RepoInfo(shown_url(manifest.source), manifest.type, _COMMIT, listed)
        lock = with_files(lock, manifest, info, catalogue)
        check_names(lock, manifest, allow_unsafe=allow_unsafe)
        pinned = {} if previous is None or upgrade else previous.by_path()
        files = tuple(
            _locked_file(file.path, urls[file.path], manifest, sites, catalogue, pinned, keep or _read_through)
            for file in lock.files
        )
        lock = dataclasses.replace(lock, files=files, commit=_commit(files))
        check_published(lock, manifest)
        return carried(lock, previous)


def _urls(manifest: DatasetManifest, sites: Sites, catalogue: Catalogue) -> dict[str, str]:
    """The URL of every file that the manifest can mean, by path."""
    if manifest.url is None:
        return dict(manifest.urls)
    if manifest.url.startswith(("http://", "https://")):
        paths: Iterable[str] = _named(manifest)
    else:
        paths = sites.paths(manifest.url, catalogue.project)
    return {path: below(manifest.url, path) for path in paths}


def _named(manifest: DatasetManifest) -> set[str]:
    """What a manifest of an http place names, which is without patterns."""
    configs = manifest.all_configs().values()
    return {
        *(manifest.files or ()),
        *(path for config in configs for split in config.splits.values() for path in split.files),
    }


def _locked_file(
    path: str,
    url: str,
    manifest: DatasetManifest,
    sites: Sites,
    catalogue: Catalogue,
    pinned: Mapping[str, LockedFile],
    keep: Keep,
) -> LockedFile:
    known = manifest.digests.get(path)
    before = pinned.get(path)
    if before is not None and before.url == url and (known is None or known.digest == before.digest):
        return before
    asked = Asked(giver_of(url), shown_url(url), "url", "url")
    remote = sites.open(url, asked, catalogue.project)
    if remote is None:
        line = catalogue.line(manifest.name, "urls", path) if manifest.urls else catalogue.line(manifest.name, "url")
        raise NotOnHubError(f"{line}: {shown_url(url)} is not there", "correct the URL", missing="file")
    with contextlib.closing(remote):
        published = _taken_at_its_word(remote, known)
        if published is not None:
            size, digest = published
        else:
            size, sha256 = keep(remote, path, url, partial(_see_all_came, remote, url))
            digest = f"sha256:{sha256}"
    return LockedFile(path, size, digest, digest.partition(":")[2] if digest.startswith("sha256:") else None, url=url)


def _taken_at_its_word(remote: Remote, known: PublishedDigest | None) -> tuple[int, str] | None:
    """Size and digest as published, where the place or the manifest says the size."""
    if known is None or (remote.size is None and known.size is None):
        return None
    return known.size if remote.size is None and known.size is not None else remote.size or 0, known.digest


def _read_through(remote: Remote, path: str, url: str, check: Callable[[int], None]) -> tuple[int, str]:  # noqa: ARG001
    """As `Keep` says, and keeps nothing."""
    sha256, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(_BLOCK))
    while count := remote.readinto(buffer):
        sha256.update(buffer[:count])
        size += count
    check(size)
    return size, sha256.hexdigest()


def _see_all_came(remote: Remote, url: str, size: int) -> None:
    if remote.size is not None and size != remote.size:
        what = f"{shown_url(url)}: expected {remote.size:,} bytes, got {size:,}"
        raise HubDownError(what, "run the same command again")


def _commit(files: Iterable[LockedFile]) -> str:
    """Forty digits that stand for these bytes under these names, as a commit does on a Hub."""
    text = "\n".join(f"{file.path}\0{file.digest}" for file in files)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
