"""A pickled text is unpacked; a pickle of anything else, or of too much, is refused before it does anything."""

from __future__ import annotations

import base64
import copyreg
import io
import os
import pickle
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import TableError, UnsafeFileError
from recipes_data.tables.pickledtext import _Unpickler, unpacked_text, unpickled_text
from tests.worlds import ROOT


def packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode()


class Call:
    """Pickles to a call of `function` with `words`."""

    def __init__(self, function: Any, *words: Any) -> None:
        self.function, self.words = function, words

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.function, self.words


@given(st.text(), st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_a_text_of_any_protocol_comes_back(text: str, protocol: int) -> None:
    assert unpacked_text(packed(pickle.dumps(text, protocol)), "x") == text


@pytest.mark.parametrize("length", [255, 256, 65_535, 65_536, 1 << 20])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_text_of_any_length_comes_back(length: int, protocol: int) -> None:
    text = "é" + "x" * length
    assert unpickled_text(pickle.dumps(text, protocol), "x") == text
    # the pickler that is written in Python frames otherwise
    sink = io.BytesIO()
    pickle._Pickler(sink, protocol).dump(text)
    assert unpickled_text(sink.getvalue(), "x") == text


def hostile() -> dict[str, bytes]:
    """Pickles that do, or take, more than a text needs."""
    end = b"."
    return {
        "a call of os.system": pickle.dumps(Call(os.system, "touch OWNED")),
        "a call of os.system, old": pickle.dumps(Call(os.system, "touch OWNED"), 0),
        "a call of eval": pickle.dumps(Call(eval, "open('OWNED','w')")),
        "a global by name": b"cos\nsystem\n.",
        "a global from the stack": b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        "an instance": b"(S'touch OWNED'\nios\nsystem\n.",
        "an object": b"(cos\nsystem\nS'touch OWNED'\no.",
        "a class and its state": pickle.dumps(Path("OWNED")),
        "a builtin": pickle.dumps(len),
        "extension codes": b"\x82\x01.",
        "wider extension codes": b"\x84\xff\xff\xff\x7f.",
        "a persistent id": b"S'x'\nQ.",
        "a persistent id, old": b"Px\n.",
        "a buffer beside it": b"\x97\x98.",
        "a far place to remember": b"X\x01\x00\x00\x00ar\xff\xff\xff\x7f.",
        "a far place to remember, old": b"Va\np99999999999\n.",
        "a place that is no number": b"Va\npx\n.",
        "a large number": b"\x8b\xff\xff\xff\x7f" + b"\xff" * 64 + end,
        "digits that take for ever": b"L" + b"9" * 100_000 + b"L\n.",
        "bytes that are not there": b"\x8e" + struct.pack("<Q", 1 << 40) + b"a.",
        "an array that is not there": b"\x96" + struct.pack("<Q", 1 << 40) + b"a.",
        "lists in lists": b"(" * 100_000 + b"l" * 100_000 + end,
        "tuples in tuples": b")" + b"\x85" * 1_000_000 + end,
        "a value twice": b"X\x01\x00\x00\x00a2.",
        "a text and another": b"X\x01\x00\x00\x00aX\x01\x00\x00\x00b.",
        "a list of texts": pickle.dumps(["a"]),
        "bytes": pickle.dumps(b"a"),
        "a number": pickle.dumps(1),
        "nothing": pickle.dumps(None),
        "an opcode that there is not": b"\xff.",
        "an end and no text": b"\x80\x04.",
    }


@pytest.mark.parametrize("what", hostile())
def test_a_pickle_of_more_than_one_text_is_refused_and_nothing_runs(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnsafeFileError, match="task_7: a pickle"):
        unpacked_text(packed(hostile()[what]), "task_7")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80",
        b"X\x05\x00\x00\x00ab",
        b"X\xff\xff\xff\xffab.",
        b"\x8d" + b"\xff" * 8 + b"a.",
        b"\x80\x04\x95" + struct.pack("<Q", 1 << 40) + b"X\x01\x00\x00\x00a.",
        b"\x80\x04\x95" + struct.pack("<Q", 3) + b"X\x01\x00\x00\x00a.",
        b"Va",
        b"X\x01\x00\x00\x00a",
        b"\x80\xf0X\x01\x00\x00\x00a.",
        b"X\x01\x00\x00\x00\xff.",
        b"Va\\uD80\n.",
        pickle.dumps("a") + b"trailing",
        pickle.dumps("a") + pickle.dumps("b"),
    ],
)
def test_what_is_not_all_of_one_pickle_is_an_error_that_says_so(content: bytes) -> None:
    with pytest.raises(TableError, match=r"task_7: .*pickle"):
        unpacked_text(packed(content), "task_7")


