"""What the Hub says as typed records: from JSON and back with nothing lost, for every recorded shape and any other."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import HubError
from recipes_data.ports.jsonrecords import from_json, to_json
from recipes_data.ports.people import OrganisationRecord, UserRecord
from recipes_data.ports.records import (
    AuthorRecord,
    CommitRecord,
    EntryKind,
    FileRecord,
    Gating,
    LastCommitRecord,
    LfsRecord,
    RefRecord,
    RefsRecord,
    RepoKind,
    RepoRecord,
    SiblingRecord,
    Visibility,
)
from tests.contract.recorded import load_record, substitute

RECORD = load_record()
ALL: list[type[Any]] = [
    RepoRecord,
    SiblingRecord,
    LfsRecord,
    FileRecord,
    LastCommitRecord,
    CommitRecord,
    AuthorRecord,
    RefRecord,
    RefsRecord,
    UserRecord,
    OrganisationRecord,
]
# what the official client reads of models, spaces, users and organisations (huggingface_hub 2.4.0, hf_api.py); values
# are made up
MODEL = {
    "_id": "625552d2b339bb03abe3432e",
    "id": "acme/small",
    "modelId": "acme/small",
    "author": "acme",
    "sha": "a" * 40,
    "lastModified": "2026-03-23T10:18:13.000Z",
    "private": True,
    "gated": "manual",
    "disabled": False,
    "library_name": "transformers",
    "pipeline_tag": "text-generation",
    "tags": ["license:mit"],
    "downloads": 12,
    "likes": 3,
    "config": {"architectures": ["Small"], "tokenizer_config": {"eos_token": "</s>"}},
    "safetensors": {"parameters": {"BF16": 7_000_000_000}, "total": 7_000_000_000},
    "cardData": {"license": "mit", "dataset_size": 2914250826.5647593},
    "siblings": [{"rfilename": "config.json"}],
    "spaces": ["acme/demo"],
    "model-index": None,
    "widgetData": [{"text": "Hello"}],
}
SPACE = {
    "id": "acme/demo",
    "sha": "b" * 40,
    "private": False,
    "gated": False,
    "sdk": "gradio",
    "host": "https://acme-demo.hf.space",
    "subdomain": "acme-demo",
    "runtime": {"stage": "RUNNING", "hardware": {"current": "cpu-basic", "requested": None}},
    "models": ["acme/small"],
    "datasets": ["acme/open"],
    "createdAt": "2024-01-02T03:04:05.678Z",
}
USER = {
    "type": "user",
    "id": "1",
    "name": "me",
    "fullname": "Me Myself",
    "email": "me@example.org",
    "isPro": False,
    "avatarUrl": "/avatars/1.svg",
    "orgs": [{"type": "org", "name": "acme", "fullname": "Acme", "roleInOrg": "read", "isEnterprise": False}],
    "auth": {"type": "access_token", "accessToken": {"displayName": "laptop", "role": "read"}},
}
OVERVIEW = {"user": "me", "fullname": "Me", "numModels": 2, "numDatasets": 1, "isPro": True, "orgs": []}
ORGANISATION = {"name": "acme", "fullname": "Acme", "isVerified": True, "numUsers": 7, "numModels": 4, "plan": "team"}


def answers() -> list[tuple[str, type[Any], Any]]:
    """Every recorded answer that a record is for: its name, the record, the JSON."""
    found = []
    for one in RECORD.exchanges:
        if not isinstance(one.body, (dict, list)) or one.status != 200:
            continue
        body: Any = substitute(one.body, RECORD.values.__getitem__)
        last = one.path.split("?")[0].rstrip("/").split("/")
        kind: type[Any] | None = None
        if "tree" in last or "paths-info" in last:
            kind = FileRecord
        elif "refs" in last:
            kind = RefsRecord
        elif "commits" in last:
            kind = CommitRecord
        elif "whoami-v2" in last:
            kind = UserRecord
        elif last[:3] == ["", "api", "datasets"]:
            kind = RepoRecord
        if kind is not None:
            found += [(one.name, kind, each) for each in (body if isinstance(body, list) else [body])]
    return found


def made(kind: type[Any], data: Any) -> Any:
    return from_json(kind, data, **({"kind": RepoKind.DATASET} if kind is RepoRecord else {}))


def test_the_recorded_answers_have_every_kind_of_record() -> None:
    assert {kind for _, kind, _ in answers()} == {RepoRecord, FileRecord, RefsRecord, CommitRecord, UserRecord}
    assert len(answers()) >= 15


@pytest.mark.parametrize(("name", "kind", "data"), answers())
def test_a_recorded_answer_goes_to_a_record_and_back(name: str, kind: type[Any], data: Any) -> None:
    record = made(kind, data)
    assert to_json(record) == data
    assert record.more == {}, "every recorded key has a field"


@pytest.mark.parametrize(
    ("kind", "data", "more"),
    [
        (RepoRecord, MODEL, {"modelId", "spaces", "model-index", "widgetData"}),
        (RepoRecord, SPACE, set()),
        (UserRecord, USER, {"id", "email"}),
        (UserRecord, OVERVIEW, set()),
        (OrganisationRecord, ORGANISATION, set()),
    ],
)
def test_models_spaces_and_people_go_to_a_record_and_back(kind: type[Any], data: Any, more: set[str]) -> None:
    record = made(kind, data)
    assert to_json(record) == data
    assert set(record.more) == more


def test_what_a_record_says() -> None:
    model = from_json(RepoRecord, MODEL, kind=RepoKind.MODEL)
    assert (model.kind.area, model.gating, model.visibility) == ("models", Gating.MANUAL, Visibility.PRIVATE)
    assert model.last_modified == datetime(2026, 3, 23, 10, 18, 13, tzinfo=UTC)
    assert model.siblings == (SiblingRecord("config.json"),)
    space = from_json(RepoRecord, SPACE, kind=RepoKind.SPACE)
    assert (space.gating, space.visibility, space.sdk) == (Gating.OPEN, Visibility.PUBLIC, "gradio")
    user = from_json(UserRecord, USER)
    assert user.login == "me"
    assert [one.name for one in user.organisations or ()] == ["acme"]
    assert from_json(UserRecord, OVERVIEW).login == "me"


def test_the_digest_of_a_file_is_that_of_its_bytes_where_the_hub_says_it() -> None:
    plain = from_json(FileRecord, {"type": "file", "path": "a", "size": 1, "oid": "a" * 40})
    large = from_json(FileRecord, {"type": "file", "path": "a", "oid": "a" * 40, "lfs": {"oid": "b" * 64, "size": 1}})
    folder = from_json(FileRecord, {"type": "directory", "path": "a", "oid": "c" * 40})
    assert (plain.digest, large.digest) == (f"git-sha1:{'a' * 40}", f"sha256:{'b' * 64}")
    assert folder.kind is EntryKind.FOLDER


@pytest.mark.parametrize("date", ["2026-03-23T10:18:13Z", "2026-03-23T10:18:13.123456Z"])
def test_a_date_that_is_spelled_otherwise_is_understood_and_kept_as_it_came(date: str) -> None:
    data = {"id": "a", "date": date}
    record = from_json(CommitRecord, data)
    assert record.date is not None
    assert record.date.second == 13
    assert to_json(record) == data


def test_null_and_absent_are_told_apart() -> None:
    assert to_json(made(RepoRecord, {"id": "a", "sha": None})) == {"id": "a", "sha": None}
    assert to_json(made(RepoRecord, {"id": "a"})) == {"id": "a"}


def test_a_record_made_by_hand_says_what_the_hub_would() -> None:
    record = RepoRecord(RepoKind.DATASET, "a/b", gating=Gating.AUTO, visibility=Visibility.PRIVATE, tags=("x",))
    assert to_json(record) == {"id": "a/b", "gated": "auto", "private": True, "tags": ["x"]}
    assert to_json(replace(record, gating=Gating.OPEN))["gated"] is False


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (RepoRecord, [], r"for a RepoRecord is \[\], not an object"),
        (RepoRecord, {"sha": "a"}, "for a RepoRecord does not say id"),
        (RepoRecord, {"id": None}, "for a RepoRecord does not say id"),
        (RepoRecord, {"id": 7}, "says id=7, which is not a text"),
        (RepoRecord, {"id": "a", "gated": True}, "says gated=True, which is not one of False, 'auto', 'manual'"),
        (RepoRecord, {"id": "a", "gated": 0}, "says gated=0, which is not one of False"),
        (RepoRecord, {"id": "a", "private": "no"}, "says private='no', which is not one of False, True"),
        (RepoRecord, {"id": "a", "likes": True}, "says likes=True, which is not a whole number"),
        (RepoRecord, {"id": "a", "tags": ["x", 1]}, r"says tags=\['x', 1\], which is not a list of texts"),
        (RepoRecord, {"id": "a", "lastModified": "today"}, "says lastModified='today', which is not a date in UTC"),
        (RepoRecord, {"id": "a", "siblings": [{"size": 1}]}, "for a SiblingRecord does not say rfilename"),
        (FileRecord, {"path": "a", "type": "link"}, "says type='link', which is not one of 'file', 'directory'"),
    ],
)
def test_what_is_not_of_its_form_is_an_error_and_no_guess(kind: type[Any], data: Any, said: str) -> None:
    with pytest.raises(HubError, match=said):
        made(kind, data)


def test_unhashable_values_of_enums_are_errors_of_the_house() -> None:
    with pytest.raises(HubError, match=r"says type=\{\}, which is not one of"):
        from_json(FileRecord, {"path": "a", "type": {}})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(ALL), st.dictionaries(st.text(max_size=12), JSON, max_size=4), st.data())
def test_unknown_keys_and_nulls_survive(kind: type[Any], unknown: dict[str, Any], data: st.DataObject) -> None:
    known = {one.metadata["key"]: one for one in fields(kind) if "key" in one.metadata}
    required = {"id": "i", "path": "p", "rfilename": "r", "type": "file", "name": "n", "ref": "r", "targetCommit": "c"}
    nulls = data.draw(st.sets(st.sampled_from(sorted(known))))
    answer = {key: value for key, value in unknown.items() if key not in known}
    answer |= dict.fromkeys(nulls)
    answer |= {key: required[key] for key in known if key in required}
    assert to_json(made(kind, answer)) == answer
