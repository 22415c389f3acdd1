"""Every scenario that the probe plays, one module a subject."""

from __future__ import annotations

import functools

from recipes_data.gaps.probe.scenarios.beyond import unverifiable_scenarios
from recipes_data.gaps.probe.scenarios.changes import change_scenarios
from recipes_data.gaps.probe.scenarios.failures import failure_scenarios
from recipes_data.gaps.probe.scenarios.libraries import library_scenarios
from recipes_data.gaps.probe.scenarios.repositories import repository_scenarios
from recipes_data.gaps.probe.scenarios.searches import search_scenarios
from recipes_data.gaps.probe.scenarios.transfers import transfer_scenarios
from recipes_data.gaps.probe.trial import Scenario

__all__ = ["scenarios"]


@functools.cache
def scenarios() -> tuple[Scenario, ...]:
    """In the order in which reports show them. Built when they are first needed: some hold megabytes."""
    return (
        *repository_scenarios(),
        *transfer_scenarios(),
        *failure_scenarios(),
        *search_scenarios(),
        *change_scenarios(),
        *library_scenarios(),
        *unverifiable_scenarios(),
    )
