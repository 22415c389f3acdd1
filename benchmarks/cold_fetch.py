"""Cold fetch and verify of six files over loopback, beside `hf download`, `hf cache verify` and curl.

`python benchmarks/cold_fetch.py [--megabytes 1380] [--runs 5] [--parquet]`. The files are kept as they are, as a
model's; with `--parquet` they are a dataset's, and ours reads rows and columns of each as well. What loopback does
not say: anything about a real link, where the network is the limit and not the client.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from recipes_data.cli.child import child_environment

from timing import Case, measure, report  # isort: skip  # beside this file

FILES = 6


def make_repository(root: Path, megabytes: int, parquet: bool) -> None:
    """Six files of random text: lines, as a model's files, or parquet, as a dataset's."""
    folder = root / ("datasets" if parquet else "models") / "org" / "big"
    folder.mkdir(parents=True)
    for number in range(FILES):
        texts = (os.urandom(499_990).hex() for _ in range(max(1, megabytes // FILES)))
        if parquet:
            import pyarrow as pa
            import pyarrow.parquet as pq

            table = pa.table({"text": list(texts)})
            pq.write_table(table, folder / f"part{number}.parquet", compression="none", use_dictionary=False)
        else:
            with open(folder / f"part{number}.jsonl", "w", encoding="ascii") as file:
                file.writelines(f'{{"text": "{text}"}}\n' for text in texts)
    (folder / ".gitattributes").write_text("part* filter=lfs diff=lfs merge=lfs -text\n", encoding="utf-8")


_MANIFESTS = {
    False: 'name: big\ntitle: Big\nrepo: org/big\ntype: model\nfiles: "*.jsonl"\n',
    True: "name: big\ntitle: Big\nrepo: org/big\nconfigs: {default: {splits: {train: {files: part*.parquet}}}}\n",
}


def cases_for(here: Path, url: str, *, parquet: bool = False) -> tuple[list[Case], list[Case]]:
    """Cold fetches, and verifications of what was fetched."""
    scripts = Path(sys.executable).parent
    environ = {k: v for k, v in child_environment(os.environ, url, str(here / "hf")).items() if k != "CI"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environ["HOME"] = str(here)
    manifests = here / "manifests" / "datasets"
    manifests.mkdir(parents=True)
    (manifests / "big.yaml").write_text(_MANIFESTS[parquet], encoding="utf-8")
    where = ["big", "--manifests", str(manifests.parent), "--store", str(here / "store")]
    ours = str(scripts / "recipes-data")

    def gone(name: str) -> None:
        shutil.rmtree(here / name, ignore_errors=True)

    repo, suffix = ("datasets/org/big", "parquet") if parquet else ("org/big", "jsonl")
    kind = ["--repo-type", "dataset"] if parquet else []
    urls = [f"{url}/{repo}/resolve/main/part{number}.{suffix}" for number in range(FILES)]
    curl = "mkdir -p curl && printf '%s\\n' " + " ".join(urls) + " | (cd curl && xargs -P 6 -n 1 curl -sLO --fail)"
    fetches = [
        Case("recipes-data fetch", [ours, "fetch", *where, "--no-hub-cache"], environ, here, lambda: gone("store")),
        Case(
            "hf download (no checksum)",
            [str(scripts / "hf"), "download", "org/big", *kind],
            environ,
            here,
            lambda: gone("hf"),
        ),
        Case("curl, six at once (no checksum)", ["sh", "-c", curl], environ, here, lambda: gone("curl")),
    ]
    verifies = [
        Case("recipes-data verify", [ours, "verify", *where], environ, here),
        Case("hf cache verify", [str(scripts / "hf"), "cache", "verify", "org/big", *kind], environ, here),
    ]
    return fetches, verifies


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1380)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--parquet", action="store_true", help="a dataset's parquet files, whose rows are counted")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        # in a process of its own: no peak is seen that is below this one's
        made = multiprocessing.Process(
            target=make_repository, args=(here / "hub", arguments.megabytes, arguments.parquet)
        )
        made.start()
        made.join()
        serve = [str(Path(sys.executable).parent / "recipes-data"), "serve", str(here / "hub")]
        server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        try:
            fetches, verifies = cases_for(here, url, parquet=arguments.parquet)
            measure(fetches, arguments.runs, warmup=1)
            os.sync()  # the fetches' bytes are still on their way to the disk, and take a core for it
            measure(verifies, arguments.runs, warmup=1)
        finally:
            server.terminate()
            server.wait()
    machine = f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{machine}; {arguments.runs} runs each,")
    files = f"{FILES} {'parquet ' if arguments.parquet else ''}files, {arguments.megabytes} MB in all"
    print(f"in turn; {files}; huggingface_hub {version('huggingface_hub')}\n")
    print(report(fetches, "recipes-data fetch") + "\n")
    print(report(verifies, "recipes-data verify"))


if __name__ == "__main__":
    main()
