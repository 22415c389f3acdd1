"""The only home of what every `HubClient` must do, one function for each sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from recipes_data.errors import RecipesDataError, UnknownNameError, UsageError
from recipes_data.ports.jsonrecords import from_json, to_json
from recipes_data.ports.needs import CALLBACKS, missing_callbacks
from recipes_data.ports.protocols import HubClient
from recipes_data.ports.records import EntryKind, FileRecord, Gating, RepoKind, RepoRecord, Visibility
from recipes_data.testing.saying import equal, holds, raises, says
from recipes_data.testing.world import files

__all__ = [
    "HUB_CHECKS",
    "HubCase",
    "a_snapshot_has_the_files_at_their_paths",
    "a_snapshot_of_nothing_is_an_error",
    "digests_are_those_of_the_bytes",
    "downloads_a_file_under_its_own_name",
    "every_callback_heeds_the_revision",
    "has_every_callback_but_those_it_names",
    "info_lists_the_same_files",
    "lists_every_file_in_order",
    "records_go_to_json_and_back",
    "references_and_history_lead_to_the_commit",
    "says_which_commit_it_is",
    "says_who_may_read_it",
    "what_is_not_there_is_an_error_of_the_house",
    "what_it_lacks_is_refused_with_the_reason",
]

_ONE = "main/test.parquet"
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class HubCase:
    """An adapter, and the dataset that has `files()`; `paths`: those that the adapter knows, None where all."""

    hub: HubClient
    repo: str
    paths: tuple[str, ...] | None = None

    def files(self) -> dict[str, bytes]:
        """The files that the adapter must have, by path, sorted."""
        return {path: data for path, data in files().items() if self.paths is None or path in self.paths}

    def has(self, callback: str) -> bool:
        """Whether the adapter claims to have a callback."""
        return callback not in self.hub.lacks


def has_every_callback_but_those_it_names(case: HubCase) -> None:
    """What is missing is what `lacks` says, with the same reason."""
    found = {one.callback: one.why for one in missing_callbacks(case.hub, "hub")}
    equal(found, dict(case.hub.lacks), "callbacks that are missing")


def what_it_lacks_is_refused_with_the_reason(case: HubCase) -> None:
    """Never an empty answer."""
    calls: dict[str, Callable[[], object]] = {
        "download": lambda: case.hub.download(case.repo, _ONE),
        "snapshot": lambda: case.hub.snapshot(case.repo),
        "list_files": lambda: case.hub.list_files(case.repo),
        "info": lambda: case.hub.info(case.repo),
        "refs": lambda: case.hub.refs(case.repo),
        "commits": lambda: case.hub.commits(case.repo),
        "whoami": case.hub.whoami,
    }
    equal(tuple(calls), CALLBACKS["hub"], "the callbacks of the port")
    for callback, why in case.hub.lacks.items():
        says(raises(UsageError, calls[callback], callback), (callback, why))


def lists_every_file_in_order(case: HubCase) -> None:
    """By path, without folders, each with its size and a digest."""
    if not case.has("list_files"):
        return
    found = case.hub.list_files(case.repo)
    equal(
        [(one.path, one.size) for one in found], [(path, len(data)) for path, data in case.files().items()], "the files"
    )
    equal({one.kind for one in found}, {EntryKind.FILE}, "what is listed")
    for one in found:
        kind, _, digest = one.digest.partition(":")
        lengths = {"sha256": 64, "git-sha1": 40}
        holds(len(digest) == lengths.get(kind) and set(digest) <= _HEX, f"{one.path} has the digest {one.digest!r}")


def digests_are_those_of_the_bytes(case: HubCase) -> None:
    """A sha256 of the file, or git's sha1 of the blob."""
    if not case.has("list_files"):
        return
    expected = case.files()
    for one in case.hub.list_files(case.repo):
        data = expected[one.path]
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()  # git hash-object
        digest = blob if one.digest.startswith("git-sha1:") else hashlib.sha256(data).hexdigest()
        equal(one.digest.partition(":")[2], digest, f"the digest of {one.path}")


def downloads_a_file_under_its_own_name(case: HubCase) -> None:
    """Every byte of it."""
    if not case.has("download"):
        return
    for path, data in case.files().items():
        found = case.hub.download(case.repo, path)
        equal(found.name, path.rpartition("/")[2], "the name of a download")
        equal(found.read_bytes(), data, f"the bytes of {path}")


def a_snapshot_has_the_files_at_their_paths(case: HubCase) -> None:
    """All, or those that match a pattern."""
    if not case.has("snapshot"):
        return
    one = case.hub.snapshot(case.repo, patterns=["main/te*"])
    equal((one / _ONE).read_bytes(), files()[_ONE], f"the bytes of {_ONE} in a snapshot of a part")
    folder = case.hub.snapshot(case.repo)
    for path, data in case.files().items():
        equal((folder / path).read_bytes(), data, f"the bytes of {path} in a snapshot")


def a_snapshot_of_nothing_is_an_error(case: HubCase) -> None:
    """Where no file matches: it names the pattern; no folder is given, and not one with every file."""
    if case.has("snapshot"):
        error = raises(UnknownNameError, lambda: case.hub.snapshot(case.repo, patterns=["no/such*"]), "a snapshot")
        says(error, ("no/such*",))


