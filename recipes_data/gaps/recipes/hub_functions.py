"""The only home of which functions of Python libraries go to the Hub, what their arguments mean, which operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["HUB_NAMES", "PACKAGED", "PLAIN_NAMES", "HubFunction", "function_called", "function_of"]


@dataclass(frozen=True, slots=True)
class HubFunction:
    """A function that goes to the Hub.

    `order`: names of its positional parameters. `repo`, `config`, `split`, `files`: which parameters these are.
    `repo_type`: "dataset", "model", "space"; "" where the argument `repo_type` says it. `operations` may have
    `{area}`: models, datasets or spaces. `pins`: whether it takes a revision that decides what it reads.
    """

    name: str
    order: tuple[str, ...] = ()
    repo: str | None = None
    repo_type: str | None = ""
    config: str | None = None
    split: str | None = None
    files: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    pins: bool = False


PACKAGED = frozenset(
    [
        "json",
        "csv",
        "parquet",
        "arrow",
        "text",
        "xml",
        "pandas",
        "imagefolder",
        "audiofolder",
        "videofolder",
        "pdffolder",
        "niftifolder",
        "webdataset",
        "generator",
        "sql",
        "spark",
        "cache",
        "hdf5",
        "lance",
        "iceberg",
    ]
)
"""Names that `load_dataset` takes for a format, not for a repository."""

_ID = ("repo_id",)


def _dataset(name: str, order: str, operation: str, config: str | None = None, split: str | None = None) -> HubFunction:
    return HubFunction(
        name, tuple(order.split()), "path", "dataset", config, split, ("data_files",), (operation,), pins=True
    )


def _api(
    name: str,
    order: str = "repo_id",
    *operations: str,
    kind: str | None = "",
    pins: bool = False,
    files: tuple[str, ...] = (),
) -> HubFunction:
    names = tuple(order.split())
    repo = next((one for one in ("repo_id", "from_id", "pretrained_model_name_or_path") if one in names), None)
    return HubFunction(name, names, repo, kind, None, None, files, operations, pins)


def _table(rows: Iterable[HubFunction]) -> dict[str, HubFunction]:
    return {row.name: row for row in rows}


_LOAD = "path name data_dir data_files split cache_dir features download_config download_mode verification_mode"
_DATASETS = _table(
    [
        _dataset("load_dataset", _LOAD, "libraries.load_dataset", "name", "split"),
        _dataset("load_dataset_builder", "path name data_dir data_files cache_dir", "libraries.load_dataset", "name"),
        _dataset("get_dataset_config_names", "path revision", "libraries.get_dataset_config_names"),
        _dataset("get_dataset_default_config_name", "path revision", "libraries.get_dataset_config_names"),
        _dataset("get_dataset_split_names", "path config_name", "libraries.get_dataset_split_names", "config_name"),
        _dataset("get_dataset_config_info", "path config_name", "libraries.get_dataset_split_names", "config_name"),
        _dataset("get_dataset_infos", "path", "libraries.get_dataset_split_names"),
        _dataset("dataset_module_factory", "path", "libraries.load_dataset"),
        _dataset("inspect_dataset", "path", "libraries.load_dataset"),
        _dataset("load_metric", "path config_name", "spaces.file", "config_name"),
    ]
)
_WRITE = ("commits.create", "libraries.upload")
_SEND = ("commits.preupload", "commits.lfs_batch", "commits.create", "libraries.upload")
_HUB = _table(
    [
        _api(
            "hf_hub_download",
            "repo_id filename",
            "libraries.hf_hub_download",
            "files.download",
            pins=True,
            files=("filename",),
        ),
        _api("snapshot_download", "repo_id", "libraries.snapshot_download", pins=True, files=("allow_patterns",)),
        _api("hf_hub_url", "repo_id filename", "files.download", pins=True, files=("filename",)),
        _api("try_to_load_from_cache", "repo_id filename", "cache.lookup", files=("filename",)),
        _api("scan_cache_dir", "cache_dir", "cache.scan", kind=None),
        _api("get_hf_file_metadata", "url", "files.head", kind=None),
        _api("list_datasets", "", "datasets.list", kind="dataset"),
        _api("list_models", "", "models.list", kind="model"),
        _api("list_spaces", "", "spaces.list", kind="space"),
        _api("dataset_info", "repo_id", "datasets.info", kind="dataset", pins=True),
        _api("model_info", "repo_id", "models.info", kind="model", pins=True),
        _api("space_info", "repo_id", "spaces.info", kind="space", pins=True),
        _api("repo_info", "repo_id", "{area}.info", pins=True),
        _api("list_repo_files", "repo_id", "{area}.files", pins=True),
        _api("list_repo_tree", "repo_id path_in_repo", "{area}.files", pins=True),
        _api("list_files_info", "repo_id paths", "files.paths_info", pins=True),
        _api("get_paths_info", "repo_id paths", "files.paths_info", pins=True, files=("paths",)),
        _api("list_repo_commits", "repo_id", "{area}.commits"),
        _api("list_repo_refs", "repo_id", "{area}.refs"),
        _api("list_dataset_parquet_files", "repo_id", "datasets.parquet", kind="dataset"),
        _api("file_exists", "repo_id filename", "files.head", files=("filename",)),
        _api("repo_exists", "repo_id", "repos.exists"),
        _api("revision_exists", "repo_id revision", "{area}.info"),
        _api("get_safetensors_metadata", "repo_id", "libraries.safetensors_metadata", pins=True),
        _api(
            "parse_safetensors_file_metadata",
            "repo_id filename",
            "libraries.safetensors_metadata",
            pins=True,
            files=("filename",),
        ),
        _api("create_repo", "repo_id", "repos.create"),
        _api("delete_repo", "repo_id", "repos.delete"),
        _api("update_repo_settings", "repo_id", "repos.settings"),
        _api("update_repo_visibility", "repo_id private", "repos.settings"),
        _api("move_repo", "from_id to_id", "repos.move"),
        _api("create_branch", "repo_id", "repos.branch_create"),
        _api("delete_branch", "repo_id", "repos.branch_delete"),
        _api("create_tag", "repo_id", "repos.tag_create"),
        _api("delete_tag", "repo_id", "repos.tag_delete"),
        _api("upload_file", "path_or_fileobj path_in_repo repo_id", *_SEND, files=("path_in_repo",)),
        _api("upload_folder", "", *_SEND),
        _api("upload_large_folder", "repo_id folder_path", *_SEND),
        _api("preupload_lfs_files", "repo_id", "commits.preupload", "commits.lfs_batch"),
        _api("create_commit", "repo_id operations", *_SEND),
        _api("delete_file", "path_in_repo repo_id", *_WRITE),
        _api("delete_files", "repo_id", *_WRITE),
        _api("delete_folder", "path_in_repo repo_id", *_WRITE),
        _api("metadata_update", "repo_id metadata", *_WRITE),
        _api("whoami", "token", "auth.whoami", kind=None),
        _api("login", "token", "auth.whoami", kind=None),
        _api("auth_check", "repo_id", "auth.check"),
        _api("get_user_overview", "username", "auth.user", kind=None),
        _api("list_user_repos", "", "auth.user_repos", kind=None),
        _api("get_repo_discussions", "repo_id", "discussions.list"),
        _api("get_discussion_details", "repo_id discussion_num", "discussions.get"),
        _api("list_collections", "", "collections.list", kind=None),
        _api("get_collection", "collection_slug", "collections.get", kind=None),
        _api("get_organization_overview", "organization", "organizations.overview", kind=None),
        _api("list_organization_members", "organization", "organizations.members", kind=None),
    ]
)
_FROM = ("libraries.from_pretrained",)
_NAMED = "pretrained_model_name_or_path"
_ANYWHERE = _table(
    [
        HubFunction("from_pretrained", (_NAMED,), _NAMED, "model", operations=_FROM, pins=True),
        HubFunction("push_to_hub", ("repo_id",), "repo_id", None, operations=("libraries.upload",)),
        HubFunction(
            "get_class_from_dynamic_module",
            ("class_reference", _NAMED),
            _NAMED,
            "model",
            None,
            None,
            (),
            ("libraries.dynamic_module",),
            True,
        ),
    ]
)
_MODELS = {
    "sentence_transformers.SentenceTransformer": HubFunction(
        "SentenceTransformer", ("model_name_or_path",), "model_name_or_path", "model", operations=_FROM, pins=True
    ),
    "sentence_transformers.CrossEncoder": HubFunction(
        "CrossEncoder", ("model_name",), "model_name", "model", operations=_FROM, pins=True
    ),
    "transformers.pipeline": HubFunction("pipeline", ("task", "model"), "model", "model", operations=_FROM, pins=True),
    "transformers.cached_file": HubFunction(
        "cached_file", (_NAMED, "filename"), _NAMED, "model", None, None, ("filename",), ("files.download",), True
    ),
    "vllm.LLM": HubFunction("LLM", ("model",), "model", "model", operations=_FROM, pins=True),
    "evaluate.load": HubFunction(
        "load", ("path", "config_name"), "path", "space", "config_name", operations=("spaces.file",), pins=True
    ),
    "inspect_ai.dataset.hf_dataset": HubFunction(
        "hf_dataset",
        ("path", "split", "name", "data_dir", "revision"),
        "path",
        "dataset",
        "name",
        "split",
        ("data_files",),
        ("libraries.load_dataset",),
        True,
    ),
}
_CARDS = {
    "load": HubFunction("load", ("repo_id_or_path",), "repo_id_or_path", "", operations=("{area}.readme",)),
    "push_to_hub": HubFunction("push_to_hub", ("repo_id",), "repo_id", "", operations=("libraries.upload",)),
}
_FILE_SYSTEM = {
    "open", "ls", "glob", "find", "walk", "exists", "info", "isfile", "isdir", "cat", "cat_file", "cat_ranges", "get",
    "get_file", "read_text", "read_bytes", "read_block", "head", "tail", "du", "put", "put_file", "rm", "cp_file",
    "url",
}  # fmt: skip
_WRITES_FILES = {"put", "put_file", "rm", "cp_file"}

PLAIN_NAMES = frozenset({*(name.rpartition(".")[2] for name in _MODELS), *_CARDS, *_FILE_SYSTEM, "login"}) - {
    "hf_dataset",
    "push_to_hub",
}
"""Last names of functions that go to the Hub, and that much else has as well."""

HUB_NAMES = frozenset({*_DATASETS, *_HUB, *_ANYWHERE, "hf_dataset"}) - PLAIN_NAMES
"""Last names of the functions that go to the Hub and that hardly anything else has."""

_TELLING = frozenset(
    [
        "load_dataset",
        "load_dataset_builder",
        "get_dataset_config_names",
        "get_dataset_split_names",
        "get_dataset_infos",
        "get_dataset_config_info",
        "hf_hub_download",
        "snapshot_download",
        "list_repo_files",
        "list_repo_tree",
        "dataset_info",
        "repo_info",
        "upload_folder",
        "upload_large_folder",
        "get_paths_info",
        "list_repo_commits",
        "list_repo_refs",
        "list_datasets",
        "from_pretrained",
        "push_to_hub",
        "hf_hub_url",
        "get_repo_discussions",
    ]
)
"""Names that nothing else has, so that a call of one on something unknown is still taken for the Hub's."""

