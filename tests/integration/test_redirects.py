"""Where an answer leads that is no address: an error in words, whatever stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.errors import HubError
from recipes_data.mirror import Mirror, Request, Response
from tests.additions import added, fetched
from tests.worlds import Project, write_sums


@pytest.mark.parametrize("location", ["http://[::1", "http://host:99999/x?signature=s3cret", "http://host:port/x"])
def test_an_answer_that_leads_to_no_address_is_an_error_that_tells_no_secret(tmp_path: Path, location: str) -> None:
    write_sums(tmp_path / "hub")
    project = Project.make(tmp_path)

    def astray(request: Request) -> Response | None:
        return Response(302, {"location": location}) if "/resolve/" in request.path and leads else None

    leads = False
    with Mirror(tmp_path / "hub", before=astray) as mirror:
        added(mirror, project, "org/sums")
        leads = True
        error = fetched(mirror, project, "sums").error
    assert isinstance(error, HubError)
    assert "leads to what is no address" in error.what
    assert "s3cret" not in f"{error.what}{error.do}"
