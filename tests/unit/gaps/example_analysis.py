"""A small analysis with everything in it: three clients, a consumer, several levels, names that break pages."""

from __future__ import annotations

from recipes_data.gaps.analysis import (
    FORMAT_VERSION,
    Analysis,
    Chain,
    Claim,
    Drift,
    OperationNeed,
    ReviewedDocument,
)
from recipes_data.gaps.consumers import ClientCall, Consumer, Passage
from recipes_data.gaps.evidence import Evidence, Finding, Origin, Where
from recipes_data.gaps.inventory import Argument, Function, HttpCall, Inventory, Stub, TestCase
from recipes_data.gaps.levels import Gap, Minimum, State
from recipes_data.gaps.needs import Access, Needs, Recipe, Step
from recipes_data.gaps.operations import Operation, Operations, Parameter

COOKBOOK = Origin("tinker_cookbook", "recipes", "python", "0.5.1", "9dfcc3a2" * 5, 320, 71_204)
HUB = Origin("huggingface_hub", "client", "python", "2.4.0", None, 140, 61_000)
ELIXIR = Origin("hf_hub_ex", "client", "elixir", "0.1.3", "ab" * 20, 31, 6_120)
RUST = Origin("hf-hub", "client", "rust", "0.4.3", None, 9, 2_400)
DATASETS_EX = Origin("hf_datasets_ex", "consumer", "elixir", "0.1.0", "cd" * 20, 22, 3_900)

OPERATIONS = Operations(
    base_url="https://huggingface.co",
    documentation="https://huggingface.co/docs/hub/api",
    authentication="Authorization: Bearer TOKEN",
    rows=(
        Operation(
            "datasets.info",
            "datasets",
            "http",
            "One dataset's facts",
            "GET",
            "/api/datasets/{repo_id}/revision/{revision}",
            (
                Parameter("repo_id", "path", required=True),
                Parameter("revision", "path", note="a branch, a tag or a commit"),
                Parameter("expand", "query", "array<string>", values=("sha", "siblings", "gated")),
            ),
            python=("huggingface_hub.HfApi.dataset_info",),
            returns="the commit (`sha`), the files (`siblings`), tags, gating",
            evidence="[trace]",
        ),
        Operation(
            "datasets.files",
            "datasets",
            "http",
            "Files of a dataset",
            "GET",
            "/api/datasets/{repo_id}/tree/{revision}",
            (
                Parameter("repo_id", "path", required=True),
                Parameter("revision", "path", required=True),
                Parameter("recursive", "query", "boolean"),
            ),
            paginated=True,
            python=("huggingface_hub.HfApi.list_repo_tree",),
            returns="paths, sizes, object ids",
        ),
        Operation(
            "files.download",
            "files",
            "http",
            "One file's bytes",
            "GET",
            "/{repo_type}s/{repo_id}/resolve/{revision}/{path}",
            (
                Parameter("repo_id", "path", required=True),
                Parameter("revision", "path", required=True),
                Parameter("path", "path", required=True),
            ),
            python=("huggingface_hub.hf_hub_download",),
            returns="the file's bytes; `ETag`, `X-Repo-Commit`",
        ),
        Operation(
            "files.range",
            "files",
            "http",
            "A part of a file",
            "GET",
            "/{repo_type}s/{repo_id}/resolve/{revision}/{path}",
            (Parameter("Range", "header", required=True, note="bytes=first-last, both inclusive"),),
            returns="206 and the bytes asked for",
        ),
        Operation("datasets.list", "datasets", "http", "Search datasets", "GET", "/api/datasets", paginated=True),
        Operation("auth.whoami", "auth", "http", "Who the token is", "GET", "/api/whoami-v2"),
        Operation("repos.create", "repos", "http", "Make a repository", "POST", "/api/repos/create"),
        Operation(
            "libraries.load_dataset",
            "libraries",
            "library",
            "Load a dataset by its id",
            python=("datasets.load_dataset",),
            returns="a `DatasetDict`, or one split",
            uses=("datasets.info", "datasets.files", "files.download"),
        ),
        Operation(
            "libraries.load_dataset_streaming",
            "libraries",
            "library",
            "Read a dataset without storing it",
            python=("datasets.load_dataset",),
            uses=("datasets.info", "datasets.files", "files.range"),
        ),
        Operation(
            "files.gated_errors",
            "files",
            "behaviour",
            "Gated repositories are told apart from missing ones",
            uses=("files.download",),
            notes="401 or 403 with `X-Error-Code: GatedRepo`",
        ),
        Operation("files.retries", "files", "behaviour", "Retries after 5xx and cut connections"),
        Operation("cache.etag", "cache", "behaviour", "A file that did not change is not fetched twice"),
        Operation("cache.offline", "cache", "behaviour", "With HF_HUB_OFFLINE=1 no socket is opened"),
    ),
)

