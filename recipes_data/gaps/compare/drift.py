"""The only home of how recipe sources and recipe manifests differ, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recipes_data.gaps.analysis import Drift
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.needs import Needs

__all__ = ["Asked", "drift_between"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked for; None: whatever there is (no split named: all of them)."""

    recipe: str
    kind: str
    repo: str
    config: str | None
    split: str | None
    where: Where


def drift_between(
    sources: Sequence[Needs], manifests: Sequence[Needs], described: Mapping[str, str] | None = None
) -> tuple[Drift, ...]:
    """What sources ask that no manifest lists ("unlisted"), and what manifests list that no source asks ("unasked").

    `described`: recipe manifest -> the source file that it says it describes; such a pair, and one of the same name,
    is compared by itself as well: what the manifest of another recipe lists does not count for it.
    """
    asked, listed = _asked(sources), _asked(manifests)
    pairs = _pairs(asked, listed, described or {})
    found = {_drift("unlisted", one, what) for one in asked if (what := _missing(one, listed))}
    found |= {_drift("unasked", one, what) for one in listed if (what := _missing(one, asked))}
    for source, manifest in pairs:
        ours = [one for one in asked if one.recipe == source]
        theirs = [one for one in listed if one.recipe == manifest]
        found |= {_drift("unlisted", one, what) for one in ours if (what := _missing(one, theirs))}
        # not the reverse: a recipe may load its data where nobody saw it reach; only the whole input can say "unasked"
    return tuple(sorted(found, key=lambda one: (one.kind, one.what, one.recipe, str(one.where))))


def _asked(needs: Iterable[Needs]) -> list[Asked]:
    found: dict[tuple[object, ...], Asked] = {}
    for input_ in needs:
        by_access: dict[int, list[str]] = {number: [] for number in range(len(input_.accesses))}
        for recipe in input_.recipes:
            for number in recipe.accesses:
                by_access[number].append(recipe.name)
        for number, access in enumerate(input_.accesses):
            for recipe_name in by_access[number] or [""] if access.repo is not None else ():
                kind = access.repo_type or "model"
                one = Asked(recipe_name, kind, access.repo or "", access.config, access.split, access.where)
                found.setdefault((one.recipe, one.kind, one.repo, one.config, one.split), one)
    return list(found.values())


def _missing(one: Asked, others: Sequence[Asked]) -> str:
    """What of `one` no other has: the repository, else its config, else its split; empty where all is there."""
    repos = [other for other in others if (other.kind, other.repo) == (one.kind, one.repo)]
    shown = f"{one.kind} {one.repo}"
    if not repos:
        return shown
    configs = [other for other in repos if one.config is None or other.config in (None, one.config)]
    if not configs:
        return f"{shown}, config {one.config}"
    if not any(one.split is None or other.split in (None, one.split) for other in configs):
        return f"{shown}, {f'config {one.config}, ' if one.config else ''}split {one.split}"
    return ""


def _pairs(asked: Sequence[Asked], listed: Sequence[Asked], described: Mapping[str, str]) -> list[tuple[str, str]]:
    sources = sorted({one.recipe for one in asked if one.recipe})
    found = []
    for manifest in sorted({one.recipe for one in listed}):
        file = described.get(manifest, "")
        same = [name for name in sources if name == manifest or (file and _is_file(name, file))]
        if not same:
            same = [name for name in sources if _last(name) == manifest]
        if len(same) == 1:
            found.append((same[0], manifest))
    return found


def _is_file(recipe: str, file: str) -> bool:
    """Whether a recipe's name is this file's: as a path, without its suffix, or as a module."""
    plain = file.removesuffix(".py").strip("/").replace("/", ".")
    name = recipe.removesuffix(".py").strip("/").replace("/", ".")
    return plain == name or plain.endswith(f".{name}")


def _last(name: str) -> str:
    return name.removesuffix(".py").replace("/", ".").rpartition(".")[2]


def _drift(kind: str, one: Asked, what: str) -> Drift:
    return Drift(kind, what, one.recipe, one.where)
