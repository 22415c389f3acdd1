"""Paths and names: what may be fetched, and that nothing that is accepted leaves the store or hides another file."""

from __future__ import annotations

import itertools
import ntpath
import os
import random
import re
import time
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recipes_data.errors import UnsafeFileError
from recipes_data.hub import safety
from recipes_data.hub.safety import check_path, check_paths

GOOD_PATHS = [
    "README.md",
    ".gitattributes",
    "main/train-00000-of-00001.parquet",
    "data/train-*.parquet",
    "a/b/c/d/e/f.jsonl",
    "v1.0/test (final), copy [2].jsonl",
    "..hidden/...x/a",
    "a..b/c",
    " leading space.csv",
    "-rf/--all",
    "~root/x.txt",
    "results/2024-07-24T10:11:12.131415.parquet",
    "details_harness|arc:challenge|25.json",
    "cons/console.txt",
    "com/com0/com10/lpt.txt",
    "nulls.parquet",
    "données/文件.jsonl",
    unicodedata.normalize("NFD", "données/été.jsonl"),
    "emoji/\u2764\ufe0f.png",
    "wide\u3000space\u00a0.txt",
    "x" * 255,
    "/".join(["x" * 255] * 16),
    "é" * 127,
    "/".join("a" * 101),
]

EVIL_PATHS = {
    "": "empty",
    "/etc/passwd": "absolute",
    "//server/share/x": "absolute",
    "../x": "climbs",
    "a/../../x": "climbs",
    "a/..": "climbs",
    "./x": "part `.`",
    "a/./x": "part `.`",
    "a//b": "empty part",
    "a/": "empty part",
    "..\\x": "backslash",
    "a\\..\\..\\x": "backslash",
    "\\\\server\\share": "backslash",
    "C:/x": "drive",
    "C:x": "drive",
    "c:": "drive",
    "a/C:/x": "drive",
    "1:x": "drive",
    "é:x": "drive",
    ":x": "drive",
    "a.txt::$DATA": "stream",
    "a:$I30:$INDEX_ALLOCATION/x": "stream",
    "a\0b": "U+0000",
    "a\nb": "U+000A",
    "a\x1b[2Jb": "U+001B",
    "a\x7f": "U+007F",
    "a\x9bb": "U+009B",
    "a\u202egpj.exe": "U+202E",
    "a\u2066b": "U+2066",
    "a\u200bb": "U+200B",
    ".\u200c./x": "U+200C",
    "\ufeffa": "U+FEFF",
    "a\u00adb": "U+00AD",
    "a\u2028b": "U+2028",
    "a\U000e0041b": "U+E0041",
    "a\ud800b": "U+D800",
    "NUL": "device",
    "nul.txt": "device",
    "a/Con/b": "device",
    "aux.tar.gz": "device",
    "com1": "device",
    "COM\u00b9.csv": "device",
    "lpt9 .x": "device",
    "prn:x": "device",
    "CONIN$": "device",
    "conout$.txt": "device",
    "a./b": "ends in a dot",
    "a /b": "ends in a dot or a space",
    "a/b.": "ends in a dot",
    "a/b.txt ": "space",
    "...": "ends in a dot",
    "x" * 256: "longer than 255",
    "é" * 128: "longer than 255",
    "\U00020000" * 64: "longer than 255",
    "/".join(["\U00020000" * 62] * 17): "longer than 4,096",
    "a/" * 2048 + "b": "longer than 4,096",
    "é" * 2049: "longer than 4,096",
    "/".join("a" * 102): "100 folders",
}


@pytest.mark.parametrize("path", GOOD_PATHS)
def test_a_path_that_real_repositories_have_is_accepted(path: str) -> None:
    check_path(path)
    check_paths([path])


@pytest.mark.parametrize("path", EVIL_PATHS)
def test_a_path_that_could_leave_the_store_or_trick_a_file_system_is_refused(path: str) -> None:
    with pytest.raises(UnsafeFileError, match=EVIL_PATHS[path].replace("+", r"\+")):
        check_path(path)
    with pytest.raises(UnsafeFileError):
        check_paths(["fine.txt", path])


@pytest.mark.parametrize("path", EVIL_PATHS)
def test_an_error_about_a_path_cannot_write_to_the_terminal_and_stays_short(path: str) -> None:
    with pytest.raises(UnsafeFileError) as caught:
        check_path(path)
    assert caught.value.what.isprintable()
    assert len(caught.value.what) < 300
    assert caught.value.do


PIECES = [
    *[
        "",
        ".",
        "..",
        "...",
        "a",
        "b.txt",
        "C:",
        "c:x",
        "1:",
        ":",
        "CON",
        "nul.txt",
        "aux ",
        " x",
        "x.",
        "~",
        "é",
        "e\u0301",
    ],
    *[
        "\\",
        "\\\\?\\",
        "..\\..",
        "\0",
        "\n",
        "\u202e",
        "\u200b",
        "\u017f",
        "ß",
        "K",
        "\u2024\u2024",
        "\uff0f",
        "\uff0e\uff0e",
    ],
]
PATHS = st.one_of(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=5).map("/".join),
    st.text(alphabet="aA.:/\\ \0C~$é\u0301\u202e12", max_size=12),
)


def accepted(path: str) -> bool:
    try:
        check_path(path)
    except UnsafeFileError:
        return False
    return True