MATH = "recipes/math_rl/math_env.py"
CHAT = "recipes/chat_sl/chat_datasets.py"
CODE = "recipes/code_rl/code_env.py"

NEEDS = Needs(
    COOKBOOK,
    (
        Access(
            "datasets.load_dataset",
            Where(MATH, 344),
            repo_type="dataset",
            repo="openai/gsm8k",
            config="main",
            split="train",
            columns=("question", "answer"),
            operations=("libraries.load_dataset",),
        ),
        Access(
            "datasets.load_dataset",
            Where(CHAT, 56),
            repo_type="dataset",
            repo="HuggingFaceH4/no_robots",
            columns=("messages",),
            operations=("libraries.load_dataset",),
            preprocessing=(
                Step("shuffle", "seed=0", Where(CHAT, 60), (), "train"),
                Step("take", "1024", Where(CHAT, 61), (0,), "train"),
                Step("skip", "<n | 1>", Where(CHAT, 62), (0,), "train", "n is not None"),
            ),
        ),
        Access(
            "datasets.load_dataset",
            Where("recipes/distillation/off_policy_reasoning.py", 52),
            repo_type="dataset",
            repo="open-thoughts/OpenThoughts3-1.2M",
            split="train",
            streaming=True,
            operations=("libraries.load_dataset_streaming",),
        ),
        Access(
            "huggingface_hub.hf_hub_download",
            Where("recipes/search_tool/search_env.py", 99),
            through=(Where("recipes/search_tool/train.py", 31),),
            repo_type="dataset",
            repo="PeterJinGo/nq_hotpotqa_train",
            files=("train.parquet",),
            operations=("files.download",),
        ),
        Access(
            "datasets.load_dataset",
            Where(CODE, 41),
            repo_type="dataset",
            repo="agentica-org/DeepCoder-Preview-Dataset",
            config=None,
            split="train",
            operations=("libraries.load_dataset",),
            unresolved=("name=names[i] or `x|y`",),
        ),
        Access(
            "transformers.AutoTokenizer.from_pretrained",
            Where("tokenizer_utils.py", 233),
            repo_type="model",
            repo="Qwen/Qwen3-8B",
            operations=("files.download",),
        ),
    ),
    (
        Recipe("math_rl", Where("recipes/math_rl/train.py", 1), (0, 5), "P0"),
        Recipe("chat_sl", Where("recipes/chat_sl/train.py", 1), (1, 5), "P0"),
        Recipe("code_rl", Where("recipes/code_rl/train.py", 1), (4, 5)),
        Recipe("off_policy_reasoning", Where("recipes/distillation/off_policy_reasoning.py", 1), (2, 5)),
        Recipe("search_tool", Where("recipes/search_tool/train.py", 1), (3, 5)),
        Recipe("odd|name_<b>`x`</script>", Where("recipes/odd|dir/tr`ain`.py", 7), (0, 5)),
    ),
    findings=(
        Finding(
            "unpinned-revision",
            "warning",
            "openai/gsm8k is read without a revision",
            Where(MATH, 344),
            "tinker_cookbook",
        ),
        Finding(
            "unpinned-revision",
            "warning",
            "HuggingFaceH4/no_robots is read without a revision",
            Where(CHAT, 56),
            "tinker_cookbook",
        ),
        Finding(
            "swallowed-error",
            "error",
            "an error while loading becomes an empty list <of rows> | nothing is logged",
            Where("distillation/datasets.py", 190),
            "tinker_cookbook",
        ),
    ),
)


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

