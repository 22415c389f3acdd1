"""The only home of LiveCodeBench's problems as values: tests as lists, windows of contest dates.

The rows themselves, unchanged, are `load("livecodebench/v6:test")`. Format: columns of
`livecodebench/code_generation_lite`; tests are JSON in a text, private ones in newer rows base64 of zlib of a pickle of
that text. `release_vN` is the first N files together, `vN` the Nth alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypedDict, overload

from loaders.loading import load
from loaders.locating import Folder
from loaders.rows import Rows
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.jsontext import exact_json
from recipes_data.tables.pickledtext import unpacked_text
from recipes_data.tables.spans import UnreadableError

__all__ = ["Problem", "Problems", "TestCase", "livecodebench"]

_TEXTS = (
    *("question_title", "question_content", "platform", "question_id", "contest_id", "contest_date"),
    *("starter_code", "difficulty"),
)
_COLUMNS = (*_TEXTS, "public_test_cases", "private_test_cases", "metadata")


class TestCase(TypedDict):
    """One test, as LiveCodeBench writes it.

    `testtype` "stdin": a program reads `input` and prints `output`. "functional": a function is called with the JSON
    values of `input`, one a line, and `output` is JSON of what it returns.
    """

    input: str
    output: str
    testtype: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; the names are those of the columns. `contest_date` stays the text that it is.

    `metadata`: of a functional problem {"func_name": ...}.
    """

    question_title: str
    question_content: str
    platform: str
    question_id: str
    contest_id: str
    contest_date: str
    starter_code: str
    difficulty: str
    public_test_cases: list[TestCase]
    metadata: dict[str, Any]
    _private: str = field(repr=False)

    @property
    def func_name(self) -> str | None:
        """The function that is called; None where a program reads stdin."""
        name = self.metadata.get("func_name")
        return name if isinstance(name, str) else None

    def private_test_cases(self) -> list[TestCase]:
        """The private tests, unpacked now and not kept: of all problems together they are several gigabytes.

        Raises:
            UnsafeFileError: a pickle of more than one text, or larger than `recipes_data.tables.pickledtext` unpacks.
            TableError: not tests.
        """
        name = f"{self.question_id}, private_test_cases"
        # older rows have the JSON itself; base64 has no bracket
        plain = self._private.lstrip()[:1] == "["
        return _tests(self._private if plain else unpacked_text(self._private, name), name)


class Problems(Sequence[Problem]):
    """Problems in the order of the rows, each made when it is asked for; `rows` are the rows as they are."""

    __slots__ = ("rows",)

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return f"Problems of {self.rows!r}"

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> Problems: ...
    def __getitem__(self, index: int | slice) -> Problem | Problems:
        if isinstance(index, slice):
            return Problems(self.rows[index])
        return _problem(self.rows[index])

    def __iter__(self) -> Iterator[Problem]:
        return map(_problem, self.rows)


def livecodebench(
    version: str = "release_v6",
    *,
    start: str | date | None = None,
    end: str | date | None = None,
    platform: str | Collection[str] | None = None,
    difficulty: str | Collection[str] | None = None,
    name: str | None = None,
    sample: bool = False,
    fetch: bool = False,
    token: str | Literal[False] | None = None,
    manifests: Folder = None,
    project: Folder = None,
    store: Folder = None,
) -> Problems:
    """The problems of a version, in the order of its files: `livecodebench("v6", start="2025-01-01")`.

    `version`: a config of the manifest, "release_v1" to "release_v6" (all up to then) or "v1" to "v6" (new in it).
    `start`, `end`: only problems with start <= contest date <= end, both inclusive, as LiveCodeBench's own runner
    compares. A day stands for its midnight there too: `end="2025-01-01"` leaves out a contest at 14:30 on that day,
    `end="2025-01-01T23:59:59"` has it. `platform` ("leetcode", "atcoder", "codeforces"), `difficulty` ("easy",
    "medium", "hard"): one or several. `name`: the manifest, where it is not `livecodebench` (of samples
    `sample_livecodebench`); the other arguments are those of `load`.

    With any of the four every row is read once, here.

    Raises:
        UsageError: no problem is asked for by such a window, platform or difficulty; says which there are.
        TableError: a contest date that is needed is none.
        NotFetchedError, UnknownNameError, SampleDataError, IntegrityError: as `load`.
    """
    since, until = _moment(start, "start"), _moment(end, "end")
    if since is not None and until is not None and since > until:
        raise UsageError(f"the window ends before it starts: {since.isoformat()} to {until.isoformat()}")
    name = name or ("sample_livecodebench" if sample else "livecodebench")
    rows = load(
        name,
        version,
        split="test",
        sample=sample,
        fetch=fetch,
        token=token,
        manifests=manifests,
        project=project,
        store=store,
    )
    missing = [column for column in _COLUMNS if rows.types.get(column) != "string"]
    if missing:
        raise UsageError(f"{name}: its rows have no text column {missing[0]!r}: not LiveCodeBench's code generation")
    tests: list[Callable[[Mapping[str, Any]], bool]] = []
    if since is not None:
        tests.append(lambda row: since <= _held(row))
    if until is not None:
        tests.append(lambda row: _held(row) <= until)
    for column, wanted in (("platform", platform), ("difficulty", difficulty)):
        if wanted is not None:
            tests.append(_among(column, frozenset([wanted] if isinstance(wanted, str) else wanted)))
    return Problems(_kept(rows, tests) if tests else rows)


