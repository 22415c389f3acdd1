"""What a Python library asks of a client package: every way to call it, beside the answer that is expected."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from recipes_data.errors import UsageError
from recipes_data.gaps.consumers import ClientCall, Consumer
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.python_client.consumer import python_consumer
from recipes_data.gaps.python_client.inventory import python_inventory

CLIENT = """
class HubError(Exception): ...
class NotFoundError(HubError): ...

class Info:
    def card(self): return self

class Api:
    def __init__(self, endpoint=None, *, token=None):
        self.endpoint, self.token = endpoint, token
    def list_models(self, author=None, *, limit=None):
        return author, limit
    def repo_info(self, repo, revision=None) -> Info:
        return repo, revision
    def get(self, path):
        return path
    def soon(self):
        raise NotImplementedError

def download(repo, filename, *, revision=None, **more):
    return repo, filename, revision, more

def make_api() -> Api:
    return Api()
"""


@pytest.fixture
def client(tmp_path: Path) -> Inventory:
    package = tmp_path / "client" / "hubkit"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        "from .core import Api, HubError, NotFoundError, download, make_api\n", encoding="utf-8"
    )
    (package / "core.py").write_text(CLIENT, encoding="utf-8")
    return python_inventory(tmp_path / "client")


def consume(tmp_path: Path, client: Inventory | None, text: str, **more: str) -> Consumer:
    package = tmp_path / "library" / "rows"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "loading.py").write_text(textwrap.dedent(text), encoding="utf-8")
    for name, other in more.items():
        (package / f"{name}.py").write_text(textwrap.dedent(other), encoding="utf-8")
    return python_consumer(tmp_path / "library", client, "hubkit")


def shown(call: ClientCall) -> str:
    return f"{call.where.line} {call.how} {call.target or '?'}"


WAYS: list[tuple[str, str, list[str]]] = [
    ("a module", "import hubkit\ndef f(): hubkit.download('a', 'b')", ["2 direct hubkit.download"]),
    ("a renamed module", "import hubkit as hk\ndef f(): hk.download('a', 'b')", ["2 alias hubkit.download"]),
    ("a name", "from hubkit import download\ndef f(): download('a', 'b')", ["2 import hubkit.download"]),
    ("a renamed name", "from hubkit import download as get\ndef f(): get('a', 'b')", ["2 alias hubkit.download"]),
    ("a submodule", "from hubkit.core import download\ndef f(): download('a', 'b')", ["2 import hubkit.download"]),
    (
        "a submodule as a module",
        "import hubkit.core\ndef f(): hubkit.core.download('a', 'b')",
        ["2 direct hubkit.download"],
    ),
    ("a star", "from hubkit import *\ndef f(): download('a', 'b')", ["2 import hubkit.download"]),
    (
        "an import inside",
        "def f():\n    from hubkit import download\n    download('a', 'b')",
        ["3 import hubkit.download"],
    ),
    ("at the top", "import hubkit\nX = hubkit.download('a', 'b')", ["2 direct hubkit.download"]),
    (
        "a name for a function",
        "import hubkit\nget = hubkit.download\ndef f(): get('a', 'b')",
        ["3 alias hubkit.download"],
    ),
    (
        "an object",
        "from hubkit import Api\ndef f():\n    api = Api()\n    api.list_models()",
        ["3 import hubkit.Api", "4 direct hubkit.Api.list_models"],
    ),
    (
        "an attribute",
        (
            "from hubkit import Api\nclass L:\n    def __init__(self): self.api = Api()\n"
            "    def f(self): self.api.list_models()"
        ),
        ["3 import hubkit.Api", "4 attribute hubkit.Api.list_models"],
    ),
    (
        "an attribute of a class",
        "from hubkit import Api\nclass L:\n    api = Api()\n    def f(self): self.api.list_models()",
        ["3 import hubkit.Api", "4 attribute hubkit.Api.list_models"],
    ),
    (
        "an annotated argument",
        "from hubkit import Api\ndef f(api: 'Api | None' = None): api.list_models()",
        ["2 direct hubkit.Api.list_models"],
    ),
    (
        "a field of a data class",
        (
            "from dataclasses import dataclass\nfrom hubkit import Api\n@dataclass\nclass L:\n"
            "    api: Api\n    def f(self): self.api.get('x')"
        ),
        ["6 attribute hubkit.Api.get"],
    ),
    (
        "an argument that a caller gives",
        "from hubkit import Api\ndef g(anything): anything.list_models()\ndef f(): g(Api())",
        ["2 direct hubkit.Api.list_models", "3 import hubkit.Api"],
    ),
    (
        "a function that answers a client",
        "from hubkit import make_api\ndef f(): make_api().repo_info('a').card()",
        ["2 direct hubkit.Api.repo_info", "2 direct hubkit.core.Info.card", "2 import hubkit.make_api"],
    ),
    (
        "a function of our own that does",
        "from hubkit import Api\ndef api(): return Api()\ndef f(): api().get('x')",
        ["2 import hubkit.Api", "3 direct hubkit.Api.get"],
    ),
    ("getattr", "import hubkit\ndef f(): getattr(hubkit, 'download')('a', 'b')", ["2 apply hubkit.download"]),
    (
        "getattr over a list",
        (
            "from hubkit import Api\nAPI = Api()\ndef f():\n    for name in ('list_models', 'soon'):\n"
            "        getattr(API, name)()"
        ),
        ["2 import hubkit.Api", "5 apply hubkit.Api.list_models", "5 apply hubkit.Api.soon"],
    ),
    (
        "getattr of who knows",
        "from hubkit import Api\nAPI = Api()\ndef f(name): return getattr(API, name)('x')",
        ["2 import hubkit.Api", "3 apply ?"],
    ),
    (
        "a partial",
        (
            "from functools import partial\nimport hubkit\nget = partial(hubkit.download, revision='main')\n"
            "def f(): get('a', 'b')"
        ),
        ["4 alias hubkit.download"],
    ),
    (
        "a function that is handed on",
        "import hubkit\ndef f(pool): pool.apply_later(hubkit.download)",
        ["2 capture hubkit.download"],
    ),
    (
        "a function that is run",
        "import hubkit\ndef f(pool): pool.submit(hubkit.download, 'a', 'b')",
        ["2 capture hubkit.download"],
    ),
    ("map", "import hubkit\ndef f(names): return list(map(hubkit.make_api, names))", ["2 capture hubkit.make_api"]),
    (
        "an inner function",
        "import hubkit\ndef f():\n    def g(): return hubkit.make_api()\n    return g",
        ["3 direct hubkit.make_api"],
    ),
    (
        "a comprehension",
        "import hubkit\ndef f(xs): return [hubkit.download(x, 'b') for x in xs]",
        ["2 direct hubkit.download"],
    ),
    (
        "importlib",
        "import importlib\nhk = importlib.import_module('hubkit')\ndef f(): hk.make_api()",
        ["3 direct hubkit.make_api"],
    ),
    ("an unknown object with a telling method", "def f(thing): thing.list_models()", ["1 attribute ?"]),
    ("an unknown object that is named after a client", "def f(api): api.get('x')", ["1 attribute ?"]),
    ("a dictionary", "def f(d): d.get('x')", []),
    (
        "an error that is raised",
        "from hubkit import HubError\ndef f(): raise HubError('x')",
        ["2 import hubkit.HubError"],
    ),
    (
        "a parent's method",
        "from hubkit import Api\nclass Mine(Api):\n    def f(self): return self.list_models()",
        ["3 direct hubkit.Api.list_models"],
    ),
    (
        "super",
        "from hubkit import Api\nclass Mine(Api):\n    def get(self, p): return super().get(p)",
        ["3 direct hubkit.Api.get"],
    ),
    (
        "another module's name",
        "from rows.other import download\ndef f(): download('a', 'b')",
        ["2 import hubkit.download"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_a_call_is_found_and_named(tmp_path: Path, client: Inventory, text: str, expected: list[str]) -> None:
    found = consume(tmp_path, client, text, other="from hubkit import download\n")
    assert sorted(shown(call) for call in found.calls) == expected


def test_options_errors_and_counts_of_a_call_are_told(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        import contextlib
        import hubkit
        from hubkit import NotFoundError

        def f(options):
            try:
                hubkit.download("a", "b", revision="main")
            except (NotFoundError, ValueError):
                return None
            with contextlib.suppress(hubkit.HubError):
                hubkit.download("a", filename="b", **{"revision": "x"})
            return hubkit.download("a", **options)
        """,
    )
    assert [(call.options, call.arity, call.errors, call.exists) for call in found.calls] == [
        (("revision",), 3, ("hubkit.NotFoundError", "ValueError"), True),
        (("filename", "revision"), 3, ("hubkit.HubError",), True),
        ((), None, (), True),
    ]


