"""Kinds of records that training code takes: a TypedDict each, and what may stand in its fields."""

from __future__ import annotations

from loaders.shapes import (
    chat,
    choice,
    code_task,
    comparison,
    instructions,
    problem,
    prompt,
    question_answers,
    rubric,
)
from loaders.shapes.chat import Chat, Message
from loaders.shapes.choice import Choice
from loaders.shapes.code_task import CodeTask, CodeTest
from loaders.shapes.comparison import Comparison
from loaders.shapes.instructions import Instructions
from loaders.shapes.problem import Problem
from loaders.shapes.prompt import Prompt
from loaders.shapes.question_answers import QuestionAnswers
from loaders.shapes.rubric import Rubric
from loaders.shapes.shape import Drop, Shape, derived

__all__ = [
    "Chat",
    "Choice",
    "CodeTask",
    "CodeTest",
    "Comparison",
    "Drop",
    "Instructions",
    "Message",
    "Problem",
    "Prompt",
    "QuestionAnswers",
    "Rubric",
    "shape_of",
]

_MODULES = (chat, problem, code_task, comparison, choice, question_answers, prompt, rubric, instructions)
_SHAPES: dict[type, Shape] = {module.SHAPE.kind: module.SHAPE for module in _MODULES}


def shape_of(kind: type) -> Shape:
    """The shape of a kind of record: one of these, or of a TypedDict of the user's own.

    Raises:
        UsageError: not a TypedDict.
    """
    return _SHAPES.get(kind) or derived(kind)
