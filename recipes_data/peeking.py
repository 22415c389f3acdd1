"""The only home of looking into files that are not here: footers of parquet files, by ranges, some at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from recipes_data.errors import AuthError, GatedError, TableError
from recipes_data.hub.answers import Asked
from recipes_data.hub.port import RepoFile, RepoInfo
from recipes_data.hub.ranges import last_bytes
from recipes_data.hub.transfer import Wanted
from recipes_data.locked import Hub
from recipes_data.tables.footers import parquet_footer
from recipes_data.tables.source import FileFacts

__all__ = ["MOST_FOOTERS", "footers"]

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
