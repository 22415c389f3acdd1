"""`recipes-data path --format`: a split's rows as files in another format, made once and proven."""

from __future__ import annotations

from recipes_data.cli.scope import Scope
from recipes_data.cli.screen import Progress, Screen, size_text
from recipes_data.convert import Telling, convert_split, link_converted
from recipes_data.lockfile import Lock, LockedConfig, LockedSplit

__all__ = ["converted_paths"]


def _told_by(screen: Screen) -> tuple[Telling, list[Progress]]:
    """What shows a conversion on a screen; the bars, to be closed at the end."""
    bars: list[Progress] = []

    def begins(name: str, size: int) -> None:
        screen.talk(f"{name}: converting {size_text(size)}")
        bars.append(Progress(size, screen, "converting"))

    def moved(count: int) -> None:
        bars[-1].moved(count)

    def waiting(owner: str) -> None:
        screen.talk(f"waiting for {owner or 'another process'}, which converts the same")

    return Telling(begins, moved, waiting), bars


def converted_paths(
    scope: Scope, lock: Lock, config: LockedConfig, split: LockedSplit, to: str, screen: Screen, *, files: bool
) -> int:
    """Print the folder of the converted files, or the files in row order."""
    telling, bars = _told_by(screen)
    try:
        found = convert_split(scope.store, lock, config, split, to, telling)
    finally:
        for bar in bars:
            bar.close()
    if found.made:
        screen.talk(found.told)
    linked = link_converted(scope.store, split.name, found)
    for line in linked if files else [linked[0].parent]:
        screen.out(str(line))
    screen.document(
        {
            "folder": str(linked[0].parent),
            "files": [str(path) for path in linked],
            "format": to,
            "rows": found.rows,
            "bytes": found.size,
            "sha256": [part.sha256 for part in found.parts],
            "rows_respelled": found.respelled,
            "converted_from": split.format,
            "bytes_converted": found.made,
        }
    )
    return 0
