"""The only home of the dataset card's header: the YAML between the dashes at the top of README.md."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

__all__ = ["CARD", "MAX_CARD", "read_card"]

CARD = "README.md"
MAX_CARD = 4_000_000
"""Bytes that are looked at: the header stands at the top, with thousands of configs it has hundreds of kilobytes."""

_MAX_VALUES = 1_000_000  # a few lines of aliases can stand for more than memory holds


class _CardLoader(yaml.SafeLoader):
    """YAML as the Hub reads it: `no` is a word (a language), a date is a text."""


# The Hub's reader follows YAML 1.2, PyYAML follows 1.1: only true and false are booleans, no timestamps.
_CardLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_CardLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read_card(readme: str) -> dict[str, Any]:
    """Header of a card as values that JSON can carry; empty where there is none or it cannot be read.

    A header that is not valid YAML, or stands for more than a million values, is no fault of the repository's bytes,
    so it is not an error here: the Hub too serves such repositories, without `cardData`.
    """
    header = re.match(r"\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", readme.lstrip("\ufeff"), re.DOTALL | re.MULTILINE)
    if header is None:
        return {}
    try:
        card = yaml.load(header[1], _CardLoader)  # noqa: S506  # a SafeLoader with fewer types
        return _plain(card, [_MAX_VALUES]) if isinstance(card, dict) else {}
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}  # as said above


def _plain(value: Any, left: list[int]) -> Any:
    """The same value in the types JSON has; `left` counts down what it may still hold."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("more values than a card has")
    if isinstance(value, dict):
        return {str(key): _plain(each, left) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each, left) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else str(value)
