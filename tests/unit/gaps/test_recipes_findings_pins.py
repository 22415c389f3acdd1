"""Findings about revisions, code of repositories, and splits: the violation, and its innocent neighbour."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.finding_sources import findings_in, lines_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PINS = "unpinned-revision"
TRUST = "trust-remote-code"
WHOLE = "whole-config-for-one-split"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('load_dataset("org/sums")', ["4 warning"]),
        ('load_dataset("org/sums", revision="main")', ["4 warning"]),
        (f'load_dataset("org/sums", revision="{COMMIT}")', []),
        (f'load_dataset("org/sums", revision="{COMMIT[:12]}")', ["4 warning"]),
        ('load_dataset("org/sums", revision=REVISION)', []),
        ('load_dataset("org/sums", revision=sys.argv[1])', ["4 note"]),
        ('load_dataset("json", data_files="rows.json")', []),
        ('load_dataset("./folder")', []),
        ('get_dataset_config_names("org/sums")', ["4 warning"]),
        ('hf_hub_download("org/sums", "a.json", repo_type="dataset")', ["4 warning"]),
        ('snapshot_download("org/model")', ["4 warning"]),
        ('HfApi().list_repo_files("org/model")', ["4 warning"]),
        ('HfApi().upload_file(path_or_fileobj="a", path_in_repo="a", repo_id="org/model")', []),
        ('HfApi().create_repo("org/model")', []),
        ('transformers.AutoTokenizer.from_pretrained("org/model")', ["4 warning"]),
        ("transformers.AutoTokenizer.from_pretrained(sys.argv[1])", ["4 note"]),
        ('HfFileSystem().open("datasets/org/sums/a.json")', ["4 warning"]),
        (f'HfFileSystem().open("datasets/org/sums@{COMMIT}/a.json")', []),
    ],
)
def test_a_call_that_names_no_commit_is_found_and_one_that_does_is_not(
    tmp_path: Path, call: str, expected: list[str]
) -> None:
    text = (
        "import sys; from datasets import load_dataset, get_dataset_config_names\n"
        "from huggingface_hub import HfApi, HfFileSystem, hf_hub_download, snapshot_download; import transformers\n"
        f'REVISION = "{COMMIT}"\n{call}\n'
    )
    assert lines_of(tmp_path, PINS, text) == expected


def test_a_call_of_many_repositories_is_one_finding_that_names_five(tmp_path: Path) -> None:
    text = """
    from datasets import load_dataset
    for name in ("a", "b", "c", "d", "e", "f", "g"):
        load_dataset(f"org/{name}")
    """
    (one,) = findings_in(tmp_path, PINS, main=text)
    assert "org/a, org/b, org/c, org/d, org/e and 2 more" in one.message
    assert "org/f" not in one.message


def test_the_finding_says_which_branch_is_asked_for(tmp_path: Path) -> None:
    text = 'from datasets import load_dataset\nload_dataset("org/a", revision="v2")\n'
    (one,) = findings_in(tmp_path, PINS, main=text)
    assert "asks for 'v2' of org/a" in one.message


def test_what_is_read_only_where_it_is_a_folder_needs_no_commit(tmp_path: Path) -> None:
    text = """
    import os, sys
    from transformers import AutoTokenizer
    if os.path.isdir(sys.argv[1]):
        AutoTokenizer.from_pretrained(sys.argv[1], trust_remote_code=True)
    if not os.path.isdir(sys.argv[1]):
        AutoTokenizer.from_pretrained(sys.argv[1])
    """
    assert lines_of(tmp_path, PINS, text) == ["7 note"]
    assert lines_of(tmp_path, TRUST, text) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("trust_remote_code=True", ["4 error"]),
        ("trust_remote_code=ALWAYS", ["4 error"]),
        ("trust_remote_code=False", []),
        ("trust_remote_code=None", []),
        ('trust_remote_code=os.environ.get("TRUST") == "1"', ["4 warning"]),
        ("trust_remote_code=bool(sys.argv[1:])", ["4 warning"]),
        ("**OPTIONS", ["4 warning"]),
        ("", []),
    ],
)
def test_trusted_code_is_an_error_and_what_others_decide_a_warning(
    tmp_path: Path, given: str, expected: list[str]
) -> None:
    text = (
        "import os, sys\nfrom datasets import load_dataset\n"
        'ALWAYS = True; OPTIONS = {"trust_remote_code": True}\n'
        f'load_dataset("org/a", {given})\n'
    )
    assert lines_of(tmp_path, TRUST, text) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('return load_dataset("org/a")["train"]', ["5 note"]),
        ('data = load_dataset("org/a"); return data["train"]', ["5 note"]),
        ('data = cast(dict, load_dataset("org/a")); rows = data["train"]; return rows', ["5 note"]),
        ('data = load_dataset("org/a"); assert isinstance(data, dict); return data["train"]', ["5 note"]),
        ('data = load_dataset("org/a"); data = data["train"]; return data', ["5 note"]),
        ('data = load_dataset("org/a"); return data["train"], data["test"]', []),
        ('data = load_dataset("org/a"); return data', []),
        ('data = load_dataset("org/a"); return data["train"], len(data)', []),
        ('data = load_dataset("org/a"); return data[split]', []),
        ('return load_dataset("org/a", split="train")', []),
        ('return load_dataset("org/a", data_files="a.json")["train"]', []),
        ('return load_dataset("org/a", streaming=True)["train"]', []),
    ],
)
def test_a_whole_config_is_found_only_where_one_split_of_it_is_used(
    tmp_path: Path, body: str, expected: list[str]
) -> None:
    text = (
        f"from typing import cast\nfrom datasets import load_dataset\n\ndef rows(split):\n    {body}\n\nrows('train')\n"
    )
    assert lines_of(tmp_path, WHOLE, text) == expected
