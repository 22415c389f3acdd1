"""The only home of what can be checked in an old document: functions, files, figures, versions, ids, read off its text.

Only what names something is taken: a sentence without a name or a figure is nobody's claim to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Line", "Stance", "Statement", "lines_of", "statements_of"]

Kind = Literal["function", "file", "request", "share", "tests-pass", "count", "version", "repository"]
Stance = Literal["there", "not there"]
"""What the document says of the thing: that it exists, or that it is missing or is yet to be made."""

_FENCE = re.compile(r"^\s*(```+|~~~+)")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_SPAN = re.compile(r"(`+)(.+?)\1")
_FUNCTION = re.compile(
    r"(?<![\w.:/\"'@-])((?:[A-Za-z_]\w*(?:\(\))?\.)+[a-z_]\w*[?!]?|[a-z_]\w*(?:::\w+)+)(?:/(\d+)(?!\w)|(?=(\()))?"
)
_BARE = re.compile(r"(?<![\w./:{}#-])([a-z_]\w*[?!]?)/(\d{1,2})(?![\w/.])")
_MODULE_CELL = re.compile(r"\A\s*`?([A-Z]\w*(?:\.[A-Z]\w*)*|[a-z_]\w*(?:::\w+)+)`?\s*\Z")
_LINES = re.compile(r"\A(?::|`? \(lines? )(\d+)(?:-(\d+))?")
_FILE = re.compile(
    r"(?<![\w/:.-])((?:~|\.{1,2})?/?(?:[\w.@-]+/)+[\w.@-]+\.(?:exs?|py|rs|md|toml|ya?ml|lock|json|livemd|cfg|ini|sh))\b"
)
_REQUEST = re.compile(r"\b(GET|HEAD|POST|PUT|PATCH|DELETE)\s+((?:https?://[\w.-]+)?/[\w/{}:.<>*$#-]*)")
_SHARE = re.compile(r"(?<![\w.-])(\d{1,3}(?:\.\d+)?)\s?%")
_SHARE_OF = re.compile(r"complet|parity|cover|done|implement|compatib|pass|finish|ready|support", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:fully|feature|functionally)[- ](?:implemented|complete|compatible)\b|\bfull (?:feature |api )?parity\b"
    r"|\bcomplete (?:implementation|feature parity|api coverage)\b",
    re.IGNORECASE,
)
_TESTS_PASS = re.compile(
    r"\ball\s+(?:\d+\s+)?(?:unit |integration )?tests?\s+(?:are\s+)?(?:now\s+)?(?:pass\w*|green|succeed)\b"
    r"|\b0 failures\b|\btests?:? ✅",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:,\d{3})+|\d{1,5})\+?\s+(?:(?:public|unit|passing|different|distinct|api|http|hub|total)\s+){0,2}"
    r"(endpoints?|functions?|tests?|test cases|modules?|stubs?)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?<![\w.])(~>|>=|==|=|\^)?\s*v?(\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?)(?![\w.%])")
_UP_TO = re.compile(r"\s*(?:to|and|or|up to|-|\u2013)\s*v?(\d+\.\d+(?:\.\d+)?)(?![\w.%])")
_VERSION_WORD = re.compile(r"\b(?:version|release[d]?|v(?=\d))", re.IGNORECASE)
_REPOSITORY = re.compile(r"[\"'`]([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)[\"'`]")
_ARITY = re.compile(r"/\d+\Z")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9*`(])")
_KEYWORD = re.compile(r"[a-z_]\w*[?!]?:\s")
_SOURCE_FILE = re.compile(r"\.(?:exs?|py|rs|md|toml|ya?ml|lock|json|html|txt|sh)\Z")

_ASKED_FOR = re.compile(r"\b(?:does|do)(?:n't| not) exist\w*|\bno such\b|\bmissing\b", re.IGNORECASE)
_NOT_THERE = re.compile(
    r"\bmissing\b|\bnot (?:yet |currently )?(?:implemented|available|supported|there|present|exist\w*)\b"
    r"|\b(?:does|do)(?:n't| not) (?:yet )?(?:exist|have|support|provide|offer)\b|\blacks?\b|\babsent\b|\btodo\b|\btbd\b"
    r"|\bunimplemented\b|\bplanned\b|\bpropos\w+|\bto (?:be )?(?:add(?:ed)?|implement(?:ed)?|creat(?:e|ed)|buil[dt])\b"
    r"|\b(?:should|must|will|would|needs? to) (?:be )?(?:add|implement|creat|provid|expos|support|exist|build|built)\w*"
    r"|\bno such\b|\bgaps?\b|\broadmap\b|\bnew (?:file|module|function)\b|[❌✗🔴⬜]",
    re.IGNORECASE,
)
_THERE = re.compile(r"\b(?:exists?|works?|working|implemented|available|done)\b|[✅✓✔🟢]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document. `code`: it stands in a fence. `headings`: those above it, the outermost first."""

    number: int
    text: str
    code: bool
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One checkable thing that a line says. `subject`: what it is about; `value`: a figure, an arity, a version."""

    kind: Kind
    line: int
    text: str
    subject: str
    value: str
    stance: Stance
    about: str = ""


def lines_of(text: str) -> list[Line]:
    """Lines with what they stand in; heading lines are lines too."""
    found: list[Line] = []
    headings: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
            else:
                found.append(Line(number, line, True, tuple(title for _, title in headings)))
            continue
        if mark:
            fence = mark[1][:3]
            continue
        heading = _HEADING.match(line)
        if heading:
            depth = len(heading[1])
            headings = [*(one for one in headings if one[0] < depth), (depth, heading[2])]
        found.append(Line(number, line, False, tuple(title for _, title in headings)))
    return found


def statements_of(text: str) -> list[Statement]:
    """Everything checkable, each once, in the order of first sight."""
    found: dict[tuple[str, str, str, str], Statement] = {}
    for line in lines_of(text):
        for one in _of_line(line):
            found.setdefault((one.kind, one.subject, one.value, one.stance), one)
    return list(found.values())


def _of_line(line: Line) -> Iterator[Statement]:
    stance = _stance(line)
    about = " ".join((*line.headings, line.text))
    spans = [line.text] if line.code else [span[1] for span in _SPAN.findall(line.text)]
    for span in spans:
        yield from _functions(line, span, stance)
    if not line.code:
        yield from _with_arity(line, stance)
    for found in _FILE.finditer(line.text):
        lines = _LINES.match(line.text[found.end() :])
        shown = found[1] + (f":{_shown_range(lines)}" if lines else "")
        yield Statement("file", line.number, shown, found[1], _range(lines), stance)
    for found in _REQUEST.finditer(line.text):
        # what does not exist where a request is named is what it is asked for
        asked = _stance(line, _ASKED_FOR)
        yield Statement("request", line.number, f"{found[1]} {found[2]}", found[2], found[1], asked)
    for found in _REPOSITORY.finditer(line.text):
        if not _SOURCE_FILE.search(found[1]) and not _ARITY.search(found[1]):
            yield Statement("repository", line.number, found[1], found[1], "", stance, about)
    yield from _versions(line, stance)
    if not line.code:
        for sentence in _SENTENCE.split(line.text):
            yield from _figures(line, sentence, stance, about)


def _figures(line: Line, text: str, stance: Stance, about: str) -> Iterator[Statement]:
    shown = _short(text)
    shares = [found for found in _SHARE.finditer(text) if _SHARE_OF.search(text)]
    for found in shares:
        yield Statement("share", line.number, shown, "share", found[1], stance, about)
    if not shares and _WHOLE.search(text):
        yield Statement("share", line.number, shown, "share", "100", stance, about)
    if _TESTS_PASS.search(text):
        yield Statement("tests-pass", line.number, shown, "tests", "", stance, about)
    for found in _COUNT.finditer(text):
        noun = found[2].lower().rstrip("s").replace("test case", "test")
        yield Statement("count", line.number, shown, noun, found[1].replace(",", ""), stance, about)


def _with_arity(line: Line, stance: Stance) -> Iterator[Statement]:
    """`name/2` without a module; in a table's row the module is the one that has a cell to itself."""
    cells = line.text.split("|") if line.text.lstrip().startswith("|") else []
    module = next((cell[1] for cell in map(_MODULE_CELL.match, cells) if cell), "")
    for found in _BARE.finditer(line.text):
        sign = "::" if "::" in module else "."
        yield Statement(
            "function", line.number, found[0], f"{module}{sign}{found[1]}" if module else found[1], found[2], stance
        )


