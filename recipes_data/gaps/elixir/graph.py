"""The only home of who calls whom in a project: through known names, computed modules and behaviours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from recipes_data.gaps.elixir.calls import Calls, Site, delegate_of
from recipes_data.gaps.elixir.definitions import Definition, Key
from recipes_data.gaps.elixir.dynamic import Choice, Dynamic
from recipes_data.gaps.elixir.requests import VERBS, is_request

__all__ = ["Graph"]


@dataclass(slots=True)
class Graph:
    """Edges of one project, each found once."""

    calls: Calls
    dynamic: Dynamic
    _edges: dict[Key, tuple[Definition, ...]] = field(default_factory=dict)
    _public: frozenset[Key] | None = None
    _closures: dict[Key, frozenset[Key]] = field(default_factory=dict)
    _choices: dict[int, Choice] = field(default_factory=dict)
    _implementers: dict[tuple[str, int], list[Definition]] | None = None

    def choice(self, definition: Definition, site: Site) -> Choice:
        """Modules that a call with a computed module may mean."""
        if site.dynamic is None:
            return Choice(frozenset({site.module or definition.module}), whole=True)
        known = self._choices.get(id(site))
        if known is None:
            known = self._choices[id(site)] = self.dynamic.modules(site.dynamic, definition)
        return known

    def edges(self, definition: Definition) -> tuple[Definition, ...]:
        """Definitions that a definition calls itself, in the order of its text."""
        known = self._edges.get(definition.key)
        if known is None:
            found: dict[Key, Definition] = {}
            delegate = delegate_of(self.calls.source_of(definition), definition)
            if delegate is not None:
                found.update({one.key: one for one in self.calls.named(*delegate, definition.arity[1])})
            for site in self.calls.sites(definition):
                found.update({one.key: one for one in self._reached(definition, site)})
            known = self._edges[definition.key] = tuple(found.values())
        return known

    def _reached(self, definition: Definition, site: Site) -> Iterable[Definition]:
        if site.dynamic is None:
            return self.calls.targets(definition, site)
        choice = self.choice(definition, site)
        found = [one for module in sorted(choice.modules) for one in self.calls.named(module, site.name, site.arity)]
        if choice.whole or not site.name:
            return found
        # whoever implements a callback of that name may be meant
        return [*found, *self._callbacks().get((site.name, -1 if site.arity is None else site.arity), ())]

    def _callbacks(self) -> dict[tuple[str, int], list[Definition]]:
        """Implementations of the project's own behaviours, by callback."""
        if self._implementers is None:
            self._implementers = {}
            for name in sorted(self.calls.project.modules):
                module = self.calls.project.modules[name]
                for behaviour in module.behaviours:
                    owner = self.calls.modules.get(behaviour)
                    for callback in owner.callbacks if owner is not None else ():
                        for one in self.calls.named(name, *callback):
                            self._implementers.setdefault(callback, []).append(one)
        return self._implementers

    def reached(self, start: Iterable[Definition]) -> dict[Key, Definition]:
        """Everything that is reached from definitions, themselves included, nearest first."""
        found: dict[Key, Definition] = {}
        waiting = list(start)
        for one in waiting:  # grows while it is read
            if one.key not in found:
                found[one.key] = one
                waiting += self.edges(one)
        return found

    def closure(self, definition: Definition) -> frozenset[Key]:
        """Keys of everything that a definition reaches, itself included; worked out once."""
        known = self._closures.get(definition.key)
        if known is None:
            known = self._closures[definition.key] = frozenset(self.reached([definition]))
        return known

    def public(self) -> frozenset[Key]:
        """Definitions of the project that other modules can call."""
        if self._public is None:
            self._public = frozenset(one.key for one in self.calls.project.definitions() if one.public)
        return self._public

    def senders(self) -> frozenset[Key]:
        """Definitions that reach a request."""
        callers: dict[Key, set[Key]] = {}
        waiting: list[Key] = []
        for definition in self.calls.project.definitions():
            for one in self.edges(definition):
                callers.setdefault(one.key, set()).add(definition.key)
            if any(self.sends(definition, site) for site in self.calls.sites(definition)):
                waiting.append(definition.key)
        found: set[Key] = set()
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += callers.get(key, ())
        return frozenset(found)

    def sends(self, definition: Definition, site: Site) -> bool:
        """Whether a call is one of an HTTP library's."""
        if site.module:
            return is_request(site.module, site.name)
        if site.dynamic is not None:
            return any(is_request(module, site.name) for module in self.choice(definition, site).modules)
        if site.name.rstrip("!") not in VERBS and site.name.rstrip("!") not in ("request", "build"):
            return False
        if self.calls.named(definition.module, site.name, site.arity):
            return False
        owner = self.calls.modules.get(definition.module)
        if owner is not None and any(used == "Tesla" for used, _ in owner.uses):
            return True
        source = self.calls.source_of(definition)
        importers = self.calls.importers(source, site.node.start, site.name, site.arity)
        return any(is_request(module, site.name) for module in importers)
