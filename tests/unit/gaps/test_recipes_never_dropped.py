"""Every Hub call of a source is an access, and what could not be known of it stands there, whatever surrounds it."""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path

import pytest
from huggingface_hub import HfApi
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes_data.errors import UsageError
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.recipes.scan import scan_recipes
from tests.unit.gaps.recipe_sources import needs_of

FUNCTIONS = {
    "load_dataset": "from datasets import load_dataset",
    "datasets.load_dataset": "import datasets",
    "hf_hub_download": "from huggingface_hub import hf_hub_download",
    "HfApi().list_repo_files": "from huggingface_hub import HfApi",
    "AutoTokenizer.from_pretrained": "from transformers import AutoTokenizer",
}
UNKNOWN = [
    "sys.argv[1]",
    "input()",
    "unheard_of",
    "some.thing[0].x",
    "json.load(open('x'))['path']",
    "f'{sys.argv[1]}/x'",
    "'a/' + sys.argv[2]",
    "[x for x in sys.argv][0]",
    "(lambda: sys.argv[0])()",
    "'%s' % input()",
    "'-'.join(sys.argv)",
    "path_of(sys.argv[1])",
    "TABLE[input()]",
    "Config.path",
    "getattr(config, 'path')",
    "os.environ['X']",
    "next(iter(sys.argv))",
    "sys.argv[1] or input()",
    "sys.argv[1] if input() else sys.argv[2]",
    "(yet := input())",
]
AROUND = [
    "{call}",
    "if sys.argv:\n    {call}\nelse:\n    pass",
    "for path in sys.argv:\n    {call}",
    "while False:\n    {call}",
    "try:\n    {call}\nexcept Exception:\n    pass",
    "with open('x') as file:\n    x = {call}",
    "def f(path, *args, **kwargs):\n    return {call}",
    "async def f():\n    await g({call})",
    "class A:\n    x = {call}\n    def m(self):\n        return {call}",
    "x = lambda: {call}",
    "x = [{call} for path in sys.argv if path]",
    "x = {{'a': {call}}}",
    "def f():\n    def g():\n        {call}\n    return g",
    "match input():\n    case 'x':\n        {call}\n    case _:\n        {call}",
    "assert {call}, {call}",
    "@decorated({call})\ndef f(x={call}): ...",
    "if False:\n    {call}",
    "raise SystemExit\n{call}",
]
calls = st.builds(
    lambda function, argument, rest: (function, f"{function}({argument}{rest})"),
    st.sampled_from(sorted(FUNCTIONS)),
    st.sampled_from(UNKNOWN),
    st.sampled_from(["", ", 'x'", ", revision=sys.argv[3]", ", **options", ", *sys.argv"]),
)


def scanned(text: str) -> Needs:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main.py").write_text(text, encoding="utf-8")
        return scan_recipes(Path(folder))


@settings(max_examples=150)
@given(st.lists(st.tuples(calls, st.sampled_from(AROUND)), min_size=1, max_size=4))
def test_a_call_whose_repository_cannot_be_known_is_listed_where_it_stands(
    parts: list[tuple[tuple[str, str], str]],
) -> None:
    imports = "\n".join(["import json, os, sys", *sorted({FUNCTIONS[function] for (function, _), _ in parts})])
    text = (
        imports
        + "\nTABLE = dict(json.load(open('t')))\n"
        + "\n".join(around.format(call=call) for (_, call), around in parts)
    )
    needs = scanned(text)
    names = {function.rpartition(".")[2] for function in FUNCTIONS}
    lines = [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names
    ]
    found = [access.where.line for access in needs.accesses]
    assert set(lines) == set(found)
    assert len(found) >= len(lines)
    for access in needs.accesses:
        assert access.repo is None
        assert access.unresolved, access


ids = st.from_regex(r"[a-z]{1,8}/[a-z]{1,8}", fullmatch=True)


