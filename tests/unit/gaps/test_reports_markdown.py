"""Markdown as text: whatever stands in a name, it shows as it is and breaks nothing around it."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.gaps.reports.markdown import (
    anchor,
    article,
    bullets,
    code,
    codes,
    fence,
    listed,
    page,
    plural,
    prose,
    sentence,
    table,
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40)


@given(TEXTS)
def test_no_text_can_split_a_cell_or_leave_its_line(text: str) -> None:
    for shown in (code(text), prose(text)):
        assert "|" not in shown
        assert "\n" not in shown


@given(TEXTS)
def test_prose_outside_code_holds_no_raw_angle_bracket_and_no_open_code_span(text: str) -> None:
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|<code>.*?</code>", "", prose(text))
    assert "<" not in outside
    assert not re.search(r"(?<!\\)`", outside)


@given(TEXTS)
def test_a_code_span_gives_its_text_back(text: str) -> None:
    flat = " ".join(text.split())
    shown = code(text)
    if shown.startswith("<code>"):
        assert html.unescape(shown.removeprefix("<code>").removesuffix("</code>")) == flat
    elif flat:
        ticks = re.match(r"`+", shown)
        assert ticks is not None
        assert ticks[0] not in re.findall(r"`+", flat)
        assert shown[len(ticks[0]) : -len(ticks[0])].strip() == flat.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <b> & c", "a &lt;b&gt; &amp; c"),
        ("a|b", "a&#124;b"),
        ("*bold* [link](x)", "\\*bold\\* \\[link\\](x)"),
        ("snake_case stays", "snake_case stays"),
        ("_leading", "\\_leading"),
        ("# no heading", "\\# no heading"),
        ("1. no list", "1\\. no list"),
        ("- no item", "\\- no item"),
        ("reads `revision` here", "reads `revision` here"),
        ("two\nlines", "two lines"),
    ],
)
def test_prose_shows_signs_instead_of_obeying_them(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_code_with_backticks_is_fenced_by_more_of_them() -> None:
    assert code("a`b") == "`` a`b ``"
    assert code("plain") == "`plain`"
    assert code("a|`b`") == "<code>a&#124;&#96;b&#96;</code>"


def test_counts_and_lists_read_as_english() -> None:
    assert [plural(0, "recipe"), plural(1, "recipe"), plural(1200, "access", "accesses")] == [
        "no recipes",
        "1 recipe",
        "1,200 accesses",
    ]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert codes(["a", "b", "c", "d"], 2) == "`a`, `b` and 2 more"
    assert codes(["a", "b", "c"], 2) == "`a`, `b` and `c`"
    assert [article("Elixir"), article("Python")] == ["an Elixir", "a Python"]


def test_a_sentence_gets_its_capital_and_its_stop_and_a_name_keeps_its_letters() -> None:
    assert sentence("nothing is there") == "Nothing is there."
    assert sentence("openai/gsm8k is read") == "openai/gsm8k is read."
    assert sentence("load_dataset fails.") == "load_dataset fails."
    assert sentence("") == ""


def test_nothing_is_said_in_one_line() -> None:
    assert table(("A",), []) == "None found."
    assert bullets([]) == "None found."


def test_an_empty_cell_is_a_dash_and_every_row_has_every_cell() -> None:
    shown = table(("A", "B"), [("x", ""), ("y", "z")])
    assert shown.splitlines() == ["| A | B |", "| --- | --- |", "| x | - |", "| y | z |"]


def test_a_fence_is_longer_than_any_fence_in_it() -> None:
    assert fence("```\nx\n```", "md").splitlines()[0] == "````md"


def test_empty_blocks_leave_no_hole_in_a_page() -> None:
    assert page("T", "one", "", "two") == "# T\n\none\n\ntwo\n"


def test_an_anchor_is_what_github_makes_of_a_heading() -> None:
    assert anchor("files.download in hf-hub") == "filesdownload-in-hf-hub"
