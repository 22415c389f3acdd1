"""From a manifest to rows over real HTTP: what arrives, what is refused, what a second run does."""

from __future__ import annotations

import re
import shutil
import stat
from pathlib import Path

import pytest

from loaders import load
from recipes_data.errors import IntegrityError, NotFetchedError
from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, Project, data_requests, sums, write_jsonl, write_parquet, write_sums


def test_rows_come_out_as_they_were_written_and_a_second_run_asks_nothing(hub: Mirror, project: Project) -> None:
    first = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert first.code == 0, first.err
    assert "plan: 2 files to fetch" in first.err
    assert re.search(r"gsm8k\s+ready\s+2\s+70\s+2\s", first.out)
    asked = len(hub.requests)

    train = load("gsm8k", split="train", project=project.root, store=project.store)
    assert list(train) == sums(50)
    assert list(load("gsm8k/main:test", project=project.root, store=project.store)) == sums(20, 1000)

    second = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    third = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert len(hub.requests) == asked
    assert second.code == third.code == 0
    assert second.out == third.out
    assert second.err == third.err == ""
    assert re.search(r"gsm8k\s+ready\s+2\s+70\s+2\s+\S+ kB\s+0 bytes", second.out)


def test_the_lock_says_what_was_resolved_and_what_was_measured(hub: Mirror, project: Project) -> None:
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    resolved = project.lock("gsm8k")
    assert re.fullmatch("[0-9a-f]{40}", resolved["commit"])
    assert resolved["origin"] == hub.url
    assert resolved["license"] == "mit"
    assert [file["rows"] for file in resolved["files"].values()] == [None, None]
    assert resolved["configs"][0]["splits"][0]["columns"] is None

    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    measured = project.lock("gsm8k")
    assert {path: file["rows"] for path, file in measured["files"].items()} == {
        "main/test-00000-of-00001.parquet": 20,
        "main/train-00000-of-00001.parquet": 50,
    }
    assert measured["configs"][0]["splits"][0]["columns"] == [["question", "string"], ["answer", "string"]]
    assert measured["commit"] == resolved["commit"]


def test_blobs_are_read_only_named_by_their_digest_and_linked_by_the_table(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    blobs = project.blobs()
    assert len(blobs) == 2
    assert {stat.S_IMODE(blob.stat().st_mode) for blob in blobs} == {0o444}
    shown = project.run("path", "gsm8k:train", "--files")
    files = [Path(line) for line in shown.out.splitlines()]
    assert [file.name for file in files] == ["train-00000-of-00001.parquet"]
    assert files[0].resolve() in blobs
    assert project.leftovers() == []


def test_a_pin_that_the_hub_does_not_know_says_where_it_came_from(hub: Mirror, project: Project) -> None:
    pinned = GSM8K.replace("revision: main", f'revision: "{"ab" * 20}"\nevidence: two public documents')
    project.write("gsm8k", pinned)
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert ran.code == 4
    assert "this pin came from public documents and was never checked here (two public documents)" in ran.err
    assert f"recipes-data lock --endpoint {hub.url} --upgrade gsm8k" in ran.err
    upgraded = project.run("lock", "--upgrade", "gsm8k", "--endpoint", hub.url)
    assert upgraded.code == 0, upgraded.err
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0


def test_an_edited_manifest_stops_until_it_is_locked_again_but_a_comment_does_not(
    hub: Mirror, project: Project
) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    project.write("gsm8k", "# a comment\n" + GSM8K)
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    project.write("gsm8k", GSM8K.replace("rows: 50", "rows: 51"))
    stale = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert stale.code == 3
    assert f"recipes-data lock --endpoint {hub.url} gsm8k, or undo the edit" in stale.err
    assert project.run("lock", "--check").code == 3
    before = project.lock("gsm8k")["commit"]
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    assert project.lock("gsm8k")["commit"] == before
    refused = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert refused.code == 5
    assert "has 50 rows, the manifest expects 51" in refused.err
    assert "counted in this test" in refused.err
    with pytest.raises(IntegrityError, match="has 50 rows, the manifest expects 51"):
        load("gsm8k", split="train", project=project.root, store=project.store)


def test_a_wrong_count_is_refused_at_the_first_fetch_and_its_rows_are_not_served(hub: Mirror, project: Project) -> None:
    project.write("gsm8k", GSM8K.replace("rows: 50", "rows: 14042"))
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert ran.code == 5
    assert "gsm8k/main:train has 50 rows, the manifest expects 14,042" in ran.err
    with pytest.raises((IntegrityError, NotFetchedError)):
        load("gsm8k", split="train", project=project.root, store=project.store)


@pytest.mark.parametrize("words", [["--locked"], []])
def test_locked_runs_write_no_lock(hub: Mirror, project: Project, words: list[str]) -> None:
    environ = {} if words else {"CI": "true"}
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url, *words, **environ)
    assert ran.code == 3
    assert not project.lock_folder.exists()
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    text = (project.lock_folder / "gsm8k.json").read_bytes()
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url, *words, **environ).code == 0
    assert (project.lock_folder / "gsm8k.json").read_bytes() == text
    assert len(load("gsm8k", split="train", project=project.root, store=project.store)) == 50


