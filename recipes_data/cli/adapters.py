"""The line of `doctor` about the adapters that a project chooses: which, and what they lack."""

from __future__ import annotations

from recipes_data.diagnosis import Check, failed
from recipes_data.errors import RecipesDataError
from recipes_data.places import Places
from recipes_data.ports.choosing import dataset_store, hub_client
from recipes_data.ports.needs import Missing, missing_callbacks
from recipes_data.settings import read_settings

__all__ = ["adapters_check"]


def adapters_check(places: Places) -> Check | None:
    """Whether the chosen adapters can be made and have their whole port; None where the project chooses none."""
    try:
        settings = read_settings(places.project)
    except RecipesDataError:
        return None  # the line about `max_size`, which is read of the same file, has said so
    chosen = settings.adapters
    try:
        missing: list[Missing] = []
        if chosen.hub is not None:
            missing += missing_callbacks(hub_client(chosen.hub, project=places.project, store=places.store), "hub")
        if chosen.datasets is not None:
            store = dataset_store(chosen.datasets, project=places.project, store=places.store)
            missing += missing_callbacks(store, "datasets")
    except RecipesDataError as exc:
        return failed("adapters", exc)
    named = {"hub": chosen.hub, "datasets": chosen.datasets}
    shown = ", ".join(f"{port} = {name!r}" for port, name in named.items() if name is not None)
    if not shown:
        return None
    if not missing:
        return Check("adapters", "ok", f"{shown} ({settings.source}): every callback is there")
    lacking = "; ".join(map(str, missing))
    return Check(
        "adapters",
        "warn",
        f"{shown} ({settings.source}) lack {lacking}",
        "see docs/ports.md; programs that call these need another adapter",
    )
