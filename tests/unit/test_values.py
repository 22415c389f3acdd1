"""Values behave as frozen dataclasses do, without that import."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import pprint
import subprocess
import sys
from typing import Any

import pytest

from recipes_data.values import replace, value


@value
class Place:
    """A value with a default and a method."""

    name: str
    size: int
    tags: tuple[str, ...] = ()

    @property
    def double(self) -> int:
        return 2 * self.size


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    name: str
    size: int
    tags: tuple[str, ...] = ()


one = Place("a", 1, ("x",))


def test_a_value_is_made_from_places_names_and_defaults() -> None:
    assert Place("a", size=1, tags=("x",)) == Place(size=1, name="a", tags=("x",)) == one
    assert Place("a", 1).tags == ()
    assert (one.name, one.size, one.tags, one.double) == ("a", 1, ("x",), 2)


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), (("a",), {}), (("a", 1, (), 4), {}), (("a", 1), {"name": "b"}), (("a", 1), {"other": 2})],
)
def test_contents_that_do_not_fit_the_fields_are_a_type_error(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="Place"):
        Place(*given, **named)
    with pytest.raises(TypeError):
        Twin(*given, **named)


def test_equality_hash_and_text_are_those_of_a_dataclass() -> None:
    assert one == Place("a", 1, ("x",)) != Place("a", 2, ("x",))
    assert one != Twin("a", 1, ("x",))
    assert one != ("a", 1, ("x",))
    assert hash(one) == hash(Place("a", 1, ("x",))) == hash(Twin("a", 1, ("x",)))
    assert repr(one) == repr(Twin("a", 1, ("x",))).replace("Twin", "Place")
    assert len({one, Place("a", 1, ("x",)), Place("b", 1)}) == 2


def test_a_value_never_changes() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.size = 2  # type: ignore[misc]  # that it cannot be is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.size
    with pytest.raises(AttributeError):
        one.other = 2  # type: ignore[attr-defined]  # likewise
    assert not hasattr(one, "__dict__")
    assert one == Place("a", 1, ("x",))


def test_copies_and_pickles_are_equal() -> None:
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert again == one
        assert type(again) is Place


def test_replace_changes_some_fields_and_knows_them() -> None:
    assert replace(one, size=5) == Place("a", 5, ("x",)) == dataclasses.replace(one, size=5)
    assert one.size == 1
    with pytest.raises(TypeError, match="Place"):
        replace(one, nothing=5)


def test_dataclasses_takes_a_value_for_one_of_its_own() -> None:
    assert dataclasses.is_dataclass(one)
    assert [field.name for field in dataclasses.fields(Place)] == ["name", "size", "tags"]
    assert dataclasses.asdict(one) == {"name": "a", "size": 1, "tags": ("x",)}
    assert dataclasses.fields(one)[2].default == ()
    assert pprint.pformat(one) == repr(one)


def test_a_value_can_be_matched_by_its_places() -> None:
    match one:
        case Place(name, size):
            assert (name, size) == ("a", 1)
        case _:
            pytest.fail("not matched")


def test_defining_and_using_values_imports_no_dataclasses() -> None:
    code = """
import sys
already = set(sys.modules)  # what measures coverage has imported some of them
from recipes_data.values import replace, value
@value
class A:
    x: int
    y: str = "b"
assert replace(A(1), x=2) == A(2, "b") and hash(A(1)) and repr(A(1)) == "A(x=1, y='b')"
assert not {"dataclasses", "typing", "inspect"} & (set(sys.modules) - already)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_dataclasses_look_for_is_made_once() -> None:
    assert dataclasses.fields(Place) == dataclasses.fields(Place)
    assert Place.__dataclass_fields__ is Place.__dataclass_fields__  # type: ignore[attr-defined]
    assert Place.__dataclass_fields__ is not Twin.__dataclass_fields__  # type: ignore[attr-defined]
