"""The only home of the SARIF 2.1.0 log: every finding and every gap as a result that code review tools show.

Paths are relative to the input that they stand in, which is the result's `uriBaseId`; nothing in the log names a
place on the machine that made it. Format: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from recipes_data import __version__
from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.evidence import Finding, Severity, Where
from recipes_data.gaps.levels import Gap

__all__ = ["sarif_log", "sarif_to_json"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_GAPS: dict[str, tuple[Severity, str]] = {
    "gap-p0": ("error", "An operation that every recipe needs is not there, or not well enough."),
    "gap-p1": ("warning", "An operation that named recipes need is not there, or not well enough."),
    "gap-p2": ("note", "An operation that would be nice to have is not there, or not well enough."),
}
_RANK: tuple[Severity, ...] = ("error", "warning", "note")


def sarif_to_json(analysis: Analysis) -> str:
    """The log as it is written: keys sorted, a newline at the end."""
    return json.dumps(sarif_log(analysis), indent=1, sort_keys=True) + "\n"


def sarif_log(analysis: Analysis) -> dict[str, Any]:
    """One run: rules by id, results in the order of the analysis, inputs as the folders that paths are relative to."""
    rules = _rules(analysis)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [_finding(finding, index) for finding in analysis.findings]
    results += [_gap(gap, analysis, index) for gap in analysis.gaps]
    bases = {
        _anchor(origin.name): {
            "description": {"text": f"{origin.kind} {origin.name}, {_state(origin.version, origin.commit)}"}
        }
        for origin in analysis.inputs
    }
    used = {
        place["physicalLocation"]["artifactLocation"]["uriBaseId"]
        for result in results
        for place in result.get("locations", ())
    }
    for name in sorted(used - bases.keys()):
        bases[name] = {"description": {"text": f"the input {name}"}}
    run = {
        "tool": {"driver": {"name": "recipes-data gaps", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": bases,
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(analysis: Analysis) -> list[dict[str, Any]]:
    """Every rule that a result names. A finding's rule is described by its id; its level is the worst of it."""
    worst: dict[str, Severity] = {}
    for finding in analysis.findings:
        before = worst.get(finding.rule, "note")
        worst[finding.rule] = min(before, finding.severity, key=_RANK.index)
    found = {rule: (level, f"{_sentence(rule)}.") for rule, level in worst.items()}
    for gap in analysis.gaps:
        found[_rule_of(gap)] = _GAPS[_rule_of(gap)]
    return [
        {
            "id": rule,
            "name": "".join(word.capitalize() for word in rule.split("-")),
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": level},
        }
        for rule, (level, text) in sorted(found.items())
    ]


def _finding(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [_place(finding.where, finding.input)],
        "partialFingerprints": _fingerprint(finding.rule, finding.input, finding.where.path, finding.message),
    }


def _gap(gap: Gap, analysis: Analysis, index: dict[str, int]) -> dict[str, Any]:
    """A gap is shown where its operation is first needed: that is the line that will not work."""
    rule = _rule_of(gap)
    blocked = f" (blocks {', '.join(gap.recipes)})" if gap.recipes else ""
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": index[rule],
        "level": _GAPS[rule][0],
        "message": {"text": f"{gap.client} has {gap.operation} {gap.level}: {gap.why}{blocked}"},
        "partialFingerprints": _fingerprint(rule, gap.client, gap.operation),
        "properties": {"client": gap.client, "operation": gap.operation, "priority": gap.priority, "level": gap.level},
    }
    keys = next((need.accesses for need in analysis.needed if need.operation == gap.operation), ())
    if keys:
        at, number = keys[0]
        result["locations"] = [_place(analysis.needs[at].accesses[number].where, analysis.needs[at].origin.name)]
    return result


def _place(where: Where, input_: str) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(_relative(where.path)), "uriBaseId": _anchor(input_)},
            "region": {"startLine": max(where.line, 1)},
        }
    }


def _relative(path: str) -> str:
    """A path below its input; whatever would lead out of it is left out."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _anchor(name: str) -> str:
    return "".join(one if one.isalnum() or one in "._-" else "_" for one in name) or "input"


def _fingerprint(*parts: str) -> dict[str, str]:
    """The same finding has the same mark wherever its line has moved."""
    return {"recipesData/v1": hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]}


def _rule_of(gap: Gap) -> str:
    return f"gap-{gap.priority.lower()}"


def _sentence(rule: str) -> str:
    return rule.replace("-", " ").capitalize()


def _state(version: str | None, commit: str | None) -> str:
    known: Iterable[str] = (text for text in (version, f"commit {commit}" if commit else None) if text)
    return ", ".join(known) or "of no known version"
