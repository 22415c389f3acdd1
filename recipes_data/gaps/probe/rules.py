"""The only home of the rules by which a trial is judged: the answer's content, and the Hub's own log."""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from recipes_data.gaps.probe.trial import Rule, Trial

__all__ = [
    "content_of",
    "differ",
    "fails",
    "gives",
    "holds_folder",
    "includes",
    "is_commit",
    "lists",
    "names_in",
    "says",
    "succeeds",
    "wrote",
]

_LARGEST = 200 << 20  # bytes
_NO_ANSWER = "there is no answer"
_NAMES = ("id", "path", "name", "slug", "num", "rfilename", "user", "repo")


def succeeds(call: int = 0) -> Rule:
    """The client has an answer, and no error."""
    where = f"call {call + 1}"

    def broken(trial: Trial) -> str | None:
        answer = trial.answers[call]
        return f"{where}: {answer}" if answer.failed else None

    return Rule(f"{where} succeeds", broken)


def fails(call: int = 0, *, because: str, statuses: Collection[int] = (), unasked: bool = False) -> Rule:
    """The client reports an error; its HTTP status, where the client tells one, is one of `statuses`.

    `unasked`: it may know that without any request; else an error of its own that no Hub was asked for does not count.
    """
    told = f", its status among {', '.join(map(str, statuses))} where it is told" if statuses else ""

    def broken(trial: Trial) -> str | None:
        answer = trial.answers[call]
        if not answer.failed:
            return f"call {call + 1}: {answer}"
        if not unasked and not trial.logs[call]:
            return f"call {call + 1}: {answer}, without any request"
        if statuses and answer.status is not None and answer.status not in statuses:
            return f"call {call + 1}: the status is {answer.status} ({answer.type})"
        return None

    return Rule(f"call {call + 1} is an error, because {because}{told}", broken)


def differ(*calls: int) -> Rule:
    """The errors of these calls can be told from each other by their type."""

    def broken(trial: Trial) -> str | None:
        types = [trial.answers[call].type for call in calls]
        alike = [
            f"calls {one + 1} and {other + 1} are both {trial.answers[one].type}"
            for one, other in itertools.combinations(calls, 2)
            if trial.answers[one].type == trial.answers[other].type
        ]
        return None if len(set(types)) == len(types) else "; ".join(alike)

    return Rule(f"the errors of calls {', '.join(str(call + 1) for call in calls)} are of different types", broken)


def says(wanted: Any, *keys: str, call: int = 0) -> Rule:
    """The answer, or what lies under `keys` in it, is `wanted`."""
    what = ".".join(keys) or "the answer"

    def broken(trial: Trial) -> str | None:
        if trial.answers[call].failed:
            return _NO_ANSWER
        found = _under(trial.answers[call].ok, keys)
        return None if found == wanted and type(found) is type(wanted) else f"{what} is {_shown(found)}"

    return Rule(f"call {call + 1}: {what} is {_shown(wanted)}", broken)


def is_commit(repository: str, *keys: str, call: int = 0) -> Rule:
    """What lies under `keys` is the commit of "datasets/ORG/NAME" on this Hub."""

    def broken(trial: Trial) -> str | None:
        found = _under(trial.answers[call].ok, keys)
        return None if found == trial.commit(repository) else f"{'.'.join(keys)} is {_shown(found)}"

    return Rule(f"call {call + 1}: {'.'.join(keys)} is the 40-hex commit of {repository}", broken)


