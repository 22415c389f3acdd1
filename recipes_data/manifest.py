"""The only home of what a manifest may say: datasets and recipes, as strict values, every fault with path and line.

A dataset manifest names a Hub repository and the revision that is wished, or a place that is no Hub, and which of
its files make which config and split. A recipe manifest names what a training or evaluation script needs of them.
`docs/manifests.md` shows both with every field.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from recipes_data.columns import parse_type
from recipes_data.consistency import dataset_faults, recipe_faults
from recipes_data.errors import ManifestError
from recipes_data.formats import FORMATS
from recipes_data.lockfile import CONFIG_NAME, DATASET_NAME
from recipes_data.yamltext import Document, Fault, Odd, PathKey, first_of, read_yaml, short, show_path

__all__ = [
    "REPO_ID",
    "ConfigGroup",
    "ConfigSpec",
    "DatasetManifest",
    "Describes",
    "Need",
    "PublishedDigest",
    "RecipeManifest",
    "SplitSpec",
    "read_dataset",
    "read_recipe",
    "resolution_digest",
]

_HEX = {"sha256": re.compile(r"[0-9a-f]{64}\Z"), "md5": re.compile(r"[0-9a-f]{32}\Z")}
REPO_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?\Z")


def _tuple(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _gating(value: Any) -> Any:
    return "yes" if value is True else "no" if value is False else value


def _matching(pattern: re.Pattern[str], what: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if isinstance(value, str) and not pattern.match(value):
            raise ValueError(f"{value!r} is not {what}")
        return value

    return BeforeValidator(check)


def _known_format(value: Any) -> Any:
    if isinstance(value, str) and value not in FORMATS:
        raise ValueError(f"{value!r} is not a format that has rows; known are {', '.join(FORMATS)}")
    return value


def _type_text(value: Any) -> Any:
    return str(parse_type(value)) if isinstance(value, str) else value


_Text = Annotated[str, Field(min_length=1)]
_Name = Annotated[str, _matching(DATASET_NAME, "a name: lower-case letters, digits, `_`, `-`, `.`")]
_Texts = Annotated[tuple[_Text, ...], BeforeValidator(_tuple), Field(min_length=1)]
_ConfigName = Annotated[str, _matching(CONFIG_NAME, "a config or split name: printable, no spaces, `/`, `:`")]
_Cache = Literal["parquet"] | None
_ColumnTypes = dict[str, Annotated[str, BeforeValidator(_type_text)]]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


_M = TypeVar("_M", bound=_Strict)


class SplitSpec(_Strict):
    """One split: its files in row order, and what is known of its rows.

    `members`: the files are archives (zip, tar); patterns of those members that have the rows.
    """

    files: _Texts
    members: Annotated[tuple[_Text, ...], BeforeValidator(_tuple)] = ()
    rows: int | None = Field(default=None, ge=0)
    evidence: str | None = None
    columns: _ColumnTypes | None = None
    format: Annotated[str, BeforeValidator(_known_format)] | None = None
    cache: _Cache = None


class ConfigSpec(_Strict):
    """One config: its splits in order."""

    splits: dict[_ConfigName, SplitSpec] = Field(min_length=1)
    evidence: str | None = None
    columns: _ColumnTypes | None = None
    cache: _Cache = None


class ConfigGroup(_Strict):
    """Configs with one layout; `{config}` in a pattern stands for the config's name."""

    names: Annotated[tuple[_ConfigName, ...], BeforeValidator(_tuple), Field(min_length=1)]
    splits: dict[_ConfigName, SplitSpec] = Field(min_length=1)
    evidence: str | None = None
    columns: _ColumnTypes | None = None
    cache: _Cache = None


class PublishedDigest(_Strict):
    """What somebody else published of a file's bytes, in hex; `size` in bytes, where it is known too."""

    sha256: Annotated[str, _matching(_HEX["sha256"], "a sha256: 64 digits 0-9a-f")] | None = None
    md5: Annotated[str, _matching(_HEX["md5"], "an md5: 32 digits 0-9a-f")] | None = None
    size: int | None = Field(default=None, ge=0)
    evidence: _Text | None = None

    @property
    def digest(self) -> str:
        """`sha256:HEX` or `md5:HEX`."""
        return f"sha256:{self.sha256}" if self.sha256 else f"md5:{self.md5}"


