"""`recipes-data cite`: BibTeX, commits, digests, licences, and the sentence for the paper."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from recipes_data.citing import Citation, cite
from recipes_data.cli.scope import addresses_of, open_scope
from recipes_data.cli.screen import Screen
from recipes_data.locks import find_lock
from recipes_data.wording import counted

__all__ = ["cite_command"]

_SHOWN = 4


def cite_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Print the citations of what recipes and datasets name; 0, whatever could not be said of them."""
    scope = open_scope(arguments, environ)
    citations = []
    for name, addresses in addresses_of(scope.catalogue, arguments.names).items():
        found = find_lock(scope.places, name)
        citations.append(cite(scope.catalogue.dataset(name), found[0] if found else None, addresses))
    for citation in citations:
        _show(citation, screen)
    screen.document(
        {
            "citations": [asdict(citation) for citation in citations],
            "sentence": " ".join(citation.sentence for citation in citations),
        }
    )
    return 0


def _show(citation: Citation, screen: Screen) -> None:
    screen.out(citation.bibtex)
    screen.out()
    screen.out(citation.sentence)
    screen.out(f"  commit   {citation.commit or 'not locked'}")
    screen.out(f"  licence  {citation.license or 'not known'}")
    if citation.gated != "no":
        screen.out(f"  gated    {citation.gated}")
    for split in citation.splits:
        screen.out(f"  {split.config}:{split.name}  {counted(len(split.digests), 'file')}")
        for digest in split.digests[:_SHOWN]:
            screen.out(f"           {digest}")
        if len(split.digests) > _SHOWN:
            screen.out(f"           and {len(split.digests) - _SHOWN:,} more: --json lists them")
    for note in citation.notes:
        screen.talk(f"note: {citation.name}: {note}")
    screen.out()
