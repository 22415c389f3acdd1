"""Which catalogue, which locks, which store: one rule for the command and for loaders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recipes_data.errors import UsageError
from recipes_data.home import demo_home, store_home
from recipes_data.places import (
    Places,
    demo_places,
    find_places,
    find_project,
    packaged_catalogue,
    sample_catalogue,
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "manifests").mkdir(parents=True)
    (root / "recipes-data.toml").touch()
    return root.resolve()


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder that is in no project (the test run's own folder must not be in one either)."""
    folder = tmp_path / "bare"
    folder.mkdir()
    if find_project(folder.resolve()) is not None:
        pytest.skip("the temporary folder lies inside a recipes-data project")
    return folder.resolve()


def places(cwd: Path, environ: dict[str, str] | None = None, **given: str | Path) -> Places:
    return find_places(cwd=cwd, environ={"RECIPES_DATA_HOME": "/store", **(environ or {})}, **given)


# --- the store


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"RECIPES_DATA_HOME": "/own"}, "linux", "/own"),
        ({"RECIPES_DATA_HOME": "/own/../other"}, "linux", "/other"),
        ({"RECIPES_DATA_HOME": "", "HOME": "/h"}, "linux", "/h/.cache/recipes-data"),
        ({"HOME": "/h"}, "linux", "/h/.cache/recipes-data"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "linux", "/x/recipes-data"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Caches/recipes-data"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "darwin", "/h/Library/Caches/recipes-data"),
        ({"HOME": "/h", "LOCALAPPDATA": "/l"}, "win32", "/l/recipes-data"),
        ({"HOME": "/h"}, "win32", "/h/AppData/Local/recipes-data"),
    ],
)
def test_the_store_lies_where_it_was_named_else_in_the_platforms_cache(
    environ: dict[str, str], platform: str, expected: str
) -> None:
    assert store_home(environ, platform) == expected


def test_a_relative_cache_folder_is_ignored_as_the_xdg_specification_says() -> None:
    assert store_home({"HOME": "/h", "XDG_CACHE_HOME": "cache"}, "linux") == "/h/.cache/recipes-data"


def test_the_demos_store_is_beside_the_default_one_and_never_inside_it() -> None:
    assert demo_home({"RECIPES_DATA_HOME": "/own"}, "linux") == "/own-demo"
    assert demo_home({"HOME": "/h"}, "linux") == "/h/.cache/recipes-data-demo"


def test_a_named_store_wins_over_the_environment_and_is_taken_from_the_working_directory(bare: Path) -> None:
    assert places(bare, store="/elsewhere").store == Path("/elsewhere")
    assert places(bare, store="here/../there").store == bare / "there"
    assert places(bare).store == Path("/store")


# --- the catalogue


def test_manifests_that_are_named_win_over_everything_and_are_alone(project: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    environ = {"RECIPES_DATA_MANIFESTS": str(tmp_path / "b"), "RECIPES_DATA_PROJECT": str(project)}
    found = places(project, environ, manifests=tmp_path / "a", project=project)
    assert found.catalogues == ((tmp_path / "a").resolve(),)
    assert found.hub_locks == (tmp_path / "a").resolve() / "locks"
    assert found.project is None
    assert places(project, environ).catalogues == ((tmp_path / "b").resolve(),)


def test_a_project_overlays_the_packaged_catalogue_and_keeps_its_own_locks(project: Path) -> None:
    found = places(project)
    assert found.catalogues == (project / "manifests", packaged_catalogue())
    assert found.hub_locks == project / "manifests" / "locks"
    assert found.project == project


def test_a_named_project_wins_over_the_environments_and_that_over_the_one_around_us(
    project: Path, tmp_path: Path
) -> None:
    for name in ("named", "environment"):
        (tmp_path / name).mkdir()
    environ = {"RECIPES_DATA_PROJECT": str(tmp_path / "environment")}
    assert places(project, environ, project=tmp_path / "named").project == (tmp_path / "named").resolve()
    assert places(project, environ).project == (tmp_path / "environment").resolve()
    assert places(project).project == project


def test_without_a_project_the_packaged_catalogue_answers_and_locks_go_to_the_store(bare: Path) -> None:
    found = places(bare)
    assert found.catalogues == (packaged_catalogue(),)
    assert found.hub_locks == Path("/store/locks/packaged")
    assert found.project is None


def test_three_working_directories_of_one_project_give_the_same_places(project: Path, tmp_path: Path) -> None:
    deep = project / "scripts" / "deep"
    deep.mkdir(parents=True)
    seen = {places(folder) for folder in (project, project / "scripts", deep)}
    assert len(seen) == 1
    # and from anywhere at all once the project is named
    assert places(tmp_path, {"RECIPES_DATA_PROJECT": str(project)}) in seen


def test_the_nearest_marked_folder_is_the_project(project: Path) -> None:
    inner = project / "inner"
    inner.mkdir()
    (inner / "recipes-data.toml").touch()
    assert find_project(inner / "x" / "y") == inner
    assert find_project(project / "x") == project


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("[tool.recipes-data]\n", True),
        ("[tool.recipes-data.more]\nx = 1\n", True),
        ('[project]\ndependencies = ["recipes-data"]\n', False),
        ("# recipes-data\n", False),
        ("tool = 'recipes-data'\n", False),
        ("[tool.recipes-data\n", False),
        ("[tool.other]\n", False),
    ],
)
def test_a_pyproject_marks_a_project_by_its_table_alone(bare: Path, text: str, marked: bool) -> None:
    (bare / "pyproject.toml").write_text(text)
    assert (find_project(bare) == bare) is marked


