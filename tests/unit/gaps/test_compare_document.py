"""The JSON document and its schema, and the SARIF log: exact, closed, the same every time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pydantic
import pytest

from recipes_data.errors import UsageError
from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.compare.analyse import analyse, without_commits
from recipes_data.gaps.compare.difference import difference
from recipes_data.gaps.compare.states import Probed
from recipes_data.gaps.document import analysis_from_json, analysis_schema, analysis_to_json, plain, schema_to_json
from recipes_data.gaps.evidence import Evidence, Finding, Origin, Where
from recipes_data.gaps.inventory import Argument, Stub, TestCase
from recipes_data.gaps.needs import Step
from recipes_data.gaps.sarif import sarif_log, sarif_to_json
from tests.unit.gaps.comparing import TABLE, at, client, function, load, needs


def rich() -> Analysis:
    """An analysis with something in most places."""
    given = replace(
        needs(load(revision="v1", unresolved=("split=name",)), load(None), recipes={"train": (0,)}),  # type: ignore[arg-type]
        findings=(
            Finding("unpinned-revision", "warning", "names no commit", Where("a b/ü.py", 3), "cookbook"),
            Finding("unpinned-revision", "error", "names no commit", Where("../up/x.py", 0), "cookbook"),
        ),
    )
    port = client(
        function("Port.info", "GET /api/datasets/{}", arguments=(Argument("revision", default="nil", read=False),)),
        function("Port.get", stub=Stub("a constant", at(4))),
        tests=(TestCase("it asks", at(1, "test/a.exs"), "live", ("Port.info",), result="passed"),),
        unparsed=("lib/broken.ex: line 3",),
    )
    probes = [
        Probed(
            "port",
            "datasets.info",
            "failed",
            (Evidence("probe", "datasets.info/once failed: it is asked once (twice) [GET /]", None, "port"),),
        )
    ]
    return analyse(operations=TABLE, needs=[given], inventories=[port], probes=probes)


def test_what_was_written_is_read_back_exactly() -> None:
    made = rich()
    assert analysis_from_json(analysis_to_json(made)) == made


def test_the_document_is_the_same_every_time_and_sorted() -> None:
    text = analysis_to_json(rich())
    assert text == analysis_to_json(rich())
    assert text.endswith("}\n")
    value = json.loads(text)
    assert list(value) == sorted(value)


def test_the_document_fits_its_schema_and_an_unknown_key_does_not() -> None:
    schema = analysis_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    value = json.loads(analysis_to_json(rich()))
    jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator)
    misspelt = {**value, "states": [{**value["states"][0], "levl": "x"}]}
    for broken, key in (({**value, "extra": 1}, "extra"), (misspelt, "levl")):
        with pytest.raises(jsonschema.ValidationError, match=f"'{key}' was unexpected"):
            jsonschema.validate(broken, schema, cls=jsonschema.Draft202012Validator)


def test_a_document_of_before_there_were_steps_is_read_and_compared() -> None:
    steps = (Step("shuffle", "seed=0", at(3)), Step("take", "<n>", at(4), (0,), "train", "n > 0"))
    analysis = rich()
    wanted = analysis.needs[0]
    with_steps = replace(wanted, accesses=(replace(wanted.accesses[0], preprocessing=steps), *wanted.accesses[1:]))
    new = replace(analysis, needs=(with_steps, *analysis.needs[1:]))
    assert analysis_from_json(analysis_to_json(new)) == new
    old = json.loads(analysis_to_json(new))
    del old["needs"][0]["accesses"][0]["preprocessing"]
    read = analysis_from_json(json.dumps(old))
    assert read == analysis
    assert difference(read, new) == difference(analysis, analysis)


def test_the_schema_names_the_levels() -> None:
    states = analysis_schema()["$defs"]["State"]["properties"]
    assert states["level"]["enum"] == ["absent", "declared", "wired", "options", "tested", "verified"]
    assert json.loads(schema_to_json()) == analysis_schema()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "old.json is not JSON"),
        ("[]", "old.json is not an analysis: it has no format_version"),
        ('{"format_version": 99}', "old.json has format 99; this version reads format 1"),
        ('{"format_version": 1, "made_by": 3}', "old.json is not an analysis: "),
    ],
)
def test_a_text_that_is_no_analysis_is_a_usage_error(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        analysis_from_json(text, "old.json")
    assert caught.value.what.startswith(said)
    assert caught.value.do


def test_bytes_that_are_no_text_do_not_stop_the_writing() -> None:
    odd = replace(rich(), unanswered=("caf\udce9",))
    assert json.loads(analysis_to_json(odd).encode("utf-8"))["unanswered"] == ["caf\ufffd"]


def test_any_value_of_the_report_can_be_made_plain() -> None:
    assert plain(Where("a", 1)) == {"path": "a", "line": 1}


def run_of(made: Analysis) -> dict[str, Any]:
    log = sarif_log(made)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


def test_every_finding_and_every_gap_is_a_result_with_its_rule() -> None:
    made = rich()
    run = run_of(made)
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(made.findings) + len(made.gaps) > 4
    assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in run["results"]})
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert {result["level"] for result in run["results"]} <= {"error", "warning", "note"}


def test_a_gap_is_shown_where_its_operation_is_needed() -> None:
    gaps = [result for result in run_of(rich())["results"] if result["ruleId"] == "gap-p0"]
    gap = next(result for result in gaps if result["properties"]["operation"] == "datasets.info")
    place = gap["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "recipe.py", "uriBaseId": "cookbook"}
    assert gap["message"]["text"].startswith(
        "port has datasets.info wired: the probe saw it do something else than it should: "
        "datasets.info/once failed: it is asked once; Port.info lacks"
    )
    assert gap["message"]["text"].endswith("(blocks train)")


def test_paths_are_relative_and_encoded_and_lines_count_from_one() -> None:
    places = [
        result["locations"][0]["physicalLocation"] for result in run_of(rich())["results"] if "locations" in result
    ]
    uris = {place["artifactLocation"]["uri"] for place in places}
    assert {"a%20b/%C3%BC.py", "up/x.py"} <= uris
    assert not any(uri.startswith("/") or ".." in uri or ":" in uri for uri in uris)
    assert all(place["region"]["startLine"] >= 1 for place in places)


def test_every_base_that_a_result_names_is_described() -> None:
    made = replace(rich(), findings=(Finding("odd", "note", "x", at(1), "names of mine"),))
    run = run_of(made)
    assert "names_of_mine" in run["originalUriBaseIds"]
    named = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"]
        for result in run["results"]
        if "locations" in result
    }
    assert named <= set(run["originalUriBaseIds"])


def test_a_rule_has_the_worst_level_it_was_seen_at() -> None:
    rules = {rule["id"]: rule for rule in run_of(rich())["tool"]["driver"]["rules"]}
    assert rules["unpinned-revision"]["defaultConfiguration"] == {"level": "error"}


def test_a_finding_keeps_its_mark_when_its_line_moves() -> None:
    def mark(line: int, rule: str = "r") -> object:
        finding = Finding(rule, "note", "x", at(line), "port")
        return run_of(replace(rich(), findings=(finding,)))["results"][0]["partialFingerprints"]

    assert mark(1) == mark(2)
    assert mark(1) != mark(1, "other")


def test_the_log_names_no_place_on_the_machine_and_is_the_same_every_time() -> None:
    made = replace(rich(), inputs=(Origin("cookbook", "recipes", "python", None, "a" * 40),))
    text = sarif_to_json(made)
    assert text == sarif_to_json(made)
    assert "file://" not in text
    assert f"commit {'a' * 40}" in text


def test_the_schema_in_the_docs_is_the_one_that_is_written() -> None:
    """`python -c "from recipes_data.gaps.document import schema_to_json as s; print(s(), end='')"` makes it anew."""
    if tuple(map(int, pydantic.VERSION.split(".")[:2])) < (2, 14):
        pytest.skip(f"pydantic {pydantic.VERSION} spells the same schema otherwise")
    shipped = Path(__file__).parents[3] / "docs" / "gaps.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_to_json()


def test_commits_can_be_left_out_everywhere_and_nothing_else_is() -> None:
    made = analyse(operations=TABLE, needs=[needs(load())], inventories=[client()])
    pinned = replace(
        made,
        inputs=tuple(replace(one, commit="a" * 40) for one in made.inputs),
        needs=tuple(replace(one, origin=replace(one.origin, commit="a" * 40)) for one in made.needs),
        inventories=tuple(replace(one, origin=replace(one.origin, commit="a" * 40)) for one in made.inventories),
    )
    assert without_commits(pinned) == made
