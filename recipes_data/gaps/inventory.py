"""The only home of what a client has: functions, arguments, requests, tests, as values; no language in particular."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.evidence import Finding, Origin, Where

__all__ = [
    "Argument",
    "Function",
    "FunctionKind",
    "HttpCall",
    "Inventory",
    "Stub",
    "TestCase",
    "TestKind",
    "TestResult",
]

FunctionKind = Literal["function", "method", "property", "macro", "delegate", "exception", "callback", "type"]
TestKind = Literal["live", "recorded", "local", "unknown"]
"""Asks the real Hub | replays recorded or faked answers | needs no Hub | could not be told."""
TestResult = Literal["passed", "failed", "skipped", "not run"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument or option of a function.

    `option`: given by name in an options list (Elixir's `opts`, Python's keyword-only, a Rust builder's method).
    `documented`, `read`: whether the function's documentation names it, and whether its value is really used; None
    where that could not be told.
    """

    name: str
    option: bool = False
    default: str | None = None
    type: str | None = None
    documented: bool | None = None
    read: bool | None = None


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request that a function builds: method in capitals, path with `{}` for what is put in ("/api/models/{}")."""

    method: str
    path: str
    where: Where


@dataclass(frozen=True, slots=True)
class Stub:
    """Why a function does not do what its name says: a constant answer, "not implemented", made-up data."""

    reason: str
    where: Where


@dataclass(frozen=True, slots=True)
class Function:
    """One public (or public-looking) function.

    `name` as its users write it, qualified, without arity: `HfHub.Api.model_info`, `huggingface_hub.HfApi.repo_info`,
    `hf_hub::api::sync::ApiRepo::get`. `arity` is inclusive; the upper end None: any number. `http`: requests of its
    own and of what it calls. `calls`: names of functions of the same input that it calls. `wired`: reached from a
    public function that a user would call (itself, where it is public and documented or exported), not a leftover.
    `twins`: other forms of the same operation (async beside sync, `!` beside the plain one).
    `aliases`: further names under which it can be reached, as the one of its definition.
    """

    name: str
    where: Where
    arity: tuple[int, int | None]
    kind: FunctionKind = "function"
    arguments: tuple[Argument, ...] = ()
    public: bool = True
    hidden: bool = False
    deprecated: str | None = None
    summary: str = ""
    returns: str | None = None
    stub: Stub | None = None
    http: tuple[HttpCall, ...] = ()
    calls: tuple[str, ...] = ()
    delegates_to: str | None = None
    wired: bool = True
    twins: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test: `calls` functions of the client directly, `reaches` more through others.

    `result` comes from a results file alone.
    """

    __test__ = False  # pytest: no tests of ours

    name: str
    where: Where
    kind: TestKind
    calls: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    result: TestResult = "not run"


@dataclass(frozen=True, slots=True)
class Inventory:
    """A client, read. Functions in the order of their names; `errors`: names of its exception types.

    `settings`: environment variables and configuration keys that it reads. `unparsed`: files that could not be read
    whole, with the reason; what stands in them may be missing here.
    """

    origin: Origin
    functions: tuple[Function, ...]
    tests: tuple[TestCase, ...] = ()
    errors: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    unparsed: tuple[str, ...] = ()

    def by_name(self) -> dict[str, Function]:
        """Functions by name."""
        return {function.name: function for function in self.functions}
