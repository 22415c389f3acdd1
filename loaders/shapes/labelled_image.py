"""The only home of labelled images: a picture as its file has it, and which class it is of."""

from __future__ import annotations

from typing import Any, TypedDict

from loaders.shapes.shape import Shape, at_least, text
from recipes_data.errors import TableError

__all__ = ["SHAPE", "Encoded", "LabelledImage", "encoded"]


class Encoded(TypedDict):
    """The bytes of a file, and what it was called; the path is a name and is never opened."""

    bytes: bytes
    path: str | None


class LabelledImage(TypedDict):
    """A picture, encoded: `recipes_data.tables.images.decode(record["image"])` gives its pixels.

    `label`: the number of its class, from 0; `name`: the class in words.
    """

    image: Encoded
    label: int
    name: str


def encoded(name: str, found: Any) -> Any:
    """A file with bytes."""
    if not isinstance(found, dict) or not isinstance(found.get("bytes"), bytes) or not found["bytes"]:
        path = found.get("path") if isinstance(found, dict) else None
        raise TableError(f"{name!r} has no bytes (path: {path!r}); paths in data are never opened")
    return found


SHAPE = Shape(LabelledImage, (("image", encoded), ("label", at_least(0, "the number of a class")), ("name", text)))
