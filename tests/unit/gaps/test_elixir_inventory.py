"""Every way in which Elixir defines a function, with the functions that users then have."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes_data.errors import UsageError
from recipes_data.gaps.elixir.inventory import elixir_inventory
from recipes_data.gaps.inventory import Function, Inventory

PROJECTS = Path(__file__).parents[2] / "gaps_projects"


def inventory(root: Path, *files: str, **named: str) -> Inventory:
    """The inventory of a project of these files under lib."""
    for number, text in enumerate(files):
        path = root / "lib" / f"f{number}.ex"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, text in named.items():
        (root / f"{name}.exs").write_text(text, encoding="utf-8")
    return elixir_inventory(root, name="client")


def shapes(found: Inventory) -> dict[str, tuple[int, int | None]]:
    return {one.name: one.arity for one in found.functions}


def in_module(body: str) -> str:
    return f"defmodule M do\n{body}\nend\n"


def only(found: Inventory, name: str) -> Function:
    return next(one for one in found.functions if one.name == name)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("def valid?(x), do: x", {"M.valid?": (1, 1)}, id="a question mark"),
        pytest.param("def get!(x), do: x", {"M.get!": (1, 1)}, id="an exclamation mark"),
        pytest.param("def version, do: 1", {"M.version": (0, 0)}, id="no parentheses, no arguments"),
        pytest.param("def add a, b do\n a + b\nend", {"M.add": (2, 2)}, id="arguments without parentheses"),
        pytest.param(
            "def f(\n  a,\n  # a note\n  b\n)\n    when is_list(a)\n do\n a\nend", {"M.f": (2, 2)}, id="lines"
        ),
        pytest.param("def f(a, b \\\\ 1, opts \\\\ []), do: {a, b, opts}", {"M.f": (1, 3)}, id="defaults"),
        pytest.param(
            "def f(a, opts \\\\ [])\ndef f(:x, opts), do: opts\ndef f(a, _) when is_atom(a), do: a",
            {"M.f": (1, 2)},
            id="a head with no body, and clauses",
        ),
        pytest.param("def f(a), do: a\ndef f(a, b), do: {a, b}", {"M.f": (1, 2)}, id="two arities in a row"),
        pytest.param("defp f(a), do: a", {}, id="private"),
        pytest.param("defmacro m(a), do: a\ndefmacrop p(a), do: a", {"M.m": (1, 1)}, id="macros"),
        pytest.param("defguard is_x(a) when a > 1\ndefguardp is_y(a) when a > 1", {"M.is_x": (1, 1)}, id="guards"),
        pytest.param("def a <~> b, do: {a, b}\ndef +a, do: a", {"M.<~>": (2, 2), "M.+": (1, 1)}, id="operators"),
        pytest.param("def unquote(:odd)(a, b), do: {a, b}", {"M.odd": (2, 2)}, id="an unquoted literal"),
        pytest.param(
            'for v <- [:get, :put] do\n  def unquote(v)(u), do: u\n  def unquote(:"#{v}!")(u), do: u\nend',
            {"M.get": (1, 1), "M.get!": (1, 1), "M.put": (1, 1), "M.put!": (1, 1)},
            id="a loop over literals",
        ),
        pytest.param(
            "@verbs ~w(a b)a\nfor v <- @verbs, do: def unquote(v)(), do: 1", {"M.a": (0, 0), "M.b": (0, 0)}, id="~w"
        ),
        pytest.param(
            'names = [:a, :b]\nfor {v, _} <- Enum.with_index(names) do\n  def unquote(:"#{v}_x")(), do: 1\nend\n'
            'for n <- [1, 2], do: def unquote(:"f#{n}")(), do: n',
            {"M.a_x": (0, 0), "M.b_x": (0, 0), "M.f1": (0, 0), "M.f2": (0, 0)},
            id="a loop over a variable, over numbers",
        ),
        pytest.param("if Code.ensure_loaded?(X) do\n  def f(a), do: a\nend", {"M.f": (1, 1)}, id="a condition"),
        pytest.param(
            "def f(%{a: a} = m, [h | t], <<x, r::binary>>), do: {a, m, h, t, x, r}", {"M.f": (3, 3)}, id="patterns"
        ),
        pytest.param(
            'def f(a), do: """\n  def no(a), do: a\n  """\n# def no2(a), do: a\n@x ~S(def no3(a), do: a)\n@y "end end"',
            {"M.f": (1, 1)},
            id="text that looks like code",
        ),
        pytest.param(
            "def f(a) do\n  quote do\n    def no(b), do: b\n  end\n  a\nend", {"M.f": (1, 1)}, id="quoted code"
        ),
        pytest.param(
            "@callback fetch(term) :: term\n@macrocallback m(term) :: term",
            {"M.fetch": (1, 1), "M.m": (1, 1)},
            id="callbacks",
        ),
        pytest.param("def __info(x), do: x\ndef child_spec(x), do: x", {}, id="what the language calls"),
    ],
)
def test_a_definition_is_found_with_its_arities(
    tmp_path: Path, body: str, expected: dict[str, tuple[int, int]]
) -> None:
    assert shapes(inventory(tmp_path, in_module(body))) == expected


def test_arities_that_do_not_follow_on_each_other_are_two_functions(tmp_path: Path) -> None:
    found = inventory(tmp_path, in_module("def f(a), do: a\ndef f(a, b, c), do: {a, b, c}"))
    assert [(one.name, one.arity) for one in found.functions] == [("M.f", (1, 1)), ("M.f", (3, 3))]


def test_modules_nest_and_may_be_named_from_the_module_around_them(tmp_path: Path) -> None:
    text = """
    defmodule A do
      defmodule B do
        def b, do: 1
      end
      defmodule __MODULE__.C do
        def c, do: B.b()
      end
      defmodule D.E do
        def e, do: 1
      end
      def a, do: B.b() + D.E.e()
    end
    defmodule A.F do
      def f, do: A.B.b()
    end
    """
    found = inventory(tmp_path, text)
    assert sorted(shapes(found)) == ["A.B.b", "A.C.c", "A.D.E.e", "A.F.f", "A.a"]
    assert only(found, "A.a").calls == ("A.B.b", "A.D.E.e")
    assert only(found, "A.F.f").calls == ("A.B.b",)


def test_a_delegate_names_its_target_and_has_its_requests(tmp_path: Path) -> None:
    text = """
    defmodule Api do
      def info(id, opts \\\\ []), do: Req.get("https://huggingface.co/api/models/#{id}", params: opts)
    end
    defmodule Front do
      defdelegate model(id, opts \\\\ []), to: Api, as: :info
      defdelegate info(id), to: Api
    end
    """
    found = inventory(tmp_path, text)
    model = only(found, "Front.model")
    assert (model.kind, model.delegates_to, model.arity) == ("delegate", "Api.info", (1, 2))
    assert [(call.method, call.path) for call in model.http] == [("GET", "/api/models/{}")]
    assert only(found, "Front.info").delegates_to == "Api.info"


def test_documentation_hides_deprecates_and_sums_up(tmp_path: Path) -> None:
    text = '''
    defmodule Shown do
      @moduledoc "x"
      @doc """
      First line
      goes on.

      Second paragraph.
      """
      @spec shown(String.t()) ::
              {:ok, map()} | {:error, term()}
      def shown(a), do: helper(a)
      @doc false
      def internal(a), do: a
      @deprecated "Use shown/1"
      def old(a), do: a
      @doc deprecated: "Use shown/1 too"
      def older(a), do: a
      @impl true
      def init(a), do: {:ok, a}
      defp helper(a), do: Hidden.used(a)
    end
    defmodule Hidden do
      @moduledoc false
      def used(a), do: a
      def unused(a), do: a
    end
    '''
    found = inventory(tmp_path, text)
    shown = only(found, "Shown.shown")
    assert (shown.summary, shown.returns) == ("First line goes on.", "{:ok, map()} | {:error, term()}")
    assert {one.name for one in found.functions if one.hidden} == {
        "Hidden.unused",
        "Hidden.used",
        "Shown.init",
        "Shown.internal",
    }
    assert only(found, "Shown.old").deprecated == "Use shown/1"
    assert only(found, "Shown.older").deprecated == "Use shown/1 too"
    # what nobody can reach from what is shown is a leftover
    assert {one.name for one in found.functions if not one.wired} == {"Hidden.unused", "Shown.init", "Shown.internal"}


def test_use_of_a_module_of_the_same_sources_defines_what_its_quote_holds(tmp_path: Path) -> None:
    text = """
    defmodule Client do
      defmacro __using__(opts) do
        quote do
          import Verbs
          @doc "Injected"
          def ping(x \\\\ 1), do: pong(x)
          def overridden(x), do: x
          unquote(more(opts))
        end
      end
      defp more(_), do: quote(do: def more(), do: 1)
    end
    defmodule Verbs do
      def pong(x), do: x
    end
    defmodule Mine do
      use Client, url: "x"
      def overridden(x), do: {:mine, x}
    end
    defmodule Web do
      defmacro __using__(which), do: apply(__MODULE__, which, [])
      def page do
        quote do
          def render(x), do: x
        end
      end
    end
    defmodule Page do
      use Web, :page
    end
    """
    found = inventory(tmp_path, text)
    mine = {name: arity for name, arity in shapes(found).items() if name.startswith(("Mine.", "Page."))}
    assert mine == {"Mine.ping": (0, 1), "Mine.overridden": (1, 1), "Mine.more": (0, 0), "Page.render": (1, 1)}
    assert only(found, "Mine.ping").calls == ("Verbs.pong",)
    assert only(found, "Mine.ping").summary == "Injected"


def test_a_local_macro_that_defines_functions_is_followed(tmp_path: Path) -> None:
    text = """
    defmodule Maker do
      defmacro endpoint(name, path) do
        quote do
          def unquote(name)(id), do: {unquote(path), id}
        end
      end
    end
    defmodule Made do
      import Maker
      @doc "One"
      endpoint(:one, "/one")
      for name <- [:two, :three] do
        endpoint(name, "/x")
      end
    end
    """
    found = inventory(tmp_path, text)
    assert {one.name for one in found.functions if one.name.startswith("Made.")} == {
        "Made.one",
        "Made.two",
        "Made.three",
    }
    assert only(found, "Made.one").summary == "One"


def test_a_computed_name_is_listed_and_never_guessed(tmp_path: Path) -> None:
    found = inventory(tmp_path, in_module("for x <- names() do\n  def unquote(x)(a), do: a\nend"))
    assert found.functions == ()
    assert found.unparsed == ("lib/f0.ex:3: a definition whose name is computed when the program is compiled",)


def test_a_broken_file_is_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    found = inventory(tmp_path, "defmodule Bad do\n  def f(a, do: a\n", in_module("def f(a), do: a"), "\x00\xff(((")
    assert "M.f" in shapes(found)
    assert [text.partition(":")[0] for text in found.unparsed] == ["lib/f0.ex", "lib/f2.ex"]


@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(0, 1500),
    length=st.integers(0, 40),
    put=st.sampled_from(["", "do", "end", "(", '"', "|>", "&", "@"]),
)
def test_damaged_sources_never_end_the_run(cut: int, length: int, put: str) -> None:
    whole = (PROJECTS / "elixir_client/lib/pond.ex").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("m.ex", "m_test.exs"):
            (Path(folder) / name).write_text(whole[:cut] + put + whole[cut + length :], encoding="utf-8")
        assert elixir_inventory(Path(folder)).origin.files == 1


def test_exceptions_and_settings_are_named(tmp_path: Path) -> None:
    text = """
    defmodule NotFound do
      defexception [:message]
    end
    defmodule Config do
      @retries Application.compile_env(:app, :retries, 3)
      def endpoint, do: get(:endpoint, "x") <> to_string(@retries)
      def token, do: System.get_env("HF_TOKEN") || System.fetch_env!("OTHER")
      defp get(key, default), do: Application.get_env(:app, key, default)
    end
    """
    found = inventory(tmp_path, text)
    assert found.errors == ("NotFound",)
    assert only(found, "NotFound").kind == "exception"
    assert found.settings == (":app, :endpoint", ":app, :retries", "HF_TOKEN", "OTHER")


@pytest.mark.parametrize("version", ['version: "1.2.3"', "version: @version"])
def test_name_and_version_come_from_mix_exs(tmp_path: Path, version: str) -> None:
    mix = f'defmodule X do\n @version "1.2.3"\n def project, do: [app: :my_client, {version}, deps: []]\nend'
    inventory(tmp_path, in_module("def f, do: 1"), mix=mix)
    origin = elixir_inventory(tmp_path).origin
    assert (origin.name, origin.version, origin.language, origin.files, origin.lines) == (
        "my_client",
        "1.2.3",
        "elixir",
        1,
        3,
    )


def test_an_umbrella_belongs_together_and_another_project_inside_does_not(tmp_path: Path) -> None:
    for folder in ("apps/one", "old-0.1.0", "deps/dep"):
        (tmp_path / folder / "lib").mkdir(parents=True)
        (tmp_path / folder / "mix.exs").write_text("defmodule Mix1 do\nend", encoding="utf-8")
        name = folder.rpartition("/")[2].title().replace("-", "").replace(".", "")
        (tmp_path / folder / "lib" / "x.ex").write_text(f"defmodule {name} do\n def f, do: 1\nend", encoding="utf-8")
    found = inventory(tmp_path, in_module("def f, do: 1"), mix="defmodule R do\nend")
    assert sorted(shapes(found)) == ["M.f", "One.f"]
    assert [(one.rule, one.where.path) for one in found.findings] == [("nested-project", "old-0.1.0/mix.exs")]


def test_a_plain_function_and_its_raising_form_are_twins(tmp_path: Path) -> None:
    found = inventory(tmp_path, in_module("def get(a), do: a\ndef get!(a), do: get(a)\ndef other!(a), do: a"))
    assert [(one.name, one.twins) for one in found.functions] == [
        ("M.get", ("M.get!",)),
        ("M.get!", ("M.get",)),
        ("M.other!", ()),
    ]


@pytest.mark.parametrize("missing", [True, False])
def test_a_folder_without_elixir_is_a_wrong_word_of_the_user(tmp_path: Path, missing: bool) -> None:
    with pytest.raises(UsageError, match=r"no such folder|no Elixir sources"):
        elixir_inventory(tmp_path / "gone" if missing else tmp_path)


def test_the_same_sources_give_the_same_inventory(tmp_path: Path) -> None:
    text = "defmodule M do\n def f(a), do: Req.get(a)\n def g(a), do: f(a)\nend"
    assert inventory(tmp_path, text) == elixir_inventory(tmp_path, name="client")
