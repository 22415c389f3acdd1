"""Repositories of problems with answers: GSM8K, MATH-500, Hendrycks MATH, Polaris, DeepMath, the contests."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tests.repositories.pieces import Files, card, configs, jsonl, one_config, parquet, shards

SUBJECTS = (
    "algebra",
    "counting_and_probability",
    "geometry",
    "intermediate_algebra",
    "number_theory",
    "prealgebra",
    "precalculus",
)
_ODD_ANSWERS = (
    "He has 1,200 + 34 = <<1200+34=1234>>1,234 coins.\n#### 1,234",
    "Half of it is gone.\n####: 5",
    "It is below zero.\n#### -3 ",
    "It is said twice.\n#### 1\nNo, wait.\n#### 2",
    "The mark stands inside a line #### 7",
    "Nobody wrote the mark; it is 8",
    "Ünïcode — “quotes”, emoji 🧮 and a tab\t.\n#### 0.5",
    "The last line is not the answer's.\n#### 9\nThat was it.",
)


def gsm8k() -> Files:
    """Like openai/gsm8k: two configs; rows whose answer is hard or impossible to take out."""
    files: Files = {}
    described = {}
    for config in ("main", "socratic"):
        described[config] = {split: f"{config}/{split}-*" for split in ("train", "test")}
        for split, count, start in (("train", 32, 0), ("test", 12, 1000)):
            rows = [_sum(number, config) for number in range(start, start + count)]
            odd = _ODD_ANSWERS if split == "train" else _ODD_ANSWERS[:5]
            rows[3 : 3 + len(odd)] = [{"question": f"Odd {split} {n}?", "answer": a} for n, a in enumerate(odd)]
            files[f"{config}/{split}-00000-of-00001.parquet"] = parquet(rows)
    return files | card("license:\n- mit\n" + configs(described))


def _sum(number: int, config: str) -> dict[str, str]:
    step = f"How much is it? ** {number}+{number * 7}" if config == "socratic" else f"{number}+{number * 7}"
    answer = f"{step}=<<{number}+{number * 7}={number * 8}>>{number * 8}\n#### {number * 8}"
    return {"question": f"How much is {number} + {number * 7}?", "answer": answer}


def _hendrycks_rows(subject: str, split: str) -> list[dict[str, str]]:
    """Twelve rows of a subject's split, the first five odd."""
    solutions = [
        r"A fraction in a box: $\boxed{\frac{1}{2}}$.",
        r"Two boxes, the last one counts: $\boxed{1}$, no, $\boxed{x^{2}+{y}}$.",
        r"A box without braces: $\boxed 7$.",
        "There is no box here, so there is no answer.",
        r"A box that never closes: $\boxed{3",
        *(rf"It is plain: $\boxed{{{number}}}$." for number in range(7)),
    ]
    return [
        {
            "problem": f"Problem {number} of {subject}, {split}: find $x_{{{number}}}$.",
            "level": f"Level {number % 5 + 1}" if number else "Level ?",
            "type": subject.replace("_", " ").title(),
            "solution": solution,
        }
        for number, solution in enumerate(solutions)
    ]


def hendrycks_math() -> Files:
    """Like EleutherAI/hendrycks_math: seven configs, none the default; some problems stand in MATH-500 too."""
    files: Files = {}
    for subject in SUBJECTS:
        for split in ("train", "test"):
            files[f"{subject}/{split}-00000-of-00001.parquet"] = parquet(_hendrycks_rows(subject, split))
    described = configs({subject: {s: f"{subject}/{s}-*" for s in ("train", "test")} for subject in SUBJECTS})
    return files | card("license: mit\n" + described)


def math_500() -> Files:
    """Like HuggingFaceH4/MATH-500: one JSON Lines file, no `configs:`; rows of both splits of Hendrycks MATH."""
    rows = []
    for subject in SUBJECTS:
        for split, number in (("test", 5), ("test", 1), ("train", 6)):
            row = _hendrycks_rows(subject, split)[number]
            rows.append(
                {
                    "problem": row["problem"],
                    "solution": row["solution"],
                    "answer": str(number),
                    "subject": row["type"],
                    "level": number % 5 + 1,
                    "unique_id": f"{split}/{subject}/{number}.json",
                }
            )
    return {"test.jsonl": jsonl(rows)} | card("task_categories:\n- text-generation\n", extra=("test.jsonl",))


def polaris() -> Files:
    """Like POLARIS-Project/Polaris-Dataset-53K: rows with an empty problem, an empty answer."""
    rows = [{"problem": f"Find {n}.", "answer": str(n), "difficulty": f"{n % 9}/8"} for n in range(23)]
    rows[4]["answer"] = ""
    rows[9]["problem"] = ""
    rows[11]["answer"] = r"\frac{1}{2}"
    return one_config({"train": rows}, license="apache-2.0")


def deepmath() -> Files:
    """Like zwhe99/DeepMath-103K: ten shards; rows with an empty question or answer, and None."""
    rows: list[dict[str, Any]] = [
        {
            "question": f"Evaluate the limit {n}.",
            "final_answer": str(n),
            "difficulty": n / 2,
            "topic": "Mathematics -> Calculus",
            **{f"r1_solution_{k}": f"<think>{n}</think> {n}" for k in (1, 2, 3)},
        }
        for n in range(41)
    ]
    rows[7]["final_answer"] = ""
    rows[8]["question"] = ""
    rows[20]["final_answer"] = None
    schema = pa.schema(
        [("question", pa.string()), ("final_answer", pa.string()), ("difficulty", pa.float64()), ("topic", pa.string())]
        + [(f"r1_solution_{k}", pa.string()) for k in (1, 2, 3)]
    )
    files = shards("data/train", rows, 10, schema)
    return files | card("license: mit\n" + configs({"default": {"train": "data/train-*"}}))


def aime_2025() -> Files:
    """Like MathArena/aime_2025, as remembered: one split, `train`; answers are integers."""
    rows = [
        {"problem_idx": n, "problem": f"Find $m+n$ in {n}.", "answer": 7 * n, "problem_type": ["Algebra"]}
        for n in range(1, 31)
    ]
    return one_config({"train": rows}, license="cc-by-nc-sa-4.0")


def aime_2026() -> Files:
    """Like MathArena/aime_2026, as remembered: answers are text, one with more than digits."""
    rows = [{"problem_idx": n, "problem": f"Find $k$ in {n}.", "answer": str(3 * n)} for n in range(1, 31)]
    rows[5]["answer"] = "The answer is 204."
    return one_config({"train": rows}, license="cc-by-nc-sa-4.0")


def hmmt() -> Files:
    """Like MathArena/hmmt_*: answers are LaTeX, some with spaces around."""
    answers = ["103", r"\frac{1}{576}", " -984 ", r"1-\frac{2}{\pi}", r"2^{25} \cdot 26!", "3, 5"]
    rows = [
        {"problem_idx": n, "problem": f"Compute {n}.", "answer": answers[n % 6], "problem_type": ["Geometry"]}
        for n in range(1, 31)
    ]
    return one_config({"train": rows}, license="cc-by-nc-sa-4.0")
