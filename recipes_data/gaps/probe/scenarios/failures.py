"""Scenarios of what goes wrong on the way: servers that fail, limits, cut connections, and what a cache saves."""

from __future__ import annotations

from collections.abc import Iterator

from recipes_data.gaps.probe.rules import fails, gives, includes, lists, says, succeeds
from recipes_data.gaps.probe.scenarios.contents import LFS, LONG_LFS, PLAIN, big, files, long, named, plain
from recipes_data.gaps.probe.scenarios.transfers import of, stage_of
from recipes_data.gaps.probe.stage import Spoil, Stage, broken, limited, refused
from recipes_data.gaps.probe.trial import Call, Scenario
from recipes_data.gaps.probe.wirerules import asks_at_most, continues, sends_no_bodies, tries_again, waits
from recipes_data.mirror import Fault

__all__ = ["failure_scenarios"]

_A_THIRD = len(big("")) // 3
_AT_ONCE = 0.2  # seconds: less than that is no pause


def failure_scenarios() -> Iterator[Scenario]:
    """Every scenario of this subject."""
    yield from _failing_servers()
    yield from _broken_lines()
    yield from _limits()
    yield from _kept()
    yield from _offline()
    yield from _looked_up()


def _failing_servers() -> Iterator[Scenario]:
    title = "a 503 is asked again, not at once"
    repo = named("files.retries/listing")
    yield Scenario(
        "files.retries/listing",
        "files.retries",
        f"in a listing {title}",
        Stage(
            {f"datasets/{repo}": {f"{number}.txt": b"x" for number in range(9)}},
            page_size=4,
            spoils=(Spoil(refused(503), "/api/datasets/.+"),),
        ),
        (Call("datasets.files", {"repo": repo}),),
        (succeeds(), lists(*(f"{number}.txt" for number in range(9))), tries_again(), waits(_AT_ONCE)),
        lane="waits",
    )
    repo = named("files.retries/first")
    yield Scenario(
        "files.retries/first",
        "files.retries",
        "a 503 in place of a file's address is asked again",
        stage_of(repo, Spoil(refused(503), ".*/resolve/.*")),
        (Call("files.download", of(repo, LFS)),),
        (succeeds(), gives(big(repo)), tries_again()),
        lane="waits",
    )
    repo = named("files.retries/bytes")
    yield Scenario(
        "files.retries/bytes",
        "files.retries",
        "a 503 in place of a file's bytes is asked again",
        stage_of(repo, Spoil(refused(503), ".*", "GET", "cdn")),
        (Call("files.download", of(repo, LFS)),),
        (succeeds(), gives(big(repo)), tries_again()),
        lane="waits",
    )
    repo = named("files.retries/record")
    yield Scenario(
        "files.retries/record",
        "files.retries",
        "a 503 in place of a repository's record is asked again",
        stage_of(repo, Spoil(refused(503), r"/api/datasets/[^/]+/[^/]+(/revision/.*)?")),
        (Call("datasets.info", {"repo": repo}),),
        (succeeds(), says(repo, "id"), tries_again()),
        lane="waits",
    )


def _broken_lines() -> Iterator[Scenario]:
    for name, fault, said in (
        ("cut", Fault(cut_after=_A_THIRD), "that ends after a third of the bytes"),
        ("reset", Fault(cut_after=_A_THIRD, reset=True), "that is reset after a third of the bytes"),
    ):
        repo = named(f"files.retries/{name}")
        yield Scenario(
            f"files.retries/{name}",
            "files.retries",
            f"a connection {said} is no end: the file comes whole",
            stage_of(repo, Spoil(broken(fault), ".*", "GET", "cdn")),
            (Call("files.download", of(repo, LFS)),),
            (succeeds(), gives(big(repo))),
            lane="waits",
        )
    repo = named("cache.resume/cut")
    yield Scenario(
        "cache.resume/cut",
        "cache.resume",
        "what came before a cut is kept, and the rest asked for with a Range",
        Stage(
            {f"datasets/{repo}": {LONG_LFS: long(repo)}},
            spoils=(Spoil(broken(Fault(cut_after=len(long("")) - 100_000)), ".*", "GET", "cdn"),),
        ),
        (Call("files.download", of(repo, LONG_LFS)),),
        (succeeds(), gives(long(repo)), continues(".*")),
        lane="waits",
    )


