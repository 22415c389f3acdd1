"""`scan(..., fetch=True)`: a lazy frame of what was not there a moment ago."""

from __future__ import annotations

from recipes_data.mirror import Mirror
from tests.worlds import Project


def test_a_frame_of_rows_that_are_missing_brings_them_first(project: Project, hub: Mirror) -> None:
    script = """
from loaders import scan
from recipes_data.errors import NotFetchedError
try:
    scan("gsm8k:train")
except NotFetchedError as exc:
    print(exc.what.splitlines()[0])
print(scan("gsm8k:train", fetch=True).collect().height, scan("gsm8k:train").collect().height)
"""
    ran = project.python(script, HF_ENDPOINT=hub.url)  # a process of its own: it reads its environment
    assert ran.out == "'gsm8k' was never fetched\n50 50\n", ran.err
    assert len(project.blobs()) == 1, "the test split was not asked for"
