"""The verbs `add` and `remove`: a repository becomes a manifest that is proven to lock before it is written; and back.

`add` asks for the repository's list of files once, and for the last kilobytes of its parquet files. Nothing else is
read, and nothing is written before the new manifest was seen to load and to lock.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recipes_data.cards import CARD, MAX_CARD, read_card
from recipes_data.catalogue import Catalogue, Entry, misfits
from recipes_data.describing import Asking, Laid, Place, draft_of, laid_out
from recipes_data.drafting import RECIPE_EDITOR, Draft, NeedDraft, draft_text, need_text
from recipes_data.errors import ManifestError, NotOnHubError, StoreError, UnknownNameError, UsageError, unwritten
from recipes_data.formats import table_format
from recipes_data.hub.answers import Asked
from recipes_data.hub.known import KnownHub
from recipes_data.hub.patience import Patience
from recipes_data.hub.port import RepoFile, RepoInfo
from recipes_data.hub.retry import Policy
from recipes_data.locked import Hub
from recipes_data.locking import lock_dataset
from recipes_data.locks import lock_path
from recipes_data.manifest import DatasetManifest, RecipeManifest, read_dataset, read_recipe
from recipes_data.peeking import footers, place_footers
from recipes_data.remote import Remote, shown_url
from recipes_data.sites import Sites, below
from recipes_data.textfiles import read_text, remove_text, write_new, write_over

__all__ = ["Addition", "Need", "Removal", "add", "draft", "draft_place", "plan_removal", "remove"]

_UNKNOWN = "sha256:" + "0" * 64  # of files that are only listed


@dataclass(frozen=True, slots=True)
class Need:
    """The recipe that is to need what is added, and what for."""

    recipe: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """What `add` will write: the manifest, and a need into a recipe where one was asked for. Paths are absolute."""

    draft: Draft
    path: Path
    text: str
    recipe: tuple[Path, NeedDraft] | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What `remove` will delete: the manifest first, then its locks."""

    name: str
    paths: tuple[Path, ...]


def draft(hub: Hub, asking: Asking, catalogue: Catalogue, folder: Path, need: Need | None = None) -> Addition:
    """What `add` will write into the catalogue folder `folder`; asks the Hub, writes nothing.

    Raises:
        UsageError: the name, or the recipe's, is taken.
        ManifestError: nothing tells which files are the data, or the result could not be locked.
        UnknownNameError: a config or split was named that is not there.
        HubError: the repository is not there, or not for this token.
    """
    _check_name(asking, catalogue, folder)
    info = _asked(hub, asking)
    laid = laid_out(info, asking)
    made = draft_of(info, asking, laid, footers(hub, info, _parquet(laid)), hub.origin)
    return _proven(made, info, hub.origin, catalogue, folder, need)


def _asked(hub: Hub, asking: Asking) -> RepoInfo:
    try:
        return hub.patience.call(lambda: hub.client.repo_info(asking.repo, asking.revision, asking.type))
    except NotOnHubError as exc:
        raise NotOnHubError(exc.what, _said_otherwise(exc, asking), missing=exc.missing) from exc


def _said_otherwise(exc: NotOnHubError, asking: Asking) -> str:
    """What to say instead, in the command's own words: there is no manifest yet that could be corrected."""
    if exc.missing == "revision":
        return "name one that is there: --revision REV"
    if exc.missing != "repository":
        return "correct the name or --revision"
    if "/" not in asking.repo:  # such names are asked for too, since there may be repositories that have no ORG
        return "name it ORG/NAME, or log in if it is private: hf auth login (or set HF_TOKEN)"
    other = "a dataset is added without --model" if asking.type == "model" else "a model needs --model"
    return exc.do.replace("`repo:`", f"the name ({other})")


def draft_place(sites: Sites, asking: Asking, catalogue: Catalogue, folder: Path, need: Need | None = None) -> Addition:
    """What `add` will write for `asking.place`, which is on no Hub; looks there, writes nothing.

    A folder's README.md is read as a repository's card is.

    Raises:
        UsageError: the name, or the recipe's, is taken; or the place cannot be read from here.
        ManifestError: names do not tell which files are the data, or the URL does not belong into a file.
        NotOnHubError: there is nothing there.
        HubError: the place does not let itself be read.
    """
    _check_name(asking, catalogue, folder)
    place, project = asking.place or Place(""), folder.parent
    info = _listed(sites, asking, place, project)
    laid = laid_out(info, asking)
    urls = {path: _url(place, path) for path in _parquet(laid)}
    made = draft_of(info, asking, laid, place_footers(sites, urls, project, asking.repo), asking.repo)
    return _proven(made, info, asking.repo, catalogue, folder, need)


def _url(place: Place, path: str) -> str:
    return place.url if place.file else below(place.url, path)


def _proven(
    made: Draft, info: RepoInfo, origin: str, catalogue: Catalogue, folder: Path, need: Need | None
) -> Addition:
    path = folder / "datasets" / f"{made.name}.yaml"
    text = draft_text(made)
    manifest = _prove(text, path, info, origin)
    recipe = None if need is None else _recipe(need, made, manifest, catalogue, folder)
    return Addition(made, path, text, recipe)


