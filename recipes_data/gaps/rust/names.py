"""The only home of what a path in Rust source means: modules, imports, re-exports, types behind expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recipes_data.gaps.rust.items import Fn, Items, Use, add_method, segments_of
from recipes_data.gaps.trees import Node

__all__ = ["Names"]

# types that stand for what is in them
_WRAPPERS = frozenset(
    {
        "Result",
        "Option",
        "Arc",
        "Rc",
        "Box",
        "Mutex",
        "RwLock",
        "RefCell",
        "Cell",
        "Cow",
        "Pin",
        "Vec",
        "OnceCell",
        "OnceLock",
    }
    | {"LazyLock", "Lazy", "MutexGuard", "BoxFuture", "ManuallyDrop", "Either"}
)
_DEEPEST = 12  # imports that lead to imports


class Names:
    """Answers what a path means in a module; a path that leads out of the sources stays as it is, made whole.

    `derefs`: the type that a type gives its methods through; `errors`: types that are errors by an impl.
    """

    def __init__(self, items: Items) -> None:
        self.items = items
        self.crates = {crate.name for crate in items.tree.crates}
        self.derefs: dict[str, str] = {}
        self.errors: set[str] = set()
        self.extensions: set[str] = set()
        self._implement()

    def _implement(self) -> None:
        """Give methods to the types whose they are."""
        for node, module, file, texts in self.items.impls:
            kind, trait, body = node.child("type"), node.child("trait"), node.child("body")
            owner = self.type_of(kind, module, None, unwraps=False) if kind is not None else None
            if owner is None or body is None:
                continue
            trait_path = self.resolve(module, segments_of(trait)) if trait is not None else None
            if trait_path in ("std::error::Error", "core::error::Error") or (
                trait is not None and trait.text == "Error"
            ):
                self.errors.add(owner)
            for one in body.children:
                if one.type == "function_item":
                    add_method(self.items, file, one, module, owner, trait_path, is_test="#[cfg(test)]" in texts)
                elif (
                    one.type == "type_item"
                    and trait is not None
                    and trait.text.split("::")[-1] in ("Deref", "DerefMut")
                ):
                    target = one.child("type")
                    found = self.type_of(target, module, owner) if target is not None else None
                    if found is not None:
                        self.derefs[owner] = found

    # --- paths

    def resolve(
        self, module: str, segments: Sequence[str], extra: Mapping[str, Use] | None = None, depth: int = 0
    ) -> str:
        """The whole path that `segments`, written in `module`, stand for. `extra`: imports of the body around."""
        here = self._start(module, segments[0], extra, depth) if segments and depth <= _DEEPEST else None
        if here is None:
            return "::".join(segments)
        for number, name in enumerate(segments[1:], start=2):
            if name == "super":
                here = here.rpartition("::")[0] or here
                continue
            inner = self._in_module(here, name, depth) if here in self.items.modules else None
            here = inner or f"{self._aliased(here)}::{name}"
            if inner is None and here not in self.items.modules:
                return "::".join([here, *segments[number:]])
        return here

    def _start(self, module: str, first: str, extra: Mapping[str, Use] | None, depth: int) -> str | None:
        """What the first word of a path is; None for a crate that is not in the sources."""
        if first == "crate":
            return self._root(module)
        if first == "self":
            return module
        if first == "super":
            return module.rpartition("::")[0] or module
        if extra is not None and first in extra:
            return self.resolve(module, extra[first].target, None, depth + 1)
        return self._in_module(module, first, depth) or (first if first in self.crates else None)

    def _aliased(self, path: str) -> str:
        """The type that an alias stands for; any other path stays."""
        named = self.items.types.get(path)
        if named is None or named.kind != "alias":
            return path
        return self.type_of(named.node.child("type"), named.module, None, unwraps=False) or path

    def _root(self, module: str) -> str:
        parts = module.split("::")
        if (
            len(parts) > 1
            and (parts[1] == "main" or parts[1].startswith("bin_"))
            and "::".join(parts[:2]) in self.items.modules
        ):
            return "::".join(parts[:2])
        return parts[0]

    def _in_module(self, module: str, name: str, depth: int) -> str | None:
        """A name in a module: its own items, then its imports."""
        path = f"{module}::{name}"
        if path in self.items.functions or path in self.items.types or path in self.items.modules:
            return path
        if depth > _DEEPEST:
            return None
        uses = self.items.uses.get(module, [])
        for use in uses:
            if use.name == name and use.target != (name,):
                return self.resolve(module, use.target, None, depth + 1)
        for use in uses:
            if use.name != "*" or use.target == (name,):
                continue
            inside = self.resolve(module, use.target, None, depth + 1)
            if inside in self.items.modules and inside != module:
                found = self._in_module(inside, name, depth + 1)
                if found is not None:
                    return found
        return None

    # --- types

    def type_of(self, node: Node | None, module: str, owner: str | None, *, unwraps: bool = True) -> str | None:
        """The path of the type that a type expression is about: `Result<Arc<Api>, E>` is about `Api`."""
        if node is None:
            return None
        if node.type in (
            "reference_type",
            "pointer_type",
            "dynamic_type",
            "abstract_type",
            "array_type",
            "bracketed_type",
        ):
            inner = (
                node.child("type")
                or node.child("element")
                or node.child("trait")
                or (node.named_children[-1] if node.named_children else None)
            )
            return self.type_of(inner, module, owner, unwraps=unwraps)
        if node.type == "generic_type":
            return self._generic(node, module, owner, unwraps=unwraps)
        if node.type in ("type_identifier", "scoped_type_identifier", "identifier", "scoped_identifier"):
            segments = segments_of(node)
            if segments[:1] == ("Self",):
                return owner
            found = self.resolve(module, segments)
            named = self.items.types.get(found)
            if named is not None and named.kind == "alias":
                return self.type_of(named.node.child("type"), named.module, owner, unwraps=unwraps) or found
            return found
        return None

    def _generic(self, node: Node, module: str, owner: str | None, *, unwraps: bool) -> str | None:
        outer, arguments = node.child("type"), node.child("type_arguments")
        if outer is None:
            return None
        found = self.type_of(outer, module, owner, unwraps=False)
        named = self.items.types.get(self.resolve(module, segments_of(outer)))
        is_wrapper = found is not None and found.rsplit("::", 1)[-1] in _WRAPPERS
        # `type Result<T> = std::result::Result<T, Error>;` is one as well
        stands_for_one = named is not None and named.kind == "alias" and (found is None or "<" in named.node.text)
        if unwraps and arguments is not None and (is_wrapper or stands_for_one):
            inner = [one for one in arguments.named_children if one.type != "lifetime"]
            if inner:
                return self.type_of(inner[0], module, owner)
        return found

    # --- methods

    def method(self, of: str, name: str) -> Fn | None:
        """The definition of a type's method: its own, a trait's, or one of the type it derefs to."""
        seen = set()
        at: str | None = of
        while at is not None and at not in seen:
            seen.add(at)
            found = self.items.functions.get(f"{at}::{name}")
            if found is not None:
                return found
            at = self.derefs.get(at)
        return None
