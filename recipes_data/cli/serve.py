"""`recipes-data serve`: a folder of repositories as a Hub on loopback, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from recipes_data.cli.screen import Screen
from recipes_data.errors import UsageError
from recipes_data.mirror import Mirror, repositories
from recipes_data.wording import counted

__all__ = ["serve_command"]


def serve_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Serve until interrupted."""
    root = Path(arguments.folder).expanduser()
    if not root.is_dir():
        raise UsageError(f"{arguments.folder!r} is not a folder", "give a folder with datasets/ORG/NAME/...")
    found = repositories(root)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with Mirror(root.resolve(), port=arguments.port) as mirror:
        screen.out(f"serving {counted(len(found), 'repository', 'repositories')} of {root} at {mirror.url}")
        screen.out(f"export HF_ENDPOINT={mirror.url}")
        screen.document({"url": mirror.url, "repositories": [list(pair) for pair in found]})
        try:
            ended.wait()
        except KeyboardInterrupt:
            screen.talk(f"\nended after {counted(len(mirror.requests), 'request')}")
    return 0
