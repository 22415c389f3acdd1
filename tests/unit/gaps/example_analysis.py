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
from recipes_data.gaps.evidence import Evidence, Where
from recipes_data.gaps.levels import Gap, Minimum, State
from tests.unit.gaps.example_clients import (
    CONSUMER,
    DATASETS_EX,
    ELIXIR,
    ELIXIR_INVENTORY,
    HUB,
    PYTHON_INVENTORY,
    RUST,
    RUST_INVENTORY,
)
from tests.unit.gaps.example_recipes import COOKBOOK, MATH, NEEDS, OPERATIONS

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
