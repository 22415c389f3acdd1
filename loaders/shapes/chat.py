"""The only home of chats: a conversation that a model is trained on."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from loaders.shapes.shape import Shape, messages, text

__all__ = ["SHAPE", "Chat", "Message"]


class Message(TypedDict):
    """One turn. `content`: a text, or a list of typed parts (`{"type": "text", "text": ...}`)."""

    role: str
    content: str | list[dict[str, Any]]


class Chat(TypedDict):
    """A conversation in the order in which it was held. `source`: which collection it comes from."""

    messages: list[Message]
    source: NotRequired[str]


SHAPE = Shape(Chat, (("messages", messages), ("source", text)), frozenset({"source"}))
