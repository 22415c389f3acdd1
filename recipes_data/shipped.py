"""The only home of what is known of what ships beside its manifests: what the tests ran on, views, published sizes.

`shipped.yaml` lies beside the packaged manifests. Nothing here judges: `tests/catalogue` compares every word of the
file with what the tests really run. Of a project's own manifests nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recipes_data.errors import StoreError, unread
from recipes_data.places import packaged_catalogue
from recipes_data.yamltext import read_yaml

__all__ = ["GENERATED", "NOT_AT_ALL", "REAL_ROWS", "Shipped", "Size", "View", "read_shipped"]

REAL_ROWS = "real rows"
GENERATED = "generated in the remembered shape"
NOT_AT_ALL = "not at all"
_GRADES = (NOT_AT_ALL, GENERATED, REAL_ROWS)


@dataclass(frozen=True, slots=True)
class Size:
    """What somebody else says of a dataset's files: bytes (about so many, where not `exact`), and who says it."""

    bytes: int
    exact: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class View:
    """A recipe's own view, as it is called: what it reads, whose it is, and what its tests ran on."""

    call: str
    reads: tuple[str, ...]
    recipes: tuple[str, ...]
    proven: str


@dataclass(frozen=True, slots=True)
class Shipped:
    """All of the file. `datasets` (and models): name -> what it was proven on; `notes`: name -> what to know of that.

    `calls`: calls of `load_dataset` that recipes make, which the tests compare with `datasets`; `receipts`: how many
    of them give rows whose receipt the tests verify.
    """

    datasets: Mapping[str, str]
    notes: Mapping[str, str]
    views: tuple[View, ...]
    sizes: Mapping[str, Size]
    calls: int
    receipts: int

    def dataset(self, name: str) -> str:
        """What a dataset or model that ships was proven on."""
        return self.datasets.get(name, NOT_AT_ALL)

    def views_of(self, recipe: str) -> list[View]:
        """The views of a recipe, in the file's order."""
        return [view for view in self.views if recipe in view.recipes]

    def reading(self, dataset: str) -> list[View]:
        """The views that read a dataset, in the file's order."""
        return [view for view in self.views if dataset in view.reads]

    def recipe(self, name: str, needs: Iterable[str]) -> str:
        """What a recipe was proven on: its views, where it has some, else the least of what it needs."""
        grades = [view.proven for view in self.views_of(name)] or [self.dataset(need) for need in needs]
        return min(grades, key=_GRADES.index, default=NOT_AT_ALL)


def read_shipped(path: Path | None = None) -> Shipped:
    """The file that ships, or another of its form.

    Raises:
        StoreError: it cannot be read, or is not of this form.
    """
    path = path or packaged_catalogue() / "shipped.yaml"
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise StoreError(f"{path} cannot be read: {unread(exc)}", "install recipes-data again") from exc
    try:
        if document.faults:
            raise ValueError(document.faults[0].what)
        return _shipped(document.value)
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise StoreError(f"{path} is not of its form: {exc}", "install recipes-data again") from exc


def _shipped(value: Mapping[str, Any]) -> Shipped:
    real, generated = value["real rows"], value["generated"]
    views = [
        View(call, _texts(one["reads"]), _texts(one["for"]), REAL_ROWS if one.get("real rows") else GENERATED)
        for call, one in value["views"].items()
    ]
    sizes = {
        name: Size(one.get("bytes") or one["about"], "bytes" in one, one["evidence"])
        for name, one in value["sizes"].items()
    }
    return Shipped(
        datasets={**dict.fromkeys(generated, GENERATED), **dict.fromkeys(real, REAL_ROWS)},
        notes=dict(real),
        views=tuple(views),
        sizes=sizes,
        calls=int(value["calls of load_dataset"]),
        receipts=int(value["receipts verified"]),
    )


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
