"""The preference recipes' views, against their steps written out again here, and against `datasets`."""

from __future__ import annotations

import re
from typing import Any

import pytest

from loaders import preference
from recipes_data.errors import TableError, UsageError
from tests.views.worlds import Generated, Rows, World, with_datasets

HERE = {"fetch": True}


def compared(prompt: Rows, a: str, b: str, label: str = "A") -> dict[str, Any]:
    said = [[{"role": "assistant", "content": text}] for text in (a, b)]
    return {"prompt_conversation": prompt, "completion_A": said[0], "completion_B": said[1], "label": label}


def user(text: str) -> Rows:
    return [{"role": "user", "content": text}]


# --- hh-rlhf


def restated_turns(text: str) -> Rows:
    """Requirements 1.3: split on the two words, strip; what stands before the first is left out if blank."""
    parts = re.split(r"(Human:|Assistant:)", text)
    parts = parts if parts[0].strip() else parts[1:]
    turns = []
    for n in range(0, len(parts) - 1, 2):
        role = {"Human:": "user", "Assistant:": "assistant"}.get(parts[n].strip())
        if role:
            turns.append({"role": role, "content": parts[n + 1].strip()})
    return turns


def restated_hhh(rows: Any) -> Rows:
    found = []
    for row in rows:
        a, b = restated_turns(row["chosen"]), restated_turns(row["rejected"])
        if len(a) == len(b) and [x == y for x, y in zip(a, b, strict=True)] == [True] * (len(a) - 1) + [False]:
            found.append(
                {"prompt_conversation": a[:-1], "completion_A": [a[-1]], "completion_B": [b[-1]], "label": "A"}
            )
    return found


def test_hhh_is_both_splits_shuffled_and_a_part_of_one(generated: Generated) -> None:
    train, test = preference.hhh(test_size=12, **HERE)
    theirs = {
        s: generated.read("json", "Anthropic/hh-rlhf", f"h*/{s}.jsonl.gz").shuffle(seed=0) for s in ("train", "test")
    }
    assert list(train) == restated_hhh(theirs["train"])
    assert list(test) == restated_hhh(theirs["test"].take(12))
    assert dict(train.report.dropped) == {
        "the conversations are not equally long": 2,
        "the conversations differ before their last message": 1,
    }
    assert train.report.rows == 36


def test_conversations_that_do_not_match_are_dropped_each_for_its_reason(world: World) -> None:
    good = "\n\nHuman: Hi\n\nAssistant: "
    pairs = [
        (good + "yes", good + "no"),
        (good + "same", good + "same "),
        ("Hi there. Human: x Assistant: a", "Hi there. Human: x Assistant: b"),
        ("no turn at all", "none here"),
        (good + "a Human: b", good + "a"),
        ("\n\nHuman: x\n\nAssistant: a", "\n\nHuman: y\n\nAssistant: b"),
        ("Human: only", "Human: one"),
        ("", ""),
        (good, good + "x"),
        ("Assistant: I begin. Human: a", "Assistant: I begin. Human: b"),
    ] * 2
    rows = [{"chosen": a, "rejected": b} for a, b in pairs]
    world.write("hh_rlhf", {"default": {"train": rows, "test": rows}}, format="jsonl.gz", shards=1)
    train, test = preference.hhh(test_size=15)
    theirs = world.datasets("hh_rlhf", "default", "train").shuffle(seed=0)
    assert list(train) == restated_hhh(theirs)
    assert list(test) == restated_hhh(theirs.take(15))
    assert dict(train.report.dropped) == {
        "the conversations are not equally long": 2,
        "the conversations are the same": 2,
        "the conversations differ before their last message": 8,
    }
    assert list(train.batches(4)) == [restated_hhh(theirs.select(range(n, n + 4))) for n in range(0, 20, 4)]
    kept = restated_hhh(theirs)
    assert list(train.batches(4, by_rows=False)) == [kept[:4], kept[4:]]


