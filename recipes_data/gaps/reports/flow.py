"""The only home of the data flow diagram: recipes, the functions they call, what these ask of the Hub (Mermaid)."""

from __future__ import annotations

from collections.abc import Iterable

from recipes_data.gaps.operations import Operation
from recipes_data.gaps.reports.facts import Facts
from recipes_data.gaps.reports.markdown import NONE_FOUND, fence, listed, plural
from recipes_data.gaps.reports.preprocessing import steps_counted

__all__ = ["flow_diagram"]

_SHOWN_NAMES = 3
_SHOWN_STEPS = 6


def flow_diagram(facts: Facts) -> str:
    """Who calls what, from recipes to the Hub; edges carry the number of places in the sources.

    Functions that are made of the same requests share a box, and so do requests of one area of the Hub.
    """
    calls: dict[str, set[str]] = {}
    made_of: dict[str, dict[str, None]] = {}
    for placed in facts.accesses.values():
        function = placed.access.function
        calls.setdefault(function, set()).add(str(placed.access.where))
        made_of.setdefault(function, {}).update(dict.fromkeys(_parts(facts, placed.access.operations)))
    if not calls:
        return NONE_FOUND
    alike: dict[frozenset[str], list[str]] = {}
    for function in sorted(calls, key=lambda one: (-len(calls[one]), one)):
        alike.setdefault(frozenset(made_of[function]), []).append(function)
    asked = [facts.operation(one) for one in dict.fromkeys(one for parts in made_of.values() for one in parts)]
    areas = {area: f"a{at}" for at, area in enumerate(dict.fromkeys(_area(row) for row in asked))}
    names = facts.recipe_names()
    who = plural(len(names), "recipe") if names else listed([needs.origin.name for needs in facts.analysis.needs])
    lines = ["flowchart LR", f'  recipes["{_label(who)}"]']
    for at, (parts, functions) in enumerate(alike.items()):
        spots = len({spot for function in functions for spot in calls[function]})
        shown = [_label(_short(function)) for function in functions]
        more = [f"and {len(shown) - _SHOWN_NAMES} more"] if len(shown) > _SHOWN_NAMES + 1 else []
        label = "<br/>".join([*shown[: _SHOWN_NAMES if more else None], *more])
        lines.append(f'  recipes -->|{spots}| f{at}["{label}"]')
        used = {_area(facts.operation(part)) for part in parts}
        lines += [f"  f{at} --> {node}" for area, node in areas.items() if area in used]
    for remote, title in ((True, facts.analysis.operations.base_url), (False, "on this machine")):
        inside = [area for area in areas if area[1] is remote]
        if inside:
            lines.append(f'  subgraph {"hub" if remote else "here"}["{_label(title)}"]')
            lines += [f'    {areas[area]}["{_area_label(area[0], asked, area)}"]' for area in inside]
            lines.append("  end")
    lines += _after(facts, {function: at for at, functions in enumerate(alike.values()) for function in functions})
    return fence("\n".join(lines), "mermaid") + _consumers(facts)


def _after(facts: Facts, boxes: dict[str, int]) -> list[str]:
    """What is done with the rows once they are there, and which functions give them."""
    counted = steps_counted(facts)
    if not counted:
        return []
    givers = {boxes[one.access.function] for one in facts.accesses.values() if one.access.preprocessing}
    label = "<br/>".join(["rows, on this machine:", *(_label(one) for one in counted[:_SHOWN_STEPS])])
    more = len(counted) - _SHOWN_STEPS
    label += f"<br/>and {more} more" if more > 0 else ""
    return [f'  done["{label}"]', *(f"  f{at} -.-> done" for at in sorted(givers))]


def _parts(facts: Facts, operations: Iterable[str]) -> list[str]:
    """What operations are made of: requests where the table knows them, else the operations themselves."""
    found: dict[str, None] = {}
    for name in operations:
        row = facts.operation(name)
        if row.kind == "library" and row.uses:
            found.update(dict.fromkeys(_parts(facts, row.uses)))
        else:
            found[name] = None
    return list(found)


def _area(row: Operation) -> tuple[str, bool]:
    """The area, and whether it is asked of the Hub."""
    return row.area, row.kind == "http"


def _area_label(name: str, asked: list[Operation], area: tuple[str, bool]) -> str:
    verbs = sorted(row.id.partition(".")[2] for row in asked if _area(row) == area)
    return f"{_label(name)}<br/>{_label(', '.join(verbs))}"


def _consumers(facts: Facts) -> str:
    said = [
        f"On another stack, `{consumer.origin.name}` stands where the Python libraries stand here, and calls "
        f"`{consumer.client}`; [GAP_ANALYSIS.md](GAP_ANALYSIS.md) follows each need through it."
        for consumer in facts.analysis.consumers
    ]
    return "".join(f"\n\n{one}" for one in said)


def _short(function: str) -> str:
    """`transformers.AutoTokenizer.from_pretrained`, whatever lies between the package and the class."""
    parts = function.split(".")
    if len(parts) < 4:
        return function
    return ".".join([parts[0], *(parts[-2:] if parts[-2][:1].isupper() else parts[-1:])])


def _label(text: str) -> str:
    escaped = text.replace("#", "#35;")
    for sign, entity in (('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;"), ("\n", " ")):
        escaped = escaped.replace(sign, entity)
    return escaped
