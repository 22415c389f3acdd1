"""The only home of receipts as they are written: what this process opened, and which rows were made of it.

docs/receipts.md defines the JSON, and how `recipes-data receipt verify` proves it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Protocol

from loaders.pins import Pin, Step, opened
from loaders.recordstream import RecordStream
from loaders.rowdigest import RowsDigest, digest_of, digest_rows
from loaders.rows import Rows
from loaders.stream import Stream
from loaders.viewing import TrainTest
from recipes_data.errors import UsageError
from recipes_data.lockfile import Lock
from recipes_data.receipts import RECEIPT_FORMAT, RECEIPT_VERSION, resolved_digest

_OF_A_STEP = ("dataset", "config", "split", "repo", "commit", "partial", "sample")

__all__ = ["HasRows", "receipt", "rows_behind", "steps_out"]


class HasRows(Protocol):
    """What is made of rows, as `loaders.Records` are."""

    @property
    def kept(self) -> Rows:
        """The rows that it is made of."""


def receipt(
    named: Mapping[str, Rows | Stream | HasRows | RecordStream[Any]] | None = None, *, digests: bool = True
) -> dict[str, Any]:
    """What this process opened, as JSON for a run's log or a checkpoint: `receipt({"train": train, "test": test})`.

    Without names it reads no row. `named` adds rows (or records, also streamed ones: the rows that they are made of)
    with the steps that made them, and the digest over them in their order, for which all of them are read;
    `digests=False` leaves that out. Of a stream without `take` that is the whole stream.

    Raises:
        UsageError: something named is neither.
        TableError: rows that have no digest.
    """
    whole = opened()
    before = {pin: facts for pin, facts in opened(inherited=True).items() if pin not in whole}
    behind = {name: rows_behind(name, given) for name, given in (named or {}).items()}
    # rows that another process opened and handed over
    others = [pin for rows in behind.values() for pin in _pins_of(rows) if pin not in whole and pin not in before]
    return {
        "format": RECEIPT_FORMAT,
        "version": RECEIPT_VERSION,
        "with": _versions(),
        "opened": [_opened_entry(pin, count, lock) for pin, (count, lock) in whole.items()],
        "inherited": [
            *(_opened_entry(pin, count, lock) for pin, (count, lock) in before.items()),
            *(_opened_entry(pin, None, None) for pin in dict.fromkeys(others)),
        ],
        "rows": {name: _rows_entry(rows, digests) for name, rows in behind.items()},
    }


def rows_behind(name: str, given: Any) -> Rows | Stream:
    """The rows of what was named.

    Raises:
        UsageError: it has none.
    """
    found = given.stream if isinstance(given, RecordStream) else getattr(given, "kept", given)
    if isinstance(found, (Rows, Stream)):
        return found
    what = f"{name!r} is {type(given).__name__}, which has no rows"
    if isinstance(given, TrainTest):
        raise UsageError(what, 'name train and test: receipt({"train": given.train, "test": given.test})')
    raise UsageError(what, "name Rows, a Stream, Records or a RecordStream")


def _pins_of(rows: Rows | Stream) -> tuple[Pin, ...]:
    return rows.pins if isinstance(rows, Rows) else (rows._pin,)  # noqa: SLF001  # our own class


def _versions() -> dict[str, str]:
    # packages that are imported by now, or had no part in it
    packages = {"recipes-data": sys.modules.get("recipes_data"), "pyarrow": sys.modules.get("pyarrow")}
    found = {name: str(package.__version__) for name, package in packages.items() if package is not None}
    return {"python": sys.version.split()[0], **found}


def _opened_entry(pin: Pin, count: int | None, lock: Lock | None) -> dict[str, Any]:
    known = None if lock is None else {"revision": lock.revision, "digest": resolved_digest(lock)}
    return {
        "dataset": pin.dataset,
        "config": pin.config,
        "split": pin.split,
        "repo": pin.repo,
        "commit": pin.commit,
        "origin": pin.origin,
        "license": pin.license,
        "digests": list(pin.digests),
        "rows": count,
        "streamed": lock is not None and count is None,
        "partial": pin.partial,
        "sample": pin.sample,
        "lock": known,
    }


def _rows_entry(rows: Rows | Stream, digests: bool) -> dict[str, Any]:
    found: RowsDigest | None = None
    if digests and isinstance(rows, Rows):
        found = digest_of(rows)
    elif digests and isinstance(rows, Stream):
        fresh = Stream(rows._shards, rows._pin, rows._steps)  # noqa: SLF001  # how far the caller's came stays
        found = digest_rows(fresh, None, rows._shards.open(0).columns)  # noqa: SLF001
    steps = rows.steps
    return {
        "count": found.rows if found else len(rows) if isinstance(rows, Rows) else None,
        "digest": None if found is None else found.digest,
        "marks": None if found is None else {"run": found.run, "of": found.marks},
        "steps": steps_out(steps),
        "not_reproducible": [step.name for step in _flat(steps) if not step.reproducible],
    }


def steps_out(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as JSON."""
    return [{"step": step.name, **{key: _plain(given) for key, given in step.given}} for step in steps]


def _plain(given: Any) -> Any:
    if isinstance(given, Pin):  # the rest of it stands in `opened`
        return {name: getattr(given, name) for name in _OF_A_STEP}
    if isinstance(given, tuple) and given and isinstance(given[0], tuple) and isinstance(given[0][0], Step):
        return [steps_out(steps) for steps in given]
    return list(given) if isinstance(given, tuple) else given


def _flat(steps: Iterable[Step]) -> Iterable[Step]:
    for one in steps:
        inner = dict(one.given).get("of")
        yield from chain.from_iterable(map(_flat, inner)) if inner is not None else [one]
