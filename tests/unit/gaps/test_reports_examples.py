"""Example tests: each is whole in its language, names where its values come from, and claims no more than was done."""

from __future__ import annotations

import dataclasses
import re

import pytest

from recipes_data.errors import UsageError
from recipes_data.gaps import trees
from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.inventory import Argument, Function
from recipes_data.gaps.reports.examples import Example, examples_of, parsed_as
from recipes_data.gaps.reports.facts import facts_of
from recipes_data.gaps.reports.pages import pages_of
from tests.unit.gaps.example_analysis import example
from tests.unit.gaps.example_clients import ELIXIR_INVENTORY


def of(client: str, analysis: Analysis | None = None) -> dict[str, Example]:
    return {one.operation: one for one in examples_of(facts_of(analysis or example()), client)}


def flat(example: Example) -> str:
    """Its text on one line, as if no call were too long for one."""
    return re.sub(r" (?=\))|(?<=\() ", "", " ".join(example.text.split()))


@pytest.mark.parametrize("client", ["huggingface_hub", "hf_hub_ex", "hf-hub"])
def test_every_example_is_whole_in_its_language_and_none_says_that_it_was_run(client: str) -> None:
    found = of(client)
    assert found
    assert {one.checked for one in found.values()} == {"parsed"}


def test_what_was_seen_to_work_needs_no_example() -> None:
    assert "datasets.info" not in of("hf_hub_ex")
    assert "files.download" not in of("huggingface_hub")


def test_an_example_calls_the_clients_own_function_with_values_that_an_input_names() -> None:
    text = flat(of("hf_hub_ex")["files.download"])
    assert (
        'HfHub.Download.hf_hub_download("PeterJinGo/nq_hotpotqa_train", "train.parquet", repo_type: :dataset)' in text
    )
    assert "# train.parquet: named in tinker_cookbook: recipes/search_tool/search_env.py:99" in text
    assert "assert File.exists?(answer)" in text
    assert 'test "a repository that does not exist is an error" do' in text


def test_a_function_that_takes_options_alone_gets_all_of_them() -> None:
    only = Function(
        "HfHub.Download.hf_hub_download",
        ELIXIR_INVENTORY.functions[2].where,
        (1, 1),
        arguments=(
            Argument("opts"),
            Argument("repo_id", option=True),
            Argument("filename", option=True),
            Argument("repo_type", option=True),
        ),
    )
    elixir = dataclasses.replace(ELIXIR_INVENTORY, functions=(only,))
    analysis = dataclasses.replace(example(), inventories=(elixir,))
    text = flat(of("hf_hub_ex", analysis)["files.download"])
    assert (
        'hf_hub_download(repo_id: "PeterJinGo/nq_hotpotqa_train", filename: "train.parquet", repo_type: :dataset)'
        in text
    )
    assert 'hf_hub_download(repo_id: "nobody/there-is-no-such-repository", filename' in text


def test_a_function_that_does_not_exist_is_a_proposal_and_said_so() -> None:
    found = of("hf_hub_ex")["libraries.load_dataset"]
    assert found.proposed
    assert 'HfHub.Api.load_dataset("openai/gsm8k", config: "main", split: "train")' in found.text
    page = pages_of(example())["TDD_EXAMPLES.md"].split("### libraries.load_dataset in hf_hub_ex")[1]
    assert "the name in the test is a proposal" in page.split("```")[0]


def test_a_request_gets_only_options_that_it_has_a_place_for() -> None:
    text = of("hf-hub")["datasets.files"].text
    assert "main" not in text
    assert "split" not in text


def test_what_a_reader_must_fill_in_is_named() -> None:
    found = of("hf-hub")["files.download"]
    assert found.to_fill == ("how an ApiRepo is made",)
    assert 'subject().get("train.parquet")' in found.text


def test_a_text_that_does_not_parse_is_unchecked_with_its_reason() -> None:
    assert parsed_as("python", "def (") == ("unchecked", "it does not parse: invalid syntax in line 1")
    checked, why = parsed_as("elixir", "defmodule A do\n  def (((\n")
    assert checked == "unchecked"
    assert "does not parse" in why


def test_without_a_parser_nothing_is_called_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(language: str, source: bytes) -> trees.Node:
        raise UsageError("no parser", do="")

    monkeypatch.setattr(trees, "parse", missing)
    checked, why = parsed_as("rust", "fn a() {}")
    assert checked == "unchecked"
    assert "pip install 'recipes-data[gaps]'" in why


def test_quotes_and_interpolation_in_a_name_stay_text() -> None:
    analysis = example()
    needs = analysis.needs[0]
    odd = dataclasses.replace(needs.accesses[3], repo='a"b/#{c}\\d')
    analysis = dataclasses.replace(
        analysis, needs=(dataclasses.replace(needs, accesses=(*needs.accesses[:3], odd, *needs.accesses[4:])),)
    )
    for client in ("huggingface_hub", "hf_hub_ex", "hf-hub"):
        assert {one.checked for one in of(client, analysis).values()} == {"parsed"}
