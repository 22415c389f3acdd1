"""Repositories of programming tasks, instructions to follow and agents' tasks."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import Any

import pyarrow as pa

from tests.repositories.pieces import Files, card, configs, jsonl, one_config, parquet


def deepcoder() -> Files:
    """Like agentica-org/DeepCoder-Preview-Dataset, as remembered: four configs whose columns differ, odd tests."""
    plain = [{"input": "1\n", "output": "2\n", "type": "stdin_stdout"}]
    primeintellect = [_task(n, json.dumps(plain), solutions=["print(2)"]) for n in range(8)]
    primeintellect[3]["tests"] = "not JSON {"
    primeintellect[5]["tests"] = "[]"
    taco = [
        _task(n, json.dumps({"inputs": ["1\n", "2\n"], "outputs": ["1\n", "4\n"]}), solutions=["x"]) for n in range(7)
    ]
    taco[1]["tests"] = json.dumps({"fn_name": "square", "inputs": [[1], [2]], "outputs": [[1], [4]]})
    taco[2]["tests"] = json.dumps({"inputs": ["1\n", "2\n", "3\n"], "outputs": ["1\n"]})
    taco[4]["tests"] = json.dumps({"input": "5", "output": "6"})
    functional = [{"input": "[1]", "output": "2", "testtype": "functional"}]
    lcbv5 = [
        {
            **_task(n, json.dumps(functional if n % 2 else plain)),
            "starter_code": "class Solution:\n    def f(self, x):" * (n % 2),
            "metadata": json.dumps({"func_name": "f"} if n % 2 else {}),
        }
        for n in range(9)
    ]
    lcbv5[2]["metadata"] = "broken {"
    lcbv5[3]["metadata"] = None
    codeforces = [_task(n, json.dumps(plain)) for n in range(6)]
    split_of = {"primeintellect": {"train": primeintellect}, "taco": {"train": taco}}
    split_of |= {"lcbv5": {"train": lcbv5[:5], "test": lcbv5[5:]}, "codeforces": {"test": codeforces}}
    files = {
        f"{config}/{split}-00000-of-00001.parquet": parquet(rows)
        for config, splits in split_of.items()
        for split, rows in splits.items()
    }
    described = {config: {split: f"{config}/{split}-*" for split in splits} for config, splits in split_of.items()}
    return files | card("license: mit\n" + configs(described))


def _task(number: int, tests: str, solutions: list[str] | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"problem": f"Print {number}.", "tests": tests}
    return row if solutions is None else row | {"solutions": solutions}


def livecodebench() -> Files:
    """Like livecodebench/code_generation_lite: a script, six files that are increments, JSON in strings."""
    files: Files = {"code_generation_lite.py": b'raise SystemExit("this script must never run")\n'}
    for release in range(1, 7):
        rows = [
            {
                "question_title": f"Task {release}.{n}",
                "question_content": f"Do {release}.{n}.",
                "platform": ("leetcode", "atcoder")[n % 2],
                "question_id": f"{release}_{n}",
                "contest_id": f"c{release}",
                "contest_date": f"2024-0{release}-01T00:00:00",
                "starter_code": "" if n % 2 else "class Solution:\n    def f(self):\n        ",
                "difficulty": ("easy", "medium", "hard")[n % 3],
                "public_test_cases": json.dumps([{"input": "1", "output": "1", "testtype": "stdin"}]),
                "private_test_cases": "bm8gcGlja2xlIGhlcmU=",
                "metadata": json.dumps({"func_name": "f"} if n % 2 == 0 else {}),
            }
            for n in range(4)
        ]
        files[f"test{release if release > 1 else ''}.jsonl"] = jsonl(rows)
    return files | card("license: cc\n", extra=("*.jsonl",))


def mbpp() -> Files:
    """Like google-research-datasets/mbpp, as remembered: `full` and `sanitized` name their columns differently."""
    files: Files = {}
    splits = ("train", "test", "validation", "prompt")
    for split in splits:
        shared = [
            {"task_id": n, "code": f"def f{n}(): return {n}", "test_list": [f"assert f{n}() == {n}"]}
            for n in range(11, 17)
        ]
        full = [
            {**row, "text": f"Write f{row['task_id']}.", "test_setup_code": "", "challenge_test_list": []}
            for row in shared
        ]
        wide = pa.schema(
            [
                ("task_id", pa.int32()),
                ("text", pa.string()),
                ("code", pa.string()),
                ("test_list", pa.list_(pa.string())),
                ("test_setup_code", pa.string()),
                ("challenge_test_list", pa.list_(pa.string())),
            ]
        )
        files[f"full/{split}-00000-of-00001.parquet"] = parquet(full, wide)
        sanitized = [
            {"source_file": "made", **row, "prompt": f"Write f{row['task_id']}.", "test_imports": []}
            for row in shared[:4]
        ]
        narrow = pa.schema(
            [
                ("source_file", pa.string()),
                ("task_id", pa.int32()),
                ("prompt", pa.string()),
                ("code", pa.string()),
                ("test_imports", pa.list_(pa.string())),
                ("test_list", pa.list_(pa.string())),
            ]
        )
        files[f"sanitized/{split}-00000-of-00001.parquet"] = parquet(sanitized, narrow)
    described = {config: {split: f"{config}/{split}-*" for split in splits} for config in ("full", "sanitized")}
    return files | card("license: cc-by-4.0\n" + configs(described, default="full"))


def humaneval() -> Files:
    """Like openai/openai_humaneval: one config of the repository's own name."""
    rows = [
        {
            "task_id": f"HumanEval/{n}",
            "prompt": f"def f{n}():\n    ",
            "canonical_solution": f"return {n}\n",
            "test": f"def check(f):\n    assert f() == {n}\n",
            "entry_point": f"f{n}",
        }
        for n in range(6)
    ]
    described = configs({"openai_humaneval": {"test": "openai_humaneval/test-*"}})
    return {"openai_humaneval/test-00000-of-00001.parquet": parquet(rows)} | card("license:\n- mit\n" + described)


