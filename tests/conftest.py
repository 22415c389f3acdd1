"""A Hub with one small repository, a project whose manifest names it, and processes that hear Ctrl-C."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, Project, write_sums


def pytest_configure() -> None:
    """Let the processes of tests hear Ctrl-C.

    A shell that runs its jobs in the background has them ignore it, and every process below inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: no search for garbage goes through it again."""
    gc.freeze()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Mirror]:
    """`org/sums`, served on loopback."""
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        yield mirror


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with the manifest `gsm8k` of `org/sums`."""
    return Project.make(tmp_path, gsm8k=GSM8K)


@pytest.fixture
def prompt_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """`datasets` does not wait for five seconds after it has read several shards at once."""
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "SLEEP_TIME_ON_THREADS_SHUTDOWN", 0, raising=False)
