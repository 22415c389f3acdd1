"""Which functions of Python sources are stubs, and which are meant to do nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.python_packages import package

STUBS = {
    "raise NotImplementedError": "raises NotImplementedError",
    "raise NotImplementedError('later')": "raises NotImplementedError",
    "raise RuntimeError('not implemented yet')": "raises RuntimeError('not implemented yet')",
    "pass": "the body is empty",
    "...": "the body is empty",
    "return []": "answers [] whatever it is given",
    "return {'status': 'not_implemented'}": "answers {'status': 'not_implemented'} whatever it is given",
    "return [{'q': f'{i}+{i}', 'a': str(2 * i)} for i in range(limit)]": "gives made-up data: rows are counted out",
    "return make_synthetic_rows(name, limit)": "gives made-up data: calls make_synthetic_rows",
    "rows = [{'q': 'a'}, {'q': 'b'}]\n    return rows": "gives made-up data: rows are written in the source",
}


@pytest.mark.parametrize(("body", "reason"), STUBS.items(), ids=STUBS)
def test_a_stub_says_why_it_is_one(tmp_path: Path, body: str, reason: str) -> None:
    inventory = package(tmp_path, api=f"def load_rows(name, limit=3):\n    {body}\n")
    stub = inventory.by_name()["hubkit.api.load_rows"].stub
    assert stub is not None
    assert stub.reason == reason
    assert any(one.rule == "made-up-data" for one in inventory.findings) == reason.startswith("gives made-up")


SOUND = [
    "return [name]",
    "if name:\n        raise NotImplementedError\n    return open(name)",
    "return None if limit else open(name)",
    "'''Docs.'''\n    return helper(name)",
]


@pytest.mark.parametrize("body", SOUND)
def test_a_function_that_does_something_is_no_stub(tmp_path: Path, body: str) -> None:
    inventory = package(tmp_path, api=f"def load_rows(name, limit=3):\n    {body}\n")
    assert inventory.by_name()["hubkit.api.load_rows"].stub is None


def test_what_is_meant_to_do_nothing_is_no_stub_and_what_promises_is(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api='''
        import abc
        from typing import Protocol, overload

        class Asks(Protocol):
            def ask(self, name: str) -> str:
                """What is asked."""

        class Base(abc.ABC):
            @abc.abstractmethod
            def load(self, name: str) -> str:
                """What is loaded."""

        class Source:
            def close(self) -> None:
                """Hold nothing open."""
            def flush(self) -> None:
                """Nothing."""
                pass
            def rows(self) -> list[str]:
                """All rows."""
            def keep(self, row: str) -> None:
                """Keep a row."""
            def later(self) -> None:
                """Not implemented yet."""
            def bare(self): ...

        @overload
        def get(name: str) -> str: ...
        @overload
        def get(name: int) -> int: ...
        def get(name): return name

        @app.group_callback(invoke_without_command=True)
        def main(version: bool = False) -> None:
            pass

        @app.get("/rows")
        def route(name: str) -> None:
            pass
        ''',
    )
    stubs = {name.removeprefix("hubkit.api.") for name, one in inventory.by_name().items() if one.stub}
    assert stubs == {"Source.rows", "Source.keep", "Source.later", "Source.bare", "route"}
