"""The only home of problems: a question with one answer that can be checked."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from loaders.shapes.shape import Shape, key, text

__all__ = ["SHAPE", "Problem"]


class Problem(TypedDict):
    """A problem as its dataset words it, and the answer that a grader compares with.

    `source`: the dataset's name. `key`: what the example is called in results.
    """

    problem: str
    answer: str
    source: NotRequired[str]
    key: NotRequired[int | str]


SHAPE = Shape(
    Problem, (("problem", text), ("answer", text), ("source", text), ("key", key)), frozenset({"source", "key"})
)
