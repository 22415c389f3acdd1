"""The verb `fetch`: lock what has no lock, plan, bring the missing bytes, check what they hold.

One dataset's failure does not stop the others: every dataset ends in an `Outcome`.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol, cast

from recipes_data.address import Address
from recipes_data.catalogue import Catalogue
from recipes_data.checking import check, prepare
from recipes_data.errors import NotFetchedError, RecipesDataError
from recipes_data.hub.answers import Asked
from recipes_data.hub.port import RepoType
from recipes_data.hub.transfer import Wanted, transfer
from recipes_data.leases import Leases
from recipes_data.locked import Hub, get_lock
from recipes_data.lockfile import Lock, LockedFile
from recipes_data.locks import lock_path, write_lock
from recipes_data.manifest import DatasetManifest
from recipes_data.obtain import Cancelled, Obtained, check_arrived, obtain
from recipes_data.plan import Plan, PlannedDataset, plan_dataset, present_in
from recipes_data.remote import Remote
from recipes_data.sites import Sites, giver_of
from recipes_data.sources import Source
from recipes_data.store import Store
from recipes_data.usage import mark_used, note_traffic
from recipes_data.writing import land_unknown

if TYPE_CHECKING:
    from recipes_data.convert import Converted

__all__ = ["Outcome", "Watcher", "fetch"]


class Watcher(Protocol):
    """What a run tells while it works; a terminal shows it, a test collects it."""

    def planned(self, plan: Plan) -> None:
        """The plan stands; raise `UsageError` to refuse it before the first byte."""
        ...

    def moved(self, count: int) -> None:
        """So many bytes arrived (negative: thrown away)."""
        ...

    def note(self, text: str) -> None:
        """A sentence worth a line."""
        ...

    def converting(self, name: str, size: int) -> None:
        """So many bytes of a table are converted from now on; `moved` is told of them."""
        ...


@dataclass(slots=True)
class Outcome:
    """How one dataset ended: `error` is None where everything asked for is in the store and checked.

    `rows` and `tables` by `config:split`; `sources`: bytes by who gave them. `converted`: what the manifest keeps in
    another format besides, by `config:split`.
    """

    name: str
    lock: Lock | None = None
    plan: PlannedDataset | None = None
    error: RecipesDataError | None = None
    locked_now: bool = False
    bytes_fetched: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    tables: dict[str, Path] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    converted: dict[str, Converted] = field(default_factory=dict)

    def count(self, size: int, giver: str) -> None:
        """So many bytes came from somebody."""
        self.bytes_fetched += size
        self.sources[giver] = self.sources.get(giver, 0) + size


def fetch(
    catalogue: Catalogue,
    wanted: Mapping[str, Collection[Address]],
    *,
    locks: Path,
    store: Store,
    hub: Callable[[], Hub] | None,
    watcher: Watcher,
    sources: Sequence[Source] = (),
    sites: Callable[[], Sites] | None = None,
    frozen: bool = False,
    jobs: int = 8,
    dry_run: bool = False,
    allow_unsafe: bool = False,
    cancelled: threading.Event | None = None,
) -> list[Outcome]:
    """Bring everything that is wanted into the store; the outcomes come in the order of `wanted`.

    `locks`: the folder of locks. `hub` is called when the Hub is first needed; None: offline. `sources` are asked
    for bytes before the Hub is, in their order. `sites` is called for what is on no Hub; None: offline. `frozen`: no
    lock is written, a missing or stale one is an error. `jobs`: files at once. `dry_run`: stop after the plan, write
    nothing. `allow_unsafe`: as `lock_dataset` takes it.

    Raises:
        UsageError: `watcher.planned` refused the plan.
    """
    outcomes = {name: Outcome(name) for name in wanted}
    for name, outcome in outcomes.items():
        with _caught(outcome):
            outcome.lock, outcome.locked_now = get_lock(
                catalogue,
                name,
                locks=locks,
                hub=hub,
                sites=sites,
                frozen=frozen,
                write=not dry_run,
                allow_unsafe=allow_unsafe,
                keep=None
                if dry_run or not _is_all(catalogue.dataset(name), wanted[name])
                else functools.partial(_kept, outcome, store),
            )
            if not dry_run:
                mark_used(store, outcome.lock, lock_path(locks, name))  # before the look at what is missing
            outcome.plan = plan_dataset(outcome.lock, wanted[name], present_in(store))
        if outcome.locked_now and outcome.lock is not None and not dry_run:
            watcher.note(f"locked {name} at {outcome.lock.commit[:12]} ({outcome.lock.origin})")
    begun = [o for o in outcomes.values() if o.plan is not None and o.error is None]
    kept = sum(o.bytes_fetched for o in outcomes.values())  # when they were locked
    while True:
        plan = Plan(tuple(o.plan for o in begun if o.plan is not None))
        watcher.planned(plan)
        if dry_run:
            break
        downloads = _Downloads(catalogue, store, hub, sites)
        _transfer_all(plan, outcomes, store, downloads, sources, watcher, jobs, cancelled or threading.Event())
        brought = {file.digest: file.size for o in begun if o.plan and not o.error for file in o.plan.missing}
        note_traffic(store, max(0, plan.bytes_total - plan.bytes_missing - kept), sum(brought.values()) + kept)
        kept = 0
        # how many rows a file has is known when it is here: where so many are wanted, it may take another one
        begun = [o for o in begun if o.error is None and _checked(o, wanted[o.name], locks, store, frozen)]
        if not begun:
            break
    for outcome in outcomes.values() if not dry_run else ():
        _convert(outcome, catalogue, store, watcher)
    return list(outcomes.values())


def _is_all(manifest: DatasetManifest, addresses: Iterable[Address]) -> bool:
    """Whether a whole dataset is wanted: which files a part of it has is only known when it is locked."""
    configs = [*manifest.all_configs()]
    return any((one.config is None or configs == [one.config]) and not (one.split or one.is_part) for one in addresses)


def _kept(
    outcome: Outcome, store: Store, remote: Remote, path: str, url: str, check_size: Callable[[int], None]
) -> tuple[int, str]:
    """Keep a file that has to be read to be locked, so that it is read once: see `locking_urls.Keep`."""
    size, sha256 = land_unknown(store, remote, check_size)
    check_arrived(store, sha256, path)
    outcome.count(size, giver_of(url))
    return size, sha256


def _convert(outcome: Outcome, catalogue: Catalogue, store: Store, watcher: Watcher) -> None:
    """Make what the manifest keeps in another format, of every split that is here as a whole."""
    if outcome.error is not None or outcome.plan is None or outcome.lock is None:
        return
    manifest = catalogue.dataset(outcome.name)
    for config, planned in outcome.plan.splits:
        to = manifest.cache_of(config.name, planned.name)
        _, split = outcome.lock.split(config.name, planned.name)
        if to is None or split.format in (to, "files") or split.files != planned.files:
            continue
        from recipes_data.convert import Telling, convert_split  # few manifests ask for it

        with _caught(outcome):
            found = convert_split(store, outcome.lock, config, split, to, Telling(watcher.converting, watcher.moved))
            outcome.converted[f"{config.name}:{split.name}"] = found
            if found.made:
                watcher.note(found.told)


def _checked(outcome: Outcome, wanted: Iterable[Address], locks: Path, store: Store, frozen: bool) -> bool:
    """Check what arrived; whether more files are wanted now, by a plan that the outcome then has."""
    with _caught(outcome):
        if outcome.lock is None or outcome.plan is None:
            return False
        checked = check(outcome.plan, store)
        outcome.rows, outcome.tables = checked.rows, checked.tables
        if checked.lock != outcome.lock and not frozen:
            write_lock(locks, checked.lock)
            outcome.lock = checked.lock
        again = plan_dataset(checked.lock, wanted, present_in(store))
        if len(again.files) > len(outcome.plan.files):
            outcome.plan = again
            return True
    return False


class _caught:  # noqa: N801  # reads as a sentence: `with _caught(outcome)`
    """Turns an expected error into the outcome's; bugs go on their way."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, RecipesDataError):
            self.outcome.error = self.outcome.error or error
            return True
        return False


