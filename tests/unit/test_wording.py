"""Counts and lists inside of sentences."""

from __future__ import annotations

import pytest

from recipes_data.wording import counted, some


@pytest.mark.parametrize(("count", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (2000, "2,000 files")])
def test_one_is_said_in_the_singular_and_all_else_in_the_plural(count: int, said: str) -> None:
    assert counted(count, "file") == said


def test_a_plural_that_is_no_s_is_given() -> None:
    assert [counted(n, "fetch", "fetches") for n in (1, 3)] == ["1 fetch", "3 fetches"]


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    assert some("abc", 3) == "a, b, c"
    assert some("abcd", 3) == "a, b, c and 1 more"
    assert some([]) == ""
