"""`show NAME --stats` says what the rows are like, as text, JSON and pictures; and what is missing where it cannot."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes_data.cli import stats
from recipes_data.cli.screen import Screen
from recipes_data.cli.stats import split_facts
from recipes_data.mirror import Mirror
from recipes_data.store import Store
from tests.unit.splits import lock_of
from tests.unit.storehouse import jsonl_bytes
from tests.worlds import ROOT, Project

MANIFEST = """\
name: reviews
title: Reviews
repo: org/reviews
revision: main
default_config: main
configs:
  main:
    splits:
      train: {files: train.parquet}
      test: {files: test.jsonl}
  other:
    splits:
      train: {files: test.jsonl}
"""
NASTY = "<script>alert('$x^2$')</script>\x1b[31m"
TRAIN = [
    {"text": "good", "label": 1, "stars": 5, "tags": ["a"]},
    {"text": "bad", "label": 0, "stars": 1, "tags": []},
    {"text": "good", "label": 1, "stars": 5, "tags": ["a"]},
    {"text": None, "label": 1, "stars": 3, "tags": ["a", NASTY]},
]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with two datasets by the whole way: `reviews` fetched, `later` only locked by nobody."""
    folder = tmp_path_factory.mktemp("stats")
    repo = folder / "hub" / "datasets" / "org" / "reviews"
    repo.mkdir(parents=True)
    note = {"info": {"features": {"label": {"names": ["neg", "pos", "mixed"], "_type": "ClassLabel"}}}}
    table = pa.Table.from_pylist(TRAIN).replace_schema_metadata({"huggingface": json.dumps(note)})
    pq.write_table(table, repo / "train.parquet")
    (repo / "test.jsonl").write_bytes(jsonl_bytes([{"when": "2024-01-01", "n": 2**53 + 1}] * 2))
    project = Project.make(folder, reviews=MANIFEST, later=MANIFEST.replace("name: reviews", "name: later"))
    (project.root / "manifests" / "recipes").mkdir()
    (project.root / "manifests" / "recipes" / "mix.yaml").write_text(
        "name: mix\ntitle: A recipe\nneeds: [{dataset: reviews, priority: P0, why: rows}]\n"
    )
    with Mirror(folder / "hub") as mirror:
        ran = project.run("fetch", "reviews", HF_ENDPOINT=mirror.url)
    assert ran.code == 0, ran.err
    return project


def test_the_text_says_rows_lengths_classes_and_duplicates(fetched: Project) -> None:
    ran = fetched.run("show", "reviews:train", "--stats", COLUMNS="120", PYTHONIOENCODING="utf-8")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0] == "reviews/main:train: 4 rows, 1 of them repeated"
    line = {found.split()[0]: found.split() for found in lines[3:8]}
    assert line["text"][:9] == ["text", "string", "1", "1", "3", "4", "4", "4", "characters"]
    assert line["stars"][:5] == ["stars", "int64", "0", "1", "5"]
    assert line["tags"][:9] == ["tags", "list", "0", "1", "0", "1", "2", "2", "items"]
    assert re.search(
        r"label: 3 values\n +pos +█+ +75.0 %  3\n +neg +█+[▏▎▍▌▋▊▉]? +25.0 %  1\n +mixed +0.0 %  0\n", _sorted(ran.out)
    )
    assert "\x1b" not in ran.out
    assert "\\x1b[31m" in ran.out
    assert max(map(len, lines)) <= 120
    assert ran.err == ""


def _sorted(text: str) -> str:
    """The classes of `label` by their counts, as a person reads them."""
    lines = text.splitlines()
    at = lines.index("label: 3 values")
    bars = sorted(lines[at + 1 : at + 4], key=lambda line: -int(line.split()[-1]))
    return "\n".join([lines[at], *bars, ""])


def test_json_has_every_figure(fetched: Project) -> None:
    ran = fetched.run("show", "reviews", "--stats", "--json")
    assert ran.code == 0, ran.err
    assert ran.err == "the default config, main; 1 more by address: reviews/CONFIG\n"
    train, test = ran.json["splits"]
    assert (train["config"], train["split"], train["rows"], train["repeated_rows"]) == ("main", "train", 4, 1)
    columns = {column["name"]: column for column in train["columns"]}
    assert columns["text"] == {
        "name": "text",
        "type": "string",
        "values": 3,
        "nulls": 1,
        "repeated": 1,
        "lengths": {
            "unit": "characters",
            "min": 3,
            "median": 4.0,
            "p95": 4,
            "max": 4,
            "histogram": columns["text"]["lengths"]["histogram"],
        },
        "classes": None,
        "min": None,
        "max": None,
        "nans": 0,
    }
    assert [found["count"] for found in columns["text"]["lengths"]["histogram"]] == [1, *[0] * 14, 2]
    assert columns["label"]["classes"] == [
        {"value": "neg", "count": 1},
        {"value": "pos", "count": 3},
        {"value": "mixed", "count": 0},
    ]
    assert (columns["stars"]["min"], columns["stars"]["max"]) == (1, 5)
    assert (test["split"], test["rows"], test["repeated_rows"]) == ("test", 2, 1)
    assert {c["name"]: (c["type"], c["min"]) for c in test["columns"]} == {
        "when": ("string", None),
        "n": ("int64", 2**53 + 1),
    }


