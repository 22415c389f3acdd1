"""The only home of receipts as text: found in a file, checked, and compared with the locks that are here now.

A receipt is a JSON object with `"format": "recipes-data receipt"`, defined in docs/receipts.md. It may stand alone in
a file, anywhere inside a JSON document (a checkpoint), or in a line of JSON Lines (a run's log).
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from recipes_data.errors import UsageError, unread
from recipes_data.lockfile import DATASET_NAME, Lock, LockedSplit
from recipes_data.values import value

__all__ = [
    "RECEIPT_FORMAT",
    "RECEIPT_VERSION",
    "Difference",
    "check_receipt",
    "lock_differences",
    "read_receipts",
    "resolved_digest",
]

RECEIPT_FORMAT = "recipes-data receipt"
RECEIPT_VERSION = 1
_MAX_BYTES = 200_000_000
_QUOTED = f'"{RECEIPT_FORMAT}"'  # as JSON has it: a log may well name the command
_BEGINS = re.compile(rf'"format"\s*:\s*{_QUOTED}')
_DEEPEST = "it is nested deeper than can be read"


def _is(*kinds: type) -> Callable[[Any], bool]:
    return lambda given: type(given) in kinds  # True is no count


def _text(given: Any) -> bool:
    """A text that can be shown: half of a surrogate pair cannot."""
    return type(given) is str and not _HALF.search(given)


_HALF = re.compile("[\ud800-\udfff]")


def _named(given: Any) -> bool:
    return type(given) is str and DATASET_NAME.match(given) is not None


def _count(given: Any) -> bool:
    return given is None or (type(given) is int and given >= 0)


def _marks(given: Any) -> bool:
    if not (isinstance(given, dict) and type(given.get("run")) is int and type(given.get("of")) is str):
        return given is None
    try:
        binascii.a2b_base64(given["of"], strict_mode=True)
    except ValueError:  # other characters, or a part of it
        return False
    return True


def _steps(given: Any) -> bool:
    return isinstance(given, list) and all(map(_step, given))


def _step(given: Any) -> bool:
    if not isinstance(given, dict) or type(given.get("step")) is not str:
        return False
    if given["step"] == "load":
        return _has_form(given.get("pin"), _PIN)
    of = given.get("of", [])
    return isinstance(of, list) and all(map(_steps, of))


_PIN: Mapping[str, Callable[[Any], bool]] = {
    "dataset": _named,
    "config": _text,
    "split": _text,
    "repo": _text,
    "commit": _text,
    "partial": _text,
    "sample": _is(bool),
}
_OPENED: Mapping[str, Callable[[Any], bool]] = {
    **_PIN,
    "digests": lambda given: isinstance(given, list) and all(map(_text, given)),
    "rows": _count,
    "streamed": _is(bool),
    "license": lambda given: given is None or _text(given),
    "lock": lambda given: given is None or (isinstance(given, dict) and _text(given.get("digest"))),
}
_ROWS: Mapping[str, Callable[[Any], bool]] = {
    "count": _count,
    "digest": _is(str, type(None)),
    "marks": _marks,
    "steps": _steps,
}


@value
class Difference:
    """One thing that is not as the receipt says: `name` of the rows or the split, and the exit code it stands for."""

    name: str
    what: str
    do: str
    exit_code: int


def read_receipts(path: Path) -> list[dict[str, Any]]:
    """Every receipt in a file, in order; never none.

    Raises:
        UsageError: the file cannot be read, holds no receipt, or one of another version or form.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path} is larger than {_MAX_BYTES:,} bytes", "give the receipt alone")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path} cannot be read: {unread(exc)}", "give a file with a receipt") from exc
    found = [receipt for document in _documents(text) for receipt in _within(document)]
    if not found:
        raise UsageError(f"{path} holds no receipt", "json.dump(loaders.receipt(), file) writes one")
    for receipt in found:
        check_receipt(receipt, path)
    return found


def _documents(text: str) -> Iterator[Any]:
    """The JSON of a file: all of it, else the objects of those lines that have a receipt's first words."""
    try:
        yield json.loads(text)
    except (ValueError, RecursionError) as exc:
        # lines of JSON end with a line feed alone: other line ends may stand inside of a text
        lines = [line for line in text.split("\n") if _QUOTED in line]  # a log has other lines too
        if not lines and isinstance(exc, RecursionError):
            raise _no_json(_DEEPEST) from exc
        for line in lines:
            yield from _objects(line)


def _objects(line: str) -> Iterator[Any]:
    """The JSON objects of a line of a log, which may have anything before, between and after them.

    Raises:
        UsageError: a receipt in it was cut off, or it has the words of one and no object.
    """
    decoder, start, fault = json.JSONDecoder(), line.find("{"), "it has no object"
    spans: list[range] = []
    while start >= 0:
        try:
            document, end = decoder.raw_decode(line, start)
        except RecursionError as exc:
            raise _no_json(_DEEPEST) from exc
        except ValueError as exc:  # a brace of the log's own words, or an object that was cut off
            fault, end = str(exc), start + 1
        else:
            spans.append(range(start, end))
            yield document
        start = line.find("{", end)
    begun = (one.start() for one in _BEGINS.finditer(line))
    if not spans or any(not any(place in span for span in spans) for place in begun):
        raise _no_json(fault)


def _no_json(why: str) -> UsageError:
    return UsageError(f"a line with a receipt is not JSON: {why}", "one JSON object a line")


