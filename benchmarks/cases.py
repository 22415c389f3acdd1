"""The only home of the list of all cases, in the order of the page."""

from __future__ import annotations

from case import Case  # isort: skip  # beside this file
from cases_bytes import CASES as BYTES  # isort: skip
from cases_growth import CASES as GROWTH  # isort: skip
from cases_rows import CASES as ROWS  # isort: skip

__all__ = ["ALL"]

ALL: tuple[Case, ...] = (*ROWS, *BYTES, *GROWTH)
