"""Checks of `doctor` that other commands make too: the way to the Hub, and all that a large fetch depends on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from recipes_data.cli.scope import Scope
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.diagnosis import (
    Check,
    account_check,
    certificates_check,
    disk_checks,
    endpoint_check,
    failed,
    loaders_check,
    proxy_check,
    skipped,
    token_check,
    token_source,
)
from recipes_data.errors import RecipesDataError, StoreError, UsageError
from recipes_data.online import Opener, endpoint_of
from recipes_data.plan import Plan
from recipes_data.preflight import gate_check, licences_check, room_check

__all__ = ["UNREACHED", "check_before", "check_lines", "way_checks"]

UNREACHED = "the endpoint does not answer"
_COLOURS = {"ok": "good", "warn": "bold", "bad": "bad", "not checked": "dim"}
_KINDS: dict[int, type[RecipesDataError]] = {kind.exit_code: kind for kind in (UsageError, StoreError)}


def way_checks(
    arguments: argparse.Namespace, environ: Mapping[str, str], opener: Opener | None
) -> tuple[list[Check], bool]:
    """The checks of the way to the Hub, and whether it can be asked."""
    endpoint = (arguments.endpoint or arguments.hub or endpoint_of(environ)).rstrip("/")
    source = None if arguments.origin else token_source(environ, arguments.token_file)
    checks = [proxy_check(endpoint, environ), certificates_check(environ)]
    if opener is None:
        return [*checks, skipped("endpoint"), token_check(source, sent=None), skipped("account")], False
    try:
        hub = opener()
    except RecipesDataError as exc:
        unasked = skipped("account", UNREACHED)
        return [*checks, failed("endpoint", exc), token_check(source, sent=None), unasked], False
    reached = endpoint_check(hub)
    checks += [reached, token_check(source, sent=bool(hub.client.auth_headers()))]
    checks.append(skipped("account", UNREACHED) if reached.state == "bad" else account_check(hub))
    return checks, reached.state != "bad"


def check_before(
    plan: Plan,
    scope: Scope,
    arguments: argparse.Namespace,
    environ: Mapping[str, str],
    opener: Opener | None,
    screen: Screen,
) -> None:
    """Look at everything that a large fetch depends on, and say it in one table on stderr.

    What concerns the Hub or one dataset stops nothing here: bytes may come from elsewhere, and one dataset's
    failure does not stop the others.

    Raises:
        RecipesDataError: the disk cannot take the bytes, as the error that it would have ended in.
    """
    checks, reached = way_checks(arguments, environ, opener)
    hub, unasked = (opener, "") if reached else (None, "offline" if opener is None else UNREACHED)
    checks += [gate_check(dataset, hub, unasked) for dataset in plan.datasets if dataset.lock.gated]
    locks = [dataset.lock for dataset in plan.datasets]
    checks.append(licences_check(scope.catalogue, [lock.name for lock in locks], locks))
    room = [*disk_checks(scope.places.store), room_check(plan, scope.store)]
    checks += [*room, loaders_check(Path.cwd(), sys.path)]
    screen.talk(f"before {size_text(plan.bytes_missing)} are fetched:")
    for line in check_lines(checks, screen):
        screen.talk(f"  {line}")
    for check in room:
        if check.state == "bad":
            raise _KINDS.get(check.exit_code, UsageError)(f"{check.name}: {check.what}", check.do)


def check_lines(checks: Sequence[Check], screen: Screen) -> Iterator[str]:
    """A table of checks, remedies below their lines."""
    head, *lines = table_text(("check", "state", "what"), [(c.name, c.state, c.what) for c in checks]).splitlines()
    yield head
    for check, line in zip(checks, lines, strict=True):
        yield line.replace(f" {check.state} ", f" {screen.paint(check.state, _COLOURS[check.state])} ", 1)
        if check.do:
            yield f"  -> {screen.again(check.do)}"
