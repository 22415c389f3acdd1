"""The only home of how a manifest is written down: drafts as values, and their text as commented YAML.

The text is read again by `manifest.py`; what was found out and decides nothing stands in comments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recipes_data.yamltext import read_yaml

__all__ = [
    "DATASET_EDITOR",
    "RECIPE_EDITOR",
    "ConfigDraft",
    "Draft",
    "NeedDraft",
    "SplitDraft",
    "draft_text",
    "need_text",
]

DATASET_EDITOR = "# yaml-language-server: $schema=../schema/dataset.schema.json"
RECIPE_EDITOR = "# yaml-language-server: $schema=../schema/recipe.schema.json"
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+*-]*\Z")
_FEWEST_GROUPED = 3  # configs: fewer are read more easily when they are written out
_Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SplitDraft:
    """One split: its patterns, its columns (name, type text) where they are known, and comments.

    `note` stands behind the patterns, `todo` above them.
    """

    name: str
    files: tuple[str, ...]
    columns: _Pairs | None = None
    note: str = ""
    todo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfigDraft:
    """One config and its splits, in order."""

    name: str
    splits: tuple[SplitDraft, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A dataset manifest before it is written.

    `source`: the keys that say where it comes from, as `repo`; or `urls`: the URL of each path. `seen`: comment lines
    above all keys. `todo`: what could not be known, by the key that a person would fill in, with the reason.
    """

    name: str
    title: str
    source: _Pairs
    configs: tuple[ConfigDraft, ...] = ()
    type: str = "dataset"
    urls: _Pairs = ()
    files: tuple[str, ...] = ()
    license: tuple[str, ...] = ()
    gated: str = "no"
    default_config: str | None = None
    seen: tuple[str, ...] = ()
    todo: tuple[str, ...] = ()

    def todos(self) -> list[str]:
        """Everything that is marked `# TODO`, once each, in the order of the text."""
        inside = (todo for config in self.configs for split in config.splits for todo in split.todo)
        return list(dict.fromkeys((*self.todo, *inside)))


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """A need of a recipe before it is written."""

    name: str
    type: str = "dataset"
    config: str | None = None
    splits: tuple[str, ...] = ()
    why: str = ""


def draft_text(draft: Draft) -> str:
    """The manifest as YAML with comments; `read_dataset` gives back what the draft says."""
    lines = [*_head(draft)]
    if draft.default_config is not None:
        lines.append(f"default_config: {_scalar(draft.default_config)}")
    shared = _shared(split.columns for config in draft.configs for split in config.splits)
    if shared:
        lines += _columns(shared, "")
    alone, groups = _grouped(draft.configs)
    if alone:
        lines.append("configs:")
        for config in alone:
            lines.append(f"  {_scalar(config.name)}:")
            lines += _config(config, "    ", shared)
    if groups:
        lines.append("config_groups:")
        for names, config in groups:
            lines.append(f"  - names: {_texts(names, always=True)}")
            lines += _config(config, "    ", shared)
    return "\n".join(lines) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    """What it is, where it comes from, and its terms."""
    yield DATASET_EDITOR
    yield from (_comment(line) for line in draft.seen)
    yield f"name: {_scalar(draft.name)}"
    yield f"title: {_scalar(draft.title)}"
    if draft.type != "dataset":
        yield f"type: {draft.type}"
    yield from (f"{key}: {_scalar(value)}" for key, value in draft.source)
    if draft.urls:
        yield "urls:"
        yield from (f"  {_scalar(path)}: {_scalar(url)}" for path, url in draft.urls)
    if draft.license:
        yield f"license: {_texts(draft.license)}"
    yield f"gated: {'false' if draft.gated == 'no' else draft.gated}"
    yield from (_comment(f"TODO {todo}") for todo in draft.todo)
    if draft.files:
        yield from _listed("files", draft.files, "", "")


