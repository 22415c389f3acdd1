"""The only home of what recipes need: one access to the Hub, as it stands in a source or in a recipe manifest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recipes_data.gaps.evidence import Finding, Origin, Where

__all__ = ["Access", "Needs", "Recipe", "Step", "is_pinned"]

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def is_pinned(revision: str | None) -> bool:
    """Whether a revision is a commit, which cannot move."""
    return revision is not None and _COMMIT.match(revision) is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a program does with a dataset after it arrived: `shuffle`, `take`, `json.loads` of a cell.

    `arguments`: as they stand there, with what is known put in (`seed=0`); what cannot be known is `<source text>`.
    `after`: the numbers of the steps of the same access whose result it is done to; none: to what arrived. `split`:
    the one that was taken of a dict of splits before. `when`: under which condition, empty where always.
    A manifest's words on what is done are one step of the name `stated`.
    """

    name: str
    arguments: str
    where: Where
    after: tuple[int, ...] = ()
    split: str | None = None
    when: str = ""

    def __str__(self) -> str:
        return self.arguments if self.name == "stated" else f"{self.name}({self.arguments})"


@dataclass(frozen=True, slots=True)
class Access:
    """One call into the Hub, with what is known of its arguments.

    An argument that takes several values (callers' constants, a loop over a list) is several accesses. None: the
    argument is not given; an argument that is given and cannot be known stands in `unresolved` as `name=source text`,
    and its field is None. `where` is the call into the library; `through` the calls of local functions that lead to
    it, the innermost first. `columns`: those seen to be read, in the order of first sight. `operations`: ids.
    `preprocessing`: what is done with the data on this side, in the order in which it happens.
    """

    function: str
    where: Where
    through: tuple[Where, ...] = ()
    repo_type: str | None = None
    repo: str | None = None
    config: str | None = None
    split: str | None = None
    files: tuple[str, ...] = ()
    revision: str | None = None
    streaming: bool = False
    columns: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    preprocessing: tuple[Step, ...] = ()

    @property
    def pinned(self) -> bool:
        """Whether this access names a commit."""
        return is_pinned(self.revision)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One program (or one recipe manifest) and what it reaches. `accesses` are indexes into `Needs.accesses`.

    `priority`: "P0", "P1", "P2" where somebody has said so (a recipe manifest, an option), else None.
    """

    name: str
    where: Where
    accesses: tuple[int, ...]
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything that one input (a folder of sources, a catalogue of manifests) asks of the Hub.

    `unreached`: indexes of accesses that no recipe was seen to reach. They count as needed all the same.
    """

    origin: Origin
    accesses: tuple[Access, ...]
    recipes: tuple[Recipe, ...]
    findings: tuple[Finding, ...] = ()
    unreached: tuple[int, ...] = ()
