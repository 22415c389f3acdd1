"""The only home of folders in which fetched files have their own names, as programs expect a tokenizer's to have.

They lie beside the tables of a store, `tables/KEY/PATH`, and like them are links to blobs.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from recipes_data.errors import IntegrityError, NotFetchedError
from recipes_data.links import is_link, make_link, publish_folder
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.store import Store, disk_error

__all__ = ["link_named", "named_folder"]


def link_named(store: Store, files: Mapping[str, str]) -> Path:
    """The folder with these files (path -> sha256 in hex), made unless it is whole. The paths were checked before.

    Raises:
        StoreError: the disk refused.
    """
    content = "\n".join(["named", *(f"{path}\0{sha256}" for path, sha256 in sorted(files.items()))])
    folder = store.root / "tables" / hashlib.sha256(content.encode()).hexdigest()[:24]
    links = {folder / path: store.blob(sha256) for path, sha256 in files.items()}

    def is_whole() -> bool:
        return all(is_link(link, blob) for link, blob in links.items())

    if is_whole():
        return folder
    building: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".", suffix=".tmp", dir=folder.parent))
        building.chmod((building.stat().st_mode & 0o2000) | (folder.parent.stat().st_mode & 0o777))
        for path, sha256 in files.items():
            link = building / path
            link.parent.mkdir(parents=True, exist_ok=True)
            # a link is relative to its own depth, which stays the same when the folder is renamed
            make_link(store.blob(sha256), link)
        publish_folder(building, folder, is_whole)
    except OSError as exc:
        raise disk_error(exc, folder) from exc
    finally:
        if building is not None:
            shutil.rmtree(building, ignore_errors=True)
    return folder


def named_folder(store: Store, lock: Lock, split: LockedSplit) -> Path:
    """The folder of a split's files under their own names; every file is looked at first.

    Raises:
        NotFetchedError: a file is not in the store.
        IntegrityError: stored bytes were changed.
        StoreError: the folder is not there, and the store cannot be written.
    """
    by_path = lock.by_path()
    files = {}
    for path in split.files:
        file = by_path[path]
        sha256 = file.sha256 or store.sha256_of(file.digest)
        again = f"recipes-data fetch {lock.name}"
        try:
            if sha256 is None:
                raise FileNotFoundError(path)
            store.opened(sha256, file.size, f"{lock.name} ({path})")
        except OSError as exc:
            raise NotFetchedError(f"{lock.name!r} is not whole in the store: {path} is missing", again) from exc
        except IntegrityError as exc:
            raise IntegrityError(exc.what, exc.do.replace("recipes-data fetch", again)) from exc
        files[path] = sha256
    return link_named(store, files)
