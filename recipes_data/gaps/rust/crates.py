"""The only home of which Rust files make a crate: manifests, roots, the tree of `mod` declarations."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from recipes_data.errors import UsageError
from recipes_data.gaps.trees import Node, faults, find, parse, walk

__all__ = ["Crate", "File", "Tree", "attributes", "read_crates"]

_ITEM_MACRO = re.compile(r"macro_rules!\s*(\w+)\s*[({\[]\s*[({\[]\s*\$\(\s*(?:#\[\$\w+:meta\]\s*)?\$\w+\s*:\s*item\b")
_SKIPPED = frozenset({"target", "node_modules", "vendor"})


@dataclass(frozen=True, slots=True)
class File:
    """One file. `module` is its path in its crate, the crate's name first (`hf_hub::api::sync`)."""

    module: str
    path: str
    root: Node
    is_test: bool


@dataclass(frozen=True, slots=True)
class Crate:
    """A library crate: import name, version, folder relative to the input's root."""

    name: str
    version: str | None
    folder: str


@dataclass(slots=True)
class Tree:
    """Everything that was read. `passing`: macros that pass the items in them on (`cfg_if!`, and the crate's own)."""

    root: Path
    crates: list[Crate] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)
    passing: frozenset[str] = frozenset()
    count: int = 0
    lines: int = 0


def read_crates(root: Path) -> Tree:
    """Read all crates under a folder: their libraries and programs, and the files of `tests/`.

    Examples and benchmarks are left out. A folder without a manifest is one crate by the folder's name.

    Raises:
        UsageError: there is no such folder.
    """
    if not root.is_dir():
        raise UsageError(f"{root} is no folder")
    tree = Tree(root.absolute())
    manifests = _manifests(tree)
    workspace = _table(tree, tree.root).get("workspace", {}).get("package", {})
    for folder in manifests or [tree.root]:
        _read_crate(tree, folder, workspace.get("version") if isinstance(workspace, dict) else None)
    return tree


def _manifests(tree: Tree) -> list[Path]:
    found = []
    for place, folders, names in os.walk(tree.root):
        folders[:] = sorted(one for one in folders if one not in _SKIPPED and not one.startswith("."))
        if "Cargo.toml" in names and "package" in _table(tree, Path(place)):
            found.append(Path(place))
    aside = {"examples", "benches", "benchmarks", "fuzz"}
    return [one for one in found if not aside & set(one.relative_to(tree.root).parts)]


def _table(tree: Tree, folder: Path) -> dict[str, dict[str, object]]:
    """A folder's `Cargo.toml`; empty where it has none, or one that cannot be read, which is listed."""
    path = folder / "Cargo.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}  # a folder of sources alone
    except (OSError, ValueError) as error:
        fault = f"{path.relative_to(tree.root).as_posix()}: not readable ({error})"
        if fault not in tree.unparsed:
            tree.unparsed.append(fault)
        return {}


def _read_crate(tree: Tree, folder: Path, shared_version: object) -> None:
    manifest = _table(tree, folder)
    package, library = manifest.get("package", {}), manifest.get("lib", {})
    name = str(library.get("name") or package.get("name") or folder.name).replace("-", "_")
    version = package.get("version")
    version = version if isinstance(version, str) else shared_version
    relative = folder.relative_to(tree.root).as_posix()
    tree.crates.append(Crate(name, version if isinstance(version, str) else None, "" if relative == "." else relative))
    roots = [folder / str(library["path"])] if "path" in library else [folder / "src/lib.rs", folder / "lib.rs"]
    taken: set[Path] = set()
    tree.passing = _passing_macros(folder)
    _read_module(
        tree, next((one for one in roots if one.is_file()), folder / "src/main.rs"), name, taken, is_test=False
    )
    for program in sorted(
        [folder / "src/main.rs", *(folder / "src/bin").glob("*.rs"), *(folder / "src/bin").glob("*/main.rs")]
    ):
        stem = program.parent.name if program.name == "main.rs" and program.parent.name != "src" else program.stem
        if program not in taken and program.is_file():
            _read_module(
                tree,
                program,
                f"{name}::{'main' if stem == 'main' else 'bin_' + stem}",
                taken,
                is_test=False,
                program=True,
            )
    for test in sorted([*(folder / "tests").glob("*.rs"), *(folder / "tests").glob("*/main.rs")]):
        stem = test.parent.name if test.name == "main.rs" else test.stem
        _read_module(tree, test, stem, taken, is_test=True, program=True)
    for place in ("src",):
        for path in sorted((folder / place).rglob("*.rs")):
            if path not in taken:
                tree.unparsed.append(f"{path.relative_to(tree.root).as_posix()}: no module declares it")