class DatasetManifest(_Strict):
    """A dataset (or the files of a model) on the Hub or elsewhere, as a person wrote it down.

    `repo` is a Hub's id; else `url` is a place with files below it, or `urls` has the URL of each file by the path that
    it is called by here. `digests`: what others published of files' bytes, by path. `doubt`: why it may not be as this
    manifest says. `optional`: patterns beside `files` that are taken where they match. `cite`: BibTeX as its authors
    publish it, word for word.
    """

    name: _Name
    title: _Text
    type: Literal["dataset", "model"] = "dataset"
    repo: Annotated[str, _matching(REPO_ID, "a Hub id: ORG/NAME")] = ""
    url: _Text | None = None
    urls: dict[_Text, _Text] = Field(default_factory=dict)
    revision: _Text = "main"
    doubt: _Text | None = None
    digests: dict[_Text, PublishedDigest] = Field(default_factory=dict)
    evidence: str | None = None
    license: _Texts | None = None
    cite: _Text | None = None
    gated: Annotated[Literal["no", "yes", "auto", "manual"], BeforeValidator(_gating)] = "no"
    default_config: _ConfigName | None = None
    columns: _ColumnTypes | None = None
    cache: _Cache = None
    layout: Literal["card"] | None = Field(default=None, alias="from")
    configs: dict[_ConfigName, ConfigSpec] = Field(default_factory=dict)
    config_groups: Annotated[tuple[ConfigGroup, ...], BeforeValidator(_tuple)] = ()
    files: _Texts | None = None
    optional: Annotated[tuple[_Text, ...], BeforeValidator(_tuple)] = ()

    @property
    def source(self) -> str:
        """The Hub's id, or where else the files are."""
        return self.repo or self.url or next(iter(self.urls.values()), "")

    @property
    def is_remote(self) -> bool:
        """Whether the files are somewhere else than on a Hub."""
        return not self.repo

    def all_configs(self) -> dict[str, ConfigSpec]:
        """Every config by name, groups written out, in the order of the file."""
        configs = dict(self.configs)
        for group in self.config_groups:
            for name in group.names:
                splits = {
                    split: spec.model_copy(
                        update={
                            "files": tuple(pattern.replace("{config}", name) for pattern in spec.files),
                            "members": tuple(pattern.replace("{config}", name) for pattern in spec.members),
                        }
                    )
                    for split, spec in group.splits.items()
                }
                configs[name] = ConfigSpec.model_construct(
                    splits=splits, evidence=group.evidence, columns=group.columns, cache=group.cache
                )
        return configs

    @functools.cached_property
    def _by_name(self) -> dict[str, ConfigSpec | ConfigGroup]:
        return {**{name: group for group in self.config_groups for name in group.names}, **self.configs}

    def _nearest(self, field: str, config: str, split: str) -> Any:
        """What the nearest level says: the split, else its config or group, else the manifest; None: none does."""
        spec = self._by_name.get(config)
        levels = (spec.splits.get(split) if spec is not None else None, spec, self)
        return next((found for level in levels if level is not None and (found := getattr(level, field))), None)

    def columns_of(self, config: str, split: str) -> dict[str, str] | None:
        """Promised columns (name -> type text) of a split; the nearest level wins; None: not promised."""
        columns: dict[str, str] | None = self._nearest("columns", config, split)
        return columns

    def cache_of(self, config: str, split: str) -> str | None:
        """The format that a split's rows are kept in besides the fetched files; the nearest level wins."""
        to: str | None = self._nearest("cache", config, split)
        return to

    def evidence_of(self, config: str, split: str) -> str:
        """Where a split's row count comes from; the nearest level wins."""
        return self._nearest("evidence", config, split) or ""


class Need(_Strict):
    """One thing that a recipe takes: a dataset's config and splits, or a model's files.

    `rows` (the first so many) or `shards` (positions of files, from 0): of each split only the files that hold them.
    """

    dataset: _Name | None = None
    model: _Name | None = None
    config: _ConfigName | None = None
    splits: Annotated[tuple[_ConfigName, ...], BeforeValidator(_tuple)] = ()
    files: Annotated[tuple[_Text, ...], BeforeValidator(_tuple)] = ()
    rows: int | None = Field(default=None, ge=1)
    shards: Annotated[tuple[Annotated[int, Field(ge=0)], ...] | None, BeforeValidator(_tuple)] = None
    why: _Text
    priority: Literal["P0", "P1", "P2"]

    @property
    def name(self) -> str:
        """Name of the dataset or model."""
        return self.dataset or self.model or ""


