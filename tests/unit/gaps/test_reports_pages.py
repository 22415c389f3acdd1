"""The Markdown pages, as their readers read them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from recipes_data.gaps.analysis import Analysis, ReviewedDocument
from recipes_data.gaps.evidence import Evidence, Finding, Origin, Where
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.needs import Access, Step
from recipes_data.gaps.reports.facts import state_pages
from recipes_data.gaps.reports.findings import findings_block
from recipes_data.gaps.reports.markdown import anchor
from recipes_data.gaps.reports.pages import pages_of, write_pages
from tests.unit.gaps.example_analysis import empty, example
from tests.unit.gaps.example_clients import ELIXIR
from tests.unit.gaps.example_recipes import NEEDS

NAMES = [
    "SUMMARY.md",
    "COOKBOOK_REQUIREMENTS.md",
    "HUGGINGFACE_HUB_CURRENT_STATE.md",
    "HF_HUB_EX_CURRENT_STATE.md",
    "HF_HUB_CURRENT_STATE.md",
    "GAP_ANALYSIS.md",
    "IMPLEMENTATION_PLAN_UNIFIED.md",
    "TDD_EXAMPLES.md",
    "SUPERSEDED_DOCS.md",
]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return pages_of(example())


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next of its depth."""
    found = re.search(rf"^(#+) {re.escape(title)}$\n(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[2]


def test_all_pages_are_written_under_their_names_the_summary_first(tmp_path: Path) -> None:
    written = write_pages(example(), tmp_path / "new" / "out")
    assert [path.name for path in written] == NAMES
    assert all(path.read_text(encoding="utf-8").endswith("\n") for path in written)


def test_the_same_analysis_gives_the_same_bytes() -> None:
    assert pages_of(example()) == pages_of(example())


def test_every_page_names_the_commit_of_every_input(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert "`hf_hub_ex` 0.1.3 (commit `abababababab`)" in text, name
        assert "`hf-hub` 0.4.3 (no git commit)" in text, name


@pytest.mark.parametrize("analysis", [example(), empty()], ids=["full", "empty"])
def test_tables_are_whole_and_links_lead_somewhere(analysis: Analysis) -> None:
    texts = pages_of(analysis)
    for name, text in texts.items():
        outside = re.sub(r"^(```+).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
        for block in re.findall(r"(?:^\|.*\n)+", outside, re.MULTILINE):
            assert len({row.count("|") for row in block.splitlines()}) == 1, (name, block)
        for target, fragment in re.findall(r"\]\(([A-Z_]+\.md)(?:#([^)]+))?\)", outside):
            assert target in texts, (name, target)
            headings = {anchor(title) for title in re.findall(r"^#+ (.*)$", texts[target], re.MULTILINE)}
            assert not fragment or fragment in headings, (name, target, fragment)
        assert "<b>" not in outside
        assert "</script>" not in outside
        assert not re.search(r"^(?:##? .*\n\n(?=##? |---)|### .*\n\n(?=#|---))", text, re.MULTILINE), (
            f"{name} has a heading with nothing below"
        )


def test_an_empty_analysis_is_said_in_single_lines() -> None:
    texts = pages_of(empty())
    assert "No access to the Hub was found in the inputs, so no operation is needed." in texts["SUMMARY.md"]
    assert "No client was read." in texts["GAP_ANALYSIS.md"]
    assert "there is nothing to plan" in texts["IMPLEMENTATION_PLAN_UNIFIED.md"]
    assert "Phase 1" not in texts["IMPLEMENTATION_PLAN_UNIFIED.md"]
    assert "No old documents were given" in texts["SUPERSEDED_DOCS.md"]


def test_the_summary_counts_what_is_needed_and_what_there_is(pages: dict[str, str]) -> None:
    text = pages["SUMMARY.md"]
    assert "The 6 recipes in `tinker_cookbook` need the Hub; the sources ask it in 6 places, for 6 repositories" in text
    assert "8 are needed: 3 block every experiment (P0), 4 block only some recipes (P1)" in text
    assert "1 is nice to have (P2). Nobody needs the other 5." in text
    assert "**hf_hub_ex** (Elixir) has, of the 8 operations that are a client's own to have, 1 seen" in text
    assert "No probe was run on `hf_hub_ex`, so nothing is called verified there." in text


def test_the_summary_has_at_most_three_paragraphs_before_its_findings(pages: dict[str, str]) -> None:
    lead = pages["SUMMARY.md"].split("## Critical findings")[0]
    assert 2 <= len(lead.strip().split("\n\n")) - 1 <= 3


def test_actions_come_in_the_order_of_their_urgency(pages: dict[str, str]) -> None:
    actions = section(pages["SUMMARY.md"], "Immediate actions, in order")
    order = [
        actions.index(words)
        for words in (
            "Mend what the probe saw `hf-hub` do wrong",
            "P0 gap of `hf_hub_ex`",
            "Mend 1 call of `hf_datasets_ex`",
            "swallowed error at `distillation/datasets.py:190`",
            "P1 gaps of `hf_hub_ex`",
            "Run the probe on `hf_hub_ex`",
            "Pin a commit in 6 places for 6 repositories",
            "Withdraw or mend the old document",
        )
    ]
    assert order == sorted(order)


def test_the_checklist_is_ticked_by_counting(pages: dict[str, str]) -> None:
    lines = section(pages["SUMMARY.md"], "Checklist").strip().splitlines()
    assert lines[0] == (
        "- [ ] every recipe traced: 6 recipes and 6 places where the Hub is asked, "
        "1 with an argument that is not resolved"
    )
    assert any(line.startswith("- [ ] examples runnable: 0 of ") for line in lines)
    assert "- [ ] every consumer call identified: 4 calls, 1 whose target could not be told" in lines
    assert "- [x] acceptance criteria clear: 8 operations" in lines
    assert any(line.startswith("- [x] scope minimal: 17 gaps planned") for line in lines)


def test_the_requirements_name_each_dataset_with_its_arguments_users_and_place(pages: dict[str, str]) -> None:
    rows = section(pages["COOKBOOK_REQUIREMENTS.md"], "Datasets")
    gsm8k = next(row for row in rows.splitlines() if "`openai/gsm8k`" in row)
    for words in ("`main`", "`train`", "not pinned", "`question` and `answer`", "`math_rl`", f"{'recipes/math_rl'}"):
        assert words in gsm8k
    assert "`train.parquet`" in rows
    models = section(pages["COOKBOOK_REQUIREMENTS.md"], "Models and tokenizers")
    assert "| Repository | Revision | Used by | Where |" in models, "columns that would be empty are left out"


def test_the_requirements_tell_what_is_done_with_the_rows_with_seeds_and_sizes(pages: dict[str, str]) -> None:
    text = section(pages["COOKBOOK_REQUIREMENTS.md"], "Client-side preprocessing")
    told = text[text.index("**`HuggingFaceH4/no_robots`**") :]
    assert "by `chat_sl`; seeds `0`; sizes `take 1024`:" in told
    assert "1. `shuffle(seed=0)`, split `train` (line 60)" in told
    assert "2. `take(1024)`, split `train` (line 61)" in told
    assert "3. <code>skip&#40;&#60;n &#124; 1&#62;&#41;</code> after 1, split `train`, if `n is not None`" in told
    assert "**`openai/gsm8k`**" not in text
    assert "rows, on this machine:<br/>shuffle (1)<br/>skip (1)<br/>take (1)" in pages["COOKBOOK_REQUIREMENTS.md"]


def read_at(repo: str, path: str, *steps: Step) -> Access:
    return Access("datasets.load_dataset", Where(path, 3), repo_type="dataset", repo=repo, preprocessing=steps)


def preprocessing_of(*accesses: Access) -> str:
    needs = dataclasses.replace(NEEDS, accesses=accesses, recipes=(), findings=())
    found = dataclasses.replace(example(), needs=(needs,), needed=(), states=(), gaps=(), minimums=(), chains=())
    return section(pages_of(found)["COOKBOOK_REQUIREMENTS.md"], "Client-side preprocessing")


def test_a_step_that_several_datasets_come_to_stands_once_and_is_named_where_they_do() -> None:
    batch = Step("select", "range(8)", Where("shared.py", 9))
    text = preprocessing_of(
        read_at("org/a", "a.py", Step("take", "5", Where("a.py", 4)), dataclasses.replace(batch, after=(0,))),
        read_at(
            "org/b", "b.py", dataclasses.replace(batch, when="n > 0"), Step("skip", "1", Where("other.py", 7), (0,))
        ),
    )
    assert text.count("`shared.py:9`") == 1
    assert "- S1: `select(range(8))` (`shared.py:9`)\n" in text
    assert "read at `a.py:3`; sizes `take 5` and `select range(8)`:\n\n1. `take(5)` (line 4)\n2. S1, `select`\n" in text
    assert "1. S1, `select`, if `n > 0`\n2. `skip(1)` (`other.py:7`)" in text


def test_datasets_that_are_read_alike_share_their_steps() -> None:
    steps = (Step("shuffle", "seed=0", Where("a.py", 4)),)
    text = preprocessing_of(read_at("org/a", "a.py", *steps), read_at("org/b", "a.py", *steps))
    assert (
        "Read alike:\n\n- **`org/a`** read at `a.py:3`; seeds `0`\n- **`org/b`** read at `a.py:3`; seeds `0`\n" in text
    )
    assert text.count("shuffle(seed=0)") == 1
    assert "S1" not in text


def test_the_minimum_set_of_each_recipe_stands_once_with_all_recipes_that_share_it(pages: dict[str, str]) -> None:
    text = section(pages["COOKBOOK_REQUIREMENTS.md"], "Minimum set for each recipe")
    assert "Every recipe needs `files.download`; a row tells what comes on top." in text
    assert "| `math_rl` and `chat_sl` | `datasets.info`, `libraries.load_dataset` and `datasets.files` |" in text


def test_what_could_not_be_resolved_is_listed_with_its_place(pages: dict[str, str]) -> None:
    text = section(pages["COOKBOOK_REQUIREMENTS.md"], "Not resolved")
    assert "- `recipes/code_rl/code_env.py:41`: `datasets.load_dataset` with <code>name&#61;names" in text


def test_behaviours_are_answered_outright(pages: dict[str, str]) -> None:
    text = section(pages["COOKBOOK_REQUIREMENTS.md"], "Cache, authentication, errors and retries")
    assert "- **Cache:** `cache.etag` (P2) is needed; `cache.offline` is not." in text
    assert "- **Authentication:** `files.gated_errors` (P1) is needed; `auth.whoami` is not." in text
    assert "- **Retries and rate limits:** nothing is needed (`files.retries` neither)." in text
    row = next(line for line in text.splitlines() if line.startswith("| `files.gated_errors`"))
    assert "401 or 403 with `X-Error-Code: GatedRepo`" in row
    assert "options complete; not verifiable offline | absent | absent |" in row


def test_a_clients_page_parts_working_partial_and_missing(pages: dict[str, str]) -> None:
    text = pages["HF_HUB_EX_CURRENT_STATE.md"]
    assert "hf_hub_ex is an Elixir client of 31 files and 6,120 lines." in text
    working = section(text, "Working, with tests")
    assert "`datasets.info`" in working
    assert "1 test (1 passed)" in working
    assert "`test/hf_hub/api_test.exs:9`" in working
    assert "`files.download`" in section(text, "Partial")
    assert "1 test (not run)" in section(text, "Partial")
    assert "`files.range`" in section(text, "Missing")
    assert "- `lib/hf_hub/auth.ex:14`: `HfHub.Auth.whoami` returns a constant" in section(text, "Stubs")


def test_signature_parity_tells_what_is_taken_and_never_read(pages: dict[str, str]) -> None:
    text = section(pages["HF_HUB_EX_CURRENT_STATE.md"], "Signature parity")
    request = "`GET /api/datasets/{repo_id}/tree/{revision}`"
    assert f"| `HfHub.Api.list_files` | {request} | `revision` (required) | taken, never read |" in text
    beside = "`huggingface_hub.HfApi.dataset_info`"
    assert f"| `HfHub.Api.dataset_info` | {beside} | `timeout` | no |" in text


def test_tests_without_results_are_never_taken_to_pass(pages: dict[str, str]) -> None:
    bare = dataclasses.replace(example(), inventories=tuple(_unrun(one) for one in example().inventories))
    text = section(pages_of(bare)["HF_HUB_EX_CURRENT_STATE.md"], "Tests")
    assert "No results file was given, so none is taken to pass." in text
    assert "1 asks the real Hub and 1 replays recorded or faked answers" in text


def test_the_gap_analysis_answers_for_the_consumer_and_for_each_recipe(pages: dict[str, str]) -> None:
    text = pages["GAP_ANALYSIS.md"]
    answer = section(text, "Does hf_datasets_ex work on hf_hub_ex?")
    assert answer.strip().startswith("In part: `hf_datasets_ex` passes some needs on")
    assert "`lib/hf_datasets_ex/configs.ex:8`: `HfHub.Api.dataset_configs` with 1 argument" in answer
    assert "`apply(client, fun, args)`" in answer
    assert "no function of hf_datasets_ex passes it on" in answer
    runs = section(text, "Which recipes can run")
    sets = {row.split(" | ")[0].lstrip("| "): row for row in runs.splitlines() if re.match(r"\| [A-Z] \|", row)}
    mine = re.search(r"\| `math_rl` \| ([A-Z]) \| 4 \|", runs)
    assert mine
    assert f"| `chat_sl` | {mine[1]} | 4 |" in runs
    assert "no, for `libraries.load_dataset`" in sets[mine[1]]


def test_what_nobody_needs_and_what_cannot_be_told_offline_are_said_so(pages: dict[str, str]) -> None:
    text = pages["GAP_ANALYSIS.md"]
    assert "- repos: `repos.create`" in section(text, "Not needed")
    assert "`files.gated_errors` of `huggingface_hub` is not verifiable offline" in section(text, "Not decided")


def test_the_plan_builds_parts_before_what_is_made_of_them(pages: dict[str, str]) -> None:
    titles = re.findall(r"^### (\S+):", pages["IMPLEMENTATION_PLAN_UNIFIED.md"], re.MULTILINE)
    assert titles.index("datasets.info") < titles.index("libraries.load_dataset")
    assert titles.index("files.range") < titles.index("libraries.load_dataset_streaming")


def test_the_plan_says_when_an_operation_is_done(pages: dict[str, str]) -> None:
    text = pages["IMPLEMENTATION_PLAN_UNIFIED.md"]
    listing = text.split("### datasets.files:")[1].split("###")[0]
    assert "The Hub's log shows `GET /api/datasets/{repo_id}/tree/{revision}`." in listing
    assert "The `Link` header is followed until there is no next page" in listing
    assert "all pages are read, not the first alone" in listing
    ranged = text.split("### files.range:")[1].split("###")[0]
    assert "It sends `Range` (bytes=first-last, both inclusive)." in ranged


def test_a_failed_probe_says_what_should_be_and_what_was_seen() -> None:
    text = "files.download/gone failed: a 404 is not asked again (it was asked 3 times) [hub GET /x -> 404, 2 bytes]"
    passed = "files.download/happy passed: the bytes are the right ones [hub GET /y -> 200, 9 bytes]"
    told = (Evidence("probe", text), Evidence("probe", passed))
    states = tuple(
        dataclasses.replace(one, evidence=told) if one.probe == "failed" else one for one in example().states
    )
    texts = pages_of(dataclasses.replace(example(), states=states))
    probe = section(texts["HF_HUB_CURRENT_STATE.md"], "What the probe saw")
    assert "2 scenarios of 1 operation, judged by the Hub's own log: 1 passed, 1 failed." in probe
    assert "- `files.download/gone`: A 404 is not asked again. Seen: it was asked 3 times." in probe.replace("It", "it")
    assert "What should be and is not: A 404 is not asked again." in texts["GAP_ANALYSIS.md"]
    assert "1 of 2 probe scenarios passed, not `files.download/gone`" in texts["GAP_ANALYSIS.md"]


def test_old_documents_are_judged_claim_by_claim(pages: dict[str, str]) -> None:
    text = pages["SUPERSEDED_DOCS.md"]
    assert "2 documents with 5 claims that can be checked against sources; 2 are contradicted by them." in text
    old = section(text, "GAPS_OLD.md")
    assert "line 9: `HfHub.Nope.go/1`: hf_hub_ex has no module HfHub.Nope." in old
    assert "**Missing from it:** gated repositories and pagination." in old
    assert "how many tests there are: 45 here; 60 there in `STATUS.md`" in old


def test_a_page_of_ours_is_told_apart_from_one_that_only_has_its_name() -> None:
    ours = ReviewedDocument("SUMMARY.md", (), replaced_by=("SUMMARY.md",), own=True)
    theirs = ReviewedDocument("docs/SUMMARY.md", (), replaced_by=("SUMMARY.md",))
    text = pages_of(dataclasses.replace(example(), documents=(ours, theirs)))["SUPERSEDED_DOCS.md"]
    assert "1 page is an earlier run's, which this one replaces name by name: `SUMMARY.md`." in text
    assert "| `docs/SUMMARY.md` | 0 | 0 | 0 | 0 | [SUMMARY.md](SUMMARY.md) |" in text


def test_two_clients_never_share_a_page() -> None:
    def client(name: str, language: str) -> Inventory:
        return Inventory(Origin(name, "client", language), ())

    pages = state_pages([client("hf_hub", "elixir"), client("hf-hub", "rust"), client("hf hub", "rust")])
    assert pages == {
        "hf_hub": "HF_HUB_CURRENT_STATE.md",
        "hf-hub": "HF_HUB_RUST_CURRENT_STATE.md",
        "hf hub": "HF_HUB_3_CURRENT_STATE.md",
    }


def test_bytes_that_are_no_text_are_written_as_replacements(tmp_path: Path) -> None:
    odd = dataclasses.replace(example(), inputs=(dataclasses.replace(ELIXIR, version="1\udcff"),))
    texts = {path.name: path.read_text(encoding="utf-8") for path in write_pages(odd, tmp_path)}
    assert all("from `hf_hub_ex` 1? (commit" in text for text in texts.values())


def _unrun(inventory: Inventory) -> Inventory:
    return dataclasses.replace(
        inventory, tests=tuple(dataclasses.replace(test, result="not run") for test in inventory.tests)
    )


def test_findings_of_one_kind_say_once_what_they_have_in_common() -> None:
    def pin(line: int, name: str) -> Finding:
        return Finding("unpinned-revision", "warning", f"{name}: no revision is given", Where("a.py", line), "x")

    text = findings_block([pin(9, "o/two"), pin(2, "o/one"), pin(9, "o/three")])
    assert text == (
        "**Unpinned revision** (warning, 2 places): No revision is given.\n\n"
        "- `a.py:2`: `o/one`\n- `a.py:9`: `o/three` and `o/two`"
    )
    many = findings_block([pin(line, "o/one") for line in range(40)])
    assert many.count("\n- ") == 26
    assert many.endswith("- and 15 more in `findings.sarif`")
