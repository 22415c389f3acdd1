"""The only home of what training makes of a comparison: A and B changed about, by a coin or always, and DPO's pairs.

Source: preference/preference_datasets.py, preference/dpo_datasets.py and preference/types.py of the Tinker Cookbook, as
they were in August 2026.
"""

from __future__ import annotations

from typing import Literal

from loaders.order import python_source
from loaders.shapes import Comparison, Message
from recipes_data.errors import TableError, UsageError

__all__ = ["Coin", "both_orders", "chosen_rejected", "swapped"]

_OTHER: dict[str, Literal["A", "B", "Tie"]] = {"A": "B", "B": "A", "Tie": "Tie"}


class Coin:
    """Changes A and B about in half of the comparisons, as the reward model's training does (`swap=False` there).

    One coin is for the whole run: `coin = Coin()`, then `[coin(each) for each in batch]`. It is Python's
    `random.Random(seed)`, one draw for each comparison, below 0.5 swaps it.

    Kept as the cookbook has it, odd as it is: the draws belong to the order in which comparisons are asked for and not
    to the comparisons. A row that is dropped costs no draw; an epoch goes on where the one before ended, so that a
    comparison may be swapped in one epoch and not in the next; training and test set share the coin, and the test set
    is asked first, once and in its order, since evaluators are made before the first step; the incomplete batch at the
    end of an epoch is never asked for. Who reads batches in another order, or ahead, gets other swaps.

    There a run that is resumed begins its coin anew, so that its swaps are not those of a run that went through. Here
    `Coin(tosses=coin.tosses)` goes on.
    """

    __slots__ = ("_source", "_tosses")

    def __init__(self, seed: int = 0, *, tosses: int = 0) -> None:
        """`tosses`: so many draws were made before.

        Raises:
            UsageError: `tosses` is below 0.
            TypeError: the seed is not an integer.
        """
        if tosses < 0:
            raise UsageError(f"{tosses} tosses", "tosses= is what another coin's `tosses` was")
        self._source = python_source(seed)
        self._tosses = tosses
        for _ in range(tosses):
            self._source.random()

    @property
    def tosses(self) -> int:
        """How many comparisons it was asked for."""
        return self._tosses

    def __call__(self, comparison: Comparison) -> Comparison:
        """The comparison, or the same with A and B changed about."""
        self._tosses += 1
        return swapped(comparison) if self._source.random() < 0.5 else comparison


def swapped(comparison: Comparison) -> Comparison:
    """The same comparison with A and B changed about, the label too; a tie stays one."""
    return {
        "prompt_conversation": comparison["prompt_conversation"],
        "completion_A": comparison["completion_B"],
        "completion_B": comparison["completion_A"],
        "label": _OTHER[comparison["label"]],
    }


def both_orders(comparison: Comparison) -> list[Comparison]:
    """A comparison and the same swapped: what the reward model's training takes with `swap=True`, and no coin."""
    return [comparison, swapped(comparison)]


def chosen_rejected(comparison: Comparison) -> tuple[list[Message], list[Message]]:
    """Both conversations as DPO trains on them: the prompt and the better answer, the prompt and the other one.

    A batch there has them one after the other, the chosen ones at even places:
    `[talk for each in batch for talk in chosen_rejected(each)]`.

    Raises:
        TableError: a tie, whose B the cookbook would take for chosen.
    """
    label = comparison["label"]
    if label not in ("A", "B"):
        raise TableError(f"the label is {label!r}: neither answer is the chosen one", "leave ties out before")
    a, b = ([*comparison["prompt_conversation"], *comparison[side]] for side in ("completion_A", "completion_B"))
    return (a, b) if label == "A" else (b, a)
