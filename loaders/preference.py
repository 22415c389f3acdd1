"""The only home of what recipes/preference trains on: two answers to a prompt, and which is the better one.

Source: recipes/preference/datasets.py of the Tinker Cookbook, as it was in August 2026. Every shuffle has seed 0. DPO
and reward models cut batches of the rows, before rows without a comparison are dropped, and `records.batches` does so;
reinforcement learning takes the comparisons alone: `batches(..., by_rows=False)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, Unpack

from loaders.recording import records
from loaders.rows import Rows
from loaders.shapes import Comparison, Drop, Message
from loaders.viewing import TrainTest, Where, column, cut, first_rows, rows_of
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["KEYED", "arena", "helpsteer2", "helpsteer3", "hhh", "tulu3_8b", "ultrafeedback"]

_TURN = re.compile("(Human:|Assistant:)")
_ROLES = {"Human:": "user", "Assistant:": "assistant"}
_PAIRS = "helpsteer2.pairs"


def hhh(test_size: int = 1024, **where: Unpack[Where]) -> TrainTest[Comparison]:
    """Anthropic's hh-rlhf: `train` shuffled, of the shuffled test split the first 1,024 rows; A is the chosen one.

    The texts are cut at every `Human:` and `Assistant:`, wherever these words stand, and stripped. A row is dropped, as
    there, where both conversations are not equally long, or not equal up to their last message and different in it.
    """
    read = ("chosen", "rejected")
    train = rows_of("hh_rlhf", None, "train", read, **where).shuffle(0)
    test = rows_of("hh_rlhf", None, "test", read, **where).shuffle(0)
    return _both(train, first_rows(test, test_size), _hhh)


def helpsteer3(test_size: int = 1024, **where: Unpack[Where]) -> TrainTest[Comparison]:
    """HelpSteer3's preferences: `train` shuffled, of the shuffled validation split the first 1,024 rows.

    A preference below 0 is for A, above for B; a tie is dropped.
    """
    read = ("context", "response1", "response2", "overall_preference")
    train = rows_of("helpsteer3", "preference", "train", read, **where).shuffle(0)
    test = rows_of("helpsteer3", "preference", "validation", read, **where).shuffle(0)
    return _both(train, first_rows(test, test_size), _helpsteer3)


def ultrafeedback(test_size: int = 1024, **where: Unpack[Where]) -> TrainTest[Comparison]:
    """UltraFeedback, shuffled: the first 1,024 rows are `test`, the others `train`; A is the chosen one."""
    rows = rows_of("ultrafeedback", None, "train", ("instruction", "chosen_response", "rejected_response"), **where)
    test, train = cut(rows.shuffle(0), test_size)
    return _both(train, test, _ultrafeedback, drops=False)


def tulu3_8b(test_size: int = 1024, **where: Unpack[Where]) -> TrainTest[Comparison]:
    """Tulu 3's preferences for 8B, shuffled: the first 1,024 rows are `test`, the others `train`; A is the chosen one.

    Kept as the recipe has it: of each conversation the second message alone is the answer, whatever its role, and
    later ones are left out. No command of the cookbook selects it.
    """
    rows = rows_of("tulu3_8b_preference", None, "train", ("prompt", "chosen", "rejected"), **where)
    test, train = cut(rows.shuffle(0), test_size)
    return _both(train, test, _tulu3_8b, drops=False)


def arena(test_size: int = 1024, **where: Unpack[Where]) -> TrainTest[Comparison]:
    """Arena's human preferences, shuffled: the first 1,024 rows are `test`, the others `train`.

    A message's texts are joined with a space. Dropped, as there: rows without one winner, with a part that is no text,
    with fewer than two messages, or whose last message is not the assistant's. Kept as there: the prompt is the first
    message of A alone, both completions are all that follows (later user turns too), and messages of other roles are
    left out. No command of the cookbook selects it.
    """
    rows = rows_of("arena_140k", None, "train", ("winner", "conversation_a", "conversation_b"), **where)
    test, train = cut(rows.shuffle(0), test_size)
    return _both(train, test, _arena)


def helpsteer2(**where: Unpack[Where]) -> TrainTest[Comparison]:
    """HelpSteer2's answers in pairs, shuffled: the first tenth of them, at most 1,024, is `test`.

    Of each prompt with two answers or more, in the order in which prompts first come, the most helpful one (A) and the
    least helpful one, where these differ; of equally helpful ones the first is the most, the last the least helpful.
    All rows are read. No command of the cookbook selects it.

    Raises:
        TableError: no prompt has two answers that differ, or `test` would be empty.
    """
    rows = rows_of("helpsteer2", None, "train", ("prompt", "response", "helpfulness"), **where)
    pairs = rows.map(_pairs, batched=True, batch_size=len(rows), remove_columns=rows.columns, key=_PAIRS)
    if len(pairs) < 10:
        raise TableError(f"{len(rows):,} rows of HelpSteer2 give {len(pairs)} pairs: a tenth of them is no test set")
    test, train = cut(pairs.shuffle(0), min(1024, len(pairs) // 10))
    return _both(train, test, _Answers("prompt"), drops=False)


def _both(train: Rows, test: Rows, make: Callable[[Row], Any], *, drops: bool = True) -> TrainTest[Comparison]:
    return TrainTest(*[records(rows, Comparison, make, drops=drops, by_rows=True) for rows in (train, test)])


def _compared(prompt: list[Message], a: list[Message], b: list[Message], label: Literal["A", "B"]) -> Comparison:
    return {"prompt_conversation": prompt, "completion_A": a, "completion_B": b, "label": label}


def _said(role: str, text: str) -> list[Message]:
    return [{"role": role, "content": text}]


def _turns(text: str) -> list[Message]:
    """The turns of a text; none where it does not begin with one."""
    before, *rest = _TURN.split(text)
    if before.strip():
        return []
    return [{"role": _ROLES[mark], "content": words.strip()} for mark, words in zip(rest[::2], rest[1::2], strict=True)]


def _hhh(row: Row) -> Comparison | Drop:
    chosen, rejected = _turns(column(row, "chosen")), _turns(column(row, "rejected"))
    if len(chosen) != len(rejected):
        return Drop("the conversations are not equally long")
    if not chosen or chosen[:-1] != rejected[:-1]:
        return Drop("the conversations differ before their last message")
    if chosen[-1] == rejected[-1]:
        return Drop("the conversations are the same")
    return _compared(chosen[:-1], chosen[-1:], rejected[-1:], "A")


def _helpsteer3(row: Row) -> Comparison | Drop:
    preference = row["overall_preference"]
    if not isinstance(preference, (int, float)):
        raise TableError(f"column 'overall_preference' is {preference!r:.60}, not a number")
    if preference == 0:
        return Drop("a tie")
    answers = [_said("assistant", column(row, name)) for name in ("response1", "response2")]
    return _compared(row["context"], answers[0], answers[1], "A" if preference < 0 else "B")


class _Answers:
    """A row with a prompt in this column, and two answers."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt

    def __call__(self, row: Row) -> Comparison:
        answers = [_said("assistant", column(row, name)) for name in ("chosen_response", "rejected_response")]
        return _compared(_said("user", column(row, self._prompt)), answers[0], answers[1], "A")


