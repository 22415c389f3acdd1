"""Which commit a call gets, decided from what it asks for and what is locked; else the reason why it gets none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recipes_data.lockfile import Lock
from recipes_data.pinning import HubRead, LockedRepo, Pinned, Want, decide, locked_repos

A, B = "a" * 40, "b" * 40
READ = HubRead("x.py", 3, (3, 20), "load_dataset", (Want("dataset", "o/n"),))
LOCKED = {("dataset", "o/n"): LockedRepo(("n",), (A,), ("main",))}


def lock(name: str, repo: str = "o/n", commit: str = A, **fields: object) -> Lock:
    plain = Lock(name, repo, "dataset", "main", commit, "https://hub.invalid", "", (), ())
    values = {slot: fields.get(slot, getattr(plain, slot)) for slot in plain.__slots__}
    return Lock(**values)


def test_a_call_gets_the_commit_of_its_repository() -> None:
    assert decide(READ, LOCKED) == Pinned("dataset", "o/n", A, ("n",))


def test_main_means_no_more_than_no_revision() -> None:
    assert isinstance(decide(replace(READ, wants=(Want("dataset", "o/n", "main"),)), LOCKED), Pinned)


@pytest.mark.parametrize("revision", [None, "main"])
def test_who_asks_for_what_is_there_today_gets_what_is_locked_whatever_the_lock_was_asked_for(
    revision: str | None,
) -> None:
    locked = {("dataset", "o/n"): LockedRepo(("n",), (A,), ("v2",))}
    asked = replace(READ, wants=(Want("dataset", "o/n", revision),))
    assert decide(asked, locked) == Pinned("dataset", "o/n", A, ("n",))


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (replace(READ, wants=(Want("model", "o/n"),)), "there is no lock of the model 'o/n'"),
        (replace(READ, obstacle="it is an address"), "it is an address"),
        (
            replace(READ, unknown=("arguments=**kwargs",)),
            "`**kwargs` may already hold a revision: name its arguments, or add it there",
        ),
        (
            replace(READ, unknown=("revision=rev",)),
            "which revision it asks for is not known (`revision=rev`)",
        ),
        (
            replace(READ, wants=(Want("dataset", None),), unknown=("split=s", "path=p"), callers=("y.py:1",)),
            "which repository it asks for is not known (`path=p`) (called from y.py:1)",
        ),
        (
            replace(READ, wants=(Want("dataset", "o/n"), Want("dataset", None))),
            "which repository it asks for is not known",
        ),
        (
            replace(READ, wants=(Want("dataset", "o/n"), Want("dataset", "o/m"))),
            "it may ask for 2 repositories, and no commit is of all: o/m, o/n",
        ),
        (replace(READ, wants=(Want(None, "o/n"),)), "whether 'o/n' is a dataset, a model or a space is not known"),
        (
            replace(READ, fixed=False),
            "'o/n' is only a default: with a commit here no other repository could be given",
        ),
        (
            replace(READ, fixed=False, callers=("y.py:1",)),
            "'o/n' is what its callers ask for (called from y.py:1); a commit here would be that of all callers",
        ),
        (
            replace(READ, wants=(Want("dataset", "o/n", "refs/convert/parquet"),)),
            "it asks for the revision 'refs/convert/parquet', and the lock n is of 'main'",
        ),
    ],
)
def test_what_gets_none_has_a_reason(read: HubRead, reason: str) -> None:
    assert decide(read, LOCKED) == reason


def test_a_revision_that_the_lock_was_asked_for_is_replaced_by_its_answer() -> None:
    locked = {("dataset", "o/n"): LockedRepo(("n",), (A,), ("v2",))}
    assert decide(replace(READ, wants=(Want("dataset", "o/n", "v2"),)), locked) == Pinned("dataset", "o/n", A, ("n",))


def test_two_locks_of_one_repository_agree_or_nothing_is_pinned() -> None:
    agreeing = locked_repos([lock("n"), lock("m")])
    assert decide(READ, agreeing) == Pinned("dataset", "o/n", A, ("m", "n"))
    differing = locked_repos([lock("n"), lock("m", commit=B)])
    assert decide(READ, differing) == f"the locks m, n of 'o/n' pin different commits: {A}, {B}"


def test_a_lock_of_a_served_folder_or_of_samples_names_no_commit_of_the_hub() -> None:
    assert locked_repos([lock("n", origin="folder"), lock("m", sample=True)]) == {}
