# Made by recipes-data of manifests and locks; do not edit. docs/editor.md says how to make it anew.
# mypy: disable-error-code="overload-overlap"
# pyright: basic, reportOverlappingOverload=false
"""Rows by name: what `load` and `load_dataset` give for each dataset, and the types of its rows.

These types are for type checkers: import them under `if TYPE_CHECKING:`.
"""

import datetime
import decimal
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, overload

from loaders.dataset_calls import Splits
from loaders.rows import Rows
from loaders.stream import Stream
from loaders.stream_order import StreamOrder

_Folder: TypeAlias = str | os.PathLike[str] | None
_DataFiles: TypeAlias = str | Sequence[str] | Mapping[str, str | Sequence[str]] | None

class _Here(TypedDict, total=False):
    sample: bool
    fetch: bool
    token: str | Literal[False] | None
    store: _Folder

class _Loaded(_Here, total=False):
    rows: int | None
    shards: Sequence[int] | None
    build: bool

class _Elsewhere(_Here, total=False):
    manifests: _Folder
    project: _Folder

class _LoadedElsewhere(_Loaded, total=False):
    manifests: _Folder
    project: _Folder

Media = TypedDict("Media", {"bytes": bytes, "path": str | None})
BfclRow = TypedDict("BfclRow", {"text": str})
CommonEnglishNounsRow = TypedDict("CommonEnglishNounsRow", {"text": str})
DeepmathRow = TypedDict(
    "DeepmathRow",
    {
        "question": str,
        "final_answer": str,
        "difficulty": float,
        "topic": str,
        "r1_solution_1": str,
        "r1_solution_2": str,
        "r1_solution_3": str,
    },
)
ExampleMultilingualRow = TypedDict("ExampleMultilingualRow", {"text": str})
ExpressoListsRow = TypedDict("ExpressoListsRow", {"text": str})
Gsm8kRow = TypedDict("Gsm8kRow", {"question": str, "answer": str})
HendrycksMathRow = TypedDict(
    "HendrycksMathRow",
    {
        "problem": str,
        "level": str,
        "type": str,
        "solution": str,
    },
)
HhRlhfRow = TypedDict("HhRlhfRow", {"chosen": str, "rejected": str})
HumanevalRow = TypedDict(
    "HumanevalRow",
    {
        "task_id": str,
        "prompt": str,
        "canonical_solution": str,
        "test": str,
        "entry_point": str,
    },
)
LivecodebenchRow = TypedDict(
    "LivecodebenchRow",
    {
        "question_title": str,
        "question_content": str,
        "platform": str,
        "question_id": str,
        "contest_id": str,
        "contest_date": str,
        "starter_code": str,
        "difficulty": str,
        "public_test_cases": str,
        "private_test_cases": str,
        "metadata": str,
    },
)
Math500Row = TypedDict(
    "Math500Row",
    {
        "problem": str,
        "solution": str,
        "answer": str,
        "subject": str,
        "level": int,
        "unique_id": str,
    },
)
MmluProRow = TypedDict(
    "MmluProRow",
    {
        "question_id": int,
        "question": str,
        "options": list[str],
        "answer": str,
        "answer_index": int,
        "cot_content": str,
        "category": str,
        "src": str,
    },
)
Tulu3RowMessages = TypedDict("Tulu3RowMessages", {"content": str, "role": str})
Tulu3Row = TypedDict("Tulu3Row", {"id": str, "messages": list[Tulu3RowMessages], "source": str})

_Name: TypeAlias = Literal[
    "aime_2025",
    "aime_2026",
    "arena_140k",
    "arena_hard",
    "bbh",
    "bfcl",
    "caltech101",
    "ceval",
    "common_english_nouns",
    "deepcoder",
    "deepmath",
    "eka_medical_asr",
    "example_conversations",
    "example_multilingual",
    "expresso",
    "feedback_collection",
    "flowers102",
    "gpqa",
    "gsm8k",
    "helpsteer2",
    "helpsteer3",
    "hendrycks_math",
    "hh_rlhf",
    "hmmt_feb_2025",
    "hmmt_nov_2025",
    "humaneval",
    "ifbench",
    "ifeval",
    "librispeech",
    "librispeech_dummy",
    "livecodebench",
    "longbench_v2",
    "math_500",
    "mbpp",
    "mmlu",
    "mmlu_pro",
    "mmlu_redux",
    "no_robots",
    "nq_hotpotqa",
    "openthoughts3",
    "pets",
    "polaris",
    "sciknoweval",
    "self_distillation",
    "stanford_cars",
    "supergpqa",
    "swe_bench_verified",
    "terminal_bench",
    "toolalpaca",
    "tulu3",
    "tulu3_8b_preference",
    "ultrafeedback",
]

_BfclAddress: TypeAlias = Literal[
    "bfcl",
    "bfcl:train",
    "bfcl/simple",
    "bfcl/simple:train",
    "bfcl/simple_answers",
    "bfcl/simple_answers:train",
]
_BfclConfig: TypeAlias = Literal["simple", "simple_answers"]
_BfclSplit: TypeAlias = Literal["train"]

