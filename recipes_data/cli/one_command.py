"""The only home of what makes the words of one command alone: those of all are a quarter of a command's start."""

from __future__ import annotations

from typing import Any

__all__ = ["One"]


class One:
    """The subparsers of argparse, of which one is wanted: what is said of the others goes nowhere.

    With an empty name the names of all are wanted, and no words of any. `there` tells
    whether a command of that name was among them.
    """

    def __init__(self, commands: Any, name: str) -> None:
        self._commands = commands
        self._name = name
        self.there = False

    def add_parser(self, name: str, **options: Any) -> Any:
        """The parser of the one command; of another something that takes its words and forgets them."""
        if not self._name:
            self.there = True
            self._commands.add_parser(name, help=options.get("help"))
        if name != self._name:
            return _Nothing()
        self.there = True
        return self._commands.add_parser(name, **options)


class _Nothing:
    """Takes the words of a command that nobody asked for."""

    def _again(self, *_: Any, **__: Any) -> _Nothing:
        return self

    add_argument = add_argument_group = add_parser = add_subparsers = set_defaults = _again
