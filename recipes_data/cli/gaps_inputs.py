"""What `gaps` reads: `LANGUAGE:WHAT`, folders of recipes, test results, earlier analyses; each by the module for it."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from recipes_data.catalogue import read_catalogue
from recipes_data.cli.screen import Screen
from recipes_data.errors import UsageError, unread
from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.consumers import Consumer
from recipes_data.gaps.document import analysis_from_json
from recipes_data.gaps.elixir.consumer import elixir_consumer
from recipes_data.gaps.elixir.inventory import elixir_inventory
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.python_client.consumer import python_consumer
from recipes_data.gaps.python_client.inventory import python_inventory
from recipes_data.gaps.recipes.manifests import needs_of_catalogue
from recipes_data.gaps.recipes.scan import scan_recipes
from recipes_data.gaps.results import read_results, with_results
from recipes_data.gaps.rust.consumer import rust_consumer
from recipes_data.gaps.rust.inventory import rust_inventory
from recipes_data.manifest import RecipeManifest
from recipes_data.places import Places, find_places
from recipes_data.wording import counted

__all__ = [
    "MANIFESTS",
    "Spec",
    "described_sources",
    "distinct",
    "folder_at",
    "pairs_of",
    "places_of",
    "read_analysis",
    "read_client",
    "read_consumer",
    "read_needs",
    "roots_of",
    "spec_of",
    "with_test_results",
]

MANIFESTS = "manifests"
_LANGUAGES = ("python", "elixir", "rust")


@dataclass(frozen=True, slots=True)
class Spec:
    """What `LANGUAGE:WHAT` says: `folder` where it is one, else the import name of an installed Python package."""

    language: str
    what: str
    folder: Path | None


def places_of(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Places:
    """Where things are, by the options that every command has."""
    return find_places(manifests=arguments.manifests, project=arguments.project, store=arguments.store, environ=environ)


def spec_of(text: str, option: str) -> Spec:
    """Read `LANGUAGE:WHAT`.

    Raises:
        UsageError: it is none, the language is not known, or the folder does not exist.
    """
    language, colon, what = text.partition(":")
    if not colon or not what:
        raise UsageError(f"{option} {text}: not LANGUAGE:WHAT", f"say {option} python:huggingface_hub or elixir:DIR")
    if language not in _LANGUAGES:
        raise UsageError(f"{option} {text}: the language {language!r} is not known", f"it is {', '.join(_LANGUAGES)}")
    folder = Path(what).expanduser()
    if folder.is_dir():
        return Spec(language, what, folder)
    if language == "python" and what.isidentifier():
        return Spec(language, what, None)
    raise UsageError(f"{option} {text}: there is no folder {what!r}", "give the folder of its sources")


def folder_at(text: str, option: str) -> Path:
    """A folder that exists; raises `UsageError` otherwise."""
    folder = Path(text).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{option} {text}: there is no such folder", "give the folder of the sources")
    return folder


def read_needs(given: Sequence[str], places: Places, screen: Screen) -> list[Needs]:
    """Needs of every `--recipes`, in their order.

    Raises:
        UsageError: nothing is given, or a folder does not exist.
    """
    if not given:
        raise UsageError("nothing says what is needed", "say --recipes DIR (Python sources) or --recipes manifests")
    found = []
    for text in given:
        if text == MANIFESTS:
            needs = needs_of_catalogue(read_catalogue(places.catalogues))
        else:
            needs = scan_recipes(folder_at(text, "--recipes"))
        read = counted(len(needs.recipes), "recipe"), counted(len(needs.accesses), "access", "accesses")
        screen.talk(
            f"read the needs of {needs.origin.name}: {', '.join(read)}, {counted(len(needs.findings), 'finding')}"
        )
        found.append(needs)
    return found


def described_sources(given: Sequence[str], places: Places) -> dict[str, str]:
    """Recipe manifest -> the source file that it describes, where manifests are among the inputs."""
    if MANIFESTS not in given:
        return {}
    recipes = read_catalogue(places.catalogues).recipes
    manifests = [entry.manifest for entry in recipes.values() if isinstance(entry.manifest, RecipeManifest)]
    return {one.name: one.describes.file for one in manifests if one.describes and one.describes.file}


def read_client(spec: Spec, screen: Screen) -> Inventory:
    """The inventory of a client."""
    if spec.language == "python":
        inventory = python_inventory(spec.folder or spec.what)
    elif spec.folder is None:
        raise UsageError(f"there is no folder {spec.what!r}", "give the folder of its sources")
    else:
        inventory = {"elixir": elixir_inventory, "rust": rust_inventory}[spec.language](spec.folder)
    there = f"{counted(len(inventory.functions), 'function')}, {counted(len(inventory.tests), 'test')}"
    screen.talk(f"read the client {inventory.origin.name}: {there}")
    return inventory


def roots_of(specs: Sequence[Spec], inventories: Sequence[Inventory]) -> dict[str, Path]:
    """The folder of each client's sources by its name: the one that was given, or where its package is installed."""
    found = {}
    for spec, inventory in zip(specs, inventories, strict=True):
        place = spec.folder or _installed(spec.what)
        if place is not None:
            found[inventory.origin.name] = place
    return found


