"""The two drivers that ship, run whole: what huggingface_hub and our own layer really do, and the table's paths."""

from __future__ import annotations

import re
import sys
import time

import huggingface_hub
import pytest

from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.operations import Operation
from recipes_data.gaps.probe.outcome import ProbeReport
from recipes_data.gaps.probe.run import probe

TABLE = load_operations()
MOST_SECONDS = 120  # about 12 on two idle cores


def played(driver: str) -> ProbeReport:
    began = time.monotonic()
    report = probe([sys.executable, "-m", f"recipes_data.gaps.probe.drivers.{driver}"], TABLE, timeout=60)
    assert time.monotonic() - began < MOST_SECONDS
    return report


@pytest.fixture(scope="module")
def hub() -> ProbeReport:
    return played("huggingface_hub")


@pytest.fixture(scope="module")
def own() -> ProbeReport:
    return played("recipes_data")


def failed(report: ProbeReport) -> dict[str, tuple[str, ...]]:
    return {each.scenario: each.seen for each in report.results if each.verdict == "failed"}


KNOWN_OF_HUGGINGFACE_HUB = {
    "files.download/flipped",
    "files.retries/bytes",
    "files.retries/record",
    "files.retries/reset",
    "files.rate_limits/record",
    "files.rate_limits/file",
}
"""Read in its source, or seen against a server of its own: see docs/probe.md."""


@pytest.mark.skipif(not huggingface_hub.__version__.startswith("2.4."), reason="what is known is known of 2.4")
def test_huggingface_hub_does_everything_but_what_is_known_of_it(hub: ProbeReport) -> None:
    assert set(failed(hub)) == KNOWN_OF_HUGGINGFACE_HUB, failed(hub)
    assert hub.client == f"huggingface_hub {huggingface_hub.__version__}"
    unsupported = {each.scenario for each in hub.results if each.verdict == "unsupported"}
    assert unsupported <= {"files.xet_token/read", "libraries.from_pretrained/config"}
    assert hub.counts()["passed"] > 130
    assert (hub.of("datasets.info"), hub.of("files.retries"), hub.of("files.xet")) == (
        "passed",
        "failed",
        "not verifiable offline",
    )
    assert hub.of("files.download") == "passed"  # believing wrong bytes is informative


def test_what_is_known_of_it_is_seen_for_what_it_is(hub: ProbeReport) -> None:
    seen = failed(hub)
    if "files.rate_limits/file" in seen:
        assert "asked again after 0.0 s" in seen["files.rate_limits/file"][0]
    if "files.download/flipped" in seen:
        assert "call 1: ok" in seen["files.download/flipped"][0]
    assert "files.lfs_redirect/token" not in seen
    assert "auth.token/everywhere" not in seen


def test_our_own_layer_retries_waits_and_checks_and_reads_every_format_that_is_asked_of_it(own: ProbeReport) -> None:
    assert failed(own) == {}
    assert own.of("libraries.read_formats") == "passed"
    for operation in (
        "files.not_found_errors",
        "files.retries",
        "files.rate_limits",
        "cache.resume",
        "cache.offline",
        "auth.token",
    ):
        assert own.of(operation) == "passed", operation
    passed = {each.scenario for each in own.results if each.verdict == "passed"}
    assert {"files.download/flipped", "files.download/shortened"} <= passed


HTTP_ROWS = [row for row in TABLE.rows if row.kind == "http"]


@pytest.mark.parametrize("row", HTTP_ROWS, ids=lambda row: row.id)
def test_a_passed_operation_asked_what_the_table_says(hub: ProbeReport, row: Operation) -> None:
    """The table's method and path, against the log: written by other hands than the scenarios."""
    if hub.of(row.id) != "passed":
        pytest.skip(f"{row.id}: {hub.of(row.id)}")
    log = [line for each in hub.results if each.operation == row.id for line in each.requests]
    methods = {row.method, "HEAD"} if row.method == "GET" else {row.method}
    patterns = [re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(path)) for path in row.paths]
    asked = [re.match(r"hub (\w+) ([^ ?]+)", line) for line in log]
    assert any(
        found is not None and found[1] in methods and any(re.fullmatch(pattern, found[2]) for pattern in patterns)
        for found in asked
    ), log
