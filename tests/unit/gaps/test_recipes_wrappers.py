"""Calls that reach the Hub by other names and through other functions, each with the answer beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.recipe_sources import asked, needs_of

CASES: dict[str, tuple[dict[str, str], set[str]]] = {
    "imports by other names": (
        {
            "main.py": """
            import datasets as hf
            import datasets.load
            from datasets import load_dataset as fetch
            hf.load_dataset("org/a")
            fetch("org/b")
            datasets.load.load_dataset("org/c")
            get = hf.load_dataset
            get("org/d")
            getattr(hf, "load_dataset")("org/e")
            __import__("datasets").load_dataset("org/f")
            """
        },
        {f"org/{name} - -" for name in "abcdef"},
    ),
    "imports in functions, conditions and try": (
        {
            "main.py": """
            import sys
            try:
                from datasets import load_dataset
            except ImportError:
                load_dataset = None
            if sys.version_info > (3, 11):
                import huggingface_hub
            def a():
                from importlib import import_module
                import_module("datasets").load_dataset("org/a")
            def b():
                load_dataset("org/b")
            def c():
                huggingface_hub.snapshot_download("org/c")
            """
        },
        {"org/a - -", "org/b - -", "org/c - -"},
    ),
    "relative imports, re-exports and a star import": (
        {
            "pkg/__init__.py": "from .io import *\n",
            "pkg/io.py": "from datasets import load_dataset\nROOT = 'org'\n",
            "pkg/sub/__init__.py": "",
            "pkg/sub/a.py": "from ..io import ROOT, load_dataset as ld\nld(f'{ROOT}/a')\n",
            "pkg/sub/b.py": "from ... import pkg\nfrom .. import load_dataset\nload_dataset('org/b')\n",
            "pkg/sub/c.py": "import pkg.io\npkg.io.load_dataset(pkg.io.ROOT + '/c')\n",
        },
        {"org/a - -", "org/b - -", "org/c - -"},
    ),
    "a project's own datasets.py is not the library": (
        {
            "recipes/__init__.py": "",
            "recipes/datasets.py": "import datasets\ndef load():\n    return datasets.load_dataset('org/a')\n",
            "recipes/main.py": "from recipes.datasets import load\nfrom recipes import datasets\nload()\n",
        },
        {"org/a - -"},
    ),
    "wrappers several levels deep, across modules": (
        {
            "hub.py": """
            from datasets import load_dataset
            def load(path, name=None, split="test"):
                kwargs = {"split": split}
                if name is not None:
                    kwargs["name"] = name
                return load_dataset(path, **kwargs)
            """,
            "middle.py": """
            import hub
            def of_org(what, **options):
                return hub.load(f"org/{what}", **options)
            """,
            "main.py": """
            from middle import of_org
            of_org("a")
            of_org("b", split="train")
            for config in ("x", "y"):
                of_org("c", name=config)
            """,
        },
        {"org/a - test", "org/b - train", "org/c x test", "org/c y test"},
    ),
    "a wrapper that hands on all it gets": (
        {
            "main.py": """
            import functools, datasets
            def retry(function):
                @functools.wraps(function)
                def inner(*args, **kwargs):
                    return function(*args, **kwargs)
                return inner
            @retry
            def load_dataset(*args, **kwargs):
                return datasets.load_dataset(*args, **kwargs)
            load_dataset("org/a", "x", split="train")
            load_dataset(path="org/b")
            """
        },
        {"org/a x train", "org/b - -"},
    ),
    "methods, class methods and static methods as wrappers": (
        {
            "main.py": """
            from datasets import load_dataset
            class Hub:
                def __init__(self, org):
                    self.org = org
                def get(self, name, split="train"):
                    return self._load(f"{self.org}/{name}", split)
                def _load(self, path, split):
                    return load_dataset(path, split=split)
                @classmethod
                def default(cls, name):
                    return load_dataset(name)
                @staticmethod
                def plain(name):
                    return load_dataset(name)
            hub = Hub("org")
            hub.get("a")
            hub.get("b", split="test")
            Hub.default("org/c")
            Hub.plain("org/d")
            """
        },
        {"org/a - train", "org/b - test", "org/c - -", "org/d - -"},
    ),
    "two objects of a class are not mixed": (
        {
            "main.py": """
            from datasets import load_dataset
            class Hub:
                def __init__(self, path):
                    self.path = path
                def get(self, split):
                    return load_dataset(self.path, split=split)
            a = Hub("org/a")
            a.get("train")
            Hub("org/b").get("test")
            """
        },
        {"org/a - train", "org/b - test"},
    ),
    "lambdas and partials": (
        {
            "main.py": """
            from functools import partial
            from datasets import load_dataset
            one = lambda name: load_dataset("org/" + name)
            one("a")
            two = partial(load_dataset, "org/b", split="train")
            two("x")
            three = partial(one, "c")
            three()
            unused = partial(load_dataset, "org/d")
            """
        },
        {"org/a - -", "org/b x train", "org/c - -", "org/d - -"},
    ),
    "functions in tables and as arguments": (
        {
            "main.py": """
            import sys
            from datasets import load_dataset
            def a(split):
                return load_dataset("org/a", split=split)
            def b(split):
                return load_dataset("org/b", split=split)
            LOADERS = {"a": a, "b": b}
            LOADERS[sys.argv[1]]("train")
            for loader in (a, b):
                loader("test")
            def again(function, *args, **kwargs):
                return function(*args, **kwargs)
            again(load_dataset, "org/c", split="dev")
            """
        },
        {"org/a - train", "org/b - train", "org/a - test", "org/b - test", "org/c - dev"},
    ),
    "pools and threads": (
        {
            "main.py": """
            import asyncio, threading
            from concurrent.futures import ThreadPoolExecutor
            from datasets import load_dataset
            def one(name):
                return load_dataset("org/x", name)
            async def main():
                await asyncio.to_thread(load_dataset, "org/a", split="train")
            with ThreadPoolExecutor() as pool:
                pool.submit(load_dataset, "org/b", "c")
                pool.map(one, ["x", "y"])
            threading.Thread(target=one, args=("z",)).start()
            """
        },
        {"org/a - train", "org/b c -", "org/x x -", "org/x y -", "org/x z -"},
    ),
    "what a function returns": (
        {
            "main.py": """
            from datasets import load_dataset
            def path_of(name, org="org"):
                return f"{org}/{name}"
            def spec(kind):
                if kind == "a":
                    return "org/a2", "x"
                return "org/b2", "y"
            load_dataset(path_of("a"))
            path, name = spec("a")
            load_dataset(path, name)
            """
        },
        {"org/a - -", "org/a2 x -"},
    ),
    "a callable that an object was given": (
        {
            "main.py": """
            from datasets import load_dataset
            def fetch(config, function):
                return function(config["path"], split=config["split"])
            fetch({"path": "org/a", "split": "train"}, load_dataset)
            """
        },
        {"org/a - train"},
    ),
    "recursion ends": (
        {
            "main.py": """
            from datasets import load_dataset
            def load(path, n):
                if n == 0:
                    return load_dataset(path)
                return load(path, n - 1)
            load("org/a", 3)
            """
        },
        {"org/a - -"},
    ),
    "methods of the API's client, made anywhere": (
        {
            "main.py": """
            from huggingface_hub import HfApi
            import huggingface_hub as hub
            class Store:
                def __init__(self, api: HfApi | None = None):
                    self.api = HfApi()
                def files(self):
                    return self.api.list_repo_files("org/a", repo_type="dataset")
            def client():
                return HfApi(token="x")
            client().create_repo("org/b")
            def use(api: HfApi):
                api.dataset_info("org/c")
            hub.HfApi().whoami()
            """
        },
        {"org/a - -", "org/b - -", "org/c - -", "- - -"},
    ),
    "models, adapters and pipelines": (
        {
            "main.py": """
            import transformers
            from peft import PeftModel
            from transformers import AutoTokenizer, pipeline, PreTrainedModel
            from sentence_transformers import SentenceTransformer
            class Mine(PreTrainedModel):
                pass
            AutoTokenizer.from_pretrained("org/a")
            transformers.AutoModel.from_pretrained(pretrained_model_name_or_path="org/b")
            PeftModel.from_pretrained(object(), "org/c")
            pipeline("text-generation", model="org/d")
            SentenceTransformer("org/e")
            Mine.from_pretrained("org/f")
            AutoTokenizer.from_pretrained("./local/g")
            """
        },
        {f"org/{name} - -" for name in "abcdef"},
    ),
    "paths of the file system": (
        {
            "main.py": """
            import fsspec
            from huggingface_hub import HfFileSystem
            fs = HfFileSystem()
            fs.open("datasets/org/a@v1/x.txt")
            fs.glob("org/b/*.bin")
            with fs.open("hf://datasets/org/c/y.txt") as f:
                f.read()
            fsspec.filesystem("hf").ls("datasets/org/d")
            """
        },
        {f"org/{name} - -" for name in "abcd"},
    ),
}


@pytest.mark.parametrize(("sources", "expected"), CASES.values(), ids=CASES)
def test_a_call_by_another_way_is_found(sources: dict[str, str], expected: set[str], tmp_path: Path) -> None:
    assert asked(needs_of(tmp_path, sources)) == expected


def test_an_access_tells_the_calls_that_lead_to_it_innermost_first(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        {
            "hub.py": "from datasets import load_dataset\n\ndef load(path):\n    return load_dataset(path)\n",
            "main.py": "from hub import load\n\ndef of(name):\n    return load('org/' + name)\n\nof('a')\n",
        },
    )
    (access,) = needs.accesses
    assert str(access.where) == "hub.py:4"
    assert list(map(str, access.through)) == ["main.py:4", "main.py:6"]


def test_a_wrapper_that_nobody_calls_is_listed_by_its_parameters(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        "from datasets import load_dataset\ndef load(path, split='train', *, name):\n"
        "    return load_dataset(path, name=name, split=split)\n",
    )
    (access,) = needs.accesses
    assert (access.repo, access.split, access.unresolved) == (None, "train", ("path=path", "name=name"))


def test_what_only_looks_like_a_hub_call_is_none(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        import seaborn
        from datasets import Dataset
        def load_dataset(name):
            return open(name)
        class Client:
            def list_models(self):
                return []
        load_dataset("org/a")
        Client().list_models()
        seaborn.load_dataset("tips")
        Dataset.from_dict({"a": [1]})
        """,
    )
    assert needs.accesses == ()


def test_a_call_on_something_unknown_is_listed_with_its_function_in_doubt(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        from elsewhere import tools, load_dataset
        tools().load_dataset("org/a")
        load_dataset("org/b")
        def use(model_class, api):
            model_class.from_pretrained("org/c")
            api.list_repo_files("org/d")
        """,
    )
    assert [(a.repo, a.unresolved[0].partition("=")[0]) for a in needs.accesses] == [
        ("org/a", "function"),
        ("org/b", "function"),
        ("org/c", "function"),
        ("org/d", "function"),
    ]


def test_who_only_asks_about_a_function_of_the_hub_calls_nothing(tmp_path: Path) -> None:
    source = "from datasets import load_dataset\nhasattr(load_dataset, 'x')\nsetattr(mock, 'load', load_dataset)\n"
    assert needs_of(tmp_path, source).accesses == ()


def test_what_a_result_of_the_client_has_is_no_function_of_it(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        from huggingface_hub import HfApi
        from elsewhere import build
        api = HfApi()
        def commit():
            dataset_info = api.dataset_info("org/a").sha
            build(dataset_info, name=dataset_info)
        """,
    )
    assert [(access.where.line, access.repo) for access in needs.accesses] == [(6, "org/a")]
