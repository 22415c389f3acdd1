"""Manifests: strict values, every fault of a file at once, each with its line and path."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from recipes_data.errors import ManifestError
from recipes_data.formats import FORMATS
from recipes_data.manifest import (
    DatasetManifest,
    RecipeManifest,
    read_dataset,
    read_recipe,
)

GOOD = """\
name: toy
title: A toy
repo: org/toy
revision: "0123456789012345678901234567890123456789"
evidence: counted by hand
columns: {question: string, answer: large_string}
default_config: main
configs:
  main:
    splits:
      train: {files: main/train-*.parquet, rows: 10}
      test:
        files: [main/test-0.parquet, main/test-1.parquet]
        columns: {question: string}
config_groups:
  - names: [b, a]
    columns: {x: double}
    evidence: the group's
    splits:
      test: {files: "{config}/test.parquet", rows: 2}
"""

SMALL = """\
name: toy
title: A toy
repo: org/toy
configs: {main: {splits: {train: {files: a.parquet}}}}
"""

OCTAL_SHA = "0123456712345671234567123456712345671234"  # forty digits, none above 7, zero-led


def dataset(text: str) -> DatasetManifest:
    return read_dataset(text, "toy.yaml")[0]


def faults(text: str, read: Callable[[str, str], object] = read_dataset) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read(text, "toy.yaml")
    assert caught.value.do == "edit the file"
    return caught.value.what.split("\n")


# --- what is read


def test_a_manifest_becomes_values() -> None:
    manifest = dataset(GOOD)
    assert manifest.name == "toy"
    assert manifest.type == "dataset"
    assert manifest.gated == "no"
    assert manifest.revision == "0123456789012345678901234567890123456789"
    assert manifest.configs["main"].splits["train"].files == ("main/train-*.parquet",)
    assert manifest.configs["main"].splits["train"].rows == 10
    assert manifest.columns == {"question": "string", "answer": "string"}, "types are kept in one spelling"


def test_a_groups_configs_are_written_out_in_the_order_of_the_file() -> None:
    configs = dataset(GOOD).all_configs()
    assert list(configs) == ["main", "b", "a"]
    assert configs["a"].splits["test"].files == ("a/test.parquet",)
    assert configs["b"].splits["test"].files == ("b/test.parquet",)
    assert configs["b"].splits["test"].rows == 2


def test_the_nearest_columns_and_the_nearest_evidence_win() -> None:
    manifest = dataset(GOOD)
    assert manifest.columns_of("main", "train") == {"question": "string", "answer": "string"}
    assert manifest.columns_of("main", "test") == {"question": "string"}
    assert manifest.columns_of("a", "test") == {"x": "float64"}
    assert manifest.columns_of("nowhere", "test") == manifest.columns
    assert dataset(SMALL).columns_of("main", "train") is None
    assert manifest.evidence_of("main", "train") == "counted by hand"
    assert manifest.evidence_of("a", "test") == "the group's"
    assert manifest.evidence_of("nowhere", "test") == "counted by hand"
    assert dataset(SMALL).evidence_of("main", "train") == ""


@pytest.mark.parametrize(
    ("text", "gated"), [("no", "no"), ("false", "no"), ("yes", "yes"), ("auto", "auto"), ("manual", "manual")]
)
def test_gating_may_be_said_as_yaml_says_it(text: str, gated: str) -> None:
    assert dataset(SMALL + f"gated: {text}\n").gated == gated


def test_one_text_stands_for_a_list_of_one() -> None:
    assert dataset(SMALL + "license: mit\n").license == ("mit",)
    assert dataset(SMALL + "license: [mit, cc0]\n").license == ("mit", "cc0")


def test_a_model_has_files_and_a_card_layout_has_no_configs() -> None:
    model = dataset("name: m\ntitle: M\ntype: model\nrepo: org/m\nfiles: [tokenizer.json]\n")
    assert (model.type, model.files, model.all_configs()) == ("model", ("tokenizer.json",), {})
    card = dataset("name: c\ntitle: C\nrepo: org/c\nfrom: card\ndefault_config: whatever\n")
    assert (card.layout, card.all_configs()) == ("card", {})


def test_lines_of_a_manifest_are_kept() -> None:
    _, document = read_dataset(GOOD, "toy.yaml")
    assert document.line_of(("configs", "main", "splits", "test", "files")) == 13


# --- faults


def test_every_fault_of_a_file_is_told_at_once_with_its_line_and_path() -> None:
    text = """\