def test_plain_characters_where_the_output_has_no_others(fetched: Project) -> None:
    ran = fetched.run("show", "reviews:train", "--stats", COLUMNS="70", PYTHONIOENCODING="ascii")
    assert ran.code == 0, ran.err
    assert ran.out.isascii()
    assert "#####" in ran.out
    assert "characters" not in ran.out  # a narrow terminal


class Tags(HTMLParser):
    """Which tags a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_plots_are_one_page_or_one_picture_and_data_is_no_markup(fetched: Project, tmp_path: Path) -> None:
    page, picture = tmp_path / "x.html", tmp_path / "x.png"
    ran = fetched.run("show", "reviews", "--stats", "--plot", str(page))
    assert (ran.code, ran.err.splitlines()[-1]) == (0, f"plots: {page}")
    parser = Tags()
    text = page.read_text(encoding="utf-8")
    parser.feed(text)
    assert parser.tags.count("svg") == 6  # text, label, tags, tags[]; when, n
    assert "script" not in parser.tags
    assert "<script>alert('$x^2$'" in parser.text
    assert "\x1b" not in text
    assert not re.search(r"(src|href)=|https?:", text)
    ran = fetched.run("show", "reviews:train", "--plot", str(picture), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["plot"] == str(picture)
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["x.html", "x.png"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["mix", "--stats"], 2, "'mix' is a recipe: it has no rows"),
        (["later", "--stats"], 6, "recipes-data fetch later"),
        (["nothing", "--stats"], 2, "no dataset"),
        (["reviews:dev", "--stats"], 2, "dev"),
        (["reviews", "--plot", "x.svg"], 2, "plots are .png or .html"),
        (["reviews", "--plot", "nowhere/x.png"], 2, "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_told_is_an_error(fetched: Project, words: list[str], code: int, said: str) -> None:
    ran = fetched.run("show", *words)
    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""


def test_what_is_not_installed_is_said_with_the_line_that_installs_it(fetched: Project, tmp_path: Path) -> None:
    for name in ("polars", "matplotlib"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text("raise ImportError('not here')\n")
    path = f"{ROOT}:{tmp_path / 'polars'}"
    ran = fetched.run("show", "reviews", "--stats", PYTHONPATH=path)
    assert (ran.code, ran.err) == (
        2,
        "error: polars is not installed\n  -> pip install 'recipes-data[polars]'\n",
    )
    ran = fetched.run("show", "reviews", "--plot", "x.png", PYTHONPATH=f"{ROOT}:{tmp_path / 'matplotlib'}")
    assert ran.code == 2
    assert "pip install 'recipes-data[plots]'" in ran.err
    assert fetched.run("show", "reviews", "--plot", "x.html", PYTHONPATH=path).code == 2
    assert fetched.run("show", "reviews", PYTHONPATH=path).code == 0


def test_a_large_table_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path / "store")
    lock, split = lock_of(store, "jsonl", {"a.jsonl": jsonl_bytes([{"text": "x" * 100}] * 5000)})
    split_facts(store, lock, "main", split, Screen())
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(stats, "LARGE", 1000)
    monkeypatch.setattr("recipes_data.cli.screen._PLAIN_SECONDS", 0)
    split_facts(store, lock, "main", split, Screen())
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "reading toy/main:train: 565.0 kB"
    assert any(re.match(r"reading: [0-9.]+ kB of 565.0 kB, ", line) for line in told[1:])
    split_facts(store, lock, "main", split, Screen(quiet=True))
    assert capsys.readouterr().err == ""


def test_a_column_that_polars_has_no_type_for_is_named_and_not_counted(tmp_path: Path) -> None:
    table = pa.table({"m": pa.array([[("a", 1)], [("a", 1)]], pa.map_(pa.string(), pa.int64())), "n": [1, 1]})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    store = Store(tmp_path / "store")
    lock, split = lock_of(store, "parquet", {"a.parquet": sink.getvalue().to_pybytes()})
    found = split_facts(store, lock, "main", split, Screen())
    assert (found.uncounted, found.facts.rows, found.facts.repeated) == (("m",), 2, None)
    assert [column.name for column in found.facts.columns] == ["n"]
