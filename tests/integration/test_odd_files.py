"""The odd files by the whole path: from a served repository through the lock and the store to rows and Arrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.odd_files import FILES, OddFile, Size, compare
from loaders import Rows, load
from recipes_data.errors import IntegrityError, RecipesDataError, TableError, UnsafeFileError
from recipes_data.mirror import Mirror
from tests.unit.tables.test_odd_files import NOT_ARROW, REFUSED
from tests.worlds import Project

SIZE = Size()
# what is no text at all is seen before anybody looks for rows in it
REFUSED_ON_ARRIVAL = {"raw_nul.csv"}
GOOD = [odd for odd in FILES if odd.name not in REFUSED and odd.name not in REFUSED_ON_ARRIVAL]
BAD = [odd for odd in FILES if odd not in GOOD]


def manifest(name: str, files: list[OddFile]) -> str:
    configs = "".join(f"  {odd.name}:\n    splits:\n      train: {{files: {odd.name}}}\n" for odd in files)
    return f"name: {name}\ntitle: Odd\nrepo: org/odd\nconfigs:\n{configs}"


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    hub = tmp_path_factory.mktemp("hub")
    repo = hub / "datasets" / "org" / "odd"
    repo.mkdir(parents=True)
    for odd in FILES:
        (repo / odd.name).write_bytes(odd.content(SIZE))
    with Mirror(hub) as served:
        yield served


@pytest.fixture(scope="module")
def project(mirror: Mirror, tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project.make(tmp_path_factory.mktemp("odd"), good=manifest("good", GOOD), bad=manifest("bad", BAD))
    ran = made.run("fetch", "good", "--endpoint", mirror.url)
    assert ran.code == 0, ran.err
    return made


def rows(project: Project, dataset: str, odd: OddFile, *, fetch: bool = False) -> Rows:
    return load(f"{dataset}/{odd.name}:train", project=project.root, store=project.store, fetch=fetch)


@pytest.mark.parametrize("odd", GOOD, ids=[odd.name for odd in GOOD])
def test_what_was_fetched_is_loaded_as_it_stands_in_the_file(project: Project, odd: OddFile) -> None:
    loaded = rows(project, "good", odd)
    true = odd.rows(odd.content(SIZE)) or []
    assert compare(list(loaded), true) == ""
    assert compare([loaded[index] for index in range(min(3, len(loaded)))], true[:3]) == ""
    if odd.name in NOT_ARROW:
        with pytest.raises(TableError, match="column 'a'"):
            loaded.to_arrow()
    else:
        assert compare(loaded.to_arrow().to_pylist(), true) == ""


@pytest.mark.parametrize("odd", BAD, ids=[odd.name for odd in BAD])
def test_what_is_refused_is_refused_by_the_fetch_and_gives_no_rows(
    mirror: Mirror, project: Project, odd: OddFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)  # there a missing lock is no lock to be made
    for name in ("HF_HOME", "HOME", "NO_PROXY"):
        monkeypatch.setenv(name, project.environ[name])
    monkeypatch.setenv("HF_ENDPOINT", mirror.url)
    with pytest.raises((TableError, UnsafeFileError, IntegrityError)) as caught:
        rows(project, "bad", odd, fetch=True)
    assert odd.name in caught.value.what
    with pytest.raises(RecipesDataError):
        rows(project, "bad", odd)
