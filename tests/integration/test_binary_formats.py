"""Arrow, images, sounds and members of archives: manifest, lock, fetch, load, and the rows that `datasets` gives."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from loaders import Rows, load
from recipes_data.mirror import Mirror
from tests.worlds import Project, files_left_open, write_jsonl

ROWS = [{"n": n, "text": f"row {n}", "list": list(range(n % 4))} for n in range(25)]


def picture(number: int, format: str = "PNG") -> bytes:
    """A small image, each number another one."""
    kept = io.BytesIO()
    Image.new("RGB", (4 + number, 5), (number % 256, 10, 20)).save(kept, format)
    return kept.getvalue()


class World:
    """A served folder, and a project beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repo = folder / "hub" / "datasets" / "org" / "toy"
        self.repo.mkdir(parents=True)
        (self.repo / "README.md").write_text("# Toy\n")
        self.project = Project.make(folder)

    def put(self, path: str, content: bytes) -> Path:
        target = self.repo / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def manifest(self, splits: str, columns: str = "") -> None:
        above = f"columns: {columns}\n" if columns else ""
        text = f"name: toy\ntitle: Toy\nrepo: org/toy\n{above}configs:\n  main:\n    splits:\n"
        self.project.write("toy", text + "".join(f"      {line}\n" for line in splits.splitlines()))

    def fetch(self, *words: str) -> Any:
        with Mirror(self.folder / "hub") as mirror:
            return self.project.run("fetch", "toy", "--endpoint", mirror.url, *words)

    def rows(self, split: str = "train") -> Rows:
        return load("toy", split=split, project=self.project.root, store=self.project.store)

    def fetched(self, split: str = "train") -> Rows:
        ran = self.fetch()
        assert ran.code == 0, ran.err
        return self.rows(split)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def as_datasets(folder: Path, split: str = "train") -> tuple[list[dict[str, Any]], Any]:
    """The rows of a folder as `datasets` gives them, its paths from the folder and its files read."""
    with files_left_open():
        found = datasets.load_dataset(str(folder), split=split, cache_dir=str(folder.parent / "cache"))
    rows = []
    for row in found.cast_column("image", datasets.Image(decode=False)):
        path = row["image"]["path"]
        rows.append({**row, "image": {"bytes": Path(path).read_bytes(), "path": os.path.relpath(path, folder)}})
    return rows, found.features


def test_an_arrow_stream_and_an_arrow_file_give_the_rows_that_were_written(world: World) -> None:
    table = pa.Table.from_pylist(ROWS)
    for name, writer in (("stream", pa.ipc.new_stream), ("file", pa.ipc.new_file)):
        sink = pa.BufferOutputStream()
        with writer(sink, table.schema) as open_writer:
            open_writer.write_table(table, max_chunksize=7)
        world.put(f"{name}.arrow", sink.getvalue().to_pybytes())
    world.manifest("train: {files: stream.arrow, rows: 25, evidence: here}\ntest: {files: file.arrow}")
    assert list(world.fetched("train")) == ROWS
    assert list(world.rows("test")) == ROWS
    assert world.rows("test")[13] == ROWS[13]


def test_a_folder_that_save_to_disk_wrote_is_read_in_the_order_of_its_state(world: World) -> None:
    features = datasets.Features({"n": datasets.Value("int64"), "answer": datasets.ClassLabel(names=["no", "yes"])})
    made = datasets.Dataset.from_list([{"n": n, "answer": n % 2} for n in range(40)], features=features)
    made.shuffle(seed=3).save_to_disk(str(world.repo / "saved"), num_shards=3, num_proc=1)
    state = json.loads((world.repo / "saved" / "state.json").read_text())
    state["_data_files"].reverse()
    (world.repo / "saved" / "state.json").write_text(json.dumps(state))
    world.manifest("train: {files: saved/*}")
    rows = world.fetched()
    theirs = datasets.load_from_disk(str(world.repo / "saved"))
    assert list(rows) == list(theirs)
    assert rows[17] == theirs[17]
    assert rows.types == {"n": "int64", "answer": 'class_label["no","yes"]'}
    assert world.project.lock("toy")["configs"][0]["splits"][0]["format"] == "save_to_disk"


def test_a_table_of_several_files_together_is_not_converted_one_by_one(world: World) -> None:
    datasets.Dataset.from_list([{"n": n} for n in range(4)]).save_to_disk(str(world.repo / "saved"), num_proc=1)
    world.manifest("train: {files: saved/*}")
    assert len(world.fetched()) == 4
    ran = world.project.run("path", "toy", "--format", "parquet")
    assert (ran.code, ran.out) == (2, "")
    assert "toy/main:train: the files of save_to_disk are one table only together" in ran.err
    assert "loaders.load('toy', ...).to_arrow()" in ran.err


