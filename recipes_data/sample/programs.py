"""The only home of the sample programming tasks, made up for this, with solutions that make the outputs.

A task with a `function` is called with arguments, one JSON value a line, and its result is JSON;
a task without reads text and prints text. Outputs of tests are computed by `solve`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

__all__ = ["RELEASES", "Program", "tests"]


class Program(NamedTuple):
    """One task: what is asked, how it is called, how it is solved, what it is tried with."""

    title: str
    content: str
    difficulty: str
    function: str | None
    signature: str
    solve: Callable[..., Any]
    public: tuple[tuple[Any, ...], ...]
    private: tuple[tuple[Any, ...], ...]


def tests(program: Program, inputs: tuple[tuple[Any, ...], ...]) -> list[dict[str, str]]:
    """Tests in the form of LiveCodeBench: input, output, testtype (`stdin` or `functional`)."""
    if program.function is None:
        return [{"input": text, "output": f"{program.solve(text)}\n", "testtype": "stdin"} for (text,) in inputs]
    return [
        {
            "input": "\n".join(json.dumps(value) for value in values),
            "output": json.dumps(program.solve(*values)),
            "testtype": "functional",
        }
        for values in inputs
    ]


def _called(
    name: str,
    parameters: str,
    returns: str,
    title: str,
    content: str,
    difficulty: str,
    solve: Callable[..., Any],
    public: tuple[tuple[Any, ...], ...],
    private: tuple[tuple[Any, ...], ...],
) -> Program:
    """A task whose answer is a method of `Solution`."""
    signature = f"class Solution:\n    def {name}(self, {parameters}) -> {returns}:\n        "
    return Program(title, content, difficulty, name, signature, solve, public, private)


def _printed(
    title: str,
    content: str,
    difficulty: str,
    solve: Callable[[str], Any],
    public: tuple[str, ...],
    private: tuple[str, ...],
) -> Program:
    """A task whose answer reads standard input and prints."""
    return Program(
        title, content, difficulty, None, "", solve, tuple((t,) for t in public), tuple((t,) for t in private)
    )


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split()]


RELEASES: tuple[tuple[Program, ...], ...] = (
    (
        _called(
            "countAbove",
            "heights: List[int], line: int",
            "int",
            "Above the Line",
            "Given the list `heights` and a number `line`, return how many heights are greater than `line`.",
            "easy",
            lambda heights, line: sum(height > line for height in heights),
            (([3, 8, 5], 4), ([1, 1], 1)),
            (([], 0), ([-5, 5], -6), ([9, 9, 9, 2], 8)),
        ),
        _printed(
            "Shop Bill",
            "The first line holds n. Each of the next n lines holds a price and a count. Print the whole bill.",
            "easy",
            lambda text: sum(a * b for a, b in zip(_numbers(text)[1::2], _numbers(text)[2::2], strict=True)),
            ("2\n5 3\n10 1\n",),
            ("1\n7 0\n", "3\n1 1\n2 2\n3 3\n"),
        ),
        _called(
            "firstTwice",
            "word: str",
            "str",
            "First Letter Seen Twice",
            "Return the letter of `word` whose second appearance comes first, or an empty string.",
            "medium",
            lambda word: next((letter for i, letter in enumerate(word) if letter in word[:i]), ""),
            (("abcba",), ("xyz",)),
            (("",), ("aa",), ("hello",)),
        ),
        _printed(
            "Longest Climb",
            "The input is one line of heights. Print the length of the longest run of neighbours in which"
            " each height is greater than the one before.",
            "medium",
            lambda text: _longest_climb(_numbers(text)),
            ("1 2 3 2 5\n",),
            ("4\n", "5 4 3\n", "1 2 1 2 3 4\n"),
        ),
        _printed(
            "Stairs",
            "A stair has n steps. You climb 1 or 2 steps at a time. Print in how many ways you can reach the top.",
            "hard",
            lambda text: _stairs(int(text)),
            ("3\n", "5\n"),
            ("1\n", "2\n", "30\n"),
        ),
    ),
    (
        _called(
            "swapEnds",
            "items: List[int]",
            "List[int]",
            "Swap the Ends",
            "Return a list like `items` with its first and last elements swapped. Shorter lists stay as they are.",
            "easy",
            lambda items: [items[-1], *items[1:-1], items[0]] if len(items) > 1 else items,
            (([1, 2, 3],), ([4],)),
            (([],), ([7, 8],), ([0, 0, 1, 5],)),
        ),
        _printed(
            "Vowels",
            "Print how many of the letters a, e, i, o, u are in the given line.",
            "easy",
            lambda text: sum(text.count(vowel) for vowel in "aeiou"),
            ("a small house\n",),
            ("rhythm\n", "aeiou\n"),
        ),
        _called(
            "gapSum",
            "values: List[int]",
            "int",
            "Sum of the Gaps",
            "Return the sum of the absolute differences between neighbours in `values`.",
            "medium",
            lambda values: sum(abs(a - b) for a, b in pairwise(values)),
            (([1, 4, 2],),),
            (([5],), ([0, 10, 0, 10],)),
        ),
        _printed(
            "Clock",
            "Given minutes since midnight (less than 1440), print the time as HH:MM.",
            "easy",
            lambda text: f"{int(text) // 60:02d}:{int(text) % 60:02d}",
            ("75\n",),
            ("0\n", "1439\n"),
        ),
    ),
    (
        _called(
            "isLadder",
            "words: List[str]",
            "bool",
            "Word Ladder Check",
            "All words have the same length. Return whether each differs from the one before in exactly one place.",
            "medium",
            lambda words: all(sum(a != b for a, b in zip(one, two, strict=True)) == 1 for one, two in pairwise(words)),
            ((["cat", "cot", "dot"],), (["cat", "dog"],)),
            ((["one"],), (["aa", "aa"],)),
        ),
        _printed(
            "Second Largest",
            "Given at least two different numbers on one line, print the second largest of the different ones.",
            "easy",
            lambda text: sorted(set(_numbers(text)))[-2],
            ("4 9 7\n",),
            ("1 2\n", "8 8 3 8\n"),
        ),
        _printed(
            "Fewest Coins",
            "There are coins of 1, 3 and 4. Print the fewest coins that pay exactly the given amount.",
            "hard",
            lambda text: _fewest_coins(int(text)),
            ("6\n",),
            ("0\n", "7\n", "50\n"),
        ),
    ),
    (
        _called(
            "rotateWord",
            "word: str, places: int",
            "str",
            "Rotate a Word",
            "Move the last letter of the non-empty `word` to the front, `places` times, and return the result.",
            "medium",
            lambda word, places: (word * 2)[-places % len(word) :][: len(word)],
            (("lamps", 1), ("abc", 3)),
            (("a", 10), ("river", 7)),
        ),
        _printed(
            "Even Digits",
            "Print how many digits of the given number are even.",
            "easy",
            lambda text: sum(digit in "02468" for digit in text.strip()),
            ("2024\n",),
            ("7\n", "1000000\n"),
        ),
        _printed(
            "Overlap",
            "Given a b c d with a <= b and c <= d, print how many whole numbers lie in both [a, b] and [c, d].",
            "medium",
            lambda text: _overlap(*_numbers(text)),
            ("1 5 4 9\n",),
            ("1 2 3 4\n", "0 10 5 5\n"),
        ),
    ),
    (
        _called(
            "mostFrequent",
            "items: List[str]",
            "str",
            "Most Frequent",
            "Return the most frequent string of a non-empty list; of several, the first in alphabetical order.",
            "medium",
            lambda items: min(items, key=lambda item: (-items.count(item), item)),
            ((["b", "a", "b"],),),
            ((["x"],), (["q", "p", "q", "p"],)),
        ),
        _printed(
            "Triangle",
            "Given three side lengths, print YES if they form a triangle with an area above zero, else NO.",
            "easy",
            lambda text: "YES" if sum(_numbers(text)) > 2 * max(_numbers(text)) else "NO",
            ("3 4 5\n", "1 2 3\n"),
            ("1 1 1\n", "5 1 1\n"),
        ),
    ),
    (
        _called(
            "squash",
            "text: str",
            "str",
            "Squash Repeats",
            "Replace every run of the same letter in `text` by one such letter and return the result.",
            "easy",
            lambda text: "".join(c for i, c in enumerate(text) if i == 0 or text[i - 1] != c),
            (("aabccc",), ("abc",)),
            (("",), ("zzzz",), ("aba",)),
        ),
        _printed(
            "Balanced",
            "The line holds only ( and ). Print YES if every bracket is closed in order, else NO.",
            "medium",
            lambda text: "YES" if _balanced(text.strip()) else "NO",
            ("(())()\n", ")(\n"),
            ("(\n", "()()()\n", "())(()\n"),
        ),
    ),
)


def _longest_climb(heights: list[int]) -> int:
    best = run = 1
    for before, height in pairwise(heights):
        run = run + 1 if height > before else 1
        best = max(best, run)
    return best


def _stairs(steps: int) -> int:
    here, following = 1, 1
    for _ in range(steps):
        here, following = following, here + following
    return here


def _fewest_coins(amount: int) -> int:
    fewest = [0]
    for value in range(1, amount + 1):
        fewest.append(1 + min(fewest[value - coin] for coin in (1, 3, 4) if coin <= value))
    return fewest[amount]


def _overlap(a: int, b: int, c: int, d: int) -> int:
    return max(0, min(b, d) - max(a, c) + 1)


def _balanced(brackets: str) -> bool:
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0