_CommonEnglishNounsAddress: TypeAlias = Literal[
    "common_english_nouns",
    "common_english_nouns:train",
    "common_english_nouns/default",
    "common_english_nouns/default:train",
]
_CommonEnglishNounsConfig: TypeAlias = Literal["default"]
_CommonEnglishNounsSplit: TypeAlias = Literal["train"]

_DeepmathAddress: TypeAlias = Literal["deepmath", "deepmath:train", "deepmath/default", "deepmath/default:train"]
_DeepmathConfig: TypeAlias = Literal["default"]
_DeepmathSplit: TypeAlias = Literal["train"]

_ExampleConversationsAddress: TypeAlias = Literal[
    "example_conversations",
    "example_conversations:train",
    "example_conversations/default",
    "example_conversations/default:train",
]
_ExampleConversationsConfig: TypeAlias = Literal["default"]
_ExampleConversationsSplit: TypeAlias = Literal["train"]

_ExampleMultilingualAddress: TypeAlias = Literal[
    "example_multilingual",
    "example_multilingual:train",
    "example_multilingual/default",
    "example_multilingual/default:train",
]
_ExampleMultilingualConfig: TypeAlias = Literal["default"]
_ExampleMultilingualSplit: TypeAlias = Literal["train"]

_ExpressoAddress: TypeAlias = Literal["expresso", "expresso:base", "expresso/read", "expresso/read:base"]
_ExpressoConfig: TypeAlias = Literal["read"]
_ExpressoSplit: TypeAlias = Literal["base"]

_Expresso1Address: TypeAlias = Literal[
    "expresso",
    "expresso/lists",
    "expresso/lists:transcriptions",
    "expresso/lists:train",
    "expresso/lists:dev",
    "expresso/lists:test",
]
_Expresso1Config: TypeAlias = Literal["lists"]
_Expresso1Split: TypeAlias = Literal["transcriptions", "train", "dev", "test"]

_GpqaAddress: TypeAlias = Literal["gpqa", "gpqa:train", "gpqa/gpqa_diamond", "gpqa/gpqa_diamond:train"]
_GpqaConfig: TypeAlias = Literal["gpqa_diamond"]
_GpqaSplit: TypeAlias = Literal["train"]

_Gsm8kAddress: TypeAlias = Literal[
    "gsm8k",
    "gsm8k:train",
    "gsm8k:test",
    "gsm8k/main",
    "gsm8k/main:train",
    "gsm8k/main:test",
    "gsm8k/socratic",
    "gsm8k/socratic:train",
    "gsm8k/socratic:test",
]
_Gsm8kConfig: TypeAlias = Literal["main", "socratic"]
_Gsm8kSplit: TypeAlias = Literal["train", "test"]

_Helpsteer3Address: TypeAlias = Literal[
    "helpsteer3",
    "helpsteer3:train",
    "helpsteer3:validation",
    "helpsteer3/preference",
    "helpsteer3/preference:train",
    "helpsteer3/preference:validation",
    "helpsteer3/feedback",
    "helpsteer3/feedback:train",
    "helpsteer3/feedback:validation",
]
_Helpsteer3Config: TypeAlias = Literal["preference", "feedback"]
_Helpsteer3Split: TypeAlias = Literal["train", "validation"]

_HendrycksMathAddress: TypeAlias = Literal[
    "hendrycks_math",
    "hendrycks_math/algebra",
    "hendrycks_math/algebra:train",
    "hendrycks_math/algebra:test",
    "hendrycks_math/counting_and_probability",
    "hendrycks_math/counting_and_probability:train",
    "hendrycks_math/counting_and_probability:test",
    "hendrycks_math/geometry",
    "hendrycks_math/geometry:train",
    "hendrycks_math/geometry:test",
    "hendrycks_math/intermediate_algebra",
    "hendrycks_math/intermediate_algebra:train",
    "hendrycks_math/intermediate_algebra:test",
    "hendrycks_math/number_theory",
    "hendrycks_math/number_theory:train",
    "hendrycks_math/number_theory:test",
    "hendrycks_math/prealgebra",
    "hendrycks_math/prealgebra:train",
    "hendrycks_math/prealgebra:test",
    "hendrycks_math/precalculus",
    "hendrycks_math/precalculus:train",
    "hendrycks_math/precalculus:test",
]
_HendrycksMathConfig: TypeAlias = Literal[
    "algebra",
    "counting_and_probability",
    "geometry",
    "intermediate_algebra",
    "number_theory",
    "prealgebra",
    "precalculus",
]
_HendrycksMathSplit: TypeAlias = Literal["train", "test"]

_HhRlhfAddress: TypeAlias = Literal[
    "hh_rlhf",
    "hh_rlhf:train",
    "hh_rlhf:test",
    "hh_rlhf/default",
    "hh_rlhf/default:train",
    "hh_rlhf/default:test",
]
_HhRlhfConfig: TypeAlias = Literal["default"]
_HhRlhfSplit: TypeAlias = Literal["train", "test"]

_HumanevalAddress: TypeAlias = Literal[
    "humaneval",
    "humaneval:test",
    "humaneval/openai_humaneval",
    "humaneval/openai_humaneval:test",
]
_HumanevalConfig: TypeAlias = Literal["openai_humaneval"]
_HumanevalSplit: TypeAlias = Literal["test"]

