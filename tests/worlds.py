"""Small worlds for tests: a folder of repositories, a project beside it, and the command run in it."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recipes_data.mirror import Mirror, Request

ROOT = Path(__file__).resolve().parent.parent

GSM8K = """\
name: gsm8k
title: Sums
repo: org/sums
revision: main
default_config: main
columns: {question: string, answer: string}
configs:
  main:
    splits:
      train: {files: main/train-*.parquet, rows: 50, evidence: counted in this test}
      test: {files: main/test-*.parquet}
"""


def unmeasured(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment for a process whose own imports count: coverage, which has its own, does not look at it."""
    return {name: value for name, value in environ.items() if not name.startswith("COVERAGE_")}


def sums(count: int, start: int = 0) -> list[dict[str, str]]:
    """Rows in the form of GSM8K, all different."""
    return [
        {
            "question": f"How much is {i} + {i * 7}?",
            "answer": f"{i}+{i * 7}=<<{i}+{i * 7}={i * 8}>>{i * 8}\n#### {i * 8}",
        }
        for i in range(start, start + count)
    ]


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]], group: int = 20) -> None:
    """Rows as one parquet file with small row groups."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows)), path, row_group_size=group)


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def write_sums(hub: Path, train: int = 50, test: int = 20) -> Path:
    """The repository `org/sums` in `hub`; its folder."""
    repo = hub / "datasets" / "org" / "sums"
    write_parquet(repo / "main" / "train-00000-of-00001.parquet", sums(train))
    write_parquet(repo / "main" / "test-00000-of-00001.parquet", sums(test, 1000))
    (repo / "README.md").write_text("---\nlicense: mit\n---\n# Sums\n", encoding="utf-8")
    return repo


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as the JSON document it promises to be."""
        return json.loads(self.out)


@dataclass
class Project:
    """A project folder, its store, and the environment that its commands run in."""

    root: Path
    store: Path
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, **manifests: str) -> Project:
        """A marked project in `folder`/project with these dataset manifests, its store beside it."""
        project = cls(folder / "project", folder / "store")
        (project.root / "manifests" / "datasets").mkdir(parents=True)
        (project.root / "recipes-data.toml").write_text("# a project\n", encoding="utf-8")
        for name, text in manifests.items():
            project.write(name, text)
        kept = {
            name: os.environ[name]
            for name in ("PATH", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "PYTHONPATH", "LANG")
            if name in os.environ
        }
        project.environ = {
            **kept,
            "HOME": str(folder / "home"),
            "HF_HOME": str(folder / "home" / "hf"),
            "RECIPES_DATA_HOME": str(project.store),
            "NO_PROXY": "*",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
            "PYTHONWARNINGS": "error::ResourceWarning",
        }
        (folder / "home").mkdir()
        return project

    def write(self, name: str, text: str) -> Path:
        """Write (over) a dataset manifest."""
        path = self.root / "manifests" / "datasets" / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """The command as a process in the project's folder."""
        return subprocess.Popen(
            [sys.executable, "-m", "recipes_data", *words],
            cwd=self.root,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **environ: str) -> Ran:
        """The command, run to its end."""
        process = self.start(*words, **environ)
        out, err = process.communicate(timeout=120)
        return Ran(process.returncode, out, err)

    def python(self, code: str, **environ: str) -> Ran:
        """A script, run in the project's folder."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    @property
    def lock_folder(self) -> Path:
        """Where this project's locks of a Hub lie."""
        return self.root / "manifests" / "locks"

    def lock(self, name: str) -> Any:
        """A lock of this project as plain values."""
        return json.loads((self.lock_folder / f"{name}.json").read_text(encoding="utf-8"))

    def blobs(self) -> list[Path]:
        """Every blob in the store."""
        return sorted(path for path in (self.store / "blobs").rglob("*") if path.is_file())

    def leftovers(self) -> list[Path]:
        """Everything in the store that has a temporary name or is a partial."""
        return [
            path
            for path in self.store.rglob("*")
            if path.is_file() and (path.name.endswith(".tmp") or path.parent.name == "partial")
        ]


@contextlib.contextmanager
def files_left_open() -> Iterator[None]:
    """A peer at work that leaves files to the collector, as `datasets` does with CSV: no later test is blamed."""
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def data_requests(mirror: Mirror) -> list[Request]:
    """Requests for the bytes of files."""
    return [request for request in mirror.requests if request.origin == "cdn"]
