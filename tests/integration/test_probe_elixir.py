"""The template of a driver in Elixir, with small modules in place of a client: it parses and speaks the protocol."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.probe.run import probe

ELIXIR = shutil.which("elixir")
TEMPLATE = Path(__file__).resolve().parents[2] / "recipes_data/gaps/probe/templates/driver.exs"

pytestmark = pytest.mark.skipif(ELIXIR is None, reason="elixir is not installed")

# As much JSON as a line of the protocol needs, for an Elixir that has none of its own.
JSON_MODULE = r"""
defmodule JSON do
  def decode!(text), do: text |> String.trim() |> value() |> elem(0)

  def encode!(nil), do: "null"
  def encode!(value) when is_boolean(value) or is_number(value), do: to_string(value)
  def encode!(value) when is_binary(value), do: inspect(value, printable_limit: :infinity)
  def encode!(value) when is_list(value), do: "[" <> Enum.map_join(value, ",", &encode!/1) <> "]"

  def encode!(value) when is_map(value) do
    "{" <> Enum.map_join(value, ",", fn {key, each} -> encode!(key) <> ":" <> encode!(each) end) <> "}"
  end

  defp value(" " <> rest), do: value(rest)
  defp value("{" <> rest), do: members(rest, %{})
  defp value("[" <> rest), do: entries(rest, [])
  defp value("\"" <> rest), do: string(rest, "")
  defp value("true" <> rest), do: {true, rest}
  defp value("false" <> rest), do: {false, rest}
  defp value("null" <> rest), do: {nil, rest}
  defp value(text), do: Integer.parse(text)

  defp members(" " <> rest, map), do: members(rest, map)
  defp members("}" <> rest, map), do: {map, rest}
  defp members("," <> rest, map), do: members(rest, map)

  defp members(text, map) do
    {key, ":" <> rest} = value(text)
    {each, rest} = value(rest)
    members(rest, Map.put(map, key, each))
  end

  defp entries(" " <> rest, list), do: entries(rest, list)
  defp entries("]" <> rest, list), do: {Enum.reverse(list), rest}
  defp entries("," <> rest, list), do: entries(rest, list)

  defp entries(text, list) do
    {each, rest} = value(text)
    entries(rest, [each | list])
  end

  defp string("\"" <> rest, text), do: {text, rest}
  defp string("\\" <> <<each::utf8, rest::binary>>, text), do: string(rest, text <> <<each::utf8>>)
  defp string(<<each::utf8, rest::binary>>, text), do: string(rest, text <> <<each::utf8>>)
end
"""

CLIENT = r"""
defmodule HfHub.Gone do
  defexception [:message, :status, reason: :revision]
end

defmodule HfHub.Api do
  require Logger

  def dataset_info("raises", _opts), do: raise("it \"broke\"")
  def dataset_info("atom", _opts), do: {:error, :not_found}
  def dataset_info("tuple", _opts), do: {:error, {:http_error, 503}}
  def dataset_info("struct", _opts), do: {:error, %HfHub.Gone{message: "gone", status: 410}}
  def dataset_info("throws", _opts), do: throw(:ball)
  def dataset_info("exits", _opts), do: exit(:gone)

  def dataset_info("noisy", opts) do
    IO.puts("printed by a library")
    Logger.error("logged by a library")
    {:ok, %{id: "noisy", at: ~U[2026-01-02 03:04:05Z], opts: opts, pair: {:x, 2}}}
  end

  # Asks the Hub, over a socket, for what the first scenario wants.
  def dataset_info(repo, _opts) do
    uri = URI.parse(Application.fetch_env!(:hf_hub, :endpoint))
    {:ok, socket} = :gen_tcp.connect(String.to_charlist(uri.host), uri.port, [:binary, active: false])
    :ok = :gen_tcp.send(socket, "GET /api/datasets/#{repo} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
    {:ok, answer} = :gen_tcp.recv(socket, 0, 5000)
    [_, sha] = Regex.run(~r/"sha":"([0-9a-f]{40})"/, answer <> rest(socket))
    {:ok, %{id: repo, sha: sha}}
  end

  defp rest(socket) do
    case :gen_tcp.recv(socket, 0, 5000) do
      {:ok, more} -> more <> rest(socket)
      _ -> ""
    end
  end
end
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """The template, with the modules loaded before it."""
    loaded = []
    for name, text in (("json.exs", JSON_MODULE), ("client.exs", CLIENT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        loaded += ["-r", str(tmp_path / name)]
    return [str(ELIXIR), *loaded, str(TEMPLATE)]


def answers(command: Sequence[str], *repos: str) -> tuple[list[Any], str]:
    lines = [{"id": n, "op": "datasets.info", "args": {"repo": repo, "revision": "v1"}} for n, repo in enumerate(repos)]
    done = subprocess.run(
        command,
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HF_ENDPOINT": "http://127.0.0.1:1", "HF_HOME": "/nowhere"},
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_errors_of_every_shape_have_a_type_that_a_caller_can_match_on(command: list[str]) -> None:
    told, _ = answers(command, "raises", "atom", "tuple", "struct", "throws", "exits")
    assert [(each["id"], each["error"]["type"], each["error"]["status"]) for each in told] == [
        (0, "RuntimeError", None),
        (1, "not_found", None),
        (2, "http_error", 503),
        (3, "HfHub.Gone revision", 410),
        (4, "throw", None),
        (5, "exit", None),
    ]
    assert told[0]["error"]["message"] == 'it "broke"'


def test_what_a_library_prints_or_logs_stays_off_the_answers(command: list[str]) -> None:
    told, stderr = answers(command, "noisy")
    assert told == [
        {"id": 0, "ok": {"id": "noisy", "at": "2026-01-02T03:04:05Z", "opts": {"revision": "v1"}, "pair": ["x", 2]}}
    ]
    assert "printed by a library" in stderr
    assert "logged by a library" in stderr
    assert "warning:" not in stderr


def test_the_probe_drives_it(command: list[str]) -> None:
    report = probe(command, load_operations(), only=("datasets.info/found", "files.head", "models.info/found"))
    ended = {result.scenario: (result.verdict, result.seen) for result in report.results}
    assert ended["datasets.info/found"] == ("passed", ())
    assert ended["files.head/lfs"][0] == "unsupported"
    assert "no HfHub.Api.model_info/2" in ended["models.info/found"][1][0]
    assert report.client == "hf_hub_ex"