def test_a_call_that_the_client_cannot_take_is_a_finding(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        import hubkit
        api = hubkit.Api()

        def f():
            hubkit.upload("a")
            api.list_models(sort="downloads")
            api.get()
            api.soon()
            api.list_datasets()
        """,
    )
    assert [(finding.rule, finding.where.line, finding.message) for finding in found.findings] == [
        ("no-such-function", 6, "rows.loading.f calls hubkit.upload, which the client does not have"),
        ("wrong-arguments", 7, "rows.loading.f: hubkit.Api.list_models takes no sort"),
        ("wrong-arguments", 8, "rows.loading.f: hubkit.Api.get takes 1 arguments, not 0"),
        ("calls-a-stub", 9, "rows.loading.f stands on hubkit.Api.soon, which is a stub: it raises NotImplementedError"),
        ("no-such-function", 10, "rows.loading.f calls hubkit.Api.list_datasets, which the client does not have"),
    ]


def test_a_request_that_goes_round_the_client_is_listed(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        import requests

        def rows(name):
            return requests.get(f"https://huggingface.co/api/datasets/{name}/parquet")

        def elsewhere():
            return requests.get("https://example.org/data.csv")

        def unknown(url):
            return requests.post(url)
        """,
    )
    assert [shown(call) for call in found.calls] == ["5 raw-http GET /api/datasets/{}/parquet", "11 raw-http POST {}"]
    assert [finding.rule for finding in found.findings] == ["round-the-client"]


