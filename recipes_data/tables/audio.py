"""The only importer of soundfile: the bytes of a cell as samples, when somebody asks for it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recipes_data.errors import TableError, UnsafeFileError, UsageError
from recipes_data.tables.cells import bytes_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["MAX_SAMPLES", "decode"]

MAX_SAMPLES = 1 << 28
"""Frames times channels of the longest sound: a gigabyte as float32, 93 minutes at 48 kHz on one channel."""


def decode(cell: Mapping[str, Any] | bytes, *, max_samples: int = MAX_SAMPLES) -> tuple[npt.NDArray[np.float32], int]:
    """The samples of a cell `{"bytes", "path"}`, or of bytes, and the sampling rate in Hz, as the file has it.

    Samples are float32 from -1 to 1, of the shape (frames,) where there is one channel, else (channels, frames).

    Raises:
        UnsafeFileError: more than `max_samples` samples (frames times channels).
        TableError: no bytes, or no sound that can be read.
        UsageError: soundfile is not installed.
    """
    try:
        import soundfile  # type: ignore[import-untyped]  # none are published
    except (ImportError, OSError) as exc:  # OSError: the C library underneath is missing
        raise UsageError(
            "audio is decoded by soundfile, which is missing", "pip install 'recipes-data[audio]'"
        ) from exc
    content, name = bytes_of(cell)
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as sound:
            rate, channels = int(sound.samplerate), int(sound.channels)
            most = max_samples // max(channels, 1)
            if sound.frames > most:
                raise _too_long(name, max_samples)
            samples = sound.read(frames=most + 1 if sound.frames < 0 else -1, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError, ValueError, OSError, MemoryError) as exc:
        raise TableError(f"{name}: no sound that can be read: {exc}", "its bytes are those that were locked") from exc
    if samples.size > max_samples:
        raise _too_long(name, max_samples)
    return (samples[:, 0] if channels == 1 else samples.T), rate


def _too_long(name: str, most: int) -> UnsafeFileError:
    return UnsafeFileError(f"{name}: more than {most:,} samples are not decoded", "if it is meant so: max_samples=...")
