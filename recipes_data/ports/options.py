"""The only home of what every adapter is made from: the folders and the Hub that a program named."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from recipes_data.places import Places, find_places

__all__ = ["WHERE_CHOSEN", "AdapterOptions"]

WHERE_CHOSEN = "[adapters] of recipes-data.toml ([tool.recipes-data.adapters] of pyproject.toml)"
"""Where a project's settings choose its adapters, for messages."""


@dataclass(frozen=True, slots=True)
class AdapterOptions:
    """What `hub_client` and `dataset_store` were given, for an adapter's factory.

    `project`, `manifests`, `store`: the command's options of these names. `endpoint`: the Hub's address, None for the
    client's own (HF_ENDPOINT). `token`: None takes the user's own, False sends none.
    """

    project: str | os.PathLike[str] | None = None
    manifests: str | os.PathLike[str] | None = None
    store: str | os.PathLike[str] | None = None
    endpoint: str | None = None
    token: str | Literal[False] | None = field(default=None, repr=False)
    environ: Mapping[str, str] | None = field(default=None, repr=False)

    def places(self) -> Places:
        """The folders that these options mean.

        Raises:
            UsageError: a folder that was named does not exist.
        """
        return find_places(manifests=self.manifests, project=self.project, store=self.store, environ=self.environ)