ALL = ("math_rl", "chat_sl", "code_rl", "off_policy_reasoning", "search_tool", "odd|name_<b>`x`</script>")

NEEDED = (
    OperationNeed(
        "files.download",
        "P0",
        ALL,
        ((0, 5), (0, 0), (0, 1), (0, 3)),
        "every recipe fetches files, the tokenizer's first",
    ),
    OperationNeed("datasets.info", "P0", ALL[:3], ((0, 0), (0, 1)), "load_dataset asks for the commit first"),
    OperationNeed("libraries.load_dataset", "P0", ALL[:3], ((0, 0), (0, 1), (0, 4)), "recipes call it"),
    OperationNeed("datasets.files", "P1", ("math_rl", "chat_sl"), ((0, 0), (0, 1)), "load_dataset lists the files"),
    OperationNeed("files.range", "P1", ("off_policy_reasoning",), ((0, 2),), "streaming reads parts of parquet files"),
    OperationNeed(
        "libraries.load_dataset_streaming", "P1", ("off_policy_reasoning",), ((0, 2),), "28 GB are not stored"
    ),
    OperationNeed("files.gated_errors", "P1", ("code_rl",), ((0, 4),), "control flow depends on it"),
    OperationNeed("cache.etag", "P2", (), (), "saves time"),
    *(
        OperationNeed(operation, "none", (), (), "no access asks for it")
        for operation in ("datasets.list", "auth.whoami", "repos.create", "files.retries", "cache.offline")
    ),
)

_SOURCE = "a request with this method and path"


def _evidence(path: str, line: int, text: str = _SOURCE, input_name: str = "hf_hub_ex") -> tuple[Evidence, ...]:
    return (Evidence("source", text, Where(path, line), input_name),)


STATES = (
    State("huggingface_hub", "files.download", "verified", ("huggingface_hub.hf_hub_download",), probe="passed"),
    State("huggingface_hub", "datasets.info", "verified", ("huggingface_hub.HfApi.dataset_info",), probe="passed"),
    State("huggingface_hub", "datasets.files", "options", ("huggingface_hub.HfApi.list_repo_tree",)),
    State("huggingface_hub", "files.range", "wired"),
    State("huggingface_hub", "libraries.load_dataset", "absent"),
    State("huggingface_hub", "libraries.load_dataset_streaming", "absent"),
    State("huggingface_hub", "files.gated_errors", "options", probe="not verifiable offline"),
    State("huggingface_hub", "cache.etag", "options"),
    State(
        "hf_hub_ex",
        "files.download",
        "options",
        ("HfHub.Download.hf_hub_download",),
        (),
        1,
        evidence=_evidence("lib/hf_hub/download.ex", 30),
    ),
    State(
        "hf_hub_ex",
        "datasets.info",
        "tested",
        ("HfHub.Api.dataset_info",),
        tests=1,
        tests_passed=1,
        evidence=(
            *_evidence("lib/hf_hub/api.ex", 42),
            Evidence("test-result", "passed", Where("test/hf_hub/api_test.exs", 9), "hf_hub_ex"),
        ),
    ),
    State(
        "hf_hub_ex",
        "datasets.files",
        "wired",
        ("HfHub.Api.list_files",),
        ("revision", "recursive"),
        evidence=_evidence("lib/hf_hub/api.ex", 88),
    ),
    State("hf_hub_ex", "auth.whoami", "declared", ("HfHub.Auth.whoami",), evidence=_evidence("lib/hf_hub/auth.ex", 12)),
    *(
        State("hf_hub_ex", operation, "absent")
        for operation in (
            "files.range",
            "libraries.load_dataset",
            "libraries.load_dataset_streaming",
            "files.gated_errors",
            "cache.etag",
        )
    ),
    State(
        "hf-hub",
        "files.download",
        "wired",
        ("hf_hub::api::sync::ApiRepo::get",),
        ("revision",),
        probe="failed",
        evidence=(Evidence("probe", "the resolve request was repeated after a 404", None, "hf-hub"),),
    ),
    *(
        State("hf-hub", operation, "absent")
        for operation in (
            "datasets.info",
            "datasets.files",
            "files.range",
            "libraries.load_dataset",
            "libraries.load_dataset_streaming",
            "files.gated_errors",
            "cache.etag",
        )
    ),
)

