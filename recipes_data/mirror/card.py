"""The only home of the dataset card's header: the YAML between the dashes at the top of README.md."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

__all__ = ["card_tags", "read_card"]

_TAGGED = ("task_categories", "task_ids", "annotations_creators", "language", "license", "size_categories")


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

    A header that is not valid YAML is no fault of the repository's bytes, so it is not an error here: the
    Hub too serves such repositories, without `cardData`.
    """
    header = re.match(r"\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", readme.lstrip("\ufeff"), re.DOTALL | re.MULTILINE)
    if header is None:
        return {}
    try:
        card = yaml.load(header[1], _CardLoader)  # noqa: S506  # a SafeLoader with fewer types
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}  # as said above
    return _plain(card) if isinstance(card, dict) else {}


def _plain(value: Any) -> Any:
    """The same value in the types JSON has."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else str(value)


def card_tags(card: Mapping[str, Any]) -> list[str]:
    """Tags that the Hub derives from a card: `license:mit`, `language:en`, and the card's own `tags`."""
    tags = [f"{key}:{each}" for key in _TAGGED for each in _listed(card.get(key))]
    return tags + [str(each) for each in _listed(card.get("tags"))]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
