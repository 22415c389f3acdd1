"""Which requests a function sends: every HTTP library, every way to put a path together, through local calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.elixir.inventory import elixir_inventory
from recipes_data.gaps.elixir.requests import path_of
from recipes_data.gaps.inventory import Function


def functions(root: Path, text: str, config: str = "") -> dict[str, Function]:
    (root / "lib").mkdir(exist_ok=True)
    (root / "lib" / "m.ex").write_text(text, encoding="utf-8")
    if config:
        (root / "config").mkdir(exist_ok=True)
        (root / "config" / "config.exs").write_text(config, encoding="utf-8")
    return {one.name: one for one in elixir_inventory(root).functions}


def sent(root: Path, body: str, config: str = "") -> list[str]:
    """Requests of `f` in a module of this body."""
    found = functions(root, f"defmodule M do\n{body}\nend\n", config)
    return [f"{call.method} {call.path}" for call in found["M.f"].http]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('def f(id), do: Req.get("https://huggingface.co/api/models/#{id}")', "GET /api/models/{}"),
        ('def f(id), do: Req.post!("https://huggingface.co/api/repos/#{id}", json: %{})', "POST /api/repos/{}"),
        ('def f, do: Req.request(method: :put, url: "https://hf.co/a")', "PUT /a"),
        ('def f, do: Req.request(url: "https://hf.co/a")', "GET /a"),
        ('def f, do: Req.new(base_url: "https://huggingface.co/api") |> Req.get(url: "/models")', "GET /api/models"),
        ('def f do\n r = Req.new(base_url: "https://huggingface.co")\n Req.head!(r, url: "/x/y")\nend', "HEAD /x/y"),
        ('def f do\n Req.new(url: "/a") |> Req.merge(base_url: "https://hf.co") |> Req.get()\nend', "GET /a"),
        ('def f(id), do: Finch.build(:delete, "https://hf.co/api/#{id}") |> Finch.request(Mine)', "DELETE /api/{}"),
        ('def f(id), do: HTTPoison.get!("https://hf.co/#{id}", [], [])', "GET /{}"),
        ('def f(id), do: HTTPoison.request(:patch, "https://hf.co/#{id}")', "PATCH /{}"),
        ('def f, do: HTTPoison.request(%HTTPoison.Request{method: :get, url: "https://hf.co/q"})', "GET /q"),
        ('def f, do: :httpc.request(:get, {"https://hf.co/a", []}, [], [])', "GET /a"),
        ('def f, do: :httpc.request(~c"https://hf.co/b")', "GET /b"),
        ('def f, do: :hackney.request(:head, "https://hf.co/c", [], "", [])', "HEAD /c"),
        ('def f(conn), do: Mint.HTTP.request(conn, "GET", "/api/datasets", [], nil)', "GET /api/datasets"),
        ('def f, do: Tesla.get("https://hf.co/t")', "GET /t"),
        (
            (
                'def f, do: Tesla.get(client(), "/models")\n'
                'def client, do: Tesla.client([{Tesla.Middleware.BaseUrl, "https://hf.co/api"}, Tesla.Middleware.JSON])'
            ),
            "GET /api/models",
        ),
        (
            'use Tesla\nplug Tesla.Middleware.BaseUrl, "https://hf.co/api"\ndef f(id), do: get("/models/#{id}")',
            "GET /api/models/{}",
        ),
        ('import Req, only: [get: 1]\ndef f, do: get("https://hf.co/i")', "GET /i"),
        ('def f(m), do: Req.request(method: m, url: "https://hf.co/a")', "* /a"),
        ('def f, do: apply(Req, :get, ["https://hf.co/applied"])', "GET /applied"),
        ('def f(ids), do: Enum.map(ids, &Req.get("https://hf.co/#{&1}"))', "GET /{}"),
        ('def f(ids), do: Enum.map(ids, fn id -> Req.get("https://hf.co/x/#{id}") end)', "GET /x/{}"),
        (
            'def f(i), do: (with {:ok, x} <- ok(i), y <- Req.get("https://hf.co/#{x}"), do: y)\ndef ok(i), do: i',
            "GET /{}",
        ),
    ],
)
def test_a_library_s_request_is_read(tmp_path: Path, body: str, expected: str) -> None:
    assert sent(tmp_path, body) == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            '@base "https://huggingface.co"\ndef f(a), do: Req.get(@base <> "/api/" <> a)',
            ["GET /api/{}"],
            id="attribute",
        ),
        pytest.param(
            'def f(a), do: Req.get("#{url()}/api/#{a}")\ndefp url, do: System.get_env("HF_ENDPOINT") || "https://huggingface.co"',
            ["GET /api/{}"],
            id="environment",
        ),
        pytest.param(
            'def f(a), do: Req.get(Path.join(["https://hf.co", "api", a, "tree"]))',
            ["GET /api/{}/tree"],
            id="Path.join",
        ),
        pytest.param(
            'def f(a), do: Req.get(Enum.join(["https://hf.co", "api", a], "/"))', ["GET /api/{}"], id="Enum.join"
        ),
        pytest.param(
            'def f(a), do: "https://hf.co/x" |> URI.merge("/api/#{a}") |> URI.to_string() |> Req.get()',
            ["GET /api/{}"],
            id="URI.merge",
        ),
        pytest.param('def f(a), do: Req.get("https://hf.co/a?b=#{a}#c")', ["GET /a"], id="query"),
        pytest.param(
            'def f(a), do: Req.get("https://example.org/#{a}")', ["GET https://example.org/{}"], id="another host"
        ),
        pytest.param("def f(a), do: Req.get(a)", ["GET {}"], id="unknown"),
        pytest.param(
            'def f(kind, id), do: Req.get("https://hf.co/api/#{plural(kind)}/#{id}")\n'
            'defp plural(:model), do: "models"\ndefp plural(:dataset), do: "datasets"',
            ["GET /api/datasets/{}", "GET /api/models/{}"],
            id="clauses that name the kind",
        ),
        pytest.param(
            'def f(id), do: g(id, :dataset)\ndefp g(id, kind), do: Req.get("https://hf.co/api/#{plural(kind)}/#{id}")\n'
            'defp plural(:model), do: "models"\ndefp plural(:dataset), do: "datasets"',
            ["GET /api/datasets/{}"],
            id="an argument chooses the clause",
        ),
        pytest.param(
            'def f(kind, id), do: Req.get("https://hf.co/api/#{kind}s/#{id}")',
            ["GET /api/{}s/{}"],
            id="a kind that is put in",
        ),
        pytest.param(
            "@spec f(kind(), String.t()) :: term\n@type kind :: :model | :dataset\n"
            'def f(kind, id), do: Req.get("https://hf.co/api/#{kind}s/#{id}")',
            ["GET /api/datasets/{}", "GET /api/models/{}"],
            id="a kind whose type lists it",
        ),
        pytest.param(
            '@doc """\nx\n\n## Options\n\n  * `:kind` - `:model` or `:dataset`\n"""\n'
            'def f(id, opts \\\\ []), do: Req.get("https://hf.co/api/#{opts[:kind]}s/#{id}")',
            ["GET /api/datasets/{}", "GET /api/models/{}"],
            id="a kind whose documentation lists it",
        ),
        pytest.param(
            'def f(p, sub), do: Req.get("https://hf.co/tree/#{p}" <> if(sub, do: "/#{sub}", else: ""))',
            ["GET /tree/{}", "GET /tree/{}/{}"],
            id="both branches",
        ),
        pytest.param(
            'def f(id), do: send_it(:post, "/api/#{id}", %{})\n'
            'defp send_it(method, path, body) do\n url = "https://hf.co" <> path\n case method do\n'
            " :get -> Req.get(url)\n :post -> Req.post(url, json: body)\n end\n |> ok()\nend\ndefp ok(x), do: x",
            ["POST /api/{}"],
            id="a request function of the module's own",
        ),
        pytest.param(
            'def f(id) do\n path = "/api/#{id}"\n if id == nil do\n  path = "/none"\n  path\n end\n'
            ' Req.get("https://hf.co" <> path)\nend',
            ["GET /api/{}"],
            id="what a branch binds ends with it",
        ),
        pytest.param(
            'def f(id) do\n f(id)\n g(id)\nend\ndef g(id) do\n f(id)\n Req.get("https://hf.co/#{id}")\nend',
            ["GET /{}"],
            id="recursion",
        ),
        pytest.param(
            'def f(a, b \\\\ "main"), do: Req.get("https://hf.co/#{a}/#{b}")',
            ["GET /{}/{}"],
            id="a parameter with a default",
        ),
        pytest.param(
            'def f(a), do: g(a)\ndefp g(a, b \\\\ "main"), do: Req.get("https://hf.co/#{a}/#{b}")',
            ["GET /{}/main"],
            id="a default that is taken",
        ),
        pytest.param("def f(a), do: quote(do: Req.get(unquote(a)))", [], id="quoted code is not run"),
    ],
)
def test_a_path_is_put_together(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert sent(tmp_path, body) == expected


def test_requests_pass_through_modules_with_options_put_in(tmp_path: Path) -> None:
    text = """
    defmodule Http do
      def get(path, opts \\\\ []) do
        opts = Keyword.put_new(opts, :method, :get)
        Req.request([url: Conf.endpoint() <> path] ++ opts)
      end
    end
    defmodule Conf do
      def endpoint, do: Application.get_env(:m, :endpoint, "https://huggingface.co")
    end
    defmodule Api do
      alias Http, as: H
      def info(opts) do
        id = Keyword.fetch!(opts, :id)
        rev = Keyword.get(opts, :revision, "main")
        H.get("/api/datasets/#{id}/revision/#{rev}")
      end
      def gone(opts), do: H.get("/x/#{opts[:a]}", method: :delete)
      def both(opts), do: {info(id: "squad", revision: "v1"), gone(opts)}
    end
    """
    found = functions(tmp_path, text)
    assert [(c.method, c.path) for c in found["Api.info"].http] == [("GET", "/api/datasets/{}/revision/{}")]
    assert [(c.method, c.path) for c in found["Api.gone"].http] == [("DELETE", "/x/{}")]
    assert [(c.method, c.path) for c in found["Api.both"].http] == [
        ("DELETE", "/x/{}"),
        ("GET", "/api/datasets/squad/revision/v1"),
    ]
    # where the path is decided, not where the library is called
    assert found["Api.info"].http[0].where.line == 16
    assert found["Conf.endpoint"].http == ()


def test_a_configured_endpoint_stands_before_the_path(tmp_path: Path) -> None:
    body = 'def f(id), do: Req.get("#{Application.fetch_env!(:m, :endpoint)}/api/#{id}")'
    assert sent(tmp_path, body, 'import Config\nconfig :m, endpoint: "https://huggingface.co/"') == ["GET /api/{}"]


def test_an_adapter_that_is_chosen_when_the_program_runs_is_followed(tmp_path: Path) -> None:
    text = """
    defmodule Wire do
      @callback get(String.t()) :: term
    end
    defmodule Wire.Real do
      @behaviour Wire
      @impl true
      def get(path), do: Req.get("https://huggingface.co" <> path)
    end
    defmodule Api do
      @wire Application.compile_env(:m, :wire, Wire.Real)
      def a(id), do: @wire.get("/a/#{id}")
      def b(id), do: wire().get("/b/#{id}")
      def c(id, opts) do
        wire = Keyword.get(opts, :wire, Wire.Real)
        wire.get("/c/#{id}")
      end
      defp wire, do: Application.get_env(:m, :wire) || Wire.Real
    end
    """
    found = functions(tmp_path, text)
    paths = {name: [call.path for call in found[f"Api.{name}"].http] for name in "abc"}
    assert paths == {"a": ["/a/{}"], "b": ["/b/{}"], "c": ["/c/{}"]}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://huggingface.co/api/models/\0", "/api/models/{}"),
        ("\0/api/models/\0?x=\0", "/api/models/{}"),
        ("\0\0/api", "/api"),
        ("\0", "{}"),
        ("", "{}"),
        ("api/models", "/api/models"),
        ("https://datasets-server.huggingface.co/splits", "https://datasets-server.huggingface.co/splits"),
        ("http://localhost:4000/api", "/api"),
        ("https://\0/api//x", "/api/x"),
        ("https://huggingface.co", "/"),
        ("https://huggingface.co\0", "{}"),
        ("https://example.org\0/x", "https://example.org{}/x"),
        ("https://\0.example.org/x", "/x"),
    ],
)
def test_a_url_becomes_a_path_of_the_hub(url: str, path: str) -> None:
    assert path_of(url) == path
