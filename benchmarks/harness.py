"""The only home of the run: which cases, what is kept of them, and the page that is made from it.

    python benchmarks/harness.py --scale small|full [--only CASE ...] [--out docs] [--again]

A case's result is kept in `OUT/performance.json` when it ends, with its date and machine. A run goes on where the last
one was cut: what has a result of this scale is not run again (but for `--again`, `--only CASE`). A case that fails is
kept as such, with the reason, and tried again by the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from case import Case, Contender  # isort: skip  # beside this file
from cases import ALL  # isort: skip
from page import main as make_page  # isort: skip
from timing import Figures, measure  # isort: skip
from where import ROOT  # isort: skip
from world import World, serving  # isort: skip

__all__ = ["compile_bytecode", "machine", "main", "run_case"]

_SETS = ("gsm", "mmlu", "tulu", "lcb", "tulu_jsonl")
_PEERS = ("datasets", "huggingface_hub", "polars", "pyarrow", "duckdb", "numpy", "orjson", "msgspec", "pydantic")


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "ram_gib": round(ram / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in _PEERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _commit() -> str:
    words = ["git", "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def compile_bytecode() -> None:
    """Everybody's modules, ours and the peers': an import that compiles would be timed otherwise."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    site = Path(sys.prefix) / "lib"
    words = [sys.executable, "-m", "compileall", "-q", "-j", "0", "-x", "sample/hub|/tests?/"]
    subprocess.run([*words, str(site), "recipes_data", "loaders", "benchmarks"], cwd=ROOT, env=environ, check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip


def _needed(case: Case, one: Contender) -> bool:
    return one.role == "ours" or one.name == case.truth


def run_case(case: Case, world: World, *, few: bool = False) -> dict[str, Any]:
    """The result of one case, as it is kept. `few`: ours and the truth alone."""
    began, before = time.monotonic(), machine()
    with serving(world, world.hub) if case.served else nullcontext("") as endpoint:
        contenders = [each for each in case.make(replace(world, endpoint=endpoint)) if not few or _needed(case, each)]
        commands = {each.name: each.command for each in contenders}
        runs = 0 if few else case.runs[world.scale]
        figures, failed = measure(commands, runs, limit=case.limit, budget=case.budget)
    return {
        "case": case.name,
        "scale": world.scale,
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "took_seconds": round(time.monotonic() - began, 1),
        "commit": _commit(),
        "machine": before,
        "versions": _versions(),
        "contenders": [_kept(case, each, contenders, figures, failed) for each in contenders],
    }


def _kept(
    case: Case,
    one: Contender,
    contenders: Sequence[Contender],
    figures: Mapping[str, Figures],
    failed: Mapping[str, str],
) -> dict[str, Any]:
    kept: dict[str, Any] = {"name": one.name, "role": one.role, "note": one.note}
    if one.x is not None:
        kept |= {"x": one.x, "series": one.series}
    if one.name not in figures:
        return kept | {"failed": failed[one.name]}
    found = figures[one.name]
    kept["seconds"] = [round(each, 5) for each in found.seconds]
    for name in ("peak_kib", "anonymous_kib", "total_kib"):
        if value := getattr(found.watched, name):
            kept[name] = value
    kept["answer"] = found.watched.answer
    if isinstance(found.watched.answer, dict) and "equal" in found.watched.answer:
        kept["same"] = found.watched.answer["equal"]
    elif one.answers:
        right = _truth(case, one, contenders, figures)
        kept["same"] = right is None or found.watched.answer == right
    return kept


def _truth(case: Case, one: Contender, contenders: Sequence[Contender], figures: Mapping[str, Figures]) -> Any:
    """The right answer: that of the case's truth; where it names none, that of the first peer that answers."""
    answering = [each for each in contenders if each.answers and each.x == one.x and each.name in figures]
    named = [each for each in answering if each.name == case.truth] or [e for e in answering if e.role == "peer"]
    return figures[named[0].name].watched.answer if named else None


def _read(path: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    except FileNotFoundError:
        return {}


def _write(path: Path, results: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(path)


def _sound(result: Mapping[str, Any] | None) -> bool:
    """Whether ours is there, as fast or as slow as it may be, with the right answer."""
    ours = [each for each in (result or {}).get("contenders", ()) if each["role"] == "ours"]
    return bool(ours) and all("failed" not in each and each.get("same", True) for each in ours)


def _told(result: Mapping[str, Any]) -> str:
    out = []
    for each in result["contenders"]:
        if "failed" in each:
            out.append(f"    {each['name']}: failed: {each['failed'][:300]}")
        else:
            wrong = "" if each.get("same", True) else "  OTHER VALUES"
            memory = f"{each.get('total_kib', each.get('anonymous_kib', 0)) / 1024:.0f} MiB"
            out.append(f"    {each['name']}: {statistics.median(each['seconds']):.4f} s, {memory}{wrong}")
    return "\n".join(out)


def main(words: Sequence[str] | None = None) -> int:
    """Run, keep, and make the page; 1 where ours failed or gave other values in a case that was run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="small", choices=("tiny", "small", "full"))
    parser.add_argument("--only", nargs="*", default=[], metavar="CASE", help=", ".join(case.name for case in ALL))
    parser.add_argument("--missing", nargs="*", default=[], metavar="CASE", help="of these, those without a result")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--again", action="store_true", help="also what has a result")
    parser.add_argument("--few", action="store_true", help="ours and the right answer alone: does it run at all?")
    parser.add_argument("--no-compile", action="store_true", help="bytecode is known to be there")
    arguments = parser.parse_args(words)
    if unknown := {*arguments.only, *arguments.missing} - {case.name for case in ALL}:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    path = arguments.out / "performance.json"
    world = World(arguments.scale)
    named = [*arguments.only, *arguments.missing]
    wanted = [case for case in ALL if not named or case.name in named]
    wanted = [case for case in wanted if case.runs[arguments.scale]]
    if not (arguments.again or arguments.only):
        wanted = [case for case in wanted if not _sound(_read(path).get(f"{arguments.scale}/{case.name}"))]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended too
    if wanted:
        if not arguments.no_compile:
            compile_bytecode()
        world.prepare(_SETS, _say)
        world.warm(peers=not arguments.few)
    bad = 0
    for case in wanted:
        _say(f"{case.name}: {case.title}")
        try:
            result = run_case(case, world, few=arguments.few)
        except Exception as error:  # noqa: BLE001  # a night's run goes on with the next case
            _say(f"    not run: {error}")
            bad += 1
            continue
        _say(_told(result))
        bad += not _sound(result)
        _write(path, {**_read(path), f"{arguments.scale}/{case.name}": result})
    make_page(arguments.out)
    return 1 if bad else 0


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