_ultrafeedback = _Answers("instruction")


def _tulu3_8b(row: Row) -> Comparison:
    answers = []
    for name in ("chosen", "rejected"):
        messages = row[name]
        if not isinstance(messages, list) or len(messages) < 2:
            raise TableError(f"column {name!r} has no second message: {messages!r:.60}")
        answers.append(_said("assistant", column(messages[1], "content")))
    return _compared(_said("user", column(row, "prompt")), answers[0], answers[1], "A")


def _arena(row: Row) -> Comparison | Drop:
    if row["winner"] not in ("model_a", "model_b"):
        return Drop("no one winner")
    sides: list[list[Message]] = []
    for name in ("conversation_a", "conversation_b"):
        side = _spoken(name, row[name])
        if side is None:
            return Drop("a part that is no text")
        sides.append(side)
    if min(map(len, sides)) < 2:
        return Drop("fewer than two messages")
    if any(side[-1]["role"] != "assistant" for side in sides):
        return Drop("the last message is not the assistant's")
    a, b = sides
    return _compared(a[:1], a[1:], b[1:], "A" if row["winner"] == "model_a" else "B")


def _spoken(name: str, conversation: Any) -> list[Message] | None:
    """The messages of user and assistant as texts; None where a part is something else."""
    if not isinstance(conversation, list):
        raise TableError(f"column {name!r} is {conversation!r:.60}, not a list of messages")
    found: list[Message] = []
    for message in conversation:
        parts = message.get("content") if isinstance(message, dict) else None
        if not isinstance(parts, list) or not all(isinstance(part, dict) and "type" in part for part in parts):
            raise TableError(f"column {name!r}: {message!r:.60} is no message of typed parts")
        if any(part["type"] != "text" for part in parts):
            return None
        if parts and message.get("role") in ("user", "assistant"):
            found += _said(message["role"], " ".join(column({"text": "", **part}, "text") for part in parts))
    return found


def _pairs(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The best and the worst answer of each prompt, where they differ."""
    answers: dict[str, list[tuple[Any, str]]] = {}
    for prompt, response, helpful in zip(rows["prompt"], rows["response"], rows["helpfulness"], strict=True):
        if not isinstance(helpful, (int, float)):
            raise TableError(f"column 'helpfulness' is {helpful!r:.60}, not a number")
        answers.setdefault(prompt, []).append((helpful, response))
    found: dict[str, list[Any]] = {"prompt": [], "chosen_response": [], "rejected_response": []}
    for prompt, given in answers.items():
        given.sort(key=lambda pair: pair[0], reverse=True)
        if given[0][0] > given[-1][0]:
            for name, item in zip(found, (prompt, given[0][1], given[-1][1]), strict=True):
                found[name].append(item)
    return found


KEYED: dict[str, Callable[..., Any]] = {_PAIRS: _pairs}
"""What is done here to rows before they become records, by the key that receipts have."""
