"""The only home of which of a client's functions a Rust test calls, and whether it needs the real Hub for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import TestCase, TestKind
from recipes_data.gaps.rust.bodies import Reader
from recipes_data.gaps.rust.items import Fn
from recipes_data.gaps.rust.summaries import Summaries

__all__ = ["test_cases"]

_LIVE = re.compile(r"\b(network|live|online|internet|remote|integration|e2e|real hub|token|HF_TOKEN)\b", re.IGNORECASE)
_RECORDED = re.compile(
    r"\b(mockito|wiremock|httpmock|MockServer|rvcr|mock\w*|fake\w*|TestServer|test_server|testserver|cassette\w*|vcr)\b",
    re.IGNORECASE,
)
_IS_TEST = re.compile(r"#\[\s*(\w+::)*(test|rstest|test_case|quickcheck)\b")


def test_cases(reader: Reader, summaries: Summaries, public: Mapping[str, str]) -> tuple[TestCase, ...]:
    """All tests, in the order of files and lines, named as `cargo test` prints them.

    A test of a file in `tests/` has the file's name in front. `public`: names by path.
    """
    cases = []
    functions = reader.names.items.functions
    for function in sorted(functions.values(), key=lambda one: (one.file.path, one.node.line)):
        if not any(_IS_TEST.match(text) for text in function.attributes):
            continue
        direct, own = _direct(function.path, summaries, public, functions)
        reached: set[str] = set()
        waiting = sorted(direct)
        while waiting:
            for target in summaries.calls.get(waiting.pop(), ()):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        calls = tuple(sorted({public[one] for one in direct}))
        further = tuple(sorted({public[one] for one in reached if one in public} - set(calls)))
        asks = any(summaries.requests.get(one) for one in (*direct, *reached, function.path))
        kind = _kind([function, *(functions[one] for one in sorted(own))], asks=asks)
        cases.append(
            TestCase(_name(function, reader), Where(function.file.path, function.node.line), kind, calls, further)
        )
    return tuple(cases)


# pytest takes functions of this name for tests when it meets them in a test module
test_cases.__test__ = False  # type: ignore[attr-defined]  # read by pytest


def _name(function: Fn, reader: Reader) -> str:
    """`api::sync::tests::simple` of a library, `download::simple` of `tests/download.rs`."""
    crates = {crate.name for crate in reader.names.items.tree.crates}
    first, _, rest = function.path.partition("::")
    return rest if first in crates and not function.file.path.startswith("tests/") else function.path


def _direct(
    path: str, summaries: Summaries, public: Mapping[str, str], functions: Mapping[str, Fn]
) -> tuple[set[str], set[str]]:
    """Offered functions that a test calls, itself or through the tests' own functions; and these functions."""
    found: set[str] = set()
    own: set[str] = set()
    seen, waiting = {path}, [path]
    while waiting:
        for target in summaries.calls.get(waiting.pop(), ()):
            if target in public:
                found.add(target)
            elif target in functions and target not in seen:
                seen.add(target)
                waiting.append(target)
                if functions[target].is_test:
                    own.add(target)
    return found, own


def _kind(functions: list[Fn], *, asks: bool) -> TestKind:
    """What the test says of itself before what it reaches."""
    said = (
        " ".join(text for function in functions for text in function.attributes)
        + " "
        + functions[0].path.replace("_", " ")
    )
    if _LIVE.search(said):
        return "live"
    if any(_RECORDED.search(function.node.text) for function in functions):
        return "recorded"
    return "unknown" if asks else "local"
