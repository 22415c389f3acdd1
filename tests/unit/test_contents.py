"""Bytes against names: real files of every format pass, pickles and programs under any name do not."""

from __future__ import annotations

import bz2
import collections
import csv
import datetime as dt
import decimal
import gzip
import io
import json
import lzma
import pickle
import random
import string
import struct
import sys
import tarfile
import wave
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import IntegrityError, RecipesDataError, UnsafeFileError
from recipes_data.hub.contents import HEAD_BYTES, TAIL_BYTES, check_content
from recipes_data.hub.pickles import looks_pickled

ROOT = Path(__file__).parents[2]
TABLE = pa.table({"question": ["one", "two", "drei é"], "answer": [1, 2, 3]})
ROWS = TABLE.to_pylist()


def checked(data: bytes, path: str) -> None:
    check_content(data[:HEAD_BYTES], path, tail=data[-TAIL_BYTES:])
    check_content(data[:HEAD_BYTES], path)


def refusal(data: bytes, path: str) -> RecipesDataError | None:
    try:
        checked(data, path)
    except RecipesDataError as error:
        return error
    return None


def saved(write) -> bytes:
    out = io.BytesIO()
    write(out)
    return out.getvalue()


def tar_bytes(mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:
        member = tarfile.TarInfo("0001.json")
        member.size = 2
        tar.addfile(member, io.BytesIO(b"{}"))
    return out.getvalue()


def zip_bytes(*names: str, pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", pack) as archive:
        for name in names:
            archive.writestr(name, b"content " * 10)
    return out.getvalue()


def wav_bytes() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(100))
    return out.getvalue()


def png_bytes() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def ipc_bytes(new) -> bytes:
    out = io.BytesIO()
    with new(out, TABLE.schema) as writer:
        writer.write_table(TABLE)
    return out.getvalue()


def csv_bytes(delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, TABLE.column_names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


JSONL = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
SAFETENSORS_HEADER = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()


def safetensors_bytes(width: int) -> bytes:
    return struct.pack("<Q", width) + SAFETENSORS_HEADER.ljust(width) + bytes(4)


GOOD: dict[str, bytes] = {
    "a.parquet": saved(lambda out: pq.write_table(TABLE, out)),
    "big.parquet": saved(
        lambda out: pq.write_table(pa.table({"n": np.random.default_rng(1).integers(0, 1 << 60, 50_000)}), out)
    ),
    "stream.arrow": ipc_bytes(pa.ipc.new_stream),
    "file.arrow": ipc_bytes(pa.ipc.new_file),
    "a.feather": saved(lambda out: pyarrow.feather.write_feather(TABLE, out)),
    "v1.feather": b"FEA1\0\0\0\0",
    "a.json": json.dumps(ROWS).encode(),
    "number.json": b" 12\n",
    "null.json": b"null",
    "mark.json": b"\xef\xbb\xbf {}",
    "a.jsonl": JSONL,
    "A.NDJSON": JSONL,
    "empty.jsonl": b"",
    "blank.jsonl": b"\n\n",
    "a.csv": csv_bytes(),
    "a.tsv": csv_bytes("\t"),
    "wide.csv": csv_bytes().decode().encode("utf-16"),
    "latin.csv": "prénom,âge\n".encode("latin-1"),
    "empty.csv": b"",
    "mozambique.csv": b"MZ,Maputo\nNA,Windhoek\n",
    "a.txt": b"It was the best of times.\n",
    "page.txt": b"<!DOCTYPE html><html><body>a page of a crawl</body></html>",
    "a.md": b"---\nlicense: mit\n---\n# Title\n<p align=center>",
    "top.md": b"<h1>Title</h1>\n",
    "a.yaml": b"name: x\nfiles: [a]\n",
    "README": b"read me",
    "a.jsonl.gz": gzip.compress(JSONL),
    "big.jsonl.gz": gzip.compress(JSONL * 50_000),
    "two.jsonl.gz": gzip.compress(JSONL) + gzip.compress(JSONL),
    "empty.jsonl.gz": gzip.compress(b""),
    "a.csv.bz2": bz2.compress(csv_bytes()),
    "big.jsonl.bz2": bz2.compress(random.Random(1).randbytes(400_000).hex().encode()),
    "empty.csv.bz2": bz2.compress(b""),
    "a.json.xz": lzma.compress(json.dumps(ROWS).encode()),
    "a.jsonl.zst": bytes(pa.compress(JSONL, codec="zstd", asbytes=True)),
    "a.parquet.gz": gzip.compress(saved(lambda out: pq.write_table(TABLE, out))),
    "a.tar": tar_bytes(),
    "empty.tar": bytes(10240),
    "a.tar.gz": tar_bytes("w:gz"),
    "a.tgz": tar_bytes("w:gz"),
    "a.tar.xz": tar_bytes("w:xz"),
    "big.tar.bz2": bz2.compress(tar_bytes() + random.Random(2).randbytes(400_000)),
    "bare.gz": gzip.compress(b"anything"),
    "a.zip": zip_bytes("images/1.jpg", "code.py"),
    "stored.zip": zip_bytes("a.jsonl", pack=zipfile.ZIP_STORED),
    "empty.zip": zip_bytes(),
    "a.png": png_bytes(),
    "a.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "a.gif": b"GIF89a\1\0\1\0",
    "a.webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "a.bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0",
    "a.tif": b"II*\0\x08\0\0\0",
    "a.wav": wav_bytes(),
    "a.flac": b"fLaC\0\0\0\x22",
    "id3.mp3": b"ID3\x04\0\0",
    "a.mp3": b"\xff\xfb\x90\x64\0\0",
    "a.ogg": b"OggS\0\x02",
    "a.m4a": b"\0\0\0\x20ftypM4A ",
    "a.npy": saved(lambda out: np.save(out, np.arange(10))),
    "texts.npy": saved(lambda out: np.save(out, np.array(["Object", "b"]))),
    "records.npy": saved(lambda out: np.save(out, np.array([(1, 2.0)], [("a", "<i4"), ("OO", "<f8")]))),
    "a.safetensors": safetensors_bytes(96),
    "sly.safetensors": safetensors_bytes(0x280),  # its length begins as a pickle's header does
    "slier.safetensors": safetensors_bytes(0x480),
    "tokenizer.model": b"\n\x0e\n\x05<unk>\x15\0\0\0\0\x18\x02",
    "llama/tokenizer.model": b"IQ== 0\nIg== 1\n",
    "cl100k_base.tiktoken": b"IQ== 0\nIg== 1\n",
    "chat_template.jinja": b"{% for message in messages %}{{ message }}{% endfor %}",
}


@pytest.mark.parametrize("path", GOOD)
def test_a_real_file_of_its_format_is_accepted(path: str) -> None:
    checked(GOOD[path], path)


class _Call:
    def __reduce__(self):
        return print, ("never printed",)


OBJECTS = {
    "call": _Call(),
    "rows": ROWS,
    "text": "a text that is long enough\n",
    "numbers": list(range(100)),
    "floats": [1.5, -2.0, 1e300],
    "tuple": (1, "b", None, True),
    "nested": {"a": [{"b": (1,)}], "c": {"d": None}},
    "dates": [dt.datetime(2024, 1, 1, tzinfo=dt.UTC), decimal.Decimal("1.5"), collections.OrderedDict(a=1)],
    "bytes": [b"\0\1\2", bytearray(b"x")],
    "blob": bytes(100_000),
    "set": {1, 2, 3},
    "long": [2**70, -(2**70)],
    "array": np.arange(5),
    "big": [{"row": number, "text": "x" * 50} for number in range(3000)],
}
PICKLED = {
    (name, protocol): pickle.dumps(value, protocol)
    for name, value in OBJECTS.items()
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
}
HANDMADE = {
    "protocol 0 by hand": b"cos\nsystem\n(S'echo no'\ntR.",
    "inst": b"(S'echo no'\nios\nsystem\n.",
    "obj": b"(cos\nsystem\nS'echo no'\no.",
    "stack global without a header": b"\x8c\x02os\x8c\x06system\x93\x8c\x02no\x85R.",
    "with something after it": b"cos\nsystem\n(S'echo no'\ntR.and then, some text\n",
    "empty list, protocol 1": pickle.dumps([], 1),
    "None, protocol 2": pickle.dumps(None, 2),
    "torch of old": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.",
    "an opcode of later": b"\x80\x06\x95\x05\0\0\0\0\0\0\0\x8c\x01a\x94\xf0.",
    "a later protocol": b"\x80\x06\x95\x05\0\0\0\0\0\0\0\x8c\x01a\x94.",
}
TEXT_NAMES = [
    "x.parquet",
    "x.jsonl",
    "x.json",
    "x.csv",
    "x.tsv",
    "x.txt",
    "README.md",
    "x.yaml",
    "x.gz",
    "x.zip",
    "x.png",
    "LICENSE",
]


@pytest.mark.parametrize("key", PICKLED, ids=str)
def test_a_pickle_of_any_protocol_is_known(key: tuple[str, int]) -> None:
    assert looks_pickled(PICKLED[key][:HEAD_BYTES])
    if len(PICKLED[key]) > 4000:
        assert looks_pickled(PICKLED[key][:4000])  # more of it than the bytes at hand


@pytest.mark.parametrize("path", [*TEXT_NAMES, "x.arrow", "tokenizer.model", "x.npy", "x.tar", "x.safetensors"])
def test_a_pickle_under_another_name_is_refused(path: str) -> None:
    for pickled in (*PICKLED.values(), *HANDMADE.values()):
        if pickled == HANDMADE["empty list, protocol 1"]:
            continue  # nothing but `].`: it holds nothing, and texts may be so
        with pytest.raises(UnsafeFileError, match="a pickle") as caught:
            checked(pickled, path)
        assert path in caught.value.what
        assert "expected" in caught.value.what


def test_a_pickle_packed_under_another_name_is_refused() -> None:
    for pickled in HANDMADE["protocol 0 by hand"], PICKLED["call", 4], PICKLED["big", 2]:
        for data, path in (
            (gzip.compress(pickled), "x.jsonl.gz"),
            (bz2.compress(pickled), "x.csv.bz2"),
            (lzma.compress(pickled), "x.txt.xz"),
            (gzip.compress(pickled), "x.tgz"),
        ):
            with pytest.raises(UnsafeFileError, match="a pickle"):
                checked(data, path)
    with pytest.raises(UnsafeFileError, match="a pickle"):
        checked(gzip.compress(PICKLED["call", 4]), "bare.gz")


@pytest.mark.parametrize("path", ["x.zip", "x.parquet", "x.txt", "x.jsonl"])
def test_a_torch_archive_is_refused_under_any_name(path: str) -> None:
    archive = zip_bytes("archive/data.pkl", "archive/version", pack=zipfile.ZIP_STORED)
    with pytest.raises(UnsafeFileError, match=r"the pickle 'archive/data\.pkl'"):
        checked(archive, path)


def test_a_pickle_that_only_the_list_at_a_zips_end_names_is_refused() -> None:
    archive = zip_bytes(*[f"{number:05d}{'x' * 200}.jpg" for number in range(400)], "last/data.pkl")
    check_content(archive[:HEAD_BYTES], "x.zip")
    with pytest.raises(UnsafeFileError, match=r"data\.pkl"):
        check_content(archive[:HEAD_BYTES], "x.zip", tail=archive[-TAIL_BYTES:])


def npy_with_header(text: bytes) -> bytes:
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


def test_an_array_of_objects_is_refused() -> None:
    for header in (b"{'descr': 'O', 'shape': (1,)}", b"{'descr': '<O8', 'shape': ()}", b'{"descr": [("a", "=O")]}'):
        with pytest.raises(UnsafeFileError, match="pickled"):
            checked(npy_with_header(header), "x.npy")
    with pytest.raises(UnsafeFileError, match="pickled"):
        checked(npy_with_header(b"{'descr': '<f4'}" + b" " * 100)[:60], "x.npy")  # the rest might say anything
    for array in (np.array([{"a": 1}], dtype=object), np.array([(1, None)], dtype=[("a", "<i4"), ("b", "O")])):
        with pytest.raises(UnsafeFileError, match="pickled"):
            checked(saved(lambda out, array=array: np.save(out, array)), "x.npy")


PROGRAMS = {
    "ELF": Path(sys.executable).resolve().read_bytes()[:HEAD_BYTES],
    "PE": b"MZ\x90\0\3\0\0\0" + bytes(52) + b"\x80\0\0\0",
    "Mach-O": b"\xcf\xfa\xed\xfe\7\0\0\1",
    "fat Mach-O": b"\xca\xfe\xba\xbe\0\0\0\2",
    "wasm": b"\0asm\1\0\0\0",
    "shebang": b"#!/bin/sh\nrm -rf ~\n",
    "shebang env": b"#! /usr/bin/env python3\n",
    "shebang after a mark": b"\xef\xbb\xbf#!/bin/sh\n",
}


@pytest.mark.parametrize("path", TEXT_NAMES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_under_another_name_is_refused(program: str, path: str) -> None:
    with pytest.raises(UnsafeFileError, match=r"a program|a script"):
        checked(PROGRAMS[program], path)


RATE_LIMIT = (
    b"We had to rate limit your IP (192.0.2.1). To continue using our service, create a HF account or login to your "
    b"existing account, and make sure you pass a HF_TOKEN if you're using the API."
)
POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


@pytest.mark.parametrize("path", [*TEXT_NAMES, "weights.bin", "code.py"])
@pytest.mark.parametrize(
    ("text", "why"), [(RATE_LIMIT, "rate limit"), (POINTER, "pointer"), (b"Entry not found", "Entry not found")]
)
def test_what_stands_in_for_a_file_is_no_file(text: bytes, why: str, path: str) -> None:
    with pytest.raises(IntegrityError, match=why):
        checked(text, path)


def test_a_long_text_that_quotes_the_hub_is_a_text() -> None:
    checked(RATE_LIMIT + b"\n" + b"So it said, and so we waited. " * 20, "story.txt")


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>", b"\n <html lang=en>", b"<!-- portal -->\n<HTML>", b"<script>"]
)
@pytest.mark.parametrize(
    "path", ["x.parquet", "x.jsonl", "x.json", "x.csv", "x.tsv", "x.yaml", "x.jsonl.gz", "x.zip", "x.png"]
)
def test_a_web_page_never_becomes_data(page: bytes, path: str) -> None:
    with pytest.raises(IntegrityError, match="web page"):
        checked(page + b"<body>Please log in to the network</body>", path)


@pytest.mark.parametrize(
    "path", [path for path in GOOD if path.rpartition(".")[2] not in ("txt", "md", "yaml", "README")]
)
def test_no_format_passes_for_another(path: str) -> None:
    own = path.lower().rpartition(".")[2]
    twins = {"jpeg": "jpg", "ndjson": "jsonl", "json": "jsonl", "tgz": "gz", "feather": "arrow", "tiktoken": "model"}
    for other, data in GOOD.items():
        theirs = other.lower().rpartition(".")[2]
        if twins.get(own, own) == twins.get(theirs, theirs) or not data.strip() or own in ("csv", "tsv", "jinja"):
            continue
        if {own, theirs} <= {
            "jsonl",
            "ndjson",
            "json",
            "tiktoken",
            "model",
            "md",
            "csv",
            "txt",
            "jinja",
            "yaml",
            "readme",
        }:
            continue  # texts: their beginnings do not tell them apart
        if {own, theirs} == {"flac", "mp3"}:
            continue  # both may begin with a tag
        with pytest.raises(RecipesDataError):
            checked(data, path)


@pytest.mark.parametrize("path", ["x.csv", "x.tsv", "x.txt", "x.md", "x.yaml", "x.jinja"])
@pytest.mark.parametrize("other", ["a.parquet", "a.jsonl.gz", "a.png", "a.npy", "a.wav"])
def test_bytes_that_are_no_text_are_refused_for_a_text(other: str, path: str) -> None:
    with pytest.raises(IntegrityError, match="expected text, got"):
        checked(GOOD[other] + b"\0", path)


def test_a_parquet_file_without_its_end_is_refused() -> None:
    data = GOOD["big.parquet"]
    check_content(data[:HEAD_BYTES], "x.parquet", tail=data[-8:])
    with pytest.raises(IntegrityError, match="PAR1 at the end"):
        check_content(data[:HEAD_BYTES], "x.parquet", tail=data[-100:-4])
    with pytest.raises(IntegrityError, match="ARROW1 at the end"):
        check_content(GOOD["file.arrow"], "x.arrow", tail=GOOD["file.arrow"][:-1])


def test_a_header_that_does_not_add_up_is_refused() -> None:
    tar = bytearray(GOOD["a.tar"])
    tar[0] ^= 1
    for data, path in ((bytes(tar), "x.tar"), (b"\0\0\0\0\0\1\0\0{" + bytes(100), "x.safetensors")):
        with pytest.raises(IntegrityError, match="expected"):
            checked(data, path)


def test_an_empty_file_is_none_of_the_binary_formats() -> None:
    for path in ("x.parquet", "x.gz", "x.zip", "x.tar", "x.png", "x.arrow"):
        with pytest.raises(IntegrityError, match="an empty file"):
            checked(b"", path)


def test_a_broken_stream_is_told_from_a_good_one() -> None:
    data = bytearray(gzip.compress(JSONL * 100))
    data[20:40] = bytes(20)
    with pytest.raises(IntegrityError, match=r"broken|JSON"):
        checked(bytes(data), "x.jsonl.gz")


def test_a_zip_bomb_is_looked_into_without_being_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with pytest.raises(IntegrityError):
        checked(bomb, "x.jsonl.gz")


def test_a_file_that_the_user_allowed_by_name_may_be_what_it_says() -> None:
    checked(PICKLED["call", 4], "state.pkl")
    checked(b"#!/usr/bin/env python3\nimport os\n", "modeling.py")
    checked(zip_bytes("archive/data.pkl"), "weights.pt")
    checked(PICKLED["call", 4], "graph.gpickle")
    checked(gzip.compress(PICKLED["call", 4]), "state.pkl.gz")


@given(st.one_of(st.text().map(str.encode), st.text(alphabet=string.printable).map(str.encode)))
def test_no_text_is_taken_for_a_pickle(text: bytes) -> None:
    assert not looks_pickled(text)


OPCODES = "()[]}{.IFLNSVXTUKMJGCBpqrgcitlduasebR012oPQ'\"\n 0123456789,abc"


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=10))
def test_no_json_is_taken_for_a_pickle(value: object) -> None:
    text = json.dumps(value).encode()
    assert not looks_pickled(text)
    check_content(text, "x.json")
    check_content(text + b"\n" + text, "x.jsonl")
    check_content(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), "x.json")


