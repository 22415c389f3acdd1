"""What the arguments of a Hub call may be by options, defaults, conditions and branches, each with its answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.recipe_sources import asked, needs_of

CASES: dict[str, tuple[str, set[str]]] = {
    "defaults of argparse": (
        """
        import argparse
        from datasets import load_dataset
        def options():
            parser = argparse.ArgumentParser()
            parser.add_argument("--dataset-name", "-d", default="org/a")
            parser.add_argument("--split", choices=["train", "test"])
            return parser.parse_args()
        def main():
            args = options()
            load_dataset(args.dataset_name, split=args.split)
        """,
        {"org/a - train", "org/a - test"},
    ),
    "defaults of click, typer and fire": (
        """
        import click, fire, typer
        from datasets import load_dataset
        @click.command()
        @click.option("--path", default="org/a")
        def one(path):
            load_dataset(path)
        app = typer.Typer()
        @app.command()
        def two(path: str = typer.Option("org/b", help="x")):
            load_dataset(path)
        def three(path="org/c"):
            load_dataset(path)
        if __name__ == "__main__":
            fire.Fire(three)
        """,
        {"org/a - -", "org/b - -", "org/c - -"},
    ),
    "a settings class that the command line makes": (
        """
        import chz
        from datasets import load_dataset
        @chz.chz
        class Config:
            split: str = chz.field(default="test", doc="x")
        def main(config):
            load_dataset("org/a", split=config.split)
        if __name__ == "__main__":
            main(chz.entrypoint(Config))
        """,
        {"org/a - test"},
    ),
    "the default of an environment variable": (
        """
        import os
        from datasets import load_dataset
        load_dataset(os.environ.get("DATASET", "org/a"), os.getenv("CONFIG", "x"))
        """,
        {"org/a x -"},
    ),
    "both branches of a condition, and of `or`": (
        """
        import sys
        from datasets import load_dataset
        load_dataset("org/a" if len(sys.argv) > 1 else "org/b")
        def load(name=None):
            load_dataset(name or "org/c")
        load()
        load("org/d")
        """,
        {f"org/{name} - -" for name in "abcd"},
    ),
    "names that are set in branches stay together, and what is overwritten is gone": (
        """
        import sys
        from datasets import load_dataset
        path = "org/never"
        if sys.argv[1] == "a":
            path, name = "org/a", "x"
        elif sys.argv[1] == "b":
            path, name = "org/b", "y"
        else:
            raise SystemExit
        load_dataset(path, name)
        path = "org/late"
        """,
        {"org/a x -", "org/b y -"},
    ),
    "a condition on what a caller passes chooses the branch": (
        """
        from datasets import load_dataset
        def load(split):
            if split == "train":
                names = ("a", "b")
            elif split == "test":
                names = ("c",)
            for name in names:
                load_dataset("org/x", name, split=split)
        load("train")
        load("test")
        """,
        {"org/x a train", "org/x b train", "org/x c test"},
    ),
    "options that are read from somewhere, and their defaults": (
        """
        import json
        from datasets import load_dataset
        def load(**options):
            load_dataset(options.get("path", "org/a"))
        load_dataset("org/b", json.load(open("x")).get("name", "y"))
        """,
        {"? - -", "org/a - -", "org/b ? -", "org/b y -"},
    ),
    "an object that is read from somewhere is one of its class": (
        """
        import pickle
        from dataclasses import dataclass
        from datasets import load_dataset
        @dataclass
        class Task:
            path: str
        def load(task: Task):
            load_dataset(task.path)
        TASKS = [Task("org/a"), Task(path="org/b")]
        load(pickle.load(open("x", "rb")))
        """,
        {"org/a - -", "org/b - -"},
    ),
    "a field that is made into something else after it was given": (
        """
        from dataclasses import dataclass
        from datasets import load_dataset
        @dataclass
        class Task:
            path: str
            splits: list
            def __post_init__(self):
                self.path = self.path.lower()
                self.splits = tuple(self.splits)
        def load(task: Task):
            load_dataset(task.path, split=task.splits[0])
        load(Task("ORG/a", ["train", "dev"]))
        load(Task("org/b", splits=["test"]))
        """,
        {"org/a - train", "org/b - test"},
    ),
    "what is set in `with` and `try` is set": (
        """
        from datasets import load_dataset
        path = name = "org/never"
        with open("x"):
            path = "org/a"
        try:
            name = "x"
        finally:
            pass
        load_dataset(path, name)
        """,
        {"org/a x -"},
    ),
    "a match statement": (
        """
        from datasets import load_dataset
        def load(kind):
            match kind:
                case "a":
                    path = "org/a"
                case "b" | "c":
                    path = "org/bc"
            return load_dataset(path, kind)
        load("a")
        load("c")
        """,
        {"org/a a -", "org/bc c -"},
    ),
    "keyword tables": (
        """
        from datasets import load_dataset
        OPTIONS = dict(name="x")
        OPTIONS["split"] = "train"
        load_dataset("org/a", **OPTIONS)
        load_dataset(*("org/b", "y"), **{"split": "test", **{}})
        """,
        {"org/a x train", "org/b y test"},
    ),
    "the product of two lists": (
        """
        import itertools
        from datasets import load_dataset
        for path, split in itertools.product(["org/a", "org/b"], ["train", "test"]):
            load_dataset(path, split=split)
        """,
        {f"org/{name} - {split}" for name in "ab" for split in ("train", "test")},
    ),
    "a walrus, a slice and a starred list": (
        """
        from datasets import load_dataset
        FIRST = ["a", "b", "c"]
        if (path := "org/x"):
            for name in [*FIRST[:2], "d"]:
                load_dataset(path, name)
        """,
        {"org/x a -", "org/x b -", "org/x d -"},
    ),
    "None is not given": (
        """
        from datasets import load_dataset
        load_dataset("org/a", None, split=None)
        """,
        {"org/a - -"},
    ),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES)
def test_the_arguments_of_a_call_are_followed(source: str, expected: set[str], tmp_path: Path) -> None:
    assert asked(needs_of(tmp_path, source)) == expected


def test_a_folder_on_disk_is_no_access_and_one_that_cannot_be_known_is_listed(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        import sys
        from datasets import load_dataset, load_from_disk
        load_from_disk("x")
        load_dataset("/data/x")
        load_dataset("./x")
        load_dataset("json", data_files="x.jsonl")
        load_dataset("parquet", data_files="hf://datasets/org/a/data/x.parquet", split="train")
        load_dataset("csv", data_files=sys.argv[1])
        """,
    )
    assert [(a.repo, a.files, a.unresolved) for a in needs.accesses] == [
        ("org/a", ("data/x.parquet",), ()),
        (None, (), ("data_files=sys.argv[1]",)),
    ]


