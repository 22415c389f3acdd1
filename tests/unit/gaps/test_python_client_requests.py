"""Which requests are found in Python sources: every pattern beside the answer that is expected."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.python_client.inventory import python_inventory


def read(tmp_path: Path, **modules: str) -> Inventory:
    package = tmp_path / "hubkit"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    for name, text in modules.items():
        (package / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    return python_inventory(tmp_path)


def requests_of(inventory: Inventory, name: str) -> list[str]:
    return [f"{one.method} {one.path}" for one in inventory.by_name()[name].http]


PATTERNS: list[tuple[str, str, list[str]]] = [
    ("an f-string", 'return requests.get(f"{HOST}/api/models/{repo}")', ["GET /api/models/{}"]),
    ("format", 'return requests.post("{}/api/{}/new".format(HOST, repo))', ["POST /api/{}/new"]),
    ("named format", 'return requests.get("{host}/api/{it}".format(host=HOST, it=repo))', ["GET /api/{}"]),
    ("percent", 'return requests.get("%s/api/models/%s" % (HOST, repo))', ["GET /api/models/{}"]),
    ("plus", 'return requests.delete(HOST + "/api/models/" + repo)', ["DELETE /api/models/{}"]),
    ("join", 'return requests.get("/".join([HOST, "api", "models", repo]))', ["GET /api/models/{}"]),
    ("quote", 'return requests.get(f"{HOST}/api/{quote(repo, safe=str())}")', ["GET /api/{}"]),
    ("urljoin", 'return requests.get(urljoin(HOST, f"/api/models/{repo}"))', ["GET /api/models/{}"]),
    ("a query is no path", 'return requests.get(f"{HOST}/api/models?search={repo}")', ["GET /api/models"]),
    (
        "another host stays",
        'return requests.get(f"https://api.github.com/repos/{repo}/json")',
        ["GET https://api.github.com/repos/{}/json"],
    ),
    (
        "the Hub's own host goes",
        'return requests.get(f"https://huggingface.co/{repo}/raw/main/x")',
        ["GET /{}/raw/main/x"],
    ),
    ("request", 'return requests.request("put", f"{HOST}/api/{repo}")', ["PUT /api/{}"]),
    ("keywords", 'return requests.request(url=f"{HOST}/api/x", method="PATCH")', ["PATCH /api/x"]),
    (
        "two branches",
        """
        if rev:
            url = f"{HOST}/api/models/{repo}/revision/{rev}"
        else:
            url = f"{HOST}/api/models/{repo}"
        return requests.get(url)
        """,
        ["GET /api/models/{}", "GET /api/models/{}/revision/{}"],
    ),
    (
        "a branch that leaves",
        """
        url = "/nowhere/at/all"
        if rev:
            return None
        url = f"{HOST}/api/models/{repo}"
        return requests.get(url)
        """,
        ["GET /api/models/{}"],
    ),
    (
        "text that grows",
        """
        url = f"{HOST}/api/models/{repo}"
        if rev is not None:
            url += f"/revision/{rev}"
        return requests.get(url)
        """,
        ["GET /api/models/{}", "GET /api/models/{}/revision/{}"],
    ),
    (
        "a dictionary of prefixes",
        """
        prefix = {"dataset": "datasets/", "space": "spaces/"}[rev]
        return requests.head(f"{HOST}/{prefix}{repo}")
        """,
        ["HEAD /datasets/{}", "HEAD /spaces/{}"],
    ),
    (
        "a loop over a literal list",
        """
        for kind in ["models", "datasets"]:
            requests.get(f"{HOST}/api/{kind}")
        """,
        ["GET /api/datasets", "GET /api/models"],
    ),
    ("a session", 'with requests.Session() as s:\n    return s.get(f"{HOST}/api/x")', ["GET /api/x"]),
    ("a base address", 'return httpx.Client(base_url=f"{HOST}/api").get("/models")', ["GET /api/models"]),
    ("stream", 'with httpx.stream("GET", f"{HOST}/{repo}") as r:\n    return r.read()', []),
    (
        "stream of a known path",
        'with httpx.stream("GET", f"{HOST}/files/{repo}") as r:\n    return r',
        ["GET /files/{}"],
    ),
    ("urlopen", 'return urllib.request.urlopen(f"{HOST}/api/x")', ["GET /api/x"]),
    ("a urllib request", 'return urlopen(Request(f"{HOST}/api/x", method="POST"))', ["POST /api/x"]),
    ("urllib3", 'return urllib3.PoolManager().request("GET", f"{HOST}/api/x")', ["GET /api/x"]),
    ("a lambda", 'return retry(lambda: requests.get(f"{HOST}/api/x"))', ["GET /api/x"]),
    ("a partial", 'get = partial(requests.get, timeout=3)\nreturn get(f"{HOST}/api/x")', ["GET /api/x"]),
    (
        "an inner function that is given the path",
        """
        def ask(path):
            return requests.get(HOST + path)
        return ask("/api/a"), ask("/api/b")
        """,
        ["GET /api/a", "GET /api/b"],
    ),
    ("an unknown session by its name", 'return rev._session.get(f"/api/{repo}")', ["GET /api/{}"]),
    ("no dictionary", 'return rev.http_cache.get(f"/api/{repo}") or {}.get("/api/x")', []),
    ("no answer's header", 'r = requests.get(HOST)\nreturn r.headers.get("/api/x")', []),
]

HEAD = """
import requests, httpx, urllib3, urllib.request
from functools import partial
from urllib.parse import quote, urljoin
from urllib.request import urlopen, Request
import os
HOST = os.getenv("HUB_ENDPOINT", "https://huggingface.co").rstrip("/")

