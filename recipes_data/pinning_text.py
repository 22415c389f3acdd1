"""The only importer of libcst: a revision written into calls of a Python source, everything else kept as it stands.

Comments, blank lines, quotes and the layout of arguments are kept; a call with one argument a line gets one line more.
The result is proven before it is given: parsed again, it is the same program but for the revisions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from recipes_data.errors import UsageError

__all__ = ["with_revisions"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = "revision"


def with_revisions(text: str, commits: Mapping[tuple[int, int], str]) -> tuple[str, dict[tuple[int, int], str]]:
    """The source with `revision="COMMIT"` in the calls that end at these places, and why others were left.

    Places are (line from 1, column in bytes of UTF-8) just behind a call's closing bracket, as `ast` counts them.
    A keyword `revision` that is there is replaced where it is a literal text or None.

    Raises:
        UsageError: libcst is not installed.
    """
    try:
        import libcst
        from libcst.metadata import MetadataWrapper
    except ImportError as exc:
        raise UsageError(
            "pins in sources need libcst, which is not installed", "pip install 'recipes-data[pin]'"
        ) from exc
    from recipes_data.pinning_tree import Revisions

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    lines = _LINE_END.split(text)
    places = {(line, _characters(lines[line - 1], column)): (line, column) for line, column in commits}
    try:
        module = libcst.parse_module(text)
    except libcst.ParserSyntaxError as exc:
        return mark + text, dict.fromkeys(commits, f"the source cannot be taken apart: line {exc.raw_line}")
    if module.code != text:
        return mark + text, dict.fromkeys(commits, "the source cannot be put together again as it stands")
    revisions = Revisions({place: commits[end] for place, end in places.items()})
    changed = MetadataWrapper(module, unsafe_skip_copy=True).visit(revisions).code
    left = {places[place]: reason for place, reason in revisions.left.items()}
    left |= {end: "the call was not found again in its source" for end in places.values() if end not in left}
    left = {end: reason for end, reason in left.items() if end not in {places[place] for place in revisions.done}}
    if len(left) < len(commits) and _program(changed) != _program(text):
        return mark + text, dict.fromkeys(commits, "with a revision it would be another program")
    return mark + changed, left


def _characters(line: str, column: int) -> int:
    return len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))


def _program(text: str) -> str:
    """What a source does, as text, without the literal revisions in its calls; its own text where it is no Python."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [one for one in node.keywords if not _is_literal_revision(one)]
    return ast.dump(tree)


def _is_literal_revision(keyword: ast.keyword) -> bool:
    value = keyword.value
    return keyword.arg == _NAME and isinstance(value, ast.Constant) and isinstance(value.value, str | None)
