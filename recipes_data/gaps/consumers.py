"""The only home of what a library between recipes and client asks of the client: its calls, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.evidence import Finding, Origin, Where

__all__ = ["ClientCall", "Consumer", "How", "Passage"]

How = Literal["direct", "alias", "import", "pipe", "apply", "attribute", "configured", "capture", "raw-http"]


@dataclass(frozen=True, slots=True)
class ClientCall:
    """One call from the consumer into the client (or, `raw-http`, round it).

    `caller`: the consumer's function it stands in. `target`: the client's function, qualified; of a raw request
    `METHOD url`; "" where it could not be known, and `text` then shows the source. `options`: names of the options
    passed. `errors`: what the caller matches on in the answer. `exists`: whether the client's inventory has the
    function with this arity; None without an inventory.
    """

    caller: str
    where: Where
    target: str
    how: How
    arity: int | None = None
    options: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    exists: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A public function of the consumer, and the calls into the client that it reaches (indexes into `calls`)."""

    function: str
    where: Where
    arity: tuple[int, int | None]
    calls: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A library that stands between recipes and `client` (an `Origin.name`)."""

    origin: Origin
    client: str
    calls: tuple[ClientCall, ...]
    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...] = ()
    unparsed: tuple[str, ...] = ()
