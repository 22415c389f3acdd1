"""Scenarios of writing: repositories made, moved and deleted, branches, tags, commits, uploads."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from recipes_data.gaps.probe.rules import fails, says, succeeds, wrote
from recipes_data.gaps.probe.scenarios.contents import big, card, files, named, plain
from recipes_data.gaps.probe.stage import MEMBER, Stage
from recipes_data.gaps.probe.trial import Call, Rule, Scenario, Trial
from recipes_data.gaps.probe.wirerules import Expected, asks, sends_no_token_to_cdn, sends_token

__all__ = ["change_scenarios"]

_DATASET = {"repo_type": "dataset"}


def change_scenarios() -> Iterator[Scenario]:
    """Every scenario of this subject."""
    yield from _repositories()
    yield _exists()
    yield from _refs()
    yield from _commits()
    yield _upload()


def _one(
    operation: str,
    title: str,
    args: Mapping[str, Any],
    expected: Expected,
    remembered: str,
    check: Callable[[Trial], bool],
) -> Iterator[Scenario]:
    """The change itself, asked with a token; and the same without one, which changes nothing."""
    repo = named(operation)
    stage = Stage({f"datasets/{repo}": files(repo)})
    call = Call(operation, {"repo": repo, **_DATASET, **args})
    yield Scenario(
        f"{operation}/done",
        operation,
        title,
        stage,
        (call,),
        (succeeds(), asks(expected), sends_token(MEMBER), wrote(remembered, check)),
        who="member",
    )
    yield Scenario(
        f"{operation}/refused",
        operation,
        "without a token it is an error",
        stage,
        (call,),
        (fails(because="strangers may not write", statuses=(401, 403)),),
    )


def _repositories() -> Iterator[Scenario]:
    name = f"datasets/{named('repos.create')}"
    yield from _one(
        "repos.create",
        "a private dataset is made",
        {"repo": f"{named('repos.create')}-new", "private": True},
        Expected("POST", "/api/repos/create"),
        "there is a new private dataset",
        lambda trial: trial.state.repositories.get(f"{name}-new") == {"private": True},
    )
    deleted = f"datasets/{named('repos.delete')}"
    yield from _one(
        "repos.delete",
        "a dataset is deleted",
        {},
        Expected("DELETE", "/api/repos/delete"),
        "the dataset is gone",
        lambda trial: deleted not in trial.state.repositories,
    )
    settled = f"datasets/{named('repos.settings')}"
    yield from _one(
        "repos.settings",
        "a dataset is made private and gated",
        {"private": True, "gated": "auto"},
        Expected("PUT", f"/api/{re.escape(settled)}/settings"),
        "it is private and gated",
        lambda trial: _is_private_and_gated(trial.state.repositories[settled]),
    )
    moved = f"datasets/{named('repos.move')}"
    yield from _one(
        "repos.move",
        "a dataset gets another name",
        {"to": "probe/under-another-name"},
        Expected("POST", "/api/repos/move"),
        "it is there under the new name and not under the old",
        lambda trial: (
            "datasets/probe/under-another-name" in trial.state.repositories and moved not in trial.state.repositories
        ),
    )


def _is_private_and_gated(settings: Mapping[str, object]) -> bool:
    private = settings.get("private") is True or settings.get("visibility") == "private"
    return private and settings.get("gated") == "auto"


def _exists() -> Scenario:
    repo = named("repos.exists")
    return Scenario(
        "repos.exists/both",
        "repos.exists",
        "whether a repository is there is told by true and false, also where it is gated",
        Stage(
            {f"datasets/{repo}": files(repo), f"datasets/{repo}-gated": files(f"{repo}-gated")},
            gated={f"{repo}-gated": "manual"},
        ),
        tuple(Call("repos.exists", {"repo": f"{repo}{end}", **_DATASET}) for end in ("", "-nowhere", "-gated")),
        (succeeds(0), says(True, call=0), says(False, call=1), says(True, call=2)),
        who="member",
    )


def _refs() -> Iterator[Scenario]:
    for operation, args, method, path, remembered in (
        ("repos.branch_create", {"branch": "try/out"}, "POST", "branch/try%2[Ff]out", ("branches", "try/out")),
        ("repos.branch_delete", {"branch": "try/out"}, "DELETE", "branch/try%2[Ff]out", ("branches", "-try/out")),
        ("repos.tag_create", {"tag": "v1"}, "POST", "tag/main", ("tags", "v1")),
        ("repos.tag_delete", {"tag": "v1"}, "DELETE", "tag/v1", ("tags", "-v1")),
    ):
        name = f"datasets/{named(operation)}"
        what, verb = operation.removeprefix("repos.").split("_")
        yield from _one(
            operation,
            f"a {what} is {verb}d",
            args,
            Expected(method, f"/api/{re.escape(name)}/{path}"),
            f"the {what} is {verb}d",
            _remembers(name, *remembered),
        )


def _remembers(name: str, kind: str, ref: str) -> Callable[[Trial], bool]:
    return lambda trial: getattr(trial.state, kind).get(name) == [ref]


def _written(repo: str, files: Mapping[str, bytes]) -> Rule:
    names = ", ".join(sorted(files))
    return wrote(
        f"the repository has the right bytes in {names}",
        lambda trial: trial.state.committed.get(f"datasets/{repo}") == dict(files),
    )


def _commit_call(op: str, repo: str, files: Mapping[str, bytes]) -> Call:
    parts = [{"path": path, "base64": base64.b64encode(content).decode()} for path, content in files.items()]
    return Call(op, {"repo": repo, **_DATASET, "message": "Add files", "files": parts})


def _commits() -> Iterator[Scenario]:
    """What a commit is made of shows itself in one: files of git in its lines, files of LFS put beside it."""
    small, large, about = {"a/b.txt": plain("")}, {"big.bin": big("")}, {"README.md": card("")}
    for operation, written, expected in (
        ("commits.create", small, ("POST", "/api/datasets/{}/commit/main")),
        ("commits.preupload", small, ("POST", "/api/datasets/{}/preupload/main")),
        ("commits.lfs_batch", large, ("POST", r"/datasets/{}\.git/info/lfs/objects/batch")),
        ("commits.lfs_upload", large, ("PUT", "/lfs/[0-9a-f]{{64}}")),
        ("commits.validate_card", about, ("POST", "/api/validate-yaml")),
    ):
        repo = named(f"{operation}/done")
        beside = (sends_no_token_to_cdn(),) if operation == "commits.lfs_upload" else ()
        yield Scenario(
            f"{operation}/done",
            operation,
            f"{', '.join(written)} is committed, and on the way the Hub is asked what it has to be asked",
            Stage({f"datasets/{repo}": files(repo)}),
            (_commit_call("commits.create", repo, written),),
            (
                succeeds(),
                asks(Expected(expected[0], expected[1].format(re.escape(repo)))),
                _written(repo, written),
                _names_commit(),
                *beside,
            ),
            who="member",
        )


def _names_commit() -> Rule:
    def broken(trial: Trial) -> str | None:
        told = trial.answers[0].ok
        found = told.get("commit") if isinstance(told, dict) else None
        return None if found in trial.state.commits else f"commit is {found!r}"

    return Rule("the answer's commit is the one that the Hub made", broken)


def _upload() -> Scenario:
    repo = named("libraries.upload")
    written = {"a/b.txt": plain(repo), "c.txt": b"see\n"}
    return Scenario(
        "libraries.upload/folder",
        "libraries.upload",
        "a folder is uploaded",
        Stage({f"datasets/{repo}": files(repo)}),
        (_commit_call("libraries.upload", repo, written),),
        (succeeds(), _written(repo, written)),
        who="member",
    )
