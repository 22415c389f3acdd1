"""What an answer of the Hub means: by status and code, never by message text."""

from __future__ import annotations

import dataclasses
import pickle
from datetime import UTC, datetime

import pytest

from recipes_data.errors import (
    AuthError,
    GatedError,
    GoneError,
    HubDownError,
    HubError,
    NotOnHubError,
    RateLimitedError,
)
from recipes_data.hub.answers import RETRIED_STATUS, Asked, asked_wait, error_for

ANONYMOUS = Asked("https://hub.test", "org/toy", "dataset", "main", "a.parquet")
KNOWN = dataclasses.replace(ANONYMOUS, token_sent=True)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "missing"),
    [
        ({"x-error-code": "RepoNotFound"}, "repository"),
        ({"x-error-code": "RevisionNotFound"}, "revision"),
        ({"x-error-code": "EntryNotFound"}, "file"),
        ({}, ""),
    ],
)
def test_what_is_missing_is_said_where_the_hub_said_it(headers: dict[str, str], missing: str) -> None:
    error = error_for(404, headers, ANONYMOUS)
    assert isinstance(error, NotOnHubError)
    assert error.missing == missing
    assert pickle.loads(pickle.dumps(error)).missing == missing


def test_what_was_asked_is_shown_with_or_without_a_file() -> None:
    assert str(ANONYMOUS) == "a.parquet of dataset org/toy at main"
    assert str(dataclasses.replace(ANONYMOUS, path="")) == "dataset org/toy at main"


def test_a_repositorys_page_is_a_links_target() -> None:
    assert ANONYMOUS.page == "https://hub.test/datasets/org/toy"
    assert dataclasses.replace(ANONYMOUS, repo_type="model").page == "https://hub.test/org/toy"


TABLE: list[tuple[int, str | None, Asked, type[HubError], str, str]] = [
    (
        401,
        None,
        ANONYMOUS,
        NotOnHubError,
        "dataset org/toy does not exist on https://hub.test, or is private and no token was sent",
        "correct `repo:`, or log in: hf auth login (or set HF_TOKEN)",
    ),
    (
        401,
        "RepoNotFound",
        ANONYMOUS,
        NotOnHubError,
        "dataset org/toy does not exist on https://hub.test, or is private and no token was sent",
        "correct `repo:`, or log in: hf auth login (or set HF_TOKEN)",
    ),
    (
        401,
        None,
        KNOWN,
        AuthError,
        "https://hub.test does not accept this token (asked for a.parquet of dataset org/toy at main)",
        "log in anew: hf auth login (or set HF_TOKEN)",
    ),
    (
        401,
        "GatedRepo",
        ANONYMOUS,
        GatedError,
        "dataset org/toy is gated and no token was sent",
        "accept the terms at https://hub.test/datasets/org/toy, then: hf auth login (or set HF_TOKEN)",
    ),
    (
        403,
        "GatedRepo",
        KNOWN,
        GatedError,
        "dataset org/toy is gated and this token's account was not granted access",
        "accept the terms at https://hub.test/datasets/org/toy with that account, then run the same command again",
    ),
    (
        403,
        None,
        KNOWN,
        AuthError,
        "https://hub.test forbids this token to read a.parquet of dataset org/toy at main",
        "use a token with read access: hf auth login",
    ),
    (
        403,
        None,
        ANONYMOUS,
        AuthError,
        "https://hub.test forbids anyone without a token to read a.parquet of dataset org/toy at main",
        "use a token with read access: hf auth login",
    ),
    (
        404,
        "RepoNotFound",
        KNOWN,
        NotOnHubError,
        "dataset org/toy does not exist on https://hub.test, or this token may not see it",
        "correct `repo:`",
    ),
    (
        404,
        "RevisionNotFound",
        ANONYMOUS,
        NotOnHubError,
        "https://hub.test has no revision 'main' of dataset org/toy",
        "correct `revision:` in the manifest",
    ),
    (
        404,
        "EntryNotFound",
        ANONYMOUS,
        NotOnHubError,
        "https://hub.test has no file a.parquet of dataset org/toy at main",
        "correct the manifest's `files:`",
    ),
    (
        404,
        None,
        ANONYMOUS,
        NotOnHubError,
        "https://hub.test has no a.parquet of dataset org/toy at main",
        "correct `repo:`, `revision:` or `files:` in the manifest",
    ),
    (
        410,
        None,
        ANONYMOUS,
        GoneError,
        "https://hub.test says that a.parquet of dataset org/toy at main is gone",
        "see the repository's page: https://hub.test/datasets/org/toy",
    ),
    (
        400,
        None,
        ANONYMOUS,
        HubError,
        "https://hub.test answered HTTP 400 for a.parquet of dataset org/toy at main",
        "see the repository's page: https://hub.test/datasets/org/toy",
    ),
    (
        451,
        "SomethingNew",
        ANONYMOUS,
        HubError,
        "https://hub.test answered HTTP 451 for a.parquet of dataset org/toy at main",
        "see the repository's page: https://hub.test/datasets/org/toy",
    ),
]


