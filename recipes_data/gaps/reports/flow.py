"""The only home of the data flow diagram: recipes, the functions they call, consumers, requests (Mermaid)."""

from __future__ import annotations

from collections.abc import Iterable

from recipes_data.gaps.reports.facts import Facts
from recipes_data.gaps.reports.markdown import NONE_FOUND, fence, listed, plural

__all__ = ["flow_diagram"]

_MOST_FUNCTIONS = 14


def flow_diagram(facts: Facts) -> str:
    """Who calls what, from recipes to the Hub's requests; edges from recipes carry the number of places."""
    calls: dict[str, set[str]] = {}
    made_of: dict[str, dict[str, None]] = {}
    for placed in facts.accesses.values():
        function = placed.access.function
        calls.setdefault(function, set()).add(str(placed.access.where))
        made_of.setdefault(function, {}).update(dict.fromkeys(_requests(facts, placed.access.operations)))
    if not calls:
        return NONE_FOUND
    shown = sorted(calls, key=lambda one: (-len(calls[one]), one))[:_MOST_FUNCTIONS]
    names = facts.recipe_names()
    who = plural(len(names), "recipe") if names else listed([needs.origin.name for needs in facts.analysis.needs])
    lines = ["flowchart LR", f'  recipes["{_label(who)}"]']
    requests = {name: f"o{at}" for at, name in enumerate(dict.fromkeys(one for f in shown for one in made_of[f]))}
    for at, function in enumerate(shown):
        lines.append(f'  recipes -->|{len(calls[function])}| f{at}["{_label(_short(function))}"]')
        lines += [f"  f{at} --> {requests[one]}" for one in made_of[function]]
    for name, node in requests.items():
        row = facts.operation(name)
        what = f"{row.method} {row.path}" if row.method else row.title
        lines += [f'  {node}["{_label(name)}<br/>{_label(what)}"]', f"  {node} --> hub"]
    lines.append(f'  hub[("{_label(facts.analysis.operations.base_url)}")]')
    left = len(calls) - len(shown)
    more = f"\n\n{plural(left, 'function')} called less often {'is' if left == 1 else 'are'} left out." if left else ""
    return fence("\n".join(lines), "mermaid") + more + _consumers(facts)


def _requests(facts: Facts, operations: Iterable[str]) -> list[str]:
    """What operations are made of: requests where the table knows them, else the operations themselves."""
    found: dict[str, None] = {}
    for name in operations:
        row = facts.operation(name)
        if row.kind == "library" and row.uses:
            found.update(dict.fromkeys(_requests(facts, row.uses)))
        else:
            found[name] = None
    return list(found)


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
