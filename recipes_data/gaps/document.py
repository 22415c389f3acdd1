"""The only home of the analysis as a JSON document: written sorted, read back exactly, described by a JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from recipes_data.errors import UsageError
from recipes_data.gaps.analysis import FORMAT_VERSION, Analysis

__all__ = ["SCHEMA_ID", "analysis_from_json", "analysis_schema", "analysis_to_json", "plain", "schema_to_json"]

SCHEMA_ID = "analysis.schema.json"
_FAULTS_SHOWN = 5
_WIDTH = 160
_HALVES = re.compile("[\ud800-\udfff]")


def analysis_to_json(analysis: Analysis) -> str:
    """The document: keys sorted, fields that hold their default left out, a newline at the end."""
    value = _adapter().dump_python(analysis, mode="json", exclude_defaults=True)
    text = "".join(_lines({"$schema": SCHEMA_ID, **value}, "")) + "\n"
    # half characters stand for bytes of a source that are no UTF-8; a JSON file cannot hold them
    return _HALVES.sub("\ufffd", text)


def _lines(value: Any, indent: str) -> Iterator[str]:
    """JSON with sorted keys; what fits on a line stands on one, so that a difference is read in lines of meaning."""
    flat = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(flat) <= _WIDTH or not isinstance(value, (dict, list)):
        yield flat
        return
    begin, end = "{}" if isinstance(value, dict) else "[]"
    pairs = sorted(value.items()) if isinstance(value, dict) else [(None, one) for one in value]
    yield begin
    for number, (key, one) in enumerate(pairs):
        named = "" if key is None else f"{json.dumps(key, ensure_ascii=False)}: "
        yield f"{',' if number else ''}\n{indent} {named}"
        yield from _lines(one, indent + " ")
    yield f"\n{indent}{end}"


def analysis_from_json(text: str, name: str = "the analysis") -> Analysis:
    """The value that was written; fields that are missing have their default.

    Raises:
        UsageError: the text is no analysis, or one of another format. `name` says whose it is.
    """
    try:
        value = json.loads(text)
    except ValueError as exc:
        raise UsageError(f"{name} is not JSON: {exc}", _REMEDY) from exc
    if not isinstance(value, dict) or "format_version" not in value:
        raise UsageError(f"{name} is not an analysis: it has no format_version", _REMEDY)
    if value["format_version"] != FORMAT_VERSION:
        what = f"{name} has format {value['format_version']!r}; this version reads format {FORMAT_VERSION}"
        raise UsageError(what, "make it again with this version: recipes-data gaps ... --out DIR")
    try:
        return _adapter().validate_python(value)
    except ValidationError as exc:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in exc.errors()[:_FAULTS_SHOWN]]
        raise UsageError(f"{name} is not an analysis: {'; '.join(faults)}", _REMEDY) from exc


_REMEDY = "give the analysis.json that recipes-data gaps --out wrote"


def analysis_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the document; each object's description is its value's docstring."""
    schema = _adapter().json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **_with_reference(schema),
        "title": "A gap analysis of recipes-data",
    }


def plain(value: Any) -> Any:
    """Any value of the gap report as lists, mappings and texts."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")


def schema_to_json() -> str:
    """The schema as it is shipped."""
    return json.dumps(analysis_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _with_reference(schema: dict[str, Any]) -> dict[str, Any]:
    """Every object closed against unknown keys; the document itself may name its schema."""
    for one in (schema, *schema.get("$defs", {}).values()):
        if one.get("type") == "object":
            one["additionalProperties"] = False
            for field in one["properties"].values():
                field.pop("title", None)  # the key again, in capitals
    schema["properties"]["$schema"] = {"type": "string"}
    return schema


def _adapter() -> TypeAdapter[Analysis]:
    return TypeAdapter(Analysis)
