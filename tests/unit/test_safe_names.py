"""Which files may be fetched by their names: data, what a manifest declares, and what needs a word from the user."""

from __future__ import annotations

import itertools

import pytest

from recipes_data.errors import UnsafeFileError
from recipes_data.hub.safety import UNSAFE_SUFFIXES, check_name, split_suffix

DATA = ["parquet", "arrow", "feather", "json", "jsonl", "ndjson", "csv", "tsv", "txt", "md", "yaml", "yml"]
DECLARED = [
    *["png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "wav", "flac", "mp3", "ogg", "oga", "opus", "m4a"],
    *[
        "tar",
        "zip",
        "tgz",
        "tar.gz",
        "tar.bz2",
        "tar.xz",
        "tar.zst",
        "model",
        "tiktoken",
        "jinja",
        "safetensors",
        "npy",
    ],
    *["gz", "zst"],
]
PACKED = [f"{kind}.{packed}" for kind in ("jsonl", "csv", "txt", "json") for packed in ("gz", "bz2", "xz", "zst")]


@pytest.mark.parametrize("suffix", [*DATA, *PACKED])
def test_data_is_accepted_by_its_suffix_in_any_case(suffix: str) -> None:
    check_name(f"data/train.{suffix}")
    check_name(f"data/TRAIN.V1.{suffix.upper()}")


@pytest.mark.parametrize("name", ["LICENSE", "README", "sub/NOTICE", "copying"])
def test_the_texts_that_come_without_a_suffix_are_accepted(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("suffix", DECLARED)
def test_media_containers_and_tokenizers_need_a_manifest_that_names_them(suffix: str) -> None:
    with pytest.raises(UnsafeFileError, match="only where a manifest names them"):
        check_name(f"a/x.{suffix}")
    check_name(f"a/x.{suffix}", declared=True)
    check_name(f"a/x.{suffix}", literal=True)


@pytest.mark.parametrize(
    "name",
    [
        *[
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "spiece.model",
        ],
        *["chat_template.jinja", "preprocessor_config.json", "cl100k_base.tiktoken", "original/tokenizer.model"],
    ],
)
def test_the_files_of_a_tokenizer_are_accepted_where_they_are_declared(name: str) -> None:
    check_name(name, declared=True)


EVIL_NAMES = [
    *[f"x.{suffix}" for suffix in sorted(UNSAFE_SUFFIXES)],
    *["pytorch_model.bin", "weights.PT", "a.pkl.gz", "a.py.xz", "data.parquet.exe", "setup.py", "lib.so.1", "x.svg"],
    *[
        "Makefile",
        "noext",
        ".parquet",
        "dataset.lance",
        "x.unknown",
        "a.b/noext",
        "x.jsonl.",
        "x.gz.gz.gz.pkl",
        "x.parquet.7z",
    ],
]


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_pickles_programs_and_unknown_kinds_need_their_full_path_and_a_word_from_the_user(name: str) -> None:
    for declared, literal, allow_unsafe in itertools.product((False, True), repeat=3):
        if literal and allow_unsafe:
            check_name(name, declared=declared, literal=literal, allow_unsafe=allow_unsafe)
            continue
        with pytest.raises(UnsafeFileError) as caught:
            check_name(name, declared=declared, literal=literal, allow_unsafe=allow_unsafe)
        assert name in caught.value.what
        assert "files:" in caught.value.do or "--allow-unsafe" in caught.value.do


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("a/b.JSONL.gz", ("jsonl", "gz")),
        ("a.b/c", ("", "")),
        ("x.tgz", ("tar", "gz")),
        ("x.tar.zst", ("tar", "zst")),
        ("data.gz", ("", "gz")),
        (".gz", ("", "")),
        (".jsonl.gz", ("", "gz")),
        (".gitattributes", ("", "")),
        ("x.parquet", ("parquet", "")),
        ("x.", ("", "")),
    ],
)
def test_a_suffix_is_split_into_kind_and_compression(path: str, told: tuple[str, str]) -> None:
    assert split_suffix(path) == told
