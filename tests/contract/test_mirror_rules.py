"""The mirror's own rules: its folder, ranges, revisions, faults on demand, and what it never serves."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from recipes_data.errors import UsageError
from recipes_data.mirror import Mirror, repositories
from tests.contract.small_hub import BIG, big_url, get, write_small_hub


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_small_hub(tmp_path / "hub")


@pytest.fixture
def mirror(root: Path) -> Iterator[Mirror]:
    with Mirror(root, refs={"acme/t": ("v1.0", "refs/pr/1", "refs/convert/parquet")}, page_size=2) as served:
        yield served


def record(mirror: Mirror, revision: str = "main") -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(get(f"{mirror.url}/api/datasets/acme/t/revision/{revision}?blobs=true")[2])
    return answer


def test_the_commit_is_that_of_git(mirror: Mirror, root: Path, tmp_path: Path) -> None:
    """`git` itself makes the commit, with the pointer in place of the LFS file."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    for name in ("data-1", "data0"):  # in a tree, the folder `data` stands between them
        (root / "datasets/acme/t" / name).write_text(name[-1])
    who = {"NAME": "mirror", "EMAIL": "mirror@localhost", "DATE": "1970-01-01T00:00:00+0000"}
    env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    env |= {"GIT_DIR": str(tmp_path / "git"), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def run(*words: str, text: bytes = b"") -> str:
        return (
            subprocess.run([git, *words], input=text, env=env, check=True, capture_output=True).stdout.decode().strip()
        )

    run("init", "-q", "--bare", str(tmp_path / "git"))
    lfs = next(each for each in record(mirror)["siblings"] if each["rfilename"] == "data/big.bin")["lfs"]
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{lfs['sha256']}\nsize {len(BIG)}\n".encode()
    readme = (root / "datasets/acme/t/README.md").read_bytes()
    for path, content in (
        ("data/big.bin", pointer),
        ("README.md", readme),
        ("data-1", b"1"),
        ("data0", b"0"),
    ):
        blob = run("hash-object", "-w", "--stdin", text=content)
        run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    assert record(mirror)["sha"] == run("commit-tree", run("write-tree"), "-m", "mirror")


def test_a_changed_byte_is_a_new_commit_and_the_old_one_is_gone(mirror: Mirror, root: Path) -> None:
    time.sleep(0.06)  # a file this young may still change within one tick of its clock, and is not remembered
    before = record(mirror)["sha"]
    file = root / "datasets/acme/t/data/big.bin"
    status = file.stat()
    with file.open("r+b") as stream:
        stream.write(b"\x01")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))  # same size, same mtime
    assert record(mirror)["sha"] != before
    assert get(f"{mirror.url}/api/datasets/acme/t/revision/{before}")[1]["x-error-code"] == "RevisionNotFound"


