"""The only home of what recipes/audio trains on: LibriSpeech as it is streamed, Eka's medical speech, and Expresso.

Source: recipes/audio/asr/env.py, recipes/audio/medical_asr/env.py and recipes/audio/emotion/{prepare_data,env}.py of
the Tinker Cookbook, as they were in August 2026. Clips are decoded when they are asked for; the recipe's folder of WAV
files, the sentence it asks a model with, and its measure of errors come from the recipe.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np

from loaders.locating import places_for
from loaders.order import python_permutation
from loaders.python_order import python_shuffled
from loaders.recorded import Records
from loaders.recording import records
from loaders.recordstream import RecordStream
from loaders.rows import Rows
from loaders.shapes import AudioClip, AudioFile
from loaders.stream_order import StreamOrder
from loaders.viewing import TrainTest, Where, column, rows_of, rows_of_each, stream_of
from recipes_data.errors import TableError, UsageError
from recipes_data.locks import read_lock
from recipes_data.store import store_at
from recipes_data.tables.audio import decode
from recipes_data.tables.members import table_files
from recipes_data.tables.shards import Row

__all__ = ["Stage", "emotion", "entities", "librispeech", "medical_asr"]

Stage = Literal["sft_train", "rl_train", "dev", "test"]
"""What audio/emotion makes of Expresso's three splits: of `train` two sets without a common clip."""

_RATE = 16_000  # Hz; what LibriSpeech has, as its card says
_TRAIN = 0.8
_MOST = {"sft_train": 1_600, "rl_train": 800}  # clips: what the recipe's runs take
_NOT_PLAIN = re.compile(r"[^a-z0-9' ]+")


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
    count = int(_TRAIN * len(rows))
    if not 0 < count < len(rows):
        raise TableError(f"{count} of {len(rows)} clips are for training: one of the two sets is empty")
    both = python_shuffled(rows, seed)
    parts = [both.take(count), both.skip(count)]
    return TrainTest(*[records(part, AudioClip, _consultation, drops=False) for part in parts])


def emotion(stage: Stage, n: int | None = None, seed: int = 0, **where: Unpack[Where]) -> Records[AudioFile]:
    """Expresso's short read clips of a stage, put into order by Python with the seed: the first `n`, or all.

    `audio` is the file in the archive as it is, 48 kHz (undecoded; the recipe makes 16 kHz of it with ffmpeg, and its
    counts of frames are of those); `emotion` the style it is read in, which is the name of its folder; `key` its id.

    A clip counts where one of Expresso's lists names it and it has a transcription; each list is first put into order
    by Python with 0. Of `train`, "sft_train" has each sentence once: sentence by sentence, as they first come, the clip
    whose style was taken least often so far, of several such the first. "rl_train" has the other clips. Both keep the
    list's order and are cut off, after 1,600 and 800. Sentences are the same where their small letters, digits and
    apostrophes are.

    Kept as the recipe has it: of two transcriptions of one clip the last counts, and a clip that a list names twice
    comes twice. Every stage is shuffled a second time, by `seed`. Its supervised training shuffles once more, by Python
    and in place, at the start of every epoch, so that an epoch's order depends on those before; `batches` does not.

    Raises:
        UsageError: no such stage, or it has fewer clips than `n`.
        TableError: a line of the transcriptions without a tab, two clips of one id, or a stage without clips.
    """
    if stage not in ("sft_train", "rl_train", "dev", "test"):
        raise UsageError(f"the recipe has no stage {stage!r}", "there is: sft_train, rl_train, dev, test")
    parts = [("read", "base"), ("lists", "transcriptions"), ("lists", "train" if stage in _MOST else stage)]
    rows, written, split = rows_of_each("expresso", parts, (), **where)
    clips, texts = _clips(_file_paths(rows, where)), _transcriptions(written)
    listed = [row["text"].split("\t")[0] for row in split]
    before = Counter(_why_not(name, clips, texts) for name in listed)
    names = [name for name in listed if not _why_not(name, clips, texts)]
    names = [names[place] for place in python_permutation(len(names), 0)]
    if stage in _MOST:
        once = _each_sentence_once([(_plain(texts[name]), clips[name][1]) for name in names])
        staged = [name for place, name in enumerate(names) if (place in once) == (stage == "sft_train")]
        before["of the other stage"] = len(names) - len(staged)
        names = staged[: _MOST[stage]]
        before["more than the recipe takes"] = len(staged) - len(names)
    if not names:
        raise TableError(f"expresso has no clip of {stage}: its lists, transcriptions and clips do not go together")
    if n is not None and not 0 < n <= len(names):
        raise UsageError(f"{n:,} clips of {stage}, which has {len(names):,}", f"n= is 1 to {len(names):,}")
    order = python_permutation(len(names), seed)[:n]
    del before[""]
    before["over the limit"] = len(names) - len(order)
    picked = rows.select([clips[names[place]][0] for place in order])
    return records(picked, AudioFile, _Spoken(texts), drops=False, before=before)


