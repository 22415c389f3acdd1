"""Every call of `datasets` that the cookbook makes, in its own words: where it stands, its arguments.

From the requirements that were traced in August 2026; paths are relative to `tinker_cookbook/`.
"""

from __future__ import annotations

from typing import Any

__all__ = ["BENCHMARKS", "CALLS", "CEVAL", "MMLU_REDUX", "NO_CALL", "Call"]

Call = tuple[str, tuple[Any, ...], dict[str, Any]]

_DEEPCODER = "agentica-org/DeepCoder-Preview-Dataset"
_BFCL = "gorilla-llm/Berkeley-Function-Calling-Leaderboard"
_MATH = "EleutherAI/hendrycks_math"
_SUBJECTS = [
    "algebra",
    "counting_and_probability",
    "geometry",
    "intermediate_algebra",
    "number_theory",
    "prealgebra",
    "precalculus",
]

CALLS: list[Call] = [
    ("recipes/math_rl/math_env.py:344", ("openai/gsm8k",), {"name": "main", "split": "train"}),
    ("recipes/math_rl/math_env.py:344", ("openai/gsm8k",), {"name": "main", "split": "test"}),
    ("recipes/rl_loop.py:81", ("openai/gsm8k", "main"), {}),
    ("recipes/true_thinking_score/analyze.py:64", ("openai/gsm8k",), {"name": "main", "split": "test"}),
    ("recipes/math_rl/math_env.py:121", ("HuggingFaceH4/MATH-500",), {"name": "default", "split": "test"}),
    *(
        ("recipes/math_rl/math_env.py:142", (_MATH,), {"name": subject, "split": split})
        for subject in _SUBJECTS
        for split in ("train", "test")
    ),
    ("recipes/math_rl/math_env.py:238", ("POLARIS-Project/Polaris-Dataset-53K",), {"split": "train"}),
    ("recipes/math_rl/math_env.py:291", ("zwhe99/DeepMath-103K",), {"split": "train"}),
    *(
        ("recipes/code_rl/code_env.py:38", (_DEEPCODER,), {"name": name, "split": "train"})
        for name in ("primeintellect", "taco", "lcbv5")
    ),
    *(
        ("recipes/code_rl/code_env.py:41", (_DEEPCODER,), {"name": name, "split": "test"})
        for name in ("codeforces", "lcbv5")
    ),
    ("recipes/rubric/data.py:174", ("prometheus-eval/Feedback-Collection",), {}),
    ("recipes/sdft/datasets.py:219", ("tangqiaoyu/ToolAlpaca",), {"split": "train"}),
    ("recipes/chat_sl/chat_datasets.py:56", ("HuggingFaceH4/no_robots",), {}),
    ("recipes/chat_sl/chat_datasets.py:26", ("allenai/tulu-3-sft-mixture",), {}),
    ("distillation/datasets.py:200", ("allenai/tulu-3-sft-mixture",), {"split": "train"}),
    (
        "recipes/distillation/off_policy_reasoning.py:52",
        ("open-thoughts/OpenThoughts3-1.2M",),
        {"split": "train", "streaming": True},
    ),
    ("supervised/data.py:376", ("HuggingFaceH4/no_robots",), {"name": None, "split": "train"}),
    ("recipes/preference/datasets.py:140", ("Anthropic/hh-rlhf",), {}),
    ("recipes/preference/datasets.py:155", ("nvidia/HelpSteer3", "preference"), {}),
    ("recipes/preference/datasets.py:187", ("argilla/ultrafeedback-binarized-preferences",), {"split": "train"}),
    ("recipes/preference/datasets.py:109", ("allenai/llama-3.1-tulu-3-8b-preference-mixture",), {"split": "train"}),
    ("recipes/preference/datasets.py:216", ("lmarena-ai/arena-human-preference-140k",), {"split": "train"}),
    ("recipes/preference/datasets.py:265", ("nvidia/HelpSteer2",), {"split": "train"}),
    ("recipes/vlm_classifier/data.py:79", ("dpdl-benchmark/caltech101",), {}),
    ("scripts/inkling/sample_vision.py:60", ("dpdl-benchmark/caltech101",), {"split": "test"}),
    ("recipes/vlm_classifier/data.py:79", ("dpdl-benchmark/oxford_flowers102",), {}),
    ("recipes/vlm_classifier/data.py:79", ("dpdl-benchmark/oxford_iiit_pet",), {}),
    ("recipes/vlm_classifier/data.py:79", ("tanganke/stanford_cars",), {}),
    *(
        ("recipes/audio/asr/env.py:70", ("openslr/librispeech_asr", "other"), {"split": split, "streaming": True})
        for split in ("train.500", "validation")
    ),
    (
        "recipes/audio/medical_asr/env.py:104",
        ("ekacare/eka-medical-asr-evaluation-dataset", "en"),
        {"split": "test"},
    ),
    (
        "scripts/inkling/sample_audio.py:68",
        ("hf-internal-testing/librispeech_asr_dummy", "clean"),
        {"split": "validation"},
    ),
    ("scripts/inkling/sample_reasoning.py:67", ("MathArena/aime_2025",), {"split": "train"}),
    ("eval/benchmarks/_bfcl.py:175", (_BFCL,), {"data_files": "BFCL_v3_simple.json", "split": "train"}),
    ("eval/benchmarks/_bfcl.py:180", (_BFCL,), {"data_files": "possible_answer/BFCL_v3_simple.json", "split": "train"}),
    # inspect_evals 0.26.0, which chat_sl/train.py runs; its revisions are not those of generated repositories
    ("inspect_evals/gsm8k", ("openai/gsm8k",), {"data_dir": "main", "split": "test"}),
    ("inspect_evals/gsm8k", ("openai/gsm8k",), {"data_dir": "main", "split": "train"}),
    ("inspect_evals/ifeval", ("google/IFEval",), {"split": "train"}),
]

