"""The only home of which adapter stands behind a port: an argument, the project's settings, entry points.

    [adapters]                  # [tool.recipes-data.adapters] in pyproject.toml
    hub = "recipes-data"        # locks and store; "plain": huggingface_hub; "none"; or one of your own
    datasets = "plain"          # the `datasets` library; likewise

One of your own is the name of an entry point of the group `recipes_data.adapters`, or `module:attribute`, imported as
`import` finds it. It is called with `AdapterOptions` and gives the adapter.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, Literal, cast

from recipes_data.errors import RecipesDataError, UsageError
from recipes_data.ports.needs import Port
from recipes_data.ports.options import AdapterOptions
from recipes_data.ports.protocols import DatasetStore, HubClient
from recipes_data.settings import read_settings

__all__ = ["BUILT_IN", "GROUP", "adapter_names", "dataset_store", "hub_client"]

GROUP = "recipes_data.adapters"
BUILT_IN: dict[Port, dict[str, str]] = {
    "hub": {
        "recipes-data": "recipes_data.ports.locked_hub:make",
        "plain": "recipes_data.ports.plain_hub:make",
        "none": "recipes_data.ports.nothing:no_hub",
    },
    "datasets": {
        "recipes-data": "recipes_data.ports.locked_store:make",
        "plain": "recipes_data.ports.plain_store:make",
        "none": "recipes_data.ports.nothing:no_store",
    },
}
"""Where the adapters that ship with this package are made, by port and name."""

_DEFAULT = "recipes-data"
_Folder = str | os.PathLike[str] | None


def hub_client(
    adapter: str | None = None,
    *,
    project: _Folder = None,
    manifests: _Folder = None,
    store: _Folder = None,
    endpoint: str | None = None,
    token: str | Literal[False] | None = None,
) -> HubClient:
    """The Hub client that was chosen: by `adapter`, else by the project's settings, else our own layer.

    Raises:
        UsageError: there is no adapter of this name, or what makes it fails.
    """
    options = AdapterOptions(project, manifests, store, endpoint, token)
    return cast(HubClient, _make("hub", adapter, options))


def dataset_store(
    adapter: str | None = None,
    *,
    project: _Folder = None,
    manifests: _Folder = None,
    store: _Folder = None,
    endpoint: str | None = None,
    token: str | Literal[False] | None = None,
) -> DatasetStore:
    """The store of datasets that was chosen; as `hub_client`."""
    options = AdapterOptions(project, manifests, store, endpoint, token)
    return cast(DatasetStore, _make("datasets", adapter, options))


def adapter_names(options: AdapterOptions) -> dict[Port, str]:
    """The names that the project's settings choose, by port."""
    chosen = read_settings(options.places().project).adapters
    return {"hub": chosen.hub or _DEFAULT, "datasets": chosen.datasets or _DEFAULT}


def _make(port: Port, adapter: str | None, options: AdapterOptions) -> Any:
    name = adapter if adapter is not None else adapter_names(options)[port]
    make = _factory(port, name)
    if not callable(make):
        raise UsageError(f"the adapter {name!r} is {type(make).__name__}, which makes nothing", _form(port))
    try:
        made = make(options)
    except RecipesDataError:
        raise
    except Exception as exc:  # whatever somebody's function raises: it is theirs to mend, and is told with its adapter
        raise UsageError(f"the adapter {name!r} could not be made: {_said(exc)}", f"mend it: {_form(port)}") from exc
    if made is None:
        raise UsageError(f"the adapter {name!r} made None", f"it must return the adapter: {_form(port)}")
    return made


def _factory(port: Port, name: str) -> Callable[[AdapterOptions], Any]:
    place = BUILT_IN[port].get(name)
    if place is None:
        place = _entry_points().get(name) or (name if ":" in name else None)
    if place is None:
        known = sorted({*BUILT_IN[port], *_entry_points()})
        raise UsageError(f"there is no adapter {name!r} for {port}", f"there is: {', '.join(known)}; or {_form(port)}")
    shown = f"the adapter {name!r}" if place == name else f"the adapter {name!r} ({place})"
    module, _, attribute = place.partition(":")
    if not module or module.startswith("."):
        raise UsageError(f"{shown} names no module that can be imported", _form(port))
    if not attribute:
        raise UsageError(f"{shown} names no function", _form(port))
    found: Any = _imported(shown, module)
    try:
        for part in attribute.split("."):
            found = getattr(found, part)
    except AttributeError as exc:
        raise UsageError(f"{shown} is not there: {exc}", _form(port)) from exc
    return cast(Callable[[AdapterOptions], Any], found)


def _imported(shown: str, module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except RecipesDataError:
        raise
    except Exception as exc:  # whatever somebody's module raises, a SyntaxError too
        name = exc.name if isinstance(exc, ModuleNotFoundError) else None
        if name is None:
            raise UsageError(f"{shown} cannot be imported: {_said(exc)}", f"mend the module {module}") from exc
        wanted = name.partition(".")[0]
        if wanted == module.partition(".")[0]:
            do = "put its folder on PYTHONPATH, or install your project"
            raise UsageError(f"{shown} cannot be imported: {exc}", do) from exc
        raise UsageError(f"{shown} cannot be imported: it needs {name}", f"pip install {wanted}") from exc


def _entry_points() -> dict[str, str]:
    """Adapters that other packages bring, by name; of one name the first by its place."""
    found: dict[str, str] = {}
    for point in sorted(entry_points(group=GROUP), key=_place, reverse=True):
        found[point.name] = _place(point)
    return found


def _place(point: EntryPoint) -> str:
    return f"{point.module}:{point.attr}" if point.attr else point.module


def _said(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}"


def _form(port: Port) -> str:
    return f'{port} = "module:function", a function that is given AdapterOptions and gives the adapter'
