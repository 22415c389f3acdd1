"""The only home of findings as text: by rule, the worst first, what they have in common said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from recipes_data.gaps.evidence import Finding
from recipes_data.gaps.reports.markdown import bullets, code, codes, plural, prose, sentence

__all__ = ["findings_block"]

_SHOWN_PLACES = 25
_SHOWN_NAMES = 3
_SEVERITIES = ("error", "warning", "note")


def findings_block(findings: Sequence[Finding]) -> str:
    """Findings by rule: what it is, how often, and each place."""
    rules: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        rules.setdefault((_SEVERITIES.index(finding.severity), finding.rule), []).append(finding)
    return "\n\n".join(_rule(rule, found) for (_, rule), found in sorted(rules.items())) or bullets(())


def _rule(rule: str, findings: Sequence[Finding]) -> str:
    """One rule. Messages are `what: sentence`; a sentence that most of them share is said above the list."""
    spots: dict[tuple[str, str], list[str]] = {}
    for finding in sorted(findings, key=lambda one: (one.where, one.message)):
        name, colon, said = finding.message.partition(": ")
        if not colon:
            name, said = "", finding.message
        spots.setdefault((str(finding.where), said), []).append(name)
    said_most, times = Counter(said for _, said in spots).most_common(1)[0]
    common = said_most if times > 1 and times * 2 > len(spots) else None
    places = len({where for where, _ in spots})
    head = f"**{prose(rule.replace('-', ' ').capitalize())}** ({findings[0].severity}, {plural(places, 'place')})"
    lines = [_line(where, "" if said == common else said, names) for (where, said), names in spots.items()]
    if len(lines) > _SHOWN_PLACES + 1:
        lines = [*lines[:_SHOWN_PLACES], f"and {len(lines) - _SHOWN_PLACES} more in `findings.sarif`"]
    return f"{head}: {prose(sentence(common or ''))}".rstrip() + "\n\n" + bullets(lines)


def _line(where: str, said: str, names: list[str]) -> str:
    named = [name for name in dict.fromkeys(names) if name]
    shown = [one for one in (codes(named, _SHOWN_NAMES), prose(sentence(said))) if one]
    return f"{code(where)}: {': '.join(shown)}" if shown else code(where)
