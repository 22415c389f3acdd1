"""The only home of the way from an answer to the socket: head, bytes, and what goes wrong on purpose."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.client import responses
from typing import BinaryIO

from recipes_data.mirror.repository import open_file
from recipes_data.mirror.wire import FileSlice, Response

__all__ = ["Outgoing", "keeps_alive", "opened"]

_STEP = 4 << 20  # bytes handed to the system at once
_THROTTLED_STEPS = 20  # per second
_LINGER = struct.pack("ii", 1, 0)  # on, for 0 s: closing sends a TCP reset
_MORE = getattr(socket, "MSG_MORE", 0)
_BODILESS = (204, 304)


@contextlib.contextmanager
def opened(body: bytes | FileSlice) -> Iterator[bytes | BinaryIO]:
    """The bytes themselves, or the open file that holds them.

    Raises:
        FileChangedError: the file is no longer the one that was listed.
    """
    if isinstance(body, bytes):
        yield body
        return
    with os.fdopen(open_file(body.source, body.stamp), "rb", buffering=0) as stream:
        yield stream


def keeps_alive(response: Response) -> bool:
    """Whether the connection can serve another request after this answer."""
    told = response.headers.get("content-length")
    honest = told is None or told == str(len(response.body))
    return honest and response.status != 0 and response.fault.cut_after is None


class Outgoing:
    """One answer on its way; `planned` is how many bytes of its body are meant to be sent."""

    def __init__(self, response: Response, body: bytes | BinaryIO, head_only: bool, closing: bool) -> None:
        self._response = response
        self._body = body
        self._start = response.body.start if isinstance(response.body, FileSlice) else 0
        silent = head_only or response.status in (0, *_BODILESS)
        self.planned = 0 if silent else len(response.body)
        if response.fault.cut_after is not None:
            self.planned = min(self.planned, response.fault.cut_after)
        self._closing = closing

    def send(self, connection: socket.socket, stopping: threading.Event) -> Iterator[int]:
        """Send it; yields the number of body bytes that each step handed to the system."""
        fault = self._response.fault
        if self._response.status:
            head = self._head()
            if isinstance(self._body, bytes) and fault.rate is None and fault.flip is None:
                connection.sendall(head + self._body[: self.planned])
                yield self.planned
            else:
                # The head waits for the first bytes of the body, so that both leave in one packet.
                connection.sendall(head, _MORE if self.planned and fault.rate is None else 0)
                yield from self._send_body(connection, stopping)
        if fault.hold:
            stopping.wait(fault.hold)
        if fault.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
            # A shutdown first, as the library does it, would let the client see an orderly end.
            os.close(connection.detach())

    def _head(self) -> bytes:
        status = self._response.status
        headers = {"date": formatdate(usegmt=True), **self._response.headers}
        if status not in _BODILESS:
            headers.setdefault("content-length", str(len(self._response.body)))
        if self._closing:
            headers["connection"] = "close"
        lines = [f"HTTP/1.1 {status} {responses.get(status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")

    def _send_body(self, connection: socket.socket, stopping: threading.Event) -> Iterator[int]:
        fault = self._response.fault
        step = _STEP if fault.rate is None else max(1, fault.rate // _THROTTLED_STEPS)
        flip = -1 if fault.flip is None else fault.flip - self._start
        at = 0
        while at < self.planned:
            end = min(at + step, self.planned)
            if at == flip:
                end = at + 1
            elif flip > at:
                end = min(end, flip)
            # The wait comes first, so that the last byte too comes no sooner than the rate allows.
            if fault.rate is not None and stopping.wait((end - at) / fault.rate):
                return
            if at == flip:
                connection.sendall(bytes([self._byte(at) ^ 1]))
            else:
                self._send_part(connection, at, end)
            yield end - at
            at = end

    def _byte(self, at: int) -> int:
        if isinstance(self._body, bytes):
            return self._body[at]
        self._body.seek(self._start + at)
        return self._body.read(1)[0]

    def _send_part(self, connection: socket.socket, at: int, end: int) -> None:
        if isinstance(self._body, bytes):
            connection.sendall(self._body[at:end])
        elif connection.sendfile(self._body, self._start + at, end - at) != end - at:
            raise OSError("the file was cut short while it was sent")
