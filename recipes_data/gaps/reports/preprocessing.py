"""The only home of how reports tell what recipes do with a dataset after it arrived: steps, seeds and sizes."""

from __future__ import annotations

import re
from collections import Counter

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
    "followed further."
)
_SEED = re.compile(r"\bseed=(<[^<>]*>|[^,()]+)")
_SIZED = {"take", "skip", "select", "slice", "train_test_split", "head", "tail", "islice", "shard", "batch",
          "random.sample", "random_split", "repeat", "sample"}  # fmt: skip


def preprocessing_block(facts: Facts) -> str:
    """Each dataset and who reads it, with the steps in order; empty where none was seen."""
    groups: dict[tuple[object, ...], list[PlacedAccess]] = {}
    for placed in facts.accesses.values():
        steps = placed.access.preprocessing
        if steps:
            groups.setdefault((placed.access.repo, placed.access.where, steps), []).append(placed)
    if not groups:
        return ""
    ordered = sorted(groups.values(), key=_order)
    return "\n\n".join([_LEAD, *(_told(facts, group) for group in ordered)])


def _order(group: list[PlacedAccess]) -> tuple[object, ...]:
    access = group[0].access
    return (access.repo or "~").lower(), access.repo or "", access.where, [str(one) for one in access.preprocessing]


def _told(facts: Facts, group: list[PlacedAccess]) -> str:
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
    facts_said = [f"seeds {listed([code(one) for one in seeds])}"] if seeds else []
    facts_said += [f"sizes {codes(sizes, 6)}"] if sizes else []
    line = " ".join(head) + (f"; {'; '.join(facts_said)}" if facts_said else "")
    return f"{line}:\n\n" + "\n".join(
        f"{number}. {_step(step, number)}" for number, step in enumerate(access.preprocessing, 1)
    )


def _is_size(step: Step) -> bool:
    return step.name in _SIZED and any(one.isdigit() for one in re.sub(r"<[^<>]*>", "", step.arguments))


def _step(step: Step, number: int) -> str:
    said = prose(step.arguments) if step.name == "stated" else code(str(step))
    if step.after and step.after != (number - 2,):
        said += f" after {listed([str(one + 1) for one in step.after])}"
    elif not step.after and number > 1:
        said += " of what arrived"
    said += f", split {code(step.split)}" if step.split else ""
    said += f", if {code(step.when)}" if step.when else ""
    return f"{said} ({place(step.where)})"


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
