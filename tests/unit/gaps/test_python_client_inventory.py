"""What an inventory of Python sources tells of functions: names, arguments, readers, twins, deprecation."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.gaps.python_client.inventory import python_inventory
from tests.unit.gaps.python_packages import names, package


def test_a_function_is_named_as_users_reach_it(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        "from .api import Api\nfrom ._private import helper as shortcut\n",
        api="class Api:\n    def info(self): ...\n\ndef loose(): ...\n",
        _private="def helper(): ...\ndef unseen(): ...\n",
    )
    assert names(inventory) == ["hubkit.Api", "hubkit.Api.info", "hubkit.api.loose", "hubkit.shortcut"]
    assert inventory.by_name()["hubkit.Api.info"].aliases == ("hubkit.api.Api.info",)
    assert "hubkit._private.helper" in inventory.by_name()["hubkit.shortcut"].aliases


def test_all_says_what_is_public(tmp_path: Path) -> None:
    inventory = package(
        tmp_path, "", api="__all__ = ['one', '_two']\ndef one(): ...\ndef _two(): ...\ndef three(): ...\n"
    )
    assert names(inventory) == ["hubkit.api._two", "hubkit.api.one"]


LAZY = {
    "a table of modules": "_NAMES = {'api': ['list_models']}\ndef __getattr__(name): ...\n",
    "a table of names": "_HOMES = {'list_models': 'hubkit.api'}\ndef __getattr__(name): ...\n",
    "relative homes": "_HOMES = {'list_models': '.api'}\ndef __getattr__(name): ...\n",
    "pairs": "_HOMES = {'list_models': ('.api', 'list_models')}\ndef __getattr__(name): ...\n",
    "attached": (
        "import lazy_loader\n__getattr__, __dir__, __all__ = "
        "lazy_loader.attach(__name__, submod_attrs={'api': ['list_models']})\n"
    ),
    "a module in its own place": (
        "import sys\n_structure = {}\n_structure['api'] = ['list_models']\n"
        "sys.modules[__name__] = Lazy(__name__, _structure)\n"
    ),
    "for the type checker": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .api import list_models\n",
}


@pytest.mark.parametrize("init", LAZY.values(), ids=LAZY)
def test_names_that_are_imported_on_first_use_are_public(tmp_path: Path, init: str) -> None:
    inventory = package(tmp_path, init, api="def list_models(): ...\ndef other(): ...\n")
    assert "hubkit.list_models" in names(inventory)
    assert "hubkit.other" not in names(inventory)


def test_a_method_of_an_instance_at_the_top_of_a_module_is_a_function(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        "from .api import list_models\n",
        api="""
        class Api:
            def list_models(self, author=None, *, limit=None):
                return author, limit

        api = Api()
        list_models = api.list_models
        """,
    )
    found = inventory.by_name()["hubkit.list_models"]
    assert (found.kind, found.delegates_to, found.arity) == ("delegate", "hubkit.api.Api.list_models", (0, 2))
    assert [one.name for one in found.arguments] == ["author", "limit"]


def test_a_class_has_the_methods_of_its_parents(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api="""
        class Base:
            def one(self, a): ...
            def two(self): ...

        class Api(Base):
            def two(self, b): ...
        """,
    )
    assert inventory.by_name()["hubkit.api.Api.one"].arity == (1, 1)
    assert inventory.by_name()["hubkit.api.Api.two"].arity == (1, 1)
    assert inventory.by_name()["hubkit.api.Base.two"].arity == (0, 0)


def test_kinds_and_arities(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api="""
        from dataclasses import dataclass, field
        from typing import overload, Protocol
        import pydantic

        @dataclass
        class Info:
            id: str
            tags: list = field(default_factory=list)
            hidden: int = field(init=False)

        class Model(pydantic.BaseModel):
            name: str
            size: int = 0

        class HubError(Exception): ...
        class NotFound(HubError): ...

        class Api:
            @overload
            def get(self, a: int) -> int: ...
            @overload
            def get(self, a: str, b: str) -> str: ...
            def get(self, a, b=None): return a
            @property
            def base(self): return "x"
            @staticmethod
            def plain(a): return a
            @classmethod
            def make(cls, a): return cls
            def many(self, a, *rest, c, **more): return a, rest, c, more

        class Port(Protocol):
            def ask(self, a): ...
        """,
    )
    by_name = inventory.by_name()
    found = {name.removeprefix("hubkit.api."): (one.kind, one.arity) for name, one in by_name.items()}
    assert found == {
        "Info": ("type", (1, 2)),
        "Model": ("type", (1, 2)),
        "HubError": ("exception", (0, None)),
        "NotFound": ("exception", (0, None)),
        "Api": ("type", (0, 0)),
        "Api.get": ("method", (1, 2)),
        "Api.base": ("property", (0, 0)),
        "Api.plain": ("method", (1, 1)),
        "Api.make": ("method", (1, 1)),
        "Api.many": ("method", (2, None)),
        "Port": ("type", (0, 0)),
        "Port.ask": ("callback", (1, 1)),
    }
    assert inventory.errors == ("hubkit.api.HubError", "hubkit.api.NotFound")
    assert [(one.name, one.option) for one in by_name["hubkit.api.Api.many"].arguments] == [
        ("a", False),
        ("*rest", False),
        ("c", True),
        ("**more", False),
    ]


def test_what_is_deprecated_as_a_whole_says_so(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api='''
        import warnings
        from typing_extensions import deprecated

        @deprecated("use other, please")
        def one(): ...

        def two():
            """Old.

            .. deprecated:: 2.0
               Use three.
            """

        def three():
            warnings.warn("three goes away", FutureWarning)
            return 3

        @_deprecate_arguments(version="2", deprecated_args=["x"])
        def four(x=None): return x

        def five():
            if five:
                warnings.warn("only now and then", DeprecationWarning)
            return 5
        ''',
    )
    found = {name.rsplit(".", 1)[1]: one.deprecated for name, one in inventory.by_name().items()}
    assert found == {
        "one": "use other, please",
        "two": ".. deprecated:: 2.0 Use three.",
        "three": "three goes away",
        "four": None,
        "five": None,
    }


def test_blocking_and_async_forms_are_twins(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        api="""
        class Client:
            def get(self): ...
        class AsyncClient:
            async def get(self): ...
        def load(): ...
        async def aload(): ...
        async def load_async(): ...
        def dd(): ...
        def add(): ...
        """,
    )
    found = {name.removeprefix("hubkit.api."): one.twins for name, one in inventory.by_name().items() if one.twins}
    assert found == {
        "AsyncClient": ("hubkit.api.Client",),
        "AsyncClient.get": ("hubkit.api.Client.get",),
        "Client": ("hubkit.api.AsyncClient",),
        "Client.get": ("hubkit.api.AsyncClient.get",),
        "aload": ("hubkit.api.load",),
        "load": ("hubkit.api.aload", "hubkit.api.load_async"),
        "load_async": ("hubkit.api.load",),
    }


def test_a_leftover_is_not_wired(tmp_path: Path) -> None:
    inventory = package(
        tmp_path,
        "from .api import start\n",
        api="""
        def start():
            return middle()
        def middle():
            return 1
        def leftover():
            return 2
        def told():
            'Told.'
        """,
    )
    found = {name.rsplit(".", 1)[1]: one.wired for name, one in inventory.by_name().items()}
    assert found == {"start": True, "middle": True, "leftover": False, "told": True}


def test_calls_go_through_what_is_private(tmp_path: Path) -> None:
    inventory = package(
        tmp_path, api="def top():\n    return _inner()\ndef _inner():\n    return below()\ndef below():\n    return 1\n"
    )
    assert inventory.by_name()["hubkit.api.top"].calls == ("hubkit.api.below",)


def test_a_file_that_is_no_python_is_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    inventory = package(tmp_path, api="def fine(): return 1\n", old="print 'two'\n")
    (tmp_path / "hubkit" / "bytes.py").write_bytes(b"# caf\xe9\nX = 1\n")
    assert names(inventory) == ["hubkit.api.fine"]
    assert [one.split(":")[0] for one in inventory.unparsed] == ["hubkit/old.py"]
    again = python_inventory(tmp_path)
    assert [one.split(":")[0] for one in again.unparsed] == ["hubkit/bytes.py", "hubkit/old.py"]


def test_a_project_is_read_without_what_stands_beside_its_package(tmp_path: Path) -> None:
    for path, text in {
        "pyproject.toml": "[project]\nname = 'hubkit'\nversion = '1.4'\n",
        "src/hubkit/__init__.py": "def one(): ...\n",
        "tests/test_it.py": "from hubkit import one\ndef test_one():\n    one()\n",
        "docs/conf.py": "def setup(app): ...\n",
        "setup.py": "def build(): ...\n",
        "examples/use.py": "def use(): ...\n",
        ".venv/lib/other/__init__.py": "def other(): ...\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    inventory = python_inventory(tmp_path)
    assert names(inventory) == ["hubkit.one"]
    assert inventory.origin.version == "1.4"
    assert [test.name for test in inventory.tests] == ["tests/test_it.py::test_one"]
    assert inventory.by_name()["hubkit.one"].where.path == "src/hubkit/__init__.py"


def test_no_folder_and_no_package_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        python_inventory(tmp_path / "nothing")
    with pytest.raises(UsageError, match="neither a folder nor the import name"):
        python_inventory("not a name")
    with pytest.raises(UnknownNameError, match="no package 'surely_not_installed'"):
        python_inventory("surely_not_installed")


def test_the_same_sources_give_the_same_inventory(tmp_path: Path) -> None:
    one = package(
        tmp_path, api="import requests\ndef a(): return requests.get('https://hf.co/api/x')\ndef b(): return a()\n"
    )
    assert one == python_inventory(tmp_path)


def test_a_name_is_a_package_where_one_is_installed_and_a_folder_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("packaging", "hubkit"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("def ours(): ...\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert names(python_inventory("hubkit")) == ["hubkit.ours"]
    assert names(python_inventory("./packaging")) == ["packaging.ours"]
    assert "packaging.ours" not in names(python_inventory("packaging"))


def test_long_chains_and_deep_nests_end_in_no_error(tmp_path: Path) -> None:
    chain = "".join(f"def f{n}():\n    return f{n + 1}()\n" for n in range(300)) + "def f300():\n    return 'end'\n"
    deep = "X = " + "+".join(["'a'"] * 800) + "\ndef g():\n    return " + "(" * 80 + "1" + ")" * 80 + "\n"
    inventory = package(tmp_path, chain=chain, deep=deep)
    assert {"hubkit.chain.f0", "hubkit.deep.g"} <= set(names(inventory))
    assert "hubkit.chain.f1" in inventory.by_name()["hubkit.chain.f0"].calls


def test_what_is_nested_too_deep_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recipes_data.gaps.python_client.collector._DEEPEST", 0)
    inventory = package(tmp_path, api="def g():\n    return " + "+".join(["x"] * 600) + "\ndef h():\n    return 1\n")
    assert inventory.unparsed == ("hubkit/api.py:1: g is nested too deep",)
    assert "hubkit.api.h" in names(inventory)
