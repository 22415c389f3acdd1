"""The first bytes of real files of every format, for the tests of contents."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import wave
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq

from recipes_data.errors import RecipesDataError
from recipes_data.hub.contents import HEAD_BYTES, TAIL_BYTES, check_content

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
