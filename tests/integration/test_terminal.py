"""What a person at a terminal sees: a bar, colours, and a question before a large download."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

from recipes_data.mirror import Fault, Mirror, Request, Response
from tests.worlds import Project


def at_a_terminal(project: Project, words: list[str], answer: str = "", **environ: str) -> tuple[int, str]:
    """Run the command with a terminal as stdin, stdout and stderr; its exit code and all that it showed."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "recipes_data", *words],
        cwd=project.root,
        env={**project.environ, "TERM": "xterm", **environ},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        close_fds=True,
    )
    os.close(follower)
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([leader], [], [], 0.2)
        if ready:
            try:
                block = os.read(leader, 4096)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            shown += block
            if answer and b"[y/N]" in shown:
                os.write(leader, answer.encode() + b"\n")
                answer = ""
    os.close(leader)
    return process.wait(timeout=30), shown.decode()


def test_a_bar_shows_bytes_and_rate_while_they_come(hub: Mirror, project: Project) -> None:
    def slow(request: Request) -> Response | None:
        if request.origin != "cdn":
            return None
        answer = hub.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(delay=0.3))

    hub.before = slow
    code, shown = at_a_terminal(project, ["fetch", "gsm8k", "--endpoint", hub.url])
    assert code == 0, shown
    assert "fetching:" in shown
    assert "B/s" in shown
    assert "ready" in shown


def test_a_large_download_is_asked_for_and_no_means_no(hub: Mirror, project: Project) -> None:
    words = ["fetch", "gsm8k", "--endpoint", hub.url, "--max-download", "1kB"]
    code, shown = at_a_terminal(project, words, answer="n")
    assert code == 2
    assert "Go on? [y/N]" in shown
    assert not (project.store / "blobs").exists()
    code, shown = at_a_terminal(project, words, answer="y")
    assert code == 0, shown
    assert len(project.blobs()) == 2


def test_colour_is_for_terminals_and_can_be_refused(project: Project) -> None:
    code, shown = at_a_terminal(project, ["fetch", "nothing"])
    assert code == 2
    assert "\x1b[31merror:\x1b[0m" in shown
    _, plain = at_a_terminal(project, ["fetch", "nothing"], NO_COLOR="1")
    assert "\x1b[" not in plain
