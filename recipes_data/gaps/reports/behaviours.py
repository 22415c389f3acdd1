"""The only home of the answer to: which cache, authentication, errors, retries are needed, and who has them."""

from __future__ import annotations

from collections.abc import Callable

from recipes_data.gaps.operations import Operation
from recipes_data.gaps.reports.blocks import state_words
from recipes_data.gaps.reports.facts import Facts
from recipes_data.gaps.reports.markdown import bullets, code, codes, listed, prose, table

__all__ = ["behaviours_block"]

_SUBJECTS: tuple[tuple[str, Callable[[Operation], bool]], ...] = (
    ("Cache", lambda row: row.area == "cache"),
    ("Authentication", lambda row: row.area == "auth" or "gated" in row.id),
    ("Errors", lambda row: row.kind == "behaviour" and ("error" in row.id or "renamed" in row.id)),
    ("Retries and rate limits", lambda row: row.area == "files" and ("retries" in row.id or "limit" in row.id)),
    ("Redirects and storage", lambda row: row.area == "files" and row.kind == "behaviour"),
)


def behaviours_block(facts: Facts) -> str:
    """The answer for each subject first, then a row for each behaviour that is needed."""
    shown: list[Operation] = []
    answers = []
    for title, matches in _SUBJECTS:
        rows = [row for row in facts.analysis.operations.rows if matches(row) and row not in shown]
        shown += rows
        answers += [f"**{title}:** {_answer(facts, rows)}."] if rows else []
    needed = [row for row in shown if facts.priority(row.id) != "none"]
    if not needed:
        return bullets(answers)
    clients = [code(client) for client in facts.clients]
    heads = ("Behaviour", "Priority", "What is required", "Shows itself in", *clients)
    return f"{bullets(answers)}\n\n" + table(heads, (_row(facts, row) for row in needed))


def _answer(facts: Facts, rows: list[Operation]) -> str:
    needed = [f"{code(row.id)} ({facts.priority(row.id)})" for row in rows if facts.priority(row.id) != "none"]
    idle = [row.id for row in rows if facts.priority(row.id) == "none"]
    if not needed:
        return f"nothing is needed ({codes(idle)} neither)" if idle else "nothing is needed"
    asked = f"{listed(needed)} {'is' if len(needed) == 1 else 'are'} needed"
    return f"{asked}; {codes(idle)} {'is' if len(idle) == 1 else 'are'} not" if idle else asked


def _row(facts: Facts, row: Operation) -> tuple[str, ...]:
    return (
        f"{code(row.id)}<br>{prose(row.title)}",
        facts.priority(row.id),
        prose(row.notes),
        codes(row.uses, 4),
        *(state_words(facts.state(client, row.id)) for client in facts.clients),
    )
