"""The only home of the addresses that users type: `gsm8k`, `gsm8k:train`, `mmlu/anatomy:test`; and what they select."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.formats import FORMATS
from recipes_data.lockfile import Lock, LockedConfig, LockedSplit
from recipes_data.values import replace, value

__all__ = ["Address", "parse_address", "selected_splits"]

_FORM = re.compile(r"(?P<name>[^/:\s]+)(/(?P<config>[^/:\s]+))?(:(?P<split>[^/:\s]+))?\Z")


@value
class Address:
    """A dataset, or one config or split of it; None stands for all of them.

    `shards` (positions of files, from 0) or `rows` (the first so many) ask for a part of each split alone; a part is
    never typed, it comes from a recipe's need or from a script.
    """

    name: str
    config: str | None = None
    split: str | None = None
    shards: tuple[int, ...] | None = None
    rows: int | None = None

    @property
    def is_part(self) -> bool:
        """Whether only a part of each split is meant."""
        return self.shards is not None or self.rows is not None

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


def selected_splits(
    lock: Lock, addresses: Iterable[Address], rows_of: Callable[[str], int | None] | None = None
) -> list[tuple[LockedConfig, LockedSplit]]:
    """The splits that any of the addresses selects, in the lock's order, each once.

    An address without a config selects all configs; one with a split but no config, that split of
    the default config. A split that only parts are wanted of has only their files, and no expected rows.
    `rows_of`: rows of a file that is known; what the lock says, unless it is given.

    Raises:
        UnknownNameError: an address names a config, a split or a shard that the lock does not have.
        UsageError: a part is wanted of a split whose files are one table only together.
    """
    wanted: dict[tuple[str, str], list[Address]] = {}
    for address in addresses:
        for key in _keys(lock, address):
            wanted.setdefault(key, []).append(address)
    by_path = lock.by_path()
    known = rows_of or (lambda path: by_path[path].rows)
    return [
        (config, _part(split, wanted[config.name, split.name], f"{lock.name}/{config.name}:{split.name}", known))
        for config in lock.configs
        for split in config.splits
        if (config.name, split.name) in wanted
    ]


def _part(split: LockedSplit, wanted: list[Address], name: str, rows_of: Callable[[str], int | None]) -> LockedSplit:
    """The split with the files that its addresses want; the split itself where they are all."""
    if not all(address.is_part for address in wanted) or split.format == "files":
        return split
    if FORMATS[split.format].whole or split.members:
        raise UsageError(f"{name}: its files are one table only together", "take all of it, without rows: and shards:")
    places: set[int] = set()
    for address in wanted:
        beyond = [place for place in address.shards or () if not 0 <= place < len(split.files)]
        if beyond:
            what = f"{name} has no shard {beyond[0]}"
            raise UnknownNameError(what, f"it has {len(split.files)}: 0 to {len(split.files) - 1}")
        places.update(address.shards or ())
        if address.rows is not None:
            places.update(range(_enough(split, address.rows, rows_of)))
    if len(places) == len(split.files):
        return split
    return replace(split, files=tuple(split.files[place] for place in sorted(places)), expected_rows=None)


def _enough(split: LockedSplit, rows: int, rows_of: Callable[[str], int | None]) -> int:
    """How many files from the first one on hold so many rows, as far as is known: the last may not be measured yet."""
    total = 0
    for number, path in enumerate(split.files):
        count = rows_of(path)
        if count is None or total + count >= rows:
            return number + 1
        total += count
    return len(split.files)


def _keys(lock: Lock, address: Address) -> Iterator[tuple[str, str]]:
    if address.config is None and address.split is None:
        yield from ((config.name, split.name) for config in lock.configs for split in config.splits)
    elif address.split is None:
        config = lock.config(address.config)
        yield from ((config.name, split.name) for split in config.splits)
    else:
        config, split = lock.split(address.config, address.split)
        yield config.name, split.name