def retry(work):
    return work()

def asked(repo, rev=None):
"""


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in PATTERNS], ids=[case[0] for case in PATTERNS])
def test_a_request_is_found_with_its_path(tmp_path: Path, body: str, expected: list[str]) -> None:
    inventory = read(tmp_path, api=HEAD + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n")
    assert sorted(requests_of(inventory, "hubkit.api.asked")) == expected


def test_what_a_wrapper_is_given_is_asked_by_its_caller(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        wire="""
        import httpx

        def get_session() -> httpx.Client:
            return _made()

        def backoff(method, url, **kwargs):
            return _inner(method=method, url=url, **kwargs)

        def _inner(method, url, **kwargs):
            return get_session().request(method=method, url=url, **kwargs)

        def paginate(path, params):
            r = backoff("GET", path, params=params)
            while r.links:
                r = backoff("GET", r.links["next"])
            yield r
        """,
        api="""
        from .wire import backoff, paginate

        class Api:
            def __init__(self, endpoint=None):
                self.endpoint = endpoint or "https://huggingface.co"

            def list_models(self):
                \"\"\"All models.\"\"\"
                return paginate(f"{self.endpoint}/api/models", {})

            def create(self, name):
                return backoff("POST", f"{self.endpoint}/api/repos/create", json=name)

            def both(self):
                self.list_models()
                return self.create("x")
        """,
    )
    assert requests_of(inventory, "hubkit.api.Api.list_models") == ["GET /api/models"]
    assert requests_of(inventory, "hubkit.api.Api.create") == ["POST /api/repos/create"]
    assert requests_of(inventory, "hubkit.api.Api.both") == ["GET /api/models", "POST /api/repos/create"]
    where = inventory.by_name()["hubkit.api.Api.list_models"].http[0].where
    assert (where.path, where.line) == ("hubkit/api.py", 10)  # where the path was known, not where it was sent


def test_requests_of_its_own_come_before_those_of_what_it_calls(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        api="""
        import requests

        def headers():
            requests.post("https://huggingface.co/a/token")

        def info():
            headers()
            requests.get("https://huggingface.co/z/info")
        """,
    )
    assert requests_of(inventory, "hubkit.api.info") == ["GET /z/info", "POST /a/token"]


def test_an_address_that_only_a_run_knows_is_listed(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        api="""
        import requests

        def download(info):
            return requests.get(info.json()["url"])
        """,
    )
    assert requests_of(inventory, "hubkit.api.download") == []
    found = [finding for finding in inventory.findings if finding.rule == "request-unresolved"]
    assert [str(finding.where) for finding in found] == ["hubkit/api.py:5"]


def test_a_promise_in_a_parent_is_kept_by_what_derives_from_it(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        api="""
        import abc, requests

        class Provider(abc.ABC):
            @abc.abstractmethod
            def ask(self): ...

        class Hub(Provider):
            def ask(self):
                return requests.get("https://huggingface.co/api/x")

        def run(provider: Provider):
            return provider.ask()
        """,
    )
    assert requests_of(inventory, "hubkit.api.run") == ["GET /api/x"]
    assert inventory.by_name()["hubkit.api.Provider.ask"].kind == "callback"
    assert inventory.by_name()["hubkit.api.Provider.ask"].stub is None


def test_an_attribute_holds_the_client_that_a_constructor_put_there(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        api="""
        import aiohttp

        class Hub:
            def __init__(self):
                self._session = aiohttp.ClientSession()

            async def models(self):
                async with self._session.get("https://huggingface.co/api/models") as response:
                    return await response.json()

            @property
            def base(self):
                return "https://huggingface.co/api"

            async def spaces(self):
                return await self._session.get(f"{self.base}/spaces")
        """,
    )
    assert requests_of(inventory, "hubkit.api.Hub.models") == ["GET /api/models"]
    assert requests_of(inventory, "hubkit.api.Hub.spaces") == ["GET /api/spaces"]


def test_functions_that_call_each_other_are_read_to_the_end(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        api="""
        import requests

        def down(path, depth):
            if depth:
                return up(path + "/x", depth - 1)
            return requests.get("https://huggingface.co" + path)

        def up(path, depth):
            return down(path, depth)

        def start():
            return up("/api/deep", 3)
        """,
    )
    assert "GET /api/deep" in requests_of(inventory, "hubkit.api.start")
    assert len(requests_of(inventory, "hubkit.api.start")) < 60


def test_settings_are_the_environment_variables_that_are_read(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        api="""
        import os
        from os import environ, getenv

        A = os.environ["HUB_A"]
        B = getenv("HUB_B", "x")
        NAME = "HUB_C"

        def flag(name):
            return os.environ.get(name) == "1"

        C = flag(NAME)
        D = "HUB_D" in environ

        def late():
            return flag("HUB_E")
        """,
    )
    assert inventory.settings == ("HUB_A", "HUB_B", "HUB_C", "HUB_D", "HUB_E")
