"""The only home of agents' tasks: what is to be done, with which files, and what decides whether it was."""

from __future__ import annotations

from typing import Any, TypedDict

from loaders.shapes.shape import Shape, text
from recipes_data.errors import TableError

__all__ = ["SHAPE", "AgentTask"]


class AgentTask(TypedDict):
    """A task. `files`: what the agent finds, by path, as text or as bytes; a path is relative and leads nowhere else.

    `config`: what whoever runs the task needs, and the agent need not see; each kind of task has its own keys.
    """

    name: str
    instruction: str
    files: dict[str, str | bytes]
    config: dict[str, Any]


def _some(name: str, found: Any) -> str:
    if not text(name, found):
        raise TableError(f"{name!r} is empty")
    return str(found)


def _files(name: str, found: Any) -> Any:
    if not isinstance(found, dict):
        raise TableError(f"{name!r} is {type(found).__name__}, not files by their paths")
    for path, content in found.items():
        if not isinstance(path, str) or not isinstance(content, (str, bytes)):
            raise TableError(f"{name!r}: {path!r:.60} is {type(content).__name__}, neither text nor bytes")
        if not path or path.startswith("/") or "\\" in path or {"..", ""} & set(path.split("/")):
            raise TableError(f"{name!r}: the path {path!r:.60} leads out of the task's folder, or nowhere")
    return found


def _config(name: str, found: Any) -> Any:
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise TableError(f"{name!r} is {type(found).__name__}, not an object")
    return found


SHAPE = Shape(AgentTask, (("name", _some), ("instruction", _some), ("files", _files), ("config", _config)))
