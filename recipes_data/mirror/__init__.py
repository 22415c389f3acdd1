"""A Hub endpoint over a folder of repositories: the read side of its HTTP protocol, on loopback only."""

from __future__ import annotations

from recipes_data.mirror.repository import repositories
from recipes_data.mirror.server import Mirror
from recipes_data.mirror.wire import Fault, FileSlice, Request, Response

__all__ = ["Fault", "FileSlice", "Mirror", "Request", "Response", "repositories"]
