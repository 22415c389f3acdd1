"""The only home of a store's disk layout.

    blobs/sha256/ab/abcd...          verified bytes, named by their sha256, mode 0444
    known/git-sha1/ab/abcd...        sha256 of a blob that the Hub knows only by its git id; known/md5/... likewise
    partial/<digest>.<owner>         bytes on their way, hashed again before they are continued
    tables/<key>/<split>-00000-of-00002.parquet   a split's files in row order, linked to the blobs
    facts/<sha256>.<how>.json        rows and columns that were measured in a blob
    index/<sha256>.lines             where the rows of a blob of text begin (`tables.lines`)
    rows/<sha256>.<what>.rows        rows of a blob, ready to be given one by one (`tables.rowcache`)
    converted/<sha256>.<what>...     rows of a blob in another format (`tables.converted`)
    orders/<name>-<rows>.order       orders of rows that were drawn before (`tables.keptorders`)
    locks/...                        locks that belong to no project
    used/                            when locks were last used, bytes served and fetched (`usage`)
    leaving/                         blobs on their way out of the store (`eviction`)
    leases/                          who is fetching what (`leases`); gate/ when the Hub may be asked (`hub.gate`)
    shared-group                     a mark: everything here is written for the whole group
    quarantine/<sha256>.<when>       damaged blobs (`verify --repair`), contents that were refused on arrival

A name without a temporary suffix appears by rename, after the check. A verified blob carries the
modification time `VERIFIED_MTIME`, so that any later write to it shows in a stat.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from recipes_data.errors import IntegrityError, StoreError
from recipes_data.places import Places
from recipes_data.values import value

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from recipes_data.lockfile import LockedFile

__all__ = ["VERIFIED_MTIME", "Store", "disk_error", "hash_file", "store_at"]

VERIFIED_MTIME = 1  # seconds since the epoch, as the Nix store marks its files
_BLOCK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_SEGMENT = re.compile(r"[^/\\:\0]+\Z")


@value
class Store:
    """A folder of verified bytes. Nothing is created before it is needed.

    `shared` are further stores that are only read: what lies there counts as here and is used in place.
    `scratch` takes what is derived (indexes, measured facts) where `root` cannot be written.
    """

    root: Path
    shared: tuple[Path, ...] = ()
    scratch: Path | None = None

    # --- blobs

    def blob(self, sha256: str) -> Path:
        """Where the blob of a sha256 (hex) is, or would be in `root`; of several, the first that was not written to."""
        return min((folder / _blob(sha256) for folder in (self.root, *self.shared)), key=_rank)

    def sha256_of(self, digest: str) -> str | None:
        """The sha256 (hex) of a `sha256:`, `git-sha1:` or `md5:` digest; None for what was not seen here yet."""
        algorithm, _, value = digest.partition(":")
        if algorithm == "sha256":
            return value
        for folder in (self.root, *self.shared):
            try:
                known = (folder / _known(digest)).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError):
                continue
            if _SHA256.match(known):
                return known
        return None

    def sha256_of_file(self, file: LockedFile) -> str | None:
        """The sha256 (hex) of a locked file: as it was measured, else by its digest; None as `sha256_of`."""
        return file.sha256 or self.sha256_of(file.digest)

    def has(self, digest: str, size: int) -> bool:
        """Whether the bytes of this digest are here, whole and not written to since their check.

        A damaged blob counts as missing, so that the next fetch puts a good one in its place.
        """
        sha256 = self.sha256_of(digest)
        if sha256 is None:
            return False
        try:
            self.opened(sha256, size, digest)
        except (OSError, IntegrityError):
            return False
        return True

    def opened(self, sha256: str, size: int, name: str) -> Path:
        """Path of a blob that may be read now: there, of this size, and not written to since its check.

        A blob whose time is not the mark of verification (a copied store, an edited file) is hashed
        again before it is trusted.

        Raises:
            FileNotFoundError: it is not here.
            IntegrityError: its bytes are not what its name says.
        """
        damaged: IntegrityError | None = None
        for folder in (self.root, *self.shared):
            try:
                return _trusted(folder / _blob(sha256), sha256, size, name)
            except OSError:
                continue
            except IntegrityError as exc:
                damaged = damaged or exc
        raise damaged or FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.blob(sha256)))

    def publish(self, temporary: Path, sha256: str, known_as: str | None = None) -> Path:
        """Give verified bytes their final name; the file at `temporary` is gone afterwards.

        `known_as`: the `git-sha1:` or `md5:` digest that they were asked for by.

        Raises:
            StoreError: the disk refused.
        """
        final = self.root / _blob(sha256)
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(temporary, 0o444)
            os.utime(temporary, (VERIFIED_MTIME, VERIFIED_MTIME))
            os.replace(temporary, final)
            if known_as is not None:
                self.write_text(self.root / _known(known_as), sha256 + "\n")
        except OSError as exc:
            raise disk_error(exc, final) from exc
        return final

    def distrust(self, sha256: str) -> None:
        """Take the mark of verification from a blob: loads refuse it, the next fetch replaces it."""
        try:
            os.utime(self.blob(sha256))
        except OSError:
            pass  # it is gone, which is as good; or a read-only store: who looks after it has to be told

    def quarantine(self, sha256: str) -> Path | None:
        """Move a blob of `root` out of the way, for somebody to look at; None where there is none.

        Raises:
            StoreError: the disk refused.
        """
        path = self.root / _blob(sha256)
        aside = self.root / "quarantine" / f"{sha256}.{time.time_ns()}"
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            os.rename(path, aside)
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise disk_error(exc, path) from exc
        return aside

    def share_with_group(self) -> None:
        """Mark the store as one that a whole group writes to; folders hand their group on from now on.

        Raises:
            StoreError: the disk refused.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o2775)
            (self.root / "shared-group").touch()
        except OSError as exc:
            raise disk_error(exc, self.root) from exc

    def honour_group(self) -> None:
        """Let this process write for the group where the store is marked so, whatever the user's umask."""
        if os.path.exists(self.root / "shared-group"):  # False also where we may not look: that is said when it matters
            os.umask(_umask() & ~0o070)

    # --- what is derived from blobs

    def facts(self, sha256: str, measured_as: str) -> Path:
        """Where the rows and columns that were measured in a blob are kept, or would be in `root`."""
        return self.derived(Path("facts", f"{sha256}.{measured_as}.json"))

    def index(self, sha256: str) -> Path:
        """Where the index of the rows of a blob of text is kept, or would be in `root`."""
        return self.derived(Path("index", f"{sha256}.lines"))

    def keep_facts(self, sha256: str, measured_as: str, text: str) -> None:
        """Keep measured facts; raises StoreError where neither `root` nor `scratch` can be written."""
        self._keep(Path("facts", f"{sha256}.{measured_as}.json"), text.encode())

    def keep_index(self, sha256: str, content: bytes) -> None:
        """Keep an index of rows; raises as `keep_facts` does."""
        self._keep(Path("index", f"{sha256}.lines"), content)

    def derived(self, name: Path) -> Path:
        """Where something that was derived is kept, or would be in `root`; `name` is its path in a store."""
        return next((place / name for place in self.derived_in if (place / name).exists()), self.root / name)

    @property
    def derived_in(self) -> tuple[Path, ...]:
        """The folders that hold what was derived: of these, `root` and `scratch` are this run's to write."""
        return (self.root, *((self.scratch,) if self.scratch else ()), *self.shared)

    def _keep(self, name: Path, content: bytes) -> None:
        try:
            self.write_bytes(self.root / name, content)
        except StoreError:
            if self.scratch is None:
                raise
            self.write_bytes(self.scratch / name, content)

    def table(self, split: str, shards: Sequence[str], suffix: str) -> Path:
        """Folder of a split's files in row order; `shards` are sha256 (hex), `suffix` like `.parquet`."""
        content = "\n".join([split, suffix, *shards])
        return self.root / "tables" / hashlib.sha256(content.encode()).hexdigest()[:24]

    def table_files(self, split: str, shards: Sequence[str], suffix: str) -> list[Path]:
        """The names that a table's files have, in row order.

        Raises:
            StoreError: the split's name would lead out of the table's folder.
        """
        if not _SEGMENT.match(split):
            raise StoreError(f"{split!r} cannot be part of a file's name", "give the split another name")
        folder, of = self.table(split, shards, suffix), len(shards)
        return [folder / f"{split}-{index:05d}-of-{of:05d}{suffix}" for index in range(of)]

    def link_table(self, split: str, shards: Sequence[str], suffix: str) -> list[Path]:
        """Make the table's folder unless it is whole: one link to a blob for each shard.

        Raises:
            StoreError: the disk refused.
        """
        import shutil  # as `writing`
        import tempfile

        from recipes_data.links import is_link, make_link, publish_folder

        files = self.table_files(split, shards, suffix)
        blobs = [self.blob(sha256) for sha256 in shards]
        if all(map(is_link, files, blobs)):
            return files
        folder = files[0].parent
        building: Path | None = None
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            building = Path(tempfile.mkdtemp(prefix=".", suffix=".tmp", dir=folder.parent))
            # a folder of a shared store hands its group on: that bit stays
            building.chmod((building.stat().st_mode & 0o2000) | (0o777 & ~_umask()))
            for file, blob in zip(files, blobs, strict=True):
                make_link(blob, building / file.name)
            publish_folder(building, folder, lambda: all(map(is_link, files, blobs)))
        except OSError as exc:
            raise disk_error(exc, folder) from exc
        finally:
            if building is not None:
                shutil.rmtree(building, ignore_errors=True)
        return files

    # --- writing

    def write_text(self, path: Path, text: str) -> None:
        """Publish a small file by rename; folders are made as needed.

        Raises:
            StoreError: the disk refused.
        """
        self.write_bytes(path, text.encode())

    def write_bytes(self, path: Path, content: bytes | memoryview) -> None:
        """Publish a file by rename; raises as `write_text` does."""
        try:
            with self.writing(path) as temporary:
                temporary.write_bytes(content)
        except OSError as exc:
            raise disk_error(exc, path) from exc

    def writing(self, path: Path) -> _Writing:
        """For `with`: a temporary path beside `path`, renamed to it at the end of the block unless that raises."""
        return _Writing(path)

    @property
    def partials(self) -> Path:
        """Folder of bytes on their way."""
        return self.root / "partial"

    def free_bytes(self) -> int:
        """Free space where the store lies or will lie, in bytes."""
        import shutil

        folder = self.root
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return shutil.disk_usage(folder).free


