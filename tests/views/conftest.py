"""Worlds for the tests of views: made by hand for one test, or generated repositories fetched once for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from tests.repositories import project_with
from tests.views.worlds import Generated, World, settle
from tests.worlds import Project


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


NAMES = (
    "aime_2025",
    "aime_2026",
    "arena_140k",
    "arena_hard",
    "bfcl",
    "caltech101",
    "ceval",
    "deepcoder",
    "deepmath",
    "eka_medical_asr",
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
    "ifbench",
    "ifeval",
    "librispeech",
    "librispeech_dummy",
    "livecodebench",
    "longbench_v2",
    "math_500",
    "mbpp",
    "mmlu_pro",
    "mmlu_redux",
    "no_robots",
    "nq_hotpotqa",
    "openthoughts3",
    "pets",
    "polaris",
    "sciknoweval",
    "stanford_cars",
    "supergpqa",
    "swe_bench_verified",
    "terminal_bench",
    "toolalpaca",
    "tulu3",
    "tulu3_8b_preference",
    "ultrafeedback",
)


@pytest.fixture(scope="package")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    """A project with a generated repository of every dataset that a view reads, and the loopback Hub that has them."""
    folder = tmp_path_factory.mktemp("generated")
    project = project_with(folder, *NAMES)
    with Mirror(folder / "hub") as mirror:
        yield project, mirror.url


@pytest.fixture
def generated(repositories: tuple[Project, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generated:
    """That project is the working directory; a view fetches what it reads where it is told to."""
    project, url = repositories
    settle(project.root, project.store, monkeypatch)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", url)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("NO_PROXY", "*")
    return Generated(project.root.parent / "hub", tmp_path / "datasets")
