"""`recipes-data doctor`: every row against a machine that has just that trouble."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from recipes_data.abilities import allocation_refused, file_system, try_out
from recipes_data.cli.doctor import doctor_command
from recipes_data.cli.screen import Screen
from recipes_data.diagnosis import (
    Check,
    account_check,
    endpoint_check,
    exit_code,
    failed,
    loaders_check,
    token_check,
    token_source,
)
from recipes_data.errors import GatedError, RecipesDataError
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.locked import Hub
from recipes_data.mirror import Mirror, Request, Response
from tests.worlds import GSM8K, Project, write_sums

SCRIPT = """\
import json, os, sys
from argparse import Namespace
from recipes_data.cli.doctor import doctor_command
from recipes_data.cli.screen import Screen
from recipes_data.errors import RecipesDataError
screen = Screen(json_wanted=True)
try:
    sys.exit(doctor_command(Namespace(**json.loads(os.environ["WORDS"])), screen, ["doctor"], os.environ))
except RecipesDataError as exc:
    screen.error(exc)
    sys.exit(exc.exit_code)
"""
TOKEN = "hf_ThisIsTheSecretOfThisTest"


class Told:
    """What the doctor said of a project.

    Offline it runs in this process. Else in one of its own: the Hub's client reads its process's environment.
    """

    def __init__(self, project: Project, *names: str, environ: Mapping[str, str] | None = None, **words: Any) -> None:
        where = {"project": str(project.root), "manifests": None, "store": None, "endpoint": None, "hub": None}
        options = {"token_file": None, "offline": False, "origin": None, "max_wait": 600.0, "names": list(names)}
        given = {**where, **options, **words}
        around = {"HF_HUB_DISABLE_TELEMETRY": "1", **(environ or {})}
        if given["offline"]:
            self.code, self.out, self.err = _here(given, {**project.environ, **around})
        else:
            ran = project.python(SCRIPT, **around, WORDS=json.dumps(given))
            self.code, self.out, self.err = ran.code, ran.out, ran.err
        document = json.loads(self.out) if self.out else {"checks": [], "exit_code": self.code}
        self.rows = {row["check"]: row for row in document["checks"]}
        assert document["exit_code"] == self.code

    def state(self, check: str) -> str:
        return str(self.rows[check]["state"])

    def what(self, check: str) -> str:
        return str(self.rows[check]["what"])


def _here(words: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[int, str, str]:
    screen = Screen(json_wanted=True)
    collected: list[str] = []
    screen.collect(collected)
    try:
        code = doctor_command(Namespace(**words), screen, ["doctor"], environ)
    except RecipesDataError as exc:
        return exc.exit_code, "", str(exc)
    return code, "".join(collected), ""


class Client:
    """A client with a token, of which only the endpoint is asked."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def repo_info(self, repo: str, revision: str, repo_type: str) -> Any:
        raise NotImplementedError

    def file_url(self, repo: str, commit: str, path: str, repo_type: str) -> str:
        raise NotImplementedError

    def auth_headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}


def test_on_a_healthy_machine_every_check_is_ok_and_nothing_is_written(hub: Mirror, project: Project) -> None:
    told = Told(project, "gsm8k", endpoint=hub.url)
    assert told.code == 0, told.out
    assert {row["check"]: row["state"] for row in told.rows.values() if row["state"] != "ok"} == {}
    assert list(told.rows) == [
        "python",
        "packages",
        "loaders",
        "switches",
        "catalogue",
        "store",
        "file system",
        "disk",
        "hub cache",
        "proxy",
        "certificates",
        "endpoint",
        "token",
        "account",
        "lock gsm8k",
        "licences",
        "download",
    ]
    assert "atomic rename yes" in told.what("file system")
    assert told.what("lock gsm8k").startswith("none yet; a fetch would pin ")
    assert told.what("licences") == "mit (gsm8k)"
    size = sum(path.stat().st_size for path in (Path(project.store).parent / "hub").rglob("*.parquet"))
    assert told.what("download").startswith(f"{size:,} bytes in 2 files to fetch")
    assert not project.store.exists()
    assert not project.lock_folder.exists()