@given(PATHS)
def test_what_is_accepted_stays_below_its_root_by_posix_and_by_windows_rules(path: str) -> None:
    if not accepted(path):
        return
    parts = path.split("/")
    for spelled in (path, unicodedata.normalize("NFC", path), unicodedata.normalize("NFD", path)):
        posix = PurePosixPath("/store/files") / spelled
        assert posix.parts[:3] == ("/", "store", "files")
        assert len(posix.parts) == 3 + len(parts)
        assert os.path.normpath(posix) == str(posix)
        for root in (PureWindowsPath("C:\\store\\files"), PureWindowsPath("\\\\server\\share\\files")):
            windows = root / spelled
            assert windows.parts[: len(root.parts)] == root.parts
            assert len(windows.parts) == len(root.parts) + len(parts)
            assert not PureWindowsPath(spelled).is_absolute()
            assert not PureWindowsPath(spelled).drive
            assert not windows.is_reserved()
            # one part after another: each could be a drive of its own
            joined = root
            for part in parts:
                joined = joined / part
            assert len(joined.parts) == len(root.parts) + len(parts)
        assert ntpath.normpath(ntpath.join("C:\\store", spelled)).startswith("C:\\store\\")


@given(st.lists(PATHS, max_size=6))
def test_no_two_accepted_names_are_one_file_or_a_file_and_a_folder(paths: list[str]) -> None:
    try:
        check_paths(paths)
    except UnsafeFileError:
        return
    for fold in (str.lower, str.upper, str.casefold, lambda text: unicodedata.normalize("NFC", text)):
        folded = [fold(path) for path in paths]
        assert len(set(folded)) == len(paths)
        assert not any(other.startswith(f"{path}/") for path, other in itertools.permutations(folded, 2))


@given(st.one_of(PATHS, st.from_regex(safety._PLAIN, fullmatch=True)))
@example("con.txt")
@example("a/1:b")
@example("CoM\u00b9 .x")
@example("x" * 63 + "/" + "y" * 63)
def test_the_quick_look_accepts_nothing_that_the_slow_one_refuses(path: str) -> None:
    quick = safety._path_fault(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(safety, "_PLAIN", re.compile(r"(?!)"))
        assert safety._path_fault(path) == quick


CLASHES = [
    (["a.txt", "a.txt"], "stands twice"),
    (["Data/a.txt", "data/A.TXT"], "case does not count"),
    (["stra\u00dfe", "STRASSE"], "case does not count"),
    (["K.txt", "\u212a.txt"], "case does not count"),
    (["é.txt", "e\u0301.txt"], "case does not count"),
    (["\u1fb4", "\u03b1\u0345\u0301"], "case does not count"),
    (["a", "a/b"], "is a file, and a folder"),
    (["a/b/c/d.txt", "x", "A/B"], "is a file, and a folder"),
    (["a-b", "a", "a!", "a/b", "a.c"], "is a file, and a folder"),
    (["é/x", "e\u0301"], "is a file, and a folder"),
]


@pytest.mark.parametrize(("paths", "why"), CLASHES)
def test_names_that_some_file_system_takes_for_one_are_refused_in_any_order(paths: list[str], why: str) -> None:
    for order in itertools.islice(itertools.permutations(paths), 24):
        with pytest.raises(UnsafeFileError, match=why):
            check_paths(order)


def test_names_that_are_only_alike_are_accepted_together() -> None:
    check_paths(["a", "a-b", "a.c", "a!b", "ab/c", "b/a", "b/a-b/c", "b/a.b", "e", "é"])


def test_many_names_that_are_alike_do_not_hide_two_that_clash() -> None:
    with pytest.raises(UnsafeFileError, match="'z' is a file"):
        check_paths(["z", "z/a", *("a" * count for count in range(1, 50))])


def test_all_faults_of_a_listing_are_told_at_once_and_at_most_ten() -> None:
    with pytest.raises(UnsafeFileError) as caught:
        check_paths(["../a", "ok.txt", "b\\c", "D/x", "d/X"])
    assert len(caught.value.what.splitlines()) == 3
    with pytest.raises(UnsafeFileError, match="and 990 more") as caught:
        check_paths(f"../{number}" for number in range(1000))
    assert len(caught.value.what.splitlines()) == 11


def _seconds_for(paths: list[str]) -> float:
    """Processor time, the least of three: what else runs on the machine only adds to it."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(UnsafeFileError):
            check_paths([*paths, ".."])
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.parametrize(
    "make",
    [
        lambda count: [f"data/train-{number:08d}-of-01000000.parquet" for number in range(count)],
        lambda count: [f"é$/{'b$/' * 30}{number}" for number in range(count // 20)],
        lambda count: [f"{'a/' * 2000}{number}" for number in range(count // 20)],
        lambda count: [f"A/{number // 2}" for number in range(count)],
        lambda count: ["/".join(["a"] * (number % 99 + 1)) for number in range(count // 10)],
        lambda count: ["." * 200 for number in range(count)],
        lambda count: [f"{'com1 ' * 40}{number}" for number in range(count // 10)],
    ],
    ids=["plain", "odd", "deep", "twins", "nested", "dots", "devices"],
)
def test_a_listing_is_checked_in_time_that_grows_with_its_length(make) -> None:
    few, many = make(10_000), make(40_000)
    random.Random(7).shuffle(few)
    random.Random(7).shuffle(many)
    # four times as many: four times the time, and sixteen times where every path is compared with every other
    assert _seconds_for(many) < 9 * _seconds_for(few) + 0.02
