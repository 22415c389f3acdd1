"""The only home of what `doctor` finds out about this machine and the way to the Hub, each as a `Check`.

Nothing secret is in a check: of a token and of a proxy's credentials only where they come from.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Literal

import recipes_data
from recipes_data.abilities import existing_folder, file_system, try_out
from recipes_data.errors import RateLimitedError, RecipesDataError, StoreError, UsageError
from recipes_data.hub.connection import named_trust
from recipes_data.hub.questions import ask_account, ask_anything
from recipes_data.hub.reach import proxy_for
from recipes_data.locked import Hub
from recipes_data.online import OTHER_TOKEN_NAMES
from recipes_data.sources import hub_cache_folder
from recipes_data.wording import counted

__all__ = [
    "Check",
    "State",
    "account_check",
    "certificates_check",
    "disk_checks",
    "endpoint_check",
    "exit_code",
    "failed",
    "hub_cache_check",
    "loaders_check",
    "packages_check",
    "proxy_check",
    "python_check",
    "shared_check",
    "skipped",
    "switches_check",
    "token_check",
    "token_source",
]

State = Literal["ok", "warn", "bad", "not checked"]
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_LITTLE = 10**9  # bytes
_BOUND = re.compile(r"(>=|<=|==|<|>|!=)\s*([\d.]+)")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the diagnosis. `exit_code` is that of the error which a "bad" one would end in."""

    name: str
    state: State
    what: str
    do: str = ""
    exit_code: int = 0


def failed(name: str, error: RecipesDataError) -> Check:
    """A blocker, told as the error that it would be."""
    return Check(name, "bad", error.what.replace("\n", "; "), error.do, error.exit_code)


def skipped(name: str, why: str = "offline") -> Check:
    """What could not be looked at."""
    return Check(name, "not checked", f"not checked: {why}")


def exit_code(checks: Sequence[Check]) -> int:
    """0, or that of the first blocker."""
    return next((check.exit_code for check in checks if check.state == "bad"), 0)


# --- this Python


def python_check() -> Check:
    """The interpreter, and whether it is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    what = f"Python {version} in {sys.prefix}, recipes-data {recipes_data.__version__}"
    try:
        wanted = metadata.metadata("recipes-data")["Requires-Python"]
    except metadata.PackageNotFoundError:
        wanted = ""
    if not _fits(version, wanted or ""):
        return Check("python", "bad", f"{what}; wanted: Python {wanted}", "make an environment with it", 1)
    return Check("python", "ok", what)


def packages_check() -> Check:
    """What this project needs, and whether the versions that are installed are within its bounds."""
    try:
        needed = metadata.requires("recipes-data") or []
    except metadata.PackageNotFoundError:
        return Check("packages", "warn", "recipes-data itself is not installed, only on the path", "pip install -e .")
    shown, wrong = [], []
    for line in needed:
        requirement, _, marker = line.partition(";")
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        if match is None or "extra" in marker:
            continue
        name, bounds = match[0], requirement[match.end() :].strip()
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        shown.append(f"{name} {version}")
        if not _fits(version, bounds):
            wrong.append(f"{name} is {version}, wanted {bounds}")
    if wrong:
        return Check("packages", "bad", "; ".join(wrong), "pip install -U recipes-data", 1)
    return Check("packages", "ok", ", ".join(shown))


def _fits(version: str, bounds: str) -> bool:
    """Whether a version is within bounds like `>=1.5,<3`; by its leading numbers alone."""
    have = _numbers(version)
    tests = {
        ">=": lambda limit: have >= limit,
        "<=": lambda limit: have <= limit,
        "==": lambda limit: have == limit,
        "!=": lambda limit: have != limit,
        "<": lambda limit: have < limit,
        ">": lambda limit: have > limit,
    }
    return all(tests[sign](_numbers(limit)) for sign, limit in _BOUND.findall(bounds))


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(part) for part in match[0].split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def loaders_check(folder: Path, path: Sequence[str]) -> Check:
    """Whether a script started in `folder` gets our `loaders`, or a file of the user's; `path` is sys.path."""
    ours = Path(recipes_data.__file__).resolve().parent.parent / "loaders"
    spec = PathFinder.find_spec("loaders", [str(folder), *path])
    if spec is None:
        return Check("loaders", "bad", "the package `loaders` is not installed", "pip install -U recipes-data", 1)
    found = Path(spec.origin) if spec.origin else Path(next(iter(spec.submodule_search_locations or [""])))
    if found.resolve().parent == ours:
        return Check("loaders", "ok", f"`from loaders import load` takes {ours}")
    what = f"{found} shadows our package: in {folder}, `from loaders import load` takes that file"
    return Check("loaders", "bad", what, f"give {found.name} another name", UsageError.exit_code)


