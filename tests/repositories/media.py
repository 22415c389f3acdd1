"""Repositories of labelled images and of audio clips."""

from __future__ import annotations

import io
import json
import math
import struct
import tarfile
import wave
import zlib
from typing import Any

import pyarrow as pa

from tests.repositories.pieces import TEXT, Files, card, configs, one_config, parquet

_CELL = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour, by the format's own rules (W3C PNG, RFC 1950)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(samples: int, rate: int = 16_000, pitch: float = 440.0) -> bytes:
    """A mono 16-bit WAV of a sine."""
    sink = io.BytesIO()
    with wave.open(sink, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        wobble = (int(9000 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(samples))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in wobble))
    return sink.getvalue()


def labelled(names: tuple[str, ...], splits: dict[str, int]) -> Files:
    """Like the dpdl-benchmark repositories: `image` and a class `label`; wide, tall and large pictures among them."""
    schema = pa.schema([("image", _CELL), ("label", pa.int64())])
    features = {"image": {"_type": "Image"}, "label": {"names": list(names), "_type": "ClassLabel"}}
    sizes = ((8, 6), (6, 9), (600, 20), (5, 700))
    tables = {}
    for at, (split, count) in enumerate(splits.items()):
        tables[split] = [
            {
                "image": {
                    "bytes": png(*sizes[n % 4], (40 * at % 256, 9 * n % 256, 7)),
                    "path": None if n % 5 == 4 else f"{split}_{n:04d}.png",
                },
                "label": n % len(names),
            }
            for n in range(count)
        ]
    return one_config(tables, schema=schema, features=features)


def caltech101() -> Files:
    """Like dpdl-benchmark/caltech101: one class is `stop_sign`."""
    return labelled(("accordion", "BACKGROUND_Google", "stop_sign", "wild_cat"), {"train": 14, "test": 9})


def flowers102() -> Files:
    """Like dpdl-benchmark/oxford_flowers102: also a `validation` split."""
    return labelled(
        ("pink primrose", "hard-leaved pocket orchid", "sweet.pea"), {"train": 9, "validation": 4, "test": 7}
    )


def pets() -> Files:
    """Like dpdl-benchmark/oxford_iiit_pet."""
    return labelled(("Abyssinian", "american_bulldog"), {"train": 8, "test": 6})


def stanford_cars() -> Files:
    """Like tanganke/stanford_cars: nine splits, of which two are used."""
    noise = ("contrast", "gaussian_noise", "impulse_noise", "jpeg_compression", "motion_blur", "pixelate", "spatter")
    return labelled(
        ("AM General Hummer SUV 2000", "Acura TL Type-S 2008"), {"train": 8, "test": 6, **dict.fromkeys(noise, 2)}
    )


def librispeech() -> Files:
    """Like openslr/librispeech_asr once it is parquet, as remembered: config `other`, splits with a dot."""
    files: Files = {}
    described: dict[str, dict[str, str]] = {}
    layout = {"clean": ("validation", "test", "train.100"), "other": ("validation", "test", "train.500")}
    for config, splits in layout.items():
        described[config] = {split: f"{config}/{split}/*.parquet" for split in splits}
        for split in splits:
            for shard in range(2):
                rows = [_utterance(f"{config}-{split}-{shard}-{n}", n) for n in range(6)]
                files[f"{config}/{split}/{shard:04d}.parquet"] = parquet(rows, features=_speech())
    return files | card("license: cc-by-4.0\n" + configs(described))


def _speech() -> dict[str, Any]:
    audio = {"sampling_rate": 16_000, "_type": "Audio"}
    numbers = {"dtype": "int64", "_type": "Value"}
    return {"file": TEXT, "audio": audio, "text": TEXT, "speaker_id": numbers, "chapter_id": numbers, "id": TEXT}


def _utterance(name: str, n: int) -> dict[str, Any]:
    return {
        "file": f"{name}.flac",
        "audio": {"bytes": wav(160 + 16 * n, pitch=200.0 + 30 * n), "path": f"{name}.flac"},
        "text": f"SENTENCE {n} OF {name.upper()}",
        "speaker_id": 116,
        "chapter_id": 288045,
        "id": name,
    }


