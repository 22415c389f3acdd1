"""Whole processes timed in turn: A B C, A B C, ...; medians, spread, ratios, peaks."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Case", "measure", "report"]


@dataclass
class Case:
    """One command; `seconds` and `peak_kib` collect a figure for each counted run.

    `before` is called before each run and not timed. Peaks are those of the largest process, and none is seen
    that is smaller than this harness itself.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    before: Callable[[], None] = lambda: None
    seconds: list[float] = field(default_factory=list)
    peak_kib: list[int] = field(default_factory=list)

    def once(self) -> tuple[float, int]:
        """Run it to its end: wall seconds and peak KiB. A failure stops the measurement."""
        self.before()
        began = time.perf_counter()
        process = subprocess.Popen(
            self.command, env=dict(self.environ), cwd=self.cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            message = f"{self.name} ended with {process.returncode}: {' '.join(self.command)}"
            raise SystemExit(message)
        return seconds, usage.ru_maxrss


def measure(cases: Sequence[Case], runs: int, warmup: int = 2) -> None:
    """Fill the cases, one run of each in turn, so that a drift of the machine meets them alike."""
    for turn in range(warmup + runs):
        for case in cases:
            seconds, peak = case.once()
            if turn >= warmup:
                case.seconds.append(seconds)
                case.peak_kib.append(peak)


def report(cases: Sequence[Case], ours: str) -> str:
    """A Markdown table; `ours` is the case that the ratios are taken against, pair by pair."""
    base = next(case for case in cases if case.name == ours)
    lines = ["| case | median s | min - max | times ours (median of pairs) | peak MiB |", "|---|---|---|---|---|"]
    for case in cases:
        ratio = statistics.median(a / b for a, b in zip(case.seconds, base.seconds, strict=True))
        middle, low, high = statistics.median(case.seconds), min(case.seconds), max(case.seconds)
        peak = statistics.median(case.peak_kib) / 1024
        lines.append(f"| {case.name} | {middle:.4f} | {low:.4f} - {high:.4f} | {ratio:.2f} | {peak:.0f} |")
    return "\n".join(lines)
