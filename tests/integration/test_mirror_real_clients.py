"""The clients that people use, in processes of their own, against the mirror: they get equal values."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes_data.mirror import Mirror

NEEDS_DATASETS = pytest.mark.skipif(importlib.util.find_spec("datasets") is None, reason="datasets is not installed")
NEEDS_GLOB = pytest.mark.skipif(
    "maxdepth" not in inspect.signature(fsspec.AbstractFileSystem.glob).parameters,
    reason="this fsspec has no depth of a glob, for which the Hub's own file system asks it",
)
REAL = Path(__file__).resolve().parents[3] / "shared" / "hub"
TOKEN = "token-of-a-member"  # of the mirror in this file
CARD = """---
license: mit
configs:
- config_name: main
  data_files:
  - {split: train, path: data/train-*}
  - {split: test, path: data/test-*}
---
# Tiny
"""
ROWS: dict[str, list[dict[str, Any]]] = {
    "data/train-00000-of-00002.parquet": [{"n": n, "text": f"row {n}", "parts": [str(n)] * (n % 3)} for n in range(40)],
    "data/train-00001-of-00002.parquet": [{"n": n, "text": "\u00e9\u4e2d" * n, "parts": []} for n in range(40, 60)],
    "data/test-00000-of-00001.parquet": [{"n": n, "text": None, "parts": None} for n in range(5)],
}

HUB_CLIENT = """
import hashlib, json, os, sys
from pathlib import Path
import huggingface_hub as hub
from huggingface_hub import errors

