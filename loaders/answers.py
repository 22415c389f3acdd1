r"""The only home of the answers that stand inside of worked solutions: after GSM8K's `####`, in MATH's `\boxed{}`.

Both are read as the recipes of the Tinker Cookbook read them; its benchmarks read a model's own words in another way.
"""

from __future__ import annotations

import re

__all__ = ["boxed", "final_answer"]

_BARE = re.compile(r"\\boxed\s+([a-zA-Z0-9]+)")
_MARKED = re.compile(r"####\s*(.+)")


def final_answer(solution: str) -> str:
    """What follows the last line that begins with `####`: a leading colon and all commas are left out.

    Where no line begins so, the rest of the line after the last `####` anywhere, its commas kept.

    Raises:
        ValueError: there is no `####`, or nothing but line ends after it where no line begins so.
    """
    for line in reversed(solution.splitlines()):
        if line.strip().startswith("####"):
            found = line.strip().removeprefix("####").strip()
            return found.removeprefix(":").strip().replace(",", "").strip()
    inside = _MARKED.findall(solution)
    if not inside:
        raise ValueError("no line with ####")
    return str(inside[-1]).strip()


def boxed(solution: str) -> str:
    r"""What stands in the `\boxed{...}` that closes last, braces inside of it and all; else the word after `\boxed `.

    Raises:
        ValueError: there is no box, or a brace closes that was not opened, wherever it stands.
    """
    opened: list[int] = []
    found: str | None = None
    for brace in re.finditer(r"[{}]", solution):
        at = brace.start()
        if brace[0] == "{":
            opened.append(at)
        elif not opened:
            raise ValueError("a brace closes that was not opened")
        else:
            begin = opened.pop()
            if solution.endswith("\\boxed", 0, begin):
                found = solution[begin + 1 : at]
    if found is None:
        bare = _BARE.search(solution)
        if bare is None:
            raise ValueError("no box")
        found = bare[1]
    return found
