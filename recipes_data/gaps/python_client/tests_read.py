"""The only home of which of a client's functions a Python test calls, and whether it needs the real Hub for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import TestCase, TestKind
from recipes_data.gaps.python_client.calling import elements
from recipes_data.gaps.python_client.index import FunctionSource, decorator_names, dotted_name
from recipes_data.gaps.python_client.sources import Module
from recipes_data.gaps.python_client.values import HOLE, Row, Values, filled
from recipes_data.gaps.python_client.world import Sight

__all__ = ["give_fixtures", "test_cases"]

_LIVE = re.compile(r"(^|[._])(network|live|online|internet|e2e)($|[._]|_test|_testing)", re.IGNORECASE)
# as a mark these say that a test needs the world; as a fixture's name they say nothing
_LIVE_MARKS = re.compile(
    r"(^|[._])(remote|integration|staging|hub|with_production_testing|requires?_\w*)($|_test|_testing)", re.IGNORECASE
)
_LIVE_FOLDERS = frozenset({"live", "online", "network", "e2e"})
_RECORDED = re.compile(
    r"(^|[._])(vcr|cassette\w*|use_cassette|betamax\w*|responses|respx\w*|httpx_mock|requests_mock|requests_mocker"
    r"|httpserver|httpretty|aioresponses|pook|mock\w*|fake\w*|recorded|pytest_httpx|wsgi\w*|mitmproxy)($|[._])",
    re.IGNORECASE,
)
_PATCHES = re.compile(r"(^|\.)(patch|patch\.object|patch\.multiple|setattr)$")
_NETWORK_WORDS = re.compile(
    r"session|request|http|client|urlopen|\bget\b|\bpost\b|\bhead\b|download|_api|\bapi\b", re.IGNORECASE
)


def give_fixtures(sight: Sight) -> None:
    """Let tests know what their fixtures give them: by the name of an argument, the nearest definition counts."""
    fixtures: dict[str, list[FunctionSource]] = {}
    for function in sight.index.functions.values():
        if any(word.split(".")[-1] == "fixture" for word in decorator_names(function.node)):
            fixtures.setdefault(_fixture_name(function.node), []).append(function)
    for function in [one for one in sight.index.functions.values() if one.module.is_test]:
        for argument in (*function.node.args.args, *function.node.args.kwonlyargs):
            found = _nearest(function.module, fixtures.get(argument.arg, []))
            if found is not None and found.name != function.name:
                sight.arguments[(function.name, argument.arg)] = _given(sight, found)


def _fixture_name(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    for decorator in node.decorator_list:
        for word in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if word.arg == "name" and isinstance(word.value, ast.Constant):
                return str(word.value.value)
    return node.name


def _nearest(module: Module, found: list[FunctionSource]) -> FunctionSource | None:
    """Of fixtures of one name, the one in the same file, else in the nearest `conftest.py` above."""
    folders = module.path.split("/")[:-1]
    best: tuple[int, FunctionSource] | None = None
    for one in found:
        place = one.module.path.split("/")
        if one.module.path == module.path:
            return one
        if (
            place[-1] == "conftest.py"
            and folders[: len(place) - 1] == place[:-1]
            and (best is None or len(place) > best[0])
        ):
            best = (len(place), one)
    return best[1] if best else None


def _given(sight: Sight, fixture: FunctionSource) -> Values:
    values = filled(sight.returns(fixture), {})
    if any(isinstance(value, Row) for value in values) and sight.body(fixture).generator:
        values = elements(values)  # what a fixture yields
    return tuple(value for value in values if value != HOLE)


def test_cases(
    sight: Sight,
    public: Mapping[str, str],
    calls: Mapping[str, tuple[str, ...]],
    asks: Callable[[str], bool],
) -> tuple[TestCase, ...]:
    """All tests, in the order of files and lines.

    `public`: names by definition; `calls`: definitions that a definition calls; `asks`: whether one makes requests.
    """
    cases = []
    preparations = _Preparations(sight)
    for function in sorted(sight.index.functions.values(), key=lambda one: (one.module.path, one.node.lineno)):
        if not function.module.is_test or not _is_test(function, sight):
            continue
        direct, own = _direct(function.name, public, calls, sight, preparations)
        reached = _reached(direct, calls)
        names = tuple(sorted({public[one] for one in direct}))
        further = tuple(sorted({public[one] for one in reached if one in public} - set(names)))
        kind = _kind(sight, function, own, any(asks(one) for one in (*direct, *reached)))
        cases.append(
            TestCase(_node_id(function), Where(function.module.path, function.node.lineno), kind, names, further)
        )
    return tuple(cases)


# pytest takes functions of this name for tests when it meets them in a test module
test_cases.__test__ = False  # type: ignore[attr-defined]  # read by pytest


def _is_test(function: FunctionSource, sight: Sight) -> bool:
    if not function.node.name.startswith("test") or function.module.path.endswith("conftest.py"):
        return False
    if function.owner is None:
        return function.node.name.startswith("test_") or function.node.name == "test"
    owner = sight.index.classes[function.owner]
    inside, outside = sight.order(function.owner)
    return owner.node.name.startswith("Test") or any("TestCase" in one for one in (*inside, *outside))


def _node_id(function: FunctionSource) -> str:
    owner = function.owner.rsplit(".", 1)[-1] + "::" if function.owner else ""
    return f"{function.module.path}::{owner}{function.node.name}"


def _direct(
    name: str,
    public: Mapping[str, str],
    calls: Mapping[str, tuple[str, ...]],
    sight: Sight,
    preparations: _Preparations,
) -> tuple[set[str], set[str]]:
    """Public definitions that a test calls, itself or through the tests' own functions; and these functions."""
    found: set[str] = set()
    own = {name}
    waiting = [name, *preparations.of(sight.index.functions[name])]
    seen = set(waiting)
    while waiting:
        for target in calls.get(waiting.pop(), ()):
            function = sight.index.functions.get(target)
            if target in public:
                found.add(target)
            elif function is not None and target not in seen:
                seen.add(target)
                waiting.append(target)
    own |= {one for one in seen if one in sight.index.functions and sight.index.functions[one].module.is_test}
    return found, own


