"""How the mirror reads ranges, cards and LFS rules: text in, value out."""

from __future__ import annotations

import pytest

from recipes_data.cards import read_card
from recipes_data.mirror.card import card_tags
from recipes_data.mirror.lfsrules import lfs_rule
from recipes_data.mirror.wire import byte_range

# a few lines that stand for 2 ** 60 values
DOUBLED = "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(60))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=2-5", (2, 4)),
        ("bytes=2-", (2, 8)),
        ("bytes=2-99", (2, 8)),
        ("bytes=-3", (7, 3)),
        ("bytes=-99", (0, 10)),
        ("bytes=-0", "unsatisfiable"),
        ("bytes=10-", "unsatisfiable"),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str | None, expected: object) -> None:
    assert byte_range(header, 10) == expected


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("---\nlicense: mit\n---\nbody", {"license": "mit"}),
        ("\ufeff---\r\nlanguage:\r\n- no\r\n- en\r\n---\r\n", {"language": ["no", "en"]}),
        ("---\ndate: 2024-01-02\nx: .nan\ny: true\n---\n", {"date": "2024-01-02", "x": None, "y": True}),
        ("---\na: [\n---\n", {}),
        ("---\n- list\n---\n", {}),
        ("---\na: &a [1, 2]\nb: *a\n---\n", {"a": [1, 2], "b": [1, 2]}),
        (f"---\na0: &a0 [1]\n{DOUBLED}---\n", {}),
        ("no header\n---\na: 1\n---\n", {}),
        ("---\nnever closed: 1\n", {}),
    ],
)
def test_a_card_is_read_as_the_hub_reads_it(text: str, card: dict[str, object]) -> None:
    assert read_card(text) == card


def test_tags_come_from_the_card() -> None:
    assert card_tags({"license": ["mit"], "language": "en", "tags": ["math"]}) == [
        "language:en",
        "license:mit",
        "math",
    ]


@pytest.mark.parametrize(
    ("attributes", "path", "lfs"),
    [
        (None, "a/x.parquet", True),
        (None, "a/x.PARQUET", True),
        (None, "x.jsonl", False),
        (None, "parquet", False),
        ("*.bin filter=lfs -text", "a/b/x.bin", True),
        ("*.bin filter=lfs -text", "x.parquet", False),
        ("data/*.csv filter=lfs", "data/x.csv", True),
        ("data/*.csv filter=lfs", "data/sub/x.csv", False),
        ("data/*.csv filter=lfs", "other/data/x.csv", False),
        ("data/** filter=lfs", "data/sub/x.csv", True),
        ("**/raw/*.txt filter=lfs", "a/b/raw/x.txt", True),
        ("saved_model/**/* filter=lfs diff=lfs", "saved_model/a/b", True),
        ("*.bin filter=lfs\nsmall.bin -filter", "a/small.bin", False),
        ("*.bin filter=lfs\nsmall.bin !filter", "a/other.bin", True),
        ('"with space.csv" filter=lfs', "with space.csv", True),
        ("*tfevents* filter=lfs", "runs/x.tfevents.1", True),
        ("*.[jt]sv filter=lfs", "x.tsv", True),
        ("# *.txt filter=lfs", "x.txt", False),
        ("*.txt diff=lfs", "x.txt", False),
    ],
)
def test_lfs_files_are_those_of_gitattributes(attributes: str | None, path: str, lfs: bool) -> None:
    is_lfs = lfs_rule(attributes)
    assert is_lfs(path, 100) is lfs
    assert is_lfs(path, 11_000_000)
