"""Scenarios of files: their heads, their bytes, parts of them, redirects, gates, and what is not there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from recipes_data.gaps.probe.rules import differ, fails, gives, is_commit, lists, says, succeeds
from recipes_data.gaps.probe.scenarios.contents import LFS, LONG_LFS, PLAIN, big, card, files, long, named, plain
from recipes_data.gaps.probe.stage import MEMBER, Spoil, Stage, broken
from recipes_data.gaps.probe.trial import Call, Scenario
from recipes_data.gaps.probe.wirerules import (
    Expected,
    asks,
    asks_at_most,
    only_part,
    sends_no_bodies,
    sends_no_token_to_cdn,
    sends_token,
)
from recipes_data.mirror import Fault, Request, Response

__all__ = ["of", "stage_of", "transfer_scenarios"]

_MANY_REDIRECTS = 60
_READ_AHEAD = 6 << 20  # bytes: fsspec, on which much stands, reads 5 MiB ahead


def transfer_scenarios() -> Iterator[Scenario]:
    """Every scenario of this subject."""
    yield from _heads()
    yield from _downloads()
    yield from _parts()
    yield from _redirects()
    yield from _gates()
    yield from _missing()
    yield from _moved()
    yield from _wrong_bytes()


def of(repo: str, path: str, revision: str | None = None) -> dict[str, str]:
    """Arguments for one file of a dataset."""
    asked = {"repo": repo, "repo_type": "dataset", "path": path}
    return asked if revision is None else {**asked, "revision": revision}


def stage_of(repo: str, *spoils: Spoil) -> Stage:
    """A Hub with one dataset, and what goes wrong on it."""
    return Stage({f"datasets/{repo}": files(repo)}, spoils=spoils)


def _resolve(repo: str, path: str, method: str = "GET|HEAD") -> Expected:
    """A request for a file of a dataset, at whatever revision."""
    return Expected(method, f"/datasets/{re.escape(repo)}/resolve/[^/]+/{re.escape(path)}")


def _heads() -> Iterator[Scenario]:
    for path, name in (
        (LFS, "lfs"),
        (PLAIN, "plain"),
    ):
        repo = named(f"files.head/{name}")
        content = files(repo)[path]
        etag = hashlib.sha256(content).hexdigest() if path == LFS else _git_id(content)
        yield Scenario(
            f"files.head/{name}",
            "files.head",
            f"the HEAD of {'an LFS' if name == 'lfs' else 'a plain'} file tells commit, digest and size, and no bytes",
            stage_of(repo),
            (Call("files.head", of(repo, path)),),
            (
                succeeds(),
                is_commit(f"datasets/{repo}", "commit"),
                says(etag, "etag"),
                says(len(content), "size"),
                asks(_resolve(repo, path, "HEAD")),
                sends_no_bodies(),
            ),
        )


def _git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _downloads() -> Iterator[Scenario]:
    for path, name in ((PLAIN, "plain"), (LFS, "lfs")):
        repo = named(f"files.download/{name}")
        yield Scenario(
            f"files.download/{name}",
            "files.download",
            f"{'an LFS' if name == 'lfs' else 'a plain'} file comes whole",
            stage_of(repo),
            (Call("files.download", of(repo, path)),),
            (succeeds(), gives(files(repo)[path]), asks(_resolve(repo, path))),
        )
    repo = named("files.download/revision")
    yield Scenario(
        "files.download/revision",
        "files.download",
        "a file of a revision is asked for with the revision's slashes quoted",
        Stage({f"datasets/{repo}": files(repo)}, refs={repo: ["refs/pr/1"]}),
        (Call("files.download", of(repo, PLAIN, "refs/pr/1")),),
        (
            succeeds(),
            gives(plain(repo)),
            asks(Expected("GET|HEAD", f"/datasets/{re.escape(repo)}/resolve/(refs%2[Ff]pr%2[Ff]1|[0-9a-f]{{40}})/.*")),
        ),
    )
    repo = named("libraries.hf_hub_download/commit")
    yield Scenario(
        "libraries.hf_hub_download/commit",
        "libraries.hf_hub_download",
        "a file of a commit comes whole",
        stage_of(repo),
        (Call("files.download", of(repo, LFS), at_commit=f"datasets/{repo}"),),
        (succeeds(), gives(big(repo))),
    )


def _parts() -> Iterator[Scenario]:
    for op in ("files.range", "streaming.ranged_read"):
        name = f"{op}/lfs"
        repo, start, length = named(name), 6 << 20, 300
        yield Scenario(
            name,
            op,
            "300 bytes from the middle of a file of 12 MiB cost a part of it, with some read ahead, and not the whole",
            Stage({f"datasets/{repo}": {LONG_LFS: long(repo)}}),
            (Call(op, {**of(repo, LONG_LFS), "start": start, "length": length}),),
            (succeeds(), gives(long(repo)[start : start + length]), only_part(_READ_AHEAD)),
        )
    repo, start, length = named("files.range/plain"), 700, 300
    yield Scenario(
        "files.range/plain",
        "files.range",
        "a part of a plain file is asked for with a Range, which the redirect to its bytes does not lose",
        stage_of(repo),
        (Call("files.range", {**of(repo, PLAIN), "start": start, "length": length}),),
        (succeeds(), gives(plain(repo)[start : start + length]), only_part(len(plain(repo)) - start)),
    )
    repo = named("files.paths_info")
    yield Scenario(
        "files.paths_info/some",
        "files.paths_info",
        "of the paths that are asked after those that exist are described, the others left out",
        stage_of(repo),
        (Call("files.paths_info", {"repo": repo, "repo_type": "dataset", "paths": [LFS, "nosuch.txt", PLAIN]}),),
        (
            succeeds(),
            lists(LFS, PLAIN, by="path"),
            asks(Expected("POST", f"/api/datasets/{re.escape(repo)}/paths-info/[^/]+")),
        ),
    )
    repo = named("files.xet_token")
    yield Scenario(
        "files.xet_token/read",
        "files.xet_token",
        "a token for reading Xet storage is asked for; address and token are taken from the answer",
        stage_of(repo),
        (Call("files.xet_token", {"repo": repo, "repo_type": "dataset", "revision": "main"}),),
        (
            succeeds(),
            says("https://cas.invalid", "endpoint"),
            says("xet_probe_token", "token"),
            asks(Expected("GET", f"/api/datasets/{re.escape(repo)}/xet-read-token/main")),
        ),
    )


def _redirects() -> Iterator[Scenario]:
    repo = named("files.lfs_redirect/token")
    yield Scenario(
        "files.lfs_redirect/token",
        "files.lfs_redirect",
        "the bytes of an LFS file come from the CDN, and the token stays behind",
        stage_of(repo),
        (Call("files.download", of(repo, LFS)),),
        (succeeds(), gives(big(repo)), sends_token(MEMBER), sends_no_token_to_cdn()),
        who="member",
    )
    repo = named("files.redirects/relative")
    yield Scenario(
        "files.redirects/relative",
        "files.redirects",
        "a relative redirect on the Hub's own origin is followed to a plain file's bytes",
        stage_of(repo),
        (Call("files.download", of(repo, PLAIN)),),
        (succeeds(), gives(plain(repo)), asks(Expected("GET", "/api/resolve-cache/.*"))),
    )
    repo = named("files.redirects/endless")
    round_and_round = Spoil(_again, ".*/resolve/.*", times=10**6)
    yield Scenario(
        "files.redirects/endless",
        "files.redirects",
        "redirects that lead nowhere end in an error",
        stage_of(repo, round_and_round),
        (Call("files.download", of(repo, PLAIN)),),
        (
            fails(because="every redirect leads to the next"),
            asks_at_most(_MANY_REDIRECTS, 0, why="a client counts how often it is sent on"),
        ),
    )
    repo = named("auth.token/everywhere")
    yield Scenario(
        "auth.token/everywhere",
        "auth.token",
        "the token of HF_TOKEN goes along with every request to the Hub, and nowhere else",
        stage_of(repo),
        (Call("datasets.info", {"repo": repo}), Call("files.download", of(repo, LFS))),
        (succeeds(0), succeeds(1), sends_token(MEMBER), sends_no_token_to_cdn()),
        who="member",
    )


def _again(request: Request, _honest: Response) -> Response:
    number = request.query.removeprefix("again=")
    following = int(number) + 1 if number.isdecimal() else 1
    return Response(302, {"location": f"{request.path}?again={following}"})


def _gates() -> Iterator[Scenario]:
    for who, name, status, said in (
        ("anonymous", "stranger", 401, "nobody without a token may have it"),
        ("member", "member", 403, "this account was not let in"),
    ):
        repo = named(f"files.gated_errors/{name}")
        yield Scenario(
            f"files.gated_errors/{name}",
            "files.gated_errors",
            f"a file of a gated repository is an error of its own: {said}",
            Stage({f"datasets/{repo}": files(repo)}, gated={repo: "manual"}),
            (Call("files.download", of(repo, LFS)), Call("files.download", of(f"{repo}-nowhere", LFS))),
            (
                fails(0, because=said, statuses=(status,)),
                fails(1, because="there is no such repository", statuses=(401, 404)),
                differ(0, 1),
                asks_at_most(3, 0, why="asking again opens no gate"),
            ),
            who="anonymous" if who == "anonymous" else "member",
        )
    repo = named("files.gated_errors/granted")
    yield Scenario(
        "files.gated_errors/granted",
        "files.gated_errors",
        "whoever was let into a gated repository gets its files",
        Stage({f"datasets/{repo}": files(repo)}, gated={repo: "manual"}),
        (Call("files.download", of(repo, LFS)),),
        (succeeds(), gives(big(repo)), sends_no_token_to_cdn()),
        who="granted",
    )


def _missing() -> Iterator[Scenario]:
    for who, name, title in (
        ("member", "known", "a missing repository, revision and file are three errors"),
        ("anonymous", "stranger", "the same without a token, where a missing repository is answered 401"),
    ):
        repo = named(f"files.not_found_errors/{name}")
        yield Scenario(
            f"files.not_found_errors/{name}",
            "files.not_found_errors",
            title,
            stage_of(repo),
            (
                Call("files.download", of(f"{repo}-nowhere", PLAIN)),
                Call("files.download", of(repo, PLAIN, "nosuch")),
                Call("files.download", of(repo, "nosuch.txt")),
            ),
            (
                fails(0, because="there is no such repository", statuses=(401, 404)),
                fails(1, because="there is no such revision", statuses=(404,)),
                fails(2, because="there is no such file", statuses=(404,)),
                differ(0, 1, 2),
                *(asks_at_most(3, call, why="asking again does not make it appear") for call in range(3)),
            ),
            who="member" if who == "member" else "anonymous",
        )


def _moved() -> Iterator[Scenario]:
    for op, extra in (("files.download", {"repo_type": "dataset"}), ("datasets.file", {})):
        name = f"repos.renamed/{op.replace('.', '_')}"
        new, old = named(name), f"probe/old-{op.replace('.', '-')}"
        yield Scenario(
            name,
            "repos.renamed",
            "a file is found under the repository's old name",
            Stage({f"datasets/{new}": files(new)}, aliases={old: new}),
            (Call(op, {"repo": old, "path": "README.md", **extra}),),
            (succeeds(), gives(card(new)), asks(_resolve(new, "README.md"))),
        )


def _wrong_bytes() -> Iterator[Scenario]:
    for name, spoil, title in (
        ("flipped", broken(Fault(flip=1000)), "of the right length, with a bit turned"),
        ("shortened", _shortened, "too few, with a Content-Length that agrees with them"),
    ):
        repo = named(f"files.download/{name}")
        yield Scenario(
            f"files.download/{name}",
            "files.download",
            f"bytes that are not those of the digest are noticed: {title}",
            stage_of(repo, Spoil(spoil, ".*", "GET", "cdn", times=10**6)),
            (Call("files.download", of(repo, LFS)),),
            (fails(because="the bytes are not the file's, however often they are asked for"),),
            informative=True,
        )


def _shortened(_request: Request, honest: Response) -> Response:
    return Response(200, honest.headers, big("")[:5000])