def need_text(need: NeedDraft, indent: str) -> str:
    """One item of a recipe's `needs:`, each line behind `indent`."""
    lines = [f"- {need.type}: {_scalar(need.name)}"]
    if need.config is not None:
        lines.append(f"  config: {_scalar(need.config)}")
    if need.splits:
        lines.append(f"  splits: {_texts(need.splits, always=True)}")
    why = need.why or "TODO: what the recipe reads it for"
    lines += [f"  why: {_scalar(why)}", "  priority: P1"]
    return "".join(f"{indent}{line}\n" for line in lines)


def _config(config: ConfigDraft, indent: str, above: _Pairs | None) -> Iterator[str]:
    shared = None if above else _shared(split.columns for split in config.splits)
    if shared:
        yield from _columns(shared, indent)
    yield f"{indent}splits:"
    for split in config.splits:
        yield f"{indent}  {_scalar(split.name)}:"
        for todo in split.todo:
            yield f"{indent}    {_comment(f'TODO {todo}')}"
        yield from _listed("files", split.files, f"{indent}    ", split.note)
        if split.columns and not (above or shared):
            yield from _columns(split.columns, f"{indent}    ")


def _shared(columns: Iterable[_Pairs | None]) -> _Pairs | None:
    """The columns that all splits have; None where they differ, or one's are not known (it would inherit them)."""
    found = set(columns)
    return found.pop() if len(found) == 1 else None


def _columns(columns: _Pairs, indent: str) -> Iterator[str]:
    yield f"{indent}columns:"
    for name, kind in columns:
        yield f"{indent}  {_scalar(name)}: {_scalar(kind)}"


def _listed(key: str, texts: tuple[str, ...], indent: str, note: str) -> Iterator[str]:
    behind = f"  {_comment(note)}" if note else ""
    if len(texts) == 1:
        yield f"{indent}{key}: {_scalar(texts[0])}{behind}"
        return
    yield f"{indent}{key}:{behind}"
    for text in texts:
        yield f"{indent}  - {_scalar(text)}"


def _grouped(configs: tuple[ConfigDraft, ...]) -> tuple[list[ConfigDraft], list[tuple[tuple[str, ...], ConfigDraft]]]:
    """Configs to write out, and groups of those that differ in nothing but their name."""
    shapes: dict[object, list[ConfigDraft]] = {}
    for config in configs:
        shapes.setdefault(_shape(config), []).append(config)
    alone: list[ConfigDraft] = []
    groups: list[tuple[tuple[str, ...], ConfigDraft]] = []
    for same in shapes.values():
        if len(same) < _FEWEST_GROUPED or not _can_stand_for_all(same[0]):
            alone += same
        else:
            splits = tuple(
                SplitDraft(split.name, _with_place(same[0].name, split.files), split.columns, "", split.todo)
                for split in same[0].splits
            )
            groups.append((tuple(config.name for config in same), ConfigDraft("", splits)))
    return alone, groups


def _can_stand_for_all(config: ConfigDraft) -> bool:
    return any("{config}" in text for split in config.splits for text in _with_place(config.name, split.files))


def _shape(config: ConfigDraft) -> object:
    """What a config has besides its name; patterns that hold the place's own word are nobody's shape."""
    if any("{config}" in text for split in config.splits for text in split.files):
        return config
    splits = ((split.name, _with_place(config.name, split.files), split.columns, split.todo) for split in config.splits)
    return tuple(splits)


def _with_place(name: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    whole_word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
    return tuple(whole_word.sub("{config}", pattern) for pattern in patterns)


def _comment(text: str) -> str:
    """One line, whatever a card or a file's name holds."""
    return "# " + "".join(char if char.isprintable() else "?" for char in text)


def _texts(texts: tuple[str, ...], *, always: bool = False) -> str:
    if len(texts) == 1 and not always:
        return _scalar(texts[0])
    return f"[{', '.join(_scalar(text) for text in texts)}]"


def _scalar(text: str) -> str:
    """A text that YAML reads as this text, also as a key and inside `[...]`."""
    if _PLAIN.match(text) and len(text) < 1000:
        read = read_yaml(f"x: {text}").value
        if isinstance(read, Mapping) and read.get("x") == text:
            return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\' or char in "\b\f\n\r\t":
        return json.dumps(char)[1:-1]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
