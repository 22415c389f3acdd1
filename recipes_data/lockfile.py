"""The only home of the lock: what a dataset resolved to and what its bytes turned out to hold, as values and as JSON.

*Resolved* fields come from the Hub alone: the commit, and the ordered files with size and digest.
*Measured* fields (`rows` and `sha256` of a file, `columns` of a split) come from the first verified
bytes; they are null until known and then never change. `to_json` and `from_json` are exact inverses;
the text is deterministic (sorted keys, two spaces, one final newline). No pydantic: loaders read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from recipes_data.columns import parse_type
from recipes_data.errors import LockError, UnknownNameError
from recipes_data.formats import FORMATS
from recipes_data.values import value

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _T = TypeVar("_T")

__all__ = [
    "CONFIG_NAME",
    "DATASET_NAME",
    "FORMAT_VERSION",
    "Lock",
    "LockedConfig",
    "LockedFile",
    "LockedSplit",
    "from_json",
    "to_json",
]

FORMAT_VERSION = 1
# Names of configs and splits become parts of file names and stand in addresses and on terminals: one path
# segment on every system, no control characters, nothing that UTF-8 cannot write.
CONFIG_NAME = re.compile(r"(?!\.{1,2}\Z)[^/:\s\\\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,128}\Z")
DATASET_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,95}\Z")  # of a manifest, and of a lock's file
_MAX_VALUES = 1_000_000  # a lock of 20 MB has half as many; twenty million would take hundreds of megabytes
_MAX_SHOWN = 500  # characters of what a file holds, in a message
_FORMAT = re.compile(rf"({'|'.join(FORMATS)}|files)\Z")
_DIGEST = re.compile(r"(sha256:[0-9a-f]{64}|git-sha1:[0-9a-f]{40}|md5:[0-9a-f]{32})\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@value
class LockedFile:
    """One file: `size` in bytes, `digest` as the Hub publishes it; `sha256` (hex) and `rows` measured.

    `sha256` is the digest's own where that is a sha256. `url`: where it is, if it is not on a Hub.
    """

    path: str
    size: int
    digest: str
    sha256: str | None = None
    rows: int | None = None
    url: str | None = None


@value
class LockedSplit:
    """One split: its files in row order (paths into `Lock.files`), how to read them, what was promised.

    `format`: one of `formats.FORMATS`, or "files" (opaque). `promised`: columns that the manifest names,
    None where it names none. `expected_rows`: the manifest's count. `columns`: measured.
    Columns are (name, type text) pairs in the order of the bytes.
    `members`: the files are archives, and these patterns say which of their members have the rows. `extracted`: those
    members in row order, measured, each called ARCHIVE!/PATH; None until they were taken out.
    """

    name: str
    files: tuple[str, ...]
    format: str
    promised: tuple[tuple[str, str], ...] | None = None
    expected_rows: int | None = None
    evidence: str = ""
    columns: tuple[tuple[str, str], ...] | None = None
    members: tuple[str, ...] = ()
    extracted: tuple[LockedFile, ...] | None = None


@value
class LockedConfig:
    """One config and its splits, in order."""

    name: str
    splits: tuple[LockedSplit, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the files of all its splits, in order."""
        return tuple(path for split in self.splits for path in split.files)


