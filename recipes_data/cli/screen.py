"""What a person sees: tables and sizes on stdout, talk and progress on stderr, colour on a terminal only."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from recipes_data.cli.proposals import Given
from recipes_data.errors import HubError, RateLimitedError, RecipesDataError

__all__ = ["Progress", "Screen", "Unheard", "size_text", "table_text"]

_COLOURS = {"good": "32", "bad": "31", "dim": "2", "bold": "1"}
_PLAIN_SECONDS = 10.0
_LEAST = 12  # columns of a table's last column; below that it is left out


def size_text(count: float) -> str:
    """Bytes for people: `2.3 MB` (powers of 1000, as disks and the Hub count)."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.2f} TB"


def table_text(
    head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = (), *, width: int | None = None
) -> str:
    """Columns aligned by spaces; those in `right` to the right.

    `width`: of the terminal. The last column is cut to fit, with an ellipsis; where that leaves too little of it, it is
    left out, and the one before it is the last.
    """
    body = [list(row) for row in rows]
    if width is not None:
        head, body = _fitted(list(head), body, width)
    widths = [max(len(line[i]) for line in (head, *body)) for i in range(len(head))]
    aligned = set(right)

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            c.rjust(w) if i in aligned else c.ljust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()

    return "\n".join([line(head), *map(line, body)])


def _fitted(head: list[str], body: list[list[str]], width: int) -> tuple[list[str], list[list[str]]]:
    while len(head) > 1:
        before = sum(max(len(line[i]) for line in (head, *body)) + 2 for i in range(len(head) - 1))
        needed = max(len(line[-1]) for line in (head, *body))
        if before + needed <= width:
            break
        if width - before >= _LEAST:
            body = [[*line[:-1], _cut(line[-1], width - before)] for line in body]
            break
        head, body = head[:-1], [line[:-1] for line in body]
    return head, body


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _draws_on(stream: TextIO) -> bool:
    """Whether lines are drawn over and in colours: on a terminal.

    A notebook gives the commands that it starts (`!recipes-data fetch`) a terminal too, and keeps in its file every
    control character that they print. It sets JPY_PARENT_PID for them (jupyter_client, `KernelManager`).
    """
    return stream.isatty() and not os.environ.get("JPY_PARENT_PID")


