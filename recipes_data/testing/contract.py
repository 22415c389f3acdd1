"""The only home of what every adapter must do, as checks to be run against it: see `check_store` and `check_hub`.

Each check is a function that raises AssertionError with a sentence. One by one, with pytest:

    from recipes_data.testing import STORE_CHECKS, StoreCase, rows

    @pytest.mark.parametrize("check", STORE_CHECKS)
    def test_my_store_keeps_the_contract(check):
        check(StoreCase(my_store_of(rows()), "acme/numbers"))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from recipes_data.ports.protocols import DatasetStore, HubClient
from recipes_data.testing.hub_checks import HUB_CHECKS, HubCase
from recipes_data.testing.store_checks import STORE_CHECKS, StoreCase
from recipes_data.testing.world import REPOSITORY

__all__ = ["check_hub", "check_store"]

_Case = TypeVar("_Case")


def check_store(store: DatasetStore, path: str = REPOSITORY) -> None:
    """Run all of `STORE_CHECKS` against an adapter that has `rows()` under `path`.

    What the adapter says that it lacks must be refused with its reason; all else must be there.

    Raises:
        AssertionError: names every check that failed.
    """
    _run(STORE_CHECKS, StoreCase(store, path))


def check_hub(hub: HubClient, repo: str = REPOSITORY, paths: Collection[str] | None = None) -> None:
    """Run all of `HUB_CHECKS` against an adapter that has `files()` in the dataset `repo`, or of these `paths` alone.

    What the adapter says that it lacks must be refused with its reason; all else must be there.

    Raises:
        AssertionError: names every check that failed.
    """
    _run(HUB_CHECKS, HubCase(hub, repo, None if paths is None else tuple(paths)))


def _run(checks: Sequence[Callable[[_Case], None]], case: _Case) -> None:
    failed: list[str] = []
    for check in checks:
        try:
            check(case)
        except Exception as exc:  # noqa: BLE001  # whatever an adapter raises: it is told beside the others
            told: Any = exc if isinstance(exc, AssertionError) else f"{type(exc).__name__}: {exc}"
            failed.append(f"{check.__name__}: {told}")
    if failed:
        count = f"{len(failed)} of {len(checks)} checks failed"
        raise AssertionError("\n  ".join((count, *failed)))
