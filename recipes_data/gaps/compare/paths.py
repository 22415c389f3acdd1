"""The only home of when a path in a client's source is an operation's path, whatever its placeholders are called.

A shape is a path's segments: every placeholder is `{}`, neighbouring placeholders are one (`{owner}/{name}` and
`{repo_id}` are both a repository), host and query are gone. The kind of a repository may be a placeholder in a
client that serves all three with one function: `{}s` (`/api/#{type}s/...`) or `{}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from recipes_data.gaps.inventory import HttpCall
from recipes_data.gaps.operations import Operation

__all__ = ["Fit", "Shape", "Shapes", "covering", "fits", "index_operations", "shape_of"]

Fit = Literal["exact", "any kind", "ambiguous"]
"""The same path | the client puts the repository's kind in, unmistakably or beside an argument that chooses it |
the path alone could be several things."""
Shape = tuple[str, ...]
Shapes = Mapping[tuple[str, Shape], tuple[tuple[str, Fit], ...]]

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_HOST = re.compile(r"\A[a-z]+://[^/]*", re.IGNORECASE)
_KINDS = ("models", "datasets", "spaces")
_BEFORE_REVISION = ("resolve", "tree", "revision", "commits")
_ANY_KIND = "{repo_type}"  # the table's words: any of the kinds, and where the files of any repository lie
_ANY_REPOSITORY = "{repository}"


def shape_of(path: str) -> Shape:
    """Segments of a path or URL, with placeholders made alike.

    >>> shape_of("https://huggingface.co/api/datasets/{owner}/{name}/tree/{revision}?recursive=1")
    ('api', 'datasets', '{}', 'tree', '{}')
    """
    bare = _HOST.sub("", _PLACEHOLDER.sub("{}", path.strip())).partition("?")[0].partition("#")[0]
    shape = _merged("{}" if segment and not segment.replace("{}", "") else segment for segment in bare.split("/"))
    # a client's endpoint, put in before the path proper
    return shape[1:] if len(shape) > 1 and shape[0] == "{}" and shape[1] in ("api", *_KINDS, "{}s") else shape


def _merged(segments: Iterable[str]) -> Shape:
    found: list[str] = []
    for given in segments:
        # a branch that is written out stands where others put theirs in
        segment = "{}" if given == "main" and found and found[-1] in _BEFORE_REVISION else given
        if segment and not (segment == "{}" and found and found[-1] == "{}"):
            found.append(segment)
    return tuple(found)


def index_operations(operations: Iterable[Operation]) -> Shapes:
    """Every (method, shape) that a client's request may have, with the operations that it then is.

    What a required header makes of a request (a range of a file) cannot be seen in its path: such a fit is ambiguous.
    """
    found: dict[tuple[str, Shape], dict[str, Fit]] = {}
    for row in operations:
        by_header = any(p.place == "header" and p.required for p in row.parameters)
        for path in row.paths if row.kind == "http" and row.method else ():
            for shape, fit in _shapes(path):
                known = found.setdefault((row.method, (*_server_of(row.server), *shape)), {})
                known.setdefault(row.id, "ambiguous" if by_header else fit)
    return {key: tuple(sorted(value.items())) for key, value in found.items()}


def _shapes(path: str) -> Iterable[tuple[Shape, Fit]]:
    """The shapes that clients may give a path of the table, the surest first."""
    anywhere = _ANY_KIND in path or _ANY_REPOSITORY in path
    literal = [path]
    if _ANY_KIND in path:
        literal = [path.replace(_ANY_KIND, kind) for kind in _KINDS]
    elif _ANY_REPOSITORY in path:
        literal = [path.replace(_ANY_REPOSITORY, kind + "{repo_id}") for kind in ("", "datasets/", "spaces/")]
    if "/resolve/" in path and not path.endswith("}"):
        # one file by its name: whoever brings any file brings this one
        literal += [one.rpartition("/")[0] for one in literal]
    for one in literal:
        yield shape_of(one), "exact"
    for one in literal:
        shape = shape_of(one)
        at = 1 if shape[:1] == ("api",) else 0
        if len(shape) > at and shape[at] in _KINDS:
            # with the plural's `s` it cannot be anything else
            yield (*shape[:at], "{}s", *shape[at + 1 :]), "exact" if anywhere else "any kind"
            merged = _merged((*shape[:at], "{}", *shape[at + 1 :]))
            sure: Fit = "exact" if anywhere else "any kind"
            yield merged, sure if any(part not in ("api", "{}") for part in merged) else "ambiguous"


def _server_of(url: str) -> Shape:
    """The origin that a URL names, as a first segment: what another server than the Hub answers is another request."""
    named = _HOST.match(url)
    return (named[0].lower(),) if named else ()


def covering(operations: Sequence[Operation]) -> dict[str, tuple[str, ...]]:
    """For each operation on the files of one kind of repository the same request on any kind."""
    exact: dict[str, set[Shape]] = {}
    general: list[Operation] = []
    for row in operations:
        if row.kind == "http" and not any(p.place == "header" and p.required for p in row.parameters):
            exact[row.id] = {shape for path in row.paths for shape, fit in _shapes(path) if fit == "exact"}
            if row.area == "files" and (_ANY_KIND in row.path or _ANY_REPOSITORY in row.path):
                general.append(row)
    methods = {row.id: row.method for row in operations}
    wide = {row.id for row in general}
    return {
        one: tuple(
            row.id for row in general if one not in wide and row.method == methods[one] and exact[row.id] & shapes
        )
        for one, shapes in exact.items()
    }


def fits(call: HttpCall, shapes: Shapes, *, chooses_kind: bool) -> tuple[tuple[str, Fit], ...]:
    """Operations that a request is. `chooses_kind`: its function has an argument for the repository's kind."""
    shape, method = shape_of(call.path), call.method.upper()
    found = (*shapes.get((method, shape), ()), *shapes.get((method, (*_server_of(call.path), *shape)), ()))
    plural = "{}s" in shape
    return tuple(
        (one, "ambiguous" if fit == "any kind" and not (plural or chooses_kind) else fit) for one, fit in found
    )
