"""`recipes-data gaps ACTION`: each action from its own module, imported when it is asked for."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping, Sequence

from recipes_data.cli.screen import Screen

__all__ = ["gaps_command"]

# action -> (module, function)
_ACTIONS = {
    "report": ("recipes_data.cli.gaps_report", "report_command"),
    "diff": ("recipes_data.cli.gaps_beside", "diff_command"),
    "drift": ("recipes_data.cli.gaps_beside", "drift_command"),
    "scan": ("recipes_data.cli.gaps_beside", "scan_command"),
    "operations": ("recipes_data.cli.gaps_request", "operations_command"),
    "request": ("recipes_data.cli.gaps_request", "request_command"),
}


def gaps_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the action that was named."""
    module, function = _ACTIONS[arguments.action]
    code: int = getattr(importlib.import_module(module), function)(arguments, screen, environ)
    return code
