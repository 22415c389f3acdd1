"""The distillation recipes' views, against their steps written out again here, and against `datasets`."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import pytest

from loaders import distillation
from recipes_data.errors import TableError, UsageError
from tests.views.worlds import Generated, Rows, World, installed_order


def test_deepmath_gives_every_question_in_file_order(generated: Generated) -> None:
    found = distillation.deepmath(fetch=True)
    theirs = generated.read("parquet", "zwhe99/DeepMath-103K", "data/train-*")
    assert list(found) == [{"prompt": row["question"]} for row in theirs]
    assert len(found) == 41
    assert found[8] == {"prompt": ""}  # math_rl drops it, distillation does not


def test_tulu3_gives_what_the_user_says_first(generated: Generated) -> None:
    found = distillation.tulu3(fetch=True)
    prompts = []
    for row in generated.read("parquet", "allenai/tulu-3-sft-mixture", "data/train-*"):
        said = None
        for message in row["messages"]:
            if message["role"] == "user":
                said = message["content"]
                break
        if said:
            prompts.append({"prompt": said})
    assert list(found) == prompts
    assert prompts[2] == {"prompt": "Why?"}  # after a system message
    assert str(found.report) == "1,300 rows, 1,297 records; 3 dropped: the user says nothing first"


def as_chats(rows: Any) -> Rows:
    return [
        {
            "messages": [
                {"role": "user" if turn["from"] == "human" else "assistant", "content": turn["value"]}
                for turn in row["conversations"]
            ]
        }
        for row in rows
    ]


@pytest.mark.usefixtures("prompt_threads")
def test_openthoughts3_streams_in_the_order_of_the_installed_datasets(generated: Generated) -> None:
    train = distillation.openthoughts3(order=installed_order(), buffer_size=25, max_buffer_input_shards=10, fetch=True)
    stream = generated.load_dataset("open-thoughts/OpenThoughts3-1.2M", split="train", streaming=True)
    theirs = stream.shuffle(seed=0, buffer_size=25)
    assert list(train) == as_chats(theirs)
    batches = [
        as_chats([{"conversations": turns} for turns in batch["conversations"]])
        for batch in theirs.batch(8, drop_last_batch=True)
    ]
    assert list(train.batch(8, drop_last=True)) == batches
    assert len(batches) == 60 // 8


def test_the_stream_ends_after_so_many_prompts(generated: Generated) -> None:
    train = distillation.openthoughts3(order="datasets>=5.1", buffer_size=25, max_prompts=20, fetch=True)
    every = distillation.openthoughts3(order="datasets>=5.1", buffer_size=25, fetch=True)
    assert list(train) == list(islice(every, 20))
    assert [len(batch) for batch in train.batch(8, drop_last=True)] == [8, 8]


@pytest.mark.parametrize("count", [0, -1])
def test_a_stream_of_no_prompts_is_refused(world: World, count: int) -> None:
    world.write("openthoughts3", {"default": {"train": [{"conversations": []}]}})
    with pytest.raises(UsageError, match=rf"{count} prompts\nmax_prompts is at least 1"):
        distillation.openthoughts3(order="datasets>=5.1", max_prompts=count)


def test_a_stream_goes_on_where_its_state_was_taken(generated: Generated) -> None:
    train = distillation.openthoughts3(order="datasets>=5.1", buffer_size=25, fetch=True)
    batches = train.batch(8, drop_last=True)
    every = list(batches)
    running = iter(batches)
    begun = [next(running), next(running)]
    state = json.loads(json.dumps(batches.state()))
    again = distillation.openthoughts3(order="datasets>=5.1", buffer_size=25).batch(8, drop_last=True).resume(state)
    assert [*begun, *again] == every


def test_a_row_of_another_shape_is_an_error_with_its_number(world: World) -> None:
    rows = [{"conversations": [{"from": "human", "value": "x"}]}, {"conversations": None}]
    world.write("openthoughts3", {"default": {"train": rows}}, shards=1)
    stream = distillation.openthoughts3(order="datasets>=5.1", seed=1)
    with pytest.raises(
        TableError, match=r"openthoughts3/default:train, row \d of the stream: column 'conversations' is"
    ):
        list(stream)
