"""The only home of the HTML page: its template filled in, nothing outside it, and a policy that forbids the rest."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib import resources

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.reports.matrix import matrix_data

__all__ = ["embedded", "page"]

_TITLE = "Hub operations: what recipes need, what clients have"


def page(analysis: Analysis) -> str:
    """The whole page. Its policy names its own style and script by digest: nothing else on it can run or be fetched."""
    style, script = _asset("page.css"), _asset("page.js")
    filled = _asset("page.html")
    for mark, text in (
        ("%%STYLE_HASH%%", _digest(style)),
        ("%%SCRIPT_HASH%%", _digest(script)),
        ("%%TITLE%%", html.escape(_TITLE)),
        ("%%STYLE%%", style),
        ("%%SCRIPT%%", script),
        # last: what stands in the data is never taken for a mark
        ("%%DATA%%", embedded(matrix_data(analysis))),
    ):
        filled = filled.replace(mark, text)
    return filled


def embedded(value: object) -> str:
    """JSON that may stand in a `script` element: no text in it can end the element or open a comment.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _asset(name: str) -> str:
    return (resources.files("recipes_data.gaps.reports") / "assets" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
