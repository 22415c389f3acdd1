"""`recipes-data completion`, and what a shell is told at the press of a key: the door to argcomplete."""

from __future__ import annotations

import argparse
import importlib
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recipes_data.cli.parser import command_parser
from recipes_data.errors import UsageError
from recipes_data.places import find_places
from recipes_data.spelling import spelled

if TYPE_CHECKING:
    from recipes_data.cli.screen import Screen

__all__ = ["complete", "completion_command"]

_FILES = ("FILE", "DIR", "FOLDER", "URL|DIR", "DIR|manifests", "SRC", "OLD", "NEW")


def completion_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Print what a shell has to read, once or at each start."""
    text = _argcomplete().shellcode(["recipes-data"], use_defaults=False, shell=arguments.shell)
    screen.out(text)
    screen.document({"shell": arguments.shell, "text": text})
    return 0


def complete(environ: Mapping[str, str]) -> None:
    """Answer a shell (the environment has its question, the protocol is argcomplete's), and end the process.

    Raises:
        UsageError: argcomplete is not there.
    """
    _later("subprocess")
    found = _argcomplete()
    parser = command_parser(_command_of(environ))
    for action in _actions(parser):
        if not action.option_strings and action.metavar in ("NAME", "ADDRESS"):
            action.completer = _addresses(action, environ)  # type: ignore[attr-defined]  # argcomplete's own way
        elif action.metavar in _FILES:
            action.completer = found.FilesCompleter()  # type: ignore[attr-defined]  # as above
    found.autocomplete(parser, always_complete_options=False, default_completer=_nothing)


def _later(name: str) -> None:
    """Have a module imported when something of it is used: argcomplete imports it for the names of files alone.

    `importlib.util.LazyLoader` would not do: the import of what is imported already looks at its `__spec__`.
    """
    if name in sys.modules:
        return
    stand_in = types.ModuleType(name)

    def of_the_true_one(attribute: str) -> Any:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    stand_in.__getattr__ = of_the_true_one  # type: ignore[method-assign]  # a module's own way, PEP 562
    sys.modules[name] = stand_in


def _command_of(environ: Mapping[str, str]) -> str:
    """The command whose words are being typed; empty while its own name is."""
    line = environ.get("COMP_LINE", "")
    point = environ.get("COMP_POINT", "")
    typed = line[: int(point)] if point.isdecimal() else line
    words = typed.split()
    return words[1] if len(words) > 2 or (len(words) == 2 and typed[-1].isspace()) else ""


def _addresses(action: argparse.Action, environ: Mapping[str, str]) -> Callable[..., list[str]]:
    """What an argument may become; its help says what it takes."""
    takes = action.help or ""
    parts = action.metavar == "ADDRESS" or "address" in takes

    def completer(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        given = {option: getattr(parsed_args, option, None) for option in ("manifests", "project", "store")}
        return spelled(prefix, find_places(**given, environ=environ), recipes="recipe" in takes, parts=parts)

    return completer


def _nothing(**_: Any) -> list[str]:
    return []


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of a command and of its subcommands."""
    for action in parser._actions:  # noqa: SLF001  # argparse has no public list of them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  # as above
            for inner in action.choices.values():
                yield from _actions(inner)
        else:
            yield action


def _argcomplete() -> Any:
    try:
        import argcomplete
    except ImportError as exc:
        raise UsageError("completion needs argcomplete", "pip install 'recipes-data[completion]'") from exc
    return argcomplete
