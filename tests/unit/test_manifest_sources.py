"""Where a manifest says that its bytes are, and what others published of them: every fault with its line."""

from __future__ import annotations

import pytest

from recipes_data.errors import ManifestError
from recipes_data.manifest import read_dataset, resolution_digest

SIGNED = "is signed: such a URL is a secret, and it expires; name the bucket (s3://...) or give it as --from"
CONFIGS = "configs: {main: {splits: {train: {files: a.parquet}}}}\n"


def faults(lines: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read_dataset(f"name: toy\ntitle: T\n{lines}", "toy.yaml")
    return caught.value.what.split("\n")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            CONFIGS,
            "1: where is it? say `repo: ORG/NAME`, or `url:` or `urls:` where it is not on the Hub",
        ),
        (f"repo: a/b\nurl: https://h/x\n{CONFIGS}", "4: url: cannot stand beside `repo`: say one of them"),
        (
            f"url: https://h/x\nrevision: main\n{CONFIGS}",
            "4: revision: is for `repo`; a URL has none: write it into the URL",
        ),
        ("url: https://h/x\nfrom: card\n", "4: from: is for `repo`; a URL has no card"),
        (
            f"url: https://me:word@h/x\n{CONFIGS}",
            "3: url: carries credentials, which do not belong into a file that is kept",
        ),
        (
            f'urls: {{a.parquet: "https://h/x?X-Amz-Signature=1"}}\n{CONFIGS}',
            f"3: urls.a.parquet: {SIGNED}",
        ),
        (
            "url: https://h/x\nfiles: '*.txt'\n",
            "4: files: an http place cannot be listed: name each file, without `*`, `?` and `[`",
        ),
        (
            f"repo: a/b\ndigests: {{a.parquet: {{evidence: e}}}}\n{CONFIGS}",
            "4: digests.a.parquet: says one of `sha256` and `md5`",
        ),
        (
            f'repo: a/b\ndigests: {{a.parquet: {{md5: "{"0" * 32}"}}}}\n{CONFIGS}',
            "4: digests.a.parquet: needs `evidence` here or above: who published it",
        ),
    ],
)
def test_a_source_that_cannot_be_is_a_fault_with_its_line(lines: str, fault: str) -> None:
    found = faults(lines)
    assert len(found) == 1
    assert found[0].replace('["a.parquet"]', ".a.parquet").replace("['a.parquet']", ".a.parquet") == f"toy.yaml:{fault}"


def test_a_digest_of_the_wrong_length_is_told() -> None:
    (found,) = faults(f'repo: a/b\ndigests: {{a: {{sha256: "abc", evidence: e}}}}\n{CONFIGS}')
    assert "'abc' is not a sha256: 64 digits 0-9a-f" in found


def test_a_published_digest_and_a_url_make_a_lock_stale_and_a_doubt_does_not() -> None:
    def of(lines: str) -> str:
        return resolution_digest(read_dataset(f"name: toy\ntitle: T\nevidence: e\n{lines}{CONFIGS}", "toy.yaml")[0])

    plain = of("repo: a/b\n")
    assert of("repo: a/b\ndoubt: perhaps\n") == plain
    assert of(f'repo: a/b\ndigests: {{a.parquet: {{sha256: "{"0" * 64}"}}}}\n') != plain
    assert of("url: https://h/x\n") != of("url: https://h/y\n")


def test_a_query_that_is_no_secret_may_stand_in_a_url() -> None:
    text = f'name: toy\ntitle: T\nurls: {{a.parquet: "https://h/x?download=1&design=2"}}\n{CONFIGS}'
    assert read_dataset(text, "toy.yaml")[0].urls == {"a.parquet": "https://h/x?download=1&design=2"}
