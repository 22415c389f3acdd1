"""The words of the commands that say which data it was: receipt, cite."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

__all__ = ["add_proof"]

_VERIFY = """\
Prove that the rows of a receipt (loaders.receipt()) can be had here, the same rows in the same order: the locks are
those of the receipt, every stored byte is read again, and rows that the receipt names are made again by their steps
and compared with its digest. Of records (a view) these are the rows that they were made of, not what a function made
of them. Offline. FILE is the receipt, a JSON document that holds one, or a log of JSON lines.

exit codes here   0 proven; 2 no receipt, or a step that cannot be done again; 3 a lock moved; 5 bytes or rows differ;
                  6 not fetched
"""
_CITE = """\
Print what a paper has to say of its data: BibTeX, commits, digests, licences, and a sentence. What the manifest does
not know (authors, a year) is left out, and said.
"""


def add_proof(commands: Any, command: Callable[..., argparse.ArgumentParser], epilog: str) -> None:
    """Add the commands; `command` makes one with the common options."""
    receipt = commands.add_parser(
        "receipt",
        help="prove which rows a run was given",
        description="Prove a receipt that loaders.receipt() wrote.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = receipt.add_subparsers(dest="action", metavar="ACTION", required=True)
    made = command(actions, "verify", "the same rows in the same order?", _VERIFY)
    made.add_argument("file", metavar="FILE", help="a receipt, or a file that holds some")
    made.add_argument("--fast", action="store_true", help="do not read every stored byte again")
    made = command(commands, "cite", "BibTeX, commits, digests, licences, and a sentence for the paper", _CITE)
    made.add_argument("names", nargs="+", metavar="NAME", help="recipe, dataset or address")
