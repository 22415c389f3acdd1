"""Options of a function: documented, taken, really read."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.elixir.documentation import documented_options, documented_values, summary_of
from recipes_data.gaps.elixir.inventory import elixir_inventory
from recipes_data.gaps.inventory import Inventory


def inventory(root: Path, body: str) -> Inventory:
    (root / "m.ex").write_text(f"defmodule M do\n{body}\nend\n", encoding="utf-8")
    return elixir_inventory(root, name="client")


def read(root: Path, body: str) -> dict[str, bool | None]:
    """Options of `f`, and whether each is read."""
    function = next(one for one in inventory(root, body).functions if one.name == "M.f")
    return {one.name: one.read for one in function.arguments if one.option}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "def f(opts), do: Keyword.get(opts, :a, 1) + Keyword.fetch!(opts, :b)", {"a": True, "b": True}, id="Keyword"
        ),
        pytest.param(
            "def f(opts), do: {opts[:a], opts |> Keyword.get(:b), Map.get(opts, :c)}",
            {"a": True, "b": True, "c": True},
            id="access and pipe",
        ),
        pytest.param(
            "def f(opts) do\n {a, opts} = Keyword.pop(opts, :a)\n {a, opts[:b]}\nend", {"a": True, "b": True}, id="pop"
        ),
        pytest.param(
            "def f(opts) do\n opts = Keyword.put_new(opts, :x, 1)\n opts[:a]\nend", {"a": True}, id="given on"
        ),
        pytest.param(
            "def f(opts) do\n a = opts[:a] || 2\n b = opts[:b]\n a\nend",
            {"a": True, "b": False},
            id="taken out and never used",
        ),
        pytest.param(
            "def f(opts) do\n _a = Keyword.get(opts, :a)\n 1\nend", {"a": False}, id="taken out to be ignored"
        ),
        pytest.param("def f(a: a, b: _b), do: a", {"a": True, "b": False}, id="a pattern of keywords"),
        pytest.param("def f([a: a] = opts), do: {a, opts[:b]}", {"a": True, "b": True}, id="a pattern and a name"),
        pytest.param(
            "def f(opts \\\\ []), do: g(opts)\ndefp g(o), do: h(1, o)\ndefp h(_, o), do: o[:deep]",
            {"deep": True},
            id="handed on twice",
        ),
        pytest.param(
            "def f(opts), do: g(Keyword.delete(opts, :x))\ndefp g(o), do: o[:a]", {"a": True}, id="handed on changed"
        ),
        pytest.param(
            "def f(opts), do: opts |> Keyword.put(:x, 1) |> g()\ndefp g(o), do: o[:a]", {"a": True}, id="piped on"
        ),
        pytest.param(
            "def f(opts), do: Keyword.take(opts, [:a, :b]) |> Enum.count()", {"a": True, "b": True}, id="take"
        ),
        pytest.param("def f(opts), do: for(k <- [1], do: {k, opts[:a]})", {"a": True}, id="inside a loop"),
        pytest.param("def f(opts), do: if(Keyword.has_key?(opts, :a), do: 1)", {"a": True}, id="a question"),
        pytest.param("def f(opts), do: (with {:ok, a} <- Keyword.fetch(opts, :a), do: a)", {"a": True}, id="with"),
        pytest.param(
            "def f(a, b \\\\ 1, opts \\\\ []), do: g(a, opts)\ndefp g(_a, _x \\\\ 2, o), do: {b(), o[:z]}",
            {"z": True},
            id="defaults in between",
        ),
    ],
)
def test_an_option_is_seen_to_be_read_or_not(tmp_path: Path, body: str, expected: dict[str, bool]) -> None:
    assert read(tmp_path, body) == expected


DOC = '@doc """\nx\n\n## Options\n\n  * `:a` - one\n  * `:b` - two\n"""\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("def f(opts), do: opts[:a]", {"a": True, "b": False}, id="seen whole: not read"),
        pytest.param(
            "def f(opts), do: {opts[:a], Other.g(opts)}",
            {"a": True, "b": None},
            id="handed to another library: unknown",
        ),
        pytest.param(
            "def f(opts), do: Enum.map(opts, fn {k, _} -> k end)",
            {"a": None, "b": None},
            id="read without names: unknown",
        ),
    ],
)
def test_a_documented_option_that_nobody_reads_is_told_from_one_that_goes_out_of_sight(
    tmp_path: Path, body: str, expected: dict[str, bool | None]
) -> None:
    assert read(tmp_path, DOC + body) == expected