def test_a_passage_tells_which_calls_a_public_function_reaches(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        import hubkit

        def load(name, split="train"):
            return _fetch(name)

        def _fetch(name):
            return hubkit.download(name, _file(name))

        def _file(name):
            return hubkit.make_api().repo_info(name)

        def quiet():
            return 1
        """,
    )
    assert [
        (one.function, one.arity, [found.calls[number].target for number in one.calls]) for one in found.passages
    ] == [("rows.loading.load", (1, 2), ["hubkit.download", "hubkit.Api.repo_info", "hubkit.make_api"])]


def test_without_an_inventory_calls_are_found_and_nothing_is_said_of_them(tmp_path: Path) -> None:
    found = consume(
        tmp_path,
        None,
        """
        from hubkit import Api

        def f():
            Api(token=None).list_models()
        """,
    )
    assert [(call.target, call.exists) for call in found.calls] == [
        ("hubkit.Api", None),
        ("hubkit.Api.list_models", None),
    ]
    assert found.findings == ()


def test_tests_of_the_library_do_not_count(tmp_path: Path, client: Inventory) -> None:
    (tmp_path / "library" / "tests").mkdir(parents=True)
    (tmp_path / "library" / "tests" / "test_it.py").write_text(
        "import hubkit\ndef test_it():\n    hubkit.download('a', 'b')\n", encoding="utf-8"
    )
    assert consume(tmp_path, client, "X = 1\n").calls == ()


def test_a_broken_file_is_listed_and_a_missing_folder_refused(tmp_path: Path, client: Inventory) -> None:
    assert consume(tmp_path, client, "def f(:\n").unparsed[0].startswith("rows/loading.py: not Python")
    with pytest.raises(UsageError, match="is no folder"):
        python_consumer(tmp_path / "nowhere", client, "hubkit")
