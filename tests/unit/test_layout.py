"""What configs_of and matches decide, by hand-written expectations."""

from __future__ import annotations

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import ManifestError
from recipes_data.layout import configs_of, matches
from tests.unit.layout_cases import CASES, FAULTS, OURS_ALONE, card_of, files_of, layout_of, order


@pytest.mark.parametrize("name", CASES)
def test_the_layout_is_what_was_written_down_by_hand(name: str) -> None:
    header, files, (default, configs) = CASES[name]
    expected = {config: {split: files_of(text) for split, text in splits.items()} for config, splits in configs.items()}
    layout = layout_of(header, files)
    assert order(layout.configs) == order(expected)
    assert layout.default_config == default


@pytest.mark.parametrize("name", [*FAULTS, *OURS_ALONE])
def test_what_cannot_be_decided_is_a_fault_that_names_it(name: str) -> None:
    header, files, said = (FAULTS | OURS_ALONE)[name]
    with pytest.raises(ManifestError) as caught:
        configs_of(card_of(header), files_of(files))
    assert said in caught.value.what
    assert caught.value.do


def test_the_order_of_the_paths_that_come_in_does_not_matter() -> None:
    for header, files, _ in CASES.values():
        backwards = configs_of(card_of(header), files_of(files)[::-1], repo="sample/repository")
        assert order(backwards.configs) == order(layout_of(header, files).configs)


def test_a_script_is_told_by_the_name_of_its_repository() -> None:
    files = ["code_lite.py", "test.jsonl"]
    with pytest.raises(ManifestError, match=r"code_lite\.py"):
        configs_of({}, files, repo="org/code_lite")
    assert configs_of({}, files, repo="org/other").configs == {"default": {"test": ("test.jsonl",)}}


def test_configs_in_the_card_need_no_script() -> None:
    card = {"configs": [{"config_name": "c", "data_files": "test.jsonl"}]}
    assert configs_of(card, ["lite.py", "test.jsonl"], repo="org/lite").configs["c"] == {"train": ("test.jsonl",)}


def test_data_files_may_be_a_mapping() -> None:
    card = {"configs": [{"config_name": "c", "data_files": {"dev": "d.csv", "train": ["a.csv", "b.csv"]}}]}
    assert order(configs_of(card, ["a.csv", "b.csv", "d.csv"]).configs) == [
        ("c", [("dev", ["d.csv"]), ("train", ["a.csv", "b.csv"])])
    ]


def test_patterns_are_relative_to_the_data_dir() -> None:
    card = {"configs": [{"config_name": "c", "data_dir": "./part/", "data_files": "./*.csv"}]}
    assert configs_of(card, ["a.csv", "part/b.csv"]).configs["c"] == {"train": ("part/b.csv",)}


TREE = ("a.csv", "b.csv", "data/a.csv", "data/x/b.csv", ".dot.csv", "data/[1].csv", "data/1.csv", "B.csv")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a.csv", "a.csv"),
        ("gone.csv", ""),
        ("data", ""),
        ("*.csv", ".dot.csv B.csv a.csv b.csv"),
        ("?.csv", "B.csv a.csv b.csv"),
        ("[ab].csv", "a.csv b.csv"),
        ("[!a].csv", "B.csv b.csv"),
        ("[a-z].csv", "a.csv b.csv"),
        ("[z-a].csv", ""),
        ("data/*.csv", "data/1.csv data/[1].csv data/a.csv"),
        ("data/[[]1].csv", "data/[1].csv"),
        ("data/**", "data/1.csv data/[1].csv data/a.csv data/x/b.csv"),
        ("**/b.csv", "b.csv data/x/b.csv"),
        ("data/**/b.csv", "data/x/b.csv"),
        ("data?a.csv", ""),
        ("data[!x]a.csv", ""),
        ("**", " ".join(sorted(TREE))),
    ],
)
def test_a_pattern_of_a_manifest_means_these_files(pattern: str, found: str) -> None:
    assert matches(pattern, TREE) == tuple(found.split())


@pytest.mark.parametrize("pattern", ["**.csv", "data/a**", "a/***/b"])
def test_two_stars_in_a_name_are_a_fault(pattern: str) -> None:
    with pytest.raises(ManifestError, match=re.escape(pattern)):
        matches(pattern, TREE)


@given(
    st.text("ab-]![*?^\\.", max_size=8).filter(lambda text: "**" not in text),
    st.text("ab-]![*?^\\.", max_size=6),
)
def test_one_name_is_matched_as_by_fnmatch(pattern: str, name: str) -> None:
    assert bool(matches(pattern, [name])) == fnmatch.fnmatchcase(name, pattern)


@given(st.text("ab/.", min_size=1, max_size=8))
def test_a_path_without_magic_matches_itself_alone(path: str) -> None:
    assert matches(path, [path, f"{path}a", f"a{path}"]) == (path,)
