"""The only home of the bytes in the probe's repositories: small, made up, the same on every machine.

Each repository has bytes of its own: a client that keeps bytes by their digest must not have them already.
"""

from __future__ import annotations

import json

__all__ = ["LFS", "LONG_LFS", "PLAIN", "ROWS", "TEST_ROWS", "big", "card", "files", "jsonl", "long", "named", "plain"]

PLAIN = "notes/deep/three.txt"
"""Path of a plain file of git."""
LFS = "weights.safetensors"
"""Path of an LFS file."""
LONG_LFS = "long.safetensors"
"""Path of an LFS file that is larger than what clients write at once."""
_NOISE = bytes(byte for block in range(256) for byte in range(256) for byte in (byte ^ block,))
ROWS = tuple({"question": f"How much is {n} + {n}?", "answer": f"#### {2 * n}"} for n in range(8))
TEST_ROWS = tuple({"question": f"How much is {n} - {n}?", "answer": "#### 0"} for n in range(3))


def named(scenario: str) -> str:
    """Id for the repository of a scenario: one of its own, so that no cache of another can hide a request."""
    return "probe/" + scenario.replace("/", "-").replace("_", "-").replace(".", "-")


def jsonl(rows: tuple[dict[str, str], ...]) -> bytes:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def card(repo: str) -> bytes:
    """A repository's README.md."""
    return f"---\nlicense: mit\nlanguage: en\ntags:\n- probe\n---\n# {repo}\n\nMade up, for a probe.\n".encode()


def plain(repo: str) -> bytes:
    """About 3 KB of text."""
    return f"one of {repo}\ntwo\nthree\n".encode() * 60


def big(repo: str) -> bytes:
    """64 KiB and a few bytes more; no two rows of 256 bytes are equal."""
    return _NOISE + repo.encode()


def long(repo: str) -> bytes:
    """12 MiB and a few bytes: more than clients write at once, so that a cut leaves a beginning to go on from."""
    return _NOISE * 192 + repo.encode()


def files(repo: str) -> dict[str, bytes]:
    """A whole repository: its card, plain files of git, an LFS file."""
    return {
        "README.md": card(repo),
        "data/train.jsonl": jsonl(ROWS),
        "data/test.jsonl": jsonl(TEST_ROWS),
        PLAIN: plain(repo),
        LFS: big(repo),
    }
