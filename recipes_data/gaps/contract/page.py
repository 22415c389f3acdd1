"""The only home of the table as a page that a person reads: docs/hub_api.md."""

from __future__ import annotations

from collections.abc import Iterator

from recipes_data.gaps.operations import Operation, Operations, Parameter

__all__ = ["contract_page"]

_AREAS = {
    "models": "Models",
    "datasets": "Datasets",
    "spaces": "Spaces",
    "files": "Files",
    "repos": "Repositories",
    "commits": "Commits",
    "auth": "Who asks",
    "discussions": "Discussions",
    "collections": "Collections",
    "organizations": "Organizations",
    "cache": "What is kept",
    "streaming": "Streaming",
    "libraries": "Calls of libraries",
}
_API = "huggingface_hub.HfApi"
_KINDS = {"library": "call of a library", "behaviour": "behaviour"}


def contract_page(table: Operations) -> str:
    """The page, in Markdown: a head, a table of all operations, a section for each."""
    return "\n".join([*_head(table), *_overview(table), *_sections(table)]) + "\n"


def _head(table: Operations) -> Iterator[str]:
    http = [row for row in table.rows if row.kind == "http"]
    yield "# The Hub's API, as far as it is used here"
    yield ""
    yield "<!-- Generated from manifests/operations.yaml by `python -m recipes_data.gaps.contract`. Edit that. -->"
    yield ""
    yield (
        f"{len(table.rows)} operations: {len(http)} requests, "
        f"{_count(table, 'library')} calls of libraries that are made of several, "
        f"{_count(table, 'behaviour')} ways in which requests are made, answered and remembered."
    )
    yield ""
    yield f"- Address: <{table.base_url}>, unless an operation says another."
    yield f"- Documentation of the server: <{table.documentation}>"
    yield f"- Authentication: {table.authentication}"
    yield f"- Versions of huggingface_hub looked at: {', '.join(table.versions)}."
    yield (
        '- Pages: where an operation is paginated, the answer\'s `Link: <URL>; rel="next"` is the address of the next '
        "page, unless its parameters say otherwise."
    )
    yield (
        "- In queries truth values are `true` and `false`, and a list repeats its name. In paths everything is "
        "percent-encoded; slashes are kept where a parameter has the type `path`."
    )
    yield "- Python: `HfApi.f` stands for `huggingface_hub.HfApi.f` and for `huggingface_hub.f`, which are one."
    yield ""
    yield (
        "Evidence: **seen** - a test calls the Python function named and compares what came over the wire; "
        "**client** - read in the source of the client named; "
        "**facts** - public records of the Hub's answers; "
        "**memory** - only remembered, or from the server's documentation. "
        "A parameter without evidence of its own has its operation's."
    )
    yield ""
    yield "To see a request without sending it:"
    yield ""
    yield "```sh"
    yield "recipes-data gaps request datasets.list search=math language=en limit=5 --dry-run"
    yield "```"
    yield ""


def _count(table: Operations, kind: str) -> int:
    return sum(row.kind == kind for row in table.rows)


def _overview(table: Operations) -> Iterator[str]:
    yield "| operation | request | what |"
    yield "|---|---|---|"
    for row in table.rows:
        request = f"`{row.method} {row.path}`" if row.kind == "http" else _KINDS[row.kind]
        yield f"| [{row.id}](#{row.id.replace('.', '')}) | {_cell(request)} | {_cell(row.title)} |"


def _sections(table: Operations) -> Iterator[str]:
    area = ""
    for row in table.rows:
        if row.area != area:
            area = row.area
            yield from ("", f"## {_AREAS[area]}")
        yield from ("", f"### {row.id}", "")
        yield from _section(row)


def _section(row: Operation) -> Iterator[str]:
    yield f"{row.title}." if row.kind == "http" else f"{row.title} ({_KINDS[row.kind]})."
    yield ""
    if row.kind == "http":
        yield "```http"
        yield from (f"{row.method} {row.server}{path}" for path in row.paths)
        yield "```"
        yield ""
    if row.parameters:
        yield "| parameter | in | type | |"
        yield "|---|---|---|---|"
        yield from (_parameter(each, row) for each in row.parameters)
        yield ""
    yield f"- Returns: {_text(row.returns)}"
    if row.paginated:
        yield "- Paginated."
    if row.uses:
        yield f"- {'Goes with' if row.kind == 'http' else 'Made of'}: " + ", ".join(
            f"[{each}](#{each.replace('.', '')})" for each in row.uses
        )
    if row.python or row.kind != "behaviour":
        yield f"- Python: {_python(row)}"
    if row.notes:
        yield f"- Notes: {_text(row.notes)}"
    yield f"- Evidence: {_text(row.evidence)}"


def _parameter(each: Parameter, row: Operation) -> str:
    listed = each.type.startswith("array<")
    kind = f"list of {each.type[len('array<') : -1]}s" if listed else each.type
    if each.values:
        values = ", ".join(f"`{value}`" for value in each.values)
        kind = f"{'some' if listed else 'one'} of {values}" if len(each.values) > 1 else values
    said = [each.note, *(f"`{name}` = V is sent as `{tag}:V`" for name, tag in each.tags)]
    if each.default is not None:
        said.append(f"default `{each.default}`")
    if each.since:
        said.append(f"since {each.since}")
    if each.until:
        said.append(f"until {each.until}")
    if each.evidence:
        said.append(f"evidence: {each.evidence}")
    needed = " (required)" if each.required else ""
    place = f"body, {row.body}" if each.place == "body" else each.place
    return f"| `{each.name}`{needed} | {place} | {_cell(kind)} | {_cell('; '.join(part for part in said if part))} |"


def _python(row: Operation) -> str:
    if not row.python:
        return "no function of its own"
    since = dict(row.since)
    shown = []
    for name in row.python:
        short = name.replace(f"{_API}.", "", 1)
        if name.startswith(f"{_API}.") and f"huggingface_hub.{short}" in row.python:
            shown.append((f"HfApi.{short}", since.get(name)))
        elif name.replace("huggingface_hub.", f"{_API}.", 1) not in row.python:
            shown.append((name, since.get(name)))
    return ", ".join(f"`{name}`" + (f" (since {version})" if version else "") for name, version in shown)


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")


def _text(text: str) -> str:
    """Without what Markdown would take for HTML."""
    return text.replace("<", "&lt;")
