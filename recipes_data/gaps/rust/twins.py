"""The only home of which Rust functions are two forms of one operation: the blocking one and its async sibling."""

from __future__ import annotations

import itertools
import re

__all__ = ["twins"]

_MODULES = frozenset(
    {
        "sync",
        "blocking",
        "tokio",
        "asynchronous",
        "async_impl",
        "async_api",
        "nonblocking",
        "r#async",
        "aio",
        "async_std",
        "asyncio",
    }
)
_TYPE = re.compile(r"^(?:Sync|Blocking|Async)(?=[A-Z])|(?<=[a-z0-9])(?:Sync|Blocking|Async)$")
_FUNCTION = re.compile(r"^(?:async|blocking|sync)_|_(?:async|blocking|sync)$")


def twins(names: list[str]) -> dict[str, tuple[str, ...]]:
    """For each function with siblings their names: those that are alike but for a word such as `sync` or `blocking`."""
    alike: dict[str, list[str]] = {}
    for name in sorted(names):
        alike.setdefault(_plain(name), []).append(name)
    found: dict[str, tuple[str, ...]] = {}
    for group in alike.values():
        for one, others in ((one, [other for other in group if other != one]) for one in group):
            if others:
                found[one] = tuple(others)
    return found


def _plain(name: str) -> str:
    """A path without the words that say how it waits."""
    parts = name.split("::")
    kept = [part for part in parts[:-1] if part not in _MODULES]
    plain = [_TYPE.sub("", part) if part[:1].isupper() else part for part in kept]
    last = parts[-1]
    last = _TYPE.sub("", last) if last[:1].isupper() else _FUNCTION.sub("", last)
    return "::".join(itertools.chain(plain, [last]))
