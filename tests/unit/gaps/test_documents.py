"""Old documents against what was found: what still stands, what does not, and who says otherwise."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from recipes_data.gaps.analysis import Claim, ReviewedDocument
from recipes_data.gaps.documents.review import review
from recipes_data.gaps.documents.statements import statements_of
from tests.unit.gaps.example_clients import ELIXIR_INVENTORY, PYTHON_INVENTORY
from tests.unit.gaps.example_recipes import NEEDS, OPERATIONS

BOTH = (PYTHON_INVENTORY, ELIXIR_INVENTORY)


def reviewed(tmp_path: Path, text: str, name: str = "notes.md") -> ReviewedDocument:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return next(one for one in review(tmp_path, (ELIXIR_INVENTORY,), OPERATIONS, needs=(NEEDS,)) if one.path == name)


def only(tmp_path: Path, text: str) -> Claim:
    found = reviewed(tmp_path, text).claims
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("line", "verdict", "why"),
    [
        ("`HfHub.Api.dataset_info/2` is there", "right", "hf_hub_ex, lib/hf_hub/api.ex:42"),
        ("`Api.dataset_info/2` is there", "right", "hf_hub_ex, lib/hf_hub/api.ex:42"),
        (
            "`HfHub.Api.dataset_info/7`",
            "contradicted",
            "it takes 1 to 2 arguments, not 7 (hf_hub_ex, lib/hf_hub/api.ex:42)",
        ),
        (
            "`HfHub.Api.dataset_infos/1`",
            "contradicted",
            "hf_hub_ex has no HfHub.Api.dataset_infos; the nearest is HfHub.Api.dataset_info",
        ),
        ("`HfHub.Nope.go/1`", "contradicted", "hf_hub_ex has no module HfHub.Nope with a public function"),
        ("`HfHub.Nope.go/1` is missing", "right", "hf_hub_ex has no such function"),
        ("Missing: `HfHub.Api.list_files/1`", "outdated", "it is there now (hf_hub_ex, lib/hf_hub/api.ex:88)"),
        (
            "`HfHub.Auth.whoami/0` works",
            "contradicted",
            "it is a stub: returns a constant (hf_hub_ex, lib/hf_hub/auth.ex:12)",
        ),
        ("dataset_info/2 is there", "right", "hf_hub_ex, lib/hf_hub/api.ex:42"),
        ("GET /api/datasets/:id/tree/:rev", "right", "it is datasets.files in the contract table; hf_hub_ex makes it"),
        ("GET /api/datasets/some/rows/tree/main/", "right", "it is datasets.files in the contract table"),
        ("GET /api/nowhere", "unchecked", "no operation of the contract table has this request"),
        ("hf_hub_ex 0.1.3", "right", "0.1.3 was read"),
        ("hf_hub_ex 0.1.1", "outdated", "hf_hub_ex 0.1.3 was read"),
        ("hf_hub_ex 0.2.0", "contradicted", "hf_hub_ex 0.1.3 was read"),
        ('`{:hf_hub_ex, "~> 0.1.1"}`', "right", "0.1.3 was read"),
        ("It has 2 tests.", "right", "hf_hub_ex has 2 tests in its sources"),
        ("It has 200 tests.", "contradicted", "hf_hub_ex has 2 tests in its sources"),
        ("It has 1 test.", "unchecked", "it may speak of a part; hf_hub_ex has 2 tests in its sources"),
        ("It has 1 test in total.", "outdated", "hf_hub_ex has 2 tests in its sources"),
        ("All tests pass.", "unchecked", "of 2 tests 1 has no result"),
        (
            "The API is 100% complete.",
            "contradicted",
            "in hf_hub_ex a function is a stub (HfHub.Auth.whoami, lib/hf_hub/auth.ex:14)",
        ),
        ("The API is fully implemented.", "contradicted", "in hf_hub_ex a function is a stub"),
        ("Tests have 100% coverage.", "unchecked", "how much of the code tests run was not measured"),
        ("`test/hf_hub/api_test.exs`", "right", "in hf_hub_ex: test/hf_hub/api_test.exs"),
        ("lib/hf_hub/api.ex:300-340", "outdated", "no public function of hf_hub_ex begins in lines 300-340"),
        ("lib/hf_hub/api.ex:40-60", "right", "in hf_hub_ex: lib/hf_hub/api.ex"),
        ("lib/hf_hub/never.ex", "unchecked", "it is in no inventory"),
        ('it reads `"openai/gsm8k"`', "right", "a recipe names it"),
        ("the dataset `openai/GSM8K`", "contradicted", "recipes spell it openai/gsm8k"),
        ("the dataset `old/gone`", "outdated", "no recipe that was read names it"),
    ],
)
def test_a_claim_gets_its_verdict_with_the_reason(tmp_path: Path, line: str, verdict: str, why: str) -> None:
    claim = only(tmp_path, f"# Notes\n\n{line}\n")
    assert (claim.verdict, claim.where.line) == (verdict, 3)
    assert claim.why.startswith(why)


@pytest.mark.parametrize(
    "line",
    [
        "`Enum.map/2` and `String.trim/1` are Elixir's own",
        "on 12/21 half of it, 3/4, was done",
        "see https://example.org/lib/page.html",
        "`HfHub.Api.t()` is a type",
        "the repositories `either/or` were asked",
        "a sentence that names nothing",
    ],
)
def test_what_names_nothing_of_the_inputs_is_no_claim(tmp_path: Path, line: str) -> None:
    assert reviewed(tmp_path, line).claims == ()


def test_a_row_of_a_table_gives_its_functions_the_module_in_its_first_cell(tmp_path: Path) -> None:
    text = "| Module | Functions |\n|---|---|\n| HfHub.Api | dataset_info/2, list_tree/2 |\n| HfHub.Auth | logout/0 |\n"
    found = {claim.text: claim.verdict for claim in reviewed(tmp_path, text).claims}
    assert found == {"dataset_info/2": "right", "list_tree/2": "contradicted", "logout/0": "contradicted"}


def test_calls_in_fences_are_counted_with_pipes_and_keywords() -> None:
    text = '```elixir\nA.b("x", [1, 2], k: 1, l: 2)\nx |> A.c("y")\nA.d(\n```\n'
    found = [(one.subject, one.value) for one in statements_of(text) if one.kind == "function"]
    assert found == [("A.b", "3"), ("A.c", "2"), ("A.d", "")]


def test_what_a_request_is_asked_for_may_not_exist_and_the_request_does(tmp_path: Path) -> None:
    text = "One that does not exist is a 404 of GET /api/datasets/:id/tree/:rev, no such error else\n"
    assert [claim.verdict for claim in reviewed(tmp_path, text).claims] == ["right"]
    planned = "Not implemented: GET /api/datasets/:id/tree/:rev\n"
    assert [claim.verdict for claim in reviewed(tmp_path, planned).claims] == ["outdated"]


def test_a_word_inside_a_code_span_says_nothing_of_the_thing(tmp_path: Path) -> None:
    text = "`mix gaps missing` reads `HfHub.Api.dataset_info/2`\n"
    assert [claim.verdict for claim in reviewed(tmp_path, text).claims] == ["right"]


def test_both_ends_of_a_range_of_versions_are_read(tmp_path: Path) -> None:
    found = reviewed(tmp_path, "hf_hub_ex (0.0.9 to 0.1)\n").claims
    assert [(claim.text, claim.verdict) for claim in found] == [
        ("hf_hub_ex 0.0.9", "unchecked"),
        ("hf_hub_ex 0.1", "right"),
    ]


def test_a_heading_says_that_what_is_below_it_is_missing_but_a_title_does_not(tmp_path: Path) -> None:
    text = "# Gap analysis\n\n`HfHub.Api.dataset_info/2`\n\n## Missing\n\n`HfHub.Api.list_files/1`\n"
    assert [claim.verdict for claim in reviewed(tmp_path, text).claims] == ["right", "outdated"]


def test_a_claim_made_twice_is_judged_once(tmp_path: Path) -> None:
    assert len(reviewed(tmp_path, "`HfHub.Api.dataset_info/2`\n\n`HfHub.Api.dataset_info/2`\n").claims) == 1


def test_with_the_clients_folder_a_file_that_is_not_in_it_is_contradicted(tmp_path: Path) -> None:
    root, docs = tmp_path / "client", tmp_path / "docs"
    (root / "lib").mkdir(parents=True)
    (root / "lib" / "there.ex").write_text("", encoding="utf-8")
    docs.mkdir()
    (docs / "a.md").write_text("`lib/there.ex`, `lib/never.ex`, `other/place.py`\n", encoding="utf-8")
    (one,) = review(docs, (ELIXIR_INVENTORY,), OPERATIONS, roots={"hf_hub_ex": root})
    assert [(claim.text, claim.verdict) for claim in one.claims] == [
        ("lib/there.ex", "right"),
        ("lib/never.ex", "contradicted"),
        ("other/place.py", "unchecked"),
    ]


def test_documents_that_contradict_each_other_name_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It has 45 tests. `HfHub.Api.list_files/1` works.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("It has 60 tests. `HfHub.Api.list_files/1` is missing.\n", encoding="utf-8")
    first, second = review(tmp_path, (ELIXIR_INVENTORY,), OPERATIONS)
    assert first.conflicts == (
        ("b.md", "HfHub.Api.list_files: exists here (line 1), is missing there (line 1)"),
        ("b.md", "how many tests there are: 45 here (line 1), 60 there (line 1)"),
    )
    assert [other for other, _ in second.conflicts] == ["a.md", "a.md"]


def test_all_tests_passed_is_right_only_with_results(tmp_path: Path) -> None:
    passed = tuple(dataclasses.replace(test, result="passed") for test in ELIXIR_INVENTORY.tests)
    (tmp_path / "a.md").write_text("All tests pass.\n", encoding="utf-8")
    (one,) = review(tmp_path, (dataclasses.replace(ELIXIR_INVENTORY, tests=passed),), OPERATIONS)
    assert [(claim.verdict, claim.why) for claim in one.claims] == [("right", "2 of 2 passed")]
    failed = (dataclasses.replace(passed[0], result="failed"), passed[1])
    (one,) = review(tmp_path, (dataclasses.replace(ELIXIR_INVENTORY, tests=failed),), OPERATIONS)
    assert one.claims[0].verdict == "contradicted"
    assert "1 of 2 tests failed" in one.claims[0].why


def test_the_client_that_a_document_speaks_of_most_is_the_one_it_is_about(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("hf_hub_ex, HfHub: it has 2 tests.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("It has 2 tests.\n", encoding="utf-8")
    first, second = review(tmp_path, BOTH, OPERATIONS)
    assert [claim.verdict for claim in first.claims] == ["right"]
    assert [(claim.verdict, claim.why) for claim in second.claims] == [
        ("unchecked", "which client it speaks of could not be told")
    ]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("API_GAPS.md", "GAP_ANALYSIS.md"),
        ("ROADMAP.md", "IMPLEMENTATION_PLAN_UNIFIED.md"),
        ("parity_status.md", "HF_HUB_EX_CURRENT_STATE.md"),
        ("COOKBOOK.md", "COOKBOOK_REQUIREMENTS.md"),
        ("TDD.md", "TDD_EXAMPLES.md"),
        ("misc.md", ""),
    ],
)
def test_a_document_is_replaced_by_the_report_of_its_subject_and_else_by_none(
    tmp_path: Path, name: str, page: str
) -> None:
    assert reviewed(tmp_path, "nothing\n", name).replaced_by == ((page,) if page else ())


def test_a_title_counts_where_the_document_speaks_of_a_client(tmp_path: Path) -> None:
    assert reviewed(tmp_path, "# Our datasets\n\nThe store is a folder.\n").replaced_by == ()
    about = "# Our datasets\n\n`HfHub.Api.dataset_info/2` reads them.\n"
    assert reviewed(tmp_path, about).replaced_by == ("COOKBOOK_REQUIREMENTS.md",)


def test_subjects_that_a_document_does_not_speak_of_are_listed(tmp_path: Path) -> None:
    text = "Tokens, retries, pagination, streaming and tests of `HfHub.Api.dataset_info/2`.\n"
    missing = reviewed(tmp_path, text).missing
    assert "gated repositories" in missing
    assert "etags" in missing
    assert "retries" not in missing
    assert "Xet" not in missing, "the contract table of this test has no Xet"


def test_the_change_log_says_what_is_no_longer_so(tmp_path: Path) -> None:
    text = "hf_hub_ex 0.1.1 has `HfHub.Nope.go/1`.\n\nMissing: `HfHub.Api.list_files/1`\n"
    assert reviewed(tmp_path, text).change_log == (
        "Not as described: `HfHub.Nope.go/1`",
        "Changed since: `HfHub.Api.list_files/1`",
        "Line 1 said version 0.1.1; hf_hub_ex 0.1.3 was read",
    )


def test_a_document_about_something_else_lacks_nothing(tmp_path: Path) -> None:
    assert reviewed(tmp_path, "The kitchen opens at nine.\n").missing == ()


def test_pages_of_an_earlier_run_claim_nothing_and_are_replaced_by_name(tmp_path: Path) -> None:
    text = "# Gap analysis\n\n`HfHub.Nope.go/1`\n\nMade by recipes-data 0.1.0 from `a` (no git commit).\n"
    found = reviewed(tmp_path, text, "GAP_ANALYSIS.md")
    assert found == ReviewedDocument("GAP_ANALYSIS.md", (), replaced_by=("GAP_ANALYSIS.md",), own=True)


def test_files_of_the_repository_of_the_documents_are_known(tmp_path: Path) -> None:
    for name in ("mix.exs", "priv/tables/rows.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    text = "`tables/rows.yaml`, `priv/tables/none.yaml`, `there/KEY.json`, `report/out.json`\n"
    (tmp_path / "docs" / "a.md").write_text(text, encoding="utf-8")
    (one,) = review(tmp_path / "docs", (ELIXIR_INVENTORY,), OPERATIONS)
    assert [(claim.text, claim.verdict) for claim in one.claims] == [
        ("tables/rows.yaml", "right"),
        ("priv/tables/none.yaml", "contradicted"),
        ("report/out.json", "unchecked"),
    ]


def test_versions_that_say_less_and_ranges_are_no_conflict(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("hf_hub_ex 0.1\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("hf_hub_ex 0.1.3 and hf_hub_ex 0.0.9\n", encoding="utf-8")
    (tmp_path / "c.md").write_text("hf_hub_ex 0.0.9\n", encoding="utf-8")
    a, b, c = review(tmp_path, (ELIXIR_INVENTORY,), OPERATIONS)
    assert [claim.verdict for claim in b.claims] == ["right", "unchecked"]
    assert [claim.verdict for claim in c.claims] == ["outdated"]
    assert ([other for other, _ in a.conflicts], b.conflicts) == (["c.md"], ())


@pytest.mark.parametrize(
    "line",
    [
        "the dataset scenario `datasets.info/moved`",
        "the dataset of GET /api/datasets/probe/rows is `probe/rows`",
        "a dataset is `ORG/NAME`",
        "`Api.f` stands for any function",
    ],
)
def test_what_only_looks_like_a_repository_or_a_function_is_no_claim(tmp_path: Path, line: str) -> None:
    found = [claim for claim in reviewed(tmp_path, line).claims if not claim.text.startswith("GET ")]
    assert found == []


def test_a_count_in_groups_of_three_is_read_whole(tmp_path: Path) -> None:
    claim = only(tmp_path, "It has 2,163 public functions.\n")
    assert claim.verdict == "contradicted"


def test_an_object_of_a_package_is_not_called_a_module_that_does_not_exist(tmp_path: Path) -> None:
    root, docs = tmp_path / "huggingface_hub", tmp_path / "docs"
    root.mkdir()
    docs.mkdir()
    (root / "__init__.py").write_text("hffs = make()\n", encoding="utf-8")
    (docs / "a.md").write_text("`huggingface_hub.hffs.open` and `huggingface_hub.nope.open`\n", encoding="utf-8")
    (one,) = review(docs, (PYTHON_INVENTORY,), OPERATIONS, roots={"huggingface_hub": root})
    assert [claim.verdict for claim in one.claims] == ["unchecked", "contradicted"]


def test_bytes_that_are_no_text_and_folders_of_others_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "broken.md").write_bytes(b"\xff\xfe `HfHub.Api.dataset_info/2`\n")
    (tmp_path / "deps").mkdir()
    (tmp_path / "deps" / "other.md").write_text("`HfHub.Nope.go/1`\n", encoding="utf-8")
    found = review(tmp_path, (ELIXIR_INVENTORY,), OPERATIONS)
    assert [(one.path, len(one.claims)) for one in found] == [("broken.md", 1)]
