"""Repositories of questions to choose or answer: MMLU and its kin, GPQA, search, science, long contexts."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa

from tests.repositories.pieces import TEXT, Files, card, configs, one_config, parquet


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


REDUX = _words(
    "anatomy astronomy business_ethics clinical_knowledge college_chemistry college_computer_science "
    "college_mathematics college_medicine college_physics conceptual_physics econometrics electrical_engineering "
    "formal_logic global_facts high_school_chemistry high_school_geography high_school_macroeconomics "
    "high_school_mathematics high_school_physics high_school_statistics high_school_us_history human_aging "
    "logical_fallacies machine_learning miscellaneous philosophy professional_accounting professional_law "
    "public_relations virology"
)
CEVAL = _words(
    "computer_network operating_system computer_architecture college_programming college_physics college_chemistry "
    "advanced_mathematics probability_and_statistics discrete_mathematics electrical_engineer metrology_engineer "
    "high_school_mathematics high_school_physics high_school_chemistry high_school_biology middle_school_mathematics "
    "middle_school_biology middle_school_physics middle_school_chemistry veterinary_medicine college_economics "
    "business_administration marxism mao_zedong_thought education_science teacher_qualification high_school_politics "
    "high_school_geography middle_school_politics middle_school_geography modern_chinese_history "
    "ideological_and_moral_cultivation logic law chinese_language_and_literature art_studies "
    "professional_tour_guide legal_professional high_school_chinese high_school_history middle_school_history "
    "civil_servant sports_science plant_protection basic_medicine clinical_medicine urban_and_rural_planner "
    "accountant fire_engineer environmental_impact_assessment_engineer tax_accountant physician"
)
BBH = _words(
    "logical_deduction_three_objects logical_deduction_five_objects temporal_sequences disambiguation_qa hyperbaton "
    "reasoning_about_colored_objects object_counting tracking_shuffled_objects_three_objects"
)
MMLU = ("anatomy", "astronomy", "college_physics", "virology")
_LETTERS = {"names": ["A", "B", "C", "D"], "_type": "ClassLabel"}
_CHOICE = {"question": TEXT, "subject": TEXT, "choices": {"feature": TEXT, "_type": "Sequence"}, "answer": _LETTERS}


def _choice(subject: str, n: int) -> dict[str, Any]:
    return {
        "question": f"Which is {n} of {subject}?",
        "subject": subject,
        "choices": [f"{n}.{k}" for k in range(4)],
        "answer": n % 4,
    }


def mmlu(subjects: tuple[str, ...] = MMLU) -> Files:
    """Like cais/mmlu, with these subjects and `all`: class labels, lists of choices."""
    files: Files = {}
    for split, count in (("test", 5), ("validation", 2), ("dev", 2)):
        every = []
        for subject in subjects:
            rows = [_choice(subject, n) for n in range(count)]
            files[f"{subject}/{split}-00000-of-00001.parquet"] = parquet(rows, features=_CHOICE)
            every += rows
        files[f"all/{split}-00000-of-00001.parquet"] = parquet(every, features=_CHOICE)
    names = sorted(("all", *subjects))
    described = {name: {split: f"{name}/{split}-*" for split in ("test", "validation", "dev")} for name in names}
    return files | card("license:\n- mit\n" + configs(described))


def mmlu_pro() -> Files:
    """Like TIGER-Lab/MMLU-Pro: up to ten options, fewer here and there."""
    rows = [
        {
            "question_id": 70 + n,
            "question": f"Question {n}?",
            "options": [f"{n}.{k}" for k in range(10 if n % 3 else 4)],
            "answer": "ABCD"[n % 4],
            "answer_index": n % 4,
            "cot_content": "" if n % 2 else "A: Let's think step by step.",
            "category": ("math", "law")[n % 2],
            "src": "made",
        }
        for n in range(25)
    ]
    return one_config({"test": rows[:20], "validation": rows[20:]})


def mmlu_redux() -> Files:
    """Like edinburgh-dawg/mmlu-redux, as remembered: thirty configs with `test`; not every row is `ok`."""
    kinds = ("ok", "ok", "wrong_groundtruth", "bad_question_clarity", "ok", "no_correct_answer")
    files: Files = {}
    for subject in REDUX:
        rows = [
            {
                **{key: value for key, value in _choice(subject, n).items() if key != "subject"},
                "error_type": kinds[n],
                "source": None,
                "correct_answer": None if kinds[n] == "ok" else "B",
                "potential_reason": None,
            }
            for n in range(6)
        ]
        text = [(name, pa.string()) for name in ("error_type", "source", "correct_answer", "potential_reason")]
        schema = pa.schema(
            [("question", pa.string()), ("choices", pa.list_(pa.string())), ("answer", pa.int64()), *text]
        )
        files[f"{subject}/test-00000-of-00001.parquet"] = parquet(rows, schema)
    return files | card("license: cc-by-4.0\n" + configs({s: {"test": f"{s}/test-*"} for s in REDUX}))


def ceval() -> Files:
    """Like ceval/ceval-exam, as remembered after its script: 52 configs, `val`, `test` (no answers) and `dev`."""
    files: Files = {}
    for subject in CEVAL:
        for split, count in (("val", 3), ("test", 2), ("dev", 1)):
            rows = [
                {
                    "id": n,
                    "question": f"下列 {subject} 第 {n} 项是____。",
                    **{letter: f"{letter}{n}" for letter in "ABCD"},
                    "answer": "" if split == "test" else "ABCD"[n % 4],
                    "explanation": "",
                }
                for n in range(count)
            ]
            files[f"{subject}/{split}-00000-of-00001.parquet"] = parquet(rows)
    described = {s: {split: f"{s}/{split}-*" for split in ("test", "val", "dev")} for s in CEVAL}
    return files | card("license: cc-by-nc-sa-4.0\n" + configs(described))


def bbh() -> Files:
    """Like lukaemon/bbh: one config a task."""
    files: Files = {}
    for task in BBH:
        rows = [{"input": f"{task} {n}?\nOptions:\n(A) x\n(B) y", "target": f"({'AB'[n % 2]})"} for n in range(4)]
        files[f"{task}/test-00000-of-00001.parquet"] = parquet(rows)
    return files | card(configs({task: {"test": f"{task}/test-*"} for task in BBH}))


def gpqa() -> Files:
    """Like Idavidrein/gpqa: gated, CSV in git, cells with line breaks, quotes and commas; none of its questions."""
    names = ("Pre-Revision Question", "Question", "Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2")
    names += ("Incorrect Answer 3", "Explanation", "Subdomain", "Record ID")
    sink = io.StringIO()
    writer = csv.DictWriter(sink, names, lineterminator="\n")
    writer.writeheader()
    for n in range(14):
        cells = {name: f"{name} {n}" for name in names}
        cells["Question"] = f'Made up {n}: "quoted", and\na second line?' if n % 4 == 0 else f"Made up {n}?"
        cells["Correct Answer"] = f" {n} \n" if n % 5 == 0 else str(n)
        writer.writerow(cells)
    header = "license: cc-by-4.0\nextra_gated_prompt: do not reveal\n"
    described = configs({"gpqa_diamond": {"train": "gpqa_diamond.csv"}})
    return {"gpqa_diamond.csv": sink.getvalue().encode()} | card(header + described)


def supergpqa() -> Files:
    """Like m-a-p/SuperGPQA, as remembered: JSON Lines, options of varying number."""
    rows = [
        {
            "uuid": f"{n:032x}",
            "question": f"Question {n}?",
            "options": [f"{n}.{k}" for k in range(10 - n % 3)],
            "answer": f"{n}.1",
            "answer_letter": "B",
            "discipline": "Science",
            "field": "Physics",
            "subfield": "Optics",
            "difficulty": ("easy", "middle", "hard")[n % 3],
            "is_calculation": n % 2 == 0,
        }
        for n in range(18)
    ]
    return one_config({"train": rows}, license="odc-by")


def longbench_v2() -> Files:
    """Like THUDM/LongBench-v2, as remembered: one JSON array, only `train`; one context of a megabyte."""
    rows = [
        {
            "_id": f"{n:024x}",
            "domain": ("Single-Document QA", "Code Repository Understanding")[n % 2],
            "sub_domain": "Academic",
            "difficulty": "easy",
            "length": "short",
            "question": f"What is said {n}?",
            **{f"choice_{letter}": f"{letter}{n}" for letter in "ABCD"},
            "answer": "ABCD"[n % 4],
            "context": f"Sentence {n}. " * (70_000 if n == 3 else 50),
        }
        for n in range(9)
    ]
    return {"data.json": json.dumps(rows, ensure_ascii=False).encode()} | card("license: apache-2.0\n", ("data.json",))


def sciknoweval() -> Files:
    """Like hicai-zju/SciKnowEval, as remembered: two configs and no default, nested cells, rows of many kinds."""

    def row(n: int) -> dict[str, Any]:
        mcq = n % 3 != 2
        return {
            "question": f"Which compound is {n}?",
            "choices": {"text": [f"t{n}{k}" for k in range(4)] if mcq else [], "label": list("ABCD") if mcq else []},
            "answer": "" if mcq else f"free {n}",
            "answerKey": "ABCD"[n % 4] if mcq else "",
            "type": ("mcq-4-choices", "mcq-2-choices", "open-ended-qa")[n % 3],
            "domain": ("Chemistry", "Biology", "Physics", "Material")[n % 4 if n % 2 else 0],
            "details": {"level": f"L{n % 4 + 1 if n % 5 else 3}", "task": "t", "subtask": "s", "source": "made"},
            "prompt": {"default": "Given a question"},
        }

    rows = [row(n) for n in range(60)]
    files = {"v1/test-00000-of-00001.parquet": parquet([*rows, *rows[:5]])}  # v1 is known for rows that stand twice
    files["v2/test-00000-of-00001.parquet"] = parquet(rows)
    described = configs({"v1": {"test": "v1/test-*"}, "v2": {"test": "v2/test-*"}})
    return files | card("license: mit\n" + described)


def nq_hotpotqa() -> Files:
    """Like PeterJinGo/nq_hotpotqa_train: two parquet files at the top; a row without `reward_model`."""
    truth = pa.struct([("target", pa.list_(pa.string()))])
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("question", pa.string()),
            ("golden_answers", pa.list_(pa.string())),
            ("data_source", pa.string()),
            ("reward_model", pa.struct([("ground_truth", truth), ("style", pa.string())])),
        ]
    )
    rows: list[dict[str, Any]] = [
        {
            "id": f"{split}_{n}",
            "question": f"Who was {n}?",
            "golden_answers": [f"Person {n}", f"P. {n}"][: 1 + n % 2],
            "data_source": ("nq", "hotpotqa")[n % 2],
            "reward_model": {"ground_truth": {"target": [f"Person {n}"]}, "style": "rule"},
        }
        for split in ("train", "test")
        for n in range(20)
    ]
    rows[6]["reward_model"] = None
    rows[27]["data_source"] = "triviaqa"
    return {
        "train.parquet": parquet(rows[:20], schema),
        "test.parquet": parquet(rows[20:], schema),
    } | card("")


def feedback_collection() -> Files:
    """Like prometheus-eval/Feedback-Collection, as remembered: one JSON array, no `configs:`."""
    rows = [
        {
            "instruction": f"###Task Description: {n}",
            "output": f"So it is. [RESULT] {n % 5 + 1}",
            "orig_instruction": f"Write about {n}.",
            "orig_response": f"About {n}.",
            "orig_reference_answer": f"All about {n}.",
            "orig_criteria": f"Is {n} treated?",
            **{f"orig_score{k}_description": f"{n}: worth {k}" for k in range(1, 6)},
            "orig_feedback": "So it is.",
            "orig_score": str(n % 5 + 1),
        }
        for n in range(17)
    ]
    return {"new_feedback_collection.json": json.dumps(rows, ensure_ascii=False).encode()} | card(
        "license: cc-by-4.0\n"
    )


def toolalpaca() -> Files:
    """What the recipe expects of tangqiaoyu/ToolAlpaca; whether a repository like it exists is not known."""
    rows = [{"instruction": f"Use the tool {n}", "output": f"Action: tool_{n}"} for n in range(21)]
    return one_config({"train": rows}, license="apache-2.0")


def arena_hard() -> Files:
    """Like lmarena-ai/arena-hard-auto-v0.1, as remembered: JSON Lines, a list of turns."""
    rows = [
        {
            "question_id": f"{n:032x}",
            "category": "arena-hard-v0.1",
            "cluster": f"Cluster {n % 3}",
            "turns": [{"content": f"Do {n}."}, *([{"content": "And again."}] if n == 4 else [])],
        }
        for n in range(10)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    return {"data/question.jsonl": lines} | card(
        "license: apache-2.0\n" + configs({"default": {"train": "data/question.jsonl"}})
    )
