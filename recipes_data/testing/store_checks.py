"""The only home of what every `DatasetStore` must do, one function for each sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial, wraps
from typing import Any

from loaders.order import numbers, permutation
from recipes_data.errors import RecipesDataError, UnknownNameError, UsageError
from recipes_data.ports.needs import CALLBACKS, missing_callbacks
from recipes_data.ports.protocols import DatasetStore
from recipes_data.testing.saying import equal, form, raises, says
from recipes_data.testing.world import rows

__all__ = [
    "STORE_CHECKS",
    "StoreCase",
    "a_handle_is_never_changed",
    "a_second_shuffle_permutes_the_first",
    "an_unknown_config_is_named_beside_those_there_are",
    "an_unknown_repository_is_an_error_of_the_house",
    "an_unknown_revision_is_an_error_of_the_house",
    "an_unknown_split_is_named_beside_those_there_are",
    "counts_are_of_the_shuffled_rows",
    "gives_every_row_in_order",
    "gives_values_of_pythons_own_types",
    "has_every_callback_but_those_it_names",
    "positions_out_of_range_are_index_errors",
    "rows_of_all_splits_are_no_rows",
    "selects_of_the_shuffled_rows",
    "selects_positions_in_their_order",
    "shuffles_in_the_order_of_datasets",
    "shuffles_only_what_was_taken",
    "takes_and_skips",
    "takes_arguments_by_name",
    "what_it_lacks_is_refused_with_the_reason",
    "without_a_config_gives_the_default_one",
    "without_a_split_gives_all_of_them",
]


_Check = Callable[["StoreCase"], None]


@dataclass(frozen=True)
class StoreCase:
    """An adapter, and the path under which it has `rows()`."""

    store: DatasetStore
    path: str

    @cached_property
    def train(self) -> Any:
        """The handle on the split `train` of `main`, loaded once: no check may change it."""
        return self.store.load_dataset(self.path, "main", split="train")

    def expected(self) -> list[dict[str, Any]]:
        """The rows of that split."""
        return rows()["main"]["train"]


def has_every_callback_but_those_it_names(case: StoreCase) -> None:
    """What is missing is what `lacks` says, with the same reason."""
    found = {one.callback: one.why for one in missing_callbacks(case.store, "datasets")}
    equal(found, dict(case.store.lacks), "callbacks that are missing")


def what_it_lacks_is_refused_with_the_reason(case: StoreCase) -> None:
    """Never an empty answer."""
    arguments: dict[str, tuple[object, ...]] = {
        "load_dataset": (case.path,),
        "get_split": (None, "train"),
        "shuffle": (None, 0),
        "take": (None, 1),
        "skip": (None, 1),
        "select": (None, [0]),
        "to_list": (None,),
    }
    equal(tuple(arguments), CALLBACKS["datasets"], "the callbacks of the port")
    for callback, why in case.store.lacks.items():
        error = raises(UsageError, partial(getattr(case.store, callback), *arguments[callback]), callback)
        says(error, (callback, why))


def _needs(*callbacks: str) -> Callable[[_Check], _Check]:
    """A check that is passed over where the adapter says that it lacks one of these."""

    def of(check: _Check) -> _Check:
        @wraps(check)
        def run(case: StoreCase) -> None:
            if not {"load_dataset", "to_list", *callbacks} & set(case.store.lacks):
                check(case)

        return run

    return of


@_needs()
def gives_every_row_in_order(case: StoreCase) -> None:
    """Rows of every config and split, as plain dicts with equal values."""
    for config, splits in rows().items():
        for split, expected in splits.items():
            found = case.store.to_list(case.store.load_dataset(case.path, config, split=split))
            equal(found, expected, f"the rows of {config}:{split}")
            equal({type(row) for row in found}, {dict}, "the type of rows")


@_needs()
def gives_values_of_pythons_own_types(case: StoreCase) -> None:
    """Python's own, in lists and objects too, never numpy's; keys in the order of the columns."""
    for found, expected in zip(case.store.to_list(case.train), case.expected(), strict=True):
        equal(form(found), form(expected), f"types and order of keys of the row {expected['number']}")


@_needs()
def takes_arguments_by_name(case: StoreCase) -> None:
    """`path=`, `name=`, `split=`, `revision=` mean what they mean by position."""
    found = case.store.load_dataset(path=case.path, name="other", split="train", revision=None)
    equal(case.store.to_list(dataset=found), rows()["other"]["train"], "the rows of other:train")


@_needs()
def without_a_config_gives_the_default_one(case: StoreCase) -> None:
    """`main` is the default config."""
    found = case.store.to_list(case.store.load_dataset(case.path, split="test"))
    equal(found, rows()["main"]["test"], "the rows of the default config")


@_needs("get_split")
def without_a_split_gives_all_of_them(case: StoreCase) -> None:
    """`get_split` takes one of the handle on all."""
    handle = case.store.load_dataset(case.path, "main")
    for split, expected in rows()["main"].items():
        equal(case.store.to_list(case.store.get_split(handle, split)), expected, f"the rows of main:{split}")


@_needs("shuffle")
def shuffles_in_the_order_of_datasets(case: StoreCase) -> None:
    """`numpy.random.default_rng(seed).permutation(n)`, whatever the seed."""
    expected = case.expected()
    for seed in (0, 1, 42, 2**32 + 5):
        order = [int(one) for one in numbers(permutation(len(expected), seed))]
        found = case.store.to_list(case.store.shuffle(case.train, seed))
        equal(found, [expected[one] for one in order], f"the order of shuffle(seed={seed})")


@_needs("shuffle")
def a_second_shuffle_permutes_the_first(case: StoreCase) -> None:
    """It is no shuffle of the file's order."""
    expected = case.expected()
    for seed in (3, 4):
        expected = [expected[int(one)] for one in numbers(permutation(len(expected), seed))]
    found = case.store.shuffle(case.store.shuffle(case.train, 3), 4)
    equal(case.store.to_list(found), expected, "the order of shuffle(3) and shuffle(4)")


