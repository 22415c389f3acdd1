"""The only home of Markdown as text: escaping, code spans, tables, counts and lists in plain English.

The dialect is GitHub's (https://github.github.com/gfm/), which every forge and documentation tool reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from recipes_data.wording import counted

__all__ = [
    "NONE_FOUND",
    "anchor",
    "article",
    "bullets",
    "code",
    "codes",
    "fence",
    "listed",
    "number",
    "page",
    "plural",
    "prose",
    "sentence",
    "table",
    "verb",
]

NONE_FOUND = "None found."

_SPACES = re.compile(r"\s+")
_SPECIAL = re.compile(r"[\\`*\[\]<>&|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
# what starts a block where it stands first on a line
_LEADING = re.compile(r"^(?:[-+=#]|\d+[.)](?=\s|$))")
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def prose(text: str) -> str:
    """Text that shows as it is, on one line: what stands between backticks is code, nothing else becomes markup."""
    flat = _SPACES.sub(" ", text).strip()
    parts = _SPAN.split(flat)
    shown = "".join(code(part) if at % 2 else _escaped(part) for at, part in enumerate(parts))
    return _LEADING.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], shown)


def code(text: str) -> str:
    """A code span of one line, whatever stands in the text; safe in a table."""
    flat = _SPACES.sub(" ", text).strip()
    if not flat:
        return ""
    if "|" in flat:
        # a table splits its cells before it looks for code spans, and in a span there are no entities
        return "<code>" + "".join(one if one.isalnum() or one == " " else f"&#{ord(one)};" for one in flat) + "</code>"
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    if not longest:
        return f"`{flat}`"
    ticks = "`" * (longest + 1)
    return f"{ticks} {flat} {ticks}"


def codes(names: Iterable[str], most: int | None = None) -> str:
    """Names as code, in a sentence's list."""
    return listed([code(name) for name in names], most)


def listed(items: Sequence[str], most: int | None = None) -> str:
    """`a, b and c`; of more than `most` the first ones, and how many more there are."""
    if most is not None and len(items) > most + 1:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def number(count: int) -> str:
    """A count in a sentence: words up to twelve, digits in groups of three from there."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def article(word: str) -> str:
    """`a Python`, `an Elixir`."""
    return f"an {word}" if word[:1].lower() in "aeiou" else f"a {word}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 recipe`, `2 recipes`, `no recipes`; `many` where it is not `one` with an s."""
    said = counted(count, one, many or "")
    return said if count else said.replace("0", number(0), 1)


def verb(count: int, one: str, many: str) -> str:
    """The form of a verb (or of any word) that goes with a count."""
    return one if count == 1 else many


def sentence(text: str) -> str:
    """The text with a capital at its start and one full stop at its end."""
    trimmed = text.strip()
    if not trimmed:
        return ""
    # a name at the start (`openai/gsm8k`, `load_dataset`) stays as it is
    first = trimmed.split(maxsplit=1)[0].rstrip(",;:.")
    start = trimmed[0].upper() + trimmed[1:] if first.replace("-", "").isalpha() and first.islower() else trimmed
    return start if start.endswith((".", "?", "!", ":")) else start + "."


def bullets(items: Iterable[str], numbered: bool = False) -> str:
    """A list, one item a line; `None found.` where there is nothing."""
    lines = [f"{f'{index}.' if numbered else '-'} {item}" for index, item in enumerate(items, 1)]
    return "\n".join(lines) or NONE_FOUND


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; `None found.` without rows."""
    lines = ["| " + " | ".join(cell or "-" for cell in row) + " |" for row in rows]
    if not lines:
        return NONE_FOUND
    return "\n".join(["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings), *lines])


def fence(text: str, language: str = "") -> str:
    """A code block, fenced by more backticks than stand in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}"


def anchor(title: str) -> str:
    """The fragment under which GitHub shows a heading (of the plain text of the title)."""
    kept = "".join(one for one in title.lower() if one.isalnum() or one in " -_")
    return kept.strip().replace(" ", "-")


def page(title: str, *blocks: str) -> str:
    """A page: its title, and blocks with an empty line between them; empty blocks are left out."""
    return "\n\n".join([f"# {title}", *(block.strip("\n") for block in blocks if block.strip())]) + "\n"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), text)
