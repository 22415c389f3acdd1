"""A revision in a call, and nothing else in the source: layouts, comments, quotes, what is left and why."""

from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import UsageError
from recipes_data.pinning_text import with_revisions

COMMIT = "0123456789" * 4


def ends(text: str, name: str = "load") -> dict[tuple[int, int], str]:
    """Every call of this name, by its end, with the commit it shall get."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    named = [node for node in calls if ast.unparse(node.func).rpartition(".")[2] == name]
    return {(node.end_lineno or 0, node.end_col_offset or 0): COMMIT for node in named}


def pinned(text: str) -> str:
    """The text with each `load` pinned; COMMIT shortened to C."""
    changed, left = with_revisions(text, ends(text.removeprefix("\ufeff")))
    assert left == {}
    return changed.replace(COMMIT, "C")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('load("a/b")\n', 'load("a/b", revision="C")\n'),
        ("load('a/b', 'x')\n", "load('a/b', 'x', revision='C')\n"),
        ('load("a/b",)\n', 'load("a/b", revision="C",)\n'),
        ("load(A, name = N)\n", 'load(A, name = N, revision = "C")\n'),
        ("load(  A  )\n", 'load(  A, revision="C"  )\n'),
        ("load(A, **known)\n", 'load(A, **known, revision="C")\n'),
        ("load(A, *())\n", 'load(A, *(), revision="C")\n'),
        ('load(A, revision="main")\n', 'load(A, revision="C")\n'),
        ("load(A, revision=None, split=S)\n", 'load(A, revision="C", split=S)\n'),
        ("é = 'é'; load('a/é')['é']\n", "é = 'é'; load('a/é', revision='C')['é']\n"),
        ("(load)(A)\n", '(load)(A, revision="C")\n'),
        ("x = (load(A))\n", 'x = (load(A, revision="C"))\n'),
        ("load(A); load(B)\n", 'load(A, revision="C"); load(B, revision="C")\n'),
        ("load(load(A))\n", 'load(load(A, revision="C"), revision="C")\n'),
        ("load(A)", 'load(A, revision="C")'),
        ("load(A)\r\nx\r\n", 'load(A, revision="C")\r\nx\r\n'),
        ("\ufeffload(A)\n", '\ufeffload(A, revision="C")\n'),
        ("if x:\n\tload(A)\n", 'if x:\n\tload(A, revision="C")\n'),
    ],
)
def test_a_call_in_one_line(before: str, after: str) -> None:
    assert pinned(before) == after


def test_one_argument_a_line_gets_one_line_more() -> None:
    assert pinned("x = load(\n    A,\n    split=S,\n)\n") == 'x = load(\n    A,\n    split=S,\n    revision="C",\n)\n'


def test_a_single_argument_in_its_own_line_gets_one_below() -> None:
    assert pinned("load(\n  A,\n)\n") == 'load(\n  A,\n  revision="C",\n)\n'


def test_a_last_line_without_a_comma_stays_without_one() -> None:
    assert pinned("load(\n    A,\n    S\n)\n") == 'load(\n    A,\n    S,\n    revision="C"\n)\n'


def test_arguments_that_share_a_line_go_on_sharing_it() -> None:
    assert pinned("load(\n    A, S\n)\n") == 'load(\n    A, S, revision="C"\n)\n'


def test_a_hanging_indent_is_kept() -> None:
    assert pinned("x = load(A,\n         split=S)\n") == 'x = load(A,\n         split=S,\n         revision="C")\n'


def test_comments_stay_with_their_arguments() -> None:
    before = "load(\n    A,  # the set\n    split=S,  # which\n    # nothing more\n)\n"
    after = 'load(\n    A,  # the set\n    split=S,  # which\n    revision="C",\n    # nothing more\n)\n'
    assert pinned(before) == after


def test_a_comment_behind_a_last_argument_without_comma_stays_with_it() -> None:
    assert pinned("load(\n    A  # the set\n)\n") == 'load(\n    A,  # the set\n    revision="C"\n)\n'


def test_in_crlf_the_new_line_ends_alike() -> None:
    assert pinned("load(\r\n    A,\r\n)\r\n") == 'load(\r\n    A,\r\n    revision="C",\r\n)\r\n'


def test_the_second_time_nothing_changes() -> None:
    once, _ = with_revisions("load(\n    A,  # c\n)\n", {(3, 1): COMMIT})
    again, left = with_revisions(once, ends(once))
    assert (again, left) == (once, {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("load(A, revision=REV)\n", "its revision stands elsewhere: `revision=` is given an expression"),
        # libcst loses a form feed at a line's begin; what cannot be kept is not touched
        ("\x0cload(A)\n", "the source cannot be put together again as it stands"),
        ("load(x for x in y)\n", "with a revision it would be another program"),
    ],
)
def test_what_is_left_is_left_as_it_is(text: str, reason: str) -> None:
    assert with_revisions(text, ends(text)) == (text, dict.fromkeys(ends(text), reason))


def test_a_place_where_no_call_ends_is_left() -> None:
    assert with_revisions("load(A)\n", {(1, 3): COMMIT})[1] == {(1, 3): "the call was not found again in its source"}


def test_one_call_that_is_left_does_not_keep_the_others() -> None:
    text = "load(A, revision=R)\nload(B)\n"
    changed, left = with_revisions(text, ends(text))
    assert changed == f'load(A, revision=R)\nload(B, revision="{COMMIT}")\n'
    assert list(left) == [(1, 19)]


def test_without_libcst_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libcst", None)
    with pytest.raises(UsageError, match=r"pip install 'recipes-data\[pin\]'"):
        with_revisions("load(A)\n", {(1, 7): COMMIT})


ARGUMENTS = st.lists(
    st.sampled_from(["'é'", "f(1)", "(1,\n 2)", "[a for a in b]", "lambda: 0", '"""t\n"""', "x[0]", "a if b else c"]),
    max_size=4,
)
KEYWORDS = st.lists(st.sampled_from(["split=S", "k = 1", "**{}", "n=(1)"]), max_size=3, unique=True)
SPACE = st.sampled_from(["", " ", "\n    ", "  # c\n", "\n\n  # c\n  ", " \\\n "])


@given(ARGUMENTS, KEYWORDS, st.lists(SPACE, min_size=16, max_size=16), st.booleans())
def test_any_layout_gets_its_revision_and_keeps_every_other_token(
    plain: list[str], named: list[str], space: list[str], trailing: bool
) -> None:
    arguments = [*plain, *named]
    spaces = iter(space)
    inside = ",".join(f"{next(spaces)}{one}{next(spaces)}" for one in arguments)
    text = f"x = load({inside}{',' if trailing and arguments else ''}{space[-1]})  # end\ny = 1\n"
    changed, left = with_revisions(text, ends(text))
    assert left == {}
    call = next(iter(node for node in ast.walk(ast.parse(changed)) if isinstance(node, ast.Call)))
    assert ast.unparse(call.keywords[-1]) == f"revision='{COMMIT}'"
    for comment in ("# c", "# end"):
        assert changed.count(comment) == text.count(comment)
