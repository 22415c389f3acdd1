"""Which programs there are under a folder, and which accesses each of them reaches."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from recipes_data.gaps.needs import Needs
from recipes_data.gaps.recipes.scan import scan_recipes

_MAIN = 'if __name__ == "__main__":\n    main()\n'


def _scan(root: Path, **files: str) -> Needs:
    """Files by their names with `__` for `/` and without `.py`."""
    for name, text in files.items():
        path = root / f"{name.replace('__', '/').replace('/init/', '__init__')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return scan_recipes(root)


def _reached(needs: Needs) -> dict[str, list[str | None]]:
    return {recipe.name: [needs.accesses[i].repo for i in recipe.accesses] for recipe in needs.recipes}


def _unreached(needs: Needs) -> list[str | None]:
    return [needs.accesses[i].repo for i in needs.unreached]


_SETS = """
    from datasets import load_dataset

    class First:
        def __call__(self):
            return load_dataset("a/first")

    class Second(First):
        def __call__(self):
            return load_dataset("a/second")

    def third():
        return load_dataset("a/third")

    BUILDERS = {"first": First, "second": Second}
    LAZY = {"third": lambda: third()}
    """


def test_a_program_reaches_what_its_table_holds_and_not_what_its_module_holds_beside(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        lib__sets=_SETS,
        train="from lib.sets import BUILDERS\ndef main():\n    BUILDERS[input()]()()\n" + _MAIN,
    )
    assert _reached(needs) == {"train": ["a/first", "a/second"]}
    assert _unreached(needs) == ["a/third"]


def test_a_subclass_does_not_reach_the_method_that_it_replaces(tmp_path: Path) -> None:
    needs = _scan(tmp_path, lib__sets=_SETS, train="from lib.sets import Second\ndef main():\n    Second()()\n" + _MAIN)
    assert _reached(needs) == {"train": ["a/second"]}


def test_super_reaches_the_method_above(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        train="""
        from datasets import load_dataset
        class Above:
            def load(self):
                return load_dataset("a/above")
        class Below(Above):
            def load(self):
                return super().load()
        def main():
            Below().load()
        if __name__ == "__main__":
            main()
        """,
    )
    assert _reached(needs) == {"train": ["a/above"]}


def test_a_mere_import_reaches_only_what_runs_on_import(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        lib__sets=_SETS,
        lib__eager='from datasets import load_dataset\nROWS = load_dataset("a/eager")\n',
        train="import lib.sets\nfrom lib import eager\ndef main():\n    pass\n" + _MAIN,
    )
    assert _reached(needs) == {"train": ["a/eager"]}


def test_a_guard_of_an_imported_module_does_not_run(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        tool='from datasets import load_dataset\ndef main():\n    load_dataset("a/tool")\n' + _MAIN,
        train="import tool\ndef main():\n    pass\n" + _MAIN,
    )
    assert _reached(needs) == {"tool": ["a/tool"], "train": []}


def test_an_access_through_a_wrapper_belongs_to_those_who_reach_the_outermost_call(tmp_path: Path) -> None:
    bench = "from lib.loading import load\ndef rows():\n    return load({!r})\n"
    needs = _scan(
        tmp_path,
        lib__loading="from datasets import load_dataset\ndef load(path):\n    return load_dataset(path)\n",
        lib__one=bench.format("a/one"),
        lib__two=bench.format("a/two"),
        first="from lib.one import rows\ndef main():\n    rows()\n" + _MAIN,
        second="from lib import two as other\ndef main():\n    other.rows()\n" + _MAIN,
    )
    assert _reached(needs) == {"first": ["a/one"], "second": ["a/two"]}


def test_names_are_followed_through_packages_without_an_init_and_through_reexports(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        pkg____init__="from pkg.sets import third as shown\nfrom pkg import inner\n",
        pkg__inner='from datasets import load_dataset\ndef fourth():\n    load_dataset("a/fourth")\n',
        pkg__sets=_SETS,
        train="from pkg import shown, inner\nfrom apps.tools import more\n"
        "def main():\n    shown()\n    inner.fourth()\n    more.fifth()\n" + _MAIN,
        apps__tools__more='from datasets import load_dataset\ndef fifth():\n    load_dataset("a/fifth")\n',
    )
    assert sorted(map(str, _reached(needs)["train"])) == ["a/fifth", "a/fourth", "a/third"]


def test_what_a_decorator_keeps_is_reached_by_those_who_use_the_table(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        lib__kept="""
        TASKS = {}
        def keep(name):
            def inner(function):
                TASKS[name] = function
                return function
            return inner
        def run(name):
            return TASKS[name]()
        """,
        lib__tasks="""
        from datasets import load_dataset
        from lib.kept import keep
        @keep("one")
        def one():
            return load_dataset("a/one")
        """,
        uses="import lib.tasks\nfrom lib.kept import run\ndef main():\n    run(input())\n" + _MAIN,
        only_imports="import lib.tasks\ndef main():\n    pass\n" + _MAIN,
        never_imports="from lib.kept import run\ndef main():\n    run(input())\n" + _MAIN,
    )
    assert _reached(needs) == {"never_imports": [], "only_imports": [], "uses": ["a/one"]}


def test_modules_imported_by_a_computed_name_are_reached_by_what_is_asked_of_them(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        lib__tasks__one='from datasets import load_dataset\ndef rows():\n    load_dataset("a/one")\n',
        lib__other="from datasets import load_dataset\ndef rows():\n    load_dataset('a/other')\n",
        train="import importlib\ndef main():\n"
        '    getattr(importlib.import_module(f"lib.tasks.{input()}"), "rows")()\n' + _MAIN,
    )
    assert _reached(needs) == {"train": ["a/one"]}


def test_commands_scripts_and_plain_calls_are_programs_and_tests_are_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project.scripts]\nrun-it = "lib.app:start"\n', encoding="utf-8")
    body = 'from datasets import load_dataset\n{}\ndef {}():\n    load_dataset("a/{}")\n{}'
    needs = _scan(
        tmp_path,
        lib__app=body.format("", "start", "script", ""),
        clicked=body.format("import click\n@click.command()", "go", "clicked", ""),
        typed=body.format("import typer\napp = typer.Typer()\n@app.command()", "go", "typed", ""),
        fired=body.format("import fire", "go", "fired", "fire.Fire(go)\n"),
        chosen=body.format("import chz", "go", "chosen", "def start():\n    chz.nested_entrypoint(go)\n"),
        plain=body.format("", "main", "plain", "main()\n"),
        library=body.format("", "rows", "library", ""),
        tests__helping=body.format("", "main", "tested", _MAIN),
        test_it=body.format("", "main", "tested", _MAIN),
        it_test=body.format("", "main", "tested", _MAIN),
        conftest=body.format("", "main", "tested", _MAIN),
    )
    expected = {name: [f"a/{name}"] for name in ("chosen", "clicked", "fired", "plain", "typed")}
    assert _reached(needs) == {**expected, "lib/app": ["a/script"]}
    assert needs.recipes == tuple(sorted(needs.recipes, key=lambda recipe: recipe.name))


def test_annotations_type_tests_and_imports_for_types_reach_nothing(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        lib__sets=_SETS,
        train="""
        from __future__ import annotations
        from typing import TYPE_CHECKING
        from lib.sets import First, Second
        if TYPE_CHECKING:
            from lib.sets import third
        def main(builder: First | None = None) -> First:
            assert not isinstance(builder, Second)
            return builder
        if __name__ == "__main__":
            main()
        """,
    )
    assert _reached(needs) == {"train": []}


def test_defaults_of_fields_partials_and_lambdas_are_followed(tmp_path: Path) -> None:
    needs = _scan(
        tmp_path,
        lib__sets=_SETS,
        train="""
        import functools
        from dataclasses import dataclass, field
        from lib.sets import LAZY, First, Second
        @dataclass
        class Config:
            builder: object = field(default_factory=First)
            other: object = functools.partial(Second)
        def main():
            LAZY["third"]()
            return Config()
        if __name__ == "__main__":
            main()
        """,
    )
    assert sorted(map(str, _reached(needs)["train"])) == ["a/first", "a/second", "a/third"]