def ifeval() -> Files:
    """Like google/IFEval: JSON Lines whose `kwargs` have other keys in each row."""
    rows = [
        {
            "key": 1000,
            "prompt": "Write without commas.",
            "instruction_id_list": ["punctuation:no_comma"],
            "kwargs": [{}],
        },
        {
            "key": 1001,
            "prompt": "Write 300 words with three highlights.",
            "instruction_id_list": ["length_constraints:number_words", "detectable_format:number_highlighted_sections"],
            "kwargs": [{"relation": "at least", "num_words": 300}, {"num_highlights": 3}],
        },
        {
            "key": 1005,
            "prompt": "Use the keywords.",
            "instruction_id_list": ["keywords:existence"],
            "kwargs": [{"keywords": ["a", "b"]}],
        },
        {
            "key": 1012,
            "prompt": "Answer in Swahili.",
            "instruction_id_list": ["language:response_language"],
            "kwargs": [{"language": "sw"}],
        },
    ]
    return {"ifeval_input_data.jsonl": jsonl(rows)} | card("license: apache-2.0\n", extra=("*.jsonl",))


def ifbench() -> Files:
    """Like allenai/IFBench_test, as remembered: parquet, so every key stands in every row, mostly null."""
    rows = [
        {
            "key": str(n),
            "prompt": f"Follow {n}.",
            "instruction_id_list": ["count:word_count_range"] * (1 + n % 2),
            "kwargs": [{"N": n if n % 2 else None, "min_words": 10, "keyword": None}] * (1 + n % 2),
        }
        for n in range(8)
    ]
    return one_config({"train": rows}, license="odc-by")


def bfcl() -> Files:
    """Like gorilla-llm/Berkeley-Function-Calling-Leaderboard: JSON Lines in `.json`, each row's own keys."""
    questions, answers = [], []
    for n in range(7):
        properties = {("base" if n % 2 else "radius"): {"type": "integer", "description": f"d{n}"}}
        if n == 3:
            properties["unit"] = {"type": "string", "description": "u", "enum": ["m", "cm"], "default": "m"}
        function = {
            "name": f"area_{n}",
            "description": "d",
            "parameters": {"type": "dict", "properties": properties, "required": sorted(properties)},
        }
        questions.append(
            {"id": f"simple_{n}", "question": [[{"role": "user", "content": f"Area {n}?"}]], "function": [function]}
        )
        answers.append({"id": f"simple_{n}", "ground_truth": [{f"area_{n}": {key: [n, ""] for key in properties}}]})
    return {
        "BFCL_v3_simple.json": jsonl(questions),
        "possible_answer/BFCL_v3_simple.json": jsonl(reversed(answers)),
        "BFCL_v3_multiple.json": jsonl(questions[:1]),
    } | card("license: apache-2.0\n", extra=("*.json",))


def terminal_bench() -> Files:
    """Like ia03/terminal-bench, as remembered: each task a gzipped tar in a cell, with a solution that is not shown."""
    rows = []
    for n in range(4):
        sink = io.BytesIO()
        with tarfile.open(fileobj=sink, mode="w") as tar:
            for name, data in (
                ("./task.yaml", f"instruction: do {n}\n".encode()),
                ("./run-tests.sh", b"pytest\n"),
                ("./solution.sh", b"true\n"),
                ("./data/bytes.bin", b"\xff\xfe\x00"),
            ):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        archive = gzip.compress(sink.getvalue(), mtime=0)
        rows.append(
            {
                "task_id": f"task-{n}",
                "archive": archive,
                "task_yaml": f"instruction: |-\n  Do {n}.\n",
                "difficulty": "easy",
            }
        )
    return one_config({"test": rows}, license="apache-2.0")


def swe_bench_verified() -> Files:
    """Like princeton-nlp/SWE-bench_Verified, as remembered: lists of tests as JSON in strings."""
    rows = [
        {
            "repo": "made/project",
            "instance_id": f"made__project-{n}",
            "base_commit": f"{n:040x}",
            "patch": "diff --git a/x b/x\n",
            "test_patch": "diff --git a/t b/t\n",
            "problem_statement": f"It fails {n}.",
            "hints_text": "" if n % 2 else "Look there.",
            "FAIL_TO_PASS": json.dumps([f"tests/test_x.py::test_{n}"]),
            "PASS_TO_PASS": json.dumps([]),
        }
        for n in range(6)
    ]
    return one_config({"test": rows})
