"""The table of operations against huggingface_hub, as it is installed: what its functions really send.

Every call is made on a loopback Hub that writes down what comes. The request that the table's builder makes of the
same arguments must be that one: method, path, query, body, and every header that the table speaks of.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.contract.requests import request_of
from tests.contract.operation_calls import TOKEN, Call
from tests.contract.operation_wire import CALLS, ROWS, TABLE, alone, nearest, recorded, takes
from tests.contract.recording_hub import NEXT_PAGE

__all__ = ["alone"]


def name_of(call: Call) -> str:
    return f"{call.operation}-{call.function}-{','.join(call.arguments)}"


RUN = [call for call in CALLS if takes(call.since, call.until)]


@pytest.mark.filterwarnings("ignore:Deprecated argument:FutureWarning")
@pytest.mark.parametrize("call", RUN, ids=name_of)
def test_a_function_sends_what_the_table_says(call: Call, alone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    row = ROWS[call.operation]
    requests = recorded(call, alone, tmp_path)
    built = request_of(row, {**call.arguments, "token": None if call.anonymous else TOKEN}, TABLE.base_url)
    assert nearest(built, row.body, requests) == [], [f"{each.method} {each.path}?{each.query}" for each in requests]
    if any(answer.paged for answer in call.answers.values()):
        assert row.paginated
        assert any(each.query == NEXT_PAGE for each in requests), "the Link to the next page was not followed"
