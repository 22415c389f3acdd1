"""The command's words, its reports, its exit codes, and what it says of mistakes."""

from __future__ import annotations

import json
import os

import pytest

from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, Project

COMMANDS = (
    *("fetch", "lock", "verify", "list", "show", "path", "cache", "doctor", "gaps", "demo", "serve"),
    *("init", "add", "remove", "why", "outdated", "types", "completion"),
)


def test_help_names_every_command_and_the_exit_codes(project: Project) -> None:
    ran = project.run("--help")
    assert ran.code == 0
    listed = {line.split()[0] for line in ran.out.splitlines() if line.startswith("    ") and line[4] != " "}
    assert set(COMMANDS) <= listed
    assert "exit codes    0 done" in ran.out
    fetch = project.run("fetch", "--help")
    for option in (
        "--project",
        "--manifests",
        "--store",
        "--endpoint",
        "--token-file",
        "--offline",
        "--locked",
        "--jobs",
        "--dry-run",
        "--json",
    ):
        assert option in fetch.out
    assert "--origin" not in fetch.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["fetsh"], 2, "invalid choice: 'fetsh'"),
        (["fetch", "gms8k"], 2, "no dataset or recipe is called 'gms8k'"),
        (["fetch", "gsm8k:trian/x"], 2, "is not an address"),
        (["fetch", "gsm8k", "--jobs", "0"], 2, "'0' is not a number from 1 to 64"),
        (["fetch", "gsm8k", "--max-download", "lots"], 2, "'lots' is not a size"),
        (["fetch", "gsm8k", "--manifests", "nowhere"], 2, "the manifests folder 'nowhere' does not exist"),
        (["fetch", "gsm8k", "--hub", "nowhere"], 2, "neither a URL nor a folder"),
        (["fetch", "gsm8k", "--endpoint", "huggingface.co"], 2, "is not a URL"),
        (["fetch", "gsm8k", "--token-file", "nowhere"], 2, "the token file 'nowhere' cannot be read"),
        (["fetch", "rl_basic:train"], 2, "is a recipe: it has no configs or splits"),
        (["path", "gsm8k:train"], 6, "'gsm8k' was never fetched"),
        (["verify"], 6, "nothing was fetched yet"),
        (["verify", "gsm8k"], 6, "'gsm8k' was never fetched"),
        (["show", "nothing"], 2, "no dataset or recipe is called 'nothing'"),
        (["serve", "nowhere"], 2, "'nowhere' is not a folder"),
        (["serve", "nowhere", "--port", "65536"], 2, "'65536' is not a port, a number from 0 to 65535"),
    ],
)
def test_a_mistake_is_two_lines_and_an_exit_code(project: Project, words: list[str], code: int, said: str) -> None:
    ran = project.run(*words)
    assert ran.code == code
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert "\n  -> " in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_every_fault_of_a_manifest_is_told_at_once_with_its_line(project: Project) -> None:
    project.write("gsm8k", GSM8K.replace("title: Sums", "titel: Sums").replace("revision: main", "revision: 0123456"))
    ran = project.run("list")
    assert ran.code == 2
    path = project.root / "manifests" / "datasets" / "gsm8k.yaml"
    assert f"{path}:2: titel: is not a field of manifests" in ran.err
    assert f"{path}:4: revision: YAML reads 0123456 as the number 42798; put it in quotes" in ran.err
    assert "title: is missing" in ran.err


def test_json_is_one_document_on_stdout_even_where_it_fails(hub: Mirror, project: Project) -> None:
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["datasets"][0]["rows"] == {"main:train": 50, "main:test": 20}
    folder = ran.json["datasets"][0]["tables"]["main:train"]
    assert project.run("path", "gsm8k:train", "--json").json["folder"] == folder
    again = project.run("fetch", "gsm8k", "--endpoint", hub.url, "--json")
    assert again.json["datasets"][0]["bytes_fetched"] == 0
    assert project.run("verify", "--json").json["datasets"] == [
        {"name": "gsm8k", "files": 2, "bytes": ran.json["datasets"][0]["bytes"], "findings": [], "repaired": False}
    ]
    shown = project.run("show", "gsm8k", "--json").json
    assert shown["commit"] == project.lock("gsm8k")["commit"]
    assert [split["rows"] for split in shown["splits"]] == [50, 20]
    wrong = project.run("fetch", "nothing", "--json")
    assert wrong.json["error"]["type"] == "UnknownNameError"


