"""The only home of rows as a page of a notebook shows them: a few of them, cut short, every character escaped."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from recipes_data.wording import counted

__all__ = ["lines_html", "records_html", "table_html"]

_CELL_CHARACTERS = 160
_ITEMS = 8
_COLUMNS = 30


def table_html(title: str, types: Mapping[str, str], rows: Sequence[Mapping[str, Any]], total: int) -> str:
    """An HTML table of `rows`, the first of `total`; nothing in it is longer than a screen, whatever a cell holds."""
    names = list(types)[:_COLUMNS]
    heads = "".join(f"<th>{_text(name)}<br><small>{_text(types[name])}</small></th>" for name in names)
    lines = "".join("<tr>" + "".join(f"<td>{_cell(row[name])}</td>" for name in names) + "</tr>" for row in rows)
    more = [counted(total - len(rows), "more row")] if total > len(rows) else []
    more += [counted(len(types) - len(names), "more column")] if len(types) > len(names) else []
    foot = f"<p><small>{'; '.join(more)}</small></p>" if more else ""
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    return f"<div><p>{_text(title, 400)}</p>{table}{foot}</div>"


def lines_html(title: str, head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """An HTML table of texts, one line for each thing that `title` is made of."""
    heads = "".join(f"<th>{_text(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div><p>{_text(title, 400)}</p>{table}</div>"


def records_html(title: str, records: Sequence[Mapping[str, Any]], total: int) -> str:
    """An HTML table of records, the first of `total`; a field that one of them does not have is empty in its line."""
    fields: dict[str, str] = {}
    for record in records:
        fields |= {name: type(found).__name__ for name, found in record.items() if name not in fields}
    return table_html(title, fields, [{name: record.get(name, "") for name in fields} for record in records], total)


def _cell(value: Any) -> str:
    return _text(_shown(value, 3))


def _shown(value: Any, depth: int) -> str:
    """A value in a few words: no more of it is written out than is shown."""
    if isinstance(value, str):
        return (
            value if len(value) <= _CELL_CHARACTERS else value[:_CELL_CHARACTERS] + f"... ({len(value):,} characters)"
        )
    if isinstance(value, bytes):
        return counted(len(value), "byte")
    if isinstance(value, (list, dict)) and depth == 0:
        return "..."
    if isinstance(value, list):
        more = f", ... ({counted(len(value), 'item')})" if len(value) > _ITEMS else ""
        return "[" + ", ".join(_shown(item, depth - 1) for item in value[:_ITEMS]) + more + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_shown(value[name], depth - 1)}" for name in list(value)[:_ITEMS]) + "}"
    return repr(value)


def _text(text: str, limit: int = _CELL_CHARACTERS + 40) -> str:
    shown = text if len(text) <= limit else text[:limit] + "..."
    # half of a surrogate pair cannot be written to a page
    return html.escape(shown.encode("utf-8", "replace").decode("utf-8"))
