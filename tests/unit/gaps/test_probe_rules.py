"""Every rule by which the probe judges, held and broken, on trials that are written down here."""

from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from recipes_data.gaps.probe import rules, wirerules
from recipes_data.gaps.probe.driving import Answer
from recipes_data.gaps.probe.stage import Stage
from recipes_data.gaps.probe.state import State
from recipes_data.gaps.probe.trial import Rule, Trial
from recipes_data.gaps.probe.wirelog import Seen, lines_of
from recipes_data.mirror import Request

FAILED = Answer(type="NotThere", message="no", status=404)
COMMIT = "c" * 40


def _snapshot(kind: str, repo: str) -> Any:
    assert (kind, repo) == ("dataset", "a/b")
    return SimpleNamespace(commit=COMMIT)


SITE: Any = SimpleNamespace(folder=SimpleNamespace(snapshot=_snapshot))
"""Stands for the mirror's site: one repository with one commit."""


def trial(*answers: Answer, logs: tuple[tuple[Seen, ...], ...] | None = None) -> Trial:
    state = State(Stage(), SITE, {})
    return Trial(
        state,
        answers or (Answer(ok={}),),
        logs or ((),) * max(1, len(answers)),
        tuple(rules.content_of(answer.ok) for answer in answers),
    )


def seen(
    method: str = "GET",
    path: str = "/x",
    status: int = 200,
    at: float = 0.0,
    query: str = "",
    origin: Any = "hub",
    sent: int = 0,
    **headers: str,
) -> Seen:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Seen(Request(method, path, query, told, origin, b"", status, sent), at, at + 0.01)


def logged(*log: Seen) -> Trial:
    return trial(Answer(ok={}), logs=(log,))


def ok(value: Any) -> Trial:
    return trial(Answer(ok=value))


def bytes_of(content: bytes) -> Trial:
    return ok({"base64": base64.b64encode(content).decode()})


X = wirerules.Expected("GET", "/x")
ASKED = (seen(),)
TOKEN = {"authorization": "Bearer t"}

CASES: list[tuple[Rule, Trial, Trial, str]] = [
    (rules.succeeds(), ok(1), trial(FAILED), "call 1: NotThere (404): no"),
    (
        rules.fails(because="it is gone", statuses=(404,)),
        trial(FAILED, logs=(ASKED,)),
        trial(Answer(ok=[]), logs=(ASKED,)),
        "call 1: ok []",
    ),
    (
        rules.fails(because="it is gone", statuses=(401,)),
        trial(Answer(type="NotThere"), logs=(ASKED,)),
        trial(FAILED, logs=(ASKED,)),
        "call 1: the status is 404 (NotThere)",
    ),
    (
        rules.fails(because="it is gone"),
        trial(FAILED, logs=(ASKED,)),
        trial(FAILED),
        "call 1: NotThere (404): no, without any request",
    ),
    (
        rules.differ(0, 1),
        trial(FAILED, Answer(type="Other")),
        trial(FAILED, FAILED),
        "calls 1 and 2 are both NotThere",
    ),
    (rules.says("x", "id"), ok({"id": "x"}), ok({"id": "y"}), "id is 'y'"),
    (rules.says(True), ok(True), ok(1), "the answer is 1"),
    (rules.says("x", "id"), ok({"id": "x"}), trial(FAILED), "there is no answer"),
    (rules.is_commit("datasets/a/b", "sha"), ok({"sha": COMMIT}), ok({"sha": "main"}), "sha is 'main'"),
    (rules.lists("a", "b"), ok(["b", {"path": "a"}]), ok(["a"]), "1 entries; missing b"),
    (rules.lists("a", "b"), ok(["a", "b"]), ok(["a", "b", "b"]), "3 entries; twice b"),
    (rules.lists("a"), ok(["a"]), ok(["a", "c"]), "2 entries; too many c"),
    (rules.lists("a", "b", ordered=True), ok(["a", "b"]), ok(["b", "a"]), "2 entries; in another order: b, a"),
    (rules.lists("a", by="title"), ok([{"id": 1, "title": "a"}]), ok([{"id": "a"}]), "not a list of names"),
    (rules.includes("a"), ok(["b", "a"]), ok(["b"]), "1 entries, not that one"),
    (rules.gives(b"abc"), bytes_of(b"abc"), bytes_of(b"abd"), "3 bytes, sha256 a52d159f262b"),
    (rules.gives(b"abc"), ok({"text": "abc"}), ok({"path": "/no/such/file"}), "no file is at `path`"),
    (rules.gives(b"abc"), bytes_of(b"abc"), ok({"base64": "%"}), "`base64` is none"),
    (rules.gives(b"abc"), bytes_of(b"abc"), ok("abc"), "no bytes in 'abc'"),
    (
        rules.wrote("it is there", lambda tried: bool(tried.answers[0].ok)),
        ok(1),
        ok(0),
        "the Hub remembers nothing of the kind",
    ),
    (wirerules.asks(X), logged(seen()), logged(seen(method="HEAD")), "1 requests, none of them is that"),
    (wirerules.asks(X), logged(seen(status=500), seen()), logged(seen(status=404)), "it was answered 404"),
    (
        wirerules.asks(X, query=(("limit", "2"),)),
        logged(seen(query="limit=2")),
        logged(seen(query="limit=3")),
        "its query was 'limit=3'",
    ),
    (wirerules.asks_at_most(1, 0, why="once"), logged(seen()), logged(seen(), seen()), "2 requests"),
    (
        wirerules.never_asks("/y.*"),
        logged(seen()),
        logged(seen(path="/yes"), seen(path="/yes")),
        "it was asked for: /yes",
    ),
    (
        wirerules.sends_no_bodies(),
        logged(seen(sent=9)),
        logged(seen(origin="cdn", sent=9)),
        "9 bytes of the file were sent",
    ),
    (
        wirerules.sends_token("t"),
        logged(seen(**TOKEN), seen(origin="cdn")),
        logged(seen(**TOKEN), seen(authorization="Bearer other")),
        "1 of 2 requests to the Hub came without it",
    ),
    (wirerules.sends_token("t"), logged(seen(**TOKEN)), logged(), "there were no requests"),
    (
        wirerules.sends_no_token_to_cdn(),
        logged(seen(origin="cdn")),
        logged(seen(origin="cdn", **TOKEN)),
        "the token was sent to the CDN",
    ),
    (wirerules.sends_no_token_to_cdn(), logged(seen(origin="cdn")), logged(seen()), "the CDN was not asked"),
    (
        wirerules.tries_again(),
        logged(seen(status=503), seen(at=1)),
        logged(seen(status=503), seen(path="/other", at=1)),
        "it was not asked again",
    ),
    (wirerules.tries_again(), logged(seen(status=503), seen(at=1)), logged(seen()), "nothing was refused"),
    (
        wirerules.waits(1.0),
        logged(seen(status=429), seen(at=1.01)),
        logged(seen(status=429), seen(at=0.5)),
        "it was asked again after 0.5 s",
    ),
    (
        wirerules.waits(1.0),
        logged(seen(status=429), seen(at=1.01)),
        logged(seen(status=429), seen(at=60)),
        "it was asked again only after 60 s",
    ),
    (wirerules.waits(1.0), logged(seen(status=429), seen(at=2)), logged(seen(status=429)), "it was not asked again"),
    (wirerules.waits(1.0), logged(seen(status=429), seen(at=2)), logged(seen()), "nothing was refused"),
    (
        wirerules.continues("/x"),
        logged(seen(), seen(range="bytes=5-")),
        logged(seen(), seen(range="bytes=0-")),
        "it began anew",
    ),
    (
        wirerules.continues("/x"),
        logged(seen(), seen(range="bytes=5-")),
        logged(seen()),
        "the bytes were asked for once",
    ),
    (
        wirerules.only_part(10),
        logged(seen(origin="cdn", status=206, sent=9, range="bytes=0-8")),
        logged(seen(origin="cdn", status=206, sent=11, range="bytes=0-10")),
        "11 bytes of the file were sent",
    ),
    (
        wirerules.only_part(10),
        logged(seen(origin="cdn", status=206, sent=9, range="bytes=0-8")),
        logged(seen(origin="cdn", sent=5)),
        "no request with a Range was answered 206",
    ),
]


