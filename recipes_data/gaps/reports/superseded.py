"""The only home of SUPERSEDED_DOCS.md: for each old document what still stands, what does not, and what replaces it."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis, Claim, ReviewedDocument
from recipes_data.gaps.reports.blocks import inputs_line
from recipes_data.gaps.reports.facts import facts_of
from recipes_data.gaps.reports.markdown import bullets, code, listed, page, plural, prose, sentence, table, verb

__all__ = ["superseded"]

_VERDICTS = ("right", "outdated", "contradicted", "unchecked")
_MOST = 40
_MOST_NAMES = 30
_MOST_OTHERS = 3


def superseded(analysis: Analysis) -> str:
    """The page."""
    facts = facts_of(analysis)
    documents = analysis.documents
    if not documents:
        return page("Old documents", "No old documents were given (`--docs DIR`).", inputs_line(facts))
    own = [one for one in documents if one.own]
    others = [one for one in documents if not one.own]
    return page(
        "Old documents",
        _lead(documents),
        _own(own),
        table(
            ("Document", "Right", "Outdated", "Contradicted", "Unchecked", "Replaced by"),
            (
                (
                    code(one.path),
                    *(str(_count(one, verdict)) for verdict in _VERDICTS),
                    listed([f"[{name}]({name})" for name in one.replaced_by])
                    or "nothing: none of these pages is on it",
                )
                for one in others
            ),
        )
        if others
        else "",
        *(block for one in others for block in _document(one)),
        inputs_line(facts),
    )


def _lead(documents: tuple[ReviewedDocument, ...]) -> str:
    claims = [claim for one in documents for claim in one.claims]
    wrong = sum(claim.verdict == "contradicted" for claim in claims)
    pairs = {frozenset((one.path, other)) for one in documents for other, _ in one.conflicts}
    said = (
        f"{plural(len(documents), 'document')} with {plural(len(claims), 'claim')} that can be checked "
        f"against sources; {wrong} {verb(wrong, 'is', 'are')} contradicted by them."
    )
    if pairs:
        said += f" {plural(len(pairs), 'pair')} of documents {verb(len(pairs), 'disagrees', 'disagree')}."
    return said + " Sentences that name nothing checkable were not judged."


def _own(own: list[ReviewedDocument]) -> str:
    if not own:
        return ""
    return (
        f"{plural(len(own), 'page')} {verb(len(own), 'is', 'are')} an earlier run's, which this one replaces name by "
        f"name: {listed([code(one.path) for one in own])}."
    )


def _document(one: ReviewedDocument) -> list[str]:
    if not (one.claims or one.missing or one.conflicts):
        return []
    blocks = [f"## {one.path}"]
    for verdict, title in (("contradicted", "Contradicted by the sources"), ("outdated", "Outdated")):
        found = [claim for claim in one.claims if claim.verdict == verdict]
        if found:
            blocks += [f"**{title}** ({len(found)}):", _claims(found)]
    blocks += _right(one)
    blocks += _unchecked(one)
    if one.missing:
        blocks.append(f"**Missing from it:** {prose(listed(one.missing))}.")
    if one.conflicts:
        blocks += ["**In conflict:**", bullets(_conflicts(one.conflicts))]
    if one.change_log:
        blocks += ["**Change log:**", bullets(prose(sentence(line)) for line in one.change_log)]
    return blocks


def _claims(found: list[Claim]) -> str:
    lines = [f"line {claim.where.line}: {code(claim.text)}: {prose(sentence(claim.why))}" for claim in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"and {len(found) - _MOST} more")
    return bullets(lines)


def _right(one: ReviewedDocument) -> list[str]:
    """What still stands, by name and line; why stands in `analysis.json`, and nobody has to do anything about it."""
    found = [claim for claim in one.claims if claim.verdict == "right"]
    return [f"**Still right** ({len(found)}): {_names(found)}."] if found else []


def _unchecked(one: ReviewedDocument) -> list[str]:
    """What could not be checked, once for each reason."""
    reasons: dict[str, list[Claim]] = {}
    for claim in one.claims:
        if claim.verdict == "unchecked":
            reasons.setdefault(claim.why, []).append(claim)
    if not reasons:
        return []
    lines = [f"{prose(sentence(why)).rstrip('.')}: {_names(found)}" for why, found in reasons.items()]
    return [f"**Could not be checked** ({sum(map(len, reasons.values()))}):", bullets(lines)]


def _names(found: list[Claim]) -> str:
    return listed([f"{code(claim.text)} (line {claim.where.line})" for claim in found], _MOST_NAMES)


def _conflicts(conflicts: tuple[tuple[str, str], ...]) -> list[str]:
    """One line for each thing that others see otherwise, however many they are."""
    grouped: dict[str, list[str]] = {}
    for other, what in conflicts:
        mine, _, theirs = what.rpartition(", ")
        grouped.setdefault(mine, []).append(f"{prose(theirs.replace(' there (', ' ('))} in {code(other)}")
    return [f"{prose(mine)}; {listed(theirs, _MOST_OTHERS)}" for mine, theirs in grouped.items()]


def _count(one: ReviewedDocument, verdict: str) -> int:
    return sum(claim.verdict == verdict for claim in one.claims)
