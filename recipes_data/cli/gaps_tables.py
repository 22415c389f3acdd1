"""What `gaps` prints for people: the summary of an analysis, differences, drift, needs; texts alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from recipes_data.cli.screen import table_text
from recipes_data.gaps.analysis import Analysis, Drift
from recipes_data.gaps.compare.difference import Difference
from recipes_data.gaps.levels import LEVELS, Gap
from recipes_data.gaps.needs import Access, Needs
from recipes_data.wording import counted

__all__ = ["difference_text", "drift_text", "gaps_text", "needs_text", "summary_text"]

_NAMES_SHOWN = 2
_URGENT = ("P0", "P1", "P2")


def summary_text(analysis: Analysis) -> str:
    """A screenful: clients by level, which recipes are blocked by what, and what else to look at."""
    parts = [_inputs(analysis), _levels(analysis), _blocked(analysis), _consumers(analysis), _rest(analysis)]
    return "\n\n".join(part for part in parts if part)


def _inputs(analysis: Analysis) -> str:
    lines = []
    for origin in analysis.inputs:
        state = origin.version or (origin.commit or "")[:12]
        lines.append(
            f"{origin.kind:10} {origin.name} {state} ({origin.language}, {counted(origin.files, 'file')})".replace(
                "  (", " ("
            )
        )
    return "\n".join(lines)


def _levels(analysis: Analysis) -> str:
    """How well each client has the needed operations, counted by level; of libraries' calls only those it offers."""
    priorities = {need.operation: need.priority for need in analysis.needed}
    kinds = {row.id: row.kind for row in analysis.operations.rows}
    rows = []
    for inventory in analysis.inventories:
        name = inventory.origin.name
        states = [
            state
            for state in analysis.states
            if state.client == name
            and priorities[state.operation] != "none"
            and (kinds[state.operation] != "library" or state.functions)
        ]
        gaps = [gap for gap in analysis.gaps if gap.client == name]
        counts = [sum(state.level == level for state in states) for level in LEVELS]
        urgent = [sum(gap.priority == one for gap in gaps) for one in _URGENT]
        rows.append((name, *map(str, counts), *map(str, urgent)))
    head = ("operations needed", *LEVELS, *(f"{one} gaps" for one in _URGENT))
    return table_text(head, rows, right=range(1, len(head)))


def _blocked(analysis: Analysis) -> str:
    """Recipes that are blocked alike in one line."""
    rows = []
    for inventory in analysis.inventories:
        name = inventory.origin.name
        groups: dict[tuple[str, ...], list[str]] = {}
        for minimum in analysis.minimums:
            groups.setdefault(dict(minimum.blocked).get(name, ()), []).append(minimum.recipe)
        for operations, recipes in sorted(groups.items(), key=lambda pair: (-len(pair[0]), pair[1])):
            rows.append((name, str(len(recipes)), _some(recipes), ", ".join(operations) or "nothing"))
    return table_text(("client", "recipes", "which", "blocked by"), rows, right=(1,)) if rows else ""


def _consumers(analysis: Analysis) -> str:
    lines = [finding.message for finding in analysis.findings if finding.rule == "need-not-passed-on"]
    return "\n".join(lines)


def _rest(analysis: Analysis) -> str:
    counts = [sum(one.severity == severity for one in analysis.findings) for severity in ("error", "warning", "note")]
    unneeded = sum(need.priority == "none" for need in analysis.needed)
    lines = [
        f"findings    {counted(counts[0], 'error')}, {counted(counts[1], 'warning')}, {counted(counts[2], 'note')}",
        f"unanswered  {len(analysis.unanswered)} questions that the sources do not answer",
        f"not needed  {unneeded} of {counted(len(analysis.needed), 'operation')}",
    ]
    if analysis.drift:
        lines.append(f"drift       {len(analysis.drift)} differences between sources and manifests")
    return "\n".join([*lines, "", "everything, with its evidence: the same command with --out DIR"])


def gaps_text(gaps: Sequence[Gap]) -> str:
    """One line a gap."""
    body = [(gap.priority, gap.client, gap.operation, gap.level, gap.why) for gap in gaps]
    return table_text(("priority", "client", "operation", "level", "why"), body)


def difference_text(differences: Iterable[Difference]) -> str:
    """What changed, client by client; a client that did not change in one line."""
    parts = []
    for one in differences:
        lines = [f"{one.client}: {one.before} -> {one.after}"]
        lines += [f"  + {name}" for name in one.added]
        lines += [f"  - {name}" for name in one.lost]
        lines += [f"  ~ {change.function}{change.before} -> {change.after}" for change in one.changed]
        lines += [f"  better  {move.operation}: {move.before} -> {move.after}" for move in one.up]
        lines += [f"  worse   {move.operation}: {move.before} -> {move.after}" for move in one.down]
        lines += [f"  closed  {gap.priority} {gap.operation}" for gap in one.gaps_closed]
        lines += [f"  opened  {gap.priority} {gap.operation}: {gap.why}" for gap in one.gaps_opened]
        parts.append("\n".join(lines if len(lines) > 1 else [f"{lines[0]}: nothing changed"]))
    return "\n".join(parts) or "no client in either"


def drift_text(drift: Sequence[Drift]) -> str:
    """One line for each thing that differs, with the recipes it differs in."""
    if not drift:
        return "sources and manifests agree"
    groups: dict[tuple[str, str], list[Drift]] = {}
    for one in drift:
        groups.setdefault((one.kind, one.what), []).append(one)
    body = [
        (kind, what, str(same[0].where or "-"), _some([one.recipe or "no recipe" for one in same]))
        for (kind, what), same in groups.items()
    ]
    return table_text(("kind", "what", "where", "recipes"), body)


def needs_text(needs: Needs) -> str:
    """Every access under its recipes; then findings."""
    reached = {number for recipe in needs.recipes for number in recipe.accesses}
    lines: list[str] = []
    for recipe in needs.recipes:
        lines.append(f"{recipe.name} ({recipe.where})")
        lines += [f"  {_access(needs.accesses[number])}" for number in recipe.accesses]
    left = [number for number in range(len(needs.accesses)) if number not in reached]
    if left:
        lines += ["reached by no recipe", *(f"  {_access(needs.accesses[number])}" for number in left)]
    if needs.findings:
        lines += ["", "findings"]
        lines += [f"  {one.severity:7} {one.where}: {one.message} ({one.rule})" for one in needs.findings]
    return "\n".join(lines) or "no access to the Hub was found"


def _access(access: Access) -> str:
    what = "/".join(text for text in (access.repo, access.config) if text) or "?"
    what += f":{access.split}" if access.split else ""
    what += f" {', '.join(access.files)}" if access.files else ""
    what += f" @{access.revision}" if access.revision else ""
    what += " streaming" if access.streaming else ""
    unknown = f"  unknown: {', '.join(access.unresolved)}" if access.unresolved else ""
    return f"{access.where}: {access.function} {what}{unknown}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN} more"
