"""Every scenario that the probe plays, one module a subject."""

from __future__ import annotations

from recipes_data.gaps.probe.scenarios.repositories import repository_scenarios
from recipes_data.gaps.probe.trial import Scenario

__all__ = ["SCENARIOS"]

SCENARIOS: tuple[Scenario, ...] = (*repository_scenarios(),)
"""In the order in which reports show them."""
