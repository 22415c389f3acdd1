"""The only home of turning Hub calls and addresses into accesses: each combination of what their arguments may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.needs import Access
from recipes_data.gaps.recipes.calls import HubCall, hub_calls
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.expressions import key_of
from recipes_data.gaps.recipes.flow import if_branches, scope_of
from recipes_data.gaps.recipes.hub_addresses import Address, address_of, is_hub_id, path_of_file_system
from recipes_data.gaps.recipes.hub_functions import PACKAGED
from recipes_data.gaps.recipes.narrowing import Narrowing
from recipes_data.gaps.recipes.running import where
from recipes_data.gaps.recipes.values import (
    Alternative,
    Constant,
    Deferred,
    Items,
    Made,
    Member,
    Table,
    Unknown,
    Value,
    join,
    pairs,
    text_of,
)

__all__ = ["FoundAccess", "find_accesses", "in_order"]

_MOST = 3000
_ROLES = ("repo", "repo_type", "config", "split", "files", "data_dir", "subfolder", "revision", "streaming")
_AREAS = {"dataset": "datasets", "space": "spaces"}


@dataclass(frozen=True, slots=True, eq=False)
class FoundAccess:
    """An access and the node it stands at; `trust`: whether code from the repository may run (None: not known).

    `fixed`: what stands at the call alone decides the repository; no caller, option, field or default does.
    """

    access: Access
    node: ast.expr
    name: str
    trust: bool | None = False
    pins: bool = False
    split_given: bool = False
    files_given: bool = False
    fixed: bool = False
    ways: tuple[tuple[Where, ...], ...] = ()


def find_accesses(run: Evaluation) -> list[FoundAccess]:
    """Every access by a call, in no order."""
    found: list[FoundAccess] = []
    before: ast.Call | None = None
    for call in hub_calls(run):
        if call.node is not before:  # one question for a call, however many arguments it may have
            run.refill()
            before = call.node
        found += _accesses_of_call(run, call)
    return found


def in_order(found: Sequence[FoundAccess]) -> tuple[FoundAccess, ...]:
    """Each set of arguments once, in the order of the sources."""
    return tuple(sorted(_distinct(found), key=_order))


def _order(found: FoundAccess) -> tuple[object, ...]:
    access = found.access
    texts = (access.repo or "", access.config or "", access.split or "", *access.files, *access.unresolved)
    return access.where, getattr(found.node, "col_offset", 0), access.through, texts


def _distinct(found: Sequence[FoundAccess]) -> Iterator[FoundAccess]:
    """One for each set of arguments; `through` is the shortest of the ways that lead to it, `ways` has them all."""
    several: dict[tuple[Access, ast.expr], list[FoundAccess]] = {}
    for one in found:
        alike = replace(one.access, through=(), unresolved=()) if one.access.repo is None else one.access
        several.setdefault((replace(alike, through=()), one.node), []).append(one)
    for group in several.values():
        ways = sorted({one.access.through for one in group}, key=lambda way: (len(way), way))
        # of what names no repository, everything that was not known is said in one
        unresolved = tuple(dict.fromkeys(text for one in group for text in one.access.unresolved))
        yield replace(
            group[0], access=replace(group[0].access, through=ways[0], unresolved=unresolved), ways=tuple(ways)
        )


def _accesses_of_call(run: Evaluation, call: HubCall) -> Iterator[FoundAccess]:
    at = where(call.node, scope_of(call.node, run.found))
    start: dict[object, object] = {("if", node, None): way for node, way in if_branches(call.node, run.found)}
    base = join(Alternative(Constant(None), start), Alternative(Constant(None), call.choices), Constant(None))
    if base is None:  # the callee is another one in this branch
        return
    through = (*call.given.through, *(call.through.through if call.through else ()))
    parts = _parts(call)
    fixed = "repo" in parts and not through and all(map(_is_fixed, run.get(parts["repo"])))
    combined: list[tuple[Alternative, dict[str, Value]]] = [
        (Alternative(Constant(None), base.choices, tuple(dict.fromkeys(through))), {})
    ]
    for role, deferred in parts.items():
        values = _simple(run, run.get(deferred), role, deferred)
        combined = [
            (joined, {**known, role: value.value})
            for (so_far, known), value in pairs(combined, lambda one: one[0].choices, values)
            if (joined := join(so_far, value, so_far.value)) is not None
        ] or [(so_far, {**known, role: Unknown(_text(deferred))}) for so_far, known in combined]
        if len(combined) > _MOST:
            combined = [(combined[0][0], {**combined[0][1], role: Unknown(_text(deferred))})]
    for so_far, known in _that_can_be(run, call, parts, combined):
        found = _access(call, at, so_far, known)
        if found is not None:
            yield replace(found, fixed=fixed)


def _is_fixed(repo: Alternative) -> bool:
    return isinstance(repo.value, Constant) and not repo.open and not repo.through


_Combined = list[tuple[Alternative, dict[str, Value]]]


def _that_can_be(run: Evaluation, call: HubCall, parts: dict[str, Deferred], combined: _Combined) -> _Combined:
    """The combinations that contradict nothing; a call is never left without one."""
    combined = [one for one in combined if one[1].get("repo") != Constant(None)] or combined
    agreeing = [number for number in range(len(combined)) if _with_keys(parts, combined, number)]
    keyed = [combined[number] for number in agreeing]
    repo = parts.get("repo")
    names = _names_in(repo.expr) if repo is not None and repo.expr is not None else frozenset()
    scope = scope_of(call.node, run.found)
    narrowing = Narrowing(run, (scope, names))
    sure = [one for one in keyed if narrowing.possible(one[0].choices)]
    if sure:
        return sure
    narrowing = Narrowing(run)
    loose = [one for one in keyed if narrowing.possible(one[0].choices)]
    if loose and names and repo is not None:
        # none of the values that are known leads here: it is another one
        so_far, known = loose[0]
        return [(Alternative(so_far.value), {**known, "repo": Unknown(_text(repo))})]
    return loose or combined


def _names_in(expr: ast.expr) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(expr) if isinstance(node, ast.Name))


def _with_keys(parts: dict[str, Deferred], combined: _Combined, number: int) -> bool:
    """Whether an argument that is also the key of a table agrees with the entry that was taken.

    A key that is not known elsewhere is known by the entry.
    """
    so_far, known = combined[number]
    entries = {key[1]: way for key, way in so_far.choices.items() if isinstance(key, tuple) and key[0] == "key"}
    for role, deferred in parts.items():
        way = entries.get(key_of(deferred.expr)) if entries and deferred.expr is not None else None
        if not isinstance(way, tuple):
            continue
        value = known.get(role)
        if isinstance(value, Constant):
            if (way[0] == "entry" and way[1] != value.value) or (way[0] == "default" and str(value.value) in way[1]):
                return False
        elif way[0] == "entry":
            combined[number] = (so_far, {**combined[number][1], role: Constant(way[1])})
    return True


def _parts(call: HubCall) -> dict[str, Deferred]:
    """Arguments by what they mean."""
    function, given = call.function, call.given
    named = {**dict(zip(function.order, given.positional, strict=False)), **given.keywords}
    roles: dict[str, Deferred] = {}
    names = {
        "repo": function.repo,
        "config": function.config,
        "split": function.split,
        "repo_type": "repo_type" if function.repo_type == "" else None,
        "revision": "revision" if function.pins else None,
        "streaming": "streaming",
        "data_dir": "data_dir",
        "subfolder": "subfolder" if function.files == ("filename",) else None,
        "trust": "trust_remote_code",
    }
    for role, name in names.items():
        if name is not None and name in named:
            roles[role] = named[name]
    if "repo" not in roles and function.name == "from_pretrained":
        for other in ("model_id", "repo_id", "model_name_or_path", "model_name", "pretrained_model_name"):
            if other in named:
                roles["repo"] = named[other]
                break
    for name in function.files:
        if name in named:
            roles["files"] = named[name]
    return roles


def _text(deferred: Deferred) -> str:
    if deferred.expr is not None:
        return text_of(deferred.expr)
    values = deferred.known or ()
    return next((a.value.text for a in values if isinstance(a.value, Unknown)), "…")


def _simple(run: Evaluation, values: Sequence[Alternative], role: str, deferred: Deferred) -> list[Alternative]:
    """Constants, lists of files, or Unknown: nothing else is an argument."""
    result: list[Alternative] = []
    for alternative in values:
        value = alternative.value
        if isinstance(value, Member):
            inner = run.get(value.value)
            value = inner[0].value if inner else Unknown(value.name)
        if role == "files" and isinstance(value, (Items, Table)):
            result += _files(run, alternative, value, deferred)
            continue
        if isinstance(value, Made) and value.name.startswith("pathlib."):
            value = Constant("/")  # a path on disk, whichever
        if not isinstance(value, (Constant, Unknown)):
            value = Unknown(_text(deferred))
        result.append(Alternative(value, alternative.choices, alternative.through, alternative.open))
    return result


def _files(
    run: Evaluation, alternative: Alternative, value: Items | Table, deferred: Deferred
) -> Iterator[Alternative]:
    elements = value.elements if isinstance(value, Items) else tuple(entry for _, entry in value.entries)
    names: list[str] = []
    for element in elements:
        for found in run.get(element):
            inner = found.value
            if isinstance(inner, Constant) and isinstance(inner.value, str):
                names.append(inner.value)
            elif isinstance(inner, (Items, Table)):
                for below in _files(run, found, inner, deferred):
                    if isinstance(below.value, Constant):
                        names += str(below.value.value).split("\n")
                    else:
                        yield Alternative(Unknown(_text(deferred)), alternative.choices, alternative.through)
                        return
            else:
                yield Alternative(Unknown(_text(deferred)), alternative.choices, alternative.through)
                return
    # a list of names travels as one string: no file's name has a line end
    joined = Constant("\n".join(dict.fromkeys(names)) or None)
    yield Alternative(joined, alternative.choices, alternative.through, alternative.open)


def _access(call: HubCall, at: Where, so_far: Alternative, known: dict[str, Value]) -> FoundAccess | None:
    function = call.function
    texts = {role: value.value for role, value in known.items() if isinstance(value, Constant)}
    unknown = [f"{_argument(call, role)}={value.text}" for role, value in known.items() if isinstance(value, Unknown)]
    unknown += [f"arguments={mark}" for mark in call.given.unknown]
    repo = texts.get("repo")
    if "repo" in texts and repo is None:
        unknown.append(f"{_argument(call, 'repo')}=None")
    address: Address | None = None
    if isinstance(repo, str) and "HfFileSystem" in call.name:
        address = path_of_file_system(repo)
        repo = None
        if address is None:
            return None
    repo_type = function.repo_type if function.repo_type != "" else texts.get("repo_type") or "model"
    if any(one.startswith("repo_type=") for one in unknown) and function.repo_type == "":
        repo_type = None
    files = _names(texts)
    if isinstance(repo, str) and repo in PACKAGED and repo_type == "dataset":
        return _of_format(call, at, so_far, texts, unknown)
    if isinstance(repo, str) and not is_hub_id(repo):
        return None  # a path on disk
    if repo is None and function.repo is not None and address is None and "repo" not in known and not unknown:
        unknown.append(f"{function.repo}=(not given)") if function.order else None
    access = Access(
        function=call.name,
        where=at,
        through=so_far.through,
        repo_type=str(repo_type) if repo_type else None,
        repo=repo if isinstance(repo, str) else None,
        config=_string(texts.get("config")),
        split=_string(texts.get("split")),
        files=files,
        revision=_string(texts.get("revision")),
        streaming=texts.get("streaming") is True,
        operations=_operations(call, texts, known, repo_type),
        unresolved=tuple(dict.fromkeys((*call.unknown, *unknown))),
    )
    if address is not None:
        access = replace(
            access, repo_type=address.repo_type, repo=address.repo, revision=address.revision or access.revision
        )
        access = replace(access, files=(address.file,) if address.file else ())
    trust = _trust(known)
    data = "files" in known or "data_dir" in known
    return FoundAccess(access, call.node, function.name, trust, function.pins, "split" in known, data)


def _argument(call: HubCall, role: str) -> str:
    names = {"repo": call.function.repo, "config": call.function.config, "trust": "trust_remote_code"}
    if role == "files" and call.function.files:
        return call.function.files[0]
    return names.get(role) or role


def _string(value: object) -> str | None:
    return None if value is None else str(value)


def _names(texts: dict[str, str | int | float | bool | bytes | complex | None]) -> tuple[str, ...]:
    names = [name for name in str(texts.get("files") or "").split("\n") if name]
    if texts.get("subfolder"):
        names = [f"{texts['subfolder']!s}/{name}" for name in names]
    if texts.get("data_dir"):
        folder = str(texts["data_dir"]).rstrip("/")
        names = [f"{folder}/{name}" for name in names] or [f"{folder}/**"]
    return tuple(names)


def _trust(known: dict[str, Value]) -> bool | None:
    value = known.get("trust")
    if value is None:
        return False
    return bool(value.value) if isinstance(value, Constant) else None


def _operations(
    call: HubCall,
    texts: dict[str, str | int | float | bool | bytes | complex | None],
    known: dict[str, Value],
    repo_type: object,
) -> tuple[str, ...]:
    area = _AREAS.get(str(repo_type), "models")
    operations = [one.format(area=area) for one in call.function.operations]
    # nobody speaks of the history and references of a Space
    operations = [one for one in operations if one not in ("spaces.commits", "spaces.refs", "spaces.readme")]
    if "libraries.load_dataset" in operations:
        if texts.get("streaming") is True or isinstance(known.get("streaming"), Unknown):
            operations.append("libraries.load_dataset_streaming")
        for role, operation in (("files", "data_files"), ("data_dir", "data_dir"), ("revision", "revision")):
            if texts.get(role) is not None or isinstance(known.get(role), Unknown):
                operations.append(f"libraries.load_dataset_{operation}")
    return tuple(operations)


def _of_format(
    call: HubCall,
    at: Where,
    so_far: Alternative,
    texts: dict[str, str | int | float | bool | bytes | complex | None],
    unknown: list[str],
) -> FoundAccess | None:
    """`load_dataset("json", data_files=...)`: of the Hub where the files are, or where that can't be known."""
    for name in str(texts.get("files") or "").split("\n"):
        address = address_of(name)
        if address is not None and address.repo is not None:
            access = Access(
                call.name,
                at,
                so_far.through,
                address.repo_type,
                address.repo,
                None,
                _string(texts.get("split")),
                (address.file,) if address.file else (),
                address.revision,
                texts.get("streaming") is True,
                (),
                (*call.function.operations, "libraries.load_dataset_data_files"),
                tuple(unknown),
            )
            return FoundAccess(access, call.node, call.function.name, False, True, True, True)
    if not any(one.startswith(("data_files=", "arguments=", "data_dir=")) for one in unknown):
        return None
    access = Access(call.name, at, so_far.through, unresolved=tuple(dict.fromkeys((*call.unknown, *unknown))))
    return FoundAccess(access, call.node, call.function.name)