def _transfer_all(
    plan: Plan,
    outcomes: Mapping[str, Outcome],
    store: Store,
    downloads: _Downloads,
    sources: Sequence[Source],
    watcher: Watcher,
    jobs: int,
    cancelled: threading.Event,
) -> None:
    missing = plan.missing
    if not missing:
        return
    sharers: dict[str, list[str]] = {}
    for dataset in plan.datasets:
        for file in dataset.missing:
            sharers.setdefault(file.digest, []).append(dataset.lock.name)

    def moved(count: int) -> None:
        if cancelled.is_set():
            raise Cancelled
        watcher.moved(count)

    with Leases(store) as leases:
        pool = ThreadPoolExecutor(max_workers=max(1, jobs), thread_name_prefix="fetch")
        try:
            running = {
                pool.submit(
                    obtain,
                    _wanted(dataset.lock, file),
                    store=store,
                    leases=leases,
                    sources=sources,
                    download=downloads.of(dataset.lock, file),
                    moved=moved,
                    note=watcher.note,
                    cancelled=cancelled,
                ): (dataset, file)
                for dataset, file in missing
            }
            # in a thread of its own: some packages take a Ctrl-C in the middle of their import for a broken import
            threading.Thread(target=prepare, args=(plan.datasets,), daemon=True).start()
            _collect(running, outcomes, sharers)
        except BaseException:
            cancelled.set()  # the threads stop at their next block; their partials stay for the next run
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()


