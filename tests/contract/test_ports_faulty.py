"""A faulty adapter of a user's own is told as theirs, with its name and what it said, by `doctor` too."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from recipes_data.cli.adapters import adapters_check
from recipes_data.errors import UsageError
from recipes_data.places import find_places
from recipes_data.ports import choosing as the_choosing
from recipes_data.ports import hub_client, missing_callbacks

OWN = """\
class Listed:
    lacks = ["refs"]

class Method:
    def lacks(self):
        return {}

class Raising:
    @property
    def lacks(self):
        raise RuntimeError("not connected")

def listed(options):
    return Listed()

def method(options):
    return Method()

def raising(options):
    return Raising()

def fails(options):
    raise RuntimeError("no key is set")

def alone():
    return Listed()
"""
FORM = 'hub = "module:function", a function that is given AdapterOptions and gives the adapter'
PATH = "put its folder on PYTHONPATH, or install your project"
LACKS = "`lacks` is a property that gives {callback: reason}, {} where nothing is lacking"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path with modules that no other test imports."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "faulty_own.py").write_text(OWN, encoding="utf-8")
    (folder / "faulty_syntax.py").write_text("def make(:\n", encoding="utf-8")
    (folder / "faulty_needs.py").write_text("import no_such_thing.inner\n", encoding="utf-8")
    (folder / "faulty_name.py").write_text("from json import no_such_name\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    for path in folder.glob("*.py"):
        monkeypatch.delitem(sys.modules, path.stem, raising=False)
    return folder


@pytest.mark.parametrize(
    ("name", "what", "do"),
    [
        ("faulty_own:fails", "could not be made: RuntimeError: no key is set", f"mend it: {FORM}"),
        (
            "faulty_own:alone",
            "could not be made: TypeError: alone() takes 0 positional arguments but 1 was given",
            f"mend it: {FORM}",
        ),
        ("faulty_needs:make", "cannot be imported: it needs no_such_thing", "pip install no_such_thing"),
        (
            "faulty_name:make",
            "cannot be imported: ImportError: cannot import name 'no_such_name' from 'json'",
            "mend the module faulty_name",
        ),
        ("faulty_syntax:make", "cannot be imported: SyntaxError: ", "mend the module faulty_syntax"),
        ("faulty_absent:make", "cannot be imported: No module named 'faulty_absent'", PATH),
        ("faulty_own.inner:make", "cannot be imported: No module named 'faulty_own.inner'", PATH),
        (":make", "names no module that can be imported", FORM),
        ("..x:y", "names no module that can be imported", FORM),
        ("faulty_own:", "names no function", FORM),
        ("faulty_own:Listed.no", "is not there: type object 'Listed' has no attribute 'no'", FORM),
    ],
)
def test_a_faulty_adapter_is_told_as_its_authors(own: Path, name: str, what: str, do: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        hub_client(name)
    assert caught.value.what.startswith(f"the adapter {name!r} {what}")
    assert caught.value.do == do
    (tmp_path / "recipes-data.toml").write_text(f"[adapters]\nhub = {name!r}\n", encoding="utf-8")
    check = adapters_check(find_places(project=tmp_path))
    assert check is not None
    assert (check.state, check.what) == ("bad", caught.value.what)


@pytest.mark.parametrize(
    ("function", "what"),
    [
        ("listed", "Listed.lacks is of the type list, no mapping"),
        ("method", "Method.lacks is of the type method, no mapping"),
        ("raising", "Raising.lacks cannot be read: RuntimeError: not connected"),
    ],
)
def test_lacks_that_is_no_mapping_is_a_sentence(own: Path, function: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        missing_callbacks(hub_client(f"faulty_own:{function}"), "hub")
    assert (caught.value.what, caught.value.do) == (what, LACKS)
    (tmp_path / "recipes-data.toml").write_text(f"[adapters]\nhub = 'faulty_own:{function}'\n", encoding="utf-8")
    check = adapters_check(find_places(project=tmp_path))
    assert check is not None
    assert (check.state, check.what) == ("bad", what)


def test_an_entry_point_without_an_attribute_names_no_function(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint("acme", "epmod", the_choosing.GROUP)]
    monkeypatch.setattr(the_choosing, "entry_points", lambda group: points)
    with pytest.raises(UsageError, match=r"the adapter 'acme' \(epmod\) names no function"):
        hub_client("acme")