name: Toy
titel: x
repo: a b
revision: 0123456
gated: perhaps
columns: {a: strin, b: null, c: 5}
configs:
  no:
    splits:
      train: {files: [a, b], rows: 010}
      train: {files: x}
      test: {files: a, rows: "7"}
      dev: {files: c, rows: 2024-01-01}
      e/f: {files: []}
      g: {files: 2024-01-01, rows: -1}
      h: 5
      i: {files: d, format: ods, extra: 1}
default_config: zzz
"""
    found = faults(text)
    types = found[6]
    assert types.startswith("toy.yaml:6: columns.a: 'strin': 'strin' is not a type; known are binary, bool, ")
    assert found[:6] + found[7:] == [
        "toy.yaml:1: name: 'Toy' is not a name: lower-case letters, digits, `_`, `-`, `.`",
        "toy.yaml:1: title: is missing",
        "toy.yaml:2: titel: is not a field of manifests",
        "toy.yaml:3: repo: 'a b' is not a Hub id: ORG/NAME",
        "toy.yaml:4: revision: YAML reads 0123456 as the number 42798; put it in quotes",
        "toy.yaml:5: gated: must be one of 'no', 'yes', 'auto' or 'manual', got 'perhaps'",
        "toy.yaml:6: columns.b: YAML reads null as nothing; put it in quotes",
        "toy.yaml:6: columns.c: YAML reads 5 as the number 5; put it in quotes",
        "toy.yaml:8: configs.no: the key no is not text to YAML: put it in quotes",
        "toy.yaml:10: configs.no.splits.train.rows: YAML reads 010 as the number 8; write it plainly",
        "toy.yaml:10: configs.no.splits.train.rows: needs `evidence` here or above",
        "toy.yaml:11: configs.no.splits.train: the key 'train' stands twice (first on line 10)",
        "toy.yaml:12: configs.no.splits.test.rows: must be a whole number, got '7'",
        "toy.yaml:12: configs.no.splits.test.rows: needs `evidence` here or above",
        "toy.yaml:12: configs.no.splits.test.files: the splits 'train' and 'test' both claim 'a'",
        "toy.yaml:13: configs.no.splits.dev.rows: YAML reads 2024-01-01 as a date; write it plainly",
        "toy.yaml:13: configs.no.splits.dev.rows: needs `evidence` here or above",
        "toy.yaml:14: configs.no.splits.e/f: 'e/f' is not a config or split name: printable, no spaces, `/`, `:`",
        "toy.yaml:14: configs.no.splits.e/f.files: must not be empty, got []",
        "toy.yaml:15: configs.no.splits.g.files: YAML reads 2024-01-01 as a date; put it in quotes",
        "toy.yaml:15: configs.no.splits.g.rows: must not be negative, got -1",
        "toy.yaml:15: configs.no.splits.g.rows: needs `evidence` here or above",
        "toy.yaml:16: configs.no.splits.h: must be a mapping, got 5",
        f"toy.yaml:17: configs.no.splits.i.format: 'ods' is not a format that has rows; known are {', '.join(FORMATS)}",
        "toy.yaml:17: configs.no.splits.i.extra: is not a field of manifests",
        "toy.yaml:18: default_config: 'zzz' is none of the configs",
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "revision: 1234567890123456789012345678901234567890",
            (
                "revision: YAML reads 1234567890123456789012345678901234567890 as "
                "the number 1234567890123456789012345678901234567890; put it in quotes"
            ),
        ),
        (
            f"revision: {OCTAL_SHA}",
            f"revision: YAML reads {OCTAL_SHA} as the number {int(OCTAL_SHA, 8)}; put it in quotes",
        ),
        ("revision: 2024-01-31", "revision: YAML reads 2024-01-31 as a date; put it in quotes"),
        ("revision: no", "revision: YAML reads no as false; put it in quotes"),
        ("revision: on", "revision: YAML reads on as true; put it in quotes"),
        ("revision: 1.0", "revision: YAML reads 1.0 as the number 1.0; put it in quotes"),
        ("revision: 12:30", "revision: YAML reads 12:30 as the number 750; put it in quotes"),
        ("revision: ~", "revision: YAML reads ~ as nothing; put it in quotes"),
        ("revision:", "revision: must be text, got nothing"),
        ("revision: ''", "revision: must not be empty, got ''"),
        ("revision: [main]", "revision: must be text, got ['main']"),
        ("type: 5", "type: YAML reads 5 as the number 5; put it in quotes"),
        ("license: {a: b}", "license: must be a list, got {'a': 'b'}"),
        ("from: readme", "from: must be one of 'card', got 'readme'"),
        ("config_groups: text", "config_groups[0]: must be a mapping, got 'text'"),
        ("evidence: {}", "evidence: must be text, got {}"),
        ("columns: [a, b]", "columns: must be a mapping, got ['a', 'b']"),
    ],
)
def test_yamls_traps_and_wrong_types_are_named(line: str, fault: str) -> None:
    assert f"toy.yaml:5: {fault}" in faults(SMALL + line + "\n")


def test_a_file_that_two_splits_of_a_config_claim_is_a_fault_but_not_across_configs() -> None:
    text = """\