def test_list_says_what_is_fetched_and_what_the_project_shadows(hub: Mirror, project: Project) -> None:
    before = {line["name"]: line["state"] for line in project.run("list", "--json").json["datasets"]}
    assert before["gsm8k"] == before["mmlu"] == "not locked"
    project.run("fetch", "gsm8k:test", "--endpoint", hub.url)
    listed = project.run("list", "--json").json
    state = {line["name"]: line["state"] for line in listed["datasets"]}
    assert state["gsm8k"] == "1 of 2 files"
    project.run("fetch", "gsm8k", "--endpoint", hub.url)
    listed = project.run("list")
    assert "shadows" in listed.out
    assert "fetched" in listed.out


def test_a_recipe_is_fetched_by_name_and_shown_with_its_reasons(hub: Mirror, project: Project) -> None:
    ran = project.run("fetch", "bench_gsm8k", "--endpoint", hub.url, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["datasets"][0]["rows"] == {"main:test": 20}
    shown = project.run("show", "bench_gsm8k")
    assert "gsm8k" in shown.out
    assert "tinker-cookbook" in shown.out


def test_without_a_name_the_default_group_is_meant(project: Project) -> None:
    ran = project.run("fetch", "--offline", "--json")
    assert ran.code == 3
    assert [dataset["name"] for dataset in ran.json["datasets"]] == ["gsm8k", "mmlu", "tulu3", "livecodebench"]


def test_quiet_is_quiet_and_errors_still_come(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url, "-q").err == ""
    assert "error:" in project.run("fetch", "nothing", "-q").err


def test_a_pipe_that_closes_early_is_no_error(project: Project) -> None:
    process = project.start("list")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.wait(timeout=30)
    process.stderr.close()
    assert "Traceback" not in err
    assert process.returncode == 0


@pytest.mark.parametrize(
    "change",
    [
        "manifest",
        "new manifest",
        "lock",
        "blob",
        "table",
        "environment",
        "words",
        "working directory",
        "stamp garbled",
        "marker",
    ],
)
def test_a_stamp_answers_only_while_nothing_has_changed(hub: Mirror, project: Project, change: str) -> None:
    words = ["fetch", "gsm8k", "--endpoint", hub.url]
    assert project.run(*words).code == 0
    assert _answered_from_stamp(project, words)
    manifest = project.root / "manifests" / "datasets" / "gsm8k.yaml"
    lock = project.lock_folder / "gsm8k.json"
    environ: dict[str, str] = {}
    if change == "manifest":
        manifest.write_text(GSM8K + "# more\n", encoding="utf-8")
    elif change == "new manifest":
        project.write("other", GSM8K.replace("name: gsm8k", "name: other"))
    elif change == "lock":
        os.utime(lock)
    elif change == "blob":
        os.utime(project.blobs()[0])
    elif change == "table":
        next(iter(next((project.store / "tables").iterdir()).iterdir())).unlink()
    elif change == "environment":
        environ["HF_ENDPOINT"] = "https://elsewhere.invalid"
    elif change == "words":
        words = [*words, "-v"]
    elif change == "working directory":
        (project.root / "below").mkdir()
        project.root = project.root / "below"
    elif change == "stamp garbled":
        for stamp in (project.store / "stamps").iterdir():
            stamp.write_text(stamp.read_text(encoding="utf-8")[: stamp.stat().st_size // 2], encoding="utf-8")
    elif change == "marker":
        (project.root / "recipes-data.toml").write_text("# another comment\n", encoding="utf-8")
    assert not _answered_from_stamp(project, words, **environ)


def _answered_from_stamp(project: Project, words: list[str], **environ: str) -> bool:
    """Whether the command ended without importing the parser, the first thing after the stamp."""
    script = (
        "import sys\nfrom recipes_data.cli.entry import main\n"
        f"code = main({json.dumps(words)})\n"
        "assert code == 0, code\n"
        "print('recipes_data.cli.parser' not in sys.modules, file=sys.stderr)"
    )
    ran = project.python(script, **environ)
    assert ran.code == 0, ran.err
    return ran.err.strip().endswith("True")
