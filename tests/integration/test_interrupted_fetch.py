"""A fetch that is broken off, killed or given wrong bytes: what is kept, what is refused, what the next run does."""

from __future__ import annotations

import os
import pickle
import re
import signal
import time
from pathlib import Path

import pytest

from loaders import load
from recipes_data.errors import IntegrityError, NotFetchedError
from recipes_data.mirror import Fault, Mirror, Request, Response
from tests.worlds import Project, data_requests, sums, write_jsonl


def test_a_byte_flipped_on_the_way_is_fetched_again(hub: Mirror, project: Project) -> None:
    spoiled: list[str] = []

    def flip_once(request: Request) -> Response | None:
        if request.origin != "cdn" or spoiled:
            return None
        spoiled.append(request.path)
        answer = hub.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(flip=100))

    hub.before = flip_once
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert ran.code == 0, ran.err
    assert [request.path for request in data_requests(hub)].count(spoiled[0]) == 2
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)


def test_a_server_that_always_gives_other_bytes_is_refused_and_nothing_of_it_stays(
    hub: Mirror, project: Project
) -> None:
    def flip(request: Request) -> Response | None:
        if request.origin != "cdn":
            return None
        answer = hub.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(flip=100))

    hub.before = flip
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert ran.code == 5
    assert re.search(r"expected sha256:[0-9a-f]{64} \([\d,]+ bytes\), got sha256:[0-9a-f]{64}", ran.err)
    assert "Traceback" not in ran.err
    assert not (project.store / "blobs").exists()
    assert project.leftovers() == []
    with pytest.raises(NotFetchedError, match="recipes-data fetch gsm8k"):
        load("gsm8k", split="train", project=project.root, store=project.store)


def big_project(tmp_path: Path, megabytes: int) -> tuple[Project, int]:
    """A project with one jsonl file of this size, in `tmp_path`/hub; and the file's size."""
    path = tmp_path / "hub" / "datasets" / "org" / "big" / "rows.jsonl"
    write_jsonl(path, ({"n": n, "text": os.urandom(5000).hex()} for n in range(100 * megabytes)))
    (path.parent / ".gitattributes").write_text("*.jsonl filter=lfs diff=lfs merge=lfs -text\n", encoding="utf-8")
    manifest = (
        "name: big\ntitle: Big\nrepo: org/big\nconfigs:\n  only:\n    splits:\n      train: {files: rows.jsonl}\n"
    )
    return Project.make(tmp_path, big=manifest), path.stat().st_size


def test_a_broken_connection_is_continued_where_it_broke(tmp_path: Path) -> None:
    project, _ = big_project(tmp_path, 4)

    def cut(request: Request) -> Response | None:
        if request.origin != "cdn" or "range" in request.headers:
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(cut_after=2_500_000, reset=True))

    with Mirror(tmp_path / "hub", before=cut) as mirror:
        ran = project.run("fetch", "big", "--endpoint", mirror.url)
        assert ran.code == 0, ran.err
        sent = [request.headers.get("range") for request in mirror.requests if request.origin == "cdn"]
    assert sent[0] is None
    assert sent[1] is not None
    assert re.fullmatch(r"bytes=[1-9]\d+-", sent[1])
    assert len(load("big", project=project.root, store=project.store)) == 400


