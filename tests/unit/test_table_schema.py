"""Our column types as Arrow's and back; class names as `datasets` notes them; a table over its shards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given

from recipes_data.columns import Columns, Type, class_label, format_type, parse_type
from recipes_data.tables.schema import arrow_schema, columns_of, huggingface_features
from recipes_data.tables.shards import Row
from recipes_data.tables.table import Table
from tests.unit.test_columns import TYPES


def columns(**kinds: str) -> Columns:
    return tuple((name, parse_type(kind)) for name, kind in kinds.items())


def with_features(schema: pa.Schema, features: dict[str, Any]) -> pa.Schema:
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})


@pytest.mark.parametrize(
    ("arrow", "ours"),
    [
        (pa.string(), "string"),
        (pa.large_string(), "string"),
        (pa.string_view(), "string"),
        (pa.binary(), "binary"),
        (pa.large_binary(), "binary"),
        (pa.bool_(), "bool"),
        (pa.null(), "null"),
        (pa.uint8(), "uint8"),
        (pa.int64(), "int64"),
        (pa.float16(), "float16"),
        (pa.float32(), "float32"),
        (pa.float64(), "float64"),
        (pa.date32(), "date32"),
        (pa.date64(), "date64"),
        (pa.time32("ms"), "time32[ms]"),
        (pa.time64("ns"), "time64[ns]"),
        (pa.timestamp("us"), "timestamp[us]"),
        (pa.timestamp("s", "UTC"), "timestamp[s, tz=UTC]"),
        (pa.duration("ms"), "duration[ms]"),
        (pa.decimal128(10, 2), "decimal128(10, 2)"),
        (pa.list_(pa.string()), "list<string>"),
        (pa.list_(pa.field("element", pa.int8())), "list<int8>"),
        (pa.list_(pa.int8(), 3), "list<int8>"),
        (pa.large_list(pa.int8()), "list<int8>"),
        (pa.struct([("a", pa.string()), ("b c", pa.bool_())]), 'struct<a: string, "b c": bool>'),
        (pa.map_(pa.string(), pa.int32()), "map<string, int32>"),
        (pa.dictionary(pa.int32(), pa.string()), "string"),
        (pa.binary(4), "binary"),
    ],
)
def test_an_arrow_type_has_one_name_here(arrow: pa.DataType, ours: str) -> None:
    [(name, kind)] = columns_of(pa.schema([("x", arrow)]))
    assert (name, str(kind)) == ("x", ours)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (pa.schema([("x", pa.decimal256(50, 2))]), r"the Arrow type decimal256\(50, 2\) has no name here"),
        (pa.schema([("x", pa.int8()), ("y", pa.int8()), ("x", pa.int8())]), "two columns are called 'x'"),
        (pa.schema([("x", pa.struct([("a", pa.int8()), ("a", pa.int8())]))]), "the field 'a' stands twice"),
    ],
)
def test_a_schema_whose_rows_could_not_be_given_whole_is_refused(schema: pa.Schema, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        columns_of(schema)


def without_labels(kind: Type) -> Type:
    if kind.kind == "class_label":
        return Type("int64")
    return Type(kind.kind, tuple((name, without_labels(item)) for name, item in kind.fields), kind.params)


@given(TYPES)
def test_a_type_that_became_arrow_comes_back_as_itself(kind: Type) -> None:
    [(_, again)] = columns_of(arrow_schema((("x", kind),)))
    assert again == without_labels(kind), format_type(kind)


def test_text_and_lists_get_64_bit_offsets_and_labels_stand_in_the_metadata() -> None:
    schema = arrow_schema((("t", Type("string")), ("l", parse_type("list<binary>")), ("c", class_label("AB"))))
    assert schema.field("t").type == pa.large_string()
    assert schema.field("l").type == pa.large_list(pa.large_binary())
    assert schema.field("c").type == pa.int64()
    assert json.loads(schema.metadata[b"recipes_data.class_labels"]) == {
        "c": {"names": ["A", "B"], "_type": "ClassLabel"}
    }
    assert arrow_schema(columns(t="string")).metadata is None


LABEL = {"names": ["no", "yes"], "_type": "ClassLabel"}


@pytest.mark.parametrize(
    ("arrow", "feature", "ours"),
    [
        (pa.int64(), LABEL, 'class_label["no","yes"]'),
        (pa.list_(pa.int64()), {"feature": LABEL, "_type": "Sequence"}, 'list<class_label["no","yes"]>'),
        (pa.list_(pa.int64()), {"feature": LABEL, "_type": "List"}, 'list<class_label["no","yes"]>'),
        (pa.list_(pa.int64()), [LABEL], 'list<class_label["no","yes"]>'),
        (
            pa.struct([("a", pa.int64()), ("b", pa.int64())]),
            {"a": LABEL},
            'struct<a: class_label["no","yes"], b: int64>',
        ),
        (pa.int32(), LABEL, "int32"),
        (pa.int64(), {"num_classes": 2, "_type": "ClassLabel"}, "int64"),
        (pa.int64(), {"dtype": "int64", "_type": "Value"}, "int64"),
        (pa.int64(), None, "int64"),
        (pa.string(), LABEL, "string"),
    ],
)
def test_class_names_come_from_the_features_that_datasets_noted(arrow: pa.DataType, feature: Any, ours: str) -> None:
    schema = with_features(pa.schema([("x", arrow)]), {"x": feature})
    [(_, kind)] = columns_of(schema)
    assert str(kind) == ours


@pytest.mark.parametrize(
    "note", [b"", b"\xff", b"[]", b"{}", b'{"info": null}', b'{"info": {"features": []}}', b'{"info": 5}']
)
def test_a_note_that_is_not_of_that_form_names_no_features(note: bytes) -> None:
    assert huggingface_features(pa.schema([("x", pa.int64())], metadata={"huggingface": note})) == {}


# --- a table over shards


class Fixed:
    """A shard of rows in memory."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __len__(self) -> int:
        return self.table.num_rows

    def row(self, index: int) -> Row:
        return self.table.slice(index, 1).to_pylist()[0]

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        assert 0 <= start < stop <= len(self)
        return iter(self.table.slice(start, stop - start).to_pylist())

    def arrow(self) -> pa.Table:
        return self.table