_IfevalAddress: TypeAlias = Literal["ifeval", "ifeval:train", "ifeval/default", "ifeval/default:train"]
_IfevalConfig: TypeAlias = Literal["default"]
_IfevalSplit: TypeAlias = Literal["train"]

_LivecodebenchAddress: TypeAlias = Literal[
    "livecodebench",
    "livecodebench:test",
    "livecodebench/release_v1",
    "livecodebench/release_v1:test",
    "livecodebench/release_v2",
    "livecodebench/release_v2:test",
    "livecodebench/release_v3",
    "livecodebench/release_v3:test",
    "livecodebench/release_v4",
    "livecodebench/release_v4:test",
    "livecodebench/release_v5",
    "livecodebench/release_v5:test",
    "livecodebench/release_v6",
    "livecodebench/release_v6:test",
    "livecodebench/v1",
    "livecodebench/v1:test",
    "livecodebench/v2",
    "livecodebench/v2:test",
    "livecodebench/v3",
    "livecodebench/v3:test",
    "livecodebench/v4",
    "livecodebench/v4:test",
    "livecodebench/v5",
    "livecodebench/v5:test",
    "livecodebench/v6",
    "livecodebench/v6:test",
]
_LivecodebenchConfig: TypeAlias = Literal[
    "release_v1",
    "release_v2",
    "release_v3",
    "release_v4",
    "release_v5",
    "release_v6",
    "v1",
    "v2",
    "v3",
    "v4",
    "v5",
    "v6",
]
_LivecodebenchSplit: TypeAlias = Literal["test"]

_Math500Address: TypeAlias = Literal["math_500", "math_500:test", "math_500/default", "math_500/default:test"]
_Math500Config: TypeAlias = Literal["default"]
_Math500Split: TypeAlias = Literal["test"]

