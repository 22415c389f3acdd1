"""The probe's values, its vocabulary, its page, and what is chosen to be played."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recipes_data.errors import UnknownNameError
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.operations import Operation, Operations
from recipes_data.gaps.probe.drivers import huggingface_hub as hub_driver
from recipes_data.gaps.probe.drivers import recipes_data as own_driver
from recipes_data.gaps.probe.driving import driver_environment
from recipes_data.gaps.probe.outcome import ProbeReport, ScenarioResult, Verdict
from recipes_data.gaps.probe.page import rewritten
from recipes_data.gaps.probe.run import probe, selected
from recipes_data.gaps.probe.scenarios import scenarios
from recipes_data.gaps.probe.vocabulary import VOCABULARY

ROOT = Path(__file__).resolve().parents[3]


def test_every_operation_of_the_table_has_a_scenario_and_every_scenario_an_operation() -> None:
    assert {each.operation for each in scenarios()} == set(load_operations().by_id())


def test_scenarios_have_ids_of_their_own_that_begin_with_their_operations() -> None:
    ids = [each.id for each in scenarios()]
    assert len(set(ids)) == len(ids)
    assert [each.id for each in scenarios() if not each.id.startswith(f"{each.operation}/")] == []


def test_a_scenario_has_calls_and_rules_or_a_reason_why_it_has_none() -> None:
    for each in scenarios():
        assert bool(each.calls and each.rules) != bool(each.unverifiable), each.id


def test_no_two_scenarios_share_bytes_that_a_cache_could_know() -> None:
    """Two scenarios of the same driver with the same LFS file: the second might make no request for it."""
    owner: dict[tuple[str, bytes], str] = {}
    for each in scenarios():
        for files in each.stage.repositories.values():
            for path, content in files.items():
                if path.endswith((".safetensors", ".txt")) and len(content) > 100:
                    assert owner.setdefault((each.who, content), each.id) == each.id, path


def test_every_line_that_is_asked_stands_in_the_vocabulary_with_its_arguments() -> None:
    asked: dict[str, set[str]] = {"probe.client": set()}
    for each in scenarios():
        for call in each.calls:
            line, args = VOCABULARY[call.op], {*call.args, *(["revision"] if call.at_commit else [])}
            assert args <= {*line.args, *line.optional}, each.id
            assert set(line.args) <= args, each.id
            asked.setdefault(call.op, set()).update(args)
    assert {op: {*line.args, *line.optional} for op, line in VOCABULARY.items()} == asked


def test_drivers_and_the_template_know_no_other_lines() -> None:
    assert set(hub_driver.OPERATIONS) - {"datasets.card", "libraries.hf_hub_download"} == set(VOCABULARY)
    assert set(own_driver.OPERATIONS) - {"libraries.hf_hub_download"} < set(VOCABULARY)
    template = (ROOT / "recipes_data/gaps/probe/templates/driver.exs").read_text(encoding="utf-8")
    named = set(re.findall(r'^      "([a-z_]+\.[a-z_]+)" =>', template, re.MULTILINE))
    assert named == set(VOCABULARY) - {"probe.client"}


def test_the_page_has_every_line_and_every_scenario_as_they_are() -> None:
    page = (ROOT / "docs/probe.md").read_text(encoding="utf-8")
    assert rewritten(page) == page, "python -m recipes_data.gaps.probe.page docs/probe.md"
    assert rewritten(page.replace("| `datasets.info/moved` |", "| gone |")) == page
    with pytest.raises(ValueError, match="the page has no <!-- generated: lines -->"):
        rewritten("# no marks")


def table(*ids: str) -> Operations:
    return Operations("", "", "", tuple(Operation(each, "datasets", "http", each) for each in ids))


def test_only_what_was_asked_for_is_played() -> None:
    chosen = selected(load_operations(), ("datasets.info", "files.head/lfs"))
    assert {each.id for each in chosen} == {
        "files.head/lfs",
        *(f"datasets.info/{name}" for name in ("found", "revision", "missing", "gated", "moved")),
    }
    assert {each.operation for each in selected(table("spaces.info"))} == {"spaces.info"}
    with pytest.raises(UnknownNameError, match=r"no operation and no scenario is called 'datasets\.inf'"):
        selected(load_operations(), ("datasets.inf",))


def test_an_operation_without_a_scenario_is_said_to_be_without_one() -> None:
    report = probe(["never", "started"], table("datasets.brand_new"))
    (result,) = report.results
    assert (result.verdict, result.scenario) == ("not verifiable offline", "datasets.brand_new/none")
    assert result.seen == ("no scenario was written for this operation",)


def test_what_cannot_be_shown_here_needs_no_driver_and_says_why() -> None:
    report = probe(["never", "started"], load_operations(), only=("files.xet",))
    assert [(each.verdict, each.requests) for each in report.results] == [("not verifiable offline", ())]
    assert "its own servers (CAS)" in report.results[0].seen[0]


def ended(*verdicts: Verdict, informative: bool = False) -> ProbeReport:
    results = [ScenarioResult("x.y", f"x.y/{n}", "", verdict) for n, verdict in enumerate(verdicts)]
    if informative:
        results.append(ScenarioResult("x.y", "x.y/more", "", "failed", informative=True))
    return ProbeReport(("driver",), "", tuple(results))


def test_one_failed_scenario_fails_the_operation_unless_it_is_informative() -> None:
    assert ended("passed", "failed").of("x.y") == "failed"
    assert ended("passed", "unsupported").of("x.y") == "passed"
    assert ended("passed", informative=True).of("x.y") == "passed"
    assert ended("unsupported").of("x.y") == "not run"
    assert ended("not verifiable offline").of("x.y") == "not verifiable offline"
    assert ended().of("x.y") == "not run"
    assert ended("passed", "failed", "failed").counts() == {
        "passed": 1,
        "failed": 2,
        "unsupported": 0,
        "not verifiable offline": 0,
    }
    assert ended("passed").operations() == ("x.y",)


def test_a_driver_gets_the_scenarios_hub_and_nothing_of_the_user() -> None:
    user = {
        "PATH": "/bin",
        "HF_TOKEN": "hf_own",
        "HUGGING_FACE_HUB_TOKEN": "hf_own",
        "HF_HUB_CACHE": "/own",
        "RECIPES_DATA_HOME": "/own",
        "TRANSFORMERS_OFFLINE": "1",
        "HTTPS_PROXY": "http://proxy",
        "all_proxy": "http://proxy",
        "CI": "1",
    }
    made = driver_environment(user, endpoint="http://hub", home="/home", token="", offline=False)
    assert {name for name in made if name in user} == {"PATH"}
    assert (made["HF_ENDPOINT"], made["HF_HOME"], made["NO_PROXY"]) == ("http://hub", "/home", "*")
    offline = driver_environment(user, endpoint="http://hub", home="/home", token="t", offline=True)
    assert (offline["HF_TOKEN"], offline["HF_HUB_OFFLINE"]) == ("t", "1")