class _Writing:
    """A file that is being written; see `Store.writing`. A class, since a load has no time to import contextlib."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Path:
        import tempfile  # who only loads rows writes nothing

        path = self._path
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        os.close(descriptor)
        self._temporary = Path(name)
        return self._temporary

    def __exit__(self, failed: object, *_: object) -> None:
        try:
            if failed is None:
                os.chmod(self._temporary, 0o666 & ~_umask())
                os.replace(self._temporary, self._path)
        finally:
            try:
                os.unlink(self._temporary)
            except OSError:
                pass  # it has its name; or it is a leftover, which the next prune takes


def store_at(places: Places) -> Store:
    """The store of a run's places, with the shared ones behind it."""
    return Store(places.store, places.shared, places.scratch)


def _umask() -> int:
    """What this process takes from the modes of new files; it can only be read by setting it."""
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _blob(sha256: str) -> Path:
    return Path("blobs", "sha256", sha256[:2], sha256)


def _rank(blob: Path) -> int:
    """0 with the mark of verification, 1 without it, 2 where there is none."""
    try:
        return int(os.stat(blob).st_mtime_ns != VERIFIED_MTIME * 10**9)
    except OSError:
        return 2


def _known(digest: str) -> Path:
    algorithm, _, value = digest.partition(":")
    return Path("known", algorithm, value[:2], value)


