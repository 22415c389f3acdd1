"""What pages say once, put elsewhere, or do not count against a client."""

from __future__ import annotations

import dataclasses

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.evidence import Evidence
from recipes_data.gaps.inventory import Argument
from recipes_data.gaps.levels import Gap, State
from recipes_data.gaps.reports.facts import facts_of
from recipes_data.gaps.reports.pages import pages_of
from recipes_data.gaps.reports.parity import parity_of
from recipes_data.gaps.reports.scenarios import scenarios_of
from tests.unit.gaps.example_analysis import example
from tests.unit.gaps.example_clients import ELIXIR_INVENTORY, PYTHON_INVENTORY, RUST_INVENTORY

SEEN = "files.download/flipped failed: bytes are compared (a turned bit was kept) [GET /x, GET /x]"


def with_state(analysis: Analysis, client: str, operation: str, **changes: object) -> Analysis:
    """The same, with another state of one operation, and no gap there."""
    states = tuple(
        dataclasses.replace(one, **changes) if (one.client, one.operation) == (client, operation) else one  # type: ignore[arg-type]
        for one in analysis.states
    )
    gaps = tuple(gap for gap in analysis.gaps if (gap.client, gap.operation) != (client, operation))
    return dataclasses.replace(analysis, states=states, gaps=gaps)


def test_a_function_that_may_be_a_librarys_call_by_its_name_alone_is_told_and_not_counted() -> None:
    changed = with_state(
        example(), "hf_hub_ex", "libraries.load_dataset", level="declared", functions=("HfHub.Auth.whoami",)
    )
    page = pages_of(changed)["HF_HUB_EX_CURRENT_STATE.md"]
    above = page.split("## Left to a library on top")[1].split("## ")[0]
    assert "`HfHub.Auth.whoami` (`lib/hf_hub/auth.ex:12`) may be `libraries.load_dataset` by its name" in above
    assert "`libraries.load_dataset`" not in page.split("## Partial")[1].split("## ")[0]


def test_scenarios_that_a_gap_names_are_not_told_again() -> None:
    def row(why: str) -> str:
        states = with_state(example(), "hf-hub", "files.download", evidence=(Evidence("probe", SEEN, None, "hf-hub"),))
        gap = Gap("hf-hub", "files.download", "P0", "wired", ("math_rl",), why)
        page = pages_of(dataclasses.replace(states, gaps=(gap,)))["GAP_ANALYSIS.md"]
        return next(line for line in page.splitlines() if line.startswith("| `hf-hub` | `files.download`"))

    assert "What should be and is not: Bytes are compared." in row("the probe saw it fail")
    assert "What should be and is not" not in row("the probe's files.download/flipped failed: bytes are compared")


def test_what_was_seen_may_hold_brackets_and_the_log_is_what_stands_last() -> None:
    text = "files.list/all failed: every file (it lists [a, b] alone) [GET /api/x]"
    (one,) = scenarios_of(State("port", "files.list", "wired", evidence=(Evidence("probe", text, None, "port"),)))
    assert (one.should, one.seen, one.log) == ("every file", "it lists [a, b] alone", "GET /api/x")
    bare = dataclasses.replace(one, log="")
    told = "files.list/all failed: every file (it lists [a, b] alone)"
    (two,) = scenarios_of(State("port", "files.list", "wired", evidence=(Evidence("probe", told, None, "port"),)))
    assert two == bare


def test_questions_about_several_options_of_one_function_are_one_question() -> None:
    asked = tuple(f"port, f: whether `{name}` is read: it passes its options on" for name in ("revision", "token"))
    page = pages_of(dataclasses.replace(example(), unanswered=asked))["GAP_ANALYSIS.md"]
    assert "whether `revision` and `token` are read: it passes its options on" in page
    assert "whether `revision` is read" not in page


def test_what_the_probe_saw_go_wrong_comes_by_its_urgency() -> None:
    changed = with_state(example(), "hf-hub", "cache.etag", level="wired", probe="failed")
    summary = pages_of(changed)["SUMMARY.md"]
    urgent = summary.index("do wrong (P0 and P1): `files.download`.")
    later = summary.index("do wrong (P2): `cache.etag`.")
    assert urgent < summary.index("P1 gaps of `hf_hub_ex`") < later


def test_parameters_are_compared_of_functions_that_are_surely_the_operations() -> None:
    rows = parity_of(facts_of(example()), "hf_hub_ex")
    assert "files.download" in {row.operation for row in rows}
    declared = with_state(example(), "hf_hub_ex", "files.download", level="declared")
    assert "files.download" not in {row.operation for row in parity_of(facts_of(declared), "hf_hub_ex")}


def test_a_function_for_one_kind_of_repository_is_not_asked_for_the_kind() -> None:
    first, *others = PYTHON_INVENTORY.functions
    chooses = dataclasses.replace(first, arguments=(*first.arguments, Argument("repo_type", option=True, read=True)))
    python = dataclasses.replace(PYTHON_INVENTORY, functions=(chooses, *others))
    analysis = dataclasses.replace(example(), inventories=(python, ELIXIR_INVENTORY, RUST_INVENTORY))
    parameters = {(row.operation, row.parameter) for row in parity_of(facts_of(analysis), "hf_hub_ex")}
    assert ("datasets.info", "revision") in parameters
    assert ("datasets.info", "repo_type") not in parameters
    assert ("files.download", "repo_type") in parameters
