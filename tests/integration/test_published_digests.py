"""Digests that others published: a lock of other bytes is refused with both values, and says how to go on."""

from __future__ import annotations

import hashlib
import pickle
import re
from pathlib import Path

import pytest

from loaders import load
from recipes_data.errors import IntegrityError
from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, ROOT, Project, sums, write_jsonl, write_sums

REAL = ROOT.parent / "shared" / "hub"
TRAIN = "main/train-00000-of-00001.parquet"


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def quoting(sha256: str, path: str = TRAIN) -> str:
    """The manifest of `org/sums` with one published digest."""
    return GSM8K + f'digests:\n  {path}: {{sha256: "{sha256}", evidence: two unrelated places}}\n'


def shipped_gsm8k() -> str:
    """The shipped manifest, wishing what a folder can answer."""
    text = (ROOT / "manifests" / "datasets" / "gsm8k.yaml").read_text(encoding="utf-8")
    return re.sub(r'revision: "[0-9a-f]{40}"', "revision: main", text)


def test_a_lock_that_agrees_with_the_published_digest_is_written_and_its_rows_load(tmp_path: Path) -> None:
    repo = write_sums(tmp_path / "hub")
    project = Project.make(tmp_path, gsm8k=quoting(sha256_of(repo / TRAIN)))
    with Mirror(tmp_path / "hub") as hub:
        assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)


def test_a_lock_that_disagrees_is_refused_with_both_values_and_nothing_is_written(tmp_path: Path) -> None:
    repo = write_sums(tmp_path / "hub")
    project = Project.make(tmp_path, gsm8k=quoting("0" * 64))
    with Mirror(tmp_path / "hub") as hub:
        for command in ("lock", "fetch"):
            ran = project.run(command, "gsm8k", "--endpoint", hub.url)
            assert ran.code == 5
            assert f"{TRAIN}: published sha256:{'0' * 64}, got sha256:{sha256_of(repo / TRAIN)}" in ran.err
            assert "two unrelated places" in ran.err
            assert "take `digests:` out" in ran.err
    assert not project.lock_folder.exists()
    assert project.blobs() == []


def test_a_lock_that_somebody_else_wrote_is_compared_too(tmp_path: Path) -> None:
    repo = write_sums(tmp_path / "hub")
    project = Project.make(tmp_path, gsm8k=quoting(sha256_of(repo / TRAIN)))
    with Mirror(tmp_path / "hub") as hub:
        assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
        lock = project.lock_folder / "gsm8k.json"
        lock.write_text(lock.read_text(encoding="utf-8").replace(sha256_of(repo / TRAIN), "a" * 64), encoding="utf-8")
        ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert ran.code == 5
    assert f"published sha256:{sha256_of(repo / TRAIN)}, got sha256:{'a' * 64}" in ran.err


def test_a_published_file_that_is_not_there_is_a_disagreement_too(tmp_path: Path) -> None:
    write_sums(tmp_path / "hub")
    project = Project.make(tmp_path, gsm8k=quoting("0" * 64, "main/train.parquet"))
    with Mirror(tmp_path / "hub") as hub:
        ran = project.run("lock", "gsm8k", "--endpoint", hub.url)
    assert (ran.code, "main/train.parquet is not there; published: sha256:000" in ran.err) == (5, True)


def test_a_file_of_which_the_hub_lists_no_sha256_is_compared_when_it_has_arrived(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "hub" / "datasets" / "org" / "plain" / "rows.jsonl", sums(5))
    manifest = (
        "name: plain\ntitle: P\nrepo: org/plain\nconfigs: {main: {splits: {train: {files: rows.jsonl}}}}\n"
        'digests: {rows.jsonl: {sha256: "%s", evidence: somebody}}\n'
    )
    right = sha256_of(tmp_path / "hub" / "datasets" / "org" / "plain" / "rows.jsonl")
    project = Project.make(tmp_path, plain=manifest % ("1" * 64))
    with Mirror(tmp_path / "hub") as hub:
        ran = project.run("fetch", "plain", "--endpoint", hub.url)
        assert ran.code == 5
        assert f"rows.jsonl has sha256 {right}, its lock says {'1' * 64}" in ran.err
        project.write("plain", manifest % right)
        assert project.run("lock", "plain", "--endpoint", hub.url).code == 0
        assert project.run("fetch", "plain", "--endpoint", hub.url).code == 0
    assert len(load("plain", project=project.root, store=project.store)) == 5


def test_the_shipped_gsm8k_refuses_sums_in_its_place(tmp_path: Path) -> None:
    write_sums(tmp_path / "hub").parent.parent.joinpath("org").rename(tmp_path / "hub" / "datasets" / "openai")
    (tmp_path / "hub" / "datasets" / "openai" / "sums").rename(tmp_path / "hub" / "datasets" / "openai" / "gsm8k")
    text = shipped_gsm8k()
    project = Project.make(tmp_path, gsm8k=text[: text.index("  socratic:\n")])
    ran = project.run("fetch", "gsm8k", "--hub", str(tmp_path / "hub"))
    assert ran.code == 5
    assert "published sha256:ea82612ea9582142387730c793eb67d3b12849002bc0b7fa6f8efafa7351419d, got sha256:" in ran.err
    assert "published sha256:ee7b8da9e381df27b9e3f7758a159ab2bdaa4dbaa910546cbbc47e0cb44e4f59, got sha256:" in ran.err


@pytest.mark.skipif(not REAL.is_dir(), reason="the real repositories are not beside this checkout")
def test_the_shipped_gsm8k_refuses_the_real_rows_in_other_bytes_and_takes_them_on_purpose(tmp_path: Path) -> None:
    text = shipped_gsm8k()
    text = text[: text.index("  socratic:\n")]  # the folder has `main` alone
    project = Project.make(tmp_path, gsm8k=text)
    ran = project.run("fetch", "gsm8k", "--hub", str(REAL))
    assert ran.code == 5
    assert ran.err.count("published sha256:") == 2
    on_purpose = text[: text.index("digests:")] + text[text.index("default_config:") :]
    project.write("gsm8k", on_purpose)
    assert project.run("fetch", "gsm8k", "--hub", str(REAL)).code == 0
    assert len(load("gsm8k", split="train", project=project.root, store=project.store)) == 7473


def test_what_the_manifest_doubts_stands_in_every_error_of_its_lock(tmp_path: Path) -> None:
    (tmp_path / "hub" / "datasets" / "org" / "other").mkdir(parents=True)
    (tmp_path / "hub" / "datasets" / "org" / "other" / "a.csv").write_text("a\n1\n", encoding="utf-8")
    body = "title: X\ndoubt: nobody has seen it there\nconfigs: {main: {splits: {train: {files: train.csv}}}}\n"
    project = Project.make(
        tmp_path, gone=f"name: gone\nrepo: org/gone\n{body}", other=f"name: other\nrepo: org/other\n{body}"
    )
    with Mirror(tmp_path / "hub") as hub:
        for name, code in (("gone", 4), ("other", 2)):
            ran = project.run("lock", name, "--endpoint", hub.url)
            assert ran.code == code
            assert "the manifest has its doubts: nobody has seen it there" in ran.err


def test_an_error_that_doubts_can_be_sent_to_another_process(tmp_path: Path) -> None:
    error = IntegrityError("first", "do")
    error.what = "second"
    error.args = (error.what, error.do)
    assert pickle.loads(pickle.dumps(error)).what == "second"