_BY_NEED = {need.operation: need for need in NEEDED}
_WHY = {
    "absent": "no function, and no request with its method and path",
    "declared": "only declared",
    "wired": "options are missing",
    "options": "no test was seen to pass, and no probe ran",
}
GAPS = tuple(
    Gap(state.client, state.operation, need.priority, state.level, need.recipes, _WHY[state.level])
    for priority in ("P0", "P1", "P2")
    for state in STATES
    for need in [_BY_NEED[state.operation]]
    if need.priority == priority and state.level in ("absent", "declared", "wired")
)

MINIMUMS = tuple(
    Minimum(
        recipe,
        operations := tuple(need.operation for need in NEEDED if recipe in need.recipes),
        tuple(
            (client, tuple(gap.operation for gap in GAPS if gap.client == client and gap.operation in operations))
            for client in ("huggingface_hub", "hf_hub_ex", "hf-hub")
        ),
    )
    for recipe in ALL
)

CHAINS = (
    Chain(
        "math_rl",
        "files.download",
        "hf_datasets_ex",
        "HfDatasetsEx.load_dataset",
        "hf_hub_ex",
        "HfHub.Download.hf_hub_download",
        "GET /datasets/{}/resolve/{}/{}",
    ),
    Chain(
        "off_policy_reasoning",
        "files.range",
        "hf_datasets_ex",
        "",
        "hf_hub_ex",
        "",
        "",
        "no function of hf_datasets_ex passes it on",
    ),
)

DOCUMENTS = (
    ReviewedDocument(
        "GAPS_OLD.md",
        (
            Claim(Where("GAPS_OLD.md", 3), "HfHub.Api.dataset_info/2", "right", "lib/hf_hub/api.ex:42"),
            Claim(
                Where("GAPS_OLD.md", 7),
                "All 26 endpoints are 100% complete | `done`",
                "contradicted",
                "hf_hub_ex makes 2 of the 6 requests of the table",
            ),
            Claim(Where("GAPS_OLD.md", 9), "HfHub.Nope.go/1", "contradicted", "hf_hub_ex has no module HfHub.Nope"),
            Claim(Where("GAPS_OLD.md", 11), "version 0.1.1", "outdated", "0.1.3 was read"),
        ),
        missing=("gated repositories", "pagination"),
        conflicts=(("STATUS.md", "how many tests there are: 45 here, 60 there"),),
        replaced_by=("GAP_ANALYSIS.md",),
        change_log=("line 7: 2 of the 6 requests instead of 100%",),
    ),
    ReviewedDocument(
        "STATUS.md",
        (Claim(Where("STATUS.md", 2), "All tests pass", "unchecked", "no test results were given"),),
        replaced_by=("HF_HUB_EX_CURRENT_STATE.md",),
    ),
)


def example() -> Analysis:
    """The whole of it."""
    return Analysis(
        FORMAT_VERSION,
        "recipes-data 9.9.9",
        (COOKBOOK, HUB, ELIXIR, RUST, DATASETS_EX),
        OPERATIONS,
        (NEEDS,),
        (PYTHON_INVENTORY, ELIXIR_INVENTORY, RUST_INVENTORY),
        (CONSUMER,),
        NEEDED,
        STATES,
        GAPS,
        MINIMUMS,
        CHAINS,
        (Drift("unlisted", "openai/gsm8k (main)", "math_rl", Where(MATH, 344)),),
        (*NEEDS.findings, *ELIXIR_INVENTORY.findings, *CONSUMER.findings),
        DOCUMENTS,
        ("whether files.xet is used: the embedded Hub has no Xet storage",),
    )


def empty() -> Analysis:
    """Nothing found at all: pages must still read well."""
    return Analysis(FORMAT_VERSION, "recipes-data 9.9.9", (), OPERATIONS, (), (), (), (), (), (), ())
