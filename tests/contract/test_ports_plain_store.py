"""What `datasets` refuses is an error of the house, of damaged files and of wrong cards too."""

from __future__ import annotations

from pathlib import Path

from recipes_data.testing import files, write_repository
from tests.worlds import Project

LOADS = """
import os
from recipes_data.errors import HubError
from recipes_data.ports import dataset_store
store = dataset_store("plain")
for path in os.environ["FOLDERS"].split():
    try:
        store.load_dataset(path, "main")
    except HubError as exc:
        print(exc.what)
"""
COUNTED = """\
dataset_info:
- config_name: main
  features:
  - {name: number, dtype: int64}
  - {name: text, dtype: string}
  - name: steps
    list:
    - {name: role, dtype: string}
    - {name: content, dtype: string}
  splits:
  - {name: train, num_bytes: 1, num_examples: 7}
  - {name: test, num_bytes: 1, num_examples: 5}
license: mit
"""


def test_damaged_files_and_cards_that_are_wrong_are_errors_of_the_house(tmp_path: Path) -> None:
    # some 3 s: `datasets` itself, in a process of its own, since it reads HF_HOME when it is imported
    damaged = write_repository(tmp_path / "damaged")
    data = files()["main/train.parquet"]
    (damaged / "main/train.parquet").write_bytes(data[:200] + bytes(400) + data[600:])
    counted = write_repository(tmp_path / "counted")
    card = (counted / "README.md").read_text(encoding="utf-8")
    (counted / "README.md").write_text(card.replace("license: mit\n", COUNTED), encoding="utf-8")
    broken = write_repository(tmp_path / "broken")
    (broken / "README.md").write_text("---\nconfigs: [main\n---\n", encoding="utf-8")
    project = Project.make(tmp_path / "project")
    ran = project.python(
        LOADS, FOLDERS=f"{damaged} {counted} {broken}", HF_HUB_OFFLINE="1", HF_HUB_DISABLE_PROGRESS_BARS="1"
    )
    assert ran.code == 0, ran.err
    first, second, third = ran.out.split("datasets cannot load ")[1:]
    assert first.startswith(f"{str(damaged)!r}: DatasetGenerationError: ")
    assert second.startswith(f"{str(counted)!r}: NonMatchingSplitsSizesError: ")
    assert third.startswith(f"{str(broken)!r}: ParserError: ")
