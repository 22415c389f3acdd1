"""Our own layer, asked for a repository that two datasets of the project pin at two commits."""

from __future__ import annotations

import pytest

from recipes_data.cli.main import run
from recipes_data.errors import LockStaleError, UsageError
from recipes_data.mirror import Mirror
from recipes_data.ports import HubClient, dataset_store, hub_client
from recipes_data.testing import rows, write_repository
from tests.worlds import Project

FORMER = """\
name: former
title: Numbers
repo: acme/numbers
revision: v1
configs:
  main: {splits: {train: {files: main/train.parquet}}}
"""
LATER = """\
name: later
title: Numbers, of a later commit
repo: acme/numbers
revision: v2
configs:
  main: {splits: {test: {files: main/test.parquet}}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Both fetched, each from a Hub that stands at another commit."""
    project = Project.make(tmp_path_factory.mktemp("world"), former=FORMER, later=LATER)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        for name, revision in (("former", "v1"), ("later", "v2")):
            folder = tmp_path_factory.mktemp(name)
            (write_repository(folder) / "changes.txt").write_text(name, encoding="utf-8")
            with Mirror(folder, refs={"acme/numbers": [revision]}) as mirror:
                words = ["--project", str(project.root), "--store", str(project.store), "--endpoint", mirror.url, "-q"]
                assert run(["fetch", name, *words]) == 0
    return project


def paths(hub: HubClient, repo: str, revision: str | None = None) -> list[str]:
    return [one.path for one in hub.list_files(repo, revision=revision)]


def test_the_revision_says_which_of_two_pins_is_meant(project: Project) -> None:
    hub = hub_client(project=project.root, store=project.store)
    former, later = (project.lock(name)["commit"] for name in ("former", "later"))
    assert former != later
    assert paths(hub, "acme/numbers", former) == paths(hub, "acme/numbers", "v1") == ["main/train.parquet"]
    assert paths(hub, "acme/numbers", later) == paths(hub, "acme/numbers", "v2") == ["main/test.parquet"]
    assert hub.info("acme/numbers", revision="v2").sha == later
    store = dataset_store(project=project.root, store=project.store)
    found = store.load_dataset("acme/numbers", "main", revision=later)
    assert store.to_list(store.get_split(found, "test")) == rows()["main"]["test"]


def test_without_a_revision_two_pins_are_named_with_their_commits(project: Project) -> None:
    hub = hub_client(project=project.root, store=project.store)
    former, later = (project.lock(name)["commit"] for name in ("former", "later"))
    with pytest.raises(UsageError) as caught:
        hub.list_files("acme/numbers")
    assert (caught.value.what, caught.value.do) == (
        f"several locks are of 'acme/numbers': former ({former}), later ({later})",
        "name one of them as the repository, or ask for its commit as revision",
    )
    assert paths(hub, "later") == ["main/test.parquet"]


def test_a_revision_that_neither_pins_is_told_beside_those_they_pin(project: Project) -> None:
    hub = hub_client(project=project.root, store=project.store)
    former, later = (project.lock(name)["commit"] for name in ("former", "later"))
    with pytest.raises(LockStaleError) as caught:
        hub.list_files("acme/numbers", revision="v3")
    assert caught.value.what == (
        f"'acme/numbers' is asked for at 'v3', and the lock former pins {former}, the lock later pins {later}"
    )
