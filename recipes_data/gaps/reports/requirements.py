"""The only home of COOKBOOK_REQUIREMENTS.md: what recipes read from the Hub, and which operations that takes."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis, OperationNeed
from recipes_data.gaps.operations import Operation, Parameter
from recipes_data.gaps.reports.behaviours import behaviours_block
from recipes_data.gaps.reports.blocks import (
    inputs_line,
    need_places,
    place,
    places,
    recipes_cell,
    request,
)
from recipes_data.gaps.reports.facts import PRIORITIES, PRIORITY_MEANS, Facts, facts_of
from recipes_data.gaps.reports.findings import findings_block
from recipes_data.gaps.reports.flow import flow_diagram
from recipes_data.gaps.reports.markdown import (
    NONE_FOUND,
    bullets,
    code,
    codes,
    listed,
    page,
    plural,
    prose,
    table,
)
from recipes_data.gaps.reports.preprocessing import preprocessing_block
from recipes_data.gaps.reports.repositories import RepositoryUse, repositories_of

__all__ = ["requirements"]

_SHOWN_WAYS = 3
_SHOWN_RECIPES = 80
_KIND_TITLES = (("dataset", "Datasets"), ("model", "Models and tokenizers"), ("space", "Spaces"))


def requirements(analysis: Analysis) -> str:
    """The page."""
    facts = facts_of(analysis)
    return page(
        "What the recipes require of the Hub",
        _lead(facts),
        "## Data flow",
        flow_diagram(facts),
        *_repositories(facts),
        "## Operations",
        *_operations(facts),
        "## Minimum set for each recipe",
        _minimums(facts),
        "## Cache, authentication, errors and retries",
        behaviours_block(facts),
        "## Not resolved",
        _unresolved(facts),
        *_unreached(facts),
        "## Findings in the recipes",
        findings_block(facts.findings(*(needs.origin.name for needs in analysis.needs))),
        *_drift(facts),
        inputs_line(facts),
    )


def _lead(facts: Facts) -> str:
    accesses = [placed.access for placed in facts.accesses.values()]
    if not accesses:
        return "No access to the Hub was found in what was read."
    named = [access for access in accesses if access.repo]
    pinned = len({access.where for access in named if access.pinned})
    loose = {access.where for access in named if not access.pinned}
    repositories = {(access.repo_type, access.repo) for access in named}
    priorities = [f"{len(facts.needed(one))} {one}" for one in PRIORITIES if facts.needed(one)]
    pins = f"A commit is named in {plural(pinned, 'place')}, and not in {len(loose)}"
    pins = pins if loose else "All of them name a commit"
    who = plural(len(facts.recipe_names()), "recipe") if facts.recipe_names() else "No recipe by name"
    return (
        f"{who}; {plural(facts.places(), 'place')} in the sources where the Hub is asked, for "
        f"{plural(len(repositories), 'repository', 'repositories')} by name. "
        f"{pins if pinned else 'None names a commit'}. Operations needed: {listed(priorities) or 'none'}."
    )


def _repositories(facts: Facts) -> list[str]:
    uses = repositories_of(facts)
    blocks = []
    for kind, title in _KIND_TITLES:
        of_kind = [use for use in uses if use.kind == kind]
        if of_kind or kind == "dataset":
            blocks += [f"## {title}", _repository_lead(of_kind, kind), _repository_table(facts, of_kind)]
        told = preprocessing_block(facts) if kind == "dataset" else ""
        if told:
            blocks += ["### Client-side preprocessing", told]
    return blocks


def _repository_lead(uses: list[RepositoryUse], kind: str) -> str:
    if not uses:
        return ""
    noun = plural(len({use.repo for use in uses}), f"{kind} repository", f"{kind} repositories")
    said = f"{noun}, with ids as they stand in the source."
    if any(use.configs for use in uses):
        said += " Configurations that are asked for alike share a row."
    if any(use.columns for use in uses):
        said += " Columns are those that the source was seen to read."
    return f"{said} `-`: not given there."


def _repository_table(facts: Facts, uses: list[RepositoryUse]) -> str:
    """The table without the columns that would be empty."""
    columns = (
        ("Repository", [code(use.repo) for use in uses]),
        ("Config", [codes(use.configs, 8) for use in uses]),
        ("Split", [codes(use.splits) for use in uses]),
        ("Files", [codes(use.files, 6) for use in uses]),
        ("Revision", [_revisions(use) for use in uses]),
        ("Columns read", [codes(use.columns, 12) for use in uses]),
        ("Done with it", [prose("; ".join(use.done)) for use in uses]),
        ("Used by", [recipes_cell(facts, use.recipes, 4) for use in uses]),
        ("Where", [_where(use) for use in uses]),
    )
    filled = [(title, cells) for title, cells in columns if any(cells)]
    rows = zip(*(cells for _, cells in filled), strict=True)
    return table([title for title, _ in filled], rows)


def _where(use: RepositoryUse) -> str:
    return places(use.where) + (f", from {places(use.through)}" if use.through else "")


def _revisions(use: RepositoryUse) -> str:
    said = [code(one[:12]) if len(one) == 40 else code(one) for one in use.revisions]
    return listed([*said, *(["not pinned"] if use.unpinned else [])])


def _operations(facts: Facts) -> list[str]:
    blocks = []
    for priority in PRIORITIES:
        needs = facts.needed(priority)
        if needs:
            blocks += [
                f"### {priority}: {PRIORITY_MEANS[priority]}",
                table(
                    ("Operation", "Request", "Parameters", "Returns", "Needed by", "Asked for at"),
                    (_operation_row(facts, need) for need in needs),
                ),
            ]
    return blocks or [NONE_FOUND]


def _operation_row(facts: Facts, need: OperationNeed) -> tuple[str, ...]:
    operation = facts.operation(need.operation)
    return (
        f"{code(operation.id)}<br>{prose(operation.title)}",
        request(operation) + (", paginated" if operation.paginated else ""),
        _parameters(operation),
        prose(operation.returns),
        recipes_cell(facts, need.recipes, 4),
        need_places(facts, need, 2),
    )


def _parameters(operation: Operation) -> str:
    if operation.parameters:
        required = [_parameter(one) for one in operation.parameters if one.required or one.place == "path"]
        optional = [_parameter(one) for one in operation.parameters if not (one.required or one.place == "path")]
        more = f"optional: {listed(optional, 6)}" if optional else ""
        return "; ".join(part for part in (listed(required), more) if part)
    return f"made of {codes(operation.uses)}" if operation.uses and operation.kind == "library" else ""


def _parameter(parameter: Parameter) -> str:
    kind = f" ({prose(parameter.type)})" if parameter.type not in ("string", "path") else ""
    return code(parameter.name) + kind


def _minimums(facts: Facts) -> str:
    groups = facts.minimums()
    if not groups:
        return NONE_FOUND
    shared: dict[tuple[str, ...], list[str]] = {}
    for minimum, names in groups:
        shared.setdefault(minimum.operations, []).extend(names)
    every = [one for one in next(iter(shared)) if all(one in operations for operations in shared)]
    lead = (
        "Recipes with the same set share a row; [GAP_ANALYSIS.md](GAP_ANALYSIS.md#which-recipes-can-run) has a row for "
        "each recipe by name."
    )
    if every and len(shared) > 1:
        lead = f"Every recipe needs {codes(every)}; a row tells what comes on top. {lead}"
    rows = (
        (
            codes(names, _SHOWN_RECIPES),
            codes([one for one in operations if len(shared) == 1 or one not in every]) or "nothing more",
        )
        for operations, names in sorted(shared.items(), key=lambda item: (len(item[0]), item[1]))
    )
    return f"{lead}\n\n" + table(("Recipes", "Operations"), rows)


def _unresolved(facts: Facts) -> str:
    """One line for each place and what is not known there; the ways that lead to it are counted."""
    ways: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for placed in facts.accesses.values():
        access = placed.access
        if access.unresolved:
            key = (str(access.where), access.function, access.unresolved)
            ways.setdefault(key, {}).update({str(access.through[-1]): None} if access.through else {})
    if not ways:
        return NONE_FOUND
    lead = "The source does not fix these arguments. Each counts as needed; what it asks for has to be read by hand."
    lines = [
        f"{code(where)}: {code(function)} with {codes(unresolved)}"
        + (f", called through {codes(through, _SHOWN_WAYS)}" if through else "")
        for (where, function, unresolved), through in ways.items()
    ]
    return f"{lead}\n\n{bullets(lines)}"


def _unreached(facts: Facts) -> list[str]:
    asked: dict[tuple[str, str], dict[str, None]] = {}
    for needs in facts.analysis.needs:
        for index in needs.unreached:
            access = needs.accesses[index]
            asked.setdefault((str(access.where), access.function), {}).update(
                {access.repo: None} if access.repo else {}
            )
    if not asked:
        return []
    return [
        "## Reached by no recipe",
        "These accesses stand in the sources; no recipe was seen to lead to them. They count as needed all the same.",
        bullets(
            f"{code(where)}: {code(function)}" + (f" of {codes(repos, 6)}" if repos else "")
            for (where, function), repos in asked.items()
        ),
    ]


def _drift(facts: Facts) -> list[str]:
    if not facts.analysis.drift:
        return []
    titles = {
        "unlisted": "Asked for in a source, and listed in no manifest",
        "unasked": "Listed in a manifest, and asked for in no source",
    }
    blocks = ["## Sources against manifests"]
    for kind in dict.fromkeys(one.kind for one in facts.analysis.drift):
        found = [one for one in facts.analysis.drift if one.kind == kind]
        blocks += [
            f"{titles.get(kind, prose(kind))}:",
            bullets(
                f"{code(one.what)} ({code(one.recipe)}" + (f", {place(one.where)})" if one.where else ")")
                for one in found
            ),
        ]
    return blocks
