"""The only home of which options an operation needs, and whether a function takes them and reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from recipes_data.gaps.compare.names import NameMap
from recipes_data.gaps.inventory import Argument, Function
from recipes_data.gaps.needs import Access
from recipes_data.gaps.operations import Operation

__all__ = ["OptionState", "called", "chooses_kind", "needed_kinds", "needed_options", "option_states"]

# what the same option is called in clients, whatever their language
_CALLED: dict[str, tuple[str, ...]] = {
    "revision": ("revision", "rev", "ref", "branch", "commit", "sha", "git_ref", "commit_hash"),
    "config": ("config", "config_name", "subset", "configuration"),
    "split": ("split", "splits"),
    "streaming": ("streaming", "stream"),
    "data_files": ("data_files", "files", "allow_patterns", "patterns"),
    "data_dir": ("data_dir",),
    "filename": ("filename", "file_name", "file", "path", "path_in_repo", "filepath", "rfilename"),
    "repo_type": ("repo_type", "type", "kind", "repo_kind", "repository_type"),
    "token": ("token", "auth_token", "access_token", "use_auth_token", "hf_token"),
    "local_dir": ("local_dir",),
    "cache_dir": ("cache_dir", "cache"),
}
_OF_ROWS = {"config", "split", "streaming", "data_files", "data_dir"}
_KINDS = ("models", "datasets", "spaces")
_FILE_PUT_IN = re.compile(r"/(?:resolve|raw)/[^/]+/(?:.*/)?\{\}\Z")
_GIVEN = re.compile(r"\A([a-z_]+)=")


@dataclass(frozen=True, slots=True)
class OptionState:
    """A needed option of a function: `taken` and read; not taken, with `why`; or None: it could not be told."""

    option: str
    taken: bool | None
    why: str = ""


def called(option: str, names: NameMap | None) -> tuple[str, ...]:
    """What an option may be called in a client: its reviewed names first, then the usual ones."""
    own = dict(names.options).get(option, ()) if names else ()
    return tuple(dict.fromkeys((*own, *_CALLED.get(option, (option,)))))


def needed_options(row: Operation, accesses: Iterable[Access], known: Collection[str] = ()) -> tuple[str, ...]:
    """Options that `accesses` use and that have a meaning in this operation, in a fixed order.

    A call of a library needs whatever is given to it, but what a row of its own stands for among the `known` ids
    (`load_dataset_streaming` for `streaming`). A request needs of that what its own parameters carry: no listing
    needs a split.
    """
    every = list(accesses)
    wanted = {option for access in every for option in _given(access)}
    if row.kind == "library":
        # a file is named to what brings files; a call that speaks of datasets has no other kind to choose
        library = wanted - ({"filename", "repo_type"} if "dataset" in row.id else {"data_files"})
        # what is only part of another call is not given that call's words for rows
        asked = {option for access in every if row.id in access.operations for option in _given(access)}
        library -= _OF_ROWS - asked
        return tuple(option for option in _CALLED if option in library and f"{row.id}_{option}" not in known)
    if row.kind != "http":
        return ()
    carried = {option for option in _CALLED for p in row.parameters if p.name.lower() in _CALLED[option]}
    carried.discard("repo_type")
    if not all("{path}" in path for path in row.paths):
        carried.discard("filename")  # a listing may name a folder; whoever reads a file has no need of that
    found = wanted & carried
    # one path for every kind of repository: the client must be told which, or have a function for each
    if ("{repo_type}" in row.path or "{repository}" in row.path) and needed_kinds(every):
        found.add("repo_type")
    return tuple(option for option in _CALLED if option in found)


def needed_kinds(accesses: Iterable[Access]) -> tuple[str, ...]:
    """The kinds of repository that `accesses` go to, in the plural as URLs have it; one not said is a model."""
    kinds = {f"{access.repo_type or 'model'}s" for access in accesses}
    return tuple(kind for kind in _KINDS if kind in kinds)


def _given(access: Access) -> set[str]:
    found = {
        name
        for name, given in (
            ("revision", access.revision is not None),
            ("config", access.config is not None),
            ("split", access.split is not None),
            ("streaming", access.streaming),
            ("data_files", bool(access.files)),
            ("filename", bool(access.files)),
            ("repo_type", access.repo_type not in (None, "model")),
        )
        if given
    }
    for text in access.unresolved:
        given = _GIVEN.match(text)
        if given and given[1] in _CALLED:
            found.add(given[1])
        elif given:
            found |= {option for option, names in _CALLED.items() if given[1] in names and option != "repo_type"}
    return found


def chooses_kind(function: Function) -> bool:
    """Whether a function has an argument for the kind of a repository."""
    return any(_plain(argument.name) in _CALLED["repo_type"] for argument in function.arguments)


def option_states(
    function: Function,
    options: Sequence[str],
    functions: Mapping[str, Function],
    names: NameMap | None,
    kinds: Sequence[str] = (),
) -> tuple[OptionState, ...]:
    """What becomes of each option in a function: taken and read, not taken, or passed on out of sight.

    `kinds`: those of repository that are needed; a function whose paths name kinds serves these and no others.
    """
    return tuple(
        _kind_state(function, kinds, functions, names)
        if option == "repo_type"
        else _option_state(function, option, functions, names)
        for option in options
    )


def _kind_state(
    function: Function, kinds: Sequence[str], functions: Mapping[str, Function], names: NameMap | None
) -> OptionState:
    named = {_kind_of(call.path) for call in function.http}
    state = _option_state(function, "repo_type", functions, names)
    if state.taken is not False or not named or state.why.startswith("takes"):
        return state
    lacking = [kind for kind in kinds if kind not in {one or "models" for one in named}]
    if lacking:
        return OptionState("repo_type", False, f"its requests are for no {' and no '.join(lacking)}")
    return OptionState("repo_type", True)


def _option_state(
    function: Function, option: str, functions: Mapping[str, Function], names: NameMap | None
) -> OptionState:
    words = called(option, names)
    # an option may be a function of its own (a builder's method)
    if any(word in functions for word in words if "." in word or "::" in word):
        return OptionState(option, True)
    seen = [a for one in _reached(function, functions) for a in one.arguments if _plain(a.name) in words]
    own = [argument for argument in function.arguments if _plain(argument.name) in words]
    for argument in own:
        if argument.read is False:
            return OptionState(option, False, f"takes `{argument.name}` and never reads it")
    if own or (_passes_on(function) and seen and not any(argument.read is False for argument in seen)):
        return OptionState(option, True)
    if option == "filename" and _puts_a_file_in(function):
        return OptionState(option, True)
    if _out_of_sight(function):
        return OptionState(option, None, f"{function.name} passes its options on, and where they are read was not seen")
    return OptionState(option, False, "does not take it")


def _reached(function: Function, functions: Mapping[str, Function]) -> list[Function]:
    """Functions that this one hands its options to, as far as the inventory knows: what it delegates to or calls."""
    found: dict[str, Function] = {}
    left = [function.delegates_to or "", *function.calls]
    while left and len(found) < 50:
        name = left.pop(0)
        if name in functions and name not in found:
            found[name] = functions[name]
            left += [functions[name].delegates_to or "", *functions[name].calls]
    return [found[name] for name in sorted(found)]


def _puts_a_file_in(function: Function) -> bool:
    """Whether a function that takes more than a repository puts something where a file's path stands in its request."""
    plain = [argument for argument in function.arguments if not argument.option and not _is_rest(argument)]
    return len(plain) > 1 and any(_FILE_PUT_IN.search(call.path) for call in function.http)


def _passes_on(function: Function) -> bool:
    return function.delegates_to is not None or any(_is_rest(argument) for argument in function.arguments)


def _is_rest(argument: Argument) -> bool:
    bare = argument.name.lstrip("*")
    return argument.name.startswith("**") or bare in ("kwargs", "opts", "options", "_opts", "params")


def _out_of_sight(function: Function) -> bool:
    """Whether options may be read where nobody looked; where an options list was read, it was read whole."""
    if any(argument.name.startswith("**") for argument in function.arguments):
        return True
    return _passes_on(function) and not any(argument.option for argument in function.arguments)


def _kind_of(path: str) -> str:
    """The kind of repository that a path names; empty where it names none."""
    return next((kind for kind in _KINDS if f"/{kind}" in path or path.startswith(f"{kind}/")), "")


def _plain(name: str) -> str:
    return name.lstrip("*_:").lower()
