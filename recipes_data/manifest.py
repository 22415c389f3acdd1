"""What a manifest may say: datasets and recipes, as strict values, every fault with path and line.

A dataset manifest names a Hub repository, the revision that is wished, and which of its files make
which config and split. A recipe manifest names what a training or evaluation script needs of them.
`docs/manifests.md` shows both with every field.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from recipes_data.columns import parse_type
from recipes_data.errors import ManifestError
from recipes_data.yamltext import Document, Fault, PathKey, read_yaml, show_path

__all__ = [
    "ConfigGroup",
    "ConfigSpec",
    "DatasetManifest",
    "Describes",
    "Need",
    "RecipeManifest",
    "SplitSpec",
    "read_dataset",
    "read_recipe",
    "resolution_digest",
]

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,95}\Z")
_CONFIG = re.compile(r"[^/:\s\\]{1,128}\Z")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?\Z")
FORMATS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}


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


def _type_text(value: Any) -> Any:
    return str(parse_type(value)) if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, _matching(NAME, "a name: lower-case letters, digits, `_`, `-`, `.`")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_tuple), Field(min_length=1)]
ConfigName = Annotated[str, _matching(_CONFIG, "a config or split name: no spaces, `/`, `:`")]
ColumnTypes = dict[str, Annotated[str, BeforeValidator(_type_text)]]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


M = TypeVar("M", bound=_Strict)


class SplitSpec(_Strict):
    """One split: its files in row order, and what is known of its rows."""

    files: Texts
    rows: int | None = Field(default=None, ge=0)
    evidence: str | None = None
    columns: ColumnTypes | None = None
    format: Literal["parquet", "jsonl"] | None = None


class ConfigSpec(_Strict):
    """One config: its splits in order."""

    splits: dict[ConfigName, SplitSpec] = Field(min_length=1)
    evidence: str | None = None
    columns: ColumnTypes | None = None


class ConfigGroup(_Strict):
    """Configs with one layout; `{config}` in a pattern stands for the config's name."""

    names: Annotated[tuple[ConfigName, ...], BeforeValidator(_tuple), Field(min_length=1)]
    splits: dict[ConfigName, SplitSpec] = Field(min_length=1)
    evidence: str | None = None
    columns: ColumnTypes | None = None


class DatasetManifest(_Strict):
    """A dataset (or the files of a model) on the Hub, as a person wrote it down."""

    name: Name
    title: Text
    type: Literal["dataset", "model"] = "dataset"
    repo: Annotated[str, _matching(_REPO, "a Hub id: ORG/NAME")]
    revision: Text = "main"
    evidence: str | None = None
    license: Texts | None = None
    gated: Annotated[Literal["no", "yes", "auto", "manual"], BeforeValidator(_gating)] = "no"
    default_config: ConfigName | None = None
    columns: ColumnTypes | None = None
    layout: Literal["card"] | None = Field(default=None, alias="from")
    configs: dict[ConfigName, ConfigSpec] = Field(default_factory=dict)
    config_groups: Annotated[tuple[ConfigGroup, ...], BeforeValidator(_tuple)] = ()
    files: Texts | None = None

    @model_validator(mode="after")
    def _whole(self) -> DatasetManifest:
        faults = [*self._layout_faults(), *self._evidence_faults()]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _layout_faults(self) -> list[str]:
        ways = sum((bool(self.configs or self.config_groups), self.layout is not None, self.files is not None))
        if ways != 1:
            return ["say one of `configs`/`config_groups`, `from: card`, `files` (models): which files are the data"]
        if self.type == "model" and self.files is None:
            return ["a model has `files`, no configs"]
        if self.type == "dataset" and self.files is not None:
            return ["a dataset has `configs` or `from: card`; `files` is for models"]
        faults: list[str] = []
        names = [*self.configs, *(name for group in self.config_groups for name in group.names)]
        faults.extend(f"the config {name!r} stands twice" for name in sorted({n for n in names if names.count(n) > 1}))
        if self.default_config is not None and self.layout is None and self.default_config not in names:
            faults.append(f"default_config {self.default_config!r} is none of the configs")
        return faults

    def _evidence_faults(self) -> list[str]:
        faults = []
        if re.fullmatch(r"[0-9a-f]{40}", self.revision) and not self.evidence:
            faults.append("a pinned revision needs `evidence`: where the commit comes from")
        for name, config in self.all_configs().items():
            for split, spec in config.splits.items():
                if spec.rows is not None and not (spec.evidence or config.evidence or self.evidence):
                    faults.append(f"configs.{name}.splits.{split}: `rows` needs `evidence` here or above")
        return faults

    def all_configs(self) -> dict[str, ConfigSpec]:
        """Every config by name, groups written out, in the order of the file."""
        configs = dict(self.configs)
        for group in self.config_groups:
            for name in group.names:
                splits = {
                    split: spec.model_copy(
                        update={"files": tuple(pattern.replace("{config}", name) for pattern in spec.files)}
                    )
                    for split, spec in group.splits.items()
                }
                configs[name] = ConfigSpec(splits=splits, evidence=group.evidence, columns=group.columns)
        return configs

    def columns_of(self, config: str, split: str) -> dict[str, str] | None:
        """Promised columns (name -> type text) of a split; the nearest level wins; None: not promised."""
        spec = self.all_configs().get(config)
        if spec is None:
            return self.columns
        split_columns = spec.splits[split].columns if split in spec.splits else None
        return split_columns or spec.columns or self.columns

    def evidence_of(self, config: str, split: str) -> str:
        """Where a split's row count comes from; the nearest level wins."""
        spec = self.all_configs().get(config)
        if spec is None:
            return self.evidence or ""
        split_evidence = spec.splits[split].evidence if split in spec.splits else None
        return split_evidence or spec.evidence or self.evidence or ""