def switches_check(environ: Mapping[str, str], *, offline_option: bool) -> Check:
    """What of the environment changes what `fetch` does."""
    said: list[str] = []
    state: State = "ok"
    offline = [name for name in _OFFLINE if environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"}]
    if offline_option:
        said.append("--offline")
    if offline:
        said.append(f"{', '.join(offline)} set")
        state = "warn"
    if environ.get("CI"):
        said.append("CI set: fetch writes no lock (--locked)")
    said += [f"{name} set" for name in ("HF_HUB_DISABLE_IMPLICIT_TOKEN",) if environ.get(name)]
    do = f"to go online: unset {' '.join(offline)}" if offline else ""
    return Check("switches", state, "; ".join(said) or "none set", do)


# --- the disk


def disk_checks(store: Path) -> list[Check]:
    """Whether the store can be written, what the disk under it can do, and how much is free."""
    blocked = next((path for path in (store, *store.parents) if path.exists() and not path.is_dir()), None)
    if blocked is not None:
        return [
            failed(
                "store", StoreError(f"{blocked} is a file, no folder can be made there", "name another: --store DIR")
            )
        ]
    folder = existing_folder(store)
    kind = file_system(folder)
    free = shutil.disk_usage(folder).free
    exists = store.is_dir()
    size = f"{free / 10**9:,.1f} GB free{f' on {kind}' if kind else ''}"
    disk = Check("disk", "warn" if free < _LITTLE else "ok", size, "recipes-data cache prune" if free < _LITTLE else "")
    try:
        able = try_out(folder)
    except StoreError as exc:
        if not exists:
            return [failed("store", exc), disk]
        what = f"{store} may only be read: load works, fetch brings nothing new"
        return [Check("store", "warn", what, "to fetch: use another one, --store DIR"), disk]
    described = {
        "atomic rename": able.rename_replaces,
        "symlink": able.symlink,
        "hard link": able.hard_link,
        "reflink": able.reflink,
        "flock between processes": able.flock,
        "times kept": able.mtime_kept,
        "upper and lower case told apart": able.case_sensitive,
    }
    words = {True: "yes", False: "no", None: "not known"}
    what = ", ".join(f"{name} {words[value]}" for name, value in described.items())
    system = Check("file system", "ok", what)
    if not able.rename_replaces:
        do = "use a store on another disk: --store DIR"
        system = Check("file system", "bad", what, do, StoreError.exit_code)
    elif not able.mtime_kept:
        system = Check(
            "file system", "warn", what, "every load hashes its files again: better another disk, --store DIR"
        )
    elif not (able.symlink or able.hard_link):
        system = Check("file system", "warn", what, "files named by `path` are copies and take twice the space")
    return [Check("store", "ok", f"{store}{'' if exists else ' (not made yet)'}, can be written"), system, disk]


def shared_check(stores: Sequence[Path]) -> Check:
    """The further stores that are read (RECIPES_DATA_SHARED)."""
    absent = [str(store) for store in stores if not (store / "blobs").is_dir()]
    if absent:
        return Check("shared stores", "warn", f"no store at {', '.join(absent)}", "correct RECIPES_DATA_SHARED")
    return Check("shared stores", "ok", ", ".join(map(str, stores)))


def hub_cache_check(environ: Mapping[str, str]) -> Check:
    """The user's own Hub cache, which can give bytes by their digest."""
    folder = hub_cache_folder(environ)
    named = next(
        (name for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME") if environ.get(name)), "default"
    )
    try:
        repositories = sum(1 for path in folder.iterdir() if path.name.startswith(("datasets--", "models--")))
    except FileNotFoundError:
        return Check("hub cache", "ok", f"none at {folder} ({named})")
    except OSError as exc:
        return Check("hub cache", "warn", f"{folder} ({named}) cannot be read: {exc.strerror}", "check its permissions")
    return Check("hub cache", "ok", f"{folder} ({named}): {counted(repositories, 'repository', 'repositories')}")


# --- the way to the Hub


def proxy_check(endpoint: str, environ: Mapping[str, str]) -> Check:
    """The proxy in force for the endpoint, and the variable that names it."""
    try:
        proxy = proxy_for(endpoint, environ)
    except UsageError as exc:
        return failed("proxy", exc)
    what = "none" if proxy is None else f"{proxy.scheme}://{proxy.netloc} ({proxy.variable})"
    return Check("proxy", "ok", what)


def certificates_check(environ: Mapping[str, str]) -> Check:
    """The certificates that are trusted, and the variable that names them."""
    try:
        variable, path = named_trust(environ)
    except UsageError as exc:
        return failed("certificates", exc)
    return Check("certificates", "ok", f"{path} ({variable})" if variable else "those that the system trusts")


def endpoint_check(hub: Hub) -> Check:
    """Whether a Hub answers: one small question, without a token."""
    try:
        ask_anything(hub.client, hub.connections)
    except RateLimitedError as exc:
        return Check("endpoint", "warn", exc.what, exc.do)
    except RecipesDataError as exc:
        return failed("endpoint", exc)
    return Check("endpoint", "ok", f"{hub.client.endpoint} answers")


def token_source(environ: Mapping[str, str], token_file: str | None = None) -> str | None:
    """Where the token comes from (an option, a variable, a file), never its value; None where there is none.

    The order is huggingface_hub's own, with the names that other tools use last.
    """
    if token_file:
        return f"--token-file {token_file}"
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        if environ.get(name, "").strip():
            return name
    named = environ.get("HF_TOKEN_PATH")
    file = Path(named).expanduser() if named else _hub_home(environ) / "token"
    try:
        if file.read_text(encoding="utf-8").strip():
            return str(file)
    except (OSError, UnicodeDecodeError):
        pass  # no such file is the normal case; one that cannot be read is none to huggingface_hub either
    return next((name for name in OTHER_TOKEN_NAMES if environ.get(name, "").strip()), None)


def _hub_home(environ: Mapping[str, str]) -> Path:
    """HF_HOME: where the Hub cache lies when nothing names that itself."""
    unnamed = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")
    return hub_cache_folder({name: value for name, value in environ.items() if name not in unnamed}).parent


def token_check(source: str | None, *, sent: bool | None) -> Check:
    """Whether there is a token; `sent`: whether the client sends one, None where that is not known."""
    if source is None and not sent:
        what = "none: public data only, at lower limits"
        return Check("token", "ok", what, "for gated data: hf auth login, or set HF_TOKEN")
    if source is None:
        return Check("token", "ok", "from huggingface_hub")
    if sent is False:
        return Check("token", "warn", f"from {source}, but it is not sent", "hf auth login, or set HF_TOKEN")
    if source in OTHER_TOKEN_NAMES:
        return Check("token", "warn", f"from {source}", "set HF_TOKEN: other tools do not know this name")
    return Check("token", "ok", f"from {source}")


def account_check(hub: Hub) -> Check:
    """Whose token it is."""
    if not hub.client.auth_headers():
        return Check("account", "ok", "anonymous")
    try:
        return Check("account", "ok", ask_account(hub.client, hub.connections))
    except RateLimitedError as exc:
        return skipped("account", exc.what)
    except RecipesDataError as exc:
        return failed("account", exc)