@value
class Lock:
    """All that `load` needs to know of one dataset.

    `revision` is the wish, `commit` the answer. `origin`: the endpoint that answered, or `folder`.
    `sample`: made-up rows. `files` are sorted by path. Of what is not on a Hub `repo_type` is "url", `repo` the place,
    `revision` "url" and `commit` a sha1 over paths and digests.
    """

    name: str
    repo: str
    repo_type: str
    revision: str
    commit: str
    origin: str
    manifest_digest: str
    files: tuple[LockedFile, ...]
    configs: tuple[LockedConfig, ...]
    default_config: str | None = None
    license: str | None = None
    gated: str | None = None
    sample: bool = False

    def by_path(self) -> dict[str, LockedFile]:
        """The files by path."""
        return {file.path: file for file in self.files}

    def all_files(self) -> tuple[LockedFile, ...]:
        """The files, and the members that were taken out of archives."""
        splits = (split for config in self.configs for split in config.splits)
        return self.files + tuple(file for split in splits for file in split.extracted or ())

    def config(self, name: str | None) -> LockedConfig:
        """The config of this name, or the default one.

        Raises:
            UnknownNameError: no such config, or none was named and there is no default.
        """
        names = ", ".join(config.name for config in self.configs)
        wanted = name or self.default_config or (self.configs[0].name if len(self.configs) == 1 else None)
        if wanted is None:
            raise UnknownNameError(f"{self.name!r} has several configs and no default", f"name one of: {names}")
        for config in self.configs:
            if config.name == wanted:
                return config
        raise UnknownNameError(f"{self.name!r} has no config {wanted!r}", f"it has: {names}")

    def split(self, config: str | None, name: str | None) -> tuple[LockedConfig, LockedSplit]:
        """A config's split; with no name, its only one.

        Raises:
            UnknownNameError: no such split, or none was named and there are several.
        """
        found = self.config(config)
        names = ", ".join(split.name for split in found.splits)
        if name is None:
            if len(found.splits) == 1:
                return found, found.splits[0]
            raise UnknownNameError(f"{self.name}/{found.name} has several splits", f"name one of: {names}")
        for split in found.splits:
            if split.name == name:
                return found, split
        raise UnknownNameError(f"{self.name}/{found.name} has no split {name!r}", f"it has: {names}")