def says_which_commit_it_is(case: HubCase) -> None:
    """40 hex digits; asked for at that commit, the same record."""
    if not case.has("info"):
        return
    info = case.hub.info(case.repo)
    equal((info.kind, info.id), (RepoKind.DATASET, case.repo), "the repository")
    commit = info.sha or ""
    holds(len(commit) == 40 and set(commit) <= _HEX, f"`sha` is {info.sha!r}, no commit")
    equal(case.hub.info(case.repo, revision=commit).sha, commit, "the commit of a commit")
    equal(case.hub.info(case.repo, revision="main").sha, commit, "the commit of main")


def every_callback_heeds_the_revision(case: HubCase) -> None:
    """At the commit there is the same; of a revision that is not there nothing, and the error names it."""
    path = _ONE if case.paths is None or _ONE in case.paths else case.paths[0]
    asked: list[tuple[str, Callable[[str | None], object]]] = [
        ("download", lambda revision: case.hub.download(case.repo, path, revision=revision).read_bytes()),
        ("snapshot", lambda revision: (case.hub.snapshot(case.repo, revision=revision) / path).read_bytes()),
        ("list_files", lambda revision: case.hub.list_files(case.repo, revision=revision)),
        ("commits", lambda revision: case.hub.commits(case.repo, revision=revision)),
    ]
    commit = case.hub.info(case.repo).sha if case.has("info") else None
    for callback, ask in asked:
        if case.has(callback):
            equal(ask(commit), ask(None), f"{callback} at the commit")
            error = raises(RecipesDataError, partial(ask, "nosuch"), f"{callback} at an unknown revision")
            says(error, ("nosuch",))


def says_who_may_read_it(case: HubCase) -> None:
    """Open; public, or not said."""
    if not case.has("info"):
        return
    info = case.hub.info(case.repo)
    equal(info.gating, Gating.OPEN, "the gating")
    holds(info.visibility in (None, Visibility.PUBLIC), f"the visibility is {info.visibility}")


def info_lists_the_same_files(case: HubCase) -> None:
    """Paths of `siblings` are those of `list_files`."""
    if not (case.has("info") and case.has("list_files")):
        return
    siblings = sorted(one.path for one in case.hub.info(case.repo).siblings or ())
    equal(siblings, [one.path for one in case.hub.list_files(case.repo)], "the paths of siblings")


def records_go_to_json_and_back(case: HubCase) -> None:
    """With nothing lost."""
    if case.has("info"):
        info = case.hub.info(case.repo)
        equal(from_json(RepoRecord, to_json(info), kind=info.kind), info, "the info of its own JSON")
    if case.has("list_files"):
        for one in case.hub.list_files(case.repo):
            equal(from_json(FileRecord, to_json(one)), one, "the entry of its own JSON")


def references_and_history_lead_to_the_commit(case: HubCase) -> None:
    """The branch main, and the newest commit."""
    if not case.has("info"):
        return
    commit = case.hub.info(case.repo).sha
    if case.has("refs"):
        branches = {one.name: one.commit for one in case.hub.refs(case.repo).branches or ()}
        equal(branches.get("main"), commit, "the commit of the branch main")
    if case.has("commits"):
        history = case.hub.commits(case.repo)
        equal(history[0].id if history else None, commit, "the newest commit")


def what_is_not_there_is_an_error_of_the_house(case: HubCase) -> None:
    """It names what was asked for; no other library's class gets out."""
    asked: list[tuple[str, Callable[[], object], str]] = [
        ("info", lambda: case.hub.info("acme/nosuch"), "acme/nosuch"),
        ("list_files", lambda: case.hub.list_files("acme/nosuch"), "acme/nosuch"),
        ("snapshot", lambda: case.hub.snapshot("acme/nosuch"), "acme/nosuch"),
        ("download", lambda: case.hub.download("acme/nosuch", _ONE), "acme/nosuch"),
        ("download", lambda: case.hub.download(case.repo, "no/such.file"), "no/such.file"),
        ("info", lambda: case.hub.info(case.repo, revision="nosuch"), "nosuch"),
        ("info", lambda: case.hub.info(case.repo, RepoKind.MODEL), case.repo),
    ]
    for callback, ask, word in asked:
        if case.has(callback):
            says(raises(RecipesDataError, ask, f"{callback} of what is not there"), (word,))


HUB_CHECKS: tuple[Callable[[HubCase], None], ...] = (
    has_every_callback_but_those_it_names,
    what_it_lacks_is_refused_with_the_reason,
    lists_every_file_in_order,
    digests_are_those_of_the_bytes,
    downloads_a_file_under_its_own_name,
    a_snapshot_has_the_files_at_their_paths,
    a_snapshot_of_nothing_is_an_error,
    says_which_commit_it_is,
    every_callback_heeds_the_revision,
    says_who_may_read_it,
    info_lists_the_same_files,
    records_go_to_json_and_back,
    references_and_history_lead_to_the_commit,
    what_is_not_there_is_an_error_of_the_house,
)
