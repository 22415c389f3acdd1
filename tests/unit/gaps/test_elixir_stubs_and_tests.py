"""What does not do what it says, and what the client's own tests show of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.elixir.inventory import elixir_inventory
from recipes_data.gaps.inventory import Inventory, TestCase

CLIENT = """
defmodule Api do
  @moduledoc "x"
  @doc \"\"\"
  Doubles.

      iex> Api.pure(1)
      2
  \"\"\"
  def pure(x), do: x * 2
  def info(id), do: Wire.get("/api/models/#{id}")
  def through(id), do: info(id)
end
defmodule Wire do
  def get(path), do: Req.get("https://huggingface.co" <> path)
end
"""


def inventory(root: Path, lib: str, tests: dict[str, str] | None = None) -> Inventory:
    files = {"lib/m.ex": lib, **{f"test/{name}": text for name, text in (tests or {}).items()}}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return elixir_inventory(root, name="client")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("def f(_x), do: {:error, :not_implemented}", "answers {:error, :not_implemented}"),
        ('def f(x) do\n _ = x\n raise "not implemented yet"\nend', 'raises "not implemented yet"'),
        ('def f(_x), do: raise(RuntimeError, "TODO")', 'raises "RuntimeError TODO"'),
        ("def f(_x, _opts \\\\ []), do: {:ok, []}", "answers {:ok, []} whatever it is given"),
        ("def f(_x) do\n # TODO: call the Hub\n :ok\nend", "answers :ok whatever it is given (TODO: call the Hub)"),
        (
            (
                '@doc """\nLoads.\n\nFor demo purposes, generates synthetic data.\n"""\n'
                "def f(n) do\n rows = generate_sample_rows(n)\n {:ok, rows}\nend\ndefp generate_sample_rows(n), do: [n]"
            ),
            "answers with made-up data: calls generate_sample_rows/1 (For demo purposes, generates synthetic data.)",
        ),
        (
            "def f(n), do: mock_rows(n)\ndef mock_rows(n), do: List.duplicate(1, n)",
            "answers with made-up data: calls mock_rows/1",
        ),
    ],
)
def test_a_stub_is_seen_with_its_reason(tmp_path: Path, body: str, reason: str) -> None:
    found = inventory(tmp_path, f"defmodule M do\n{body}\nend")
    function = next(one for one in found.functions if one.name == "M.f")
    assert function.stub is not None
    assert function.stub.reason == reason
    assert [(one.rule, one.severity) for one in found.findings] == [("stub", "error")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('def f, do: "1.0"', id="a constant"),
        pytest.param('def f(:model), do: "models"\ndef f(:dataset), do: "datasets"', id="a table"),
        pytest.param("def f(nil), do: {:ok, []}\ndef f(x), do: {:ok, [x]}", id="one clause of two"),
        pytest.param("@impl true\ndef f(_state), do: {:ok, %{}}", id="a callback with nothing to do"),
        pytest.param("def f(x), do: {:ok, x}", id="an answer made of the argument"),
        pytest.param("def f(_x), do: true", id="a plain truth"),
        pytest.param("def f(%{a: _}), do: {:ok, []}", id="a pattern"),
        pytest.param("def mock_f(n), do: mock_rows(n)\ndef mock_rows(n), do: [n]", id="made-up data that says so"),
        pytest.param(
            '@doc """\n## Options\n  * `:x` - would fetch\n"""\ndef f(x), do: {:ok, x}', id="an option's text"
        ),
    ],
)
def test_what_only_looks_like_a_stub_is_none(tmp_path: Path, body: str) -> None:
    assert [one.name for one in inventory(tmp_path, f"defmodule M do\n{body}\nend").functions if one.stub] == []


def test_made_up_data_in_a_branch_is_a_finding_and_no_stub(tmp_path: Path) -> None:
    body = (
        "def load(id) do\n case fetch(id) do\n {:ok, x} -> x\n {:error, _} -> load_synthetic(id)\n end\nend\n"
        "defp fetch(id), do: {:ok, id}\ndefp load_synthetic(id), do: [id]"
    )
    found = inventory(tmp_path, f"defmodule M do\n{body}\nend")
    assert found.functions[0].stub is None
    assert [(one.rule, one.where.line) for one in found.findings] == [("made-up-data", 5)]


def case(found: Inventory, words: str) -> TestCase:
    return next(one for one in found.tests if words in one.name)


