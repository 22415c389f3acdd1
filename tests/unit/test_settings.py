"""Standing settings of the project file: sizes, durations, and what would be ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.errors import UsageError
from recipes_data.settings import CacheSettings, parse_duration, parse_size, read_settings

DAY = 86400.0


@pytest.mark.parametrize(
    ("text", "size"),
    [("50GB", 50 * 10**9), ("1.5 TB", 15 * 10**11), ("4096", 4096), ("1GiB", 2**30), ("10k", 10**4), ("7 B", 7)],
)
def test_sizes_are_read_in_powers_of_1000_and_of_1024_where_an_i_is_said(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "lots", "-1GB", "1PB", "GB", "1 2GB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)


def test_durations_are_read() -> None:
    assert [parse_duration(text) for text in ("30d", "12h", "90m", "2w", "0s")] == [30 * DAY, 43200, 5400, 14 * DAY, 0]
    with pytest.raises(ValueError, match="is not a time"):
        parse_duration("30")


def test_settings_are_read_from_either_file(tmp_path: Path) -> None:
    assert read_settings(None).cache == read_settings(tmp_path).cache == CacheSettings()
    own = tmp_path / "recipes-data.toml"
    own.write_text("# a project\n")
    assert read_settings(tmp_path).cache.max_size is None
    own.write_text('[cache]\nmax_size = "50GB"\n')
    assert read_settings(tmp_path).cache == CacheSettings(50 * 10**9)
    own.unlink()
    (tmp_path / "pyproject.toml").write_text('[tool.recipes-data.cache]\nmax_size = 7\nmetadata_ttl = "1d"\n')
    assert read_settings(tmp_path).cache == CacheSettings(7, DAY)
    own.write_text('[cache]\nmax_size = "50GB"\n')
    with pytest.raises(UsageError, match="both"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[cahce]\nmax_size = "1GB"', r"recipes-data\.toml: cahce is not known"),
        ('[cache]\nmaxsize = "1GB"', r"recipes-data\.toml: cache\.maxsize is not known"),
        ('[cache]\nmax_size = "big"', r"cache\.max_size: 'big' is not a size"),
        ("[cache]\nmax_size = -1", r"cache\.max_size: -1 is not a size"),
        ("[cache]\nmax_size = true", r"cache\.max_size: True is not a size"),
        ("[cache]\nmetadata_ttl = 30", r"cache\.metadata_ttl: 30 is not a time"),
        ("cache = 3", r"cache is 3, not a table"),
        ("[cache", r"recipes-data\.toml: cannot be read as TOML"),
    ],
)
def test_a_setting_that_would_be_ignored_is_an_error_with_its_path(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "recipes-data.toml").write_text(text + "\n")
    with pytest.raises(UsageError, match=said):
        read_settings(tmp_path)
