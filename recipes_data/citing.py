"""The verb `cite`: what a paper has to say of datasets, as BibTeX and as a sentence. Offline, pure.

Only what manifest and lock know is said. A manifest's own `cite:` is given word for word; else an `@misc` entry is
made of title, place and commit. Authors and years are in neither, so they are left out, and the notes say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recipes_data.address import Address, selected_splits
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.manifest import DatasetManifest
from recipes_data.wording import counted

__all__ = ["Citation", "CitedSplit", "cite"]

_HUB = "https://huggingface.co"
_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    character: f"\\{character}" for character in "&%$#_{}"
}


@dataclass(frozen=True, slots=True)
class CitedSplit:
    """A split that is used: its rows, None where they were not counted yet, and its files' digests in row order."""

    config: str
    name: str
    rows: int | None
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """One dataset or model: BibTeX, the sentence, what it stands on, and what could not be said."""

    name: str
    source: str
    commit: str | None
    license: str | None
    gated: str
    splits: tuple[CitedSplit, ...]
    bibtex: str
    sentence: str
    notes: tuple[str, ...]


def cite(manifest: DatasetManifest, lock: Lock | None, addresses: Iterable[Address]) -> Citation:
    """The citation of what the addresses select of a dataset; without a lock nothing is pinned, which a note says.

    Raises:
        UnknownNameError: an address names what the lock does not have.
    """
    splits = _splits(lock, list(addresses))
    licence = lock.license if lock else " and ".join(manifest.license or ()) or None
    return Citation(
        manifest.name,
        manifest.source,
        lock.commit if lock else None,
        licence,
        (lock.gated or "no") if lock else manifest.gated,
        splits,
        manifest.cite or _bibtex(manifest, lock),
        _sentence(manifest, lock, splits, licence),
        tuple(_notes(manifest, lock, licence)),
    )


def _splits(lock: Lock | None, addresses: Sequence[Address]) -> tuple[CitedSplit, ...]:
    if lock is None:
        return ()
    files = lock.by_path()

    def rows(split: LockedSplit) -> int | None:
        known = [file.rows for file in (split.extracted or tuple(files[path] for path in split.files))]
        counted = sum(count for count in known if count is not None)
        return split.expected_rows if None in known or not known else counted

    return tuple(
        CitedSplit(config.name, split.name, rows(split), tuple(files[path].digest for path in split.files))
        for config, split in selected_splits(lock, addresses)
        if split.format != "files"
    )


def _bibtex(manifest: DatasetManifest, lock: Lock | None) -> str:
    fields = [("title", f"{{{_escaped(manifest.title)}}}")]
    if not manifest.is_remote:
        kind = "" if manifest.type == "model" else "datasets/"
        fields.append(("howpublished", f"Hugging Face {manifest.type} {_escaped(manifest.repo)}"))
        fields.append(("url", f"{_HUB}/{kind}{manifest.repo}"))
    else:
        fields.append(("url", manifest.source))
    if lock is not None:
        fields.append(("version", f"{_pinned_by(manifest)} {lock.commit}"))
    body = "".join(f"  {name} = {{{text}}},\n" for name, text in fields)
    key = re.sub(r"[^a-zA-Z0-9:-]+", "-", f"{manifest.name}-{lock.commit[:7]}" if lock else manifest.name)
    return f"@misc{{{key},\n{body}}}"


def _sentence(manifest: DatasetManifest, lock: Lock | None, splits: Sequence[CitedSplit], licence: str | None) -> str:
    under = f", licence {licence}" if licence else ""
    if lock is None:
        return f"We use {manifest.title} ({manifest.source}{under})."
    parts = [_of_config(config, [s for s in splits if s.config == config]) for config in _configs(splits)]
    which = f"{_and(parts)} of " if parts else ""
    return f"We use {which}{manifest.title} ({manifest.source}, {_pinned_by(manifest)} {lock.commit}{under})."


def _pinned_by(manifest: DatasetManifest) -> str:
    """What a lock's commit is called: of files that are on no Hub it is a digest over them."""
    return "state" if manifest.is_remote else "commit"


def _configs(splits: Sequence[CitedSplit]) -> list[str]:
    return list(dict.fromkeys(split.config for split in splits))


def _of_config(config: str, splits: Sequence[CitedSplit]) -> str:
    names = _and([f"{s.name}" + (f" ({counted(s.rows, 'row')})" if s.rows is not None else "") for s in splits])
    return f"the {'split' if len(splits) == 1 else 'splits'} {names} of the config {config}"


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _notes(manifest: DatasetManifest, lock: Lock | None, licence: str | None) -> Iterable[str]:
    if manifest.cite is None:
        yield "authors and year are not known here: look at the dataset's own page for the citation it asks for"
    if lock is None:
        yield f"not locked, so no commit can be named: recipes-data lock {manifest.name}"
    elif lock.origin == "folder":
        yield "the commit is that of a folder that was served, and is on no Hub"
    if lock is not None and lock.sample:
        yield "made-up sample rows: not for a paper"
    if licence is None:
        yield "no licence is known: the card names none, or it was not read yet"
    if manifest.doubt:
        yield f"in doubt: {manifest.doubt}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)