@pytest.mark.parametrize(("rule", "good", "bad", "said"), CASES, ids=lambda value: getattr(value, "expected", "")[:60])
def test_a_rule_holds_for_the_right_trial_and_says_what_is_wrong_with_another(
    rule: Rule, good: Trial, bad: Trial, said: str
) -> None:
    assert rule.broken(good) is None
    assert said in (rule.broken(bad) or "")
    assert rule.expected


def test_a_folder_must_have_the_files_their_bytes_and_nothing_else(tmp_path: Path) -> None:
    rule = rules.holds_folder({"a/b.txt": b"one"})
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_bytes(b"one")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "mark").write_text("a client's own")
    assert rule.broken(ok({"path": str(tmp_path)})) is None
    (tmp_path / "more.txt").write_text("x")
    assert rule.broken(ok({"path": str(tmp_path)})) == "the folder has a/b.txt, more.txt"
    (tmp_path / "more.txt").unlink()
    (tmp_path / "a" / "b.txt").write_bytes(b"two")
    assert rule.broken(ok({"path": str(tmp_path)})) == "other bytes in a/b.txt"
    assert "no folder" in (rule.broken(ok({"path": str(tmp_path / "none")})) or "")


def test_every_rule_there_is_was_seen_to_hold_and_to_break() -> None:
    makers = {name for module in (rules, wirerules) for name in module.__all__ if name.islower()}
    source = Path(__file__).read_text(encoding="utf-8")
    tried = {name for name in makers if f"rules.{name}(" in source}
    assert makers - tried == {"names_in"}  # read by the rules, and no rule


def test_a_path_without_end_is_not_read() -> None:
    assert rules.content_of({"path": "/dev/zero"}) == "no file is at `path`"
    assert rules.content_of({"path": "\0"}) != b""


def test_the_log_shows_neither_ports_nor_signatures_nor_tokens() -> None:
    log = (
        seen(query="a=1", authorization="Bearer hf_secret"),
        seen(origin="cdn", query="Signature=abc&x=1", at=0.3, range="bytes=0-8", status=206, sent=9),
        seen(status=0, at=2.4),
    )
    assert lines_of(log) == (
        "hub GET /x?a=1  with token  -> 200, 0 bytes",
        "cdn GET /x?Signature=...&x=1  Range: bytes=0-8  -> 206, 9 bytes",
        "hub GET /x  -> connection ended, 0 bytes  after 2 s",
    )


def test_of_an_endless_log_the_beginning_and_the_end_are_shown() -> None:
    lines = lines_of(seen(path=f"/{number}") for number in range(5000))
    assert len(lines) == 61
    assert lines[0].startswith("hub GET /0 ")
    assert lines[30] == "... 4,940 more ..."
    assert lines[-1].startswith("hub GET /4999 ")
