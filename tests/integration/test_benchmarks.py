"""Benchmarks: every case runs, wrong answers cannot win, the page is what the results say."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture
def module(monkeypatch):
    """A module of `benchmarks/`, imported as its scripts import each other."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.*")
        if path.is_file()
    }


def _python(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "BENCH_DATA": str(home)}
    return subprocess.run(
        [sys.executable, *words], env=environ, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("one", "other"):
        done = _python(str(BENCHMARKS / "data.py"), "--scale", "tiny", "gsm", "lcb", "tulu", home=tmp_path / name)
        assert done.returncode == 0, done.stderr
    one, other = _digests(tmp_path / "one"), _digests(tmp_path / "other")
    assert one == other
    assert len(one) == 6 + 2 + 6 + 3  # lcb, gsm, tulu, and three .gitattributes


def test_cases_run_and_ours_gives_the_right_answers(module, tmp_path):
    """Each starts our whole processes: `make test-long` runs them all, `make test` one of each kind."""
    known = [case.name for case in module("cases").ALL if case.runs["tiny"]]
    if not os.environ.get("RECIPES_DATA_LONG"):
        known = [name for name in known if name in ("gsm_all", "tulu_shuffled_epoch", "fetch_cold", "convert_lcb")]
    words = [str(BENCHMARKS / "harness.py"), "--scale", "tiny", "--few", "--no-compile", "--out", str(tmp_path / "out")]
    words += ["--missing", *known]
    done = _python(*words, home=tmp_path / "data")
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((tmp_path / "out" / "performance.json").read_text(encoding="utf-8"))
    assert sorted(results) == sorted(f"tiny/{name}" for name in known)
    for name, result in results.items():
        ours = [one for one in result["contenders"] if one["role"] == "ours"]
        assert ours, name
        assert all("failed" not in one and one.get("same", True) for one in ours), (name, ours)
    again = _python(*words, home=tmp_path / "data")
    assert again.stdout == ""  # what has a result is not run a second time


def _result(name: str, *contenders: dict[str, Any], scale: str = "full") -> dict[str, Any]:
    machine = {"cpu": "c", "cores": 2, "ram_gib": 1.0, "system": "s", "python": "3", "load": 0.1}
    return {
        f"{scale}/{name}": {
            "case": name, "scale": scale, "date": "2026-01-01 00:00 UTC", "commit": "abc", "machine": machine,
            "versions": {"datasets": "5"}, "contenders": list(contenders),
        }
    }  # fmt: skip


def _one(name: str, role: str, seconds: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, "note": "", "seconds": [seconds, seconds], "answer": {"rows": 1}, **more}


def test_a_contender_with_other_values_is_named_and_is_not_the_best_peer(module):
    page = module("page")
    results = _result(
        "gsm_all",
        _one("load, every row", "ours", 1.0),
        _one("quick and wrong", "peer", 0.1, same=False),
        _one("datasets", "peer", 9.0, same=True),
    )
    text = page.render(results, {})
    row = next(line for line in text.splitlines() if line.startswith("| [GSM8K"))
    assert "9.000 s (datasets)" in row
    assert "| reached |" in row
    assert "quick and wrong **other values**" in text


def test_a_goal_that_is_missed_is_called_missed(module):
    results = _result("gsm_all", _one("load, every row", "ours", 1.0), _one("datasets", "peer", 7.9))
    row = next(line for line in module("page").render(results, {}).splitlines() if line.startswith("| [GSM8K"))
    assert "**not reached**" in row


def test_ours_with_other_values_has_no_figure(module):
    results = _result("gsm_all", _one("load, every row", "ours", 0.1, same=False), _one("datasets", "peer", 9.0))
    row = next(line for line in module("page").render(results, {}).splitlines() if line.startswith("| [GSM8K"))
    assert "not available" in row


def test_a_full_result_is_shown_before_a_small_one(module):
    cases = module("cases").ALL
    case = next(case for case in cases if case.name == "gsm_all")
    results = _result("gsm_all", scale="small") | _result("gsm_all", scale="full")
    assert module("page").chosen(results, case)["scale"] == "full"


def test_a_process_that_takes_too_long_is_ended_and_named(module, tmp_path):
    timing = module("timing")
    slow = timing.Command([sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), tmp_path)
    quick = timing.Command([sys.executable, "-c", "print('{\"rows\": 3}')"], dict(os.environ), tmp_path)
    figures, failed = timing.measure({"slow": slow, "quick": quick}, 1, limit=1.0, budget=9.0)
    assert "took too long" in failed["slow"]
    assert figures["quick"].watched.answer == {"rows": 3}
    assert len(figures["quick"].seconds) == 1


def test_the_memory_of_children_counts(module, tmp_path):
    timing = module("timing")
    child = "import time; kept = bytearray(60_000_000); time.sleep(0.3)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    figures, _ = timing.measure(
        {"one": timing.Command([sys.executable, "-c", code], dict(os.environ), tmp_path)}, 0, limit=20, budget=9
    )
    assert 60_000_000 / 1024 < figures["one"].watched.anonymous_kib < 120_000


def test_the_page_is_what_the_results_say(module):
    """`python benchmarks/page.py` makes it again."""
    path = ROOT / "docs" / "performance.json"
    if not path.exists():
        pytest.skip("no results are kept here")
    drawn = {file.stem: f"performance/{file.name}" for file in (ROOT / "docs" / "performance").glob("*.svg")}
    page = module("page").render(json.loads(path.read_text(encoding="utf-8")), drawn)
    assert (ROOT / "docs" / "performance.md").read_text(encoding="utf-8") == page
