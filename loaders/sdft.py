"""The only home of what recipes/sdft trains on: SciKnowEval's choices as prompts, and ToolAlpaca.

Source: recipes/sdft/datasets.py of the Tinker Cookbook, as it was in August 2026. Both are put into order by Python's
own chance with seed 42, and cut after nine tenths. What the recipe reads from Arrow folders on disk is not here.
"""

from __future__ import annotations

from typing import Any, Unpack

from loaders.python_order import python_shuffled
from loaders.recording import Fields, records
from loaders.rows import Rows
from loaders.shapes import Prompt
from loaders.viewing import TrainTest, Where, column, rows_of
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["sciknoweval", "toolalpaca"]

_LEVEL = "L3"
_ASK = (
    "Please reason step by step, then give your answer as <answer>X</answer> "
    "where X is the letter of the correct option."
)


def sciknoweval(
    domain: str = "Chemistry",
    train_fraction: float = 0.9,
    seed: int = 42,
    *,
    config: str | None = None,
    **where: Unpack[Where],
) -> TrainTest[Prompt]:
    """Multiple choice of level 3 of one domain, as prompts with the letter of the answer.

    Kept are the rows of the split `test` whose `domain` is this one, whose `details["level"]` is L3, and in whose
    `type` stands "mcq"; either report counts the others. The recipe names no `config`, so that the dataset's
    default one is meant: that it has one is not known, others take "v1" or "v2".

    Raises:
        TableError: nothing is kept, or too little for a training set; a row of the domain has no level; or choices
            have not as many labels as texts (the recipe would leave out the rest).
    """
    read = ("domain", "details", "type", "question", "choices", "answerKey")
    every = rows_of("sciknoweval", config, "test", read, **where)
    rows = every.filter(lambda row: _wanted(row, domain))
    before = {f"not {domain}, {_LEVEL}, mcq": len(every) - len(rows)}
    if not len(rows):
        there = ", ".join(sorted({str(row["domain"]) for row in every}))
        raise TableError(f"none of {len(every):,} rows is {domain}, {_LEVEL}, mcq", f"there is: {there}")
    return _cut(rows, train_fraction, seed, _choice, before)


def toolalpaca(train_fraction: float = 0.9, seed: int = 42, **where: Unpack[Where]) -> TrainTest[Prompt]:
    """Tool calls: `instruction` as the prompt, `output` as the answer.

    Whether `tangqiaoyu/ToolAlpaca` is a dataset on the Hub is doubtful: every public mention found is of the GitHub
    repository of that name.

    Raises:
        TableError: an output is None (the recipe would train on the text "None").
    """
    rows = rows_of("toolalpaca", None, "train", ("instruction", "output"), **where)
    return _cut(rows, train_fraction, seed, _call, {})


def _cut(rows: Rows, fraction: float, seed: int, fields: Fields, before: dict[str, int]) -> TrainTest[Prompt]:
    """The first so many rows of a list that Python shuffled, and the rest."""
    count = int(len(rows) * fraction)
    if not 0 < count < len(rows):
        raise TableError(f"{count} of {len(rows)} rows are for training: one of the two sets is empty")
    both = python_shuffled(rows, seed)
    parts = [both.take(count), both.skip(count)]
    return TrainTest(*[records(part, Prompt, fields, drops=False, before=before) for part in parts])


def _wanted(row: Row, domain: str) -> bool:
    if row["domain"] != domain:
        return False
    details = row["details"]
    if not isinstance(details, dict) or "level" not in details:
        raise TableError(f"column 'details' is {details!r:.60}, not an object with `level`")
    return details["level"] == _LEVEL and "mcq" in str(row["type"])


def _choice(row: Row) -> dict[str, Any]:
    choices = row["choices"]
    if not isinstance(choices, dict) or not all(isinstance(choices.get(key), list) for key in ("label", "text")):
        raise TableError(f"column 'choices' is {choices!r:.60}, not an object with lists `label` and `text`")
    labels, texts = choices["label"], choices["text"]
    if len(labels) != len(texts) or row["answerKey"] is None:
        raise TableError(f"{len(labels)} labels, {len(texts)} choices, and the answer is {row['answerKey']!r}")
    listed = "\n".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    return {"prompt": f"{column(row, 'question')}\n\n{listed}\n{_ASK}", "answer": str(row["answerKey"])}


def _call(row: Row) -> dict[str, Any]:
    if row["output"] is None:
        raise TableError("column 'output' is None, not an answer")
    return {"prompt": row["instruction"], "answer": str(row["output"])}
