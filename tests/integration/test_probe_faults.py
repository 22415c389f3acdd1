"""A small honest client passes what it has; each way of breaking it is seen, in the scenario that is about it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from recipes_data.errors import UsageError
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.probe.outcome import ProbeReport, ScenarioResult
from recipes_data.gaps.probe.run import probe

PLAIN = Path(__file__).resolve().parents[1] / "unit" / "gaps" / "probe_plain_driver.py"


def run(*faults: str, only: tuple[str, ...] = (), timeout: float = 20.0) -> ProbeReport:
    return probe([sys.executable, str(PLAIN), *faults], load_operations(), only=only, timeout=timeout)


def one(scenario: str, *faults: str, timeout: float = 20.0) -> ScenarioResult:
    (result,) = run(*faults, only=(scenario,), timeout=timeout).results
    return result


def test_the_honest_client_passes_everything_that_it_has() -> None:
    report = run()
    assert [(each.scenario, each.seen) for each in report.results if each.verdict == "failed"] == []
    assert report.client == "plain 1"
    counts = report.counts()
    assert counts["passed"] > 50
    assert counts["unsupported"] > 50  # what it has not is said to be so, and not called a failure
    assert counts["not verifiable offline"] == 7


BROKEN = [
    ("ignores-token", "auth.token/everywhere", "came without it"),
    ("token-to-cdn", "files.lfs_redirect/token", "the token was sent to the CDN"),
    ("never-retries", "files.retries/listing", "it was not asked again"),
    ("never-retries", "files.rate_limits/record", "it was not asked again"),
    ("retries-at-once", "files.retries/listing", "asked again after 0.0 s"),
    ("retries-at-once", "files.rate_limits/file", "asked again after 0.0 s"),
    ("first-page-only", "datasets.files/pages", "4 entries; missing part/004.txt"),
    ("lists-folders", "datasets.files/all", "too many data, notes, notes/deep"),
    ("empty-on-error", "datasets.files/missing", "call 1: ok []"),
    ("short-commit", "datasets.info/found", "sha is '"),
    ("drops-query", "datasets.list/search", "its query was 'limit=2'"),
    ("reads-on", "datasets.list/limit", "3 requests"),
    ("quotes-nothing", "datasets.file/quoted", "call 1: "),
    ("stays-put", "datasets.info/moved", "call 1: "),
    ("gets-for-head", "files.head/lfs", "bytes of the file were sent"),
    ("keeps-nothing", "cache.etag/branch", "bytes of the file were sent"),
    ("keeps-nothing", "cache.etag/commit", "requests"),
    ("trusts-cache", "cache.etag/changed", "call 2 gives the right"),
    ("goes-online", "cache.offline/kept", "offline means no request"),
    ("cuts-files", "files.download/plain", "bytes, sha256"),
    ("believes-anything", "files.download/flipped", "call 1: ok"),
    ("never-continues", "files.retries/cut", "call 1: WrongBytes"),
    ("starts-over", "cache.resume/cut", "it began anew"),
    ("no-range", "files.range/lfs", "no request with a Range"),
    ("loses-range", "files.range/plain", "no request with a Range was answered 206"),
    ("alike-errors", "files.not_found_errors/known", "calls 1 and 2 are both Alike"),
    ("alike-errors", "files.gated_errors/stranger", "calls 1 and 2 are both Alike"),
    ("wrong-status", "datasets.info/missing", "the status is 599"),
    ("only-says-so", "repos.create/done", "the Hub remembers nothing"),
    ("forgets-private", "repos.create/done", "the Hub remembers nothing"),
    ("drops-files", "libraries.snapshot_download/whole", "the folder has"),
    ("fetches-all", "libraries.snapshot_download/patterns", "it was asked for"),
    ("sees-nothing", "cache.scan/one", "not that one"),
]


@pytest.mark.parametrize(("fault", "scenario", "seen"), BROKEN, ids=lambda value: str(value)[:40])
def test_a_broken_client_fails_the_scenario_that_is_about_it(fault: str, scenario: str, seen: str) -> None:
    result = one(scenario, fault)
    assert result.verdict == "failed"
    assert any(seen in sentence for sentence in result.seen), result.seen


def test_the_log_of_a_failed_scenario_is_the_evidence() -> None:
    result = one("files.rate_limits/record", "retries-at-once")
    path = "/api/datasets/probe/files-rate-limits-record/revision/main"
    assert [line.split("  ")[:2] for line in result.requests] == [
        [f"hub GET {path}", "-> 429, 2 bytes"],
        [f"hub GET {path}", next(iter(result.requests[1:])).split("  ")[1]],
    ]
    assert "expected: it is asked again, and not before the 1 s that the Hub named are over" in result.seen[0]


MISBEHAVING = [
    (("hangs", "at-once"), "the driver did not answer in time"),
    (("hangs",), "the driver did not answer in time"),
    (("dies",), "the driver died (exit code 3): out of luck"),
    (("garbage",), "printed something that is no JSON: Loading... done"),
    (("wrong-id",), "is no answer to line 1"),
    (("nameless-errors",), "the driver's error has no type"),
    (("endless-line",), "has more than 64 MiB and no end"),
]


@pytest.mark.parametrize(("faults", "seen"), MISBEHAVING, ids=lambda value: str(value)[:40])
def test_a_driver_that_misbehaves_has_failed_and_ends_no_run(faults: tuple[str, ...], seen: str) -> None:
    began = time.monotonic()
    result = one("datasets.info/missing", *faults, timeout=3.0)
    assert result.verdict == "failed"
    assert seen in result.seen[0]
    assert time.monotonic() - began < 15


def test_a_driver_that_breaks_down_again_and_again_is_given_up() -> None:
    only = tuple(f"datasets.{name}" for name in ("files/all", "files/pages", "info/found", "info/moved", "file/plain"))
    report = run("dies", "at-once", only=only)
    ends = [result.seen[0] for result in report.results]
    assert [each.verdict for each in report.results] == ["failed"] * 5
    assert sum("the driver died" in end for end in ends) == 3
    assert sum("not tried: the driver had broken down 3 times in a row" in end for end in ends) == 2


def test_a_driver_that_died_is_started_anew_for_the_next_scenario() -> None:
    # it dies at its third line, which is the second call of the first scenario
    report = run("dies", only=("datasets.info/missing", "datasets.info/found", "datasets.info/gated"))
    assert {result.scenario: result.verdict for result in report.results}["datasets.info/found"] == "passed"


def test_a_command_that_cannot_be_started_is_a_mistake_of_the_user() -> None:
    with pytest.raises(UsageError, match="the driver cannot be started: /no/such/driver"):
        probe(["/no/such/driver"], load_operations(), only=("datasets.info",))


def test_the_same_run_gives_the_same_report() -> None:
    only = ("datasets.info", "datasets.files", "files.head", "files.not_found_errors", "files.download")
    assert run("alike-errors", only=only) == run("alike-errors", only=only)


def test_nothing_of_the_users_own_settings_reaches_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_the_users_own")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    report = run(only=("files.redirects/relative", "auth.token/everywhere"))
    assert [result.verdict for result in report.results] == ["passed", "passed"]
    assert not any("with token" in line for line in report.results[0].requests)
