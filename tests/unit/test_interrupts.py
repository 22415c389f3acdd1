"""Ctrl-C ends a command in a sentence, also in the middle of an import; what is no `Exception` is still said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import ModuleType

import pytest

from recipes_data.cli.interrupts import AtOnce
from recipes_data.cli.main import run
from tests.worlds import unmeasured

IMPORTING = """
import os, signal
from recipes_data.cli.interrupts import AtOnce
with AtOnce():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise RuntimeError("what an extension makes of it") from None
"""


class PanicError(BaseException):
    """As extensions in Rust raise it: no `Exception`."""


def test_ctrl_c_during_an_import_ends_the_process_there() -> None:
    ran = subprocess.run([sys.executable, "-c", IMPORTING], capture_output=True, text=True, timeout=30, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "\ninterrupted\n")


def test_ctrl_c_is_heard_before_anything_slow_is_imported() -> None:
    # the process is interrupted as the first module is sought that is neither built in nor prepares for just that
    code = """
import os, sys
class Asked:
    def find_spec(self, name, path=None, target=None):
        if name.removeprefix("recipes_data").removeprefix(".cli") not in ("__future__", "", ".entry", ".interrupts"):
            os.kill(os.getpid(), 2)
sys.meta_path.insert([getattr(one, "__name__", "") for one in sys.meta_path].index("PathFinder"), Asked())
sys.argv = ["recipes-data", "fetch"]
from recipes_data.cli.entry import main
main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=unmeasured(os.environ),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "\ninterrupted\n")


def test_ctrl_c_after_the_last_word_is_no_traceback() -> None:
    code = """
import atexit, os, sys
sys.argv = ["recipes-data", "cache", "dir"]
from recipes_data.cli.entry import main
atexit.register(os.kill, os.getpid(), 2)
sys.exit(main())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (ran.returncode, ran.stderr) == (130, "\ninterrupted\n")
    assert ran.stdout.count("\n") == 1


def test_afterwards_ctrl_c_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with AtOnce():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_who_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with AtOnce():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_panic_of_an_extension_is_told_as_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def panics(*_: object) -> int:
        raise PanicError("failed to import `datetime`")

    module = ModuleType("panicking")
    module.panics = panics  # type: ignore[attr-defined]  # made here
    monkeypatch.setitem(sys.modules, "panicking", module)
    monkeypatch.setitem(run.__globals__["_COMMANDS"], "list", ("panicking", "panics"))
    assert run(["list"]) == 1
    assert capsys.readouterr().err == (
        "error: a bug in recipes-data: PanicError: failed to import `datetime`\n  -> run again with -v and report it\n"
    )
