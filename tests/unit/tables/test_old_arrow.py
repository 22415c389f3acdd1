"""What older versions of Arrow give otherwise is given as the newest gives it: moments in zones, sizes of views."""

from __future__ import annotations

import datetime as dt
import sys
import types
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from recipes_data.tables.fromarrow import as_rows, as_values
from recipes_data.tables.oldarrow import in_zoneinfo, size_of
from tests.unit.tables.test_row_values import exactly

BERLIN = pa.timestamp("us", "Europe/Berlin")
OFFSET = pa.timestamp("us", "+05:30")
MOMENTS = [dt.datetime(2024, 10, 27, hour, 30, tzinfo=dt.UTC) for hour in (0, 1)]  # half past two, twice


class OldZone(dt.tzinfo):
    """A zone as pytz has it: an object for each offset, with the zone's name, or none where it is only an offset."""

    def __init__(self, hours: float, zone: str | None) -> None:
        self.offset, self.zone = dt.timedelta(hours=hours), zone

    def utcoffset(self, _: dt.datetime | None) -> dt.timedelta:
        return self.offset


OldZone.__module__ = "pytz.tzfile"


@pytest.fixture
def pytz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytz", types.ModuleType("pytz"))


def test_moments_of_arrow_are_of_zoneinfo_whatever_is_installed() -> None:
    batch = pa.record_batch({"it": pa.array(MOMENTS, BERLIN), "offset": pa.array(MOMENTS, OFFSET)})
    rows = as_rows(batch, "t", 0)
    berlin, half_past = ZoneInfo("Europe/Berlin"), dt.timezone(dt.timedelta(hours=5, minutes=30))
    assert [exactly(row["it"]) for row in rows] == [exactly(each.astimezone(berlin)) for each in MOMENTS]
    assert [exactly(row["offset"]) for row in rows] == [exactly(each.astimezone(half_past)) for each in MOMENTS]
    assert exactly(as_values(batch.column(0), "it")) == exactly([row["it"] for row in rows])


@pytest.mark.usefixtures("pytz")
def test_zones_of_pytz_become_those_of_zoneinfo_at_any_depth() -> None:
    second = dt.datetime(2024, 10, 27, 2, 30, tzinfo=OldZone(1, "Europe/Berlin"))
    offset = dt.datetime(2024, 1, 1, tzinfo=OldZone(5.5, None))
    plain = dt.datetime(2024, 1, 1)  # noqa: DTZ001  # without a zone: it stays so
    inside = pa.struct([("l", pa.list_(BERLIN)), ("m", pa.map_(pa.string(), OFFSET)), ("t", pa.string())])
    (found,) = in_zoneinfo([{"l": [second, None, plain], "m": [("k", offset)], "t": "pytz"}], inside)
    wanted = {
        "l": [dt.datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1), None, plain],
        "m": [("k", dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))))],
        "t": "pytz",
    }
    assert exactly(found) == exactly(wanted)


@pytest.mark.usefixtures("pytz")
def test_values_of_columns_without_zones_are_not_touched() -> None:
    values = [[dt.datetime(2024, 1, 1, tzinfo=OldZone(1, "Europe/Berlin"))]]
    assert in_zoneinfo(values, pa.list_(pa.timestamp("us"))) is values


def test_a_table_of_views_has_a_size() -> None:
    views = pa.array(["a text that is longer than a view holds", None] * 100, pa.string_view())
    assert size_of(pa.record_batch({"x": views})) >= 100 * len("a text that is longer than a view holds")
    assert size_of(pa.table({"x": pa.array([1, 2, 3], pa.int64())})) == 24