MMLU_REDUX = [
    "anatomy",
    "astronomy",
    "business_ethics",
    "clinical_knowledge",
    "college_chemistry",
    "college_computer_science",
    "college_mathematics",
    "college_medicine",
    "college_physics",
    "conceptual_physics",
    "econometrics",
    "electrical_engineering",
    "formal_logic",
    "global_facts",
    "high_school_chemistry",
    "high_school_geography",
    "high_school_macroeconomics",
    "high_school_mathematics",
    "high_school_physics",
    "high_school_statistics",
    "high_school_us_history",
    "human_aging",
    "logical_fallacies",
    "machine_learning",
    "miscellaneous",
    "philosophy",
    "professional_accounting",
    "professional_law",
    "public_relations",
    "virology",
]

CEVAL = [
    "computer_network",
    "operating_system",
    "computer_architecture",
    "college_programming",
    "college_physics",
    "college_chemistry",
    "advanced_mathematics",
    "probability_and_statistics",
    "discrete_mathematics",
    "electrical_engineer",
    "metrology_engineer",
    "high_school_mathematics",
    "high_school_physics",
    "high_school_chemistry",
    "high_school_biology",
    "middle_school_mathematics",
    "middle_school_biology",
    "middle_school_physics",
    "middle_school_chemistry",
    "veterinary_medicine",
    "college_economics",
    "business_administration",
    "marxism",
    "mao_zedong_thought",
    "education_science",
    "teacher_qualification",
    "high_school_politics",
    "high_school_geography",
    "middle_school_politics",
    "middle_school_geography",
    "modern_chinese_history",
    "ideological_and_moral_cultivation",
    "logic",
    "law",
    "chinese_language_and_literature",
    "art_studies",
    "professional_tour_guide",
    "legal_professional",
    "high_school_chinese",
    "high_school_history",
    "middle_school_history",
    "civil_servant",
    "sports_science",
    "plant_protection",
    "basic_medicine",
    "clinical_medicine",
    "urban_and_rural_planner",
    "accountant",
    "fire_engineer",
    "environmental_impact_assessment_engineer",
    "tax_accountant",
    "physician",
]


def _benchmark(where: str, path: str, name: str | None = None, split: str = "test") -> Call:
    """What eval/benchmarks/_common.py:140 makes of a benchmark's words."""
    return f"eval/benchmarks/{where}", (path,), {"split": split, **({"name": name} if name else {})}


BENCHMARKS: list[Call] = [
    _benchmark("gsm8k.py:95", "openai/gsm8k", "main"),
    _benchmark("math500.py:101", "HuggingFaceH4/MATH-500"),
    *(
        _benchmark(where, f"MathArena/{name}", split=split)
        for where, name in (
            ("aime.py:57", "aime_2025"),
            ("aime.py:57", "aime_2026"),
            ("_hmmt.py:209", "hmmt_feb_2025"),
            ("_hmmt.py:209", "hmmt_nov_2025"),
        )
        for split in ("test", "train")  # the first is tried, the second taken where there is no such split
    ),
    _benchmark("mmlu_pro.py:95", "TIGER-Lab/MMLU-Pro"),
    *(_benchmark("mmlu_redux.py:80", "edinburgh-dawg/mmlu-redux", subject) for subject in MMLU_REDUX),
    _benchmark("gpqa.py:91", "Idavidrein/gpqa", "gpqa_diamond", "train"),
    _benchmark("ifeval.py:91", "google/IFEval", split="train"),
    _benchmark("ifbench.py:153", "allenai/IFBench_test", split="train"),
    _benchmark("mbpp.py:114", "google-research-datasets/mbpp", "sanitized"),
    *(_benchmark("ceval.py:153", "ceval/ceval-exam", subject, "val") for subject in CEVAL),
    _benchmark("supergpqa.py:93", "m-a-p/SuperGPQA", split="train"),
    _benchmark("_arena_hard.py:156", "lmarena-ai/arena-hard-auto-v0.1", split="train"),
    _benchmark("_longbench.py:42", "THUDM/LongBench-v2"),
    _benchmark("_longbench.py:42", "THUDM/LongBench-v2", split="train"),
    _benchmark("_terminal_bench.py:239", "ia03/terminal-bench"),
    _benchmark("_swe_bench.py:365", "princeton-nlp/SWE-bench_Verified"),
]

# of two names that a recipe tries, the one that is not there
NO_SPLIT = {
    *((f"MathArena/{name}", "test") for name in ("aime_2025", "aime_2026", "hmmt_feb_2025", "hmmt_nov_2025")),
    ("THUDM/LongBench-v2", "test"),
}

NO_CALL: dict[str, str] = {
    "PeterJinGo/nq_hotpotqa_train": "hf_hub_download of one file",
    "tianyi-thinks/2018-wiki-index": "downloaded by hand",
    "hicai-zju/SciKnowEval": "recipes/sdft/datasets.py:102 names no config, and the repository has two: its own test",
    "livecodebench/code_generation_lite": "a repository with a script, which `datasets` refuses: its own test",
}
