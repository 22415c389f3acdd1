"""Repositories by their card and paths, and what their layout is: written down by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from recipes_data.layout import CardLayout, configs_of

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