def _shown_range(lines: re.Match[str]) -> str:
    return f"{lines[1]}-{lines[2]}" if lines[2] not in (None, lines[1]) else lines[1]


def _range(lines: re.Match[str] | None) -> str:
    return f"{lines[1]}-{lines[2] or lines[1]}" if lines else ""


def _functions(line: Line, span: str, stance: Stance) -> Iterator[Statement]:
    if _SOURCE_FILE.search(span.strip()) or "://" in span:
        return
    for found in _FUNCTION.finditer(span):
        name = found[1].replace("()", "")
        arity = found[2] or ""
        if found[3]:
            given = _arguments(span, found.end(), span[: found.start()].rstrip().endswith("|>"))
            arity = "" if given is None else str(given)
        shown = found[0] if found[2] else name
        yield Statement("function", line.number, shown, name, arity, stance, "call" if found[3] else "")


def _arguments(text: str, start: int, piped: bool) -> int | None:
    """How many arguments a call on one line has (keywords at the end are one); None where that is not in sight."""
    depth, parts, string = 0, [""], ""
    for at in range(start, len(text)):
        sign = text[at]
        if string:
            string = "" if sign == string and text[at - 1] != "\\" else string
        elif sign in "\"'":
            string = sign
        elif sign in "([{":
            depth += 1
            if depth == 1:
                continue
        elif sign in ")]}":
            depth -= 1
            if not depth:
                return _counted([part.strip() for part in parts if part.strip()], piped)
        elif sign == "," and depth == 1:
            parts.append("")
            continue
        parts[-1] += sign
    return None


