"""The example clients, one in each language, and a library that stands on one of them."""

from __future__ import annotations

from recipes_data.gaps.consumers import ClientCall, Consumer, Passage
from recipes_data.gaps.evidence import Finding, Origin, Where
from recipes_data.gaps.inventory import Argument, Function, HttpCall, Inventory, Stub, TestCase

HUB = Origin("huggingface_hub", "client", "python", "2.4.0", None, 140, 61_000)
ELIXIR = Origin("hf_hub_ex", "client", "elixir", "0.1.3", "ab" * 20, 31, 6_120)
RUST = Origin("hf-hub", "client", "rust", "0.4.3", None, 9, 2_400)
DATASETS_EX = Origin("hf_datasets_ex", "consumer", "elixir", "0.1.0", "cd" * 20, 22, 3_900)


def _elixir(
    name: str, line: int, arguments: tuple[Argument, ...], path: str = "lib/hf_hub/api.ex", **more: object
) -> Function:
    needed = sum(1 for one in arguments if one.default is None and not one.option)
    most = sum(1 for one in arguments if not one.option) + (1 if any(one.option for one in arguments) else 0)
    return Function(name, Where(path, line), (needed, most), arguments=arguments, **more)  # type: ignore[arg-type]


ELIXIR_INVENTORY = Inventory(
    ELIXIR,
    (
        _elixir(
            "HfHub.Api.dataset_info",
            42,
            (Argument("repo_id"), Argument("revision", option=True, default='"main"', documented=True, read=True)),
            returns="{:ok, map()} | {:error, term()}",
            http=(HttpCall("GET", "/api/datasets/{}", Where("lib/hf_hub/api.ex", 51)),),
        ),
        _elixir(
            "HfHub.Api.list_files",
            88,
            (
                Argument("repo_id"),
                Argument("revision", option=True, documented=True, read=False),
            ),
            http=(HttpCall("GET", "/api/datasets/{}/tree/{}", Where("lib/hf_hub/api.ex", 95)),),
        ),
        _elixir(
            "HfHub.Download.hf_hub_download",
            30,
            (Argument("repo_id"), Argument("filename"), Argument("repo_type", option=True, read=True)),
            path="lib/hf_hub/download.ex",
            returns="{:ok, Path.t()} | {:error, term()}",
        ),
        _elixir(
            "HfHub.Auth.whoami",
            12,
            (),
            path="lib/hf_hub/auth.ex",
            stub=Stub("returns a constant", Where("lib/hf_hub/auth.ex", 14)),
        ),
    ),
    (
        TestCase(
            "dataset_info/2 gives the sha",
            Where("test/hf_hub/api_test.exs", 9),
            "recorded",
            ("HfHub.Api.dataset_info",),
            result="passed",
        ),
        TestCase(
            "downloads a file", Where("test/hf_hub/download_test.exs", 20), "live", ("HfHub.Download.hf_hub_download",)
        ),
    ),
    errors=("HfHub.Error",),
    settings=("HF_TOKEN", "HF_ENDPOINT"),
    findings=(
        Finding(
            "stub", "warning", "HfHub.Auth.whoami/0 returns a constant", Where("lib/hf_hub/auth.ex", 14), "hf_hub_ex"
        ),
    ),
)

PYTHON_INVENTORY = Inventory(
    HUB,
    (
        Function(
            "huggingface_hub.HfApi.dataset_info",
            Where("hf_api.py", 3011),
            (1, None),
            "method",
            (
                Argument("repo_id", type="str"),
                Argument("revision", option=True, default="None", type="str | None", documented=True, read=True),
                Argument("timeout", option=True, default="None", type="float | None", documented=True, read=True),
            ),
            returns="DatasetInfo",
        ),
        Function(
            "huggingface_hub.hf_hub_download",
            Where("file_download.py", 790),
            (2, None),
            arguments=(
                Argument("repo_id", type="str"),
                Argument("filename", type="str"),
                Argument("repo_type", option=True, default="None", documented=True, read=True),
                Argument("revision", option=True, default="None", documented=True, read=True),
            ),
            returns="str",
        ),
    ),
)

RUST_INVENTORY = Inventory(
    RUST,
    (
        Function(
            "hf_hub::api::sync::ApiRepo::get",
            Where("src/api/sync.rs", 700),
            (1, 1),
            "method",
            (Argument("filename", type="&str"),),
            returns="Result<PathBuf, ApiError>",
            twins=("hf_hub::api::tokio::ApiRepo::get",),
        ),
    ),
    unparsed=("src/odd.rs: no Rust from line 12 on",),
)

CONSUMER = Consumer(
    DATASETS_EX,
    "hf_hub_ex",
    (
        ClientCall(
            "HfDatasetsEx.load",
            Where("lib/hf_datasets_ex.ex", 61),
            "HfHub.Download.hf_hub_download",
            "direct",
            3,
            ("repo_type",),
            ("{:error, reason}",),
            exists=True,
        ),
        ClientCall(
            "HfDatasetsEx.configs",
            Where("lib/hf_datasets_ex/configs.ex", 8),
            "HfHub.Api.dataset_configs",
            "alias",
            1,
            exists=False,
        ),
        ClientCall(
            "HfDatasetsEx.rows",
            Where("lib/hf_datasets_ex/rows.ex", 19),
            "GET https://datasets-server.huggingface.co/rows",
            "raw-http",
        ),
        ClientCall(
            "HfDatasetsEx.any", Where("lib/hf_datasets_ex/any.ex", 5), "", "apply", text="apply(client, fun, args)"
        ),
    ),
    (
        Passage("HfDatasetsEx.load_dataset", Where("lib/hf_datasets_ex.ex", 40), (1, 2), (0,)),
        Passage("HfDatasetsEx.configs", Where("lib/hf_datasets_ex/configs.ex", 6), (1, 1), (1,)),
    ),
    findings=(
        Finding(
            "missing-function",
            "error",
            "calls HfHub.Api.dataset_configs/1, which hf_hub_ex does not have",
            Where("lib/hf_datasets_ex/configs.ex", 8),
            "hf_datasets_ex",
        ),
    ),
)
