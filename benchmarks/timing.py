"""Whole processes timed in turn: A B C, A B C, ...; medians, spread and ratios."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Case", "measure", "report"]


@dataclass
class Case:
    """One command; `seconds` collects a figure for each counted run."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    seconds: list[float] = field(default_factory=list)

    def once(self) -> float:
        """Run it to its end: wall seconds. A failure stops the measurement."""
        began = time.perf_counter()
        done = subprocess.run(
            self.command,
            env=dict(self.environ),
            cwd=self.cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        seconds = time.perf_counter() - began
        if done.returncode != 0:
            message = f"{self.name} ended with {done.returncode}: {' '.join(self.command)}"
            raise SystemExit(message)
        return seconds


def measure(cases: Sequence[Case], runs: int, warmup: int = 2) -> None:
    """Fill the cases, one run of each in turn, so that a drift of the machine meets them alike."""
    for turn in range(warmup + runs):
        for case in cases:
            seconds = case.once()
            if turn >= warmup:
                case.seconds.append(seconds)


def report(cases: Sequence[Case], ours: str) -> str:
    """A Markdown table; `ours` is the case that the ratios are taken against, pair by pair."""
    base = next(case for case in cases if case.name == ours)
    lines = ["| case | median s | min - max | times ours (median of pairs) |", "|---|---|---|---|"]
    for case in cases:
        ratio = statistics.median(a / b for a, b in zip(case.seconds, base.seconds, strict=True))
        middle, low, high = statistics.median(case.seconds), min(case.seconds), max(case.seconds)
        lines.append(f"| {case.name} | {middle:.4f} | {low:.4f} - {high:.4f} | {ratio:.2f} |")
    return "\n".join(lines)
