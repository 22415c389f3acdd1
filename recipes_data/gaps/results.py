"""The only home of how tests ended: results files of pytest, ExUnit and cargo, and which test each result means.

Read are JUnit XML (pytest, ExUnit's formatter, cargo-nextest, others), the text of `pytest -rA` and `pytest -v`,
pytest's JSON report, the text of `mix test --trace` and of `cargo test`.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat

from recipes_data.errors import UsageError
from recipes_data.gaps.inventory import Inventory, TestResult

__all__ = ["read_results", "with_results"]

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_WORDS: dict[str, TestResult] = {
    "passed": "passed",
    "xpassed": "passed",
    "pass": "passed",
    "ok": "passed",
    "failed": "failed",
    "error": "failed",
    "fail": "failed",
    "skipped": "skipped",
    "xfailed": "skipped",
    "xfail": "skipped",
    "ignored": "skipped",
    "xpass": "passed",
}
_WORST: dict[TestResult, int] = {"failed": 3, "passed": 2, "skipped": 1, "not run": 0}

_PYTEST_SUMMARY = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\s+(\S+::[^\[\s]+(?:\[.*?\])?)(?:\s+-\s.*)?$")
_PYTEST_VERBOSE = re.compile(r"^(\S+::.+?)\s+(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b")
_CARGO = re.compile(r"^test\s+(.+?)(?:\s+-\s+should panic)?\s+\.\.\.\s+(ok|FAILED|ignored)\b")
_CARGO_BINARY = re.compile(r"^\s*(?:Running|Doc-tests)\s+(?:unittests\s+)?(\S+)")
_EXUNIT_MODULE = re.compile(r"^([A-Z][\w.]*)\s+\[(.+?)\]\s*$")
_EXUNIT_TEST = re.compile(
    r"^\s+\*\s+((?:test|doctest|property)\s.+?)\s+\((skipped|excluded|[\d.]+ms|invalid)\)\s*(?:\[L#\d+\])?\s*$"
)
_MODULE_BEHIND = re.compile(r"((?:test|doctest|property)\s.*)\s\(([A-Z][\w.]*)\)\Z", re.DOTALL)
_EXUNIT_FAILURE = re.compile(r"^\s+\d+\)\s+((?:test|doctest|property)\s.+?)\s+\(([A-Z][\w.]*)\)\s*$")


def read_results(path: Path) -> dict[str, TestResult]:
    """Results by test name, as the file writes it: pytest's node id, `Module: test name`, cargo's path.

    Raises:
        UsageError: the file cannot be read, or is in none of the known forms.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"test results {path} cannot be read: {error.strerror or error}") from error
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        if start == b"<":
            found = _merged(_from_junit(data))
        elif start == b"{":
            found = _merged(_from_report(json.loads(data)))
        else:
            found = _from_text(data.decode("utf-8", "replace"))
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise UsageError(f"test results {path} cannot be read: {error}") from error
    if not found:
        raise UsageError(
            f"test results {path} hold no result in a known form",
            do="pytest --junitxml=results.xml (or: mix test --trace > results.txt; cargo test > results.txt)",
        )
    return found


def _merged(pairs: Iterator[tuple[str, TestResult]]) -> dict[str, TestResult]:
    """One result a name; of several (parameters, reruns) a failure counts before a pass, a pass before a skip."""
    found: dict[str, TestResult] = {}
    for name, result in pairs:
        if _WORST[result] > _WORST[found.get(name, "not run")]:
            found[name] = result
    return dict(sorted(found.items()))


# --- JUnit XML


def _from_junit(data: bytes) -> Iterator[tuple[str, TestResult]]:
    """Test cases of every suite. A document that declares a type or an entity is refused before anything expands."""
    _refuse_declarations(data)
    for case in ET.fromstring(data).iter():  # noqa: S314  # declarations were refused above
        if _local(case.tag) != "testcase":
            continue
        name, suite = case.get("name") or "", case.get("classname") or ""
        children = {_local(child.tag) for child in case}
        told = (case.get("status") or case.get("result") or "").lower()
        result: TestResult = "passed"
        if children & {"failure", "error"} or told in ("failed", "error"):
            result = "failed"
        elif "skipped" in children or told in ("skipped", "notrun", "disabled", "excluded"):
            result = "skipped"
        if name:
            file = case.get("file") or ""
            yield _junit_name(name, suite, file), result


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _junit_name(name: str, suite: str, file: str) -> str:
    """`suite: name` where the suite is not in the name already; the file is left to the match."""
    if file.endswith(".py") or (re.fullmatch(r"[\w.]+", suite) and re.match(r"test\w*(\[|$)", name)):
        return f"{suite}::{name}" if suite else name
    return f"{suite}: {name}" if suite and not name.startswith(suite) else name


def _refuse_declarations(data: bytes) -> None:
    def refuse(*_: object) -> int:
        raise ValueError("it declares a document type or an entity, which no results file needs")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is no XML: {error}") from error


