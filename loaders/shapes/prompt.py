"""The only home of prompts: a text that a model goes on from, and sometimes an answer to learn from."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from loaders.shapes.shape import Shape, key, text

__all__ = ["SHAPE", "Prompt"]


class Prompt(TypedDict):
    """What the user says first. `answer`: a reference, where the recipe has one.

    `source`: which part of its dataset it is of. `key`: what the example is called in results.
    """

    prompt: str
    answer: NotRequired[str]
    source: NotRequired[str]
    key: NotRequired[int | str]


SHAPE = Shape(
    Prompt,
    (("prompt", text), ("answer", text), ("source", text), ("key", key)),
    frozenset({"answer", "source", "key"}),
)
