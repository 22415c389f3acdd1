"""The only home of how the sample repositories are made: `python -m recipes_data.sample.generate [FOLDER]`.

Writes four repositories in Hub layout (`datasets/sample/NAME/...`) into FOLDER, by default the
`hub` folder beside this file, and says nothing when it went well. Run it again after an edit to
the rows (word_problems, choice_questions, chats, programs) and commit what changed. The rows are
the same every time; the bytes of parquet files also depend on the version of pyarrow.

Layouts, column names and types are those of openai/gsm8k, cais/mmlu, allenai/tulu-3-sft-mixture
and livecodebench/code_generation_lite; every row is made up.
"""

from __future__ import annotations

import base64
import json
import struct
import sys
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recipes_data.sample import chats, choice_questions, programs, word_problems

__all__ = ["HUB", "generate", "pickled_text"]

HUB = Path(__file__).parent / "hub"
_SHARD_ROWS = (17, 16, 16, 15, 14, 12)
_ROW_GROUP_ROWS = 6
_TEXT = {"dtype": "string", "_type": "Value"}
_QUESTION_ANSWER = pa.schema([("question", pa.string()), ("answer", pa.string())])
_CHOICE = pa.schema(
    [
        ("question", pa.string()),
        ("subject", pa.string()),
        ("choices", pa.list_(pa.string())),
        ("answer", pa.int64()),
    ]
)
_CHAT = pa.schema(
    [
        ("id", pa.string()),
        ("messages", pa.list_(pa.struct([("content", pa.string()), ("role", pa.string())]))),
        ("source", pa.string()),
    ]
)
# What `datasets` 2.x, which wrote the real files, keeps under the schema's key `huggingface`.
_QUESTION_ANSWER_FEATURES: Mapping[str, Any] = {"question": _TEXT, "answer": _TEXT}
_CHOICE_FEATURES: Mapping[str, Any] = {
    "question": _TEXT,
    "subject": _TEXT,
    "choices": {"feature": _TEXT, "_type": "Sequence"},
    "answer": {"names": ["A", "B", "C", "D"], "_type": "ClassLabel"},
}
_CHAT_FEATURES: Mapping[str, Any] = {
    "id": _TEXT,
    "messages": [{"content": _TEXT, "role": _TEXT}],
    "source": _TEXT,
}
_CHOICE_CARD = """\
  - name: question
    dtype: string
  - name: subject
    dtype: string
  - name: choices
    sequence: string
  - name: answer
    dtype:
      class_label:
        names:
          '0': A
          '1': B
          '2': C
          '3': D
"""
_CHAT_CARD = """\
  - name: id
    dtype: string
  - name: messages
    list:
    - name: content
      dtype: string
    - name: role
      dtype: string
  - name: source
    dtype: string
"""
_QUESTION_ANSWER_CARD = "  - name: question\n    dtype: string\n  - name: answer\n    dtype: string\n"
_CARD_TEXT = """\
# Made-up sample rows, not the dataset

This repository has the layout and the columns of `{original}` and none of its rows. The few rows here
were written for tests and for a demonstration. Do not train on them and do not measure with them:
the numbers would mean nothing.

`python -m recipes_data.sample.generate` writes it anew.
"""
_LARGE_FILES = ("*.7z", "*.arrow", "*.bin", "*.gz", "*.npy", "*.parquet", "*.tar", "*.zip", "*.zst")
_SCRIPT = '''\
"""Sample of a loading script. It stands where the real repository has one; data never runs."""

raise SystemExit("this script must never run")
'''


def generate(root: Path = HUB) -> tuple[Path, ...]:
    """Write all sample repositories below `root`; returns the files written, sorted."""
    files: dict[str, bytes] = {}
    for name, repository in {
        "gsm8k": _gsm8k(),
        "mmlu": _mmlu(),
        "tulu3": _tulu3(),
        "livecodebench": _livecodebench(),
    }.items():
        files |= {f"datasets/sample/{name}/{path}": data for path, data in repository.items()}
    written = []
    for path, data in sorted(files.items()):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written.append(target)
    return tuple(written)


def _gsm8k() -> dict[str, bytes]:
    """Repository like openai/gsm8k: path -> bytes."""
    files: dict[str, bytes] = {}
    tables: dict[str, dict[str, pa.Table]] = {}
    for config, row in {"main": word_problems.main_row, "socratic": word_problems.socratic_row}.items():
        for split, problems in {"train": word_problems.TRAIN, "test": word_problems.TEST}.items():
            rows = [row(problem) for problem in problems]
            tables.setdefault(config, {})[split] = _table(rows, _QUESTION_ANSWER, _QUESTION_ANSWER_FEATURES)
    for config, splits in tables.items():
        files |= {f"{config}/{split}-00000-of-00001.parquet": _parquet(rows) for split, rows in splits.items()}
    license_lines = "license:\n- mit\n"  # a list, as the real card has it
    configs = _card_configs({config: (f"{config}/", list(splits)) for config, splits in tables.items()})
    header = license_lines + _card_infos(tables, _QUESTION_ANSWER_CARD) + configs
    return files | _beside("openai/gsm8k", header)


def _mmlu() -> dict[str, bytes]:
    """Repository like cais/mmlu, with four subjects and `all`: path -> bytes."""
    tables: dict[str, dict[str, pa.Table]] = {}
    for split in ("test", "validation", "dev"):
        every: list[dict[str, Any]] = []
        for subject, splits in choice_questions.QUESTIONS.items():
            rows = [
                {"question": text, "subject": subject, "choices": list(choices), "answer": right}
                for text, choices, right in splits[split]
            ]
            tables.setdefault(subject, {})[split] = _table(rows, _CHOICE, _CHOICE_FEATURES)
            every += rows
        tables.setdefault("all", {})[split] = _table(every, _CHOICE, _CHOICE_FEATURES)
    tables = dict(sorted(tables.items()))
    files = {
        f"{config}/{split}-00000-of-00001.parquet": _parquet(rows)
        for config, splits in tables.items()
        for split, rows in splits.items()
    }
    configs = _card_configs({config: (f"{config}/", list(splits)) for config, splits in tables.items()})
    return files | _beside("cais/mmlu", "license: mit\n" + _card_infos(tables, _CHOICE_CARD) + configs)


