"""The only home of what a Hub operation is: the rows of the contract table `manifests/operations.yaml`, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Area", "BodyKind", "Operation", "OperationKind", "Operations", "Parameter", "Place"]

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
BodyKind = Literal["", "json", "form", "ndjson"]
"""None | one JSON object of the body's parameters | they as a form, lists repeated | one JSON value a line."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a request.

    `type`: string, path (a string whose slashes stay as they are), integer, boolean, array<string>, object,
    array<object>; `values` where it is an enum. `default`: what is sent where nothing is given. `tags`: further
    arguments as (argument, tag): a value V of theirs is sent in this parameter as `tag:V`. `since`, `until`: the first
    and the last version of huggingface_hub, of those looked at, that sends it. `evidence`: empty where the row's
    Python function was seen to send it, else where it is known from.
    """

    name: str
    place: Place
    type: str = "string"
    required: bool = False
    values: tuple[str, ...] = ()
    note: str = ""
    default: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    since: str = ""
    until: str = ""
    evidence: str = ""

    @property
    def argument(self) -> str:
        """The name as an argument of a function: `cardData` is `card_data`, `expand[]` is `expand`."""
        return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name)).strip("_").lower()


@dataclass(frozen=True, slots=True)
class Operation:
    """One row. `id` is `area.verb` in snake case ("datasets.info").

    `method` and `path` are empty where `kind` is not "http"; `path` has `{parameters}`. `python`: the functions of
    Python libraries that are this operation, qualified ("huggingface_hub.HfApi.dataset_info"). `uses`: ids of the
    operations that a library call or a behaviour is made of or shows itself in. `short_path`: the path without its
    last parameter, where that may be left out. `server`: another origin than the table's `base_url`. `since`: of
    the `python` functions that not every version has, the first one of those looked at.
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
    short_path: str = ""
    server: str = ""
    body: BodyKind = ""
    since: tuple[tuple[str, str], ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path it may have: with and without its last parameter."""
        return tuple(path for path in (self.path, self.short_path) if path)


@dataclass(frozen=True, slots=True)
class Operations:
    """The table: its head, and its rows in the file's order. `versions`: of huggingface_hub, those looked at."""

    base_url: str
    documentation: str
    authentication: str
    rows: tuple[Operation, ...]
    versions: tuple[str, ...] = ()

    def by_id(self) -> dict[str, Operation]:
        """Rows by id."""
        return {row.id: row for row in self.rows}
