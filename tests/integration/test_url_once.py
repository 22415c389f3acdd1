"""Files by URL that have to be read to be locked: whoever fetches them keeps them on that way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loaders import load
from recipes_data.address import Address
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import HubDownError
from recipes_data.fetch import fetch
from recipes_data.hub.answers import Asked
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.remote import Remote
from recipes_data.sites import Sites
from recipes_data.store import Store
from tests.integration.web_sites import MANIFEST, Silent, Site, write_files
from tests.worlds import Project, sums


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    write_files(tmp_path / "site")
    made = Site(tmp_path / "site")
    yield made
    made.close()


def counted(site: Site) -> dict[str, int]:
    return {path: sum(path == asked for _, asked, _ in site.asked) for _, path, _ in site.asked}


@pytest.mark.parametrize("address", ["toy", "toy/main"])
def test_files_that_nobody_published_a_digest_of_are_read_once(tmp_path: Path, site: Site, address: str) -> None:
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url))
    ran = project.run("fetch", address, "--json")
    assert ran.code == 0, ran.err
    assert counted(site) == {"/a/one.jsonl": 1, "/a/two.jsonl": 1, "/test.parquet": 1}
    size = sum((tmp_path / "site" / path).stat().st_size for path in ("a/one.jsonl", "a/two.jsonl", "test.parquet"))
    [told] = json.loads(ran.out)["datasets"]
    assert (told["bytes_fetched"], told["sources"]) == (size, {site.url: size})
    assert f" from {site.url}" in ran.err
    # bytes that were kept on the way to a lock were brought, and brought once
    traffic = {"fetches": 1, "bytes_served": 0, "bytes_fetched": size, "hit_rate": 0.0}
    assert project.run("cache", "list", "--json").json["traffic"] == traffic
    assert list(load("toy:train", project=project.root, store=project.store)) == sums(50)
    assert project.run("verify", "toy").code == 0
    assert not list((project.store / "partial").iterdir())


def test_of_a_part_only_its_files_are_kept_and_a_dry_run_keeps_none(tmp_path: Path, site: Site) -> None:
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url))
    assert project.run("fetch", "toy", "--dry-run").code == 0
    assert project.blobs() == []
    assert project.run("fetch", "toy:test").code == 0
    assert len(project.blobs()) == 1
    assert list(load("toy:test", project=project.root, store=project.store)) == sums(7, 1000)


def test_what_is_no_data_is_refused_and_set_aside_when_it_is_locked(tmp_path: Path, site: Site) -> None:
    (tmp_path / "site" / "test.parquet").write_bytes(b"<!DOCTYPE html><html>please log in</html>")
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url))
    ran = project.run("fetch", "toy")
    assert ran.code == 5
    assert "test.parquet" in ran.err
    assert len(project.blobs()) == 2
    assert len(list((project.store / "quarantine").iterdir())) == 1


def test_a_file_that_shrinks_while_it_is_read_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    write_files(tmp_path / "site")

    class Shrinking(Sites):
        def open(self, url: str, asked: Asked, project: Path) -> Remote | None:
            remote = super().open(url, asked, project)
            assert remote is not None
            assert remote.size is not None
            remote.size += 1  # type: ignore[misc]  # what it said before
            return remote

    project = Project.make(tmp_path, toy=MANIFEST.format(url=f"file://{tmp_path}/site"))
    catalogue = read_catalogue([project.root / "manifests"])
    sites = Shrinking(Connections(environ={}), Patience(Policy(retries=0)))
    for dry_run in (False, True):
        [outcome] = fetch(
            catalogue,
            {"toy": [Address("toy")]},
            locks=tmp_path / "locks",
            store=Store(project.store),
            hub=None,
            watcher=Silent(),
            sites=lambda: sites,
            dry_run=dry_run,
        )
        size = (tmp_path / "site/a/one.jsonl").stat().st_size
        assert isinstance(outcome.error, HubDownError)
        assert f"/a/one.jsonl: expected {size + 1:,} bytes, got {size:,}" in outcome.error.what
        assert project.blobs() == []
        assert not list((project.store / "partial").iterdir())
    sites.close()
