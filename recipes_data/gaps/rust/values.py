"""The only home of what a Rust expression can be known to be: its texts, and the type it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recipes_data.gaps.python_client.values import UNKNOWN, Text, Values, all_of, joined, text_of

__all__ = ["NONE", "Val", "either", "formatted", "replaced", "unescaped"]

_FIELD = re.compile(r"\{\{|\}\}|\{(?P<name>\w*)(?::[^{}]*)?\}")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\", "\\'": "'", "\\0": "\0"}


@dataclass(frozen=True, slots=True)
class Val:
    """`texts`: what it can be as a text; `of`: path of its type; `function`: path of the function that it names."""

    texts: Values = UNKNOWN
    of: str | None = None
    function: str | None = None


NONE = Val()


def either(first: Val, second: Val) -> Val:
    """A value that is one or the other."""
    if first == second or second == NONE:
        return first
    if first == NONE:
        return second
    return Val(all_of([first.texts, second.texts]), first.of or second.of, first.function or second.function)


def formatted(template: str, positional: list[Val], named: dict[str, Val]) -> Values:
    """What `format!` makes of a template: `{}`, `{0}`, `{name}`, and names that stand around it."""
    pieces: list[Values] = []
    end = taken = 0
    for found in _FIELD.finditer(template):
        pieces.append(text_of(template[end : found.start()]))
        end = found.end()
        name = found["name"]
        if name is None:
            pieces.append(text_of(found[0][0]))
        elif name == "":
            pieces.append(positional[taken].texts if taken < len(positional) else UNKNOWN)
            taken += 1
        elif name.isdigit():
            pieces.append(positional[int(name)].texts if int(name) < len(positional) else UNKNOWN)
        else:
            pieces.append(named[name].texts if name in named else UNKNOWN)
    return joined([*pieces, text_of(template[end:])])


def replaced(texts: Values, old: Val, new: Val) -> Values:
    """`text.replace(old, new)` where `old` is known."""
    if len(old.texts) != 1 or not isinstance(old.texts[0], Text) or len(old.texts[0].parts) != 1:
        return UNKNOWN
    sought = old.texts[0].parts[0]
    if not isinstance(sought, str):
        return UNKNOWN
    groups: list[Values] = []
    for value in texts:
        if not isinstance(value, Text):
            groups.append((value,))
            continue
        pieces: list[Values] = []
        for part in value.parts:
            if isinstance(part, str):
                split = part.split(sought)
                pieces.append(text_of(split[0]))
                for more in split[1:]:
                    pieces += [new.texts, text_of(more)]
            else:
                pieces.append((part,))
        groups.append(joined(pieces))
    return all_of(groups)


def unescaped(literal: str) -> str:
    """The text of a string literal's content."""
    text = re.sub(r"\\\r?\n\s*", "", literal)  # a line that goes on
    return re.sub(r"\\.", lambda found: _ESCAPES.get(found[0], found[0]), text)
