"""Folders of manifests: overlaid name by name, one name space, every fault of every file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.catalogue import Catalogue, read_catalogue
from recipes_data.errors import ManifestError, StoreError, UnknownNameError


def dataset(name: str, title: str = "T", more: str = "") -> str:
    return (
        f"name: {name}\ntitle: {title}\nrepo: org/{name}\nconfigs:\n  main: {{splits: {{train: {{files: a}}}}}}\n{more}"
    )


def recipe(name: str, *needs: str) -> str:
    return f"name: {name}\ntitle: R\nneeds:\n" + "".join(f"- {{{need}, why: w, priority: P0}}\n" for need in needs)


def make(folder: Path, **files: str) -> Path:
    """Write manifests: `datasets__a=...` becomes `datasets/a.yaml`."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def faults(*folders: Path) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read_catalogue(folders)
    assert caught.value.do == "mend the manifests named above"
    return caught.value.what.split("\n")


def test_names_come_sorted_from_datasets_and_recipes(tmp_path: Path) -> None:
    folder = make(tmp_path, datasets__b=dataset("b"), datasets__a=dataset("a"), recipes__r=recipe("r", "dataset: a"))
    found = read_catalogue([folder])
    assert list(found.datasets) == ["a", "b"]
    assert found.dataset("a").repo == "org/a"
    assert found.recipe("r").needs[0].name == "a"


def test_no_folder_at_all_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert read_catalogue([tmp_path / "nowhere"]) == Catalogue({}, {})


def test_the_nearest_folder_shadows_the_others_name_by_name(tmp_path: Path) -> None:
    near = make(tmp_path / "near", datasets__a=dataset("a", "near"))
    far = make(tmp_path / "far", datasets__a=dataset("a", "far"), datasets__b=dataset("b", "far"))
    found = read_catalogue([near, far])
    assert (found.dataset("a").title, found.dataset("b").title) == ("near", "far")
    assert found.datasets["a"].shadows == (far / "datasets" / "a.yaml",)
    assert found.datasets["b"].shadows == ()


def test_other_files_and_an_editors_own_are_passed_over(tmp_path: Path) -> None:
    folder = make(tmp_path, datasets__a=dataset("a"))
    (folder / "datasets" / "notes.txt").write_text("x")
    (folder / "datasets" / ".#a.yaml").symlink_to("nowhere")
    (folder / "datasets" / "b.yml").write_text(dataset("b"))
    assert list(read_catalogue([folder]).datasets) == ["a", "b"]


def test_every_fault_of_every_manifest_is_told_at_once(tmp_path: Path) -> None:
    folder = make(
        tmp_path,
        datasets__a=dataset("a", more="titel: x\n"),
        datasets__b="",
        datasets__c=dataset("other"),
        recipes__r="name: r\ntitle: R\n",
    )
    (folder / "datasets" / "d.yaml").write_bytes(b"\xff")
    found = faults(folder)
    assert found[0] == f"{folder}/datasets/a.yaml:6: titel: is not a field of manifests"
    assert found[1] == f"{folder}/datasets/b.yaml:1: the file is empty"
    assert found[2] == f"{folder}/datasets/c.yaml:1: name: is 'other', the file is called 'c.yaml'; make them equal"
    assert found[3].startswith(f"{folder}/datasets/d.yaml:1: cannot be read: ")
    assert found[4] == f"{folder}/recipes/r.yaml:1: needs: is missing"
    assert len(found) == 5


def test_the_line_of_a_wrong_name_is_the_names_own(tmp_path: Path) -> None:
    folder = make(tmp_path, datasets__c="# a comment\ntitle: T\n" + dataset("other").replace("title: T\n", ""))
    assert faults(folder) == [
        f"{folder}/datasets/c.yaml:3: name: is 'other', the file is called 'c.yaml'; make them equal"
    ]


def test_two_files_of_one_name_in_one_folder_are_a_fault_and_no_shadow(tmp_path: Path) -> None:
    folder = make(tmp_path, datasets__a=dataset("a"))
    (folder / "datasets" / "a.yml").write_text(dataset("a", "another"))
    assert faults(folder) == [f"{folder}/datasets/a.yml:1: 'a.yaml' beside it has the same name; delete one"]


