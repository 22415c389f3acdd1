"""The only home of all findings about how sources ask the Hub, put together: each rule is a module of its own."""

from __future__ import annotations

from collections.abc import Sequence

from recipes_data.gaps.evidence import Finding
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.error_texts import guessed_errors
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.failing import find_failing
from recipes_data.gaps.recipes.pinning import trusted_code, unpinned_revisions
from recipes_data.gaps.recipes.shuffling import unseeded_shuffles
from recipes_data.gaps.recipes.splitting import whole_configs
from recipes_data.gaps.recipes.swallowing import swallowed_errors

__all__ = ["find_findings"]


def find_findings(run: Evaluation, found: Sequence[FoundAccess], name: str) -> tuple[Finding, ...]:
    """Every finding about these accesses, each once, by place; `name` is what the report calls the input."""
    failing = find_failing(run, found)
    findings = {
        *unpinned_revisions(run, found, name),
        *trusted_code(run, found, name),
        *swallowed_errors(run, failing, name),
        *guessed_errors(run, failing, name),
        *whole_configs(run, found, name),
        *unseeded_shuffles(run, found, name),
    }
    return tuple(sorted(findings, key=lambda one: (one.where, one.rule, one.message)))
