"""Typed builders for the requests of one area of the Hub's API: collections.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "CollectionsListQuery",
    "CollectionsSort",
    "collections_get",
    "collections_list",
]

CollectionsSort = Literal[
    "lastModified",
    "trending",
    "upvotes",
]


class CollectionsListQuery(TypedDict, total=False):
    """What `collections.list` may be asked for."""

    owner: Sequence[str]
    item: Sequence[str]
    sort: CollectionsSort
    limit: int


def collections_list(
    *,
    token: str | None = None,
    **query: Unpack[CollectionsListQuery],
) -> Request:
    """List collections: `GET /api/collections`."""
    return build_request("collections.list", token=token, **query)


def collections_get(
    slug: str,
    *,
    token: str | None = None,
) -> Request:
    """Get a collection with all its items: `GET /api/collections/{slug}`."""
    return build_request("collections.get", slug=slug, token=token)
