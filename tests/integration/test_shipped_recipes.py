"""Every id that the cookbook names has a manifest, and every recipe's needs are met by what a lock then has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recipes_data.catalogue import read_catalogue
from recipes_data.digests import check_published
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.lockfile import Lock
from recipes_data.locking import lock_dataset
from recipes_data.mirror import Mirror
from recipes_data.online import Opener
from tests.repositories import REPOSITORIES, fitting, make
from tests.worlds import ROOT

SHIPPED = read_catalogue([ROOT / "manifests"])
_HUB_IDS = """
openai/gsm8k HuggingFaceH4/MATH-500 EleutherAI/hendrycks_math POLARIS-Project/Polaris-Dataset-53K
zwhe99/DeepMath-103K agentica-org/DeepCoder-Preview-Dataset PeterJinGo/nq_hotpotqa_train
tianyi-thinks/2018-wiki-index prometheus-eval/Feedback-Collection hicai-zju/SciKnowEval tangqiaoyu/ToolAlpaca
HuggingFaceH4/no_robots allenai/tulu-3-sft-mixture open-thoughts/OpenThoughts3-1.2M Anthropic/hh-rlhf
nvidia/HelpSteer3 nvidia/HelpSteer2 argilla/ultrafeedback-binarized-preferences
allenai/llama-3.1-tulu-3-8b-preference-mixture lmarena-ai/arena-human-preference-140k dpdl-benchmark/caltech101
dpdl-benchmark/oxford_flowers102 dpdl-benchmark/oxford_iiit_pet tanganke/stanford_cars openslr/librispeech_asr
ekacare/eka-medical-asr-evaluation-dataset hf-internal-testing/librispeech_asr_dummy MathArena/aime_2025
MathArena/aime_2026 MathArena/hmmt_feb_2025 MathArena/hmmt_nov_2025 TIGER-Lab/MMLU-Pro edinburgh-dawg/mmlu-redux
Idavidrein/gpqa google/IFEval allenai/IFBench_test google-research-datasets/mbpp ceval/ceval-exam m-a-p/SuperGPQA
lmarena-ai/arena-hard-auto-v0.1 THUDM/LongBench-v2 livecodebench/code_generation_lite
gorilla-llm/Berkeley-Function-Calling-Leaderboard ia03/terminal-bench princeton-nlp/SWE-bench_Verified
"""
_MODEL_IDS = """
moonshotai/Kimi-K2-Thinking moonshotai/Kimi-K2.5 moonshotai/Kimi-K2.6
thinkingmachineslabinc/meta-llama-3-instruct-tokenizer Qwen/Qwen3.5-9B-Base Qwen/Qwen3.5-9B Qwen/Qwen3.5-4B
Qwen/Qwen3.6-35B-A3B Qwen/Qwen3.6-27B Qwen/Qwen3.5-397B-A17B Qwen/Qwen3-8B
"""
HUB_IDS, MODEL_IDS = _HUB_IDS.split(), _MODEL_IDS.split()
KIMI_PINS = {
    ("moonshotai/Kimi-K2-Thinking", "a51ccc050d73dab088bf7b0e2dd9b30ae85a4e55"),
    ("moonshotai/Kimi-K2.5", "2426b45b6af0da48d0dcce71bbce6225e5c73adc"),
    ("moonshotai/Kimi-K2.5", "3367c8d1c68584429fab7faf845a32d5195b6ac1"),
    ("moonshotai/Kimi-K2.6", "b5aabbfb20227ed42becbf5541dbffd213942c58"),
}
PUBLISHED = {
    ("gsm8k", "main/train-00000-of-00001.parquet"): "ea82612ea9582142387730c793eb67d3b12849002bc0b7fa6f8efafa7351419d",
    ("gsm8k", "main/test-00000-of-00001.parquet"): "ee7b8da9e381df27b9e3f7758a159ab2bdaa4dbaa910546cbbc47e0cb44e4f59",
    ("livecodebench", "test6.jsonl"): "bb4c364f71921c4495a6ad15abe1a927350b720009f4933e2e71f8af0f6fd1f5",
    ("math_500", "test.jsonl"): "35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132",
    (
        "mmlu_pro",
        "data/test-00000-of-00001.parquet",
    ): "0e24a191921c2f453518a537a8b2117bd137e7714d4ef1565e9ba06c1ecb9ad8",
    (
        "mmlu_pro",
        "data/validation-00000-of-00001.parquet",
    ): "139423c23722e480c807ac4a191409a710cfce4eba744c1d641cf88e730e2078",
    ("ifeval", "ifeval_input_data.jsonl"): "6a85310ca8ce15eff755aa08a3a4ff931c7e273e7515ebb3c492ea85fd8288f2",
}
DOUBTFUL = {"toolalpaca", "sciknoweval", "ceval", "librispeech"}


def test_every_dataset_and_model_that_the_cookbook_names_has_a_manifest() -> None:
    assert len(HUB_IDS) == len(set(HUB_IDS)) == 45
    for kind, ids in (("dataset", HUB_IDS), ("model", MODEL_IDS)):
        shipped = {SHIPPED.dataset(name).repo for name in SHIPPED.datasets if SHIPPED.dataset(name).type == kind}
        assert set(ids) <= shipped
    further = {SHIPPED.dataset(name).repo for name in SHIPPED.datasets} - {*HUB_IDS, *MODEL_IDS, ""}
    assert further == {"cais/mmlu", "openai/openai_humaneval", "lukaemon/bbh"}
    remote = {name for name in SHIPPED.datasets if SHIPPED.dataset(name).is_remote}
    examples = {"example_conversations", "example_multilingual", "common_english_nouns"}
    assert remote == {"expresso", "tau2_airline", "self_distillation", *examples}


def test_kimi_is_at_the_cookbooks_pins_and_lists_its_programs_singly() -> None:
    kimi = [m for name in SHIPPED.datasets if (m := SHIPPED.dataset(name)).repo.startswith("moonshotai/")]
    assert {(manifest.repo, manifest.revision) for manifest in kimi} == KIMI_PINS
    for manifest in kimi:
        patterns = (*(manifest.files or ()), *manifest.optional)
        assert not [pattern for pattern in patterns if re.search(r"[*?\[]", pattern)]
    tokenizers = [manifest for manifest in kimi if manifest.name != "kimi_k2_5_images"]
    assert all("tokenization_kimi.py" in (manifest.files or ()) for manifest in tokenizers)


def test_no_model_manifest_asks_for_weights() -> None:
    weights = re.compile(r"safetensors|\.bin|\.pt|\.gguf|\*\*")
    for name in SHIPPED.datasets:
        manifest = SHIPPED.dataset(name)
        if manifest.type == "model":
            assert not [pattern for pattern in (*(manifest.files or ()), *manifest.optional) if weights.search(pattern)]


@pytest.mark.parametrize(("name", "path"), sorted(PUBLISHED))
def test_what_unrelated_people_published_stands_in_the_manifest(name: str, path: str) -> None:
    known = SHIPPED.dataset(name).digests[path]
    assert known.sha256 == PUBLISHED[name, path]
    assert "two or more unrelated public places" in (known.evidence or "")


def test_doubtful_repositories_say_so() -> None:
    assert {name for name in SHIPPED.datasets if SHIPPED.dataset(name).doubt and SHIPPED.dataset(name).repo} == DOUBTFUL


def test_every_pin_and_every_count_has_evidence_and_nothing_remembered_is_promised() -> None:
    for name in SHIPPED.datasets:
        manifest = SHIPPED.dataset(name)
        assert manifest.evidence, name
        for config, spec in manifest.all_configs().items():
            for split in (split for split in spec.splits if spec.splits[split].rows is not None):
                assert not re.search("remember|memory", manifest.evidence_of(config, split)), name


@pytest.fixture(scope="module")
def locks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lock]:
    """The lock of every dataset and model on a Hub, from its generated repository; no byte is fetched."""
    folder = tmp_path_factory.mktemp("needs")
    (folder / "manifests" / "datasets").mkdir(parents=True)
    for name in REPOSITORIES:
        make(name, folder / "hub")
        (folder / "manifests" / "datasets" / f"{name}.yaml").write_text(fitting(name), encoding="utf-8")
    catalogue = read_catalogue([folder / "manifests"])
    with Mirror(folder / "hub") as mirror:
        opener = Opener(mirror.url, {"NO_PROXY": "*"}, token=False)
        try:
            return {
                name: lock_dataset(
                    opener().client,
                    catalogue,
                    name,
                    previous=None,
                    patience=Patience(Policy(retries=1)),
                    origin=mirror.url,
                    allow_unsafe=True,
                )
                for name in REPOSITORIES
            }
        finally:
            opener.close()


def test_every_need_of_every_recipe_names_a_config_and_splits_that_its_lock_has(locks: dict[str, Lock]) -> None:
    looked_at = 0
    for recipe in SHIPPED.recipes:
        for need in SHIPPED.recipe(recipe).needs:
            assert need.name in SHIPPED.datasets, f"{recipe}: {need.name}"
            if need.name not in locks:
                manifest = SHIPPED.dataset(need.name)
                assert manifest.is_remote
                splits = {c: set(config.splits) for c, config in manifest.all_configs().items()}
                assert need.config is None or set(need.splits) <= splits[need.config]
                continue
            config = locks[need.name].config(need.config)
            assert set(need.splits) <= {split.name for split in config.splits}, f"{recipe}: {need}"
            looked_at += 1
    assert looked_at > 140


def test_every_dataset_and_model_is_needed_by_some_recipe_but_those_that_only_others_use() -> None:
    needed = {need.name for recipe in SHIPPED.recipes for need in SHIPPED.recipe(recipe).needs}
    assert set(SHIPPED.datasets) - needed == {"bbh", "humaneval"}


def test_every_recipe_says_which_script_it_describes() -> None:
    for recipe in SHIPPED.recipes:
        described = SHIPPED.recipe(recipe).describes
        if recipe != "default":
            assert described is not None
            assert (described.project, described.commit) == ("thinking-machines-lab/tinker-cookbook", "9dfcc3a2")
            assert re.match(r"(tinker_cookbook|tutorials)/", described.file)


def test_the_shipped_digests_refuse_every_generated_lock(locks: dict[str, Lock]) -> None:
    for name in {name for name, _ in PUBLISHED}:
        with pytest.raises(Exception, match="published sha256:"):
            check_published(locks[name], SHIPPED.dataset(name))


def test_the_manifests_that_ship_fit_the_folder_that_is_packed() -> None:
    packed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"manifests/datasets" = "recipes_data/_manifests/datasets"' in packed
    assert {path.suffix for path in Path(ROOT / "manifests" / "recipes").iterdir()} == {".yaml"}
