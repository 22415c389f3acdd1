"""The only home of what a docstring says: its first sentence, the arguments it names, whether it is deprecated."""

from __future__ import annotations

import inspect
import re

__all__ = ["deprecation", "documented_names", "summary"]

_SECTION = re.compile(
    r"^(args|arguments|parameters|params|keyword args|keyword arguments|other parameters|attributes|options)\s*:?\s*$",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\s*[:@](?:param|parameter|arg|argument|key|keyword|ivar)\s+(?:[^:]*?[\s\]])?\*{0,2}(\w+)\s*:")
_ENTRY = re.compile(r"^[-*+]?\s*`{0,2}\*{0,2}(\w+)`{0,2}\s*(?:\([^\n]*\)?|,[^:]*)?\s*(?::|--|\u2013|\u2014|$)")
_ROW = re.compile(r"^((?:\*{0,2}\w+\s*,\s*)*\*{0,2}\w+)\s*(?::.*)?$")
_QUOTED = re.compile(r"`{1,2}\*{0,2}(\w+)`{1,2}")
_DEPRECATED = re.compile(
    r"(?:\.\.\s*deprecated::|<deprecated|^\s*\[?deprecated\]?\s*[:!.(]|^\s*\**deprecated\**\b)",
    re.IGNORECASE | re.MULTILINE,
)


def summary(docstring: str) -> str:
    """The first paragraph's first sentence, on one line."""
    paragraph = " ".join(inspect.cleandoc(docstring).split("\n\n")[0].split())
    end = re.search(r"[.!?](?=\s+[A-Z`*\[(])", paragraph)
    return paragraph[: end.end()] if end else paragraph


def documented_names(docstring: str) -> frozenset[str]:
    """Arguments that a docstring names: in sections (Google, numpy), fields (reStructuredText, Epytext), in quotes."""
    lines = inspect.cleandoc(docstring).split("\n")
    found = set(_QUOTED.findall(docstring))
    for number, line in enumerate(lines):
        field = _FIELD.match(line)
        if field:
            found.add(field[1])
        elif _SECTION.match(line.strip()):
            following = lines[number + 1 : number + 2]
            if following and re.fullmatch(r"\s*[-=~^]{3,}\s*", following[0]):
                found |= _numpy(lines[number + 2 :], _indent(line))
            else:
                found |= _google(lines[number + 1 :], _indent(line))
    return frozenset(found)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _google(lines: list[str], section: int) -> set[str]:
    """Entries of a section: the lines at the depth of its first line."""
    found: set[str] = set()
    depth: int | None = None
    for line in lines:
        if not line.strip():
            continue
        indent = _indent(line)
        if indent <= section:
            break
        if depth is None or indent < depth:
            depth = indent
        if indent == depth:
            entry = _ENTRY.match(line.strip())
            if entry:
                found.add(entry[1])
    return found


def _numpy(lines: list[str], section: int) -> set[str]:
    found: set[str] = set()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line.strip() and re.fullmatch(r"\s*[-=~^]{3,}\s*", following):
            break  # the next section
        if line.strip() and _indent(line) == section:
            row = _ROW.match(line.strip())
            if row:
                found |= {name.strip().lstrip("*") for name in row[1].split(",")}
    return found


def deprecation(docstring: str) -> str | None:
    """The sentence with which a docstring takes the thing back."""
    found = _DEPRECATED.search(inspect.cleandoc(docstring))
    if not found:
        return None
    rest = inspect.cleandoc(docstring)[found.start() :].split("\n\n")[0]
    return " ".join(rest.split())
