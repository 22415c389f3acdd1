"""The only home of where a statement of the report comes from: places, kinds of evidence, findings, inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Evidence", "EvidenceKind", "Finding", "InputKind", "Origin", "Severity", "Where"]

EvidenceKind = Literal["source", "test", "test-result", "probe", "document", "manifest", "lock", "name-map"]
InputKind = Literal["recipes", "manifests", "client", "consumer", "documents"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A line of a file: `path` is relative to its input's root and has forward slashes; lines count from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a statement is made: `text` in one sentence, and where that can be seen (`input`: an `Origin.name`)."""

    kind: EvidenceKind
    text: str
    where: Where | None = None
    input: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in an input that a reader should act on. `rule` is a stable kebab-case id; `input` an `Origin.name`."""

    rule: str
    severity: Severity
    message: str
    where: Where
    input: str


@dataclass(frozen=True, slots=True)
class Origin:
    """One input of an analysis, and which state of it was read.

    `name` is what the report calls it (a package's or folder's name), `commit` the 40 hex digits of the git work tree
    it lies in, None where there is none.
    """

    name: str
    kind: InputKind
    language: str
    version: str | None = None
    commit: str | None = None
    files: int = 0
    lines: int = 0
