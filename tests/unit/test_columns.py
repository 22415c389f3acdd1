"""Column types as text and as values: exact inverses, one spelling, honest differences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.columns import Type, class_label, differences, format_type, parse_type, same_type

SCALARS = [
    *("string", "binary", "bool", "null", "date32", "date64", "float16", "float32", "float64"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
]

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def fields(kinds: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    pairs = st.lists(st.tuples(NAMES, kinds), max_size=4, unique_by=lambda pair: pair[0])
    return pairs.map(lambda found: Type("struct", tuple(found)))


TYPES = st.recursive(
    st.one_of(
        st.sampled_from(SCALARS).map(Type),
        st.lists(NAMES, max_size=4).map(class_label),
        st.sampled_from(
            ["timestamp/s", "timestamp/ns", "duration/ms", "time32/s", "time32/ms", "time64/us", "time64/ns"]
        ).map(lambda text: Type(text.split("/")[0], (), (text.split("/")[1],))),
        st.sampled_from(["UTC", "+01:30", "Europe/Berlin"]).map(lambda zone: Type("timestamp", (), ("us", zone))),
        st.builds(lambda p, s: Type("decimal128", (), (str(p), str(s))), st.integers(1, 38), st.integers(-5, 38)),
    ),
    lambda kinds: st.one_of(
        kinds.map(lambda kind: Type("list", (("item", kind),))),
        fields(kinds),
        st.tuples(kinds.filter(lambda kind: kind.kind != "null"), kinds).map(
            lambda pair: Type("map", (("key", pair[0]), ("value", pair[1])))
        ),
    ),
    max_leaves=8,
)


@given(TYPES)
def test_the_text_of_a_type_gives_the_type_back(kind: Type) -> None:
    assert parse_type(format_type(kind)) == kind
    assert str(kind) == format_type(kind)
    assert same_type(kind, kind)
    assert differences({"x": kind}, {"x": kind}) == ()


@given(st.one_of(st.text(), st.text(alphabet='list<>struct:map,"[]()\\ intclaslbe0189_-')))
def test_a_text_is_a_type_or_a_value_error_and_nothing_else(text: str) -> None:
    try:
        kind = parse_type(text)
    except ValueError:
        return
    assert parse_type(format_type(kind)) == kind


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("large_string", "string"),
        ("utf8", "string"),
        ("double", "float64"),
        ("float", "float32"),
        ("halffloat", "float16"),
        ("boolean", "bool"),
        ("large_binary", "binary"),
        ("large_list<utf8>", "list<string>"),
        ("  struct < a : int64 ,b: list<struct<c:bool>> > ", "struct<a: int64, b: list<struct<c: bool>>>"),
        ('struct<"a b": int8, "x:y": int8>', 'struct<"a b": int8, "x:y": int8>'),
        ("class_label[A,B]", 'class_label["A","B"]'),
        ('class_label["no","yes, \\"maybe\\"","]"]', 'class_label["no","yes, \\"maybe\\"","]"]'),
        ("class_label[]", "class_label[]"),
        ("timestamp[ms,UTC]", "timestamp[ms, tz=UTC]"),
        ("timestamp[us, tz=Europe/Berlin]", "timestamp[us, tz=Europe/Berlin]"),
        ("time32[s]", "time32[s]"),
        ("duration[ns]", "duration[ns]"),
        ("decimal128(10,2)", "decimal128(10, 2)"),
        ("decimal128(10, -2)", "decimal128(10, -2)"),
        ("map<string, list<int32>>", "map<string, list<int32>>"),
        ("struct<>", "struct<>"),
    ],
)
def test_a_type_has_one_spelling(text: str, spelled: str) -> None:
    assert format_type(parse_type(text)) == spelled


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "'': expected a name or a type at ''"),
        ("strin", "'strin': 'strin' is not a type; known are binary, bool, date32"),
        ("list<string", "'list<string': expected '>' at ''"),
        ("list", "'list': expected '<' at ''"),
        ("string string", "'string string': unexpected 'string'"),
        ("struct<a int64>", "'struct<a int64>': expected ':' at ' int64>'"),
        ("struct<a: int64, a: bool>", "'struct<a: int64, a: bool>': the field 'a' stands twice"),
        ("timestamp[h]", "'timestamp[h]': the unit is one of s, ms, us, ns"),
        ("timestamp[us", "'timestamp[us': the unit is one of s, ms, us, ns"),
        ("timestamp", "'timestamp': expected '[' at ''"),
        ("time32[us]", "'time32[us]': the unit is one of s, ms"),
        ("time64[s]", "'time64[s]': the unit is one of us, ns"),
        ("decimal128(a, b)", "'decimal128(a, b)': a decimal128 has a precision of 1 to 38 and a scale"),
        ("decimal128(39, 0)", "'decimal128(39, 0)': a decimal128 has a precision of 1 to 38 and a scale"),
        ("map<null, int8>", "'map<null, int8>': the keys of a map cannot be null"),
        ("map<string>", "'map<string>': expected ',' at '>'"),
        ("list<" * 60 + "string" + ">" * 60, "a type nested deeper than 50 levels"),
        ("list<" * 100_000, "a type nested deeper than 50 levels"),
    ],
)
def test_what_is_no_type_is_refused_with_the_place(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(why)):
        parse_type(text)


def test_the_order_of_a_structs_fields_is_no_difference() -> None:
    one, other = parse_type("struct<a: int8, b: list<bool>>"), parse_type("struct<b: list<bool>, a: int8>")
    assert same_type(one, other)
    assert differences({"x": one}, {"x": other}) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("struct<a: int8, b: int8>", "struct<a: int8>"),
        ("struct<a: int8>", "struct<b: int8>"),
        ("list<int8>", "list<int16>"),
        ("map<string, int8>", "map<string, int16>"),
        ("timestamp[us]", "timestamp[us, tz=UTC]"),
        ('class_label["A"]', 'class_label["B"]'),
        ('class_label["A"]', "int64"),
        ("int32", "int64"),
    ],
)
def test_types_that_give_other_values_are_not_the_same(one: str, other: str) -> None:
    assert not same_type(parse_type(one), parse_type(other))
    assert not same_type(parse_type(other), parse_type(one))


def wide(fields: int) -> str:
    return f"struct<{', '.join(f'a{number}: int64' for number in range(fields))}>"


def test_a_type_has_ten_thousand_fields_at_most_however_they_are_nested() -> None:
    assert len(parse_type(wide(10_000)).fields) == 10_000
    for text in (wide(10_001), f"list<struct<a: {wide(5_000)}, b: {wide(5_000)}>>"):
        with pytest.raises(ValueError, match="a type of more than 10,000 fields") as caught:
            parse_type(text)
        assert len(str(caught.value)) < 500


def test_a_name_that_cannot_be_written_again_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        parse_type('struct<"\\ud800": int8>')


def test_every_difference_between_two_sets_of_columns_is_one_sentence() -> None:
    promised = {"a": Type("string"), "b": Type("int64"), "c": Type("bool")}
    found = {"b": Type("int32"), "c": Type("bool"), "d": Type("string")}
    assert differences(promised, found) == (
        "column 'a' (string) is not there",
        "column 'b' is int32, promised was int64",
        "column 'd' (string) was not promised",
    )
    assert differences({}, {}) == ()
