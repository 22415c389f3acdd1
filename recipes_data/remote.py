"""The only home of bytes that are neither on the Hub nor on this machine, and the only importer of fsspec.

`remote_folder` opens a place: http and https by our own connections, buckets (s3, gs, az) by fsspec
and its drivers. No token and no header of ours goes there; a bucket's driver finds the user's own
credentials for that bucket by itself, as its documentation says. What may be secret in a URL (its
query can be a signature) goes to its own place alone and is never shown.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit

from recipes_data.errors import AuthError, GatedError, HubDownError, HubError, RateLimitedError, UsageError
from recipes_data.hub.answers import Asked, error_for
from recipes_data.hub.connection import Answer, ConnectionFailed, Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.redirects import following

__all__ = ["Remote", "RemoteFolder", "is_on_the_network", "listed", "remote_folder", "shown_url"]

T = TypeVar("T")
_DRIVERS = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs", "memory": ""}
"""URL scheme of a bucket -> what to install. Not hf://: its driver would send the user's token."""
_SECONDS = 30.0  # a driver's call that takes longer has failed
_BLOCK = 4 << 20


class Remote(Protocol):
    """The bytes of one remote file, in order. Belongs to one thread."""

    @property
    def size(self) -> int | None:
        """How many bytes the file has; None where the place does not say."""
        ...

    def seek(self, position: int, /) -> object:
        """Let the next `readinto` give the byte at `position` (counted from 0) first."""
        ...

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a part of the buffer; returns how many bytes came, 0 at the end.

        Raises:
            HubError: the place does not give them, also after new tries.
        """
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class RemoteFolder(Protocol):
    """A place with files in it. Shared by threads."""

    def open(self, path: str, asked: Asked) -> Remote | None:
        """Open the file at `path` below the place; None where there is none. `asked` is for messages.

        Raises:
            AuthError, GatedError: the place does not let us read it.
            HubDownError, RateLimitedError: the place keeps failing, or asks for a longer wait than it gets.
        """
        ...


def remote_folder(url: str, connections: Connections, patience: Patience) -> RemoteFolder:
    """The place that a URL names. Nothing is sent yet. `connections` and `patience` are for http and https.

    Raises:
        UsageError: it is not a URL that can be read, carries a password, or its driver is not installed.
    """
    try:
        parts = urlsplit(url)
        host, secret = parts.hostname, parts.password or (parts.scheme.startswith("http") and parts.username)
    except ValueError:
        raise UsageError("a URL that is none was given", "write it as https://HOST/PATH or s3://BUCKET/PATH") from None
    if secret:
        raise UsageError(
            f"{shown_url(url)}: the URL carries credentials", "leave them out: a command line is read by all"
        )
    if parts.scheme in ("http", "https"):
        if not host:
            raise UsageError(f"{shown_url(url)}: the URL names no host", "write it as https://HOST/PATH")
        return _Web(url, connections, patience)
    return _Bucket(url)


def is_on_the_network(url: str) -> bool:
    """Whether reading from a URL opens a socket."""
    return urlsplit(url).scheme != "memory"


def shown_url(url: str) -> str:
    """A URL without what may be secret in it: credentials, query, fragment. A path stays as it is."""
    if "://" not in url:
        return url
    rest = url.partition("?")[0].partition("#")[0]
    scheme, _, place = rest.partition("://")
    host, slash, path = place.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}".rstrip("/")


def listed(url: str) -> tuple[str, ...]:
    """Paths of all files below a bucket's folder, or of the one file that the URL names, sorted by code points.

    Raises:
        UsageError: as `remote_folder`; and of http, which has no lists.
        AuthError, HubDownError: the place does not let itself be listed.
    """
    if urlsplit(url).scheme in ("http", "https"):
        raise UsageError(f"{shown_url(url)} cannot be listed", "name each file")
    bucket, worker = _Bucket(url), _Worker()
    try:
        return worker.call(bucket.paths)
    except FileNotFoundError:
        return ()
    finally:
        worker.close()


class _Web:
    """A place at an http(s) URL; its query, if it has one, is sent with every file's path."""

    def __init__(self, url: str, connections: Connections, patience: Patience) -> None:
        self._parts = urlsplit(url)
        self._connections = connections
        self._patience = patience

    def open(self, path: str, asked: Asked) -> Remote | None:
        full = f"{self._parts.path.rstrip('/')}/{quote(path)}"
        url = self._parts._replace(path=full, fragment="").geturl()
        try:
            return _Page(url, asked, self._connections, self._patience)
        except (HubDownError, RateLimitedError, AuthError, GatedError):
            raise
        except HubError:  # 401, 404 and all else that means: not there for somebody without a token
            return None


