"""Shapes of records: what fits, and what a record that does not fit is told."""

from __future__ import annotations

from typing import Any, NotRequired, Required, TypedDict

import numpy as np
import pytest

from loaders.shapes import (
    AgentTask,
    AudioClip,
    AudioFile,
    Chat,
    Choice,
    CodeTask,
    Comparison,
    Instructions,
    LabelledImage,
    Problem,
    Prompt,
    QuestionAnswers,
    Rubric,
    shape_of,
)
from loaders.shapes.choice import letter
from loaders.shapes.shape import fitting
from recipes_data.errors import TableError, UsageError

USER = {"role": "user", "content": "Hi"}
TEST = {"input": "1", "output": "2", "testtype": "stdin_stdout", "metadata": {"func_name": None}}
FITTING: dict[type, dict[str, Any]] = {
    Chat: {"messages": [USER, {"role": "assistant", "content": [{"type": "text", "text": "Ho"}]}], "source": "made"},
    Problem: {"problem": "1 + 1?", "answer": "2", "source": "made", "key": "m_1"},
    CodeTask: {"problem": "Add.", "tests": [TEST], "starter_code": None, "difficulty": "easy", "key": 3},
    Comparison: {"prompt_conversation": [USER], "completion_A": [USER], "completion_B": [], "label": "Tie"},
    Choice: {
        "question": "Which?",
        "choices": ["one", "two"],
        "answer": "B",
        "subject": "made",
        "context": "One and two.",
        "key": "m_1",
    },
    QuestionAnswers: {"question": "Who?", "answers": ["she", "her"], "data_source": "made"},
    Prompt: {"prompt": "Say", "answer": "Said", "source": "made", "key": "m_1"},
    Rubric: {
        "convo": [USER],
        "criteria": "Is it?",
        "scores": ["no", "yes"],
        "reference_answer": "It is.",
        "rubrics": ["text"],
        "extraction_pattern": "(.*)",
    },
    Instructions: {"prompt": "Do", "instruction_ids": ["a:b"], "kwargs": [{"n": 1}], "key": 7},
    LabelledImage: {"image": {"bytes": b"x", "path": None}, "label": 2, "name": "wild cat"},
    AudioFile: {"text": "Hello", "audio": {"bytes": b"x", "path": "a.wav"}, "emotion": "happy", "key": "ex01"},
    AudioClip: {
        "text": "Hello",
        "samples": np.zeros(4, np.float32),
        "sampling_rate": 16_000,
        "entities": ["Hello"],
        "emotion": "glad",
        "key": "m-1",
    },
    AgentTask: {
        "name": "m_1",
        "instruction": "Do it.",
        "files": {"a/b.txt": "text", "c.bin": b"\xff"},
        "config": {"test_script": "true"},
    },
}
OPTIONAL = {
    Chat: {"source"},
    Problem: {"source", "key"},
    CodeTask: {"difficulty", "key"},
    Choice: {"subject", "context", "key"},
    QuestionAnswers: {"data_source"},
    Prompt: {"answer", "source", "key"},
    Instructions: {"key"},
    AudioClip: {"entities", "emotion", "key"},
    AudioFile: {"emotion", "key"},
}
FITS_ELSEWHERE = (("starter_code", None), ("key", 3), ("kwargs", []), ("label", 3), ("sampling_rate", 3))


@pytest.mark.parametrize("kind", FITTING, ids=lambda kind: kind.__name__)
def test_what_fits_is_given_back_with_the_fields_of_the_typed_dict(kind: type) -> None:
    record = FITTING[kind]
    assert fitting(shape_of(kind), record) == record
    assert set(record) == set(kind.__annotations__)
    assert list(fitting(shape_of(kind), dict(reversed(record.items())))) == list(record)


@pytest.mark.parametrize("kind", FITTING, ids=lambda kind: kind.__name__)
def test_only_optional_fields_may_be_absent_and_no_other_may_be_there(kind: type) -> None:
    for name in FITTING[kind]:
        left = {field: value for field, value in FITTING[kind].items() if field != name}
        if name in OPTIONAL.get(kind, ()):
            assert fitting(shape_of(kind), left) == left
        else:
            with pytest.raises(TableError, match=f"{kind.__name__} needs the field '{name}'"):
                fitting(shape_of(kind), left)
    with pytest.raises(TableError, match=f"{kind.__name__} has no field 'other'"):
        fitting(shape_of(kind), {**FITTING[kind], "other": 1})


