"""The only home of what a proposed command repeats of the user's own words: which project, store and Hub were meant."""

from __future__ import annotations

import argparse
import re
import shlex

from recipes_data.values import value

__all__ = ["Given", "given_by"]

_ACTIONS = r"(?:cache (?:dir|list|prune|build|clear)|receipt verify)"
_PROPOSED = re.compile(
    rf"recipes-data ({_ACTIONS}|fetch|lock|verify|list|show|path|add|remove|why|outdated|types|doctor|pin|cite)\b"
)
_ASK_A_HUB = ("fetch", "lock", "add", "outdated", "doctor")
_ENDS = re.compile(r"; |, then |\n")
_SECRET = re.compile(r"//[^/@]*@")


@value
class Given:
    """Options as the user wrote them, name and value, in the order in which they are repeated.

    `everywhere`: of every command; `hub`: of those that ask a Hub. `address`: where the folder that the user called
    `called` is served for this run alone, empty where none is.
    """

    everywhere: tuple[tuple[str, str], ...] = ()
    hub: tuple[tuple[str, str], ...] = ()
    address: str = ""
    called: str = ""

    def repeated(self, text: str) -> str:
        """A proposal whose commands have these options: said without them, they would mean another place."""
        if not (self.everywhere or self.hub):
            return text
        return _PROPOSED.sub(lambda found: found[0] + self._options(found, text), text)

    def spoken(self, text: str) -> str:
        """A message in the user's words: the address of a served folder never comes again, its name does."""
        if not (self.address and self.called):
            return text
        return text.replace(self.address, self.called).replace(self.address.partition("://")[2], self.called)

    def _options(self, found: re.Match[str], text: str) -> str:
        rest = _ENDS.split(text[found.end() :], maxsplit=1)[0]
        said = set(re.findall(r"(?<= )--[a-z-]+", rest))
        options = [*self.everywhere, *(self.hub if found[1] in _ASK_A_HUB else ())]
        # a Hub that the proposal names itself is not to be contradicted
        options = [
            (name, one) for name, one in options if name not in said and not (name == "--endpoint" and "--hub" in said)
        ]
        return "".join(f" {name} {shlex.quote(one)}" for name, one in options)


def given_by(arguments: argparse.Namespace) -> Given:
    """What of a command's words the next one needs as well. A password in an address is not repeated."""
    known = {name: getattr(arguments, name, None) for name in ("project", "manifests", "store", "hub", "endpoint")}
    served = getattr(arguments, "origin", None) is not None
    if getattr(arguments, "origin", None) == "sample":
        return Given()  # the words of `demo`, not of a user
    called = getattr(arguments, "served", None) or ""
    address = known["endpoint"] if served else ""
    if served:
        known |= {"hub": called or None, "endpoint": None}
    known["token_file"] = getattr(arguments, "token_file", None)

    def options(*names: str) -> tuple[tuple[str, str], ...]:
        return tuple((f"--{name.replace('_', '-')}", _open(known[name] or "")) for name in names if known[name])

    return Given(
        options("project", "manifests", "store"), options("hub", "endpoint", "token_file"), address or "", called
    )


def _open(text: str) -> str:
    return _SECRET.sub("//...@", text)