def _under(value: Any, keys: Iterable[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def names_in(value: Any, by: str = "") -> list[str] | None:
    """The names in a list of texts, numbers or records (by the key `by`, or the first of the usual ones) or None."""
    if not isinstance(value, list):
        return None
    names = [_name(each, (by,) if by else _NAMES) for each in value]
    return None if None in names else [str(name) for name in names]


def _name(value: Any, keys: Iterable[str]) -> str | None:
    if isinstance(value, dict):
        value = next((value[key] for key in keys if key in value), None)
    return str(value) if isinstance(value, (str, int)) else None


def lists(*wanted: str, call: int = 0, ordered: bool = False, under: Collection[str] = (), by: str = "") -> Rule:
    """The answer (or what lies under `under` in it) is a list of exactly these: texts, or records named by `by`."""

    def broken(trial: Trial) -> str | None:
        if trial.answers[call].failed:
            return _NO_ANSWER
        found = names_in(_under(trial.answers[call].ok, under), by)
        if found is None:
            return f"not a list of names: {trial.answers[call]}"
        if found == list(wanted) or (not ordered and sorted(found) == sorted(wanted)):
            return None
        missing, more = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
        twice = sorted({name for name in found if found.count(name) > 1})
        said = [
            f"{word} {_first(names)}"
            for word, names in (("missing", missing), ("too many", more), ("twice", twice))
            if names
        ]
        return f"{len(found)} entries; {'; '.join(said) or 'in another order: ' + _first(found)}"

    order = ", in this order" if ordered else ""
    return Rule(f"call {call + 1} lists exactly {len(wanted)}: {_first(wanted)}{order}", broken)


def includes(wanted: str, call: int = 0, by: str = "") -> Rule:
    """The answer is a list that has this among others."""

    def broken(trial: Trial) -> str | None:
        found = names_in(trial.answers[call].ok, by)
        if found is None:
            return f"not a list of names: {trial.answers[call]}"
        return None if wanted in found else f"{len(found)} entries, not that one"

    return Rule(f"call {call + 1} lists {wanted}, among others", broken)


def _first(names: Collection[str], most: int = 6) -> str:
    shown = list(names)[:most]
    return (", ".join(shown) or "nothing") + (f" and {len(names) - most} more" if len(names) > most else "")


def content_of(value: Any) -> bytes | str:
    """The bytes of an answer that names a file by `path`, or holds them in `base64` or `text`; else what is wrong."""
    if not isinstance(value, dict):
        return f"no bytes in {_shown(value)}"
    try:
        if isinstance(value.get("path"), str):
            return _read(Path(value["path"]))
        if isinstance(value.get("base64"), str):
            return base64.b64decode(value["base64"], validate=True)
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"
    except (binascii.Error, ValueError):
        return "`base64` is none"
    return value["text"].encode() if isinstance(value.get("text"), str) else f"no bytes in {_shown(value)}"


def _read(path: Path) -> bytes | str:
    # the driver names the path: what is no file, or has no end, is not read
    if not path.is_file():
        return "no file is at `path`"
    size = path.stat().st_size
    return path.read_bytes() if size <= _LARGEST else f"a file of {size:,} bytes is at `path`"


def gives(content: bytes, call: int = 0) -> Rule:
    """The answer's bytes are these."""
    digest = hashlib.sha256(content).hexdigest()

    def broken(trial: Trial) -> str | None:
        answer = trial.answers[call]
        found = _NO_ANSWER if answer.failed else trial.contents[call]
        if isinstance(found, str):
            return found
        if hashlib.sha256(found).hexdigest() == digest:
            return None
        return f"{len(found):,} bytes, sha256 {hashlib.sha256(found).hexdigest()[:12]}..."

    return Rule(f"call {call + 1} gives the right {len(content):,} bytes (sha256 {digest[:12]}...)", broken)


def holds_folder(files: Mapping[str, bytes], call: int = 0) -> Rule:
    """The answer's `path` is a folder with exactly these files; what a client keeps for itself (.cache) is no file."""

    def broken(trial: Trial) -> str | None:
        answer = trial.answers[call]
        path = answer.ok.get("path") if isinstance(answer.ok, dict) else None
        if not isinstance(path, str) or not Path(path).is_dir():
            return f"no folder: {answer}"
        root = Path(path)
        found = {each.relative_to(root).as_posix(): each for each in root.rglob("*") if each.is_file()}
        names = {name for name in found if not name.startswith(".cache/")}
        if names != set(files):
            return f"the folder has {_first(sorted(names))}"
        wrong = sorted(name for name in names if found[name].read_bytes() != files[name])
        return f"other bytes in {_first(wrong)}" if wrong else None

    return Rule(f"call {call + 1} gives a folder with exactly {_first(sorted(files))}", broken)


def wrote(expected: str, check: Callable[[Trial], bool]) -> Rule:
    """The Hub remembers what was written."""
    return Rule(expected, lambda trial: None if check(trial) else "the Hub remembers nothing of the kind")
