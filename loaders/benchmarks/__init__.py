"""The examples of the Tinker Cookbook's benchmarks (eval/benchmarks): `benchmarks.gsm8k()`, and one function for each.

`max_examples` is theirs: None is the whole set in file order, never shuffled; of a number, some benchmarks take the
first so many, others draw them. `key` of a record (or `name` of a task) is the `example_id` in the cookbook's results.
"""

from __future__ import annotations

from loaders.benchmarks.agents import swe_bench, terminal_bench
from loaders.benchmarks.calls import bfcl
from loaders.benchmarks.choices import gpqa, longbench, mmlu_pro, supergpqa
from loaders.benchmarks.following import arena_hard, ifbench, ifeval
from loaders.benchmarks.problems import aime_2025, aime_2026, gsm8k, hmmt_feb_2025, hmmt_nov_2025, math500
from loaders.benchmarks.programs import livecodebench, mbpp
from loaders.benchmarks.subjects import ceval, mmlu_redux
from loaders.benchmarks.tau2 import Tau2, tau2_bench

__all__ = [
    "Tau2",
    "aime_2025",
    "aime_2026",
    "arena_hard",
    "bfcl",
    "ceval",
    "gpqa",
    "gsm8k",
    "hmmt_feb_2025",
    "hmmt_nov_2025",
    "ifbench",
    "ifeval",
    "livecodebench",
    "longbench",
    "math500",
    "mbpp",
    "mmlu_pro",
    "mmlu_redux",
    "supergpqa",
    "swe_bench",
    "tau2_bench",
    "terminal_bench",
]
