defmodule Angler.MixProject do
  use Mix.Project
  def project, do: [app: :angler, version: "1.0.0"]
end
