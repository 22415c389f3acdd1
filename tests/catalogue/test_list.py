"""`recipes-data list`: states, what was proven, of whom nothing is known; at a terminal and away from it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recipes_data.catalogue import read_catalogue
from recipes_data.cli.listing import needed_words, size_words
from recipes_data.cli.main import run
from recipes_data.cli.parser import parse
from recipes_data.cli.proposals import given_by
from recipes_data.cli.screen import Screen, table_text
from recipes_data.mirror import Mirror
from recipes_data.shipped import GENERATED, REAL_ROWS
from tests.integration.test_terminal import at_a_terminal
from tests.worlds import GSM8K, ROOT, Project, Ran, write_sums


class Here:
    """A project in this process: `org/sums` is its gsm8k, over the catalogue that ships."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.project = Project.make(folder, gsm8k=GSM8K)
        self._captured = captured

    def say(self, *words: str) -> Ran:
        code = run([*words, "--project", str(self.project.root)])
        out, err = self._captured.readouterr()
        return Ran(code, out, err)

    def listed(self, kind: str) -> dict[str, Any]:
        """What `list --json` says of datasets, models, recipes or benchmarks, by name."""
        return {line["name"]: line for line in self.say("list", "--json").json[kind]}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Here]:
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_", "XDG_")) or name == "CI"]:
        monkeypatch.delenv(name)
    write_sums(tmp_path / "hub")
    made = Here(tmp_path, capsys)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(made.project.store))
    monkeypatch.setenv("NO_PROXY", "*")
    with Mirror(tmp_path / "hub") as mirror:
        monkeypatch.setenv("HF_ENDPOINT", mirror.url)
        yield made


def test_everything_that_ships_is_listed_once_with_a_state_and_what_it_was_proven_on(here: Here) -> None:
    shipped = read_catalogue([ROOT / "manifests"])
    document = here.say("list", "--json").json
    assert list(document) == ["datasets", "models", "recipes", "benchmarks"]
    data = [line["name"] for kind in ("datasets", "models") for line in document[kind]]
    recipes = [line["name"] for kind in ("recipes", "benchmarks") for line in document[kind]]
    assert sorted(data) == sorted(shipped.datasets)
    assert sorted(recipes) == sorted(shipped.recipes)
    assert {line["type"] for line in document["models"]} == {"model"}
    assert all(line["name"].startswith("bench_") for line in document["benchmarks"])
    found = here.say("list")
    for line in (line for kind in document for line in document[kind]):
        assert line["state"] == "not locked"
        assert line["proven"] in (REAL_ROWS, GENERATED, None)
        assert any(row.split()[:1] == [line["name"]] for row in found.out.splitlines())
    assert "proven on: what the tests of recipes-data ran on" in found.err
    assert here.say("list", "-q").err == ""


def test_a_state_goes_from_not_locked_to_fetched_and_a_recipe_has_that_of_what_it_needs(here: Here) -> None:
    def states() -> tuple[str, str, str]:
        recipes = {**here.listed("recipes"), **here.listed("benchmarks")}
        return here.listed("datasets")["gsm8k"]["state"], recipes["bench_gsm8k"]["state"], recipes["rl_basic"]["state"]

    assert states() == ("not locked", "not locked", "not locked")
    assert here.say("lock", "gsm8k").code == 0
    assert states() == ("locked", "locked", "locked")
    assert here.say("fetch", "gsm8k:test").code == 0
    assert states() == ("1 of 2 files", "fetched", "1 of 2 files")
    assert here.listed("recipes")["default"]["state"] == "1 of 4 locked"
    assert here.say("fetch", "gsm8k").code == 0
    assert states() == ("fetched", "fetched", "fetched")
    here.project.write("gsm8k", GSM8K.replace("rows: 50", "rows: 49"))
    assert states() == ("stale lock", "stale lock", "stale lock")


def test_a_recipe_whose_lock_has_no_such_config_says_so(here: Here) -> None:
    here.project.write("gsm8k", GSM8K.replace("      test: {files: main/test-*.parquet}\n", ""))
    recipe = "name: mine\ntitle: T\nneeds:\n  - {dataset: gsm8k, config: main, splits: [test], why: w, priority: P0}\n"
    folder = here.project.root / "manifests" / "recipes"
    folder.mkdir()
    assert here.say("lock", "gsm8k").code == 2, "the shipped recipes need a split that this manifest has not"
    here.project.write("gsm8k", "name: gsm8k\ntitle: T\nrepo: org/sums\nfrom: card\n")
    (folder / "mine.yaml").write_text(recipe, encoding="utf-8")
    assert here.say("lock", "gsm8k").code == 0
    assert here.listed("recipes")["mine"]["state"] == "lock does not fit"


