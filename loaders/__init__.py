"""Verified rows for training scripts: `from loaders import load`.

Needs pyarrow, numpy, msgspec and orjson (none of them before it has to), opens no socket, reads no YAML.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any

    from loaders.batches import Batches
    from loaders.frames import scan
    from loaders.joining import concatenate
    from loaders.loading import load
    from loaders.pins import Pin
    from loaders.rows import Rows
    from loaders.stream import Stream

__all__ = ["Batches", "Pin", "Rows", "Stream", "concatenate", "load", "scan"]

_HOMES = {
    "Batches": "loaders.batches",
    "Pin": "loaders.pins",
    "Rows": "loaders.rows",
    "Stream": "loaders.stream",
    "concatenate": "loaders.joining",
    "load": "loaders.loading",
    "scan": "loaders.frames",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'loaders' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
