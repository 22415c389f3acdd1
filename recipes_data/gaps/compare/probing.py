"""The only home of how a probe's report becomes what is known of a client's operations."""

from __future__ import annotations

from recipes_data.gaps.compare.states import Probed
from recipes_data.gaps.evidence import Evidence
from recipes_data.gaps.probe.outcome import ProbeReport, ScenarioResult

__all__ = ["probed_operations"]

_REQUESTS_SHOWN = 3


def probed_operations(client: str, report: ProbeReport) -> tuple[Probed, ...]:
    """One verdict for each operation that was asked after, with a sentence for each scenario."""
    return tuple(
        Probed(
            client,
            operation,
            report.of(operation),
            tuple(
                Evidence("probe", _sentence(result), None, client)
                for result in report.results
                if result.operation == operation
            ),
        )
        for operation in report.operations()
    )


def _sentence(result: ScenarioResult) -> str:
    said = f"{result.scenario} {result.verdict}: {result.title}"
    if result.seen:
        said += f" ({'; '.join(result.seen)})"
    if result.verdict in ("passed", "failed") and result.requests:
        more = len(result.requests) - _REQUESTS_SHOWN
        shown = ", ".join(result.requests[:_REQUESTS_SHOWN])
        said += f" [{shown}{f' and {more} more requests' if more > 0 else ''}]"
    return said
