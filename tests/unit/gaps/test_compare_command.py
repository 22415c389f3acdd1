"""The command's own small parts: which action is meant, what a probe's report becomes, what is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recipes_data.cli.gaps_arguments import with_action
from recipes_data.cli.gaps_tables import difference_text, drift_text, gaps_text, needs_text, summary_text
from recipes_data.cli.parser import parse
from recipes_data.errors import UsageError
from recipes_data.gaps.compare.analyse import analyse
from recipes_data.gaps.compare.difference import inventory_difference
from recipes_data.gaps.compare.drift import drift_between
from recipes_data.gaps.compare.probing import probed_operations
from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.probe.outcome import ProbeReport, ScenarioResult
from tests.unit.gaps.comparing import TABLE, client, function, load, needs


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["gaps"], ["gaps", "report"]),
        (["gaps", "--client", "x"], ["gaps", "report", "--client", "x"]),
        (["gaps", "-q"], ["gaps", "report", "-q"]),
        (["gaps", "report"], ["gaps", "report"]),
        (["gaps", "diff", "a", "b"], ["gaps", "diff", "a", "b"]),
        (["gaps", "--help"], ["gaps", "--help"]),
        (["gaps", "dif"], ["gaps", "dif"]),
        (["fetch", "--all"], ["fetch", "--all"]),
        ([], []),
    ],
)
def test_the_report_is_meant_where_no_action_is_named(words: list[str], meant: list[str]) -> None:
    assert with_action(words) == meant


def test_options_of_the_report_may_be_said_again_and_keep_their_order() -> None:
    given = parse(
        ["gaps", "--client", "python:a", "--recipes", "x", "--client", "elixir:b", "--probe", "--probe", "a=b c"]
    )
    assert (given.command, given.action) == ("gaps", "report")
    assert (given.clients, given.recipes, given.probe) == (["python:a", "elixir:b"], ["x"], ["", "a=b c"])
    with pytest.raises(UsageError, match="invalid choice: 'dif'"):
        parse(["gaps", "dif"])


def report(*results: ScenarioResult) -> ProbeReport:
    return ProbeReport(("driver",), "port 1.0", results)


def test_every_scenario_of_a_probe_is_a_sentence_of_evidence() -> None:
    requests = tuple(f"GET /{number} 200" for number in range(5))
    given = report(
        ScenarioResult("a.b", "a.b/plain", "it is told", "passed", requests=requests),
        ScenarioResult("a.b", "a.b/gated", "it is refused", "failed", seen=("it went on", "no error")),
        ScenarioResult("c.d", "c.d/live", "it is real", "not verifiable offline", seen=("needs the real Hub",)),
        ScenarioResult("e.f", "e.f/plain", "it is told", "unsupported", seen=("the driver has none",)),
    )
    first, second, third = probed_operations("port", given)
    assert (first.client, first.operation, first.verdict) == ("port", "a.b", "failed")
    assert [one.text for one in first.evidence] == [
        "a.b/plain passed: it is told [GET /0 200, GET /1 200, GET /2 200 and 2 more requests]",
        "a.b/gated failed: it is refused (it went on; no error)",
    ]
    assert (second.verdict, third.verdict) == ("not verifiable offline", "not run")
    assert third.evidence[0].text == "e.f/plain unsupported: it is told (the driver has none)"


def test_a_summary_counts_levels_and_groups_recipes_that_are_blocked_alike() -> None:
    given = needs(*(load(line=number) for number in range(1, 8)), recipes={f"r{n}": (n,) for n in range(7)})
    made = analyse(operations=TABLE, needs=[given], inventories=[client(function("Port.info", "GET /api/datasets/{}"))])
    lines = summary_text(made).splitlines()
    head = next(line for line in lines if line.startswith("operations needed"))
    # absent: files.download and cache.offline; options: datasets.info; the library's call is not the client's to have
    counted = lines[lines.index(head) + 1].split()
    assert counted == ["port", "2", "0", "0", "1", "0", "0", "1", "0", "1"]
    blocked = next(line for line in lines if line.startswith("port") and "r0" in line)
    assert blocked.split() == ["port", "7", "r0,", "r1", "and", "5", "more", "files.download"]
    assert "not needed  3 of 7 operations" in lines


def test_nothing_blocked_is_said_in_words() -> None:
    made = analyse(operations=TABLE, needs=[needs(load(operations=()))], inventories=[client()])
    assert any(line.split()[:4] == ["port", "1", "train", "nothing"] for line in summary_text(made).splitlines())


def test_gaps_drift_and_differences_are_one_line_each() -> None:
    made = analyse(operations=TABLE, needs=[needs(load())], inventories=[client()])
    assert len(gaps_text(made.gaps).splitlines()) == len(made.gaps) + 1
    assert drift_text(()) == "sources and manifests agree"
    found = drift_between([needs(load("a/b"))], [needs(kind="manifests")])
    assert drift_text(found).splitlines()[1].split() == ["unlisted", "dataset", "a/b", "recipe.py:1", "train"]
    before, after = client(function("Port.a"), function("Port.b")), client(function("Port.b", arguments=("x",)))
    assert difference_text([inventory_difference(before, after)]).splitlines() == [
        "port: 1.0 -> 1.0",
        "  - Port.a",
        "  ~ Port.b() -> (*, x)",
    ]
    assert difference_text([inventory_difference(before, before)]) == "port: 1.0 -> 1.0: nothing changed"
    assert difference_text([]) == "no client in either"


def test_needs_are_shown_under_their_recipes_and_the_unreached_apart() -> None:
    given = replace(
        needs(
            load("a/b", config="main", split="train", revision="v1"),
            load(None, line=2, unresolved=("path=name",), streaming=True),  # type: ignore[arg-type]
            recipes={"train": (0,)},
        ),
        findings=(Finding("unpinned-revision", "warning", "names no commit", Where("recipe.py", 2), "cookbook"),),
    )
    assert needs_text(given).splitlines() == [
        "train (train.py:1)",
        "  recipe.py:1: datasets.load_dataset a/b/main:train @v1",
        "reached by no recipe",
        "  recipe.py:2: datasets.load_dataset ? streaming  unknown: path=name",
        "",
        "findings",
        "  warning recipe.py:2: names no commit (unpinned-revision)",
    ]
    assert needs_text(needs(recipes={})) == "no access to the Hub was found"