def test_a_test_set_of_fewer_rows_is_an_error_where_some_datasets_give_what_there_is(generated: Generated) -> None:
    assert len(generated.read("json", "Anthropic/hh-rlhf", "h*/test.jsonl.gz")) == 16
    for view, rows in ((preference.hhh, 16), (preference.helpsteer3, 11)):
        with pytest.raises(UsageError, match=f"the test set is the first 1,024 of {rows} rows"):
            view(**HERE)


# --- HelpSteer3, UltraFeedback, Tulu 3 8B


def test_helpsteer3_leaves_out_ties(generated: Generated) -> None:
    train, test = preference.helpsteer3(test_size=10, **HERE)

    def restated(split: str, count: int) -> Rows:
        rows = generated.read("json", "nvidia/HelpSteer3", f"preference/{split}.jsonl.gz").shuffle(seed=0).take(count)
        return [
            compared(row["context"], row["response1"], row["response2"], "A" if row["overall_preference"] < 0 else "B")
            for row in rows
            if row["overall_preference"] != 0
        ]

    assert list(train) == restated("train", 30)
    assert list(test) == restated("validation", 10)
    assert dict(train.report.dropped) == {"a tie": 4}


def test_ultrafeedback_is_shuffled_and_cut(generated: Generated) -> None:
    train, test = preference.ultrafeedback(**HERE)
    theirs = generated.load_dataset("argilla/ultrafeedback-binarized-preferences", split="train").shuffle(seed=0)
    expected = [compared(user(r["instruction"]), r["chosen_response"], r["rejected_response"]) for r in theirs]
    assert list(test) == expected[:1024]
    assert list(train) == expected[1024:]
    assert len(train) == 76


def test_of_tulu3_8b_the_second_message_is_the_answer(generated: Generated) -> None:
    train, test = preference.tulu3_8b(**HERE)
    theirs = generated.load_dataset("allenai/llama-3.1-tulu-3-8b-preference-mixture", split="train").shuffle(seed=0)
    expected = [compared(user(r["prompt"]), r["chosen"][1]["content"], r["rejected"][1]["content"]) for r in theirs]
    assert list(test) == expected[:1024]
    assert list(train) == expected[1024:]


def test_an_answer_that_is_not_there_is_an_error(world: World) -> None:
    turns = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]
    rows = [{"prompt": "x", "chosen": turns, "rejected": turns[:1]}] * 3
    world.write("tulu3_8b_preference", {"default": {"train": rows}}, shards=1)
    train, _ = preference.tulu3_8b(test_size=1)
    with pytest.raises(TableError, match="column 'rejected' has no second message"):
        list(train)


# --- Arena


def restated_arena(rows: Any) -> Rows:
    """Requirements 1.3, Arena, step by step."""
    found = []
    for row in rows:
        sides = []
        for side in (row["conversation_a"], row["conversation_b"]):
            parts = [part for message in side for part in message["content"]]
            texts = (
                [
                    {"role": message["role"], "content": " ".join(part["text"] for part in message["content"])}
                    for message in side
                    if message["content"] and message["role"] in ("user", "assistant")
                ]
                if all(part["type"] == "text" for part in parts)
                else []
            )
            sides.append(texts)
        a, b = sides
        winner = row["winner"] in ("model_a", "model_b")
        if winner and min(len(a), len(b)) >= 2 and a[-1]["role"] == b[-1]["role"] == "assistant":
            label = "A" if row["winner"] == "model_a" else "B"
            found.append({"prompt_conversation": a[:1], "completion_A": a[1:], "completion_B": b[1:], "label": label})
    return found


def test_arena_keeps_what_has_a_winner_and_is_text(generated: Generated) -> None:
    train, test = preference.arena(**HERE)
    theirs = generated.load_dataset("lmarena-ai/arena-human-preference-140k", split="train").shuffle(seed=0)
    assert list(test) == restated_arena(theirs.take(1024))
    assert list(train) == restated_arena(theirs.skip(1024))
    assert train.report.rows + test.report.rows == 1100
    reasons = {**dict(train.report.dropped), **dict(test.report.dropped)}
    assert set(reasons) == {
        "a part that is no text",
        "fewer than two messages",
        "no one winner",
        "the last message is not the assistant's",
    }