def _listed(sites: Sites, asking: Asking, place: Place, project: Path) -> RepoInfo:
    """The files of a place, as a repository's are listed, and the card of a folder; hidden files are left out."""
    asked = Asked(asking.repo, asking.repo, "url", "url")
    card: dict[str, Any] = {}
    if not place.file:
        found = sites.paths(place.url, project)
        paths = tuple(path for path in found if not any(part.startswith(".") for part in path.split("/")))
        if CARD in paths and (readme := sites.open(below(place.url, CARD), asked, project)) is not None:
            with contextlib.closing(readme):
                card = read_card(_beginning(readme).decode("utf-8", "replace"))
    else:
        remote = sites.open(place.url, asked, project)
        if remote is None:
            raise NotOnHubError(f"{asking.repo} is not there", "correct it", missing="file")
        remote.close()
        paths = (place.file,)
    if not paths:
        raise NotOnHubError(f"there are no files below {asking.repo}", "correct it", missing="file")
    files = tuple(RepoFile(path, 0, _UNKNOWN) for path in paths)
    return RepoInfo(asking.repo, "dataset", "0" * 40, files, card=card)


def _beginning(remote: Remote) -> bytes:
    """A file's bytes, of a large one the first `MAX_CARD`."""
    read, part = bytearray(), memoryview(bytearray(1 << 16))
    while len(read) < MAX_CARD and (count := remote.readinto(part)):
        read += part[:count]
    return bytes(read)


