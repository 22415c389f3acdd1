"""The only home of the plots of the performance page: small SVG files, the same bytes for the same results."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt  # after the choice of what draws

from cases import ALL  # isort: skip  # beside this file
from page import chosen, ratio  # isort: skip

__all__ = ["draw"]

_STYLE: Any = {"svg.hashsalt": "recipes-data", "svg.fonttype": "none", "font.size": 9}
_STYLE |= {"axes.spines.top": False, "axes.spines.right": False}


def draw(results: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """One plot of all ratios, and one for each growth case; file names relative to the page by case."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, str] = {}
    with mpl.rc_context(_STYLE):
        for case in ALL:
            result = chosen(results, case)
            if result is not None:
                figure = _lines(case, result) if case.axis else _bars(result) if case.figure == "seconds" else None
                if figure is not None:
                    figure.savefig(folder / f"{case.name}.svg", metadata={"Date": None, "Creator": None})
                    plt.close(figure)
                    drawn[case.name] = f"{folder.name}/{case.name}.svg"
    return drawn


def _bars(result: Mapping[str, Any]) -> Any:
    fine = [one for one in result["contenders"] if "failed" not in one and one.get("same", True)]
    if len(fine) < 2 or fine[0]["role"] != "ours":
        return None
    figure, axes = plt.subplots(figsize=(6.4, 0.5 + 0.3 * len(fine)), layout="constrained")
    times = [ratio(one["seconds"], fine[0]["seconds"]) for one in fine]
    colours = {"ours": "#2a6f97", "peer": "#9aa5b1", "floor": "#d8c99b"}
    axes.barh([one["name"] for one in fine], times, color=[colours[one["role"]] for one in fine])
    for place, each in enumerate(times):
        axes.annotate(f" {each:.3g}", (each, place), va="center")
    axes.invert_yaxis()
    axes.set_xlabel("times ours (seconds)")
    axes.margins(x=0.12)
    return figure


def _lines(case: Any, result: Mapping[str, Any]) -> Any:
    figure, axes = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
    for series in dict.fromkeys(one["series"] for one in result["contenders"]):
        points = [
            (one["x"], statistics.median(one["seconds"]))
            for one in result["contenders"]
            if one["series"] == series and "failed" not in one
        ]
        ours = any(one["role"] == "ours" for one in result["contenders"] if one["series"] == series)
        axes.plot(*zip(*sorted(points), strict=True) if points else ([], []), marker="o", label=series,
                  linewidth=2 if ours else 1, linestyle="-" if ours else "--")  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(case.axis)
    axes.set_ylabel("seconds, whole process")
    axes.legend(frameon=False, fontsize=8)
    return figure