class Unheard(Exception):  # noqa: N818  # what happened, not a fault of ours
    """Stdout cannot be written: `cause` is why. Its reader went away, as that of `list | head`, or its disk is full."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause)
        self.cause = cause


class Screen:
    """Where a command prints. `quiet` silences talk, `verbose` adds to it; errors always come.

    `given`: options of the user's that every command that is proposed has too.
    """

    def __init__(
        self, *, json_wanted: bool = False, quiet: bool = False, verbose: bool = False, given: Given | None = None
    ) -> None:
        self._given = given or Given()
        self._documented = False
        self.json_wanted = json_wanted
        self.quiet = quiet
        self.verbose = verbose
        self._collected: list[str] | None = None
        self._counting = threading.Lock()

    def collect(self, into: list[str]) -> None:
        """From now on, data goes into a list instead of stdout."""
        self._collected = into

    def out(self, text: str = "") -> None:
        """A line of data for people; nothing where one JSON document is wanted."""
        if not self.json_wanted:
            self._print(text)

    def document(self, value: Any) -> None:
        """The one JSON document of a command, where it is wanted; what comes after it is not printed."""
        if self.json_wanted and not self._documented:
            self._documented = True
            # what the terminal's encoding cannot spell would be escaped as Python does, which is no JSON
            plain = (getattr(sys.stdout, "encoding", None) or "").lower() not in ("utf-8", "utf8")
            self._print(json.dumps(value, indent=2, ensure_ascii=plain))

    def failure(self, exc: RecipesDataError) -> dict[str, str]:
        """An error as it stands in a document: `type`, `what`, `do`."""
        return {"type": type(exc).__name__, "what": self._given.spoken(exc.what), "do": self.again(exc.do)}

    def _print(self, text: str) -> None:
        if self._collected is not None:
            self._collected.append(text)
        else:
            try:
                print(text, flush=True)
            except OSError as exc:
                raise Unheard(exc) from exc

    def talk(self, text: str) -> None:
        """A line on stderr, unless quiet."""
        if not self.quiet:
            print(self.again(text), file=sys.stderr, flush=True)

    def detail(self, text: str) -> None:
        """A line on stderr where `-v` was given."""
        if self.verbose:
            print(text, file=sys.stderr, flush=True)

    def error(self, exc: RecipesDataError) -> None:
        """What happened, and what mends it."""
        print(f"{self.paint('error:', 'bad', sys.stderr)} {self._given.spoken(exc.what)}", file=sys.stderr)
        if exc.do:
            print(f"  -> {self.again(exc.do)}", file=sys.stderr, flush=True)

    def errors(self, found: Sequence[tuple[str, RecipesDataError]]) -> None:
        """The errors of datasets, by their names: what befell several alike is said once, with all of their names."""
        alike: dict[tuple[str, str], list[str]] = {}
        for name, exc in found:
            alike.setdefault((exc.what, exc.do), []).append(name)
        for (what, do), names in alike.items():
            named = what if len(names) == 1 and names[0] in what else f"{', '.join(names)}: {what}"
            self.error(RecipesDataError(named, do))

    def again(self, text: str) -> str:
        """A proposal whose commands have the user's own options: said without them, they would mean another place."""
        return self._given.spoken(self._given.repeated(text))

    @property
    def width(self) -> int | None:
        """Columns of the terminal that stdout is; None where it is none, and nothing has to be cut."""
        return shutil.get_terminal_size().columns if sys.stdout.isatty() and self._collected is None else None

    def waiting(self, exc: HubError, seconds: float) -> None:
        """A pause before another try."""
        why = "the Hub asks to wait" if isinstance(exc, RateLimitedError) else "trying again"
        self.talk(f"{exc.what}\n  {why}: {seconds:.0f} s")

    def count_down(self, seconds: float) -> None:
        """Sleep; on a terminal one line counts the seconds, whichever thread shows it."""
        if self.quiet or seconds < 2 or not _draws_on(sys.stderr) or not self._counting.acquire(blocking=False):
            time.sleep(seconds)
            return
        try:
            ends = time.monotonic() + seconds
            while (left := ends - time.monotonic()) > 0:
                print(f"\r  {left:.0f} s ", end="", file=sys.stderr, flush=True)
                time.sleep(min(1.0, left))
            print("\r        \r", end="", file=sys.stderr, flush=True)
        finally:
            self._counting.release()

    def paint(self, text: str, colour: str, stream: TextIO | None = None) -> str:
        """`text` in a colour where `stream` (stdout) is a terminal and NO_COLOR is not set."""
        stream = stream or sys.stdout
        if os.environ.get("NO_COLOR") or not _draws_on(stream):
            return text
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


class Progress:
    """Bytes, rate and time left: a bar on a terminal, a plain line now and then elsewhere, as in notebooks."""

    def __init__(self, total: int, screen: Screen, verb: str = "fetching") -> None:
        self.total = total
        self.screen = screen
        self.verb = verb
        self.done = 0
        self._bar: Any = None
        self._began = self._told = time.monotonic()
        if not screen.quiet and total and _draws_on(sys.stderr):
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total, unit="B", unit_scale=True, desc=verb, leave=False, dynamic_ncols=True)

    def moved(self, count: int) -> None:
        """So many more bytes (fewer, where negative)."""
        self.done += count
        if self._bar is not None:
            self._bar.update(count)
            return
        now = time.monotonic()
        if now - self._told >= _PLAIN_SECONDS:
            self._told = now
            rate = self.done / (now - self._began)
            left = f", {(self.total - self.done) / rate:.0f} s left" if rate > 0 else ""
            self.screen.talk(
                f"{self.verb}: {size_text(self.done)} of {size_text(self.total)}, {size_text(rate)}/s{left}"
            )

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
