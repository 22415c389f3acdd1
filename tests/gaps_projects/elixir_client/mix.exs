defmodule Pond.MixProject do
  use Mix.Project

  @version "0.4.0"

  def project do
    [app: :pond, version: @version, deps: [{:req, "~> 0.5"}]]
  end
end
