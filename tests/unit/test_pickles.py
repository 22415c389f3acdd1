"""Pickles under any name are known, and no text is taken for one."""

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
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import UnsafeFileError
from recipes_data.hub.contents import HEAD_BYTES, TAIL_BYTES, check_content
from recipes_data.hub.pickles import looks_pickled
from tests.unit.content_files import ROWS, TEXT_NAMES, checked, saved, zip_bytes

ROOT = Path(__file__).parents[2]


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
