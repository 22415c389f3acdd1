"""The only home of code tasks: a problem, and tests that a program has to pass."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from loaders.shapes.shape import Check, Shape, each, key, nothing_or, text
from recipes_data.errors import TableError

__all__ = ["SHAPE", "CodeTask", "CodeTest"]


class CodeTest(TypedDict):
    """One test. `testtype` "stdin_stdout": a program reads `input` and prints `output`.

    "functional": the function that `metadata["func_name"]` names is called.
    "assert": `input` is Python that fails where the program before it is wrong; `output` is empty.
    """

    input: str
    output: str
    testtype: str
    metadata: dict[str, Any]


class CodeTask(TypedDict):
    """A programming problem, its tests in order, and the code that a solution starts from (None: none).

    `difficulty`: in the dataset's word. `key`: what the example is called in results.
    """

    problem: str
    tests: list[CodeTest]
    starter_code: str | None
    difficulty: NotRequired[str]
    key: NotRequired[int | str]


def _test(name: str, found: Any) -> Any:
    if not isinstance(found, dict) or found.keys() != {"input", "output", "testtype", "metadata"}:
        raise TableError(f"{name!r} is no test: its fields are input, output, testtype and metadata")
    for field in ("input", "output", "testtype"):
        text(f"{name}.{field}", found[field])
    if not isinstance(found["metadata"], dict):
        raise TableError(f"{name}.metadata is no object")
    return found


def _some(check: Check) -> Check:
    def checked(name: str, found: Any) -> Any:
        if not found:
            raise TableError(f"{name!r} is empty: a task without tests cannot be graded")
        return check(name, found)

    return checked


SHAPE = Shape(
    CodeTask,
    (
        ("problem", text),
        ("tests", _some(each(_test))),
        ("starter_code", nothing_or(text)),
        ("difficulty", text),
        ("key", key),
    ),
    frozenset({"difficulty", "key"}),
)