def librispeech_dummy() -> Files:
    """Like hf-internal-testing/librispeech_asr_dummy: one small split."""
    rows = [_utterance(f"1272-128104-{n:04d}", n) for n in range(5)]
    described = configs({"clean": {"validation": "clean/validation-*"}})
    return {"clean/validation-00000-of-00001.parquet": parquet(rows, features=_speech())} | card(described)


def eka_medical_asr() -> Files:
    """Like ekacare/eka-medical-asr-evaluation-dataset, as remembered: `en` and `hi`, entities as JSON in strings."""

    def row(language: str, n: int) -> dict[str, Any]:
        entities = json.dumps([[f"drug {n}", "drugs"], ["fever", "clinical_findings"]][: n % 3])
        return {
            "audio": {"bytes": wav(200 + n, rate=16_000), "path": f"{language}_{n}.wav"},
            "text": f"Take drug {n} for fever.",
            "medical_entities": entities if n != 4 else "",
            "md5_audio": f"{n:032x}" if n % 4 else None,
            "file_name": f"{language}_{n}.wav",
        }

    features = {
        "audio": {"_type": "Audio"},
        **dict.fromkeys(("text", "medical_entities", "md5_audio", "file_name"), TEXT),
    }
    files = {
        f"{language}/test-00000-of-00001.parquet": parquet([row(language, n) for n in range(11)], features=features)
        for language in ("en", "hi")
    }
    return files | card("license: mit\n" + configs({each: {"test": f"{each}/test-*"} for each in ("en", "hi")}))


def wiki_index_2018() -> Files:
    """Like tianyi-thinks/2018-wiki-index: one archive of a database, no rows."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:xz") as tar:
        member = tarfile.TarInfo("chroma_db/chroma.sqlite3")
        member.size = 16
        tar.addfile(member, io.BytesIO(b"SQLite format 3\0"))
    return {"chroma_db.tar.xz": sink.getvalue()} | card()


EXPRESSO_CLIPS = 42
"""Short read clips that are in the generated archive."""


def expresso() -> Files:
    """Like Expresso's archive, as the cookbook's recipe reads it: short read clips, and what it passes over.

    Sentences come in several styles and spellings; lists name long readings, a clip that is not there, one without a
    transcription, one twice.
    """
    styles = ("confused", "default", "happy", "whisper")
    sentences = ("It's late.", "Where is it?", "I don't know", "Café no. 5!", "Well, WELL.", "No.")
    files: Files = {"expresso/README.txt": b"speech\n"}
    names: list[str] = []
    written: list[str] = []
    for n in range(EXPRESSO_CLIPS):
        speaker, style = f"ex{n % 3 + 1:02d}", styles[n * n % 7 % 4]
        name = f"{speaker}_{style}_{n:05d}"
        files[f"expresso/audio_48khz/read/{speaker}/{style}/base/{name}.wav"] = wav(40 + n, rate=48_000)
        names.append(name)
        text = sentences[n % 6]
        written.append(f"{name}\t{text.upper() if n % 4 == 1 else f' {text} '}")
    last = written.pop()  # this clip has no transcription
    written.insert(3, f"{names[5]}\tsaid before")  # of two transcriptions the later one counts
    written.append(f"ex01_sad_99999\t{last}")  # one without a clip, and with a second tab
    files["expresso/audio_48khz/read/ex01/default/longform/ex01_default_longform_00001.wav"] = wav(50, rate=48_000)
    files["expresso/audio_48khz/conversational/ex01-ex02/happy/ex01-ex02_happy_001.wav"] = wav(50, rate=48_000)
    files["expresso/read_transcriptions.txt"] = ("\n".join(written) + "\n").encode()
    of_train = [*names[:28], names[41], names[4], "ex01_default_longform_00001\t(0.0, 2.5)", "ex09_sad_00001"]
    lists = {"train": of_train, "dev": names[28:35], "test": names[35:41]}
    for split, listed in lists.items():
        files[f"expresso/splits/{split}.txt"] = "".join(f"{name}\n" for name in listed).encode()
    return {"expresso.tar": _tar(files)}


def _tar(files: Files) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return sink.getvalue()
