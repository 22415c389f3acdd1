"""Folders of manifests: overlaid name by name, one name space, every fault of every file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data import catalogue
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


def test_what_is_added_while_the_folder_is_read_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = catalogue._yaml_files

    def added_after(folder: Path) -> list[Path]:
        found = files(folder)
        make(tmp_path, datasets__a=dataset("a"), recipes__r=recipe("r", "dataset: a"))
        return found

    monkeypatch.setattr(catalogue, "_yaml_files", added_after)
    assert list(read_catalogue([tmp_path]).recipes) == []
    assert list(read_catalogue([tmp_path]).recipes) == ["r"]


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
        found.dataset("gms8k")
    assert caught.value.do == "there is: gsm8k (recipes-data list)"
    many = read_catalogue([make(tmp_path / "many", **{f"datasets__d{n}": dataset(f"d{n}") for n in range(20)})])
    with pytest.raises(UnknownNameError) as caught:
        many.dataset("zzz")
    assert caught.value.do == "recipes-data list shows the 20 that there are"
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


def test_a_file_too_large_for_a_manifest_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    with (tmp_path / "datasets" / "a.yaml").open("wb") as file:
        file.truncate(1_000_001)
    path = tmp_path / "datasets" / "a.yaml"
    assert faults(tmp_path) == [f"{path}:1: the file has 1,000,001 bytes; the limit is 1,000,000"]


def test_of_many_faults_the_first_are_told_and_the_number_of_the_others(tmp_path: Path) -> None:
    keys = "".join(f"k{number}: 1\n" for number in range(70))
    found = faults(make(tmp_path / "one", datasets__a=dataset("a", more=keys)))
    assert len(found) == 51
    assert found[-1] == "and 20 more"
    found = faults(make(tmp_path / "two", recipes__r=recipe("r", *["dataset: a"] * 60)))
    assert len(found) == 51
    assert found[-1] == "and 10 more"


@pytest.mark.parametrize(
    ("files", "splits", "what"),
    [
        ("a", 4, "config_groups[1]: more than 20,000 splits up to here, all configs together"),
        (
            "{config}" * 500,
            1,
            "config_groups[0]: more than 10,000,000 characters of patterns and columns up to here, groups written out",
        ),
    ],
)
def test_groups_that_stand_for_too_much_are_refused_before_they_are_written_out(
    tmp_path: Path, files: str, splits: int, what: str
) -> None:
    names = ",".join(f"n{number}" for number in range(5_000))
    each = ", ".join(f"s{number}: {{files: '{number}{files}'}}" for number in range(splits))
    groups = f"- {{names: [{names}], splits: {{{each}}}}}\n- {{names: z, splits: {{s: {{files: c}}}}}}\n"
    text = f"name: a\ntitle: T\nrepo: org/a\nconfig_groups:\n{groups}"
    [fault] = faults(make(tmp_path, datasets__a=text))
    assert fault.endswith(what)


def test_the_catalogue_that_ships_is_whole() -> None:
    found = read_catalogue([Path(__file__).parents[2] / "manifests"])
    assert {"gsm8k", "livecodebench", "mmlu", "tulu3"} <= set(found.datasets)
    assert "default" in found.recipes
    assert len(found.dataset("mmlu").all_configs()) == 58
