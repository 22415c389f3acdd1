"""Kinds of records that training code takes: a TypedDict each, and what may stand in its fields."""

from __future__ import annotations

from loaders.shapes import (
    agent_task,
    audio_clip,
    audio_file,
    chat,
    choice,
    code_task,
    comparison,
    instructions,
    labelled_image,
    problem,
    prompt,
    question_answers,
    rubric,
)
from loaders.shapes.agent_task import AgentTask
from loaders.shapes.audio_clip import AudioClip
from loaders.shapes.audio_file import AudioFile
from loaders.shapes.chat import Chat, Message
from loaders.shapes.choice import Choice
from loaders.shapes.code_task import CodeTask, CodeTest
from loaders.shapes.comparison import Comparison
from loaders.shapes.instructions import Instructions
from loaders.shapes.labelled_image import Encoded, LabelledImage
from loaders.shapes.problem import Problem
from loaders.shapes.prompt import Prompt
from loaders.shapes.question_answers import QuestionAnswers
from loaders.shapes.rubric import Rubric
from loaders.shapes.shape import Drop, Shape, derived

__all__ = [
    "AgentTask",
    "AudioClip",
    "AudioFile",
    "Chat",
    "Choice",
    "CodeTask",
    "CodeTest",
    "Comparison",
    "Drop",
    "Encoded",
    "Instructions",
    "LabelledImage",
    "Message",
    "Problem",
    "Prompt",
    "QuestionAnswers",
    "Rubric",
    "shape_of",
]

_MODULES = (
    chat,
    problem,
    code_task,
    comparison,
    choice,
    question_answers,
    prompt,
    rubric,
    instructions,
    labelled_image,
    audio_clip,
    audio_file,
    agent_task,
)
_SHAPES: dict[type, Shape] = {module.SHAPE.kind: module.SHAPE for module in _MODULES}


def shape_of(kind: type) -> Shape:
    """The shape of a kind of record: one of these, or of a TypedDict of the user's own.

    Raises:
        UsageError: not a TypedDict.
    """
    return _SHAPES.get(kind) or derived(kind)