name: toy
title: A toy
repo: org/toy
configs:
  a:
    splits:
      train: {files: [x.parquet, y.parquet]}
      test: {files: y.parquet}
  b: {splits: {train: {files: x.parquet}}}
config_groups:
  - names: [c, d]
    splits:
      train: {files: "{config}/x"}
      test: {files: "{config}/x"}
"""
    assert faults(text) == [
        "toy.yaml:8: configs.a.splits.test.files: the splits 'train' and 'test' both claim 'y.parquet'",
        "toy.yaml:14: config_groups[0].splits.test.files: the splits 'train' and 'test' both claim '{config}/x'",
    ]


def test_a_config_that_stands_twice_is_a_fault() -> None:
    text = (
        SMALL + "config_groups:\n- {names: [x, main], splits: {t: {files: t}}}\n- {names: x, splits: {t: {files: t}}}\n"
    )
    assert faults(text) == [
        "toy.yaml:6: config_groups[0].names[1]: the config 'main' stands twice",
        "toy.yaml:7: config_groups[1].names[0]: the config 'x' stands twice",
    ]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("", "1: which files are the data? say `configs` or `config_groups`, or `from: card`, or `files`"),
        (
            "configs: {}",
            "1: which files are the data? say `configs` or `config_groups`, or `from: card`, or `files`",
        ),
        (
            "configs: {a: {splits: {t: {files: f}}}}\nfrom: card",
            "5: from: cannot stand beside `configs`: say one of them",
        ),
        ("from: card\nfiles: a", "5: files: cannot stand beside `from`: say one of them"),
        (
            "files: a\nconfigs: {a: {splits: {t: {files: f}}}}",
            "4: files: cannot stand beside `configs`: say one of them",
        ),
        ("from: card\noptional: a", "5: optional: stands beside `files`; what configs and splits name has to be there"),
        ("type: model\nfrom: card", "4: type: a model has `files`, no configs"),
    ],
)
def test_there_is_one_way_to_say_which_files_are_the_data(lines: str, fault: str) -> None:
    assert faults(f"name: toy\ntitle: A toy\nrepo: org/toy\n{lines}\n") == [f"toy.yaml:{fault}"]


def test_a_pinned_commit_and_a_row_count_need_evidence() -> None:
    text = SMALL.replace("a.parquet", "a.parquet, rows: 0") + f"revision: {'a' * 40}\n"
    assert faults(text) == [
        "toy.yaml:4: configs.main.splits.train.rows: needs `evidence` here or above",
        "toy.yaml:5: revision: a pinned commit needs `evidence`: where it comes from",
    ]
    assert dataset(text + "evidence: seen\n").configs["main"].splits["train"].rows == 0
    assert dataset(SMALL + "revision: v1.0\n").revision == "v1.0"


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "5\n", "~\n", "''\n"])
def test_a_manifest_that_is_no_mapping_is_one_fault(text: str) -> None:
    assert faults(text) == ["toy.yaml:1: a manifest is a mapping: `name: ...`, one key a line"]


def test_what_is_not_yaml_is_one_fault_with_its_line() -> None:
    assert faults("") == ["toy.yaml:1: the file is empty"]
    [fault] = faults("a: 1\n  b: 2\n")
    assert fault.startswith("toy.yaml:2: not YAML: ")


@pytest.mark.parametrize("name", ["Toy", "-toy", "a b", "", "x" * 97, "../toy", "toy\n", ".toy", "toy/main"])
def test_a_name_that_could_not_be_a_file_name_is_refused(name: str) -> None:
    [fault] = faults(SMALL.replace("name: toy", f"name: {json.dumps(name)}"))
    assert fault.startswith("toy.yaml:1: name: ")


@pytest.mark.parametrize("repo", ["org/name/more", "/name", "org/", "../x", "org name", "https://x/y"])
def test_a_repository_id_that_is_none_is_refused(repo: str) -> None:
    assert faults(SMALL.replace("org/toy", repo)) == [f"toy.yaml:3: repo: {repo!r} is not a Hub id: ORG/NAME"]


# --- recipes

RECIPE = """\
name: bench_toy
title: A benchmark
describes: {project: cookbook, commit: abc123, file: toy.py}
needs:
  - {dataset: toy, config: main, splits: test, why: scores, priority: P0}
  - {model: tok, files: [tokenizer.json], why: counts, priority: P2}
