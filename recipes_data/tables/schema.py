"""The only home of our column types as Arrow's and back, with the class names that Hugging Face `datasets` writes.

`datasets` keeps its features as JSON under the key `huggingface` of the Arrow schema's metadata:
`{"info": {"features": {"answer": {"names": ["A", "B"], "_type": "ClassLabel"}}}}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from recipes_data.columns import INTEGERS, MEDIA, Columns, Type, class_label, format_type, parse_type

__all__ = ["BINARY", "arrow_schema", "columns_of", "huggingface_features"]

_SIMPLE: dict[str, Any] = {
    "string": pa.large_string,
    "binary": pa.large_binary,
    "bool": pa.bool_,
    "null": pa.null,
    "float16": pa.float16,
    "float32": pa.float32,
    "float64": pa.float64,
    "date32": pa.date32,
    "date64": pa.date64,
    **{name: getattr(pa, name) for name in INTEGERS},
}
BINARY = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary)
"""Tests of Arrow's types whose values are bytes."""
_WITH_UNIT: dict[str, Any] = {
    "timestamp": pa.timestamp,
    "time32": pa.time32,
    "time64": pa.time64,
    "duration": pa.duration,
}


def columns_of(schema: pa.Schema, features: Mapping[str, Any] | None = None) -> Columns:
    """The columns of an Arrow schema, class names included.

    `features`, as `datasets` writes them, count before those in the schema's own metadata.

    Raises:
        ValueError: a type that has no name here, or two columns of one name (a row is a dict).
    """
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise ValueError(f"two columns are called {twice[0]!r}")
    features = features or huggingface_features(schema)
    columns = tuple((field.name, _labelled(_from_arrow(field.type), features.get(field.name))) for field in schema)
    for _, kind in columns:
        parse_type(format_type(kind))  # a type that no lock can hold is refused here
    return columns


def huggingface_features(schema: pa.Schema) -> dict[str, Any]:
    """The features that `datasets` noted in a schema's metadata; empty where there are none."""
    note = (schema.metadata or {}).get(b"huggingface")
    if not note:
        return {}
    try:
        features = json.loads(note)["info"]["features"]
    except (ValueError, KeyError, TypeError):
        return {}
    return features if isinstance(features, dict) else {}


def _labelled(kind: Type, feature: Any) -> Type:
    """`kind` with class names wherever the feature beside it is a ClassLabel, as `image` where it is an Image."""
    if isinstance(feature, list) and len(feature) == 1 and kind.kind == "list":
        return Type("list", (("item", _labelled(kind.fields[0][1], feature[0])),))
    if not isinstance(feature, dict):
        return kind
    label = feature.get("_type")
    if label == "ClassLabel" and kind.kind == "int64" and isinstance(feature.get("names"), list):
        return class_label(str(name) for name in feature["names"])
    if label in ("Image", "Audio") and kind.fields == MEDIA["image"].fields:
        return MEDIA[label.lower()]
    if label in ("Sequence", "List", "LargeList") and kind.kind == "list":
        return Type("list", (("item", _labelled(kind.fields[0][1], feature.get("feature"))),))
    if label is None and kind.kind == "struct":
        return Type("struct", tuple((name, _labelled(item, feature.get(name))) for name, item in kind.fields))
    return kind


def _from_arrow(kind: pa.DataType) -> Type:
    types = pa.types
    if types.is_dictionary(kind):
        return _from_arrow(kind.value_type)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return Type("list", (("item", _from_arrow(kind.value_type)),))
    if types.is_struct(kind):
        return Type("struct", tuple((field.name, _from_arrow(field.type)) for field in kind))
    if types.is_map(kind):
        return Type("map", (("key", _from_arrow(kind.key_type)), ("value", _from_arrow(kind.item_type))))
    return _scalar_from_arrow(kind)


def _scalar_from_arrow(kind: pa.DataType) -> Type:
    types = pa.types
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return Type("string")
    if any(is_bytes(kind) for is_bytes in BINARY):
        return Type("binary")
    if types.is_timestamp(kind):
        return Type("timestamp", (), (kind.unit, kind.tz) if kind.tz else (kind.unit,))
    if types.is_time(kind) or types.is_duration(kind):
        return Type(str(kind).split("[")[0], (), (kind.unit,))
    if types.is_decimal128(kind):
        return Type("decimal128", (), (str(kind.precision), str(kind.scale)))
    name = {"halffloat": "float16", "float": "float32", "double": "float64"}.get(str(kind), str(kind))
    name = name.removesuffix("[day]").removesuffix("[ms]")
    if name not in _SIMPLE:
        raise ValueError(f"the Arrow type {kind} has no name here")
    return Type(name)


def arrow_schema(columns: Columns) -> pa.Schema:
    """The Arrow schema of columns; texts and lists get 64-bit offsets, class names go into its metadata."""
    labels = {
        name: {"names": list(kind.params), "_type": "ClassLabel"}
        for name, kind in columns
        if kind.kind == "class_label"
    }
    metadata = {"recipes_data.class_labels": json.dumps(labels)} if labels else None
    return pa.schema([pa.field(name, _to_arrow(kind)) for name, kind in columns], metadata=metadata)


def _to_arrow(kind: Type) -> pa.DataType:
    if kind.kind == "class_label":
        return pa.int64()
    if kind.kind == "list":
        return pa.large_list(_to_arrow(kind.fields[0][1]))
    if kind.kind == "struct":
        return pa.struct([pa.field(name, _to_arrow(item)) for name, item in kind.fields])
    if kind.kind == "map":
        return pa.map_(_to_arrow(kind.fields[0][1]), _to_arrow(kind.fields[1][1]))
    if kind.kind == "decimal128":
        return pa.decimal128(int(kind.params[0]), int(kind.params[1]))
    if kind.kind in _WITH_UNIT:
        return _WITH_UNIT[kind.kind](*kind.params)
    return _SIMPLE[kind.kind]()
