"""The only home of what a repository's card, tree and footers say about its manifest: facts to a draft, no I/O.

What they do not say becomes a `# TODO` with the reason, never a guess that looks like a fact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recipes_data.drafting import ConfigDraft, Draft, SplitDraft
from recipes_data.errors import ManifestError, UnknownNameError
from recipes_data.formats import FORMATS, table_format
from recipes_data.hub.port import RepoInfo, RepoType
from recipes_data.layout import configs_of, matches
from recipes_data.lockfile import CONFIG_NAME
from recipes_data.tables.source import FileFacts
from recipes_data.wording import counted, some

__all__ = ["Asking", "Laid", "Place", "draft_of", "laid_out", "pattern_for", "suggested_name"]

_SHARD = re.compile(r"-[0-9]{5}-of-[0-9]{5}(?=\.|-)")
_MAGIC = re.compile(r"[*?[]")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_NO_NEED = (".md", ".gitattributes", ".gitignore", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".pdf")  # of a model
_WEIGHTS = (
    *(".safetensors", ".safetensors.index.json", ".bin", ".bin.index.json", ".pt", ".pth", ".ckpt", ".gguf", ".ggml"),
    *(".onnx", ".onnx_data", ".h5", ".msgpack", ".tflite", ".npz", ".pkl", ".pickle"),
)
_MAX_KEY = 250  # characters that YAML keys may have (see yamltext)
_Splits = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """What is not on a Hub: a URL, or a path of this machine, as the manifest will name it.

    `file`: the name of the one file that it is; empty for a folder.
    """

    url: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a person asked to be written down: `repo`, the wished `revision`, and the part that they named.

    `place`: where it is instead, if it is not on a Hub; `repo` is only its name in messages then.

    `files`: patterns, in place of what card and names say; they make the split `splits[0]` (train) of the config
    `configs[0]` (default). Without `files`, `configs` and `splits` say which of those found are kept; empty: all.
    """

    repo: str
    name: str
    revision: str = "main"
    type: RepoType = "dataset"
    configs: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """Which files make which split: config -> split -> paths in row order; what was left open, with reasons.

    `files`: those of a model, which has no configs.
    """

    configs: Mapping[str, _Splits]
    default_config: str | None
    todo: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def splits(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Every (config, split, paths), in order."""
        return [(config, split, files) for config, splits in self.configs.items() for split, files in splits.items()]


def suggested_name(repo: str) -> str:
    """The name of a manifest for a repository: its last part, in the letters that names have."""
    plain = re.sub(r"[^a-z0-9_.-]+", "-", repo.rsplit("/", 1)[-1].lower()).strip("-._")
    return plain[:96] or "dataset"


def laid_out(info: RepoInfo, asking: Asking) -> Laid:
    """The layout of a repository, of what was asked of it.

    Raises:
        ManifestError: nothing tells which files are the data; names what was tried.
        UnknownNameError: a config or split was named that is not there.
    """
    paths = [file.path for file in info.files]
    if asking.type == "model":
        return _of_a_model(paths, asking)
    if asking.files:
        return _by_hand(paths, asking)
    found = _readable(_found(info, paths), info.repo)
    configs = _kept(found.configs, asking.configs, f"{info.repo} has no config")
    if asking.splits:
        known = {split: files for splits in configs.values() for split, files in splits.items()}
        _kept(known, asking.splits, f"{info.repo} has no split")
        chosen = {
            name: {split: files for split, files in splits.items() if split in asking.splits}
            for name, splits in configs.items()
        }
        configs = {name: splits for name, splits in chosen.items() if splits}
    default = found.default_config if found.default_config in configs else None
    return Laid(configs, default or (next(iter(configs)) if len(configs) == 1 else None), found.todo)


def _of_a_model(paths: Sequence[str], asking: Asking) -> Laid:
    """A model's files: those that are named, else all but weights, pictures and code."""
    if asking.files:
        _matched(paths, asking)
        return Laid({}, None, (), asking.files)
    kept = [path for path in paths if not path.lower().endswith((*_NO_NEED, *_WEIGHTS))]
    code = [path for path in kept if path.endswith(".py")]
    files = tuple(_literal(path) for path in kept if not path.endswith(".py"))
    if not files:
        raise ManifestError(f"{asking.repo} has nothing but weights and code", "name its files: --files PATTERN")
    todo = (
        f"files: {some(code)} is code, which is left out; it is fetched where it is listed, never run" if code else ""
    )
    return Laid({}, None, (todo,) if todo else (), files)


def _matched(paths: Sequence[str], asking: Asking) -> tuple[str, ...]:
    files: dict[str, None] = {}
    for pattern in asking.files:
        found = matches(pattern, paths)
        if not found:
            raise ManifestError(f"--files {pattern}: matches no file of {asking.repo}", f"it has: {some(paths)}")
        files.update(dict.fromkeys(found))
    return tuple(files)


def _by_hand(paths: Sequence[str], asking: Asking) -> Laid:
    files = _matched(paths, asking)
    config = asking.configs[0] if asking.configs else "default"
    split = asking.splits[0] if asking.splits else "train"
    _readable_split(files, asking.repo)
    return Laid({config: {split: files}}, config)


def _found(info: RepoInfo, paths: list[str]) -> Laid:
    """By the card, else by names alone, with the reason why."""
    try:
        layout = configs_of(info.card, paths, repo=info.repo)
        return Laid(layout.configs, layout.default_config)
    except ManifestError as exc:
        why = exc
    data = [path for path in paths if not path.endswith(".py")]
    try:
        layout = configs_of({}, data, repo=info.repo)
    except ManifestError:
        raise ManifestError(
            f"{info.repo}: {why.what}", "name the files yourself: --files PATTERN --split NAME (--config NAME)"
        ) from why
    todo = f"see whether the splits are right: names of files made them, because {why.what}"
    return Laid(layout.configs, layout.default_config, (todo,))


def _readable(found: Laid, repo: str) -> Laid:
    """Without the configs that no lock could hold; each with its reason, which is an error where none remains."""
    configs: dict[str, _Splits] = {}
    faults: list[str] = []
    for config, splits in found.configs.items():
        try:
            _readable_config(config, splits)
        except ManifestError as exc:
            faults.append(f"the config {config!r} is left out: {exc.what}")
        else:
            configs[config] = splits
    if not configs:
        raise ManifestError("\n".join(f"{repo}: {fault}" for fault in faults[:10]), "name the files: --files PATTERN")
    return Laid(configs, found.default_config, (*found.todo, *faults))


def _readable_config(config: str, splits: _Splits) -> None:
    owner: dict[str, str] = {}
    for split, files in splits.items():
        for name in (config, split):
            if not CONFIG_NAME.match(name):
                raise ManifestError(f"{name!r} cannot be the name of a config or split: no spaces, `/` or `:`")
        _readable_split(files, f"split {split}")
        for path in files:
            if owner.setdefault(path, split) != split:
                raise ManifestError(f"its splits {owner[path]!r} and {split!r} both claim {path}")


def _readable_split(files: tuple[str, ...], what: str) -> None:
    twice = [path for path, count in Counter(files).items() if count > 1]
    if twice:
        raise ManifestError(f"{what} has {twice[0]} twice, which would be its rows once")
    if table_format(files) is None:
        suffixes = sorted({path[path.rfind(".") :].lower() if "." in path else path for path in files})
        known = ", ".join(suffix for one in FORMATS.values() for suffix in one.suffixes)
        raise ManifestError(f"{what}: {', '.join(suffixes[:5])} files are no table; known are {known}")


def _kept(found: Mapping[str, Any], wanted: Sequence[str], fault: str) -> dict[str, Any]:
    for name in wanted:
        if name not in found:
            raise UnknownNameError(f"{fault} {name!r}", f"it has: {some(found)}")
    return {name: value for name, value in found.items() if not wanted or name in wanted}


def pattern_for(files: Sequence[str], paths: Sequence[str]) -> tuple[str, ...]:
    """The fewest patterns that mean these files in this order: one that new shards will fit too, else each file."""
    wanted = tuple(files)
    for pattern in _candidates(wanted):
        if matches(pattern, paths) == wanted:
            return (pattern,)
    return tuple(_literal(path) for path in wanted)


def _candidates(files: tuple[str, ...]) -> list[str]:
    folders = {path.rpartition("/")[0] for path in files}
    names = [path.rpartition("/")[2] for path in files]
    candidates = []
    if _SHARD.search(names[0]):
        candidates.append(_SHARD.sub("\0", _literal(files[0])).replace("\0", "-*"))
    if len(files) == 1:
        return [*candidates, _literal(files[0])]
    suffix = _common_end(names)
    suffix = suffix[suffix.find(".") :] if "." in suffix else ""
    if len(folders) == 1:
        folder = folders.pop()
        prefix = f"{_literal(folder)}/" if folder else ""
        start = _literal(re.sub(r"[0-9]+\Z", "", _common_start(names)))
        candidates += [f"{prefix}{start}*{_literal(suffix)}", f"{prefix}*{_literal(suffix)}"]
    else:
        top = _common_start([f"{folder}/" for folder in folders]).rpartition("/")[0]
        prefix = f"{_literal(top)}/" if top else ""
        candidates += [f"{prefix}**/*{_literal(suffix)}", f"{prefix}**"]
    return candidates


def _literal(path: str) -> str:
    return _MAGIC.sub(lambda found: f"[{found[0]}]", path)


def _common_start(texts: Sequence[str]) -> str:
    low, high = min(texts), max(texts)
    at = next((n for n, char in enumerate(low) if n >= len(high) or high[n] != char), len(low))
    return low[:at]


def _common_end(texts: Sequence[str]) -> str:
    return _common_start([text[::-1] for text in texts])[::-1]


def draft_of(info: RepoInfo, asking: Asking, laid: Laid, footers: Mapping[str, FileFacts | str], origin: str) -> Draft:
    """The draft of a dataset's manifest.

    `footers`: by path, what a parquet file's footer says, or why it could not be read. `origin`: whom all this is from.
    """
    paths = [file.path for file in info.files]
    configs = tuple(
        ConfigDraft(name, tuple(_split(split, files, paths, footers) for split, files in splits.items()))
        for name, splits in laid.configs.items()
    )
    todo = list(laid.todo)
    licences = _license(info.card.get("license"))
    if not licences:
        who = "a place without a card names none" if asking.place and not info.card else "the card names none"
        todo.append(f"license: {who}; ask whoever owns the data")
    if laid.default_config is None and asking.type == "dataset":
        todo.append("default_config: there are several configs and the card prefers none; name the one you mean")
    pinned = ("evidence", f"the commit that was named when this was added; {origin} had it")
    return Draft(
        name=asking.name,
        title=_title(info.card.get("pretty_name")) or asking.repo,
        type=asking.type,
        source=_source(asking) + ((pinned,) if _COMMIT.match(asking.revision) else ()),
        urls=((asking.place.file, asking.place.url),) if asking.place and asking.place.file else (),
        files=laid.files,
        configs=configs,
        license=licences,
        gated=info.gated or "no",
        default_config=laid.default_config,
        seen=_seen_place(info, laid) if asking.place else _seen(info, laid, origin),
        todo=tuple(todo),
    )


def _source(asking: Asking) -> tuple[tuple[str, str], ...]:
    if asking.place is None:
        return (("repo", asking.repo), ("revision", asking.revision))
    return () if asking.place.file else (("url", asking.place.url),)


def _seen_place(info: RepoInfo, laid: Laid) -> tuple[str, ...]:
    used = {path for _, _, files in laid.splits() for path in files}
    facts = "the card, the names" if info.card else "the names"
    many = f"{len(used):,} of {counted(len(info.files), 'file')}"
    return (
        f"Written from {facts} and the file footers of {info.repo}, {many}.",
        "It is on no Hub: there are no commits, so the lock pins the digests of the bytes. Edit it freely.",
    )


def _seen(info: RepoInfo, laid: Laid, origin: str) -> tuple[str, ...]:
    sizes = {file.path: file.size for file in info.files}
    used = {path for _, _, files in laid.splits() for path in files}
    used.update(path for pattern in laid.files for path in matches(pattern, sizes))
    size = sum(sizes[path] for path in used)
    lines = [
        f"Written from the card, the tree and the file footers of {info.repo} at {info.commit[:12]} ({origin}).",
        f"It uses {len(used):,} of {counted(len(sizes), 'file')}, {size:,} bytes. Edit it freely.",
    ]
    if info.private:
        lines.append("The repository is private: whoever fetches it needs a token that may read it (HF_TOKEN).")
    if info.gated:
        lines.append("The repository is gated: its terms have to be accepted on its page before it can be fetched.")
    return tuple(lines)


def _split(
    name: str, files: tuple[str, ...], paths: Sequence[str], footers: Mapping[str, FileFacts | str]
) -> SplitDraft:
    read = [(path, found) for path in files if isinstance(found := footers.get(path), FileFacts)]
    failed = [found for path in files if isinstance(found := footers.get(path), str)]
    form = table_format(files)
    todo: list[str] = []
    columns: tuple[tuple[str, str], ...] | None = None
    seen = dict.fromkeys(tuple((column, str(kind)) for column, kind in facts.columns) for _, facts in read)
    if len(seen) > 1:
        other = next(path for path, facts in read if facts.columns != read[0][1].columns)
        todo.append(f"columns: {other} has others than {read[0][0]}; a fetch refuses files that differ")
    elif failed:
        todo.append(f"columns: {failed[0]}")
    elif not read and form == "parquet":
        todo.append("columns: there are too many files to look into; the first fetch measures them into the lock")
    elif not read:
        todo.append(
            f"columns: {form} files have no footer that names them; the first fetch measures them into the lock"
        )
    else:
        columns = next(iter(seen))
        if any(len(column) > _MAX_KEY for column, _ in columns):
            columns = None
            todo.append(f"columns: a name has more than {_MAX_KEY} characters; the first fetch measures them")
    count = counted(len(files), "file")
    if len(read) == len(files):
        count += f", {counted(sum(facts.rows for _, facts in read), 'row')}"
    return SplitDraft(name, pattern_for(files, paths), columns or None, f"{count} when this was written", tuple(todo))


def _license(given: Any) -> tuple[str, ...]:
    texts = given if isinstance(given, list) else [given]
    return tuple(str(text) for text in texts if isinstance(text, str) and text)


def _title(given: Any) -> str:
    return " ".join(given.split())[:200] if isinstance(given, str) else ""
