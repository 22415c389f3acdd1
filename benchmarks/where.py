"""The only home of where benchmark data and what is prepared from it lie: `$BENCH_DATA`, else the temp folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["ROOT", "data_home", "hub", "work"]

_EDITION = 2  # counts up when the same name and scale would give other bytes
ROOT = Path(__file__).resolve().parent.parent


def data_home() -> Path:
    """Where the sets lie."""
    return Path(os.environ.get("BENCH_DATA") or Path(tempfile.gettempdir()) / "recipes-data-bench") / f"v{_EDITION}"


def hub(scale: str) -> Path:
    """The folder of repositories of a scale, for `--hub` and `serve`."""
    return data_home() / scale


def work(scale: str) -> Path:
    """What is prepared from them: a project, a store, peers' caches, floors. May be deleted at any time."""
    return data_home() / f"{scale}-work"