def test_a_killed_run_is_continued_by_the_next_one_from_the_bytes_it_had(tmp_path: Path) -> None:
    project, size = big_project(tmp_path, 12)

    def slow(request: Request) -> Response | None:
        if request.origin != "cdn" or not throttled:
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(rate=3_000_000))

    throttled = True
    with Mirror(tmp_path / "hub", before=slow) as mirror:
        process = project.start("fetch", "big", "--endpoint", mirror.url)
        deadline = time.monotonic() + 30
        while not any(path.stat().st_size > 3_000_000 for path in (project.store / "partial").glob("*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert project.blobs() == []
        throttled = False
        killed = len(mirror.requests)
        ran = project.run("fetch", "big", "--endpoint", mirror.url)
        assert ran.code == 0, ran.err
        after = [request for request in mirror.requests[killed:] if request.origin == "cdn"]
    assert len(after) == 1
    assert after[0].headers["range"].startswith("bytes=")
    assert after[0].bytes_sent <= size - 3_000_000
    assert len(load("big", project=project.root, store=project.store)) == 1200
    assert project.leftovers() == []


def test_ctrl_c_ends_in_one_sentence_and_130_and_the_next_run_goes_on(tmp_path: Path) -> None:
    project, _ = big_project(tmp_path, 8)

    def slow(request: Request) -> Response | None:
        if request.origin != "cdn" or not throttled:
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(rate=1_000_000))

    throttled = True
    with Mirror(tmp_path / "hub", before=slow) as mirror:
        process = project.start("fetch", "big", "--endpoint", mirror.url)
        deadline = time.monotonic() + 30
        while not any(path.stat().st_size for path in (project.store / "partial").glob("*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - began < 5
        assert process.returncode == 130, out + err
        assert "what was fetched is kept" in err
        assert "Traceback" not in err
        throttled = False
        assert project.run("fetch", "big", "--endpoint", mirror.url).code == 0


def test_a_whole_store_needs_no_hub_and_an_incomplete_one_says_what_to_run(hub: Mirror, project: Project) -> None:
    before = project.run("fetch", "gsm8k", "--offline")
    assert before.code == 3
    assert "recipes-data fetch gsm8k" in before.err
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    missing = project.run("fetch", "gsm8k", "--offline")
    assert missing.code == 6
    assert "is offline" in missing.err
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    asked = len(hub.requests)
    for words in (["--offline"], ["--endpoint", "http://127.0.0.1:9"]):
        assert project.run("fetch", "gsm8k", *words).code == 0
    assert project.run("fetch", "gsm8k", HF_HUB_OFFLINE="1").code == 0
    assert len(hub.requests) == asked


def test_a_hub_that_cannot_be_reached_is_exit_4_in_two_lines_within_five_seconds(project: Project) -> None:
    began = time.monotonic()
    ran = project.run("fetch", "gsm8k", "--endpoint", "http://127.0.0.1:9")
    assert time.monotonic() - began < 5
    assert ran.code == 4
    lines = ran.err.strip().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error:")
    assert "127.0.0.1:9" in lines[0]
    assert lines[1].startswith("  -> ")
    assert not project.lock_folder.exists()


def test_a_damaged_blob_is_found_by_verify_refused_by_load_and_replaced_by_fetch(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert project.run("verify").code == 0
    blob = max(project.blobs(), key=lambda path: path.stat().st_size)
    times = blob.stat()
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.chmod(0o644)
    blob.write_bytes(content)
    os.utime(blob, ns=(times.st_atime_ns, times.st_mtime_ns))  # rot, not a write: the time says nothing
    found = project.run("verify", "gsm8k")
    assert found.code == 5
    assert f"expected sha256 {blob.name}, got " in found.err
    with pytest.raises(IntegrityError, match="changed since they were verified"):
        load("gsm8k", split="train", project=project.root, store=project.store)
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)


def test_verify_repairs_just_the_damaged_file_and_keeps_it_for_a_look(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    blob = max(project.blobs(), key=lambda path: path.stat().st_size)
    blob.chmod(0o644)
    blob.write_bytes(b"x" * blob.stat().st_size)
    fast = project.run("verify", "--fast")
    assert fast.code == 5
    assert "was written to since its check" in fast.err
    asked = len(hub.requests)
    ran = project.run("verify", "--repair", "--endpoint", hub.url, "--no-hub-cache")
    assert ran.code == 0, ran.err
    assert f"expected sha256 {blob.name}, got " in ran.err
    assert len([request for request in hub.requests[asked:] if request.origin == "cdn"]) == 1
    aside = list((project.store / "quarantine").iterdir())
    assert [path.read_bytes()[:1] for path in aside] == [b"x"]
    listed = project.run("cache", "list")
    assert f"in 1 file ({project.store / 'quarantine'})" in listed.out
    assert project.run("cache", "prune", "--unused", "--min-age", "0s").code == 0
    assert list((project.store / "quarantine").iterdir()) == []
    assert project.run("verify").code == project.run("verify", "--fast").code == 0
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)


def test_a_pickle_renamed_to_parquet_is_refused_by_its_content_and_does_not_stay(tmp_path: Path) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "evil"
    repo.mkdir(parents=True)
    (repo / "train.parquet").write_bytes(pickle.dumps({"rows": [1, 2, 3]}))
    weights = tmp_path / "hub" / "models" / "org" / "evil" / "weights.pkl"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(pickle.dumps([1]))
    manifest = "name: evil\ntitle: Evil\nrepo: org/evil\nconfigs:\n  c:\n    splits:\n      s: {files: train.parquet}\n"
    listed = "name: listed\ntitle: Listed\nrepo: org/evil\ntype: model\nfiles: [weights.pkl]\n"
    project = Project.make(tmp_path, evil=manifest, listed=listed)
    with Mirror(tmp_path / "hub") as mirror:
        ran = project.run("fetch", "evil", "--endpoint", mirror.url)
        assert ran.code == 5
        assert "failed: UnsafeFileError" in ran.out
        assert "a pickle" in ran.err
        assert project.blobs() == []
        refused = project.run("fetch", "listed", "--endpoint", mirror.url)
        assert refused.code == 5
        assert "weights.pkl can hold pickled objects" in refused.err
        assert "--allow-unsafe" in refused.err
        allowed = project.run("fetch", "listed", "--endpoint", mirror.url, "--allow-unsafe")
        assert allowed.code == 0, allowed.err
