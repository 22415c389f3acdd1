"""The only home of `folder`: where the files of a tokenizer, or of anything else that has no rows, lie. No network."""

from __future__ import annotations

import os
from pathlib import Path

from recipes_data.address import parse_address
from recipes_data.errors import NotFetchedError, UsageError
from recipes_data.locks import find_lock
from recipes_data.named import named_folder
from recipes_data.places import find_places
from recipes_data.store import store_at
from recipes_data.usage import mark_used

__all__ = ["folder"]

_Folder = str | os.PathLike[str] | None


def folder(name: str, *, manifests: _Folder = None, project: _Folder = None, store: _Folder = None) -> Path:
    """A folder with the fetched files under their own names: `AutoTokenizer.from_pretrained(folder("qwen3_8b"))`.

    The files are links to verified bytes and must not be written to. Nothing in them is run or imported from here.
    `manifests`, `project`, `store` are the command's options.

    Raises:
        NotFetchedError: never fetched, or a file is missing.
        IntegrityError: stored bytes were changed.
        UsageError: it has rows: `load` gives them.
        StoreError: the folder is not there, and the store cannot be written.
    """
    places = find_places(manifests=manifests, project=project, store=store)
    address = parse_address(name)
    found = find_lock(places, address.name)
    if found is None:
        raise NotFetchedError(
            f"{name!r} was never fetched\nlooked in: {places.describe()}", f"recipes-data fetch {address.name}"
        )
    lock, path = found
    split = lock.configs[0].splits[0]  # files that have no rows are one split, the only one of their lock
    if split.format != "files":
        raise UsageError(
            f"{name!r} has rows, not files", f"load({name!r}) gives them; recipes-data path {name} the files"
        )
    made = named_folder(store_at(places), lock, split)
    mark_used(store_at(places), lock, path)
    return made