def _installed(package: str) -> Path | None:
    """The folder of an installed package, which is looked up and not imported."""
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None  # a parent that cannot be imported, a module without a spec: no folder is known
    return Path(found.origin).parent if found and found.submodule_search_locations and found.origin else None


def read_consumer(spec: Spec, inventories: Iterable[Inventory], screen: Screen) -> Consumer:
    """What a library asks of the client that it stands on: the one of its language.

    Raises:
        UsageError: there is none of its language, or more than one.
    """
    if spec.folder is None:
        raise UsageError(f"--through {spec.language}:{spec.what}: not a folder", "give the folder of its sources")
    same = [one for one in inventories if one.origin.language == spec.language]
    if len(same) != 1:
        named = ", ".join(one.origin.name for one in same) or "none"
        what = (
            f"--through {spec.language}:{spec.what}: which client it stands on is not known ({named} of this language)"
        )
        raise UsageError(what, f"give exactly one --client {spec.language}:... with it")
    read = {"python": python_consumer, "elixir": elixir_consumer, "rust": rust_consumer}[spec.language]
    consumer = read(spec.folder, same[0], same[0].origin.name)
    calls = f"{counted(len(consumer.calls), 'call')} into {consumer.client}"
    whence = counted(len(consumer.passages), "public function")
    screen.talk(f"read the consumer {consumer.origin.name}: {calls} from {whence}")
    return consumer


def with_test_results(inventories: Sequence[Inventory], given: Sequence[str]) -> list[Inventory]:
    """The inventories with the results of `CLIENT=FILE`; several files of one client are taken together."""
    known = [one.origin.name for one in inventories]
    by_client: dict[str, list[str]] = {}
    for client, file in pairs_of(given, "--test-results", known):
        by_client.setdefault(client, []).append(file)
    found = []
    for inventory in inventories:
        results = {}
        for file in by_client.get(inventory.origin.name, ()):
            results.update(read_results(Path(file).expanduser()))
        found.append(with_results(inventory, results) if results else inventory)
    return found


def pairs_of(given: Iterable[str], option: str, clients: Sequence[str]) -> list[tuple[str, str]]:
    """`CLIENT=VALUE` words.

    Raises:
        UsageError: the client is not one of those given.
    """
    found = []
    for text in given:
        client, _, value = text.partition("=")
        if client not in clients or not value:
            shown = ", ".join(clients) or "none"
            raise UsageError(
                f"{option} {text}: names none of the clients", f"say {option} CLIENT=...; there is: {shown}"
            )
        found.append((client, value))
    return found


def read_analysis(path: str) -> Analysis:
    """An earlier analysis.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    file = Path(path).expanduser()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(
            f"{path!r} cannot be read: {unread(exc)}", "give the analysis.json that an earlier run wrote"
        ) from exc
    return analysis_from_json(text, path)


def distinct(inventories: Sequence[Inventory]) -> list[Inventory]:
    """The inventories; where two have one name, the later ones get a number behind it."""
    found: list[Inventory] = []
    names: set[str] = set()
    for inventory in inventories:
        origin, name, number = inventory.origin, inventory.origin.name, 2
        while name in names:
            name, number = f"{origin.name}-{number}", number + 1
        names.add(name)
        found.append(inventory if name == origin.name else replace(inventory, origin=replace(origin, name=name)))
    return found
