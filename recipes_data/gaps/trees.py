"""The only home of tree-sitter: source text in, syntax trees as plain values out; for Elixir and Rust.

Grammars: https://github.com/elixir-lang/tree-sitter-elixir, https://github.com/tree-sitter/tree-sitter-rust. Nothing
of the library leaves this module, so that readers of a language need neither its types nor its quirks.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Literal, get_args

from recipes_data.errors import UsageError

if TYPE_CHECKING:
    import tree_sitter

__all__ = ["LANGUAGES", "Language", "Node", "collection_paused", "comments", "faults", "find", "parse", "walk"]

Language = Literal["elixir", "rust"]

LANGUAGES: tuple[str, ...] = get_args(Language)


# not frozen, and compared by identity: some hundred thousand of them are made for one source tree
@dataclasses.dataclass(slots=True, eq=False, repr=False)
class Node:
    """One node of a syntax tree. To be read, never written.

    `type`: the grammar's name of the node; of an unnamed token its own text ("|>", "pub"). `field`: what it is to its
    parent in the grammar ("left", "arguments"), "" where the grammar has no word. `children`: named nodes, and tokens
    that are an operator or a word; brackets and commas are left out. `line` counts from 1; `start` and `end` are byte
    offsets into `source`, the whole file.
    """

    type: str
    field: str
    named: bool
    line: int
    start: int
    end: int
    source: bytes
    broken: bool = False
    parent: Node | None = None
    children: list[Node] = dataclasses.field(default_factory=list)

    @property
    def text(self) -> str:
        """Its source text."""
        return self.source[self.start : self.end].decode("utf-8", "surrogateescape")

    @property
    def named_children(self) -> list[Node]:
        """Children without tokens."""
        return [child for child in self.children if child.named]

    @property
    def last_line(self) -> int:
        """The line on which it ends."""
        return self.line + self.source.count(b"\n", self.start, self.end)

    def child(self, name: str) -> Node | None:
        """The first child of this field."""
        for child in self.children:
            if child.field == name:
                return child
        return None

    def children_of(self, name: str) -> list[Node]:
        """All children of this field."""
        return [child for child in self.children if child.field == name]

    def first(self, *types: str) -> Node | None:
        """The first child of one of these types."""
        for child in self.children:
            if child.type in types:
                return child
        return None

    def __repr__(self) -> str:
        return f"Node({self.type} {self.line}: {self.text[:60]!r})"


def parse(language: Language, source: bytes) -> Node:
    """The tree of one file. Always a whole one: what does not parse stands in nodes of type ERROR (see `faults`).

    Raises:
        UsageError: when the packages that parse are not installed.
    """
    tree = _parser(language).parse(source)
    cursor = tree.walk()
    root = _made(cursor, source, None)
    parent, at_end = root, not cursor.goto_first_child()
    while not at_end:
        node = _made(cursor, source, parent)
        if node.named or node.field or node.broken or node.type.isalpha():
            parent.children.append(node)
        if cursor.goto_first_child():
            parent = node
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent() or parent.parent is None:
                at_end = True
                break
            parent = parent.parent
    return root


@contextlib.contextmanager
def collection_paused() -> Iterator[None]:
    """Without cyclic garbage collection: it would look through every tree again and again while trees are made.

    Halves the time for a large source tree; what is garbage is collected afterwards.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def walk(node: Node, into: Collection[str] | None = None, *, without: Collection[str] = ()) -> Iterator[Node]:
    """The node and all below it, in the order of the source.

    `into`: only nodes of these types are given (the others are walked through). `without`: types that are neither
    given nor entered.
    """
    waiting = [node]
    while waiting:
        now = waiting.pop()
        if now.type in without:
            continue
        if into is None or now.type in into:
            yield now
        if now.children:
            waiting.extend(reversed(now.children))


def find(node: Node, *types: str) -> Node | None:
    """The first node of one of these types, in the order of the source; the node itself counts."""
    return next(walk(node, types), None)


def comments(node: Node) -> Iterator[Node]:
    """Comments below a node, in the order of the source."""
    return walk(node, ("comment", "line_comment", "block_comment"))


def faults(root: Node) -> list[int]:
    """Lines on which the text departs from the grammar; a reader must list them, for what stands there was not read."""
    return sorted({node.line for node in walk(root) if node.broken})


def _made(cursor: tree_sitter.TreeCursor, source: bytes, parent: Node | None) -> Node:
    at = cursor.node
    if at is None:  # pragma: no cover - a cursor always stands on a node
        message = "a syntax tree without a node"
        raise AssertionError(message)
    kind = at.type
    return Node(
        kind,
        cursor.field_name or "",
        at.is_named,
        at.start_point[0] + 1,
        at.start_byte,
        at.end_byte,
        source,
        kind == "ERROR" or at.is_missing,
        parent,
    )


@functools.cache
def _parser(language: Language) -> tree_sitter.Parser:
    try:
        # a heavy door: only a run that reads such sources opens it
        import tree_sitter
        import tree_sitter_elixir
        import tree_sitter_rust
    except ImportError as error:
        raise UsageError(
            f"reading {language.capitalize()} sources needs the package {error.name or 'tree-sitter'}, "
            "which is not installed",
            do="pip install 'recipes-data[gaps]'",
        ) from error
    grammar = {"elixir": tree_sitter_elixir.language, "rust": tree_sitter_rust.language}[language]
    return tree_sitter.Parser(tree_sitter.Language(grammar()))
