"""The only home of the addresses that users type: `gsm8k`, `gsm8k:train`, `mmlu/anatomy:test`; and what they select."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recipes_data.errors import UsageError
from recipes_data.lockfile import Lock, LockedConfig, LockedSplit

__all__ = ["Address", "parse_address", "selected_splits"]

_FORM = re.compile(r"(?P<name>[^/:\s]+)(/(?P<config>[^/:\s]+))?(:(?P<split>[^/:\s]+))?\Z")


@dataclass(frozen=True, slots=True)
class Address:
    """A dataset, or one config or split of it; None stands for all of them."""

    name: str
    config: str | None = None
    split: str | None = None

    def __str__(self) -> str:
        return self.name + (f"/{self.config}" if self.config else "") + (f":{self.split}" if self.split else "")


def parse_address(text: str) -> Address:
    """The address that `text` spells: `NAME[/CONFIG][:SPLIT]`.

    Raises:
        UsageError: it is not of that form.
    """
    match = _FORM.match(text)
    if match is None:
        forms = "write NAME, NAME:SPLIT or NAME/CONFIG:SPLIT, as mmlu/anatomy:test"
        raise UsageError(f"{text!r} is not an address", forms)
    return Address(match["name"], match["config"], match["split"])


def selected_splits(lock: Lock, addresses: Iterable[Address]) -> list[tuple[LockedConfig, LockedSplit]]:
    """The splits that any of the addresses selects, in the lock's order, each once.

    An address without a config selects all configs; one with a split but no config, that split of
    the default config.

    Raises:
        UnknownNameError: an address names a config or split that the lock does not have.
    """
    wanted = {key for address in addresses for key in _keys(lock, address)}
    return [
        (config, split) for config in lock.configs for split in config.splits if (config.name, split.name) in wanted
    ]


def _keys(lock: Lock, address: Address) -> Iterator[tuple[str, str]]:
    if address.config is None and address.split is None:
        yield from ((config.name, split.name) for config in lock.configs for split in config.splits)
    elif address.split is None:
        config = lock.config(address.config)
        yield from ((config.name, split.name) for split in config.splits)
    else:
        config, split = lock.split(address.config, address.split)
        yield config.name, split.name