_MmluAddress: TypeAlias = Literal[
    "mmlu",
    "mmlu:test",
    "mmlu:validation",
    "mmlu:dev",
    "mmlu/all",
    "mmlu/all:test",
    "mmlu/all:validation",
    "mmlu/all:dev",
    "mmlu/abstract_algebra",
    "mmlu/abstract_algebra:test",
    "mmlu/abstract_algebra:validation",
    "mmlu/abstract_algebra:dev",
    "mmlu/anatomy",
    "mmlu/anatomy:test",
    "mmlu/anatomy:validation",
    "mmlu/anatomy:dev",
    "mmlu/astronomy",
    "mmlu/astronomy:test",
    "mmlu/astronomy:validation",
    "mmlu/astronomy:dev",
    "mmlu/business_ethics",
    "mmlu/business_ethics:test",
    "mmlu/business_ethics:validation",
    "mmlu/business_ethics:dev",
    "mmlu/clinical_knowledge",
    "mmlu/clinical_knowledge:test",
    "mmlu/clinical_knowledge:validation",
    "mmlu/clinical_knowledge:dev",
    "mmlu/college_biology",
    "mmlu/college_biology:test",
    "mmlu/college_biology:validation",
    "mmlu/college_biology:dev",
    "mmlu/college_chemistry",
    "mmlu/college_chemistry:test",
    "mmlu/college_chemistry:validation",
    "mmlu/college_chemistry:dev",
    "mmlu/college_computer_science",
    "mmlu/college_computer_science:test",
    "mmlu/college_computer_science:validation",
    "mmlu/college_computer_science:dev",
    "mmlu/college_mathematics",
    "mmlu/college_mathematics:test",
    "mmlu/college_mathematics:validation",
    "mmlu/college_mathematics:dev",
    "mmlu/college_medicine",
    "mmlu/college_medicine:test",
    "mmlu/college_medicine:validation",
    "mmlu/college_medicine:dev",
    "mmlu/college_physics",
    "mmlu/college_physics:test",
    "mmlu/college_physics:validation",
    "mmlu/college_physics:dev",
    "mmlu/computer_security",
    "mmlu/computer_security:test",
    "mmlu/computer_security:validation",
    "mmlu/computer_security:dev",
    "mmlu/conceptual_physics",
    "mmlu/conceptual_physics:test",
    "mmlu/conceptual_physics:validation",
    "mmlu/conceptual_physics:dev",
    "mmlu/econometrics",
    "mmlu/econometrics:test",
    "mmlu/econometrics:validation",
    "mmlu/econometrics:dev",
    "mmlu/electrical_engineering",
    "mmlu/electrical_engineering:test",
    "mmlu/electrical_engineering:validation",
    "mmlu/electrical_engineering:dev",
    "mmlu/elementary_mathematics",
    "mmlu/elementary_mathematics:test",
    "mmlu/elementary_mathematics:validation",
    "mmlu/elementary_mathematics:dev",
    "mmlu/formal_logic",
    "mmlu/formal_logic:test",
    "mmlu/formal_logic:validation",
    "mmlu/formal_logic:dev",
    "mmlu/global_facts",
    "mmlu/global_facts:test",
    "mmlu/global_facts:validation",
    "mmlu/global_facts:dev",
    "mmlu/high_school_biology",
    "mmlu/high_school_biology:test",
    "mmlu/high_school_biology:validation",
    "mmlu/high_school_biology:dev",
    "mmlu/high_school_chemistry",
    "mmlu/high_school_chemistry:test",
    "mmlu/high_school_chemistry:validation",
    "mmlu/high_school_chemistry:dev",
    "mmlu/high_school_computer_science",
    "mmlu/high_school_computer_science:test",
    "mmlu/high_school_computer_science:validation",
    "mmlu/high_school_computer_science:dev",
    "mmlu/high_school_european_history",
    "mmlu/high_school_european_history:test",
    "mmlu/high_school_european_history:validation",
    "mmlu/high_school_european_history:dev",
    "mmlu/high_school_geography",
    "mmlu/high_school_geography:test",
    "mmlu/high_school_geography:validation",
    "mmlu/high_school_geography:dev",
    "mmlu/high_school_government_and_politics",
    "mmlu/high_school_government_and_politics:test",
    "mmlu/high_school_government_and_politics:validation",
    "mmlu/high_school_government_and_politics:dev",
    "mmlu/high_school_macroeconomics",
    "mmlu/high_school_macroeconomics:test",
    "mmlu/high_school_macroeconomics:validation",
    "mmlu/high_school_macroeconomics:dev",
    "mmlu/high_school_mathematics",
    "mmlu/high_school_mathematics:test",
    "mmlu/high_school_mathematics:validation",
    "mmlu/high_school_mathematics:dev",
    "mmlu/high_school_microeconomics",
    "mmlu/high_school_microeconomics:test",
    "mmlu/high_school_microeconomics:validation",
    "mmlu/high_school_microeconomics:dev",
    "mmlu/high_school_physics",
    "mmlu/high_school_physics:test",
    "mmlu/high_school_physics:validation",
    "mmlu/high_school_physics:dev",
    "mmlu/high_school_psychology",
    "mmlu/high_school_psychology:test",
    "mmlu/high_school_psychology:validation",
    "mmlu/high_school_psychology:dev",
    "mmlu/high_school_statistics",
    "mmlu/high_school_statistics:test",
    "mmlu/high_school_statistics:validation",
    "mmlu/high_school_statistics:dev",
    "mmlu/high_school_us_history",
    "mmlu/high_school_us_history:test",
    "mmlu/high_school_us_history:validation",
    "mmlu/high_school_us_history:dev",
    "mmlu/high_school_world_history",
    "mmlu/high_school_world_history:test",
    "mmlu/high_school_world_history:validation",
    "mmlu/high_school_world_history:dev",
    "mmlu/human_aging",
    "mmlu/human_aging:test",
    "mmlu/human_aging:validation",
    "mmlu/human_aging:dev",
    "mmlu/human_sexuality",
    "mmlu/human_sexuality:test",
    "mmlu/human_sexuality:validation",
    "mmlu/human_sexuality:dev",
    "mmlu/international_law",
    "mmlu/international_law:test",
    "mmlu/international_law:validation",
    "mmlu/international_law:dev",
    "mmlu/jurisprudence",
    "mmlu/jurisprudence:test",
    "mmlu/jurisprudence:validation",
    "mmlu/jurisprudence:dev",
    "mmlu/logical_fallacies",
    "mmlu/logical_fallacies:test",
    "mmlu/logical_fallacies:validation",
    "mmlu/logical_fallacies:dev",
    "mmlu/machine_learning",
    "mmlu/machine_learning:test",
    "mmlu/machine_learning:validation",
    "mmlu/machine_learning:dev",
    "mmlu/management",
    "mmlu/management:test",
    "mmlu/management:validation",
    "mmlu/management:dev",
    "mmlu/marketing",
    "mmlu/marketing:test",
    "mmlu/marketing:validation",
    "mmlu/marketing:dev",
    "mmlu/medical_genetics",
    "mmlu/medical_genetics:test",
    "mmlu/medical_genetics:validation",
    "mmlu/medical_genetics:dev",
    "mmlu/miscellaneous",
    "mmlu/miscellaneous:test",
    "mmlu/miscellaneous:validation",
    "mmlu/miscellaneous:dev",
    "mmlu/moral_disputes",
    "mmlu/moral_disputes:test",
    "mmlu/moral_disputes:validation",
    "mmlu/moral_disputes:dev",
    "mmlu/moral_scenarios",
    "mmlu/moral_scenarios:test",
    "mmlu/moral_scenarios:validation",
    "mmlu/moral_scenarios:dev",
    "mmlu/nutrition",
    "mmlu/nutrition:test",
    "mmlu/nutrition:validation",
    "mmlu/nutrition:dev",
    "mmlu/philosophy",
    "mmlu/philosophy:test",
    "mmlu/philosophy:validation",
    "mmlu/philosophy:dev",
    "mmlu/prehistory",
    "mmlu/prehistory:test",
    "mmlu/prehistory:validation",
    "mmlu/prehistory:dev",
    "mmlu/professional_accounting",
    "mmlu/professional_accounting:test",
    "mmlu/professional_accounting:validation",
    "mmlu/professional_accounting:dev",
    "mmlu/professional_law",
    "mmlu/professional_law:test",
    "mmlu/professional_law:validation",
    "mmlu/professional_law:dev",
    "mmlu/professional_medicine",
    "mmlu/professional_medicine:test",
    "mmlu/professional_medicine:validation",
    "mmlu/professional_medicine:dev",
    "mmlu/professional_psychology",
    "mmlu/professional_psychology:test",
    "mmlu/professional_psychology:validation",
    "mmlu/professional_psychology:dev",
    "mmlu/public_relations",
    "mmlu/public_relations:test",
    "mmlu/public_relations:validation",
    "mmlu/public_relations:dev",
    "mmlu/security_studies",
    "mmlu/security_studies:test",
    "mmlu/security_studies:validation",
    "mmlu/security_studies:dev",
    "mmlu/sociology",
    "mmlu/sociology:test",
    "mmlu/sociology:validation",
    "mmlu/sociology:dev",
    "mmlu/us_foreign_policy",
    "mmlu/us_foreign_policy:test",
    "mmlu/us_foreign_policy:validation",
    "mmlu/us_foreign_policy:dev",
    "mmlu/virology",
    "mmlu/virology:test",
    "mmlu/virology:validation",
    "mmlu/virology:dev",
    "mmlu/world_religions",
    "mmlu/world_religions:test",
    "mmlu/world_religions:validation",
    "mmlu/world_religions:dev",
]
_MmluConfig: TypeAlias = Literal[
    "all",
    "abstract_algebra",
    "anatomy",
    "astronomy",
    "business_ethics",
    "clinical_knowledge",
    "college_biology",
    "college_chemistry",
    "college_computer_science",
    "college_mathematics",
    "college_medicine",
    "college_physics",
    "computer_security",
    "conceptual_physics",
    "econometrics",
    "electrical_engineering",
    "elementary_mathematics",
    "formal_logic",
    "global_facts",
    "high_school_biology",
    "high_school_chemistry",
    "high_school_computer_science",
    "high_school_european_history",
    "high_school_geography",
    "high_school_government_and_politics",
    "high_school_macroeconomics",
    "high_school_mathematics",
    "high_school_microeconomics",
    "high_school_physics",
    "high_school_psychology",
    "high_school_statistics",
    "high_school_us_history",
    "high_school_world_history",
    "human_aging",
    "human_sexuality",
    "international_law",
    "jurisprudence",
    "logical_fallacies",
    "machine_learning",
    "management",
    "marketing",
    "medical_genetics",
    "miscellaneous",
    "moral_disputes",
    "moral_scenarios",
    "nutrition",
    "philosophy",
    "prehistory",
    "professional_accounting",
    "professional_law",
    "professional_medicine",
    "professional_psychology",
    "public_relations",
    "security_studies",
    "sociology",
    "us_foreign_policy",
    "virology",
    "world_religions",
]
_MmluSplit: TypeAlias = Literal["test", "validation", "dev"]

