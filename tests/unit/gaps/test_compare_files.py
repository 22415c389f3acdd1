"""A file's name counts as taken where a function puts it into its request, whatever its argument is called."""

from __future__ import annotations

import pytest

from recipes_data.gaps.compare.options import option_states
from recipes_data.gaps.inventory import Argument, Function
from tests.unit.gaps.comparing import function

PUT_IN = "GET /{}s/{}/resolve/main/{}"


def taken(request: str, *arguments: str) -> bool | None:
    one: Function = function("Port.fetch", request, arguments=tuple(Argument(name) for name in arguments))
    (state,) = option_states(one, ("filename",), {one.name: one}, None)
    return state.taken


@pytest.mark.parametrize("request_made", [PUT_IN, "GET /datasets/{}/resolve/{}/{}", "GET /{}/raw/{}/data/{}"])
def test_a_name_of_its_own_for_the_file_is_as_good(request_made: str) -> None:
    assert taken(request_made, "id", "name") is True


def test_a_file_that_is_written_out_is_not_asked_for() -> None:
    assert taken("GET /datasets/{}/resolve/main/README.md", "id", "name") is False


def test_a_listing_takes_no_file() -> None:
    assert taken("GET /api/datasets/{}/tree/{}", "id", "rev") is False


def test_a_function_that_takes_a_repository_alone_asks_for_no_file() -> None:
    assert taken(PUT_IN, "id") is False