class Need(_Strict):
    """One thing that a recipe takes: a dataset's config and splits, or a model's files."""

    dataset: Name | None = None
    model: Name | None = None
    config: ConfigName | None = None
    splits: Annotated[tuple[ConfigName, ...], BeforeValidator(_tuple)] = ()
    files: Annotated[tuple[Text, ...], BeforeValidator(_tuple)] = ()
    why: Text
    priority: Literal["P0", "P1", "P2"]

    @model_validator(mode="after")
    def _one(self) -> Need:
        if (self.dataset is None) == (self.model is None):
            raise ValueError("a need names one `dataset` or one `model`")
        return self

    @property
    def name(self) -> str:
        """Name of the dataset or model."""
        return self.dataset or self.model or ""


class Describes(_Strict):
    """The script that a recipe manifest speaks of."""

    project: Text
    commit: Text
    file: Text


class RecipeManifest(_Strict):
    """A recipe or benchmark and what it needs."""

    name: Name
    title: Text
    describes: Describes | None = None
    needs: Annotated[tuple[Need, ...], BeforeValidator(_tuple), Field(min_length=1)]


def read_dataset(text: str, source: str) -> tuple[DatasetManifest, Document]:
    """The dataset manifest in `text`, and its lines. `source` names the file in messages.

    Raises:
        ManifestError: every fault of the file at once.
    """
    document, model = _read(text, source, DatasetManifest)
    return model, document


def read_recipe(text: str, source: str) -> tuple[RecipeManifest, Document]:
    """The recipe manifest in `text`, and its lines; raises as `read_dataset` does."""
    document, model = _read(text, source, RecipeManifest)
    return model, document


def _read(text: str, source: str, kind: type[M]) -> tuple[Document, M]:
    document = read_yaml(text)
    faults = list(document.faults)
    model: M | None = None
    if document.value is not None and not isinstance(document.value, Mapping):
        faults.append(Fault(1, "", "a manifest is a mapping: `name: ...`, one key a line"))
    elif document.value is not None:
        try:
            model = kind.model_validate(document.value)
        except ValidationError as exc:
            faults.extend(fault for detail in exc.errors() for fault in _faults(detail, document))
    if model is not None and isinstance(model, DatasetManifest):
        faults.extend(_shared_files(model, document))
    if faults or model is None:
        raise ManifestError("\n".join(_line(source, fault) for fault in sorted(faults, key=lambda f: f.line)), "edit the file")
    return document, model


def _line(source: str, fault: Fault) -> str:
    where = f"{source}:{fault.line}: "
    return where + (f"{fault.path}: {fault.what}" if fault.path else fault.what)


def _faults(detail: ErrorDetails, document: Document) -> list[Fault]:
    path: PathKey = tuple(part for part in detail["loc"] if part != "[key]")
    line, shown = document.line_of(path), show_path(path)
    kind, given = detail["type"], detail["input"]
    if kind == "missing":
        return [Fault(line, shown, "is missing")]
    if kind == "extra_forbidden":
        return [Fault(line, shown, "is not a field of manifests")]
    if kind == "value_error":
        message = detail["msg"].removeprefix("Value error, ")
        return [Fault(line, shown, part) for part in message.split("\n")]
    if path in document.raw and kind in ("string_type", "literal_error"):
        what = type(given).__name__.replace("_Odd", "a date or other value")
        return [Fault(line, shown, f"YAML reads {document.raw[path]} as {what}; put it in quotes")]
    return [Fault(line, shown, f"{detail['msg'][0].lower()}{detail['msg'][1:]} (got {_short(given)})")]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _shared_files(model: DatasetManifest, document: Document) -> list[Fault]:
    """Faults for one literal pattern that two splits of a config both claim."""
    faults = []
    for name, config in model.all_configs().items():
        claimed: dict[str, str] = {}
        for split, spec in config.splits.items():
            for pattern in spec.files:
                if claimed.setdefault(pattern, split) != split:
                    path = ("configs", name, "splits", split)
                    what = f"the splits {claimed[pattern]!r} and {split!r} both claim {pattern!r}"
                    faults.append(Fault(document.line_of(path), show_path(path), what))
    return faults


def resolution_digest(manifest: DatasetManifest) -> str:
    """`sha256:...` over the fields that decide bytes and rows; comments, titles and evidence do not."""
    relevant = {
        "repo": manifest.repo,
        "type": manifest.type,
        "revision": manifest.revision,
        "from": manifest.layout,
        "default_config": manifest.default_config,
        "files": manifest.files,
        "columns": manifest.columns,
        "configs": [
            [name, [[s, spec.files, spec.rows, spec.format, manifest.columns_of(name, s)] for s, spec in c.splits.items()]]
            for name, c in manifest.all_configs().items()
        ],
    }
    text = json.dumps(relevant, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
