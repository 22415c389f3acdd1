"""The only home of what a driver may be asked: every line's `op`, its `args`, and what the answer has to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["VOCABULARY", "Line"]

_BYTES = '`{"path": "/a/file"}` or `{"base64": "..."}`'
_NOTHING = "anything"
_IDS = '`[{"id": "ORG/NAME"}, ...]`'


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of line: `args` by name (those in `optional` may be missing), what it asks, what `ok` is.

    Where a list of names is asked for, plain texts do as well as records with the key that is shown.
    """

    asks: str
    args: tuple[str, ...]
    ok: str
    optional: tuple[str, ...] = ()


_FILE = ("repo", "repo_type", "path")


def _of_kind(kind: str) -> dict[str, Line]:
    one = kind.removesuffix("s")
    found = ("author", "search", "filter", "sort", "limit")
    return {
        f"{kind}.list": Line(f"search {kind}: at most `limit`, in the Hub's order", (), _IDS, found),
        f"{kind}.info": Line(f"a {one}'s record", ("repo",), '`{"id", "sha", "gated"}`', ("revision",)),
        f"{kind}.files": Line(f"every file of a {one}, no folders", ("repo",), '`[{"path"}, ...]`', ("revision",)),
        f"{kind}.file": Line(f"one file of a {one}", ("repo", "path"), _BYTES),
        f"{kind}.commits": Line(f"the history of a {one}, newest first", ("repo",), '`[{"id", "title"}, ...]`'),
        f"{kind}.refs": Line(f"branches and tags of a {one}", ("repo",), '`{"branches": [...], "tags": [...]}`'),
        f"{kind}.readme": Line(f"README.md of a {one}", ("repo",), f'{_BYTES} or `{{"text": "..."}}`'),
    }


_LIBRARIES: Mapping[str, Line] = {
    "libraries.snapshot_download": Line(
        "a folder with a repository's files", ("repo", "repo_type"), '`{"path": "/a/folder"}`', ("allow_patterns",)
    ),
    "libraries.hf_file_system": Line(
        "files that a pattern (`**/*.jsonl`) finds", ("repo", "repo_type", "pattern"), '`[{"path"}, ...]`'
    ),
    "libraries.load_dataset": Line(
        "all rows of a split",
        ("repo", "split"),
        "`[{column: value}, ...]`",
        ("config", "data_files", "data_dir", "revision"),
    ),
    "libraries.load_dataset_streaming": Line(
        "the first `take` rows, and no more of the files than that needs",
        ("repo", "split", "take"),
        "`[{column: value}, ...]`",
    ),
    "libraries.get_dataset_config_names": Line("names of configs", ("repo",), '`["name", ...]`'),
    "libraries.get_dataset_split_names": Line("names of splits", ("repo", "config"), '`["name", ...]`'),
    "libraries.safetensors_metadata": Line(
        "names of the tensors in `model.safetensors`, without their numbers", ("repo",), '`["name", ...]`'
    ),
    "libraries.from_pretrained": Line("a model's configuration", ("repo",), '`{"config": {...}}`'),
    "libraries.upload": Line(
        "commit a folder's files", ("repo", "repo_type", "message", "files"), '`{"commit": "..."}`'
    ),
}

_FILES: Mapping[str, Line] = {
    "files.head": Line("what a HEAD tells of a file", _FILE, '`{"commit", "etag", "size"}`, `etag` without quotes'),
    "files.download": Line("a file, through the client's cache", _FILE, _BYTES, ("revision",)),
    "files.range": Line("`length` bytes from `start` on", (*_FILE, "start", "length"), _BYTES),
    "streaming.ranged_read": Line(
        "the same, read from a file object of the client's", (*_FILE, "start", "length"), _BYTES
    ),
    "files.paths_info": Line(
        "what is known of some paths; those that are not there are left out",
        ("repo", "repo_type", "paths"),
        '`[{"path"}, ...]`',
    ),
    "files.xet_token": Line(
        "a token for reading Xet storage", ("repo", "repo_type", "revision"), '`{"endpoint", "token"}`'
    ),
    "cache.lookup": Line("a file, if the cache has it; else null", _FILE, f"{_BYTES}, or `null`"),
    "cache.scan": Line("repositories that the cache has something of", (), '`[{"repo"}, ...]`'),
}

_WRITING: Mapping[str, Line] = {
    "repos.exists": Line("whether a repository is there", ("repo", "repo_type"), "`true` or `false`"),
    "repos.create": Line("make a repository", ("repo", "repo_type"), _NOTHING, ("private",)),
    "repos.delete": Line("delete a repository", ("repo", "repo_type"), _NOTHING),
    "repos.settings": Line("make it private, gated", ("repo", "repo_type"), _NOTHING, ("private", "gated")),
    "repos.move": Line("rename a repository", ("repo", "repo_type", "to"), _NOTHING),
    "repos.branch_create": Line("make a branch", ("repo", "repo_type", "branch"), _NOTHING),
    "repos.branch_delete": Line("delete a branch", ("repo", "repo_type", "branch"), _NOTHING),
    "repos.tag_create": Line("tag `main`", ("repo", "repo_type", "tag"), _NOTHING),
    "repos.tag_delete": Line("delete a tag", ("repo", "repo_type", "tag"), _NOTHING),
    "commits.create": Line(
        'commit `files`: `[{"path", "base64"}, ...]`', ("repo", "repo_type", "message", "files"), '`{"commit": "..."}`'
    ),
}

_PEOPLE: Mapping[str, Line] = {
    "auth.whoami": Line("whose token it is", (), '`{"name"}`'),
    "auth.check": Line("may the files be read? An error where not", ("repo", "repo_type"), _NOTHING),
    "auth.check_write": Line("may they be written? An error where not", ("repo", "repo_type"), _NOTHING),
    "auth.user": Line("a user", ("user",), '`{"name"}`'),
    "auth.user_repos": Line("one's own repositories", (), _IDS),
    "models.discussions": Line("discussions of a model", ("repo", "repo_type"), '`[{"num"}, ...]`'),
    "models.card": Line("the header of a model's card", ("repo",), '`{"data": {...}}`'),
    "discussions.list": Line("discussions of a repository", ("repo", "repo_type"), '`[{"num"}, ...]`'),
    "discussions.get": Line("one discussion", ("repo", "repo_type", "num"), '`{"num", "title"}`'),
    "collections.list": Line("collections of an owner", ("owner",), '`[{"slug"}, ...]`'),
    "collections.get": Line("a collection", ("slug",), '`{"slug", "items": [{"id"}, ...]}`'),
    "organizations.overview": Line("an organization", ("organization",), '`{"name"}`'),
    "organizations.members": Line("its members", ("organization",), '`[{"name"}, ...]`'),
    "organizations.repos": Line("its repositories", ("organization",), _IDS),
}

_NEVER_ASKED = {f"spaces.{verb}" for verb in ("commits", "refs", "readme")}

VOCABULARY: Mapping[str, Line] = {
    "probe.client": Line("what the driver drives; asked first", (), '`{"name": "...", "version": "..."}`'),
    **{
        op: line
        for kind in ("models", "datasets", "spaces")
        for op, line in _of_kind(kind).items()
        if op not in _NEVER_ASKED
    },
    **_FILES,
    **_WRITING,
    **_PEOPLE,
    **_LIBRARIES,
}
"""By `op`. `repo_type` is "dataset", "model" or "space"; `revision` a branch, tag or commit, `main` by default."""
