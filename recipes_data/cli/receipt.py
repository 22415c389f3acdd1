"""`recipes-data receipt verify`: can the same rows in the same order be had here? Every difference by its name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from loaders.replaying import Verdict, lock_of, verify_receipt
from recipes_data.address import Address
from recipes_data.cli.screen import Progress, Screen
from recipes_data.errors import RecipesDataError
from recipes_data.places import demo_places, find_places
from recipes_data.receipts import Difference, read_receipts
from recipes_data.store import store_at
from recipes_data.verify import verify

__all__ = ["receipt_command"]


def receipt_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run `receipt verify`; 0 where all is proven, else the first difference's exit code."""
    receipts = read_receipts(Path(arguments.file))
    where = {name: getattr(arguments, name) for name in ("manifests", "project", "store")}
    verdicts: list[Verdict] = []
    for receipt in receipts:
        if not arguments.fast:
            verdicts.extend(_damaged(receipt, where, screen))
        verdicts.extend(verify_receipt(receipt, **where))
    different = [difference for verdict in verdicts for difference in verdict.differences]
    for verdict in verdicts:
        if verdict.proven:
            screen.out(f"{screen.paint('proven', 'good')}  {verdict.name}: {verdict.proven}")
    said: set[str] = set()
    for difference in different:  # what mends several is said once
        screen.error(_error(difference, "" if difference.do in said else difference.do))
        said.add(difference.do)
    if not verdicts:
        screen.talk("the receipt names nothing: no split was opened")
    screen.document(
        {
            "receipts": len(receipts),
            "proven": [{"name": verdict.name, "what": verdict.proven} for verdict in verdicts if verdict.proven],
            "differences": [
                {"name": one.name, "what": one.what, "do": screen.again(one.do), "exit_code": one.exit_code}
                for one in different
            ],
        }
    )
    return different[0].exit_code if different else 0


def _error(difference: Difference, do: str) -> RecipesDataError:
    return RecipesDataError(f"{difference.name}: {difference.what}", do)


def _damaged(receipt: Mapping[str, Any], where: Mapping[str, Any], screen: Screen) -> Iterator[Verdict]:
    """Files of what was opened whose bytes, read again, are not what they were; each dataset is read once."""
    wanted: dict[str, tuple[Any, list[Address], Any]] = {}
    for entry in (*receipt["opened"], *receipt["inherited"]):
        lock = lock_of(entry, where)
        known = {(config.name, split.name) for config in lock.configs for split in config.splits} if lock else set()
        if lock is None or (entry["config"], entry["split"]) not in known or entry["partial"] or entry["streamed"]:
            continue  # said by what follows; of a part or a stream not every file has to be here
        demo = entry["sample"] and where["manifests"] is None and where["project"] is None
        places = demo_places(store=where["store"]) if demo else find_places(**where)
        _, addresses, _ = wanted.setdefault(lock.name, (lock, [], store_at(places)))
        addresses.append(Address(lock.name, entry["config"], entry["split"]))
    for name, (lock, addresses, store) in wanted.items():
        progress = Progress(sum(file.size for file in lock.files), screen, "verifying")
        try:
            found = verify(lock, addresses, store, progress.moved).findings
        finally:
            progress.close()
        do = f"recipes-data fetch {name} (damaged files are replaced)"
        differences = tuple(Difference(name, finding.what, do, finding.exit_code) for finding in found)
        if differences:
            yield Verdict(name, "", differences)
