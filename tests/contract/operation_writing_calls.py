"""Calls of huggingface_hub that write; see operation_calls.py."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, RepoCard, SpaceHardware

from tests.contract.operation_calls import COMMIT, Call, Client
from tests.contract.recording_hub import Answer

__all__ = ["WRITING_CALLS"]

_BIG = bytes(range(256)) * 8
_BIG_SHA256 = hashlib.sha256(_BIG).hexdigest()
_COMMIT_URL = f"<hub>/datasets/acme/t/commit/{COMMIT}"
_PULL_REQUEST = "<hub>/datasets/acme/t/discussions/1"
_CARD = "---\nlicense: mit\n---\n# Card\n"
_API = "/api/datasets/acme/t"
_WHERE: dict[str, object] = {"repo_type": "datasets", "repo_id": "acme/t", "revision": "main"}
_REPO: dict[str, object] = {"repo_type": "datasets", "repo_id": "acme/t"}


def _uploads(*files: tuple[str, str]) -> dict[tuple[str, str], Answer]:
    """Answers to a whole commit of these (path, upload mode)."""
    modes = [{"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": None} for path, mode in files]
    return {
        ("POST", "/api/validate-yaml"): Answer({"errors": [], "warnings": []}),
        ("POST", f"{_API}/preupload/main"): Answer({"files": modes}),
        ("POST", "/datasets/acme/t.git/info/lfs/objects/batch"): Answer(
            {"transfer": "basic", "objects": [{"oid": _BIG_SHA256, "size": len(_BIG)}]}
        ),
        ("POST", f"{_API}/commit/main"): Answer(
            {"commitOid": COMMIT, "commitUrl": _COMMIT_URL, "pullRequestUrl": _PULL_REQUEST}
        ),
        ("POST", "/api/repos/create"): Answer({"url": "<hub>/datasets/acme/t"}),
        ("GET", f"{_API}/tree/main"): Answer([]),
        ("GET", f"{_API}/revision/main"): Answer({"id": "acme/t", "sha": COMMIT, "siblings": []}),
    }


def _described(path: str, content: bytes) -> dict[str, object]:
    """A file as preupload wants it."""
    return {"path": path, "sample": base64.b64encode(content[:512]).decode(), "size": len(content)}


def _line(path: str, content: bytes) -> dict[str, object]:
    return {"content": base64.b64encode(content).decode(), "path": path, "encoding": "base64"}


def _commits() -> list[Call]:
    plain, big = ("a.txt", "regular"), ("b.bin", "lfs")

    def commit(client: Client, **more: Any) -> object:
        operations = [
            CommitOperationAdd("a.txt", b"abc"),
            CommitOperationAdd("b.bin", _BIG),
            CommitOperationAdd("README.md", _CARD.encode()),
            CommitOperationAdd(".gitignore", b"*.tmp\n"),
            CommitOperationDelete("old.txt"),
            CommitOperationDelete("old/"),
        ]
        options: dict[str, Any] = {"repo_type": "dataset", "commit_message": "Add", "commit_description": "why"}
        return client.api.create_commit("acme/t", operations, **options, **more)

    def preupload(client: Client) -> object:
        return client.api.preupload_lfs_files("acme/t", [CommitOperationAdd("b.bin", _BIG)], repo_type="dataset")

    answers = _uploads(plain, big, ("README.md", "regular"), (".gitignore", "regular"))
    described = [_described("a.txt", b"abc"), _described("b.bin", _BIG)]
    described += [_described("README.md", _CARD.encode()), _described(".gitignore", b"*.tmp\n")]
    lfs: dict[str, object] = {
        "repository": "datasets/acme/t",
        "transfers": ["basic", "multipart"],
        "objects": [{"oid": _BIG_SHA256, "size": len(_BIG)}],
        "ref": {"name": "main"},
    }
    whole: dict[str, object] = {
        **_WHERE,
        "create_pr": "1",
        "header": {"summary": "Add", "description": "why", "parentCommit": COMMIT},
        "file": [_line("a.txt", b"abc"), _line("README.md", _CARD.encode()), _line(".gitignore", b"*.tmp\n")],
        "lfs_file": [{"path": "b.bin", "algo": "sha256", "oid": _BIG_SHA256, "size": len(_BIG)}],
        "deleted_file": [{"path": "old.txt"}],
        "deleted_folder": [{"path": "old/"}],
    }
    ignored = {"files": described, "git_ignore": "*.tmp\n"}
    return [
        Call("commits.preupload", "HfApi.create_commit", commit, {**_WHERE, **ignored}, answers),
        Call(
            "commits.preupload",
            "HfApi.create_commit",
            lambda c: commit(c, create_pr=True),
            {**_WHERE, **ignored, "create_pr": "1"},
            answers,
        ),
        Call(
            "commits.preupload",
            "HfApi.preupload_lfs_files",
            preupload,
            {**_WHERE, "files": [_described("b.bin", _BIG)]},
            _uploads(big),
        ),
        Call("commits.lfs_batch", "HfApi.create_commit", commit, lfs, answers),
        Call("commits.lfs_batch", "HfApi.preupload_lfs_files", preupload, lfs, _uploads(big)),
        Call(
            "commits.create",
            "HfApi.create_commit",
            lambda c: commit(c, create_pr=True, parent_commit=COMMIT),
            whole,
            answers,
        ),
        Call(
            "commits.validate_card",
            "HfApi.create_commit",
            commit,
            {"content": _CARD, "repo_type": "dataset"},
            answers,
        ),
        Call(
            "commits.validate_card",
            "RepoCard.validate",
            lambda c: RepoCard(_CARD).validate(repo_type="dataset"),
            {"content": _CARD, "repo_type": "dataset"},
            answers,
            anonymous=True,
            since="2.4.0",  # earlier ones ask https://huggingface.co, whatever the endpoint
        ),
    ]


def _uploading() -> list[Call]:
    """The functions that commit one file or one folder."""

    def folder(client: Client) -> object:
        source = client.folder / "source"
        source.mkdir()
        (source / "a.txt").write_bytes(b"abc")
        return client.api.upload_folder(
            repo_id="acme/t", folder_path=source, repo_type="dataset", commit_message="Add", commit_description=""
        )

    def one(name: str, make: Any, *lines: tuple[str, Any]) -> Call:
        header = {"summary": "Add", "description": ""}
        return Call(
            "commits.create", name, make, {**_WHERE, "header": header, **dict(lines)}, _uploads(("a.txt", "regular"))
        )

    added = ("file", [_line("a.txt", b"abc")])
    common: dict[str, Any] = {"repo_id": "acme/t", "repo_type": "dataset", "commit_message": "Add"}
    return [
        one(
            "HfApi.upload_file",
            lambda c: c.api.upload_file(path_or_fileobj=b"abc", path_in_repo="a.txt", **common),
            added,
        ),
        one("HfApi.upload_folder", folder, added),
        one(
            "HfApi.delete_file",
            lambda c: c.api.delete_file("a.txt", **common),
            ("deleted_file", [{"path": "a.txt"}]),
        ),
        one(
            "HfApi.delete_folder",
            lambda c: c.api.delete_folder("a", **common),
            ("deleted_folder", [{"path": "a"}]),
        ),
    ]


def _repositories() -> list[Call]:
    created = {("POST", "/api/repos/create"): Answer({"url": "<hub>/datasets/acme/t"})}
    space: dict[str, Any] = {"repo_type": "space", "space_sdk": "docker", "space_hardware": SpaceHardware.CPU_UPGRADE}
    space |= {"space_sleep_time": 60, "space_secrets": [{"key": "k", "value": "v"}]}
    space |= {"space_variables": [{"key": "n", "value": "1"}], "resource_group_id": "g"}
    sent: dict[str, object] = {"name": "t", "organization": "acme", "type": "space", "sdk": "docker"}
    sent |= {"hardware": "cpu-upgrade", "sleep_time_seconds": 60, "secrets": [{"key": "k", "value": "v"}]}
    sent |= {"variables": [{"key": "n", "value": "1"}], "resource_group_id": "g"}
    named: dict[str, object] = {"name": "t", "organization": "acme", "type": "dataset"}
    settings = {("PUT", f"{_API}/settings"): Answer()}
    there = {("GET", _API): Answer({"id": "acme/t"}), ("GET", f"{_API}/revision/v1"): Answer({"id": "acme/t"})}
    gone = {("DELETE", "/api/repos/delete"): Answer()}
    moved = {("POST", "/api/repos/move"): Answer()}

    def create(asked: dict[str, Any], wanted: dict[str, object], **versions: str) -> Call:
        return Call(
            "repos.create",
            "HfApi.create_repo",
            lambda c: c.api.create_repo("acme/t", **asked),
            wanted,
            created,
            **versions,
        )

    def change(asked: dict[str, Any], wanted: dict[str, object], **versions: str) -> Call:
        return Call(
            "repos.settings",
            "HfApi.update_repo_settings",
            lambda c: c.api.update_repo_settings("acme/t", repo_type="dataset", **asked),
            {**_REPO, **wanted},
            settings,
            **versions,
        )

    return [
        create({"repo_type": "dataset"}, named),
        create(space, sent),
        create({"repo_type": "dataset", "private": True}, {**named, "private": True}, until="1.5.0"),
        create({"repo_type": "dataset", "private": True}, {**named, "visibility": "private"}, since="1.33.0"),
        create({"repo_type": "dataset", "region": "eu"}, {**named, "region": "eu"}, since="1.33.0"),
        Call(
            "repos.delete",
            "HfApi.delete_repo",
            lambda c: c.api.delete_repo("acme/t", repo_type="dataset"),
            named,
            gone,
        ),
        change({"gated": "auto"}, {"gated": "auto"}),
        change({"gated": False}, {"gated": False}),
        change({"private": True}, {"private": True}, until="1.5.0"),
        change({"visibility": "public"}, {"visibility": "public"}, since="1.33.0"),
        Call(
            "repos.move",
            "HfApi.move_repo",
            lambda c: c.api.move_repo("acme/t", "acme/u", repo_type="dataset"),
            {"from_repo": "acme/t", "to_repo": "acme/u", "type": "dataset"},
            moved,
        ),
        Call(
            "repos.exists",
            "HfApi.repo_exists",
            lambda c: c.api.repo_exists("acme/t", repo_type="dataset"),
            _REPO,
            there,
        ),
        Call(
            "repos.exists",
            "HfApi.revision_exists",
            lambda c: c.api.revision_exists("acme/t", "v1", repo_type="dataset"),
            {**_REPO, "revision": "v1"},
            there,
        ),
    ]


def _branches_and_tags() -> list[Call]:
    kind: dict[str, Any] = {"repo_type": "dataset"}
    branch, tag = f"{_API}/branch/a%2Fb", f"{_API}/tag/v%2F1"
    return [
        Call(
            "repos.branch_create",
            "HfApi.create_branch",
            lambda c: c.api.create_branch("acme/t", branch="a/b", revision="v1", **kind),
            {**_REPO, "branch": "a/b", "starting_point": "v1"},
            {("POST", branch): Answer()},
        ),
        Call(
            "repos.branch_delete",
            "HfApi.delete_branch",
            lambda c: c.api.delete_branch("acme/t", branch="a/b", **kind),
            {**_REPO, "branch": "a/b"},
            {("DELETE", branch): Answer()},
        ),
        Call(
            "repos.tag_create",
            "HfApi.create_tag",
            lambda c: c.api.create_tag("acme/t", tag="v/1", tag_message="why", revision="a/b", **kind),
            {**_REPO, "tag": "v/1", "message": "why", "revision": "a/b"},
            {("POST", f"{_API}/tag/a%2Fb"): Answer()},
        ),
        Call(
            "repos.tag_delete",
            "HfApi.delete_tag",
            lambda c: c.api.delete_tag("acme/t", tag="v/1", **kind),
            {**_REPO, "tag": "v/1"},
            {("DELETE", tag): Answer()},
        ),
    ]


WRITING_CALLS: tuple[Call, ...] = (
    *_commits(),
    *_uploading(),
    *_repositories(),
    *_branches_and_tags(),
)