@settings(max_examples=60)
@given(st.lists(ids, min_size=1, max_size=6), st.sampled_from(["loop", "table", "callers", "fields", "branches"]))
def test_every_repository_of_a_table_is_found_and_no_other(repos: list[str], how: str) -> None:
    text = "import sys\nfrom datasets import load_dataset\n"
    if how == "loop":
        text += f"for path in {repos!r}:\n    load_dataset(path)\n"
    elif how == "table":
        table = {str(number): {"path": repo} for number, repo in enumerate(repos)}
        text += f"TABLE = {table!r}\nload_dataset(TABLE[sys.argv[1]]['path'])\n"
    elif how == "callers":
        text += "def load(path):\n    return load_dataset(path)\n" + "".join(f"load({repo!r})\n" for repo in repos)
    elif how == "fields":
        text += "class Base:\n    def load(self):\n        return load_dataset(self.path)\n" + "".join(
            f"class C{number}(Base):\n    path = {repo!r}\n" for number, repo in enumerate(repos)
        )
    else:
        text += "path = ''\n" + "".join(f"if sys.argv[1] == {r!r}:\n    path = {r!r}\n" for r in repos)
        text += "load_dataset(path)\n"
    assert {access.repo for access in scanned(text).accesses if access.repo} == set(repos)


def test_a_file_that_is_no_python_is_a_finding_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "binary.py").write_bytes(b"\x00\xff\xfe")
    (tmp_path / "latin.py").write_bytes(b"x = 'caf\xe9'\n")
    needs = needs_of(
        tmp_path, {"good.py": "from datasets import load_dataset\nload_dataset('org/a')\n", "old.py": "print 'x'\n"}
    )
    assert [access.repo for access in needs.accesses] == ["org/a"]
    broken = [finding for finding in needs.findings if finding.rule == "unparsed-source"]
    assert [(finding.where.path, finding.where.line) for finding in broken] == [
        ("binary.py", 1),
        ("latin.py", 1),
        ("old.py", 1),
    ]
    assert needs.origin.files == 4


def test_a_project_file_that_cannot_be_read_is_a_finding_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "setup.cfg").write_text("no section\n", encoding="utf-8")
    needs = needs_of(tmp_path, "from datasets import load_dataset\nload_dataset('org/a')\n")
    assert [access.repo for access in needs.accesses] == ["org/a"]
    broken = [finding for finding in needs.findings if finding.rule == "unparsed-source"]
    assert [finding.where.path for finding in broken] == ["pyproject.toml", "tool/setup.cfg"]
    assert all(finding.message.startswith("cannot be read: ") for finding in broken)


def test_expressions_that_are_nested_deeply_or_grow_without_end_do_not_stop_the_scan(tmp_path: Path) -> None:
    deep = "x" + " + 'a'" * 900
    nested = "(" * 80 + "'org/a'" + ")" * 80
    wide = "\n".join(f"def f{n}(p):\n    return f{n + 1}(p + 'a') or f{n + 1}(p + 'b')" for n in range(40))
    needs = needs_of(
        tmp_path,
        f"from datasets import load_dataset\nx = 'org/'\nload_dataset({deep})\nload_dataset({nested})\n"
        f"{wide}\ndef f40(p):\n    return load_dataset(p)\nf0('org/')\n"
        "grow = 'a'\nfor _ in range(10):\n    grow = grow + grow\nload_dataset(grow)\n",
    )
    assert {access.where.line for access in needs.accesses} >= {3, 4}
    assert len({access.where.line for access in needs.accesses}) == 4


def test_a_chain_of_wrappers_longer_than_can_be_followed_is_listed(tmp_path: Path) -> None:
    chain = "".join(f"def f{n}(p):\n    return f{n + 1}(p)\n" for n in range(600))
    needs = needs_of(
        tmp_path, f"from datasets import load_dataset\n{chain}def f600(p):\n    return load_dataset(p)\nf0('org/a')\n"
    )
    assert [access.repo for access in needs.accesses] == [None]
    assert needs.accesses[0].unresolved[0].startswith("path=")


def test_the_same_sources_give_the_same_needs(tmp_path: Path) -> None:
    sources = {
        f"m{n}.py": f"from datasets import load_dataset\nfor s in {{'a', 'b', 'c{n}'}}:\n    load_dataset('org/x', s)\n"
        for n in range(4)
    }
    assert needs_of(tmp_path, sources) == needs_of(tmp_path, sources)


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        scan_recipes(tmp_path / "nothing")


def test_every_operation_of_an_access_is_a_row_of_the_table(tmp_path: Path) -> None:
    known = load_operations().by_id()
    methods = sorted(name for name in dir(HfApi) if not name.startswith("_"))
    lines = [f"HfApi().{name}(repo_id='o/a', repo_type={kind!r})" for name in methods for kind in ("dataset", "space")]
    needs = needs_of(tmp_path, "from huggingface_hub import HfApi\n" + "\n".join(lines))
    assert set(range(2, len(lines) + 2)) - {access.where.line for access in needs.accesses} == set()
    assert {one for access in needs.accesses for one in access.operations} - set(known) == set()
