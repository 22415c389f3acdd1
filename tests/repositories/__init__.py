"""Generated repositories in Hub layout, one for each manifest that ships: small, the true shape, its awkward rows.

`make("hh_rlhf", folder)` writes `folder/datasets/Anthropic/hh-rlhf/...` (models below `folder/models`), which
`recipes_data.mirror.Mirror(folder)` serves. `fitting("hh_rlhf")` is the shipped manifest without what only the real
bytes can fulfil: the pinned commit, published digests, row counts. `project_with(folder, *names)` makes both and a
project whose manifests fit. What is not known of a shape is as remembered; the docstring of a generator says so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.repositories import conversations, mathematics, media, programs, questions, tokenizers
from tests.repositories.pieces import Files
from tests.worlds import ROOT, Project

__all__ = ["REPOSITORIES", "fitting", "make", "project_with"]

REPOSITORIES: dict[str, tuple[str, Callable[[], Files]]] = {
    "aime_2025": ("MathArena/aime_2025", mathematics.aime_2025),
    "aime_2026": ("MathArena/aime_2026", mathematics.aime_2026),
    "arena_140k": ("lmarena-ai/arena-human-preference-140k", conversations.arena_140k),
    "arena_hard": ("lmarena-ai/arena-hard-auto-v0.1", questions.arena_hard),
    "bbh": ("lukaemon/bbh", questions.bbh),
    "bfcl": ("gorilla-llm/Berkeley-Function-Calling-Leaderboard", programs.bfcl),
    "caltech101": ("dpdl-benchmark/caltech101", media.caltech101),
    "ceval": ("ceval/ceval-exam", questions.ceval),
    "deepcoder": ("agentica-org/DeepCoder-Preview-Dataset", programs.deepcoder),
    "deepmath": ("zwhe99/DeepMath-103K", mathematics.deepmath),
    "eka_medical_asr": ("ekacare/eka-medical-asr-evaluation-dataset", media.eka_medical_asr),
    "feedback_collection": ("prometheus-eval/Feedback-Collection", questions.feedback_collection),
    "flowers102": ("dpdl-benchmark/oxford_flowers102", media.flowers102),
    "gpqa": ("Idavidrein/gpqa", questions.gpqa),
    "gsm8k": ("openai/gsm8k", mathematics.gsm8k),
    "helpsteer2": ("nvidia/HelpSteer2", conversations.helpsteer2),
    "helpsteer3": ("nvidia/HelpSteer3", conversations.helpsteer3),
    "hendrycks_math": ("EleutherAI/hendrycks_math", mathematics.hendrycks_math),
    "hh_rlhf": ("Anthropic/hh-rlhf", conversations.hh_rlhf),
    "hmmt_feb_2025": ("MathArena/hmmt_feb_2025", mathematics.hmmt),
    "hmmt_nov_2025": ("MathArena/hmmt_nov_2025", mathematics.hmmt),
    "humaneval": ("openai/openai_humaneval", programs.humaneval),
    "ifbench": ("allenai/IFBench_test", programs.ifbench),
    "ifeval": ("google/IFEval", programs.ifeval),
    "librispeech": ("openslr/librispeech_asr", media.librispeech),
    "librispeech_dummy": ("hf-internal-testing/librispeech_asr_dummy", media.librispeech_dummy),
    "livecodebench": ("livecodebench/code_generation_lite", programs.livecodebench),
    "longbench_v2": ("THUDM/LongBench-v2", questions.longbench_v2),
    "math_500": ("HuggingFaceH4/MATH-500", mathematics.math_500),
    "mbpp": ("google-research-datasets/mbpp", programs.mbpp),
    "mmlu": ("cais/mmlu", questions.mmlu),
    "mmlu_pro": ("TIGER-Lab/MMLU-Pro", questions.mmlu_pro),
    "mmlu_redux": ("edinburgh-dawg/mmlu-redux", questions.mmlu_redux),
    "no_robots": ("HuggingFaceH4/no_robots", conversations.no_robots),
    "nq_hotpotqa": ("PeterJinGo/nq_hotpotqa_train", questions.nq_hotpotqa),
    "openthoughts3": ("open-thoughts/OpenThoughts3-1.2M", conversations.openthoughts3),
    "pets": ("dpdl-benchmark/oxford_iiit_pet", media.pets),
    "polaris": ("POLARIS-Project/Polaris-Dataset-53K", mathematics.polaris),
    "sciknoweval": ("hicai-zju/SciKnowEval", questions.sciknoweval),
    "stanford_cars": ("tanganke/stanford_cars", media.stanford_cars),
    "supergpqa": ("m-a-p/SuperGPQA", questions.supergpqa),
    "swe_bench_verified": ("princeton-nlp/SWE-bench_Verified", programs.swe_bench_verified),
    "terminal_bench": ("ia03/terminal-bench", programs.terminal_bench),
    "toolalpaca": ("tangqiaoyu/ToolAlpaca", questions.toolalpaca),
    "tulu3": ("allenai/tulu-3-sft-mixture", conversations.tulu3),
    "tulu3_8b_preference": ("allenai/llama-3.1-tulu-3-8b-preference-mixture", conversations.tulu3_8b_preference),
    "ultrafeedback": ("argilla/ultrafeedback-binarized-preferences", conversations.ultrafeedback),
    "wiki_index_2018": ("tianyi-thinks/2018-wiki-index", media.wiki_index_2018),
    # models: what their tokenizers and image processors need
    "kimi_k2_thinking": ("models/moonshotai/Kimi-K2-Thinking", tokenizers.kimi),
    "kimi_k2_5": ("models/moonshotai/Kimi-K2.5", tokenizers.kimi_vision),
    "kimi_k2_5_images": ("models/moonshotai/Kimi-K2.5", tokenizers.kimi_vision),
    "kimi_k2_6": ("models/moonshotai/Kimi-K2.6", tokenizers.kimi_vision),
    "llama3_tokenizer": ("models/thinkingmachineslabinc/meta-llama-3-instruct-tokenizer", tokenizers.tokenizer),
    "qwen3_8b": ("models/Qwen/Qwen3-8B", tokenizers.tokenizer),
    "qwen3_5_4b": ("models/Qwen/Qwen3.5-4B", tokenizers.vision_model),
    "qwen3_5_9b": ("models/Qwen/Qwen3.5-9B", tokenizers.vision_model),
    "qwen3_5_9b_base": ("models/Qwen/Qwen3.5-9B-Base", tokenizers.vision_model),
    "qwen3_5_397b_a17b": ("models/Qwen/Qwen3.5-397B-A17B", tokenizers.vision_model),
    "qwen3_6_27b": ("models/Qwen/Qwen3.6-27B", tokenizers.vision_model),
    "qwen3_6_35b_a3b": ("models/Qwen/Qwen3.6-35B-A3B", tokenizers.vision_model),
}
"""Name of a manifest -> the Hub's id (models below `models/`), and what generates its repository."""


def make(name: str, folder: Path) -> Path:
    """Write the repository of a manifest below `folder`, in Hub layout; returns the repository's own folder."""
    repo, files = REPOSITORIES[name]
    root = folder / (repo if repo.startswith("models/") else f"datasets/{repo}")
    for path, data in files().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def fitting(name: str) -> str:
    """The shipped manifest, with what only the real bytes can fulfil taken out; `mmlu` has fewer subjects here."""
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifests" / "datasets" / f"{name}.yaml").read_text("utf-8"))
    for key in ("revision", "digests"):
        manifest.pop(key, None)
    for config in (*manifest.get("configs", {}).values(), *manifest.get("config_groups", ())):
        for split in config["splits"].values():
            split.pop("rows", None)
    if name == "mmlu":
        manifest["config_groups"][0]["names"] = list(questions.MMLU)
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)


def project_with(folder: Path, *names: str) -> Project:
    """A project in `folder`/project whose manifests fit the repositories, which lie in `folder`/hub."""
    project = Project.make(folder)
    for name in names:
        make(name, folder / "hub")
        project.write(name, fitting(name))
    return project