def test_a_dataset_and_a_recipe_of_one_name_are_a_fault_even_across_folders(tmp_path: Path) -> None:
    near = make(tmp_path / "near", recipes__a=recipe("a", "dataset: b"))
    far = make(tmp_path / "far", datasets__a=dataset("a"), datasets__b=dataset("b"))
    assert faults(near, far) == [f"{near}/recipes/a.yaml:1: 'a' is also a dataset ({far}/datasets/a.yaml); rename one"]


def test_what_a_recipe_needs_must_be_there_and_each_missing_thing_has_its_line(tmp_path: Path) -> None:
    several = dataset("s").replace("main:", "one:") + "  two: {splits: {test: {files: b}}}\n"
    model = "name: m\ntitle: M\ntype: model\nrepo: org/m\nfiles: [x]\n"
    needs = (
        "dataset: nowhere",
        "dataset: a, config: other",
        "dataset: a, splits: [train, dev]",
        "dataset: s",
        "dataset: s, config: two, splits: test",
        "dataset: m",
        "model: a",
        "model: m",
        "dataset: a",
    )
    folder = make(
        tmp_path, datasets__a=dataset("a"), datasets__s=several, datasets__m=model, recipes__r=recipe("r", *needs)
    )
    where = f"{folder}/recipes/r.yaml"
    assert faults(folder) == [
        f"{where}:4: needs[0]: no dataset or model is called 'nowhere'",
        f"{where}:5: needs[1]: 'a' has no config 'other'; it has: main",
        f"{where}:6: needs[2]: a/main has no split 'dev'; it has: train",
        f"{where}:7: needs[3]: 's' has several configs and no default; name one of: one, two",
        f"{where}:9: needs[5]: 'm' is a model, not a dataset",
        f"{where}:10: needs[6]: 'a' is a dataset, not a model",
    ]


def test_a_need_of_a_dataset_whose_card_decides_is_left_to_lock(tmp_path: Path) -> None:
    card = "name: c\ntitle: C\nrepo: org/c\nfrom: card\n"
    folder = make(tmp_path, datasets__c=card, recipes__r=recipe("r", "dataset: c, config: any, splits: any"))
    assert read_catalogue([folder]).recipe("r").needs[0].config == "any"


def test_an_unknown_name_is_answered_with_what_is_near_it(tmp_path: Path) -> None:
    found = read_catalogue([make(tmp_path, datasets__gsm8k=dataset("gsm8k"), datasets__mmlu=dataset("mmlu"))])
    with pytest.raises(UnknownNameError) as caught:
        found.dataset("gsm8k_platinum")
    assert caught.value.what == "no dataset or recipe is called 'gsm8k_platinum'"
    assert caught.value.do == "there is: gsm8k (recipes-data list)"
    with pytest.raises(UnknownNameError) as caught:
        found.recipe("zzz")
    assert caught.value.do == "there is: gsm8k, mmlu (recipes-data list)"
    with pytest.raises(UnknownNameError) as caught:
        Catalogue({}, {}).dataset("x")
    assert caught.value.do == "there is: nothing (recipes-data list)"


def test_a_place_in_a_manifest_is_named_by_file_and_nearest_line(tmp_path: Path) -> None:
    found = read_catalogue([make(tmp_path, datasets__a=dataset("a"))])
    path = tmp_path / "datasets" / "a.yaml"
    assert found.line("a", "configs", "main", "splits") == f"{path}:5"
    assert found.line("a", "configs", "main", "nothing", 3) == f"{path}:5"
    assert found.line("a", "nothing") == f"{path}:1"
    assert found.line("a") == f"{path}:1"


def test_a_folder_that_is_a_file_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "datasets").write_text("")
    with pytest.raises(StoreError) as caught:
        read_catalogue([tmp_path])
    assert caught.value.what == f"the folder {tmp_path / 'datasets'} cannot be read: Not a directory"


def test_the_catalogue_that_ships_is_whole() -> None:
    found = read_catalogue([Path(__file__).parents[2] / "manifests"])
    assert {"gsm8k", "livecodebench", "mmlu", "tulu3"} <= set(found.datasets)
    assert "default" in found.recipes
    assert len(found.dataset("mmlu").all_configs()) == 58
