"""Sounds: folders of them, and decoding when asked, within bounds."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from recipes_data.errors import TableError, UnsafeFileError
from recipes_data.tables import folders
from recipes_data.tables.audio import decode
from recipes_data.tables.source import Source

TONE = (np.sin(np.arange(800) / 9) / 2).astype("float32")


def encoded(samples: np.ndarray, format: str = "WAV", rate: int = 16_000) -> bytes:
    kept = io.BytesIO()
    soundfile.write(kept, samples, rate, format=format)
    return kept.getvalue()


@pytest.mark.parametrize("format", ["WAV", "FLAC", "OGG", "MP3"])
def test_samples_are_those_that_were_written(format: str) -> None:
    samples, rate = decode({"bytes": encoded(TONE, format), "path": "tone"})
    assert (rate, samples.dtype, samples.ndim) == (16_000, np.float32, 1)
    assert abs(len(samples) - 800) < 1200  # mp3 has whole frames only
    if format in ("WAV", "FLAC"):
        assert np.abs(samples - TONE).max() < 2 / 2**15


def test_several_channels_come_first() -> None:
    both = np.stack([TONE, -TONE], axis=1)
    samples, _ = decode(encoded(both))
    assert samples.shape == (2, 800)
    assert np.abs(samples[1] + TONE).max() < 2 / 2**15


def test_a_sound_that_is_too_long_is_refused() -> None:
    with pytest.raises(UnsafeFileError, match=r"long\.wav: more than 1,599 samples are not decoded"):
        decode({"bytes": encoded(np.stack([TONE, TONE], axis=1)), "path": "long.wav"}, max_samples=1599)
    assert decode(encoded(np.stack([TONE, TONE], axis=1)), max_samples=1600)[0].shape == (2, 800)


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\x04\0\0\0WAVE"])
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    with pytest.raises(TableError, match=r"a\.wav: no sound that can be read"):
        decode({"bytes": content, "path": "a.wav"})


def test_a_path_in_data_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(encoded(TONE))
    with pytest.raises(TableError, match="paths in data are never opened"):
        decode({"bytes": None, "path": str(tmp_path / "a.wav")})


def test_a_folder_of_sounds_has_labels_and_cells(tmp_path: Path) -> None:
    sources = []
    for name in ("dog/1.wav", "cat/2.flac"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_bytes(encoded(TONE, path.suffix[1:].upper()))
        sources.append(Source(path, f"toy ({name})", name, path.stat().st_size, path, lambda _: None))
    counts, columns = folders.measure_together(sources, None, [one.file for one in sources])
    assert {name: str(kind) for name, kind in columns} == {"audio": "audio", "label": 'class_label["cat","dog"]'}
    rows = list(folders.shards(sources, counts, columns)[0].rows(0, 2))
    assert [(row["label"], row["audio"]["path"]) for row in rows] == [(1, "dog/1.wav"), (0, "cat/2.flac")]
    assert decode(rows[1]["audio"])[1] == 16_000


def test_without_soundfile_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['soundfile'] = None\n"
        "from recipes_data.errors import UsageError\n"
        "from recipes_data.tables.audio import decode\n"
        "try:\n    decode(b'')\nexcept UsageError as exc:\n    print(exc.do)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "pip install 'recipes-data[audio]'\n"
