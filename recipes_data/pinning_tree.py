"""The only home of putting one argument into a call of libcst's tree so that its layout stays."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst
from libcst.metadata import PositionProvider

__all__ = ["Revisions"]

_NAME = "revision"
_Space = cst.BaseParenthesizableWhitespace
_NOTHING = cst.SimpleWhitespace("")


class Revisions(cst.CSTTransformer):
    """Writes a revision into the calls that end at the given places: (line from 1, column in characters).

    `done`: the places that were found and changed; `left`: those that were found and could not be, with the reason.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, commits: Mapping[tuple[int, int], str]) -> None:
        super().__init__()
        self._commits = commits
        self.done: set[tuple[int, int]] = set()
        self.left: dict[tuple[int, int], str] = {}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  # libcst's name for it
        """Changes the call, where it is one of those asked for."""
        end = self.get_metadata(PositionProvider, original_node).end
        place = (end.line, end.column)
        commit = self._commits.get(place)
        if commit is None:
            return updated_node
        value = cst.SimpleString(f"{_quote(updated_node)}{commit}{_quote(updated_node)}")
        given = [number for number, arg in enumerate(updated_node.args) if _is_revision(arg)]
        if not given:
            self.done.add(place)
            return _with_argument(updated_node, cst.Arg(value, keyword=cst.Name(_NAME), equal=_equal(updated_node)))
        old = updated_node.args[given[0]]
        if not (isinstance(old.value, cst.SimpleString) or _is_none(old.value)):
            self.left[place] = "its revision stands elsewhere: `revision=` is given an expression"
            return updated_node
        self.done.add(place)
        args = [
            arg.with_changes(value=value) if number == given[0] else arg for number, arg in enumerate(updated_node.args)
        ]
        return updated_node.with_changes(args=args)


def _is_revision(arg: cst.Arg) -> bool:
    return arg.keyword is not None and arg.keyword.value == _NAME


def _is_none(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"


def _quote(call: cst.Call) -> str:
    """The quote that the call's own texts have."""
    texts = [arg.value.quote for arg in call.args if isinstance(arg.value, cst.SimpleString)]
    return "'" if texts and texts[0].startswith("'") else '"'


def _equal(call: cst.Call) -> cst.AssignEqual:
    """The equals sign as the call's other keywords have it."""
    for arg in call.args:
        if isinstance(arg.equal, cst.AssignEqual):
            return arg.equal.deep_clone()
    return cst.AssignEqual(whitespace_before=_NOTHING, whitespace_after=_NOTHING)


def _with_argument(call: cst.Call, new: cst.Arg) -> cst.Call:
    """The call with one argument more, in a line of its own where the last one has one."""
    if not call.args:
        return call.with_changes(args=[new])
    *others, last = call.args
    before = _space_after(others[-1]) if others else call.whitespace_before_args
    if isinstance(last.comma, cst.Comma):
        between, tail = _parted(before, last.comma.whitespace_after)
        kept = last.with_changes(comma=last.comma.with_changes(whitespace_after=between))
        added = new.with_changes(comma=cst.Comma(whitespace_after=tail), whitespace_after_arg=last.whitespace_after_arg)
    else:
        between, tail = _parted(before, last.whitespace_after_arg)
        kept = last.with_changes(comma=cst.Comma(whitespace_after=between), whitespace_after_arg=_NOTHING)
        added = new.with_changes(whitespace_after_arg=tail)
    return call.with_changes(args=[*others, kept, added])


def _space_after(arg: cst.Arg) -> _Space:
    return arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else cst.SimpleWhitespace(" ")


def _parted(before: _Space, tail: _Space) -> tuple[_Space, _Space]:
    """What stands between the last argument and the new one, and what behind the new one.

    `before` stood before the last argument, `tail` behind it; a comment at the end of its line stays with it.
    """
    if not isinstance(before, cst.ParenthesizedWhitespace):
        return cst.SimpleWhitespace(" "), tail
    line = cst.TrailingWhitespace(whitespace=_NOTHING)
    if isinstance(tail, cst.ParenthesizedWhitespace):
        line, tail = tail.first_line, tail.with_changes(first_line=line)
    between = cst.ParenthesizedWhitespace(line, [], before.indent, before.last_line)
    return between, tail