def test_images_in_folders_have_the_labels_that_datasets_gives_them(world: World) -> None:
    for number, path in enumerate(["train/Zebra/b.png", "train/Zebra/a.png", "train/ant/1.png", "train/bee/2.png"]):
        world.put(path, picture(number))
    for number, path in enumerate(["test/ant/9.png", "test/Yak/8.png"]):
        world.put(path, picture(20 + number))
    world.manifest("train: {files: train/**/*.png, rows: 4, evidence: here}\ntest: {files: test/**/*.png}")
    for split in ("train", "test"):
        theirs, features = as_datasets(world.repo, split)
        rows = world.fetched(split)
        assert list(rows) == theirs
        assert [rows[i] for i in range(len(rows))] == theirs
        assert rows.types == {"image": "image", "label": 'class_label["Yak","Zebra","ant","bee"]'}
        assert features["label"].names == ["Yak", "Zebra", "ant", "bee"]
    # a run that may not complete the lock still loads: what was measured lies in the store
    assert world.rows("test").to_arrow().to_pylist() == list(world.rows("test"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # datasets leaves metadata.csv open
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_images_with_metadata_have_its_rows_as_datasets_gives_them(world: World, suffix: str) -> None:
    meta = [{"n": 7 - n, "file_name": f"deep/{n}.jpg", "caption": f'no. {n}, "quoted"'} for n in (2, 0, 1)]
    for row in meta:
        world.put(f"train/{row['file_name']}", picture(10 + row["n"], "JPEG"))
    if suffix == "jsonl":
        write_jsonl(world.repo / "train" / "metadata.jsonl", meta)
    elif suffix == "parquet":
        pq.write_table(pa.Table.from_pylist(meta), world.repo / "train" / "metadata.parquet")
    else:
        lines = [",".join('"' + str(value).replace('"', '""') + '"' for value in row.values()) for row in meta]
        world.put("train/metadata.csv", "\n".join([",".join(meta[0]), *lines, ""]).encode())
    columns = "{n: int64, image: image, caption: string}" if suffix == "csv" else ""
    world.manifest("train: {files: train/**}", columns)
    theirs, _ = as_datasets(world.repo)
    rows = world.fetched()
    assert rows.columns == ["n", "image", "caption"]
    assert list(rows) == theirs
    assert rows[1] == theirs[1]
    assert [row["caption"] for row in rows] == [row["caption"] for row in meta]


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def write_tar(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:" + path.suffix[1:].removesuffix("tar")) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def as_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.mark.parametrize("name", ["data.zip", "data.tar", "data.tar.gz"])
def test_members_of_an_archive_are_rows_in_the_order_of_the_manifest(world: World, name: str) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(ROWS), sink)
    members = {
        "data/b.jsonl": as_jsonl(ROWS[10:20]),
        "data/a.jsonl": as_jsonl(ROWS[:10]),
        "last/c.jsonl": as_jsonl(ROWS[20:]),
        "test.parquet": sink.getvalue().to_pybytes(),
        "run.py": b"import os",
    }
    write = write_zip if name.endswith("zip") else write_tar
    write(world.repo / name, members)
    world.manifest(
        f"train: {{files: {name}, members: [data/*.jsonl, last/*], format: jsonl, rows: 25, evidence: here}}\n"
        f"test: {{files: {name}, members: test.parquet}}"
    )
    assert list(world.fetched()) == ROWS
    assert list(world.rows("test")) == ROWS
    split = world.project.lock("toy")["configs"][0]["splits"][0]
    assert [entry["path"] for entry in split["extracted"]] == [
        f"{name}!/{path}" for path in ("data/a.jsonl", "data/b.jsonl", "last/c.jsonl")
    ]
    assert [entry["rows"] for entry in split["extracted"]] == [10, 10, 5]
    assert world.project.run("verify", "toy").code == 0
    assert world.project.leftovers() == []


def test_members_come_out_again_when_they_left_the_store(world: World) -> None:
    write_zip(world.repo / "data.zip", {"a.jsonl": as_jsonl(ROWS)})
    world.manifest("train: {files: data.zip, members: a.jsonl}")
    rows = world.fetched()
    split = world.project.lock("toy")["configs"][0]["splits"][0]
    sha256 = split["extracted"][0]["sha256"]
    next(blob for blob in world.project.blobs() if blob.name == sha256).unlink()
    ran = world.fetch()
    assert ran.code == 0, ran.err
    assert list(world.rows()) == list(rows) == ROWS


def test_a_run_that_may_not_complete_the_lock_still_gives_rows(world: World) -> None:
    write_zip(world.repo / "data.zip", {"a.jsonl": as_jsonl(ROWS)})
    world.put("one/1.png", picture(1))
    world.put("two/2.png", picture(2))
    world.manifest("train: {files: data.zip, members: a.jsonl}\ntest: {files: '*/*.png'}")
    with Mirror(world.folder / "hub") as mirror:
        assert world.project.run("lock", "toy", "--endpoint", mirror.url).code == 0
    ran = world.fetch("--locked")
    assert ran.code == 0, ran.err
    assert world.project.lock("toy")["configs"][0]["splits"][1]["columns"] is None
    assert list(world.rows()) == ROWS
    assert [row["label"] for row in world.rows("test")] == [0, 1]


def test_sounds_in_folders_are_their_files_by_code_points(world: World) -> None:
    for number, path in enumerate(["dog/b.wav", "cat/a.wav", "dog/a.wav"]):
        frames = bytes(range(number, number + 40))
        size = (36 + len(frames)).to_bytes(4, "little")
        head = b"RIFF" + size + b"WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data"
        world.put(f"train/{path}", head + len(frames).to_bytes(4, "little") + frames)
    world.manifest("train: {files: train/**/*.wav}")
    rows = world.fetched()  # `datasets` reads no folder of sounds without torchcodec
    assert list(rows) == [
        {"audio": {"bytes": (world.repo / path).read_bytes(), "path": path}, "label": label}
        for path, label in (("train/cat/a.wav", 0), ("train/dog/a.wav", 1), ("train/dog/b.wav", 1))
    ]
    assert rows.types == {"audio": "audio", "label": 'class_label["cat","dog"]'}


def test_bytes_that_are_no_image_are_refused_by_fetch(world: World) -> None:
    world.put("a/1.png", picture(1))
    world.put("a/2.png", b"<!doctype html><html>sign in</html>")
    world.manifest("train: {files: a/*.png}")
    ran = world.fetch()
    assert ran.code == 5
    assert "a/2.png: expected a PNG image, got a web page" in ran.err
