"""A small dataset that receipts are tried on, and a receipt as it comes back out of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import loaders.pins
from loaders import receipt
from tests.views.worlds import World

TRAIN = [{"n": n, "text": f"row {n}", "list": list(range(n % 3))} for n in range(30)]
TEST = [{"n": n, "text": f"test {n}", "list": []} for n in range(7)]


def toy_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """`toy`, with the splits `train` and `test`, in a process that has opened nothing yet."""
    monkeypatch.setattr(loaders.pins, "_opened", {})
    monkeypatch.setattr(loaders.pins, "_inherited", {})
    made = World(tmp_path, monkeypatch)
    schema = pa.schema([("n", pa.int64()), ("text", pa.string()), ("list", pa.list_(pa.int64()))])
    made.write("toy", {"main": {"train": TRAIN, "test": TEST}}, schema=schema)
    return made


def through_json(**named: Any) -> Any:
    return json.loads(json.dumps(receipt(named)))
