"""The only home of SUPERSEDED_DOCS.md: for each old document what still stands, what does not, and what replaces it."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis, Claim, ReviewedDocument
from recipes_data.gaps.reports.blocks import inputs_line
from recipes_data.gaps.reports.facts import facts_of
from recipes_data.gaps.reports.markdown import bullets, code, listed, page, plural, prose, sentence, table, verb

__all__ = ["superseded"]

_SECTIONS = (
    ("contradicted", "Contradicted by the sources"),
    ("outdated", "Outdated"),
    ("right", "Still right"),
    ("unchecked", "Could not be checked"),
)
_MOST = 40


def superseded(analysis: Analysis) -> str:
    """The page."""
    facts = facts_of(analysis)
    documents = analysis.documents
    if not documents:
        return page("Old documents", "No old documents were given (`--docs DIR`).", inputs_line(facts))
    return page(
        "Old documents",
        _lead(documents),
        table(
            ("Document", "Right", "Outdated", "Contradicted", "Unchecked", "Replaced by"),
            (
                (
                    code(one.path),
                    *(str(_count(one, verdict)) for verdict in ("right", "outdated", "contradicted", "unchecked")),
                    listed([f"[{name}]({name})" for name in one.replaced_by]) or "nothing",
                )
                for one in documents
            ),
        ),
        *(block for one in documents for block in _document(one)),
        inputs_line(facts),
    )


def _lead(documents: tuple[ReviewedDocument, ...]) -> str:
    claims = [claim for one in documents for claim in one.claims]
    wrong = sum(claim.verdict == "contradicted" for claim in claims)
    quarrels = sum(len(one.conflicts) for one in documents)
    said = (
        f"{plural(len(documents), 'document')} with {plural(len(claims), 'claim')} that can be checked "
        "against sources; "
        f"{wrong} {verb(wrong, 'is', 'are')} contradicted by them."
    )
    if quarrels:
        said += f" In {plural(quarrels, 'place')} documents contradict each other."
    return said + " Sentences that name nothing checkable were not judged."


def _document(one: ReviewedDocument) -> list[str]:
    blocks = [f"## {one.path}"]
    if not one.claims:
        blocks.append("It claims nothing that could be checked.")
    for verdict, title in _SECTIONS:
        found = [claim for claim in one.claims if claim.verdict == verdict]
        if found:
            blocks += [f"**{title}** ({len(found)}):", _claims(found)]
    if one.missing:
        blocks.append(f"**Missing from it:** {prose(listed(one.missing))}.")
    if one.conflicts:
        blocks += [
            "**In conflict:**",
            bullets(f"with {code(other)} on {prose(what)}." for other, what in one.conflicts),
        ]
    if one.change_log:
        blocks += ["**Change log:**", bullets(prose(sentence(line)) for line in one.change_log)]
    return blocks


def _claims(found: list[Claim]) -> str:
    lines = [f"line {claim.where.line}: {code(claim.text)}: {prose(sentence(claim.why))}" for claim in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"and {len(found) - _MOST} more")
    return bullets(lines)


def _count(one: ReviewedDocument, verdict: str) -> int:
    return sum(claim.verdict == verdict for claim in one.claims)
