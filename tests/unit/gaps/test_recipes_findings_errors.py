"""Findings about errors of Hub accesses: passed over, or told apart by their text; and what is innocent."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.unit.gaps.finding_sources import findings_in, lines_of

SWALLOWED = "swallowed-error"
GUESSED = "error-guessed-from-text"
HEAD = """\
import logging, re, sys, time, pytest
from contextlib import suppress
from datasets import load_dataset
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError
log = logging.getLogger()

def rows(names):
"""


def _in_function(body: str) -> str:
    return HEAD + indent(dedent(body).strip(), "    ") + "\n\nrows(['a'])\n"


LOST = {
    "returns nothing": """
        try:
            return load_dataset("org/a")
        except Exception as error:
            log.warning("no data: %s", error)
            return None
        """,
    "bare except": """
        try:
            return load_dataset("org/a")
        except:
            return []
        """,
    "passes": """
        data = []
        try:
            data = load_dataset("org/a")
        except OSError:
            pass
        return data
        """,
    "assigns an empty value": """
        try:
            data = load_dataset("org/a")
        except (KeyError, Exception):
            data = {}
        return data
        """,
    "loses one of several": """
        found = []
        for name in names:
            try:
                found.extend(load_dataset("org/a", name))
            except Exception as error:
                print(f"skipping {name}: {error}")
                continue
        return found
        """,
    "raises only where all are lost": """
        found = []
        for name in names:
            try:
                found.append(load_dataset("org/a", name))
            except Exception:
                log.exception("lost")
        if not found:
            raise ValueError("nothing at all")
        return found
        """,
    "gives up after the last attempt": """
        for _ in range(3):
            try:
                return load_dataset("org/a")
            except Exception:
                time.sleep(1)
        return None
        """,
    "suppresses": """
        with suppress(Exception):
            return load_dataset("org/a")
        """,
    "answers no": """
        try:
            load_dataset("org/a")
            return True
        except Exception:
            return False
        """,
    "formats a message that is only logged": """
        try:
            return load_dataset("org/a")
        except Exception as error:
            message = f"no data: {error}"
            log.error(message)
        """,
    "catches in the outer block what the inner one lets pass": """
        try:
            try:
                return load_dataset("org/a")
            except EntryNotFoundError:
                return []
        except Exception:
            return []
        """,
}

KEPT = {
    "raises again": """
        try:
            return load_dataset("org/a")
        except Exception:
            log.exception("no data")
            raise
        """,
    "raises another error": """
        try:
            return load_dataset("org/a")
        except Exception as error:
            raise RuntimeError("no data") from error
        """,
    "ends the program": """
        try:
            return load_dataset("org/a")
        except Exception as error:
            print(error)
            sys.exit(1)
        """,
    "skips a test": """
        try:
            return load_dataset("org/a")
        except Exception as error:
            pytest.skip(str(error))
        """,
    "tries again and raises": """
        for attempt in range(3):
            try:
                return load_dataset("org/a")
            except Exception:
                if attempt == 2:
                    raise
                time.sleep(1)
        """,
    "raises after the loop": """
        for _ in range(3):
            try:
                return load_dataset("org/a")
            except Exception as error:
                log.warning("again: %s", error)
        raise RuntimeError("no data")
        """,
    "tries for ever": """
        while True:
            try:
                return load_dataset("org/a")
            except Exception:
                time.sleep(1)
        """,
    "raises where nothing was loaded": """
        data = None
        try:
            data = load_dataset("org/a")
        except Exception as error:
            log.warning("no data: %s", error)
        if data is None:
            raise ValueError("no data")
        return data
        """,
    "hands the error on": """
        try:
            return load_dataset("org/a")
        except Exception as error:
            return {"failed": error}
        """,
    "collects what failed": """
        failures, found = [], []
        for name in names:
            try:
                found.append(load_dataset("org/a", name))
            except Exception:
                failures.append(name)
        return found, failures
        """,
    "catches one precise error": """
        try:
            return hf_hub_download("org/a", "optional.json")
        except EntryNotFoundError:
            return None
        """,
    "guards an import": """
        try:
            import torch
        except Exception:
            torch = None
        return load_dataset("org/a")
        """,
    "guards something else": """
        data = load_dataset("org/a")
        try:
            number = int(names[0])
        except Exception:
            number = 0
        return data, number
        """,
    "writes to the Hub": """
        from huggingface_hub import HfApi
        try:
            HfApi().delete_repo("org/a")
        except Exception:
            pass
        """,
    "an ImportError around the import and the load": """
        try:
            return load_dataset("org/a")
        except ImportError:
            return None
        """,
}


@pytest.mark.parametrize("body", LOST.values(), ids=LOST.keys())
def test_an_error_that_nobody_hears_of_is_found(tmp_path: Path, body: str) -> None:
    found = findings_in(tmp_path, SWALLOWED, main=_in_function(body))
    assert [one.severity for one in found] == ["error"]
    assert "`load_dataset` of org/a" in found[0].message


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT.keys())
def test_an_error_that_reaches_somebody_is_innocent(tmp_path: Path, body: str) -> None:
    assert findings_in(tmp_path, SWALLOWED, main=_in_function(body)) == []


def test_another_access_in_place_of_the_failed_one_is_a_warning_that_names_it(tmp_path: Path) -> None:
    body = """
    try:
        return load_dataset("org/a")
    except Exception:
        try:
            return hf_hub_download("org/a", "a.json", repo_type="dataset")
        except Exception:
            return []
    """
    found = findings_in(tmp_path, SWALLOWED, main=_in_function(body))
    assert [(one.where.line, one.severity) for one in found] == [(11, "warning"), (14, "error")]
    assert "`hf_hub_download` is asked instead" in found[0].message


def test_an_error_is_followed_through_functions_and_told_with_the_repository_of_that_caller(tmp_path: Path) -> None:
    inner = """
    from datasets import load_dataset
    def one(name):
        return load_dataset("org/" + name)
    def two(name):
        return one(name)
    """
    main = """
    from inner import two
    def a():
        try:
            return two("a")
        except Exception:
            return []
    def b():
        return two("b")
    """
    (one,) = findings_in(tmp_path, SWALLOWED, main=main, inner=inner)
    assert (str(one.where), one.severity) == ("main.py:6", "error")
    assert "`two` of org/a fails" in one.message


def test_an_error_that_was_swallowed_inside_does_not_reach_the_callers(tmp_path: Path) -> None:
    text = """
    from datasets import load_dataset
    def load():
        try:
            return load_dataset("org/a")
        except Exception:
            return []
    def use():
        try:
            return load()
        except Exception:
            return []
    """
    assert lines_of(tmp_path, SWALLOWED, text) == ["6 error"]


GUESSES = {
    "in a text": ('if "gated" in str(error): raise PermissionError', True),
    "in a lowered copy": ("text = str(error).lower()\n    if 'gated' in text: raise PermissionError", True),
    "by a pattern": ("if re.search('40[13]', str(error)): raise PermissionError", True),
    "by an argument": ("if error.args[0] == 'gone': raise PermissionError", True),
    "by its beginning": ("if str(error).startswith('401'): raise PermissionError", True),
    "in a template": ("if 'gated' in f'{error}': raise PermissionError", True),
    "by a function that gets the error": ("if is_gated(error): raise PermissionError", True),
    "by a function that gets the text": ("if has_gate(str(error)): raise PermissionError", True),
    "by type": ("if isinstance(error, EntryNotFoundError): raise PermissionError", False),
    "by status": ("if error.response.status_code in (401, 403): raise PermissionError", False),
    "only told": ("print('failed', str(error))", False),
    "other text": ("if 'gated' in names: raise PermissionError", False),
}
JUDGES = """
def is_gated(error):
    return "gated" in str(error)

def has_gate(text):
    return "gate" in text
"""


@pytest.mark.parametrize(("decision", "guessed"), GUESSES.values(), ids=GUESSES.keys())
def test_a_decision_by_the_errors_text_is_found_and_one_by_its_type_is_not(
    tmp_path: Path, decision: str, guessed: bool
) -> None:
    body = f'try:\n    return load_dataset("org/a")\nexcept Exception as error:\n    {decision}\n    raise\n'
    found = findings_in(tmp_path, GUESSED, main=JUDGES + _in_function(body))
    assert [one.severity for one in found] == (["warning"] if guessed else [])


def test_a_function_that_judges_hub_errors_by_text_is_found_without_a_try(tmp_path: Path) -> None:
    text = """
    from huggingface_hub.errors import HfHubHTTPError
    def again(error):
        if isinstance(error, HfHubHTTPError):
            return True
        return "timed out" in str(error)
    def other(error):
        if isinstance(error, ValueError):
            return "timed out" in str(error)
    """
    assert lines_of(tmp_path, GUESSED, text) == ["6 warning"]
