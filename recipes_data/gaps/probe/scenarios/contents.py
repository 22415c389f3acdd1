"""The only home of the bytes in the probe's repositories: small, made up, the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["BIG", "CARD", "FILES", "LONG", "NESTED", "ROWS", "TEST_ROWS", "jsonl", "named"]

CARD = b"---\nlicense: mit\nlanguage: en\ntags:\n- probe\n---\n# A small repository\n\nMade up, for a probe.\n"
NESTED = b"one\ntwo\nthree\n" * 100
BIG = bytes(byte for block in range(256) for byte in range(256) for byte in (byte ^ block,))
"""64 KiB, an LFS file by its name; no two rows of 256 bytes are equal."""
LONG = BIG * 192
"""12 MiB: more than what clients write at once, so that a cut leaves a beginning that can be gone on from."""
ROWS = tuple({"question": f"How much is {n} + {n}?", "answer": f"#### {2 * n}"} for n in range(8))
TEST_ROWS = tuple({"question": f"How much is {n} - {n}?", "answer": "#### 0"} for n in range(3))


def jsonl(rows: tuple[dict[str, str], ...]) -> bytes:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


FILES: Mapping[str, bytes] = {
    "README.md": CARD,
    "data/train.jsonl": jsonl(ROWS),
    "data/test.jsonl": jsonl(TEST_ROWS),
    "notes/deep/three.txt": NESTED,
    "weights.bin": BIG,
}
"""A repository: its card, plain files of git, an LFS file."""


def named(scenario: str) -> str:
    """Id for the repository of a scenario: one of its own, so that no cache of another can hide a request."""
    return "probe/" + scenario.replace("/", "-").replace("_", "-").replace(".", "-")
