"""Writes the generated parts of `docs/probe.md`: what a driver may be asked, and every scenario.

python -m recipes_data.gaps.probe.page docs/probe.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from recipes_data.gaps.probe.scenarios import scenarios
from recipes_data.gaps.probe.trial import Scenario
from recipes_data.gaps.probe.vocabulary import VOCABULARY

__all__ = ["lines_table", "main", "rewritten", "scenario_table"]

_WHO = {
    "anonymous": "nobody",
    "member": "a user",
    "granted": "a user who was let in",
    "stranger": "a wrong token",
}


def lines_table() -> str:
    """Every kind of line, as a Markdown table."""
    rows = []
    for op, line in VOCABULARY.items():
        args = ", ".join([*(f"`{name}`" for name in line.args), *(f"`{name}`?" for name in line.optional)])
        rows.append((f"`{op}`", line.asks, args or "none", line.ok))
    return _table(("op", "asks for", "args (`?`: may be missing)", "ok"), rows)


def scenario_table() -> str:
    """Every scenario, as a Markdown table."""
    rows = [(f"`{each.id}`", _WHO[each.who], _title(each), _proof(each)) for each in scenarios()]
    return _table(("scenario", "asked by", "must come true", "judged"), rows)


def _title(scenario: Scenario) -> str:
    return f"{scenario.title} (informative)" if scenario.informative else scenario.title


def _proof(scenario: Scenario) -> str:
    if scenario.unverifiable:
        return f"not verifiable offline: {scenario.unverifiable}"
    return "; ".join(rule.expected for rule in scenario.rules)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def rewritten(text: str) -> str:
    """The page with its generated parts as they have to be.

    Raises:
        ValueError: a part's marks are not in the text.
    """
    for name, content in (("lines", lines_table()), ("scenarios", scenario_table())):
        begin, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"the page has no {begin} ... {end}")
        text = f"{before}{begin}\n{content}\n{end}{after}"
    return text


def main() -> None:
    """Rewrite the page that the command line names."""
    path = Path(sys.argv[1])
    path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
