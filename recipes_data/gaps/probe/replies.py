"""The only home of who answers a request to the probe's Hub: its own replies, else the mirror's."""

from __future__ import annotations

import re
from urllib.parse import unquote

from recipes_data.gaps.probe.reading import READING, mirrored
from recipes_data.gaps.probe.state import State
from recipes_data.gaps.probe.writing import WRITING, upload
from recipes_data.mirror import Request, Response
from recipes_data.mirror.answers import json_answer

__all__ = ["reply"]


def reply(state: State, request: Request) -> Response:
    """What the Hub of a scenario says to a request."""
    if request.origin == "cdn":
        return upload(state, request) if request.method == "PUT" else mirrored(state, request)
    for method, pattern, own in (*READING, *WRITING):
        found = re.fullmatch(pattern, request.path) if request.method == method else None
        if found is not None:
            told = own(state, request, tuple(unquote(each or "") for each in found.groups()))
            if told is not None:
                return told
    if request.method not in ("GET", "HEAD", "POST"):
        return json_answer({"error": "Method not allowed"}, 405)
    return mirrored(state, request)
