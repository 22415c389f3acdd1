"""A whole fetch from an HTTPS Hub that exists through a CONNECT proxy alone, with a private authority."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import trustme

from loaders import load
from tests.loopback_proxy import Page, https_origin, loopback_proxy, write_authority
from tests.worlds import GSM8K, Project, sums, write_sums

COMMIT = "ab" * 20


def pages_of(repo: Path) -> dict[str, Page]:
    """What a Hub answers for this repository: its record, and every file by commit."""
    siblings, pages = [], {}
    for path in sorted(repo.rglob("*.parquet")):
        content, name = path.read_bytes(), path.relative_to(repo).as_posix()
        lfs = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 129}
        siblings.append({"rfilename": name, "size": len(content), "blobId": "00" * 20, "lfs": lfs})
        pages[f"/datasets/org/sums/resolve/{COMMIT}/{name}"] = Page(content)
    record = {"id": "org/sums", "sha": COMMIT, "private": False, "gated": False, "siblings": siblings, "tags": []}
    body = json.dumps(record).encode()
    answer = Page(body, headers={"content-type": "application/json"})
    return {**pages, "/api/datasets/org/sums/revision/main": answer}


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_fetch_through_a_proxy_with_a_private_authority(tmp_path: Path, variable: str) -> None:
    repo = write_sums(tmp_path / "hub")
    project = Project.make(tmp_path, gsm8k=GSM8K)
    authority = trustme.CA()
    bundle = write_authority(authority, tmp_path / "authority.pem")
    with (
        https_origin(authority, pages_of(repo)) as origin,
        loopback_proxy("user", "p@ss", {"hub.test": origin.port}) as proxy,
    ):
        environ = {"HTTPS_PROXY": proxy.url, "NO_PROXY": "", "HF_TOKEN": "hf_secretsecret"}
        words = ("fetch", "gsm8k", "--endpoint", "https://hub.test")
        distrusted = project.run(*words, **environ)
        assert distrusted.code == 4
        assert "Traceback" not in distrusted.err
        assert origin.seen == []
        ran = project.run(*words, **environ, **{variable: str(bundle)})
        assert ran.code == 0, ran.err
        assert {seen.method for seen in proxy.seen} == {"CONNECT"}
        assert not any("authorization" in seen.headers for seen in proxy.seen)
        assert not any("proxy-authorization" in seen.headers for seen in origin.seen)
        assert all(seen.headers["authorization"] == "Bearer hf_secretsecret" for seen in origin.seen)
    assert "p@ss" not in ran.out + ran.err + distrusted.err
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)