def test_odd_conversations_of_the_arena(world: World) -> None:
    def said(role: str, *texts: str) -> dict[str, Any]:
        return {"role": role, "content": [{"type": "text", "text": text} for text in texts]}

    image = {"role": "user", "content": [{"type": "image", "text": None}]}
    plain = [said("user", "q"), said("assistant", "a")]
    sides = [
        plain,
        [said("user", "q", "and", ""), said("assistant", "a"), said("user", "more"), said("assistant", "b")],
        [said("system", "be brief"), *plain],
        [said("user"), *plain],
        [said("user"), said("assistant", "a")],
        [*plain, said("user", "last")],
        [said("assistant", "first"), said("assistant", "second")],
        [image, said("assistant", "a")],
        [],
    ]
    rows = [
        {"winner": winner, "conversation_a": a, "conversation_b": b}
        for a in sides
        for b in sides
        for winner in ("model_a", "model_b", "tie", None)
    ]
    world.write("arena_140k", {"default": {"train": rows}})
    train, test = preference.arena(test_size=50)
    theirs = world.datasets("arena_140k", "default", "train").shuffle(seed=0)
    assert list(test) == restated_arena(theirs.take(50))
    assert list(train) == restated_arena(theirs.skip(50))


# --- HelpSteer2


def restated_helpsteer2(rows: Any) -> Any:
    """Requirements 1.3: groups by prompt in first-seen order, the best and the worst of a stable sort."""
    groups: dict[str, Rows] = {}
    for row in rows:
        groups[row["prompt"]] = [*groups.get(row["prompt"], []), row]
    pairs = []
    for prompt, group in groups.items():
        group.sort(key=lambda row: -row["helpfulness"])
        if len(group) > 1 and group[0]["helpfulness"] > group[-1]["helpfulness"]:
            pairs.append({"prompt": prompt, "best": group[0]["response"], "worst": group[-1]["response"]})
    return with_datasets().Dataset.from_list(pairs).shuffle(seed=0)


def test_helpsteer2_pairs_the_best_and_the_worst_answer(generated: Generated) -> None:
    train, test = preference.helpsteer2(**HERE)
    theirs = restated_helpsteer2(generated.read("json", "nvidia/HelpSteer2", "train.jsonl.gz"))
    expected = [compared(user(row["prompt"]), row["best"], row["worst"]) for row in theirs]
    assert list(test) == expected[: len(expected) // 10]
    assert list(train) == expected[len(expected) // 10 :]
    assert len(test) == 1
    assert train.pin.dataset == "helpsteer2"


def test_equally_helpful_answers_stay_in_their_order(world: World) -> None:
    rows = [{"prompt": f"p{n % 40}", "response": f"r{n}", "helpfulness": (n * 7 + n // 40) % 3} for n in range(130)]
    world.write("helpsteer2", {"default": {"train": rows}})
    train, test = preference.helpsteer2()
    theirs = restated_helpsteer2(rows)
    expected = [compared(user(row["prompt"]), row["best"], row["worst"]) for row in theirs]
    assert [*test, *train] == expected
    assert len(test) == len(expected) // 10 > 1


@pytest.mark.parametrize(
    ("helpful", "fault"), [(3, "0 pairs"), (None, "column 'helpfulness' is None, not a number")], ids=["ties", "none"]
)
def test_pairs_that_cannot_be_had_are_an_error(world: World, helpful: int | None, fault: str) -> None:
    rows = [{"prompt": f"p{n % 40}", "response": f"r{n}", "helpfulness": helpful if n else 3} for n in range(130)]
    world.write("helpsteer2", {"default": {"train": rows}}, shards=1)
    with pytest.raises(TableError, match=fault):
        preference.helpsteer2()