def test_fetch_never_moves_a_pin_and_upgrade_says_what_moved(tmp_path: Path, project: Project) -> None:
    repo = write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as first:
        assert project.run("lock", "gsm8k", "--endpoint", first.url).code == 0
    old = project.lock("gsm8k")["commit"]
    write_parquet(repo / "main" / "train-00000-of-00001.parquet", sums(50, 5))
    with Mirror(tmp_path / "hub") as second:
        gone = project.run("fetch", "gsm8k", "--endpoint", second.url)
        assert gone.code == 4
        assert project.lock("gsm8k")["commit"] == old
        kept = project.run("lock", "gsm8k", "--endpoint", second.url)
        assert kept.code == 4
        assert "so it was there once" in kept.err
        moved = project.run("lock", "--upgrade", "gsm8k", "--endpoint", second.url, "--json")
        assert moved.code == 0
        told = moved.json["locks"][0]["moved"]
        assert told[0].startswith(f"commit {old[:12]} -> ")
        assert told[1] == "changed: main/train-00000-of-00001.parquet"
        assert project.run("fetch", "gsm8k", "--endpoint", second.url).code == 0
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50, 5)


def test_one_failure_does_not_stop_the_others_and_the_first_one_gives_the_exit_code(
    hub: Mirror, project: Project
) -> None:
    project.write("absent", GSM8K.replace("name: gsm8k", "name: absent").replace("org/sums", "org/absent"))
    project.write("typo", GSM8K.replace("name: gsm8k", "name: typo").replace("main/test-*", "main/tset-*"))
    ran = project.run("fetch", "absent", "gsm8k", "typo", "--endpoint", hub.url)
    assert ran.code == 4
    assert re.search(r"absent\s+failed: NotOnHubError", ran.out)
    assert re.search(r"gsm8k\s+ready", ran.out)
    assert re.search(r"typo\s+failed: ManifestError", ran.out)
    assert re.search(r"typo\.yaml:11: 'main/tset-\*\.parquet' matches no file of org/sums", ran.err)
    assert "-> correct the patterns; org/sums has: README.md, main/test-00000-of-00001.parquet, main/train" in ran.err
    assert len(load("gsm8k", split="train", project=project.root, store=project.store)) == 50


def test_a_private_repository_needs_the_token_and_the_data_host_never_sees_it(tmp_path: Path, project: Project) -> None:
    write_sums(tmp_path / "hub")
    secret = "hf_" + "s3cret" * 5
    with Mirror(tmp_path / "hub", private=frozenset({"org/sums"}), tokens=frozenset({secret})) as mirror:
        anonymous = project.run("fetch", "gsm8k", "--endpoint", mirror.url)
        assert anonymous.code == 4
        assert "is private and no token was sent" in anonymous.err
        (project.root / "token").write_text(secret + "\n", encoding="utf-8")
        ran = project.run("fetch", "gsm8k", "--endpoint", mirror.url, "--token-file", "token", "-v")
        assert ran.code == 0, ran.err
        requests = mirror.requests
    assert any(request.headers.get("authorization") == f"Bearer {secret}" for request in requests)
    assert not any("authorization" in request.headers for request in requests if request.origin == "cdn")
    assert secret not in ran.out + ran.err + anonymous.err
    kept = [path for path in project.store.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert kept == []


def test_a_gated_repository_is_locked_without_access_and_its_bytes_ask_for_the_terms(
    tmp_path: Path, project: Project
) -> None:
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub", gated={"org/sums": "auto"}) as mirror:
        ran = project.run("fetch", "gsm8k", "--endpoint", mirror.url)
        page = f"{mirror.url}/datasets/org/sums"
    assert ran.code == 4
    assert project.lock("gsm8k")["gated"] == "auto"
    assert "gated: gsm8k" in ran.err
    assert "is gated and no token was sent" in ran.err
    assert f"accept the terms at {page}" in ran.err


def test_a_dry_run_prints_the_plan_and_writes_nothing(hub: Mirror, project: Project) -> None:
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url, "--dry-run")
    assert ran.code == 0
    assert "plan: 2 files to fetch" in ran.err
    assert re.search(r"gsm8k\s+to fetch", ran.out)
    assert not project.store.exists()
    assert not project.lock_folder.exists()
    assert data_requests(hub) == []


