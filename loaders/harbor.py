"""The only home of Harbor's tasks: folders that harbor's own command brought, as harbor_rl reads them.

Source: recipes/harbor_rl/{harbor_env,harbor_tools}.py and recipes/distillation/{harbor_multiturn,
on_policy_distillation_harbor_multi_turn}.py of the Tinker Cookbook, as they were in August 2026. Both recipes take the
tasks in order of their names, unshuffled, in batches of which the last may be short; harbor_rl evaluates on the tasks
that it trains on.
"""

from __future__ import annotations

import hashlib
import operator
import os
import stat
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, overload

from loaders.shapes import AgentTask
from loaders.shapes.agent_task import SHAPE
from loaders.shapes.shape import fitting
from recipes_data.errors import NotFetchedError, TableError, UnsafeFileError

__all__ = ["MAX_BYTES", "Tasks", "tasks"]

MAX_BYTES = 1 << 28
"""What is read of one task: 256 MiB."""

_NEEDED = ("instruction.md", "task.toml", "environment/Dockerfile", "tests/test.sh")
_FOLDERS = ("environment", "tests")
_SHOWN_FAULTS = 10


def tasks(
    dataset: str = "terminal-bench-2.0/terminal-bench",
    *,
    cache: str | os.PathLike[str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> Tasks:
    """The tasks in the folder `dataset` of harbor's cache, in order of their names.

    They come from harbor's own registry, by its own command, and cannot be fetched, locked or pinned from here: most of
    their files are programs, which this project fetches of nobody. `fingerprint` tells whether two machines have the
    same. `dataset` is what harbor_rl trains on; its evaluation also reads "swebench-verified-1.0/swebench-verified".
    The distillation says "terminal-bench-2.0", one folder above. `cache`: None is ~/.cache/harbor/tasks. `max_bytes`:
    what is read of one task.

    Every folder in it is a task, and is looked at once; what stands in its files is read when the task is asked for.

    Raises:
        NotFetchedError: there is no such folder; says the command that brings it.
        TableError: the folder has no tasks, or one lacks its instruction, `task.toml`, Dockerfile or `tests/test.sh`
            (without a test a task would earn nothing for ever, without a word).
    """
    root = Path.home() / ".cache" / "harbor" / "tasks" if cache is None else Path(cache).expanduser()
    folder = root / dataset
    if not folder.is_dir():
        what = f"harbor's tasks come by its own command, not from the Hub; there is no folder {folder}"
        raise NotFetchedError(what, _bringing(dataset, root))
    names = sorted(place.name for place in folder.iterdir() if place.is_dir())
    _check_tasks(folder, names, dataset)
    return Tasks(folder, names, max_bytes)


class Tasks(Sequence[AgentTask]):
    """Tasks of one folder by the order of their names; each is read anew when it is asked for.

    `files`: what the image is made of, by paths as "environment/Dockerfile": text where it is UTF-8, else bytes.
    `config`: `task_dir`, the task's folder; `task`, what `task.toml` says; `tests`, the files that decide, by their
    paths below `tests/`, which the agent is not to see; `left_out`: what was not read, the solution above all, links to
    folders, and links to nothing. Modes of files are not in it: an image is made of `task_dir`.

    Kept as the recipe has it: the instruction stays whole, a canary that harbor itself would take off included. Not
    kept: there a test that is not UTF-8 cannot be uploaded, and the task earns nothing, without a word.

    Raises (when a task is read):
        TableError: a file that cannot be read or lies behind a link to a folder, an instruction that is not UTF-8 or
            is empty, `task.toml` that is not TOML.
        UnsafeFileError: a link that leads out of the task's folder, or more bytes than `max_bytes`.
    """

    __slots__ = ("_max_bytes", "_names", "folder")

    def __init__(self, folder: Path, names: Sequence[str], max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self._names = tuple(names)
        self._max_bytes = max_bytes

    def __repr__(self) -> str:
        return f"Tasks({len(self):,} in {self.folder})"

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, index: int) -> AgentTask: ...
    @overload
    def __getitem__(self, index: slice) -> Tasks: ...
    def __getitem__(self, index: int | slice) -> AgentTask | Tasks:
        if isinstance(index, slice):
            return Tasks(self.folder, self._names[index], self._max_bytes)
        return _task(self.folder / self._names[operator.index(index)], self._max_bytes)

    def fingerprint(self) -> str:
        """Hex of a sha256 over names, paths and bytes of all that is read: equal where the tasks are."""
        digest = hashlib.sha256()
        for name in self._names:
            contents, _ = _read(self.folder / name, self._max_bytes)
            for path, content in contents.items():
                digest.update(f"{name}/{path}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
        return digest.hexdigest()


def _bringing(dataset: str, root: Path) -> str:
    """Harbor's command for a folder: the first part of its name is NAME-VERSION."""
    first = dataset.split("/")[0]
    name, dash, version = first.rpartition("-")
    if not dash or Path(dataset).is_absolute():
        return "uvx harbor datasets download NAME@VERSION -o FOLDER, and name that folder"
    return f"uvx harbor datasets download {name}@{version} -o {root / first}"


def _check_tasks(folder: Path, names: Sequence[str], dataset: str) -> None:
    if not names:
        raise TableError(f"{folder} has no folders, so no tasks", "see what harbor's command wrote, and where")
    below = [name for name in names if next((folder / name).glob("*/instruction.md"), None)]
    if below and not any((folder / name / "instruction.md").exists() for name in names):
        what = f"{folder} has no tasks, but folders of tasks: {', '.join(below[:_SHOWN_FAULTS])}"
        raise TableError(what, f"harbor.tasks({f'{dataset}/{below[0]}'!r})")
    faults = [
        f"{folder / name} has no {needed}"
        for name in names
        for needed in _NEEDED
        if not (folder / name / needed).is_file()
    ]
    if faults:
        more = [f"and {len(faults) - _SHOWN_FAULTS:,} more"] if len(faults) > _SHOWN_FAULTS else []
        raise TableError("\n".join([*faults[:_SHOWN_FAULTS], *more]), "every folder in it has to be a whole task")


def _task(folder: Path, max_bytes: int) -> AgentTask:
    contents, left_out = _read(folder, max_bytes)
    try:
        told = tomllib.loads(_text(folder / "task.toml", contents["task.toml"]))
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise TableError(f"{folder / 'task.toml'}: not TOML: {exc}") from exc
    inside: dict[str, Any] = {part: {} for part in _FOLDERS}
    for path, content in contents.items():
        part, slash, name = path.partition("/")
        if slash:
            inside[part][name] = _readable(content)
    record = {
        "name": folder.name,
        "instruction": _text(folder / "instruction.md", contents["instruction.md"]),
        "files": {f"environment/{name}": content for name, content in inside["environment"].items()},
        "config": {"task_dir": str(folder), "task": told, "tests": inside["tests"], "left_out": left_out},
    }
    made: Any = fitting(SHAPE, record)
    return made  # type: ignore[no-any-return]  # what the shape lets pass


def _read(folder: Path, max_bytes: int) -> tuple[dict[str, bytes], list[str]]:
    """Bytes by their paths in a task's folder, in order of these, and the paths of what is left out."""
    contents: dict[str, bytes] = {}
    left_out: list[str] = []
    left, real = max_bytes, folder.resolve()
    for path in _paths(folder):
        place = folder / path
        try:
            if place.is_symlink() and not place.resolve().is_relative_to(real):
                raise UnsafeFileError(f"{place} is a link that leads out of its task", "put the file itself there")
            if not place.exists() or not stat.S_ISREG(place.stat().st_mode) or not _is_read(path):
                left_out.append(path)
                continue
            with place.open("rb") as file:
                content = file.read(left + 1)
        except (OSError, RuntimeError) as exc:  # RuntimeError: links in a circle
            raise TableError(f"{place} cannot be read: {exc}") from exc
        left -= len(content)
        if left < 0:
            raise UnsafeFileError(f"{folder} has more than {max_bytes:,} bytes", "if it is meant so: max_bytes=...")
        contents[path] = content
    behind = [needed for needed in _NEEDED if needed not in contents]
    if behind:
        raise TableError(f"{folder / behind[0]} lies behind a link to a folder", "put the folder itself there")
    return contents, left_out


def _is_read(path: str) -> bool:
    return path in ("instruction.md", "task.toml") or path.startswith(tuple(f"{part}/" for part in _FOLDERS))


def _paths(folder: Path) -> list[str]:
    """Paths of all files and links below a task's folder; of a folder that is not read only its own."""
    return sorted(_below(folder, ""))


def _below(folder: Path, path: str) -> Iterator[str]:
    with os.scandir(folder / path) as entries:
        for entry in entries:
            name = f"{path}/{entry.name}" if path else entry.name
            if entry.is_dir(follow_symlinks=False) and name.split("/")[0] in _FOLDERS:
                yield from _below(folder, name)
            else:
                yield name


def _readable(content: bytes) -> str | bytes:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content


def _text(place: Path, content: bytes) -> str:
    r"""Text as Python reads a file: a line ends in `\n`."""
    try:
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as exc:
        raise TableError(f"{place} is not UTF-8, at byte {exc.start + 1:,}") from exc
