"""The only home of which Python functions are two forms of one operation: the blocking one and its async sibling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["twins"]


def twins(functions: Mapping[str, bool]) -> dict[str, tuple[str, ...]]:
    """For each function with siblings their names. `functions`: names, and whether each is `async def`."""
    found: dict[str, set[str]] = {}
    for name in functions:
        for plain in _plain_forms(name, is_async=functions[name]):
            if plain in functions and plain != name:
                found.setdefault(name, set()).add(plain)
                found.setdefault(plain, set()).add(name)
    return {name: tuple(sorted(others)) for name, others in found.items()}


def _plain_forms(name: str, *, is_async: bool) -> Iterator[str]:
    """Names that the blocking form of an async function may have."""
    parts = name.split(".")
    for number, part in enumerate(parts):
        for plain in _plain_words(part, is_function=number == len(parts) - 1 and is_async):
            yield ".".join([*parts[:number], plain, *parts[number + 1 :]])


def _plain_words(word: str, *, is_function: bool) -> Iterator[str]:
    if word.startswith("Async") and word != "Async":
        yield word.removeprefix("Async")
        yield "Sync" + word.removeprefix("Async")
    if word.endswith("Async") and word != "Async":
        yield word.removesuffix("Async")
    for start in ("async_", "aio_"):
        if word.startswith(start):
            yield word.removeprefix(start)
    if word.endswith("_async"):
        yield word.removesuffix("_async")
        yield word.removesuffix("_async") + "_sync"
    if word in ("aio", "asyncio", "asynchronous"):
        yield "sync"
        yield "synchronous"
    if is_function and word.startswith("a") and len(word) > 2:
        yield word[1:]
