"""How huggingface_hub's functions are called to see what they send, and which arguments of the table that is.

A call stands for one function and one row. `arguments` are those of the request builder: the request that it builds
must be the one that came. `since` and `until` are versions of huggingface_hub, where not every one takes the call;
`anonymous`: the function sends no token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import huggingface_hub
from huggingface_hub import HfApi

from tests.contract.recording_hub import Answer

__all__ = ["COMMIT", "READING_CALLS", "TOKEN", "Call", "Client"]

TOKEN = "hf_of-a-member"
COMMIT = "740312add88f781978c0658806c59bc2815b9866"
_SHA256 = "4613a38a7f79ada3fc343ea4de1488f8828f0fe602d8cb7bdce958040b204b8b"


@dataclass(frozen=True, slots=True)
class Client:
    """What a call has at hand: an HfApi with endpoint and token, the endpoint, a folder of its own."""

    api: HfApi
    url: str
    folder: Path

    def file_system(self) -> huggingface_hub.HfFileSystem:
        """One that no other call has filled."""
        return huggingface_hub.HfFileSystem(endpoint=self.url, token=TOKEN, skip_instance_cache=True)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `function` (as the table has it, without `huggingface_hub.`) that makes the request of a row."""

    operation: str
    function: str
    make: Callable[[Client], object]
    arguments: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    anonymous: bool = False


def _get(path: str, content: Any, *, paged: bool = False) -> dict[tuple[str, str], Answer]:
    return {("GET", path): Answer(content, paged=paged)}


def _post(path: str, content: Any) -> dict[tuple[str, str], Answer]:
    return {("POST", path): Answer(content)}


def _file(path: str, content: bytes = b"---\nlicense: mit\n---\n# Card\n") -> dict[tuple[str, str], Answer]:
    answer = Answer(content, headers={"x-repo-commit": COMMIT, "etag": '"ab63a3c9671e92a9ef038fcd12e483dc7a308735"'})
    return {("HEAD", path): answer, ("GET", path): answer}


_PREFIXES = {"models": "", "datasets": "datasets/", "spaces": "spaces/"}
_NODE = {"type": "file", "path": "data/a.txt", "size": 3, "oid": "ab63a3c9671e92a9ef038fcd12e483dc7a308735"}
_LIST_ANSWER = {
    "models": {"id": "acme/a", "modelId": "acme/a", "tags": [], "downloads": 1, "likes": 1, "private": False},
    "datasets": {"id": "acme/a", "author": "acme", "sha": COMMIT, "tags": [], "downloads": 1, "likes": 1},
    "spaces": {"id": "acme/a", "author": "acme", "sha": COMMIT, "sdk": "docker", "likes": 1},
}
_SORTED = {"sort": "last_modified", "limit": 2, "author": "acme", "search": "math"}
_SENT = {"sort": "lastModified", "limit": 2, "author": "acme", "search": "math"}


def _listing(kind: str) -> list[Call]:
    """`list_models` and its like: every parameter, in as many calls as exclude each other."""
    operation, function = f"{kind}.list", f"HfApi.list_{kind}"
    answers = _get(f"/api/{kind}", [_LIST_ANSWER[kind]], paged=True)

    def call(asked: dict[str, Any], sent: dict[str, Any], **versions: str) -> Call:
        return Call(
            operation,
            function,
            lambda client: list(getattr(client.api, f"list_{kind}")(**asked)),
            sent,
            answers,
            **versions,
        )

    return [
        call({**_SORTED, "filter": ["a", "b"], "full": True}, {**_SENT, "filter": ["a", "b"], "full": True}),
        call({"filter": "a", "expand": ["sha", "likes"]}, {"filter": ["a"], "expand": ["sha", "likes"]}),
        call({"sort": "created_at"}, {"sort": "createdAt"}),
        call({"sort": "trending_score"}, {"sort": "trendingScore"}),
        call({"sort": "likes"}, {"sort": "likes"}),
        call({"sort": "likes", "direction": -1}, {"sort": "likes", "direction": -1}, until="1.5.0"),
    ]