@pytest.mark.parametrize("kind", FITTING, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("wrong", [3, None, {"a": 1}, [1], b"x"], ids=repr)
def test_what_does_not_fit_names_the_field(kind: type, wrong: Any) -> None:
    refused = 0
    for name in FITTING[kind]:
        if (name, wrong) in FITS_ELSEWHERE or (name == "config" and isinstance(wrong, dict)):
            continue
        with pytest.raises(TableError, match=name):
            fitting(shape_of(kind), {**FITTING[kind], name: wrong})
        refused += 1
    assert refused >= len(FITTING[kind]) - 2


@pytest.mark.parametrize(
    ("kind", "changes", "fault"),
    [
        (Chat, {"messages": [{"role": "user"}]}, "not an object with `role` and `content`"),
        (Chat, {"messages": [{"role": 3, "content": ""}]}, "not an object with `role` and `content`"),
        (Chat, {"messages": [{"role": "user", "content": None}]}, "neither a text nor a list of typed parts"),
        (
            Chat,
            {"messages": [{"role": "user", "content": [{"text": "x"}]}]},
            "neither a text nor a list of typed parts",
        ),
        (CodeTask, {"tests": []}, "'tests' is empty"),
        (CodeTask, {"tests": [{**TEST, "input": 1}]}, r"tests\[0\].input' is int 1, not a text"),
        (CodeTask, {"tests": [{**TEST, "more": 1}]}, r"'tests\[0\]' is no test"),
        (CodeTask, {"tests": [{**TEST, "metadata": None}]}, r"tests\[0\].metadata is no object"),
        (Comparison, {"label": "a"}, "'label' is str 'a', not one of A, B, Tie"),
        (Choice, {"answer": "b"}, "not a letter from A to Z"),
        (Choice, {"answer": "AB"}, "not a letter from A to Z"),
        (Choice, {"choices": ["x", None]}, r"'choices\[1\]' is None, not a text"),
        (Instructions, {"kwargs": []}, "1 instructions, and arguments for 0"),
        (Instructions, {"kwargs": [None]}, "'kwargs' is no list of objects"),
        (LabelledImage, {"image": {"bytes": None, "path": "/etc/passwd"}}, "no bytes .*paths in data are never opened"),
        (LabelledImage, {"image": {"bytes": b"", "path": None}}, "no bytes"),
        (LabelledImage, {"label": -1}, "'label' is -1, not the number of a class"),
        (LabelledImage, {"label": True}, "'label' is True, not the number of a class"),
        (AudioFile, {"audio": {"bytes": b"", "path": "a.wav"}}, "'audio' has no bytes"),
        (AudioFile, {"audio": b"RIFF"}, "'audio' has no bytes"),
        (AudioClip, {"samples": np.zeros(4, np.float64)}, "not float32 samples of one channel"),
        (AudioClip, {"samples": np.zeros((2, 4), np.float32)}, "not float32 samples of one channel"),
        (AudioClip, {"samples": np.zeros(0, np.float32)}, "a clip without sound"),
        (AudioClip, {"sampling_rate": 0}, "'sampling_rate' is 0, not samples a second"),
        (AgentTask, {"name": ""}, "'name' is empty"),
        (AgentTask, {"files": {"../a": ""}}, "the path '../a' leads out"),
        (AgentTask, {"files": {"/a": ""}}, "the path '/a' leads out"),
        (AgentTask, {"files": {"a/../../b": ""}}, "leads out"),
        (AgentTask, {"files": {"a\\b": ""}}, "leads out"),
        (AgentTask, {"files": {"a//b": ""}}, "leads out"),
        (AgentTask, {"files": {"a": 1}}, "'a' is int, neither text nor bytes"),
        (AgentTask, {"config": {1: 2}}, "'config' is dict, not an object"),
    ],
)
def test_odd_values_are_refused(kind: type, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(TableError, match=fault):
        fitting(shape_of(kind), {**FITTING[kind], **changes})


def test_a_message_may_call_a_tool_in_place_of_saying_something() -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"name": "f"}]}
    assert fitting(shape_of(Chat), {"messages": [call]}) == {"messages": [call]}


def test_choices_have_letters() -> None:
    assert [letter(index) for index in (0, 3, 25)] == ["A", "D", "Z"]
    for wrong in (-1, 26, 1.0, True):
        with pytest.raises(TableError, match="has no letter"):
            letter(wrong)  # type: ignore[arg-type]


class Mine(TypedDict):
    text: str
    note: NotRequired[str]


class Partial(TypedDict, total=False):
    text: Required[str]
    note: str


@pytest.mark.parametrize("kind", [Mine, Partial])
def test_a_typed_dict_of_ones_own_has_its_fields_by_name(kind: type) -> None:
    assert fitting(shape_of(kind), {"text": 3}) == {"text": 3}
    assert fitting(shape_of(kind), {"text": 3, "note": None}) == {"text": 3, "note": None}
    with pytest.raises(TableError, match="needs the field 'text'"):
        fitting(shape_of(kind), {"note": ""})


@pytest.mark.parametrize("kind", [dict, str, int])
def test_what_is_no_typed_dict_is_no_kind_of_record(kind: type) -> None:
    with pytest.raises(UsageError, match="is no kind of record"):
        shape_of(kind)
