# Drives an Elixir port of the Hub client for the probe: JSON lines in, JSON lines out.
#
#     mix compile                              # first: what mix prints must not stand among the answers
#     mix run --no-compile path/to/driver.exs  # this is the driver's command
#
# UNCHECKED against any port: it was never run with one. That it parses, speaks the protocol, and makes JSON of
# answers and errors of every shape is tested with Elixir 1.14 and small modules made for that. The names in
# `operations/0` are those of hf_hub_ex as they stand in its public sources; `nil` where no function was found there.
# Correct them for your own client. A function that does not exist is answered as "unsupported".
#
# Needs a JSON library: the JSON of Elixir 1.18, or Jason.

defmodule ProbeDriver do
  # --- what to edit -------------------------------------------------------------------------------------------

  # What the report calls this client: its name, and the OTP application that has its version.
  @client {"hf_hub_ex", :hf_hub}

  # Where the client takes its settings from, if not from the environment by itself.
  def configure do
    Application.put_env(:hf_hub, :endpoint, System.fetch_env!("HF_ENDPOINT"))
    Application.put_env(:hf_hub, :cache_dir, Path.join(System.fetch_env!("HF_HOME"), "hub"))
    Application.put_env(:hf_hub, :offline, System.get_env("HF_HUB_OFFLINE") == "1")

    if token = System.get_env("HF_TOKEN") do
      Application.put_env(:hf_hub, :token, token)
    end
  end

  # op => {module, function, arguments made from the line's args, what to make of the answer}, or nil
  # Every op there is, with its args and what `ok` has to hold: docs/probe.md
  def operations do
    %{
      "models.info" => {HfHub.Api, :model_info, &[&1["repo"], options(&1, [:revision])], & &1},
      "models.list" => {HfHub.Api, :list_models, &[search(&1)], & &1},
      "models.files" => {HfHub.Api, :list_files, &[&1["repo"], tree(&1, :model)], &paths/1},
      "models.file" => {HfHub.Download, :hf_hub_download, &[file(&1, :model)], &at/1},
      "models.readme" => {HfHub.Download, :hf_hub_download, &[readme(&1, :model)], &at/1},
      "models.card" => {HfHub.Cards, :load_model_card, &[&1["repo"]], & &1},
      "models.commits" => {HfHub.Git, :list_commits, &[&1["repo"], [repo_type: :model]], & &1},
      "models.refs" => {HfHub.Git, :list_refs, &[&1["repo"], [repo_type: :model]], & &1},
      "models.discussions" => {HfHub.Discussions, :list, &[&1["repo"], of_kind(&1)], & &1},
      "datasets.info" => {HfHub.Api, :dataset_info, &[&1["repo"], options(&1, [:revision])], & &1},
      "datasets.list" => {HfHub.Api, :list_datasets, &[search(&1)], & &1},
      "datasets.files" => {HfHub.Api, :list_files, &[&1["repo"], tree(&1, :dataset)], &paths/1},
      "datasets.file" => {HfHub.Download, :hf_hub_download, &[file(&1, :dataset)], &at/1},
      "datasets.readme" => {HfHub.Download, :hf_hub_download, &[readme(&1, :dataset)], &at/1},
      "datasets.commits" => {HfHub.Git, :list_commits, &[&1["repo"], [repo_type: :dataset]], & &1},
      "datasets.refs" => {HfHub.Git, :list_refs, &[&1["repo"], [repo_type: :dataset]], & &1},
      "spaces.info" => {HfHub.Api, :space_info, &[&1["repo"], options(&1, [:revision])], & &1},
      "spaces.list" => nil,
      "spaces.files" => {HfHub.Api, :list_files, &[&1["repo"], tree(&1, :space)], &paths/1},
      "spaces.file" => {HfHub.Download, :hf_hub_download, &[file(&1, :space)], &at/1},
      "files.head" => nil,
      "files.download" => {HfHub.Download, :hf_hub_download, &[file(&1, kind(&1))], &at/1},
      "files.range" => nil,
      "files.paths_info" => nil,
      "files.xet_token" => nil,
      "streaming.ranged_read" => nil,
      "cache.lookup" => nil,
      "cache.scan" => nil,
      "repos.exists" => {HfHub.Repo, :exists?, &[&1["repo"], of_kind(&1)], & &1},
      "repos.create" => {HfHub.Repo, :create, &[&1["repo"], of_kind(&1, [:private])], &done/1},
      "repos.delete" => {HfHub.Repo, :delete, &[&1["repo"], of_kind(&1)], &done/1},
      "repos.settings" => {HfHub.Repo, :update_settings, &[&1["repo"], settings(&1)], &done/1},
      "repos.move" => {HfHub.Repo, :move, &[&1["repo"], &1["to"], of_kind(&1)], &done/1},
      "repos.branch_create" => {HfHub.Git, :create_branch, &[&1["repo"], &1["branch"], of_kind(&1)], &done/1},
      "repos.branch_delete" => {HfHub.Git, :delete_branch, &[&1["repo"], &1["branch"], of_kind(&1)], &done/1},
      "repos.tag_create" => {HfHub.Git, :create_tag, &[&1["repo"], &1["tag"], of_kind(&1)], &done/1},
      "repos.tag_delete" => {HfHub.Git, :delete_tag, &[&1["repo"], &1["tag"], of_kind(&1)], &done/1},
      "commits.create" => {HfHub.Commit, :create, &[&1["repo"], additions(&1), summary(&1)], &committed/1},
      "auth.whoami" => {HfHub.Auth, :whoami, fn _args -> [] end, &user/1},
      "auth.check" => nil,
      "auth.check_write" => nil,
      "auth.user" => {HfHub.Users, :get, &[&1["user"]], &user/1},
      "auth.user_repos" => nil,
      "discussions.list" => {HfHub.Discussions, :list, &[&1["repo"], of_kind(&1)], & &1},
      "discussions.get" => {HfHub.Discussions, :get, &[&1["repo"], &1["num"], of_kind(&1)], & &1},
      "collections.list" => {HfHub.Collections, :list, &[options(&1, [:owner])], & &1},
      "collections.get" => {HfHub.Collections, :get, &[&1["slug"]], & &1},
      "organizations.overview" => {HfHub.Organizations, :get, &[&1["organization"]], & &1},
      "organizations.members" => {HfHub.Organizations, :list_members, &[&1["organization"]], &users/1},
      "organizations.repos" => nil,
      "libraries.snapshot_download" => {HfHub.Download, :snapshot_download, &[snapshot(&1)], &at/1},
      "libraries.hf_file_system" => nil,
      "libraries.load_dataset" => nil,
      "libraries.load_dataset_streaming" => nil,
      "libraries.get_dataset_config_names" => {HfHub.Api, :dataset_configs, &[&1["repo"]], & &1},
      "libraries.get_dataset_split_names" => {HfHub.Api, :dataset_splits, &[&1["repo"], options(&1, [:config])], & &1},
      "libraries.safetensors_metadata" => nil,
      "libraries.from_pretrained" => nil,
      "libraries.upload" => {HfHub.Commit, :create, &[&1["repo"], additions(&1), summary(&1)], &committed/1}
    }
  end

  # --- arguments ----------------------------------------------------------------------------------------------

  defp kind(args), do: String.to_existing_atom(args["repo_type"])

  # The options that the line has, as a keyword list.
  defp options(args, names) do
    for name <- names, Map.has_key?(args, Atom.to_string(name)), do: {name, args[Atom.to_string(name)]}
  end

  defp search(args), do: options(args, [:author, :search, :filter, :sort, :limit])
  defp tree(args, kind), do: [repo_type: kind, recursive: true] ++ options(args, [:revision])

  defp file(args, kind) do
    [repo_id: args["repo"], filename: args["path"], repo_type: kind] ++ options(args, [:revision])
  end

  defp readme(args, kind), do: file(Map.put(args, "path", "README.md"), kind)
  defp of_kind(args, names \\ []), do: [repo_type: kind(args)] ++ options(args, names)
  defp snapshot(args), do: [repo_id: args["repo"]] ++ of_kind(args, [:allow_patterns])
  defp settings(args), do: of_kind(args, [:private]) ++ [gated: String.to_atom(args["gated"])]
  defp summary(args), do: [commit_message: args["message"]] ++ of_kind(args)

  defp additions(args) do
    for each <- args["files"] do
      apply(HfHub.Commit.Operation, :add, [each["path"], Base.decode64!(each["base64"])])
    end
  end

  # --- answers ------------------------------------------------------------------------------------------------

  defp at(path), do: %{path: to_string(path)}
  defp done(_answer), do: true
  defp paths(files), do: Enum.map(files, &(Map.get(&1, :path) || Map.get(&1, :rfilename)))
  defp user(record), do: %{name: record.username}
  defp users(records), do: Enum.map(records, &user/1)
  defp committed(info), do: %{commit: Map.get(info, :oid) || Map.get(info, :commit_oid)}

  # --- the protocol: nothing to edit from here on -----------------------------------------------------------------

  def main do
    # Answers go to where stdout was; whatever a library prints goes to stderr.
    out = Process.group_leader()
    Process.group_leader(self(), Process.whereis(:standard_error))
    log_to_stderr(Version.match?(System.version(), "< 1.15.0"))
    configure()
    loop(out, operations())
  end

  defp log_to_stderr(true), do: apply(Logger, :configure_backend, [:console, [device: :standard_error]])

  defp log_to_stderr(false) do
    :logger.remove_handler(:default)
    :logger.add_handler(:default, :logger_std_h, %{config: %{type: :standard_error}})
  end

  defp loop(out, operations) do
    case IO.read(out, :line) do
      line when is_binary(line) ->
        asked = decode(line)
        IO.write(out, encode(Map.put(answer(operations, asked), "id", asked["id"])) <> "\n")
        loop(out, operations)

      _end ->
        :ok
    end
  end

  defp answer(_operations, %{"op" => "probe.client"}) do
    {name, application} = @client
    %{"ok" => %{"name" => name, "version" => to_string(Application.spec(application, :vsn) || "")}}
  end

  defp answer(operations, %{"op" => op, "args" => args}) do
    case Map.fetch(operations, op) do
      {:ok, {module, function, arguments, shown}} -> call(module, function, arguments, args, shown)
      _none -> unsupported("no function is named for it")
    end
  end

  defp call(module, function, made, args, shown) do
    arguments = made.(args)

    if Code.ensure_loaded?(module) and function_exported?(module, function, length(arguments)) do
      told(apply(module, function, arguments), shown)
    else
      unsupported("no #{inspect(module)}.#{function}/#{length(arguments)}")
    end
  rescue
    error -> failed(error)
  catch
    kind, reason -> failed({kind, reason})
  end

  defp told({:ok, answer}, shown), do: %{"ok" => plain(shown.(answer))}
  defp told({:error, reason}, _shown), do: failed(reason)
  defp told(:error, _shown), do: failed(:error)
  defp told(answer, shown), do: %{"ok" => plain(shown.(answer))}

  defp unsupported(why), do: %{"error" => %{"type" => "unsupported", "message" => why}}

  defp failed(reason) do
    %{"error" => %{"type" => type(reason), "message" => message(reason), "status" => status(reason)}}
  end

  # An error's type is what a caller can match on: the atom, the first word of a tuple, the struct's name.
  defp type(reason) when is_atom(reason), do: Atom.to_string(reason)
  defp type(%{__struct__: struct} = reason), do: Enum.join([inspect(struct) | tag(reason)], " ")
  defp type(reason) when is_tuple(reason) and tuple_size(reason) > 0, do: type(elem(reason, 0))
  defp type(reason) when is_binary(reason), do: "text"
  defp type(_reason), do: "error"

  # One struct for every error, told apart by a field.
  defp tag(reason) do
    for name <- [:type, :reason, :code], value = Map.get(reason, name), is_atom(value), do: Atom.to_string(value)
  end

  defp message(%{__exception__: true} = reason), do: Exception.message(reason)
  defp message(reason) when is_binary(reason), do: reason
  defp message(reason), do: inspect(reason)

  defp status(%{status: status}) when is_integer(status), do: status
  defp status({_word, status}) when is_integer(status), do: status
  defp status({_word, status, _rest}) when is_integer(status), do: status
  defp status(_reason), do: nil

  # Structs, atoms and tuples as JSON has them.
  defp plain(%DateTime{} = value), do: DateTime.to_iso8601(value)
  defp plain(%{__struct__: _} = value), do: plain(Map.from_struct(value))
  defp plain(value) when is_map(value), do: Map.new(value, fn {key, each} -> {to_string(key), plain(each)} end)

  defp plain([{key, _} | _] = value) when is_atom(key) do
    if Keyword.keyword?(value), do: plain(Map.new(value)), else: Enum.map(value, &plain/1)
  end

  defp plain(value) when is_list(value), do: Enum.map(value, &plain/1)
  defp plain(value) when is_tuple(value), do: value |> Tuple.to_list() |> plain()
  defp plain(value) when value in [nil, true, false], do: value
  defp plain(value) when is_atom(value), do: Atom.to_string(value)
  defp plain(value) when is_number(value) or is_binary(value), do: value
  defp plain(value), do: inspect(value)

  # apply: whichever of the two is there, the compiler says nothing of the other
  defp encode(value), do: apply(json(), :encode!, [value])
  defp decode(text), do: apply(json(), :decode!, [text])
  defp json, do: if(Code.ensure_loaded?(JSON), do: JSON, else: Jason)
end

ProbeDriver.main()
