"""Scenarios of reading about repositories: records, listings, cards, histories, what is not there, what has moved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recipes_data.gaps.probe.rules import fails, gives, is_commit, lists, says, succeeds
from recipes_data.gaps.probe.scenarios.contents import card, files, named, plain
from recipes_data.gaps.probe.stage import Stage
from recipes_data.gaps.probe.trial import Call, Scenario
from recipes_data.gaps.probe.wirerules import Expected, asks

__all__ = ["repository_scenarios"]

_KINDS = ("datasets", "models", "spaces")
_MISSING = (401, 404)
"""What the Hub says of a repository that is not there: to a stranger 401, so that private names stay unknown."""


def repository_scenarios() -> Iterator[Scenario]:
    """Every scenario of this subject."""
    for kind in _KINDS:
        yield from _info(kind)
        yield from _files(kind)
        yield from _file(kind)
    for kind in ("datasets", "models"):
        yield from _history(kind)
        yield _readme(kind)
        yield _refs(kind)
    yield _card()


def _api(kind: str, repo: str, rest: str = "") -> Expected:
    """A GET of a repository's record, or of what lies below it."""
    return Expected("GET", f"/api/{kind}/{re.escape(repo)}{rest}")


def _info(kind: str) -> Iterator[Scenario]:
    operation = f"{kind}.info"
    repo = named(f"{operation}/found")
    stage = Stage({f"{kind}/{repo}": files(repo)})
    record = r"(/revision/main)?"
    yield Scenario(
        f"{operation}/found",
        operation,
        "a repository's record names its id and its commit",
        stage,
        (Call(operation, {"repo": repo}),),
        (succeeds(), says(repo, "id"), is_commit(f"{kind}/{repo}", "sha"), asks(_api(kind, repo, record))),
    )
    repo = named(f"{operation}/revision")
    yield Scenario(
        f"{operation}/revision",
        operation,
        "a revision is asked for by its name, its slashes quoted",
        Stage({f"{kind}/{repo}": files(repo)}, refs={repo: ["refs/pr/1"], f"space.{repo}": ["refs/pr/1"]}),
        (Call(operation, {"repo": repo, "revision": "refs/pr/1"}),),
        (
            succeeds(),
            is_commit(f"{kind}/{repo}", "sha"),
            asks(_api(kind, repo, "/revision/refs%2[Ff]pr%2[Ff]1")),
        ),
    )
    repo = named(f"{operation}/missing")
    yield Scenario(
        f"{operation}/missing",
        operation,
        "a repository that is not there and a revision that is not there are errors",
        Stage({f"{kind}/{repo}": files(repo)}),
        (Call(operation, {"repo": f"{repo}-nowhere"}), Call(operation, {"repo": repo, "revision": "nosuch"})),
        (
            fails(0, because="there is no such repository", statuses=_MISSING),
            fails(1, because="there is no such revision", statuses=(404,)),
        ),
        who="member",
    )
    if kind != "spaces":
        repo = named(f"{operation}/gated")
        yield Scenario(
            f"{operation}/gated",
            operation,
            "the record of a gated repository is open to all, and says that it is gated",
            Stage({f"{kind}/{repo}": files(repo)}, gated={repo: "manual"}),
            (Call(operation, {"repo": repo}),),
            (succeeds(), says("manual", "gated"), is_commit(f"{kind}/{repo}", "sha")),
        )
        new, old = named(f"{operation}/moved"), f"probe/old-{kind}"
        yield Scenario(
            f"{operation}/moved",
            operation,
            "a repository that was renamed is found under its old name, by following the redirect",
            Stage({f"{kind}/{new}": files(new)}, aliases={old: new}),
            (Call(operation, {"repo": old}),),
            (succeeds(), is_commit(f"{kind}/{new}", "sha"), asks(_api(kind, new, record))),
        )


