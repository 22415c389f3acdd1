"""The only home of looking into files that are not here: footers of parquet files, by ranges."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from recipes_data.errors import AuthError, GatedError, NotOnHubError, TableError
from recipes_data.hub.answers import Asked
from recipes_data.hub.port import RepoFile, RepoInfo
from recipes_data.hub.ranges import last_bytes
from recipes_data.hub.transfer import Wanted
from recipes_data.locked import Hub
from recipes_data.remote import Remote
from recipes_data.sites import Sites
from recipes_data.tables.footers import parquet_footer
from recipes_data.tables.source import FileFacts

__all__ = ["MOST_FOOTERS", "footers", "place_footers"]

MOST_FOOTERS = 64
_AT_ONCE = 8


def footers(hub: Hub, info: RepoInfo, paths: Iterable[str]) -> dict[str, FileFacts | str]:
    """By path: what the footers of these parquet files of a repository say, or why one cannot be read.

    Of more than `MOST_FOOTERS` paths only the first are looked into: the rest is not in the answer.

    Raises:
        HubError: the Hub fails, or gives no parts of files. That files may not be read is no failure, but an answer.
    """
    chosen = list(dict.fromkeys(paths))[:MOST_FOOTERS]
    by_path = {file.path: file for file in info.files}
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        found = list(pool.map(lambda path: _footer(hub, info, by_path[path]), chosen))
    finally:
        # after Ctrl-C or a failure nobody waits for the others, which may sit in a read for long
        pool.shutdown(wait=False, cancel_futures=True)
    return dict(zip(chosen, found, strict=True))


def place_footers(sites: Sites, urls: Mapping[str, str], project: Path, called: str) -> dict[str, FileFacts | str]:
    """The same of files of a place that is no Hub: `urls` by path, the place as it is `called` in messages.

    Raises:
        HubError: the place fails, or a file is not there any more.
    """
    chosen = list(urls.items())[:MOST_FOOTERS]
    return {path: _place_footer(sites, url, project, called, path) for path, url in chosen}


def _place_footer(sites: Sites, url: str, project: Path, called: str, path: str) -> FileFacts | str:
    remote = sites.open(url, Asked(called, called, "url", "url", path), project)
    if remote is None:
        raise NotOnHubError(f"{path} of {called} is not there any more", "run the same command again")
    with contextlib.closing(remote):
        size = remote.size
        if size is None:
            return f"{path}: the place does not say how long the file is"
        try:
            return parquet_footer(lambda count: _last(remote, size, count), size, path)
        except TableError as exc:
            return exc.what


def _last(remote: Remote, size: int, count: int) -> bytes:
    remote.seek(size - count)
    body, at = bytearray(count), 0
    while at < count and (got := remote.readinto(memoryview(body)[at:])):
        at += got
    return bytes(body[:at])


def _footer(hub: Hub, info: RepoInfo, file: RepoFile) -> FileFacts | str:
    auth = hub.client.auth_headers()
    asked = Asked(hub.client.endpoint, info.repo, info.repo_type, info.commit, file.path, token_sent=bool(auth))
    url = hub.client.file_url(info.repo, info.commit, file.path, info.repo_type)
    wanted = Wanted(url, file.size, file.digest, asked)

    def last(count: int) -> bytes:
        return last_bytes(wanted, count, connections=hub.connections, auth=auth, patience=hub.patience)

    try:
        return parquet_footer(last, file.size, file.path)
    except (GatedError, AuthError, TableError) as exc:
        return exc.what  # who may not read the files yet can still be told all the rest
