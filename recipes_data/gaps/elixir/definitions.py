"""The only home of what Elixir sources define, as values: modules, definitions and their clauses, aliases, imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.trees import Node

__all__ = ["Alias", "Clause", "Definition", "Import", "Key", "Module", "Parameter", "Said", "Source", "Statement"]

Key = tuple[str, str, int]
"""A definition: module, name, highest arity."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a clause: its pattern, and what stands in for it when it is left out."""

    pattern: Node
    default: Node | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a definition. `head` is the whole `def`; `body` None: a head alone, with no body."""

    parameters: tuple[Parameter, ...]
    guard: Node | None
    body: tuple[Node, ...] | None
    head: Node


@dataclass(slots=True)
class Definition:
    """Everything that defines one name with one (highest) arity in one module; `arity[0]` counts defaults off.

    `keyword`: def, defp, defmacro, defmacrop, defguard, defguardp, defdelegate. `doc`: the text; "" where there is
    none. `hidden`: `@doc false`, or an implementation of a callback that has no documentation of its own. `path`: the
    file that holds the clauses, which is another module's where `injected_by` (the module that was used) is set.
    """

    module: str
    name: str
    arity: tuple[int, int]
    keyword: str
    where: Where
    path: str
    clauses: list[Clause] = field(default_factory=list)
    doc: str = ""
    hidden: bool = False
    deprecated: str | None = None
    implements: bool = False
    injected_by: str = ""

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.module, self.name, self.arity[1]

    @property
    def public(self) -> bool:
        """Whether other modules can call it."""
        return not self.keyword.endswith("p")

    @property
    def macro(self) -> bool:
        """Whether it is expanded, not called."""
        return self.keyword.startswith(("defmacro", "defguard"))


@dataclass(frozen=True, slots=True)
class Alias:
    """`alias full, as: short`, in force from `start` to `end` (bytes of its file)."""

    short: str
    full: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Import:
    """`import module`, in force from `start` to `end`. `only`, `names`: what `only:` or `except:` lists."""

    module: str
    only: bool
    names: frozenset[tuple[str, int]]
    start: int
    end: int
    path: str


@dataclass(slots=True)
class Said:
    """What stands before a definition and belongs to it: `@doc`, `@deprecated`, `@impl`."""

    doc: str = ""
    hidden: bool = False
    deprecated: str | None = None
    implements: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A call in a module's body that defines nothing by itself (a macro's, perhaps), and what was said before it.

    `names`: what the variables of the loops around it run through, where that is written there.
    """

    node: Node
    path: str
    said: Said
    names: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Module:
    """One module. `attributes`: values given to each, in order. `specs` and `callbacks`: by name and arity.

    `uses`: modules used, with the node. `types`: the right side of `@type` by name. `statements`: calls in its body
    that define nothing (`plug ...`, `setup do`, `test "..." do`).
    """

    name: str
    where: Where
    node: Node
    start: int
    end: int
    hidden: bool = False
    doc: str = ""
    exception: bool = False
    definitions: dict[tuple[str, int], Definition] = field(default_factory=dict)
    attributes: dict[str, list[Node]] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    specs: dict[tuple[str, int], Node] = field(default_factory=dict)
    callbacks: dict[tuple[str, int], Node] = field(default_factory=dict)
    types: dict[str, Node] = field(default_factory=dict)
    behaviours: list[str] = field(default_factory=list)
    uses: list[tuple[str, Node]] = field(default_factory=list)
    protocol: str = ""

    @property
    def path(self) -> str:
        """The file it stands in."""
        return self.where.path


@dataclass(slots=True)
class Source:
    """One file, read: its tree, its modules from the top, aliases by their short name, imports in the text's order.

    `computed`: definitions whose name is only known when the program runs.
    """

    path: str
    root: Node
    modules: list[Module] = field(default_factory=list)
    aliases: dict[str, list[Alias]] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    computed: list[Where] = field(default_factory=list)
