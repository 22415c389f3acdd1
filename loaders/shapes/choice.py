"""The only home of multiple choice: a question, its choices, and the letter of the right one."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from loaders.shapes.shape import Shape, key, text, texts
from recipes_data.errors import TableError

__all__ = ["SHAPE", "Choice", "letter"]


class Choice(TypedDict):
    """A question and its choices in order; `answer` is the letter of the right one, "A" the first.

    `subject`: what it is about. `context`: a text that it asks about. `key`: what the example is called in results.
    """

    question: str
    choices: list[str]
    answer: str
    subject: NotRequired[str]
    context: NotRequired[str]
    key: NotRequired[int | str]


def letter(index: int) -> str:
    """The letter of choice `index`, from 0: A to Z.

    Raises:
        TableError: there is no such letter.
    """
    if type(index) is not int or not 0 <= index < 26:
        raise TableError(f"choice {index!r} has no letter", "choices are numbered from 0 to 25")
    return chr(ord("A") + index)


def _letter(name: str, found: Any) -> str:
    if not isinstance(found, str) or len(found) != 1 or not "A" <= found <= "Z":
        raise TableError(f"{name!r} is {found!r:.60}, not a letter from A to Z", "letter(index) makes one of a number")
    return found


SHAPE = Shape(
    Choice,
    (
        ("question", text),
        ("choices", texts),
        ("answer", _letter),
        ("subject", text),
        ("context", text),
        ("key", key),
    ),
    frozenset({"subject", "context", "key"}),
)
