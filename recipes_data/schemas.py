"""The only home of manifests as JSON Schemas: generated from the models in `manifest.py`, for editors.

`python -m recipes_data.schemas FOLDER` writes them; `manifests/schema/` has them as they ship. They say what a field
may look like; the rules between fields (`consistency.py`) are the command's alone. Format: JSON Schema 2020-12.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from recipes_data.formats import FORMATS
from recipes_data.manifest import DatasetManifest, RecipeManifest
from recipes_data.textfiles import write_over

__all__ = ["schema_files"]

_TITLES = {"dataset": "A dataset manifest of recipes-data", "recipe": "A recipe manifest of recipes-data"}


class _FromManifests(GenerateJsonSchema):
    """What the models' own readers accept besides: a text for a list of one, true and false for gating."""

    def function_before_schema(self, schema: Any) -> JsonSchemaValue:
        inner: dict[str, Any] = self.generate_inner(schema["schema"])
        return _before(schema["function"]["function"], inner)


def _before(function: Callable[[Any], Any], inner: dict[str, Any]) -> dict[str, Any]:
    name = function.__name__
    if name == "_tuple" and inner.get("type") == "array":
        return {"anyOf": [inner["items"], inner]}
    if name == "_gating":
        return {"anyOf": [{"type": "boolean"}, inner]}
    if name == "_known_format":
        return {**inner, "enum": list(FORMATS)}
    pattern = inspect.getclosurevars(function).nonlocals.get("pattern")
    if pattern is not None:
        return {**inner, "pattern": f"^{pattern.pattern.replace(chr(92) + 'Z', '$')}"}
    return inner


def _with_lengths(node: Any) -> Any:
    """The node with a length that is asked of a text or a list put where JSON Schema has it for lists: `minItems`."""
    if isinstance(node, list):
        return [_with_lengths(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _with_lengths(value) for key, value in node.items()}
    if isinstance(made.get("anyOf"), list) and isinstance(shortest := made.get("minLength"), int):
        del made["minLength"]
        lists = [{**one, "minItems": shortest} if one.get("type") == "array" else one for one in made["anyOf"]]
        made["anyOf"] = lists
    return made


def schema_files() -> dict[str, str]:
    """The schemas' texts by file name."""
    found = {}
    for kind, model in (("dataset", DatasetManifest), ("recipe", RecipeManifest)):
        schema = _with_lengths(model.model_json_schema(by_alias=True, schema_generator=_FromManifests))
        document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": _TITLES[kind]}
        found[f"{kind}.schema.json"] = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return found


def _write(folder: Path) -> None:
    for name, text in schema_files().items():
        write_over(folder / name, text)


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