def test_documented_and_taken_are_two_things_and_defaults_are_shown(tmp_path: Path) -> None:
    found = inventory(tmp_path, DOC + 'def f(id, opts \\\\ []), do: {id, Keyword.get(opts, :a, "main"), opts[:c] || 3}')
    assert [(one.name, one.option, one.default, one.documented, one.read) for one in found.functions[0].arguments] == [
        ("id", False, None, None, True),
        ("opts", False, "[]", None, True),
        ("a", True, '"main"', True, True),
        ("b", True, None, True, False),
        ("c", True, "3", False, True),
    ]
    assert [(one.rule, one.message) for one in found.findings] == [
        ("option-never-read", "M.f documents the option b and never reads it")
    ]


def test_a_type_documents_options_as_well(tmp_path: Path) -> None:
    text = "@type opts :: [a: String.t(), b: integer()]\n@spec f(opts()) :: :ok\ndef f(opts), do: opts[:a]"
    function = inventory(tmp_path, text).functions[0]
    options = [(one.name, one.type, one.documented, one.read) for one in function.arguments if one.option]
    assert options == [("a", "String.t()", True, True), ("b", "integer()", True, False)]


def test_an_option_given_to_a_function_that_does_not_read_it_is_found(tmp_path: Path) -> None:
    text = (
        "def f(id) do\n options = [token: id, follow: true]\n head(id, options)\n head(id, follow: false)\nend\n"
        "def head(url, opts \\\\ []), do: {url, opts[:follow]}"
    )
    found = inventory(tmp_path, text)
    assert [(one.rule, one.where.line, one.message) for one in found.findings] == [
        ("option-ignored", 4, "M.f gives M.head the option token, which it does not read")
    ]


def test_options_that_are_collected_for_several_calls_are_not_called_ignored(tmp_path: Path) -> None:
    text = (
        "def f(id) do\n options = [token: id, follow: true]\n {head(id, options), tail(id, options)}\nend\n"
        "def head(url, opts \\\\ []), do: {url, opts[:follow]}\ndef tail(url, opts \\\\ []), do: {url, opts[:token]}"
    )
    assert inventory(tmp_path, text).findings == ()


def test_a_parameter_that_is_not_used_is_told(tmp_path: Path) -> None:
    found = inventory(tmp_path, "def f(a, _b, :c), do: a")
    assert [(one.name, one.read) for one in found.functions[0].arguments] == [("a", True), ("b", False), ("arg3", True)]


@pytest.mark.parametrize(
    ("doc", "names"),
    [
        ("## Options\n\n  * `:a` - x\n  * `:b`, `:c` - y\n", ["a", "b", "c"]),
        ("## Options\n  - `a:` x\n  - **:b** y\n", ["a", "b"]),
        ("Options:\n\n* `:a` (string) - x\n", ["a"]),
        ("## Returns\n\n* `:ok` - x\n\n## Options\n\n* `:a` - x\n", ["a"]),
        ("## Options\n\n* `:case` - x\n\nThe values for `:case` can be:\n\n* `:upper` - y\n", ["case"]),
        ("It answers\n\n* `:ok` - x\n", []),
        ("## Arguments\n\n* `path` - x\n\n## Options\n\n* `:a` - see `:b`\n  and `:c`\n", ["a"]),
    ],
)
def test_options_are_what_a_documentation_lists_as_options(doc: str, names: list[str]) -> None:
    assert list(documented_options(doc)) == names


def test_values_of_an_option_are_those_that_its_documentation_names() -> None:
    options = documented_options(
        "## Options\n* `:kind` - one of `:model`,\n  `:dataset`\n* `:x` - a time 10:30 or `:y`\n"
    )
    values = {name: sorted(str(value) for value in many) for name, many in documented_values(options).items()}
    assert values == {"kind": ["Atom(name='dataset')", "Atom(name='model')"]}


def test_a_summary_is_the_first_paragraph() -> None:
    assert summary_of("\n  One\n  two.\n\nThree.") == "One two."
    assert summary_of("## Heading\ntext") == ""
