"""The adapter that has nothing: every callback says what is missing, and how to choose an adapter that has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from recipes_data.errors import UsageError
from recipes_data.ports.options import WHERE_CHOSEN, AdapterOptions
from recipes_data.ports.records import RepoKind

__all__ = ["NoHub", "NoStore", "no_hub", "no_store"]

_WHY = "the adapter `none` was chosen"


def _missing(port: str, callback: str, asked: str) -> NoReturn:
    kind = "HubClient" if port == "hub" else "DatasetStore"
    raise UsageError(
        f"no {kind} is configured ({_WHY}), and `{callback}` was called for {asked}",
        f'set {port} = "recipes-data" (or "plain", or one of your own) in {WHERE_CHOSEN}',
    )


class NoHub:
    """A `HubClient` that can do nothing: for programs that must not reach one, and to see who would."""

    @property
    def lacks(self) -> Mapping[str, str]:
        """Everything."""
        return dict.fromkeys(("download", "snapshot", "list_files", "info", "refs", "commits", "whoami"), _WHY)

    def download(
        self, repo: str, path: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None
    ) -> NoReturn:
        """Says what is missing."""
        _missing("hub", "download", f"{path} of {kind.value} {repo}")

    def snapshot(
        self,
        repo: str,
        kind: RepoKind = RepoKind.DATASET,
        revision: str | None = None,
        patterns: Sequence[str] = (),
    ) -> NoReturn:
        """Says what is missing."""
        _missing("hub", "snapshot", f"{kind.value} {repo}")

    def list_files(self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> NoReturn:
        """Says what is missing."""
        _missing("hub", "list_files", f"{kind.value} {repo}")

    def info(self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> NoReturn:
        """Says what is missing."""
        _missing("hub", "info", f"{kind.value} {repo}")

    def refs(self, repo: str, kind: RepoKind = RepoKind.DATASET) -> NoReturn:
        """Says what is missing."""
        _missing("hub", "refs", f"{kind.value} {repo}")

    def commits(self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> NoReturn:
        """Says what is missing."""
        _missing("hub", "commits", f"{kind.value} {repo}")

    def whoami(self) -> NoReturn:
        """Says what is missing."""
        _missing("hub", "whoami", "the user")


class NoStore:
    """A `DatasetStore` that can do nothing."""

    @property
    def lacks(self) -> Mapping[str, str]:
        """Everything."""
        return dict.fromkeys(("load_dataset", "get_split", "shuffle", "take", "skip", "select", "to_list"), _WHY)

    def load_dataset(
        self, path: str, name: str | None = None, split: str | None = None, revision: str | None = None
    ) -> NoReturn:
        """Says what is missing."""
        _missing("datasets", "load_dataset", path)

    def get_split(self, dataset: Any, split: str) -> NoReturn:
        """Says what is missing."""
        _missing("datasets", "get_split", f"the split {split}")

    def shuffle(self, dataset: Any, seed: int) -> NoReturn:
        """Says what is missing."""
        _missing("datasets", "shuffle", "rows")

    def take(self, dataset: Any, n: int) -> NoReturn:
        """Says what is missing."""
        _missing("datasets", "take", "rows")

    def skip(self, dataset: Any, n: int) -> NoReturn:
        """Says what is missing."""
        _missing("datasets", "skip", "rows")

    def select(self, dataset: Any, indices: Iterable[int]) -> NoReturn:
        """Says what is missing."""
        _missing("datasets", "select", "rows")

    def to_list(self, dataset: Any) -> NoReturn:
        """Says what is missing."""
        _missing("datasets", "to_list", "rows")


def no_hub(options: AdapterOptions) -> NoHub:
    """The adapter; it needs no options."""
    return NoHub()


def no_store(options: AdapterOptions) -> NoStore:
    """The adapter; it needs no options."""
    return NoStore()
