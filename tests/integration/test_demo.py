"""`recipes-data demo`, as a stranger meets it, and from an installed wheel outside the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from loaders import load
from recipes_data.errors import SampleDataError
from tests.worlds import ROOT, Project

HOSTILE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "HF_HUB_OFFLINE": "1",
    "HF_TOKEN": "hf_notforsamples",
    "HF_ENDPOINT": "http://127.0.0.1:9",
    "CI": "true",
    "NO_PROXY": "",
}


def test_the_demo_works_with_a_proxy_an_offline_switch_and_a_token_in_the_shell(tmp_path: Path) -> None:
    project = Project.make(tmp_path)
    ran = project.run("demo", **HOSTILE)
    assert ran.code == 0, ran.err
    assert re.search(r"sample_gsm8k +main +train +24 ", ran.out)
    assert re.search(r"sample_tulu3 +default +train +90 +\d+ +6 ", ran.out)
    assert re.search(r"sample_livecodebench +release_v6 +test +19 +\d+ +6 ", ran.out)
    assert re.search(r"sample_mmlu +all +test +20 ", ran.out)
    assert "made-up samples, not the datasets" in ran.out
    assert "\x1b[" not in ran.out

    printed = "\n".join(line.strip() for line in ran.out.rsplit("in Python (", 1)[1].splitlines()[1:])
    script = project.python(printed, **HOSTILE)
    assert script.code == 0, script.err
    assert script.out.startswith("24 ")


def test_sample_rows_are_refused_unless_they_are_asked_for_as_samples(tmp_path: Path) -> None:
    project = Project.make(tmp_path)
    ran = project.run("demo", "--store", str(tmp_path / "demo"), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["requests"] > 0
    sample_catalogue = ROOT / "recipes_data" / "sample" / "manifests"
    with pytest.raises(SampleDataError, match="sample=True"):
        load("sample_gsm8k", split="train", manifests=sample_catalogue, store=tmp_path / "demo")
    rows = load("sample_gsm8k", split="train", sample=True, store=tmp_path / "demo")
    assert rows.pin.sample
    assert "SAMPLE ROWS" in repr(rows)
    unknown = project.python('from loaders import load; load("sample_gsm8k", split="train")')
    assert "is a sample dataset" in unknown.err


def test_a_built_wheel_has_catalogue_samples_and_types_and_runs_the_demo(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "venv")}))
    with zipfile.ZipFile(wheel) as archive:
        assert {"recipes_data/py.typed", "loaders/py.typed", "recipes_data/_manifests/datasets/gsm8k.yaml"} <= set(
            archive.namelist()
        )
        archive.extractall(site)
    # the dependencies are this environment's; its own editable install is not followed from a .pth line
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = tmp_path / "venv" / "bin" / "python"
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")}
    where = subprocess.run(
        [python, "-c", "import recipes_data, loaders; print(recipes_data.__file__, loaders.__file__)"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.count(str(site)) == 2
    listed = subprocess.run(
        [python, "-m", "recipes_data", "list", "--json"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"name": "gsm8k"' in listed.stdout
    assert str(site / "recipes_data" / "_manifests") in listed.stdout
    demo = subprocess.run(
        [python, "-m", "recipes_data", "demo", "-q"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert demo.returncode == 0, demo.stderr
    assert "every byte verified" in demo.stdout
