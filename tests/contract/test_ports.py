"""One contract, every adapter: our own layer, the plain libraries, those in memory, the one that has nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recipes_data.cli.main import run
from recipes_data.errors import (
    AuthError,
    HubDownError,
    IntegrityError,
    LockStaleError,
    NotFetchedError,
    UnknownNameError,
    UsageError,
)
from recipes_data.mirror import Mirror
from recipes_data.ports import RepoKind, RepoRecord, dataset_store, hub_client
from recipes_data.ports.plain_hub import PlainHub
from recipes_data.testing import (
    HUB_CHECKS,
    STORE_CHECKS,
    HubCase,
    MemoryHub,
    MemoryStore,
    StoreCase,
    check_hub,
    check_store,
    files,
    rows,
    write_repository,
)
from tests.worlds import Project

MANIFEST = """\
name: numbers
title: Numbers
repo: acme/numbers
revision: main
default_config: main
configs:
  main:
    splits:
      train: {files: main/train.parquet}
      test: {files: main/test.parquet}
  other:
    splits:
      train: {files: other/train.parquet}
"""
LOCKED = tuple(path for path in files() if path.endswith(".parquet"))


@pytest.fixture(scope="module", autouse=True)
def no_ci() -> Iterator[None]:
    """There a missing lock is no lock to be made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        yield


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    """The contract's repository on loopback."""
    folder = tmp_path_factory.mktemp("hub")
    write_repository(folder)
    with Mirror(folder, tokens=frozenset({"hf_known"})) as mirror:
        yield mirror