def add(addition: Addition) -> None:
    """Write what was drafted. Each file by rename, the manifest before the recipe that names it.

    The need goes behind those that stand in the recipe now: another `add` may have written there meanwhile.

    Raises:
        UsageError: the manifest has appeared meanwhile, or the recipe was written otherwise.
        ManifestError: the recipe was edited, and is none any more.
        StoreError: the project cannot be written.
    """
    with _alone(addition.path.parent.parent):
        recipe = None if addition.recipe is None else (addition.recipe[0], _recipe_text(*addition.recipe))
        if not write_new(addition.path, addition.text):
            raise UsageError(f"{addition.path} is there already", "choose another name: --name NAME")
        if recipe is not None:
            write_over(*recipe)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One `add` at a time in a catalogue folder, whichever process it is; where no folder can be locked, all at once.

    Raises:
        StoreError: the folder cannot be made or opened.
    """
    try:
        from fcntl import LOCK_EX, flock  # not on Windows
    except ImportError:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as exc:
        raise StoreError(f"{folder} cannot be written: {exc.strerror}", unwritten(folder, exc)) from exc
    try:
        with contextlib.suppress(OSError):  # NFS, for one, locks no folders
            flock(descriptor, LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _check_name(asking: Asking, catalogue: Catalogue, folder: Path) -> None:
    name = asking.name
    for path in (folder / "datasets" / f"{name}.yaml", folder / "datasets" / f"{name}.yml"):
        if path.exists():
            raise UsageError(f"{path} is there already", f"edit it, or: recipes-data remove {name}; or --name NAME")
    if name in catalogue.recipes:
        raise UsageError(f"{name!r} is the name of a recipe", "choose another: --name NAME")
    if name in catalogue.datasets:
        other = catalogue.dataset(name)
        raise UsageError(
            f"the shipped catalogue has a {name!r} already, of {other.repo or shown_url(other.source)}",
            f"use it: recipes-data fetch {name}; or choose another name: --name NAME",
        )


def _parquet(laid: Laid) -> list[str]:
    """The files to look into; the first one of every split before all others."""
    splits = [files for _, _, files in laid.splits() if table_format(files) == "parquet"]
    return [*(files[0] for files in splits), *(path for files in splits for path in files[1:])]


def _prove(text: str, path: Path, info: RepoInfo, origin: str) -> DatasetManifest:
    """The manifest that the text is; it was seen to lock.

    Raises:
        ManifestError: it would not; with the reason.
    """
    once = Patience(Policy(retries=0))
    try:
        manifest, document = read_dataset(text, str(path))
        alone = Catalogue({manifest.name: Entry(manifest, path, (), dict(document.lines))}, {})
        lock_dataset(KnownHub(info, origin), alone, manifest.name, previous=None, patience=once, origin=origin)
    except ManifestError as exc:
        raise ManifestError(
            f"the manifest that would be written is refused: {exc.what}",
            "nothing was written; name something else, or other files: --files PATTERN",
        ) from exc
    return manifest


def _recipe(
    need: Need, made: Draft, manifest: DatasetManifest, catalogue: Catalogue, folder: Path
) -> tuple[Path, NeedDraft]:
    """The recipe's file and its new need, which was seen to fit the new `manifest`.

    Raises:
        UsageError: the name is a dataset's or a shipped recipe's, the file is not written so that a need can be put
            behind the others, or the need has to name a config.
    """
    path = folder / "recipes" / f"{need.recipe}.yaml"
    if need.recipe in catalogue.datasets or need.recipe == made.name:
        raise UsageError(f"{need.recipe!r} is the name of a dataset", "choose another for --recipe")
    only = made.configs[0] if len(made.configs) == 1 else None
    wanted = NeedDraft(
        made.name,
        type=made.type,
        config=only.name if only else made.default_config,
        splits=tuple(split.name for split in only.splits) if only else (),
        why=need.why,
    )
    known = catalogue.recipes.get(need.recipe)
    if known is not None and known.path.parent != path.parent:
        raise UsageError(
            f"{need.recipe!r} is a shipped recipe, which a project cannot add to", "choose another for --recipe"
        )
    path = path if known is None else known.path
    text = _begun(need.recipe, wanted) if known is None else _recipe_text(path, wanted)
    recipe, _ = read_recipe(text, str(path))  # a name that is none is refused before anything is written
    for fault in misfits(recipe.needs[-1], manifest, manifest.all_configs()):
        raise UsageError(
            f"the need that would be written into {path} is refused: {fault}",
            "nothing was written; say which config the recipe needs: --config NAME; or leave --recipe out",
        )
    return path, wanted


def _recipe_text(path: Path, need: NeedDraft) -> str:
    """The text of a recipe with a need behind those that it has now; where there is no file, it is begun."""
    text = read_text(path, as_it_ends=True)
    return _with_need(path, text, need) if text else _begun(path.stem, need)


def _begun(name: str, need: NeedDraft) -> str:
    return f"{RECIPE_EDITOR}\nname: {name}\ntitle: {name}\nneeds:\n" + need_text(need, "  ")


def _with_need(path: Path, text: str, need: NeedDraft) -> str:
    """The text of a recipe with a need behind the others, in their indentation; comments and line ends stay.

    Raises:
        UsageError: the result would say something else; with what to add by hand.
    """
    before, document = read_recipe(text, str(path))
    lines = text.splitlines(keepends=True)
    start = document.line_of(("needs",))
    after = [line for key, line in document.lines.items() if len(key) == 1 and line > start]
    end = min(after) - 1 if after else len(lines)
    while not lines[end - 1].strip():
        end -= 1
    first = lines[document.line_of(("needs", 0)) - 1]
    ending = "\r\n" if "\r\n" in text else "\n"
    if not lines[-1].endswith("\n"):
        lines[-1] += ending
    added = need_text(need, first[: len(first) - len(first.lstrip())]).replace("\n", ending)
    new = "".join([*lines[:end], added, *lines[end:]])
    try:
        recipe, _ = read_recipe(new, str(path))
    except ManifestError:  # the text is not laid out as a list, one need below the other
        recipe = before
    if recipe.needs[:-1] == before.needs and recipe.model_copy(update={"needs": before.needs}) == before:
        return new
    raise UsageError(
        f"{path} is not written so that a need can be put behind the others",
        "add by hand:\n" + need_text(need, "  ").rstrip("\n"),
    )


def plan_removal(name: str, catalogue: Catalogue, folder: Path, locks: Path, folder_locks: Path) -> Removal:
    """What `remove` will delete of the catalogue folder `folder`: a dataset with its locks, or a recipe.

    `locks`: of a Hub. `folder_locks`: of a served folder; what was fetched from one by the name of a manifest that
    ships stays locked.

    Raises:
        UnknownNameError: nothing is called so.
        UsageError: it is a shipped manifest, or recipes still need it, or need what the shipped manifest under it
            lacks; all of them are named.
    """
    entry = catalogue.datasets.get(name) or catalogue.recipes.get(name)
    if entry is None:
        catalogue.dataset(name)  # raises, with the names that there are
        raise UnknownNameError(f"no dataset or recipe is called {name!r}")
    if entry.path.parent.parent != folder:
        raise UsageError(f"{name!r} is a shipped manifest ({entry.path}), not one of {folder}", "leave it where it is")
    if entry.shadows and (faults := catalogue.faults_without(name)):
        raise UsageError(
            f"{name!r} is still needed: {entry.shadows[0]} would answer instead, and then {'; '.join(faults)}",
            "mend these first",
        )
    if name in catalogue.recipes:
        return Removal(name, (entry.path,))
    users = [f"{path}:{line}" for path, line in _users(name, catalogue)]
    if users and not entry.shadows:
        raise UsageError(f"{name!r} is still needed: {', '.join(users)}", "take it out of these first")
    found = (locks,) if entry.shadows else (locks, folder_locks)
    return Removal(name, (entry.path, *(lock_path(each, name) for each in found)))


def _users(name: str, catalogue: Catalogue) -> list[tuple[Path, int]]:
    return [
        (entry.path, entry.lines.get(("needs", index), 1))
        for entry in catalogue.recipes.values()
        if isinstance(entry.manifest, RecipeManifest)
        for index, need in enumerate(entry.manifest.needs)
        if need.name == name
    ]


def remove(removal: Removal) -> list[Path]:
    """Delete what was planned; the paths that were there.

    Raises:
        StoreError: the project cannot be written.
    """
    return [path for path in removal.paths if remove_text(path)]
