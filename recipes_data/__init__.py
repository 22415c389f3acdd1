"""recipes-data: lock, fetch and verify the datasets that training recipes stand on.

`recipes_data.load` is `loaders.load`; the nouns and the base error are here by name. Importing this
package imports nothing else.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` alone would cost as much as starting Python does
if TYPE_CHECKING:
    from typing import Any

    from loaders.known import load
    from recipes_data.errors import RecipesDataError
    from recipes_data.lockfile import Lock
    from recipes_data.plan import Plan
    from recipes_data.store import Store

__all__ = ["Lock", "Plan", "RecipesDataError", "Store", "__version__", "load"]
__version__ = "0.1.0"

_HOMES = {
    "Lock": "recipes_data.lockfile",
    "Plan": "recipes_data.plan",
    "RecipesDataError": "recipes_data.errors",
    "Store": "recipes_data.store",
    "load": "loaders.loading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'recipes_data' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