def test_of_a_manifest_of_ones_own_nothing_is_proven_and_of_no_recipe_that_stands_on_it(here: Here) -> None:
    own = here.listed("datasets")["gsm8k"]
    assert (own["proven"], own["proven_note"], own["views"], own["size"]) == (None, None, [], None)
    assert own["shadows"] == [str(ROOT / "manifests" / "datasets" / "gsm8k.yaml")]
    assert here.listed("recipes")["rl_basic"]["proven"] is None
    assert here.listed("recipes")["default"]["proven"] is None
    assert here.listed("recipes")["chat_sl_tulu3"]["proven"] == GENERATED
    line = next(row for row in here.say("list").out.splitlines() if row.startswith("gsm8k "))
    assert line.split()[:4] == ["gsm8k", "not", "locked", "-"]


def test_of_what_ships_the_note_the_size_the_views_and_the_users_are_told(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here.project.root / "manifests" / "datasets" / "gsm8k.yaml").unlink()
    found = here.listed("datasets")["gsm8k"]
    assert found["proven"] == REAL_ROWS
    assert "other parquet files than the Hub's" in found["proven_note"]
    assert found["size"] == {
        "bytes": 5889887,
        "exact": True,
        "evidence": "card metadata quoted in public sources: both configs",
    }
    assert "math_rl.gsm8k()" in found["views"]
    assert "rl_basic" in found["used_by"]
    assert here.listed("recipes")["rl_basic"]["proven"] == REAL_ROWS
    shown = here.say("show", "gsm8k")
    assert "\nsize            5.9 MB\n" in shown.out
    assert "\nproven          real rows: every row of config main" in shown.out
    assert here.say("show", "gsm8k", "--json").json["state"] == "not locked"
    shown = here.say("show", "rl_basic")
    assert "\nview            loaders.math_rl.gsm8k()\n" in shown.out
    assert "\nproven on       real rows\n" in shown.out
    assert here.say("show", "rl_basic", "--json").json["views"] == ["math_rl.gsm8k()"]


def test_a_size_is_that_of_the_lock_where_there_is_one(here: Here) -> None:
    assert here.say("lock", "gsm8k").code == 0
    size = here.listed("datasets")["gsm8k"]["size"]
    assert (size["exact"], size["evidence"]) == (True, "the lock")
    lock = here.project.lock("gsm8k")
    assert size["bytes"] == sum(file["size"] for file in lock["files"].values())
    assert size_words({"bytes": 36_000_000_000, "exact": False}) == "about 36.0 GB"
    assert size_words(None) == ""


def test_a_broken_lock_is_an_error_and_not_a_state(here: Here) -> None:
    here.project.lock_folder.mkdir(parents=True)
    (here.project.lock_folder / "gsm8k.json").write_text("{", encoding="utf-8")
    ran = here.say("list")
    assert (ran.code, ran.out) == (3, "")
    assert "gsm8k.json" in ran.err


def test_many_configs_of_one_dataset_are_counted() -> None:
    assert needed_words(["gsm8k/main"]) == "gsm8k/main"
    assert needed_words(["a", "b/x", "b/y"]) == "a, b (2 configs)"


def test_a_table_fits_its_terminal_and_is_whole_elsewhere() -> None:
    head, rows = ("name", "state", "title"), [("gsm8k", "not locked", "Grade School Math 8K"), ("x", "y", "z")]
    assert table_text(head, rows).splitlines()[1] == "gsm8k  not locked  Grade School Math 8K"
    assert table_text(head, rows, width=39) == table_text(head, rows)
    cut = table_text(head, rows, width=38).splitlines()
    assert cut[1] == "gsm8k  not locked  Grade School Math …"
    assert table_text(head, rows, width=30).splitlines() == ["name   state", "gsm8k  not locked", "x      y"]
    assert table_text(head, rows, width=1).splitlines() == ["name", "gsm8k", "x"]
    for width in range(1, 60):
        longest = max(map(len, table_text(head, rows, width=width).splitlines()))
        assert longest <= max(width, len("gsm8k"))


