"""The only home of how reports tell what recipes do with a dataset after it arrived: steps, seeds and sizes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.needs import Access, Step
from recipes_data.gaps.reports.blocks import place, places, recipes_cell
from recipes_data.gaps.reports.facts import Facts, PlacedAccess
from recipes_data.gaps.reports.markdown import code, codes, listed, prose

__all__ = ["preprocessing_block", "steps_counted", "steps_said"]

_LEAD = (
    "Done on this side after the files arrived, in the order of the data's way; another stack has to do the same to "
    "get the same rows. A value in angle brackets stands so in the source and cannot be known from it; `by default`: a "
    "user may give another. `keep` and `drop` are conditions under which a loop puts rows into a list or leaves them "
    "out, `slice` is `[a:b]`, `random.shuffle` puts a list in order. What is done to one batch or to one row is not "
    "followed further. A line without a file is one of the file in which the dataset is read."
)
_SHARED_LEAD = "Steps in code that several of these datasets come to, each under a name that stands for it below:"
_SEED = re.compile(r"\bseed=(<[^<>]*>|[^,()]+)")
_SIZED = {"take", "skip", "select", "slice", "train_test_split", "head", "tail", "islice", "shard", "batch",
          "random.sample", "random_split", "repeat", "sample"}  # fmt: skip


_Code = tuple[str, str, Where]
"""What is done, and where it stands: the same in whatever way the data comes to it."""


def preprocessing_block(facts: Facts) -> str:
    """Each dataset and who reads it, with the steps in order; empty where none was seen.

    Reads with the same steps share a list. A step of code that several lists come to stands once, under a name.
    """
    reads: dict[tuple[object, ...], list[PlacedAccess]] = {}
    for placed in facts.accesses.values():
        if placed.access.preprocessing:
            reads.setdefault((placed.access.repo, placed.access.where, placed.access.preprocessing), []).append(placed)
    if not reads:
        return ""
    lists: dict[tuple[Step, ...], list[list[PlacedAccess]]] = {}
    for group in sorted(reads.values(), key=_order):
        lists.setdefault(group[0].access.preprocessing, []).append(group)
    files = {steps: {group[0].access.where.path for group in groups} for steps, groups in lists.items()}
    shared = _shared(files)
    blocks = [_LEAD]
    if shared:
        lines = (f"- {name}: {_what(*one[:2])} ({place(one[2])})" for one, name in shared.items())
        blocks += [_SHARED_LEAD, "\n".join(lines)]
    for steps, groups in lists.items():
        heads = [_head(facts, group) for group in groups]
        alike = f"{heads[0]}:" if len(heads) == 1 else "Read alike:\n\n" + "\n".join(f"- {head}" for head in heads)
        numbered = (f"{number}. {_step(step, number, shared, files[steps])}" for number, step in enumerate(steps, 1))
        blocks.append(f"{alike}\n\n" + "\n".join(numbered))
    return "\n\n".join(blocks)


def _order(group: list[PlacedAccess]) -> tuple[object, ...]:
    access = group[0].access
    return (access.repo or "~").lower(), access.repo or "", access.where, [str(one) for one in access.preprocessing]


def _code(step: Step) -> _Code:
    return step.name, step.arguments, step.where


def _shared(files: Mapping[tuple[Step, ...], Collection[str]]) -> dict[_Code, str]:
    """Steps of several lists that lie in other files than the reading, each with a name, in the order of the lists."""
    counts = Counter(
        one
        for steps, here in files.items()
        for one in dict.fromkeys(map(_code, steps))
        if one[0] != "stated" and one[2].path not in here
    )
    several = [one for one, count in counts.items() if count > 1]
    return {one: f"S{number}" for number, one in enumerate(several, 1)}


def _head(facts: Facts, group: list[PlacedAccess]) -> str:
    """A dataset, where it is read and by whom, with the seeds and sizes of its steps."""
    access = group[0].access
    configs = dict.fromkeys(placed.access.config for placed in group if placed.access.config)
    splits = dict.fromkeys(placed.access.split for placed in group if placed.access.split)
    asked = [codes(one, 8) for one in (configs, splits) if one]
    recipes = tuple(dict.fromkeys(name for placed in group for name in placed.recipes))
    head = [f"**{code(access.repo) if access.repo else 'a repository that is not resolved'}**"]
    head += [f"({', '.join(asked)})"] if asked else []
    through = dict.fromkeys(one.access.through[0] for one in group if one.access.through)
    head.append(f"read at {place(access.where)}" + (f", from {places(through)}" if through else ""))
    head += [f"by {recipes_cell(facts, recipes, 4)}"] if recipes else []
    seeds = dict.fromkeys(seed.strip() for step in access.preprocessing for seed in _SEED.findall(step.arguments))
    sizes = dict.fromkeys(f"{step.name} {step.arguments}" for step in access.preprocessing if _is_size(step))
    said = [f"seeds {listed([code(one) for one in seeds])}"] if seeds else []
    said += [f"sizes {codes(sizes, 6)}"] if sizes else []
    return "; ".join([" ".join(head), *said])


def _is_size(step: Step) -> bool:
    return step.name in _SIZED and any(one.isdigit() for one in re.sub(r"<[^<>]*>", "", step.arguments))


def _step(step: Step, number: int, shared: Mapping[_Code, str], here: Collection[str]) -> str:
    """A step in its list; `here`: the files in which this list's datasets are read."""
    named = shared.get(_code(step), "") if step.where.path not in here else ""
    said = f"{named}, {code(step.name)}" if named else _what(step.name, step.arguments)
    if step.after and step.after != (number - 2,):
        said += f" after {listed([str(one + 1) for one in step.after])}"
    elif not step.after and number > 1:
        said += " of what arrived"
    said += f", split {code(step.split)}" if step.split else ""
    said += f", if {code(step.when)}" if step.when else ""
    if named:
        return said
    return f"{said} (line {step.where.line})" if {*here} == {step.where.path} else f"{said} ({place(step.where)})"


def _what(name: str, arguments: str) -> str:
    return prose(arguments) if name == "stated" else code(f"{name}({arguments})")


def steps_said(access: Access) -> str:
    """The steps of one access in a line, empty where there are none."""
    return ", ".join(str(step) for step in access.preprocessing)


def steps_counted(facts: Facts) -> list[str]:
    """Names of steps by how many places do them: those of most places first."""
    seen = {
        (placed.origin.name, step.where, step.name)
        for placed in facts.accesses.values()
        for step in placed.access.preprocessing
        if step.name != "stated"
    }
    counts = Counter(name for _, _, name in seen)
    return [f"{name} ({count})" for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
