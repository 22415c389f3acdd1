"""The only home of the comparison of a lock with what others published of the same files.

A commit says which bytes a Hub calls by a name today; a digest that unrelated people published says which
bytes they used. A lock that disagrees with one is not the dataset that the manifest speaks of.
"""

from __future__ import annotations

import dataclasses

from recipes_data.errors import IntegrityError
from recipes_data.lockfile import Lock
from recipes_data.manifest import DatasetManifest

__all__ = ["check_published", "with_published"]


def with_published(lock: Lock, manifest: DatasetManifest) -> Lock:
    """The lock, with the published sha256 of files of which the Hub lists only a git id or nothing.

    Such files are refused when they arrive and are others, as `check` compares what it finds with the lock.
    """
    known = {path: entry.sha256 for path, entry in manifest.digests.items()}
    files = tuple(
        dataclasses.replace(file, sha256=file.sha256 or known.get(file.path)) if file.path in known else file
        for file in lock.files
    )
    return dataclasses.replace(lock, files=files)


def check_published(lock: Lock, manifest: DatasetManifest) -> None:
    """Compare a lock with the digests in its manifest. Samples are not compared: they are known to be made up.

    Raises:
        IntegrityError: a file has another digest or size, or is not among the locked ones; all of them at once.
    """
    if lock.sample or not manifest.digests:
        return
    files = lock.by_path()
    faults = []
    for path, known in manifest.digests.items():
        evidence = known.evidence or manifest.evidence
        file = files.get(path)
        if file is None:
            faults.append(f"{path} is not there; published: {known.digest} ({evidence})")
            continue
        found = {file.digest.partition(":")[0]: file.digest, "sha256": f"sha256:{file.sha256}" if file.sha256 else ""}
        mine = found.get(known.digest.partition(":")[0])
        if mine and mine != known.digest:
            faults.append(f"{path}: published {known.digest}, got {mine} ({evidence})")
        elif known.size is not None and file.size != known.size:
            faults.append(f"{path}: published with {known.size:,} bytes, got {file.size:,} ({evidence})")
    if faults:
        listed = "\n".join(faults)
        where = "the served folder" if lock.origin == "folder" else lock.origin
        raise IntegrityError(
            f"{lock.name}: what {where} has is not what was published\n{listed}",
            f"for the published bytes ask {lock.repo} itself; to use this copy on purpose, copy the manifest "
            f"to your project's manifests/datasets/{lock.name}.yaml, and there take `digests:` out (or write this "
            "copy's own) and set `revision:` to one that it has",
        )
