"""The only reader of the contract table `manifests/operations.yaml`; every fault of it at once, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from pathlib import Path
from typing import Any, get_args

from recipes_data.errors import ManifestError, unread
from recipes_data.gaps.contract.fields import Fields
from recipes_data.gaps.operations import Area, BodyKind, Operation, OperationKind, Operations, Parameter, Place
from recipes_data.yamltext import PathKey, first_of, read_yaml

__all__ = ["load_operations", "packaged_table", "placeholders", "read_operations"]

_ID = re.compile(r"([a-z]+)\.[a-z][a-z0-9_]*\Z")
_VERSION = re.compile(r"\d+\.\d+\.\d+\Z")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+\Z")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_TYPES = ("string", "path", "integer", "boolean", "array<string>", "object", "array<object>")
_RESERVED = ("token", "operation_id")  # arguments that every request builder has
_HEAD = {"base_url", "documentation", "authentication", "versions", "path_parameters", "operations"}
_HTTP = {"method", "path", "short_path", "server", "paginated", "path_parameters", "query", "headers", "body"}
_ROW = {"title", "kind", "python", "hf_api", "since", "returns", "uses", "notes", "evidence", *_HTTP}
_PARAMETER = {"type", "required", "values", "default", "note", "tags", "since", "until", "evidence"}
_HF_API = ("huggingface_hub.HfApi.", "huggingface_hub.")


def packaged_table() -> Path:
    """The table that ships with the package: inside an installed wheel, or beside a checkout."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "_manifests" / "operations.yaml"
    return inside if inside.is_file() else package.parent / "manifests" / "operations.yaml"


def load_operations(path: Path | None = None) -> Operations:
    """The table in a file; without one the packaged table.

    Raises:
        ManifestError: it cannot be read, or every fault of it, each with file and line.
    """
    file = packaged_table() if path is None else path
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ManifestError(f"{file}:1: cannot be read: {unread(exc)}", "name a table of operations") from exc
    return read_operations(text, str(file))


def read_operations(text: str, source: str) -> Operations:
    """The table in a text; `source` is what faults are said to be in.

    Raises:
        ManifestError: every fault, one a line.
    """
    document = read_yaml(text)
    fields = Fields(document, list(document.faults))
    table: Operations | None = None
    if not fields.faults or isinstance(document.value, Mapping):
        table = _table(fields, document.value)
    if fields.faults or table is None:
        ordered = sorted(fields.faults, key=lambda fault: fault.line)
        lines = [f"{source}:{each.line}: {each.path + ': ' if each.path else ''}{each.what}" for each in ordered]
        raise ManifestError("\n".join(first_of(lines)), "edit the file")
    return table


def placeholders(path: str) -> tuple[str, ...]:
    """Names in braces of a path, in its order."""
    return tuple(_PLACEHOLDER.findall(path))


def _table(fields: Fields, value: Any) -> Operations:
    head = fields.mapping((), value, _HEAD, ("base_url", "documentation", "authentication", "versions", "operations"))
    versions = fields.texts(("versions",), head.get("versions"))
    for at, version in enumerate(versions):
        if not _VERSION.match(version):
            fields.fault(("versions", at), f"{version!r} is not a version like 1.5.0")
    known = _parameters(fields, ("path_parameters",), head.get("path_parameters", {}), "path", versions)
    shared = {each.name: each for each in known}
    rows = fields.mapping(("operations",), head.get("operations", {}))
    operations = tuple(_row(fields, key, each, shared, versions) for key, each in rows.items())
    _check_uses(fields, operations)
    return Operations(
        base_url=fields.text(("base_url",), head.get("base_url")),
        documentation=fields.text(("documentation",), head.get("documentation")),
        authentication=fields.text(("authentication",), head.get("authentication")).strip(),
        rows=operations,
        versions=versions,
    )


