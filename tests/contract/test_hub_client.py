"""Our client and our transfer against the recorded shapes of the real Hub's answers, and against cassettes.

The replayer answers from `exchanges.yaml` alone: it shares no code with the mirror, so what passes here does
not pass because both sides make the same mistake. The cassettes hold the metadata exchanges as huggingface_hub
sent them; they are written by `python -m tests.contract.record_cassettes` and replayed with every version.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
import vcr

from recipes_data.errors import GatedError, HubDownError, NotOnHubError, RateLimitedError
from recipes_data.hub.answers import Asked
from recipes_data.hub.connection import Connections
from recipes_data.hub.huggingface import HuggingFaceHub
from recipes_data.hub.patience import Patience
from recipes_data.hub.port import HubSeam, RepoFile, RepoInfo
from recipes_data.hub.retry import Policy
from recipes_data.hub.transfer import Wanted, transfer
from recipes_data.store import Store, hash_file
from tests.contract.recorded import load_record
from tests.contract.replayer import Replayer

RECORD = load_record()
COMMIT = RECORD.values["commit"]
WRONG_PIN = "09be8c5bbc57cb3887f3a9732ad6aa7ec9a23674"  # seen in a public document; such a commit never was
CASSETTES = Path(__file__).resolve().parent.parent / "cassettes"
NOWHERE = "http://hub.invalid:1"
PATIENT = Policy(retries=0)

replaying = vcr.VCR(
    cassette_library_dir=str(CASSETTES), record_mode=vcr.mode.NONE, match_on=["method", "path", "query", "range"]
)
replaying.register_matcher("range", lambda one, other: one.headers.get("range") == other.headers.get("range"))


def described(info: RepoInfo) -> None:
    """Every field of `acme/open` as the record has it."""
    assert info.commit == COMMIT
    assert info.license == "mit"
    assert info.gated is False
    assert info.card["language"] == ["en"]
    assert info.files == (
        RepoFile(".gitattributes", 42, f"git-sha1:{RECORD.values['attributes_sha1']}"),
        RepoFile("README.md", 45, f"git-sha1:{RECORD.values['card_sha1']}"),
        RepoFile("regression/ref-lfs.bin", 1024, f"sha256:{RECORD.values['lfs_sha256']}"),
        RepoFile("regression/ref-regular.txt", 60, f"git-sha1:{RECORD.values['regular_sha1']}"),
    )


def test_one_request_gives_commit_sizes_and_digests() -> None:
    with Replayer() as hub:
        client: HubSeam = HuggingFaceHub(hub.url, token=False)
        described(client.repo_info("acme/open", "main", "dataset"))
        assert [asked.path for asked in hub.requests] == ["/api/datasets/acme/open/revision/main"]
        assert hub.unmatched == []


@pytest.mark.parametrize(
    ("repo", "revision", "who", "error", "said"),
    [
        ("acme/nosuch", "main", None, NotOnHubError, "does not exist on .*, or is private and no token was sent"),
        ("acme/private", "main", None, NotOnHubError, "is private and no token was sent"),
        ("acme/nosuch", "main", "member", NotOnHubError, "or this token may not see it"),
        ("acme/open", WRONG_PIN, None, NotOnHubError, f"has no revision '{WRONG_PIN}'"),
    ],
)
def test_a_refusal_says_what_is_true(
    repo: str, revision: str, who: str | None, error: type[Exception], said: str
) -> None:
    with Replayer() as hub:
        client = HuggingFaceHub(hub.url, token=RECORD.tokens[who] if who else False)
        with pytest.raises(error, match=said):
            client.repo_info(repo, revision, "dataset")
        assert hub.unmatched == []


def fetched(
    hub: Replayer,
    folder: Path,
    repo: str,
    path: str,
    digest: str,
    size: int,
    who: str | None = None,
    revision: str = COMMIT,
) -> Path:
    """One file of the record brought into a store."""
    client = HuggingFaceHub(hub.url, token=RECORD.tokens[who] if who else False)
    asked = Asked(hub.url, repo, "dataset", revision, path, token_sent=who is not None)
    wanted = Wanted(client.file_url(repo, revision, path, "dataset"), size, digest, asked)
    with Connections(environ={}) as connections:
        sha256 = transfer(
            wanted,
            store=Store(folder),
            connections=connections,
            auth=client.auth_headers(),
            patience=Patience(PATIENT),
        )
    return Store(folder).blob(sha256)


def test_a_plain_file_comes_through_the_relative_redirect_to_the_resolve_cache(tmp_path: Path) -> None:
    with Replayer() as hub:
        blob = fetched(
            hub, tmp_path, "acme/open", "regression/ref-regular.txt", f"git-sha1:{RECORD.values['regular_sha1']}", 60
        )
        assert [asked.path.split("/")[1:3] for asked in hub.requests] == [
            ["datasets", "acme"],
            ["api", "resolve-cache"],
        ]
    content = blob.read_bytes()
    assert content.startswith(b"The quick brown fox")
    assert hashlib.sha256(content).hexdigest() == blob.name


def test_an_lfs_file_comes_from_the_other_origin_which_never_sees_the_token(tmp_path: Path) -> None:
    with Replayer() as hub:
        digest = f"sha256:{RECORD.values['lfs_sha256']}"
        blob = fetched(hub, tmp_path, "acme/gated", "regression/ref-lfs.bin", digest, 1024, "granted", "main")
        assert hash_file(blob) == RECORD.values["lfs_sha256"]
        assert [asked.origin for asked in hub.requests] == ["hub", "cdn"]
        assert hub.requests[0].headers["authorization"] == f"Bearer {RECORD.tokens['granted']}"
        assert "authorization" not in hub.requests[1].headers
        assert hub.unmatched == []


def test_a_file_continues_from_the_bytes_of_a_killed_run(tmp_path: Path) -> None:
    content = RECORD.files["regression/ref-lfs.bin"]
    digest = f"sha256:{RECORD.values['lfs_sha256']}"
    partial = tmp_path / "partial" / f"{digest.replace(':', '-')}.elsewhere~1~1~0"
    partial.parent.mkdir()
    partial.write_bytes(content[:1000])
    os.utime(partial, (0, 0))
    with Replayer() as hub:
        blob = fetched(hub, tmp_path, "acme/open", "regression/ref-lfs.bin", digest, 1024)
        assert hub.requests[-1].headers["range"] == "bytes=1000-"
    assert blob.read_bytes() == content
    assert list(partial.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (None, "is gated and no token was sent"),
        ("member", "is gated and this token's account was not granted access"),
    ],
)
def test_bytes_of_a_gated_repository_ask_for_the_terms(tmp_path: Path, who: str | None, said: str) -> None:
    with Replayer() as hub, pytest.raises(GatedError, match=said):
        fetched(hub, tmp_path, "acme/gated", "regression/ref-lfs.bin", "sha256:" + "0" * 64, 1024, who, "main")


# --- cassettes


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def test_the_cassette_of_a_repository_gives_the_same_information_with_every_version() -> None:
    with replaying.use_cassette("repository.yaml") as cassette:
        described(HuggingFaceHub(NOWHERE, token=False).repo_info("acme/open", "main", "dataset"))
        assert cassette.all_played


def test_the_cassettes_of_refusals_give_the_same_errors_with_every_version() -> None:
    client = HuggingFaceHub(NOWHERE, token=False)
    with replaying.use_cassette("refusals.yaml") as cassette:
        with pytest.raises(NotOnHubError, match="no token was sent"):
            client.repo_info("acme/nosuch", "main", "dataset")
        with pytest.raises(NotOnHubError, match=f"has no revision '{WRONG_PIN}'"):
            client.repo_info("acme/open", WRONG_PIN, "dataset")
        assert cassette.all_played


def test_the_cassette_of_a_rate_limit_says_how_long_and_one_of_an_outage_is_worth_a_retry() -> None:
    client = HuggingFaceHub(NOWHERE, token=False)
    with (
        replaying.use_cassette("limit.yaml"),
        pytest.raises(RateLimitedError, match=r"limits the rate .* for 52 s") as limited,
    ):
        client.repo_info("acme/limited", "main", "dataset")
    assert limited.value.wait == 52
    with replaying.use_cassette("outage.yaml"), pytest.raises(HubDownError, match="answered HTTP 503"):
        client.repo_info("acme/open", "main", "dataset")


def test_no_cassette_holds_a_token_or_a_real_host() -> None:
    for path in CASSETTES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "authorization" not in text.lower()
        assert "hf_" not in text.replace("hf_hub", "")
        assert "huggingface.co/" not in text
