"""The HTML page of a gap analysis in a real headless Chromium: it renders, filters, opens evidence, logs no error."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.levels import Minimum
from recipes_data.gaps.needs import Recipe
from recipes_data.gaps.reports.html import page
from tests.unit.gaps.example_analysis import empty, example

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed: apt-get install chromium")

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
)


class Shown:
    """The page as the browser has it when its scripts have run."""

    def __init__(self, dom: str) -> None:
        self.dom = dom
        self.rows = [html.unescape(name) for name in re.findall(r'<tr data-row="([^"]*)"', dom)]
        self.operations = re.findall(r'<button type="button" class="op" aria-label="([^"]*)"', dom)

    def text(self, identity: str) -> str:
        """Words of the element with this id, without its markup."""
        found = re.search(rf'<(\w+)[^>]*\bid="{identity}"[^>]*>(.*)', self.dom, re.DOTALL)
        assert found is not None, identity
        tag, rest = found[1], found[2]
        depth, end = 1, len(rest)
        for mark in re.finditer(rf"<(/?){tag}\b", rest):
            depth += -1 if mark[1] else 1
            if not depth:
                end = mark.start()
                break
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", rest[:end])).split())


def show(tmp_path: Path, analysis: Analysis, hands: str = "", **hash_words: str) -> Shown:
    """The page after its own scripts, and after `hands`, a script that does what a reader does."""
    file = tmp_path / "gaps.html"
    text = page(analysis)
    if hands:  # the page's own policy would not let it run
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        text = text.replace("</body>", f"<script>{hands}</script></body>")
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            str(BROWSER),
            *QUIET,
            f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=1400,900",
            "--dump-dom",
            f"{file.as_uri()}#{urlencode(hash_words)}",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert said == [], "the page writes to the console"
    return Shown(done.stdout)


def test_every_recipe_is_a_row_and_every_needed_operation_a_column(tmp_path: Path) -> None:
    shown = show(tmp_path, example())
    assert shown.rows == [
        "math_rl",
        "chat_sl",
        "code_rl",
        "off_policy_reasoning",
        "search_tool",
        "odd|name_<b>`x`</script>",
    ]
    assert shown.operations[:3] == ["files.download", "datasets.info", "libraries.load_dataset"]
    assert shown.text("count") == "6 recipes, 8 operations"


def test_levels_are_told_by_letter_and_in_words_not_by_colour_alone(tmp_path: Path) -> None:
    shown = show(tmp_path, example())
    legend = shown.text("legend")
    for words in ("A absent", "W wired", "T tested", "V verified", "not verifiable offline"):
        assert words in legend
    assert re.search(r'aria-label="hf_hub_ex: datasets.info is tested"', shown.dom)
    assert re.search(r'aria-label="hf-hub: files.download is wired, the probe failed"', shown.dom)


@pytest.mark.parametrize(
    ("words", "rows", "operations"),
    [
        ({"recipe": "code_rl"}, 1, 4),
        ({"priority": "P2"}, 0, 1),
        ({"q": "streaming"}, 1, 1),
        ({"q": "openai/gsm8k"}, 2, 4),
        ({"level": "tested"}, 3, 1),
        ({"client": "hf-hub", "level": "wired"}, 6, 1),
        ({"q": "nothing is called so"}, 0, 0),
    ],
)
def test_a_filter_leaves_what_it_says(tmp_path: Path, words: dict[str, str], rows: int, operations: int) -> None:
    shown = show(tmp_path, example(), **words)
    assert (len(shown.rows), len(shown.operations)) == (rows, operations)


def test_one_client_alone_has_one_mark_a_cell(tmp_path: Path) -> None:
    marks = [
        len(re.findall(r'class="chip [^"]*" title', show(tmp_path, example(), client=one).dom))
        for one in ("", "hf_hub_ex")
    ]
    assert marks[0] == 3 * marks[1]


def test_a_mark_opens_its_evidence(tmp_path: Path) -> None:
    shown = show(tmp_path, example(), op="datasets.info", on="hf_hub_ex", **{"for": "math_rl"})
    assert shown.text("details-title") == "datasets.info in hf_hub_ex"
    body = shown.text("details-body")
    for words in (
        "GET /api/datasets/{repo_id}/revision/{revision}",
        "HfHub.Api.dataset_info lib/hf_hub/api.ex:42",
        "1 test (1 passed)",
        "test/hf_hub/api_test.exs:9 passed (test-result)",
        "recipes/math_rl/math_env.py:344",
    ):
        assert words in body


def test_an_operation_and_a_recipe_open_theirs(tmp_path: Path) -> None:
    operation = show(tmp_path, example(), op="files.range").text("details-body")
    assert "hf_hub_ex absent: no function, and no request with its method and path" in operation
    assert "Broken: no function of hf_datasets_ex passes it on." in operation
    recipe = show(tmp_path, example(), **{"for": "odd|name_<b>`x`</script>"})
    assert recipe.text("details-title") == "odd|name_<b>`x`</script>"
    assert "hf-hub: blocked by files.download." in recipe.text("details-body")


def test_a_click_opens_the_evidence_and_escape_closes_it_where_it_was_opened(tmp_path: Path) -> None:
    hands = """
      const mark = document.querySelectorAll("#matrix .chip")[1];
      mark.click();
      const told = [document.activeElement.id, document.getElementById("details").hidden, location.hash];
      document.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape"}));
      told.push(document.activeElement === mark, document.getElementById("details").hidden, location.hash);
      document.title = JSON.stringify(told);
    """
    title = re.search(r"<title>(.*?)</title>", show(tmp_path, example(), hands).dom)
    assert title is not None
    assert json.loads(html.unescape(title[1])) == [
        "details-title",
        False,
        "#op=datasets.info&on=huggingface_hub",
        True,
        True,
        "",
    ]


def test_arrow_keys_walk_over_the_matrix_and_only_one_mark_takes_the_tab(tmp_path: Path) -> None:
    hands = """
      const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
      const matrix = document.getElementById("matrix");
      matrix.querySelector("button[tabindex='0']").focus();
      const told = [document.activeElement.getAttribute("aria-label")];
      for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "End", "Home"]) {
        press(key);
        told.push(document.activeElement.getAttribute("aria-label"));
      }
      told.push(matrix.querySelectorAll("button[tabindex='0']").length);
      document.title = JSON.stringify(told);
    """
    title = re.search(r"<title>(.*?)</title>", show(tmp_path, example(), hands).dom)
    assert title is not None
    assert json.loads(html.unescape(title[1])) == [
        "files.download",
        "datasets.info",
        "huggingface_hub: datasets.info is verified",
        "hf_hub_ex: datasets.info is tested",
        "hf_hub_ex: cache.etag is absent",
        "hf_hub_ex: files.download is options complete",
        1,
    ]


def test_typing_filters_and_clear_brings_everything_back(tmp_path: Path) -> None:
    hands = """
      const box = document.getElementById("f-q");
      box.value = "math";
      box.dispatchEvent(new Event("input", {bubbles: true}));
      const told = [document.querySelectorAll("tr[data-row]").length, location.hash];
      document.querySelector("button[type='reset']").click();
      told.push(document.querySelectorAll("tr[data-row]").length, location.hash, box.value);
      document.title = JSON.stringify(told);
    """
    title = re.search(r"<title>(.*?)</title>", show(tmp_path, example(), hands).dom)
    assert title is not None
    assert json.loads(html.unescape(title[1])) == [1, "#q=math", 6, "", ""]


def test_a_script_that_is_not_the_pages_own_does_not_run(tmp_path: Path) -> None:
    file = tmp_path / "gaps.html"
    file.write_text(
        page(example()).replace("</body>", "<script>document.title='run'</script></body>"), encoding="utf-8"
    )
    done = subprocess.run(
        [str(BROWSER), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "<title>run</title>" not in done.stdout
    assert "Content Security Policy" in done.stderr


def test_an_address_that_names_nothing_shows_everything(tmp_path: Path) -> None:
    shown = show(tmp_path, example(), recipe="gone", op="gone", level="gone")
    assert len(shown.rows) == 6
    assert re.search(r'<aside id="details"[^>]* hidden', shown.dom)


def test_an_empty_analysis_is_a_page_too(tmp_path: Path) -> None:
    shown = show(tmp_path, empty())
    assert shown.rows == []
    assert "No recipes need 0 of the 13 operations" in shown.text("lead")


def test_hundreds_of_recipes_are_drawn(tmp_path: Path) -> None:
    analysis = example()
    needs = analysis.needs[0]
    many = tuple(Recipe(f"recipe_{at}", needs.recipes[0].where, (0, 5)) for at in range(400))
    sets = tuple(Minimum(one.name, analysis.minimums[0].operations, analysis.minimums[0].blocked) for one in many)
    analysis = dataclasses.replace(analysis, needs=(dataclasses.replace(needs, recipes=many),), minimums=sets)
    assert len(show(tmp_path, analysis).rows) == 400
