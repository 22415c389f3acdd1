"""The only home of instructions that can be checked: a prompt, and which instructions an answer has to follow."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from loaders.shapes.shape import Shape, key, text, texts
from recipes_data.errors import TableError

__all__ = ["SHAPE", "Instructions"]


class Instructions(TypedDict):
    """A prompt, the ids of its instructions, and the arguments of each: as many as there are ids."""

    prompt: str
    instruction_ids: list[str]
    kwargs: list[dict[str, Any]]
    key: NotRequired[int | str]


def _arguments(name: str, found: Any) -> Any:
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise TableError(f"{name!r} is no list of objects")
    return found


def _paired(found: dict[str, Any]) -> None:
    ids, arguments = found["instruction_ids"], found["kwargs"]
    if len(ids) != len(arguments):
        raise TableError(f"{len(ids)} instructions, and arguments for {len(arguments)}")


SHAPE = Shape(
    Instructions,
    (("prompt", text), ("instruction_ids", texts), ("kwargs", _arguments), ("key", key)),
    frozenset({"key"}),
    _paired,
)
