"""What every view refuses: splits without rows, names of datasets that it does not read, words that it has not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pytest

from loaders import benchmarks, chat_sl, code_rl, math_rl, rl_loop, rubric, search_tool, true_thinking_score
from recipes_data.errors import TableError, UsageError
from tests.views.test_math_rl import sums, write_math
from tests.views.worlds import World

TEXTS = pa.list_(pa.string())
CHAT = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
RUBRIC = (
    "orig_instruction",
    "orig_criteria",
    "orig_reference_answer",
    *(f"orig_score{number}_description" for number in range(1, 6)),
)
SUPERGPQA = {"question": pa.string(), "options": TEXTS, "answer_letter": pa.string(), "discipline": pa.string()}


def texts(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, pa.string())


@pytest.mark.parametrize(
    ("view", "name", "config", "columns", "split"),
    [
        (math_rl.gsm8k, "gsm8k", "main", texts("question", "answer"), "train"),
        (math_rl.polaris, "polaris", "default", texts("problem", "answer"), "train"),
        (rl_loop.gsm8k, "gsm8k", "main", texts("question", "answer"), "train"),
        (true_thinking_score.gsm8k, "gsm8k", "main", texts("question", "answer"), "test"),
        (rubric.feedback_collection, "feedback_collection", "default", texts(*RUBRIC), "train"),
        (chat_sl.no_robots, "no_robots", "default", {"messages": CHAT}, "train"),
        (code_rl.deepcoder, "deepcoder", "primeintellect", texts("problem", "tests"), "train"),
        (search_tool.offline_eval, "nq_hotpotqa", "default", texts("question", "data_source"), "test"),
        (benchmarks.gsm8k, "gsm8k", "main", texts("question", "answer"), "test"),
        (benchmarks.supergpqa, "supergpqa", "default", SUPERGPQA, "train"),
    ],
)
def test_a_split_without_rows_is_an_error_and_not_an_empty_set(
    world: World, view: Callable[[], Any], name: str, config: str, columns: Mapping[str, pa.DataType], split: str
) -> None:
    empty: dict[str, Any] = {"train": [], "test": []}
    world.write(name, {config: empty}, schema=pa.schema(columns.items()))
    with pytest.raises(TableError, match=f"{name}/{config}:{split} has no rows\n.*recipes-data lock {name}"):
        view()


def test_one_subject_without_rows_is_an_error_too(world: World) -> None:
    configs = write_math(world)
    configs["geometry"]["train"] = []
    schema = pa.schema([("problem", pa.string()), ("solution", pa.string()), ("level", pa.string())])
    world.write("hendrycks_math", configs, schema=schema)
    with pytest.raises(TableError, match="hendrycks_math/geometry:train has no rows"):
        math_rl.math()


def test_a_name_that_the_view_does_not_read_is_refused(world: World) -> None:
    for name, count in (("gsm8k", 4), ("my_gsm8k", 2)):
        world.write(name, {"main": {"train": sums(count), "test": sums(count)}})
    with pytest.raises(UsageError, match="names= has 'gsm8k_main', which this view does not read\nit reads: gsm8k"):
        math_rl.gsm8k(names={"gsm8k_main": "my_gsm8k"})
    with pytest.raises(UsageError, match="names= has 'polaris'"):
        benchmarks.gsm8k(names={"polaris": "my_gsm8k"})
    with pytest.raises(UsageError, match=r"names= has 'tau2'.*\nit reads: tau2_airline"):
        benchmarks.tau2_bench(names={"tau2": "mine"})
    mistaken: Any = "my_gsm8k"
    with pytest.raises(UsageError, match="names='my_gsm8k' is no mapping"):
        math_rl.gsm8k(names=mistaken)
    assert len(math_rl.gsm8k(names={"gsm8k": "my_gsm8k"}).train) == 2


def test_a_view_of_two_datasets_takes_names_for_both_and_no_third(world: World) -> None:
    configs = write_math(world)
    world.write("my_500", {"default": {"test": configs["algebra"]["test"][:1]}})
    world.write("my_math", configs)
    whole = math_rl.math().train.report.rows
    assert len(math_rl.math(names={"math_500": "my_500"}).test.rows) == 1
    assert math_rl.math(names={"hendrycks_math": "my_math"}).train.pins[0].dataset == "my_math"
    both = math_rl.math(names={"hendrycks_math": "my_math", "math_500": "my_500"})
    assert (both.train.report.rows, len(both.test.rows)) == (whole, 1)
    for name in ("math", "gsm8k"):
        with pytest.raises(UsageError, match=f"names= has '{name}'.*\nit reads: math_500, hendrycks_math"):
            math_rl.math(names={name: "my_math"})


@pytest.mark.parametrize("word", ["fetc", "split", "config", "columns", "name", "rows", "stream"])
@pytest.mark.parametrize(
    "view", [math_rl.gsm8k, rl_loop.gsm8k, true_thinking_score.gsm8k, benchmarks.gsm8k, benchmarks.tau2_bench]
)
def test_a_word_that_a_view_does_not_have_is_refused_by_its_name(
    world: World, view: Callable[..., Any], word: str
) -> None:
    world.write("gsm8k", {"main": {"train": sums(60), "test": sums(60)}})
    with pytest.raises(UsageError, match=f"the view has no argument '{word}'\nthere is: names, sample, fetch, token,"):
        view(**{word: 1})
