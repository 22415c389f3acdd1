"""The only home of the operations that a Hub on loopback cannot show, and why: each is a verdict of its own."""

from __future__ import annotations

from collections.abc import Iterator

from recipes_data.gaps.probe.trial import Scenario

__all__ = ["unverifiable_scenarios"]

_REASONS = {
    "datasets.parquet": "it is asked of another host than HF_ENDPOINT, which clients have written out",
    "datasets.viewer_info": "it is asked of another host than HF_ENDPOINT, which clients have written out",
    "files.xet": "bytes in Xet storage come from its own servers (CAS), by a protocol that this Hub does not speak",
    "commits.xet_write_token": "what it is for goes to Xet's own servers (CAS), which this Hub has none of",
    "auth.agent_harnesses": "it is telemetry, and the probe switches telemetry off",
    "libraries.load_from_disk": "it reads local files alone: there is no request for the Hub's log to judge",
    "libraries.dynamic_module": "it runs code from the Hub, and this Hub offers none",
}


def unverifiable_scenarios() -> Iterator[Scenario]:
    """One without calls for each of them."""
    for operation, reason in _REASONS.items():
        yield Scenario(f"{operation}/beyond", operation, "it can't be shown on a Hub of our own", unverifiable=reason)
