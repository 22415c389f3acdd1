"""The only home of whether an adapter has what a program will call, asked before the run: all that is missing."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from recipes_data.errors import UsageError
from recipes_data.ports.options import WHERE_CHOSEN
from recipes_data.ports.protocols import DatasetStore, HubClient

__all__ = ["CALLBACKS", "Missing", "Port", "missing_callbacks", "require"]

Port = Literal["hub", "datasets"]
_PROTOCOLS: dict[Port, type[Any]] = {"hub": HubClient, "datasets": DatasetStore}
_NAMES: dict[Port, str] = {"hub": "HubClient", "datasets": "DatasetStore"}
CALLBACKS: dict[Port, tuple[str, ...]] = {
    port: tuple(name for name, value in vars(protocol).items() if inspect.isfunction(value) and name[0] != "_")
    for port, protocol in _PROTOCOLS.items()
}
"""The callbacks of each port, in the order of its Protocol."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A callback that an adapter does not have, or cannot be called as its port says; `why` in one sentence."""

    port: Port
    callback: str
    why: str

    def __str__(self) -> str:
        return f"{_NAMES[self.port]}.{self.callback}: {self.why}"


def missing_callbacks(adapter: object, port: Port, needed: Iterable[str] | None = None) -> tuple[Missing, ...]:
    """What of `needed` (None: of the whole port) this adapter does not have, in the order of the port.

    Raises:
        UsageError: the port has no callback of a name in `needed`, or the adapter's `lacks` cannot be read.
    """
    wanted = CALLBACKS[port] if needed is None else tuple(needed)
    unknown = sorted(set(wanted) - set(CALLBACKS[port]))
    if unknown:
        raise UsageError(
            f"{_NAMES[port]} has no callback {', '.join(unknown)}", f"it has: {', '.join(CALLBACKS[port])}"
        )
    lacks = _lacks(adapter)
    found = ((name, _why(adapter, port, name, lacks)) for name in CALLBACKS[port] if name in wanted)
    return tuple(Missing(port, name, why) for name, why in found if why)


def require(
    *,
    hub: object | None = None,
    datasets: object | None = None,
    hub_needs: Sequence[str] | None = None,
    datasets_needs: Sequence[str] | None = None,
) -> None:
    """Refuse to begin a run whose adapters lack something; without `..._needs` the whole port is needed.

    A port that is given neither an adapter nor needs is not looked at.

    Raises:
        UsageError: names every callback that is missing, and why.
    """
    missing = missing_callbacks(hub, "hub", hub_needs) if hub is not None or hub_needs else ()
    missing += missing_callbacks(datasets, "datasets", datasets_needs) if datasets is not None or datasets_needs else ()
    if missing:
        count = f"{len(missing)} callbacks that this run needs are" if len(missing) > 1 else "a callback is"
        raise UsageError(
            "\n  ".join((f"{count} missing:", *map(str, missing))),
            f"choose other adapters in {WHERE_CHOSEN}, or give yours these methods",
        )


def _lacks(adapter: object) -> Mapping[str, str]:
    kind = type(adapter).__name__
    do = "`lacks` is a property that gives {callback: reason}, {} where nothing is lacking"
    try:
        lacks = getattr(adapter, "lacks", {})
    except Exception as exc:  # whatever somebody's property raises: it is told with its adapter
        raise UsageError(f"{kind}.lacks cannot be read: {type(exc).__name__}: {exc}", do) from exc
    if not isinstance(lacks, Mapping):
        raise UsageError(f"{kind}.lacks is of the type {type(lacks).__name__}, no mapping", do)
    return lacks


def _why(adapter: object, port: Port, name: str, lacks: Mapping[str, str]) -> str:
    if adapter is None:
        return "no adapter was given"
    kind = type(adapter).__name__
    callback = getattr(adapter, name, None)
    if callback is None:
        return f"{kind} has no such method"
    if not callable(callback):
        return f"{kind}.{name} cannot be called"
    why = lacks.get(name)
    if why:
        return str(why)
    names = list(inspect.signature(getattr(_PROTOCOLS[port], name)).parameters)[1:]
    try:
        signature = inspect.signature(callback)
    except (TypeError, ValueError):  # a callable that tells nothing of itself, as some written in C
        return ""
    try:
        signature.bind(*names)
        signature.bind(**dict.fromkeys(names))
    except TypeError as exc:
        return f"{kind}.{name}{signature} cannot be called with {', '.join(names) or 'no arguments'}: {exc}"
    return ""