def test_a_download_above_the_limit_stops_before_the_first_byte(hub: Mirror, project: Project) -> None:
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url, "--max-download", "1kB")
    assert ran.code == 2
    assert "--max-download allows 1.0 kB" in ran.err
    assert data_requests(hub) == []


def test_a_plain_git_file_is_checked_by_its_git_id_and_its_sha256_becomes_known(tmp_path: Path) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "plain"
    write_jsonl(repo / "rows.jsonl", [{"n": 1, "text": "ä"}, {"n": 2, "text": None}])
    project = Project.make(
        tmp_path,
        plain="name: plain\ntitle: Plain\nrepo: org/plain\n"
        "configs:\n  only:\n    splits:\n      train: {files: rows.jsonl}\n",
    )
    with Mirror(tmp_path / "hub") as mirror:
        ran = project.run("fetch", "plain", "--endpoint", mirror.url)
        assert ran.code == 0, ran.err
    file = project.lock("plain")["files"]["rows.jsonl"]
    assert file["digest"].startswith("git-sha1:")
    assert project.blobs()[0].name == file["sha256"]
    rows = load("plain", project=project.root, store=project.store)
    assert list(rows) == [{"n": 1, "text": "ä"}, {"n": 2, "text": None}]
    assert rows.types == {"n": "int64", "text": "string"}


