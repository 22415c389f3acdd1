"""The lock as text: exact inverses, deterministic, and nothing else is taken for a lock."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import LockError, UnknownNameError
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit, from_json, to_json

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
NAME = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="/:\\."), min_size=1, max_size=12)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
COUNT = st.none() | st.integers(0, 2**60)
PAIRS = st.none() | st.lists(
    st.tuples(ANY_TEXT, st.sampled_from(["string", "list<int64>", 'class_label["A","B"]'])), max_size=3
).map(tuple)


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    files = []
    for path in sorted(draw(st.lists(TEXT, min_size=1, max_size=4, unique=True))):
        sha256 = draw(HEX)
        plain = draw(st.booleans())
        digest = f"git-sha1:{sha256[:40]}" if plain else f"sha256:{sha256}"
        measured = draw(st.none() | HEX) if plain else draw(st.sampled_from([None, sha256]))
        files.append(LockedFile(path, draw(st.integers(0, 2**50)), digest, measured, draw(COUNT)))
    paths = [file.path for file in files]

    def split(name: str) -> LockedSplit:
        return LockedSplit(
            name,
            tuple(draw(st.lists(st.sampled_from(paths), min_size=1, max_size=4, unique=True))),
            draw(st.sampled_from(["parquet", "jsonl", "files"])),
            draw(PAIRS),
            draw(COUNT),
            draw(ANY_TEXT),
            draw(PAIRS),
        )

    names = st.lists(NAME, min_size=1, max_size=3, unique=True)
    configs = tuple(LockedConfig(name, tuple(split(s) for s in draw(names))) for name in draw(names))
    return Lock(
        name=draw(TEXT),
        repo=draw(TEXT),
        repo_type=draw(TEXT),
        revision=draw(TEXT),
        commit=draw(HEX)[:40],
        origin=draw(TEXT),
        manifest_digest=draw(TEXT),
        files=tuple(files),
        configs=configs,
        default_config=draw(st.none() | TEXT),
        license=draw(st.none() | TEXT),
        gated=draw(st.none() | TEXT),
        sample=draw(st.booleans()),
    )


@given(locks())
def test_the_text_of_a_lock_gives_the_lock_back_and_the_same_text_again(lock: Lock) -> None:
    text = to_json(lock)
    assert from_json(text, "x.json") == lock
    assert to_json(from_json(text, "x.json")) == text
    assert text.endswith("}\n")
    assert "\r" not in text


SHA = "a" * 64
LOCK = Lock(
    name="toy",
    repo="org/toy",
    repo_type="dataset",
    revision="main",
    commit="c" * 40,
    origin="https://hub.test",
    manifest_digest="sha256:" + "0" * 64,
    files=(
        LockedFile("a.parquet", 3, f"sha256:{SHA}", SHA, 2),
        LockedFile("b.jsonl", 4, "git-sha1:" + "b" * 40),
    ),
    configs=(
        LockedConfig(
            "main", (LockedSplit("train", ("a.parquet",), "parquet"), LockedSplit("test", ("b.jsonl",), "jsonl"))
        ),
        LockedConfig("other", (LockedSplit("all", ("a.parquet",), "parquet"),)),
    ),
    default_config="main",
    license="mit",
)


def test_the_text_is_sorted_json_with_two_spaces_that_a_diff_can_show() -> None:
    assert (
        to_json(dataclasses.replace(LOCK, files=LOCK.files[:1], configs=LOCK.configs[1:]))
        == """\
{
  "commit": "cccccccccccccccccccccccccccccccccccccccc",
  "configs": [
    {
      "name": "other",
      "splits": [
        {
          "columns": null,
          "evidence": "",
          "expected_rows": null,
          "files": [
            "a.parquet"
          ],
          "format": "parquet",
          "name": "all",
          "promised": null
        }
      ]
    }
  ],
  "default_config": "main",
  "files": {
    "a.parquet": {
      "digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "rows": 2,
      "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "size": 3
    }
  },
  "format_version": 1,
  "gated": null,
  "license": "mit",
  "manifest_digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
  "name": "toy",
  "origin": "https://hub.test",
  "repo": "org/toy",
  "repo_type": "dataset",
  "revision": "main",
  "sample": false
}
"""
    )


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_format_version_is_refused(version: object) -> None:
    document = json.loads(to_json(LOCK))
    document["format_version"] = version
    with pytest.raises(LockError) as caught:
        from_json(json.dumps(document), "toy.json")
    assert caught.value.what == f"toy.json: the lock's format_version is {version!r}, this version reads 1"
    assert caught.value.do == "update recipes-data, or write the lock anew: recipes-data lock NAME"


def test_a_lock_without_a_format_version_is_refused() -> None:
    with pytest.raises(LockError, match="format_version is None"):
        from_json("{}", "toy.json")
    with pytest.raises(LockError, match="format_version is None"):
        from_json("[1]", "toy.json")


def _put(*path: Any, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[part]
        document[path[-1]] = value

    return change


def _drop(*path: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[part]
        del document[path[-1]]

    return change


SPLIT = ("configs", 0, "splits", 0)
MEMBER = {"size": 1, "digest": f"sha256:{SHA}", "sha256": SHA, "rows": 1}


@pytest.mark.parametrize(
    "change",
    [
        _drop("commit"),
        _drop("sample"),
        _drop(*SPLIT, "columns"),
        _drop("files", "a.parquet", "rows"),
        _put("commit", value="main"),
        _put("commit", value="C" * 40),
        _put("name", value=""),
        _put("sample", value="true"),
        _put("sample", value=1),
        _put("license", value=["mit"]),
        _put("default_config", value=5),
        _put("files", value=[]),
        _put("files", "a.parquet", "size", value=-1),
        _put("files", "a.parquet", "size", value=True),
        _put("files", "a.parquet", "size", value="3"),
        _put("files", "a.parquet", "rows", value="2"),
        _put("files", "a.parquet", "rows", value=2.0),
        _put("files", "a.parquet", "digest", value="md5:abc"),
        _put("files", "a.parquet", "digest", value="sha256:" + "A" * 64),
        _put("files", "a.parquet", "sha256", value="../../etc/passwd"),
        _put("files", "a.parquet", "sha256", value="b" * 64),
        _put(*SPLIT, "files", value=["c.parquet"]),
        _put(*SPLIT, "files", value=[]),
        _put(*SPLIT, "files", value=["a.parquet", "a.parquet"]),
        _put("configs", 0, "splits", 1, "name", value="train"),
        _put("configs", 1, "name", value="main"),
        _put(*SPLIT, "extracted", value=[{**MEMBER, "path": "a.parquet!/x"}]),
        _put(*SPLIT, "format", value="pickle"),
        _put(*SPLIT, "evidence", value=None),
        _put(*SPLIT, "expected_rows", value="10"),
        _put(*SPLIT, "columns", value=[["a", "strin"]]),
        _put(*SPLIT, "promised", value=[["a"]]),
    ],
)
def test_a_field_that_is_missing_or_of_the_wrong_form_is_refused(change: Callable[[Any], None]) -> None:
    document = json.loads(to_json(LOCK))
    change(document)
    with pytest.raises(LockError) as caught:
        from_json(json.dumps(document), "toy.json")
    assert caught.value.what.startswith("toy.json: not a lock that can be read (")
    assert caught.value.do == "restore it from version control, or delete it and run: recipes-data lock NAME"


@pytest.mark.parametrize("path", ["x", "b.jsonl!/x", "a.parquet/x", "a.parquet!", "../a.parquet!/x"])
def test_a_member_lies_in_an_archive_of_its_split(path: str) -> None:
    document = json.loads(to_json(LOCK))
    _put(*SPLIT, "members", value=["*"])(document)
    _put(*SPLIT, "extracted", value=[{**MEMBER, "path": "a.parquet!/x"}])(document)
    (member,) = from_json(json.dumps(document), "toy.json").configs[0].splits[0].extracted or ()
    assert member.path == "a.parquet!/x"
    _put(*SPLIT, "extracted", value=[{**MEMBER, "path": path}])(document)
    with pytest.raises(LockError, match="is no member of the split's archives"):
        from_json(json.dumps(document), "toy.json")


BAD_NAMES = [
    "",
    ".",
    "..",
    "../x",
    "/etc",
    "a/b",
    "a\\b",
    "c:",
    "a b",
    "a\n",
    "a\0b",
    "\x1b[2J",
    "\x9b",
    "\ud800",
    "x" * 129,
]


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("place", [SPLIT, SPLIT[:2]])
def test_a_split_or_config_whose_name_is_no_part_of_a_file_name_is_neither_read_nor_written(
    place: tuple[Any, ...], name: str
) -> None:
    document = json.loads(to_json(LOCK))
    _put(*place, "name", value=name)(document)
    with pytest.raises(LockError, match="not a lock that can be read"):
        from_json(json.dumps(document), "toy.json")
    config = LOCK.configs[0]
    if place == SPLIT:
        evil = dataclasses.replace(config, splits=(dataclasses.replace(config.splits[0], name=name),))
    else:
        evil = dataclasses.replace(config, name=name)
    with pytest.raises(LockError, match=r"^toy: .* cannot be the name of a config or split"):
        to_json(dataclasses.replace(LOCK, configs=(evil,)))


@pytest.mark.parametrize("name", ["train", "a.b", "...", "en-US", "数学", "main=1", "x" * 128])
def test_a_split_may_have_any_name_that_can_be_part_of_a_file_name(name: str) -> None:
    document = json.loads(to_json(LOCK))
    _put(*SPLIT, "name", value=name)(document)
    assert from_json(json.dumps(document), "toy.json").configs[0].splits[0].name == name


@pytest.mark.parametrize("text", ["", "not json", "{", "<<<<<<< HEAD\n{}", "\ufeff{}", "[" * 100_000])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(LockError, match=r"^toy\.json: not a lock that can be read"):
        from_json(text, "toy.json")


# --- what a lock holds


def test_a_config_is_found_by_name_or_by_default() -> None:
    assert LOCK.config("other").name == "other"
    assert LOCK.config(None).name == "main"
    only = dataclasses.replace(LOCK, default_config=None, configs=LOCK.configs[1:])
    assert only.config(None).name == "other"


def test_a_config_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(UnknownNameError) as caught:
        LOCK.config("third")
    assert (caught.value.what, caught.value.do) == ("'toy' has no config 'third'", "it has: main, other")
    with pytest.raises(UnknownNameError) as caught:
        dataclasses.replace(LOCK, default_config=None).config(None)
    assert (caught.value.what, caught.value.do) == (
        "'toy' has several configs and no default",
        "name one of: main, other",
    )


def test_a_split_is_found_by_name_and_without_one_only_where_there_is_no_choice() -> None:
    assert LOCK.split(None, "test")[1].name == "test"
    config, split = LOCK.split("other", None)
    assert (config.name, split.name) == ("other", "all")
    with pytest.raises(UnknownNameError) as caught:
        LOCK.split(None, None)
    assert (caught.value.what, caught.value.do) == ("toy/main has several splits", "name one of: train, test")
    with pytest.raises(UnknownNameError) as caught:
        LOCK.split("main", "dev")
    assert (caught.value.what, caught.value.do) == ("toy/main has no split 'dev'", "it has: train, test")


def test_the_files_are_found_by_path() -> None:
    assert LOCK.by_path()["b.jsonl"].digest == "git-sha1:" + "b" * 40