def test_on_a_terminal_no_line_is_longer_than_it_and_the_names_and_grades_are_there(tmp_path: Path) -> None:
    project = Project.make(tmp_path)
    code, shown = at_a_terminal(project, ["list", "-q"])
    assert code == 0
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 100
    assert any(line.startswith("gsm8k ") and "real rows" in line for line in lines)
    assert any(line.endswith("…") for line in lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recipes-data lock --upgrade gsm8k", "recipes-data lock --hub '../my hub' --upgrade gsm8k"),
        ("see: recipes-data fetch --help; recipes-data lock a", None),
        ("recipes-data list", "recipes-data list"),
        ("recipes-data lock gsm8k --hub x", "recipes-data lock gsm8k --hub x"),
    ],
)
def test_what_is_proposed_asks_the_hub_that_the_user_named(text: str, said: str | None) -> None:
    if said is None:
        said = "see: recipes-data fetch --hub '../my hub' --help; recipes-data lock --hub '../my hub' a"
    assert Screen(given=given_by(parse(["fetch", "--hub", "../my hub"]))).again(text) == said
    assert Screen().again(text) == text


def test_a_pin_that_a_folder_does_not_have_proposes_an_upgrade_from_that_folder(tmp_path: Path, here: Here) -> None:
    pinned = GSM8K.replace("revision: main", f'revision: "{"e" * 40}"\nevidence: a test')
    here.project.write("gsm8k", pinned)
    ran = here.project.run("lock", "gsm8k", "--hub", "../hub")
    assert "recipes-data lock --hub ../hub --upgrade gsm8k" in ran.err
    ran = here.project.run("lock", "--hub", "../hub", "--upgrade", "gsm8k")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "gsm8k:nope"], 2, "gsm8k/main has no split 'nope'"),
        (["show", "gsm8k/none"], 2, "'gsm8k' has no config 'none'"),
        (["show", "mmlu:nope"], 2, "mmlu/all has no split 'nope'"),
        (["show", "mmlu/none:test"], 2, "'mmlu' has no config 'none'"),
        (["show", "rl_basic:train"], 2, "'rl_basic' is a recipe: it has no configs or splits"),
        (["show", "qwen3_8b:train"], 2, "'qwen3_8b' has files, no configs or splits"),
        (["show", "mbpp/full"], 3, "'mbpp' is not locked, and its repository's card decides"),
    ],
)
def test_the_rest_of_an_address_is_looked_at(here: Here, words: list[str], code: int, said: str) -> None:
    ran = here.say(*words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "\n  -> " in ran.err


def test_show_of_an_address_has_that_split_alone(here: Here) -> None:
    promised = here.say("show", "gsm8k:test")
    assert "main/test-*.parquet" in promised.out
    assert "main/train-*.parquet" not in promised.out
    assert here.say("fetch", "gsm8k").code == 0
    shown = here.say("show", "gsm8k/main:test", "--json").json
    assert [(split["config"], split["split"], split["rows"]) for split in shown["splits"]] == [("main", "test", 20)]
    assert "train-00000" not in here.say("show", "gsm8k:test").out
    wrong = here.say("show", "gsm8k:nope")
    assert (wrong.code, wrong.out) == (2, "")
    assert "gsm8k/main has no split 'nope'\n  -> it has: train, test" in wrong.err


def test_a_file_that_cannot_be_read_is_said_in_words(here: Here, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    for words in (
        ["fetch", "gsm8k", "--token-file", str(tmp_path / "none")],
        ["gaps", "report", "--recipes", str(ROOT / "manifests"), "--baseline", str(tmp_path / "none")],
        ["receipt", "verify", str(tmp_path / "none")],
    ):
        ran = here.say(*words)
        assert ran.code == 2, words
        assert "cannot be read: No such file or directory\n" in ran.err
        assert "Errno" not in ran.err
    assert (
        "cannot be read: it is no text in UTF-8"
        in here.say("fetch", "gsm8k", "--token-file", str(tmp_path / "latin")).err
    )


def test_json_of_an_error_proposes_the_same(here: Here) -> None:
    ran = here.say("fetch", "nothing", "--json")
    assert "nothing" in json.loads(ran.out)["error"]["what"]
