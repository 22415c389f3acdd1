"""The only home of audio clips: sound as samples, and what is said in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from loaders.shapes.shape import Shape, at_least, key, text, texts
from recipes_data.errors import TableError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["SHAPE", "AudioClip"]


class AudioClip(TypedDict):
    """One utterance: float32 samples from -1 to 1, shape (frames,), and how many of them are a second (Hz).

    `entities`: what in `text` is to be heard above all. `emotion`: how it is said. `key`: the clip's own name.
    """

    text: str
    samples: npt.NDArray[np.float32]
    sampling_rate: int
    entities: NotRequired[list[str]]
    emotion: NotRequired[str]
    key: NotRequired[int | str]


def _samples(name: str, found: Any) -> Any:
    if str(getattr(found, "dtype", "")) != "float32" or getattr(found, "ndim", 0) != 1:
        raise TableError(f"{name!r} is {type(found).__name__}, not float32 samples of one channel")
    if not len(found):
        raise TableError(f"{name!r} is empty: a clip without sound")
    return found


SHAPE = Shape(
    AudioClip,
    (
        ("text", text),
        ("samples", _samples),
        ("sampling_rate", at_least(1, "samples a second")),
        ("entities", texts),
        ("emotion", text),
        ("key", key),
    ),
    frozenset({"entities", "emotion", "key"}),
)
