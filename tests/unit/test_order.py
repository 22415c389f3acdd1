"""Chance: the permutations are those that Hugging Face `datasets` draws, number for number."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.order import permutation, python_permutation, python_source

# drawn with datasets.Dataset.shuffle(seed=s), first eight rows
VECTORS = {
    (7473, 0): [5441, 2360, 5646, 1485, 1469, 824, 5624, 3950],
    (7473, 42): [3082, 2184, 5897, 2437, 6330, 819, 3812, 5878],
    (939343, 0): [819363, 498335, 451661, 818866, 422076, 353270, 136289, 689128],
}


@pytest.mark.parametrize(("rows", "seed"), VECTORS)
def test_the_order_is_that_of_datasets(rows: int, seed: int) -> None:
    assert permutation(rows, seed)[:8].tolist() == VECTORS[rows, seed]


@given(st.integers(0, 300), st.integers(0, 2**63))
def test_every_row_comes_once_and_the_same_seed_gives_the_same_order(rows: int, seed: int) -> None:
    order = permutation(rows, seed)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(rows))
    assert permutation(rows, seed).tolist() == order.tolist()


def test_chance_elsewhere_does_not_change_the_order() -> None:
    np.random.seed(1)
    first = permutation(100, 5)
    np.random.seed(2)
    np.random.rand(3)
    assert permutation(100, 5).tolist() == first.tolist()


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (None, TypeError), (1.0, TypeError), ("1", TypeError)])
def test_a_seed_that_names_no_order_is_refused(seed: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        permutation(10, seed)


def test_an_integer_of_numpy_is_a_seed() -> None:
    assert permutation(10, np.int64(3)).tolist() == permutation(10, 3).tolist()


def test_the_order_equals_that_of_the_installed_datasets() -> None:
    datasets = pytest.importorskip("datasets")
    table = datasets.Dataset.from_dict({"n": list(range(101))})
    assert table.shuffle(seed=7)["n"][:] == permutation(101, 7).tolist()


@pytest.mark.parametrize("seed", [0, 42])
def test_a_list_is_shuffled_as_python_shuffles_it(seed: int) -> None:
    names = [f"row {n}" for n in range(50)]
    shuffled = [names[place] for place in python_permutation(50, seed)]
    random.Random(seed).shuffle(names)
    assert shuffled == names


def test_the_source_of_a_seed_draws_what_the_module_draws() -> None:
    random.seed(42)
    assert python_source(42).sample(range(1000), 20) == random.sample(range(1000), 20)


@pytest.mark.parametrize("seed", [None, 1.5, "0"])
def test_a_seed_that_names_no_order_of_python_is_refused(seed: object) -> None:
    with pytest.raises(TypeError):
        python_permutation(10, seed)
