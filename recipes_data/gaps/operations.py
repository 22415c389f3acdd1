"""The only home of what a Hub operation is: the rows of the contract table `manifests/operations.yaml`, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Area", "Operation", "OperationKind", "Operations", "Parameter", "Place"]

Area = Literal[
    "models",
    "datasets",
    "spaces",
    "files",
    "repos",
    "commits",
    "auth",
    "discussions",
    "collections",
    "organizations",
    "cache",
    "streaming",
    "libraries",
]
OperationKind = Literal["http", "library", "behaviour"]
"""One request (or one paginated series) | a call of a Python library made of several | how requests are made."""
Place = Literal["path", "query", "body", "header"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a request.

    `type`: string, integer, boolean, array<string>, object; `values` where it is an enum.
    """

    name: str
    place: Place
    type: str = "string"
    required: bool = False
    values: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row. `id` is `area.verb` in snake case ("datasets.info").

    `method` and `path` are empty where `kind` is not "http"; `path` has `{parameters}`. `python`: the functions of
    Python libraries that are this operation, qualified ("huggingface_hub.HfApi.dataset_info"). `uses`: ids of the
    operations that a library call or a behaviour is made of or shows itself in.
    """

    id: str
    area: Area
    kind: OperationKind
    title: str
    method: str = ""
    path: str = ""
    parameters: tuple[Parameter, ...] = ()
    paginated: bool = False
    python: tuple[str, ...] = ()
    returns: str = ""
    uses: tuple[str, ...] = ()
    notes: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Operations:
    """The table: its head, and its rows in the file's order."""

    base_url: str
    documentation: str
    authentication: str
    rows: tuple[Operation, ...]

    def by_id(self) -> dict[str, Operation]:
        """Rows by id."""
        return {row.id: row for row in self.rows}
