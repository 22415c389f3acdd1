"""The only home of rubric items: a conversation, and by what its answer is scored."""

from __future__ import annotations

from typing import TypedDict

from loaders.shapes.chat import Message
from loaders.shapes.shape import Shape, each, messages, text, texts

__all__ = ["SHAPE", "Rubric"]


class Rubric(TypedDict):
    """A conversation to be gone on with, and how a grader scores the answer.

    `scores`: what earns each score, the lowest first. `rubrics`: the texts that a grader is shown.
    `extraction_pattern`: a regular expression whose first group is the score in what the grader writes.
    """

    convo: list[Message]
    criteria: str
    scores: list[str]
    reference_answer: str
    rubrics: list[str]
    extraction_pattern: str


SHAPE = Shape(
    Rubric,
    (
        ("convo", messages),
        ("criteria", text),
        ("scores", each(text)),
        ("reference_answer", text),
        ("rubrics", texts),
        ("extraction_pattern", text),
    ),
)
