"""The only home of what a process is called, and whether the one of that name still runs."""

from __future__ import annotations

import functools
import os
import socket
from pathlib import Path

__all__ = ["is_running", "process_name"]


def process_name() -> str:
    """`HOST~PID~STARTED`: this process and no other, also after process numbers came round again."""
    return _name(os.getpid())


@functools.cache  # it is asked for several times a file
def _name(pid: int) -> str:
    return f"{_host()}~{pid}~{_started(pid)}"


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_name.cache_clear)  # a number that was an ancestor's may come round again


def is_running(name: str) -> bool | None:
    """Whether the process of this name runs; None where that cannot be seen from here (another machine).

    A text that is no such name is a process that does not run.
    """
    try:
        host, number, started = name.rsplit("~", 2)
        pid = int(number)
    except ValueError:
        return False
    if host != _host():
        return None
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass  # it runs, but belongs to somebody else
    return started == _started(pid)


def _host() -> str:
    """The machine, and within it the name space of process numbers: containers may share a host's name."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = "0"
    return socket.gethostname().replace("~", "-").replace("/", "-") + f"-{space}"


def _started(pid: int) -> str:
    """When a process started, in the kernel's ticks since boot; of one that ended, and waits to be reaped, "ended"."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "0"
    fields = stat.rsplit(")", 1)[1].split()
    # in a container without an init, killed processes stay as zombies for ever
    return "ended" if fields[0] in ("Z", "X") else fields[19]
