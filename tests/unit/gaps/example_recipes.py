"""What the example recipes ask of the Hub, and the small contract table that they are held against."""

from __future__ import annotations

from recipes_data.gaps.evidence import Finding, Origin, Where
from recipes_data.gaps.needs import Access, Needs, Recipe, Step
from recipes_data.gaps.operations import Operation, Operations, Parameter

COOKBOOK = Origin("tinker_cookbook", "recipes", "python", "0.5.1", "9dfcc3a2" * 5, 320, 71_204)

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