def to_json(lock: Lock) -> str:
    """Deterministic text of a lock.

    Raises:
        LockError: a config or split has a name that `from_json` would refuse.
    """
    for name in (name for config in lock.configs for name in (config.name, *(split.name for split in config.splits))):
        if not CONFIG_NAME.match(name):
            raise LockError(
                f"{lock.name}: {_short(name)} cannot be the name of a config or split, which stands in file names",
                "name configs, splits and files in the manifest, instead of `from: card`",
            )
    document = {
        "format_version": FORMAT_VERSION,
        "name": lock.name,
        "repo": lock.repo,
        "repo_type": lock.repo_type,
        "revision": lock.revision,
        "commit": lock.commit,
        "origin": lock.origin,
        "sample": lock.sample,
        "license": lock.license,
        "gated": lock.gated,
        "manifest_digest": lock.manifest_digest,
        "default_config": lock.default_config,
        "files": {file.path: _file_out(file) for file in lock.files},
        "configs": [
            {
                "name": config.name,
                "splits": [
                    {
                        "name": split.name,
                        "format": split.format,
                        "files": list(split.files),
                        "promised": _pairs_out(split.promised),
                        "expected_rows": split.expected_rows,
                        "evidence": split.evidence,
                        "columns": _pairs_out(split.columns),
                        **_members_out(split),
                    }
                    for split in config.splits
                ],
            }
            for config in lock.configs
        ],
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _file_out(file: LockedFile) -> dict[str, str | int | None]:
    at = {"url": file.url} if file.url else {}
    return {"size": file.size, "digest": file.digest, "sha256": file.sha256, "rows": file.rows, **at}


def _members_out(split: LockedSplit) -> dict[str, Any]:
    if not split.members:
        return {}
    extracted = split.extracted
    listed = None if extracted is None else [{"path": file.path, **_file_out(file)} for file in extracted]
    return {"members": list(split.members), "extracted": listed}


def _pairs_out(pairs: tuple[tuple[str, str], ...] | None) -> list[list[str]] | None:
    return None if pairs is None else [list(pair) for pair in pairs]


def from_json(text: str, source: str) -> Lock:
    """The lock in `text`; `source` names the file in messages.

    Raises:
        LockError: not JSON, another format version, or a field that is missing or of the wrong form.
    """
    try:
        if sum(map(text.count, ",[{")) > _MAX_VALUES:
            raise ValueError(f"more than {_MAX_VALUES:,} values")
        document = json.loads(text)
        version = document.get("format_version") if isinstance(document, Mapping) else None
        if version != FORMAT_VERSION:
            raise LockError(
                f"{source}: the lock's format_version is {_short(version)}, this version reads {FORMAT_VERSION}",
                "update recipes-data, or write the lock anew: recipes-data lock NAME",
            )
        return _lock(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise LockError(
            f"{source}: not a lock that can be read ({type(exc).__name__}: {_cut(str(exc))})",
            "restore it from version control, or delete it and run: recipes-data lock NAME",
        ) from exc


def _lock(document: Mapping[str, Any]) -> Lock:
    files = tuple(_file(path, value) for path, value in sorted(document["files"].items()))
    known = {file.path for file in files}
    configs = tuple(
        LockedConfig(_match(CONFIG_NAME, config["name"]), tuple(_split(split, known) for split in config["splits"]))
        for config in document["configs"]
    )
    _each_once([config.name for config in configs], "config")
    for config in configs:
        _each_once([split.name for split in config.splits], f"config {config.name}: split")
    return Lock(
        name=_text(document["name"]),
        repo=_text(document["repo"]),
        repo_type=_text(document["repo_type"]),
        revision=_text(document["revision"]),
        commit=_match(_COMMIT, document["commit"]),
        origin=_text(document["origin"]),
        manifest_digest=_text(document["manifest_digest"]),
        files=files,
        configs=configs,
        default_config=_none_or(_text, document["default_config"]),
        license=_none_or(_text, document["license"]),
        gated=_none_or(_text, document["gated"]),
        sample=_bool(document["sample"]),
    )


def _file(path: str, value: Mapping[str, Any]) -> LockedFile:
    digest = _match(_DIGEST, value["digest"])
    sha256 = _none_or(lambda text: _match(_SHA256, text), value["sha256"])
    if digest.startswith("sha256:") and sha256 not in (None, digest.removeprefix("sha256:")):
        raise ValueError(f"the sha256 of {path!r} is not that of its digest")
    url = _none_or(_text, value.get("url"))
    return LockedFile(path, _int(value["size"]), digest, sha256, _none_or(_int, value["rows"]), url)


def _split(value: Mapping[str, Any], known: set[str]) -> LockedSplit:
    missing = [path for path in value["files"] if path not in known]
    if missing:
        more = f" and {len(missing) - 5:,} more" if len(missing) > 5 else ""
        raise ValueError(
            f"split {_short(value['name'])} names files that the lock does not list: {', '.join(missing[:5])}{more}"
        )
    if not value["files"]:
        raise ValueError(f"split {value['name']!r} has no files")
    _each_once(value["files"], f"split {_short(value['name'])}: file")
    if value.get("extracted") and not value.get("members"):
        raise ValueError(f"split {_short(value['name'])} has members, and no patterns for them")
    return LockedSplit(
        name=_match(CONFIG_NAME, value["name"]),
        files=tuple(value["files"]),
        format=_match(_FORMAT, value["format"]),
        promised=_pairs_in(value["promised"]),
        expected_rows=_none_or(_int, value["expected_rows"]),
        evidence=_string(value["evidence"]),
        columns=_pairs_in(value["columns"]),
        members=tuple(_text(pattern) for pattern in value.get("members", ())),
        extracted=_none_or(
            lambda found: tuple(_member(file, value["files"]) for file in found), value.get("extracted")
        ),
    )


def _each_once(names: list[str], what: str) -> None:
    """Refuse what a merge of two locks can leave: one of two would be taken in silence."""
    if len(set(names)) < len(names):
        raise ValueError(f"{what} {_short(next(name for name in names if names.count(name) > 1))} stands twice")


def _member(value: Mapping[str, Any], archives: list[str]) -> LockedFile:
    path = _text(value["path"])
    if not path.startswith(tuple(f"{archive}!/" for archive in archives)):
        raise ValueError(f"{_short(path)} is no member of the split's archives")
    return _file(path, value)


def _pairs_in(value: Any) -> tuple[tuple[str, str], ...] | None:
    return None if value is None else tuple((_string(name), _type(kind)) for name, kind in value)


def _text(value: Any) -> str:
    if value == "":
        raise ValueError("expected text, got nothing")
    return _string(value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    value.encode()  # half of a surrogate pair could not be written again: UnicodeEncodeError is a ValueError
    return value


def _type(value: Any) -> str:
    parse_type(_text(value))
    return str(value)


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"expected a count, got {value!r}")
    return value


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, got {value!r}")
    return value


def _none_or(check: Callable[[Any], _T], value: Any) -> _T | None:
    return None if value is None else check(value)


def _match(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.match(value):
        raise ValueError(f"{value!r} is not of the form {pattern.pattern}")
    return value


def _short(value: Any) -> str:
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}... ({len(text):,} characters)"
