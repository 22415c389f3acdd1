"""Drives huggingface_hub (and `datasets`, `transformers` where they are installed) for the probe.

python -m recipes_data.gaps.probe.drivers.huggingface_hub
"""

from __future__ import annotations

import base64
import itertools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import huggingface_hub
from huggingface_hub import CommitOperationAdd, HfApi, HfFileSystem, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError

from recipes_data.gaps.probe.drivers.speaking import Unsupported, serve

__all__ = ["OPERATIONS", "error_of", "main"]

_API = HfApi()


def error_of(error: Exception) -> dict[str, Any]:
    """The error's class, and the HTTP status that it or its cause carries."""
    status = None
    seen: BaseException | None = error
    while seen is not None and status is None:
        if isinstance(seen, HfHubHTTPError) and seen.response is not None:
            status = seen.response.status_code
        seen = seen.__cause__
    return {"type": type(error).__name__, "message": str(error), "status": status}


def _client() -> dict[str, str]:
    return {"name": "huggingface_hub", "version": huggingface_hub.__version__}


# --- repositories


def _info(kind: str) -> Callable[..., Any]:
    def info(repo: str, revision: str | None = None) -> Any:
        told = _API.repo_info(repo, repo_type=kind, revision=revision)
        return {"id": told.id, "sha": told.sha, "private": told.private, "gated": getattr(told, "gated", None)}

    return info


def _files(kind: str) -> Callable[..., Any]:
    return lambda repo, revision=None: _API.list_repo_files(repo, repo_type=kind, revision=revision)


def _file(kind: str) -> Callable[..., Any]:
    return lambda repo, path, revision=None: _download(repo, kind, path, revision)


def _download(repo: str, repo_type: str, path: str, revision: str | None = None) -> Any:
    return {"path": _API.hf_hub_download(repo, path, repo_type=repo_type, revision=revision)}


def _list(kind: str) -> Callable[..., Any]:
    def listed(**arguments: Any) -> Any:
        return [{"id": each.id} for each in getattr(_API, f"list_{kind}s")(**arguments)]

    return listed


def _commits(kind: str) -> Callable[..., Any]:
    def commits(repo: str, revision: str | None = None) -> Any:
        told = _API.list_repo_commits(repo, repo_type=kind, revision=revision)
        return [{"id": each.commit_id, "title": each.title} for each in told]

    return commits


def _refs(kind: str) -> Callable[..., Any]:
    def refs(repo: str) -> Any:
        told = _API.list_repo_refs(repo, repo_type=kind)
        return {name: [each.name for each in getattr(told, name)] for name in ("branches", "tags", "converts")}

    return refs


def _readme(kind: str) -> Callable[..., Any]:
    return lambda repo, revision=None: _download(repo, kind, "README.md", revision)


def _card(kind: str) -> Callable[..., Any]:
    def card(repo: str) -> Any:
        kinds = {"model": huggingface_hub.ModelCard, "dataset": huggingface_hub.DatasetCard}
        told = kinds[kind].load(repo)
        return {"data": told.data.to_dict(), "text": told.text}

    return card


def _discussions(repo: str, repo_type: str = "model") -> Any:
    return [{"num": each.num, "title": each.title} for each in _API.get_repo_discussions(repo, repo_type=repo_type)]


# --- files


def _head(repo: str, repo_type: str, path: str, revision: str | None = None) -> Any:
    url = hf_hub_url(repo, path, repo_type=repo_type, revision=revision)
    told = _API.get_hf_file_metadata(url=url)
    return {"commit": told.commit_hash, "etag": told.etag, "size": told.size}


def _address(repo: str, repo_type: str, path: str) -> str:
    prefix = {"dataset": "datasets/", "space": "spaces/"}.get(repo_type, "")
    return f"{prefix}{repo}/{path}"


def _range(repo: str, repo_type: str, path: str, start: int, length: int) -> Any:
    part = HfFileSystem().cat_file(_address(repo, repo_type, path), start=start, end=start + length)
    return {"base64": base64.b64encode(part).decode()}


