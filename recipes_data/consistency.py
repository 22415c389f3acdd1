"""The only home of the rules between the fields of a manifest: what must agree with what.

They are checked on the parsed text, before and apart from the form of each field, so that one look
at a file finds every fault in it. What is not of the right form is passed over here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from recipes_data.yamltext import Document, Fault, PathKey, show_path

__all__ = ["dataset_faults", "recipe_faults"]

_MAX_SPLITS = 20_000
_MAX_EXPANDED = 10_000_000  # characters of patterns and columns, groups written out
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_MAGIC = re.compile(r"[*?\[]")
# words of a query's names (those of S3, Google, Azure) that make it a secret
_SIGNATURES = frozenset({"signature", "sig", "token", "credential", "awsaccesskeyid", "password", "secret"})


def dataset_faults(document: Document) -> list[Fault]:
    """What does not agree in a dataset manifest, each with line and path."""
    value = document.value
    if not isinstance(value, Mapping):
        return []
    return [
        *_source_faults(value, document),
        *_layout_faults(value, document),
        *_name_faults(value, document),
        *_evidence_faults(value, document),
        *_shared_files(value, document),
        *_size_faults(value, document),
    ]


def recipe_faults(document: Document) -> list[Fault]:
    """What does not agree in a recipe manifest, each with line and path."""
    if not isinstance(document.value, Mapping):
        return []
    faults = []
    for index, need in enumerate(_items(document.value.get("needs"))):
        path: PathKey = ("needs", index)
        if (need.get("dataset") is None) == (need.get("model") is None):
            faults.append(_fault(document, path, "a need names one `dataset` or one `model`"))
        parts = [key for key in ("rows", "shards") if need.get(key) is not None]
        if len(parts) == 2:
            faults.append(_fault(document, (*path, "shards"), "cannot stand beside `rows`: say one of them"))
        elif parts and need.get("model") is not None:
            faults.append(_fault(document, (*path, parts[0]), "is for datasets; a model has no rows"))
        if need.get("shards") == []:
            faults.append(_fault(document, (*path, "shards"), "must not be empty"))
    return faults


def _fault(document: Document, path: PathKey, what: str) -> Fault:
    return Fault(document.line_of(path), show_path(path), what)


def _source_faults(value: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    """Where the bytes are: on a Hub, or by URLs, which have no revisions, no card and (http) no list of files."""
    ways = [key for key in ("repo", "url", "urls") if value.get(key)]
    if not ways:
        yield _fault(document, (), "where is it? say `repo: ORG/NAME`, or `url:` or `urls:` where it is not on the Hub")
    elif len(ways) > 1:
        yield _fault(document, (ways[1],), f"cannot stand beside `{ways[0]}`: say one of them")
    if not ways or ways[0] == "repo":
        return
    for key, why in (("revision", "a URL has none: write it into the URL"), ("from", "a URL has no card")):
        if value.get(key) is not None:
            yield _fault(document, (key,), f"is for `repo`; {why}")
    urls: list[tuple[PathKey, object]] = [(("url",), value.get("url"))]
    urls += [(("urls", path), url) for path, url in _mapping(value.get("urls")).items()]
    for path, url in urls:
        if isinstance(url, str) and (what := _url_fault(url)):
            yield _fault(document, path, what)
    if str(value.get("url")).startswith(("http://", "https://")):
        yield from _listing_faults(value, document)


def _url_fault(url: str) -> str:
    """What is wrong with a URL that will stand in manifests and locks; empty if nothing is."""
    try:
        parts = urlsplit(url)
        credentials = parts.username or parts.password
    except ValueError:
        return "is not a URL"
    if credentials:
        return "carries credentials, which do not belong into a file that is kept"
    if any(word in _SIGNATURES for key in parse_qs(parts.query) for word in re.split("[^a-z]+", key.lower())):
        return "is signed: such a URL is a secret, and it expires; name the bucket (s3://...) or give it as --from"
    return ""


def _listing_faults(value: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    """Patterns where nothing tells which files there are."""
    what = "an http place cannot be listed: name each file, without `*`, `?` and `[`"
    for pattern in _texts(value.get("files")):
        if _MAGIC.search(pattern):
            yield _fault(document, ("files",), what)
    for path, config in _configs(value):
        for split, spec in _splits(config):
            if any(_MAGIC.search(pattern) for pattern in _texts(spec.get("files"))):
                yield _fault(document, (*path, "splits", split, "files"), what)


def _layout_faults(value: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    ways = [key for key in ("configs", "config_groups", "from", "files") if value.get(key)]
    named = [key for key in ways if key not in ("configs", "config_groups")]
    if not ways:
        what = "which files are the data? say `configs` or `config_groups`, or `from: card`, or `files`"
        yield _fault(document, (), what)
    elif len(named) > 1 or (named and len(ways) > 1):
        yield _fault(document, (named[-1],), f"cannot stand beside `{ways[0]}`: say one of them")
    elif value.get("type") == "model" and named != ["files"]:
        yield _fault(document, ("type",), "a model has `files`, no configs")
    if value.get("optional") and named != ["files"]:
        yield _fault(document, ("optional",), "stands beside `files`; what configs and splits name has to be there")
    if value.get("type") == "model" and value.get("cache") is not None:
        yield _fault(document, ("cache",), "is for datasets; a model has no rows")


def _name_faults(value: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    names = set(_mapping(value.get("configs")))
    for index, group in enumerate(_items(value.get("config_groups"))):
        for at, name in enumerate(_texts(group.get("names"))):
            if name in names:
                path = ("config_groups", index, "names", at)
                yield _fault(document, path, f"the config {name!r} stands twice")
            names.add(name)
    default = value.get("default_config")
    if isinstance(default, str) and names and default not in names:
        yield _fault(document, ("default_config",), f"{default!r} is none of the configs")


def _evidence_faults(value: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    revision = value.get("revision")
    if isinstance(revision, str) and _COMMIT.match(revision) and not value.get("evidence"):
        yield _fault(document, ("revision",), "a pinned commit needs `evidence`: where it comes from")
    for name, known in _mapping(value.get("digests")).items():
        entry = _mapping(known)
        if (entry.get("sha256") is None) == (entry.get("md5") is None):
            yield _fault(document, ("digests", name), "says one of `sha256` and `md5`")
        if not (entry.get("evidence") or value.get("evidence")):
            yield _fault(document, ("digests", name), "needs `evidence` here or above: who published it")
    for path, config in _configs(value):
        for split, spec in _splits(config):
            known = spec.get("evidence") or config.get("evidence") or value.get("evidence")
            if spec.get("rows") is not None and not known:
                yield _fault(document, (*path, "splits", split, "rows"), "needs `evidence` here or above")


def _shared_files(value: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    """One pattern that two splits of a config both claim; patterns that only overlap are seen by `lock`."""
    for path, config in _configs(value):
        claimed: dict[str, str] = {}
        for split, spec in _splits(config):
            key = "members" if _texts(spec.get("members")) else "files"
            for pattern in _claims(spec):
                if claimed.setdefault(pattern, split) != split:
                    what = f"the splits {claimed[pattern]!r} and {split!r} both claim {pattern!r}"
                    yield _fault(document, (*path, "splits", split, key), what)


def _claims(spec: Mapping[str, Any]) -> list[str]:
    """What a split takes for itself: files, or members of archives, which several splits may share."""
    files, members = _texts(spec.get("files")), _texts(spec.get("members"))
    return [f"{pattern}!/{member}" for pattern in files for member in members] if members else files


def _size_faults(value: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    """More splits or text than can be worked with: a group of a few lines stands for names times splits."""
    splits = characters = 0
    for path, config in _configs(value):
        names = _texts(config.get("names")) if path[0] == "config_groups" else [str(path[1])]
        longest = max(map(len, names), default=0)
        above = _column_characters(config) or _column_characters(value)
        for _, spec in _splits(config):
            written = [*_texts(spec.get("files")), *_texts(spec.get("members"))]
            patterns = sum(len(text) + text.count("{config}") * longest for text in written)
            characters += len(names) * (patterns + (_column_characters(spec) or above))
            splits += len(names)
        if splits > _MAX_SPLITS:
            yield _fault(document, path, f"more than {_MAX_SPLITS:,} splits up to here, all configs together")
            return
        if characters > _MAX_EXPANDED:
            what = f"more than {_MAX_EXPANDED:,} characters of patterns and columns up to here, groups written out"
            yield _fault(document, path, what)
            return


def _column_characters(value: Mapping[str, Any]) -> int:
    return sum(len(name) + len(str(kind)) for name, kind in _mapping(value.get("columns")).items())


def _configs(value: Mapping[str, Any]) -> Iterator[tuple[PathKey, Mapping[str, Any]]]:
    for name, config in _mapping(value.get("configs")).items():
        if isinstance(config, Mapping):
            yield ("configs", name), config
    for index, group in enumerate(_items(value.get("config_groups"))):
        yield ("config_groups", index), group


def _splits(config: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for split, spec in _mapping(config.get("splits")).items():
        if isinstance(spec, Mapping):
            yield split, spec


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list, each in its place: anything else stands in as an empty one."""
    return [_mapping(item) for item in value] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