def test_after_the_fetch_there_is_nothing_to_fetch_also_offline(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    asked = len(hub.requests)
    told = Told(project, "gsm8k", endpoint=hub.url, offline=True)
    assert told.code == 0, told.out
    assert told.what("download").startswith("0 bytes in 0 files to fetch")
    for check in ("endpoint", "account"):
        assert (told.state(check), told.what(check)) == ("not checked", "not checked: offline")
    assert len(hub.requests) == asked
    switched = Told(project, "gsm8k", endpoint=hub.url, environ={"HF_HUB_OFFLINE": "1"})
    assert (switched.code, switched.state("switches")) == (0, "warn")
    assert "HF_HUB_OFFLINE set" in switched.what("switches")
    assert len(hub.requests) == asked


def test_offline_what_is_missing_blocks(hub: Mirror, project: Project) -> None:
    assert Told(project, "gsm8k", offline=True).code == 3
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    told = Told(project, "gsm8k", offline=True)
    assert (told.code, told.state("download")) == (6, "bad")


def test_an_endpoint_that_is_down_is_the_first_blocker(hub: Mirror, project: Project) -> None:
    told = Told(project, "gsm8k", endpoint="http://127.0.0.1:9")
    assert told.code == 4
    assert "127.0.0.1:9 cannot be reached" in told.what("endpoint")
    assert told.what("lock gsm8k") == "not checked: the endpoint does not answer"


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (Response(200, {"content-type": "text/html"}, b"<html>log in</html>"), "bad", "with text/html, not with JSON"),
        (Response(302, {"location": "https://login.example/x?secret=1"}), "bad", "sends us on to login.example"),
        (Response(503, {"content-type": "text/plain"}, b"down"), "bad", "answers HTTP 503"),
        (Response(429, {"content-type": "text/plain"}, b"slow"), "warn", "limits the rate of requests"),
    ],
)
def test_what_answers_in_the_place_of_a_hub_is_told(hub: Mirror, answer: Response, state: str, said: str) -> None:
    def instead(request: Request) -> Response | None:
        return answer if request.path == "/api/datasets" else None

    hub.before = instead
    with Connections(environ={}) as connections:
        check = endpoint_check(Hub(Client(hub.url), connections, Patience(), hub.url))
    assert (check.state, check.exit_code) == (state, {"bad": 4, "warn": 0}[state])
    assert said in check.what
    assert "secret" not in repr(check)
    assert TOKEN not in repr(hub.requests), "a question to a stranger needs no token"


def test_a_login_page_in_the_place_of_a_hub_ends_the_command(hub: Mirror, project: Project) -> None:
    hub.before = lambda _: Response(200, {"content-type": "text/html"}, b"<html>log in</html>")
    told = Told(project, "gsm8k", endpoint=hub.url)
    assert (told.code, told.state("endpoint")) == (4, "bad")
    assert told.what("account") == told.what("lock gsm8k") == "not checked: the endpoint does not answer"


def test_a_gate_is_told_as_the_hub_tells_it(tmp_path: Path) -> None:
    write_sums(tmp_path / "hub")
    project = Project.make(tmp_path, gsm8k=GSM8K)
    tokens = {"tokens": frozenset({TOKEN, TOKEN + "2"}), "granted": frozenset({TOKEN + "2"})}
    with Mirror(tmp_path / "hub", gated={"org/sums": "auto"}, **tokens) as mirror:
        assert project.run("lock", "gsm8k", "--endpoint", mirror.url, HF_TOKEN=TOKEN).code == 0
        told = Told(project, "gsm8k", endpoint=mirror.url, environ={"HF_TOKEN": TOKEN})
        assert (told.code, told.state("gate gsm8k")) == (4, "bad")
        assert "this token's account was not granted access" in told.what("gate gsm8k")
        assert f"{mirror.url}/datasets/org/sums" in told.rows["gate gsm8k"]["remedy"]
        anonymous = Told(project, "gsm8k", endpoint=mirror.url)
        assert "no token was sent" in anonymous.what("gate gsm8k")
        granted = Told(project, "gsm8k", endpoint=mirror.url, environ={"HF_TOKEN": TOKEN + "2"})
        assert (granted.code, granted.what("gate gsm8k")) == (0, "org/sums is gated; access is granted")
        assert granted.what("token") == "from HF_TOKEN"
        assert project.run("fetch", "gsm8k", "--endpoint", mirror.url, HF_TOKEN=TOKEN + "2").code == 0
        here = Told(project, "gsm8k", endpoint=mirror.url)
        assert (here.code, here.state("gate gsm8k")) == (0, "ok")
    for each in (told, granted):
        assert TOKEN not in each.out + each.err