def _kept(rows: Rows, tests: Sequence[Callable[[Mapping[str, Any]], bool]]) -> Rows:
    found: list[int] = []
    dates: set[str] = set()
    others: dict[str, set[str]] = {"platform": set(), "difficulty": set()}
    for place, row in enumerate(rows):
        if all(test(row) for test in tests):
            found.append(place)
        dates.add(str(row["contest_date"]))
        for column, values in others.items():
            values.add(str(row[column]))
    if not found:
        there = [f"contest dates {min(dates)} to {max(dates)}"] if dates else []
        there += [f"{column} {', '.join(sorted(values))}" for column, values in others.items() if values]
        raise UsageError(f"none of {len(rows):,} problems is of that kind", f"there is: {'; '.join(there)}")
    return rows.select(found)


def _among(column: str, wanted: Collection[str]) -> Callable[[Mapping[str, Any]], bool]:
    return lambda row: row[column] in wanted


def _moment(value: str | date | None, what: str) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as exc:
            raise UsageError(f"{what}={value!r} is no date: {exc}", f'{what}="2025-01-31"') from exc
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise UsageError(f"{what}={value.isoformat()} has a time zone; contest dates have none", "leave it out")
        return value
    return None if value is None else datetime(value.year, value.month, value.day)  # noqa: DTZ001  # contest dates have no zone


def _held(row: Mapping[str, Any]) -> datetime:
    text = row["contest_date"]
    try:
        held = datetime.fromisoformat(text)
    except (TypeError, ValueError) as exc:
        raise TableError(
            f"{row['question_id']}, contest_date: {text!r} is no date", "leave out start= and end="
        ) from exc
    if held.tzinfo is not None:
        raise TableError(f"{row['question_id']}, contest_date: {text!r} has a time zone, the others have none")
    return held


def _problem(row: Mapping[str, Any]) -> Problem:
    name = str(row["question_id"])
    empty = [column for column in _COLUMNS if row[column] is None]
    if empty:
        raise TableError(f"{name}, {empty[0]}: nothing", "take the rows as they are: problems.rows")
    metadata = _json(row["metadata"], f"{name}, metadata")
    if not isinstance(metadata, dict):
        raise TableError(f"{name}, metadata: {type(metadata).__name__}, not an object")
    return Problem(
        **{column: row[column] for column in _TEXTS},
        public_test_cases=_tests(row["public_test_cases"], f"{name}, public_test_cases"),
        metadata=metadata,
        _private=row["private_test_cases"],
    )


def _json(text: str, name: str) -> Any:
    try:
        return exact_json(text.encode("utf-8"))
    except (UnreadableError, UnicodeEncodeError) as exc:
        raise TableError(f"{name}: not JSON: {exc}", "take the rows as they are: problems.rows") from exc


def _tests(text: str, name: str) -> list[TestCase]:
    tests = _json(text, name)
    if not isinstance(tests, list):
        raise TableError(f"{name}: {type(tests).__name__}, not a list of tests")
    for place, test in enumerate(tests):
        if not isinstance(test, dict) or not all(type(test.get(key)) is str for key in ("input", "output", "testtype")):
            raise TableError(f"{name}, test {place}: no texts `input`, `output` and `testtype`")
    return tests
