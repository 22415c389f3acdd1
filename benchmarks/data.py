"""The only home of the benchmarks' data: made-up rows in the shapes of GSM8K, MMLU, Tulu 3 and LiveCodeBench.

    python benchmarks/data.py [--scale full] [tulu lcb ...]

A set is made once, from a seed, under `$BENCH_DATA` (else the temp folder) and gets its name by rename, so that one
which is there is whole. Every set is a repository in the layout that `--hub FOLDER` serves; `hub(scale)` is the folder.

| set | rows at full scale | files |
|---|---|---|
| gsm | 7,473 and 1,319 | 2 parquet |
| mmlu | 14,042, 1,531 and 285; 57 subjects | 3 parquet, with the class labels of `datasets` in their metadata |
| tulu | 939,343 | 6 parquet, snappy, row groups of 1,000, about 1.4 GB |
| tulu_jsonl | 156,558 | 1 jsonl, about 0.6 GB: the first shard of tulu |
| lcb | 1,055 = 400+111+101+101+167+175 | 6 jsonl, about 595 MB; private tests as they are: base64, zlib, pickle, JSON |

`small` has a few percent of tulu and lcb (gsm and mmlu are small as they are), `tiny` is for tests.
"""

from __future__ import annotations

import argparse
import base64
import functools
import json
import os
import pickle
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from where import data_home, hub  # isort: skip  # beside this file
from wordpool import Pool, digits, lengths, text_pool  # isort: skip  # beside this file

__all__ = ["NAMES", "REPOS", "SCALES", "data_home", "hub", "make", "make_in"]

SCALES = {"full": 1.0, "small": 0.04, "tiny": 0.002}
REPOS = {name: f"made/{name}" for name in ("gsm", "mmlu", "tulu", "lcb", "tulu_jsonl")}
NAMES = tuple(REPOS)

_Ints = npt.NDArray[np.int64]

TULU_ROWS = 939_343
TULU_SHARDS = 6
LCB_FILES = (400, 111, 101, 101, 167, 175)
LCB_BYTES = 595e6
_MOST_TESTS = 14_000_000  # bytes of the longest cell of private tests
_KINDS = (
    *("persona_math", "evol_code", "wild_chat", "aya", "flan", "numina", "grade_math", "safety_one", "safety_two"),
    *("persona_code", "persona_if", "algebra", "oasst", "science", "no_robots", "table"),
)


def make(name: str, scale: str) -> Path:
    """The folder of a set's repository, made if it is not there.

    Raises:
        ValueError: no such set or scale.
    """
    if name not in REPOS or scale not in SCALES:
        raise ValueError(f"{name} at {scale}: sets are {', '.join(REPOS)}, scales are {', '.join(SCALES)}")
    return make_in(hub(scale) / "datasets" / REPOS[name], lambda folder: _MAKERS[name](folder, SCALES[scale]))