def _read(repo: str, repo_type: str, path: str, start: int, length: int) -> Any:
    with HfFileSystem().open(_address(repo, repo_type, path), "rb", block_size=length) as file:
        file.seek(start)
        return {"base64": base64.b64encode(file.read(length)).decode()}


def _lookup(repo: str, repo_type: str, path: str) -> Any:
    found = huggingface_hub.try_to_load_from_cache(repo, path, repo_type=repo_type)
    return {"path": found} if isinstance(found, str) else None


def _xet_token(**_: Any) -> Any:
    raise Unsupported("no public function asks for it")


def _paths_info(repo: str, repo_type: str, paths: list[str], revision: str | None = None) -> Any:
    told = _API.get_paths_info(repo, paths, repo_type=repo_type, revision=revision)
    return [{"path": each.path, "size": getattr(each, "size", None)} for each in told]


def _snapshot(repo: str, repo_type: str, revision: str | None = None, allow_patterns: Any = None) -> Any:
    told = _API.snapshot_download(repo, repo_type=repo_type, revision=revision, allow_patterns=allow_patterns)
    return {"path": told}


def _glob(repo: str, repo_type: str, pattern: str) -> Any:
    root = _address(repo, repo_type, "")
    return [str(each).removeprefix(root) for each in HfFileSystem().glob(root + pattern)]


def _tensors(repo: str) -> Any:
    return sorted(_API.get_safetensors_metadata(repo).weight_map)


def _cached() -> Any:
    return [{"repo": each.repo_id, "repo_type": each.repo_type} for each in huggingface_hub.scan_cache_dir().repos]


# --- writing


def _create(repo: str, repo_type: str, private: bool = False) -> Any:
    return {"url": str(_API.create_repo(repo, repo_type=repo_type, private=private))}


def _settings(repo: str, repo_type: str, private: bool | None = None, gated: str | None = None) -> None:
    _API.update_repo_settings(repo, repo_type=repo_type, private=private, gated=gated)  # type: ignore[arg-type]  # as asked


def _branch(repo: str, repo_type: str, branch: str) -> None:
    _API.create_branch(repo, repo_type=repo_type, branch=branch)


def _tag(repo: str, repo_type: str, tag: str, revision: str | None = None) -> None:
    _API.create_tag(repo, repo_type=repo_type, tag=tag, revision=revision)


def _commit(repo: str, repo_type: str, message: str, files: list[dict[str, str]]) -> Any:
    additions = [CommitOperationAdd(each["path"], base64.b64decode(each["base64"])) for each in files]
    return {"commit": _API.create_commit(repo, additions, commit_message=message, repo_type=repo_type).oid}


