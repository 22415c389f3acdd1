"""The only home of speech as its file has it: undecoded bytes, and what is said in it."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from loaders.shapes.labelled_image import Encoded, encoded
from loaders.shapes.shape import Shape, key, text

__all__ = ["SHAPE", "AudioFile"]


class AudioFile(TypedDict):
    """One utterance, encoded: `recipes_data.tables.audio.decode(record["audio"])` gives its samples and their rate.

    `emotion`: how it is said. `key`: the clip's own name.
    """

    text: str
    audio: Encoded
    emotion: NotRequired[str]
    key: NotRequired[int | str]


SHAPE = Shape(
    AudioFile,
    (("text", text), ("audio", encoded), ("emotion", text), ("key", key)),
    frozenset({"emotion", "key"}),
)