@pytest.mark.parametrize(("status", "code", "asked", "kind", "what", "do"), TABLE)
def test_status_and_code_decide_the_error_and_its_words(
    status: int, code: str | None, asked: Asked, kind: type[HubError], what: str, do: str
) -> None:
    error = error_for(status, {} if code is None else {"x-error-code": code}, asked)
    assert type(error) is kind
    assert (error.what, error.do) == (what, do)
    assert error.connected


@pytest.mark.parametrize("status", sorted(RETRIED_STATUS))
def test_a_server_that_fails_is_down_and_may_be_asked_again(status: int) -> None:
    error = error_for(status, {"retry-after": "7"}, ANONYMOUS)
    assert type(error) is HubDownError
    assert error.what == f"https://hub.test answered HTTP {status} for a.parquet of dataset org/toy at main"
    assert error.do == "run the same command again later; what was fetched is kept"
    assert error.wait == 7.0
    assert error_for(status, {}, ANONYMOUS).wait is None


def test_other_server_errors_are_not_tried_again() -> None:
    assert frozenset({408, 500, 502, 503, 504}) == RETRIED_STATUS
    assert type(error_for(501, {}, ANONYMOUS)) is HubError


def test_a_rate_limit_says_how_long_and_what_raises_it() -> None:
    error = error_for(429, {"ratelimit": '"api";r=0;t=55'}, ANONYMOUS)
    assert type(error) is RateLimitedError
    assert error.what == (
        "https://hub.test limits the rate of requests for 55 s "
        "(HTTP 429, asked for a.parquet of dataset org/toy at main)"
    )
    assert error.do == "wait, then run the same command again; a token raises the limit: hf auth login"
    assert error.wait == 55.0
    assert error_for(429, {}, KNOWN).do == "wait, then run the same command again"


def test_a_rate_limit_that_names_no_time_is_waited_for_five_minutes() -> None:
    error = error_for(429, {}, ANONYMOUS)
    assert error.wait == 300.0
    assert error.what.startswith("https://hub.test limits the rate of requests (HTTP 429")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"ratelimit": '"api";r=0;t=55'}, 55.0),
        ({"ratelimit": '"api"; r=0; t=55'}, 55.0),
        ({"ratelimit": '"api";t=55;r=0'}, 55.0),
        ({"ratelimit": '"api";r=10;t=55'}, None),
        ({"ratelimit": '"api";r=05;t=55'}, None),
        ({"ratelimit": '"api";r=100;t=20, "pages";r=0;t=55'}, 55.0),
        ({"ratelimit": '"api";r=0;t=20, "pages";r=5;t=55'}, 20.0),
        ({"ratelimit": '"api";t=10;r=5, "pages";r=0;t=7'}, 7.0),
        ({"ratelimit": '"api";r=0;t=20, "pages";r=0;t=55'}, 55.0),
        ({"ratelimit": "nonsense", "retry-after": "3"}, 3.0),
        ({"ratelimit": '"api";r=3;t=55', "retry-after": "3"}, 3.0),
        ({"ratelimit": '"api";r=0;t=55', "retry-after": "3"}, 55.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Fri, 02 Jan 2026 03:05:05 GMT"}, 60.0),
        ({"retry-after": "Fri, 02 Jan 2026 03:05:05 -0000"}, 60.0),
        ({"retry-after": "Fri, 02 Jan 2026 04:05:05 +0100"}, 60.0),
        ({"retry-after": "Fri, 02 Jan 2026 03:00:00 GMT"}, 0.0),
        ({"retry-after": "Fri, 99 Jan 2026 03:00:00 GMT"}, None),
    ],
)
def test_the_wait_is_what_the_headers_ask_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


def test_a_code_decides_before_the_status() -> None:
    # the Hub answers a gated file with 401 or 403, and a missing file under LFS with more than one status
    for status in (400, 401, 403, 404, 500):
        assert type(error_for(status, {"x-error-code": "GatedRepo"}, ANONYMOUS)) is GatedError