@_needs("take", "skip")
def takes_and_skips(case: StoreCase) -> None:
    """The first rows, and the others; of none and of all too."""
    expected = case.expected()
    for n in (0, 1, 7, len(expected)):
        equal(case.store.to_list(case.store.take(case.train, n)), expected[:n], f"take({n})")
        equal(case.store.to_list(case.store.skip(case.train, n)), expected[n:], f"skip({n})")


@_needs("shuffle", "take", "skip")
def counts_are_of_the_shuffled_rows(case: StoreCase) -> None:
    """The first so many of a shuffled split, as recipes cut a test set off."""
    order = case.store.to_list(case.store.shuffle(case.train, 0))
    shuffled = case.store.shuffle(case.train, 0)
    equal(case.store.to_list(case.store.take(shuffled, 4)), order[:4], "take(4) of shuffle(0)")
    equal(case.store.to_list(case.store.skip(shuffled, 4)), order[4:], "skip(4) of shuffle(0)")


@_needs("select")
def selects_positions_in_their_order(case: StoreCase) -> None:
    """Any iterable, with repeats."""
    expected = case.expected()
    places = [5, 0, 5, len(expected) - 1]
    equal(case.store.to_list(case.store.select(case.train, places)), [expected[p] for p in places], "select(list)")
    equal(case.store.to_list(case.store.select(case.train, range(2, 6))), expected[2:6], "select(range)")
    equal(case.store.to_list(case.store.select(case.train, iter([1, 2]))), expected[1:3], "select(iterator)")
    equal(case.store.to_list(case.store.select(case.train, [])), [], "select of nothing")


@_needs("shuffle", "select")
def selects_of_the_shuffled_rows(case: StoreCase) -> None:
    """Positions are those of the handle that is given, not of the file."""
    order = case.store.to_list(case.store.shuffle(case.train, 0))
    places = [3, 0, 11]
    found = case.store.select(case.store.shuffle(case.train, 0), places)
    equal(case.store.to_list(found), [order[place] for place in places], "select of shuffle(0)")


@_needs("shuffle", "take", "skip", "select")
def shuffles_only_what_was_taken(case: StoreCase) -> None:
    """A part is permuted in itself: no row of the rest comes back."""
    expected = case.expected()
    for what, part, kept in (
        ("take(7)", case.store.take(case.train, 7), expected[:7]),
        ("skip(7)", case.store.skip(case.train, 7), expected[7:]),
        ("select(2..8)", case.store.select(case.train, range(2, 9)), expected[2:9]),
    ):
        order = [int(one) for one in numbers(permutation(len(kept), 5))]
        found = case.store.to_list(case.store.shuffle(part, 5))
        equal(found, [kept[one] for one in order], f"the order of shuffle(5) of {what}")


