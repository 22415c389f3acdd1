"""A folder of repositories served on loopback, and the command run against it in a process of its own.

The child's environment is built here: the loopback Hub as the endpoint before anything is imported, no
proxy on the way to it, no offline switch, no user token (a made-up server must never see one), its own
HF_HOME, and neither telemetry nor Xet.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from recipes_data.mirror import Mirror

__all__ = ["child_environment", "run_against_folder"]

_SWITCHES = (
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_DATASETS_OFFLINE",
    "HUGGINGFACE_CO_STAGING",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN",
)
_TOKENS = (
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_TOKEN_PATH",
    "HUGGING_FACE_API_KEY",
    "HUGGINGFACE_API_KEY",
    "HF_API_KEY",
)
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_FOLDERS = ("HF_HUB_CACHE", "HF_XET_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_ASSETS_CACHE")


def child_environment(environ: Mapping[str, str], endpoint: str, hf_home: str) -> dict[str, str]:
    """The environment of a process that speaks to a Hub on loopback and to nothing else."""
    dropped = {*_SWITCHES, *_TOKENS, *_FOLDERS}
    built = {name: value for name, value in environ.items() if name not in dropped and name.lower() not in _PROXIES}
    return {
        **built,
        "HF_ENDPOINT": endpoint,
        "HF_HOME": hf_home,
        "NO_PROXY": "*",
        "no_proxy": "*",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
    }


def run_against_folder(
    root: Path, arguments: Sequence[str], environ: Mapping[str, str], *, captured: bool = False
) -> tuple[int, str, int]:
    """Serve `root`, run `recipes-data ARGUMENTS` against it; its exit code, its stdout, the requests it made.

    stdout is empty unless `captured`; stderr always goes through.

    Raises:
        UsageError: the folder holds no repositories.
    """
    with tempfile.TemporaryDirectory(prefix="recipes-data-") as hf_home, Mirror(root) as mirror:
        child = subprocess.Popen(
            [sys.executable, "-m", "recipes_data", *arguments, "--endpoint", mirror.url],
            env=child_environment(environ, mirror.url, hf_home),
            stdin=None,
            stdout=subprocess.PIPE if captured else None,
            text=True,
        )
        try:
            stdout, _ = child.communicate()
        except BaseException:
            # Ctrl-C went to the child as well: it ends by itself, and says so
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()  # it did not: what ended this run is raised all the same
            raise
        return child.returncode, stdout or "", len(mirror.requests)
