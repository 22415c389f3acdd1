"""Syntax trees: whole whatever the text, with lines, and an advice where the parser is not installed."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import UsageError
from recipes_data.gaps import trees


def test_nodes_know_their_text_line_and_field() -> None:
    root = trees.parse("elixir", b'x = 1\n\nfoo("\xc3\xa4") |> bar\n')
    pipe = next(node for node in trees.walk(root, ("binary_operator",)) if node.line == 3)
    left, right, sign = pipe.child("left"), pipe.child("right"), pipe.child("operator")
    assert left is not None
    assert right is not None
    assert sign is not None
    assert (left.text, right.text, sign.type, right.line) == ('foo("ä")', "bar", "|>", 3)
    assert left.parent is pipe


def test_rust_words_are_kept_and_brackets_are_not() -> None:
    root = trees.parse("rust", b"pub async fn f(a: u8) -> u8 { a }")
    types = [node.type for node in trees.walk(root)]
    assert {"async", "fn", "function_item"} <= set(types)
    assert not {"(", "{", ","} & set(types)


def test_what_is_left_out_is_not_entered() -> None:
    root = trees.parse("elixir", b"quote do\n f(1)\nend\ng(2)")
    names = [node.text for node in trees.walk(root, ("integer",), without=("do_block",))]
    assert names == ["2"]


def test_a_departure_from_the_grammar_is_told_by_its_line() -> None:
    assert trees.faults(trees.parse("elixir", b"a = 1\nb = (((\n")) == [2]
    assert trees.faults(trees.parse("elixir", b"a = 1\n")) == []


@given(st.binary(max_size=200))
def test_any_bytes_give_a_tree(data: bytes) -> None:
    root = trees.parse("elixir", data)
    assert root.end <= len(data)
    assert all(child.parent is node for node in trees.walk(root) for child in node.children)


def test_a_missing_parser_is_told_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "tree_sitter_elixir":
            raise ImportError(name=name)
        return real(name, *args, **kwargs)

    trees._parser.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError) as told:
        trees.parse("elixir", b"")
    trees._parser.cache_clear()
    assert told.value.do == "pip install 'recipes-data[gaps]'"
    assert told.value.exit_code == 2
    assert "tree_sitter_elixir" in told.value.what
