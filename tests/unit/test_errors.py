"""What an error carries: two lines for the user, an exit code, and itself through a pickle."""

from __future__ import annotations

import copy
import pickle

import pytest

from recipes_data import errors
from recipes_data.errors import HubDownError, HubError, RateLimitedError, RecipesDataError

ALL = [kind for name in errors.__all__ if isinstance(kind := getattr(errors, name), type)]

EXIT_CODES = {
    "RecipesDataError": 1,
    "ManifestError": 2,
    "UnknownNameError": 2,
    "UsageError": 2,
    "LockError": 3,
    "LockMissingError": 3,
    "LockStaleError": 3,
    "HubError": 4,
    "NotOnHubError": 4,
    "GoneError": 4,
    "GatedError": 4,
    "AuthError": 4,
    "RateLimitedError": 4,
    "HubDownError": 4,
    "UnsafeFileError": 5,
    "IntegrityError": 5,
    "SampleDataError": 5,
    "TableError": 5,
    "StoreError": 5,
    "NotFetchedError": 6,
}


def test_every_error_has_the_exit_code_of_its_branch() -> None:
    assert {kind.__name__: kind.exit_code for kind in ALL} == EXIT_CODES


@pytest.mark.parametrize("kind", ALL)
def test_an_error_says_what_happened_and_then_what_mends_it(kind: type[RecipesDataError]) -> None:
    assert str(kind("it broke", "mend it")) == "it broke\nmend it"
    assert str(kind("it broke")) == "it broke"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", ALL)
def test_an_error_comes_through_a_pickle_with_everything_it_carries(
    kind: type[RecipesDataError], protocol: int
) -> None:
    error = kind("what", "do")
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is kind
    assert (again.what, again.do, str(again), again.args) == ("what", "do", "what\ndo", ("what", "do"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "/x"), "No such file or directory"),
        (OSError("the driver said so"), "the driver said so"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "it is no text in UTF-8"),
    ],
)
def test_why_a_file_cannot_be_read_is_said_without_numbers(error: OSError | UnicodeDecodeError, said: str) -> None:
    assert errors.unread(error) == said


def test_a_hub_error_keeps_its_wait_and_whether_it_connected_through_pickle_and_copy() -> None:
    error = HubDownError("what", "do", wait=2.5, connected=False)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (again.wait, again.connected) == (2.5, False)


def test_a_hub_error_counts_as_connected_and_names_no_wait_unless_told() -> None:
    error = RateLimitedError("what")
    assert (error.wait, error.connected) == (None, True)


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.ManifestError, ValueError),
        (errors.UsageError, ValueError),
        (errors.TableError, ValueError),
        (errors.UnknownNameError, KeyError),
        (errors.NotFetchedError, LookupError),
    ],
)
def test_an_error_is_also_what_a_script_without_this_package_would_catch(
    kind: type[RecipesDataError], builtin: type[Exception]
) -> None:
    with pytest.raises(builtin):
        raise kind("what", "do")


def test_an_unknown_name_is_shown_as_a_sentence_and_not_as_a_key() -> None:
    # KeyError alone would show the repr of its argument
    assert str(errors.UnknownNameError("no such thing", "there is: a")) == "no such thing\nthere is: a"


def test_the_tree_in_the_docstring_names_every_error_with_its_parent() -> None:
    tree = (errors.__doc__ or "").split("Every one")[0]
    names = [word for line in tree.splitlines() for word in line.replace(",", " ").split() if word.endswith("Error")]
    assert {name for name in names if hasattr(errors, name)} == {kind.__name__ for kind in ALL}
    assert issubclass(errors.GoneError, HubError)
    assert issubclass(errors.LockStaleError, errors.LockError)
