"""Every call of a library into its client, however it is written; what cannot be told is listed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes_data.gaps.consumers import ClientCall, Consumer
from recipes_data.gaps.elixir.consumer import elixir_consumer
from recipes_data.gaps.evidence import Origin, Where
from recipes_data.gaps.inventory import Argument, Function, Inventory, Stub

HERE = Where("lib/hub.ex", 1)
CLIENT = Inventory(
    Origin("hub", "client", "elixir"),
    (
        Function(
            "Hub.Api.info",
            HERE,
            (1, 2),
            arguments=(Argument("id"), Argument("opts"), Argument("token", option=True, read=True)),
        ),
        Function("Hub.Api.list", HERE, (0, 1)),
        Function("Hub.Download.file", HERE, (1, 1)),
        Function("Hub.Upload.push", HERE, (1, 1), stub=Stub("answers :ok whatever it is given", HERE)),
        Function("Mix.Tasks.Hub.Fetch.run", HERE, (1, 1)),
    ),
)


def consumer(root: Path, text: str, config: str = "", client: Inventory | None = CLIENT) -> Consumer:
    (root / "lib").mkdir(exist_ok=True)
    (root / "lib" / "c.ex").write_text(text, encoding="utf-8")
    if config:
        (root / "config").mkdir(exist_ok=True)
        (root / "config" / "config.exs").write_text(config, encoding="utf-8")
    return elixir_consumer(root, client, "hub")


def calls(root: Path, body: str, config: str = "", client: Inventory | None = CLIENT) -> tuple[ClientCall, ...]:
    return consumer(root, f"defmodule C do\n{body}\nend\n", config, client).calls


CONFIG = "import Config\nconfig :c, hub: Hub.Api\nconfig :c, C.Part, client: Hub.Api"


@pytest.mark.parametrize(
    ("body", "how", "target", "arity"),
    [
        ("def f(x), do: Hub.Api.info(x)", "direct", "Hub.Api.info", 1),
        ("alias Hub.Api\ndef f(x), do: Api.info(x)", "alias", "Hub.Api.info", 1),
        ("alias Hub.{Download, Api}\ndef f(x), do: Api.info(x, token: 1)", "alias", "Hub.Api.info", 2),
        ("alias Hub.Api, as: A\ndef f(x), do: A.info(x)", "alias", "Hub.Api.info", 1),
        ("require Hub.Api, as: A\ndef f(x), do: A.info(x)", "alias", "Hub.Api.info", 1),
        ("def f(x) do\n alias Hub.Api\n Api.info(x)\nend", "alias", "Hub.Api.info", 1),
        ("import Hub.Api\ndef f(x), do: info(x)", "import", "Hub.Api.info", 1),
        ("import Hub.Api, only: [info: 2]\ndef f(x), do: info(x, [])", "import", "Hub.Api.info", 2),
        ("def f(x), do: x |> Hub.Api.info()", "pipe", "Hub.Api.info", 1),
        ("def f(x), do: x |> Hub.Api.info(token: 1) |> elem(1)", "pipe", "Hub.Api.info", 2),
        ("def f(x), do: x |> Hub.Api.info", "pipe", "Hub.Api.info", 1),
        ("def f(x), do: Enum.map(x, &Hub.Api.info/1)", "capture", "Hub.Api.info", 1),
        ("def f(x), do: Enum.map(x, &Hub.Api.info(&1, token: 1))", "capture", "Hub.Api.info", 2),
        ("def f(x), do: apply(Hub.Api, :info, [x])", "apply", "Hub.Api.info", 1),
        ("def f(x), do: Task.async(Hub.Api, :info, [x, []])", "apply", "Hub.Api.info", 2),
        ("def f(x), do: start({Hub.Api, :info, [x]})\ndefp start(x), do: x", "apply", "Hub.Api.info", 1),
        ("@hub Hub.Api\ndef f(x), do: @hub.info(x)", "attribute", "Hub.Api.info", 1),
        ("@hub Application.compile_env(:c, :hub)\ndef f(x), do: @hub.info(x)", "configured", "Hub.Api.info", 1),
        (
            "@hub Application.compile_env(:c, :none, Hub.Api)\ndef f(x), do: @hub.info(x)",
            "configured",
            "Hub.Api.info",
            1,
        ),
        ("def f(x), do: hub().info(x)\ndefp hub, do: Application.get_env(:c, :hub)", "configured", "Hub.Api.info", 1),
        ("def f(x) do\n h = Application.fetch_env!(:c, :hub)\n h.info(x)\nend", "configured", "Hub.Api.info", 1),
        ("def f(x), do: Application.get_env(:c, C.Part)[:client].info(x)", "configured", "Hub.Api.info", 1),
        ("def f(x, o), do: Keyword.get(o, :hub, Hub.Api).info(x)", "configured", "Hub.Api.info", 1),
        ("def f(x, hub \\\\ Hub.Api), do: hub.info(x)", "configured", "Hub.Api.info", 1),
        ("def f(x), do: g(Hub.Api, x)\ndefp g(hub, x), do: hub.info(x)", "configured", "Hub.Api.info", 1),
        ("@by %{a: Hub.Api}\ndef f(k, x), do: Map.fetch!(@by, k).info(x)", "configured", "Hub.Api.info", 1),
        ("def f(x), do: Module.concat(Hub, Api).info(x)", "configured", "Hub.Api.info", 1),
        ("defdelegate info(x), to: Hub.Api", "direct", "Hub.Api.info", 1),
        ("@all Hub.Api.list()\ndef f, do: @all", "direct", "Hub.Api.list", 0),
        ("def f(x), do: if(x, do: (case x do\n 1 -> [Hub.Api.info(x)]\nend))", "direct", "Hub.Api.info", 1),
        ('def f(x), do: "a #{Hub.Api.info(x)} b"', "direct", "Hub.Api.info", 1),
        ("def f(x, y \\\\ Hub.Api.list()), do: {x, y}", "direct", "Hub.Api.list", 0),
    ],
)
def test_a_call_is_found_in_every_form(tmp_path: Path, body: str, how: str, target: str, arity: int) -> None:
    found = calls(tmp_path, body, CONFIG)
    assert [(one.how, one.target, one.arity, one.exists) for one in found] == [(how, target, arity, True)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("def f(hub, x), do: hub.info(x)", "hub.info(x)"),
        ("def f(fun, a), do: apply(Hub.Api, fun, a)", "apply(Hub.Api, fun, a)"),
        ("def f(m, fun, a), do: apply(m, fun, a)", "apply(m, fun, a)"),
        ("def f(x), do: Application.get_env(:c, :unset).info(x)", "Application.get_env(:c, :unset).info(x)"),
        ("@hub Other.choose()\ndef f(x), do: @hub.info(x)", "@hub.info(x)"),
        ("def f(s, x), do: s.hub.info(x)", "s.hub.info(x)"),
    ],
)
def test_a_call_that_cannot_be_told_is_listed_with_its_text(tmp_path: Path, body: str, text: str) -> None:
    found = consumer(tmp_path, f"defmodule C do\n{body}\nend\n")
    assert [(one.target, one.text) for one in found.calls] == [("", text)]
    assert [one.rule for one in found.findings] == ["client-call-unresolved"]


@pytest.mark.parametrize(
    "body",
    [
        "def f(parser, x), do: parser.parse(x)",
        "def f(x), do: Other.info(x)",
        "def f(x), do: x.info",
        '# Hub.Api.info(1)\n@doc "Hub.Api.info(1)"\ndef f(x), do: ~s(Hub.Api.info(x)) <> x',
        "@hub C.Own\ndef f(x), do: @hub.info(x)\ndefmodule Own do\n def info(x), do: x\nend",
        "import Hub.Api\ndef f(x), do: to_string(x)",
    ],
)
def test_what_cannot_be_a_call_of_the_client_is_left_out(tmp_path: Path, body: str) -> None:
    assert calls(tmp_path, body) == ()


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("def f(x), do: Hub.Api.gone(x)", "Hub.Api.gone"),
        ("def f(x), do: Hub.Api.info(x, 1, 2)", "Hub.Api.info"),
        ("def f(x), do: Hub.Nowhere.info(x)", "Hub.Nowhere.info"),
        ("import Hub.Api, only: [gone: 1]\ndef f(x), do: gone(x)", "Hub.Api.gone"),
        ("def f(x), do: Enum.map(x, &Hub.Api.info/3)", "Hub.Api.info"),
    ],
)
def test_a_function_that_the_client_does_not_have_is_said_to_be_missing(tmp_path: Path, body: str, target: str) -> None:
    found = consumer(tmp_path, f"defmodule C do\n{body}\nend\n")
    assert [(one.target, one.exists) for one in found.calls] == [(target, False)]
    assert [one.rule for one in found.findings] == ["client-function-missing"]


def test_without_an_inventory_nothing_is_said_of_what_exists(tmp_path: Path) -> None:
    found = calls(tmp_path, "def f(x, m), do: {Hub.Api.gone(x), m.anything(x)}", client=None)
    assert [(one.target, one.exists) for one in found] == [("", None), ("Hub.Api.gone", None)]


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ("def f(x), do: Hub.Api.info(x, token: 1, b: 2)", ("b", "token")),
        ("def f(x, opts), do: Hub.Api.info(x, opts)", ("...",)),
        ("def f(x, opts), do: Hub.Api.info(x, Keyword.put(opts, :token, 1))", ("token", "...")),
        ("def f(x, opts), do: Hub.Api.info(x, [token: 1] ++ opts)", ("token", "...")),
        ("def f(x, opts), do: Hub.Api.info(x, [{:token, 1} | opts])", ("token", "...")),
        (
            "def f(x) do\n o = [a: 1]\n o = if x, do: Keyword.put(o, :b, 2), else: o\n Hub.Api.info(x, o)\nend",
            ("a", "b"),
        ),
        ("def f(x) do\n o = [a: 1] |> Keyword.merge(b: 2)\n Hub.Api.info(x, o)\nend", ("a", "b")),
        ("def f(x), do: Hub.Api.info(x, limit())\ndef limit, do: 1", ()),
    ],
)
def test_options_are_those_that_are_handed_over(tmp_path: Path, body: str, options: tuple[str, ...]) -> None:
    assert [one.options for one in calls(tmp_path, body)] == [options]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            "case Hub.Api.info(x) do\n {:ok, a} -> a\n {:error, :gone} -> 1\n {:error, r} -> r\n _ -> 2\nend",
            ("{:error, :gone}", "{:error, _}", "_"),
        ),
        (
            "with {:ok, a} <- Hub.Api.info(x) do\n a\nelse\n {:error, %Hub.Error{status: 404}} -> 1\nend",
            ("{:error, %Hub.Error{status: 404}}",),
        ),
        (
            "x |> Hub.Api.info() |> case do\n {:ok, a} -> a\n {:error, s} when s > 1 -> s\nend",
            ("{:error, _} when s > 1",),
        ),
        (
            "r = with {:ok, a} <- Hub.Api.info(x), do: a\ncase r do\n {:error, _} -> 1\n a -> a\nend",
            ("{:error, _}", "_"),
        ),
        ("r = Hub.Api.info(x)\ncase r do\n {:ok, a} -> a\n :error -> 1\nend", (":error",)),
        ("try do\n Hub.Api.info(x)\nrescue\n e in [Hub.Error] -> e\nend", ("rescue [Hub.Error]",)),
        ("Hub.Api.info(x) |> told()", ("{:error, :gated}", "_")),
        ("{:ok, a} = Hub.Api.info(x)\na", ()),
    ],
)
def test_errors_are_what_the_caller_matches_on(tmp_path: Path, body: str, errors: tuple[str, ...]) -> None:
    told = "defp told({:ok, a}), do: a\ndefp told({:error, :gated}), do: 1\ndefp told(_), do: 2"
    assert [one.errors for one in calls(tmp_path, f"def f(x) do\n{body}\nend\n{told}")] == [errors]


def test_an_error_that_becomes_no_data_is_a_finding(tmp_path: Path) -> None:
    text = "defmodule C do\ndef f(x) do\n case Hub.Api.info(x) do\n {:ok, a} -> a\n {:error, _} -> []\n end\nend\nend"
    assert [(one.rule, one.where.line) for one in consumer(tmp_path, text).findings] == [("error-swallowed", 5)]


def test_options_that_the_client_does_not_read_and_stubs_are_findings(tmp_path: Path) -> None:
    text = "defmodule C do\ndef f(x), do: Hub.Api.info(x, token: 1, tokn: 2)\ndef g(x), do: Hub.Upload.push(x)\nend"
    assert [(one.rule, one.where.line) for one in consumer(tmp_path, text).findings] == [
        ("option-ignored", 2),
        ("stub-called", 3),
    ]


def test_requests_that_go_round_the_client_are_listed(tmp_path: Path) -> None:
    text = """
    defmodule C do
      def a(id), do: fetch("/datasets/#{id}/parquet")
      def b(id), do: fetch("/models/#{id}")
      def c, do: Req.get("https://example.org/x")
      defp fetch(path), do: Req.get("https://huggingface.co/api" <> path)
    end
    """
    found = consumer(tmp_path, text)
    assert [(one.how, one.caller, one.where.line, one.target) for one in found.calls] == [
        ("raw-http", "C.fetch", 6, "GET https://huggingface.co/api/datasets/{}/parquet"),
        ("raw-http", "C.fetch", 6, "GET https://huggingface.co/api/models/{}"),
    ]
    assert {one.function: one.calls for one in found.passages} == {"C.a": (0,), "C.b": (1,), "C.c": ()}


def test_a_passage_reaches_through_modules_delegates_and_behaviours(tmp_path: Path) -> None:
    text = """
    defmodule C do
      alias C.{Deep, Source}
      def load(id), do: Deep.go(id)
      def other(source, id), do: source.fetch(id)
      defdelegate go(id), to: Deep
      def nothing(x), do: x
      defmodule Deep do
        def go(id), do: Enum.map([id], fn x -> hidden(x) end)
        defp hidden(x), do: Hub.Download.file(x)
      end
      defmodule Source do
        @callback fetch(term) :: term
      end
      defmodule Remote do
        @behaviour C.Source
        def fetch(id), do: Hub.Api.info(id)
      end
    end
    """
    found = consumer(tmp_path, text)
    file, info = (
        next(at for at, one in enumerate(found.calls) if one.target == name)
        for name in ("Hub.Download.file", "Hub.Api.info")
    )
    assert {one.function: one.calls for one in found.passages} == {
        "C.Deep.go": (file,),
        "C.Remote.fetch": (info,),
        "C.go": (file,),
        "C.load": (file,),
        "C.nothing": (),
        "C.other": (info,),
    }


# every way that a module's name, and a function's, can get into a call
MODULES = st.sampled_from(
    [
        "Hub.Api",
        "A",
        "@known",
        "@unknown",
        "hub()",
        "away()",
        "given",
        "Keyword.get(opts, :hub)",
        "opts[:hub]",
        "state.hub",
        "bound",
    ]
)
FORMS = st.sampled_from(
    [
        "{m}.info(x)",
        "x |> {m}.info()",
        "apply({m}, :info, [x])",
        "apply({m}, name, [x])",
        "Enum.map(x, &{m}.info/1)",
        "Enum.map(x, &{m}.info(&1))",
        "Task.async({m}, :info, [x])",
        "case {m}.info(x) do\n    y -> y\n  end",
        "with {{:ok, y}} <- {m}.info(x), do: y",
        "[1, {{:a, {m}.info(x)}}]",
        '"#{{{m}.info(x)}}"',
        "fn -> {m}.info(x) end",
        "if x, do: {m}.info(x), else: nil",
    ]
)


@settings(max_examples=150, deadline=None)
@given(module=MODULES, form=FORMS, known=st.booleans(), private=st.booleans())
def test_every_call_of_the_client_is_resolved_or_listed(module: str, form: str, known: bool, private: bool) -> None:
    text = f"""
    defmodule C do
      alias Hub.Api, as: A
      @known Hub.Api
      @unknown Elsewhere.choose()
      {"defp" if private else "def"} f(x, given, opts, state, name) do
        bound = Enum.random(given)
        {form.format(m=module)}
        {{bound, opts, state, name}}
      end
      defp hub, do: Application.get_env(:c, :hub, Hub.Api)
      defp away, do: Elsewhere.choose()
    end
    """
    with tempfile.TemporaryDirectory() as folder:
        found = calls_of(Path(folder), text, CLIENT if known else None)
    assert len(found) == 1, text
    assert found[0].target in ("Hub.Api.info", ""), text
    assert found[0].target or found[0].text, text


def calls_of(root: Path, text: str, client: Inventory | None) -> tuple[ClientCall, ...]:
    return consumer(root, text, client=client).calls