def shards(*counts: int) -> Table:
    starts = [sum(counts[:i]) for i in range(len(counts))]
    tables = [
        pa.table({"n": pa.array(range(start, start + count), pa.int64())})
        for start, count in zip(starts, counts, strict=True)
    ]
    return Table([Fixed(table) for table in tables], columns(n="int64"))


@pytest.mark.parametrize("counts", [(5,), (2, 3), (0, 2, 0, 0, 3, 0), (1, 1, 1, 1, 1)])
def test_rows_run_on_over_the_borders_of_shards(counts: tuple[int, ...]) -> None:
    table = shards(*counts)
    everything = [{"n": n} for n in range(5)]
    assert len(table) == 5
    assert [table.row(index) for index in range(5)] == everything
    for start in range(6):
        for stop in range(start, 6):
            assert list(table.rows(start, stop)) == everything[start:stop]
    assert list(table.rows()) == everything
    assert table.arrow().to_pylist() == everything


def test_a_table_without_rows_is_a_table() -> None:
    assert len(Table([], ())) == 0
    assert list(Table([], ()).rows()) == []
    assert len(shards(0)) == 0
    assert shards(0).arrow().num_rows == 0


def test_shards_that_spell_one_type_differently_become_one_arrow_table() -> None:
    one = pa.table({"a": pa.array(["x"], pa.string()), "s": pa.array([{"p": 1, "q": "y"}])})
    other = pa.table(
        {
            "s": pa.array([{"p": 2, "q": "z"}], pa.struct([("p", pa.int64()), ("q", pa.large_string())])),
            "a": pa.array(["w"], pa.large_string()),
        }
    )
    table = Table([Fixed(one), Fixed(other)], columns(a="string", s="struct<p: int64, q: string>"))
    arrow = table.arrow()
    assert arrow.column_names == ["a", "s"]
    assert arrow.to_pylist() == [{"a": "x", "s": {"p": 1, "q": "y"}}, {"a": "w", "s": {"p": 2, "q": "z"}}]


def test_one_shards_arrow_table_is_given_as_it_is() -> None:
    only = pa.table({"a": pa.array(["x"], pa.string())}).replace_schema_metadata({"k": "v"})
    assert Table([Fixed(only)], columns(a="string")).arrow() is only
