"""A world for each test of a view."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.views.worlds import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)
