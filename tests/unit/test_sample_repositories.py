"""The sample repositories: the same when made anew, shaped like the real ones, never taken for these."""

from __future__ import annotations

import base64
import json
import pickle
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from recipes_data.layout import configs_of, matches
from recipes_data.sample.generate import HUB, generate, pickled_text

SAMPLE = HUB / "datasets" / "sample"
NAMES = ("gsm8k", "livecodebench", "mmlu", "tulu3")
MANIFESTS = HUB.parent / "manifests" / "datasets"
QUESTION_ANSWER = {"question": "string", "answer": "string"}
LIVECODEBENCH = [
    "question_title",
    "question_content",
    "platform",
    "question_id",
    "contest_id",
    "contest_date",
    "starter_code",
    "difficulty",
    "public_test_cases",
    "private_test_cases",
    "metadata",
]
ARITHMETIC = re.compile(r"<<([0-9.+*/-]+)=([0-9.]+)>>")


def paths_of(root: Path) -> list[str]:
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


def rows_of(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def decoded(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose compressed tests are opened: zlib's bytes may differ from one build to another."""
    if "private_test_cases" not in row:
        return row
    packed = zlib.decompress(base64.b64decode(row["private_test_cases"]))
    return row | {"private_test_cases": json.loads(pickle.loads(packed))}


def card_of(name: str) -> dict[str, Any]:
    _, header, _ = (SAMPLE / name / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    card: dict[str, Any] = yaml.safe_load(header)
    return card


def columns_of(path: Path) -> dict[str, str]:
    text = {field.name: str(field.type) for field in pq.read_schema(path)}
    return {name: kind.replace("element: ", "").replace("item: ", "") for name, kind in text.items()}


def test_making_them_anew_gives_the_same_files_and_rows(tmp_path: Path) -> None:
    written = generate(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == paths_of(HUB) == paths_of(tmp_path)
    for path in paths_of(HUB):
        if path.endswith((".parquet", ".jsonl")):
            made, shipped = rows_of(tmp_path / path), rows_of(HUB / path)
            assert [decoded(row) for row in made] == [decoded(row) for row in shipped], path
        else:
            assert (tmp_path / path).read_bytes() == (HUB / path).read_bytes(), path


def test_making_them_anew_gives_the_same_bytes_with_the_same_pyarrow(tmp_path: Path) -> None:
    generate(tmp_path)
    for path in paths_of(HUB):
        if path.endswith(".parquet"):
            made, shipped = pq.read_metadata(tmp_path / path), pq.read_metadata(HUB / path)
            assert pq.read_schema(tmp_path / path).equals(pq.read_schema(HUB / path), check_metadata=True)
            if made.created_by == shipped.created_by:
                assert (tmp_path / path).read_bytes() == (HUB / path).read_bytes(), path


def test_the_generator_runs_as_its_docstring_says(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "recipes_data.sample.generate", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert paths_of(tmp_path) == paths_of(HUB)


def test_all_of_it_is_small() -> None:
    assert sum((HUB / path).stat().st_size for path in paths_of(HUB)) < 300_000


@pytest.mark.parametrize("name", NAMES)
def test_the_card_says_that_it_is_a_sample(name: str) -> None:
    card = (SAMPLE / name / "README.md").read_text(encoding="utf-8")
    assert "# Made-up sample rows, not the dataset" in card
    assert card_of(name)["license"] in ("mit", ["mit"])
    assert all("sample/" in path for path in paths_of(HUB))


@pytest.mark.parametrize("name", NAMES)
def test_data_files_are_kept_outside_git_as_on_the_hub(name: str) -> None:
    lines = (SAMPLE / name / ".gitattributes").read_text(encoding="utf-8").splitlines()
    large = {line.split()[0] for line in lines if "filter=lfs" in line}
    assert "*.parquet" in large
    assert ("*.jsonl" in large) == (name == "livecodebench")


def test_the_question_and_answer_files_have_the_real_columns() -> None:
    files = [path for path in paths_of(SAMPLE / "gsm8k") if path.endswith(".parquet")]
    splits = ("main/test", "main/train", "socratic/test", "socratic/train")
    assert files == [f"{split}-00000-of-00001.parquet" for split in splits]
    for path in files:
        assert columns_of(SAMPLE / "gsm8k" / path) == QUESTION_ANSWER
        assert len(rows_of(SAMPLE / "gsm8k" / path)) == (24 if "train" in path else 8)


@pytest.mark.parametrize("config", ["main", "socratic"])
def test_every_sum_is_right_and_the_last_one_is_the_answer(config: str) -> None:
    for split in ("train", "test"):
        for row in rows_of(SAMPLE / "gsm8k" / config / f"{split}-00000-of-00001.parquet"):
            *steps, last = row["answer"].split("\n")
            sums = [found for step in steps for found in ARITHMETIC.findall(step)]
            assert len(sums) == len(steps)
            assert all(("** " in step) == (config == "socratic") for step in steps)
            for terms, result in sums:
                assert eval(terms) == float(result), row
            assert re.fullmatch(r"#### [0-9,]+", last)
            assert float(last[5:].replace(",", "")) == float(sums[-1][1]), row


def test_both_configs_ask_the_same_questions() -> None:
    for split in ("train", "test"):
        main, socratic = (
            rows_of(SAMPLE / "gsm8k" / config / f"{split}-00000-of-00001.parquet") for config in ("main", "socratic")
        )
        assert [row["question"] for row in main] == [row["question"] for row in socratic]
        assert len({row["question"] for row in main}) == len(main)


def test_the_choice_files_have_the_real_columns_and_class_names() -> None:
    for path in (SAMPLE / "mmlu").rglob("*.parquet"):
        assert columns_of(path) == {
            "question": "string",
            "subject": "string",
            "choices": "list<string>",
            "answer": "int64",
        }
        metadata = json.loads(pq.read_schema(path).metadata[b"huggingface"])
        assert metadata["info"]["features"] == {
            "question": {"dtype": "string", "_type": "Value"},
            "subject": {"dtype": "string", "_type": "Value"},
            "choices": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "Sequence"},
            "answer": {"names": ["A", "B", "C", "D"], "_type": "ClassLabel"},
        }
        for row in rows_of(path):
            assert len(set(row["choices"])) == 4, row
            assert row["answer"] in range(4)


def test_all_is_the_rows_of_the_subjects_one_after_the_other() -> None:
    subjects = ("anatomy", "astronomy", "formal_logic", "virology")
    for split in ("test", "validation", "dev"):
        file = f"{split}-00000-of-00001.parquet"
        every = rows_of(SAMPLE / "mmlu" / "all" / file)
        assert every == [row for subject in subjects for row in rows_of(SAMPLE / "mmlu" / subject / file)]
        assert {row["subject"] for row in every} == set(subjects)


def test_the_six_shards_differ_in_rows_and_have_several_row_groups() -> None:
    files = [f"data/train-0000{number}-of-00006.parquet" for number in range(6)]
    assert [path for path in paths_of(SAMPLE / "tulu3") if path.endswith(".parquet")] == files
    shapes = [pq.read_metadata(SAMPLE / "tulu3" / file) for file in files]
    assert [shape.num_rows for shape in shapes] == [17, 16, 16, 15, 14, 12]
    assert all(shape.num_row_groups > 1 for shape in shapes)
    for file in files:
        assert columns_of(SAMPLE / "tulu3" / file) == {
            "id": "string",
            "messages": "list<struct<content: string, role: string>>",
            "source": "string",
        }


def test_chats_alternate_after_an_optional_system_message() -> None:
    rows = [row for path in sorted((SAMPLE / "tulu3").rglob("*.parquet")) for row in rows_of(path)]
    assert [row["id"] for row in rows] == [f"sample_{number}" for number in range(90)]
    roles = [[message["role"] for message in row["messages"]] for row in rows]
    assert any(turns[0] == "system" for turns in roles)
    assert any(len(turns) > 3 for turns in roles)
    for turns in roles:
        spoken = turns[turns[0] == "system" :]
        assert spoken == ["user", "assistant"] * (len(spoken) // 2)


def test_programming_tasks_have_eleven_strings_in_the_real_order() -> None:
    dates = []
    for number, count in enumerate((5, 4, 3, 3, 2, 2), start=1):
        rows = rows_of(SAMPLE / "livecodebench" / f"test{number if number > 1 else ''}.jsonl")
        assert len(rows) == count
        for row in rows:
            assert list(row) == LIVECODEBENCH
            assert all(isinstance(value, str) for value in row.values())
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00", row["contest_date"])
            assert row["question_id"].startswith("sample_")
            dates.append(row["contest_date"])
    assert dates == sorted(set(dates))


def test_the_tests_of_a_task_are_packed_as_upstream_packs_them() -> None:
    for path in (SAMPLE / "livecodebench").glob("*.jsonl"):
        for row in rows_of(path):
            function = json.loads(row["metadata"]).get("func_name")
            kind = "functional" if function else "stdin"
            public, private = json.loads(row["public_test_cases"]), decoded(row)["private_test_cases"]
            assert public
            assert private
            for case in public + private:
                assert set(case) == {"input", "output", "testtype"}
                assert case["testtype"] == kind
            assert (f"def {function}(" in row["starter_code"]) if function else (row["starter_code"] == "")


@pytest.mark.parametrize("text", ["", "a", "\u00e9" * 127, "\u00e9" * 128, "x" * 255, "x" * 256, "x" * 60_000])
def test_a_text_is_pickled_as_python_does_it(text: str) -> None:
    assert pickled_text(text) == pickle.dumps(text, protocol=4)


def test_the_loading_script_would_stop_whoever_runs_it() -> None:
    script = SAMPLE / "livecodebench" / "code_generation_lite.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "this script must never run" in done.stderr
    assert "configs" not in card_of("livecodebench")


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_manifests_count_what_is_there(name: str) -> None:
    manifest = yaml.safe_load((MANIFESTS / f"sample_{name}.yaml").read_text(encoding="utf-8"))
    assert manifest["repo"] == f"sample/{name}"
    assert "made up" in manifest["evidence"]
    root = SAMPLE / name
    for splits in expanded(manifest).values():
        for spec in splits.values():
            patterns = spec["files"] if isinstance(spec["files"], list) else [spec["files"]]
            files = [file for pattern in patterns for file in matches(pattern, paths_of(root))]
            assert files
            rows = sum(len(rows_of(root / file)) for file in files)
            assert spec.get("rows", rows) == rows


@pytest.mark.parametrize("name", ["gsm8k", "mmlu", "tulu3"])
def test_the_manifest_and_the_card_mean_the_same_files(name: str) -> None:
    manifest = yaml.safe_load((MANIFESTS / f"sample_{name}.yaml").read_text(encoding="utf-8"))
    paths = paths_of(SAMPLE / name)
    assert configs_of(card_of(name), paths).configs == {
        config: {split: matches(spec["files"], paths) for split, spec in splits.items()}
        for config, splits in expanded(manifest).items()
    }


@pytest.mark.parametrize(("name", "config"), [("gsm8k", "socratic"), ("mmlu", "all"), ("tulu3", "default")])
def test_datasets_reads_them(name: str, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True, raising=False)
    loaded = datasets.load_dataset(str(SAMPLE / name), config, cache_dir=str(tmp_path))
    card = card_of(name)
    (info,) = (info for info in card["dataset_info"] if info["config_name"] == config)
    assert {split: len(rows) for split, rows in loaded.items()} == {
        split["name"]: split["num_examples"] for split in info["splits"]
    }
    if name == "mmlu":
        assert loaded["test"].features["answer"].names == ["A", "B", "C", "D"]


def expanded(manifest: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """Configs of a manifest with its groups written out."""
    configs = {name: config["splits"] for name, config in manifest["configs"].items()}
    for group in manifest.get("config_groups", []):
        for name in group["names"]:
            configs[name] = {
                split: spec | {"files": spec["files"].replace("{config}", name)}
                for split, spec in group["splits"].items()
            }
    return configs


def test_no_string_is_empty_where_the_real_ones_have_text() -> None:
    for path in SAMPLE.rglob("*.parquet"):
        for column in pq.read_table(path).columns:
            if pa.types.is_string(column.type):
                assert all(column.to_pylist()), path