def _files(kind: str) -> Iterator[Scenario]:
    operation = f"{kind}.files"
    repo = named(f"{operation}/all")
    tree = _api(kind, repo, r"/tree/[^/]+")
    record = _api(kind, repo, r"(/revision/[^/]+)?")
    yield Scenario(
        f"{operation}/all",
        operation,
        "every file is listed by its whole path, those in folders too, and no folder",
        Stage({f"{kind}/{repo}": files(repo)}),
        (Call(operation, {"repo": repo}),),
        (succeeds(), lists(*files(repo)), asks(tree, record)),
    )
    repo = named(f"{operation}/pages")
    many = {f"part/{number:03}.txt": b"x" for number in range(23)}
    yield Scenario(
        f"{operation}/pages",
        operation,
        "a listing that comes in pages is read to its last page",
        Stage({f"{kind}/{repo}": many}, page_size=5),
        (Call(operation, {"repo": repo}),),
        (succeeds(), lists(*many)),
    )
    repo = named(f"{operation}/missing")
    yield Scenario(
        f"{operation}/missing",
        operation,
        "the files of a repository or a revision that is not there are an error, not an empty list",
        Stage({f"{kind}/{repo}": files(repo)}),
        (Call(operation, {"repo": f"{repo}-nowhere"}), Call(operation, {"repo": repo, "revision": "nosuch"})),
        (
            fails(0, because="there is no such repository", statuses=_MISSING),
            fails(1, because="there is no such revision", statuses=(404,)),
        ),
        who="member",
    )


def _file(kind: str) -> Iterator[Scenario]:
    operation = f"{kind}.file"
    repo = named(f"{operation}/plain")
    prefix = "" if kind == "models" else f"{kind}/"
    resolve = Expected("GET|HEAD", f"/{prefix}{re.escape(repo)}/resolve/[^/]+/notes/deep/three\\.txt")
    yield Scenario(
        f"{operation}/plain",
        operation,
        "a plain file comes whole",
        Stage({f"{kind}/{repo}": files(repo)}),
        (Call(operation, {"repo": repo, "path": "notes/deep/three.txt"}),),
        (succeeds(), gives(plain(repo)), asks(resolve)),
    )
    repo = named(f"{operation}/quoted")
    path = "a b/ü+#%41.txt"
    yield Scenario(
        f"{operation}/quoted",
        operation,
        "a path with spaces, `+`, `#`, `%` and letters beyond ASCII is quoted",
        Stage({f"{kind}/{repo}": {path: plain(repo), "README.md": card(repo)}}),
        (Call(operation, {"repo": repo, "path": path}),),
        (succeeds(), gives(plain(repo))),
    )


def _history(kind: str) -> Iterator[Scenario]:
    operation = f"{kind}.commits"
    repo = named(f"{operation}/pages")
    count = 7
    yield Scenario(
        f"{operation}/pages",
        operation,
        "the whole history is listed, the newest commit first, over several pages",
        Stage({f"{kind}/{repo}": files(repo)}, commits={repo: count}, page_size=3),
        (Call(operation, {"repo": repo}),),
        (
            succeeds(),
            lists("mirror", *(f"Change {number}" for number in range(count - 1, 0, -1)), ordered=True, by="title"),
            asks(_api(kind, repo, "/commits/main")),
        ),
    )


def _readme(kind: str) -> Scenario:
    operation = f"{kind}.readme"
    repo = named(operation)
    prefix = "" if kind == "models" else f"{kind}/"
    return Scenario(
        f"{operation}/text",
        operation,
        "README.md comes as it is, its header included",
        Stage({f"{kind}/{repo}": files(repo)}),
        (Call(operation, {"repo": repo}),),
        (
            succeeds(),
            gives(card(repo)),
            asks(Expected("GET|HEAD", f"/{prefix}{re.escape(repo)}/(resolve|raw)/[^/]+/README\\.md")),
        ),
    )


def _refs(kind: str) -> Scenario:
    operation = f"{kind}.refs"
    repo = named(operation)
    return Scenario(
        f"{operation}/names",
        operation,
        "branches and tags are told apart",
        Stage({f"{kind}/{repo}": files(repo)}, refs={repo: ["v1", "v2"]}),
        (Call(operation, {"repo": repo}),),
        (
            succeeds(),
            lists("main", under=("branches",)),
            lists("v1", "v2", under=("tags",)),
            asks(_api(kind, repo, "/refs")),
        ),
    )


def _card() -> Scenario:
    repo = named("models.card")
    return Scenario(
        "models.card/header",
        "models.card",
        "a card's header comes as values",
        Stage({f"models/{repo}": files(repo)}),
        (Call("models.card", {"repo": repo}),),
        (succeeds(), says("mit", "data", "license"), says(["probe"], "data", "tags")),
    )
