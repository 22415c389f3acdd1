"""Nothing secret comes out: not on stdout or stderr, not in a file, a repr, a pickle, or a process list."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import pickle
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recipes_data.cli.main import _COMMANDS
from recipes_data.elsewhere import From
from recipes_data.errors import RecipesDataError
from recipes_data.hub.connection import Connections
from recipes_data.hub.huggingface import HuggingFaceHub
from recipes_data.hub.patience import Patience
from recipes_data.hub.reach import proxy_for
from recipes_data.locked import Hub
from recipes_data.mirror import Mirror
from recipes_data.online import Opener
from tests.loopback_proxy import loopback_proxy
from tests.worlds import GSM8K, ROOT, Project, Ran, write_sums

TOKEN = "hf_" + "T0pS3cretT0ken" * 2
PASSWORD = "pr0xyPassw0rd"
USER = "pr0xyUser"
SECRETS = (TOKEN, PASSWORD, USER)
ONLINE = {"fetch", "lock", "doctor", "add", "outdated"}

WORDS: dict[str, list[str]] = {
    "fetch": ["gsm8k"],
    "lock": ["gsm8k"],
    "verify": ["gsm8k"],
    "list": [],
    "show": ["gsm8k"],
    "path": ["gsm8k:train"],
    "cache": ["list"],
    "doctor": ["gsm8k"],
    "gaps": ["operations"],
    "demo": [],
    "serve": ["no-such-folder"],
    "outdated": ["gsm8k"],
    "init": [],
    "add": ["org/sums", "--recipe", "mine"],
    "why": ["sums"],
    "remove": ["mine"],
    "pin": ["."],
    "cite": ["gsm8k"],
    "receipt": ["verify", "no-such-receipt.json"],
    "types": [],
    "completion": ["bash"],
}


def coded(secret: str) -> list[bytes]:
    """A secret as it stands, and inside what Basic authentication makes of it, at each of three offsets."""
    raw = secret.encode()
    inside = [base64.b64encode(raw[skip : skip + (len(raw) - skip) // 3 * 3]) for skip in range(3)]
    return [raw, *inside]


def found_in(content: bytes) -> list[str]:
    """The secrets that stand in this."""
    return [secret for secret in SECRETS if any(code in content for code in coded(secret))]


def secret_files(*folders: Path, but: frozenset[Path] = frozenset()) -> list[Path]:
    """Files that hold a secret, or are called like one."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path not in but]
    return [path for path in files if found_in(path.read_bytes()) or found_in(str(path).encode())]


