"""`recipes-data gaps` through real processes: small recipes and clients in three languages, files, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from recipes_data.mirror import Mirror
from tests.worlds import Project

TRAIN = """\
from datasets import load_dataset


def main():
    rows = load_dataset("org/sums", "main", split="train", revision="v1")
    print(rows["question"])


if __name__ == "__main__":
    main()
"""
PORT = '''\
defmodule Port.Api do
  @moduledoc "Facts of repositories."

  @doc """
  Facts of a dataset.

  * `:revision` - a branch
  """
  def dataset_info(repo_id, opts \\\\ []) do
    revision = Keyword.get(opts, :revision, "main")
    Port.HTTP.get("/api/datasets/#{repo_id}/revision/#{revision}")
  end

  @doc "All datasets."
  def list_datasets(opts \\\\ []) do
    Port.HTTP.get("/api/datasets", params: opts)
  end
%s
end
'''
HTTP = """\
defmodule Port.HTTP do
  @moduledoc "Requests."

  @doc "Asks."
  def get(path, opts \\\\ []) do
    Req.get("https://huggingface.co" <> path, opts)
  end
end
"""
FILES = """
  @doc "The files of a dataset."
  def list_files(repo_id, opts \\\\ []) do
    revision = Keyword.get(opts, :revision, "main")
    Port.HTTP.get("/api/datasets/#{repo_id}/tree/#{revision}")
  end
"""
MIX = """\
defmodule Port.MixProject do
  use Mix.Project

  def project do
    [app: :port, version: "0.1.0", deps: []]
  end
end
"""


def write_port(folder: Path, more: str = "") -> Path:
    """An Elixir client of two functions, or more."""
    (folder / "lib").mkdir(parents=True)
    (folder / "mix.exs").write_text(MIX, encoding="utf-8")
    (folder / "lib" / "api.ex").write_text(PORT % more, encoding="utf-8")
    (folder / "lib" / "http.ex").write_text(HTTP, encoding="utf-8")
    return folder


@pytest.fixture
def world(project: Project, tmp_path: Path) -> Project:
    """A project with a recipe beside it (`recipes/train.py`) and a client (`port/`)."""
    (project.root / "recipes").mkdir()
    (project.root / "recipes" / "train.py").write_text(TRAIN, encoding="utf-8")
    write_port(project.root / "port")
    return project


DATA = """\
defmodule Data do
  @moduledoc "Rows."
  alias Port.Api

  @doc "Loads."
  def load_dataset(repo_id, opts \\\\ []) do
    Api.dataset_info(repo_id, revision: opts[:revision])
  end
end
"""
RESULTS = """\
<testsuites><testsuite name="Elixir.Port.ApiTest" tests="1">
<testcase classname="Elixir.Port.ApiTest" name="test asks" time="0.1"/>
</testsuite></testsuites>
"""
API_TEST = """\
defmodule Port.ApiTest do
  use ExUnit.Case

  test "asks" do
    assert {:ok, _} = Port.Api.dataset_info("org/sums", revision: "v1")
  end