def test_the_files_of_a_commit_are_given_without_a_look_at_all_others(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(0.06)
    sha = record(mirror)["sha"]
    monkeypatch.setattr("recipes_data.mirror.repository._walk", None)
    for path in ("README.md", "data/big.bin"):
        assert get(f"{mirror.url}/datasets/acme/t/resolve/{sha}/{path}")[0] in (302, 307)


def test_a_changed_file_of_a_commit_is_gone_with_it(mirror: Mirror, root: Path) -> None:
    time.sleep(0.06)
    before = record(mirror)["sha"]
    (root / "datasets/acme/t/README.md").write_bytes(b"2")
    status, headers, _ = get(f"{mirror.url}/datasets/acme/t/resolve/{before}/README.md")
    assert (status, headers["x-error-code"]) == (404, "RevisionNotFound")


def test_a_file_is_hashed_once(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    time.sleep(0.06)
    first = record(mirror)["sha"]
    monkeypatch.setattr("recipes_data.mirror.repository._sha256", None)
    monkeypatch.setattr("recipes_data.mirror.repository._read", None)
    assert record(mirror)["sha"] == first


@pytest.mark.parametrize("revision", ["main", "v1.0", "refs%2Fpr%2F1", "refs%2Fconvert%2Fparquet"])
def test_every_name_of_the_commit_leads_to_it(mirror: Mirror, revision: str) -> None:
    sha = record(mirror)["sha"]
    assert record(mirror, revision)["sha"] == sha
    assert record(mirror, str(sha)[:7])["sha"] == sha


@pytest.mark.parametrize("revision", ["v2", "0" * 40, "MAIN", "..", "abc", "%0d%0ax-evil:1", "%ff"])
def test_another_revision_is_not_found(mirror: Mirror, revision: str) -> None:
    status, headers, _ = get(f"{mirror.url}/api/datasets/acme/t/revision/{revision}")
    assert (status, headers["x-error-code"], headers["x-evil"]) == (404, "RevisionNotFound", None)


def test_six_digits_of_the_commit_are_too_few(mirror: Mirror) -> None:
    assert get(f"{mirror.url}/api/datasets/acme/t/revision/{str(record(mirror)['sha'])[:6]}")[0] == 404


def test_refs_lists_every_name(mirror: Mirror) -> None:
    listed = json.loads(get(f"{mirror.url}/api/datasets/acme/t/refs?include_prs=1")[2])
    names = {kind: [each["ref"] for each in refs] for kind, refs in listed.items()}
    assert names == {
        "branches": ["refs/heads/main"],
        "tags": ["refs/tags/v1.0"],
        "converts": ["refs/convert/parquet"],
        "pullRequests": ["refs/pr/1"],
    }


def test_a_tree_in_pages_lists_everything_once(mirror: Mirror) -> None:
    url, paths = f"{mirror.url}/api/datasets/acme/t/tree/main?recursive=true", []
    while url:
        _, headers, body = get(url)
        paths += [each["path"] for each in json.loads(body)]
        link = headers["link"]
        url = link.partition(">")[0].removeprefix("<") if link else ""
    assert paths == ["README.md", "data", "data/big.bin"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/datasets/acme/t/tree/main/nope", 404),
        ("/api/datasets/acme/t/tree/main?limit=0", 400),
        ("/api/datasets/acme/t/tree/main?cursor=%21%21%21", 400),
        ("/api/datasets/acme/t?expand=nope", 400),
        ("/api/datasets/acme/t/paths-info/main", 405),
        ("/api/datasets", 404),
        ("/api/spaces/acme/t", 404),
        ("/api/datasets/acme/t/tree", 404),
        ("/api/datasets/acme/t/tree/nosuch", 404),
        ("/api/datasets/acme/t/commits/nosuch", 404),
        ("/", 404),
        ("/api/resolve-cache/", 401),
        ("/api/resolve-cache/datasets/acme/t/main/README.md", 404),
        ("/api/resolve-cache/datasets/acme/nosuch/main/README.md", 401),
        ("/datasets/acme/t/resolve/main/data", 404),
        ("/datasets/acme/t/resolve/main/../t/README.md", 404),
        ("/datasets/acme/t/resolve/main/..%2F..%2Ft%2FREADME.md", 404),
        ("/datasets/../acme/resolve/main/README.md", 401),
        ("/datasets/acme/%2e%2e/resolve/main/README.md", 401),
    ],
)
def test_what_is_not_there_is_refused(mirror: Mirror, path: str, status: int) -> None:
    assert get(mirror.url + path)[0] == status


@pytest.mark.parametrize(
    ("path", "body", "status", "found"),
    [
        ("main", '{"paths": ["README.md", "x"]}', 200, ["README.md"]),
        ("main", '{"paths": "data", "expand": true}', 200, ["data"]),
        ("main", '{"paths": [1]}', 400, []),
        ("main", "[]", 400, []),
        ("main", "{", 400, []),
        ("main", json.dumps({"paths": ["x"] * 2001}), 400, []),
        ("nosuch", '{"paths": []}', 404, []),
    ],
)
def test_paths_may_be_asked_for_in_json(mirror: Mirror, path: str, body: str, status: int, found: list[str]) -> None:
    url = f"{mirror.url}/api/datasets/acme/t/paths-info/{path}"
    got, _, answer = get(url, "POST", body, content_type="application/json")
    assert got == status
    assert status != 200 or [each["path"] for each in json.loads(answer)] == found


def test_a_body_of_unknown_length_is_refused_and_ends_the_connection(mirror: Mirror) -> None:
    status, headers, _ = get(f"{mirror.url}/api/datasets/acme/t/paths-info/main", "POST", transfer_encoding="chunked")
    assert (status, headers["connection"]) == (411, "close")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(mirror: Mirror, method: str) -> None:
    assert get(f"{mirror.url}/api/datasets/acme/t", method)[0] == 405


def test_links_out_of_the_folder_are_never_served(mirror: Mirror, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    repo = root / "datasets/acme/t"
    (repo / "out.txt").symlink_to(tmp_path / "secret.txt")
    (repo / "folder").symlink_to(tmp_path)
    (repo / "loop").symlink_to(repo / "loop")
    (repo / "inside.md").symlink_to("README.md")
    (root / "datasets/acme/elsewhere").symlink_to(tmp_path)
    names = [each["rfilename"] for each in record(mirror)["siblings"]]
    assert names == ["README.md", "data/big.bin", "inside.md"]
    assert get(f"{mirror.url}/datasets/acme/t/resolve/main/out.txt")[0] == 404
    assert get(f"{mirror.url}/api/datasets/acme/elsewhere")[0] == 401
    assert repositories(root) == [("dataset", "acme/t")]


def test_traces_of_git_and_of_the_hub_client_are_no_content(mirror: Mirror, root: Path) -> None:
    before = record(mirror)["sha"]
    for left in (".git/config", ".cache/huggingface/download/x.lock"):
        file = root / "datasets/acme/t" / left
        file.parent.mkdir(parents=True)
        file.touch()
    assert record(mirror)["sha"] == before


def test_a_file_replaced_after_it_was_listed_is_not_served(mirror: Mirror, root: Path) -> None:
    url = big_url(mirror)
    (root / "datasets/acme/t/data/big.bin").write_bytes(b"other")
    assert get(url)[0] == 500


def test_the_cdn_has_a_host_of_its_own(mirror: Mirror) -> None:
    """Some clients take every port of a host for the same host."""
    assert urlsplit(mirror.url).hostname != urlsplit(mirror.cdn_url).hostname


def test_the_cdn_serves_signed_addresses_only(mirror: Mirror) -> None:
    url = big_url(mirror)
    assert get(url)[2] == BIG
    assert get(url.partition("?")[0])[0] == 403
    assert get(url.replace("Signature=", "Signature=0"))[0] == 403
    assert get(f"{mirror.cdn_url}/datasets/acme/t/resolve/main/README.md")[0] == 403


def test_a_range_of_another_version_gives_the_whole_file(mirror: Mirror) -> None:
    url = big_url(mirror)
    etag = get(url, "HEAD")[1]["etag"]
    assert get(url, range="bytes=10-19", if_range=etag)[2] == BIG[10:20]
    assert get(url, range="bytes=10-19", if_range='"other"')[2] == BIG


def test_one_connection_serves_many_requests(mirror: Mirror) -> None:
    connection = http.client.HTTPConnection(urlsplit(mirror.url).netloc, timeout=10)
    connection.connect()
    local = connection.sock.getsockname()
    for method, path in (
        ("GET", "/api/datasets/acme/t"),
        ("HEAD", "/nope"),
        ("POST", "/api/datasets/acme/t"),
    ) * 2:
        connection.request(method, path, b"a=b" if method == "POST" else None)
        connection.getresponse().read()
        assert connection.sock.getsockname() == local
    connection.close()


def ask_again(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/api/datasets/acme/t")
    connection.getresponse().read()


def test_a_stopped_mirror_answers_nobody(root: Path) -> None:
    with Mirror(root) as mirror:
        connection = http.client.HTTPConnection(urlsplit(mirror.url).netloc, timeout=10)
        ask_again(connection)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask_again(connection)
    connection.close()
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", int(mirror.url.rpartition(":")[2])))


def test_requests_are_on_record(mirror: Mirror) -> None:
    url = big_url(mirror)
    get(url, range="bytes=0-9", x_test="yes")
    first, second = mirror.requests
    assert (first.method, first.path, first.origin, first.status) == (
        "GET",
        "/datasets/acme/t/resolve/main/data/big.bin",
        "hub",
        302,
    )
    assert (second.origin, second.status, second.bytes_sent, second.headers["x-test"]) == (
        "cdn",
        206,
        10,
        "yes",
    )


def test_a_folder_without_repositories_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="datasets/ORG/NAME"):
        repositories(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        repositories(tmp_path / "nope")
    with pytest.raises(UsageError, match="no such folder"):
        Mirror(tmp_path / "nope")


def test_a_taken_port_is_said(root: Path) -> None:
    with Mirror(root) as mirror:
        port = int(mirror.url.rpartition(":")[2])
        with pytest.raises(UsageError, match=f"Port {port}"), Mirror(root, port=port):
            pass