def _limits() -> Iterator[Scenario]:
    record = r"/api/datasets/[^/]+/[^/]+(/revision/.*)?"
    for name, by, path, call in (
        ("listing", "ratelimit", "/api/datasets/.+", "datasets.files"),
        ("retry_after", "retry-after", "/api/datasets/.+", "datasets.files"),
        ("record", "ratelimit", record, "datasets.info"),
        ("file", "ratelimit", ".*/resolve/.*", "files.download"),
    ):
        repo = named(f"files.rate_limits/{name}")
        told = '`RateLimit: "api";r=0;t=1`' if by == "ratelimit" else "`Retry-After: 1`"
        what = {"datasets.files": "a listing", "datasets.info": "a record", "files.download": "a file"}[call]
        args = of(repo, LFS) if call == "files.download" else {"repo": repo}
        right = {
            "datasets.files": lists(*files(repo)),
            "datasets.info": says(repo, "id"),
            "files.download": gives(big(repo)),
        }[call]
        yield Scenario(
            f"files.rate_limits/{name}",
            "files.rate_limits",
            f"a 429 with {told} in place of {what} is waited for as long as it says, and asked again",
            stage_of(repo, Spoil(limited(1, by="ratelimit" if by == "ratelimit" else "retry-after"), path)),
            (Call(call, args),),
            (succeeds(), right, waits(1.0)),
            lane="waits",
        )


def _kept() -> Iterator[Scenario]:
    repo = named("cache.etag/branch")
    twice = Call("files.download", of(repo, LFS))
    yield Scenario(
        "cache.etag/branch",
        "cache.etag",
        "a file of a branch that was fetched before costs one question and no bytes",
        stage_of(repo),
        (twice, twice),
        (
            succeeds(0),
            gives(big(repo), 0),
            gives(big(repo), 1),
            asks_at_most(1, 1, why="whether the digest is still the same"),
            sends_no_bodies(1),
        ),
    )
    repo = named("cache.etag/commit")
    pinned = Call("files.download", of(repo, PLAIN), at_commit=f"datasets/{repo}")
    yield Scenario(
        "cache.etag/commit",
        "cache.etag",
        "a file of a commit that was fetched before costs nothing: a commit does not change",
        stage_of(repo),
        (pinned, pinned),
        (
            succeeds(0),
            gives(plain(repo), 0),
            gives(plain(repo), 1),
            asks_at_most(0, 1, why="the commit names the bytes"),
        ),
    )
    repo = named("cache.etag/changed")
    asked = Call("files.download", of(repo, PLAIN))
    changed = Call("files.download", of(repo, PLAIN), changes={f"datasets/{repo}": {PLAIN: plain(repo) + b"four\n"}})
    yield Scenario(
        "cache.etag/changed",
        "cache.etag",
        "a file of a branch that has changed since is fetched anew",
        stage_of(repo),
        (asked, changed),
        (succeeds(0), gives(plain(repo), 0), gives(plain(repo) + b"four\n", 1)),
    )


def _offline() -> Iterator[Scenario]:
    repo = named("cache.offline/kept")
    yield Scenario(
        "cache.offline/kept",
        "cache.offline",
        "under HF_HUB_OFFLINE=1 a file that was fetched before is there, in a new process, without any request",
        stage_of(repo),
        (Call("files.download", of(repo, LFS)), Call("files.download", of(repo, LFS), offline=True)),
        (succeeds(0), succeeds(1), gives(big(repo), 1), asks_at_most(0, 1, why="offline means no request")),
    )
    repo = named("cache.offline/missing")
    yield Scenario(
        "cache.offline/missing",
        "cache.offline",
        "under HF_HUB_OFFLINE=1 a file that was never fetched is an error, without any request",
        stage_of(repo),
        (Call("files.download", of(repo, PLAIN)), Call("files.download", of(repo, LFS), offline=True)),
        (
            succeeds(0),
            fails(1, because="it is not in the cache", unasked=True),
            asks_at_most(0, 1, why="offline means no request"),
        ),
    )


def _looked_up() -> Iterator[Scenario]:
    repo = named("cache.lookup/both")
    yield Scenario(
        "cache.lookup/both",
        "cache.lookup",
        "the cache says what it has and what it has not, without any request",
        stage_of(repo),
        (
            Call("files.download", of(repo, PLAIN)),
            Call("cache.lookup", of(repo, PLAIN)),
            Call("cache.lookup", of(repo, LFS)),
        ),
        (
            succeeds(0),
            gives(plain(repo), 1),
            says(None, call=2),
            asks_at_most(0, 1, why="it is a question to the disk"),
            asks_at_most(0, 2, why="it is a question to the disk"),
        ),
    )
    repo = named("cache.scan/one")
    yield Scenario(
        "cache.scan/one",
        "cache.scan",
        "the list of what the cache holds has the repository that was just fetched from",
        stage_of(repo),
        (Call("files.download", of(repo, PLAIN)), Call("cache.scan")),
        (succeeds(0), includes(repo, call=1, by="repo"), asks_at_most(0, 1, why="it is a question to the disk")),
    )
