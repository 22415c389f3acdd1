"""`recipes-data init`, `add` and `remove`: a project, and the manifests in it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from recipes_data.adding import Addition, Need, add, draft, plan_removal, remove
from recipes_data.cli.scope import Scope, open_scope
from recipes_data.cli.screen import Screen
from recipes_data.cli.ways import folder_of, opener_for, without_hub
from recipes_data.describing import Asking, suggested_name
from recipes_data.errors import HubDownError, UsageError
from recipes_data.newproject import begin_project, write_schemas

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
    asking = _asking(arguments)
    scope = open_scope(arguments, environ)
    catalogue = _own_catalogue(scope)
    served = folder_of(arguments)
    if served is not None:
        from recipes_data.cli.child import run_against_folder  # the server that is embedded here

        code, _, _ = run_against_folder(served, [*without_hub(argv), "--origin", "folder"], environ)
        return 130 if code < 0 else code
    opener = opener_for(arguments, environ, screen, scope.store.root)
    if opener is None:
        raise HubDownError(
            f"to write the manifest of {asking.repo} the Hub has to be asked, and this run is offline",
            "leave --offline out, unset HF_HUB_OFFLINE",
        )
    need = Need(arguments.recipe, arguments.why) if arguments.recipe else None
    try:
        addition = draft(opener(), asking, scope.catalogue, catalogue, need)
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
        screen.talk(f"next: recipes-data fetch {name}")
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


def _asking(arguments: argparse.Namespace) -> Asking:
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


def _repository(what: str, kind: str) -> tuple[str, str]:
    """Id and revision (empty: none) that a person's word for a repository means."""
    rest = what
    if what.startswith("hf://"):
        rest = what.removeprefix("hf://")
    elif "://" in what:
        parts = urlsplit(what)
        if parts.scheme not in ("http", "https"):
            raise UsageError(f"{what!r} is not a repository of the Hub", "name it ORG/NAME, or give its page")
        rest = unquote(parts.path).strip("/")
        if rest.startswith("datasets/") == (kind == "models"):
            raise UsageError(f"{what!r} is not the page of one of the {kind}", "a model is added with --model, alone")
    elif what.startswith((".", "/", "~")):
        raise UsageError(
            f"{what!r} is a path; a manifest names a repository",
            "put the files into a folder datasets/ORG/NAME and say: add ORG/NAME --hub FOLDER",
        )
    rest = rest.removeprefix("datasets/")
    repo, _, tail = rest.partition("/tree/")
    name, _, revision = repo.partition("@")
    if not 1 <= len(name.split("/")) <= 2 or not all(name.split("/")):
        raise UsageError(f"{what!r} is not a repository of the Hub", "name it ORG/NAME, or give its page")
    return name, revision or tail.partition("/")[0]


def remove_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Delete a manifest of the project and its lock."""
    scope = open_scope(arguments, environ)
    removal = plan_removal(arguments.name, scope.catalogue, _own_catalogue(scope), scope.locks)
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