def _more_of_listing() -> list[Call]:
    tags = ("language", "language_creators", "multilinguality", "size_categories", "task_categories", "task_ids")
    models, datasets = _get("/api/models", [], paged=True), _get("/api/datasets", [], paged=True)
    spaces = _get("/api/spaces", [], paged=True)
    model_asked: dict[str, Any] = {"apps": "vllm", "gated": False, "inference": "warm", "inference_provider": "all"}
    model_asked |= {"pipeline_tag": "text-generation", "trained_dataset": ["acme/t", "dataset:acme/u"]}
    tagged = {name: [f"{name}-1", f"{name}:2"] for name in tags}
    parquet = {"parquet_files": [{"config": "main", "split": "train", "url": "u", "size": 1}]}
    return [
        Call(
            "models.list",
            "HfApi.list_models",
            lambda client: list(client.api.list_models(**model_asked, cardData=True, fetch_config=True)),
            {**model_asked, "card_data": True, "config": True},
            models,
        ),
        Call(
            "models.list",
            "HfApi.list_models",
            lambda client: list(client.api.list_models(num_parameters="min:6B,max:128B")),
            {"num_parameters": "min:6B,max:128B"},
            models,
            since="1.33.0",
        ),
        Call(
            "datasets.list",
            "HfApi.list_datasets",
            lambda client: list(client.api.list_datasets(filter="x", **tagged, benchmark=True, gated=True)),
            {"filter": "x", **tagged, "benchmark": "official", "gated": True},
            datasets,
        ),
        Call(
            "datasets.list",
            "HfApi.list_datasets",
            lambda client: list(client.api.list_datasets(dataset_name="gsm8k", search="math")),
            {"search": ["gsm8k", "math"]},
            datasets,
        ),
        Call(
            "spaces.list",
            "HfApi.list_spaces",
            lambda client: list(client.api.list_spaces(datasets=["a/b", "c"], models="m", linked=True)),
            {"datasets": ["a/b", "c"], "models": "m", "linked": True},
            spaces,
        ),
        Call(
            "datasets.parquet",
            "HfApi.list_dataset_parquet_files",
            lambda client: client.api.list_dataset_parquet_files("acme/t", config="main"),
            {"dataset": "acme/t", "config": "main"},
            _get("/parquet", parquet),
            since="1.33.0",
        ),
    ]


def _of_one_repository(kind: str) -> list[Call]:
    """What is asked of one model, dataset or space."""
    one, api = kind[:-1], f"/api/{kind}/acme/t"
    record = {**_LIST_ANSWER[kind], "id": "acme/t", "siblings": [{"rfilename": "README.md"}]}
    info, at_pr = _get(api, record), _get(f"{api}/revision/refs%2Fpr%2F1", record)
    tree = _get(f"{api}/tree/main", [_NODE], paged=True)
    folder = _get(f"{api}/tree/v1.0/data%2Fb%20c", [_NODE], paged=True)
    resolve = f"/{_PREFIXES[kind]}acme/t/resolve/refs%2Fpr%2F1/data/b%20c.txt"
    repo = {"repo_id": "acme/t"}
    return [
        Call(f"{kind}.info", f"HfApi.{one}_info", lambda c: getattr(c.api, f"{one}_info")("acme/t"), repo, info),
        Call(
            f"{kind}.info",
            f"HfApi.{one}_info",
            lambda c: getattr(c.api, f"{one}_info")("acme/t", revision="refs/pr/1", files_metadata=True),
            {**repo, "revision": "refs/pr/1", "blobs": True},
            at_pr,
        ),
        Call(
            f"{kind}.info",
            "HfApi.repo_info",
            lambda c: c.api.repo_info("acme/t", repo_type=one, expand=["sha", "likes"]),
            {**repo, "expand": ["sha", "likes"]},
            info,
        ),
        Call(
            f"{kind}.files",
            "HfApi.list_repo_tree",
            lambda c: list(
                c.api.list_repo_tree("acme/t", "data/b c", revision="v1.0", expand=True, repo_type=one, recursive=False)
            ),
            {**repo, "path": "data/b c", "revision": "v1.0", "expand": True, "recursive": False},
            folder,
        ),
        Call(
            f"{kind}.files",
            "HfApi.list_repo_files",
            lambda c: c.api.list_repo_files("acme/t", repo_type=one),
            {**repo, "recursive": True},
            tree,
        ),
        Call(
            f"{kind}.file",
            "HfApi.hf_hub_download",
            lambda c: c.api.hf_hub_download(
                "acme/t", "data/b c.txt", repo_type=one, revision="refs/pr/1", cache_dir=c.folder
            ),
            {**repo, "path": "data/b c.txt", "revision": "refs/pr/1"},
            _file(resolve, b"abc"),
        ),
    ]


def _history(kind: str) -> list[Call]:
    one, api = kind[:-1], f"/api/{kind}/acme/t"
    ref = {"name": "main", "ref": "refs/heads/main", "targetCommit": COMMIT}
    refs = _get(f"{api}/refs", {"branches": [ref], "converts": [], "tags": [], "pullRequests": []})
    date = "2026-03-23T10:18:13.000Z"
    commit = {"id": COMMIT, "authors": [{"user": "a"}], "date": date, "title": "t", "message": ""}
    readme = _file(f"/{_PREFIXES[kind]}acme/t/resolve/main/README.md")
    cards: dict[str, Any] = {
        "datasets": [("datasets.readme", huggingface_hub.DatasetCard)],
        "models": [("models.readme", huggingface_hub.RepoCard), ("models.card", huggingface_hub.ModelCard)],
    }
    repo = {"repo_id": "acme/t"}
    return [
        Call(
            f"{kind}.commits",
            "HfApi.list_repo_commits",
            lambda c: c.api.list_repo_commits("acme/t", repo_type=one, revision="v1", formatted=True),
            {**repo, "revision": "v1", "expand": "formatted"},
            _get(f"{api}/commits/v1", [commit], paged=True),
        ),
        Call(
            f"{kind}.refs",
            "HfApi.list_repo_refs",
            lambda c: c.api.list_repo_refs("acme/t", repo_type=one, include_pull_requests=True),
            {**repo, "include_prs": 1},
            refs,
        ),
        Call(
            f"{kind}.refs", "HfApi.list_repo_refs", lambda c: c.api.list_repo_refs("acme/t", repo_type=one), repo, refs
        ),
        *(
            Call(
                operation,
                f"{card.__name__}.load",
                lambda c, card=card: card.load("acme/t", repo_type=one, token=TOKEN),
                repo,
                readme,
            )
            for operation, card in cards[kind]
        ),
    ]


