"""What configs_of and matches decide, by hand-written expectations and side by side with datasets."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes_data.errors import ManifestError
from recipes_data.layout import CardLayout, configs_of, matches

like_today = pytest.mark.skipif(
    tuple(int(number) for number in version("fsspec").split(".")[:2]) < (2024, 2),
    reason="over an fsspec before 2024.2 datasets itself finds other files",
)

GSM8K = """\
configs:
- config_name: main
  data_files:
  - {split: train, path: main/train-*}
  - {split: test, path: main/test-*}
- config_name: socratic
  data_files:
  - {split: test, path: socratic/test-*}
"""
GSM8K_FILES = (
    "README.md main/train-00000-of-00001.parquet main/test-00000-of-00001.parquet socratic/test-00000-of-00001.parquet"
)

# name -> (card header or None, files, what the layout is: default config and config -> split -> files)
Expected = tuple[str | None, dict[str, dict[str, str]]]
CASES: dict[str, tuple[str | None, str, Expected]] = {
    "the card's configs and no default": (
        GSM8K,
        GSM8K_FILES,
        (
            None,
            {
                "main": {
                    "train": "main/train-00000-of-00001.parquet",
                    "test": "main/test-00000-of-00001.parquet",
                },
                "socratic": {"test": "socratic/test-00000-of-00001.parquet"},
            },
        ),
    ),
    "the card's default and its order of configs and splits": (
        """\
configs:
- config_name: zebra
  data_files: [{split: test, path: z.csv}, {split: train, path: y.csv}]
- config_name: ant
  default: true
  data_files: a.csv
