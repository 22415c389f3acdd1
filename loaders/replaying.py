"""The only home of receipts that are proven: rows made again by their steps, and compared with their digests.

Functions of `filter` and `map` are not in a receipt. The places that a filter kept are, up to 65,536; else the caller
gives the function by its key. Those of this package's views have keys in a fixed table. Nothing that a receipt names is
imported or run.
"""

from __future__ import annotations

import binascii
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from loaders import preference
from loaders.benchmarks import subjects
from loaders.joining import concatenate, interleave
from loaders.loading import load
from loaders.order import chosen
from loaders.python_order import python_shuffled
from loaders.repositories import locks_of
from loaders.rowdigest import RowsDigest, digest_of, digest_rows, first_difference
from loaders.rows import Rows
from loaders.stream import Stream
from recipes_data.errors import NotFetchedError, RecipesDataError, UsageError
from recipes_data.lockfile import Lock
from recipes_data.locks import find_lock
from recipes_data.places import Places, demo_places, find_places
from recipes_data.receipts import Difference, check_receipt, lock_differences
from recipes_data.values import value
from recipes_data.wording import counted

__all__ = ["Verdict", "lock_of", "replayed", "verify_receipt"]

_Functions = Mapping[str, Callable[..., Any]]
_OF_ROWS = frozenset(
    {
        "shard",
        "select_columns",
        "rename_column",
        "sort",
        "train_test_split",
        "select",
        "filter",
        "map",
        "python_shuffle",
    }
)
"""Steps that a stream does not have."""
_UNFIT = (IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError, zlib.error)
"""What steps raise that do not fit the rows, or were edited."""
_OWN: _Functions = {**preference.KEYED, **subjects.KEYED}
"""The functions that views give to `filter` and `map`, by their keys."""
_MOST_BYTES = 1 << 20  # of places, unpacked: 65,536 of 8 bytes are half of it


@value
class Verdict:
    """What came of one name of a receipt: what is proven, and every difference; proven is empty where nothing is."""

    name: str
    proven: str
    differences: tuple[Difference, ...]


def verify_receipt(receipt: Mapping[str, Any], functions: _Functions | None = None, **where: Any) -> list[Verdict]:
    """Prove a receipt with the locks and the store that are here: `verify_receipt(json.load(file))`.

    First each split that was opened, then each name in `rows`. `functions`: those of the keys that were given to
    `filter` and `map`. `where`: `manifests`, `project`, `store`, as `load` takes them.

    Raises:
        UsageError: it is not a whole receipt, or one of another version.
    """
    check_receipt(receipt, "the receipt")
    verdicts = [_opened_verdict(entry, where) for entry in (*receipt["opened"], *receipt["inherited"])]
    return verdicts + [_rows_verdict(name, entry, functions or {}, where) for name, entry in receipt["rows"].items()]


def lock_of(entry: Mapping[str, Any], where: Mapping[str, Any]) -> Lock | None:
    """The lock that answers here for what was opened: by its name, else the only one of its repository."""
    found = find_lock(_places(entry, where), entry["dataset"])
    if found is not None:
        return found[0]
    try:
        locks = locks_of(entry["repo"], _places(entry, where))
    except NotFetchedError:
        return None
    return locks[0] if len(locks) == 1 else None


def _places(entry: Mapping[str, Any], where: Mapping[str, Any]) -> Places:
    if entry["sample"] and where.get("manifests") is None and where.get("project") is None:
        return demo_places(store=where.get("store"))
    return find_places(**where)


