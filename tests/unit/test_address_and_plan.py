"""What a user's words select, and what is left to do about it: decided before anything is done."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.address import Address, parse_address, selected_splits
from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.plan import Plan, make_plan, plan_dataset


def file(path: str, size: int, digest: str | None = None, **measured: object) -> LockedFile:
    digest = digest or path[0]
    return dataclasses.replace(LockedFile(path, size, f"sha256:{digest * 64}", digest * 64), **measured)


LOCK = Lock(
    name="toy",
    repo="org/toy",
    repo_type="dataset",
    revision="main",
    commit="c" * 40,
    origin="https://hub.test",
    manifest_digest="d",
    files=(file("a", 1), file("b", 20), file("c", 300), file("d", 4000)),
    configs=(
        LockedConfig("main", (LockedSplit("train", ("a", "b"), "parquet"), LockedSplit("test", ("c",), "parquet"))),
        LockedConfig("other", (LockedSplit("train", ("d",), "parquet"),)),
    ),
    default_config="main",
)


# --- addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("gsm8k", Address("gsm8k")),
        ("gsm8k:train", Address("gsm8k", None, "train")),
        ("mmlu/anatomy", Address("mmlu", "anatomy")),
        ("mmlu/anatomy:test", Address("mmlu", "anatomy", "test")),
        ("a.b-c_d", Address("a.b-c_d")),
    ],
)
def test_an_address_is_read_and_shown_as_it_was_typed(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", " ", "a b", "/a", "a/", "a:", ":a", "a/b/c", "a:b:c", "a:b/c", "a//b", "a ", "a\n", "../a/b"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_address(text)
    assert caught.value.what == f"{text!r} is not an address"
    assert caught.value.do == "write NAME, NAME:SPLIT or NAME/CONFIG:SPLIT, as mmlu/anatomy:test"


PART = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="/:"), min_size=1, max_size=5)


@given(st.builds(Address, PART, st.none() | PART, st.none() | PART))
def test_the_text_of_an_address_gives_the_address_back(address: Address) -> None:
    assert parse_address(str(address)) == address


def chosen(*texts: str) -> list[str]:
    splits = selected_splits(LOCK, [parse_address(text) for text in texts])
    return [f"{config.name}:{split.name}" for config, split in splits]


def test_a_name_selects_everything_and_a_config_all_its_splits() -> None:
    assert chosen("toy") == ["main:train", "main:test", "other:train"]
    assert chosen("toy/main") == ["main:train", "main:test"]


def test_a_split_without_a_config_is_that_of_the_default_config() -> None:
    assert chosen("toy:train") == ["main:train"]
    assert chosen("toy/other:train") == ["other:train"]


def test_several_addresses_select_each_split_once_in_the_locks_order() -> None:
    assert chosen("toy/other", "toy:test", "toy/main") == ["main:train", "main:test", "other:train"]
    assert chosen() == []


def test_a_config_or_split_that_the_lock_does_not_have_is_an_error() -> None:
    with pytest.raises(UnknownNameError):
        chosen("toy/third")
    with pytest.raises(UnknownNameError):
        chosen("toy", "toy:dev")


# --- plans


def test_a_plan_has_the_wanted_files_and_those_that_are_missing() -> None:
    plan = plan_dataset(LOCK, [parse_address("toy/main")], lambda locked: locked.path == "b")
    assert [locked.path for locked in plan.files] == ["a", "b", "c"]
    assert [locked.path for locked in plan.missing] == ["a", "c"]
    assert (plan.bytes_total, plan.bytes_missing, plan.state) == (321, 301, "fetch")


def measured(lock: Lock) -> Lock:
    def split(old: LockedSplit) -> LockedSplit:
        return dataclasses.replace(old, columns=(("x", "string"),))

    return dataclasses.replace(
        lock,
        files=tuple(dataclasses.replace(locked, rows=1) for locked in lock.files),
        configs=tuple(LockedConfig(c.name, tuple(split(s) for s in c.splits)) for c in lock.configs),
    )


def test_bytes_that_are_here_but_were_never_measured_are_left_to_check() -> None:
    everything = [Address("toy")]
    assert plan_dataset(LOCK, everything, lambda _: True).state == "check"
    assert plan_dataset(measured(LOCK), everything, lambda _: True).state == "ready"
    assert plan_dataset(measured(LOCK), everything, lambda _: False).state == "fetch"
    plain = measured(LOCK)
    plain = dataclasses.replace(plain, files=(dataclasses.replace(plain.files[0], sha256=None), *plain.files[1:]))
    assert plan_dataset(plain, everything, lambda _: True).state == "check"


def test_opaque_files_are_ready_without_rows() -> None:
    split = LockedSplit("files", ("a",), "files")
    model = dataclasses.replace(LOCK, configs=(LockedConfig("files", (split,)),))
    assert plan_dataset(model, [Address("toy")], lambda _: True).state == "ready"


def test_what_is_missing_comes_biggest_first_and_once_a_digest_over_all_datasets() -> None:
    twin = dataclasses.replace(LOCK, name="twin", files=(*LOCK.files[:3], file("d", 4000), file("e", 20)))
    plan = make_plan([LOCK, twin], {"toy": [Address("toy")], "twin": [Address("twin")]}, lambda _: False)
    assert [(dataset.lock.name, locked.path) for dataset, locked in plan.missing] == [
        ("toy", "d"),
        ("toy", "c"),
        ("toy", "b"),
        ("toy", "a"),
    ]
    assert plan.bytes_missing == plan.bytes_total == 4321


def test_files_of_one_size_come_by_path_so_that_a_plan_is_always_the_same() -> None:
    same = dataclasses.replace(LOCK, files=tuple(file(path, 5) for path in "abcd"))
    plan = make_plan([same], {"toy": [Address("toy")]}, lambda _: False)
    assert [locked.path for _, locked in plan.missing] == ["a", "b", "c", "d"]


def test_an_empty_plan_has_nothing_to_do() -> None:
    plan = Plan(())
    assert (plan.missing, plan.bytes_missing, plan.bytes_total) == ((), 0, 0)


def test_a_file_that_two_splits_share_is_planned_once() -> None:
    shared = dataclasses.replace(
        LOCK,
        configs=(
            LockedConfig("main", (LockedSplit("x", ("a", "b"), "parquet"), LockedSplit("y", ("b", "a"), "parquet"))),
        ),
    )
    plan = plan_dataset(shared, [Address("toy")], lambda _: False)
    assert [locked.path for locked in plan.files] == ["a", "b"]
    assert plan.bytes_total == 21
