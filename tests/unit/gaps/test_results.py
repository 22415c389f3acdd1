"""Results files of pytest, ExUnit and cargo, and which test of an inventory each result means."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from recipes_data.errors import UsageError
from recipes_data.gaps.evidence import Origin, Where
from recipes_data.gaps.inventory import Inventory, TestCase
from recipes_data.gaps.results import read_results, with_results


def results(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "results"
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return dict(read_results(path))


def inventory(*names: str) -> Inventory:
    tests = tuple(TestCase(name, Where("tests/x", number + 1), "local") for number, name in enumerate(names))
    return Inventory(Origin("kit", "client", "python"), (), tests)


def test_junit_of_pytest(tmp_path: Path) -> None:
    found = results(
        tmp_path,
        """
        <?xml version="1.0" encoding="utf-8"?>
        <testsuites><testsuite name="pytest" tests="5">
          <testcase classname="tests.test_api" name="test_ok" time="0.1"/>
          <testcase classname="tests.test_api.TestIt" name="test_bad[a-1]"><failure message="x">y</failure></testcase>
          <testcase classname="tests.test_api" name="test_err"><error/></testcase>
          <testcase classname="tests.test_api" name="test_skip"><skipped/></testcase>
          <testcase classname="tests.test_api" name="test_both"/>
          <testcase classname="tests.test_api" name="test_both"><error/></testcase>
        </testsuite></testsuites>
        """,
    )
    assert found == {
        "tests.test_api.TestIt::test_bad[a-1]": "failed",
        "tests.test_api::test_both": "failed",
        "tests.test_api::test_err": "failed",
        "tests.test_api::test_ok": "passed",
        "tests.test_api::test_skip": "skipped",
    }


def test_junit_of_exunit(tmp_path: Path) -> None:
    found = results(
        tmp_path,
        """
        <testsuites><testsuite name="Elixir.HfHub.ApiTest">
          <testcase classname="Elixir.HfHub.ApiTest" name="test list_models/1 lists: all" file="test/api_test.exs:4"/>
          <testcase classname="Elixir.HfHub.ApiTest" name="test gated"><failure>no</failure></testcase>
          <testcase classname="Elixir.HfHub.ApiTest" name="test live"><skipped message="excluded"/></testcase>
        </testsuite></testsuites>
        """,
    )
    made = with_results(
        inventory(
            "test list_models/1 lists: all (HfHub.ApiTest)", "test gated (HfHub.ApiTest)", "test live (HfHub.ApiTest)"
        ),
        read_results(tmp_path / "results"),
    )
    assert len(found) == 3
    assert [test.result for test in made.tests] == ["passed", "failed", "skipped"]


EVIL = {
    "a document type": '<!DOCTYPE x [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>',
    "an outside file": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite><testcase name="t"/></testsuite>',
    "laughs": ('<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'),
}


@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
def test_xml_that_declares_anything_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="declares a document type or an entity"):
        results(tmp_path, text)


@pytest.mark.parametrize("text", ["", "hello\n", "<testsuite/>", "<testsuite>", '{"tests": []}', "{", "\x00\x01"])
def test_a_file_without_results_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"hold no result in a known form|cannot be read: (it is no XML|Expecting)"):
        results(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_results(tmp_path / "nothing")


def test_the_summary_of_pytest(tmp_path: Path) -> None:
    assert results(
        tmp_path,
        """
        ============ short test summary info ============
        PASSED tests/test_a.py::test_one
        PASSED tests/test_a.py::test_two[x - y]
        SKIPPED [1] tests/test_a.py:10: no network
        FAILED tests/test_a.py::TestB::test_three - AssertionError: assert 1 == 2
        ERROR tests/test_a.py::test_four - RuntimeError
        XFAIL tests/test_a.py::test_five
        tests/test_b.py::test_six PASSED                  [ 50%]
        \x1b[32mtests/test_b.py::test_seven\x1b[0m \x1b[31mFAILED\x1b[0m
        """,
    ) == {
        "tests/test_a.py::TestB::test_three": "failed",
        "tests/test_a.py::test_five": "skipped",
        "tests/test_a.py::test_four": "failed",
        "tests/test_a.py::test_one": "passed",
        "tests/test_a.py::test_two[x - y]": "passed",
        "tests/test_b.py::test_seven": "failed",
        "tests/test_b.py::test_six": "passed",
    }


def test_the_json_report_of_pytest(tmp_path: Path) -> None:
    report = {
        "tests": [
            {"nodeid": "t.py::a", "outcome": "passed"},
            {"nodeid": "t.py::b", "outcome": "failed"},
            {"nodeid": "t.py::c", "outcome": "odd"},
        ]
    }
    assert results(tmp_path, json.dumps(report)) == {"t.py::a": "passed", "t.py::b": "failed"}


def test_the_text_of_cargo(tmp_path: Path) -> None:
    assert results(
        tmp_path,
        """
             Running unittests src/lib.rs (target/debug/deps/hub-1234)

        running 3 tests
        test api::sync::tests::simple ... ok
        test api::sync::tests::live ... ignored, needs network
        test api::sync::tests::panics - should panic ... FAILED

             Running tests/download.rs (target/debug/deps/download-99)
        test whole ... ok

           Doc-tests hub
        test src/lib.rs - Api::new (line 10) ... ok

        test result: ok. 1 passed; 0 failed
        """,
    ) == {
        "api::sync::tests::live": "skipped",
        "api::sync::tests::panics": "failed",
        "api::sync::tests::simple": "passed",
        "download::whole": "passed",
        "src/lib.rs - Api::new (line 10)": "passed",
    }


def test_the_trace_of_exunit(tmp_path: Path) -> None:
    assert results(
        tmp_path,
        """
        Running ExUnit with seed: 42, max_cases: 1
        Excluding tags: [:live]

        HfHub.ApiTest [test/hf_hub/api_test.exs]
          * test lists models [L#4]\r  * test lists models (12.3ms) [L#4]
          * test info (of one) (0.02ms) [L#9]
          * test live (excluded) [L#20]
          * test gated (1.5ms) [L#30]

          1) test gated (HfHub.ApiTest)
             test/hf_hub/api_test.exs:30
             Assertion with == failed

        HfHub.RepoTest [test/hf_hub/repo_test.exs]
          * doctest HfHub.Repo.parse/1 (1) (0.1ms) [L#3]
          * property never crashes (skipped) [L#5]

        Finished in 0.1 seconds
        """,
    ) == {
        "HfHub.ApiTest: test gated": "failed",
        "HfHub.ApiTest: test info (of one)": "passed",
        "HfHub.ApiTest: test lists models": "passed",
        "HfHub.ApiTest: test live": "skipped",
        "HfHub.RepoTest: doctest HfHub.Repo.parse/1 (1)": "passed",
        "HfHub.RepoTest: property never crashes": "skipped",
    }


MEANT = [
    ("tests/test_a.py::test_one", "tests/test_a.py::test_one"),
    ("tests.test_a::test_one", "tests/test_a.py::test_one"),
    ("test_a.TestB::test_one[1-x]", "tests/test_a.py::TestB::test_one"),
    ("project/tests/test_a.py::test_one", "tests/test_a.py::test_one"),
    ("api::tests::one", "api::tests::one"),
    ("HfHub.ApiTest: test lists models", "test lists models (HfHub.ApiTest)"),
    ("test_one", "tests/test_a.py::test_one"),
]


@pytest.mark.parametrize(("result", "test"), MEANT)
def test_a_result_means_the_test_of_its_name(result: str, test: str) -> None:
    made = with_results(inventory(test, "tests/test_z.py::test_other"), {result: "passed"})
    assert [one.result for one in made.tests] == ["passed", "not run"]


STRANGE = [
    ("tests/test_b.py::test_one", "tests/test_a.py::test_one"),
    ("OtherTest: test lists models", "test lists models (HfHub.ApiTest)"),
    ("TestC::test_one", "tests/test_a.py::TestB::test_one"),
]


@pytest.mark.parametrize(("result", "test"), STRANGE)
def test_a_result_of_another_test_of_the_same_last_name_means_nothing(result: str, test: str) -> None:
    assert with_results(inventory(test), {result: "passed"}).tests[0].result == "not run"


def test_a_result_that_could_mean_two_tests_means_neither() -> None:
    made = with_results(inventory("a/test_x.py::test_one", "b/test_x.py::test_one"), {"test_x::test_one": "passed"})
    assert [one.result for one in made.tests] == ["not run", "not run"]


def test_of_several_parameters_a_failure_counts() -> None:
    made = with_results(
        inventory("t.py::test_one"),
        {"t.py::test_one[a]": "passed", "t.py::test_one[b]": "failed", "t.py::test_one[c]": "skipped"},
    )
    assert made.tests[0].result == "failed"


def test_without_results_every_test_is_not_run() -> None:
    assert [one.result for one in with_results(inventory("t.py::a", "t.py::b"), {}).tests] == ["not run", "not run"]
