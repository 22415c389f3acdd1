"""The only home of the driver's process: started, asked one line at a time, and ended whatever it does."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from recipes_data.errors import UsageError

__all__ = ["Answer", "Driver", "driver_environment"]

_LONGEST_LINE = 64 << 20  # bytes
_DROPPED = ("HF_", "HUGGING", "TRANSFORMERS_", "RECIPES_DATA_", "DATASETS_")
_DROPPED_NAMES = ("CI", "http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `ok`, or an error with its `type`, `message` and HTTP `status`, or `broken`: no answer at all."""

    ok: Any = None
    type: str = ""
    message: str = ""
    status: int | None = None
    broken: str = ""

    @property
    def failed(self) -> bool:
        """Whether the client reported an error."""
        return bool(self.type)

    def __str__(self) -> str:
        if self.broken:
            return self.broken
        if not self.failed:
            return f"ok {json.dumps(self.ok, sort_keys=True)}"
        status = f" ({self.status})" if self.status is not None else ""
        return f"{self.type}{status}: {self.message}"


def driver_environment(
    environ: Mapping[str, str], *, endpoint: str, home: str, token: str, offline: bool
) -> dict[str, str]:
    """The environment of a driver: nothing of the user's own Hub settings, no proxy, the scenario's Hub and token."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(_DROPPED) and name not in _DROPPED_NAMES and name.lower() not in _DROPPED_NAMES
    }
    return {
        **kept,
        "HF_ENDPOINT": endpoint,
        "HF_HOME": home,
        # this Hub has no Xet storage behind it, and no business with telemetry
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "NO_PROXY": "*",
        "no_proxy": "*",
        **({"HF_TOKEN": token} if token else {}),
        **({"HF_HUB_OFFLINE": "1"} if offline else {}),
    }


class Driver:
    """A running driver, as long as the `with` block lasts.

    Raises:
        UsageError: the command cannot be started.
    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._talk = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        try:
            self._process = subprocess.Popen(
                list(command),
                env=dict(environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._talk,
                bufsize=0,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            self._talk.close()
            raise UsageError(
                f"the driver cannot be started: {' '.join(command)} ({error})", "correct the driver's command"
            ) from error
        assert self._process.stdin is not None  # noqa: S101  # as asked for
        assert self._process.stdout is not None  # noqa: S101
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._unread = bytearray()
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, op: str, args: Mapping[str, Any], seconds: float) -> Answer:
        """The answer to one line; whatever the driver does, it comes within about `seconds`."""
        self._asked += 1
        until = time.monotonic() + seconds
        line = json.dumps({"id": self._asked, "op": op, "args": dict(args)}).encode() + b"\n"
        if self._write(line, until):
            reply = self._line(until)
            return reply if isinstance(reply, Answer) else self._parsed(reply)
        return self._stopped(seconds)

    def close(self) -> None:
        """End the driver and everything that it started."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was still to be written has no reader any more
                    stream.close()
        self.kill()
        self._process.wait()
        self._talk.close()

    def kill(self) -> None:
        """End the processes; whoever waits for an answer has none."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended; macOS says it the other way
            os.killpg(self._process.pid, signal.SIGKILL)

    def _write(self, line: bytes, until: float) -> bool:
        while line:
            left = until - time.monotonic()
            if left <= 0 or not select.select([], [self._in], [], left)[1]:
                return False
            try:
                line = line[os.write(self._in, line) :]
            except BlockingIOError:
                continue  # `select` may be wrong: ask again until the time is over
            except OSError:
                return True  # it closed its end: what it said before that, or its end, is read next
        return True

    def _line(self, until: float) -> bytes | Answer:
        end = self._unread.find(b"\n")
        while end < 0:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._out], [], [], left)[0]:
                return self._stopped(0)
            try:
                piece = os.read(self._out, 1 << 20)
            except BlockingIOError:
                continue  # as above
            if not piece:
                return self._stopped(1.0)
            found = piece.find(b"\n")
            end = found if found < 0 else len(self._unread) + found
            self._unread += piece
            if len(self._unread) > _LONGEST_LINE:
                return Answer(broken=f"the driver's line has more than {_LONGEST_LINE >> 20} MiB and no end")
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line

    def _stopped(self, patience: float) -> Answer:
        """Why there is no answer: it ended (its output did, and `patience` seconds later the process), or it hangs."""
        with contextlib.suppress(subprocess.TimeoutExpired):  # it still runs: the last line tells what that means
            code = self._process.wait(patience)
            return Answer(broken=f"the driver died (exit code {code}){self._last_words()}")
        return Answer(broken="the driver closed its output" if patience else "the driver did not answer in time")

    def _last_words(self) -> str:
        self._talk.seek(0, os.SEEK_END)
        self._talk.seek(max(0, self._talk.tell() - 2000))
        lines = self._talk.read().decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""

    def _parsed(self, line: bytes) -> Answer:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            return Answer(broken=f"the driver printed something that is no JSON: {line.decode('utf-8', 'replace')}")
        if not isinstance(told, dict) or told.get("id") != self._asked or ("ok" in told) == ("error" in told):
            return Answer(broken=f"the driver's line is no answer to line {self._asked}: {told}")
        if "ok" in told:
            return Answer(ok=told["ok"])
        error = told["error"]
        if not isinstance(error, dict) or not isinstance(error.get("type"), str) or not error["type"]:
            return Answer(broken=f"the driver's error has no type: {told}")
        status = error.get("status")
        return Answer(
            type=error["type"],
            message=str(error.get("message") or ""),
            status=status if isinstance(status, int) and not isinstance(status, bool) else None,
        )
