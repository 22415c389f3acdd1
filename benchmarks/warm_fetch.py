"""The warm path: `recipes-data fetch` of a repository that is there, beside `hf download` and bare Python.

Run with `make bench` (it compiles bytecode first, for everybody). Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from recipes_data.cli.child import child_environment
from recipes_data.mirror import Mirror

from timing import Case, measure, report  # isort: skip  # beside this file

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder, Mirror(ROOT / "recipes_data" / "sample" / "hub") as mirror:
        here = Path(folder)
        environ = {
            name: value
            for name, value in child_environment(os.environ, mirror.url, str(here / "hf")).items()
            if name != "PYTHONDONTWRITEBYTECODE"
        }
        environ |= {"RECIPES_DATA_HOME": str(here / "store"), "HOME": folder}
        fetch = [str(scripts / "recipes-data"), "fetch", "sample_gsm8k", "--manifests", str(here / "manifests")]
        (here / "manifests" / "datasets").mkdir(parents=True)
        manifest = ROOT / "recipes_data" / "sample" / "manifests" / "datasets" / "sample_gsm8k.yaml"
        (here / "manifests" / "datasets" / "sample_gsm8k.yaml").write_text(manifest.read_text(encoding="utf-8"))
        download = [str(scripts / "hf"), "download", "sample/gsm8k", "--repo-type", "dataset", "--quiet"]
        cases = [
            Case("recipes-data fetch, warm", fetch, environ, here),
            Case("python -c pass", [sys.executable, "-c", "pass"], environ, here),
            Case("hf download, warm, offline", download, {**environ, "HF_HUB_OFFLINE": "1"}, here),
            Case("hf download, warm, against loopback", download, environ, here),
        ]
        cases[0].once()
        cases[3].once()
        before = len(mirror.requests)
        measure([cases[0]], 2)
        asked = len(mirror.requests) - before
        cases[0].seconds.clear()
        cases[0].peak_kib.clear()
        measure(cases, runs)
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, {runs} runs each, in turn"
    )
    print(f"huggingface_hub {version('huggingface_hub')}; requests of 4 warm fetches: {asked}\n")
    print(report(cases, "recipes-data fetch, warm"))


if __name__ == "__main__":
    main()
