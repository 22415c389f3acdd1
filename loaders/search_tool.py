"""The only home of what recipes/search_tool trains on: questions of Natural Questions and HotpotQA with their answers.

Source: recipes/search_tool/search_env.py and offline_eval.py of the Tinker Cookbook, as they were in August 2026. They
are put into order by Python's own chance, not by that of `datasets`.
"""

from __future__ import annotations

from typing import Any, Literal, Unpack

from loaders.order import python_source
from loaders.python_order import python_shuffled
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import QuestionAnswers
from loaders.viewing import Where, column, rows_of
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.shards import Row

__all__ = ["nq_hotpotqa", "offline_eval"]

_ANSWERS = ("reward_model", "golden_answers")


def nq_hotpotqa(
    split: Literal["train", "test"] = "train", seed: int | None = 0, **where: Unpack[Where]
) -> Records[QuestionAnswers]:
    """Questions with all their answers: the rows of the split, shuffled as `random.Random(seed)` shuffles a list.

    `seed=None`: in file order, as `offline_eval` reads `test`. The answers are `reward_model["ground_truth"]` where
    that is there, else `golden_answers`; of an object its `target`. Training leaves out an incomplete last batch. No
    row is dropped: answers that are no list of texts are an error, as there.

    Raises:
        UsageError: the rows are partial, and a shuffle is asked for.
    """
    return _questions(split, seed, where)


def offline_eval(
    split: Literal["train", "test"] = "test", per_source: int = 100, seed: int = 42, **where: Unpack[Where]
) -> dict[str, Records[QuestionAnswers]]:
    """By `data_source`, in the order in which they first come, `per_source` questions drawn with the seed.

    Of a source with as few questions or fewer all are taken, in file order; one source of chance serves all of them in
    turn, so that what is drawn of one depends on those before it.

    Raises:
        UsageError: less than one question a source.
    """
    if per_source < 1:
        raise UsageError(f"{per_source} questions of each source", "per_source is at least 1")
    found = _questions(split, None, where)
    places: dict[str, list[int]] = {}
    for place, row in enumerate(found.rows):
        places.setdefault(column(row, "data_source"), []).append(place)
    chance = python_source(seed)
    return {
        source: found.select(ours if len(ours) <= per_source else chance.sample(ours, per_source))
        for source, ours in places.items()
    }


def _questions(split: str, seed: int | None, where: Where) -> Records[QuestionAnswers]:
    if split not in ("train", "test"):
        raise UsageError(f"the recipe has no split {split!r}", "there is: train, test")
    rows = rows_of("nq_hotpotqa", None, split, ("question", "data_source"), **where)
    if not set(_ANSWERS) & set(rows.columns):
        raise TableError("the questions have neither reward_model nor golden_answers", f"there is: {rows.columns}")
    if seed is not None:
        rows = python_shuffled(rows, seed)
    return records(rows, QuestionAnswers, _question, drops=False)


def _question(row: Row) -> dict[str, Any]:
    model = row.get("reward_model")
    has = isinstance(model, dict) and "ground_truth" in model
    answers = model["ground_truth"] if isinstance(model, dict) and has else row.get("golden_answers")
    if isinstance(answers, dict):
        if "target" not in answers:
            raise TableError("the ground truth is an object without `target`")
        answers = answers["target"]
    return {"question": row["question"], "answers": answers, "data_source": row["data_source"]}