def test_files_folders_revisions_and_streaming_are_told(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        from datasets import load_dataset
        from huggingface_hub import hf_hub_download, snapshot_download
        COMMIT = "a" * 40
        load_dataset("org/a", data_files={"train": ["x.json", "y.json"], "test": "z.json"}, streaming=True)
        load_dataset("org/a", data_dir="sub", revision="v1")
        hf_hub_download("org/m", "w.bin", subfolder="deep", revision="0123456789012345678901234567890123456789")
        snapshot_download("org/d", repo_type="dataset", allow_patterns=["*.json"])
        """,
    )
    assert [(a.repo_type, a.files, a.revision, a.pinned, a.streaming) for a in needs.accesses] == [
        ("dataset", ("x.json", "y.json", "z.json"), None, False, True),
        ("dataset", ("sub/**",), "v1", False, False),
        ("model", ("deep/w.bin",), "0123456789012345678901234567890123456789", True, False),
        ("dataset", ("*.json",), None, False, False),
    ]
    assert needs.accesses[0].operations == (
        "libraries.load_dataset",
        "libraries.load_dataset_streaming",
        "libraries.load_dataset_data_files",
    )
    assert needs.accesses[1].operations == (
        "libraries.load_dataset",
        "libraries.load_dataset_data_dir",
        "libraries.load_dataset_revision",
    )
