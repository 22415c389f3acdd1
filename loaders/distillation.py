"""The only home of what recipes/distillation trains on: prompts of DeepMath and Tulu 3, and the OpenThoughts3 stream.

Source: distillation/datasets.py and recipes/distillation/off_policy_reasoning.py of the Tinker Cookbook, as they were
in August 2026. Prompts are whole: the recipe cuts them to 1,024 tokens, which takes its tokenizer.
"""

from __future__ import annotations

from typing import Any, Unpack

from loaders.recorded import Records
from loaders.recording import records
from loaders.recordstream import RecordStream
from loaders.shapes import Chat, Drop, Prompt
from loaders.stream_order import StreamOrder
from loaders.viewing import Where, rows_of, stream_of
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.shards import Row

__all__ = ["deepmath", "openthoughts3", "tulu3"]

_PROMPTS = 128 * 3000  # of OpenThoughts3, and rows of its buffer


def deepmath(**where: Unpack[Where]) -> Records[Prompt]:
    """DeepMath's questions in file order; there is no test set, and no shuffle.

    What cannot be loaded is an error; the recipe logs a warning and goes on with nothing before it fails.
    """
    return records(rows_of("deepmath", None, "train", ("question",), **where), Prompt, {"prompt": "question"})


def tulu3(**where: Unpack[Where]) -> Records[Prompt]:
    """What the user says first in each chat of Tulu 3, in file order; there is no test set, and no shuffle.

    A chat in which the user says nothing, or an empty text first, is dropped, as there.
    """
    return records(rows_of("tulu3", None, "train", ("messages",), **where), Prompt, _first_said)


def openthoughts3(
    *,
    order: StreamOrder,
    seed: int = 0,
    buffer_size: int = _PROMPTS,
    max_prompts: int = _PROMPTS,
    max_buffer_input_shards: int | None = None,
    **where: Unpack[Where],
) -> RecordStream[Chat]:
    """OpenThoughts3's chats, streamed and shuffled with a buffer, the first 384,000 of them.

    `openthoughts3(order="datasets>=5.1").batch(128, drop_last=True)` are the recipe's batches. Which chats these are
    depends on the version of `datasets`, so that `order` has no default; it and `max_buffer_input_shards` are those of
    `Stream.shuffle`. The buffer's rows are held in memory: 384,000 of them, as there. Kept as the recipe has it: who is
    not "human" is the assistant, a system prompt too.

    Raises:
        UsageError: `max_prompts` is not above 0.
    """
    if max_prompts < 1:
        raise UsageError(f"{max_prompts} prompts", "max_prompts is at least 1")
    stream = stream_of("openthoughts3", "train", **where).shuffle(
        seed, buffer_size, order=order, max_buffer_input_shards=max_buffer_input_shards
    )
    return records(stream.take(max_prompts), Chat, _thoughts)


def _first_said(row: Row) -> dict[str, Any] | Drop:
    messages = row["messages"]
    if not isinstance(messages, list):
        raise TableError(f"column 'messages' is {messages!r:.60}, not a list of messages")
    said = next((message["content"] for message in messages if message["role"] == "user"), None)
    return {"prompt": said} if said else Drop("the user says nothing first")


def _thoughts(row: Row) -> dict[str, Any]:
    turns = row.get("conversations")
    if not isinstance(turns, list):
        raise TableError(f"column 'conversations' is {turns!r:.60}, not a list of turns")
    return {
        "messages": [
            {"role": "user" if turn["from"] == "human" else "assistant", "content": turn["value"]} for turn in turns
        ]
    }
