defmodule PondTest do
  use ExUnit.Case

  describe "info" do
    setup do
      {:ok, server: Bypass.open()}
    end

    test "asks for a revision" do
      assert {:ok, _} = Pond.Datasets.info("a/b", revision: "v1")
    end
  end

  @tag :live
  test "brings a file" do
    assert Pond.Files.fetch(:dataset, "a/b", "README.md")
  end

  test "is idle" do
    Pond.dataset("a/b")
  end
end