end
"""


REPORT = ("gaps", "--recipes", "recipes", "--client", "elixir:port")


def test_the_summary_says_which_recipe_is_blocked_by_what(world: Project) -> None:
    ran = world.run(*REPORT)
    assert ran.code == 0, ran.err
    blocked = next(line for line in ran.out.splitlines() if line.startswith("port ") and "train" in line)
    assert "datasets.files" in blocked
    assert "datasets.info" not in blocked
    assert "read the client port" in ran.err


def test_fail_on_is_the_exit_code_of_gaps_and_of_nothing_else(world: Project) -> None:
    failed = world.run(*REPORT, "--fail-on", "P0")
    assert failed.code == 1
    assert "gaps of P0 or more urgent" in failed.err
    assert world.run(*REPORT, "--client", "python:nothing_of_this_name", "--fail-on", "P0").code == 2


def test_out_writes_every_file_and_the_document_fits_its_schema(world: Project) -> None:
    ran = world.run(*REPORT, "--out", "report")
    assert ran.code == 0, ran.err
    out = world.root / "report"
    names = {path.name for path in out.iterdir()}
    assert {
        "analysis.json",
        "analysis.schema.json",
        "findings.sarif",
        "index.html",
        "SUMMARY.md",
        "COOKBOOK_REQUIREMENTS.md",
        "PORT_CURRENT_STATE.md",
        "GAP_ANALYSIS.md",
        "IMPLEMENTATION_PLAN_UNIFIED.md",
        "TDD_EXAMPLES.md",
    } <= names
    document = json.loads((out / "analysis.json").read_text(encoding="utf-8"))
    schema = json.loads((out / "analysis.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    sarif = json.loads((out / "findings.sarif").read_text(encoding="utf-8"))
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} >= {"gap-p0"}
    whole = "".join(path.read_text(encoding="utf-8") for path in out.iterdir())
    assert str(world.root) not in whole


def test_the_same_inputs_give_the_same_bytes(world: Project) -> None:
    for name in ("one", "two"):
        assert world.run(*REPORT, "--out", name).code == 0
    one, two = ({p.name: p.read_bytes() for p in (world.root / name).iterdir()} for name in ("one", "two"))
    assert one == two


def test_a_baseline_lets_old_gaps_pass_and_stops_new_ones(world: Project) -> None:
    assert world.run(*REPORT, "--out", "before").code == 0
    baseline = ("--baseline", "before/analysis.json")
    assert world.run(*REPORT, *baseline).code == 0
    api = world.root / "port" / "lib" / "api.ex"
    api.write_text(PORT.replace("def dataset_info", "defp hidden") % "", encoding="utf-8")
    worse = world.run(*REPORT, *baseline)
    assert worse.code == 1
    assert "new gaps" in worse.err
    assert "datasets.info" in worse.err


def test_json_is_the_analysis_on_stdout(world: Project) -> None:
    ran = world.run(*REPORT, "--json")
    assert ran.code == 0, ran.err
    assert {gap["operation"] for gap in ran.json["gaps"]} >= {"datasets.files"}


def test_diff_of_two_analyses_and_of_two_trees(world: Project) -> None:
    assert world.run(*REPORT, "--out", "before").code == 0
    write_port(world.root / "later", FILES)
    assert world.run("gaps", "--recipes", "recipes", "--client", "elixir:later", "--out", "after").code == 0
    analyses = world.run("gaps", "diff", "before/analysis.json", "after/analysis.json")
    assert analyses.code == 0, analyses.err
    assert "better  datasets.files: absent -> options" in analyses.out
    trees = world.run("gaps", "diff", "elixir:port", "elixir:later", "--json")
    assert trees.json["clients"][0]["added"] == ["Port.Api.list_files"]
    mixed = world.run("gaps", "diff", "before/analysis.json", "elixir:later")
    assert (mixed.code, "of two kinds" in mixed.err) == (2, True)


def test_names_of_ones_own_join_what_nothing_else_does(world: Project) -> None:
    (world.root / "names.yaml").write_text(
        "client: port\nlanguage: elixir\nreviewed: by hand\noperations:\n  datasets.files: Port.Api.list_datasets\n",
        encoding="utf-8",
    )
    ran = world.run(*REPORT, "--names", "names.yaml", "--json")
    states = {state["operation"]: state for state in ran.json["states"]}
    assert states["datasets.files"]["functions"] == ["Port.Api.list_datasets"]
    (world.root / "names.yaml").write_text("client: port\nlanguage: elixir\noperations: {x.y: Z}\n", encoding="utf-8")
    broken = world.run(*REPORT, "--names", "names.yaml")
    assert broken.code == 2
    assert "names.yaml:3: operations.x.y: no operation is called 'x.y'" in broken.err


def test_drift_tells_and_with_check_fails(world: Project) -> None:
    (world.root / "manifests" / "recipes").mkdir(parents=True, exist_ok=True)
    told = world.run("gaps", "drift", "--recipes", "recipes")
    assert told.code == 0, told.err
    assert "dataset org/sums" in told.out
    assert world.run("gaps", "drift", "--recipes", "recipes", "--check").code == 1
    (world.root / "manifests" / "recipes" / "train.yaml").write_text(
        "name: train\ntitle: Training\nneeds:\n"
        "  - {dataset: gsm8k, config: main, splits: [train], why: sums, priority: P0}\n",
        encoding="utf-8",
    )
    agreed = world.run("gaps", "drift", "--recipes", "recipes", "--check", "--manifests", "manifests")
    assert (agreed.code, agreed.out) == (0, "sources and manifests agree\n"), agreed.err


def test_scan_shows_every_access_with_its_line(world: Project) -> None:
    ran = world.run("gaps", "scan", "recipes")
    assert ran.code == 0, ran.err
    assert "train.py:5: datasets.load_dataset org/sums/main:train @v1" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gaps",), "no client is given"),
        (("gaps", "--client", "elixir:port"), "nothing says what is needed"),
        (("gaps", "--recipes", "nowhere", "--client", "elixir:port"), "--recipes nowhere: there is no such folder"),
        (("gaps", "--recipes", "recipes", "--client", "port"), "--client port: not LANGUAGE:WHAT"),
        (("gaps", "--recipes", "recipes", "--client", "cobol:port"), "the language 'cobol' is not known"),
        (("gaps", "--recipes", "recipes", "--client", "rust:nowhere"), "there is no folder 'nowhere'"),
        ((*REPORT, "--through", "rust:port"), "which client it stands on is not known"),
        ((*REPORT, "--probe"), "none of the clients has a driver that ships"),
        ((*REPORT, "--probe", "other=run me"), "--probe other=run me: names none of the clients"),
        ((*REPORT, "--test-results", "other=x.xml"), "--test-results other=x.xml: names none of the clients"),
        ((*REPORT, "--baseline", "none.json"), "'none.json' cannot be read"),
        ((*REPORT, "--docs", "nowhere"), "--docs nowhere: there is no such folder"),
        ((*REPORT, "--fail-on", "P9"), "invalid choice: 'P9'"),
        (("gaps", "dif"), "invalid choice: 'dif'"),
        (("gaps", "request", "datasets.inof"), "no operation is called 'datasets.inof'"),
        (("gaps", "request", "repos.create", "name=x"), "only GET is sent from here"),
    ],
)
def test_a_mistake_is_two_lines_and_exit_code_2(world: Project, words: tuple[str, ...], said: str) -> None:
    ran = world.run(*words)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "\n  -> " in ran.err
    assert "Traceback" not in ran.err


def test_operations_lists_an_area_and_shows_one(project: Project) -> None:
    listed = project.run("gaps", "operations", "datasets")
    assert (listed.code, "datasets.info" in listed.out, "models.info" in listed.out) == (0, True, False)
    shown = project.run("gaps", "operations", "datasets.info")
    assert "GET /api/datasets/{repo_id}" in shown.out
    assert project.run("gaps", "operations", "datasets.info", "--json").json["id"] == "datasets.info"
    unknown = project.run("gaps", "operations", "datasets.inof")
    assert (unknown.code, "datasets.info" in unknown.err) == (2, True)


def test_a_request_is_shown_without_being_sent(project: Project) -> None:
    ran = project.run("gaps", "request", "datasets.info", "repo_id=org/sums", "revision=v1", "--dry-run")
    assert (ran.code, ran.out) == (0, "GET https://huggingface.co/api/datasets/org/sums/revision/v1\n")
    chosen = project.run(
        *("gaps", "request", "datasets.info", "repo_id=org/sums", "--dry-run", "--json"),
        HF_ENDPOINT="http://mirror:81/",
    )
    assert chosen.json["url"] == "http://mirror:81/api/datasets/org/sums"
    # a row of another server keeps it
    other = project.run("gaps", "request", "datasets.viewer_info", "dataset=org/sums", "--dry-run", "--hub", "http://h")
    assert other.out.startswith("GET https://datasets-server.huggingface.co/info")
    secret = project.run(
        "gaps", "request", "datasets.info", "repo_id=a/b", "--dry-run", "--endpoint", "https://me:pw@h"
    )
    assert (secret.code, secret.out, "pw" in secret.err) == (2, "", False)
    hidden = project.run("gaps", "request", "auth.whoami", "token=hf_secret", "--dry-run", "--json")
    assert "hf_secret" not in hidden.out + hidden.err


def test_a_request_is_sent_to_the_hub_in_force(project: Project, hub: Mirror) -> None:
    ran = project.run("gaps", "request", "datasets.info", "repo_id=org/sums", "--endpoint", hub.url)
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["id"] == "org/sums"
    missing = project.run("gaps", "request", "datasets.info", "repo_id=org/none", "--endpoint", hub.url)
    assert missing.code == 4
    offline = project.run("gaps", "request", "datasets.info", "repo_id=org/sums", "--offline")
    assert (offline.code, "nothing is sent" in offline.err) == (2, True)


def test_the_chain_goes_through_a_consumer_and_what_it_keeps_back_is_told(world: Project) -> None:
    (world.root / "data" / "lib").mkdir(parents=True)
    (world.root / "data" / "mix.exs").write_text(
        MIX.replace(":port", ":data").replace("Port", "Data"), encoding="utf-8"
    )
    (world.root / "data" / "lib" / "data.ex").write_text(DATA, encoding="utf-8")
    (world.root / "old").mkdir()
    (world.root / "old" / "STATE.md").write_text("`Port.Api.upload_file/2` works.\n", encoding="utf-8")
    ran = world.run(*REPORT, "--through", "elixir:data", "--docs", "old", "--json")
    assert ran.code == 0, ran.err
    passed = {chain["http"]: chain for chain in ran.json["chains"] if chain["passage"]}
    info = passed["GET /api/datasets/{repo_id}/revision/{revision}"]
    assert (info["recipe"], info["consumer"], info["passage"], info["function"]) == (
        "train",
        "data",
        "Data.load_dataset",
        "Port.Api.dataset_info",
    )
    assert {chain.get("broken") for chain in ran.json["chains"] if not chain["passage"]} == {
        "no function of data passes it on"
    }
    assert [claim["verdict"] for claim in ran.json["documents"][0]["claims"]] == ["contradicted"]


def test_a_test_counts_as_passed_only_where_its_result_is_given(world: Project) -> None:
    (world.root / "port" / "test").mkdir()
    (world.root / "port" / "test" / "api_test.exs").write_text(API_TEST, encoding="utf-8")
    (world.root / "results.xml").write_text(RESULTS, encoding="utf-8")

    def info(*words: str) -> tuple[str, int, int]:
        ran = world.run(*REPORT, *words, "--json")
        assert ran.code == 0, ran.err
        state = next(one for one in ran.json["states"] if one["operation"] == "datasets.info")
        return state["level"], state.get("tests", 0), state.get("tests_passed", 0)

    assert info() == ("options", 1, 0)
    assert info("--test-results", "port=results.xml") == ("tested", 1, 1)
