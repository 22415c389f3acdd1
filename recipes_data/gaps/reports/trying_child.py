"""The only home of the process that runs one file of example tests: asked and answering as a driver of the probe."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from recipes_data.gaps.probe.drivers.speaking import Unsupported, serve

__all__ = ["Ended", "run"]


class Ended:
    """What pytest tells of its tests: how many passed, and for each that did not its name and the first line of why."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[tuple[str, str]] = []

    def pytest_collectreport(self, report: Any) -> None:
        """A file that cannot even be imported has failed."""
        if report.failed:
            lines = [line[1:].strip() for line in str(report.longrepr).splitlines() if line.startswith("E ")]
            self.failed.append(("it cannot be imported", lines[-1] if lines else "no reason is given"))

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One test, or what stands before and behind it."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message if crash is not None else str(report.longrepr)
            self.failed.append((report.nodeid.rpartition("::")[2], " ".join(message.splitlines()[:1])))
        elif report.when == "call" and report.passed:
            self.passed += 1


def run(file: str) -> dict[str, Any]:
    """Run a file's tests.

    Raises:
        Unsupported: pytest is not installed.
    """
    try:
        pytest = importlib.import_module("pytest")
    except ImportError as error:
        raise Unsupported("pytest is not installed") from error
    seen = Ended()
    options = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(Path(file).parent)]
    pytest.main([*options, file], plugins=[seen])
    return {"passed": seen.passed, "failed": seen.failed}


def _error(error: Exception) -> dict[str, Any]:
    return {"type": type(error).__name__, "message": str(error)}


if __name__ == "__main__":
    serve({"run": run}, _error)
