"""Before a large fetch everything it depends on is looked at, and said in one table; a small one is not delayed."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

import pytest

from recipes_data import preflight
from recipes_data.address import Address
from recipes_data.cli.checkup import check_before
from recipes_data.cli.scope import open_scope
from recipes_data.cli.screen import Screen
from recipes_data.cli.watching import LARGE
from recipes_data.errors import StoreError
from recipes_data.locks import read_lock
from recipes_data.mirror import Mirror
from recipes_data.plan import make_plan
from tests.worlds import Project


def swell(project: Project, size: int) -> None:
    """Make the lock promise a train file of `size` bytes."""
    lock: Any = project.lock("gsm8k")
    (train,) = (file for path, file in lock["files"].items() if "train" in path)
    train["size"] = size
    (project.lock_folder / "gsm8k.json").write_text(json.dumps(lock), encoding="utf-8")


def test_a_large_fetch_says_first_what_it_depends_on(hub: Mirror, project: Project) -> None:
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    swell(project, LARGE)
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert "before 2.0 GB are fetched:\n  check" in ran.err
    told = {line.split("  ")[1].strip() for line in ran.err.splitlines() if line.startswith("  ")}
    assert {"proxy", "certificates", "endpoint", "token", "licences", "disk", "download", "loaders"} <= told
    assert ran.code == 5, "the server has fewer bytes than that lock promises"


def test_a_small_fetch_says_none_of_it(hub: Mirror, project: Project) -> None:
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert ran.code == 0
    assert "are fetched:" not in ran.err


def test_a_quota_that_is_too_small_stops_a_large_fetch_before_its_first_byte(
    hub: Mirror, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    swell(project, LARGE)
    words = {"project": str(project.root), "manifests": None, "store": None, "endpoint": None, "hub": None}
    arguments = Namespace(**words, token_file=None, offline=True, origin=None)
    scope = open_scope(arguments, project.environ)
    lock = read_lock(scope.locks, "gsm8k")
    assert lock is not None
    plan = make_plan([lock], {"gsm8k": [Address("gsm8k")]}, lambda file: False)
    monkeypatch.setattr(preflight, "allocation_refused", lambda folder, size: "quota")
    with pytest.raises(StoreError, match=r"your disk quota at .* does not allow that"):
        check_before(plan, scope, arguments, project.environ, None, Screen())
    assert "not checked: offline" in capsys.readouterr().err
