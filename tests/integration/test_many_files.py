"""A table of more files than a process may have open at once: every row of it, in order and here and there."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from tests.worlds import Project, write_jsonl, write_parquet

FILES = 150
SCRIPT = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
from loaders import load
rows = load("many:train")
print([row["n"] for row in rows] == list(range(150)), [rows[i]["n"] for i in range(149, -1, -2)][:3])
print(sorted(row["n"] for row in rows.shuffle(0)) == list(range(150)), rows.to_arrow().num_rows)
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    (folder / "datasets" / "org" / "many").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_a_table_may_have_more_files_than_a_process_may_open(many: Path, tmp_path: Path, kind: str) -> None:
    for number in range(FILES):
        path = many / "datasets" / "org" / "many" / f"part-{number:03}.{kind}"
        (write_parquet if kind == "parquet" else write_jsonl)(path, [{"n": number}])
    text = "name: many\ntitle: M\nrepo: org/many\nrevision: main\n"
    text += f"configs: {{default: {{splits: {{train: {{files: '*.{kind}'}}}}}}}}\n"
    project = Project.make(tmp_path / "project", many=text)
    with Mirror(many) as hub:
        fetched = project.run("fetch", "many", "--endpoint", hub.url)
    assert fetched.code == 0, fetched.err
    ran = project.python(SCRIPT)
    assert ran.out == "True [149, 147, 145]\nTrue 150\n", ran.err
