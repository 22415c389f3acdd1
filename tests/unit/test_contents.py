"""Bytes against names: real files of every format pass, programs and pages under any name do not."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import IntegrityError, RecipesDataError, UnsafeFileError
from recipes_data.hub.contents import HEAD_BYTES, check_content
from tests.unit.content_files import (
    GOOD,
    JSONL,
    TEXT_NAMES,
    checked,
    refusal,
)


@pytest.mark.parametrize("path", GOOD)
def test_a_real_file_of_its_format_is_accepted(path: str) -> None:
    checked(GOOD[path], path)


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


@given(st.binary(max_size=200))
def test_any_bytes_are_accepted_or_refused_with_our_errors(data: bytes) -> None:
    for path in (*TEXT_NAMES, "x.npy", "x.jsonl.gz", "x.tar", "x.model", "x.safetensors", "x.mp3"):
        error = refusal(data, path)
        assert error is None or (error.do and error.what.isprintable())
