"""`recipes-data gaps operations` and `gaps request`: the table of operations, and one of its requests."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace

from recipes_data.cli.screen import Screen, table_text
from recipes_data.cli.ways import endpoint_for, opener_for
from recipes_data.errors import HubDownError, UsageError
from recipes_data.gaps.contract.requests import Request, build_request, describe_request, find_operation, read_arguments
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.document import plain
from recipes_data.gaps.operations import Operation
from recipes_data.hub.connection import Answer, ConnectionFailed
from recipes_data.online import Opener
from recipes_data.places import find_places

__all__ = ["operations_command", "request_command"]

_SHOWN_BYTES = 64 << 10


def operations_command(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    """The whole table, an area of it, or one row in full."""
    table = load_operations()
    areas = {row.area for row in table.rows}
    if arguments.id is None or arguments.id in areas:
        rows = [row for row in table.rows if arguments.id in (None, row.area)]
        body = [(row.id, row.method or row.kind, row.path or row.title) for row in rows]
        screen.out(table_text(("operation", "method", "path"), body))
        screen.document({"operations": [plain(row) for row in rows]})
        return 0
    row = find_operation(table, arguments.id)
    screen.out(_row_text(row))
    screen.document(plain(row))
    return 0


def _row_text(row: Operation) -> str:
    lines = [f"{row.id}: {row.title}"]
    lines += [f"  {row.method} {path}" for path in row.paths] if row.method else [f"  a {row.kind}"]
    facts = (
        ("python", ", ".join(row.python)),
        ("made of", ", ".join(row.uses)),
        ("returns", row.returns),
        ("notes", row.notes),
        ("evidence", row.evidence),
    )
    lines += [f"  {name:9} {text}" for name, text in facts if text]
    if row.parameters:
        body = [
            (one.name, one.place, one.type, "yes" if one.required else "", one.note or ", ".join(one.values[:6]))
            for one in row.parameters
        ]
        lines += ["", table_text(("parameter", "in", "type", "required", "note"), body)]
    return "\n".join(lines)


def request_command(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    """Show the request, or send it and show the answer.

    Raises:
        UsageError: the arguments do not fit, or the request is none that is sent.
        HubDownError: no answer came.
    """
    given = read_arguments(arguments.arguments)
    request = build_request(arguments.id, **given)
    if arguments.dry_run:
        described = describe_request(arguments.id, given)
        if request.server == load_operations().base_url:  # as it would be sent: to the Hub that was chosen
            endpoint = endpoint_for(arguments, environ)
            Opener(endpoint, environ).close()  # it asks nothing, and refuses an address that holds a password
            asked = replace(request, server=endpoint)
            described, request = described.replace(request.url, asked.url, 1), asked
        screen.out(described)
        headers = {name: "Bearer ***" if name == "authorization" else value for name, value in request.headers}
        body = request.body.decode("utf-8", "replace")
        screen.document({"method": request.method, "url": request.url, "headers": headers, "body": body})
        return 0
    if request.method != "GET":
        raise UsageError(f"{arguments.id} is a {request.method}: only GET is sent from here", "say --dry-run to see it")
    return _sent(arguments, request, screen, environ)


def _sent(arguments: argparse.Namespace, request: Request, screen: Screen, environ: Mapping[str, str]) -> int:
    places = find_places(project=arguments.project, store=arguments.store, environ=environ)
    opener = opener_for(arguments, environ, screen, places.store)
    if opener is None:
        raise UsageError("the run is offline: nothing is sent", "say --dry-run to see the request")
    try:
        hub = opener()
        table = load_operations()
        own = request.server == table.base_url
        # a row of another server keeps it, and gets no token
        asked = replace(request, server=hub.client.endpoint) if own else request
        headers = {**(hub.client.auth_headers() if own else {}), **dict(request.headers)}
        try:
            with hub.connections.open(asked.url, headers=headers) as answer:
                body = _first_bytes(answer)
                status, answered = answer.status, dict(answer.headers)
        except ConnectionFailed as exc:
            raise HubDownError(f"{request.method} {request.url_path}: {exc}", "run the same command again") from exc
    finally:
        opener.close()
    text = body.decode("utf-8", "replace")
    screen.talk(f"{status} {asked.method} {asked.url}")
    for name, value in sorted(answered.items()):
        screen.detail(f"{name}: {value}")
    screen.out(text)
    if len(body) == _SHOWN_BYTES:
        screen.talk(f"the answer goes on after {_SHOWN_BYTES} bytes")
    screen.document({"status": status, "headers": dict(sorted(answered.items())), "body": text})
    return 0 if status < 400 else HubDownError.exit_code


def _first_bytes(answer: Answer) -> bytes:
    buffer, filled = bytearray(_SHOWN_BYTES), 0
    while filled < _SHOWN_BYTES and (count := answer.readinto(memoryview(buffer)[filled:])):
        filled += count
    return bytes(buffer[:filled])
