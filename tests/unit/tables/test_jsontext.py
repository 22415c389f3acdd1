"""The value of one JSON text: what orjson and `json` give together is what `json` gives alone."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recipes_data.tables.jsontext import exact_json, is_wide, measured_json, objects_only
from recipes_data.tables.spans import UnreadableError

DIGITS = st.integers(-(10**40), 10**40) | st.sampled_from(
    [s * (2**b + d) for s in (1, -1) for b in (53, 63, 64) for d in (-1, 0, 1)]
)
FLOAT_TEXTS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "-"]),
    st.integers(0, 10**25),
    st.just("") | st.from_regex(r"\.[0-9]{1,30}", fullmatch=True),
    st.just("")
    | st.builds("{}{}{}".format, st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), st.integers(0, 330)),
)
CHARACTERS = st.text(st.characters(exclude_categories=()), max_size=8)  # halves of surrogate pairs, too
TEXTS = CHARACTERS.map(json.dumps) | CHARACTERS.map(
    lambda text: json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)
)
SCALARS = st.sampled_from(
    ["null", "true", "false", "NaN", "Infinity", "-Infinity", "-0", "-0.0", '"\\ud800"', '"\\udc00\\ud800"']
)
VALUES = st.recursive(
    SCALARS | DIGITS.map(str) | FLOAT_TEXTS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]")
        # a key may stand twice
        | st.lists(st.tuples(st.sampled_from(['"a"', '"b"', '""', '"\\u0061"', '"\\ud800"']), inner), max_size=4).map(
            lambda pairs: "{" + ",".join(f" {key} :{value}\t" for key, value in pairs) + "}"
        )
    ),
    max_leaves=12,
)


def spelled(value: Any) -> str:
    """A value with all its types, the order of its keys and the sign of its zeros."""
    return repr(value)


def by_json(text: str) -> str | None:
    """What `json.loads` gives; None where any number of the text, shadowed or not, is near to no float64."""
    numbers: list[float] = []

    def number(digits: str) -> float:
        numbers.append(float(digits))
        return numbers[-1]

    value = json.loads(text, parse_float=number)  # `Infinity` is no number with digits
    return None if any(map(math.isinf, numbers)) else spelled(value)


@settings(max_examples=400)
@given(VALUES)
@example("[1e400]")
@example("[Infinity, 1e400]")
@example('{"a": 1e400, "a": null}')
@example("1" + "0" * 400)
@example("[18446744073709551616, -9223372036854775809, 1.8446744073709552e19]")
@example("-0")
@example("1E5")
@example('{"a": 1, "b": 2, "a": 3}')
@example('"\\ud83d\\ude00 \\u0000 \x7f"')
def test_a_value_is_the_one_that_json_gives(text: str) -> None:
    # a number too large for a float64 is the one thing that `json` gives and this refuses
    expected = by_json(text)
    if expected is None:
        with pytest.raises(UnreadableError, match="too large for a float64"):
            exact_json(text.encode())
    else:
        assert spelled(exact_json(text.encode())) == expected


@settings(max_examples=200)
@given(VALUES)
def test_a_text_without_wide_integers_is_read_alike_the_short_way(text: str) -> None:
    try:
        exact = exact_json(text.encode())
    except UnreadableError:
        return

    def narrow(value: Any) -> bool:
        if isinstance(value, dict):
            return all(map(narrow, value.values()))
        if isinstance(value, list):
            return all(map(narrow, value))
        return not isinstance(value, int) or -(2**63) <= value < 2**64

    if narrow(exact):
        assert spelled(measured_json(text.encode())) == spelled(exact)


@given(st.integers())
def test_an_integer_that_became_a_float_is_always_wide(number: int) -> None:
    if not -(2**63) <= number < 2**64:
        assert abs(number) > 2**1000 or is_wide(float(number))


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ['{"a":', "1", "[", "]", "}", ",", '"x', '"', "\\", "tru", "e", "\f", "\x00", "\ufeff", ".5", "01", "+"]
        ),
        max_size=8,
    )
)
def test_what_json_refuses_is_refused_with_its_words(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        expected: object = spelled(json.loads(text))
    except json.JSONDecodeError as exc:
        expected = (exc.msg if text[:1] != "\ufeff" else "Expecting value", exc.colno)
    try:
        found: object = spelled(exact_json(text.encode()))
    except UnreadableError as exc:
        found = (exc.args[0], exc.column)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"a": "\xff"}', "not UTF-8 at byte 8 of the line"),
        (b'{"a":\n\n "x\xff"}', "not UTF-8 at byte 4 of the line"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8 at byte 8 of the line"),
        (b"[" * 5000 + b"]" * 5000, "lists and objects are nested too deep"),
        (b"1" * 5000, "Exceeds the limit (4300 digits) for integer string conversion"),
        (b'{"a":\n [1,, 2]}', "column 5 of the text: Expecting value"),
    ],
)
def test_what_cannot_be_read_says_why(text: bytes, said: str) -> None:
    for read in (exact_json, measured_json):
        with pytest.raises(UnreadableError) as caught:
            read(text)
        assert str(caught.value).startswith(said)
        assert caught.value.line == text[: text.find(b",,") if b",," in text else text.find(b"\xff") + 1].count(b"\n")


def test_a_row_is_an_object() -> None:
    assert objects_only({"a": 1}) == {"a": 1}
    with pytest.raises(UnreadableError, match="list \\[1, 2\\], not an object"):
        objects_only([1, 2])
