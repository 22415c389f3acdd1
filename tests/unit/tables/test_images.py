"""Images: folders with labels and metadata, and decoding when asked, within bounds."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image

from recipes_data.columns import MEDIA, Columns, parse_type
from recipes_data.errors import TableError, UnsafeFileError
from recipes_data.tables import folders
from recipes_data.tables.images import decode
from recipes_data.tables.source import Source


def encoded(image: Image.Image, format: str = "PNG", **how: object) -> bytes:
    kept = io.BytesIO()
    image.save(kept, format, **how)  # type: ignore[arg-type]
    return kept.getvalue()


def put(folder: Path, files: dict[str, bytes]) -> list[Source]:
    found = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        index = folder / f"index-{len(found)}"
        found.append(Source(path, f"toy ({name})", name, len(content), index, lambda _: None))
    return found


def jsonl(*rows: object) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def read(sources: list[Source], siblings: list[str] | None = None, promised: Columns | None = None) -> list[object]:
    counts, columns = folders.measure_together(sources, promised, siblings or [one.file for one in sources])
    return [row for shard in folders.shards(sources, counts, columns) for row in shard.rows(0, len(shard))]


def names(sources: list[Source], siblings: list[str]) -> dict[str, str]:
    return {name: str(kind) for name, kind in folders.measure_together(sources, None, siblings)[1]}


def test_one_folder_gives_no_label(tmp_path: Path) -> None:
    sources = put(tmp_path, {"a/1.png": b"1", "a/2.png": b"22"})
    assert read(sources) == [
        {"image": {"bytes": b"1", "path": "a/1.png"}},
        {"image": {"bytes": b"22", "path": "a/2.png"}},
    ]


def test_folders_at_several_depths_give_no_label(tmp_path: Path) -> None:
    sources = put(tmp_path, {"a/1.png": b"1", "b/c/2.png": b"22"})
    assert names(sources, [one.file for one in sources]) == {"image": "image"}


def test_class_names_come_from_all_splits_of_the_config(tmp_path: Path) -> None:
    sources = put(tmp_path, {"test/b/1.png": b"1"})
    siblings = ["train/a/9.png", "train/c/8.PNG", "test/b/1.png", "train/notes.json"]
    assert names(sources, siblings) == {"image": "image", "label": 'class_label["a","b","c"]'}
    assert read(sources, siblings) == [{"image": {"bytes": b"1", "path": "test/b/1.png"}, "label": 1}]


def test_rows_of_metadata_replace_names_by_cells_wherever_they_stand(tmp_path: Path) -> None:
    meta = jsonl(
        {"id": 7, "file_name": "x/1.png", "mask_file_name": "2.png", "file_names": ["2.png", "x/1.png"]},
        {"id": 8, "file_name": "./x/1.png", "mask_file_name": None, "file_names": []},
    )
    sources = put(tmp_path, {"t/metadata.jsonl": meta, "t/x/1.png": b"1", "t/2.png": b"22"})
    one, two = {"bytes": b"1", "path": "t/x/1.png"}, {"bytes": b"22", "path": "t/2.png"}
    assert read(sources) == [
        {"id": 7, "image": one, "mask": two, "images": [two, one]},
        {"id": 8, "image": one, "mask": None, "images": []},
    ]
    assert names(sources, []) == {"id": "int64", "image": "image", "mask": "image", "images": "list<image>"}


def test_promised_columns_are_those_of_the_table_not_of_the_metadata(tmp_path: Path) -> None:
    sources = put(tmp_path, {"metadata.jsonl": jsonl({"file_name": "1.png", "n": None}), "1.png": b"1"})
    promised = (("image", MEDIA["image"]), ("n", parse_type("float64")))
    assert folders.measure_together(sources, promised, []) == ([1, 0], promised)
    assert read(sources, promised=promised) == [{"image": {"bytes": b"1", "path": "1.png"}, "n": None}]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../secret.png", "'../secret.png' is no file of the split"),
        ("/etc/passwd", "'/etc/passwd' is no file of the split"),
        ("file:///etc/passwd", "is no file of the split"),
        ("3.png", "row 1: '3.png' is no file of the split"),
    ],
)
def test_a_name_that_is_no_file_of_the_split_is_refused(tmp_path: Path, name: str, message: str) -> None:
    meta = jsonl({"file_name": "1.png"}, {"file_name": name})
    sources = put(tmp_path, {"d/metadata.jsonl": meta, "d/1.png": b"1", "secret.png": b"s"})
    with pytest.raises(TableError, match=message):
        read(sources)


def test_a_folder_whose_name_begins_alike_is_not_below_the_metadata(tmp_path: Path) -> None:
    sources = put(tmp_path, {"d/metadata.jsonl": jsonl({"file_name": "2/1.png"}), "d22/1.png": b"1"})
    with pytest.raises(TableError, match=r"'2/1\.png' is no file of the split|names no row for d22/1\.png"):
        read(sources)


def test_metadata_that_leaves_a_file_out_is_refused(tmp_path: Path) -> None:
    files = {"metadata.jsonl": jsonl({"file_name": "1.png"}), "1.png": b"1", "2.png": b"2", "3.png": b"3"}
    with pytest.raises(TableError, match=r"names no row for 2\.png and 1 more"):
        read(put(tmp_path, files))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            ("metadata.jsonl", jsonl({"file_name": "1.png", "image": "x"})),
            ("notes/2.png", b"2"),
            "two columns would be called 'image'",
        ),
        (
            ("a/metadata.jsonl", jsonl({"file_name": "1.png"})),
            ("b/metadata.csv", b"file_name\n1.png\n"),
            r"metadata of several formats \(\.csv, \.jsonl\)",
        ),
        (
            ("a/metadata.jsonl", jsonl({"file_name": "1.png", "n": 1})),
            ("b/metadata.jsonl", jsonl({"file_name": "1.png", "n": "one"})),
            "has other columns than toy .* column 'n' is string, promised was int64",
        ),
        (("metadata.jsonl", jsonl({"name": "1.png"})), ("2.png", b"2"), "no column is called file_name"),
    ],
)
def test_metadata_that_makes_no_one_table_is_refused(
    tmp_path: Path, first: tuple[str, bytes], second: tuple[str, bytes], message: str
) -> None:
    files = dict([first, second]) | {"1.png": b"1", "a/1.png": b"1", "b/1.png": b"1"}
    with pytest.raises(TableError, match=message):
        read(put(tmp_path, files))


def test_a_split_without_metadata_beside_one_that_has_some_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="another split of the config has metadata"):
        read(put(tmp_path, {"a/1.png": b"1"}), ["a/1.png", "b/metadata.csv", "b/2.png"])


def test_metadata_without_names_of_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no column is called file_name"):
        read(put(tmp_path, {"metadata.jsonl": jsonl({"file": "1.png"}), "1.png": b"1"}))


def test_classes_of_members_have_to_be_promised(tmp_path: Path) -> None:
    sources = put(tmp_path, {"z.zip!/a/1.png": b"1", "z.zip!/b/2.png": b"2"})
    with pytest.raises(TableError, match=r"the folder 'a' is no class that the manifest names"):
        read(sources, ["z.zip"])
    promised = (("image", MEDIA["image"]), ("label", parse_type('class_label["b","a"]')))
    assert [row["label"] for row in read(sources, ["z.zip"], promised)] == [1, 0]  # type: ignore[index]


def test_a_folder_as_arrow_has_the_same_rows(tmp_path: Path) -> None:
    sources = put(tmp_path, {f"{'ab'[n % 2]}/{n}.png": bytes([n]) for n in range(5)})
    counts, columns = folders.measure_together(sources, None, [one.file for one in sources])
    (shard,) = folders.shards(sources, counts, columns)
    assert shard.seekable
    assert pa.Table.from_batches(shard.batches()).to_pylist() == list(shard.rows(0, 5)) == shard.arrow().to_pylist()


def test_a_file_that_changed_its_length_is_refused(tmp_path: Path) -> None:
    sources = put(tmp_path, {"a/1.png": b"1"})
    (tmp_path / "a/1.png").write_bytes(b"22")
    with pytest.raises(TableError, match=r"a/1\.png.*expected 1 bytes, got 2"):
        read(sources)


# --- decoding


def test_an_image_is_decoded_as_datasets_decodes_it() -> None:
    import datasets

    plain = Image.effect_mandelbrot((30, 20), (-2, -1, 1, 1), 50)
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    for name, how in (("PNG", {}), ("JPEG", {"exif": exif}), ("GIF", {}), ("WEBP", {}), ("BMP", {}), ("TIFF", {})):
        cell = {"bytes": encoded(plain, name, **how), "path": "x"}
        theirs = datasets.Image().decode_example(cell)
        ours = decode(cell)
        assert (ours.size, ours.mode, ours.tobytes()) == (theirs.size, theirs.mode, theirs.tobytes())
        assert decode(cell["bytes"]).size == ours.size  # type: ignore[arg-type]
    assert decode(encoded(plain, "JPEG", exif=exif)).size == (20, 30)


def test_an_image_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    def chunk(content: bytes) -> bytes:
        return (len(content) - 4).to_bytes(4, "big") + content + zlib.crc32(content).to_bytes(4, "big")

    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(header) + chunk(b"IDAT" + zlib.compress(bytes(1000)))
    for content in (bomb, encoded(Image.new("1", (10_000, 9_000)))):
        with pytest.raises(UnsafeFileError, match="more than 89,478,485 are not decoded"):
            decode(content)
    with pytest.raises(UnsafeFileError, match=r"toy\.png: 4 x 5 pixels, more than 19"):
        decode({"bytes": encoded(Image.new("L", (4, 5))), "path": "toy.png"}, max_pixels=19)


@pytest.mark.parametrize("content", [b"", b"no image", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"])
def test_what_is_no_picture_is_refused_and_never_handed_to_another_program(content: bytes) -> None:
    with pytest.raises(TableError, match=r"a\.png: not an image"):
        decode({"bytes": content, "path": "a.png"})


def test_an_image_that_was_cut_off_is_refused() -> None:
    whole = encoded(Image.effect_noise((50, 50), 10))
    with pytest.raises(TableError, match="not an image that can be read"):
        decode(whole[: len(whole) // 2])


def test_a_path_in_data_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(Image.new("L", (2, 2))))
    with pytest.raises(TableError, match="paths in data are never opened"):
        decode({"bytes": None, "path": str(secret)})


def test_without_pillow_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['PIL'] = None\n"
        "from recipes_data.errors import UsageError\n"
        "from recipes_data.tables.images import decode\n"
        "try:\n    decode(b'')\nexcept UsageError as exc:\n    print(exc.do)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "pip install 'recipes-data[images]'\n"