class Listed:
    """Watches the process list: every command line of a process and of what it starts."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: set[bytes] = set()
        self._pids = {process.pid}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.03):
            for pid in sorted(self._pids):
                here = Path("/proc", str(pid))
                with contextlib.suppress(OSError):  # it ended
                    self.lines.add((here / "cmdline").read_bytes())
                    for thread in (here / "task").iterdir():
                        self._pids |= {int(word) for word in (thread / "children").read_text(encoding="ascii").split()}

    def close(self) -> None:
        self._ended.set()
        self._thread.join()


def run(project: Project, *words: str, **environ: str) -> Ran:
    """The command, with every process of it watched; none of them says anything secret."""
    process = project.start(*words, **environ)
    listed = Listed(process)
    try:
        out, err = process.communicate(timeout=120)
    finally:
        listed.close()
    assert any(listed.lines)
    assert [line for line in listed.lines if found_in(line)] == []
    assert found_in(out.encode()) == []
    assert found_in(err.encode()) == []
    return Ran(process.returncode, out, err)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Mirror]:
    """The private repository `org/sums`: who has no token gets nothing."""
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub", private=frozenset({"org/sums"}), tokens=frozenset({TOKEN})) as mirror:
        yield mirror


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.make(tmp_path, gsm8k=GSM8K)


def test_every_command_is_run_here() -> None:
    assert WORDS.keys() == _COMMANDS.keys()


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for secret in SECRETS:
        for lead in ("", "a", "ab"):
            assert found_in(base64.b64encode(f"{lead}{secret}:x".encode())) == [secret]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_text(f"x {PASSWORD} y", encoding="utf-8")
    assert secret_files(tmp_path) == [tmp_path / "deep" / "log"]
    process = subprocess.Popen(["sh", "-c", f"sleep 0.3; : {TOKEN}"], text=True)
    listed = Listed(process)
    process.wait()
    listed.close()
    assert any(found_in(line) for line in listed.lines)


@pytest.mark.parametrize("given", ["variable", "file"])
def test_no_command_shows_the_token_or_the_proxys_password(hub: Mirror, project: Project, given: str) -> None:
    home = Path(project.environ["HOME"])
    kept = frozenset[Path]()
    with loopback_proxy(USER, PASSWORD) as proxy:
        environ = {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url, "NO_PROXY": "", "HF_ENDPOINT": hub.url}
        if given == "variable":
            environ |= {"HF_TOKEN": TOKEN, "HUGGING_FACE_HUB_TOKEN": TOKEN, "HF_API_KEY": TOKEN}
        else:
            kept = frozenset({home / "hf" / "token"})
            (home / "hf").mkdir()
            (home / "hf" / "token").write_text(TOKEN + "\n", encoding="utf-8")
        commands = WORDS if given == "variable" else {name: WORDS[name] for name in sorted(ONLINE)}
        codes = {command: run(project, command, *words, "-v", **environ).code for command, words in commands.items()}
        assert any("proxy-authorization" in seen.headers for seen in proxy.seen), "the proxy was used"
    assert {command for command, code in codes.items() if code == 0} == commands.keys() - {"serve", "receipt"}
    assert any(request.headers.get("authorization") == f"Bearer {TOKEN}" for request in hub.requests), "and the token"
    assert secret_files(project.root, project.store, home, but=kept) == []


def test_no_command_that_fails_shows_them_either(hub: Mirror, project: Project) -> None:
    home = Path(project.environ["HOME"])
    dead = f"http://{USER}:{PASSWORD}@127.0.0.1:9"
    wrong = hub.url.replace("http://", f"http://{USER}:{PASSWORD}@")
    worlds: list[dict[str, str]] = [
        {"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN[:-1]},
        {"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN, "NO_PROXY": "", "HTTP_PROXY": dead, "http_proxy": dead},
        {"HF_ENDPOINT": wrong, "HF_TOKEN": TOKEN},
        {"HF_ENDPOINT": f"{USER}:{PASSWORD}@127.0.0.1", "HF_TOKEN": TOKEN},
    ]
    for environ in worlds:
        for command in sorted(ONLINE) if environ is worlds[2] else ("fetch", "doctor"):
            ran = run(project, command, "-v", "gsm8k", **environ)
            assert ran.code != 0, (command, environ)
            assert "Traceback" not in ran.err
    assert secret_files(project.root, project.store, home) == []


def test_an_endpoint_with_a_password_is_refused_without_saying_it(hub: Mirror, project: Project) -> None:
    wrong = hub.url.replace("http://", f"http://{USER}:{PASSWORD}@")
    ran = run(project, "fetch", "gsm8k", HF_ENDPOINT=wrong)
    assert ran.code == 2
    assert f"carries a user name or a password (before @{hub.url.partition('//')[2]})" in ran.err
    assert hub.requests == []
    for option in ("--endpoint", "--hub"):  # on the user's own command line, and nowhere else
        said = project.run("fetch", "gsm8k", "-v", option, wrong)
        assert said.code == 2
        assert found_in((said.out + said.err).encode()) == []
    ran = project.python("from loaders import load\nload('gsm8k', fetch=True)", HF_ENDPOINT=wrong)
    assert "UsageError" in ran.err
    assert found_in(ran.err.encode()) == []


def test_a_token_file_that_is_named_is_read_and_not_told(hub: Mirror, project: Project) -> None:
    token = project.root.parent / "token"
    token.write_text(TOKEN, encoding="utf-8")
    assert run(project, "fetch", "gsm8k", "-v", "--endpoint", hub.url, "--token-file", str(token)).code == 0
    assert secret_files(project.root, project.store, Path(project.environ["HOME"])) == []


def test_a_place_with_a_password_is_refused_and_not_told(hub: Mirror, project: Project, tmp_path: Path) -> None:
    home = Path(project.environ["HOME"])
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url, HF_TOKEN=TOKEN).code == 0
    project.store.rename(tmp_path / "other")
    place = hub.url.replace("http://", f"http://{USER}:{PASSWORD}@")
    ran = project.run("fetch", "gsm8k", "-v", "--from", place, "--endpoint", "http://127.0.0.1:9")
    assert ran.code == 2
    assert found_in((ran.out + ran.err).encode()) == []
    assert secret_files(project.root, project.store, home) == []


def _objects() -> Iterator[tuple[str, Callable[[], Any]]]:
    proxied = {"HTTP_PROXY": f"http://{USER}:{PASSWORD}@127.0.0.1:9"}
    client = HuggingFaceHub("http://127.0.0.1:9", token=TOKEN)
    yield "HuggingFaceHub", lambda: client
    yield "Connections", lambda: Connections(environ=proxied)
    yield "Hub", lambda: Hub(client, Connections(environ=proxied), Patience(), "http://127.0.0.1:9")
    yield "Opener", lambda: Opener("http://127.0.0.1:9", {**proxied, "HF_TOKEN": TOKEN}, token=TOKEN)
    yield "Proxy", lambda: proxy_for("http://hub.test/x", proxied)
    yield "From", lambda: From("http://127.0.0.1:9", environ=proxied, note=lambda text: None)
    yield "error", lambda: _error(client)


def _error(client: HuggingFaceHub) -> RecipesDataError:
    try:
        client.repo_info("org/x", "main", "dataset")
    except RecipesDataError as exc:
        return exc
    raise AssertionError("port 9 answers")


@pytest.mark.parametrize(("name", "make"), list(_objects()), ids=[name for name, _ in _objects()])
def test_no_object_of_ours_shows_a_secret_or_can_be_pickled_with_one(
    name: str, make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    made = make()
    assert found_in(f"{made!r} {made!s}".encode()) == []
    try:
        content = pickle.dumps(made)
    except (TypeError, AttributeError, pickle.PicklingError):
        content = b""
    assert found_in(content) == []
    if dataclasses.is_dataclass(made) and not isinstance(made, type):
        assert (
            found_in(repr([getattr(made, field.name) for field in dataclasses.fields(made) if field.repr]).encode())
            == []
        )


def test_no_cassette_and_no_file_of_the_tree_holds_a_token() -> None:
    shape = re.compile(rb"hf_[A-Za-z0-9]{30,}|[Bb]earer (?!realm)[A-Za-z0-9_.-]{20,}|[Pp]roxy-[Aa]uthorization: +Basic")
    assert shape.search(b"authorization: Bearer " + b"hf_" + b"a1B2" * 9)
    folders = [ROOT / name for name in ("recipes_data", "loaders", "manifests", "tests", "docs", "benchmarks")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert any(path.parent.name == "cassettes" for path in files)
    assert [path for path in files if shape.search(path.read_bytes())] == []
