"""The words of the command: subcommands, options, and the help that explains them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from recipes_data import __version__
from recipes_data.cli.editor_arguments import add_editor
from recipes_data.cli.gaps_arguments import add_gaps, with_action
from recipes_data.cli.one_command import One
from recipes_data.cli.pin_arguments import add_pin
from recipes_data.cli.project_arguments import add_project
from recipes_data.cli.proof_arguments import add_proof
from recipes_data.errors import UsageError
from recipes_data.settings import parse_duration, parse_size

__all__ = ["command_parser", "parse"]

_EPILOG = """\
addresses     gsm8k   gsm8k:train   mmlu/anatomy:test   (NAME[/CONFIG][:SPLIT]; also a recipe's name)
exit codes    0 done, 1 a bug, 2 usage or manifest, 3 lock, 4 Hub, 5 integrity, table or safety,
              6 not fetched, 130 interrupted
environment   RECIPES_DATA_HOME (store), RECIPES_DATA_MANIFESTS, RECIPES_DATA_PROJECT, HF_ENDPOINT, HF_TOKEN,
              HF_HUB_OFFLINE, CI (turns --locked on), HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, REQUESTS_CA_BUNDLE
"""


class _Parser(argparse.ArgumentParser):
    """argparse, but a wrong word is a `UsageError` like every other mistake."""

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse says NoReturn; so it is: it raises
        raise UsageError(message, f"see: {self.prog} --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command's words as a namespace; `command` names the subcommand.

    Raises:
        UsageError: the words do not fit.
        SystemExit: `--help` or `--version` was answered.
    """
    words = with_action(argv)
    parsed, unknown = command_parser(words[0] if words else None).parse_known_args(words)
    if unknown:
        named = " ".join([parsed.command, *filter(None, [getattr(parsed, "action", None)])])
        raise UsageError(f"unrecognized arguments: {' '.join(unknown)}", f"see: recipes-data {named} --help")
    return parsed


def command_parser(only: str | None = None) -> argparse.ArgumentParser:
    """All words that there are; what it parses has the action of `gaps` already (`with_action`).

    `only`: the one command whose words are asked for, where it is one; empty: the names of all, and no words. Those of
    all would cost every start 20 ms.
    """
    top = _Parser(
        prog="recipes-data",
        description="Lock, fetch and verify the datasets that training recipes stand on.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"recipes-data {__version__}")
    commands: Any = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    if only is not None:
        commands = One(commands, only)
    _fetch(commands)
    _lock(commands)
    _verify(commands)
    _reports(commands)
    _cache(commands)
    _doctor(commands)
    _serving(commands)
    add_project(commands, _command, _online)
    add_pin(commands, _command)
    add_proof(commands, _command, _EPILOG)
    add_gaps(commands, _command, _online, _EPILOG)
    add_editor(commands, _command)
    if only is not None and not commands.there:
        return command_parser()
    return top


_Commands = "argparse._SubParsersAction[_Parser]"


def _command(commands: _Commands, name: str, summary: str, description: str) -> _Parser:  # type: ignore[valid-type]  # argparse's class is private
    made: _Parser = commands.add_parser(  # type: ignore[attr-defined]  # see above
        name,
        help=summary,
        description=description,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = made.add_argument_group("where things are")
    where.add_argument("--project", metavar="DIR", help="the project (default: the nearest marked folder above here)")
    where.add_argument("--manifests", metavar="DIR", help="take this catalogue alone, with its own locks")
    where.add_argument("--store", metavar="DIR", help="the store (default: RECIPES_DATA_HOME, else the cache folder)")
    talk = made.add_argument_group("output")
    talk.add_argument("--json", action="store_true", help="stdout is one JSON document")
    talk.add_argument("-q", "--quiet", action="store_true", help="no talk on stderr but errors")
    talk.add_argument("-v", "--verbose", action="store_true", help="more talk; a traceback for a bug")
    return made


def _online(made: _Parser, *, from_places: bool = True) -> None:
    """Options of the Hub; `from_places`: and of others that may give a file's bytes."""
    hub = made.add_argument_group("the Hub")
    hub.add_argument("--endpoint", metavar="URL", help="the Hub (default: HF_ENDPOINT, else https://huggingface.co)")
    hub.add_argument(
        "--hub",
        metavar="URL|DIR",
        help="a Hub, or a folder of repositories (datasets/ORG/NAME/...) to serve for this run",
    )
    hub.add_argument("--token-file", metavar="FILE", help="read the token from here (never given as an argument)")
    if from_places:
        hub.add_argument(
            "--from",
            dest="places",
            action="append",
            default=[],
            metavar="URL|DIR",
            help="take bytes by digest from here first: a store, a mirror, a folder, s3://...; may be said again",
        )
        no_cache = "do not look for bytes in the Hub client's own cache"
        hub.add_argument("--no-hub-cache", action="store_true", help=no_cache)
    hub.add_argument(
        "--max-wait",
        type=_duration,
        default=600.0,
        metavar="TIME",
        help="wait at most this long in all for a Hub that is busy (10m)",
    )
    hub.add_argument("--offline", action="store_true", help="no network at all")
    hub.add_argument("--origin", choices=("folder", "sample"), help=argparse.SUPPRESS)
    hub.add_argument("--served", help=argparse.SUPPRESS)  # what the folder is called that this run's Hub is served from


def _unsafe(made: _Parser) -> None:
    made.add_argument(
        "--allow-unsafe",
        action="store_true",
        help="lock pickles and code that a manifest lists one by one; they are fetched, never loaded",
    )


def _limits(made: _Parser) -> None:
    made.add_argument(
        "--max-download",
        type=_size,
        default=_size("10GB"),
        metavar="SIZE",
        help="ask (a terminal) or stop above this (10GB)",
    )


def _fetch(commands: _Commands) -> None:  # type: ignore[valid-type]  # as above
    made = _command(
        commands,
        "fetch",
        "fetch what is missing and check it",
        "Lock what has no lock yet, print the plan, fetch the missing files, verify every byte,\n"
        "count rows and compare columns. An existing pin is never moved. Without a NAME: the\n"
        "catalogue's default group (the recipe called `default`).",
    )
    made.add_argument("names", nargs="*", metavar="NAME", help="dataset, recipe or address")
    made.add_argument("--all", action="store_true", help="every dataset of the catalogue")
    made.add_argument(
        "--locked", action="store_true", default=None, help="write no lock: a missing or stale one is exit 3"
    )
    made.add_argument("--no-locked", dest="locked", action="store_false", help="write locks even where CI is set")
    made.add_argument("--shared-group", action="store_true", help="mark the store as one that a whole group writes to")
    made.add_argument("--jobs", type=_count, default=8, metavar="N", help="files at once (default 8)")
    _unsafe(made)
    made.add_argument(
        "--dry-run", action="store_true", help="print the plan and stop; nothing is written, no byte fetched"
    )
    _limits(made)
    _online(made)


def _lock(commands: _Commands) -> None:  # type: ignore[valid-type]  # as above
    made = _command(
        commands,
        "lock",
        "resolve manifests to commits and files",
        "Ask the Hub for commit, files, sizes and digests and write them down. A commit that is\n"
        "already pinned stays, unless the manifest wishes another revision or --upgrade is given.",
    )
    made.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="dataset or recipe (default: all that have a lock, else the default group)",
    )
    made.add_argument("--all", action="store_true", help="every dataset of the catalogue")
    made.add_argument("--upgrade", action="store_true", help="take the newest commit, and say what moved")
    made.add_argument(
        "--check",
        action="store_true",
        help="only see that the locks of the project are there and fit its manifests (exit 3)",
    )
    made.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")
    _unsafe(made)
    _online(made)


def _verify(commands: _Commands) -> None:  # type: ignore[valid-type]  # as above
    made = _command(
        commands,
        "verify",
        "read every stored byte again and compare",
        "Hash every stored file of the named datasets on all cores and compare rows and columns\n"
        "with the locks; read what was made of them (row caches, conversions, kept orders) and take\n"
        "away what of that is damaged. Offline. Everything that is wrong is named.",
    )
    made.add_argument(
        "names", nargs="*", metavar="NAME", help="dataset, recipe or address (default: every dataset with a lock)"
    )
    made.add_argument("--fast", action="store_true", help="read nothing: files are there and were not written to")
    made.add_argument("--repair", action="store_true", help="move damaged files to quarantine/, fetch just those again")
    _limits(made)
    _online(made)


def _reports(commands: _Commands) -> None:  # type: ignore[valid-type]  # as above
    _command(
        commands,
        "list",
        "everything in the catalogue, its state, and what it was proven on",
        "Every dataset, model, recipe and benchmark of the catalogue, its state in this store, and what the tests of\n"
        "recipes-data ran it on: real rows, rows generated in the remembered shape, or nothing. On a terminal lines\n"
        "are cut to its width; elsewhere, and with --json, nothing is.",
    )
    made = _command(
        commands,
        "show",
        "one dataset or recipe in full",
        "Pin, evidence, files, columns, rows, licence, gating; or a recipe's needs. With --stats what the\n"
        "rows are like: nulls, lengths, classes, ranges, repeated rows (of a fetched dataset; needs polars).",
    )
    made.add_argument("name", metavar="NAME", help="dataset, recipe or address, as mmlu/anatomy:test")
    made.add_argument("--stats", action="store_true", help="read the rows and say what they are like")
    made.add_argument("--plot", metavar="FILE", help="draw the statistics into FILE, .html or .png (matplotlib)")
    made = _command(
        commands,
        "path",
        "where a split's files are",
        "Print the folder of a split's files in row order; fetched splits only.",
    )
    made.add_argument("address", metavar="ADDRESS")
    made.add_argument("--files", action="store_true", help="the files, one a line, in row order")
    made.add_argument(
        "--format",
        choices=("parquet", "jsonl"),
        help="the rows in this format: converted once, every row read back and compared",
    )


def _serving(commands: _Commands) -> None:  # type: ignore[valid-type]  # as above
    made = _command(
        commands,
        "demo",
        "the whole path on made-up samples, without a network",
        "Serve the sample repositories that ship with the package on loopback, run the true path\n"
        "against them with the real Hub client, and show what came out. Own catalogue, own store.",
    )
    made.set_defaults(demo=True)
    made = _command(
        commands,
        "serve",
        "serve a folder of repositories as a Hub on loopback",
        "Serve FOLDER/datasets/ORG/NAME/... (and models/) with the read side of the Hub's protocol,\n"
        "on 127.0.0.1 only. Point HF_ENDPOINT at the printed URL. Ctrl-C ends it.",
    )
    made.add_argument("folder", metavar="FOLDER")
    made.add_argument("--port", type=_port, default=0, metavar="N", help="port (default: a free one)")


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 64")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a number from 0 to 65535")
    return int(text)


def _cache(commands: _Commands) -> None:  # type: ignore[valid-type]  # as above
    made = commands.add_parser(  # type: ignore[attr-defined]  # as above
        "cache",
        help="what lies in the store, and what of it goes",
        description="Where the store is, what lies in it, and what of it may go. Locks are never removed.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = made.add_subparsers(dest="action", metavar="ACTION", required=True)
    _command(actions, "dir", "the store's folder", "Print the store's folder.")
    _command(
        actions,
        "list",
        "sizes, last use and hit rate",
        "What the store holds for every lock in reach and for every recipe, and when it was last used.\n"
        "Bytes that several share are counted once in the store's size.",
    )
    prune = _command(
        actions,
        "prune",
        "remove what no lock pins",
        "Remove what killed runs left, and of what no lock in reach pins the least recently used, until\n"
        "the store is no larger than --max-size, or all of it. What a lock pins is never removed.",
    )
    prune.add_argument(
        "--max-size", type=_size, metavar="SIZE", help="like 50GB (default: the project file's max_size)"
    )
    prune.add_argument("--unused", action="store_true", help="all that no lock pins, whatever its last use")
    prune.add_argument("--rows", action="store_true", help="all row caches: they are built again when they are needed")
    prune.add_argument("--converted", action="store_true", help="all tables in another format: likewise made again")
    prune.add_argument(
        "--min-age",
        type=_duration,
        default=3600.0,
        metavar="TIME",
        help="leave what was published less than this ago, like 0s or 2d (1h)",
    )
    prune.add_argument("--dry-run", action="store_true", help="say what would go, remove nothing")
    build = _command(
        actions,
        "build",
        "build row caches before they are needed",
        "Build what random access to large tables needs, where it is not there: once, for every process and user\n"
        "of the store. Without it the first script that shuffles such a table builds it.",
    )
    build.add_argument("names", nargs="+", metavar="NAME", help="dataset, recipe or address, as tulu3:train")
    clear = _command(
        actions,
        "clear",
        "remove everything, or what only these datasets pin",
        "Remove everything but locks, or with NAMEs what their locks alone pin. The same locks bring the\n"
        "same bytes again.",
    )
    clear.add_argument("names", nargs="*", metavar="NAME", help="dataset (default: everything)")
    clear.add_argument("--dry-run", action="store_true", help="say what would go, remove nothing")
    clear.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")


def _doctor(commands: _Commands) -> None:  # type: ignore[valid-type]  # as above
    made = _command(
        commands,
        "doctor",
        "what stands between you and the data",
        "Look at Python, packages, settings, store, disk, the way to the Hub and the token; with NAMEs also at\n"
        "their locks, gates, licences and size. Writes nothing. Exit code 0, or that of the first blocker.",
    )
    made.add_argument("names", nargs="*", metavar="NAME", help="dataset, recipe or address")
    _online(made)


def _duration(text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from None


def _size(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from None