def _within(document: Any) -> Iterator[dict[str, Any]]:
    waiting = deque([document])
    while waiting:
        one = waiting.popleft()
        if isinstance(one, dict) and one.get("format") == RECEIPT_FORMAT:
            yield one
        elif isinstance(one, (dict, list)):
            parts = one.values() if isinstance(one, dict) else one
            waiting.extend(part for part in parts if isinstance(part, (dict, list)))


def check_receipt(receipt: Mapping[str, Any], path: Path | str) -> None:
    """See that a receipt has the form that docs/receipts.md defines; `path` is where it was found.

    Raises:
        UsageError: it has not, or it is of another version.
    """
    if receipt.get("version") != RECEIPT_VERSION:
        what = f"{path}: a receipt of version {receipt.get('version')!r}; this version reads {RECEIPT_VERSION}"
        raise UsageError(what, "pip install -U recipes-data")
    rows = receipt.get("rows")
    try:
        whole = _is_whole(receipt.get("opened"), receipt.get("inherited"), rows)
    except RecursionError:  # steps of parts of parts, deeper than anybody joins rows
        whole = False
    if not whole:
        raise UsageError(f"{path}: not a whole receipt", "was it cut off, or edited?")


def _is_whole(opened: Any, inherited: Any, rows: Any) -> bool:
    if not (isinstance(opened, list) and isinstance(inherited, list) and isinstance(rows, dict)):
        return False
    return (
        all(_has_form(entry, _OPENED) for entry in (*opened, *inherited))
        and all(map(_text, rows))
        and all(map(_has_rows_form, rows.values()))
    )


def _has_form(entry: Any, form: Mapping[str, Callable[[Any], bool]]) -> bool:
    return isinstance(entry, dict) and all(key in entry and fits(entry[key]) for key, fits in form.items())


def _has_rows_form(entry: Any) -> bool:
    return _has_form(entry, _ROWS) and (entry["digest"] is None or entry["count"] is not None)


def resolved_digest(lock: Lock) -> str:
    """`sha256:...` over what a lock resolved: commit, files, layout, promises; not what was measured since."""
    resolved = {
        "name": lock.name,
        "repo": lock.repo,
        "repo_type": lock.repo_type,
        "commit": lock.commit,
        "files": [[file.path, file.size, file.digest] for file in lock.files],
        "configs": [
            [
                config.name,
                [[s.name, s.files, s.format, s.promised, s.expected_rows, s.members] for s in config.splits],
            ]
            for config in lock.configs
        ],
    }
    text = json.dumps(resolved, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def lock_differences(opened: Mapping[str, Any], lock: Lock | None, *, listed: bool = True) -> list[Difference]:
    """In what the lock that is here now is not the one that a split was opened by; empty where it is the same.

    `listed`: where there is no lock, whether a manifest of this name is here.
    """
    name = f"{opened['dataset']}/{opened['config']}:{opened['split']}"
    again = f"take the lock of that time from version control, or see what moved: recipes-data show {opened['dataset']}"
    if lock is None:
        what = f"{opened['dataset']!r} is not locked here; the receipt has {opened['repo']} at {opened['commit']}"
        add = f"recipes-data add {opened['repo']} --name {opened['dataset']}, or verify it in the project that has it"
        return [Difference(name, what, f"recipes-data fetch {opened['dataset']}" if listed else add, 6)]
    split = _split_of(lock, opened["config"], opened["split"])
    found = []
    if (lock.repo, lock.sample) != (opened["repo"], opened["sample"]):
        before, now = _called(opened["repo"], opened["sample"]), _called(lock.repo, lock.sample)
        found.append(f"the repository: the receipt has {before}, the lock has {now}")
    if lock.commit != opened["commit"]:
        found.append(f"the lock moved: the receipt has commit {opened['commit']}, the lock has {lock.commit}")
    if split is None:
        found.append("the lock no longer has this split")
    elif (files := _files_differ(opened, lock, split)) is not None:
        found.append(files)
    known = opened["lock"]
    if known is not None and not found and known["digest"] != resolved_digest(lock):
        found.append(
            "another version of the lock: same commit and files, but it promises or lists something else "
            f"({known['digest'][:19]}..., now {resolved_digest(lock)[:19]}...)"
        )
    if lock.license != opened["license"]:
        found.append(f"the licence: the receipt has {opened['license']}, the lock has {lock.license}")
    return [Difference(name, what, again, 3) for what in found]


def _called(repo: str, sample: bool) -> str:
    return f"{repo} (made-up rows)" if sample else repo


def _split_of(lock: Lock, config: str, split: str) -> LockedSplit | None:
    found = (s for c in lock.configs if c.name == config for s in c.splits if s.name == split)
    return next(found, None)


def _files_differ(opened: Mapping[str, Any], lock: Lock, split: LockedSplit) -> str | None:
    files = lock.by_path()
    ours = [files[path].digest for path in split.files]
    theirs = opened["digests"]
    if opened["partial"] and set(theirs) <= set(ours):
        return None
    if ours == theirs:
        return None
    if sorted(ours) == sorted(theirs):
        return "the same files in another order"
    for place, (path, digest) in enumerate(zip(split.files, ours, strict=True)):
        if place >= len(theirs) or theirs[place] != digest:
            before = theirs[place] if place < len(theirs) else "no such file"
            return f"other files: {path} is {digest}, the receipt has {before}"
    return f"fewer files: {len(ours)}, the receipt has {len(theirs)}"