def _tulu3() -> dict[str, bytes]:
    """Repository like allenai/tulu-3-sft-mixture, six shards of unequal length: path -> bytes."""
    rows = [
        {
            "id": f"sample_{number}",
            "messages": [{"content": content, "role": role} for role, content in turns],
            "source": f"sample/made-up-{topic}",
        }
        for number, (topic, turns) in enumerate(chats.chats())
    ]
    if len(rows) != sum(_SHARD_ROWS):
        raise ValueError(f"{len(rows)} chats for shards of {sum(_SHARD_ROWS)} rows")
    every = _table(rows, _CHAT, _CHAT_FEATURES)
    files: dict[str, bytes] = {}
    start = 0
    for number, size in enumerate(_SHARD_ROWS):
        files[f"data/train-{number:05d}-of-{len(_SHARD_ROWS):05d}.parquet"] = _parquet(every.slice(start, size))
        start += size
    # num_bytes is no whole number on the real card either; a reader has to bear that
    infos = _card_infos({"default": {"train": every}}, _CHAT_CARD, num_bytes=20250.5)
    configs = _card_configs({"default": ("data/", ["train"])})
    return files | _beside("allenai/tulu-3-sft-mixture", "license: mit\n" + infos + configs)


def _livecodebench() -> dict[str, bytes]:
    """Repository like livecodebench/code_generation_lite, six releases of a few tasks: path -> bytes."""
    files: dict[str, bytes] = {"code_generation_lite.py": _SCRIPT.encode()}
    day = date(2024, 1, 13)
    number = 0
    for release, tasks in enumerate(programs.RELEASES, start=1):
        lines = []
        for task in tasks:
            number += 1
            lines.append(json.dumps(_programming_row(task, number, day), ensure_ascii=False))
            day += timedelta(days=14)
        files[f"test{release if release > 1 else ''}.jsonl"] = ("\n".join(lines) + "\n").encode()
    return files | _beside("livecodebench/code_generation_lite", "license: mit\n", extra=("*.jsonl",))


def _programming_row(task: programs.Program, number: int, day: date) -> dict[str, str]:
    """One line of a LiveCodeBench file: eleven strings, tests and metadata as JSON in them."""
    private = json.dumps(programs.tests(task, task.private))
    return {
        "question_title": task.title,
        "question_content": task.content,
        "platform": "sample",
        "question_id": f"sample_{number}",
        "contest_id": f"sample_contest_{day.isoformat()}",
        "contest_date": f"{day.isoformat()}T00:00:00",
        "starter_code": task.signature,
        "difficulty": task.difficulty,
        "public_test_cases": json.dumps(programs.tests(task, task.public)),
        "private_test_cases": base64.b64encode(zlib.compress(pickled_text(private))).decode(),
        "metadata": json.dumps({"func_name": task.function} if task.function else {}),
    }


def pickled_text(text: str) -> bytes:
    """A str as Python's pickle protocol 4 writes it, for less than 64 KiB of UTF-8.

    Spelled out from PEP 3154, so that no module that can load a pickle is imported here.
    """
    data = text.encode()
    sized = b"\x8c" + bytes([len(data)]) if len(data) < 256 else b"X" + struct.pack("<I", len(data))
    body = sized + data + b"\x94."
    return b"\x80\x04\x95" + struct.pack("<Q", len(body)) + body


def _table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema, features: Mapping[str, Any]) -> pa.Table:
    """Rows as a table that carries its features where `datasets` looks for them."""
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema.with_metadata(metadata))


def _parquet(rows: pa.Table) -> bytes:
    """The table as a parquet file; every option that decides bytes is set."""
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, row_group_size=_ROW_GROUP_ROWS, compression="snappy", version="2.6")
    return bytes(sink.getvalue())


def _card_infos(tables: Mapping[str, Mapping[str, pa.Table]], features: str, num_bytes: float = 0) -> str:
    """The card's `dataset_info`: columns and rows of each split; byte counts are not measured."""
    lines = ["dataset_info:\n"]
    for config, splits in tables.items():
        lines.append(f"- config_name: {config}\n  features:\n{features}  splits:\n")
        for split, rows in splits.items():
            lines.append(f"  - name: {split}\n    num_bytes: {num_bytes}\n    num_examples: {rows.num_rows}\n")
    return "".join(lines)


def _card_configs(configs: Mapping[str, tuple[str, Sequence[str]]]) -> str:
    """The card's `configs`: config -> (folder with its slash, split names)."""
    lines = ["configs:\n"]
    for config, (folder, splits) in configs.items():
        lines.append(f"- config_name: {config}\n  data_files:\n")
        lines += [f"  - split: {split}\n    path: {folder}{split}-*\n" for split in splits]
    return "".join(lines)


def _beside(original: str, header: str, extra: tuple[str, ...] = ()) -> dict[str, bytes]:
    """README.md with its header, and .gitattributes: which files the Hub keeps outside git."""
    card = f"---\n{header}---\n\n" + _CARD_TEXT.format(original=original)
    attributes = "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in (*_LARGE_FILES, *extra))
    return {"README.md": card.encode(), ".gitattributes": attributes.encode()}


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HUB)
