defmodule Pond do
  @moduledoc "A small client of the Hub."

  defdelegate dataset(id, opts \\ []), to: Pond.Datasets, as: :info
end

defmodule Pond.Missing do
  defexception [:message, :id]
end

defmodule Pond.Datasets do
  @moduledoc "Datasets."

  alias Pond.{Missing, Wire}

  @doc """
  What the Hub says of a dataset.

  ## Options

    * `:revision` - a branch, a tag or a commit
    * `:token` - who asks
    * `:timeout` - how long to wait
  """
  @spec info(String.t(), keyword()) :: {:ok, map()} | {:error, atom()}
  def info(id, opts \\ [])
      when is_binary(id) do
    at = Keyword.get(opts, :revision, "main")
    Wire.ask(:get, "/api/datasets/#{id}/revision/#{at}", token: opts[:token])
  end

  def info!(id, opts \\ []) do
    case info(id, opts) do
      {:ok, found} -> found
      {:error, _} -> raise Missing, id: id
    end
  end

  @doc "Every file of a dataset."
  def files(id), do: Wire.ask(:get, tree(:dataset, id), recursive: true)

  @doc "Not yet."
  def commits(_id), do: {:error, :not_implemented}

  defp tree(kind, id), do: "/api/#{plural(kind)}/#{id}/tree/main"

  defp plural(:dataset), do: "datasets"
  defp plural(:model), do: "models"
end

defmodule Pond.Files do
  @moduledoc "Files."

  alias Pond.Wire

  @doc "Brings one file."
  def fetch(kind, id, name) do
    lead = if kind == :model, do: "", else: "/#{kind}s"
    Wire.ask(:get, "#{lead}/#{id}/resolve/main/#{name}")
  end

  @doc false
  def leftover(x), do: x
end

defmodule Pond.Wire do
  @moduledoc false

  def ask(method, path, opts \\ []) do
    [method: method, url: home() <> path, auth: opts[:token]]
    |> Req.new()
    |> Req.request()
  end

  defp home, do: Application.get_env(:pond, :home, "https://huggingface.co")
end