# --- pytest's JSON report (pytest-json-report, pytest-reportlog lines are no single object)


def _from_report(report: object) -> Iterator[tuple[str, TestResult]]:
    tests = report.get("tests", []) if isinstance(report, dict) else []
    for test in tests if isinstance(tests, list) else []:
        name, outcome = test.get("nodeid"), str(test.get("outcome", "")).lower()
        if isinstance(name, str) and outcome in _WORDS:
            yield name, _WORDS[outcome]


# --- texts


def _from_text(text: str) -> dict[str, TestResult]:
    lines = [_ANSI.sub("", line.rstrip("\r\n")) for line in text.replace("\r\n", "\n").split("\n")]
    return _merged(iter([*_from_pytest(lines), *_from_cargo(lines), *_from_exunit(lines)]))


def _from_pytest(lines: list[str]) -> Iterator[tuple[str, TestResult]]:
    for line in lines:
        found = _PYTEST_SUMMARY.match(line)
        if found:
            yield found[2].strip(), _WORDS[found[1].lower()]
            continue
        found = _PYTEST_VERBOSE.match(line)
        if found:
            yield found[1].strip(), _WORDS[found[2].lower()]


def _from_cargo(lines: list[str]) -> Iterator[tuple[str, TestResult]]:
    """`test a::b ... ok`; a test of a file in `tests/` gets the file's name in front, as the binary has it."""
    binary = ""
    for line in lines:
        running = _CARGO_BINARY.match(line)
        if running:
            binary = running[1]
        found = _CARGO.match(line)
        if found:
            crate = Path(binary).stem + "::" if binary.startswith("tests/") else ""
            yield crate + found[1].strip(), _WORDS[found[2].lower()]


def _from_exunit(lines: list[str]) -> Iterator[tuple[str, TestResult]]:
    """`--trace` names each test below its module with the time it took; failures stand again with a number."""
    module = ""
    for line in lines:
        head = _EXUNIT_MODULE.match(line)
        if head:
            module = head[1]
        # a line that was written over: `  * test x [L#4]\r  * test x (0.1ms) [L#4]`
        found = _EXUNIT_TEST.match(line.rsplit("\r", 1)[-1])
        if found and module:
            skipped = found[2] in ("skipped", "excluded", "invalid")
            yield f"{module}: {found[1]}", "skipped" if skipped else "passed"
        failed = _EXUNIT_FAILURE.match(line)
        if failed:
            yield f"{failed[2]}: {failed[1]}", "failed"


# --- joining


def with_results(inventory: Inventory, results: Mapping[str, TestResult]) -> Inventory:
    """The inventory with its tests' results put in; a test that no result names stays "not run".

    Names are compared without what tools add or leave out: file endings, parameters in brackets, the word "test",
    folders in front. A result whose name could mean two tests means neither.
    """
    names = [_parts(test.name) for test in inventory.tests]
    ends: dict[tuple[str, ...], list[int]] = {}
    for place, parts in enumerate(names):
        for start in range(len(parts)):
            ends.setdefault(parts[start:], []).append(place)
    ended: dict[int, TestResult] = {}
    for name, result in sorted(results.items()):
        number = _means(_parts(name), names, ends)
        if number is not None and _WORST[result] > _WORST[ended.get(number, "not run")]:
            ended[number] = result
    tests = tuple(replace(test, result=ended.get(place, test.result)) for place, test in enumerate(inventory.tests))
    return replace(inventory, tests=tests)


def _means(
    parts: tuple[str, ...], names: list[tuple[str, ...]], ends: Mapping[tuple[str, ...], list[int]]
) -> int | None:
    """The one test whose name ends as the result's does, or the other way about."""
    for start in range(len(parts)):
        found = ends.get(parts[start:], [])
        if start:
            found = [number for number in found if names[number] == parts[start:]]
        exact = [number for number in found if names[number] == parts]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            return None
    return None


def _parts(name: str) -> tuple[str, ...]:
    """A name in its pieces: `tests/test_a.py::TestB::test_c[1]` and `tests.test_a.TestB::test_c` are the same.

    So are ExUnit's `HfHub.ApiTest: test lists models` and `test lists models (HfHub.ApiTest)`.
    """
    name = name.strip()
    behind = _MODULE_BEHIND.match(name)
    if behind:
        before, last = behind[2], behind[1]
    elif "::" in name:
        before, _, last = re.sub(r"(?<=\w)\[.*\]$", "", name).rpartition("::")
    elif ": " in name:
        before, _, last = name.partition(": ")
    else:
        before, last = "", re.sub(r"(?<=\w)\[.*\]$", "", name)
    before = re.sub(r"\.(py|exs|ex|rs)(?=$|::)", "", before).removeprefix("Elixir.")
    last = re.sub(r"^(?:test|doctest|property)\s+", "", last.strip())
    return (*(piece for piece in re.split(r"[/\\.]|::", before) if piece), last)
