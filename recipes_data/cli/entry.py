"""Where `recipes-data` begins: a warm `fetch` is answered from its stamp before anything more is imported."""

from __future__ import annotations

import gc
import io
import os
import sys

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run the command; `argv` without the program's name. Returns the exit code (see `errors.py`)."""
    from recipes_data.cli.interrupts import AtOnce

    words = sys.argv[1:] if argv is None else argv
    if argv is None:
        gc.set_threshold(100_000, 20, 20)  # what is imported stays: to search it for garbage took a tenth of a start
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # as stderr has it
    with AtOnce():
        if argv is None and "_ARGCOMPLETE" in os.environ:  # a shell asks what may stand here
            from recipes_data.cli.completion import complete

            complete(os.environ)
        if words and words[0] == "fetch":
            from recipes_data.cli.stamp import replay

            answer = replay(words, os.environ)
            if answer is not None and sys.stdout is not None:
                try:
                    sys.stdout.write(answer)
                    sys.stdout.flush()
                except OSError as exc:  # the reader went away, or the disk is full: said as of every command
                    from recipes_data.cli.main import unheard

                    return unheard(exc)
                return 0
        from recipes_data.cli.main import run

    code = run(words)
    if argv is None:
        gc.freeze()  # nor at the end
        AtOnce().__enter__()  # the interpreter ends now, with no more than that to interrupt
    return code