def _why_not(name: str, clips: Mapping[str, object], texts: Mapping[str, str]) -> str:
    """Why a clip that a list names is none; empty where it is one."""
    if name not in clips:
        return "no short read clip"
    return "" if name in texts else "no transcription"


def _file_paths(rows: Rows, where: Where) -> list[str]:
    """The paths of the files that rows are, one each and in their order; none is opened."""
    given = {key: where.get(key) for key in ("manifests", "project", "store")}
    places = places_for(sample=where.get("sample", False), fetch=False, **given)  # type: ignore[arg-type]  # by name
    pin = rows.pin
    lock = read_lock(Path(pin.lock).parent, pin.dataset)
    files = () if lock is None else table_files(store_at(places), lock, lock.split(pin.config, pin.split)[1])
    if len(files) != len(rows):
        raise TableError(f"expresso/read:base is locked with {len(files):,} files and has {len(rows):,} rows")
    return [file.path for file in files]


def _clips(paths: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Row and style of each clip by its id."""
    found: dict[str, tuple[int, str]] = {}
    for number, path in enumerate(paths):
        clip, style = _named(path)
        if clip in found:
            raise TableError(f"two clips of expresso have the id {clip!r}: {paths[found[clip][0]]} and {path}")
        found[clip] = (number, style)
    return found


def _named(path: str) -> tuple[str, str]:
    """Id and style of SPEAKER/STYLE/base/ID.wav."""
    parts = path.split("/")
    return parts[-1].rpartition(".")[0], parts[-3]


def _transcriptions(rows: Rows) -> dict[str, str]:
    texts = {}
    for number, row in enumerate(rows, start=1):
        clip, tab, text = row["text"].partition("\t")
        if not tab:
            raise TableError(
                f"expresso/lists:transcriptions, line {number:,} has no tab between id and text: {clip!r:.60}"
            )
        texts[clip] = text
    return texts


def _plain(text: str) -> str:
    """What of a sentence counts: small letters, digits and apostrophes, words apart by one space."""
    return " ".join(_NOT_PLAIN.sub(" ", text.lower()).split())


def _each_sentence_once(spoken: Sequence[tuple[str, str]]) -> set[int]:
    """Of (sentence, style) pairs one place for each sentence, so that styles come as evenly as they can."""
    places: dict[str, list[int]] = {}
    for place, (sentence, _) in enumerate(spoken):
        places.setdefault(sentence, []).append(place)
    taken: Counter[str] = Counter()
    found = set()
    for same in places.values():
        place = min(same, key=lambda place: taken[spoken[place][1]])
        taken[spoken[place][1]] += 1
        found.add(place)
    return found


class _Spoken:
    """A clip with what is said in it."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __call__(self, row: Row) -> AudioFile:
        cell = row["audio"]
        clip, style = _named(cell["path"])
        return {"text": self._texts[clip].strip(), "audio": cell, "emotion": style, "key": clip}


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