@_needs("take", "skip", "select")
def positions_out_of_range_are_index_errors(case: StoreCase) -> None:
    """More rows than there are, or less than none."""
    count = len(case.expected())
    for what in (count + 1, -1):
        raises(IndexError, partial(case.store.take, case.train, what), f"take({what})")
        raises(IndexError, partial(case.store.skip, case.train, what), f"skip({what})")
    for place in (count, -1):
        raises(IndexError, partial(case.store.select, case.train, [place]), f"select([{place}])")


@_needs("shuffle", "take")
def a_handle_is_never_changed(case: StoreCase) -> None:
    """Whatever is made of it, and whatever is done to the rows that it gave."""
    handle = case.train
    case.store.shuffle(handle, 1)
    case.store.take(handle, 2)
    given = case.store.to_list(handle)
    given[0]["number"] = "changed"
    given[1]["steps"].append("changed")
    equal(case.store.to_list(handle), case.expected(), "the rows of a handle that was used")


@_needs("get_split")
def an_unknown_split_is_named_beside_those_there_are(case: StoreCase) -> None:
    """At loading and at `get_split` alike."""
    for ask in (
        lambda: case.store.load_dataset(case.path, "main", split="nosuch"),
        lambda: case.store.get_split(case.store.load_dataset(case.path, "main"), "nosuch"),
    ):
        error = raises(UnknownNameError, ask, "an unknown split")
        says(error, ("nosuch", "train", "test"))


@_needs()
def an_unknown_config_is_named_beside_those_there_are(case: StoreCase) -> None:
    """Not taken for the default one."""
    error = raises(UnknownNameError, lambda: case.store.load_dataset(case.path, "nosuch"), "an unknown config")
    says(error, ("nosuch", "main", "other"))


@_needs()
def an_unknown_repository_is_an_error_of_the_house(case: StoreCase) -> None:
    """It names the repository; no other library's class gets out."""
    error = raises(RecipesDataError, lambda: case.store.load_dataset("acme/nosuch"), "an unknown repository")
    says(error, ("acme/nosuch",))


@_needs()
def an_unknown_revision_is_an_error_of_the_house(case: StoreCase) -> None:
    """It names the revision; never the rows of another one."""
    error = raises(
        RecipesDataError,
        lambda: case.store.load_dataset(case.path, "main", split="train", revision="nosuch"),
        "an unknown revision",
    )
    says(error, ("nosuch",))


@_needs("shuffle", "get_split")
def rows_of_all_splits_are_no_rows(case: StoreCase) -> None:
    """A handle on all splits cannot be shuffled by mistake, nor one on a split be split again."""
    handle = case.store.load_dataset(case.path, "main")
    raises(UsageError, lambda: case.store.shuffle(handle, 0), "shuffle of all splits")
    raises(UsageError, lambda: case.store.to_list(handle), "to_list of all splits")
    raises(UsageError, lambda: case.store.get_split(case.train, "train"), "get_split of one split")


STORE_CHECKS: tuple[Callable[[StoreCase], None], ...] = (
    has_every_callback_but_those_it_names,
    what_it_lacks_is_refused_with_the_reason,
    gives_every_row_in_order,
    gives_values_of_pythons_own_types,
    takes_arguments_by_name,
    without_a_config_gives_the_default_one,
    without_a_split_gives_all_of_them,
    shuffles_in_the_order_of_datasets,
    a_second_shuffle_permutes_the_first,
    takes_and_skips,
    counts_are_of_the_shuffled_rows,
    selects_positions_in_their_order,
    selects_of_the_shuffled_rows,
    shuffles_only_what_was_taken,
    positions_out_of_range_are_index_errors,
    a_handle_is_never_changed,
    an_unknown_split_is_named_beside_those_there_are,
    an_unknown_config_is_named_beside_those_there_are,
    an_unknown_repository_is_an_error_of_the_house,
    an_unknown_revision_is_an_error_of_the_house,
    rows_of_all_splits_are_no_rows,
)
