"""Data that is not on a Hub: by URL, in a bucket, on this machine; the same lock, verification and resume."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import fsspec  # type: ignore[import-untyped]
import pytest

from loaders import folder, load
from recipes_data.address import Address
from recipes_data.catalogue import read_catalogue
from recipes_data.fetch import fetch
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.sites import Sites
from recipes_data.store import Store
from tests.integration.web_sites import MANIFEST, Silent, Site, write_files
from tests.repositories.media import EXPRESSO_CLIPS, expresso
from tests.worlds import ROOT, Project, sums, write_jsonl, write_parquet


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    write_files(tmp_path / "site")
    made = Site(tmp_path / "site")
    yield made
    made.close()


def rows(project: Project, address: str) -> list[object]:
    return list(load(address, project=project.root, store=project.store))


def test_files_of_a_web_server_are_locked_fetched_and_loaded_without_any_hub(tmp_path: Path, site: Site) -> None:
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url + "/"))
    # a Hub that nobody can reach, and a token that nobody may see
    ran = project.run("fetch", "toy", HF_ENDPOINT="http://127.0.0.1:9", HF_TOKEN="hf_secret")
    assert ran.code == 0, ran.err
    assert rows(project, "toy:train") == sums(50)
    assert rows(project, "toy:test") == sums(7, 1000)
    lock = project.lock("toy")
    assert (lock["repo_type"], lock["repo"], lock["origin"]) == ("url", site.url, site.url)
    one = lock["files"]["a/one.jsonl"]
    assert one["url"] == f"{site.url}/a/one.jsonl"
    assert one["digest"] == "sha256:" + hashlib.sha256((tmp_path / "site/a/one.jsonl").read_bytes()).hexdigest()
    assert not [headers for headers in site.headers if "Authorization" in headers]
    asked = len(site.asked)
    assert project.run("fetch", "toy").code == 0
    assert project.run("verify", "toy").code == 0
    assert "toy" in project.run("show", "toy").out
    assert len(site.asked) == asked


def test_the_same_url_with_other_bytes_is_refused_until_the_lock_is_upgraded(tmp_path: Path, site: Site) -> None:
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url))
    assert project.run("lock", "toy").code == 0
    before = project.lock("toy")
    data = (tmp_path / "site" / "a" / "one.jsonl").read_bytes()
    (tmp_path / "site" / "a" / "one.jsonl").write_bytes(data.replace(b"How much", b"How many"))
    ran = project.run("fetch", "toy")
    assert ran.code == 5
    assert f"expected {before['files']['a/one.jsonl']['digest']}" in ran.err
    assert "it changed since it was locked; recipes-data lock --upgrade" in ran.err
    assert project.run("lock", "toy").code == 0
    assert project.lock("toy") == before, "a lock that is there is kept"
    moved = project.run("lock", "toy", "--upgrade")
    assert "changed: a/one.jsonl" in moved.out
    assert project.run("fetch", "toy").code == 0
    assert rows(project, "toy:train")[0] != sums(1)[0]


def test_a_broken_line_is_continued_by_a_range(tmp_path: Path, site: Site) -> None:
    write_jsonl(tmp_path / "site" / "big.jsonl", sums(20_000))
    size = (tmp_path / "site" / "big.jsonl").stat().st_size
    digest = hashlib.md5((tmp_path / "site" / "big.jsonl").read_bytes()).hexdigest()
    project = Project.make(
        tmp_path,
        toy=(
            f"name: toy\ntitle: T\nurl: {site.url}\nfiles: big.jsonl\n"
            f'digests: {{big.jsonl: {{md5: "{digest}", evidence: e}}}}\n'
        ),
    )
    assert project.run("lock", "toy").code == 0
    assert project.lock("toy")["files"]["big.jsonl"]["digest"] == f"md5:{digest}"
    site.cut = 2
    ran = project.run("fetch", "toy")
    assert ran.code == 0, ran.err
    starts = [begin for _, _, begin in site.asked if begin]
    assert len(starts) == 2
    assert starts[0] == f"bytes={size // 2}-"
    found = folder("toy", project=project.root, store=project.store) / "big.jsonl"
    assert found.read_bytes() == (tmp_path / "site" / "big.jsonl").read_bytes()
    assert project.lock("toy")["files"]["big.jsonl"]["sha256"] == hashlib.sha256(found.read_bytes()).hexdigest()


def test_a_published_md5_is_taken_at_its_word_and_proven_by_the_fetch(tmp_path: Path, site: Site) -> None:
    wrong = (
        f"name: toy\ntitle: T\nurl: {site.url}\nfiles: test.parquet\n"
        f'digests: {{test.parquet: {{md5: "{"0" * 32}", evidence: e}}}}\n'
    )
    project = Project.make(tmp_path, toy=wrong)
    ran = project.run("fetch", "toy")
    right = hashlib.md5((tmp_path / "site" / "test.parquet").read_bytes()).hexdigest()
    assert ran.code == 5
    assert f"expected md5:{'0' * 32}" in ran.err
    assert f"got md5:{right}" in ran.err
    assert project.blobs() == []
    project.write("toy", wrong.replace("0" * 32, right))
    assert project.run("lock", "toy").code == 0
    assert project.run("fetch", "toy").code == 0
    assert project.run("fetch", "toy", "--offline").code == 0
    assert project.run("verify", "toy").code == 0


def test_urls_of_several_servers_make_one_dataset_under_names_of_its_own(tmp_path: Path, site: Site) -> None:
    write_parquet(tmp_path / "other" / "xy.parquet", sums(3, 500))
    other = Site(tmp_path / "other")
    project = Project.make(
        tmp_path,
        toy=(
            f"name: toy\ntitle: T\nurls:\n  train/1.jsonl: {site.url}/a/one.jsonl\n"
            f"  test/1.parquet: {other.url}/xy.parquet?download=1\n"
            "configs: {main: {splits: {train: {files: train/*.jsonl}, test: {files: test/*}}}}\n"
        ),
    )
    try:
        ran = project.run("fetch", "toy")
    finally:
        other.close()
    assert ran.code == 0, ran.err
    assert other.asked[0][1] == "/xy.parquet?download=1"
    assert rows(project, "toy:train") == sums(30)
    assert rows(project, "toy:test") == sums(3, 500)


@pytest.mark.parametrize("absolute", [False, True])
def test_files_of_this_machine_are_copied_into_the_store_and_proven(tmp_path: Path, absolute: bool) -> None:
    project = Project.make(tmp_path)
    write_files(project.root / "data" / "mine")
    url = (project.root / "data" / "mine").as_uri() if absolute else "data/mine"
    project.write("toy", MANIFEST.format(url=url).replace("[a/one.jsonl, a/two.jsonl]", "a/*.jsonl"))
    assert project.run("fetch", "toy").code == 0
    assert project.lock("toy")["files"]["a/one.jsonl"]["url"] == f"{url}/a/one.jsonl"
    (project.root / "data" / "mine" / "a" / "one.jsonl").unlink()
    assert rows(project, "toy:train") == sums(50)


@pytest.mark.parametrize("command", ["lock", "fetch"])
def test_a_file_that_is_not_there_names_the_manifests_line(tmp_path: Path, site: Site, command: str) -> None:
    (tmp_path / "site" / "test.parquet").unlink()
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url))
    ran = project.run(command, "toy")
    assert ran.code == 4
    assert f"toy.yaml:3: {site.url}/test.parquet is not there" in ran.err
    assert "Traceback" not in ran.err


def test_a_locked_file_that_went_away_says_so(tmp_path: Path, site: Site) -> None:
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url))
    assert project.run("lock", "toy").code == 0
    (tmp_path / "site" / "test.parquet").unlink()
    ran = project.run("fetch", "toy")
    assert ran.code == 4
    assert "test.parquet is not there any more; a lock pins it" in ran.err


def test_offline_nothing_is_asked(tmp_path: Path, site: Site) -> None:
    project = Project.make(tmp_path, toy=MANIFEST.format(url=site.url))
    assert project.run("lock", "toy", "--offline").code == 3
    assert project.run("fetch", "toy", "--offline").code == 3
    assert site.asked == []
    assert project.run("lock", "toy").code == 0
    asked = len(site.asked)
    assert project.run("fetch", "toy", "--offline").code == 6
    assert len(site.asked) == asked


def shipped(name: str) -> str:
    return (ROOT / "manifests" / "datasets" / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "files", "rows_wanted"),
    [
        (
            "tau2_airline",
            {
                "data/tau2/domains/airline/tasks.json": b"[]",
                "data/tau2/domains/airline/policy.md": b"# Policy\n",
                "data/tau2/domains/airline/db.json": b"{}",
                "web/leaderboard/public/task-data/tools-data.json": b"{}",
            },
            None,
        ),
        ("expresso", expresso(), EXPRESSO_CLIPS),
        (
            "example_conversations",
            {"conversations.jsonl": b'{"messages": [{"role": "user", "content": "Hi"}]}\n' * 3},
            3,
        ),
        ("example_multilingual", {"multilingual.txt": "Good day.\nGuten Tag.\n你好。\n".encode()}, 3),
        ("common_english_nouns", {"common_english_nouns.txt": b"apple\nriver\n"}, 2),
    ],
)
def test_what_ships_of_other_places_is_fetched_from_a_server_of_their_shape(
    tmp_path: Path, site: Site, name: str, files: dict[str, bytes], rows_wanted: int | None
) -> None:
    for path, data in files.items():
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_bytes(data)
    text = re.sub(r"url: https://\S+", f"url: {site.url}", shipped(name))
    if name == "expresso":
        project = Project.make(tmp_path, expresso=text)
        refused = project.run("fetch", name)
        assert (refused.code, "expected md5:6bf580a4cd4392ae2473626147b5307c" in refused.err) == (5, True)
        project.write(name, re.sub("[0-9a-f]{32}", hashlib.md5(files["expresso.tar"]).hexdigest(), text))
        assert project.run("lock", name).code == 0
    else:
        project = Project.make(tmp_path, **{name: text})
    ran = project.run("fetch", name)
    assert ran.code == 0, ran.err
    if rows_wanted is not None:
        assert len(rows(project, f"{name}:base" if name == "expresso" else name)) == rows_wanted
        return
    found = folder(name, project=project.root, store=project.store)
    assert {path: (found / path).read_bytes() for path in files} == files


def test_the_clone_beside_the_manifests_is_read_as_save_to_disk_wrote_it(tmp_path: Path) -> None:
    from datasets import Dataset

    project = Project.make(tmp_path)
    ran = project.run("lock", "self_distillation")
    assert ran.code == 4
    assert f"there is no folder {project.root / 'Self-Distillation'}" in ran.err
    assert "git clone https://github.com/idanshen/Self-Distillation.git" in ran.err
    chats = [{"messages": [{"role": "user", "content": f"Q{n}"}], "output_text": f"A{n}"} for n in range(5)]
    asked = [{"prompt": f"Q{n}", "answer": "ABCD"[n % 4]} for n in range(4)]
    for place, made in (
        ("science_data/train_data", chats),
        ("science_data/eval_data", asked),
        ("tooluse_data/train_data", [{"prompt": "P", "golden_response": "R"}]),
        ("tooluse_data/eval_data", [{"prompt": "P", "golden_answer": ["A"]}]),
    ):
        Dataset.from_list(made).save_to_disk(str(project.root / "Self-Distillation" / "data" / place))
    ran = project.run("fetch", "self_distillation")
    assert ran.code == 0, ran.err
    assert rows(project, "self_distillation/science:train") == chats
    assert rows(project, "self_distillation/science:eval") == asked
    assert len(rows(project, "self_distillation/tooluse:eval")) == 1


def test_files_of_a_bucket_are_found_by_pattern_locked_and_fetched(tmp_path: Path) -> None:
    bucket = fsspec.filesystem("memory")
    for name, start in (("train-1.jsonl", 0), ("train-0.jsonl", 30), ("deep/test.jsonl", 60)):
        lines = "".join(json.dumps(row) + "\n" for row in sums(30, start))
        bucket.pipe(f"/lab-{tmp_path.name}/data/{name}", lines.encode())
    manifests = tmp_path / "manifests"
    (manifests / "datasets").mkdir(parents=True)
    (manifests / "datasets" / "toy.yaml").write_text(
        f"name: toy\ntitle: T\nurl: memory://lab-{tmp_path.name}/data\n"
        "configs: {main: {splits: {train: {files: train-*.jsonl}, test: {files: '**/test.jsonl'}}}}\n",
        encoding="utf-8",
    )
    sites = Sites(Connections(environ={}), Patience(Policy(retries=0)))
    (outcome,) = fetch(
        read_catalogue([manifests]),
        {"toy": [Address("toy")]},
        locks=manifests / "locks",
        store=Store(tmp_path / "store"),
        hub=None,
        sites=lambda: sites,
        watcher=Silent(),
    )
    sites.close()
    assert outcome.error is None
    assert outcome.lock is not None
    assert [file.path for file in outcome.lock.files] == ["deep/test.jsonl", "train-0.jsonl", "train-1.jsonl"]
    train = load("toy:train", manifests=manifests, store=tmp_path / "store")
    assert list(train) == sums(30, 30) + sums(30), "in the order of the files' names"