def _read_module(
    tree: Tree, path: Path, module: str, taken: set[Path], *, is_test: bool, program: bool = False
) -> None:
    if path in taken or not path.is_file():
        return
    taken.add(path)
    relative = path.relative_to(tree.root).as_posix()
    try:
        source = path.read_bytes()
    except OSError as error:
        tree.unparsed.append(f"{relative}: not readable ({error.strerror})")
        return
    tree.count += 1
    tree.lines += source.count(b"\n") + (not source.endswith(b"\n") and bool(source))
    root = _opened(source, tree.passing)
    for line in faults(root)[:5]:
        tree.unparsed.append(f"{relative}:{line}: departs from the grammar")
    tree.files.append(File(module, relative, root, is_test))
    is_root = program or "::" not in module or path.name in ("mod.rs", "lib.rs", "main.rs")
    beside = path.parent if is_root else path.parent / path.stem
    for name, declared, inner in _declared(root, ()):
        place = beside.joinpath(*inner)
        given = _path_attribute(declared)
        options = [path.parent.joinpath(*inner) / given] if given else [place / f"{name}.rs", place / name / "mod.rs"]
        found = next((one for one in options if one.is_file()), None)
        full = "::".join([module, *inner, name])
        if found is None:
            tree.unparsed.append(f"{relative}:{declared.line}: module {name} has no file")
        else:
            _read_module(tree, found, full, taken, is_test=is_test or _is_for_tests(declared))


def _passing_macros(folder: Path) -> frozenset[str]:
    """Names of macros whose rule takes whole items (`$item:item`): what stands in them stands in the module."""
    found = {"cfg_if", "cfg_if::cfg_if"}
    for path in sorted((folder / "src").rglob("*.rs")):
        try:
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            continue  # listed as unread where its functions are looked for
        found |= {match[1] for match in _ITEM_MACRO.finditer(text)}
    return frozenset(found)


def _opened(source: bytes, passing: frozenset[str]) -> Node:
    """The tree of a file in which the brackets of such macros are blanked, so that no line moves."""
    root = parse("rust", source)
    for _ in range(3):  # one in another
        blanked = bytearray(source)
        for node in walk(root, ("macro_invocation",)):
            parents = (
                node.parent.type if node.parent else "",
                node.parent.parent.type if node.parent and node.parent.parent else "",
            )
            name, body = node.child("macro"), node.first("token_tree")
            if name is None or body is None or name.text not in passing or "block" in parents:
                continue
            kept = [one for one in body.children if one.type == "token_tree" and one.text.startswith("{")]
            spans = (
                [(one.start + 1, one.end - 1) for one in kept]
                if name.text.endswith("cfg_if")
                else [(body.start + 1, body.end - 1)]
            )
            _blank(blanked, node.start, node.end, spans)
        if bytes(blanked) == source:
            break
        source = bytes(blanked)
        root = parse("rust", source)
    return root


def _blank(text: bytearray, start: int, end: int, kept: list[tuple[int, int]]) -> None:
    """Put spaces for everything from `start` to `end` but the spans to keep and the ends of lines."""
    for place in range(start, end):
        if text[place] not in b"\r\n" and not any(first <= place < last for first, last in kept):
            text[place] = 0x20


def _declared(node: Node, inner: tuple[str, ...]) -> Iterator[tuple[str, Node, tuple[str, ...]]]:
    """`mod name;` in a file, and in the modules that are written out in it."""
    for child in node.children:
        if child.type != "mod_item":
            continue
        name, body = child.child("name"), child.child("body")
        if name is None:
            continue
        if body is None:
            yield name.text.removeprefix("r#"), child, inner
        else:
            yield from _declared(body, (*inner, name.text))


def attributes(node: Node) -> list[Node]:
    """Attributes in front of an item, in their order."""
    siblings = node.parent.children if node.parent is not None else []
    place = next((number for number, one in enumerate(siblings) if one is node), 0)
    found: list[Node] = []
    for one in reversed(siblings[:place]):
        if one.type == "attribute_item":
            found.append(one)
        elif one.type not in ("line_comment", "block_comment"):
            break
    return found[::-1]


def _path_attribute(node: Node) -> str | None:
    for one in attributes(node):
        inner = one.first("attribute")
        if inner is not None and inner.children and inner.children[0].text == "path":
            text = find(inner, "string_content")
            return text.text if text is not None else None
    return None


def _is_for_tests(node: Node) -> bool:
    return any(one.text.replace(" ", "").startswith("#[cfg(test") for one in attributes(node))