_MmluProAddress: TypeAlias = Literal[
    "mmlu_pro",
    "mmlu_pro:test",
    "mmlu_pro:validation",
    "mmlu_pro/default",
    "mmlu_pro/default:test",
    "mmlu_pro/default:validation",
]
_MmluProConfig: TypeAlias = Literal["default"]
_MmluProSplit: TypeAlias = Literal["test", "validation"]

_NqHotpotqaAddress: TypeAlias = Literal[
    "nq_hotpotqa",
    "nq_hotpotqa:train",
    "nq_hotpotqa:test",
    "nq_hotpotqa/default",
    "nq_hotpotqa/default:train",
    "nq_hotpotqa/default:test",
]
_NqHotpotqaConfig: TypeAlias = Literal["default"]
_NqHotpotqaSplit: TypeAlias = Literal["train", "test"]

_Openthoughts3Address: TypeAlias = Literal[
    "openthoughts3",
    "openthoughts3:train",
    "openthoughts3/default",
    "openthoughts3/default:train",
]
_Openthoughts3Config: TypeAlias = Literal["default"]
_Openthoughts3Split: TypeAlias = Literal["train"]

_SelfDistillationAddress: TypeAlias = Literal[
    "self_distillation",
    "self_distillation/science",
    "self_distillation/science:train",
    "self_distillation/science:eval",
    "self_distillation/tooluse",
    "self_distillation/tooluse:train",
    "self_distillation/tooluse:eval",
]
_SelfDistillationConfig: TypeAlias = Literal["science", "tooluse"]
_SelfDistillationSplit: TypeAlias = Literal["train", "eval"]

_Tulu3Address: TypeAlias = Literal["tulu3", "tulu3:train", "tulu3/default", "tulu3/default:train"]
_Tulu3Config: TypeAlias = Literal["default"]
_Tulu3Split: TypeAlias = Literal["train"]

