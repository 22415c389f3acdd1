"""Scenarios of libraries that stand on a client: whole repositories, file systems, rows of datasets."""

from __future__ import annotations

import gzip
import io
import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from recipes_data.gaps.probe.rules import holds_folder, lists, says, succeeds
from recipes_data.gaps.probe.scenarios.contents import LFS, ROWS, TEST_ROWS, card, files, jsonl, named
from recipes_data.gaps.probe.stage import Stage
from recipes_data.gaps.probe.trial import Call, Lane, Scenario
from recipes_data.gaps.probe.wirerules import asks_at_most, never_asks, only_part, sends_no_bodies

__all__ = ["library_scenarios"]

_CONFIGS = """\
---
configs:
- config_name: plus
  default: true
  data_files:
  - {split: train, path: plus/b.jsonl}
  - {split: test, path: plus/a.jsonl}
- config_name: minus
  data_files:
  - {split: train, path: [minus/*.jsonl]}
---
"""
_ROWS, _TESTS = [*ROWS], [*TEST_ROWS]
_CONFIGURED: Mapping[str, bytes] = {
    "README.md": _CONFIGS.encode(),
    "plus/a.jsonl": jsonl(TEST_ROWS),
    "plus/b.jsonl": jsonl(ROWS),
    "minus/1.jsonl": jsonl(ROWS[:3]),
    "minus/2.jsonl": jsonl(TEST_ROWS),
}


def library_scenarios() -> Iterator[Scenario]:
    """Every scenario of this subject."""
    yield from _snapshots()
    yield from _file_system()
    yield from _rows()
    yield from _streams()
    yield from _names()
    yield from _formats()
    yield _tensors()
    yield _pretrained()


def _snapshots() -> Iterator[Scenario]:
    operation = "libraries.snapshot_download"
    repo = named(f"{operation}/whole")
    args = {"repo": repo, "repo_type": "dataset"}
    yield Scenario(
        f"{operation}/whole",
        operation,
        "every file of a repository is in the folder; the second time no byte is sent",
        Stage({f"datasets/{repo}": files(repo)}),
        (Call(operation, args), Call(operation, args)),
        (succeeds(0), holds_folder(files(repo), 0), holds_folder(files(repo), 1), sends_no_bodies(1)),
    )
    repo = named(f"{operation}/patterns")
    chosen = {path: content for path, content in files(repo).items() if path.endswith(".jsonl")}
    yield Scenario(
        f"{operation}/patterns",
        operation,
        "patterns choose what is fetched, and nothing else is",
        Stage({f"datasets/{repo}": files(repo)}),
        (Call(operation, {"repo": repo, "repo_type": "dataset", "allow_patterns": ["*.jsonl"]}),),
        (succeeds(), holds_folder(chosen), never_asks(f".*/resolve/.*({LFS}|README|three).*")),
    )
    repo = named(f"{operation}/offline")
    args = {"repo": repo, "repo_type": "dataset"}
    yield Scenario(
        f"{operation}/offline",
        operation,
        "under HF_HUB_OFFLINE=1 a repository that was fetched before is there whole, without any request",
        Stage({f"datasets/{repo}": files(repo)}),
        (Call(operation, args), Call(operation, args, offline=True)),
        (succeeds(0), holds_folder(files(repo), 1), asks_at_most(0, 1, why="offline means no request")),
    )


def _file_system() -> Iterator[Scenario]:
    operation = "libraries.hf_file_system"
    repo = named(f"{operation}/glob")
    yield Scenario(
        f"{operation}/glob",
        operation,
        "a pattern over folders finds files by their paths in the repository",
        Stage({f"datasets/{repo}": files(repo)}),
        (Call(operation, {"repo": repo, "repo_type": "dataset", "pattern": "**/*.jsonl"}),),
        (succeeds(), lists("data/train.jsonl", "data/test.jsonl")),
    )


def _loaded(
    operation: str,
    name: str,
    title: str,
    contents: Mapping[str, bytes],
    args: Mapping[str, Any],
    rows: list[dict[str, str]],
    op: str = "libraries.load_dataset",
    at_commit: bool = False,
) -> Scenario:
    repo = named(f"{operation}/{name}")
    commit = f"datasets/{repo}" if at_commit else ""
    return Scenario(
        f"{operation}/{name}",
        operation,
        title,
        Stage({f"datasets/{repo}": contents}),
        (Call(op, {"repo": repo, **args}, at_commit=commit),),
        (succeeds(), says(rows)),
        lane="library",
    )