@pytest.fixture(scope="module")
def fetched(served: Mirror, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that locked and fetched it through the true path."""
    project = Project.make(tmp_path_factory.mktemp("world"), numbers=MANIFEST)
    words = ["--project", str(project.root), "--store", str(project.store), "--endpoint", served.url, "-q"]
    assert run(["fetch", "numbers", *words]) == 0
    return project


@pytest.mark.parametrize("check", STORE_CHECKS)
def test_our_store_keeps_the_contract(check: Callable[[StoreCase], None], fetched: Project) -> None:
    check(StoreCase(dataset_store(project=fetched.root, store=fetched.store), "acme/numbers"))


@pytest.mark.parametrize("check", HUB_CHECKS)
def test_our_hub_keeps_the_contract(check: Callable[[HubCase], None], fetched: Project) -> None:
    check(HubCase(hub_client(project=fetched.root, store=fetched.store), "acme/numbers", LOCKED))


@pytest.mark.parametrize("check", STORE_CHECKS)
def test_the_store_in_memory_keeps_the_contract(check: Callable[[StoreCase], None]) -> None:
    check(StoreCase(MemoryStore({"acme/numbers": rows()}), "acme/numbers"))


@pytest.mark.parametrize("check", HUB_CHECKS)
def test_the_hub_in_memory_keeps_the_contract(check: Callable[[HubCase], None], tmp_path: Path) -> None:
    check(HubCase(MemoryHub({"acme/numbers": files()}, tmp_path), "acme/numbers"))


def test_the_adapters_that_have_nothing_keep_it_by_saying_so() -> None:
    check_store(dataset_store("none"))
    check_hub(hub_client("none"))


PLAIN = """
from recipes_data.ports import dataset_store, hub_client
from recipes_data.testing import check_hub, check_store
check_hub(hub_client("plain"))
check_store(dataset_store("plain"))
print("kept")
"""


def test_the_plain_libraries_keep_the_contract(served: Mirror, fetched: Project) -> None:
    # some 4 s: `datasets` itself, in a process of its own, since it reads HF_ENDPOINT when it is imported
    ran = fetched.python(PLAIN, HF_ENDPOINT=served.url, HF_HUB_DISABLE_PROGRESS_BARS="1")
    assert (ran.out, ran.code) == ("kept\n", 0), ran.err


# --- what each adapter does beyond the contract


def test_our_store_knows_a_dataset_by_its_own_name_too(fetched: Project) -> None:
    store = dataset_store(project=fetched.root, store=fetched.store)
    assert store.to_list(store.load_dataset("numbers", split="test")) == rows()["main"]["test"]


def test_our_layer_refuses_another_revision_than_the_lock_has(fetched: Project) -> None:
    commit = fetched.lock("numbers")["commit"]
    store = dataset_store(project=fetched.root, store=fetched.store)
    assert len(store.to_list(store.load_dataset("acme/numbers", split="test", revision=commit))) == 5
    with pytest.raises(LockStaleError, match=f"is asked for at '{'e' * 40}', and the lock numbers pins {commit}"):
        store.load_dataset("acme/numbers", revision="e" * 40)


def test_our_layer_says_what_to_fetch(served: Mirror, tmp_path: Path) -> None:
    project = Project.make(tmp_path, numbers=MANIFEST)
    words = ["--project", str(project.root), "--store", str(project.store)]
    assert run(["lock", "numbers", *words, "--endpoint", served.url, "-q"]) == 0
    hub = hub_client(project=project.root, store=project.store)
    assert [one.path for one in hub.list_files("acme/numbers")] == list(LOCKED)
    with pytest.raises(NotFetchedError) as caught:
        hub.download("acme/numbers", LOCKED[0])
    assert (caught.value.what, caught.value.do) == (
        "main/test.parquet of 'acme/numbers' is not in the store",
        "recipes-data fetch numbers",
    )


def test_our_hub_gives_no_byte_that_was_changed_since(served: Mirror, tmp_path: Path) -> None:
    project = Project.make(tmp_path, numbers=MANIFEST)
    words = ["--project", str(project.root), "--store", str(project.store)]
    assert run(["fetch", "numbers", *words, "--endpoint", served.url, "-q"]) == 0
    hub = hub_client(project=project.root, store=project.store)
    file = hub.download("acme/numbers", LOCKED[0]).resolve()
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(IntegrityError):
        hub.download("acme/numbers", LOCKED[0])


def test_our_hub_names_the_files_that_a_lock_has_not(fetched: Project) -> None:
    hub = hub_client(project=fetched.root, store=fetched.store)
    with pytest.raises(UnknownNameError, match=r"the lock numbers of 'acme/numbers' has no file 'README\.md'"):
        hub.download("acme/numbers", "README.md")
    with pytest.raises(UnknownNameError, match=r"no file of the lock numbers matches \*\.csv"):
        hub.snapshot("acme/numbers", patterns=["*.csv"])


def test_the_plain_hub_says_who_asks(served: Mirror) -> None:
    assert hub_client("plain", endpoint=served.url, token="hf_known").whoami().login == "mirror"
    with pytest.raises(AuthError, match="does not accept this token"):
        hub_client("plain", endpoint=served.url, token="hf_other").whoami()
    with pytest.raises(AuthError, match="no token is set"):
        hub_client("plain", endpoint=served.url, token=False).whoami()


def test_the_plain_hub_without_a_hub_is_an_error_of_the_house() -> None:
    hub = hub_client("plain", endpoint="http://127.0.0.1:9", token=False)
    # one request without retries; a download tries again for 23 s, as that client does
    with pytest.raises(HubDownError, match=r"http://127\.0\.0\.1:9 could not be asked for dataset acme/numbers"):
        hub.info("acme/numbers")


def test_a_token_is_never_shown() -> None:
    assert "hf_secret" not in repr(hub_client("plain", token="hf_secret"))
    assert isinstance(hub_client("plain", token="hf_secret"), PlainHub)


def test_the_hub_in_memory_has_models_too(tmp_path: Path) -> None:
    hub = MemoryHub({"a/m": {"config.json": b"{}"}}, tmp_path, kinds={"a/m": RepoKind.MODEL}, user="me")
    assert hub.info("a/m", RepoKind.MODEL).kind is RepoKind.MODEL
    assert hub.whoami().login == "me"
    with pytest.raises(UsageError, match=r"'\.\./x' is no path inside a repository"):
        MemoryHub({"a/m": {"../x": b""}}, tmp_path)


# --- a contract that nothing fails proves nothing


class Lazy(MemoryStore):
    """Wrong in one way; `wrong` says which."""

    wrong = ""

    def shuffle(self, dataset: Any, seed: int) -> Any:
        if self.wrong == "another order":
            places = list(dataset.places)
            random.Random(seed).shuffle(places)
            return replace(dataset, places=tuple(places))
        if self.wrong == "the file's order again":
            return super().shuffle(replace(dataset, places=tuple(range(len(dataset.rows)))), seed)
        return super().shuffle(dataset, seed)

    def take(self, dataset: Any, n: int) -> Any:
        if self.wrong == "fewer rows than asked":
            return replace(dataset, places=dataset.places[:n])
        return super().take(dataset, n)

    def select(self, dataset: Any, indices: Any) -> Any:
        if self.wrong == "sorted positions":
            indices = sorted(indices)
        return super().select(dataset, indices)

    def to_list(self, dataset: Any) -> Any:
        if self.wrong == "its own rows":
            return [dataset.rows[place] for place in dataset.places]
        return super().to_list(dataset)

    def load_dataset(self, path: Any, name: Any = None, split: Any = None, revision: Any = None) -> Any:
        if self.wrong == "any config" and name == "nosuch":
            name = None
        if self.wrong == "another library's error" and "nosuch" in path:
            raise KeyError(path)
        return super().load_dataset(path, name, split, revision)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("another order", "shuffles_in_the_order_of_datasets"),
        ("the file's order again", "a_second_shuffle_permutes_the_first"),
        ("fewer rows than asked", "positions_out_of_range_are_index_errors"),
        ("sorted positions", "selects_positions_in_their_order"),
        ("its own rows", "a_handle_is_never_changed"),
        ("any config", "an_unknown_config_is_named_beside_those_there_are"),
        ("another library's error", "an_unknown_repository_is_an_error_of_the_house"),
    ],
)
def test_an_adapter_that_is_wrong_in_one_way_is_told_which(wrong: str, named: str) -> None:
    store = Lazy({"acme/numbers": rows()})
    store.wrong = wrong
    with pytest.raises(AssertionError, match=f"checks failed\n  .*{named}: "):
        check_store(store)


def test_a_store_that_lacks_something_in_silence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "lacks", {"select": "not written yet"})
    with pytest.raises(AssertionError, match="what_it_lacks_is_refused_with_the_reason"):
        check_store(MemoryStore({"acme/numbers": rows()}))


@pytest.mark.parametrize(
    ("callback", "answer", "named"),
    [
        ("refs", lambda: None, "references_and_history_lead_to_the_commit"),
        ("list_files", lambda: (), "lists_every_file_in_order"),
        ("info", lambda: RepoRecord(RepoKind.DATASET, "acme/numbers", sha="main"), "says_which_commit_it_is"),
        ("download", lambda: Path(__file__), "downloads_a_file_under_its_own_name"),
    ],
)
def test_a_hub_that_answers_something_else_is_told(
    callback: str, answer: Callable[[], object], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = getattr(MemoryHub, callback)

    def wrong(self: MemoryHub, repo: str, *more: Any, **named_: Any) -> object:
        return answer() if repo == "acme/numbers" else original(self, repo, *more, **named_)

    monkeypatch.setattr(MemoryHub, callback, wrong)
    with pytest.raises(AssertionError, match=named):
        check_hub(MemoryHub({"acme/numbers": files()}, tmp_path))