def test_a_card_decides_the_files_where_the_manifest_leaves_it_to_the_card(hub: Mirror, project: Project) -> None:
    project.write("carded", "name: carded\ntitle: Carded\nrepo: org/sums\nfrom: card\n")
    ran = project.run("fetch", "carded", "--endpoint", hub.url, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["datasets"][0]["rows"] == {"default:train": 50, "default:test": 20}


def test_a_served_folder_keeps_its_locks_out_of_the_project(tmp_path: Path, project: Project) -> None:
    write_sums(tmp_path / "hub")
    first = project.run("fetch", "gsm8k", "--hub", str(tmp_path / "hub"), "-v")
    assert first.code == 0, first.err
    assert not project.lock_folder.exists()
    assert "(folder)" in first.out
    rows = load("gsm8k", split="train", project=project.root, store=project.store)
    assert rows.pin.origin == "folder"
    assert "from a served folder" in repr(rows)
    second = project.run("fetch", "gsm8k", "--hub", str(tmp_path / "hub"), "-v")
    assert second.code == 0
    assert "requests" not in second.err
    # the folder's lock never passes for the Hub's: a Hub that cannot be reached stays one
    assert project.run("fetch", "gsm8k", "--endpoint", "http://127.0.0.1:9").code == 4


def test_load_fetches_first_where_it_is_asked_to(hub: Mirror, project: Project) -> None:
    script = 'from loaders import load\nrows = load("gsm8k:train", fetch=True)\nprint(len(rows), rows.pin.commit)'
    ran = project.python(script, HF_ENDPOINT=hub.url)
    assert ran.code == 0, ran.err
    assert ran.out.split() == ["50", project.lock("gsm8k")["commit"]]
    asked = len(hub.requests)
    assert project.python(script, HF_ENDPOINT=hub.url).code == 0
    assert len(hub.requests) == asked


def test_bytes_come_from_a_named_place_and_from_the_hub_clients_cache_before_the_hub(
    hub: Mirror, project: Project, tmp_path: Path
) -> None:
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    repo = tmp_path / "hub" / "datasets" / "org" / "sums"
    train = next(file for path, file in project.lock("gsm8k")["files"].items() if "train" in path)
    blob = Path(project.environ["HF_HOME"]) / "hub" / "datasets--org--sums" / "blobs" / train["sha256"]
    blob.parent.mkdir(parents=True)
    blob.write_bytes((repo / "main" / "train-00000-of-00001.parquet").read_bytes())
    asked = len(hub.requests)
    ran = project.run("fetch", "gsm8k", "--offline", "--from", str(tmp_path / "hub"), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["datasets"][0]["sources"] == {str(tmp_path / "hub"): ran.json["datasets"][0]["bytes"]}
    for blob_here in project.blobs():
        blob_here.unlink()
    again = project.run("fetch", "gsm8k", "--endpoint", hub.url, "--json")
    assert again.code == 0, again.err
    cache = f"your Hub cache ({blob.parents[2]})"
    assert again.json["datasets"][0]["sources"][cache] == train["size"]
    assert len([request for request in hub.requests[asked:] if request.origin == "cdn"]) == 1
    assert f"gsm8k: {train['size'] / 1000:.1f} kB from {cache}" in again.err


def test_a_store_that_others_share_is_read_in_place_and_never_written(
    hub: Mirror, project: Project, tmp_path: Path
) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    lock = project.lock("gsm8k")
    shared, own = project.store, tmp_path / "own"
    before = {path: path.stat().st_mtime_ns for path in shared.rglob("*")}
    project.environ |= {"RECIPES_DATA_HOME": str(own), "RECIPES_DATA_SHARED": str(shared)}
    asked = len(hub.requests)
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url)
    assert ran.code == 0, ran.err
    assert len(hub.requests) == asked
    script = 'from loaders import load; rows = load("gsm8k:train"); print(len(rows), rows[49]["question"])'
    assert project.python(script).out.split()[0] == "50"
    assert not (own / "blobs").exists()
    assert {path: path.stat().st_mtime_ns for path in shared.rglob("*")} == before
    assert project.lock("gsm8k") == lock


@pytest.mark.parametrize("how", ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "token file", "HF_API_KEY", "token="])
def test_a_token_is_found_where_people_keep_it(tmp_path: Path, project: Project, how: str) -> None:
    write_sums(tmp_path / "hub")
    secret = "hf_" + "s3cret" * 5
    environ = {} if how in ("token file", "token=") else {how: secret}
    if how == "token file":
        (Path(project.environ["HF_HOME"])).mkdir(parents=True)
        (Path(project.environ["HF_HOME"]) / "token").write_text(secret, encoding="utf-8")
    with Mirror(tmp_path / "hub", private=frozenset({"org/sums"}), tokens=frozenset({secret})) as mirror:
        if how == "token=":
            script = f"from loaders import load; print(len(load('gsm8k', split='test', fetch=True, token={secret!r})))"
            ran = project.python(script, HF_ENDPOINT=mirror.url)
            assert ran.out == "20\n", ran.err
            assert [request.path for request in mirror.requests if request.origin == "cdn"][1:] == []
        else:
            ran = project.run("fetch", "gsm8k", "--endpoint", mirror.url, **environ)
        assert ran.code == 0, ran.err
    assert ("call it HF_TOKEN" in ran.err) == (how == "HF_API_KEY")
    assert secret not in ran.out + ran.err


def test_what_is_derived_goes_to_the_scratch_folder_where_the_store_cannot_be_written(tmp_path: Path) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "plain"
    write_jsonl(repo / "rows.jsonl", [{"n": n} for n in range(7)])
    manifest = "name: plain\ntitle: Plain\nrepo: org/plain\nconfigs:\n  c:\n    splits:\n      s: {files: rows.jsonl}\n"
    project = Project.make(tmp_path, plain=manifest)
    with Mirror(tmp_path / "hub") as mirror:
        assert project.run("fetch", "plain", "--endpoint", mirror.url).code == 0
    shutil.rmtree(project.store / "index")
    (project.store / "index").write_text("in the way: nothing can be written here", encoding="utf-8")
    scratch = tmp_path / "scratch"
    ran = project.python(
        'from loaders import load; print([row["n"] for row in load("plain")])', RECIPES_DATA_SCRATCH=str(scratch)
    )
    assert ran.out == "[0, 1, 2, 3, 4, 5, 6]\n", ran.err
    assert len(list((scratch / "index").iterdir())) == 1
