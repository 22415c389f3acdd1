"""The only home of the rule where a store lies by default; it imports nothing but os and sys."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # this module is on the warm path: nothing is imported that is not needed
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["demo_home", "store_home"]


def store_home(environ: Mapping[str, str], platform: str = sys.platform) -> str:
    """Folder of the default store: `RECIPES_DATA_HOME`, else `recipes-data` in the platform's cache.

    The platform's cache folder is `XDG_CACHE_HOME` or `~/.cache` (Linux and others),
    `~/Library/Caches` (macOS), `LOCALAPPDATA` (Windows).
    """
    own = environ.get("RECIPES_DATA_HOME")
    if own:
        return os.path.abspath(os.path.expanduser(own))
    home = environ.get("HOME") or os.path.expanduser("~")
    if platform == "darwin":
        cache = os.path.join(home, "Library", "Caches")
    elif platform == "win32":
        cache = environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    else:
        cache = environ.get("XDG_CACHE_HOME", "")
        if not os.path.isabs(cache):  # the XDG specification: a relative path is to be ignored
            cache = os.path.join(home, ".cache")
    return os.path.join(os.path.abspath(cache), "recipes-data")


def demo_home(environ: Mapping[str, str], platform: str = sys.platform) -> str:
    """Folder of the demo's own store, beside the default one and never inside it."""
    return store_home(environ, platform) + "-demo"
