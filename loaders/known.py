"""The only home of the types of rows by their datasets' names, which type checkers alone see: `known.pyi` has them.

`if TYPE_CHECKING: from loaders.known import Gsm8kRow`. Made of manifests and locks; docs/editor.md says how.
"""

from __future__ import annotations

__all__: list[str] = []


def __getattr__(name: str) -> object:
    if name.startswith("__"):  # what Python itself looks for in a module
        raise AttributeError(f"module 'loaders.known' has no attribute {name!r}")
    raise ImportError(
        f"loaders.known.{name} is there for type checkers alone: import it under `if TYPE_CHECKING:`, and begin the "
        "module with `from __future__ import annotations`"
    )