class _Page:
    """One file over http(s): a broken line is continued by a range, or by reading past what is known."""

    def __init__(self, url: str, asked: Asked, connections: Connections, patience: Patience) -> None:
        self._url = url
        self._asked = asked
        self._connections = connections
        self._patience = patience
        self._position = 0
        self._failures = 0
        self._answer: Answer | None = None
        self.size: int | None = None
        self._tried(self._connected)

    def seek(self, position: int, /) -> None:
        if position != self._position:
            self.close()
            self._position = position

    def readinto(self, buffer: memoryview, /) -> int:
        count = self._tried(lambda: self._connected().readinto(buffer))
        self._position += count
        if count:
            self._failures = 0  # a slow, cut line still arrives
        return count

    def close(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None

    def _tried(self, once: Callable[[], T]) -> T:
        while True:
            self._patience.pass_gate()
            try:
                result = once()
            except ConnectionFailed as exc:
                connected = exc.kind not in ("connect", "proxy", "tls")
                error: HubError = HubDownError(f"the connection failed ({exc.kind}: {exc.detail})", connected=connected)
                error.__cause__ = exc
            except HubError as exc:
                error = exc
            else:
                self._patience.answered = True
                return result
            self.close()
            self._failures += 1
            self._patience.wait_or_raise(error, self._failures)

    def _connected(self) -> Answer:
        """The answer whose next byte is the one at our position."""
        if self._answer is None:
            answer = self._open()
            try:
                self._accept(answer)
            except BaseException:
                answer.close()
                raise
            self._answer = answer
        return self._answer

    def _open(self) -> Answer:
        headers = {"Range": f"bytes={self._position}-"} if self._position else {}
        return following(self._connections, self._url, headers)

    def _accept(self, answer: Answer) -> None:
        if answer.status == 206:
            start = answer.headers.get("content-range", "").removeprefix("bytes ").split("-")[0]
            if start != str(self._position):
                raise HubDownError("another range was sent than was asked for")
        elif answer.status == 200:
            length = answer.headers.get("content-length", "")
            if length.isdecimal() and "content-encoding" not in answer.headers:
                self.size = int(length)
            self._pass_over(answer)
        else:
            raise error_for(answer.status, answer.headers, self._asked)

    def _pass_over(self, answer: Answer) -> None:
        """Read what is known already, from a server that knows no ranges."""
        left = self._position
        buffer = memoryview(bytearray(min(_BLOCK, left)))
        while left:
            count = answer.readinto(buffer[: min(left, len(buffer))])
            if not count:
                raise HubDownError("the file there has become shorter")
            left -= count


class _Bucket:
    """A place behind an fsspec driver; the driver is told of it when the first file is opened."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._system: Any = None
        self._root = ""
        scheme = urlsplit(url).scheme
        if scheme not in _DRIVERS or "::" in url:
            spoken = ", ".join(f"{known}://" for known in ("https", "http", "file", *_DRIVERS) if known != "memory")
            raise UsageError(
                f"{shown_url(url)}: {scheme}:// is not read from here", f"give a folder, or one of {spoken}"
            )
        import fsspec  # type: ignore[import-untyped]  # a tenth of a second that no other run has to pay

        try:
            fsspec.get_filesystem_class(scheme)
        except ImportError as exc:
            package = _DRIVERS[scheme]
            raise UsageError(
                f"{shown_url(url)} needs {package}, which is not installed", f"pip install {package}"
            ) from exc

    def open(self, path: str, asked: Asked) -> Remote | None:  # noqa: ARG002  # a driver words its own errors
        worker = _Worker()
        try:
            return _Stream(worker, *worker.call(lambda: self._opened(path)))
        except FileNotFoundError:
            worker.close()
            return None
        except BaseException:
            worker.close()
            raise

    def paths(self) -> tuple[str, ...]:
        """Every file below the place; called by a worker."""
        root = self._found().rstrip("/")
        found: list[str] = self._system.find(root)
        return tuple(sorted(path.removeprefix(root).lstrip("/") for path in found))

    def _found(self) -> str:
        """The place as its driver calls it."""
        with self._lock:
            if self._system is None:
                from fsspec.core import url_to_fs  # type: ignore[import-untyped]

                # fsspec's own cache keeps one driver a thread, each with a session to set up
                self._system, self._root = url_to_fs(self._url, skip_instance_cache=True)
            return self._root

    def _opened(self, path: str) -> tuple[Any, int | None]:
        self._found()
        full = f"{self._root.rstrip('/')}/{path}"
        facts = self._system.info(full)
        if facts.get("type") == "directory":
            raise FileNotFoundError(full)
        size = facts.get("size")
        return self._system.open(full, "rb", block_size=_BLOCK), size if isinstance(size, int) else None


class _Stream:
    """One file of a bucket."""

    def __init__(self, worker: _Worker, file: Any, size: int | None) -> None:
        self._worker = worker
        self._file = file
        self.size = size

    def seek(self, position: int, /) -> None:
        self._worker.call(lambda: self._file.seek(position))

    def readinto(self, buffer: memoryview, /) -> int:
        # never into the caller's buffer directly: a call that is given up may still write
        block: bytes = self._worker.call(lambda: self._file.read(len(buffer)))
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._worker.send(self._file.close)
        self._worker.close()


class _Worker:
    """A thread that makes a driver's calls, so that one that hangs holds up neither the run nor its end."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="fsspec driver", daemon=True).start()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()

    def send(self, once: Callable[[], T]) -> queue.SimpleQueue[tuple[T, None] | tuple[None, Exception]]:
        """Have a call made; its result or error comes by the queue."""
        answers: queue.SimpleQueue[tuple[T, None] | tuple[None, Exception]] = queue.SimpleQueue()

        def call() -> None:
            try:
                answers.put((once(), None))
            except Exception as exc:  # noqa: BLE001  # drivers raise what they like; `call` translates it
                answers.put((None, exc))

        self._calls.put(call)
        return answers

    def call(self, once: Callable[[], T]) -> T:
        """The result of one call to a driver.

        Raises:
            FileNotFoundError: there is no such file.
            AuthError: the place does not let us read it.
            HubDownError: anything else, or no answer in time.
        """
        try:
            result, failed = self.send(once).get(timeout=_SECONDS)
        except queue.Empty:
            raise HubDownError(f"no answer within {_SECONDS:g} s") from None
        if failed is None:
            return result  # type: ignore[return-value]  # mypy does not see that the two go together
        if isinstance(failed, (FileNotFoundError, IsADirectoryError, NotADirectoryError)):
            raise FileNotFoundError from failed
        if isinstance(failed, PermissionError):
            raise AuthError("reading is not allowed") from failed
        # by its class alone: a driver's text may hold a signed URL
        raise HubDownError(f"the driver failed ({type(failed).__name__})") from failed

    def close(self) -> None:
        """Let the thread end after the calls that it has."""
        self._calls.put(None)
