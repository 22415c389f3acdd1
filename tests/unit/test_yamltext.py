"""YAML to plain values: nothing raises, nothing is silently retyped, every fault has its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.yamltext import Document, Fault, Odd, read_yaml, show_path


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.path, fault.what) for fault in read_yaml(text).faults]


def test_plain_values_come_with_the_line_of_every_path() -> None:
    document = read_yaml("a: text\nb:\n  - 1\n  - {c: true}\n")
    assert document.value == {"a": "text", "b": [1, {"c": True}]}
    assert document.lines == {
        (): 1,
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 4,
    }
    assert document.faults == []


def test_a_path_that_is_not_there_has_the_line_of_what_would_hold_it() -> None:
    document = read_yaml("a: 1\nb:\n  c: 2\n")
    assert document.line_of(("b", "missing", 3)) == 2
    assert document.line_of(("missing",)) == 1
    assert Document().line_of(("a",)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", False),
        ("On", True),
        ("TRUE", True),
        ("12", 12),
        ("1_000", 1000),
        ("-3", -3),
        ("1.5", 1.5),
        ("null", None),
        ("~", None),
        ("0123", Odd("the number 83", "0123")),
        ("0x10", Odd("the number 16", "0x10")),
        ("1:30", Odd("the number 90", "1:30")),
        ("0b101", Odd("the number 5", "0b101")),
        ("2024-01-31", Odd("a date", "2024-01-31")),
        ("2024-01-31 10:00:00", Odd("a date", "2024-01-31 10:00:00")),
    ],
)
def test_an_unquoted_scalar_that_yaml_retypes_keeps_its_text_beside_its_value(text: str, value: object) -> None:
    document = read_yaml(f"a: {text}")
    assert document.value == {"a": value}
    assert document.raw == {("a",): text}


@pytest.mark.parametrize("text", ["'no'", '"0123"', "'2024-01-31'", "main", "740312add88f", "0189", "12e4", "y", "n"])
def test_text_stays_text(text: str) -> None:
    document = read_yaml(f"a: {text}")
    assert document.value == {"a": text.strip("'\"")}
    assert document.raw == {}


def test_a_key_that_stands_twice_is_a_fault_that_names_the_first_and_keeps_it() -> None:
    document = read_yaml("a: 1\nb: 2\na: 3\n")
    assert document.value == {"a": 1, "b": 2}
    assert document.faults == [Fault(3, "a", "the key 'a' stands twice (first on line 1)")]


def test_aliases_merge_keys_and_tags_are_not_read() -> None:
    assert faults("a: &x {k: 1}\nb: *x\nc: *x") == [
        (2, "", "alias *x: write the value out, aliases are not read"),
        (3, "", "alias *x: write the value out, aliases are not read"),
    ]
    assert faults("a: 1\n<<: {b: 2}\n") == [(2, "", "merge keys (<<) are not read")]
    assert faults("a: !!python/object/apply:os.system ['true']") == [
        (1, "", "the tag !!python/object/apply:os.system: write the plain value, tags are not read")
    ]
    assert faults("a: !!int ''\nb: !own x") == [
        (1, "", "the tag !!int: write the plain value, tags are not read"),
        (2, "", "the tag !own: write the plain value, tags are not read"),
    ]


@pytest.mark.parametrize("key", ["no", "12", "null", "2024-01-01", "1.5"])
def test_a_key_that_yaml_does_not_read_as_text_is_a_fault(key: str) -> None:
    assert faults(f"a:\n  {key}: 1") == [(2, f"a.{key}", f"the key {key} is not text to YAML: put it in quotes")]


def test_a_key_that_is_no_scalar_is_a_fault() -> None:
    assert faults("a: 1\n? [b, c]\n: 2") == [(2, "", "a key must be plain text")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, "", "the file is empty")),
        ("# only a comment\n", (1, "", "the file is empty")),
        ("a: [1,\nb: 2", (2, "", "not YAML: ")),
        ("a: 1\n\tb: 2", (2, "", "not YAML: ")),
        ("a: 1\n---\nb: 2", (2, "", "not YAML: but found another document")),
        ("a: \x00", (1, "", "not YAML: unacceptable character #x0000: control characters are not allowed")),
        ("a: '\ud800'", (1, "", "not YAML: ")),
        ("a: 2024-99-99", (1, "a", "2024-99-99 cannot be read (month must be in 1..12); put it in quotes")),
        ("a: =", (1, "a", "= cannot be read (")),
        ("[" * 500 + "]" * 500, (1, "", "nested deeper than 40 levels")),
        ("- " * 5000, (1, "", "nested deeper than 40 levels")),
        ("{" * 100_000, (1, "", "nested deeper than 40 levels")),
        ("x" * 1_000_001, (1, "", "the file has 1,000,001 characters; the limit is 1,000,000")),
    ],
)
def test_what_cannot_be_read_is_one_fault_of_one_line(text: str, expected: tuple[int, str, str]) -> None:
    [(line, path, what)] = faults(text)
    assert (line, path) == expected[:2]
    assert what.startswith(expected[2])
    assert "\n" not in what


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    assert read_yaml("\ufeffa: x").value == {"a": "x"}


def test_paths_are_shown_with_dots_and_brackets() -> None:
    assert show_path(("configs", "main", "splits", 0, "files", 2)) == "configs.main.splits[0].files[2]"
    assert show_path(()) == ""
    assert show_path((0, "a")) == "[0].a"


LINES = st.lists(
    st.sampled_from(
        [
            "a: 1",
            "  b: no",
            "- x",
            "? y",
            "&q z",
            "*q",
            "<<: *q",
            "!!int ''",
            "!!set {a}",
            "{",
            "]",
            "|",
            "  text",
            "'",
            '"',
            "---",
            "%YAML 1.1",
            "a: 2024-01-01",
            "a: 0001-01-01 00:00:00+23:59",
            "=: =",
            "0b_: 1",
            "\t",
            "#",
            ": :",
            "a: .inf",
            "a: ._",
            "a: 1:99",
            "a: !!timestamp x",
            "a: !!bool x",
        ]
    ),
    max_size=8,
)


@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}&*!|>'\"%@`,?#<=~0129._\n\t "), LINES.map("\n".join)))
def test_no_text_makes_it_raise_and_every_fault_is_one_line(text: str) -> None:
    document = read_yaml(text)
    assert document.value is not None or document.faults or text.strip()
    for fault in document.faults:
        assert fault.line >= 1
        assert "\n" not in fault.what