_PREPARES = frozenset({"setup", "setupclass", "asyncsetup", "setup_method", "setup_class"})


class _Preparations:
    """Functions that run before a test without being called by it: fixtures by name, a class's own preparations."""

    def __init__(self, sight: Sight) -> None:
        self.fixtures: dict[str, list[FunctionSource]] = {}
        self.owned: dict[str, list[str]] = {}
        for function in sight.index.functions.values():
            if not function.module.is_test:
                continue
            if any(word.split(".")[-1] == "fixture" for word in decorator_names(function.node)):
                self.fixtures.setdefault(_fixture_name(function.node), []).append(function)
            elif function.owner is not None and function.node.name.lower() in _PREPARES:
                self.owned.setdefault(function.owner, []).append(function.name)

    def of(self, function: FunctionSource) -> Iterator[str]:
        for argument in function.node.args.args:
            found = _nearest(function.module, self.fixtures.get(argument.arg, []))
            if found is not None:
                yield found.name
        yield from self.owned.get(function.owner or "", ())


def _reached(direct: set[str], calls: Mapping[str, tuple[str, ...]]) -> set[str]:
    reached: set[str] = set()
    waiting = sorted(direct)
    while waiting:
        for target in calls.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _kind(sight: Sight, function: FunctionSource, own: set[str], asks: bool) -> TestKind:
    """What the test says of itself (marks, decorators, fixtures, what it patches) before what it reaches."""
    marks = list(_marks(sight, function))
    words = [*marks, *(argument.arg for argument in function.node.args.args)]
    if any(_LIVE.search(word) for word in words) or any(_LIVE_MARKS.search(mark) for mark in marks):
        return "live"
    bodies = [sight.index.functions[name] for name in sorted(own)]
    if any(_RECORDED.search(word) for word in words) or any(_fakes(one.node) for one in bodies):
        return "recorded"
    return "unknown" if asks else "local"


def _marks(sight: Sight, function: FunctionSource) -> Iterator[str]:
    """Names that stand around a test: its decorators, its class's, its module's marks, its folder."""
    yield from (word.removeprefix("pytest.") for word in decorator_names(function.node))
    if function.owner is not None:
        yield from (word.removeprefix("pytest.") for word in decorator_names(sight.index.classes[function.owner].node))
    for node in function.module.tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            marks = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
            yield from (dotted_name(mark.func if isinstance(mark, ast.Call) else mark) for mark in marks)
    yield from (folder for folder in function.module.path.split("/")[:-1] if folder in _LIVE_FOLDERS)


def _fakes(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a body puts something else in the place of what makes requests, or replays a recording."""
    for part in ast.walk(node):
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in part.decorator_list:
                if isinstance(decorator, ast.Call) and _patches(decorator):
                    return True
        if isinstance(part, ast.Call) and (_patches(part) or _RECORDED.search(dotted_name(part.func))):
            return True
    return False


def _patches(call: ast.Call) -> bool:
    if not _PATCHES.search(dotted_name(call.func)):
        return False
    given = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    given += [dotted_name(one) for one in call.args]
    return any(_NETWORK_WORDS.search(word) for word in given)