# functions of these names that have nothing to do with the Hub
_OTHERS = frozenset(
    ["modelscope", "seaborn", "tensorflow_datasets", "sklearn", "torchvision", "kagglehub", "nltk", "builtins"]
)
_PLAIN = frozenset(["get_token", "logging", "constants", "utils", "errors", "configure_http_backend", "get_session"])


def function_of(name: str) -> HubFunction | None:
    """The Hub function of a qualified name ("datasets.load.load_dataset"); None where it is none."""
    package, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    if not rest or package in _OTHERS:
        return None
    if last in _ANYWHERE and not (package == "huggingface_hub" and "Card" in name):
        return _second_argument(name) if last == "from_pretrained" else _ANYWHERE[last]
    if package == "datasets" and last in _DATASETS:
        return _DATASETS[last]
    if package == "huggingface_hub":
        return _of_hub(name, rest, last)
    if package == "fsspec" and "filesystem." in name and last in _FILE_SYSTEM:
        return None
    short = f"{package}.{last}"
    return _MODELS.get(name) or (
        _MODELS.get(short) if package in ("transformers", "vllm", "sentence_transformers") else None
    )


def _of_hub(name: str, rest: str, last: str) -> HubFunction | None:
    if "HfFileSystem" in rest or "hf_file_system" in rest:
        if last not in _FILE_SYSTEM:
            return None
        operations = ("libraries.hf_file_system", *(("libraries.upload",) if last in _WRITES_FILES else ()))
        return HubFunction(last, ("path",), "path", None, operations=operations, pins=last not in _WRITES_FILES)
    if "Card" in name:
        kind = "dataset" if "DatasetCard" in name else "space" if "SpaceCard" in name else "model"
        card = _CARDS.get(last)
        return card and HubFunction(card.name, card.order, card.repo, kind, operations=card.operations)
    if last in _HUB:
        return _HUB[last]
    of_api = rest.endswith(f"HfApi.{last}")  # not what its result has: `api.dataset_info(repo).sha`
    if last in _PLAIN or not last[:1].islower() or ("." in rest and not of_api) or "InferenceClient" in name:
        return None
    # a function of the client that the table has no row for: it is listed, with no operation
    return HubFunction(last, _ID, "repo_id", "") if of_api or _goes_online(last) else None


def _goes_online(last: str) -> bool:
    verbs = (
        "list_",
        "create_",
        "delete_",
        "update_",
        "upload_",
        "add_",
        "duplicate_",
        "request_",
        "super_",
        "restart_",
    )
    return last.startswith(verbs)


def _second_argument(name: str) -> HubFunction:
    owner = name.split(".")[-2]
    if owner.startswith(("PeftModel", "AutoPeftModel")) and owner.startswith("Peft"):
        return HubFunction("from_pretrained", ("model", "model_id"), "model_id", "model", operations=_FROM, pins=True)
    return _ANYWHERE["from_pretrained"]


def function_called(last: str) -> HubFunction | None:
    """The Hub function that a call of this name on something unknown must be taken for; None: it may be anything."""
    if last not in _TELLING:
        return None
    return _DATASETS.get(last) or _HUB.get(last) or _ANYWHERE.get(last)
