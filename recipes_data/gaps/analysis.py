"""The only home of a whole gap analysis as one value: the JSON document, and what every report is made of."""

from __future__ import annotations

from dataclasses import dataclass

from recipes_data.gaps.consumers import Consumer
from recipes_data.gaps.evidence import Finding, Origin, Where
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.levels import Gap, Minimum, Priority, State
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.operations import Operations

__all__ = ["FORMAT_VERSION", "Analysis", "Chain", "Claim", "Drift", "ExampleRun", "OperationNeed", "ReviewedDocument"]

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class OperationNeed:
    """How much an operation is needed: `recipes` by name, `accesses` as (index into `needs`, index of its access)."""

    operation: str
    priority: Priority
    recipes: tuple[str, ...]
    accesses: tuple[tuple[int, int], ...]
    why: str


@dataclass(frozen=True, slots=True)
class Chain:
    """One need followed to the wire: recipe -> consumer's function -> client's function -> HTTP.

    Empty strings where the chain breaks off, and `broken` says why; without a consumer `consumer` stays empty.
    """

    recipe: str
    operation: str
    consumer: str
    passage: str
    client: str
    function: str
    http: str
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """What sources ask that no manifest lists ("unlisted"), or a manifest lists and no source asks ("unasked")."""

    kind: str
    what: str
    recipe: str
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an old document that names something checkable, and what is true of it.

    `verdict`: right, outdated, contradicted, unchecked.
    """

    where: Where
    text: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class ReviewedDocument:
    """An old document against what was found. `missing`: subjects of this analysis that it does not speak of.

    `conflicts`: (other document, about what). `replaced_by`: names of the reports that stand for it now.
    `own`: a page that an earlier run of this report made; its claims were not judged.
    """

    path: str
    claims: tuple[Claim, ...]
    missing: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    replaced_by: tuple[str, ...] = ()
    change_log: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """How an example test of an operation ended when it was run. `passed` None: it could not be started."""

    client: str
    operation: str
    passed: bool | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything found. `inputs` are all origins, `needed` every operation of the table in its order.

    `states` one for each client and operation; `gaps` worst first. `unanswered`: what could not be decided offline.
    """

    format_version: int
    made_by: str
    inputs: tuple[Origin, ...]
    operations: Operations
    needs: tuple[Needs, ...]
    inventories: tuple[Inventory, ...]
    consumers: tuple[Consumer, ...]
    needed: tuple[OperationNeed, ...]
    states: tuple[State, ...]
    gaps: tuple[Gap, ...]
    minimums: tuple[Minimum, ...]
    chains: tuple[Chain, ...] = ()
    drift: tuple[Drift, ...] = ()
    findings: tuple[Finding, ...] = ()
    documents: tuple[ReviewedDocument, ...] = ()
    unanswered: tuple[str, ...] = ()
    example_runs: tuple[ExampleRun, ...] = ()
