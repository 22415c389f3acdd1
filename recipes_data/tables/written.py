"""The only home of what is known of a file that was written and proven."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Written", "digest_of"]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written and proven: rows, size in bytes, sha256 (hex).

    `respelled`: rows whose inner objects left out keys, or had them in another order (`tables.conforming`).
    """

    rows: int
    size: int
    sha256: str
    respelled: int = 0


def digest_of(path: Path) -> tuple[int, str]:
    """Size in bytes and sha256 (hex) of a file."""
    with path.open("rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.seek(0, 2), digest
