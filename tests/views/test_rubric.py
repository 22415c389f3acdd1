"""The rubric recipe's view, against its steps written out again here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from loaders import rubric
from recipes_data.errors import TableError
from tests.views.worlds import Generated, World


def restated(row: dict[str, Any]) -> dict[str, Any]:
    """Requirements 1.1, Feedback-Collection; without the recipe's own sentences."""
    scores = [row[f"orig_score{n}_description"] for n in (1, 2, 3, 4, 5)]
    lines = [row["orig_criteria"]]
    for n in range(1, 6):
        lines.append(f"<score>{n}.0</score>: {scores[n - 1]}")
    lines.append(row["orig_reference_answer"])
    return {
        "convo": [{"role": "user", "content": row["orig_instruction"]}],
        "criteria": row["orig_criteria"],
        "scores": scores,
        "reference_answer": row["orig_reference_answer"],
        "rubrics": ["\n".join(lines)],
        "extraction_pattern": r"<score>(.*?)</score>",
    }


def test_feedback_collection_is_in_file_order(generated: Generated) -> None:
    found = rubric.feedback_collection(fetch=True)
    rows = generated.load_dataset("prometheus-eval/Feedback-Collection")["train"]
    assert list(found) == [restated(row) for row in rows]
    assert len(found) == 17
    assert list(found.batches(5, drop_last=True)) == [[restated(row) for row in rows][n : n + 5] for n in (0, 5, 10)]


def test_the_words_of_the_recipe_can_be_put_in(generated: Generated) -> None:
    words = rubric.feedback_collection(
        text=lambda criteria, scores, reference: f"{criteria}|{scores[4]}|{reference}", fetch=True
    )
    assert words[2]["rubrics"] == ["Is 2 treated?|2: worth 5|All about 2."]


def test_a_score_is_found_by_the_pattern() -> None:
    found = re.search(rubric.EXTRACTION_PATTERN, "so\n<score>4\n.0</score> and <score>1</score>", re.DOTALL)
    assert found is not None
    assert found[1] == "4\n.0"


def test_a_part_that_is_none_is_an_error(world: World) -> None:
    row = {f"orig_score{n}_description": "x" for n in range(1, 6)}
    row |= {"orig_instruction": "x", "orig_criteria": "x", "orig_reference_answer": "x"}
    world.write(
        "feedback_collection", {"default": {"train": [row, {**row, "orig_score3_description": None}]}}, shards=1
    )
    with pytest.raises(TableError, match="row 1 in this order: column 'orig_score3_description' is None, not a text"):
        list(rubric.feedback_collection())
