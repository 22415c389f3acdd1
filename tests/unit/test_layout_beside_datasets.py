"""The layout of a repository, side by side with the installed datasets library."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes_data.errors import ManifestError
from recipes_data.layout import configs_of
from tests.unit.layout_cases import CASES, FAULTS, files_of, layout_of, order

like_today = pytest.mark.skipif(
    tuple(int(number) for number in version("fsspec").split(".")[:2]) < (2024, 2),
    reason="over an fsspec before 2024.2 datasets itself finds other files",
)


def by_datasets(folder: Path) -> tuple[str | None, dict[str, dict[str, list[str]]]]:
    """Default config and config -> split -> files of a folder, as the installed library resolves it."""
    from datasets.load import dataset_module_factory, get_dataset_builder_class

    module = dataset_module_factory(str(folder))
    builder = get_dataset_builder_class(module)
    root = f"{folder.resolve().as_posix()}/"
    configs: dict[str, dict[str, list[str]]] = {}
    for config in builder.BUILDER_CONFIGS:
        config._resolve_data_files(base_path=str(folder), download_config=None)
        configs[config.name] = {
            str(split): [file.removeprefix(root) for file in files] for split, files in config.data_files.items()
        }
    default = module.builder_configs_parameters.default_config_name
    return default or ("default" if list(configs) == ["default"] else None), configs


def folder_of(root: Path, header: str | None, files: str) -> Path:
    folder = root / "repository"
    folder.mkdir()
    for path in files_of(files):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("{}" if path == "dataset_infos.json" else "", encoding="utf-8")
    if header or "README.md" in files_of(files):
        (folder / "README.md").write_text(f"---\n{header or 'license: mit'}\n---\n", encoding="utf-8")
    return folder


@like_today
@pytest.mark.parametrize("name", CASES)
def test_the_layout_is_that_of_datasets(name: str, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    header, files, _ = CASES[name]
    default, configs = by_datasets(folder_of(tmp_path, header, files))
    layout = layout_of(header, files)
    assert order(layout.configs) == order(configs)
    assert layout.default_config == default


@like_today
@pytest.mark.parametrize("name", FAULTS)
def test_datasets_refuses_it_too(name: str, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    header, files, _ = FAULTS[name]
    folder = folder_of(tmp_path, header, files)
    with pytest.raises((ValueError, FileNotFoundError)):
        by_datasets(folder)


def test_every_suffix_is_read_as_in_datasets() -> None:
    packaged = pytest.importorskip("datasets.packaged_modules")
    for suffix in packaged._EXTENSION_TO_MODULE:
        same = [other for other in packaged._EXTENSION_TO_MODULE if other != suffix]
        files = [f"a{suffix}", *(f"b{other}" for other in same)] + [f"c{number}{suffix}" for number in range(9)]
        if suffix in (".toml", ".md", ".eval"):
            continue  # these have rules on names of their own
        reader, settings_of = packaged._EXTENSION_TO_MODULE[suffix.lower()]
        assert settings_of == packaged._EXTENSION_TO_MODULE[suffix][1]
        if reader != packaged._EXTENSION_TO_MODULE[suffix][0]:
            continue
        taken = configs_of({}, [file for file in files if not file.endswith(".eval")]).configs["default"]["train"]
        expected = packaged._MODULE_TO_EXTENSIONS[reader]
        assert {re.sub(r"^(a|b|c\d)", "", file) for file in taken} == {s for s in expected if s != ".zip"}, suffix


letters = st.sampled_from(["train", "test", "val", "dev", "data", "x", "a1", "eval", "my", "README", "training"])
stems = st.builds("{}{}{}".format, letters, st.sampled_from(["", "-", "_", ".", " ", "0"]), letters | st.just(""))
suffixes = st.sampled_from([".csv", ".json", ".jsonl.gz", ".parquet", "", ".py"])
folders = st.lists(stems | st.sampled_from([".hidden", "__dunder"]), max_size=2)
paths = st.builds(
    lambda above, stem, end: "/".join([*above, f"{stem}{end}".strip(". ") or "x"]), folders, stems, suffixes
)


@like_today
@settings(max_examples=60, deadline=None)
@given(st.lists(paths, min_size=1, max_size=6, unique=True))
def test_any_folder_is_laid_out_as_by_datasets(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    pytest.importorskip("datasets")
    files = [name for name in names if not any(other.startswith(f"{name}/") for other in names)]
    folder = folder_of(tmp_path_factory.mktemp("any"), None, "|".join([*files, "LICENSE"]))
    try:
        expected = order(by_datasets(folder)[1])
    except (ValueError, FileNotFoundError):
        with pytest.raises(ManifestError):
            configs_of({}, [*files, "LICENSE"], repo="sample/repository")
        return
    assert order(configs_of({}, [*files, "LICENSE"], repo="sample/repository").configs) == expected
