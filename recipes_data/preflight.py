"""The only home of what stands between some names and their bytes: locks, gates, licences, size, disk, quota.

Asks the Hub where it may, and writes nothing: what a fetch would do, told before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from recipes_data.abilities import allocation_refused, existing_folder
from recipes_data.address import Address
from recipes_data.catalogue import Catalogue
from recipes_data.diagnosis import Check, failed, skipped
from recipes_data.errors import LockMissingError, NotFetchedError, RecipesDataError, StoreError
from recipes_data.hub.questions import ask_access
from recipes_data.locked import Hub, get_lock
from recipes_data.lockfile import Lock
from recipes_data.plan import Plan, PlannedDataset, make_plan, present_in
from recipes_data.sites import Sites
from recipes_data.store import Store
from recipes_data.wording import counted

__all__ = ["gate_check", "licences_check", "preflight", "room_check"]


def preflight(
    catalogue: Catalogue,
    wanted: Mapping[str, Iterable[Address]],
    *,
    locks: Path,
    store: Store,
    hub: Callable[[], Hub] | None,
    sites: Callable[[], Sites] | None = None,
    unasked: str = "offline",
    offline: bool = False,
    frozen: bool = False,
) -> list[Check]:
    """Everything that a fetch of `wanted` would meet.

    `hub` None: the Hub cannot be asked, `unasked` says why; `offline`: because it may not be.
    """
    checks: list[Check] = []
    found: list[Lock] = []
    for name in wanted:
        try:
            lock, new = get_lock(catalogue, name, locks=locks, hub=hub, sites=sites, frozen=frozen, write=False)
            found.append(lock)
        except RecipesDataError as exc:
            unknown = isinstance(exc, LockMissingError) and hub is None and not offline and not frozen
            checks.append(skipped(f"lock {name}", unasked) if unknown else failed(f"lock {name}", exc))
            continue
        what = f"none yet; a fetch would pin {lock.commit[:12]}" if new else f"pins {lock.commit[:12]}"
        checks.append(Check(f"lock {name}", "ok", what))
    try:
        plan = make_plan(found, wanted, present_in(store))
    except RecipesDataError as exc:
        return [*checks, failed("download", exc)]
    gated = [dataset for dataset in plan.datasets if _is_gated(catalogue, dataset.lock)]
    checks += [gate_check(dataset, hub, unasked) for dataset in gated]
    checks.append(licences_check(catalogue, wanted, found))
    if not found:
        return [*checks, skipped("download", "no lock to go by")]
    return [*checks, room_check(plan, store, whole=len(found) == len(wanted), offline=offline)]


def _is_gated(catalogue: Catalogue, lock: Lock) -> bool:
    return bool(lock.gated) or catalogue.dataset(lock.name).gated != "no"


def gate_check(dataset: PlannedDataset, hub: Callable[[], Hub] | None, unasked: str) -> Check:
    """Whether this token may have a gated repository's files: the Hub's own answer to that question."""
    lock = dataset.lock
    name = f"gate {lock.name}"
    if not dataset.missing:
        return Check(name, "ok", f"{lock.repo} is gated; all that is wanted of it is in the store")
    if hub is None:
        return skipped(name, unasked)
    try:
        other = hub()
        ask_access(other.client, other.connections, lock.repo, lock.repo_type, lock.commit)
    except RecipesDataError as exc:
        return failed(name, exc)
    return Check(name, "ok", f"{lock.repo} is gated; access is granted")


def licences_check(catalogue: Catalogue, wanted: Iterable[str], locks: Iterable[Lock]) -> Check:
    """What the datasets' cards and manifests say of their licences."""
    told: dict[str, list[str]] = {}
    locked = {lock.name: lock.license for lock in locks}
    for name in wanted:
        stated = locked.get(name) or ", ".join(catalogue.dataset(name).license or ())
        told.setdefault(stated, []).append(name)
    silent = told.pop("", [])
    words = [f"{licence} ({', '.join(names)})" for licence, names in sorted(told.items())]
    if silent:
        words.append(f"not stated: {', '.join(silent)}")
        return Check("licences", "warn", "; ".join(words), "read the datasets' pages before you use them")
    return Check("licences", "ok", "; ".join(words) or "none")


def room_check(plan: Plan, store: Store, *, whole: bool = True, offline: bool = False) -> Check:
    """Bytes to fetch, beside what is free and what a quota allows. `whole`: nothing is left out of the plan."""
    missing = plan.bytes_missing
    some = "" if whole else ", without those that have no lock"
    there = f"{plan.bytes_total:,} in the store afterwards{some}"
    what = f"{missing:,} bytes in {counted(len(plan.missing), 'file')} to fetch, {there}"
    if not missing:
        return Check("download", "ok", what)
    if offline:
        do = "fetch where there is a network; a copy of the store will do"
        return Check("download", "bad", f"{what}, and this run is offline", do, NotFetchedError.exit_code)
    folder = existing_folder(store.root)
    try:
        refused = allocation_refused(folder, missing)
    except OSError as exc:
        return Check(
            "download",
            "bad",
            f"{what}; {folder} cannot be written: {exc.strerror}",
            "use --store DIR",
            StoreError.exit_code,
        )
    free = f"{store.free_bytes():,} bytes are free at {folder}"
    if refused == "full":
        return Check("download", "bad", f"{what}; {free}", "free some space, or use --store DIR", StoreError.exit_code)
    if refused == "quota":
        what = f"{what}; your disk quota at {folder} does not allow that"
        return Check("download", "bad", what, "free some of your space, or use --store DIR", StoreError.exit_code)
    return Check(
        "download",
        "ok",
        f"{what}; {free}" + (", a quota could not be looked at" if refused is None else ", quota allows it"),
    )