def test_a_pyproject_that_is_not_text_marks_nothing(bare: Path) -> None:
    (bare / "pyproject.toml").write_bytes(b"\xff recipes-data")
    assert find_project(bare) is None


@pytest.mark.parametrize(
    ("given", "noun", "mend"),
    [
        ({"manifests": "nowhere"}, "manifests", "correct --manifests or RECIPES_DATA_MANIFESTS"),
        ({"project": "nowhere"}, "project", "correct --project or RECIPES_DATA_PROJECT"),
    ],
)
def test_a_named_folder_that_does_not_exist_is_an_error_with_its_full_path(
    bare: Path, given: dict[str, str], noun: str, mend: str
) -> None:
    with pytest.raises(UsageError) as caught:
        places(bare, **given)
    assert caught.value.what == f"the {noun} folder 'nowhere' does not exist ({bare / 'nowhere'})"
    assert caught.value.do == mend


def test_an_empty_variable_counts_as_not_set(bare: Path) -> None:
    assert places(bare, {"RECIPES_DATA_MANIFESTS": "", "RECIPES_DATA_PROJECT": ""}).catalogues == (
        packaged_catalogue(),
    )


# --- locks of served folders


def test_locks_of_a_served_folder_lie_in_the_store_one_folder_a_catalogue(
    project: Path, bare: Path, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    folders = {
        places(project).folder_locks,
        places(bare).folder_locks,
        places(bare, manifests=tmp_path / "own").folder_locks,
        demo_places(environ={"RECIPES_DATA_HOME": "/store"}).folder_locks,
    }
    assert len(folders) == 4
    assert all(
        folder.is_relative_to("/store/locks/folder") or str(folder).startswith("/store-demo/locks")
        for folder in folders
    )
    assert places(bare).folder_locks == Path("/store/locks/folder/packaged")


def test_the_samples_have_their_own_catalogue_and_their_own_store() -> None:
    found = demo_places(environ={"RECIPES_DATA_HOME": "/store"})
    assert found.catalogues == (sample_catalogue(),)
    assert found.store == Path("/store-demo")
    assert found.folder_locks == Path("/store-demo/locks/folder/sample")
    assert demo_places(store="/mine", environ={}).store == Path("/mine")


def test_the_catalogues_that_ship_are_there() -> None:
    assert (packaged_catalogue() / "datasets" / "gsm8k.yaml").is_file()
    assert (sample_catalogue() / "datasets").is_dir()


def test_the_description_names_catalogues_and_store(project: Path) -> None:
    shown = places(project).describe()
    assert shown == f"catalogue {project / 'manifests'}, then {packaged_catalogue()}; store /store"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may search every folder")
def test_a_parent_that_may_not_be_searched_is_no_project_and_no_error(bare: Path) -> None:
    closed = bare / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0)
    try:
        assert find_project(closed / "inner") is None
    finally:
        closed.chmod(0o755)
