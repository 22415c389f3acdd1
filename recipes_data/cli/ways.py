"""Where a command's bytes come from: the served folder or the Hub that its options name, and other sources."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from recipes_data.cli.screen import Screen
from recipes_data.errors import UsageError, unread
from recipes_data.hub.retry import Policy
from recipes_data.online import Opener, endpoint_of, is_offline
from recipes_data.sources import HubCache, Source, hub_cache_folder

__all__ = ["endpoint_for", "folder_of", "opener_for", "said_to_a_folder", "sources_for"]


def folder_of(arguments: argparse.Namespace) -> Path | None:
    """The folder that `--hub` names, or None where it names a URL or is not given.

    Raises:
        UsageError: neither a URL nor a folder.
    """
    given = arguments.hub
    if not given or "://" in given:
        return None
    folder = Path(given).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f"--hub {given}: neither a URL nor a folder", "give https://... or a folder with datasets/ORG/NAME/..."
        )
    return folder.resolve()


def said_to_a_folder(argv: Sequence[str]) -> list[str]:
    """The words of a command with `--hub FOLDER`, as the child says them: without it, and with what it was called."""
    words: list[str] = []
    given = ""
    waiting = False
    for word in argv:
        if waiting:
            given, waiting = word, False
        elif word == "--hub":
            waiting = True
        elif word.startswith("--hub="):
            given = word.removeprefix("--hub=")
        else:
            words.append(word)
    return [*words, "--origin", "folder", f"--served={given}"]


def opener_for(arguments: argparse.Namespace, environ: Mapping[str, str], screen: Screen, store: Path) -> Opener | None:
    """The way to the Hub, or None where the run is offline.

    Raises:
        UsageError: the token file cannot be read, or the endpoint is not a URL.
    """
    if arguments.offline or is_offline(environ):
        return None
    endpoint = endpoint_for(arguments, environ)
    served = arguments.origin is not None
    return Opener(
        endpoint,
        environ,
        token=False if served else _token(arguments.token_file),
        origin="folder" if served else None,
        sample=arguments.origin == "sample",
        policy=Policy(budget=arguments.max_wait),
        report=screen.waiting,
        note=screen.talk,
        sleep=screen.count_down,
        store=store,
    )


def endpoint_for(arguments: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """The Hub that the options name, else the environment's; without a slash at its end.

    Raises:
        UsageError: it is not a URL.
    """
    endpoint: str = (arguments.endpoint or arguments.hub or endpoint_of(environ)).rstrip("/")
    if not endpoint.startswith(("https://", "http://")):
        shown = endpoint.rpartition("@")[2]  # what stands before it may be a password
        raise UsageError(f"the endpoint {shown!r} is not a URL", "write https://..., in --endpoint or HF_ENDPOINT")
    return endpoint


def sources_for(
    arguments: argparse.Namespace, environ: Mapping[str, str], screen: Screen, *, offline: bool
) -> list[Source]:
    """Where bytes are looked for by digest before the Hub is asked: `--from` places, then the Hub client's cache.

    A served folder is asked alone: a demo or a test has to see its own server asked.

    Raises:
        UsageError: a place cannot be read at all.
    """
    places: list[Source] = []
    if arguments.places:
        from recipes_data.elsewhere import From  # drivers of other places; most runs name none

        places += [From(place, environ=environ, note=screen.talk) for place in arguments.places]
    if arguments.origin is None and not arguments.no_hub_cache:
        places.append(HubCache(hub_cache_folder(environ), note=screen.talk))
    return [place for place in places if not (offline and place.needs_network)]


def _token(path: str | os.PathLike[str] | None) -> str | None:
    if path is None:
        return None
    try:
        token = Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(
            f"the token file {os.fspath(path)!r} cannot be read: {unread(exc)}", "correct --token-file"
        ) from exc
    if not token:
        raise UsageError(f"the token file {os.fspath(path)!r} is empty", "correct --token-file")
    return token
