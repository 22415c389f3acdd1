"""The only home of the single rows that the Inkling samples look for: a stop sign, an utterance, a problem.

Source: scripts/inkling/sample_{vision,audio,reasoning}.py of the Tinker Cookbook, as they were in August 2026.
"""

from __future__ import annotations

from typing import Unpack

from loaders.recording import records
from loaders.shapes import LabelledImage, Problem
from loaders.viewing import Where, column, rows_of
from loaders.vlm_classifier import Labelled, labels
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.cells import bytes_of
from recipes_data.tables.shards import Row

__all__ = ["audio", "reasoning", "vision"]


def vision(label: str = "stop_sign", **where: Unpack[Where]) -> LabelledImage:
    """The first image of Caltech 101's test split of this class, which is named as the dataset names it.

    Raises:
        UsageError: there is no such class.
        TableError: no image is of it.
    """
    rows = rows_of("caltech101", None, "test", ("image", "label"), **where)
    names = rows.features["label"].names
    if label not in names:
        raise UsageError(f"caltech101 has no class {label!r}", f"there is: {', '.join(names[:20]) or 'none'}")
    places = [place for place, number in enumerate(labels(rows)) if number == names.index(label)]
    if not places:
        raise TableError(f"none of {len(rows):,} images is of the class {label!r}")
    return records(rows.select(places[:1]), LabelledImage, Labelled(names))[0]


def audio(id: str = "1272-128104-0000", **where: Unpack[Where]) -> bytes:
    """The file, as it is, of the utterance of this id in the small LibriSpeech, `validation` of its config `clean`.

    Raises:
        UsageError: there is no such utterance.
        TableError: its cell has no bytes.
    """
    rows = rows_of("librispeech_dummy", "clean", "validation", ("id", "audio"), **where)
    found = next((row for row in rows if row["id"] == id), None)
    if found is None:
        raise UsageError(f"none of {len(rows):,} utterances is {id!r}", f"the first is {rows[0]['id']!r}")
    content, _ = bytes_of(found["audio"] or {})
    return content


def reasoning(problem_number: int = 26, **where: Unpack[Where]) -> Problem:
    """The problem of AIME 2025 whose `problem_idx` is this number, and its answer, a whole number.

    Raises:
        UsageError: there is none.
        TableError: there are several, or its answer is no whole number.
    """
    rows = rows_of("aime_2025", None, "train", ("problem_idx", "problem", "answer"), **where)
    found = rows.filter(lambda row: row["problem_idx"] == problem_number)
    if not len(found):
        raise UsageError(f"none of {len(rows):,} problems has the number {problem_number}", "they are counted from 1")
    if len(found) > 1:
        raise TableError(f"{len(found)} problems have the number {problem_number}")
    return records(found, Problem, _problem)[0]


def _problem(row: Row) -> Problem:
    try:
        answer = int(row["answer"])
    except (TypeError, ValueError) as exc:
        raise TableError(f"its answer is {row['answer']!r:.60}, no whole number") from exc
    return {"problem": column(row, "problem"), "answer": str(answer), "key": row["problem_idx"]}
