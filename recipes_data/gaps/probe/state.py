"""The only home of what the probe's Hub remembers during one scenario: what there is, and what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from recipes_data.gaps.probe.stage import Stage
from recipes_data.mirror import Request, Response
from recipes_data.mirror.answers import repo_not_found, unauthorized
from recipes_data.mirror.routes import Site

__all__ = ["Reply", "State", "state_of"]


@dataclass(frozen=True, slots=True)
class State:
    """One scenario's Hub. The mirror answers from `site`; the rest changes with every request that writes.

    `repositories`: by "datasets/ORG/NAME", the settings that were put. `branches`, `tags`: names by repository, with
    a `-` before one that was deleted. `committed`: the bytes of each file by repository and path. `commits`: their
    ids. `objects`: LFS bytes by sha256.
    """

    stage: Stage
    site: Site
    repositories: dict[str, dict[str, object]]
    branches: dict[str, list[str]] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    committed: dict[str, dict[str, bytes]] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)

    def knows(self, request: Request) -> bool:
        """Whether the token of a request is a valid one."""
        return self.site.access.caller(request) in ("known", "granted")

    def commit_of(self, name: str) -> str:
        """The commit of "datasets/ORG/NAME", as its files are now."""
        kind, _, repo = name.partition("/")
        hidden = f"space.{repo}" if kind == "spaces" else repo
        return self.site.folder.snapshot("dataset" if kind == "datasets" else "model", hidden).commit

    def missing(self, request: Request, name: str) -> Response | None:
        """The Hub's no where there is no such repository, or None; a stranger is not told which of the two it is."""
        if name in self.repositories:
            return None
        return repo_not_found(api=True) if self.knows(request) else unauthorized(api=True)

    def unwritable(self, request: Request, name: str) -> Response | None:
        """The Hub's no to a change of a repository, or None."""
        return self.missing(request, name) if self.knows(request) else unauthorized(api=True)


Reply = Callable[[State, Request, tuple[str, ...]], Response | None]
"""From a request and the parts of its path to the answer; None where the mirror has to answer."""


def state_of(stage: Stage, site: Site) -> State:
    """The state in which a scenario begins."""
    return State(stage, site, {name: {} for name in stage.repositories})