class Describes(_Strict):
    """The script that a recipe manifest speaks of."""

    project: _Text
    commit: _Text
    file: _Text


class RecipeManifest(_Strict):
    """A recipe or benchmark and what it needs."""

    name: _Name
    title: _Text
    describes: Describes | None = None
    needs: Annotated[tuple[Need, ...], BeforeValidator(_tuple), Field(min_length=1)]


def read_dataset(text: str, source: str) -> tuple[DatasetManifest, Document]:
    """The dataset manifest in `text`, and its lines. `source` names the file in messages.

    Raises:
        ManifestError: every fault of the file at once.
    """
    document, model = _read(text, source, DatasetManifest, dataset_faults)
    return model, document


def read_recipe(text: str, source: str) -> tuple[RecipeManifest, Document]:
    """The recipe manifest in `text`, and its lines; raises as `read_dataset` does."""
    document, model = _read(text, source, RecipeManifest, recipe_faults)
    return model, document


def _read(text: str, source: str, kind: type[_M], rules: Callable[[Document], list[Fault]]) -> tuple[Document, _M]:
    document = read_yaml(text)
    faults = list(document.faults)
    model: _M | None = None
    if isinstance(document.value, Mapping):
        seen = {fault.path for fault in faults}
        try:
            model = kind.model_validate(document.value)
        except ValidationError as exc:
            found = [fault for detail in exc.errors(include_url=False) for fault in _faults(detail, document)]
            faults.extend(fault for fault in found if fault.path not in seen)
        faults.extend(rules(document))
    elif not faults:
        faults.append(Fault(1, "", "a manifest is a mapping: `name: ...`, one key a line"))
    if faults or model is None:
        ordered = sorted(faults, key=lambda fault: fault.line)
        raise ManifestError("\n".join(first_of([_line(source, fault) for fault in ordered])), "edit the file")
    return document, model


def _line(source: str, fault: Fault) -> str:
    where = f"{source}:{fault.line}: "
    return where + (f"{short(fault.path)}: {short(fault.what)}" if fault.path else short(fault.what))


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of manifests",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "greater_than_equal": "must not be negative",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}


def _faults(detail: ErrorDetails, document: Document) -> list[Fault]:
    """One of pydantic's errors in a user's words."""
    path: PathKey = tuple(part for part in detail["loc"] if part != "[key]")
    line, shown = document.line_of(path), show_path(path)
    kind, given = detail["type"], detail["input"]
    if kind == "value_error":
        message = detail["msg"].removeprefix("Value error, ")
        return [Fault(line, shown, part) for part in message.split("\n")]
    if isinstance(given, Odd):
        mend = "write it plainly" if kind == "int_type" else "put it in quotes"
        return [Fault(line, shown, f"YAML reads {given.text} as {given.kind}; {mend}")]
    if path in document.raw and kind in ("string_type", "literal_error"):
        return [Fault(line, shown, f"YAML reads {document.raw[path]} as {_read_as(given)}; put it in quotes")]
    what = _WORDS.get(kind, detail["msg"])
    if kind == "literal_error":
        what = f"must be one of {detail['ctx']['expected']}"
    if kind not in ("missing", "extra_forbidden"):
        what += f", got {_short(given)}"
    return [Fault(line, shown, what)]


def _read_as(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else f"the number {value}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def resolution_digest(manifest: DatasetManifest) -> str:
    """`sha256:...` over the fields that decide bytes and rows; comments, titles and evidence do not."""
    relevant: dict[str, Any] = {
        "repo": manifest.repo,
        "type": manifest.type,
        "revision": manifest.revision,
        "from": manifest.layout,
        "default_config": manifest.default_config,
        "files": manifest.files,
        "columns": manifest.columns,
        "configs": [
            [
                name,
                [
                    [split, spec.files, spec.rows, spec.format, manifest.columns_of(name, split)]
                    + ([spec.members] if spec.members else [])
                    for split, spec in config.splits.items()
                ],
            ]
            for name, config in manifest.all_configs().items()
        ],
    }
    # what came later is named only where it is said, so that older locks still fit
    later: dict[str, Any] = {
        "url": manifest.url,
        "urls": list(manifest.urls.items()),
        "digests": [[path, known.digest] for path, known in manifest.digests.items()],
        "optional": manifest.optional,
    }
    relevant |= {key: value for key, value in later.items() if value}
    text = json.dumps(relevant, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
