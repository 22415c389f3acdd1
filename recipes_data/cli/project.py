"""`recipes-data init`, `add` and `remove`: a project, and the manifests in it."""

from __future__ import annotations

import argparse
import glob
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from recipes_data.adding import Addition, Need, add, draft, draft_place, plan_removal, remove
from recipes_data.cli.scope import Scope, open_scope
from recipes_data.cli.screen import Screen
from recipes_data.cli.ways import folder_of, opener_for, said_to_a_folder
from recipes_data.describing import Asking, Place, suggested_name
from recipes_data.errors import HubDownError, UsageError
from recipes_data.formats import table_format
from recipes_data.manifest import REPO_ID
from recipes_data.newproject import begin_project, write_schemas
from recipes_data.remote import shown_url

__all__ = ["add_command", "init_command", "remove_command"]


def init_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Make a folder a project; says what was written and what was there."""
    if arguments.project or arguments.manifests:
        raise UsageError("init makes a project of its own: --project and --manifests say nothing here", "init DIR")
    begun = begin_project(Path(arguments.folder))
    for path in begun.written:
        screen.out(f"written  {path.relative_to(begun.project)}")
    for path in begun.kept:
        screen.out(f"kept     {path.relative_to(begun.project)} (was there)")
    if begun.above is not None:
        screen.talk(f"{begun.above} is a project too; from here on, {begun.project} is the one that counts in here")
    if begun.written:
        screen.talk("next: recipes-data add ORG/NAME")
    screen.document(
        {
            "project": str(begun.project),
            "written": [str(path) for path in begun.written],
            "kept": [str(path) for path in begun.kept],
            "above": str(begun.above) if begun.above else None,
        }
    )
    return 0


def add_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Write a repository's manifest into the project."""
    scope = open_scope(arguments, environ)
    catalogue = _own_catalogue(scope)
    asking = _asking(arguments, catalogue.parent)
    served = folder_of(arguments)
    if served is not None:
        from recipes_data.cli.child import run_against_folder  # the server that is embedded here

        code, _, _ = run_against_folder(served, said_to_a_folder(argv), environ)
        return 130 if code < 0 else code
    opener = opener_for(arguments, environ, screen, scope.store.root)
    if opener is None:
        raise HubDownError(
            f"to write the manifest of {asking.repo} the Hub has to be asked, and this run is offline",
            "leave --offline out, unset HF_HUB_OFFLINE",
        )
    need = Need(arguments.recipe, arguments.why) if arguments.recipe else None
    try:
        if asking.place is None:
            addition = draft(opener(), asking, scope.catalogue, catalogue, need)
        else:
            addition = draft_place(opener.sites(), asking, scope.catalogue, catalogue, need)
    finally:
        opener.close()
    if not arguments.dry_run:
        write_schemas(catalogue)
        add(addition)
    _report(addition, arguments, screen)
    return 0


def _report(addition: Addition, arguments: argparse.Namespace, screen: Screen) -> None:
    name, todos = addition.draft.name, addition.draft.todos()
    if arguments.dry_run:
        screen.out(addition.text.rstrip("\n"))
    else:
        screen.out(f"written  {addition.path}")
        if addition.recipe is not None:
            screen.out(f"written  {addition.recipe[0]}")
    for todo in todos:
        screen.talk(f"TODO {todo}")
    if not arguments.dry_run:
        screen.talk(screen.again(f"next: recipes-data fetch {name}"))
    screen.document(
        {
            "name": name,
            "dry_run": arguments.dry_run,
            "manifest": str(addition.path),
            "text": addition.text,
            "recipe": str(addition.recipe[0]) if addition.recipe else None,
            "todo": todos,
        }
    )


def _asking(arguments: argparse.Namespace, project: Path) -> Asking:
    """What the words mean.

    Raises:
        UsageError: they do not fit together, or name no repository.
    """
    if arguments.files and (len(arguments.configs) > 1 or len(arguments.splits) > 1):
        raise UsageError("--files makes one split: --config and --split can each be said once", "add the rest by hand")
    if arguments.model and (arguments.configs or arguments.splits):
        raise UsageError("a model has files, no configs and no splits", "leave out --config and --split")
    if arguments.why and not arguments.recipe:
        raise UsageError("--why says what a recipe needs it for", "say which: --recipe NAME")
    place = _place(arguments.what, project)
    if place is not None:
        return _asking_place(arguments, place)
    repo, revision = _repository(arguments.what, "models" if arguments.model else "datasets")
    if revision and arguments.revision and revision != arguments.revision:
        raise UsageError(
            f"the page is at {revision!r}, --revision says {arguments.revision!r}", "leave one of them out"
        )
    return Asking(
        repo,
        arguments.name or suggested_name(repo),
        arguments.revision or revision or "main",
        type="model" if arguments.model else "dataset",
        configs=tuple(arguments.configs),
        splits=tuple(arguments.splits),
        files=tuple(arguments.files),
    )


