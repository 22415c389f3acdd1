"""The only home of comparisons: two answers to one conversation, and which is preferred."""

from __future__ import annotations

from typing import Literal, TypedDict

from loaders.shapes.chat import Message
from loaders.shapes.shape import Shape, messages, one_of

__all__ = ["SHAPE", "Comparison"]


class Comparison(TypedDict):
    """The conversation so far, two ways in which it goes on, and the better one."""

    prompt_conversation: list[Message]
    completion_A: list[Message]
    completion_B: list[Message]
    label: Literal["A", "B", "Tie"]


SHAPE = Shape(
    Comparison,
    (
        ("prompt_conversation", messages),
        ("completion_A", messages),
        ("completion_B", messages),
        ("label", one_of("A", "B", "Tie")),
    ),
)
