"""The only home of what the benchmarks stand on: a project with locks and a store, fetched as a user fetches.

Everything is prepared once for each scale, in `where.work(scale)`, before anything is timed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recipes_data.cli.child import child_environment

from timing import Command  # isort: skip  # beside this file
from where import ROOT, hub, work  # isort: skip  # beside this file

__all__ = ["MANIFESTS", "UnpreparedError", "World", "serving"]

_PREPARING_SECONDS = 900

_TEXTS = "{question_title: string, question_content: string, platform: string, question_id: string, "
_TEXTS += (
    "contest_id: string, contest_date: string, starter_code: string, difficulty: string, public_test_cases: string, "
)
_TEXTS += "private_test_cases: string, metadata: string}"
_LINES = ", ".join(f"test{number}.jsonl" for number in ("", 2, 3, 4, 5, 6))
MANIFESTS = {
    "gsm": "configs: {main: {splits: {train: {files: main/train-*.parquet}, test: {files: main/test-*.parquet}}}}\n",
    "mmlu": "configs: {all: {splits: {test: {files: all/test-*.parquet}}}}\n",
    "tulu": "configs: {default: {splits: {train: {files: data/train-*.parquet}}}}\n",
    "tulu_jsonl": "configs: {default: {splits: {train: {files: train.jsonl}}}}\n",
    "lcb": f"columns: {_TEXTS}\nconfigs: {{default: {{splits: {{test: {{files: [{_LINES}]}}}}}}}}\n",
}


class UnpreparedError(Exception):
    """What a case stands on could not be made."""


@dataclass(frozen=True, slots=True)
class World:
    """The folders of one scale. `endpoint`: where the repositories are served, for the cases that need it."""

    scale: str
    endpoint: str = ""

    @property
    def hub(self) -> Path:
        """The folder of repositories."""
        return hub(self.scale)

    @property
    def work(self) -> Path:
        """What was prepared."""
        return work(self.scale)

    @property
    def project(self) -> Path:
        """The project folder, marked as one."""
        return self.work / "project"

    @property
    def store(self) -> Path:
        """The store that was fetched into."""
        return self.work / "store"

    def environ(self, **more: str) -> dict[str, str]:
        """The whole environment of a process: bytecode is used, no network is meant, no user's folders are seen."""
        built = {
            name: value
            for name, value in child_environment(os.environ, "http://127.0.0.1:9", str(self.work / "hf")).items()
            if name not in ("PYTHONDONTWRITEBYTECODE", "CI") and not name.startswith(("RECIPES_DATA_", "COVERAGE_"))
        }
        return {
            **built,
            "HOME": str(self.work / "home"),
            "HF_HUB_OFFLINE": "1",
            "HF_DATASETS_OFFLINE": "1",
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
            "PYTHONPATH": str(ROOT / "benchmarks"),
            "PYTHONWARNINGS": "ignore",
            "RECIPES_DATA_HOME": str(self.store),
            "RECIPES_DATA_PROJECT": str(self.project),
            "BENCH_HUB": str(self.hub),
            "BENCH_WORK": str(self.work),
            **more,
        }

    def ours(self, function: str, *, before: Callable[[], None] = lambda: None, **more: str) -> Command:
        """A process that runs one function of `ours`."""
        return self._script(f"import ours; ours.{function}()", before, more)

    def peer(
        self, function: str, *, before: Callable[[], None] = lambda: None, writes: bool = False, **more: str
    ) -> Command:
        """A process that runs one function of `peers`."""
        return self._script(f"import peers; peers.{function}()", before, more, writes=writes)

    def cold_datasets(self, function: str, **more: str) -> Command:
        """The same, with a cache of `datasets` that is empty before each run."""
        cache = self.work / "hf-cold"
        return self.peer(
            function, before=lambda: shutil.rmtree(cache, ignore_errors=True), writes=True, HF_HOME=str(cache), **more
        )

    def python(self, code: str, **more: str) -> Command:
        """A process that runs `code`."""
        return self._script(code, lambda: None, more)

    def _script(
        self, code: str, before: Callable[[], None], more: Mapping[str, str], *, writes: bool = False
    ) -> Command:
        return Command([sys.executable, "-c", code], self.environ(**more), self.project, before, writes)

    def command(self, *words: str, before: Callable[[], None] = lambda: None, **more: str) -> Command:
        """A process that runs our command line."""
        script = str(Path(sys.executable).parent / "recipes-data")
        return Command([script, *words], self.environ(**more), self.project, before)

    def write_manifest(self, name: str, rest: str, repo: str | None = None) -> None:
        """A dataset manifest of the project."""
        path = self.project / "manifests" / "datasets" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"name: {name}\ntitle: Made up for benchmarks\nrepo: {repo or f'made/{name}'}\nrevision: main\n{rest}"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")

    def prepare(self, names: Sequence[str], talk: Callable[[str], None]) -> None:
        """Data, project, lock, store and floors for these sets, where they are not there yet."""
        talk(f"data at {self.hub}")
        self.run([sys.executable, str(ROOT / "benchmarks" / "data.py"), "--scale", self.scale, *names])
        (self.work / "home").mkdir(parents=True, exist_ok=True)
        self.project.mkdir(exist_ok=True)
        (self.project / "recipes-data.toml").write_text("# a project\n", encoding="utf-8")
        for name in names:
            self.write_manifest(name, MANIFESTS[name])
        talk(f"store at {self.store}")
        self.fetch(names, self.store)
        if {"gsm", "tulu"} <= set(names):
            self.run([sys.executable, str(ROOT / "benchmarks" / "floors.py"), str(self.work), str(self.hub)])

    def warm(self, *, peers: bool) -> None:
        """Row cache and the caches of `datasets`, so that the watched run of a warm case does not build them."""
        self.ready(self.ours("tulu_first_batch"))
        for function in ("datasets_gsm_all", "datasets_tulu_first_row", "datasets_lcb_first_row") if peers else ():
            self.ready(self.peer(function))

    def fetch(self, names: Sequence[str], store: Path) -> None:
        """`recipes-data fetch` of these sets from the folder of repositories, served for as long as it takes."""
        script = str(Path(sys.executable).parent / "recipes-data")
        words = ["fetch", *names, "--hub", str(self.hub), "--no-hub-cache", "--max-download", "1TB"]
        self.run([script, *words, "--store", str(store), "--quiet"])

    def online(self, words: Sequence[str], hf: str = "hf", **more: Any) -> Command:
        """A process that may ask the loopback Hub. `hf`: the Hub client's folder in `work`."""
        environ = {**self.environ(), "HF_ENDPOINT": self.endpoint, "HF_HOME": str(self.work / hf)}
        environ = {name: value for name, value in environ.items() if not name.endswith("_OFFLINE")}
        return Command(list(words), environ, self.work, **more)

    def ready(self, command: Command) -> None:
        """Run a command as a step of the preparation: what a warm run finds is made by a first one."""
        command.before()
        self.run(command.words, environ=command.environ)

    def told(self, function: str, **more: str) -> Any:
        """What a function of `peers` prints, with the digest."""
        words = self.peer(function).words
        return json.loads(self.run(words, environ=self.environ(BENCH_CHECK="1", **more)).strip().splitlines()[-1])

    def run(self, words: Sequence[str], *, environ: Mapping[str, str] | None = None) -> str:
        """A step of the preparation, which must succeed; its stdout.

        Raises:
            UnpreparedError: it failed, or took longer than a quarter of an hour.
        """
        environ = dict(environ or self.environ())
        here = self.project if self.project.is_dir() else ROOT
        try:
            done = subprocess.run(
                words, env=environ, cwd=here, capture_output=True, text=True, check=False, timeout=_PREPARING_SECONDS
            )
        except subprocess.TimeoutExpired as error:
            raise UnpreparedError(f"{' '.join(words)[:300]}: not done in {_PREPARING_SECONDS} s") from error
        if done.returncode != 0:
            raise UnpreparedError(f"{' '.join(words)[:300]}\nended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def fresh_store(self, names: Sequence[str]) -> Path:
        """A store as it is after a fetch and before any row was read, made once; copy it with hard links."""
        pristine = self.work / ("pristine-" + "-".join(names))
        if not pristine.is_dir():
            making = pristine.with_name(pristine.name + ".tmp")
            shutil.rmtree(making, ignore_errors=True)
            self.fetch(names, making)
            making.rename(pristine)
        return pristine

    def relinked(self, pristine: Path, target: Path) -> Callable[[], None]:
        """Make `target` a copy of `pristine` again: its blobs by hard links, so that it costs no bytes."""

        def again() -> None:
            shutil.rmtree(target, ignore_errors=True)
            subprocess.run(["cp", "-al", str(pristine), str(target)], check=True)

        return again


@contextmanager
def serving(world: World, folder: Path) -> Iterator[str]:
    """A folder of repositories on loopback, served by a process of its own; its URL."""
    words = [str(Path(sys.executable).parent / "recipes-data"), "serve", str(folder)]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, env=world.environ(), text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().split()[-1]
    finally:
        server.terminate()
        server.wait()