def _upload(repo: str, repo_type: str, message: str, files: list[dict[str, str]]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        for each in files:
            path = Path(folder, each["path"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(each["base64"]))
        told = _API.upload_folder(repo_id=repo, folder_path=folder, repo_type=repo_type, commit_message=message)
    return {"commit": told.oid}


# --- people


def _user(user: str) -> Any:
    told = _API.get_user_overview(user)
    return {"name": told.username, "fullname": told.fullname}


def _repositories(organization: str | None = None) -> list[dict[str, str]]:
    if not hasattr(_API, "list_user_repos"):
        raise Unsupported("this version has no list_user_repos")
    return [{"id": each.id} for each in _API.list_user_repos(organization)]


def _discussion(repo: str, repo_type: str, num: int) -> Any:
    told = _API.get_discussion_details(repo, num, repo_type=repo_type)
    return {"num": told.num, "title": told.title}


def _collection(slug: str) -> Any:
    told = _API.get_collection(slug)
    items = [{"id": each.item_id, "type": each.item_type} for each in told.items]
    return {"slug": told.slug, "title": told.title, "items": items}


# --- libraries on top


def _datasets() -> Any:
    try:
        import datasets  # seconds to import, and needed by few lines
    except ImportError as error:
        raise Unsupported(f"`datasets` can't be imported: {error}") from error
    datasets.disable_progress_bars()
    return datasets


def _load_dataset(repo: str, split: str, config: str | None = None, take: int | None = None, **more: Any) -> Any:
    rows = _datasets().load_dataset(repo, config, split=split, **more)
    return [dict(row) for row in (rows if take is None else itertools.islice(rows, take))]


def _config_names(repo: str, revision: str | None = None) -> Any:
    return _datasets().get_dataset_config_names(repo, revision=revision)


def _split_names(repo: str, config: str | None = None) -> Any:
    return _datasets().get_dataset_split_names(repo, config)


def _from_pretrained(repo: str, revision: str | None = None) -> Any:
    try:
        from transformers import AutoConfig  # type: ignore[import-not-found]  # not a dependency
    except ImportError as error:
        raise Unsupported(f"`transformers` can't be imported: {error}") from error
    return {"config": AutoConfig.from_pretrained(repo, revision=revision or "main").to_dict()}


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "probe.client": _client,
    **{
        f"{kind}s.{verb}": made(kind)
        for kind in ("dataset", "model", "space")
        for verb, made in (("list", _list), ("info", _info), ("files", _files), ("file", _file))
    },
    **{
        f"{kind}s.{verb}": made(kind)
        for kind in ("dataset", "model")
        for verb, made in (("commits", _commits), ("readme", _readme), ("refs", _refs), ("card", _card))
    },
    "models.discussions": _discussions,
    "discussions.list": _discussions,
    "discussions.get": _discussion,
    "files.head": _head,
    "files.download": _download,
    "files.range": _range,
    "files.paths_info": _paths_info,
    "files.xet_token": _xet_token,
    "repos.exists": lambda repo, repo_type: _API.repo_exists(repo, repo_type=repo_type),
    "repos.create": _create,
    "repos.delete": lambda repo, repo_type: _API.delete_repo(repo, repo_type=repo_type),
    "repos.settings": _settings,
    "repos.move": lambda repo, to, repo_type: _API.move_repo(repo, to, repo_type=repo_type),
    "repos.branch_create": _branch,
    "repos.branch_delete": lambda repo, repo_type, branch: _API.delete_branch(repo, repo_type=repo_type, branch=branch),
    "repos.tag_create": _tag,
    "repos.tag_delete": lambda repo, repo_type, tag: _API.delete_tag(repo, repo_type=repo_type, tag=tag),
    "commits.create": _commit,
    "auth.whoami": lambda: {"name": _API.whoami()["name"]},
    "auth.check": lambda repo, repo_type: _API.auth_check(repo, repo_type=repo_type),
    "auth.user": _user,
    "auth.check_write": lambda repo, repo_type: _API.auth_check(repo, repo_type=repo_type, write=True),
    "auth.user_repos": _repositories,
    "collections.list": lambda owner: [{"slug": each.slug} for each in _API.list_collections(owner=owner)],
    "collections.get": _collection,
    "organizations.overview": lambda organization: {"name": _API.get_organization_overview(organization).name},
    "organizations.members": lambda organization: [
        {"name": each.username} for each in _API.list_organization_members(organization)
    ],
    "organizations.repos": _repositories,
    "cache.scan": _cached,
    "cache.lookup": _lookup,
    "streaming.ranged_read": _read,
    "libraries.snapshot_download": _snapshot,
    "libraries.hf_file_system": _glob,
    "libraries.upload": _upload,
    "libraries.safetensors_metadata": _tensors,
    "libraries.load_dataset": _load_dataset,
    "libraries.load_dataset_streaming": lambda **args: _load_dataset(**args, streaming=True),
    "libraries.get_dataset_config_names": _config_names,
    "libraries.get_dataset_split_names": _split_names,
    "libraries.from_pretrained": _from_pretrained,
}
"""What each line of the protocol calls."""


def main() -> None:
    """Answer the probe until it closes the line."""
    serve(OPERATIONS, error_of)


if __name__ == "__main__":
    main()
