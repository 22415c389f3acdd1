"""Writes the typed request builders: one module an area, one function an operation, made from the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recipes_data.gaps.contract.table import placeholders
from recipes_data.gaps.operations import Operation, Operations, Parameter

__all__ = ["builder_modules"]

_TYPES = {
    "string": "str",
    "path": "str",
    "integer": "int",
    "boolean": "bool",
    "object": "Mapping[str, Any]",
    "array<string>": "Sequence[str]",
    "array<object>": "Sequence[Mapping[str, Any]]",
}
_HEADER = '''"""Typed builders for the requests of one area of the Hub's API: {area}.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

'''
_WIDTH = 120

_Aliases = Mapping[tuple[str, ...], str]
"""Name of the Literal type for values, with the type of their parameter as the last."""


def builder_modules(table: Operations) -> dict[str, str]:
    """Text of every module by area, formatted as `ruff format` would."""
    areas: dict[str, list[Operation]] = {}
    for row in table.rows:
        if row.kind == "http":
            areas.setdefault(row.area, []).append(row)
    return {area: _module(area, rows) for area, rows in areas.items()}


def _module(area: str, rows: list[Operation]) -> str:
    aliases = _aliases(rows)
    filters = {row.id: _camel(row.id) + "Query" for row in rows if _is_search(row)}
    types = [f"{name} = {_literal(key)}\n" for key, name in aliases.items()]
    classes = [_filter_class(row, filters[row.id], aliases) for row in rows if row.id in filters]
    functions = [_function(row, filters.get(row.id, ""), aliases) for row in rows]
    public = [*sorted([*aliases.values(), *filters.values()]), *sorted(_name(row) for row in rows)]
    listed = "".join(f'    "{name}",\n' for name in public)
    parts = [f"__all__ = [\n{listed}]\n", "".join(types), *classes, *functions]
    body = "\n".join([parts[0], parts[1]]) if types else parts[0]
    text = "\n\n".join([body, *parts[2:]])
    return _HEADER.format(area=area) + _imports(text) + "\n" + text


def _imports(text: str) -> str:
    lines = [
        _import("collections.abc", text, {"Mapping": "Mapping[", "Sequence": "Sequence["}),
        _import("typing", text, {"Any": "Any]", "Literal": "Literal[", "TypedDict": "(TypedDict", "Unpack": "Unpack["}),
    ]
    ours = "from recipes_data.gaps.contract.requests import Request, build_request\n"
    outside = "".join(line for line in lines if line)
    return f"{outside}\n{ours}" if outside else ours


def _import(module: str, text: str, marks: Mapping[str, str]) -> str:
    names = [name for name, mark in marks.items() if mark in text]
    return f"from {module} import {', '.join(names)}\n" if names else ""


def _is_search(row: Operation) -> bool:
    """A listing of the whole Hub: what is asked of it is a filter, with a type of its own."""
    return row.paginated and not placeholders(row.path) and any(each.place == "query" for each in row.parameters)


def _aliases(rows: list[Operation]) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for row in rows:
        for each in row.parameters:
            key = (*each.values, each.type)
            if not each.values or key in found:
                continue
            short = _camel(f"{row.area}.{each.argument}")
            found[key] = short if short not in found.values() else _camel(f"{row.id}.{each.argument}")
    return found


def _literal(key: tuple[str, ...]) -> str:
    values = [_written(value, key[-1]) for value in key[:-1]]
    if len(values) == 1:
        return f"Literal[{values[0]}]"
    return "Literal[\n" + "".join(f"    {value},\n" for value in values) + "]"


def _written(value: str, kind: str) -> str:
    if kind == "integer":
        return value
    return "False" if value == "false" else f'"{value}"'


def _filter_class(row: Operation, name: str, aliases: _Aliases) -> str:
    lines = [f"class {name}(TypedDict, total=False):", f'    """What `{row.id}` may be asked for."""', ""]
    for argument, kind, required in _arguments(row, aliases):
        lines.append(f"    {argument}: {f'Required[{kind}]' if required else kind}")
    return "\n".join(lines) + "\n"


def _function(row: Operation, filter_class: str, aliases: _Aliases) -> str:
    arguments = list(_arguments(row, aliases))
    in_path = {each.argument for each in row.parameters if each.place == "path" and each.required}
    required = set() if row.short_path == "" else {_last_argument(row)}
    first = [f"{name}: {kind}" for name, kind, _ in arguments if name in in_path - required]
    if filter_class:
        rest = ["token: str | None = None", f"**query: Unpack[{filter_class}]"]
        passed = ["token=token", "**query"]
    else:
        named = [each for each in arguments if each[0] not in in_path - required]
        rest = [
            f"{name}: {kind}" if needed and name not in required else f"{name}: {kind} | None = None"
            for name, kind, needed in named
        ]
        rest.append("token: str | None = None")
        passed = [f"{name}={name}" for name, _, _ in arguments] + ["token=token"]
    signature = "".join(f"    {each},\n" for each in [*first, "*", *rest])
    summary = f'    """{row.title}: `{row.method} {row.path}`."""'
    if len(summary) > _WIDTH:
        summary = f'    """{row.title}.\n\n    `{row.method} {row.path}`.\n    """'
    call = f'    return build_request("{row.id}", {", ".join(passed)})'
    if len(call) > _WIDTH:
        inside = "".join(f"        {each},\n" for each in [f'"{row.id}"', *passed])
        call = f"    return build_request(\n{inside}    )"
    return f"def {_name(row)}(\n{signature}) -> Request:\n{summary}\n{call}\n"


def _last_argument(row: Operation) -> str:
    last = placeholders(row.path)[-1]
    return next(each.argument for each in row.parameters if each.place == "path" and each.name == last)


def _arguments(row: Operation, aliases: _Aliases) -> Iterator[tuple[str, str, bool]]:
    """Name, type, and whether it must be given; tags after the parameter that they go into."""
    for each in row.parameters:
        yield each.argument, _type(each, aliases), each.required
        for name, _ in each.tags:
            if name != each.argument:
                yield name, _TYPES[each.type], False


def _type(parameter: Parameter, aliases: _Aliases) -> str:
    if not parameter.values:
        return _TYPES[parameter.type]
    alias = aliases[(*parameter.values, parameter.type)]
    return f"Sequence[{alias}]" if parameter.type == "array<string>" else alias


def _name(row: Operation) -> str:
    return row.id.replace(".", "_")


def _camel(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in text.replace(".", "_").split("_"))
