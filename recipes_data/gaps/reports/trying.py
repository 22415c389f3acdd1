"""The only home of running Python examples: each in a process of its own, against a Hub on this machine."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from recipes_data.gaps.analysis import Analysis, ExampleRun
from recipes_data.gaps.probe.driving import Answer, Driver, driver_environment
from recipes_data.gaps.probe.scenarios.contents import ROWS, jsonl
from recipes_data.gaps.probe.server import ProbeHub
from recipes_data.gaps.probe.stage import MEMBER, Stage
from recipes_data.gaps.reports.examples import Example, examples_of
from recipes_data.gaps.reports.facts import facts_of

__all__ = ["run_examples", "stage_of"]

_CHILD = "recipes_data.gaps.reports.trying_child"
_SECONDS = 60.0
_SHOWN = 200  # characters of a failure
_PASSING = re.compile(
    r"(?<=Signature=)[0-9a-f]+|Root=[\w;=-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|0x[0-9a-f]{6,}"
    r"|(?<![\w:/.])/(?:[^\s/'\"()]+/)+(?=[^\s/'\"()]+\.py\b)"  # where a machine keeps its sources
)


def run_examples(
    analysis: Analysis, clients: Collection[str], roots: Mapping[str, Path], environ: Mapping[str, str]
) -> tuple[ExampleRun, ...]:
    """How the examples of these clients ended, of those in Python that leave nothing to fill in.

    Each has a Hub on the loopback with the repository that it names, files made up, and a home of its own; nothing
    reaches the network. `roots`: where a client's sources are, for one that is not installed.
    """
    facts = facts_of(analysis)
    ready = [
        example
        for client in facts.clients
        if client in clients and facts.inventory(client).origin.language == "python"
        for example in examples_of(facts, client)
        if example.checked == "parsed" and not example.to_fill
    ]
    if not ready:
        return ()
    with ProbeHub() as hub, tempfile.TemporaryDirectory(prefix="gaps-examples-") as place:
        return tuple(
            _run(example, hub, Path(place) / str(number), roots.get(example.client), environ)
            for number, example in enumerate(ready)
        )


def stage_of(example: Example) -> Stage:
    """The repository that an example names, with its file, its split and its commit."""
    values = dict(example.values)
    kind, repo = values.get("repo_type", "model"), values.get("repo_id", "")
    split, config = values.get("split", "train"), values.get("config", "default")
    rows = f"data/{re.sub(r'[^A-Za-z0-9]', '-', split)}.jsonl"
    card = f"configs:\n- config_name: {config}\n  data_files:\n  - split: {split}\n    path: {rows}\n"
    files = {"README.md": f"---\n{card}---\n# {repo}\n".encode(), rows: jsonl(ROWS)}
    if kind == "model":
        files = {"README.md": f"# {repo}\n".encode(), "config.json": b'{"model_type": "bert"}\n'}
    if values.get("filename"):
        files[values["filename"]] = _content(values["filename"])
    revision = values.get("revision")
    return Stage(
        repositories={f"{kind}s/{repo}": files},
        refs={repo: [revision]} if revision and revision != "main" else {},
    )


def _content(name: str) -> bytes:
    if name.endswith(".csv"):
        return b"question,answer\nHow much is 1 + 1?,2\n"
    if name.endswith(".json"):
        return b'[{"question": "How much is 1 + 1?", "answer": "2"}]\n'
    return jsonl(ROWS)


def _run(example: Example, hub: ProbeHub, place: Path, root: Path | None, environ: Mapping[str, str]) -> ExampleRun:
    hub.play(stage_of(example))
    file = place / Path(example.file).name
    file.parent.mkdir(parents=True)
    file.write_text(example.text + "\n", encoding="utf-8")
    around = driver_environment(environ, endpoint=hub.url, home=str(place / "home"), token=MEMBER, offline=False)
    around |= {"PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    if root is not None:
        above = root.parent if (root / "__init__.py").is_file() else root
        around["PYTHONPATH"] = ":".join(filter(None, (around.get("PYTHONPATH", ""), str(above))))
    with Driver([sys.executable, "-m", _CHILD], around) as driver:
        answer = driver.ask("run", {"file": str(file)}, _SECONDS)
    passed, why = _ended(answer)
    for said, instead in ((str(place), "HERE"), (hub.url, "HUB"), (hub.cdn_url, "CDN")):
        why = why.replace(said, instead)
    return ExampleRun(example.client, example.operation, passed, _PASSING.sub("", why)[:_SHOWN])


def _ended(answer: Answer) -> tuple[bool | None, str]:
    """Whether all its tests passed, and why not; None where they could not be started at all."""
    if answer.failed or answer.broken:
        return None, answer.message or answer.broken
    told = answer.ok if isinstance(answer.ok, dict) else {}
    failures = [(str(name), str(why)) for name, why in told.get("failed", ())]
    if failures:
        return False, "; ".join(f"{name}: {why}" for name, why in failures)
    return (True, "") if told.get("passed") else (None, "no test was found in it")
