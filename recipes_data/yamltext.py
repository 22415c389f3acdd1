"""The only home of YAML: text to plain values, with the line of every path and YAML's traps made visible.

Only the safe subset is read: no tags, no merge keys, no aliases (an alias can blow a small file up
beyond memory), keys are text. Format: YAML 1.1 as PyYAML reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from recipes_data.values import value

__all__ = ["MAX_CHARACTERS", "Document", "Fault", "Odd", "PathKey", "first_of", "read_yaml", "short", "show_path"]

PathKey = tuple[str | int, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_CHARACTERS = 1_000_000
_MAX_VALUES = 30_000  # keys and values together
_MAX_KEY = 250  # characters: every fault below a key repeats it
_MAX_NUMBER = 100  # characters: to read a number takes the square of its length
_MAX_FAULTS = 50
_MAX_SHOWN = 600  # characters of one text in a message
_MAX_DEPTH = 40  # a manifest needs eight; far more would exhaust the interpreter's stack
_PLAIN_INT = re.compile(r"[-+]?(0|[1-9][0-9_]*)\Z")


@value
class Fault:
    """One thing that is wrong in a file: `line` counts from 1, `path` is `a.b[0].c` or empty."""

    line: int
    path: str
    what: str


class Document:
    """Plain values (`value`), with the line of every path and the raw text of retyped scalars.

    `raw` holds a path only where YAML made something else than text of an unquoted scalar: a number,
    a truth value, null, or an `Odd`.
    """

    __slots__ = ("faults", "lines", "raw", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self.lines: dict[PathKey, int] = {}
        self.raw: dict[PathKey, str] = {}
        self.faults: list[Fault] = []

    def line_of(self, path: PathKey) -> int:
        """Line of the nearest enclosing thing that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Document:
    """Values, lines and faults of a text. Never raises: what is wrong stands in `faults`."""
    document = Document()
    if len(text) > MAX_CHARACTERS:
        what = f"the file has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}"
        document.faults.append(Fault(1, "", what))
        return document
    try:
        document.faults.extend(_unread(text))
        if document.faults:
            return document
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as exc:
        mark: yaml.Mark | None = exc.problem_mark or exc.context_mark
        # libyaml may point behind the last line
        line = 1 if mark is None else min(mark.line, text.count("\n")) + 1
        document.faults.append(Fault(line, "", f"not YAML: {exc.problem or exc.context}"))
        return document
    except (yaml.YAMLError, UnicodeError) as exc:
        document.faults.append(Fault(1, "", f"not YAML: {_first_line(exc)}"))
        return document
    if node is None:
        document.faults.append(Fault(1, "", "the file is empty"))
        return document
    document.value = _build(node, (), document)
    return document


def _unread(text: str) -> list[Fault]:
    """Faults for what is left out of YAML on purpose, found before any value is built."""
    faults: list[Fault] = []
    depth = values = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            what = f"alias *{event.anchor}: write the value out, aliases are not read"
            faults.append(Fault(line, "", what))
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            faults.append(Fault(line, "", f"the tag {_short_tag(event.tag)}: write the plain value, tags are not read"))
        values += isinstance(event, yaml.NodeEvent)
        if values > _MAX_VALUES:
            return [*faults, Fault(line, "", f"more than {_MAX_VALUES:,} keys and values")]
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                return [*faults, Fault(line, "", f"nested deeper than {_MAX_DEPTH} levels")]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return faults


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!", 1)


def _first_line(exc: Exception) -> str:
    return str(exc).partition("\n")[0]


def _build(node: yaml.Node, path: PathKey, out: Document) -> Any:
    line = node.start_mark.line + 1
    out.lines.setdefault(path, line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, out)
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, index), out) for index, child in enumerate(node.value)]
    return _scalar(node, path, out)


def _mapping(node: yaml.MappingNode, path: PathKey, out: Document) -> Mapping[str, Any]:
    result: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            out.faults.append(Fault(line, show_path(path), "a key must be plain text"))
            continue
        key = str(key_node.value)
        if key_node.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"):
            what = f"the key {short(key)} is not text to YAML: put it in quotes"
            out.faults.append(Fault(line, show_path((*path, short(key))), what))
        if key_node.tag == "tag:yaml.org,2002:merge":
            out.faults.append(Fault(line, show_path(path), "merge keys (<<) are not read"))
            continue
        if len(key) > _MAX_KEY:
            what = f"a key of {len(key):,} characters ({short(key)}); the limit is {_MAX_KEY}"
            out.faults.append(Fault(line, show_path(path), what))
            continue
        if key in first:
            out.faults.append(
                Fault(line, show_path((*path, key)), f"the key {key!r} stands twice (first on line {first[key]})")
            )
            continue
        first[key] = line
        out.lines[(*path, key)] = line
        result[key] = _build(value_node, (*path, key), out)
    return result


def _scalar(node: yaml.Node, path: PathKey, out: Document) -> Any:
    text = str(node.value)
    if node.tag == "tag:yaml.org,2002:str":
        return text
    if len(text) > _MAX_NUMBER:
        what = f"{short(text)} cannot be read as a number or a date; put it in quotes"
        out.faults.append(Fault(node.start_mark.line + 1, show_path(path), what))
        return None
    try:
        value = _Loader("").construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError) as exc:
        what = f"{text} cannot be read ({_first_line(exc)}); put it in quotes"
        out.faults.append(Fault(node.start_mark.line + 1, show_path(path), what))
        return None
    if text or value is not None:
        out.raw[path] = text
    if not isinstance(value, (bool, int, float, type(None))):
        # dates and the like: the schema asks for text or a number, never for these
        return Odd("a date", text)
    if isinstance(value, int) and not isinstance(value, bool) and not _PLAIN_INT.match(text):
        # 010 is 8, 0x10 is 16 and 1:30 is 90 to YAML; nobody means that in a manifest
        return Odd(f"the number {value}", text)
    return value


@value
class Odd:
    """A scalar that YAML turned into something no manifest field takes: a date, 010 as 8."""

    kind: str
    text: str


def show_path(path: PathKey) -> str:
    """`configs.main.splits.train.files[0]`."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else (f".{part}" if shown else part)
    return shown


def short(text: str) -> str:
    """The text, cut where a message would be too long for a screen."""
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}... ({len(text):,} characters)"


def first_of(faults: list[str]) -> list[str]:
    """The first fifty, and how many more there are."""
    more = len(faults) - _MAX_FAULTS
    return faults if more <= 0 else [*faults[:_MAX_FAULTS], f"and {more:,} more"]
