"""The only home of a project's standing settings: `recipes-data.toml`, or `[tool.recipes-data]` in `pyproject.toml`.

    [cache]                     # [tool.recipes-data.cache] in pyproject.toml
    max_size = "50GB"           # what `recipes-data cache prune` goes down to
    metadata_ttl = "30d"        # how long notes about bytes that are gone are kept (marks, facts, indexes, stamps)

    [adapters]                  # who answers behind the ports of `recipes_data.ports`
    hub = "recipes-data"        # or "plain", "none", an entry point's name, "module:function"
    datasets = "recipes-data"

Sizes: a whole number of bytes, or text with kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of
1024). Times: text with s, m, h, d or w. An unknown key is an error: a misspelt limit would limit nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from recipes_data.errors import UsageError
from recipes_data.places import MARKER
from recipes_data.values import value

__all__ = ["AdapterSettings", "CacheSettings", "Settings", "parse_duration", "parse_size", "read_settings"]

_T = TypeVar("_T")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?)b?|b)?\Z", re.IGNORECASE)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}


@value
class CacheSettings:
    """`max_size`: bytes that a store may hold, None without a limit. `metadata_ttl`: in seconds."""

    max_size: int | None = None
    metadata_ttl: float = 30 * 86400.0


@value
class AdapterSettings:
    """Names of adapters, None where none is chosen: `hub` for `HubClient`, `datasets` for `DatasetStore`."""

    hub: str | None = None
    datasets: str | None = None


@value
class Settings:
    """The standing settings of a project, and the file that they come from, if there is one."""

    cache: CacheSettings = CacheSettings()
    source: Path | None = None
    adapters: AdapterSettings = AdapterSettings()


def parse_size(text: str) -> int:
    """Bytes that a text like `50GB`, `1.5 TiB` or `4096` means.

    Raises:
        ValueError: it is no size.
    """
    match = _SIZE.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a size like 500MB, 50GB or 1TiB")
    unit = (match[2] or "").lower()
    return int(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS.get(unit, 0))


def parse_duration(text: str) -> float:
    """Seconds that a text like `30d`, `12h` or `90m` means.

    Raises:
        ValueError: it is no duration.
    """
    match = _DURATION.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time like 12h, 30d or 4w")
    return float(match[1]) * _SECONDS[match[2]]


def read_settings(project: Path | None) -> Settings:
    """The settings of the project in this folder; the defaults where there is none, or it says nothing.

    Raises:
        UsageError: a key is not known or its value is not of its form; names file and key.
    """
    if project is None:
        return Settings()
    own = _table(project / MARKER)
    shared = _table(project / "pyproject.toml")
    table = shared.get("tool", {}).get("recipes-data", {}) if isinstance(shared.get("tool", {}), Mapping) else {}
    if own and table:
        raise UsageError(
            f"{project}: both {MARKER} and [tool.recipes-data] in pyproject.toml hold settings",
            f"keep them in one of the two: move them to {MARKER}",
        )
    if own or not table:
        return _settings(own, project / MARKER, "") if own else Settings()
    return _settings(table, project / "pyproject.toml", "tool.recipes-data.")


def _table(path: Path) -> Mapping[str, Any]:
    import tomllib  # 10 ms of every command, most of which read no settings

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise UsageError(f"{path}: cannot be read as TOML: {exc}", "mend the file") from exc


def _settings(table: Any, path: Path, prefix: str) -> Settings:
    _known(table, ("adapters", "cache"), path, prefix.rstrip(".") or "the file")
    cache = table.get("cache", {})
    where = f"{prefix}cache"
    _known(cache, ("max_size", "metadata_ttl"), path, where)
    adapters = table.get("adapters", {})
    _known(adapters, ("datasets", "hub"), path, f"{prefix}adapters")
    default = CacheSettings()
    return Settings(
        CacheSettings(
            _value(cache, "max_size", _size, default.max_size, path, where),
            _value(cache, "metadata_ttl", _duration, default.metadata_ttl, path, where),
        ),
        path,
        AdapterSettings(
            _value(adapters, "hub", _name, None, path, f"{prefix}adapters"),
            _value(adapters, "datasets", _name, None, path, f"{prefix}adapters"),
        ),
    )


def _known(table: Any, names: tuple[str, ...], path: Path, where: str) -> None:
    if not isinstance(table, Mapping):
        raise UsageError(f"{path}: {where} is {table!r}, not a table", f"write [{where}] and its keys below it")
    unknown = sorted(table.keys() - set(names))
    if unknown:
        inside = "" if where == "the file" else f"{where}."
        raise UsageError(f"{path}: {inside}{unknown[0]} is not known", f"known here: {', '.join(names)}")


def _value(table: Mapping[str, Any], key: str, read: Callable[[Any], _T], default: _T, path: Path, where: str) -> _T:
    if key not in table:
        return default
    try:
        return read(table[key])
    except ValueError as exc:
        raise UsageError(f"{path}: {where}.{key}: {exc}", f"correct {key}") from exc


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not the name of an adapter")
    return value


def _size(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a size like 500MB, 50GB or 1TiB")  # noqa: TRY004  # one error for a wrong value
    return parse_size(value)


def _duration(value: Any) -> float:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a time like 12h, 30d or 4w")  # noqa: TRY004  # as above
    return parse_duration(value)