def _row(fields: Fields, key: str, value: Any, shared: Mapping[str, Parameter], versions: tuple[str, ...]) -> Operation:
    at: PathKey = ("operations", key)
    row = fields.mapping(at, value, _ROW, ("title", "returns", "evidence"))
    area = match.group(1) if (match := _ID.match(key)) else ""
    if area not in get_args(Area):
        fields.fault(at, f"is not AREA.VERB in lower case, with one of the areas {', '.join(get_args(Area))}")
    http = "method" in row
    _check_kind(fields, at, row, http=http)
    path = fields.text((*at, "path"), row.get("path"))
    short = fields.text((*at, "short_path"), row.get("short_path"))
    body_kind, parameters = _request(fields, at, row, path, shared, versions)
    _check_paths(fields, at, path, short)
    _check_arguments(fields, at, parameters)
    python, since = _functions(fields, at, row, versions)
    return Operation(
        id=key,
        area=area,  # type: ignore[arg-type]  # checked against Area above
        kind="http" if http else fields.choice((*at, "kind"), row.get("kind"), ("library", "behaviour"), "library"),  # type: ignore[arg-type]  # one of them
        title=fields.text((*at, "title"), row.get("title")),
        method=fields.choice((*at, "method"), row.get("method"), _METHODS),
        path=path,
        parameters=parameters,
        paginated=fields.truth((*at, "paginated"), row.get("paginated")),
        python=python,
        returns=fields.text((*at, "returns"), row.get("returns")),
        uses=fields.texts((*at, "uses"), row.get("uses")),
        notes=fields.text((*at, "notes"), row.get("notes")),
        evidence=fields.text((*at, "evidence"), row.get("evidence")),
        short_path=short,
        server=fields.text((*at, "server"), row.get("server")),
        body=body_kind,
        since=since,
    )


def _check_kind(fields: Fields, at: PathKey, row: Mapping[str, Any], *, http: bool) -> None:
    if http and "path" not in row:
        fields.fault(at, "`path` is missing")
    if http and "kind" in row:
        fields.fault((*at, "kind"), "is only for rows without a method")
    if not http and "kind" not in row:
        kinds = " or ".join(each for each in get_args(OperationKind) if each != "http")
        fields.fault(at, f"needs a `method` and a `path`, or a `kind`: {kinds}")
    if not http:
        for name in sorted(_HTTP & row.keys()):
            fields.fault((*at, name), "is only for rows with a method")


def _request(
    fields: Fields,
    at: PathKey,
    row: Mapping[str, Any],
    path: str,
    shared: Mapping[str, Parameter],
    versions: tuple[str, ...],
) -> tuple[BodyKind, tuple[Parameter, ...]]:
    """Kind of the body, and all parameters: of the path in its order, then query, headers, body."""
    own_at = (*at, "path_parameters")
    own = {each.name: each for each in _parameters(fields, own_at, row.get("path_parameters", {}), "path", versions)}
    found: list[Parameter] = []
    for name in placeholders(path):
        if name in own or name in shared:
            found.append(own.get(name) or shared[name])
        else:
            fields.fault(
                (*at, "path"), f"nothing says what {{{name}}} is: neither this row's path_parameters nor the head's"
            )
    for name in own:
        if name not in placeholders(path):
            fields.fault((*own_at, name), "does not stand in the path")
    found += _parameters(fields, (*at, "query"), row.get("query", {}), "query", versions)
    found += _parameters(fields, (*at, "headers"), row.get("headers", {}), "header", versions)
    kind: BodyKind = ""
    if "body" in row:
        body = fields.mapping((*at, "body"), row["body"], {"kind", "fields"}, ("kind", "fields"))
        kinds = [each for each in get_args(BodyKind) if each]
        kind = fields.choice((*at, "body", "kind"), body.get("kind"), kinds, "json")  # type: ignore[assignment]  # one of them
        found += _parameters(fields, (*at, "body", "fields"), body.get("fields", {}), "body", versions)
    return kind, tuple(found)


