"""Stubs of rows by name: what they say of each type, of awkward names, and of splits that differ in their columns."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from recipes_data.catalogue import read_catalogue
from recipes_data.columns import parse_type
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.manifest import read_dataset
from recipes_data.rowtypes import camel, row_type, string_literal
from recipes_data.shelves import Shelf, known_of
from recipes_data.stubs import known_datasets, stub_text

TWO_KINDS = """\
name: two-kinds
title: Two kinds of rows
repo: org/two-kinds
default_config: plain
configs:
  plain:
    columns: {text: string}
    splits:
      train: {files: plain/train.parquet}
      test: {files: plain/test.parquet}
  pairs:
    columns: {a: string, b: string}
    splits:
      train: {files: pairs/train.parquet}
  open:
    splits:
      train: {files: open/train.parquet}
"""


def columns(**types: str) -> tuple[tuple[str, object], ...]:
    return tuple((name, parse_type(text)) for name, text in types.items())


@pytest.mark.parametrize(
    ("kind", "annotation"),
    [
        ("string", "str"),
        ("binary", "bytes"),
        ("bool", "bool"),
        ("null", "None"),
        ("uint8", "int"),
        ('class_label["A","B"]', "int"),
        ("float32", "float"),
        ("date32", "datetime.date"),
        ("time64[us]", "datetime.time"),
        ("timestamp[us, tz=UTC]", "datetime.datetime"),
        ("duration[us]", "datetime.timedelta"),
        ("decimal128(10, 2)", "decimal.Decimal"),
        ("list<list<string>>", "list[list[str]]"),
        ("map<string, int64>", "list[tuple[str, int]]"),
        ("image", "Media"),
        ("list<audio>", "list[Media]"),
    ],
)
def test_a_column_has_the_type_of_its_values(kind: str, annotation: str) -> None:
    into: dict[str, str] = {}
    assert row_type("XRow", columns(c=kind), into) == "XRow"
    assert into == {"XRow": f'XRow = TypedDict("XRow", {{"c": {annotation}}})'}


def test_a_struct_is_declared_before_the_row_that_it_is_in() -> None:
    into: dict[str, str] = {}
    row_type("XRow", columns(messages="list<struct<role: string, tool: struct<name: string>>>"), into)
    assert list(into) == ["XRowMessagesTool", "XRowMessages", "XRow"]
    assert into["XRowMessages"] == 'XRowMessages = TypedDict("XRowMessages", {"role": str, "tool": XRowMessagesTool})'


def test_an_object_in_a_row_of_json_may_lack_a_key_but_the_row_has_every_column() -> None:
    into: dict[str, str] = {}
    row_type("XRow", columns(of="struct<a: int64>"), into, keys_may_lack=True)
    assert into["XRowOf"].endswith(", total=False)")
    assert "total" not in into["XRow"]


def test_columns_of_any_name_stay_apart() -> None:
    into: dict[str, str] = {}
    odd = {
        "bytes": "binary",
        "a b": "struct<x: string>",
        "a-b": "struct<y: string>",
        '"\\\n€😀': "string",
        "__x": "bool",
    }
    row_type("1Row", columns(**odd), into)
    scope: dict[str, object] = {"TypedDict": lambda name, fields, **_: fields}
    for declared in into.values():
        exec(declared, scope)
    row = scope["Row1Row"]
    assert isinstance(row, dict)
    assert list(row) == list(odd)
    assert [row["a b"], row["a-b"]] == [{"x": str}, {"y": str}]
    assert all(declared.isascii() for declared in into.values())


def test_names_become_classes_and_texts_become_source() -> None:
    assert [camel(name) for name in ("mmlu_pro", "hh-rlhf", "a.b", "日本")] == ["MmluPro", "HhRlhf", "AB", ""]
    for text in ("plain", 'quo"te', "back\\slash", "new\nline", "ümlaut", "😀"):
        assert ast.literal_eval(string_literal(text)) == text


def test_splits_of_the_same_columns_are_one_shelf_the_default_first() -> None:
    manifest, _ = read_dataset(TWO_KINDS, "two.yaml")
    known = known_of(manifest, None)
    assert known is not None
    assert known.shelves == (
        Shelf(("plain",), ("train", "test"), columns(text="string"), True),
        Shelf(("pairs",), ("train",), columns(a="string", b="string"), False),
        Shelf(("open",), ("train",), None, False),
    )


def test_a_lock_knows_the_columns_that_were_measured_and_overrules_the_manifest() -> None:
    manifest, _ = read_dataset(TWO_KINDS, "two.yaml")
    file = LockedFile("a.jsonl", 1, "sha256:" + "0" * 64)
    split = LockedSplit("extra", ("a.jsonl",), "jsonl", columns=(("of", "struct<a: int64>"),))
    told = LockedSplit("told", ("a.jsonl",), "text", promised=None)
    opaque = LockedSplit("more", ("a.jsonl",), "files")
    config = LockedConfig("c", (split, told, opaque))
    lock = Lock("two-kinds", "org/two-kinds", "dataset", "main", "0" * 40, "hub", "", (file,), (config,))
    known = known_of(manifest, lock)
    assert known is not None
    assert known.shelves == (
        Shelf(("c",), ("extra",), columns(of="struct<a: int64>"), True, True),
        Shelf(("c",), ("told",), columns(text="string"), True),
    )


@pytest.mark.parametrize("line", ["type: model\nfiles: ['*.json']", "files: ['*.bin']"])
def test_what_has_no_rows_is_not_known(line: str) -> None:
    manifest, _ = read_dataset(f"name: weights\ntitle: W\nrepo: org/w\n{line}\n", "weights.yaml")
    assert known_of(manifest, None) is None


def test_the_stub_is_python_has_each_name_once_and_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    twin = TWO_KINDS.replace("two-kinds", "two_kinds")  # another name, the same class, the same repository
    for name, text in (
        ("two-kinds", TWO_KINDS),
        ("two_kinds", twin.replace("repo: org/two_kinds", "repo: org/two-kinds")),
    ):
        (tmp_path / "datasets" / f"{name}.yaml").write_text(text, encoding="utf-8")
    text = stub_text(known_datasets(read_catalogue([tmp_path]), []))
    assert text == stub_text(known_datasets(read_catalogue([tmp_path]), []))
    names = [
        target.id if isinstance(target, ast.Name) else ""
        for node in ast.parse(text).body
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", []))
    ]
    assert len(names) == len(set(names))
    assert {
        "TwoKindsPlainRow",
        "TwoKindsPairsRow",
        "TwoKindsPlainRow_",
        "_TwoKindsAddress",
        "_TwoKinds_Address",
    } <= set(names)
    assert 'Literal["org/two-kinds"]' not in text  # two datasets could be meant


def test_a_catalogue_without_rows_types_nothing_and_is_still_a_stub() -> None:
    text = stub_text([])
    ast.parse(text)
    assert "_Name" not in text
    assert text.count("@overload") == 6
