"""The only home of the exceptions: one class for each thing the reader must do next.

    RecipesDataError                      two lines: what happened, then what mends it
    ├── ManifestError (ValueError)        edit the YAML: all faults at once, each with its path
    ├── UnknownNameError (KeyError)       pick one of the names that exist
    ├── UsageError (ValueError)           the command's words are off
    ├── LockError
    │   ├── LockMissingError              recipes-data lock NAME
    │   └── LockStaleError                recipes-data lock NAME, or undo the edit
    ├── HubError                          the other side refused
    │   ├── NotOnHubError                 repository, revision or file does not exist
    │   ├── GoneError                     was locked, is no longer there
    │   ├── GatedError                    accept the terms
    │   ├── AuthError                     set a token
    │   ├── RateLimitedError              wait
    │   └── HubDownError                  run the same command again; what was fetched is kept
    ├── UnsafeFileError                   blocked by policy
    ├── IntegrityError                    expected, got; the bad bytes are gone
    ├── SampleDataError                   these rows are samples
    ├── TableError (ValueError)           file, row, column: what was promised, what is there
    ├── StoreError                        disk full, not writable, another run holds it
    └── NotFetchedError (LookupError)     recipes-data fetch NAME

Every one is picklable and carries `what` and `do`; `str()` gives both lines.
"""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import ClassVar, Literal

__all__ = [
    "AuthError",
    "GatedError",
    "GoneError",
    "HubDownError",
    "HubError",
    "IntegrityError",
    "LockError",
    "LockMissingError",
    "LockStaleError",
    "ManifestError",
    "NotFetchedError",
    "NotOnHubError",
    "RateLimitedError",
    "RecipesDataError",
    "SampleDataError",
    "StoreError",
    "TableError",
    "UnknownNameError",
    "UnsafeFileError",
    "UsageError",
    "unread",
    "unwritten",
]


class RecipesDataError(Exception):
    """Base of every error that this project raises on purpose.

    `what` says what happened in the user's own words for it (expected, got); `do` is a command
    or an edit that mends it, or empty where nothing can be advised. `exit_code` is the code
    with which the command line ends on it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, do: str = "") -> None:
        super().__init__(what, do)
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"{self.what}\n{self.do}" if self.do else self.what


class ManifestError(RecipesDataError, ValueError):
    """One or more faults in manifests, one a line, each with file, line and path."""

    exit_code = 2


class UnknownNameError(RecipesDataError, KeyError):
    """A dataset, recipe, config, split or column of this name does not exist."""

    exit_code = 2


class UsageError(RecipesDataError, ValueError):
    """Arguments that do not fit together, or a download larger than was allowed."""

    exit_code = 2


class LockError(RecipesDataError):
    """A lock that is needed is missing, stale or cannot be read."""

    exit_code = 3


class LockMissingError(LockError):
    """There is no lock, and the run may not write one."""


class LockStaleError(LockError):
    """The manifest asks for something else than what its lock holds."""


class HubError(RecipesDataError):
    """The Hub (or a mirror of it) refused, or could not be reached.

    `wait`: seconds that the server asked for before the next try, where it named any.
    `connected`: False where no connection came about at all.
    """

    exit_code = 4

    def __init__(self, what: str, do: str = "", *, wait: float | None = None, connected: bool = True) -> None:
        super().__init__(what, do)
        self.wait = wait
        self.connected = connected


class NotOnHubError(HubError):
    """The repository, the revision or a file of it does not exist there.

    `missing` says which of them, where the Hub did: "repository", "revision", "file", else "".
    """

    def __init__(
        self,
        what: str,
        do: str = "",
        *,
        missing: Literal["repository", "revision", "file", ""] = "",
        wait: float | None = None,
        connected: bool = True,
    ) -> None:
        super().__init__(what, do, wait=wait, connected=connected)
        self.missing = missing


class GoneError(HubError):
    """What a lock pins is no longer on the Hub."""


class GatedError(HubError):
    """The repository's terms have to be accepted first."""


class AuthError(HubError):
    """A token is missing, wrong, or not allowed to do this."""


class RateLimitedError(HubError):
    """The Hub asks for a longer wait than this run may spend."""


class HubDownError(HubError):
    """The Hub could not be reached, or kept failing."""


class UnsafeFileError(RecipesDataError):
    """A file or a path that is never fetched or opened."""

    exit_code = 5


class IntegrityError(RecipesDataError):
    """Bytes, rows or a schema that are not what was promised."""

    exit_code = 5


class SampleDataError(RecipesDataError):
    """Sample rows were asked for as if they were the dataset."""

    exit_code = 5


class TableError(RecipesDataError, ValueError):
    """A file whose rows cannot be given exactly as they are."""

    exit_code = 5


class StoreError(RecipesDataError):
    """The disk: full, not writable, not a store."""

    exit_code = 5


class NotFetchedError(RecipesDataError, LookupError):
    """The rows are not in the store, and nothing may be fetched here."""

    exit_code = 6


def unread(exc: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read, in words: the system's own without its number, or that it is no text."""
    return exc.strerror or str(exc) if isinstance(exc, OSError) else "it is no text in UTF-8"


def unwritten(path: str | os.PathLike[str], exc: OSError) -> str:
    """What would let a file be written or deleted, where the system said no: by what stands on the way to it."""
    if os.path.isdir(path):
        return f"{path} is a folder: move it, or take another name"
    above = os.path.dirname(os.path.abspath(path))
    while not os.path.lexists(above):
        above = os.path.dirname(above)
    if not os.path.isdir(above):
        return f"{above} is not a folder: move it, or take another place"
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some space"
    return f"check the permissions of {above}"