def _parameters(fields: Fields, at: PathKey, value: Any, place: Place, versions: tuple[str, ...]) -> list[Parameter]:
    return [
        _parameter(fields, (*at, name), name, each, place, versions) for name, each in fields.mapping(at, value).items()
    ]


def _parameter(
    fields: Fields, at: PathKey, name: str, value: Any, place: Place, versions: tuple[str, ...]
) -> Parameter:
    said = {"type": value} if isinstance(value, str) else fields.mapping(at, value, _PARAMETER)
    values = fields.texts((*at, "values"), said.get("values"))
    default = fields.text((*at, "default"), said.get("default")) or None
    kind = fields.choice((*at, "type") if not isinstance(value, str) else at, said.get("type"), _TYPES, "string")
    if default is not None and values and default not in values:
        fields.fault((*at, "default"), f"{default!r} is none of the values")
    tags = fields.pairs((*at, "tags"), said.get("tags"))
    if tags and kind != "array<string>":
        fields.fault((*at, "tags"), "are only for an array<string>")
    return Parameter(
        name=name,
        place=place,
        type=kind,
        required=(place == "path" and default is None) or fields.truth((*at, "required"), said.get("required")),
        values=values,
        note=fields.text((*at, "note"), said.get("note")),
        default=default,
        tags=tags,
        since=_version(fields, (*at, "since"), said.get("since"), versions),
        until=_version(fields, (*at, "until"), said.get("until"), versions),
        evidence=fields.text((*at, "evidence"), said.get("evidence")),
    )


def _version(fields: Fields, at: PathKey, value: Any, versions: tuple[str, ...]) -> str:
    version = fields.text(at, value)
    if version and version not in versions:
        fields.fault(at, f"must be one of the versions looked at: {', '.join(versions)}")
    return version


def _functions(
    fields: Fields, at: PathKey, row: Mapping[str, Any], versions: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Qualified names, and of some the first version that has them."""
    short = fields.texts((*at, "hf_api"), row.get("hf_api"))
    long = fields.texts((*at, "python"), row.get("python"))
    for index, name in enumerate(long):
        if not _FUNCTION.match(name):
            fields.fault((*at, "python", index), f"{name!r} is not PACKAGE.NAME")
    since: list[tuple[str, str]] = []
    for name, _ in fields.pairs((*at, "since"), row.get("since")):
        version = _version(fields, (*at, "since", name), row["since"][name], versions)
        if name in short:
            since += [(prefix + name, version) for prefix in _HF_API]
        elif name in long:
            since.append((name, version))
        else:
            fields.fault((*at, "since", name), "is none of this row's functions")
    return (*(prefix + name for name in short for prefix in _HF_API), *long), tuple(since)


def _check_paths(fields: Fields, at: PathKey, path: str, short: str) -> None:
    for name, each in (("path", path), ("short_path", short)):
        if each and not each.startswith("/"):
            fields.fault((*at, name), "must begin with a slash")
    if short and placeholders(short) != placeholders(path)[:-1]:
        fields.fault((*at, "short_path"), "must have the parameters of the path but the last")


def _check_arguments(fields: Fields, at: PathKey, parameters: tuple[Parameter, ...]) -> None:
    seen: set[str] = set(_RESERVED)
    for name in _arguments(parameters):
        if name in seen or not name.isidentifier() or iskeyword(name):
            fields.fault(
                at,
                f"two parameters would be the argument {name!r}" if name in seen else f"{name!r} is no argument's name",
            )
        seen.add(name)


def _arguments(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    for each in parameters:
        yield each.argument
        yield from (name for name, _ in each.tags if name != each.argument)


def _check_uses(fields: Fields, operations: tuple[Operation, ...]) -> None:
    ids = {row.id for row in operations}
    for row in operations:
        for index, used in enumerate(row.uses):
            at = ("operations", row.id, "uses", index)
            if used not in ids:
                fields.fault(at, f"no operation is called {used!r}")
            elif used == row.id:
                fields.fault(at, "an operation does not use itself")