def test_base64_and_zlib_are_read_to_their_ends_and_no_further() -> None:
    good = packed(pickle.dumps("text"))
    compressed = base64.b64decode(good)
    for text, what in [
        ("*" + good, "not base64"),
        ("é" + good, "not base64"),
        (good + "\n", "not base64"),
        (good[:-1], "not base64"),
        (base64.b64encode(b"no zlib").decode(), "not a zlib stream"),
        (base64.b64encode(compressed[:-1]).decode(), "the zlib stream is cut off"),
        (base64.b64encode(compressed + b"more").decode(), "4 bytes after the end of the zlib stream"),
        ("", "cut off"),
    ]:
        with pytest.raises(TableError, match=what):
            unpacked_text(text, "x")


def test_sizes_are_bounded_on_both_sides_to_the_byte() -> None:
    content = pickle.dumps("x" * 10_000)
    good = packed(content)
    assert unpacked_text(good, "x", max_packed=len(good), max_unpacked=len(content)) == "x" * 10_000
    with pytest.raises(UnsafeFileError, match=f"{len(good):,} characters of base64, more than {len(good) - 1:,}"):
        unpacked_text(good, "x", max_packed=len(good) - 1)
    with pytest.raises(UnsafeFileError, match="bytes become more than"):
        unpacked_text(good, "x", max_unpacked=len(content) - 1)


MEASURED = """
import resource, sys
from recipes_data.errors import UnsafeFileError, TableError
from recipes_data.tables.pickledtext import unpacked_text
text = sys.stdin.read()
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
try:
    unpacked_text(text, "x", max_unpacked=64 << 20)
except (UnsafeFileError, TableError) as exc:
    print(type(exc).__name__)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="memory cannot be limited here")
def test_a_bomb_is_refused_in_bounded_memory() -> None:
    bomb = zlib.compressobj(9)
    head = bomb.compress(b"\x8d" + struct.pack("<Q", 1 << 30)) + bomb.flush(zlib.Z_FULL_FLUSH)
    zeros = bomb.compress(bytes(4 << 20)) + bomb.flush(zlib.Z_FULL_FLUSH)
    text = base64.b64encode(head + zeros * 256).decode()  # one gigabyte
    assert len(text) < 2 << 20
    for content in (text, packed(b"Va\nr\xff\xff\xff\x7f."), packed(b"\x96" + struct.pack("<Q", 1 << 38) + b".")):
        ran = subprocess.run(
            [sys.executable, "-c", MEASURED, str(400 << 20)],
            input=content,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.stdout.strip() == "UnsafeFileError", ran.stderr


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(Call(os.system, "touch OWNED")),
        b"cos\nsystem\n.",
        b"(ios\nsystem\n.",
        b"S'x'\nQ.",
        b"Px\n.",
        b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93.",
    ],
)
def test_the_unpickler_alone_refuses_every_way_to_a_module(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnsafeFileError, match="asks for"):
        _Unpickler(io.BytesIO(content), "x").load()


def test_a_known_extension_code_is_no_way_round_it() -> None:
    copyreg.add_extension("os", "system", 0x7FFF0001)  # type: ignore[arg-type]  # typeshed wants a hashable
    try:
        code = b"\x84" + struct.pack("<i", 0x7FFF0001) + b"."
        with pytest.raises(UnsafeFileError):
            _Unpickler(io.BytesIO(code), "x").load()
        with pytest.raises(UnsafeFileError, match="EXT4"):
            unpickled_text(code, "x")
    finally:
        copyreg.remove_extension("os", "system", 0x7FFF0001)  # type: ignore[arg-type]  # as above
