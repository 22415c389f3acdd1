"""Every error of huggingface_hub and every status of HTTP is one of ours: nothing of theirs gets through raw."""

from __future__ import annotations

import http
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.errors
import pytest
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import _http

from recipes_data.errors import (
    AuthError,
    GatedError,
    GoneError,
    HubDownError,
    HubError,
    NotOnHubError,
    RateLimitedError,
    UsageError,
)
from recipes_data.hub.answers import RETRIED_STATUS
from recipes_data.hub.foreign import ERRORS, meaning_of
from recipes_data.hub.huggingface import HuggingFaceHub
from recipes_data.mirror import Mirror, Request, Response

FOREIGN = {
    name: kind
    for name, kind in vars(huggingface_hub.errors).items()
    if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ != "builtins"
}
HUB_TRANSPORT = HfHubHTTPError.__mro__[1]
REFUSALS = [int(status) for status in http.HTTPStatus if status >= 400] + [418, 451, 499, 520, 599]
CODES = [None, "RepoNotFound", "RevisionNotFound", "EntryNotFound", "GatedRepo", "SomethingNew"]


def test_every_error_class_of_huggingface_hub_has_a_row() -> None:
    assert len(FOREIGN) > 40
    assert sorted(FOREIGN.keys() - ERRORS.keys()) == [], "new in this version: give each a row in hub/foreign.py"


def test_a_row_leaves_the_decision_to_the_answer_exactly_where_there_is_one() -> None:
    with_answer = {name for name, kind in FOREIGN.items() if issubclass(kind, HfHubHTTPError)}
    assert with_answer == {name for name in FOREIGN if ERRORS[name] is None}


def test_a_class_without_a_row_is_read_as_its_nearest_ancestor() -> None:
    newer = type("NewerError", (huggingface_hub.errors.HFValidationError,), {"__module__": "huggingface_hub.errors"})
    assert meaning_of(newer("x")) is NotOnHubError
    assert meaning_of(ValueError("x")) is None
    assert meaning_of(type("CacheNotFound", (Exception,), {"__module__": "elsewhere"})()) is None


def test_the_error_codes_that_huggingface_hub_knows_are_known_here() -> None:
    known = set(re.findall(r'error_code == "(\w+)"', inspect.getsource(_http)))
    assert len(known) >= 4
    assert known <= set(CODES)


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    """Answers every request with the status and the code that its revision names: `451-GatedRepo`."""

    def refuse(request: Request) -> Response:
        status, _, code = request.path.rpartition("/")[2].partition("-")
        headers = {"content-type": "text/plain", **({"x-error-code": code} if code else {})}
        if code == "Disabled":
            headers = {"x-error-message": "Access to this resource is disabled."}
        return Response(int(status), headers, b"no")

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NO_PROXY", "*")
        with Mirror(tmp_path_factory.mktemp("hub"), before=refuse) as mirror:
            yield mirror


def expected(status: int, code: str | None) -> type[HubError]:
    """The class that an answer means to somebody with a token: the table of the documentation, again."""
    by_code = {
        "GatedRepo": GatedError,
        "RepoNotFound": AuthError if status == 401 else NotOnHubError,
        "RevisionNotFound": NotOnHubError,
        "EntryNotFound": NotOnHubError,
    }
    if code in by_code:
        return by_code[code]
    if status in RETRIED_STATUS:
        return HubDownError
    by_status = {401: AuthError, 403: AuthError, 404: NotOnHubError, 410: GoneError, 429: RateLimitedError}
    return by_status.get(status, HubError)


@pytest.mark.parametrize("code", CODES)
def test_every_status_is_an_error_of_ours_through_the_real_client(refusing: Mirror, code: str | None) -> None:
    client = HuggingFaceHub(refusing.url, token="hf_x")
    asked = len(refusing.requests)
    for status in sorted(set(REFUSALS)):
        with pytest.raises(HubError) as caught:
            client.repo_info("org/x", f"{status}-{code}" if code else str(status), "dataset")
        assert type(caught.value) is expected(status, code), status
        assert caught.value.do
    assert len(refusing.requests) - asked == len(set(REFUSALS)), "one request a call: nobody retries but our policy"


def test_a_repository_that_the_hub_disabled_is_gone_not_a_question_of_tokens(refusing: Mirror) -> None:
    with pytest.raises(GoneError, match="has disabled dataset org/x"):
        HuggingFaceHub(refusing.url, token="hf_x").repo_info("org/x", "403-Disabled", "dataset")


@pytest.mark.parametrize("name", sorted(name for name, meaning in ERRORS.items() if meaning and name in FOREIGN))
def test_an_error_without_an_answer_comes_out_as_its_row_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = FOREIGN[name]
    error = kind.__new__(kind, "x")  # their constructors ask for what nothing here reads
    client = HuggingFaceHub("http://127.0.0.1:9", token="hf_x")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(client._api, "dataset_info", fail)
    with pytest.raises(HubError) as caught:
        client.repo_info("org/x", "main", "dataset")
    assert isinstance(caught.value, ERRORS[name] or HubError) or issubclass(kind, HUB_TRANSPORT)
    assert caught.value.do


@pytest.mark.parametrize("token", ["two words", "a\nline", "h\u00e4"])
def test_a_token_that_cannot_be_sent_is_refused_before_anything_is_and_not_told(token: str) -> None:
    with pytest.raises(UsageError) as caught:
        HuggingFaceHub("http://127.0.0.1:9", token=token)
    assert token not in str(caught.value)


def test_a_token_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").mkdir()
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    with pytest.raises(UsageError, match=r"the token file .*/token cannot be read"):
        HuggingFaceHub("http://127.0.0.1:9")