def test_the_account_of_the_token_is_named_and_a_wrong_token_blocks(tmp_path: Path) -> None:
    write_sums(tmp_path / "hub")
    project = Project.make(tmp_path, gsm8k=GSM8K)
    with Mirror(tmp_path / "hub", tokens=frozenset({TOKEN})) as mirror:
        assert Told(project, endpoint=mirror.url, environ={"HF_TOKEN": TOKEN}).what("account") == "mirror"
        wrong = Told(project, endpoint=mirror.url, environ={"HF_TOKEN": "hf_wrong"})
        assert (wrong.code, wrong.state("account")) == (4, "bad")
        assert "hf_wrong" not in wrong.out + wrong.err


def test_a_hub_that_was_asked_too_often_who_one_is_blocks_nothing(hub: Mirror) -> None:
    hub.before = lambda _: Response(429, {"retry-after": "300"}, b"slow")
    with Connections(environ={}) as connections:
        check = account_check(Hub(Client(hub.url), connections, Patience(), hub.url))
    assert (check.state, check.exit_code) == ("not checked", 0)


def test_the_first_blocker_decides_the_exit_code() -> None:
    gate, lost = failed("gate", GatedError("gated", "accept")), Check("download", "bad", "no room", "", 5)
    assert exit_code([Check("disk", "warn", "little", "", 0), gate, lost]) == 4
    assert exit_code([lost, gate]) == 5
    assert exit_code([Check("disk", "warn", "little")]) == 0


def test_a_users_file_called_loaders_is_found(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.root)
    (project.root / "loaders").mkdir()
    (project.root / "loaders" / "notes.txt").write_text("no package: Python goes on to ours")
    assert Told(project, offline=True).code == 0
    (project.root / "loaders.py").write_text("def load(): ...\n")
    told = Told(project, offline=True)
    assert (told.code, told.state("loaders")) == (2, "bad")
    assert str(project.root / "loaders.py") in told.what("loaders")
    assert project.python("from loaders import Rows").code != 0  # it is really so
    (project.root / "loaders.py").rename(project.root / "loaders" / "__init__.py")
    assert loaders_check(project.root, []).state == "bad"


def test_a_proxy_is_named_without_its_credentials(project: Project) -> None:
    environ = {"HTTP_PROXY": "http://user:hunter2@127.0.0.1:9", "NO_PROXY": ""}
    told = Told(project, endpoint="http://hub.test", environ=environ)
    assert told.what("proxy") == "http://127.0.0.1:9 (HTTP_PROXY)"
    assert told.code == 4
    assert "through the proxy 127.0.0.1:9 (HTTP_PROXY)" in told.what("endpoint")
    assert "hunter2" not in told.out + told.err
    socks = Told(
        project, endpoint="http://hub.test", offline=True, environ={"ALL_PROXY": "socks5://h:1", "NO_PROXY": ""}
    )
    assert (socks.code, socks.state("proxy")) == (2, "bad")


def test_certificates_that_are_not_there_are_told(project: Project, tmp_path: Path) -> None:
    told = Told(project, offline=True, environ={"REQUESTS_CA_BUNDLE": "/nowhere.pem"})
    assert (told.code, told.state("certificates")) == (2, "bad")
    bundle = tmp_path / "company.pem"
    bundle.write_text("")
    named = Told(project, offline=True, environ={"REQUESTS_CA_BUNDLE": str(bundle)})
    assert named.what("certificates") == f"{bundle} (REQUESTS_CA_BUNDLE)"


def test_what_does_not_fit_on_the_disk_blocks_before_a_byte_is_fetched(hub: Mirror, project: Project) -> None:
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    path = project.lock_folder / "gsm8k.json"
    lock = json.loads(path.read_text())
    next(iter(lock["files"].values()))["size"] = 10**17
    path.write_text(json.dumps(lock))
    told = Told(project, "gsm8k", endpoint=hub.url)
    assert (told.code, told.state("download")) == (5, "bad")
    assert "bytes are free at" in told.what("download")


