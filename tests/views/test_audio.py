"""The audio recipes' views, against their steps written out again here, and against `datasets`."""

from __future__ import annotations

import io
import json
import random
import struct
import wave
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from loaders import audio
from recipes_data.errors import RecipesDataError, TableError, UsageError
from tests.repositories.media import wav
from tests.views.worlds import Generated, Rows, World, installed_order, with_datasets

CELL = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def samples(content: bytes) -> tuple[Any, int]:
    """16-bit WAV as float32, by the standard library."""
    with wave.open(io.BytesIO(content)) as file:
        whole = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        return (whole.astype(np.float32) / np.float32(32768)).mean(axis=1, dtype=np.float32), file.getframerate()


def comparable(records: Any) -> list[Any]:
    return [{**record, "samples": record["samples"].tobytes()} for record in records]


def restated(row: Any, **more: Any) -> dict[str, Any]:
    found, rate = samples(row["audio"]["bytes"])
    return {"text": row["text"], "samples": found.tobytes(), "sampling_rate": rate, **more}


@pytest.mark.parametrize(("split", "count"), [("train.500", 64), ("validation", 32)])
@pytest.mark.parametrize(("seed", "buffer_size"), [(0, 1000), (3, 5)])
def test_clips_come_as_datasets_streams_them(
    generated: Generated, monkeypatch: pytest.MonkeyPatch, split: Any, count: int, seed: int, buffer_size: int
) -> None:
    datasets = with_datasets()
    monkeypatch.setattr(datasets.config, "SLEEP_TIME_ON_THREADS_SHUTDOWN", 0)  # it waits for readers that are done
    stream = generated.load_dataset("openslr/librispeech_asr", "other", split=split, streaming=True)
    stream = stream.cast_column("audio", datasets.Audio(decode=False)).shuffle(seed=seed, buffer_size=buffer_size)
    order = installed_order()
    for n in (5, None):
        found = audio.librispeech(
            split, n, order=order, seed=seed, buffer_size=buffer_size, max_buffer_input_shards=10, fetch=True
        )
        expected = [restated(row, key=row["id"]) for row in stream.take(count if n is None else n)]
        assert comparable(found) == expected
        assert len(expected) == (5 if n else 12)


def test_which_version_of_datasets_is_said_by_the_caller(generated: Generated) -> None:
    with pytest.raises(TypeError, match="order"):
        audio.librispeech()  # type: ignore[call-arg]
    with pytest.raises(UsageError, match="read 2 shards in two ways"):
        audio.librispeech(order="datasets<=5.0", fetch=True)
    older = audio.librispeech(order="datasets<=5.0", buffer_size=3, max_buffer_input_shards=1, fetch=True)
    newer = audio.librispeech(order="datasets>=5.1", buffer_size=3, fetch=True)
    keys = [[clip["key"] for clip in each] for each in (older, newer)]
    assert sorted(keys[0]) == sorted(keys[1])
    assert keys[0] != keys[1]


@pytest.mark.parametrize("seed", [0, 42])
def test_medical_speech_is_cut_after_four_fifths(generated: Generated, seed: int) -> None:
    datasets = with_datasets()
    rows = generated.load_dataset("ekacare/eka-medical-asr-evaluation-dataset", "en", split="test")
    rows = list(rows.cast_column("audio", datasets.Audio(decode=False)))
    clips = []
    for row in rows:
        words = [item[0] for item in json.loads(row["medical_entities"] or "[]")]
        clips.append(restated(row, entities=words, key=row["md5_audio"] or row["file_name"]))
    order = list(range(len(clips)))
    random.Random(seed).shuffle(order)
    cut = int(0.8 * len(clips))
    train, test = audio.medical_asr(seed, fetch=True)
    assert comparable(train) == [clips[n] for n in order[:cut]]
    assert comparable(test) == [clips[n] for n in order[cut:]]
    assert (len(train), len(test)) == (8, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, []),
        ("", []),
        ("broken [", []),
        ("[]", []),
        ('{"a": 1}', []),
        ('[["fever", "x", [[0, 5]]], ["40 mg"], [], [7, "x"], "word", null, {"a": 1}]', ["fever", "40 mg"]),
    ],
)
def test_entities_are_the_first_words_of_lists(text: str | None, expected: list[str]) -> None:
    assert audio.entities(text) == expected


def test_entities_that_are_a_number_are_an_error() -> None:
    with pytest.raises(TableError, match="is JSON of 7, not of a list"):
        audio.entities("7")


def stereo(left: int, right: int, frames: int) -> bytes:
    sink = io.BytesIO()
    with wave.open(sink, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<hh", left, right) * frames)
    return sink.getvalue()


def write_eka(world: World, changes: list[dict[str, Any]]) -> None:
    row = {"audio": {"bytes": wav(20), "path": None}, "text": "t", "medical_entities": None}
    rows = [{**row, "md5_audio": None, "file_name": None, **change} for change in changes]
    texts = [(name, pa.string()) for name in ("text", "medical_entities", "md5_audio", "file_name")]
    world.write("eka_medical_asr", {"en": {"test": rows}}, schema=pa.schema([("audio", CELL), *texts]), shards=1)


def test_several_channels_become_their_mean_at_their_own_rate(world: World) -> None:
    write_eka(world, [{"audio": {"bytes": stereo(1000, -3000, 5), "path": None}}] * 2)
    clip = audio.medical_asr().train[0]
    assert clip["samples"].tolist() == [np.float32(-1000 / 32768)] * 5
    assert clip["sampling_rate"] == 8000
    assert "key" not in clip  # neither md5_audio nor file_name


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": None}, "column 'text' is None, not a text"),
        ({"audio": None}, "column 'audio' is None, not a clip"),
        ({"audio": {"bytes": None, "path": "/etc/passwd"}}, "paths in data are never opened"),
        ({"audio": {"bytes": b"noise", "path": "a.wav"}}, "a.wav: no sound that can be read"),
        ({"audio": {"bytes": wav(0), "path": None}}, "a clip without sound"),
    ],
    ids=["text", "none", "path", "noise", "silence"],
)
def test_a_clip_without_text_or_sound_is_an_error(world: World, change: dict[str, Any], fault: str) -> None:
    write_eka(world, [change] * 3)
    with pytest.raises(TableError, match=fault):
        list(audio.medical_asr().train)


def test_one_clip_cannot_be_cut_in_two(world: World) -> None:
    write_eka(world, [{}])
    with pytest.raises(TableError, match="0 of 1 clips are for training"):
        audio.medical_asr()


def utterances(rate: int) -> Rows:
    return [{"id": f"u{n}", "text": "T", "audio": {"bytes": wav(20 + n, rate), "path": None}} for n in range(4)]


def test_librispeech_at_another_rate_is_an_error(world: World) -> None:
    world.write("librispeech", {"other": {"train.500": utterances(8000), "validation": utterances(16_000)}}, shards=1)
    with pytest.raises(TableError, match="a clip of 8,000 Hz, where all have 16,000"):
        list(audio.librispeech(order="datasets>=5.1"))
    assert len(list(audio.librispeech("validation", order="datasets>=5.1"))) == 4


def test_what_the_recipe_does_not_stream_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match=r"no split 'train\.100'"):
        audio.librispeech("train.100", order="datasets>=5.1")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="0 clips"):
        audio.librispeech(n=0, order="datasets>=5.1")
    with pytest.raises(RecipesDataError, match="librispeech"):
        audio.librispeech(order="datasets>=5.1")