def _trusted(path: Path, sha256: str, size: int, name: str) -> Path:
    """A blob's path, once its bytes are known to be what its name says; see `Store.opened`."""
    stat = os.stat(path)
    if stat.st_size == size and stat.st_mtime_ns == VERIFIED_MTIME * 10**9:
        return path
    found = hash_file(path) if stat.st_size == size else f"{stat.st_size:,} bytes"
    if found != sha256:
        raise IntegrityError(
            f"{name}: the stored bytes changed since they were verified: expected sha256 {sha256} "
            f"({size:,} bytes), got {found} in {path}",
            "see what else was damaged: recipes-data verify; put it right: recipes-data fetch",
        )
    try:
        os.utime(path, (VERIFIED_MTIME, VERIFIED_MTIME))
    except OSError:
        pass  # a read-only store: it is hashed again the next time
    return path


def hash_file(path: Path, algorithm: str = "sha256") -> str:
    """Hex digest of a file, read in blocks of 1 MiB."""
    digest = hashlib.new(algorithm)
    buffer = memoryview(bytearray(_BLOCK))
    with open(path, "rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
    return digest.hexdigest()


def disk_error(exc: OSError, path: Path) -> StoreError:
    """What an OSError means for a store, with the path it was about."""
    if exc.errno == errno.ENOSPC:
        what = f"the disk is full: {path}"
        return StoreError(what, "free some space, or use another disk: --store DIR; then run again")
    if exc.errno == errno.EDQUOT:
        return StoreError(f"your disk quota is used up: {path}", "free some of it, or use another disk: --store DIR")
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        what = f"the store cannot be written: {path} ({exc.strerror})"
        return StoreError(what, "check permissions, or use --store DIR")
    what = f"the disk refused: {path} ({exc.strerror or exc})"
    return StoreError(what, "check the disk, then run the same command again")
