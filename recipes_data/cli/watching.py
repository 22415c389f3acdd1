"""What a terminal shows of a fetch: the plan before the first byte, the question, the bytes arriving."""

from __future__ import annotations

import sys
from collections.abc import Callable

from recipes_data.cli.screen import Progress, Screen, size_text
from recipes_data.errors import UsageError
from recipes_data.plan import Plan
from recipes_data.store import Store
from recipes_data.wording import counted

__all__ = ["LARGE", "PlanWatcher"]

LARGE = 2 * 10**9
"""Bytes from which a fetch is looked after before it begins: it would be minutes until something is found missing."""


class PlanWatcher:
    """Prints the plan before the first byte, refuses one that is too large, shows the bytes arriving.

    `checkup` is called before a large fetch begins (`LARGE` bytes or more) and raises what stands in its way.
    """

    def __init__(
        self,
        screen: Screen,
        store: Store,
        limit: int,
        *,
        dry_run: bool = False,
        checkup: Callable[[Plan], None] = lambda plan: None,
    ) -> None:
        self.screen = screen
        self.store = store
        self.limit = limit
        self.dry_run = dry_run
        self._checkup = checkup
        self.plan: Plan | None = None
        self._progress: Progress | None = None

    def planned(self, plan: Plan) -> None:
        """Print the plan; refuse one that is too large for its limit or for the disk."""
        self.plan = plan
        if plan.missing or self.dry_run:
            self._show(plan)
        if self.dry_run or not plan.missing:
            return
        if plan.bytes_missing > self.limit:
            self._ask(plan)
        free = self.store.free_bytes()
        if plan.bytes_missing > free:
            raise UsageError(
                f"{size_text(plan.bytes_missing)} have to be fetched, {size_text(free)} are free at {self.store.root}",
                "free some space, or use another disk: --store DIR",
            )
        if plan.bytes_missing >= LARGE:
            self._checkup(plan)
        self._progress = Progress(plan.bytes_missing, self.screen)

    def _show(self, plan: Plan) -> None:
        gated = sorted(dataset.lock.name for dataset in plan.datasets if dataset.lock.gated)
        self.screen.talk(
            f"plan: {counted(len(plan.missing), 'file')} to fetch, {size_text(plan.bytes_missing)}; "
            f"on disk afterwards {size_text(plan.bytes_total)}; free {size_text(self.store.free_bytes())}; "
            f"gated: {', '.join(gated) or 'none'}"
        )
        for dataset in plan.datasets:
            if dataset.missing:
                self.screen.talk(
                    f"  {dataset.lock.name}: {len(dataset.missing)} of {counted(len(dataset.files), 'file')}, "
                    f"{size_text(dataset.bytes_missing)}  ({dataset.lock.repo}@{dataset.lock.commit[:12]})"
                )

    def _ask(self, plan: Plan) -> None:
        what = f"{size_text(plan.bytes_missing)} have to be fetched, --max-download allows {size_text(self.limit)}"
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(what, f"allow it: --max-download {plan.bytes_missing // 10**9 + 1}GB; or name less")
        print(f"{what}. Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UsageError("not fetched, as you said", "")

    def moved(self, count: int) -> None:
        """Count bytes."""
        if self._progress is not None:
            self._progress.moved(count)

    def note(self, text: str) -> None:
        """Say a sentence."""
        self.screen.talk(text)

    def converting(self, name: str, size: int) -> None:
        """Say it, and show the bytes that are done."""
        self.close()
        self.screen.talk(f"{name}: converting {size_text(size)}")
        self._progress = Progress(size, self.screen, "converting")

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.close()
