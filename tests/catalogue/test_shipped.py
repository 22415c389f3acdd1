"""Every word of manifests/shipped.yaml is what the tests really run, and the page and README say the same."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import loaders
from recipes_data.catalogue import read_catalogue
from recipes_data.cli.listing_page import counted, lines_of_shipped, page
from recipes_data.errors import StoreError
from recipes_data.shipped import GENERATED, NOT_AT_ALL, REAL_ROWS, Shipped, View, read_shipped
from tests.calls.asked import BENCHMARKS, CALLS, NO_SPLIT
from tests.integration import test_real_rows, test_shipped_manifests, test_url_datasets
from tests.worlds import ROOT

SHIPPED = read_shipped()
CATALOGUE = read_catalogue([ROOT / "manifests"])
VIEW_TESTS = ROOT / "tests" / "views"


def cases(test: Any) -> list[Any]:
    """What a test is really run with: the values of its one `parametrize`."""
    (mark,) = [mark for mark in test.pytestmark if mark.name == "parametrize"]
    return list(mark.args[1])


def test_every_dataset_and_model_that_ships_is_in_one_list() -> None:
    text = (ROOT / "manifests" / "shipped.yaml").read_text(encoding="utf-8")
    generated = re.search(r"^generated:\n(.*?)\n\n", text, re.DOTALL | re.MULTILINE)
    assert generated is not None
    names = re.findall(r"\w+", generated[1])
    assert len(names) == len(set(names))
    assert not set(names) & set(SHIPPED.notes)
    assert set(names) | set(SHIPPED.notes) == set(CATALOGUE.datasets)


def test_real_rows_are_those_that_are_fetched_from_the_real_repositories() -> None:
    real = {name for name, proven in SHIPPED.datasets.items() if proven == REAL_ROWS}
    assert real == set(test_real_rows.DATASETS)
    assert {view.call for view in SHIPPED.views if view.proven == REAL_ROWS} == set(test_real_rows.VIEWS)
    assert cases(test_real_rows.test_a_view_gives_what_its_recipe_makes_of_the_real_rows) == sorted(
        test_real_rows.VIEWS
    )


def test_generated_are_those_that_a_test_generates_fetches_and_compares() -> None:
    with_rows = cases(test_shipped_manifests.test_a_dataset_gives_every_row_of_every_split_as_it_was_written)
    with_files = cases(test_shipped_manifests.test_what_has_no_rows_lies_in_a_folder_under_the_files_own_names)
    elsewhere = [
        case[0]
        for case in cases(test_url_datasets.test_what_ships_of_other_places_is_fetched_from_a_server_of_their_shape)
    ]
    cloned = inspect.getsource(test_url_datasets.test_the_clone_beside_the_manifests_is_read_as_save_to_disk_wrote_it)
    assert 'project.run("fetch", "self_distillation")' in cloned
    ran = {*with_rows, *with_files, *elsewhere, "self_distillation"}
    generated = {name for name, proven in SHIPPED.datasets.items() if proven == GENERATED}
    assert generated == ran - set(test_real_rows.DATASETS)


def views_of_loaders() -> Iterator[str]:
    """`math_rl.gsm8k`, and so on: every public function of a recipe's module that takes the words of `Where`."""
    folder = Path(loaders.__file__).parent
    names = [path.stem for path in folder.glob("*.py")] + [path.name for path in folder.iterdir() if path.is_dir()]
    for name in sorted(names):
        path = folder / f"{name}.py"
        text = (path if path.exists() else folder / name / "__init__.py").read_text("utf-8") if name[0] != "_" else ""
        if "loaders.viewing import" not in text and name != "benchmarks":
            continue
        module = importlib.import_module(f"loaders.{name}")
        for public in module.__all__:
            made = getattr(module, public)
            if inspect.isfunction(made) and "where" in inspect.signature(made).parameters:
                yield f"{name}.{public}"


def test_every_view_that_there_is_has_its_line_and_every_line_its_view() -> None:
    listed = {view.call.partition("(")[0] for view in SHIPPED.views}
    assert listed == set(views_of_loaders())