def _asking_place(arguments: argparse.Namespace, place: Place) -> Asking:
    if arguments.model or arguments.revision:
        raise UsageError("--model and --revision are for repositories of a Hub", "leave them out")
    shown = shown_url(place.url)
    return Asking(
        shown,
        arguments.name or suggested_name((place.file or shown.rpartition("/")[2]).partition(".")[0] or "dataset"),
        configs=tuple(arguments.configs),
        splits=tuple(arguments.splits),
        files=tuple(arguments.files) or ((glob.escape(place.file),) if place.file and arguments.splits else ()),
        place=place,
    )


def _place(what: str, project: Path) -> Place | None:
    """What a word means that names no repository of a Hub: a path, a bucket, a file on the web; else None."""
    if what.startswith((".", "/", "~")):
        path = Path(what).expanduser().resolve()
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}", "correct the path; a repository is ORG/NAME")
        root = project.resolve()
        shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
        return Place(shown, path.name if path.is_file() else "")
    scheme, separator, _ = what.partition("://")
    if not separator or scheme == "hf":
        return None
    path_there = unquote(urlsplit(what).path)
    name = path_there.rpartition("/")[2]
    has_rows = table_format((name,)) is not None if name else False
    if scheme in ("http", "https"):
        return Place(what, name) if has_rows and "/tree/" not in path_there else None
    return Place(what, name if has_rows else "")


def _repository(what: str, kind: str) -> tuple[str, str]:
    """Id and revision (empty: none) that a person's word for a repository means.

    Raises:
        UsageError: it names none, or a part of one.
    """
    rest = what.removeprefix("hf://")
    if "://" in rest:
        rest = urlsplit(what).path.strip("/")  # as it is quoted: a revision may have slashes
        if rest.startswith("datasets/") == (kind == "models"):
            raise UsageError(
                f"{shown_url(what)} is neither a file with rows nor the page of one of the {kind}",
                "give the file's own URL, or ORG/NAME; a model is added with --model",
            )
    rest = rest.removeprefix("datasets/")
    repo, _, tail = rest.partition("/tree/")
    name, _, revision = unquote(repo).partition("@")
    if not REPO_ID.match(name):
        raise UsageError(f"{what!r} is not a repository of the Hub", "name it ORG/NAME, or give its page")
    branch, _, part = (unquote(segment) for segment in tail.partition("/"))
    if part:
        files = f"--files {shlex.quote(glob.escape(part) + '/**')}"
        raise UsageError(
            f"{shown_url(what)} is the page of a folder of {name}, and what is added is the repository",
            f"end it before /{part}; for these files alone, say also: {files}",
        )
    return name, revision or branch


def remove_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Delete a manifest of the project and its locks."""
    scope = open_scope(arguments, environ)
    locks, folder_locks = scope.places.hub_locks, scope.places.folder_locks
    removal = plan_removal(arguments.name, scope.catalogue, _own_catalogue(scope), locks, folder_locks)
    gone = [path for path in removal.paths if path.exists()] if arguments.dry_run else remove(removal)
    verb = "would be deleted" if arguments.dry_run else "deleted"
    for path in gone:
        screen.out(f"{verb}  {path}")
    if not arguments.dry_run:
        screen.talk("fetched bytes stay in the store until: recipes-data cache prune")
    screen.document({"name": removal.name, "dry_run": arguments.dry_run, "deleted": [str(path) for path in gone]})
    return 0


def _own_catalogue(scope: Scope) -> Path:
    """The folder of manifests that is the user's to write.

    Raises:
        UsageError: there is no project here.
    """
    nearest = scope.places.catalogues[0]
    if scope.places.hub_locks != nearest / "locks":  # what ships is locked in the store
        raise UsageError("this folder is in no project, and what ships is not yours to change", "recipes-data init")
    return nearest