def _counted(given: list[str], piped: bool) -> int | None:
    # an ellipsis stands for more, and a default for one or none
    if any("..." in part or "\\\\" in part for part in given):
        return None
    keywords = [part for part in given if _KEYWORD.match(part)]
    return len(given) - len(keywords) + bool(keywords) + piped


def _versions(line: Line, stance: Stance) -> Iterator[Statement]:
    for found in _VERSION.finditer(line.text):
        before = line.text[: found.start()][-40:]
        named = re.search(r"([A-Za-z][\w-]+)[\"'`\s:,({]*\Z", before)
        word = _VERSION_WORD.search(before) or line.text[found.start(2) - 1 : found.start(2)] == "v"
        if named or word:
            shown = f"{named[1] if named else 'version'} {found[0].strip()}"
            subject = named[1] if named else ""
            yield Statement("version", line.number, shown, subject, f"{found[1] or ''}{found[2]}", stance)
            upto = _UP_TO.match(line.text, found.end())
            if upto:
                shown = f"{subject or 'version'} {upto[1]}"
                yield Statement("version", line.number, shown, subject, upto[1], stance)


def _stance(line: Line, apart: re.Pattern[str] | None = None) -> Stance:
    """The line's own words first, but for those `apart`, then those of the nearest heading; never of the title."""
    # a name in code (`gaps scan`, `lib/missing.ex`) says nothing of the thing
    words = line.text if line.code else _SPAN.sub(" ", line.text)
    words = apart.sub(" ", words) if apart else words
    if _NOT_THERE.search(words):
        return "not there"
    if _THERE.search(words):
        return "there"
    return "not there" if any(_NOT_THERE.search(one) for one in line.headings[1:][-1:]) else "there"


def _short(text: str) -> str:
    flat = " ".join(text.strip().lstrip("#->*+ ").split())
    return flat if len(flat) <= 120 else flat[:117].rstrip() + "..."