def compared_in(folder: Path) -> set[str]:
    """Every `module.view` that the tests of views name: as an attribute, or by `getattr` of a text in the same file."""
    found: set[str] = set()
    for path in sorted(folder.glob("test_*.py")):
        if path.name == "test_recipes.py":
            continue  # it runs every view that the file lists
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add(f"{node.value.id}.{node.attr}")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
                module = node.args[0]
                found |= {f"{module.id}.{text}" for text in texts} if isinstance(module, ast.Name) else set()
    return found


@pytest.mark.parametrize("view", SHIPPED.views, ids=lambda view: view.call)
def test_a_view_is_compared_in_a_test_and_belongs_to_recipes_that_need_what_it_reads(view: View) -> None:
    assert view.call.partition("(")[0] in compared_in(VIEW_TESTS)
    assert view.recipes
    for recipe in view.recipes:
        assert set(view.reads) <= {need.name for need in CATALOGUE.recipe(recipe).needs}


def test_the_calls_of_load_dataset_are_counted() -> None:
    asked = [*CALLS, *BENCHMARKS]
    assert SHIPPED.calls == len(asked)
    assert SHIPPED.receipts == sum((words[0], options.get("split")) not in NO_SPLIT for _, words, options in asked)


def test_a_size_is_no_less_than_what_was_published_of_the_files_and_none_is_remembered() -> None:
    for name, size in SHIPPED.sizes.items():
        published = sum(known.size or 0 for known in CATALOGUE.dataset(name).digests.values())
        assert size.bytes >= published > -1
        assert size.evidence
        assert not re.search("remember|memory", size.evidence)
    for name in ("math_500", "mmlu_pro", "ifeval"):  # all their files have a published size
        assert SHIPPED.sizes[name].bytes == sum(known.size or 0 for known in CATALOGUE.dataset(name).digests.values())


def graded(**views: str) -> Shipped:
    made = tuple(View(call, ("a",), ("r",), proven) for call, proven in views.items())
    return Shipped({"a": REAL_ROWS, "b": GENERATED}, {}, made, {}, 0, 0)


def test_a_recipe_is_proven_by_its_views_else_by_the_least_of_what_it_needs() -> None:
    assert graded(v=GENERATED).recipe("r", ["a"]) == GENERATED
    assert graded(v=REAL_ROWS).recipe("r", ["a", "b"]) == REAL_ROWS
    assert graded(v=REAL_ROWS, w=GENERATED).recipe("r", ["a"]) == GENERATED
    assert graded().recipe("r", ["a"]) == REAL_ROWS
    assert graded().recipe("r", ["a", "b"]) == GENERATED
    assert graded().recipe("r", ["a", "c"]) == NOT_AT_ALL
    assert graded().dataset("c") == NOT_AT_ALL


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("generated: []\n", "'real rows'"),
        ("a: [\n", "not YAML"),
        ("- a\n", "list indices"),
        ("views: {}\nreal rows: {}\n", ""),
    ],
)
def test_a_file_of_another_form_is_one_error(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "shipped.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=f"is not of its form: .*{said}"):
        read_shipped(tmp_path / "shipped.yaml")
    with pytest.raises(StoreError, match="cannot be read: No such file or directory"):
        read_shipped(tmp_path / "none.yaml")


def test_the_page_is_what_is_generated() -> None:
    stored = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert stored == page(), "make catalogue"


def test_the_readme_counts_as_the_catalogue_does() -> None:
    lines, _, shipped = lines_of_shipped()
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert counted(lines, shipped) in readme
    assert counted(lines, shipped) in " ".join(page().split())


def test_the_page_has_every_name_with_its_evidence_and_its_users() -> None:
    text = page()
    flat = " ".join(text.split())
    for name in CATALOGUE.datasets:
        manifest = CATALOGUE.dataset(name)
        assert f"\n### {name}\n" in text
        assert " ".join((manifest.evidence or "").split()) in flat
        assert " ".join((manifest.doubt or "").split()) in flat
    for recipe in CATALOGUE.recipes:
        assert re.search(rf"^\| {recipe} \| ", text, re.MULTILINE)
    for view in SHIPPED.views:
        assert f"`{view.call}`" in text


def test_the_table_ships_beside_the_manifests() -> None:
    packed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"manifests/shipped.yaml" = "recipes_data/_manifests/shipped.yaml"' in packed
