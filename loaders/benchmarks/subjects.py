"""The only home of the benchmarks that are joined of one config a subject: MMLU-Redux and C-Eval.

Source: eval/benchmarks/{mmlu_redux,ceval}.py of the Tinker Cookbook, as they were in August 2026. There a subject that
cannot be loaded is passed over, and the score is that of the others; here it is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Unpack

from loaders.benchmarks.choices import lettered, one_of
from loaders.benchmarks.limiting import example_id, limited_list
from loaders.joining import concatenate
from loaders.recorded import Records
from loaders.recording import records
from loaders.rows import Rows
from loaders.shapes import Choice, Drop
from loaders.shapes.choice import letter
from loaders.viewing import Where, column, rows_of_each
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["CEVAL", "KEYED", "MMLU_REDUX", "ceval", "mmlu_redux"]


def _subjects(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MMLU_REDUX = _subjects(
    """
    anatomy astronomy business_ethics clinical_knowledge college_chemistry college_computer_science
    college_mathematics college_medicine college_physics conceptual_physics econometrics electrical_engineering
    formal_logic global_facts high_school_chemistry high_school_geography high_school_macroeconomics
    high_school_mathematics high_school_physics high_school_statistics high_school_us_history human_aging
    logical_fallacies machine_learning miscellaneous philosophy professional_accounting professional_law
    public_relations virology
    """
)
"""The configs of `edinburgh-dawg/mmlu-redux` that are asked, in this order."""

CEVAL = _subjects(
    """
    computer_network operating_system computer_architecture college_programming college_physics college_chemistry
    advanced_mathematics probability_and_statistics discrete_mathematics electrical_engineer metrology_engineer
    high_school_mathematics high_school_physics high_school_chemistry high_school_biology middle_school_mathematics
    middle_school_biology middle_school_physics middle_school_chemistry veterinary_medicine college_economics
    business_administration marxism mao_zedong_thought education_science teacher_qualification high_school_politics
    high_school_geography middle_school_politics middle_school_geography modern_chinese_history
    ideological_and_moral_cultivation logic law chinese_language_and_literature art_studies professional_tour_guide
    legal_professional high_school_chinese high_school_history middle_school_history civil_servant sports_science
    plant_protection basic_medicine clinical_medicine urban_and_rural_planner accountant fire_engineer
    environmental_impact_assessment_engineer tax_accountant physician
    """
)
"""The configs of `ceval/ceval-exam` that are asked, in this order."""

_SUBJECT = "_subject"
_LETTERS = ("A", "B", "C", "D")
_SOUND = "mmlu_redux.sound"


def mmlu_redux(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Choice]:
    """The sound questions of MMLU-Redux (`error_type` is "ok"), subject after subject.

    If there are more than `max_examples`, these are the first of all sound ones once Python shuffled them with 42. A
    row without question or choices is dropped, as there; `report` counts what is not sound.

    Raises:
        UnknownNameError, NotFetchedError: a subject is not to be had; the benchmark would go on without it.
        TableError: a subject has no `error_type` (the benchmark would take all of it for sound), or no sound question
            (the score would be that of the others).
    """
    read = ("question", "choices", "answer", "error_type")
    every = _joined("mmlu_redux", MMLU_REDUX, "test", read, where)
    sound = every.filter(_is_sound, key=_SOUND)
    _need_each_sound(sound)
    rows, left = limited_list(sound, max_examples)
    return records(rows, Choice, _redux, before={"error_type is not ok": len(every) - len(sound), **left})


def ceval(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Choice]:
    """C-Eval's validation sets, subject after subject.

    If there are more than `max_examples`, these are the first once Python shuffled all with 42. A row without question
    or answer, or with fewer than two choices, is dropped, as there.

    Raises:
        UnknownNameError, NotFetchedError: a subject is not to be had; the benchmark would go on without it.
    """
    every = _joined("ceval", CEVAL, "val", ("question", *_LETTERS, "answer"), where)
    rows, left = limited_list(every, max_examples)
    return records(rows, Choice, _ceval, before=left)


def _joined(name: str, subjects: Sequence[str], split: str, read: Sequence[str], where: Where) -> Rows:
    """The rows of all subjects, these columns alone, with the subject in `_subject`."""
    every = rows_of_each(name, [(subject, split) for subject in subjects], read, **where)
    return concatenate(
        [
            rows.select_columns(read).map(_Tag(subject), key=_tag_key(name, subject))
            for subject, rows in zip(subjects, every, strict=True)
        ]
    )


def _need_each_sound(sound: Rows) -> None:
    there = {row[_SUBJECT] for row in sound.select_columns(_SUBJECT)}
    missing = [subject for subject in MMLU_REDUX if subject not in there]
    if missing:
        score = f"the score would be of {len(there)} subjects, not of {len(MMLU_REDUX)}"
        what = f"mmlu_redux has no sound question in {', '.join(missing)}: {score}"
        raise TableError(what, "see what is locked: recipes-data show mmlu_redux")


def _tag_key(name: str, subject: str) -> str:
    return f"{name}.{subject}"


class _Tag:
    """Says of every row which subject it is of."""

    def __init__(self, subject: str) -> None:
        self._subject = subject

    def __call__(self, row: Row) -> dict[str, str]:  # noqa: ARG002  # called with each row
        return {_SUBJECT: self._subject}


def _is_sound(row: Row) -> bool:
    return bool(row["error_type"] == "ok")


def _redux(row: Row) -> Choice | Drop:
    if not row["question"] or not row["choices"]:
        return Drop("no question" if not row["question"] else "no choices")
    answer, question = row["answer"], column(row, "question")
    if isinstance(answer, str) and answer.strip().isdecimal():
        answer = int(answer)
    return {
        "question": question,
        "choices": row["choices"],
        "answer": one_of(row["choices"], letter(answer)),
        "subject": row[_SUBJECT],
        "key": example_id("mmlu_redux", question),
    }


def _ceval(row: Row) -> Choice | Drop:
    if not row["question"] or not row["answer"]:
        return Drop("no question" if not row["question"] else "no answer")
    if sum(bool(row[one]) for one in _LETTERS) < 2:
        return Drop("fewer than two choices")
    question, choices = column(row, "question"), lettered(row, _LETTERS)
    return {
        "question": question,
        "choices": choices,
        "answer": one_of(choices, column(row, "answer")),
        "subject": row[_SUBJECT],
        "key": example_id("ceval", question),
    }


KEYED: dict[str, Callable[..., Any]] = {
    _SOUND: _is_sound,
    **{
        _tag_key(name, subject): _Tag(subject)
        for name, subjects in (("mmlu_redux", MMLU_REDUX), ("ceval", CEVAL))
        for subject in subjects
    },
}
"""What is done here to rows before they become records, by the key that receipts have."""
