"""`add`, `lock` and `fetch` in this process, against a Hub on loopback: what the command does, without its words."""

from __future__ import annotations

from pathlib import Path

from recipes_data.adding import Addition, Need, add, draft
from recipes_data.address import Address
from recipes_data.catalogue import read_catalogue
from recipes_data.describing import Asking, suggested_name
from recipes_data.fetch import Outcome, fetch
from recipes_data.hub.retry import Policy
from recipes_data.mirror import Mirror
from recipes_data.online import Opener
from recipes_data.plan import Plan
from recipes_data.store import Store
from tests.worlds import Project


class Silent:
    """A watcher that shows nothing."""

    def planned(self, plan: Plan) -> None:
        """Refuse nothing."""

    def moved(self, count: int) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def converting(self, name: str, size: int) -> None:
        """Show nothing."""


def opener(mirror: Mirror, token: str | None = None) -> Opener:
    """The way to a Hub on loopback, without waits."""
    return Opener(mirror.url, {"NO_PROXY": "*"}, token=token or False, policy=Policy(retries=0))


def added(
    mirror: Mirror, project: Project, repo: str, need: Need | None = None, *, token: str | None = None, **asked: object
) -> Addition:
    """What `recipes-data add REPO` writes, written."""
    words = {"name": suggested_name(repo), **asked}
    folder = project.root / "manifests"
    way = opener(mirror, token)
    try:
        made = draft(way(), Asking(repo, **words), read_catalogue([folder]), folder, need)  # type: ignore[arg-type]
    finally:
        way.close()
    add(made)
    return made


def fetched(mirror: Mirror, project: Project, name: str, token: str | None = None) -> Outcome:
    """How `recipes-data fetch NAME` ends."""
    folder: Path = project.root / "manifests"
    way = opener(mirror, token)
    try:
        (outcome,) = fetch(
            read_catalogue([folder]),
            {name: [Address(name)]},
            locks=folder / "locks",
            store=Store(project.store),
            hub=way,
            watcher=Silent(),
        )
    finally:
        way.close()
    return outcome
