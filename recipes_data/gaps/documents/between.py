"""The only home of what documents are to each other and to the reports: conflicts, missing subjects, successors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from recipes_data.gaps.documents.judging import Judged
from recipes_data.gaps.operations import Operations

__all__ = ["change_log", "conflicts_of", "is_about_clients", "missing_subjects", "replaced_by"]

_SUBJECTS: tuple[tuple[str, str, str], ...] = (
    ("authentication", r"\bauth|\btoken", "auth."),
    ("gated repositories", r"\bgated\b", "files.gated_errors"),
    ("what a missing repository or file answers", r"\b404\b|not[ -_]?found|does not exist", "files.not_found_errors"),
    ("retries", r"\bretr(?:y|ies)", "files.retries"),
    ("rate limits", r"rate[- ]limit|\b429\b", "files.rate_limits"),
    ("Xet", r"\bxet\b", "files.xet"),
    ("LFS", r"\blfs\b", "files.lfs_redirect"),
    ("ranged reads", r"\brang(?:e|ed)\b", "files.range"),
    ("revisions and pinning", r"\brevision|\bpin(?:ned|ning)?\b|\bcommit\b", "datasets.info"),
    ("etags", r"\betag", "cache.etag"),
    ("offline work", r"\boffline\b", "cache.offline"),
    ("resuming a download", r"\bresum", "cache.resume"),
    ("pages of long lists", r"paginat|\bnext page|Link header", "datasets.list"),
    ("streaming", r"\bstream", "libraries.load_dataset_streaming"),
    ("tests", r"\btests?\b", ""),
)
_SUCCESSORS: tuple[tuple[str, str], ...] = (
    (r"\btdd\b|test[ _-]examples|test[ _-]plan", "TDD_EXAMPLES.md"),
    (r"\bgaps?\b|missing", "GAP_ANALYSIS.md"),
    (r"\bplan\b|roadmap|implementation|phase|milestone", "IMPLEMENTATION_PLAN_UNIFIED.md"),
    (r"requirement|cookbook|recipe|dataset", "COOKBOOK_REQUIREMENTS.md"),
    (r"summary|overview|executive|readme", "SUMMARY.md"),
)
# kinds of statements that are about a client, the Hub's API or what recipes read of it
_ABOUT_CLIENTS = ("function", "request", "share", "tests-pass", "count", "repository")
_STATE = r"state|status|audit|inventory|capabilit|complete|progress|api reference"
_COUNTED = {"test": "how many tests there are", "endpoint": "how many endpoints there are"}


def conflicts_of(judged: Mapping[str, Sequence[Judged]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each document the others that say something else of the same thing, and what; by path.

    Who says the same somewhere as well is in no conflict: a range of versions, a count then and now.
    """
    said: dict[tuple[str, str], dict[str, list[tuple[str, int]]]] = {}
    for path in sorted(judged):
        for one in judged[path]:
            for subject, value in _positions(one):
                said.setdefault((one.client, subject), {}).setdefault(path, []).append((value, one.statement.line))
    found: dict[str, list[tuple[str, str]]] = {}
    for (_, subject), positions in sorted(said.items()):
        for path, own in positions.items():
            for other, theirs in positions.items():
                if other != path and not any(_agree(mine, other_) for mine, _ in own for other_, _ in theirs):
                    (value, line), (their_value, their_line) = own[0], theirs[0]
                    what = f"{subject}: {value} here (line {line}), {their_value} there (line {their_line})"
                    found.setdefault(path, []).append((other, what))
    return {path: tuple(sorted(pairs)) for path, pairs in found.items()}


def _agree(one: str, other: str) -> bool:
    """Whether two values are the same, or two versions of which one says less: 2.4 and 2.4.0."""
    return one == other or f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def is_about_clients(judged: Sequence[Judged]) -> bool:
    """Whether a document says something of a client or of the Hub's API: one that does not, lacks nothing of them."""
    return any(one.statement.kind in _ABOUT_CLIENTS for one in judged)


def missing_subjects(text: str, operations: Operations) -> tuple[str, ...]:
    """Subjects of the contract table that a document does not speak of."""
    ids = [row.id for row in operations.rows]
    return tuple(
        title
        for title, pattern, operation in _SUBJECTS
        if any(one.startswith(operation) for one in ids) and not re.search(pattern, text, re.IGNORECASE)
    )


def replaced_by(
    path: str, headings: Sequence[str], state_page: str | None, judged: Sequence[Judged]
) -> tuple[str, ...]:
    """The reports that stand for a document now, by its name and its first headings; none for one about other things.

    `judged`: what the document says. Its title counts only where that is about clients or the Hub's API.
    """
    name = re.sub(r"[_\W]+", " ", path.rpartition("/")[2].rpartition(".")[0]).lower()
    title = " ".join(headings[:1]).lower() if is_about_clients(judged) else ""
    # the name says what a document is; its title, where the name does not
    for words in (name, title):
        found = [page for pattern, page in _SUCCESSORS if re.search(pattern, words)]
        if state_page and re.search(_STATE, words):
            found.append(state_page)
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def change_log(judged: Sequence[Judged]) -> tuple[str, ...]:
    """What changed since a document was written, one line for each kind of statement."""
    lines = []
    for kind, verdict, title in (
        ("function", "contradicted", "Not as described"),
        ("function", "outdated", "Changed since"),
        ("file", "contradicted", "No longer, or never, in the repository"),
        ("file", "outdated", "Made since"),
        ("request", "outdated", "Requests made since"),
        ("repository", "contradicted", "Spelt otherwise"),
        ("repository", "outdated", "No longer read by a recipe"),
    ):
        names = dict.fromkeys(
            one.statement.text for one in judged if one.statement.kind == kind and one.verdict == verdict
        )
        if names:
            shown = [f"`{name}`" for name in names][:8]
            lines.append(f"{title}: {', '.join(shown)}{f' and {len(names) - 8} more' if len(names) > 8 else ''}")
    return (*lines, *(_figure(one) for one in judged if _is_figure(one)))


def _is_figure(one: Judged) -> bool:
    figures = ("version", "count", "share", "tests-pass")
    return one.statement.kind in figures and one.verdict in ("outdated", "contradicted")


def _figure(one: Judged) -> str:
    kind, value, subject = one.statement.kind, one.statement.value, one.statement.subject
    said = {
        "version": f"version {value}",
        "count": f"{value} {subject}{'' if value == '1' else 's'}",
        "share": f"{value}%",
        "tests-pass": "that all tests pass",
    }[kind]
    return f"Line {one.statement.line} said {said}; {one.why}"


def _positions(one: Judged) -> list[tuple[str, str]]:
    statement = one.statement
    if statement.kind == "function" and one.client:
        return [(statement.subject, "exists" if statement.stance == "there" else "is missing")]
    # a figure beside a name is that of a part
    if statement.kind == "count" and statement.subject in _COUNTED and "`" not in statement.text:
        return [(_COUNTED[statement.subject], statement.value)]
    if statement.kind == "version" and one.client and not re.match(r"[~>^]", statement.value):
        return [(f"the version of {one.client}", statement.value.lstrip("="))]
    if statement.kind == "share" and not re.search(r"coverage", statement.text, re.IGNORECASE):
        return [("how complete it is", f"{statement.value}%")]
    return []
