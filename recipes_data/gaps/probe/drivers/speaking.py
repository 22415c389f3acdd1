"""The only home of a driver's side of the protocol: one JSON object a line in, one out, and nothing else on stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Unsupported", "serve"]


class Unsupported(Exception):  # noqa: N818  # it is an answer and no error
    """The client has no such operation; the text says why."""


def serve(operations: Mapping[str, Callable[..., Any]], error_of: Callable[[Exception], dict[str, Any]]) -> None:
    """Answer lines until there are no more. `operations` are called with a line's `args` by name.

    Whatever a library prints goes to stderr.
    """
    spoken = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    with os.fdopen(spoken, "w", encoding="utf-8") as out:
        for line in sys.stdin:
            asked = json.loads(line)
            out.write(json.dumps({"id": asked["id"], **_answer(operations, error_of, asked)}) + "\n")
            out.flush()


def _answer(
    operations: Mapping[str, Callable[..., Any]],
    error_of: Callable[[Exception], dict[str, Any]],
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    operation = operations.get(asked["op"])
    if operation is None:
        return {"error": {"type": "unsupported", "message": "this client has no such operation"}}
    try:
        return {"ok": operation(**asked["args"])}
    except Unsupported as error:
        return {"error": {"type": "unsupported", "message": str(error)}}
    except Exception as error:  # noqa: BLE001  # every error of the client is its answer
        return {"error": error_of(error)}
