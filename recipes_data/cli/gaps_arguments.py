"""The words of `recipes-data gaps`: its actions, its options, and which action is meant where none is named."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["add_gaps", "with_action"]

_SPEC = "LANGUAGE:WHAT"
_ABOUT = """\
What recipes need of the Hub beside what clients really have. `recipes-data gaps --recipes ... --client ...` is the
report; LANGUAGE is python, elixir or rust, WHAT a source folder (python: also an installed package's import name).
Nothing that is looked at is run, but with --probe: the drivers that it starts, and example tests of Python clients.
Exit code 1 also says that --fail-on, --baseline or --check found what they look for.
"""
_Add = Callable[..., argparse.ArgumentParser]


def with_action(argv: Sequence[str]) -> list[str]:
    """The words with the action `report` put in where `gaps` is followed by an option."""
    words = list(argv)
    # a word that is no action stays where it is, for argparse to name it and list those that are
    if words[:1] == ["gaps"] and (len(words) == 1 or (words[1].startswith("-") and words[1] not in ("-h", "--help"))):
        words.insert(1, "report")
    return words


def add_gaps(commands: Any, command: _Add, online: Callable[[Any], None], epilog: str) -> None:
    """Add `gaps` to the commands; `command` makes one with the common options, `online` adds those of the Hub."""
    made = commands.add_parser(
        "gaps",
        help="which Hub operations recipes need, and who has them",
        description=_ABOUT,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = made.add_subparsers(dest="action", metavar="ACTION", required=True)
    _report(command(actions, "report", "the report; the default action", _ABOUT))
    diff = command(
        actions,
        "diff",
        "what changed between two analyses, or two versions of a client",
        "OLD and NEW are both analysis.json files that --out wrote, or both LANGUAGE:WHAT.",
    )
    diff.add_argument("old", metavar="OLD")
    diff.add_argument("new", metavar="NEW")
    drift = command(
        actions,
        "drift",
        "where recipe sources and recipe manifests differ",
        "What the sources under DIR ask that no recipe manifest lists, and the reverse. Exit code 1 with --check.",
    )
    drift.add_argument("--recipes", metavar="DIR", required=True, help="Python sources of recipes")
    drift.add_argument("--check", action="store_true", help="exit code 1 where anything differs")
    table = command(actions, "operations", "the table of Hub operations", "All operations, or one in full.")
    table.add_argument("id", nargs="?", metavar="ID", help="like datasets.info; an area like datasets lists its own")
    request = command(
        actions,
        "request",
        "one operation's HTTP request",
        "Build the request of an operation and send it, or show it with --dry-run. Only GET is sent.",
    )
    request.add_argument("id", metavar="OPERATION")
    request.add_argument("arguments", nargs="*", metavar="NAME=VALUE", help="a name said twice is a list")
    request.add_argument("--dry-run", action="store_true", help="show the request, send nothing")
    online(request)
    scan = command(actions, "scan", "what the sources under DIR ask of the Hub", "Every access, with file and line.")
    scan.add_argument("recipes", metavar="DIR")


def _report(made: argparse.ArgumentParser) -> None:
    read = made.add_argument_group("what is compared")
    read.add_argument(
        "--recipes",
        action="append",
        default=[],
        metavar="DIR|manifests",
        help="Python sources of recipes, or the catalogue's recipe manifests; may be said again",
    )
    read.add_argument(
        "--client", dest="clients", action="append", default=[], metavar=_SPEC, help="a Hub client; may be said again"
    )
    read.add_argument(
        "--through",
        action="append",
        default=[],
        metavar=_SPEC,
        help="a library between recipes and the client of the same language; may be said again",
    )
    read.add_argument("--names", action="append", default=[], metavar="FILE", help="a name map of your own")
    read.add_argument("--docs", metavar="DIR", help="old documents to hold against what is found")
    proof = made.add_argument_group("what proves it")
    proof.add_argument(
        "--probe",
        action="append",
        nargs="?",
        const="",
        default=[],
        metavar="CLIENT=COMMAND",
        help="drive a client against a Hub of its own; alone: the clients whose drivers ship",
    )
    proof.add_argument(
        "--test-results",
        action="append",
        default=[],
        metavar="CLIENT=FILE",
        help="JUnit XML, ExUnit or pytest results; without them no test counts as passed",
    )
    judged = made.add_argument_group("what comes of it")
    judged.add_argument("--out", metavar="DIR", help="write analysis.json, its schema, SARIF, HTML and Markdown here")
    judged.add_argument(
        "--no-commits", action="store_true", help="name no commits: for a report that is kept beside what it read"
    )
    judged.add_argument(
        "--fail-on", choices=("P0", "P1", "P2"), help="exit code 1 where there is a gap of this priority"
    )
    judged.add_argument(
        "--baseline", metavar="OLD.json", help="an earlier analysis.json: only what is new since fails (--fail-on P2)"
    )