@given(st.lists(st.lists(st.text(alphabet=OPCODES + "é", max_size=12), min_size=1, max_size=4), max_size=30))
def test_no_csv_is_taken_for_a_pickle(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    text = out.getvalue().encode()
    if not text.startswith((b"#!", b"<")):
        check_content(text, "x.csv")


@given(st.binary(max_size=200))
def test_any_bytes_are_accepted_or_refused_with_our_errors(data: bytes) -> None:
    for path in (*TEXT_NAMES, "x.npy", "x.jsonl.gz", "x.tar", "x.model", "x.safetensors", "x.mp3"):
        error = refusal(data, path)
        assert error is None or (error.do and error.what.isprintable())


def test_a_length_that_reaches_beyond_all_memory_is_walked_over() -> None:
    for opcode in b"\x8d\x8e\x96":
        assert not looks_pickled(bytes([opcode]) + b"\xff" * 8)


@pytest.mark.parametrize(
    "text",
    [
        b"I1\np0\n0.",
        b"N)R.",
        b"It was\np0\n.",
        b"cos\nsystem\nRN.",
        b"(" + b"K\x01" * 20 + b"\xff",
        b"NNK\x01",
        b"cos\nsystem\n(oN.",
        b"(eNp0\n.",
        b"(e.",
        b"t.",
        b"(cos\nsystem\n.",
    ],
)
def test_what_no_unpickler_could_load_is_not_a_pickle(text: bytes) -> None:
    with pytest.raises((pickle.UnpicklingError, EOFError, ValueError, IndexError, TypeError)):
        _Harmless(io.BytesIO(text)).load()
    assert not looks_pickled(text)


class _Harmless(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        raise TypeError(f"{module}.{name} is not loaded")


def test_words_in_a_column_are_not_taken_for_opcodes() -> None:
    initials = random.Random(3)
    for first in string.printable[:94]:
        lines = [first + "".join(initials.choices(string.ascii_letters + "é ", k=6)) for _ in range(200)]
        check_content("\n".join(lines).encode(), "words.txt")
    for text in (
        b"N. America\n",
        b"(d. 1998) was\n",
        b"(N.B. this)",
        b"].",
        b"city\nBerlin\nParis\nVienna\n",
        b"Vaduz\n." * 20,
    ):
        check_content(text, "x.txt")


def test_the_texts_of_this_repository_are_texts() -> None:
    found = [
        path
        for pattern in (
            "*.md",
            "*.yaml",
            "docs/**/*.md",
            "manifests/**/*.yaml",
            "recipes_data/sample/hub/**/*.*",
            "tests/**/*.yaml",
        )
        for path in ROOT.glob(pattern)
        if path.suffix != ".py"
    ]
    assert len(found) > 20
    for path in found:
        checked(path.read_bytes(), path.name)


def test_the_readme_of_python_and_its_sources_are_not_pickles() -> None:
    sources = sorted(Path(string.__file__).parent.glob("*.py"))[:150]
    for path in sources:
        assert not looks_pickled(path.read_bytes()[:HEAD_BYTES]), path
