"""Runs one command: errors of ours become two lines and an exit code, a bug keeps its traceback for `-v`."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import sys
from collections.abc import Sequence

from recipes_data.cli.interrupts import AtOnce, end
from recipes_data.cli.parser import parse
from recipes_data.cli.proposals import given_by
from recipes_data.cli.screen import Screen, Unheard
from recipes_data.errors import RecipesDataError, StoreError

__all__ = ["run", "unheard"]

# command -> (module, function); imported when it is asked for
_COMMANDS = {
    "fetch": ("recipes_data.cli.fetch", "fetch_command"),
    "lock": ("recipes_data.cli.lock", "lock_command"),
    "verify": ("recipes_data.cli.verify", "verify_command"),
    "list": ("recipes_data.cli.listing", "list_command"),
    "show": ("recipes_data.cli.show", "show_command"),
    "path": ("recipes_data.cli.show", "path_command"),
    "cache": ("recipes_data.cli.cache", "cache_command"),
    "doctor": ("recipes_data.cli.doctor", "doctor_command"),
    "demo": ("recipes_data.cli.demo", "demo_command"),
    "serve": ("recipes_data.cli.serve", "serve_command"),
    "gaps": ("recipes_data.cli.gaps", "gaps_command"),
    "init": ("recipes_data.cli.project", "init_command"),
    "add": ("recipes_data.cli.project", "add_command"),
    "remove": ("recipes_data.cli.project", "remove_command"),
    "pin": ("recipes_data.cli.pin", "pin_command"),
    "receipt": ("recipes_data.cli.receipt", "receipt_command"),
    "cite": ("recipes_data.cli.cite", "cite_command"),
    "why": ("recipes_data.cli.why", "why_command"),
    "outdated": ("recipes_data.cli.outdated", "outdated_command"),
    "types": ("recipes_data.cli.types", "types_command"),
    "completion": ("recipes_data.cli.completion", "completion_command"),
}

_FETCHING = (["fetch"], ["demo"], ["verify"])  # also `verify --repair`
_KEPT = "interrupted; what was fetched is kept, the same command goes on from there"


def unheard(exc: OSError) -> int:
    """What nobody can read ends a command: quietly where the reader went away, else as an error. The exit code."""
    with contextlib.suppress(OSError):  # so that the end of the interpreter does not try once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(exc, BrokenPipeError):
        return 0  # as of `recipes-data list | head`
    Screen().error(StoreError(f"stdout cannot be written: {exc.strerror}", "see where it leads, and say it again"))
    return StoreError.exit_code


def run(argv: Sequence[str]) -> int:
    """Parse and run; the exit code. Nothing but `SystemExit` of `--help` gets out."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started us (`>&-`): what is said there is said to nobody
            nobody = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for the rest of the process
            atexit.register(nobody.close)
            setattr(sys, name, nobody)
    # words that do not fit are told as a document too, where one was wished for
    screen = Screen(json_wanted="--json" in argv)
    verbose = False
    try:
        arguments = parse(argv)
        verbose = arguments.verbose
        given = given_by(arguments)
        screen = Screen(json_wanted=arguments.json, quiet=arguments.quiet, verbose=verbose, given=given)
        module, function = _COMMANDS[arguments.command]
        with AtOnce():
            command = getattr(importlib.import_module(module), function)
        code: int = command(arguments, screen, list(argv), os.environ)
        return code
    except RecipesDataError as exc:
        screen.error(exc)
        screen.document({"error": screen.failure(exc)})
        return exc.exit_code
    except KeyboardInterrupt:
        end(_KEPT if argv[:1] in _FETCHING else "interrupted")
    except Unheard as exc:
        return unheard(exc.cause)
    except BrokenPipeError as exc:
        return unheard(exc)
    except SystemExit:
        raise
    except BaseException as exc:  # noqa: BLE001  # the last door: a bug of ours, or a panic of an extension, said as one
        if verbose:
            import traceback

            traceback.print_exc()
        bug = RecipesDataError(f"a bug in recipes-data: {type(exc).__name__}: {exc}", "run again with -v and report it")
        screen.error(bug)
        screen.document({"error": {**screen.failure(bug), "type": type(exc).__name__}})
        return 1
