"""Verified rows for training scripts: `from loaders import load`.

Needs pyarrow, numpy, msgspec and orjson (none of them before it has to), opens no socket, reads no YAML.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any

    from loaders.batches import Batches
    from loaders.dataset_calls import (
        Splits,
        concatenate_datasets,
        get_dataset_config_names,
        interleave_datasets,
    )
    from loaders.folders import folder
    from loaders.frames import scan
    from loaders.joining import concatenate
    from loaders.known import load, load_dataset
    from loaders.pins import Pin
    from loaders.receipts import receipt
    from loaders.recorded import Records
    from loaders.recording import records
    from loaders.replaying import verify_receipt
    from loaders.rows import Rows
    from loaders.stream import Stream

__all__ = [
    "Batches",
    "Pin",
    "Records",
    "Rows",
    "Splits",
    "Stream",
    "concatenate",
    "concatenate_datasets",
    "folder",
    "get_dataset_config_names",
    "interleave_datasets",
    "load",
    "load_dataset",
    "receipt",
    "records",
    "scan",
    "verify_receipt",
]

_HOMES = {
    "Batches": "loaders.batches",
    "Pin": "loaders.pins",
    "Records": "loaders.recorded",
    "Rows": "loaders.rows",
    "Splits": "loaders.dataset_calls",
    "Stream": "loaders.stream",
    "concatenate": "loaders.joining",
    "concatenate_datasets": "loaders.dataset_calls",
    "folder": "loaders.folders",
    "get_dataset_config_names": "loaders.dataset_calls",
    "interleave_datasets": "loaders.dataset_calls",
    "load": "loaders.loading",
    "load_dataset": "loaders.dataset_calls",
    "receipt": "loaders.receipts",
    "records": "loaders.recording",
    "scan": "loaders.frames",
    "verify_receipt": "loaders.replaying",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'loaders' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
