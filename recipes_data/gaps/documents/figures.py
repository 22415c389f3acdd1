"""The only home of figures in old documents held against counts: shares, "all tests pass", how many there are."""

from __future__ import annotations

import re
from typing import Literal

from recipes_data.gaps.documents.grounds import Client, Grounds
from recipes_data.gaps.documents.statements import Statement

__all__ = ["counted", "judge_count", "judge_share", "judge_tests", "operations_made"]

_Found = tuple[Literal["right", "outdated", "contradicted", "unchecked"], str, str]
_ALL = re.compile(r"\b(?:all|total|in total|overall|altogether|only)\b", re.IGNORECASE)
_NO_CLIENT = "which client it speaks of could not be told"


def judge_share(statement: Statement, grounds: Grounds, about: Client | None) -> _Found:
    """A percentage or "fully implemented": contradicted by stubs, failed tests, or requests that are not made."""
    if about is None:
        return "unchecked", _NO_CLIENT, ""
    if re.search(r"coverage", statement.text, re.IGNORECASE) and not re.search(r"api", statement.text, re.IGNORECASE):
        return "unchecked", "how much of the code tests run was not measured", about.name
    made, all_ = operations_made(about, grounds), _requests(grounds)
    measured = f"of the {all_} requests of the contract table {about.name} makes {made}"
    if float(statement.value) < 100:
        return "unchecked", f"it does not say of what; {measured}", about.name
    stubs = [function for function in about.inventory.functions if function.stub]
    if stubs:
        first = f"{stubs[0].name}, {stubs[0].stub.where}" if stubs[0].stub else stubs[0].name
        count = "a function is a stub" if len(stubs) == 1 else f"{len(stubs)} functions are stubs"
        return "contradicted", f"in {about.name} {count} ({first})", about.name
    failed = [test for test in about.inventory.tests if test.result == "failed"]
    if failed:
        return "contradicted", f"{len(failed)} of its tests failed ({failed[0].where})", about.name
    if made < all_ and re.search(r"\b(?:api|endpoint|parity|hub|operation)", statement.about, re.IGNORECASE):
        return "contradicted", measured, about.name
    return "unchecked", f"it does not say of what; {measured}", about.name


def judge_tests(about: Client | None) -> _Found:
    """Whether all tests pass: only results tell."""
    if about is None:
        return "unchecked", _NO_CLIENT, ""
    tests = about.inventory.tests
    failed = [test for test in tests if test.result == "failed"]
    if failed:
        return "contradicted", f"{len(failed)} of {len(tests)} tests failed, the first at {failed[0].where}", about.name
    unrun = sum(test.result == "not run" for test in tests)
    if unrun or not tests:
        which = f"of {len(tests)} tests {unrun} {'has' if unrun == 1 else 'have'} no result"
        which = "no test results were given" if unrun == len(tests) else which
        return "unchecked", which, about.name
    skipped = sum(test.result == "skipped" for test in tests)
    if skipped:
        return "contradicted", f"{skipped} of {len(tests)} tests were skipped", about.name
    return "right", f"{len(tests)} of {len(tests)} passed", about.name


def judge_count(statement: Statement, about: Client | None) -> _Found:
    """A count: more than there are is wrong, fewer may speak of a part."""
    if about is None:
        return "unchecked", _NO_CLIENT, ""
    real = counted(about, statement.subject)
    said = int(statement.value)
    noun = statement.subject
    there = f"{about.name} has {real} {noun if real == 1 else noun + 's'}"
    if noun == "test":
        there += " in its sources"
    if said == real:
        return "right", there, about.name
    if said > real:
        return "contradicted", there, about.name
    if _ALL.search(statement.text):
        return "outdated", there, about.name
    return "unchecked", f"it may speak of a part; {there}", about.name


def counted(client: Client, noun: str) -> int:
    """How many of something a client has: endpoints, functions, tests, modules, stubs."""
    public = [function for function in client.inventory.functions if function.public and not function.hidden]
    if noun == "test":
        return len(client.inventory.tests)
    if noun == "endpoint":
        return len({(call.method, call.path) for function in client.inventory.functions for call in function.http})
    if noun == "module":
        return len({re.split(r"::[^:]*\Z|\.[^.]*\Z", function.name)[0] for function in public})
    if noun == "stub":
        return sum(function.stub is not None for function in public)
    return len({function.name for function in public})


def operations_made(client: Client, grounds: Grounds) -> int:
    """How many requests of the contract table stand in a client's source."""
    return len({row.id for row in grounds.operations.rows if row.kind == "http"} & client.made)


def _requests(grounds: Grounds) -> int:
    return sum(row.kind == "http" for row in grounds.operations.rows)