def make_in(folder: Path, fill: Callable[[Path], None]) -> Path:
    """`folder`, filled by `fill` in a folder beside it and then renamed, unless it is there."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(fresh)
        (fresh / ".gitattributes").write_text(
            "*.parquet filter=lfs diff=lfs merge=lfs -text\n*.jsonl filter=lfs diff=lfs merge=lfs -text\n",
            encoding="utf-8",
        )
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first: its bytes are the same
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _gsm(folder: Path, scale: float) -> None:
    pool = text_pool(11, 4 << 20)
    for split, full, seed in (("train", 7473, 12), ("test", 1319, 13)):
        count = _count(full, scale, least_scale=0.04)
        rng = np.random.default_rng(seed)
        questions = pool.strings(rng, lengths(rng, count, 235, 0.4, 980, 40))
        answers = pool.strings(rng, lengths(rng, count, 215, 0.5, 1100, 40))
        sums = rng.integers(2, 500, (count, 4)).tolist()
        table = pa.table(
            {
                "question": list(questions),
                "answer": [_worked(text, *four) for text, four in zip(answers, sums, strict=True)],
            }
        )
        _write(folder / "main" / f"{split}-00000-of-00001.parquet", table)


def _worked(text: str, a: int, b: int, c: int, d: int) -> str:
    both = a + b
    return f"{text} <<{a}+{b}={both}>>{both}\n<<{both}*{c}={both * c}>>{both * c} {d}\n#### {both * c}"


def _mmlu(folder: Path, scale: float) -> None:
    pool = text_pool(21, 8 << 20)
    answer = {"names": ["A", "B", "C", "D"], "_type": "ClassLabel"}
    text = {"dtype": "string", "_type": "Value"}
    features = {"question": text, "subject": text, "choices": {"feature": text, "_type": "List"}, "answer": answer}
    for split, full, seed in (("test", 14_042, 22), ("validation", 1531, 23), ("dev", 285, 24)):
        count = _count(full, scale, least_scale=0.04)
        rng = np.random.default_rng(seed)
        choices = list(pool.strings(rng, lengths(rng, count * 4, 38, 0.9, 600, 2)))
        subjects = [f"made_subject_{number:02}" for number in range(57)]
        table = pa.table(
            {
                "question": list(pool.strings(rng, lengths(rng, count, 290, 0.9, 4700, 12))),
                "subject": [subjects[row * 57 // count] for row in range(count)],
                "choices": [choices[row * 4 : row * 4 + 4] for row in range(count)],
                "answer": pa.array(rng.integers(0, 4, count), pa.int64()),
            }
        )
        _write(folder / "all" / f"{split}-00000-of-00001.parquet", _with_features(table, features))


def _with_features(table: pa.Table, features: dict[str, object]) -> pa.Table:
    """With the metadata that `datasets` writes into parquet files."""
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="snappy", row_group_size=1000)


def _count(full: int, scale: float, *, least_scale: float = 0.0) -> int:
    """Rows at a scale; a set that is small as it is keeps all of them at `small`."""
    return full if least_scale and scale >= least_scale else max(1, round(full * scale))


def _tulu(folder: Path, scale: float) -> None:
    pool = _large_pool(scale)
    rows = _count(TULU_ROWS, scale)
    (folder / "data").mkdir()
    for shard in range(TULU_SHARDS):
        share = rows // TULU_SHARDS + (shard < rows % TULU_SHARDS)
        rng = np.random.default_rng((31, shard))
        first = _chat(pool, rng, 0, shard)
        path = folder / "data" / f"train-{shard:05}-of-{TULU_SHARDS:05}.parquet"
        with pq.ParquetWriter(path, first.schema, compression="snappy") as writer:
            for start in range(0, share, 20_000):
                chats = _chat(pool, rng, min(20_000, share - start), shard)
                writer.write_table(chats, row_group_size=1000)


@functools.lru_cache(maxsize=1)
def _large_pool(scale: float) -> Pool:
    return text_pool(41, (100 << 20) if scale == 1 else (16 << 20))


def _chat(pool: Pool, rng: np.random.Generator, rows: int, shard: int) -> pa.Table:
    """Conversations: 88% of one turn, the others of two to six; 4% begin with a system message."""
    turns = np.where(rng.random(rows) < 0.88, 1, rng.integers(2, 7, rows)).astype(np.int64)
    system = rng.random(rows) < 0.04
    ends = np.cumsum(turns * 2 + system)
    total = int(ends[-1]) if rows else 0
    starts = ends - (turns * 2 + system)
    place = np.arange(total) - np.repeat(starts + system, turns * 2 + system)  # -1 is the system message
    speaker = np.where(place < 0, 2, place % 2)
    # later turns are shorter
    sizes = np.where(
        speaker == 0,
        lengths(rng, total, 890, 1.1, 60_000),
        np.where(speaker == 1, lengths(rng, total, 1580, 0.85, 60_000), 420),
    )
    joined, text_ends = pool.pieces(rng, np.where(place > 1, sizes // 2 + 1, sizes))
    content = pa.Array.from_buffers(pa.string(), total, [None, _offsets(text_ends), pa.py_buffer(joined)])
    role = pa.array(["user", "assistant", "system"]).take(pa.array(speaker))
    message = pa.StructArray.from_arrays([content, role], ["content", "role"])
    messages = pa.ListArray.from_arrays(pa.Array.from_buffers(pa.int32(), rows + 1, [None, _offsets(ends)]), message)
    names = rng.integers(0, 1 << 62, rows).tolist()
    weights = 1 / np.arange(1, len(_KINDS) + 1)
    kinds = [_KINDS[kind] for kind in rng.choice(len(_KINDS), rows, p=weights / weights.sum()).tolist()]
    ids = [f"{kind}_{shard}{name:x}" for kind, name in zip(kinds, names, strict=True)]
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "messages": messages,
            "source": pa.array([f"made/{kind}" for kind in kinds], pa.string()),
        }
    )


def _offsets(ends: _Ints) -> pa.Buffer:
    return pa.py_buffer(np.concatenate([[0], ends]).astype(np.int32))


def _lcb(folder: Path, scale: float) -> None:
    counts = [max(2, round(count * scale)) if scale < 1 else count for count in LCB_FILES]
    mean = LCB_BYTES / sum(LCB_FILES) - 4_000  # the other columns
    most = _MOST_TESTS if scale > 0.01 else 40_000
    rng = np.random.default_rng(51)
    sizes = rng.lognormal(0, 1.9, sum(counts))
    for _ in range(20):  # until what was cut from the longest has gone to the others
        sizes = np.minimum(sizes * min(mean, most / 4) / sizes.mean(), most)
    pool, numbers = text_pool(52, 4 << 20), digits(53, 48 << 20 if scale > 0.01 else 1 << 20)
    texts = pool.strings(rng, lengths(rng, sum(counts) * 4, 1400, 0.6, 6000, 200))
    seeds = rng.integers(0, 1 << 62, sum(counts)).tolist()
    at = 0
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # zlib lets go of the interpreter
        for number, count in enumerate(counts, 1):
            here = range(at, at + count)
            tests = threads.map(lambda row: _private(numbers, seeds[row], int(sizes[row])), here)
            with open(folder / f"test{number if number > 1 else ''}.jsonl", "w", encoding="utf-8") as file:
                pairs = zip(here, tests, strict=True)
                tasks = (_task(row, next(texts), next(texts), numbers, private) for row, private in pairs)
                file.writelines(json.dumps(task) + "\n" for task in tasks)
            at += count


def _tulu_jsonl(folder: Path, scale: float) -> None:
    named = next(name for name, value in SCALES.items() if value == scale)
    source = pq.ParquetFile(next(iter(sorted((make("tulu", named) / "data").glob("*.parquet")))))
    with open(folder / "train.jsonl", "w", encoding="utf-8") as file:
        for batch in source.iter_batches(1000):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())


def _private(numbers: bytes, seed: int, size: int) -> str:
    """Base64 of zlib of a pickled JSON string of tests, about `size` characters."""
    rng = np.random.default_rng(seed)
    left, tests = int(size * 0.75 * 1.92), []  # base64 adds a third, zlib about halves
    each = max(200, min(left // 12, 1_400_000))
    while left > 0:
        here = int(rng.integers(each // 2, each * 3 // 2))
        start = int(rng.integers(0, len(numbers) - here - 100))
        text = numbers[start : start + min(here, left)].decode()
        tests.append({"input": text, "output": numbers[start : start + 20].decode(), "testtype": "stdin"})
        left -= here
    packed = zlib.compress(pickle.dumps(json.dumps(tests)), 1)
    return base64.b64encode(packed).decode()


def _task(row: int, title: str, content: str, numbers: bytes, private: str) -> dict[str, str]:
    day, platform = row * 2, ("leetcode", "atcoder", "codeforces")[row % 3]
    public = [
        {"input": numbers[i * 90 : i * 90 + 60].decode(), "output": str(i), "testtype": "stdin"}
        for i in range(row % 3 + 1)
    ]
    return {
        "question_title": title[:40].strip(),
        "question_content": content,
        "platform": platform,
        "question_id": f"made_{row}",
        "contest_id": f"made_contest_{row // 4}",
        "contest_date": str(np.datetime64("2023-05-01T00:00:00") + np.timedelta64(day % 900, "D")),
        "starter_code": "class Solution:\n    def answer(self) -> int:\n" if platform == "leetcode" else "",
        "difficulty": ("easy", "medium", "hard")[row % 3],
        "public_test_cases": json.dumps(public),
        "private_test_cases": private,
        "metadata": json.dumps({"func_name": "answer"} if platform == "leetcode" else {}),
    }


_MAKERS: dict[str, Callable[[Path, float], None]] = {
    "gsm": _gsm,
    "mmlu": _mmlu,
    "tulu": _tulu,
    "lcb": _lcb,
    "tulu_jsonl": _tulu_jsonl,
}


def _described(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.*")):
        if path.suffix in (".parquet", ".jsonl"):
            yield f"{path}  {path.stat().st_size / 1e6:,.1f} MB"


def main() -> None:
    """Make sets and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="gsm, mmlu, tulu, lcb (all)")
    parser.add_argument("--scale", default="small", choices=list(SCALES))
    arguments = parser.parse_args()
    for name in arguments.names or NAMES:
        print("\n".join(_described(make(name, arguments.scale))))


if __name__ == "__main__":
    main()