""",
        "a.csv y.csv z.csv",
        ("ant", {"zebra": {"test": "z.csv", "train": "y.csv"}, "ant": {"train": "a.csv"}}),
    ),
    "a single config is the default": (
        "configs: [{config_name: one, data_files: '*.jsonl'}]",
        "b.jsonl a.jsonl sub/c.jsonl",
        ("one", {"one": {"train": "a.jsonl b.jsonl"}}),
    ),
    "a config called default is the default": (
        "configs: [{config_name: other, data_files: a.csv}, {config_name: default, data_files: b.csv}]",
        "a.csv b.csv",
        ("default", {"other": {"train": "a.csv"}, "default": {"train": "b.csv"}}),
    ),
    "lists of patterns keep their order, each sorted in itself": (
        "configs: [{config_name: c, data_files: [{split: train, path: ['b/*', 'a/*']}]}]",
        "a/2.csv a/1.csv b/9.csv b/10.csv",
        ("c", {"c": {"train": "b/10.csv b/9.csv a/1.csv a/2.csv"}}),
    ),
    "a list of texts is train": (
        "configs: [{config_name: c, data_files: [two.csv, one.csv]}]",
        "one.csv two.csv three.csv",
        ("c", {"c": {"train": "two.csv one.csv"}}),
    ),
    "a data_dir alone is searched by names": (
        "configs: [{config_name: c, data_dir: part}]",
        "train.csv part/test.csv part/train.csv part/x/validation.csv",
        (
            "c",
            {
                "c": {
                    "train": "part/train.csv",
                    "validation": "part/x/validation.csv",
                    "test": "part/test.csv",
                }
            },
        ),
    ),
    "two configs with their own folders": (
        "configs: [{config_name: en, data_dir: en}, {config_name: fr, data_dir: fr}]",
        "en/train.csv fr/test.csv en/test.csv",
        (None, {"en": {"train": "en/train.csv", "test": "en/test.csv"}, "fr": {"test": "fr/test.csv"}}),
    ),
    "names of splits with dots and other words": (
        ("configs: [{config_name: c, data_files: [{split: train.500, path: t.csv}, {split: prompt, path: p.csv}]}]"),
        "t.csv p.csv",
        ("c", {"c": {"train.500": "t.csv", "prompt": "p.csv"}}),
    ),
    "two stars cross folders in a card": (
        "configs: [{config_name: c, data_files: 'data/**/*.csv'}]",
        "data/a.csv data/x/b.csv data/x/y/c.csv other.csv",
        ("c", {"c": {"train": "data/a.csv data/x/b.csv data/x/y/c.csv"}}),
    ),
    "hidden and dunder folders of a card only if asked for": (
        "configs: [{config_name: c, data_files: ['*/*.csv', '.h/*.csv', '__d/*.csv']}]",
        "v/a.csv .h/b.csv __d/c.csv v/.hidden.csv",
        ("c", {"c": {"train": "v/a.csv .h/b.csv __d/c.csv"}}),
    ),
    "unknown suffixes under a card's pattern are left": (
        "configs: [{config_name: c, data_files: 'data/*'}]",
        "data/a.csv data/LICENSE data/run.sh data/README.md",
        ("c", {"c": {"train": "data/a.csv"}}),
    ),
    "sharded files in data": (
        None,
        (
            "data/test-00000-of-00001.parquet data/train-00001-of-00002.parquet"
            " data/train-00000-of-00002.parquet data/zero-00000-of-00001.parquet "
            "data/extra-00000-of-00001.parquet README.md .gitattributes"
        ),
        (
            "default",
            {
                "default": {
                    "train": "data/train-00000-of-00002.parquet data/train-00001-of-00002.parquet",
                    "test": "data/test-00000-of-00001.parquet",
                    "extra": "data/extra-00000-of-00001.parquet",
                    "zero": "data/zero-00000-of-00001.parquet",
                }
            },
        ),
    ),
    "shards with a fingerprint in the name": (
        None,
        "data/train-00000-of-00002-3f2a.parquet data/train-00001-of-00002-99bc.parquet other/x.parquet",
        (
            "default",
            {"default": {"train": "data/train-00000-of-00002-3f2a.parquet data/train-00001-of-00002-99bc.parquet"}},
        ),
    ),
    "splits in file names": (
        None,
        "test.csv train.csv notes/readme.txt",
        ("default", {"default": {"train": "train.csv", "test": "test.csv"}}),
    ),
    "every word for a split in file names": (
        None,
        ("my_training.json a-valid.json dev-1.json x.val.json testing_2.json eval.json evaluation-0.json contest.json"),
        (
            "default",
            {
                "default": {
                    "train": "my_training.json",
                    "validation": "a-valid.json dev-1.json x.val.json",
                    "test": "testing_2.json eval.json evaluation-0.json",
                }
            },
        ),
    ),
    "digits and spaces are edges of words": (
        None,
        "train2.csv|1train.csv|my test.csv|trainer.csv|retest.csv",
        ("default", {"default": {"train": "train2.csv|1train.csv", "test": "my test.csv|"}}),
    ),
    "splits in folder names go before file names": (
        None,
        "train/test.csv test/train.csv",
        ("default", {"default": {"train": "train/test.csv", "test": "test/train.csv"}}),
    ),
    "folders named with an edge and deeper ones": (
        None,
        "data/my-train-set/a/1.csv data/my-train-set/0.csv data/val/x.csv",
        (
            "default",
            {
                "default": {
                    "train": "data/my-train-set/0.csv data/my-train-set/a/1.csv",
                    "validation": "data/val/x.csv",
                }
            },
        ),
    ),
    "shape of hh-rlhf": (
        None,
        (
            "harmless-base/test.jsonl.gz harmless-base/train.jsonl.gz helpful-base/test.jsonl.gz"
            " helpful-base/train.jsonl.gz red-team-attempts/red_team_attempts.jsonl.gz README.md"
            " .gitattributes"
        ),
        (
            "default",
            {
                "default": {
                    "train": "harmless-base/train.jsonl.gz helpful-base/train.jsonl.gz",
                    "test": "harmless-base/test.jsonl.gz helpful-base/test.jsonl.gz",
                }
            },
        ),
    ),
    "no word for a split": (
        None,
        "b.jsonl a.jsonl sub/c.jsonl",
        ("default", {"default": {"train": "a.jsonl b.jsonl sub/c.jsonl"}}),
    ),
    "the most common suffix wins": (
        None,
        "a.json b.csv c.csv d.py",
        ("default", {"default": {"train": "b.csv c.csv"}}),
    ),
    "parquet wins a draw": (
        None,
        "a.parquet b.json c.txt",
        ("default", {"default": {"train": "a.parquet"}}),
    ),
    "jsonl and json are one format": (
        None,
        "a.jsonl b.json c.ndjson d.csv",
        ("default", {"default": {"train": "a.jsonl b.json c.ndjson"}}),
    ),
    "csv and tsv share a reader": (
        None,
        "a.csv b.csv c.tsv",
        ("default", {"default": {"train": "a.csv b.csv c.tsv"}}),
    ),
    "pictures keep their metadata": (
        None,
        "train/1.png train/2.JPG train/3.png train/metadata.csv train/notes.txt",
        ("default", {"default": {"train": "train/1.png train/2.JPG train/3.png train/metadata.csv"}}),
    ),
    "hidden, dunder and card files are no data": (
        None,
        ("a.json .b.json __pycache__/c.json .git/d.json dataset_infos.json config.json README.md dataset_dict.json"),
        ("default", {"default": {"train": "a.json"}}),
    ),
    "a file that two patterns of a split match comes twice": (
        None,
        "train-train/a.csv",
        ("default", {"default": {"train": "train-train/a.csv train-train/a.csv"}}),
    ),
    "a card without configs": (
        "license: mit\ndataset_info: {features: [{name: a, dtype: string}]}",
        "train.csv",
        ("default", {"default": {"train": "train.csv"}}),
    ),
    "capitals are other words": (
        None,
        "Train.csv TEST.csv",
        ("default", {"default": {"train": "TEST.csv Train.csv"}}),
    ),
    "helpers in Python beside data": (
        None,
        "convert.py train.csv",
        ("default", {"default": {"train": "train.csv"}}),
    ),
    "a suffix inside the name": (
        None,
        "a.jsonl.zst b.jsonl.zst c.csv",
        ("default", {"default": {"train": "a.jsonl.zst b.jsonl.zst"}}),
    ),
    "sorted by code points": (
        None,
        "z.csv Z.csv \u00e9.csv 10.csv 9.csv _.csv",
        ("default", {"default": {"train": "10.csv 9.csv Z.csv _.csv z.csv \u00e9.csv"}}),
    ),
}
FAULTS: dict[str, tuple[str | None, str, str]] = {
    "nothing at all": (None, "README.md .gitattributes", "no data files"),
    "no known suffix": (None, "LICENSE run.sh", "none that is known"),
    "splits of different formats": (None, "train.csv test.json", "train: csv, test: json"),
    "csv and tsv in different splits": (None, "train.csv test.tsv", "train: csv, test: tsv"),
    "a shard without a name for its split": (None, "data/a+b-00000-of-00001.csv", "shard"),
    "a literal path that is not there": (
        "configs: [{config_name: c, data_files: gone.csv}]",
        "a.csv",
        "config c, split train: gone.csv matches no data file",
    ),
    "a pattern that matches nothing": (
        "configs: [{config_name: c, data_files: [{split: dev, path: 'dev-*'}]}]",
        "a.csv",
        "config c, split dev: dev-* matches no data file",
    ),
    "two defaults": (
        ("configs: [{config_name: a, default: true, data_files: a.csv}, {config_name: default, data_files: a.csv}]"),
        "a.csv",
        "several default configs: a, default",
    ),
    "a split twice": (
        "configs: [{config_name: c, data_files: [{split: s, path: a.csv}, {split: s, path: a.csv}]}]",
        "a.csv",
        "the split s stands twice",
    ),
    "a split with a dash": (
        "configs: [{config_name: c, data_files: [{split: a-b, path: a.csv}]}]",
        "a.csv",
        "no name of a split",
    ),
    "an entry with more than split and path": (
        "configs: [{config_name: c, data_files: [{split: s, path: a.csv, rows: 1}]}]",
        "a.csv",
        "`split` and `path` alone",
    ),
    "an empty list": ("configs: [{config_name: c, data_files: []}]", "a.csv", "names nothing"),
    "configs that are no list": ("configs: {a: b}", "a.csv", "no list"),
    "a config without a name": ("configs: [{data_files: a.csv}]", "a.csv", "config_name"),
    "stars inside a name": (
        "configs: [{config_name: c, data_files: '**.csv'}]",
        "a.csv",
        "only stands for whole folders",
    ),
}
OURS_ALONE: dict[str, tuple[str | None, str, str]] = {
    "one pattern of several matches nothing": (
        "configs: [{config_name: c, data_files: ['a*', 'b*']}]",
        "a.csv",
        "b* matches no data file",
    ),
    "a path out of the repository": (
        "configs: [{config_name: c, data_files: '../a.csv'}]",
        "a.csv",
        "not a path inside",
    ),
    "another site": (
        "configs: [{config_name: c, data_files: 'https://example.org/a.csv'}]",
        "a.csv",
        "not a path inside",
    ),
    "archives": (None, "train.zip", "zip archives"),
    "a script and no configs": (None, "lite.py test.jsonl", "loading script, lite.py"),
    "a split that is no text": (
        "configs: [{config_name: c, data_files: [{split: 1, path: a.csv}]}]",
        "a.csv",
        "no name of a split",
    ),
    "a path that is a number": (
        "configs: [{config_name: c, data_files: [{split: s, path: [a.csv, 2]}]}]",
        "a.csv",
        "no text and no list of texts",
    ),
}


def files_of(text: str) -> list[str]:
    return [path for path in text.split("|" if "|" in text else " ") if path]


def card_of(header: str | None) -> dict[str, Any]:
    return yaml.safe_load(header) if header else {}


def layout_of(header: str | None, files: str) -> CardLayout:
    return configs_of(card_of(header), files_of(files), repo="sample/repository")


def order(configs: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Configs and splits as lists, since two dicts are equal in any order."""
    return [(name, [(split, list(files)) for split, files in splits.items()]) for name, splits in configs.items()]


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