def test_tests_are_named_as_exunit_names_them_and_know_what_they_call(tmp_path: Path) -> None:
    text = """
    defmodule ApiTest do
      use ExUnit.Case
      alias Api
      import Support
      setup :prepare
      describe "info/1" do
        setup do
          {:ok, id: Api.pure(2)}
        end
        test "asks", %{id: id} do
          assert Api.through(id)
        end
        test "through support" do
          assert_info("x")
        end
      end
      for kind <- [:a, :b] do
        test "kind #{kind}" do
          assert Api.pure(1) == 2
        end
      end
      test "to be written"
      defp prepare(_), do: Api.pure(3)
    end
    """
    support = "defmodule Support do\n def assert_info(x), do: 1 = Api.info(x)\nend"
    found = inventory(tmp_path, CLIENT, {"api_test.exs": text, "support/support.ex": support})
    assert [one.name for one in found.tests] == [
        "test info/1 asks (ApiTest)",
        "test info/1 through support (ApiTest)",
        "test kind {} (ApiTest)",
        "test to be written (ApiTest)",
    ]
    asks = case(found, "asks")
    assert (asks.calls, asks.reaches) == (("Api.pure", "Api.through"), ("Api.info", "Wire.get"))
    through = case(found, "through support")
    assert (through.calls, through.reaches) == (("Api.pure",), ("Api.info", "Wire.get"))
    assert {one.result for one in found.tests} == {"not run"}
    assert all(one.name.partition(".")[0] not in ("Support", "ApiTest") for one in found.functions)


@pytest.mark.parametrize(
    ("top", "tags", "body", "kind"),
    [
        pytest.param("", "", "assert Api.pure(1) == 2", "local", id="no request is reached"),
        pytest.param("", "", "assert Api.info(1)", "unknown", id="a request is reached, and nothing says more"),
        pytest.param("", "@tag :live", "assert Api.info(1)", "live", id="a tag"),
        pytest.param("@moduletag :integration", "", "assert Api.info(1)", "live", id="a tag of the module"),
        pytest.param("", "@tag external: true", "assert Api.info(1)", "live", id="a tag with a value"),
        pytest.param("", "@tag live: false", "assert Api.info(1)", "unknown", id="a tag that is off"),
        pytest.param("", "@tag :tmp_dir", "assert Api.info(1)", "unknown", id="another tag"),
        pytest.param(
            "setup do\n {:ok, b: Bypass.open()}\nend", "", "assert Api.info(1)", "recorded", id="Bypass in setup"
        ),
        pytest.param("import Mox", "", "expect(W, :get, fn _ -> 1 end)\nassert Api.info(1)", "recorded", id="Mox"),
        pytest.param("", "", "Req.Test.stub(X, fn c -> c end)\nassert Api.info(1)", "recorded", id="Req.Test"),
        pytest.param("use ExVCR.Mock", "", 'use_cassette "a" do\n assert Api.info(1)\nend', "recorded", id="ExVCR"),
        pytest.param("", "", "assert Api.info(plug: fn c -> c end)", "recorded", id="a plug"),
        pytest.param(
            "", "@tag :live\n@tag :x", "Bypass.open()\nassert Api.info(1)", "recorded", id="a faked live test"
        ),
    ],
)
def test_a_test_s_kind_is_read(tmp_path: Path, top: str, tags: str, body: str, kind: str) -> None:
    text = f'defmodule T do\n use ExUnit.Case\n {top}\n {tags}\n test "x" do\n {body}\n end\nend'
    assert [one.kind for one in inventory(tmp_path, CLIENT, {"a_test.exs": text}).tests] == [kind]


def test_a_tag_belongs_to_the_next_test_alone(tmp_path: Path) -> None:
    text = (
        'defmodule T do\n use ExUnit.Case\n @tag :live\n test "a", do: assert(Api.info(1))\n'
        ' test "b", do: assert(Api.info(1))\n describe "d" do\n @describetag :live\n'
        ' test "c", do: assert(Api.info(1))\n end\nend'
    )
    found = inventory(tmp_path, CLIENT, {"a_test.exs": text})
    assert {one.name[5:-4]: one.kind for one in found.tests} == {"a": "live", "b": "unknown", "d c": "live"}


@pytest.mark.parametrize(
    ("body", "asserts"),
    [
        ("Api.info(1)", False),
        ("assert true", False),
        ("x = Api.info(1)\n IO.inspect(x)", False),
        ("{:ok, _} = Api.info(1)", True),
        ("refute Api.info(1)", True),
        ("assert_raise RuntimeError, fn -> Api.info(1) end", True),
        ("Enum.each([1], fn x -> assert Api.info(x) end)", True),
        ("check(Api.info(1))", True),
        ("case Api.info(1) do\n {:ok, _} -> :ok\n end", True),
        ("case Api.info(1) do\n {:ok, _} -> :ok\n _ -> :ok\n end", False),
    ],
)
def test_a_test_that_cannot_fail_is_found(tmp_path: Path, body: str, asserts: bool) -> None:
    text = f'defmodule T do\n use ExUnit.Case\n test "x" do\n {body}\n end\n defp check(x), do: assert(x)\nend'
    found = inventory(tmp_path, CLIENT, {"a_test.exs": text})
    assert [one.rule for one in found.findings] == ([] if asserts else ["test-without-assertion"])


def test_examples_in_documentation_are_tests_of_their_functions(tmp_path: Path) -> None:
    text = "defmodule T do\n use ExUnit.Case\n doctest Api\nend"
    found = inventory(tmp_path, CLIENT, {"a_test.exs": text})
    assert [(one.name, one.calls, one.kind) for one in found.tests] == [
        ("doctest Api.pure/1 (T)", ("Api.pure",), "local")
    ]
