"""The only home of prompts: a text that a model goes on from, and sometimes an answer to learn from."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from loaders.shapes.shape import Shape, text

__all__ = ["SHAPE", "Prompt"]


class Prompt(TypedDict):
    """What the user says first. `answer`: a reference, where the recipe has one."""

    prompt: str
    answer: NotRequired[str]


SHAPE = Shape(Prompt, (("prompt", text), ("answer", text)), frozenset({"answer"}))