def _rows() -> Iterator[Scenario]:
    train = {"split": "train"}
    yield _loaded(
        "libraries.load_dataset",
        "names",
        "without a word in the card the split is told by the file's name",
        files("by its name"),
        train,
        _ROWS,
    )
    yield _loaded(
        "libraries.card_configs",
        "default",
        "the card's default config says which file is which split",
        _CONFIGURED,
        train,
        _ROWS,
    )
    yield _loaded(
        "libraries.card_configs",
        "patterns",
        "a config's files come in the order of their names",
        _CONFIGURED,
        {"config": "minus", **train},
        [*_ROWS[:3], *_TESTS],
    )
    yield _loaded(
        "libraries.load_dataset_data_files",
        "one",
        "rows of a file that the caller names",
        _CONFIGURED,
        {**train, "data_files": "minus/1.jsonl"},
        _ROWS[:3],
    )
    yield _loaded(
        "libraries.load_dataset_data_dir",
        "one",
        "rows of the files in a folder that the caller names",
        {"README.md": card("rows"), "one/train.jsonl": jsonl(ROWS), "two/train.jsonl": jsonl(TEST_ROWS)},
        {**train, "data_dir": "two"},
        _TESTS,
    )
    yield _loaded(
        "libraries.load_dataset_revision",
        "commit",
        "rows of a dataset at a commit",
        files("by its commit"),
        {"split": "test"},
        _TESTS,
        at_commit=True,
    )


def _streams() -> Iterator[Scenario]:
    for operation in ("libraries.load_dataset_streaming", "streaming.load_dataset"):
        repo = named(f"{operation}/first")
        many = {f"data/train-{number:05}-of-00003.jsonl": jsonl(ROWS) for number in range(3)}
        yield Scenario(
            f"{operation}/first",
            operation,
            "the first rows of a stream come from its first file, and the last file is never asked for",
            Stage({f"datasets/{repo}": {"README.md": card(repo), **many}}),
            (Call("libraries.load_dataset_streaming", {"repo": repo, "split": "train", "take": 2}),),
            (succeeds(), says(_ROWS[:2]), never_asks(".*/resolve/.*train-00002-of-00003.*")),
            lane="library",
        )


def _names() -> Iterator[Scenario]:
    for operation, more, names in (
        ("libraries.get_dataset_config_names", {}, ("plus", "minus")),
        ("libraries.get_dataset_split_names", {"config": "plus"}, ("train", "test")),
    ):
        repo = named(operation)
        lane: Lane = "library"
        yield Scenario(
            f"{operation}/card",
            operation,
            "the names that the card lists",
            Stage({f"datasets/{repo}": _CONFIGURED}),
            (Call(operation, {"repo": repo, **more}),),
            (succeeds(), lists(*names)),
            lane=lane,
        )


def _formats() -> Iterator[Scenario]:
    import pyarrow as pa  # for one of the formats
    import pyarrow.parquet as pq

    csv = "question,answer\n" + "".join(f'"{row["question"]}","{row["answer"]}"\n' for row in ROWS)
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(_ROWS), parquet)
    tables = {
        "rows.parquet": parquet.getvalue(),
        "rows.jsonl": jsonl(ROWS),
        "rows.jsonl.gz": gzip.compress(jsonl(ROWS), mtime=0),
        "rows.json": json.dumps(_ROWS).encode(),
        "rows.csv": csv.encode(),
    }
    for path, content in tables.items():
        name = path.removeprefix("rows.").replace(".", "_")
        args = {"split": "train", "data_files": path}
        title = f"the rows that were written to {path}"
        yield _loaded("libraries.read_formats", name, title, {"README.md": card(name), path: content}, args, _ROWS)


def _tensors() -> Scenario:
    operation = "libraries.safetensors_metadata"
    repo = named(operation)
    size = 4 << 20
    header = json.dumps({
        "layer.weight": {"dtype": "U8", "shape": [size // 2], "data_offsets": [0, size // 2]},
        "layer.bias": {"dtype": "U8", "shape": [size // 2], "data_offsets": [size // 2, size]},
    }).encode()  # fmt: skip
    content = struct.pack("<Q", len(header)) + header + bytes(size)
    return Scenario(
        f"{operation}/header",
        operation,
        "the names of the tensors are read from the header of the weights, without the weights",
        Stage({f"models/{repo}": {"model.safetensors": content}}),
        (Call(operation, {"repo": repo}),),
        (succeeds(), lists("layer.weight", "layer.bias"), only_part(1 << 20)),
    )


def _pretrained() -> Scenario:
    operation = "libraries.from_pretrained"
    repo = named(operation)
    config = {"model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_layer": 1, "vocab_size": 16}
    return Scenario(
        f"{operation}/config",
        operation,
        "a model's configuration comes from config.json; files that are not there are no failure",
        Stage({f"models/{repo}": {"config.json": json.dumps(config).encode()}}),
        (Call(operation, {"repo": repo}),),
        (succeeds(), says("gpt2", "config", "model_type"), says(8, "config", "n_embd")),
        lane="library",
    )
