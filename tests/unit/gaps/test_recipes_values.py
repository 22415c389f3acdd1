"""What the arguments of a Hub call may be: constants, tables, loops, fields, functions, each with its answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.recipe_sources import asked, needs_of

CASES: dict[str, tuple[str, set[str]]] = {
    "a constant of the module": (
        """
        from datasets import load_dataset
        PATH = "org/a"
        ds = load_dataset(PATH, "c", split="train")
        """,
        {"org/a c train"},
    ),
    "a constant of the class": (
        """
        from datasets import load_dataset
        class Task:
            PATH = "org/a"
            NAME = "c"
            def load(self):
                return load_dataset(self.PATH, name=self.NAME)
        """,
        {"org/a c -"},
    ),
    "a subclass overrides the class attribute, together with its others": (
        """
        from abc import ABC
        from datasets import load_dataset
        class Task(ABC):
            PATH: str
            NAME = None
            def load(self):
                return load_dataset(self.PATH, self.NAME)
        class A(Task):
            PATH = "org/a"
            NAME = "x"
        class B(Task):
            PATH = "org/b"
        """,
        {"org/a x -", "org/b - -"},
    ),
    "an f-string, + , %, format and join": (
        """
        from datasets import load_dataset
        ORG = "org"
        load_dataset(f"{ORG}/a")
        load_dataset(ORG + "/" + "b")
        load_dataset("%s/c" % ORG)
        load_dataset("%s/%s" % (ORG, "d"))
        load_dataset("{}/e".format(ORG))
        load_dataset("{org}/{name}".format(org=ORG, name="f"))
        load_dataset("/".join([ORG, "g"]))
        load_dataset("/".join((ORG, "H")).lower())
        load_dataset("ORG/i".replace("ORG", ORG))
        """,
        {f"org/{name} - -" for name in "abcdefghi"},
    ),
    "a loop over a literal list": (
        """
        from datasets import load_dataset
        for name in ["a", "b"]:
            load_dataset("org/x", name, split="test")
        """,
        {"org/x a test", "org/x b test"},
    ),
    "a loop over pairs keeps them together": (
        """
        from datasets import load_dataset
        for path, name in [("org/a", "x"), ("org/b", "y")]:
            load_dataset(path, name)
        """,
        {"org/a x -", "org/b y -"},
    ),
    "a loop over the items of a dict keeps them together": (
        """
        from datasets import load_dataset
        TABLE = {"x": "org/a", "y": "org/b"}
        for name, path in TABLE.items():
            load_dataset(path, name)
        """,
        {"org/a x -", "org/b y -"},
    ),
    "a loop over zip and enumerate": (
        """
        from datasets import load_dataset
        for path, name in zip(["org/a", "org/b"], ["x", "y"]):
            load_dataset(path, name)
        for i, path in enumerate(["org/c", "org/d"]):
            load_dataset(path, f"part{i}")
        """,
        {"org/a x -", "org/b y -", "org/c part0 -", "org/d part1 -"},
    ),
    "a comprehension, and a loop over one": (
        """
        from datasets import load_dataset
        SUBJECTS = ["a", "b"]
        sets = {s: load_dataset("org/x", s) for s in SUBJECTS}
        for name in [f"{s}_hard" for s in SUBJECTS if s != "a"]:
            load_dataset("org/x", name)
        """,
        {"org/x a -", "org/x b -", "org/x b_hard -"},
    ),
    "a list that grows before it is looped over": (
        """
        from datasets import load_dataset
        names = ["a"]
        names.append("b")
        names += ["c"]
        names.extend(("d",))
        for name in names:
            load_dataset("org/x", name)
        """,
        {f"org/x {name} -" for name in "abcd"},
    ),
    "a table by a key that is not known gives every row, its columns together": (
        """
        import sys
        from datasets import load_dataset
        TABLE = {
            "one": {"path": "org/a", "config": "x"},
            "two": {"path": "org/b", "config": "y"},
        }
        key = sys.argv[1]
        load_dataset(TABLE[key]["path"], TABLE[key]["config"])
        """,
        {"org/a x -", "org/b y -"},
    ),
    "a table by a known key gives that row": (
        """
        from datasets import load_dataset
        TABLE = {"one": ("org/a", "x"), "two": ("org/b", "y")}
        load_dataset(TABLE["two"][0], TABLE["two"][1])
        """,
        {"org/b y -"},
    ),
    "the key of a table is known where it is an argument as well": (
        """
        import sys
        from datasets import load_dataset
        REVISIONS = {"a": "x", "b": "y"}
        def load(name):
            return load_dataset("org/z", name, split=REVISIONS[name])
        load(sys.argv[1])
        """,
        {"org/z a x", "org/z b y"},
    ),
    "a table with a default": (
        """
        import sys
        from datasets import load_dataset
        load_dataset({"a": "org/a"}.get(sys.argv[1], "org/b"))
        """,
        {"org/a - -", "org/b - -"},
    ),
    "members of an Enum": (
        """
        from enum import Enum
        from datasets import load_dataset
        class Repo(str, Enum):
            A = "org/a"
            B = "org/b"
        load_dataset(Repo.A.value)
        for repo in Repo:
            load_dataset(repo.value, "x")
        """,
        {"org/a - -", "org/a x -", "org/b x -"},
    ),
    "a dataclass's default, and what calls of its constructor pass": (
        """
        from dataclasses import dataclass, field
        from datasets import load_dataset
        @dataclass
        class Config:
            path: str = "org/default"
            split: str = field(default="train")
        class Loader:
            def __init__(self, config: Config):
                self.config = config
            def load(self):
                return load_dataset(self.config.path, split=self.config.split)
        Loader(Config()).load()
        Loader(Config("org/a", split="test")).load()
        """,
        {"org/default - train", "org/a - test"},
    ),
    "fields of chz, pydantic, attrs and NamedTuple": (
        """
        import attr, chz
        from typing import NamedTuple
        from pydantic import BaseModel, Field
        from datasets import load_dataset
        @chz.chz
        class A:
            path: str = chz.field(default="org/a")
            def load(self): return load_dataset(self.path)
        class B(BaseModel):
            path: str = Field("org/b", description="x")
            def load(self): return load_dataset(self.path)
        @attr.s
        class C:
            path = attr.ib(default="org/c")
            def load(self): return load_dataset(self.path)
        class D(NamedTuple):
            path: str = "org/d"
            def load(self): return load_dataset(self.path)
        """,
        {"org/a - -", "org/b - -", "org/c - -", "org/d - -"},
    ),
    "an attribute that the constructor sets, through super": (
        """
        from datasets import load_dataset
        class Base:
            def __init__(self, path, name=None):
                self.path = path
                self.name = name
            def load(self):
                return load_dataset(self.path, self.name)
        class Sub(Base):
            def __init__(self, name):
                super().__init__("org/sub", name=name)
        Base("org/base").load()
        Sub("x").load()
        """,
        {"org/base - -", "org/sub x -"},
    ),
    "a property and a class method": (
        """
        from datasets import load_dataset
        class Task:
            ORG = "org"
            @property
            def path(self):
                return f"{self.ORG}/a"
            def load(self):
                return load_dataset(self.path)
            @classmethod
            def other(cls):
                return load_dataset(cls.ORG + "/b")
        """,
        {"org/a - -", "org/b - -"},
    ),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES)
def test_the_arguments_of_a_call_are_followed(source: str, expected: set[str], tmp_path: Path) -> None:
    assert asked(needs_of(tmp_path, source)) == expected
