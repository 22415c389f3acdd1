"""The only home of questions with several right answers, any of which will do."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from loaders.shapes.shape import Shape, text, texts

__all__ = ["SHAPE", "QuestionAnswers"]


class QuestionAnswers(TypedDict):
    """A question and the texts that answer it. `data_source`: the collection it was taken from."""

    question: str
    answers: list[str]
    data_source: NotRequired[str]


SHAPE = Shape(
    QuestionAnswers, (("question", text), ("answers", texts), ("data_source", text)), frozenset({"data_source"})
)
