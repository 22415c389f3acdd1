"""The HTML page as a text: one file, nothing outside it, data that cannot break out. How it looks: tests/browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.gaps.reports.html import embedded, page
from tests.unit.gaps.example_analysis import empty, example


def data_of(text: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_embedded_data_reads_back_and_cannot_end_its_element(value: object) -> None:
    text = embedded(value)
    assert json.loads(text) == value
    assert "<" not in text
    assert text.isascii()


def test_names_that_look_like_markup_stay_data() -> None:
    text = page(example())
    assert text.count("</script>") == 2
    assert [one["name"] for one in data_of(text)["recipes"]][-1] == "odd|name_<b>`x`</script>"


def test_nothing_is_fetched_and_nothing_else_may_run() -> None:
    text = page(example())
    without_data = re.sub(r'(?s)<script type="application/json".*?</script>', "", text)
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//|@import|url\(", without_data)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside is not None
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1], f"the policy forbids the page's own {tag}"


def test_a_mark_of_the_template_in_a_name_is_no_mark() -> None:
    assert "%%" not in re.sub(r'(?s)<script type="application/json".*?</script>', "", page(empty()))


def test_the_matrix_holds_recipes_operations_and_states() -> None:
    data = data_of(page(example()))
    assert [one["name"] for one in data["clients"]] == ["huggingface_hub", "hf_hub_ex", "hf-hub"]
    at = [one["id"] for one in data["operations"]].index("datasets.info")
    state = data["operations"][at]["states"][1]
    assert state["level"] == "tested"
    assert state["tests"] == "1 test (1 passed)"
    assert {"kind": "test-result", "text": "passed", "where": "test/hf_hub/api_test.exs:9"} in state["evidence"]
    recipe = data["recipes"][0]
    assert recipe["name"] == "math_rl"
    assert data["operations"][recipe["blocked"][1][0]]["id"] == "libraries.load_dataset"


@pytest.mark.parametrize("analysis", [example(), empty()])
def test_the_same_analysis_gives_the_same_page(analysis: Any) -> None:
    assert page(analysis) == page(analysis)
