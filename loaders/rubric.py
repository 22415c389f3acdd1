"""The only home of what recipes/rubric trains on: instructions of Feedback Collection, each with its own rubric.

Source: recipes/rubric/data.py of the Tinker Cookbook, as it was in August 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import Rubric
from loaders.viewing import Where, column, rows_of
from recipes_data.tables.shards import Row

__all__ = ["EXTRACTION_PATTERN", "feedback_collection", "rubric_text"]

EXTRACTION_PATTERN = r"<score>(.*?)</score>"
"""Its first group is the score that a grader writes; a dot is to match line ends too."""

_SCORES = tuple(f"orig_score{score}_description" for score in range(1, 6))
_READ = ("orig_instruction", "orig_criteria", *_SCORES, "orig_reference_answer")
_Words = Callable[[str, list[str], str], str]


def feedback_collection(*, text: _Words | None = None, **where: Unpack[Where]) -> Records[Rubric]:
    """Instructions with what earns each score from 1 to 5, in file order; there is no test set, and no shuffle.

    `rubrics` is one text: the criteria, a line `<score>1.0</score>: ...` for each score, and the reference answer. The
    recipe has a sentence of its own around the first and the last of them; `text(criteria, scores, reference)` puts
    such words in place of `rubric_text`'s. Training leaves out an incomplete last batch.
    """
    rows = rows_of("feedback_collection", None, "train", _READ, **where)
    return records(rows, Rubric, _Item(text or rubric_text), drops=False)


def rubric_text(criteria: str, scores: list[str], reference: str) -> str:
    """The parts of a rubric, one after another, a line each."""
    lines = [f"<score>{score}.0</score>: {earns}" for score, earns in enumerate(scores, 1)]
    return "\n".join([criteria, *lines, reference])


class _Item:
    """A row as a rubric item."""

    def __init__(self, text: _Words) -> None:
        self._text = text

    def __call__(self, row: Row) -> dict[str, Any]:
        criteria, reference = column(row, "orig_criteria"), column(row, "orig_reference_answer")
        scores = [column(row, name) for name in _SCORES]
        return {
            "convo": [{"role": "user", "content": column(row, "orig_instruction")}],
            "criteria": criteria,
            "scores": scores,
            "reference_answer": reference,
            "rubrics": [self._text(criteria, scores, reference)],
            "extraction_pattern": EXTRACTION_PATTERN,
        }
