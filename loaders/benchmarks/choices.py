"""The only home of the benchmarks of multiple choice in one table: MMLU-Pro, GPQA, SuperGPQA, LongBench v2.

Source: eval/benchmarks/{mmlu_pro,gpqa,supergpqa,_longbench}.py of the Tinker Cookbook, as they were in August 2026. A
question whose answer is none of its choices is an error: the benchmarks would ask it, and count every reply as wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from loaders.benchmarks.limiting import SEED, example_id, first_of, limited
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import Choice, Drop
from loaders.shapes.choice import letter
from loaders.viewing import Where, column, first_column, need_columns, rows_of, rows_of_first
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["gpqa", "lettered", "longbench", "mmlu_pro", "one_of", "supergpqa"]

_LETTERS = ("A", "B", "C", "D")
_WRONG = tuple(f"Incorrect Answer {number}" for number in (1, 2, 3))


def mmlu_pro(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Choice]:
    """MMLU-Pro's test set; a limited one is drawn with 42. `subject` is the category."""
    every = rows_of("mmlu_pro", None, "test", (), **where)
    for names in (("question", "input"), ("options", "choices"), ("answer_index", "answer")):
        first_column(every, names)
    rows, left = limited(every, max_examples, SEED)
    return records(rows, Choice, _mmlu_pro, drops=False, before=left)


def supergpqa(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Choice]:
    """SuperGPQA; a limited one is drawn with 42. `subject` is the discipline.

    A row without question, options or letter is dropped, as there.
    """
    every = rows_of("supergpqa", None, "train", ("question", "options", "answer_letter", "discipline"), **where)
    rows, left = limited(every, max_examples, SEED)
    return records(rows, Choice, _supergpqa, before=left)


def gpqa(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Choice]:
    """GPQA's diamond questions in file order.

    Kept as the benchmark has it: choices are not shuffled, and the right one stands first, so that every answer is
    "A", and a model that always says so scores all. To ask fairly, put each question's choices into an order of your
    own before you ask. Where the table has columns `Choice...` (or `choice_a` to `choice_d`), these are the choices in
    the order of their names; where it has `Answer`, that is the right one, as a letter or in its words. Wrong answers
    that are empty are left out, and a right one that is none of the choices drops the row, as there.

    Raises (when a record is read):
        TableError: a right answer that is empty, or just reads "A", "B", "C" or "D", which the benchmark would take
            for a letter.
    """
    every = rows_of("gpqa", "gpqa_diamond", "train", ("Question",), **where)
    if not _choice_columns(every.columns):
        need_columns(every, ("Correct Answer", *_WRONG))
    first_column(every, ("Answer", "Correct Answer"))
    rows, left = limited(every, max_examples)
    return records(rows, Choice, _gpqa, before=left)


def longbench(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Choice]:
    """LongBench v2, of its split `test` where it has one, else `train`; a limited one is drawn with 42.

    `context` is the text that is asked about, `subject` its domain. A row without question or text is dropped, as
    there. To count the records all texts are read once.

    Raises (when a record is read):
        TableError: a question without choices, or whose answer is no letter of one: the benchmark would look for the
            words of the answer in the reply.
    """
    every = rows_of_first("longbench_v2", ("test", "train"), ("context", "answer"), **where)
    for names in (("question", "input"), ("domain", "dataset")):
        first_column(every, names)
    need_columns(every, [f"choice_{one}" for one in _LETTERS])
    rows, left = limited(every, max_examples, SEED)
    return records(rows, Choice, _longbench, before=left)


def lettered(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """The choices in these columns, without empty ones at their end.

    Raises:
        TableError: one is empty before one that is not: the benchmarks close the gap, and the letters after it move.
    """
    found = [row[name] for name in names]
    while found and not found[-1]:
        found.pop()
    if not all(found):
        gap = names[next(place for place, choice in enumerate(found) if not choice)]
        raise TableError(f"the choice {gap!r} is empty, and others follow: which letter is meant is not known")
    return found


def one_of(choices: Sequence[Any], answer: str) -> str:
    """The letter, in capitals and without spaces around it.

    Raises:
        TableError: it is not the letter of one of the choices.
    """
    found = answer.strip().upper()
    if len(found) != 1 or not "A" <= found <= "Z" or ord(found) - ord("A") >= len(choices):
        raise TableError(f"the answer is {answer!r:.60}, none of {len(choices)} choices: no reply could be right")
    return found


def _mmlu_pro(row: Row) -> Choice:
    question, choices = first_of(row, "question", "input"), first_of(row, "options", "choices") or []
    answer = first_of(row, "answer_index", "answer")
    expected = letter(answer) if type(answer) is int else str(answer)
    made: Choice = {"question": question, "choices": choices, "answer": one_of(choices, expected)}
    if isinstance(row.get("category"), str):
        made["subject"] = row["category"]
    made["key"] = example_id("mmlu_pro", str(question), row.get("question_id"))
    return made


def _supergpqa(row: Row) -> Choice | Drop:
    for name in ("question", "options", "answer_letter"):
        if not row[name]:
            return Drop(f"no {name}")
    question = column(row, "question")
    made: Choice = {
        "question": question,
        "choices": row["options"],
        "answer": one_of(row["options"], column(row, "answer_letter")),
        "key": row.get("uuid") or example_id("supergpqa", question),
    }
    if row["discipline"]:
        made["subject"] = row["discipline"]
    return made


def _choice_columns(names: Sequence[str]) -> list[str]:
    lower = {f"choice_{one.lower()}" for one in _LETTERS}
    return sorted(name for name in names if name.startswith("Choice") or name in lower)


def _gpqa(row: Row) -> Choice | Drop:
    question, own = column(row, "Question"), _choice_columns(list(row))
    right = str(first_of(row, "Answer", "Correct Answer") or "").strip()
    names = own or ["Correct Answer", *_WRONG]
    choices = [column(row, name) for name in names if row[name]]
    if not right or (right in _LETTERS and not own and "Answer" not in row):
        raise TableError(f"the right answer reads {right!r}: the benchmark would take it for a letter, or for none")
    if right in _LETTERS:
        answer = right
    else:
        found = [number for number, choice in enumerate(choices) if choice.strip() == right]
        if not found:
            return Drop("the right answer is none of the choices")
        answer = letter(found[0])
    return {
        "question": question,
        "choices": choices,
        "answer": one_of(choices, answer),
        "key": example_id("gpqa", question),
    }


def _longbench(row: Row) -> Choice | Drop:
    question, context = first_of(row, "question", "input"), row["context"]
    if not question or not context:
        return Drop("no question" if not question else "no context")
    choices = lettered(row, [f"choice_{one}" for one in _LETTERS])
    return {
        "question": question,
        "choices": choices,
        "answer": one_of(choices, column(row, "answer")),
        "subject": str(first_of(row, "domain", "dataset")),
        "context": context,
        "key": example_id("longbench", question),
    }
