defmodule Angler do
  @moduledoc "Loads datasets for training."

  alias Pond.Files

  def load(id, opts \\ []) do
    with {:ok, found} <- datasets().info(id, Keyword.put(opts, :timeout, 5)),
         {:ok, body} <- Files.fetch(:dataset, id, found["file"]) do
      {:ok, rows(body)}
    else
      {:error, :gated} -> {:error, :accept_the_terms}
      {:error, _} -> {:ok, []}
    end
  end

  def history(id), do: id |> Pond.Datasets.commits() |> Enum.take(1)

  def splits(id), do: Pond.Datasets.splits(id)

  def parquet(id), do: Req.get!("https://huggingface.co/api/datasets/#{id}/parquet")

  def any(client, id), do: client.files(id)

  defp datasets, do: Application.fetch_env!(:angler, :datasets)

  defp rows(body), do: String.split(body, "\n")
end
