"""The only home of needs that a consumer does not pass on: findings, one for each consumer and operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recipes_data.gaps.analysis import Chain, OperationNeed
from recipes_data.gaps.evidence import Finding, Severity
from recipes_data.gaps.needs import Needs

__all__ = ["not_passed_on"]

_RECIPES_SHOWN = 5


def not_passed_on(
    chains: Sequence[Chain], needed: Sequence[OperationNeed], needs: Sequence[Needs]
) -> tuple[Finding, ...]:
    """Needs for which no function of a consumer leads anywhere: an error where every recipe has them."""
    reached: dict[tuple[str, str], bool] = {}
    recipes: dict[tuple[str, str], set[str]] = {}
    for chain in chains:
        if chain.consumer:
            key = (chain.consumer, chain.operation)
            reached[key] = reached.get(key, False) or bool(chain.passage)
            recipes.setdefault(key, set()).add(chain.recipe)
    by_operation: Mapping[str, OperationNeed] = {need.operation: need for need in needed}
    found = []
    for consumer, operation in sorted(key for key, passed in reached.items() if not passed):
        need = by_operation[operation]
        at, number = need.accesses[0]
        named = sorted(recipes[consumer, operation])
        shown = ", ".join(named[:_RECIPES_SHOWN]) + (
            f" and {len(named) - _RECIPES_SHOWN} more" if len(named) > _RECIPES_SHOWN else ""
        )
        what = f"{operation} is needed by {shown}, and no function of {consumer} passes it on"
        severity: Severity = "error" if need.priority == "P0" else "warning"
        found.append(
            Finding("need-not-passed-on", severity, what, needs[at].accesses[number].where, needs[at].origin.name)
        )
    return tuple(found)