def _files() -> list[Call]:
    path = "/datasets/acme/t/resolve/main/data/a.txt"
    place: dict[str, object] = {"repository": "datasets/acme/t", "path": "data/a.txt"}
    found = _file(path, b"0123456789")
    part = {("GET", path): Answer(b"234", status=206, headers={"content-range": "bytes 2-4/10"})}
    node = {**_NODE, "size": 10}
    record = {**_LIST_ANSWER["datasets"], "id": "acme/t", "siblings": []}
    seen = {**_get("/api/datasets/acme/t", record), **_get("/api/datasets/acme/t/revision/main", record)}
    seen |= _post("/api/datasets/acme/t/paths-info/main", [node])
    seen |= _get("/api/datasets/acme/t/tree/main/data", [node]) | part
    hffs = "datasets/acme/t/data/a.txt"
    return [
        Call(
            "files.head",
            "HfApi.get_hf_file_metadata",
            lambda c: c.api.get_hf_file_metadata(url=f"{c.url}{path}", token=TOKEN),
            place,
            found,
        ),
        Call(
            "files.head",
            "HfApi.file_exists",
            lambda c: c.api.file_exists("acme/t", "data/a.txt", repo_type="dataset"),
            place,
            found,
        ),
        Call(
            "files.download",
            "HfApi.hf_hub_download",
            lambda c: c.api.hf_hub_download("acme/t", "data/a.txt", repo_type="dataset", cache_dir=c.folder),
            place,
            found,
        ),
        Call(
            "files.range",
            "HfFileSystem.read_block",
            lambda c: c.file_system().read_block(hffs, 2, 3),
            {**place, "range": "bytes=2-9"},
            seen,
        ),
        Call(
            "files.range",
            "HfFileSystem.cat_file",
            lambda c: c.file_system().cat_file(hffs, start=2, end=5),
            {**place, "range": "bytes=2-9"},
            seen,
        ),
        Call(
            "files.paths_info",
            "HfApi.get_paths_info",
            lambda c: c.api.get_paths_info("acme/t", ["data/a.txt", "b c"], expand=True, repo_type="dataset"),
            {"repo_type": "datasets", "repo_id": "acme/t", "paths": ["data/a.txt", "b c"], "expand": True},
            _post("/api/datasets/acme/t/paths-info/main", [_NODE]),
        ),
    ]


def _xet_tokens() -> list[Call]:
    """No public function: what the library's own modules ask for, in the form of each version."""
    headers = {
        "x-xet-cas-url": "http://cas.invalid",
        "x-xet-access-token": "t",
        "x-xet-token-expiration": str(int(time.time()) + 3600),
    }

    def ask(client: Client, kind: str) -> object:
        from huggingface_hub.utils import _xet  # has another content in each version

        where: dict[str, Any] = {
            "token_type": _xet.XetTokenType(kind),
            "repo_id": "acme/t",
            "repo_type": "dataset",
            "endpoint": client.url,
            "revision": "main",
        }
        sent = {"authorization": f"Bearer {TOKEN}"}
        if hasattr(_xet, "fetch_xet_connection_info_from_repo_info"):
            return _xet.fetch_xet_connection_info_from_repo_info(**where, headers=sent)
        route = _xet.xet_connection_info_refresh_url(**where)
        data = _xet.XetFileData(file_hash="0" * 64, refresh_route=route)
        return _xet.refresh_xet_connection_info(file_data=data, headers=sent)

    def answers(kind: str) -> dict[tuple[str, str], Answer]:
        return {("GET", f"/api/datasets/acme/t/xet-{kind}-token/main"): Answer(headers=headers)}

    where = {"repo_type": "datasets", "repo_id": "acme/t", "revision": "main"}
    return [
        Call("files.xet_token", "utils._xet", lambda c: ask(c, "read"), where, answers("read")),
        Call("commits.xet_write_token", "utils._xet", lambda c: ask(c, "write"), where, answers("write")),
    ]


READING_CALLS: tuple[Call, ...] = (
    *(call for kind in _PREFIXES for call in (*_listing(kind), *_of_one_repository(kind))),
    *(call for kind in ("models", "datasets") for call in _history(kind)),
    *_more_of_listing(),
    Call(
        "models.info",
        "HfApi.model_info",
        lambda c: c.api.model_info("acme/t", securityStatus=True),
        {"repo_id": "acme/t", "security_status": True},
        _get("/api/models/acme/t", {**_LIST_ANSWER["models"], "siblings": []}),
    ),
    *_files(),
    *_xet_tokens(),
)