# --- side by side with the library -------------------------------------------------------------


def by_datasets(folder: Path) -> tuple[str | None, dict[str, dict[str, list[str]]]]:
    """Default config and config -> split -> files of a folder, as the installed library resolves it."""
    from datasets.load import dataset_module_factory, get_dataset_builder_class

    module = dataset_module_factory(str(folder))
    builder = get_dataset_builder_class(module)
    root = f"{folder.resolve().as_posix()}/"
    configs: dict[str, dict[str, list[str]]] = {}
    for config in builder.BUILDER_CONFIGS:
        config._resolve_data_files(base_path=str(folder), download_config=None)
        configs[config.name] = {
            str(split): [file.removeprefix(root) for file in files] for split, files in config.data_files.items()
        }
    default = module.builder_configs_parameters.default_config_name
    return default or ("default" if list(configs) == ["default"] else None), configs


def folder_of(root: Path, header: str | None, files: str) -> Path:
    folder = root / "repository"
    folder.mkdir()
    for path in files_of(files):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("{}" if path == "dataset_infos.json" else "", encoding="utf-8")
    if header or "README.md" in files_of(files):
        (folder / "README.md").write_text(f"---\n{header or 'license: mit'}\n---\n", encoding="utf-8")
    return folder


@like_today
@pytest.mark.parametrize("name", CASES)
def test_the_layout_is_that_of_datasets(name: str, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    header, files, _ = CASES[name]
    default, configs = by_datasets(folder_of(tmp_path, header, files))
    layout = layout_of(header, files)
    assert order(layout.configs) == order(configs)
    assert layout.default_config == default


@like_today
@pytest.mark.parametrize("name", FAULTS)
def test_datasets_refuses_it_too(name: str, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    header, files, _ = FAULTS[name]
    folder = folder_of(tmp_path, header, files)
    with pytest.raises((ValueError, FileNotFoundError)):
        by_datasets(folder)


def test_every_suffix_is_read_as_in_datasets() -> None:
    packaged = pytest.importorskip("datasets.packaged_modules")
    for suffix in packaged._EXTENSION_TO_MODULE:
        same = [other for other in packaged._EXTENSION_TO_MODULE if other != suffix]
        files = [f"a{suffix}", *(f"b{other}" for other in same)] + [f"c{number}{suffix}" for number in range(9)]
        if suffix in (".toml", ".md", ".eval"):
            continue  # these have rules on names of their own
        reader, settings_of = packaged._EXTENSION_TO_MODULE[suffix.lower()]
        assert settings_of == packaged._EXTENSION_TO_MODULE[suffix][1]
        if reader != packaged._EXTENSION_TO_MODULE[suffix][0]:
            continue
        taken = configs_of({}, [file for file in files if not file.endswith(".eval")]).configs["default"]["train"]
        expected = packaged._MODULE_TO_EXTENSIONS[reader]
        assert {re.sub(r"^(a|b|c\d)", "", file) for file in taken} == {s for s in expected if s != ".zip"}, suffix


letters = st.sampled_from(["train", "test", "val", "dev", "data", "x", "a1", "eval", "my", "README", "training"])
stems = st.builds("{}{}{}".format, letters, st.sampled_from(["", "-", "_", ".", " ", "0"]), letters | st.just(""))
suffixes = st.sampled_from([".csv", ".json", ".jsonl.gz", ".parquet", "", ".py"])
folders = st.lists(stems | st.sampled_from([".hidden", "__dunder"]), max_size=2)
paths = st.builds(
    lambda above, stem, end: "/".join([*above, f"{stem}{end}".strip(". ") or "x"]), folders, stems, suffixes
)


@like_today
@settings(max_examples=60, deadline=None)
@given(st.lists(paths, min_size=1, max_size=6, unique=True))
def test_any_folder_is_laid_out_as_by_datasets(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    pytest.importorskip("datasets")
    files = [name for name in names if not any(other.startswith(f"{name}/") for other in names)]
    folder = folder_of(tmp_path_factory.mktemp("any"), None, "|".join([*files, "LICENSE"]))
    try:
        expected = order(by_datasets(folder)[1])
    except (ValueError, FileNotFoundError):
        with pytest.raises(ManifestError):
            configs_of({}, [*files, "LICENSE"], repo="sample/repository")
        return
    assert order(configs_of({}, [*files, "LICENSE"], repo="sample/repository").configs) == expected


# --- the glob of manifests ---------------------------------------------------------------------

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
