"""audio/emotion's view of Expresso, fetched from a web server, against its recipe's steps written out again here."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loaders import audio
from recipes_data.cli.main import run
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.audio import decode
from tests.integration.test_url_datasets import shipped
from tests.integration.web_sites import Site
from tests.repositories.media import EXPRESSO_CLIPS, expresso, wav
from tests.views.worlds import settle
from tests.worlds import Project

STAGES: tuple[audio.Stage, ...] = ("sft_train", "rl_train", "dev", "test")
MOST = {"sft_train": 5, "rl_train": 4}  # the generated archive is small: both are cut off


def unpacked(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar.getmembers()}  # type: ignore[union-attr]


def lines(content: bytes) -> list[str]:
    """As Python reads a text file's lines."""
    return [line.rstrip("\n") for line in io.TextIOWrapper(io.BytesIO(content), "utf-8")]


def restated(files: dict[str, bytes], most: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    """prepare_data.py: its four manifests, in their order, with the clip's file where it has its path and frames."""
    transcripts: dict[str, str] = {}
    for line in lines(files["expresso/read_transcriptions.txt"]):
        id_, text = line.split("\t", 1)
        transcripts[id_] = text
    wavs: dict[str, str] = {}
    for path in files:
        if re.fullmatch(r"expresso/audio_48khz/read/[^/]+/[^/]+/base/[^/]+\.wav", path):
            wavs[Path(path).stem] = path
    by_split = {}
    for split in ("train", "dev", "test"):
        listed = [line.split("\t")[0] for line in lines(files[f"expresso/splits/{split}.txt"])]
        by_split[split] = [id_ for id_ in listed if id_ in wavs and id_ in transcripts]
        random.Random(0).shuffle(by_split[split])
    train = by_split.pop("train")
    groups: dict[str, list[int]] = {}
    for n, id_ in enumerate(train):
        plain = re.sub(r"[^a-z0-9' ]+", " ", transcripts[id_].lower())
        groups.setdefault(" ".join(plain.split()), []).append(n)
    counts: Counter[str] = Counter()
    picked = []
    for members in groups.values():
        fewest = min(counts[Path(wavs[train[n]]).parts[-3]] for n in members)
        first = next(n for n in members if counts[Path(wavs[train[n]]).parts[-3]] == fewest)
        counts[Path(wavs[train[first]]).parts[-3]] += 1
        picked.append(first)
    by_split["sft_train"] = [train[n] for n in sorted(picked)][: most["sft_train"]]
    by_split["rl_train"] = [id_ for n, id_ in enumerate(train) if n not in picked][: most["rl_train"]]
    return {
        stage: [
            {
                "key": id_,
                "text": transcripts[id_].strip(),
                "emotion": Path(wavs[id_]).parts[-3],
                "audio": {"bytes": files[wavs[id_]], "path": f"expresso.tar!/{wavs[id_]}"},
            }
            for id_ in ids
        ]
        for stage, ids in by_split.items()
    }


def loaded(clips: list[dict[str, Any]], n: int | None, seed: int) -> list[dict[str, Any]]:
    """env.py: a manifest's clips, shuffled, the first n."""
    clips = list(clips)
    random.Random(seed).shuffle(clips)
    return clips if n is None else clips[:n]


class Archive:
    """A project that names an archive on a web server of this machine, by its md5; now the working directory."""

    def __init__(self, folder: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.site = folder, site
        self.project = Project.make(folder)
        settle(self.project.root, self.project.store, monkeypatch)
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.delenv("CI", raising=False)

    def offer(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """Serve these files, and write the manifest that ships, with their URL and md5."""
        for path, content in files.items():
            (self.folder / "site" / path).write_bytes(content)
        text = re.sub(r"url: https://\S+", f"url: {self.site.url}", shipped("expresso"))
        digest = hashlib.md5(files["expresso.tar"]).hexdigest()
        self.project.write("expresso", re.sub("[0-9a-f]{32}", digest, text))
        return unpacked(files["expresso.tar"])


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    (tmp_path / "site").mkdir()
    site = Site(tmp_path / "site")
    yield Archive(tmp_path, site, monkeypatch)
    site.close()


def changed(**members: bytes | None) -> dict[str, bytes]:
    """The generated archive with other members; None: without it."""
    files: dict[str, bytes | None] = {**unpacked(expresso()["expresso.tar"])}
    files |= {path.replace("__", "/"): content for path, content in members.items()}
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        for path, content in files.items():
            if content is not None:
                member = tarfile.TarInfo(path if path.startswith("expresso/") else f"expresso/{path}")
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return {"expresso.tar": sink.getvalue()}


def test_each_stage_is_what_the_recipe_prepares_and_loads(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    assert audio._MOST == {"sft_train": 1600, "rl_train": 800}
    files = archive.offer(expresso())
    assert run(["fetch", "audio_emotion", "-q"]) == 0
    asked = len(archive.site.asked)
    for most in ({"sft_train": 1600, "rl_train": 800}, MOST):
        monkeypatch.setattr(audio, "_MOST", most)
        prepared = restated(files, most)
        for stage in STAGES:
            for n, seed in ((None, 0), (3, 0), (None, 5), (1, 7)):
                assert list(audio.emotion(stage, n, seed)) == loaded(prepared[stage], n, seed), (stage, n, seed)
    assert {stage: len(clips) for stage, clips in prepared.items()} == {
        "sft_train": 5,
        "rl_train": 4,
        "dev": 7,
        "test": 6,
    }
    assert len(archive.site.asked) == asked  # everything came from the store


def test_what_is_left_out_is_counted(archive: Archive) -> None:
    archive.offer(expresso())
    sft, rl = (audio.emotion(stage, fetch=True) for stage in STAGES[:2])
    said = {"no short read clip": 2, "no transcription": 1}
    assert dict(sft.report.dropped) == {**said, "of the other stage": 29 - len(sft)}
    assert dict(rl.report.dropped) == {**said, "of the other stage": 29 - len(rl)}
    assert (sft.report.rows, rl.report.rows) == (32, 32)
    assert len(sft) + len(rl) == 29
    assert dict(audio.emotion("dev", 3, fetch=True).report.dropped) == {"over the limit": 4}
    assert len({clip["text"].lower().strip(" .?!") for clip in sft}) == len(sft)


def test_no_clip_is_read_before_it_is_asked_for_and_decoding_is_the_callers(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.offer(expresso())
    clips = audio.emotion("test", fetch=True)
    clip = clips[0]
    samples, rate = decode(clip["audio"])
    number = int(str(clip["key"])[-5:])
    assert (len(samples), rate) == (40 + number, 48_000)
    opened: list[Path] = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path) or read(path))
    again = audio.emotion("test")
    assert len(again) == 6
    assert not opened
    assert again[2] == clips[2]
    assert len({path for path in opened if path.stat().st_size > 100}) == 1


def test_only_short_read_clips_and_lists_come_out_of_the_archive(archive: Archive) -> None:
    files = archive.offer(expresso())
    assert run(["fetch", "expresso", "-q"]) == 0
    lock = json.loads((archive.project.root / "manifests" / "locks" / "expresso.json").read_text())
    named = set(re.findall(r"expresso\.tar!/([^\"]+)", json.dumps(lock)))
    assert named == {path for path in files if "/base/" in path or path.endswith(".txt")} - {"expresso/README.txt"}
    assert len(named) == EXPRESSO_CLIPS + 4


def test_other_bytes_than_the_published_md5_are_refused(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    archive.offer(expresso())
    (archive.folder / "site" / "expresso.tar").write_bytes(changed(more=b"x")["expresso.tar"])
    assert run(["fetch", "expresso", "-q"]) == 5
    assert "expected md5:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (
            {"read_transcriptions.txt": b"ex01 no tab here\n"},
            "transcriptions, line 1 has no tab between id and text: 'ex01 no",
        ),
        ({"audio_48khz__read__ex02__sad__base__ex01_confused_00000.wav": wav(9)}, "two clips of expresso have the id"),
        ({"splits__dev.txt": b"nobody\n"}, "expresso has no clip of dev"),
    ],
    ids=["tab", "twice", "none"],
)
def test_what_the_recipe_stumbles_over_or_passes_over_is_an_error(
    archive: Archive, members: dict[str, bytes], words: str
) -> None:
    archive.offer(changed(**{f"expresso__{path}": content for path, content in members.items()}))
    with pytest.raises(TableError, match=words):
        audio.emotion("dev", fetch=True)


def test_what_is_not_there_is_refused(archive: Archive) -> None:
    archive.offer(expresso())
    with pytest.raises(UsageError, match="the recipe has no stage 'train'"):
        audio.emotion("train")  # type: ignore[arg-type]
    for n in (0, 7):
        with pytest.raises(UsageError, match=f"{n} clips of test, which has 6"):
            audio.emotion("test", n, fetch=True)
