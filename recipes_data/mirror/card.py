"""The only home of the tags that the Hub derives from a dataset card's header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["card_tags"]

_TAGGED = ("task_categories", "task_ids", "annotations_creators", "language", "license", "size_categories")


def card_tags(card: Mapping[str, Any]) -> list[str]:
    """Tags that the Hub derives from a card: `license:mit`, `language:en`, and the card's own `tags`."""
    tags = [f"{key}:{each}" for key in _TAGGED for each in _listed(card.get(key))]
    return tags + [str(each) for each in _listed(card.get("tags"))]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
