"""Which tests of a Python project call which of its functions, and whether they need the real Hub."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from recipes_data.gaps.inventory import TestCase
from recipes_data.gaps.python_client.inventory import python_inventory

API = """
import requests

class Api:
    def info(self, repo):
        return self.fetch(f"/api/models/{repo}")
    def fetch(self, path):
        return requests.get("https://huggingface.co" + path)

def parse(text):
    return shorten(text)

def shorten(text):
    return text[:3]
"""


def cases(tmp_path: Path, test: str, conftest: str = "") -> list[TestCase]:
    for path, text in {"hubkit/__init__.py": API, "tests/test_it.py": test, "tests/conftest.py": conftest}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(textwrap.dedent(text), encoding="utf-8")
    return list(python_inventory(tmp_path).tests)


def test_a_test_calls_directly_and_reaches_through_others(tmp_path: Path) -> None:
    (one,) = cases(tmp_path, "from hubkit import parse\ndef test_parse():\n    assert parse('a') == 'a'\n")
    assert (one.name, one.where.line) == ("tests/test_it.py::test_parse", 2)
    assert (one.calls, one.reaches, one.result) == (("hubkit.parse",), ("hubkit.shorten",), "not run")


def test_tests_in_classes_are_found_and_other_functions_are_not(tmp_path: Path) -> None:
    found = cases(
        tmp_path,
        """
        import unittest
        from hubkit import Api

        class TestOne:
            def test_a(self): ...
            def check(self): ...

        class Old(unittest.TestCase):
            def setUp(self):
                self.api = Api()
            def test_b(self):
                self.api.info("x")

        class Helper:
            def test_c(self): ...

        def tested(): ...
        """,
    )
    assert [one.name for one in found] == ["tests/test_it.py::TestOne::test_a", "tests/test_it.py::Old::test_b"]
    assert "hubkit.Api.info" in found[1].calls


def test_what_a_fixture_gives_is_known_in_the_test(tmp_path: Path) -> None:
    (one,) = cases(
        tmp_path,
        "def test_it(api, other):\n    api.info('x')\n",
        """
        import pytest
        from hubkit import Api

        @pytest.fixture
        def api():
            yield Api()

        @pytest.fixture(name="other")
        def something():
            return Api().fetch("/x")
        """,
    )
    assert one.calls == ("hubkit.Api", "hubkit.Api.fetch", "hubkit.Api.info")


def test_a_test_s_own_functions_belong_to_it(tmp_path: Path) -> None:
    (one,) = cases(tmp_path, "from hubkit import parse\ndef ask():\n    return parse('x')\ndef test_it():\n    ask()\n")
    assert one.calls == ("hubkit.parse",)


PATCHED = """
from unittest.mock import patch
from hubkit import Api
def test_it():
    with patch("hubkit.requests.get"):
        Api().info("x")
"""
PATCHED_BY_HAND = """
import requests
from hubkit import Api
def test_it(monkeypatch):
    monkeypatch.setattr(requests, "get", print)
    Api().info("x")
"""
KINDS = {
    "no request": ("local", "from hubkit import parse\ndef test_it():\n    parse('x')\n"),
    "a request and no word of it": ("unknown", "from hubkit import Api\ndef test_it():\n    Api().info('x')\n"),
    "a mark": (
        "live",
        "import pytest\nfrom hubkit import Api\n@pytest.mark.network\ndef test_it():\n    Api().info('x')\n",
    ),
    "a mark of the module": (
        "live",
        "import pytest\nfrom hubkit import Api\npytestmark = [pytest.mark.live]\ndef test_it():\n    Api().info('x')\n",
    ),
    "a cassette": (
        "recorded",
        "import pytest\nfrom hubkit import Api\n@pytest.mark.vcr\ndef test_it():\n    Api().info('x')\n",
    ),
    "a faking fixture": ("recorded", "from hubkit import Api\ndef test_it(requests_mock):\n    Api().info('x')\n"),
    "responses": (
        "recorded",
        "import responses\nfrom hubkit import Api\n@responses.activate\ndef test_it():\n    Api().info('x')\n",
    ),
    "a patch": ("recorded", PATCHED),
    "a patch by hand": ("recorded", PATCHED_BY_HAND),
}


@pytest.mark.parametrize(("kind", "text"), KINDS.values(), ids=KINDS)
def test_a_test_is_live_recorded_or_local(tmp_path: Path, kind: str, text: str) -> None:
    (one,) = cases(tmp_path, text)
    assert one.kind == kind


def test_a_fixture_that_is_called_hub_makes_no_test_live(tmp_path: Path) -> None:
    (one,) = cases(tmp_path, "from hubkit import Api\ndef test_it(hub):\n    Api().info(hub)\n")
    assert one.kind == "unknown"
