"""Makes calls of huggingface_hub on a loopback Hub, and compares what came over the wire with what the table says."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl

import huggingface_hub
import pytest
from huggingface_hub import HfApi, constants

from recipes_data.gaps.contract.requests import Request
from recipes_data.gaps.contract.table import load_operations
from tests.contract.operation_calls import READING_CALLS, TOKEN, Call, Client
from tests.contract.operation_people_calls import PEOPLE_CALLS
from tests.contract.operation_writing_calls import WRITING_CALLS
from tests.contract.recording_hub import RecordingHub
from tests.contract.replayer import Asked

__all__ = ["CALLS", "INSTALLED", "ROWS", "TABLE", "alone", "nearest", "number", "recorded", "takes"]

TABLE = load_operations()
ROWS = TABLE.by_id()
CALLS = (*READING_CALLS, *WRITING_CALLS, *PEOPLE_CALLS)


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdecimal())


INSTALLED = number(huggingface_hub.__version__)


def takes(since: str, until: str) -> bool:
    """Whether the installed huggingface_hub lies between two versions."""
    return (not since or number(since) <= INSTALLED) and (not until or number(until) >= INSTALLED)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No cache, no Xet, no telemetry: nothing but the request that a function is for."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return monkeypatch


def recorded(call: Call, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[Asked]:
    """What came over the wire."""
    with RecordingHub(call.answers) as hub:
        # of some functions the endpoint is the one that was read at import
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        if ROWS[call.operation].server:
            monkeypatch.setattr(constants, "_HF_DEFAULT_ENDPOINT", hub.url)
            monkeypatch.setattr(constants, "DATASETS_SERVER_ENDPOINT", hub.url)
        call.make(Client(HfApi(endpoint=hub.url, token=TOKEN), hub.url, folder))
        return hub.requests


def differences(built: Request, body: str, asked: Asked) -> list[str]:
    """Where a request that came is not the one that was built."""
    got_headers = {name: asked.headers.get(name) for name, _ in built.headers}
    pairs = {
        "method": (built.method, asked.method),
        "path": (built.url_path, asked.path),
        "query": (sorted(built.query), sorted(parse_qsl(asked.query, keep_blank_values=True))),
        "headers": (dict(built.headers), got_headers),
        "body": (content(body, built.body), content(body, asked.body)),
    }
    return [f"{name}: the table has {want!r}, sent was {got!r}" for name, (want, got) in pairs.items() if want != got]


def content(kind: str, body: bytes) -> object:
    """A body so that two that mean the same are equal: the lines of a commit stand in any order."""
    if kind == "form":
        return sorted(parse_qsl(body.decode()))
    if not kind:
        return body
    try:
        lines = [json.loads(line) for line in (body.splitlines() if kind == "ndjson" else [body])]
    except ValueError:  # another request's
        return body
    return sorted(json.dumps(line, sort_keys=True) for line in lines)


def nearest(built: Request, kind: str, requests: list[Asked]) -> list[str]:
    """Differences from the request that is most like the built one."""
    found = [differences(built, kind, asked) for asked in requests if (asked.method == built.method)]
    return min(found, key=len, default=["no request of this method came"])
