"""What an inventory of Python sources tells of arguments: options, who reads them, what documents them."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.python_client.docstrings import deprecation, documented_names, summary
from tests.unit.gaps.python_packages import argument, package


def test_an_option_is_read_when_something_uses_its_value(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api='''
        def used(a, b, c, d, e):
            """Do it.

            Args:
                a: first
                c (`str`, *optional*):
                    third
                d: fourth
            """
            _ = c
            d
            sink(e)
            return send(a, b)

        def send(x, y):
            return x

        def sink(z):
            """Nobody looks at it."""

        def round_and_round(a, n):
            return round_and_round(a, n - 1) if n else None
        ''',
    )
    found = {one.name: (one.documented, one.read) for one in inventory.by_name()["hubkit.api.used"].arguments}
    assert found == {
        "a": (True, True),
        "b": (False, False),
        "c": (True, False),
        "d": (True, False),
        "e": (False, False),
    }
    assert argument(inventory.by_name()["hubkit.api.round_and_round"], "a").read is False
    unread = [one.message for one in inventory.findings if one.rule == "option-not-read"]
    assert unread == [
        "hubkit.api.used: c is documented, accepted, and never read",
        "hubkit.api.used: d is documented, accepted, and never read",
    ]


def test_options_that_are_handed_on_with_stars_are_options(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api="""
        def outer(repo, **kwargs):
            kwargs.pop("legacy", None)
            return inner(repo, token=None, **kwargs)

        def inner(repo, *, token=None, revision="main", unused=0):
            return repo, token, revision
        """,
    )
    found = [(one.name, one.option, one.default, one.read) for one in inventory.by_name()["hubkit.api.outer"].arguments]
    assert found == [
        ("repo", False, None, True),
        ("**kwargs", False, None, True),
        ("legacy", True, "None", True),
        ("revision", True, "'main'", True),
        ("unused", True, "0", False),
    ]


DOCSTRINGS = {
    "google": """Do.

    Args:
        one: first
        two (str): second
            four: not an entry
        *three: more

    Returns:
        four: no
    """,
    "numpy": """Do.

    Parameters
    ----------
    one : int
        first
    two, three : str

    Returns
    -------
    four : int
    """,
    "rst": """Do.

    :param one: first
    :param str two: second
    :keyword three: third
    :returns: four
    """,
    "doc-builder": """Do.

    Args:
        one (`str`):
            First.
        two (`bool`, *optional*, defaults to `False`):
            Second.
        three:
            Third.
    """,
    "prose": "Do with `one` what `two` says, and ``three``.",
}


@pytest.mark.parametrize("docstring", DOCSTRINGS.values(), ids=DOCSTRINGS)
def test_documented_arguments_are_found_in_every_style(docstring: str) -> None:
    assert {"one", "two", "three"} <= documented_names(docstring)
    assert "four" not in documented_names(docstring)


def test_a_summary_is_the_first_sentence_on_one_line() -> None:
    assert summary("Lists models\n    of the Hub. And more.\n\nArgs:\n") == "Lists models of the Hub."
    assert summary("") == ""
    assert deprecation("Fine.\n\nNothing deprecated here.") is None


def test_an_option_that_a_derived_class_or_a_decorator_uses_is_read(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api="""
        class Plan:
            def ask(self, inputs):
                return self._prepare(inputs)
            def _prepare(self, inputs):
                return None

        class Hub(Plan):
            def _prepare(self, inputs):
                return [inputs]

        def later(function):
            def inner(*args, **kwargs):
                if kwargs.pop("run_later", False):
                    return None
                return function(*args, **kwargs)
            return inner

        @later
        def send(a, *, run_later=False):
            return a
        """,
    )
    assert argument(inventory.by_name()["hubkit.api.Plan.ask"], "inputs").read is True
    assert argument(inventory.by_name()["hubkit.api.send"], "run_later").read is True
