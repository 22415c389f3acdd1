"""A client and a library on it, read whole: what stands in the two folders, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.consumers import Consumer
from recipes_data.gaps.elixir.consumer import elixir_consumer
from recipes_data.gaps.elixir.inventory import elixir_inventory
from recipes_data.gaps.inventory import Inventory

PROJECTS = Path(__file__).parents[2] / "gaps_projects"


@pytest.fixture(scope="module")
def client() -> Inventory:
    return elixir_inventory(PROJECTS / "elixir_client")


@pytest.fixture(scope="module")
def library(client: Inventory) -> Consumer:
    return elixir_consumer(PROJECTS / "elixir_consumer", client, client.origin.name)


def test_the_client_has_these_functions_with_these_requests(client: Inventory) -> None:
    info = ["GET /api/datasets/{}/revision/{}"]
    assert {one.name: (one.arity, [f"{c.method} {c.path}" for c in one.http]) for one in client.functions} == {
        "Pond.Datasets.commits": ((1, 1), []),
        "Pond.Datasets.files": ((1, 1), ["GET /api/datasets/{}/tree/main"]),
        "Pond.Datasets.info": ((1, 2), info),
        "Pond.Datasets.info!": ((1, 2), info),
        "Pond.Files.fetch": ((3, 3), ["GET /{}/resolve/main/{}", "GET /{}s/{}/resolve/main/{}"]),
        "Pond.Files.leftover": ((1, 1), []),
        "Pond.Missing": ((1, 1), []),
        "Pond.Wire.ask": ((2, 3), ["* {}"]),
        "Pond.dataset": ((1, 2), info),
    }
    assert (client.origin.name, client.origin.version, client.errors) == ("pond", "0.4.0", ("Pond.Missing",))
    assert client.settings == (":pond, :home",)
    assert [one.name for one in client.functions if not one.wired] == ["Pond.Files.leftover"]
    assert [one.name for one in client.functions if one.hidden] == ["Pond.Files.leftover", "Pond.Wire.ask"]


def test_the_client_s_weak_places_are_found(client: Inventory) -> None:
    assert [(one.rule, str(one.where)) for one in client.findings] == [
        ("option-never-read", "lib/pond.ex:26"),
        ("option-ignored", "lib/pond.ex:40"),
        ("stub", "lib/pond.ex:43"),
        ("test-without-assertion", "test/pond_test.exs:19"),
    ]


def test_the_client_s_tests_are_told_apart(client: Inventory) -> None:
    assert [(one.name, one.kind, one.calls) for one in client.tests] == [
        ("test info asks for a revision (PondTest)", "recorded", ("Pond.Datasets.info",)),
        ("test brings a file (PondTest)", "live", ("Pond.Files.fetch",)),
        ("test is idle (PondTest)", "unknown", ("Pond.dataset",)),
    ]
    assert client.tests[2].reaches == ("Pond.Datasets.info", "Pond.Wire.ask")


def test_the_library_asks_this_of_the_client(library: Consumer) -> None:
    assert [(one.how, one.target, one.options, one.errors, one.exists) for one in library.calls] == [
        ("configured", "Pond.Datasets.info", ("timeout", "..."), ("{:error, :gated}", "{:error, _}"), True),
        ("alias", "Pond.Files.fetch", (), ("{:error, :gated}", "{:error, _}"), True),
        ("pipe", "Pond.Datasets.commits", (), (), True),
        ("direct", "Pond.Datasets.splits", (), (), False),
        ("raw-http", "GET https://huggingface.co/api/datasets/{}/parquet", (), (), None),
        ("configured", "", (), (), None),
    ]
    assert {one.function: one.calls for one in library.passages} == {
        "Angler.any": (5,),
        "Angler.history": (2,),
        "Angler.load": (0, 1),
        "Angler.parquet": (4,),
        "Angler.splits": (3,),
    }


def test_the_library_s_weak_places_are_found(library: Consumer) -> None:
    assert [(one.rule, one.where.line) for one in library.findings] == [
        ("option-ignored", 7),
        ("error-swallowed", 12),
        ("error-swallowed", 12),
        ("stub-called", 16),
        ("client-function-missing", 18),
        ("raw-http", 20),
        ("client-call-unresolved", 22),
    ]
