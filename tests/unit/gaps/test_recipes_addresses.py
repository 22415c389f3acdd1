"""Hub addresses in strings: `hf://` paths and URLs, put together in every way, each with the answer beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.recipes.hub_addresses import Address, address_of, is_hub_id
from tests.unit.gaps.recipe_sources import needs_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ADDRESSES = {
    "hf://datasets/org/a/data/x.parquet": Address("dataset", "org/a", None, "data/x.parquet"),
    "hf://datasets/org/a@refs%2Fconvert%2Fparquet/x": Address("dataset", "org/a", "refs/convert/parquet", "x"),
    "hf://spaces/org/a": Address("space", "org/a"),
    "hf://org/a/model.bin": Address("model", "org/a", None, "model.bin"),
    f"https://huggingface.co/datasets/org/a/resolve/{COMMIT}/d/x.csv": Address(
        "dataset", "org/a", COMMIT, "d/x.csv", operation="files.download"
    ),
    "https://huggingface.co/org/m/raw/main/config.json": Address(
        "model", "org/m", "main", "config.json", operation="files.download"
    ),
    "https://huggingface.co/gpt2/resolve/main/x": Address("model", "gpt2", "main", "x", operation="files.download"),
    "https://huggingface.co/api/datasets/org/a": Address("dataset", "org/a", operation="datasets.info"),
    "https://huggingface.co/api/models/org/a/tree/main": Address("model", "org/a", "main", operation="models.files"),
    "https://huggingface.co/api/datasets?search=x": Address("dataset", None, operation="datasets.list"),
    "https://huggingface.co/api/whoami-v2": Address(None, None, operation="auth.whoami"),
    "https://datasets-server.huggingface.co/rows?dataset=org%2Fa&config=c&split=train": Address(
        "dataset", "org/a", None, None, "c", "train", "datasets.viewer_info"
    ),
}


@pytest.mark.parametrize(("text", "address"), ADDRESSES.items(), ids=ADDRESSES)
def test_an_address_is_read(text: str, address: Address) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "https://huggingface.co/datasets/org/a",
        "https://huggingface.co/docs/hub/security",
        "https://huggingface.co/org/m/blob/main/README.md",
        "https://example.org/org/a/resolve/main/x",
        "https://[broken",
        "hf://",
        "see hf://org/a",
    ],
)
def test_a_page_to_read_is_no_access(text: str) -> None:
    assert address_of(text) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [("org/a", True), ("gpt2", True), ("org/a.b-c_d", True), ("./a", False), ("/a/b", False), ("a/b/c", False),
     ("data.json", False), ("", False), ("..", False), ("~/x", False)],
)  # fmt: skip
def test_an_id_is_told_from_a_path(text: str, answer: bool) -> None:
    assert is_hub_id(text) is answer


def read(folder: Path, source: str) -> list[tuple[object, ...]]:
    return [(a.function, a.repo, a.revision, a.files, a.unresolved) for a in needs_of(folder, source).accesses]


def test_paths_that_are_read_by_data_frames_are_found_with_what_is_added_to_them(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        import pandas as pd
        import polars as pl
        splits = {"train": "data/train.parquet", "test": "data/test.parquet"}
        pd.read_parquet("hf://datasets/org/a/" + splits["train"])
        BASE = "hf://datasets/org/b@v1"
        for name in ("x", "y"):
            pl.scan_csv(f"{BASE}/{name}.csv")
        """,
    )
    assert found == [
        ("pandas.read_parquet", "org/a", None, ("data/train.parquet",), ()),
        ("polars.scan_csv", "org/b", "v1", ("x.csv",), ()),
        ("polars.scan_csv", "org/b", "v1", ("y.csv",), ()),
    ]


def test_urls_are_found_through_format_and_with_what_is_not_known(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        import sys, requests
        URL = "https://huggingface.co/datasets/{repo}/resolve/main/{file}"
        requests.get(URL.format(repo="org/a", file="x.json"))
        requests.get(f"https://huggingface.co/datasets/org/b/resolve/{sys.argv[1]}/y.json")
        requests.get("https://huggingface.co/api/datasets/%s" % sys.argv[2])
        open(f"hf://{sys.argv[3]}")
        """,
    )
    assert [row[:4] for row in found] == [
        ("requests.get", "org/a", "main", ("x.json",)),
        ("requests.get", "org/b", None, ("y.json",)),
        ("requests.get", None, None, ()),
        ("builtins.open", None, None, ()),
    ]
    assert [tuple(text.partition("=")[0] for text in row[4]) for row in found] == [  # type: ignore[attr-defined]
        (), ("revision",), ("repo",), ("repo",),
    ]  # fmt: skip


def test_an_address_that_is_only_handed_on_and_logged_is_listed_where_it_is_made(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        import logging, sys
        uri = f"hf://datasets/{sys.argv[1]}"
        logging.info(f"writing to {uri}")
        """,
    )
    assert [(row[1], row[4]) for row in found] == [(None, ("repo=f'hf://datasets/{sys.argv[1]}'",))]


def test_a_path_in_a_query_is_found_and_prose_is_not(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '''
        """See https://huggingface.co/org/a/resolve/main/x and hf://datasets/org/doc/x."""
        import duckdb
        duckdb.sql("SELECT * FROM 'hf://datasets/org/a/x.parquet' LIMIT 3")
        raise SystemExit("get it at https://huggingface.co/org/b/resolve/main/x")
        ''',
    )
    assert found == [("duckdb.sql", "org/a", None, ("x.parquet",), ())]


def test_an_address_inside_a_hub_call_is_that_call_alone(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        from datasets import load_dataset
        load_dataset("csv", data_files="https://huggingface.co/datasets/org/a/resolve/main/x.csv")
        """,
    )
    assert found == [("datasets.load_dataset", "org/a", "main", ("x.csv",), ())]
