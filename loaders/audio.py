"""The only home of what recipes/audio trains on: LibriSpeech's clips as they are streamed, and Eka's medical speech.

Source: recipes/audio/asr/env.py and recipes/audio/medical_asr/env.py of the Tinker Cookbook, as they were in August
2026. Clips are decoded when they are asked for; the recipe's folder of WAV files, the sentence it asks a model with,
and its measure of errors come from the recipe. What audio/emotion makes of Expresso with ffmpeg is not here.
"""

from __future__ import annotations

import json
from typing import Any, Literal, Unpack

import numpy as np

from loaders.order import python_permutation
from loaders.recording import records
from loaders.recordstream import RecordStream
from loaders.shapes import AudioClip
from loaders.stream_order import StreamOrder
from loaders.viewing import TrainTest, Where, column, rows_of, stream_of
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.audio import decode
from recipes_data.tables.shards import Row

__all__ = ["entities", "librispeech", "medical_asr"]

_RATE = 16_000  # Hz; what LibriSpeech has, as its card says
_TRAIN = 0.8


def librispeech(
    split: Literal["train.500", "validation"] = "train.500",
    n: int | None = None,
    *,
    order: StreamOrder,
    seed: int = 0,
    buffer_size: int = 1000,
    max_buffer_input_shards: int | None = None,
    **where: Unpack[Where],
) -> RecordStream[AudioClip]:
    """The first `n` clips of LibriSpeech's config `other`, streamed and shuffled with a buffer.

    `n`: None is the recipe's own number, 64 to train on and 32 of `validation`; fewer come where the split has fewer.
    Which clips these are depends on the version of `datasets`, so that `order` has no default; it and
    `max_buffer_input_shards` are those of `Stream.shuffle`. The rows of the buffer, undecoded, are held in memory, and
    all shards that feed it are fetched first. `key` is the utterance's id.

    Raises (when a clip is read):
        TableError: a clip of another rate than 16,000 Hz, which `datasets` would change to that.
    """
    if split not in ("train.500", "validation"):
        raise UsageError(f"the recipe has no split {split!r}", "there is: train.500, validation")
    count = (64 if split == "train.500" else 32) if n is None else n
    if count < 1:
        raise UsageError(f"{count} clips", "n is at least 1")
    stream = stream_of("librispeech", split, "other", **where).shuffle(
        seed, buffer_size, order=order, max_buffer_input_shards=max_buffer_input_shards
    )
    return records(stream.take(count), AudioClip, _utterance)


def medical_asr(seed: int = 0, **where: Unpack[Where]) -> TrainTest[AudioClip]:
    """Eka's English clips, put into order by Python with the seed: four fifths to train on, the rest to evaluate.

    `entities`: the medical words of the text. `key`: `md5_audio`, else `file_name`; where a row has neither, there is
    none (the recipe counts rows). The same speakers are on both sides, as there.

    Kept as the recipe has it: entities that are not JSON, or of another form, are none.
    """
    rows = rows_of("eka_medical_asr", "en", "test", ("audio", "text", "medical_entities"), **where)
    order, count = python_permutation(len(rows), seed), int(_TRAIN * len(rows))
    if not 0 < count < len(rows):
        raise TableError(f"{count} of {len(rows)} clips are for training: one of the two sets is empty")
    parts = [rows.select(order[:count]), rows.select(order[count:])]
    return TrainTest(*[records(part, AudioClip, _consultation, drops=False) for part in parts])


def entities(text: str | None) -> list[str]:
    """What `medical_entities` names: the first item, where it is a text, of each list in a JSON list.

    Raises:
        TableError: JSON of a number or of nothing: no entities could be looked for in it.
    """
    if not text:
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(found, (list, dict, str)):
        raise TableError(f"column 'medical_entities' is JSON of {found!r:.60}, not of a list")
    return [item[0] for item in found if isinstance(item, list) and item and isinstance(item[0], str)]


def _utterance(row: Row) -> dict[str, Any]:
    clip = _clip(row)
    if clip["sampling_rate"] != _RATE:
        raise TableError(
            f"a clip of {clip['sampling_rate']:,} Hz, where all have {_RATE:,}: nothing here changes rates"
        )
    return {**clip, "key": column(row, "id")}


def _consultation(row: Row) -> dict[str, Any]:
    made = {**_clip(row), "entities": entities(row["medical_entities"])}
    key = row.get("md5_audio") or row.get("file_name")
    return {**made, "key": key} if key else made


def _clip(row: Row) -> dict[str, Any]:
    """Text and sound of a row; of several channels their mean, as `datasets` (4.4 to 5.2) has it in `array`."""
    cell = row["audio"]
    if cell is None:
        raise TableError("column 'audio' is None, not a clip")
    samples, rate = decode(cell)
    if samples.ndim > 1:
        samples = np.mean(samples, axis=0, dtype=np.float32)
    return {"text": column(row, "text"), "samples": samples, "sampling_rate": rate}
