"""The gate that all runs on a store share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recipes_data.errors import RateLimitedError
from recipes_data.hub.gate import Gate
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy


def test_a_run_that_was_told_to_wait_holds_the_others_of_its_store_back(tmp_path: Path) -> None:
    clock = [1000.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    slept: list[float] = []
    told = iter([RateLimitedError("limited", wait=55.0)])

    def ask() -> str:
        error = next(told, None)
        if error is not None:
            raise error
        return "answer"

    gates = [Gate(tmp_path, "https://hub", now=lambda: clock[0]) for _ in range(2)]
    first = Patience(Policy(jitter=0), sleep=sleep, clock=lambda: clock[0], gate=gates[0])
    assert first.call(ask) == "answer"
    assert slept == [55.0]
    clock[0] -= 30
    other = Patience(Policy(jitter=0), sleep=sleep, clock=lambda: clock[0], gate=gates[1])
    assert other.call(lambda: "no wait of its own") == "no wait of its own"
    assert slept[1:] == [pytest.approx(30.0)]


def test_the_gate_of_another_endpoint_is_open(tmp_path: Path) -> None:
    Gate(tmp_path, "https://one", now=lambda: 5.0).close(60)
    assert Gate(tmp_path, "https://one", now=lambda: 5.0).left() == 60
    assert Gate(tmp_path, "https://other", now=lambda: 5.0).left() == 0


def test_a_shorter_wait_does_not_open_it_earlier(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "https://hub", now=lambda: 100.0)
    gate.close(60)
    gate.close(5)
    assert gate.left() == 60


def test_a_clock_that_was_set_back_does_not_close_it_for_years(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "https://hub", now=lambda: 1e9)
    gate.close(60)
    assert Gate(tmp_path, "https://hub", now=lambda: 1e8).left() == 0


def test_a_store_that_cannot_be_written_has_no_gate(tmp_path: Path) -> None:
    (tmp_path / "gate").write_text("in the way", encoding="utf-8")
    gate = Gate(tmp_path, "https://hub")
    gate.close(60)
    assert gate.left() == 0
    assert os.listdir(tmp_path) == ["gate"]