def test_a_store_where_a_file_is_in_the_way_blocks(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = Told(project, offline=True, store=str(tmp_path / "file" / "store"))
    assert (told.code, told.state("store")) == (5, "bad")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_store_that_may_only_be_read_is_a_warning(project: Project) -> None:
    project.store.mkdir()
    project.store.chmod(0o555)
    told = Told(project, offline=True)
    project.store.chmod(0o755)
    assert (told.code, told.state("store")) == (0, "warn")


def test_a_broken_manifest_is_a_row_and_the_rest_is_still_told(hub: Mirror, project: Project) -> None:
    project.write("gsm8k", "name: gsm8k\n")
    told = Told(project, "gsm8k", endpoint=hub.url)
    assert (told.code, told.state("catalogue"), told.state("endpoint")) == (2, "bad", "ok")


def test_a_name_that_is_not_known_is_a_mistake(project: Project) -> None:
    told = Told(project, "gms8k", offline=True)
    assert told.code == 2
    assert "no dataset or recipe is called 'gms8k'" in told.err


def test_ci_and_a_store_above_its_limit_are_told(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    (project.root / "recipes-data.toml").write_text('[cache]\nmax_size = "1kB"\n')
    told = Told(project, offline=True, environ={"CI": "1"})
    assert "CI set" in told.what("switches")
    assert (told.code, told.state("max_size")) == (0, "warn")
    (project.root / "recipes-data.toml").write_text("[cache]\nmax = 1\n")
    assert Told(project, offline=True).code == 2


def test_the_hub_cache_is_found_where_the_environment_puts_it(project: Project, tmp_path: Path) -> None:
    (tmp_path / "cache" / "datasets--org--sums").mkdir(parents=True)
    told = Told(project, offline=True, environ={"HF_HUB_CACHE": str(tmp_path / "cache")})
    assert told.what("hub cache") == f"{tmp_path / 'cache'} (HF_HUB_CACHE): 1 repository"


def test_a_shared_store_counts_as_here_and_one_that_is_not_there_is_told(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    shared = project.store.rename(project.store.with_name("shared"))
    told = Told(project, "gsm8k", offline=True, environ={"RECIPES_DATA_SHARED": str(shared)})
    assert (told.code, told.what("shared stores")) == (0, str(shared))
    wrong = Told(project, "gsm8k", offline=True, environ={"RECIPES_DATA_SHARED": f"{shared}x"})
    assert (wrong.code, wrong.state("shared stores")) == (6, "warn")


def test_the_token_is_found_where_huggingface_hub_finds_it(tmp_path: Path) -> None:
    environ = {"HF_HOME": str(tmp_path), "HF_API_KEY": TOKEN}
    assert token_source({"HF_HOME": str(tmp_path)}) is None
    assert token_source(environ) == "HF_API_KEY"
    (tmp_path / "token").write_text(TOKEN + "\n")
    assert token_source(environ) == str(tmp_path / "token")
    (tmp_path / "other").write_text(TOKEN)
    assert token_source({**environ, "HF_TOKEN_PATH": str(tmp_path / "other")}) == str(tmp_path / "other")
    assert token_source({**environ, "HUGGING_FACE_HUB_TOKEN": TOKEN}) == "HUGGING_FACE_HUB_TOKEN"
    assert token_source({**environ, "HUGGING_FACE_HUB_TOKEN": TOKEN, "HF_TOKEN": TOKEN}) == "HF_TOKEN"
    assert token_source(environ, "mine") == "--token-file mine"
    assert token_check("HF_API_KEY", sent=True).state == "warn"
    assert token_check("HF_TOKEN", sent=False).state == "warn"


def test_what_a_disk_can_do_is_found_out_and_leaves_nothing(tmp_path: Path) -> None:
    able = try_out(tmp_path)
    assert able.rename_replaces
    assert able.mtime_kept
    assert list(tmp_path.iterdir()) == []
    assert allocation_refused(tmp_path, 10**17) == "full"
    assert allocation_refused(tmp_path, 1 << 20) in ("", None)
    assert list(tmp_path.iterdir()) == []
    if Path("/proc/self/mountinfo").exists():
        assert file_system(Path("/proc")) == "proc"
