"""Small values for the tests of the comparison: a table of six rows, a client that one can vary, needs."""

from __future__ import annotations

from recipes_data.gaps.evidence import Origin, Where
from recipes_data.gaps.inventory import Argument, Function, HttpCall, Inventory, TestCase
from recipes_data.gaps.needs import Access, Needs, Recipe
from recipes_data.gaps.operations import Operation, Operations, Parameter

RESOLVE = "/{repository}/resolve/{revision}/{path}"
REVISION = Parameter("revision", "path")

TABLE = Operations(
    base_url="https://hub.example",
    documentation="https://hub.example/docs",
    authentication="a token",
    rows=(
        Operation("datasets.list", "datasets", "http", "List", "GET", "/api/datasets", returns="datasets"),
        Operation(
            "datasets.info",
            "datasets",
            "http",
            "Facts",
            "GET",
            "/api/datasets/{repo_id}/revision/{revision}",
            (REVISION,),
            python=("huggingface_hub.Api.dataset_info",),
            returns="facts",
            short_path="/api/datasets/{repo_id}",
        ),
        Operation(
            "files.download",
            "files",
            "http",
            "A file",
            "GET",
            RESOLVE,
            (REVISION, Parameter("path", "path")),
            returns="bytes",
        ),
        Operation(
            "files.range",
            "files",
            "http",
            "Part of a file",
            "GET",
            RESOLVE,
            (REVISION, Parameter("range", "header", required=True)),
            returns="bytes",
        ),
        Operation("repos.create", "repos", "http", "Create", "POST", "/api/repos/create", returns="url"),
        Operation("cache.offline", "cache", "behaviour", "Offline", uses=("files.download",), returns="no request"),
        Operation(
            "libraries.load_dataset",
            "libraries",
            "library",
            "Load",
            uses=("datasets.info", "files.download"),
            python=("datasets.load_dataset",),
            returns="rows",
        ),
    ),
)


def at(line: int, path: str = "lib/client.ex") -> Where:
    return Where(path, line)


def function(
    name: str, *requests: str, line: int = 1, arguments: tuple[str | Argument, ...] = (), **more: object
) -> Function:
    """A function that makes `requests` ("GET /api/datasets"); arguments that are text are options that are read."""
    made = tuple(one if isinstance(one, Argument) else Argument(one, option=True, read=True) for one in arguments)
    http = tuple(HttpCall(*request.split(" ", 1), at(line + 1)) for request in requests)
    return Function(name, at(line), (0, None), arguments=made, http=http, **more)  # type: ignore[arg-type]


def client(
    *functions: Function, name: str = "port", language: str = "elixir", tests: tuple[TestCase, ...] = (), **more: object
) -> Inventory:
    return Inventory(Origin(name, "client", language, "1.0"), functions, tests, **more)  # type: ignore[arg-type]


def load(repo: str = "org/set", *, line: int = 1, **more: object) -> Access:
    fields: dict[str, object] = {"repo_type": "dataset", "operations": ("libraries.load_dataset",), **more}
    return Access("datasets.load_dataset", at(line, "recipe.py"), repo=repo, **fields)  # type: ignore[arg-type]


def needs(
    *accesses: Access,
    recipes: dict[str, tuple[int, ...]] | None = None,
    kind: str = "recipes",
    name: str = "cookbook",
    **priorities: str,
) -> Needs:
    """Needs of recipes by name and their accesses; without `recipes` one recipe reaches everything."""
    named = {"train": tuple(range(len(accesses)))} if recipes is None else recipes
    reached = {number for numbers in named.values() for number in numbers}
    return Needs(
        Origin(name, kind, "python"),  # type: ignore[arg-type]
        accesses,
        tuple(Recipe(one, at(1, f"{one}.py"), numbers, priorities.get(one)) for one, numbers in named.items()),
        (),
        tuple(number for number in range(len(accesses)) if number not in reached),
    )
