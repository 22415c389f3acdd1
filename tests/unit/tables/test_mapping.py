"""Maps of more files than a process may have open, and what cannot be mapped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from recipes_data.tables.mapping import mapped, mapped_text

MANY = """
import resource, sys
from pathlib import Path
from recipes_data.tables.mapping import mapped, mapped_text
import pyarrow  # opens files of its own
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
path = Path(sys.argv[1])
views = [mapped(path) for _ in range(300)]
texts = [mapped_text(path) for _ in range(300)]
whole = path.read_bytes()
print(all(view == whole for view in views), all(text[5:9] == whole[5:9] for text in texts))
"""


@pytest.mark.parametrize("size", [10, 200_000])
def test_files_may_be_mapped_more_often_than_a_process_may_open_any(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * (size // 256) + b"the end of it")
    done = subprocess.run([sys.executable, "-c", MANY, str(path)], capture_output=True, text=True, check=False)
    assert done.stdout == "True True\n", done.stderr


def test_nothing_and_no_file_cannot_be_mapped(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for _ in range(150):  # however many were mapped before
        with pytest.raises(ValueError, match="empty file"):
            mapped(tmp_path / "empty")
    with pytest.raises(FileNotFoundError):
        mapped_text(tmp_path / "none")
