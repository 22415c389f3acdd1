"""The only home of the made-up text that benchmark data is cut from: words in phrases, repeated about as real text is.

Everything is drawn from a seed: the same seed gives the same bytes with any numpy that keeps PCG64's streams.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Pool", "digits", "lengths", "text_pool"]

_Ints = npt.NDArray[np.int64]

_ONSETS = (
    "",
    "b",
    "br",
    "c",
    "ch",
    "d",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
)
_VOWELS = ("a", "e", "i", "o", "u", "ea", "ou", "io")
_CODAS = ("", "", "", "n", "r", "s", "t", "l", "nd", "ng", "ck", "ve")
_ENDS = ((" ", 0.72), (", ", 0.1), (". ", 0.11), ("\n", 0.04), ("\n\n", 0.02), (" — ", 0.01))


@dataclass(frozen=True, slots=True)
class Pool:
    """UTF-8 text and the offsets at which its words start (int64, ascending; the last one is the text's length)."""

    text: bytes
    starts: _Ints

    def pieces(self, rng: np.random.Generator, sizes: _Ints) -> tuple[bytes, _Ints]:
        """One piece for each wished size in bytes, end to end, and the end of each; a piece is cut between words.

        A piece is as long as was wished or up to a word longer.
        """
        starts = self.starts
        latest = int(np.searchsorted(starts, starts[-1] - int(sizes.max(initial=0)) - 100))
        if latest < 1:
            raise ValueError(f"a piece of {int(sizes.max()):,} bytes from a pool of {len(self.text):,}")
        begin = starts[rng.integers(0, latest, len(sizes))]
        end = starts[np.searchsorted(starts, begin + sizes)] - 1  # without the space
        view = memoryview(self.text)
        joined = b"".join([view[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)])
        return joined, np.cumsum(end - begin)

    def strings(self, rng: np.random.Generator, sizes: _Ints) -> Iterator[str]:
        """The same pieces as strings."""
        joined, ends = self.pieces(rng, sizes)
        start = 0
        for end in ends.tolist():
            yield joined[start:end].decode()
            start = end


def text_pool(seed: int, size: int, *, words: int = 8_000, phrases: int = 18_000) -> Pool:
    """About `size` bytes of text: phrases of two to six words, some of them far more often than others.

    With these counts snappy makes about 2.35 times less of it, as of English prose, markdown and code mixed.
    """
    rng = np.random.default_rng(seed)
    vocabulary = _vocabulary(rng, words)
    drawn = _zipf(rng, words, phrases * 6, 1.0).reshape(phrases, 6)
    counts = rng.integers(2, 7, phrases)
    ends = rng.choice(len(_ENDS), phrases, p=np.array([share for _, share in _ENDS]))
    made = [
        (" ".join(vocabulary[i] for i in row[:count]) + _ENDS[end][0]).encode()
        for row, count, end in zip(drawn.tolist(), counts.tolist(), ends.tolist(), strict=True)
    ]
    mean = sum(map(len, made)) / phrases
    order = _zipf(rng, phrases, int(size / mean) + 1, 0.9)
    text = b"".join([made[i] for i in order.tolist()])
    spaces = np.flatnonzero(np.frombuffer(text, np.uint8) == ord(" "))
    return Pool(text, np.concatenate([[0], spaces + 1, [len(text)]]).astype(np.int64))


def _vocabulary(rng: np.random.Generator, count: int) -> list[str]:
    """Words of one to four syllables; the shorter ones come first, as in any language the frequent words are short."""
    found: dict[str, None] = {}
    for many, share in ((1, 0.04), (2, 0.4), (3, 0.8), (4, 1.0)):
        while len(found) < share * count:
            parts = iter(rng.integers(0, 1 << 16, (256 * many, 3)).tolist())
            for _ in range(256):
                found.setdefault("".join(_syllable(*next(parts)) for _ in range(many)))
    return list(found)[:count]


def _syllable(onset: int, vowel: int, coda: int) -> str:
    accented = vowel % 300 == 0
    return (
        _ONSETS[onset % len(_ONSETS)]
        + ("é" if accented else _VOWELS[vowel % len(_VOWELS)])
        + _CODAS[coda % len(_CODAS)]
    )


def _zipf(rng: np.random.Generator, kinds: int, count: int, power: float) -> _Ints:
    weights = 1.0 / np.arange(1, kinds + 1) ** power
    edges = np.cumsum(weights)
    drawn: _Ints = np.searchsorted(edges, rng.random(count) * edges[-1]).astype(np.int64)
    return drawn


def lengths(rng: np.random.Generator, count: int, mean: float, sigma: float, most: int, least: int = 1) -> _Ints:
    """`count` lengths, lognormal around `mean`, none above `most` or below `least`."""
    drawn = rng.lognormal(np.log(mean) - sigma * sigma / 2, sigma, count)
    cut: _Ints = np.clip(drawn, least, most).astype(np.int64)
    return cut


def digits(seed: int, size: int) -> bytes:
    """`size` bytes of numbers between spaces and line ends, as the input of a programming task has them."""
    rng = np.random.default_rng(seed)
    out = rng.integers(ord("0"), ord("9") + 1, size, dtype=np.uint8)
    gaps = np.cumsum(rng.integers(2, 11, size // 6))
    gaps = gaps[gaps < size]
    out[gaps] = ord(" ")
    out[gaps[::16]] = ord("\n")
    return out.tobytes()
