"""The only home of the benchmarks whose tasks an agent works on: Terminal-Bench and SWE-bench Verified.

Source: eval/benchmarks/{_terminal_bench,_swe_bench}.py of the Tinker Cookbook, as they were in August 2026.
"""

from __future__ import annotations

import json
from typing import Any, Unpack

from loaders.benchmarks.limiting import example_id, first_of, limited
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import AgentTask, Drop
from loaders.viewing import Where, column, first_column, rows_of
from recipes_data.errors import TableError, UnsafeFileError
from recipes_data.tables.packedfiles import MAX_BYTES, packed_files
from recipes_data.tables.shards import Row

__all__ = ["swe_bench", "terminal_bench"]

_TESTS = "run-tests.sh"
_INSTRUCTIONS = ("task", "instruction", "description")
_SCRIPTS = ("test_script", "run_tests")
_FAILING = ("fail_to_pass", "FAIL_TO_PASS")


def terminal_bench(
    max_examples: int | None = None, *, text: bool = True, max_bytes: int = MAX_BYTES, **where: Unpack[Where]
) -> Records[AgentTask]:
    """Terminal-Bench's tasks in file order, each with the files of its archive.

    `config` has `test_script` (what stands in `run-tests.sh`, which is among the files too) and `left_out`: the paths
    of the archive that are not among the files, those of the solution and what is neither file nor folder. `name` is
    what the cookbook calls the example. `max_bytes`: what one archive may unpack to.

    Kept as the benchmark has it: dots and slashes before a path are taken off, so that `.profile` becomes `profile`;
    files are read as UTF-8, which spoils those that are none (`text=False` gives bytes as they are); links are left
    out. A task without an instruction is dropped, as there with a warning. Nothing of an archive is run or written.

    Raises (when a record is read):
        TableError: an archive that cannot be read (the benchmark would go on without files), a task without a test
            script (which nothing could solve), two files of one path, or YAML that is not its plain part.
        UnsafeFileError: a path that leads out of the task's folder, or an archive that unpacks to too much.
    """
    every = rows_of("terminal_bench", None, "test", ("task_id", "archive"), **where)
    first_column(every, ("task_yaml", *_INSTRUCTIONS))
    rows, left = limited(every, max_examples)
    return records(rows, AgentTask, _Terminal(text=text, max_bytes=max_bytes), before=left)


def swe_bench(max_examples: int | None = None, **where: Unpack[Where]) -> Records[AgentTask]:
    """SWE-bench Verified in file order: the problem statement is what is to be done; `files` is empty.

    `config` has `instance_id`, `repo`, `base_commit`, `hints_text`, `test_patch` and `fail_to_pass`, the tests that
    decide. `name` is what the cookbook calls the example.

    Kept as the benchmark has it: `PASS_TO_PASS` decides nothing, and tests that are not JSON are one test of that
    name. A row without statement or commit is dropped, as there with a warning.

    Raises (when a record is read):
        TableError: a task without tests, which nothing could solve.
    """
    read = ("instance_id", "repo", "problem_statement", "hints_text", "base_commit", "test_patch")
    every = rows_of("swe_bench_verified", None, "test", read, **where)
    first_column(every, _FAILING)
    rows, left = limited(every, max_examples)
    return records(rows, AgentTask, _swe_bench, before=left)


class _Terminal:
    """A row as a task, its archive unpacked."""

    def __init__(self, *, text: bool, max_bytes: int) -> None:
        self._text = text
        self._max_bytes = max_bytes

    def __call__(self, row: Row) -> AgentTask | Drop:
        name = row["task_id"]
        instruction = _asked(row) or first_of(row, *_INSTRUCTIONS)
        if not instruction:
            return Drop("no instruction")
        found, left_out = self._unpacked(row["archive"], f"the archive of {name}")
        script = next((found[path] for path in reversed(found) if path.split("/")[-1] == _TESTS), None)
        tests = script.decode("utf-8", "replace") if script else first_of(row, *_SCRIPTS)
        if not tests:
            raise TableError(f"{name}: there is no {_TESTS}, so that nothing could solve it")
        files: dict[str, str | bytes] = {}
        for path, content in found.items():
            if path.startswith("solution"):
                left_out.append(path)
            else:
                files[path] = content.decode("utf-8", "replace") if self._text else content
        config = {"test_script": str(tests), "left_out": sorted(left_out)}
        called = example_id("terminal_bench", str(instruction), name or None)
        return {"name": called, "instruction": instruction, "files": files, "config": config}

    def _unpacked(self, archive: Any, name: str) -> tuple[dict[str, bytes], list[str]]:
        """The files by their paths, in the order of the archive, and the paths of what is neither file nor folder."""
        if archive is None:
            return {}, []
        if not isinstance(archive, bytes):
            raise TableError(f"{name} is {type(archive).__name__}, not bytes")
        files: dict[str, bytes] = {}
        left_out = []
        for path, kind, content in packed_files(archive, name, max_bytes=self._max_bytes):
            if kind == "a folder":
                continue
            if kind != "a file":
                left_out.append(path)
                continue
            place = _inside(path, name)
            if place in files:
                raise TableError(f"{name} has two files that are called {place!r}")
            files[place] = content
        return files, left_out


def _inside(path: str, name: str) -> str:
    """The path without the dots and slashes before it.

    Raises:
        UnsafeFileError: what is left is empty, or goes up, or may be another path elsewhere.
    """
    place = path.lstrip("./")
    if not place or "\\" in path or ".." in path.split("/"):
        raise UnsafeFileError(f"{name}: the path {path!r:.100} leads out of the task's folder, or nowhere")
    return place


def _asked(row: Row) -> str | None:
    """`instruction` of the task's YAML."""
    written = row.get("task_yaml")
    if not written:
        return None
    from recipes_data.yamltext import read_yaml  # of this benchmark alone: loaders read no YAML

    document = read_yaml(column(row, "task_yaml"))
    if document.faults:
        fault = document.faults[0]
        raise TableError(f"{row['task_id']}: its YAML, line {fault.line}: {fault.what}")
    value = document.value.get("instruction") if isinstance(document.value, dict) else None
    if value is not None and not isinstance(value, str):
        raise TableError(f"{row['task_id']}: its instruction is {value!r:.60}, not a text")
    return value


def _swe_bench(row: Row) -> AgentTask | Drop:
    if not row["problem_statement"] or not row["base_commit"]:
        return Drop("no base commit" if row["problem_statement"] else "no problem statement")
    instance, tests = row["instance_id"], _tests(first_of(row, *_FAILING))
    if not tests:
        raise TableError(f"{instance} has no test that fails before and passes after: nothing could solve it")
    named = ("instance_id", "repo", "base_commit", "hints_text", "test_patch")
    return {
        "name": example_id("swe_bench", row["problem_statement"], instance or None),
        "instruction": column(row, "problem_statement"),
        "files": {},
        "config": {**{name: row[name] for name in named}, "fail_to_pass": tests},
    }


def _tests(raw: Any) -> list[str]:
    if isinstance(raw, str):
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            found = None
        raw = found if isinstance(found, list) else [raw.strip()] if raw.strip() else []
    tests = raw if isinstance(raw, list) else []
    if not all(isinstance(test, str) for test in tests):
        raise TableError(f"its tests are {tests!r:.60}, not texts")
    return tests