api, repo, said = hub.HfApi(), "acme/tiny", {"version": hub.__version__}
def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
def failure(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return None

info = api.dataset_info(repo, files_metadata=True, revision="main", timeout=10)
said["info"] = {s.rfilename: [s.size, s.blob_id, s.lfs.sha256 if s.lfs else None] for s in info.siblings}
said["record"] = [info.id, info.sha, info.gated, info.private, info.card_data.to_dict()["license"], info.tags]
said["expand"] = api.dataset_info(repo, expand=["sha", "downloads"]).sha
tree = list(api.list_repo_tree(repo, recursive=True, repo_type="dataset"))
said["tree"] = [[type(e).__name__, e.path] for e in tree]
said["tree_lfs"] = {e.path: e.lfs.sha256 for e in tree if getattr(e, "lfs", None)}
said["tree_expand"] = [e.last_commit.oid for e in api.list_repo_tree(repo, expand=True, repo_type="dataset")]
said["files"] = api.list_repo_files(repo, repo_type="dataset")
infos = api.get_paths_info(repo, ["README.md", "data", "no/such"], repo_type="dataset")
said["paths"] = sorted(e.path for e in infos)
refs = api.list_repo_refs(repo, repo_type="dataset")
said["refs"] = [[ref.name, ref.target_commit] for ref in refs.branches + refs.tags]
said["commits"] = [c.commit_id for c in api.list_repo_commits(repo, repo_type="dataset")]
paths = ("README.md", "data/test-00000-of-00001.parquet", "x")
said["exists"] = [api.file_exists(repo, path, repo_type="dataset") for path in paths]
wishes = ("main", "v1", info.sha, "0" * 40)
said["revisions"] = [api.revision_exists(repo, wish, repo_type="dataset") for wish in wishes]
said["whoami"] = api.whoami()["name"]

cache = Path(os.environ["HF_HOME"])
def fetch(path, **more):
    return digest(hub.hf_hub_download(repo, path, repo_type="dataset", **more))
said["plain"] = fetch("README.md")
said["lfs"] = fetch("data/train-00000-of-00002.parquet")
said["by_commit"] = fetch("extra/rows.jsonl", revision=info.sha)
said["local_dir"] = fetch("data/test-00000-of-00001.parquet", local_dir=cache / "local")
snapshot = Path(hub.snapshot_download(repo, repo_type="dataset"))
said["snapshot"] = {p.relative_to(snapshot).as_posix(): digest(p) for p in snapshot.rglob("*") if p.is_file()}
said["model"] = sorted(p.name for p in Path(hub.snapshot_download("acme/tokens")).iterdir())
said["private"] = api.dataset_info("acme/private").private
said["private_plain"] = digest(hub.hf_hub_download("acme/private", "README.md", repo_type="dataset"))

fs = hub.HfFileSystem()
name = f"datasets/{repo}/data/train-00000-of-00002.parquet"
said["fs_find"] = fs.find(f"datasets/{repo}/data")
with fs.open(name, "rb") as stream:
    said["fs_size"] = stream.size
    stream.seek(-4, 2)
    said["fs_end"] = stream.read().decode()
    stream.seek(0)
    said["fs_read"] = hashlib.sha256(stream.read()).hexdigest()
said["fs_text"] = fs.cat_file(f"datasets/{repo}/README.md").decode()

said["failures"] = {
    "no repository": failure(lambda: api.dataset_info("acme/nosuch")),
    "no revision": failure(lambda: api.dataset_info(repo, revision="nosuch")),
    "no commit": failure(lambda: api.dataset_info(repo, revision="0" * 40)),
    "no file": failure(lambda: hub.hf_hub_download(repo, "nosuch", repo_type="dataset")),
    "gated": failure(lambda: hub.hf_hub_download("acme/gated", "README.md", repo_type="dataset")),
    "gated check": failure(lambda: api.auth_check("acme/gated", repo_type="dataset")),
}
said["gated"] = api.dataset_info("acme/gated", token=False).gated
json.dump(said, sys.stdout)
"""

DATASETS_CLIENT = """
import json, sys
import datasets

tiny = datasets.load_dataset("acme/tiny", "main")
json.dump({
    "main": {split: rows.to_list() for split, rows in tiny.items()},
    "extra": datasets.load_dataset("acme/lines", split="train").to_list(),
    "streamed": list(datasets.load_dataset("acme/tiny", "main", split="train", streaming=True)),
}, sys.stdout)
"""

REAL_CLIENT = """
import hashlib, json, sys
from pathlib import Path
import datasets, huggingface_hub as hub

snapshot = Path(hub.snapshot_download("cais/mmlu", repo_type="dataset", allow_patterns=["a*/*", "README.md"]))
files = {p.relative_to(snapshot).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
         for p in snapshot.rglob("*") if p.is_file()}
sums = datasets.load_dataset("openai/gsm8k", "main")
json.dump({
    "files": files,
    "rows": {split: len(rows) for split, rows in sums.items()},
    "first": sums["train"][0], "last": sums["train"][-1],
}, sys.stdout)
"""


def run_client(
    script: str, mirror: Mirror, home: Path, token: str = "", python: str = sys.executable
) -> dict[str, Any]:
    """What the script prints as JSON, run in a process whose whole environment is made here."""
    home.mkdir()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "HF_HOME": str(home / "hf"),
        "HF_ENDPOINT": mirror.url,
        "NO_PROXY": "*",
        "no_proxy": "*",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        **({"HF_TOKEN": token} if token else {}),
    }
    done = subprocess.run(
        [python, "-c", script], env=env, cwd=home, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def write_tiny(root: Path) -> Path:
    """The repositories of this file; returns the folder of acme/tiny."""
    repo = root / "datasets/acme/tiny"
    for path, rows in ROWS.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            pa.Table.from_pylist(
                rows, pa.schema({"n": pa.int64(), "text": pa.string(), "parts": pa.list_(pa.string())})
            ),
            repo / path,
        )
    (repo / "extra").mkdir()
    (repo / "extra/rows.jsonl").write_text("".join(json.dumps({"k": k}) + "\n" for k in range(7)))
    (repo / "README.md").write_text(CARD)
    (repo / ".gitattributes").write_text("*.parquet filter=lfs diff=lfs merge=lfs -text\n")
    (root / "datasets/acme/lines").mkdir(parents=True)
    (root / "datasets/acme/lines/rows.jsonl").write_bytes((repo / "extra/rows.jsonl").read_bytes())
    for other in ("datasets/acme/private", "datasets/acme/gated"):
        (root / other).mkdir(parents=True)
        (root / other / "README.md").write_text(CARD)
    (root / "models/acme/tokens").mkdir(parents=True)
    (root / "models/acme/tokens/config.json").write_text("{}")
    (root / "models/acme/tokens/model.safetensors").write_bytes(b"\0" * 100)
    return repo


def digests(repo: Path) -> dict[str, str]:
    files = [path for path in repo.rglob("*") if path.is_file()]
    return {path.relative_to(repo).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def tiny_mirror(root: Path) -> Mirror:
    return Mirror(
        root,
        tokens=frozenset({TOKEN}),
        private=frozenset({"acme/private"}),
        gated={"acme/gated": "auto"},
        refs={"acme/tiny": ("v1",)},
        page_size=3,
    )


def check_hub_client(said: Mapping[str, Any], repo: Path, mirror: Mirror) -> None:
    """Every value that the Hub's client got, against the folder itself."""
    expected = digests(repo)
    lfs = {path: digest for path, digest in expected.items() if path.endswith(".parquet")}
    commit = said["record"][1]
    assert said["record"] == ["acme/tiny", commit, False, False, "mit", ["license:mit"]]
    assert {path: sha for path, (_, _, sha) in said["info"].items() if sha} == lfs == said["tree_lfs"]
    assert {path: size for path, (size, _, _) in said["info"].items()} == {
        path: (repo / path).stat().st_size for path in expected
    }
    assert [path for kind, path in said["tree"] if kind == "RepoFile"] == sorted(expected) == said["files"]
    assert [path for kind, path in said["tree"] if kind == "RepoFolder"] == ["data", "extra"]
    assert {commit} == {
        said["expand"],
        *said["tree_expand"],
        *said["commits"],
        *(to for _, to in said["refs"]),
    }
    assert said["paths"] == ["README.md", "data"]
    assert [name for name, _ in said["refs"]] == ["main", "v1"]
    assert said["exists"] == [True, True, False]
    assert said["revisions"] == [True, True, True, False]
    assert said["whoami"] == "mirror"
    assert said["plain"] == expected["README.md"] == said["private_plain"]
    assert said["lfs"] == said["fs_read"] == expected["data/train-00000-of-00002.parquet"]
    assert said["by_commit"] == expected["extra/rows.jsonl"]
    assert said["local_dir"] == expected["data/test-00000-of-00001.parquet"]
    assert said["snapshot"] == expected
    assert said["model"] == ["config.json", "model.safetensors"]
    assert said["private"] is True
    assert said["fs_find"] == [f"datasets/acme/tiny/{path}" for path in sorted(lfs)]
    assert said["fs_size"] == (repo / "data/train-00000-of-00002.parquet").stat().st_size
    assert (said["fs_end"], said["fs_text"]) == ("PAR1", CARD)
    assert said["gated"] == "auto"
    assert said["failures"] == {
        "no repository": "RepositoryNotFoundError",
        "no revision": "RevisionNotFoundError",
        "no commit": "RevisionNotFoundError",
        "no file": said["failures"]["no file"],
        "gated": "GatedRepoError",
        "gated check": "GatedRepoError",
    }
    assert said["failures"]["no file"] in ("EntryNotFoundError", "RemoteEntryNotFoundError")
    to_cdn = [each for each in mirror.requests if each.origin == "cdn"]
    assert to_cdn
    assert not [each.path for each in to_cdn if "authorization" in each.headers]
    assert [each for each in mirror.requests if "cursor=" in each.query]


def test_the_hub_client_gets_what_is_in_the_folder(tmp_path: Path) -> None:
    repo = write_tiny(tmp_path / "hub")
    with tiny_mirror(tmp_path / "hub") as mirror:
        check_hub_client(run_client(HUB_CLIENT, mirror, tmp_path / "home", TOKEN), repo, mirror)


@NEEDS_DATASETS
@NEEDS_GLOB
def test_load_dataset_gives_the_rows_that_were_written(tmp_path: Path) -> None:
    write_tiny(tmp_path / "hub")
    with tiny_mirror(tmp_path / "hub") as mirror:
        said = run_client(DATASETS_CLIENT, mirror, tmp_path / "home")
    train = ROWS["data/train-00000-of-00002.parquet"] + ROWS["data/train-00001-of-00002.parquet"]
    assert said["main"] == {"train": train, "test": ROWS["data/test-00000-of-00001.parquet"]}
    assert said["extra"] == [{"k": k} for k in range(7)]
    assert said["streamed"] == train


@pytest.mark.skipif(not REAL.is_dir(), reason="no folder of real repositories beside the checkout")
@NEEDS_DATASETS
@NEEDS_GLOB
def test_real_repositories_come_through_unchanged(tmp_path: Path) -> None:
    with Mirror(REAL) as mirror:
        said = run_client(REAL_CLIENT, mirror, tmp_path / "home")
    mmlu = digests(REAL / "datasets/cais/mmlu")
    assert said["files"] == {path: sha for path, sha in mmlu.items() if path[0] == "a" or path == "README.md"}
    folder = REAL / "datasets/openai/gsm8k/main"
    tables = {split: pq.read_table(folder / f"{split}-00000-of-00001.parquet") for split in ("train", "test")}
    assert said["rows"] == {split: table.num_rows for split, table in tables.items()}
    train = tables["train"]
    assert [said["first"], said["last"]] == [train.slice(at, 1).to_pylist()[0] for at in (0, train.num_rows - 1)]