"""


def test_a_recipe_becomes_values() -> None:
    manifest: RecipeManifest = read_recipe(RECIPE, "bench.yaml")[0]
    assert [need.name for need in manifest.needs] == ["toy", "tok"]
    assert manifest.needs[0].splits == ("test",)
    assert manifest.needs[1].files == ("tokenizer.json",)
    assert manifest.describes is not None
    assert manifest.describes.file == "toy.py"


def test_every_fault_of_a_recipe_is_told_at_once() -> None:
    text = """\
name: bench_toy
title: A benchmark
needs:
  - {dataset: toy, model: toy, why: w, priority: P0}
  - {why: w, priority: P3}
  - {dataset: toy, priority: P1, whi: w}
describes: {project: x}
"""
    assert faults(text, read_recipe) == [
        "toy.yaml:4: needs[0]: a need names one `dataset` or one `model`",
        "toy.yaml:5: needs[1].priority: must be one of 'P0', 'P1' or 'P2', got 'P3'",
        "toy.yaml:5: needs[1]: a need names one `dataset` or one `model`",
        "toy.yaml:6: needs[2].why: is missing",
        "toy.yaml:6: needs[2].whi: is not a field of manifests",
        "toy.yaml:7: describes.commit: is missing",
        "toy.yaml:7: describes.file: is missing",
    ]
    assert faults("name: a\ntitle: A\nneeds: []\n", read_recipe) == ["toy.yaml:3: needs: must not be empty, got []"]
    assert faults("- a\n", read_recipe) == ["toy.yaml:1: a manifest is a mapping: `name: ...`, one key a line"]


def test_every_manifest_that_ships_is_read_and_has_its_file_name() -> None:
    folder = Path(__file__).parents[2] / "manifests"
    names = []
    for path in sorted((folder / "datasets").glob("*.yaml")):
        names.append(read_dataset(path.read_text(), path.name)[0].name)
        assert names[-1] == path.stem
    for path in sorted((folder / "recipes").glob("*.yaml")):
        assert read_recipe(path.read_text(), path.name)[0].name == path.stem
    assert {"gsm8k", "mmlu", "tulu3", "livecodebench"} <= set(names)