@overload
def load(
    address: _BfclAddress,
    config: _BfclConfig | None = None,
    *,
    split: _BfclSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[BfclRow]: ...
@overload
def load(
    address: _BfclAddress,
    config: _BfclConfig | None = None,
    *,
    split: _BfclSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[BfclRow]: ...

@overload
def load(
    address: _CommonEnglishNounsAddress,
    config: _CommonEnglishNounsConfig | None = None,
    *,
    split: _CommonEnglishNounsSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[CommonEnglishNounsRow]: ...
@overload
def load(
    address: _CommonEnglishNounsAddress,
    config: _CommonEnglishNounsConfig | None = None,
    *,
    split: _CommonEnglishNounsSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[CommonEnglishNounsRow]: ...

@overload
def load(
    address: _DeepmathAddress,
    config: _DeepmathConfig | None = None,
    *,
    split: _DeepmathSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[DeepmathRow]: ...
@overload
def load(
    address: _DeepmathAddress,
    config: _DeepmathConfig | None = None,
    *,
    split: _DeepmathSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[DeepmathRow]: ...

@overload
def load(
    address: _ExampleConversationsAddress,
    config: _ExampleConversationsConfig | None = None,
    *,
    split: _ExampleConversationsSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _ExampleConversationsAddress,
    config: _ExampleConversationsConfig | None = None,
    *,
    split: _ExampleConversationsSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _ExampleMultilingualAddress,
    config: _ExampleMultilingualConfig | None = None,
    *,
    split: _ExampleMultilingualSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[ExampleMultilingualRow]: ...
@overload
def load(
    address: _ExampleMultilingualAddress,
    config: _ExampleMultilingualConfig | None = None,
    *,
    split: _ExampleMultilingualSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[ExampleMultilingualRow]: ...

@overload
def load(
    address: _ExpressoAddress,
    config: _ExpressoConfig | None = None,
    *,
    split: _ExpressoSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _ExpressoAddress,
    config: _ExpressoConfig | None = None,
    *,
    split: _ExpressoSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _Expresso1Address,
    config: _Expresso1Config | None = None,
    *,
    split: _Expresso1Split | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[ExpressoListsRow]: ...
@overload
def load(
    address: _Expresso1Address,
    config: _Expresso1Config | None = None,
    *,
    split: _Expresso1Split | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[ExpressoListsRow]: ...

@overload
def load(
    address: _GpqaAddress,
    config: _GpqaConfig | None = None,
    *,
    split: _GpqaSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _GpqaAddress,
    config: _GpqaConfig | None = None,
    *,
    split: _GpqaSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _Gsm8kAddress,
    config: _Gsm8kConfig | None = None,
    *,
    split: _Gsm8kSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[Gsm8kRow]: ...
@overload
def load(
    address: _Gsm8kAddress,
    config: _Gsm8kConfig | None = None,
    *,
    split: _Gsm8kSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[Gsm8kRow]: ...

@overload
def load(
    address: _Helpsteer3Address,
    config: _Helpsteer3Config | None = None,
    *,
    split: _Helpsteer3Split | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _Helpsteer3Address,
    config: _Helpsteer3Config | None = None,
    *,
    split: _Helpsteer3Split | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _HendrycksMathAddress,
    config: _HendrycksMathConfig | None = None,
    *,
    split: _HendrycksMathSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[HendrycksMathRow]: ...
@overload
def load(
    address: _HendrycksMathAddress,
    config: _HendrycksMathConfig | None = None,
    *,
    split: _HendrycksMathSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[HendrycksMathRow]: ...

@overload
def load(
    address: _HhRlhfAddress,
    config: _HhRlhfConfig | None = None,
    *,
    split: _HhRlhfSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[HhRlhfRow]: ...
@overload
def load(
    address: _HhRlhfAddress,
    config: _HhRlhfConfig | None = None,
    *,
    split: _HhRlhfSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[HhRlhfRow]: ...

@overload
def load(
    address: _HumanevalAddress,
    config: _HumanevalConfig | None = None,
    *,
    split: _HumanevalSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[HumanevalRow]: ...
@overload
def load(
    address: _HumanevalAddress,
    config: _HumanevalConfig | None = None,
    *,
    split: _HumanevalSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[HumanevalRow]: ...

@overload
def load(
    address: _IfevalAddress,
    config: _IfevalConfig | None = None,
    *,
    split: _IfevalSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _IfevalAddress,
    config: _IfevalConfig | None = None,
    *,
    split: _IfevalSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _LivecodebenchAddress,
    config: _LivecodebenchConfig | None = None,
    *,
    split: _LivecodebenchSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[LivecodebenchRow]: ...
@overload
def load(
    address: _LivecodebenchAddress,
    config: _LivecodebenchConfig | None = None,
    *,
    split: _LivecodebenchSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[LivecodebenchRow]: ...

@overload
def load(
    address: _Math500Address,
    config: _Math500Config | None = None,
    *,
    split: _Math500Split | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[Math500Row]: ...
@overload
def load(
    address: _Math500Address,
    config: _Math500Config | None = None,
    *,
    split: _Math500Split | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[Math500Row]: ...

@overload
def load(
    address: _MmluAddress,
    config: _MmluConfig | None = None,
    *,
    split: _MmluSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _MmluAddress,
    config: _MmluConfig | None = None,
    *,
    split: _MmluSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _MmluProAddress,
    config: _MmluProConfig | None = None,
    *,
    split: _MmluProSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[MmluProRow]: ...
@overload
def load(
    address: _MmluProAddress,
    config: _MmluProConfig | None = None,
    *,
    split: _MmluProSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[MmluProRow]: ...

@overload
def load(
    address: _NqHotpotqaAddress,
    config: _NqHotpotqaConfig | None = None,
    *,
    split: _NqHotpotqaSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _NqHotpotqaAddress,
    config: _NqHotpotqaConfig | None = None,
    *,
    split: _NqHotpotqaSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _Openthoughts3Address,
    config: _Openthoughts3Config | None = None,
    *,
    split: _Openthoughts3Split | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _Openthoughts3Address,
    config: _Openthoughts3Config | None = None,
    *,
    split: _Openthoughts3Split | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _SelfDistillationAddress,
    config: _SelfDistillationConfig | None = None,
    *,
    split: _SelfDistillationSplit | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _SelfDistillationAddress,
    config: _SelfDistillationConfig | None = None,
    *,
    split: _SelfDistillationSplit | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[dict[str, Any]]: ...

@overload
def load(
    address: _Tulu3Address,
    config: _Tulu3Config | None = None,
    *,
    split: _Tulu3Split | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded],
) -> Rows[Tulu3Row]: ...
@overload
def load(
    address: _Tulu3Address,
    config: _Tulu3Config | None = None,
    *,
    split: _Tulu3Split | None = None,
    stream: Literal[True],
    **how: Unpack[_Here],
) -> Stream[Tulu3Row]: ...

@overload
def load(
    address: _Name | str,
    config: str | None = None,
    *,
    split: str | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_LoadedElsewhere],
) -> Rows[dict[str, Any]]: ...
@overload
def load(
    address: _Name | str,
    config: str | None = None,
    *,
    split: str | None = None,
    stream: Literal[True],
    **how: Unpack[_Elsewhere],
) -> Stream[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["gorilla-llm/Berkeley-Function-Calling-Leaderboard"],
    name: _BfclConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _BfclSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[BfclRow]: ...

@overload
def load_dataset(
    path: Literal["gorilla-llm/Berkeley-Function-Calling-Leaderboard"],
    name: _BfclConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[BfclRow]]: ...

@overload
def load_dataset(
    path: Literal["gorilla-llm/Berkeley-Function-Calling-Leaderboard"],
    name: _BfclConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _BfclSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[BfclRow]: ...

@overload
def load_dataset(
    path: Literal["gorilla-llm/Berkeley-Function-Calling-Leaderboard"],
    name: _BfclConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[BfclRow]]: ...

@overload
def load_dataset(
    path: Literal["zwhe99/DeepMath-103K"],
    name: _DeepmathConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _DeepmathSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[DeepmathRow]: ...

@overload
def load_dataset(
    path: Literal["zwhe99/DeepMath-103K"],
    name: _DeepmathConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[DeepmathRow]]: ...

@overload
def load_dataset(
    path: Literal["zwhe99/DeepMath-103K"],
    name: _DeepmathConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _DeepmathSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[DeepmathRow]: ...

@overload
def load_dataset(
    path: Literal["zwhe99/DeepMath-103K"],
    name: _DeepmathConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[DeepmathRow]]: ...

@overload
def load_dataset(
    path: Literal["Idavidrein/gpqa"],
    name: _GpqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _GpqaSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["Idavidrein/gpqa"],
    name: _GpqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["Idavidrein/gpqa"],
    name: _GpqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _GpqaSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["Idavidrein/gpqa"],
    name: _GpqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["openai/gsm8k"],
    name: _Gsm8kConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Gsm8kSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[Gsm8kRow]: ...

@overload
def load_dataset(
    path: Literal["openai/gsm8k"],
    name: _Gsm8kConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[Gsm8kRow]]: ...

@overload
def load_dataset(
    path: Literal["openai/gsm8k"],
    name: _Gsm8kConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Gsm8kSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[Gsm8kRow]: ...

@overload
def load_dataset(
    path: Literal["openai/gsm8k"],
    name: _Gsm8kConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[Gsm8kRow]]: ...

@overload
def load_dataset(
    path: Literal["nvidia/HelpSteer3"],
    name: _Helpsteer3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Helpsteer3Split,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["nvidia/HelpSteer3"],
    name: _Helpsteer3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["nvidia/HelpSteer3"],
    name: _Helpsteer3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Helpsteer3Split,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["nvidia/HelpSteer3"],
    name: _Helpsteer3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["EleutherAI/hendrycks_math"],
    name: _HendrycksMathConfig,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _HendrycksMathSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[HendrycksMathRow]: ...

@overload
def load_dataset(
    path: Literal["EleutherAI/hendrycks_math"],
    name: _HendrycksMathConfig,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[HendrycksMathRow]]: ...

@overload
def load_dataset(
    path: Literal["EleutherAI/hendrycks_math"],
    name: _HendrycksMathConfig,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _HendrycksMathSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[HendrycksMathRow]: ...

@overload
def load_dataset(
    path: Literal["EleutherAI/hendrycks_math"],
    name: _HendrycksMathConfig,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[HendrycksMathRow]]: ...

@overload
def load_dataset(
    path: Literal["Anthropic/hh-rlhf"],
    name: _HhRlhfConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _HhRlhfSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[HhRlhfRow]: ...

@overload
def load_dataset(
    path: Literal["Anthropic/hh-rlhf"],
    name: _HhRlhfConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[HhRlhfRow]]: ...

@overload
def load_dataset(
    path: Literal["Anthropic/hh-rlhf"],
    name: _HhRlhfConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _HhRlhfSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[HhRlhfRow]: ...

@overload
def load_dataset(
    path: Literal["Anthropic/hh-rlhf"],
    name: _HhRlhfConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[HhRlhfRow]]: ...

@overload
def load_dataset(
    path: Literal["openai/openai_humaneval"],
    name: _HumanevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _HumanevalSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[HumanevalRow]: ...

@overload
def load_dataset(
    path: Literal["openai/openai_humaneval"],
    name: _HumanevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[HumanevalRow]]: ...

@overload
def load_dataset(
    path: Literal["openai/openai_humaneval"],
    name: _HumanevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _HumanevalSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[HumanevalRow]: ...

@overload
def load_dataset(
    path: Literal["openai/openai_humaneval"],
    name: _HumanevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[HumanevalRow]]: ...

@overload
def load_dataset(
    path: Literal["google/IFEval"],
    name: _IfevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _IfevalSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["google/IFEval"],
    name: _IfevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["google/IFEval"],
    name: _IfevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _IfevalSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["google/IFEval"],
    name: _IfevalConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["livecodebench/code_generation_lite"],
    name: _LivecodebenchConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _LivecodebenchSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[LivecodebenchRow]: ...

@overload
def load_dataset(
    path: Literal["livecodebench/code_generation_lite"],
    name: _LivecodebenchConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[LivecodebenchRow]]: ...

@overload
def load_dataset(
    path: Literal["livecodebench/code_generation_lite"],
    name: _LivecodebenchConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _LivecodebenchSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[LivecodebenchRow]: ...

@overload
def load_dataset(
    path: Literal["livecodebench/code_generation_lite"],
    name: _LivecodebenchConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[LivecodebenchRow]]: ...

@overload
def load_dataset(
    path: Literal["HuggingFaceH4/MATH-500"],
    name: _Math500Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Math500Split,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[Math500Row]: ...

@overload
def load_dataset(
    path: Literal["HuggingFaceH4/MATH-500"],
    name: _Math500Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[Math500Row]]: ...

@overload
def load_dataset(
    path: Literal["HuggingFaceH4/MATH-500"],
    name: _Math500Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Math500Split,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[Math500Row]: ...

@overload
def load_dataset(
    path: Literal["HuggingFaceH4/MATH-500"],
    name: _Math500Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[Math500Row]]: ...

@overload
def load_dataset(
    path: Literal["cais/mmlu"],
    name: _MmluConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _MmluSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["cais/mmlu"],
    name: _MmluConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["cais/mmlu"],
    name: _MmluConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _MmluSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["cais/mmlu"],
    name: _MmluConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["TIGER-Lab/MMLU-Pro"],
    name: _MmluProConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _MmluProSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[MmluProRow]: ...

@overload
def load_dataset(
    path: Literal["TIGER-Lab/MMLU-Pro"],
    name: _MmluProConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[MmluProRow]]: ...

@overload
def load_dataset(
    path: Literal["TIGER-Lab/MMLU-Pro"],
    name: _MmluProConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _MmluProSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[MmluProRow]: ...

@overload
def load_dataset(
    path: Literal["TIGER-Lab/MMLU-Pro"],
    name: _MmluProConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[MmluProRow]]: ...

@overload
def load_dataset(
    path: Literal["PeterJinGo/nq_hotpotqa_train"],
    name: _NqHotpotqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _NqHotpotqaSplit,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["PeterJinGo/nq_hotpotqa_train"],
    name: _NqHotpotqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["PeterJinGo/nq_hotpotqa_train"],
    name: _NqHotpotqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _NqHotpotqaSplit,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["PeterJinGo/nq_hotpotqa_train"],
    name: _NqHotpotqaConfig | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["open-thoughts/OpenThoughts3-1.2M"],
    name: _Openthoughts3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Openthoughts3Split,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["open-thoughts/OpenThoughts3-1.2M"],
    name: _Openthoughts3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["open-thoughts/OpenThoughts3-1.2M"],
    name: _Openthoughts3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Openthoughts3Split,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...

@overload
def load_dataset(
    path: Literal["open-thoughts/OpenThoughts3-1.2M"],
    name: _Openthoughts3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[dict[str, Any]]]: ...

@overload
def load_dataset(
    path: Literal["allenai/tulu-3-sft-mixture"],
    name: _Tulu3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Tulu3Split,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[Tulu3Row]: ...

@overload
def load_dataset(
    path: Literal["allenai/tulu-3-sft-mixture"],
    name: _Tulu3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Splits[Rows[Tulu3Row]]: ...

@overload
def load_dataset(
    path: Literal["allenai/tulu-3-sft-mixture"],
    name: _Tulu3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: _Tulu3Split,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[Tulu3Row]: ...

@overload
def load_dataset(
    path: Literal["allenai/tulu-3-sft-mixture"],
    name: _Tulu3Config | None = None,
    data_dir: None = None,
    data_files: None = None,
    *,
    split: None = None,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits[Stream[Tulu3Row]]: ...

@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    *,
    split: str,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    *,
    split: str,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    split: None = None,
    *,
    streaming: bool = False,
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    split: Any = None,
    *,
    streaming: bool = False,
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Any: ...