def _is_listed(entry: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Whether a catalogue that is here has a manifest of this name."""
    folders = (catalogue / "datasets" for catalogue in _places(entry, where).catalogues)
    return any((folder / f"{entry['dataset']}{suffix}").exists() for folder in folders for suffix in (".yaml", ".yml"))


def _opened_verdict(entry: Mapping[str, Any], where: Mapping[str, Any]) -> Verdict:
    name = f"{entry['dataset']}/{entry['config']}:{entry['split']}"
    found: list[Difference] = []
    try:
        found = lock_differences(entry, lock_of(entry, where), listed=_is_listed(entry, where))
        if any(difference.exit_code == 6 for difference in found):
            return Verdict(name, "", tuple(found))
        if entry["partial"]:  # which part is in no receipt but in that of its rows
            return Verdict(name, "" if found else f"{entry['partial']}: its files are those of the lock", tuple(found))
        rows = _loaded({**entry, "stream": entry["streamed"]}, where)
    except RecipesDataError as exc:
        return Verdict(name, "", (*found, _difference(name, exc)))
    if isinstance(rows, Rows) and entry["rows"] not in (None, len(rows)):
        found.append(Difference(name, f"{counted(len(rows), 'row')}, the receipt has {entry['rows']:,}", "", 5))
    files = (
        "its file by its digest"
        if len(entry["digests"]) == 1
        else f"{counted(len(entry['digests']), 'file')} by their digests"
    )
    return Verdict(name, "" if found else files, tuple(found))


def _rows_verdict(name: str, entry: Mapping[str, Any], functions: _Functions, where: Mapping[str, Any]) -> Verdict:
    try:
        rows = replayed(entry["steps"], functions, **where)
        if entry["digest"] is None:
            if isinstance(rows, Rows) and len(rows) != entry["count"]:
                what = f"{counted(len(rows), 'row')}, the receipt has {entry['count']:,}"
                return Verdict(name, "", (Difference(name, what, "", 5),))
            return Verdict(name, "made again; the receipt has no digest to compare rows with", ())
        ours = digest_of(rows) if isinstance(rows, Rows) else digest_rows(rows, None, rows._shards.open(0).columns)  # noqa: SLF001
    except RecipesDataError as exc:
        return Verdict(name, "", (_difference(name, exc),))
    except _UNFIT as exc:
        what = f"its steps cannot be done again here: {type(exc).__name__}: {exc}"
        return Verdict(name, "", (Difference(name, what, "was the receipt edited, or did the rows become others?", 5),))
    marks = entry["marks"] or {"run": 0, "of": ""}
    theirs = RowsDigest(entry["count"], entry["digest"], marks["run"], marks["of"])
    if ours.digest == theirs.digest:
        return Verdict(name, f"{counted(ours.rows, 'row')} in this order, by their digest", ())
    return Verdict(name, "", (Difference(name, _unlike(ours, theirs), "another order, seed or content", 5),))


def _unlike(ours: RowsDigest, theirs: RowsDigest) -> str:
    counts = "" if ours.rows == theirs.rows else f" ({counted(ours.rows, 'row')}, the receipt has {theirs.rows:,})"
    at = first_difference(ours, theirs)
    if at is None:
        return f"the rows are not those of the receipt{counts}"
    which = f"row {at.start:,}" if len(at) == 1 else f"rows {at.start:,} to {at.stop - 1:,}"
    return f"the rows differ, first at {which}{counts}"


def _difference(name: str, exc: RecipesDataError) -> Difference:
    return Difference(name, exc.what, exc.do, exc.exit_code)


def replayed(steps: Sequence[Mapping[str, Any]], functions: _Functions | None = None, **where: Any) -> Rows | Stream:
    """The rows that a receipt's steps make here; raises as `load` and the steps do.

    Raises:
        UsageError: a step is not known, is none that these rows or this stream can do, or its function is needed and
            was not given.
    """
    first, *rest = steps
    rows: Any
    if first["step"] == "load":
        rows = _loaded({**first["pin"], **first}, where)
    elif first["step"] in ("concatenate", "interleave"):
        parts: Any = [replayed(each, functions, **where) for each in first["of"]]
        if any(isinstance(part, Stream) for part in parts):
            raise _not_of_a_stream(first["step"])
        rows = concatenate(parts) if first["step"] == "concatenate" else _interleaved(parts, first)
    else:
        raise _unknown(first["step"])
    for step in rest:
        rows = _done(rows, step, {**_OWN, **(functions or {})})
    return rows  # type: ignore[no-any-return]  # one of the two, as the steps have it


def _loaded(entry: Mapping[str, Any], where: Mapping[str, Any]) -> Any:
    lock = lock_of(entry, where)
    if lock is None:  # what to do about it is said where the split was opened
        raise NotFetchedError(f"{entry['dataset']!r} is not locked here, so that its rows cannot be made again")
    options = {**where, "sample": entry["sample"]}
    if entry.get("stream"):
        return load(lock.name, entry["config"], split=entry["split"], stream=True, **options)
    part: dict[str, Any] = {}
    if isinstance(entry.get("step"), str):  # what was opened is looked at as a whole
        part = {key: entry[key] for key in ("rows", "shards") if isinstance(entry.get(key), (int, list))}
    return load(lock.name, entry["config"], split=entry["split"], **part, **options)


def _interleaved(parts: Sequence[Rows], given: Mapping[str, Any]) -> Rows:
    return interleave(parts, given["probabilities"], given["seed"], given["stopping_strategy"])


def _done(rows: Any, step: Mapping[str, Any], functions: _Functions) -> Any:
    """One step, done again."""
    given = {key: item for key, item in step.items() if key != "step"}
    name = step["step"]
    if isinstance(rows, Stream) and name in _OF_ROWS:
        raise _not_of_a_stream(name)
    if name == "shuffle" and "buffer_size" in given:
        inputs = given.pop("inputs")
        return rows.shuffle(**given, max_buffer_input_shards=inputs)
    if name in ("shuffle", "take", "skip", "shard", "select_columns", "rename_column"):
        return getattr(rows, name)(**given)  # by keyword: JSON may come back with its keys in another order
    if name == "python_shuffle":
        return python_shuffled(rows, given["seed"])
    if name == "sort":
        return rows.sort(given.pop("columns"), **given)
    if name == "train_test_split":
        return rows.train_test_split(**{k: v for k, v in given.items() if k != "side"})[given["side"]]
    if name == "select":
        return rows.select(_unpacked(given, len(rows), "select", None))
    if name in ("filter", "map"):
        return _applied(rows, name, given, functions)
    raise _unknown(name)


def _applied(rows: Rows, name: str, given: Mapping[str, Any], functions: _Functions) -> Rows:
    function = functions.get(given["key"]) if given["key"] is not None else None
    if function is None and name == "filter":
        return rows.select(_unpacked(given, len(rows), f"filter({given['function']})", given["key"]))
    if function is None:
        raise _needs_function(f"map({given['function']})", given["key"], "what it made of the rows is in no receipt")
    options = {"with_indices": given["with_indices"], "batched": given["batch"] is not None, "key": given["key"]}
    options["batch_size"] = given["batch"] or 1
    if name == "filter":
        return rows.filter(function, **options)
    return rows.map(function, remove_columns=given["remove_columns"], **options)


def _unpacked(given: Mapping[str, Any], rows: int, what: str, key: str | None) -> Any:
    if "range" in given:
        return chosen(range(*given["range"]), rows)
    if given["places"] is not None:
        return chosen(_places_in(given["places"]), rows)
    if given.get("without") is None:
        if what == "select":  # no function has made it
            raise _selected(given["count"], rows)
        raise _needs_function(what, key, f"it kept {given['count']:,} places, more than a receipt writes down")
    left = set(_places_in(given["without"]))
    return chosen([place for place in range(rows) if place not in left], rows)


def _places_in(packed: str) -> array[int]:
    unpacking = zlib.decompressobj()
    places = array("q", unpacking.decompress(binascii.a2b_base64(packed), _MOST_BYTES))
    if memoryview(b"\x01\x00").cast("H")[0] != 1:
        places.byteswap()
    return places


def _needs_function(what: str, key: str | None, why: str) -> UsageError:
    if key is None:
        do = "say key= when you filter or map, then: loaders.verify_receipt(receipt, functions={key: function})"
        return UsageError(f"{what} is not reproducible from the receipt alone: {why}, and it has no key", do)
    do = f"loaders.verify_receipt(receipt, functions={{{key!r}: ...}})"
    return UsageError(f"{what} needs the function of the key {key!r}: {why}", do)


def _selected(kept: int, rows: int) -> UsageError:
    what = f"the rows are not reproducible from the receipt alone: select kept {kept:,} places of {rows:,}, and "
    what += "neither these nor those that it left out are few enough to be written down"
    return UsageError(what, 'name rows before they are selected, or Records\' rows: receipt({"rows": records.rows})')


def _not_of_a_stream(name: str) -> UsageError:
    what = f"the receipt has the step {name!r} of a stream, and a stream has none such"
    return UsageError(what, "was the receipt edited? take it as it was written")


def _unknown(name: str) -> UsageError:
    return UsageError(
        f"operation unknown: {name!r}", "a newer recipes-data made this receipt? pip install -U recipes-data"
    )
