"""The only home of the mirror's messages: what was asked, what is answered, and which bytes a range means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs

from recipes_data.mirror.repository import Stamp

__all__ = ["Fault", "FileSlice", "Origin", "Request", "Response", "byte_range", "names_etag"]

Origin = Literal["hub", "cdn"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came.

    `path` and `query` are as sent (percent-encoded); header names are in lower case. `status` and
    `bytes_sent` (of the body) are 0 until it is answered.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    origin: Origin
    body: bytes = b""
    status: int = 0
    bytes_sent: int = 0

    def parameters(self) -> dict[str, list[str]]:
        """The query as lists, with `expand[]` spelled `expand`."""
        asked = parse_qs(self.query, keep_blank_values=True)
        return {key.removesuffix("[]"): values for key, values in asked.items()}


@dataclass(frozen=True, slots=True)
class FileSlice:
    """Bytes `start` to `start + length` of a file that must still be in the state `stamp`."""

    source: str
    stamp: Stamp
    start: int
    length: int

    def __len__(self) -> int:
        """Count the bytes."""
        return self.length


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong on the way of an answer; the default is nothing.

    delay: seconds of silence before the first byte. rate: bytes of the body per second. flip: offset in the
    whole file (not in the part asked for) of a byte whose lowest bit is turned. cut_after: bytes of the body
    after which the connection ends; hold: seconds of silence before that end; reset: it ends with a TCP
    reset, else as if complete.
    """

    delay: float = 0.0
    rate: int | None = None
    flip: int | None = None
    cut_after: int | None = None
    hold: float = 0.0
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One answer.

    Header names are in lower case; `content-length` is that of the body unless it is given: another number
    is a lie that ends the connection, an empty one leaves the header out. Status 0 is no answer at all: the
    connection ends.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | FileSlice = b""
    fault: Fault = field(default_factory=Fault)


def byte_range(header: str | None, size: int) -> tuple[int, int] | Literal["unsatisfiable"] | None:
    """First byte and length that a `Range` header asks of `size` bytes (RFC 9110, section 14).

    None means the whole file: no header, one that is malformed, or several ranges at once, which a server
    may ignore.
    """
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", (header or "").replace(" ", ""))
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        length = min(int(asked[2]), size)
        return (size - length, length) if length else "unsatisfiable"
    start = int(asked[1])
    end = min(int(asked[2]), size - 1) if asked[2] else size - 1
    if asked[2] and int(asked[2]) < start:
        return None
    return (start, end - start + 1) if start < size else "unsatisfiable"


def names_etag(header: str | None, etag: str) -> bool:
    """Whether an `If-None-Match` header names this (quoted) etag."""
    named = [each.strip().removeprefix("W/") for each in (header or "").split(",")]
    return etag in named or "*" in named
