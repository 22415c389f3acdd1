"""The only home of how the probe's own listings are cut into pages: `Link: <...>; rel="next"`, as the Hub does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from recipes_data.mirror import Request, Response
from recipes_data.mirror.answers import bad_request, json_answer

__all__ = ["paged"]


def paged(items: Sequence[Any], request: Request, url: str, page_size: int) -> Response:
    """The page that the request asks for by `limit` and `cursor`; `url` is the Hub's origin.

    The cursor is opaque to clients: here it is the number of the next entry.
    """
    asked = {key: values[-1] for key, values in request.parameters().items()}
    wished, cursor = asked.get("limit", str(page_size)), asked.get("cursor", "0")
    if not wished.isdecimal() or not cursor.isdecimal() or int(wished) < 1:
        return bad_request("Invalid limit or cursor")
    start, count = int(cursor), min(int(wished), page_size)
    headers = {"x-total-count": str(len(items))}
    if start + count < len(items):
        kept = [(key, value) for key, values in _raw(request) for value in values if key not in ("cursor", "limit")]
        query = urlencode([*kept, ("limit", wished), ("cursor", str(start + count))])
        headers["link"] = f'<{url}{request.path}?{query}>; rel="next"'
    return json_answer(list(items[start : start + count]), 200, headers)


def _raw(request: Request) -> list[tuple[str, list[str]]]:
    return sorted(request.parameters().items())