class _Downloads:
    """What brings files from where their locks say they are; a Hub is opened only when it is needed."""

    def __init__(
        self,
        catalogue: Catalogue,
        store: Store,
        hub: Callable[[], Hub] | None,
        sites: Callable[[], Sites] | None,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._hub = hub
        self._sites = sites

    def of(self, lock: Lock, file: LockedFile) -> Callable[[Callable[[int], None]], str] | None:
        """What brings this file; None: offline."""
        if file.url is not None:
            return None if self._sites is None else functools.partial(self._from_site, self._sites, lock, file)
        return None if self._hub is None else functools.partial(self._from_hub, self._hub, lock, file)

    def _from_site(self, sites: Callable[[], Sites], lock: Lock, file: LockedFile, moved: Callable[[int], None]) -> str:
        wanted = replace(_wanted(lock, file), url=file.url or "")
        return sites().bring(wanted, self._catalogue.project, self._store, moved)

    def _from_hub(self, hub: Callable[[], Hub], lock: Lock, file: LockedFile, moved: Callable[[int], None]) -> str:
        other = hub()
        auth = other.client.auth_headers()
        asked = Asked(
            other.client.endpoint,
            lock.repo,
            lock.repo_type,
            lock.commit,
            file.path,
            token_sent=bool(auth),
            locked="gated" if lock.gated else "open",
        )
        kind = cast(RepoType, lock.repo_type)
        url = other.client.file_url(lock.repo, lock.commit, file.path, kind)
        return transfer(
            Wanted(url, file.size, file.digest, asked),
            store=self._store,
            connections=other.connections,
            auth=auth,
            patience=other.patience,
            moved=moved,
        )


def _collect(
    running: Mapping[Future[Obtained | None], tuple[PlannedDataset, LockedFile]],
    outcomes: Mapping[str, Outcome],
    sharers: Mapping[str, list[str]],
) -> None:
    # futures tell of their own end: to wait for any of ten thousand is to look at all of them, each time
    done: SimpleQueue[Future[Obtained | None]] = SimpleQueue()
    for future in running:
        future.add_done_callback(done.put)
    for _ in running:
        future = _next(done)
        dataset, file = running[future]
        for name in sharers[file.digest]:
            with _caught(outcomes[name]):
                obtained = future.result()
                if obtained is None:
                    raise _offline(dataset)
                giver = obtained.source or ("the Hub" if file.url is None else giver_of(file.url))
                outcomes[name].count(file.size, giver)


def _next(done: SimpleQueue[Future[Obtained | None]]) -> Future[Obtained | None]:
    while True:
        try:
            # a bounded wait, so that Ctrl-C is heard on every platform
            return done.get(timeout=0.5)
        except Empty:
            continue


def _wanted(lock: Lock, file: LockedFile) -> Wanted:
    """A locked file as a source is asked for it: by digest; no Hub is named yet."""
    return Wanted("", file.size, file.digest, Asked("", lock.repo, lock.repo_type, lock.commit, file.path))


def _offline(dataset: PlannedDataset) -> NotFetchedError:
    paths = [file.path for file in dataset.missing]
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    missing = ", ".join(paths[:3]) + more
    return NotFetchedError(
        f"{dataset.lock.name!r} is not whole in the store ({missing} missing), and this run is offline",
        f"once online: recipes-data fetch {dataset.lock.name}",
    )
