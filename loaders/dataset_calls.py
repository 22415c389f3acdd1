"""The only home of the calls that recipes make of `datasets`, answered from locks and store: `load_dataset` and kin.

`from loaders import load_dataset` in place of `from datasets import load_dataset`. Nothing here opens a socket, and
what is not locked and fetched is an error. Rows are `loaders.Rows`, streams `loaders.Stream`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from loaders.joining import Stopping, concatenate, interleave
from loaders.loading import load
from loaders.repositories import config_in_folder, locks_of, see_revision, split_of_files
from loaders.rows import Rows
from loaders.splitwords import parse_split, rows_of_split
from loaders.stream import Stream
from loaders.stream_order import StreamOrder, check_order
from recipes_data.errors import NotFetchedError, UnknownNameError, UsageError
from recipes_data.lockfile import Lock
from recipes_data.places import Places, demo_places, find_places
from recipes_data.tables.shards import RowT

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    _SplitT = TypeVar("_SplitT", default=Any, covariant=True)
else:  # `Rows` or `Stream`: typed by what loads it, and nothing to Python
    _SplitT = Any

__all__ = ["Splits", "concatenate_datasets", "get_dataset_config_names", "interleave_datasets", "load_dataset"]

# what `datasets` takes to steer how it downloads, caches and builds; no row depends on it, and nothing is built here
_ONLY_DOWNLOADS = frozenset(
    {
        "cache_dir",
        "download_config",
        "download_mode",
        "keep_in_memory",
        "num_proc",
        "save_infos",
        "storage_options",
        "token",
        "verification_mode",
    }
)
_WHERE = frozenset({"manifests", "project", "store", "sample"})
_DataFiles = str | Sequence[str] | Mapping[str, str | Sequence[str]] | None


class Splits(Mapping[str, _SplitT]):
    """The splits of a config by name, in order, as `datasets.DatasetDict` has them; none can be added or changed.

    Every split that is locked has its name here. One that is not fetched is a NotFetchedError when it is asked for:
    a recipe that uses two of nine splits needs two.
    """

    __slots__ = ("_found",)

    def __init__(self, found: Mapping[str, Rows | Stream | NotFetchedError]) -> None:
        self._found = dict(found)

    def __getitem__(self, name: str) -> _SplitT:
        found: Any = self._found[name]
        if isinstance(found, NotFetchedError):
            raise NotFetchedError(found.what, found.do) from found
        return found  # type: ignore[no-any-return]  # what a config has is what it was made for

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        shown = "".join(
            f"  {name}: {'not fetched' if isinstance(found, NotFetchedError) else repr(found)}\n"
            for name, found in self._found.items()
        )
        return f"Splits({{\n{shown}}})"

    def _repr_html_(self) -> str:
        from loaders.showing import lines_html  # notebooks alone

        lines = []
        for name, found in self._found.items():
            if isinstance(found, Rows):
                lines.append((name, f"{len(found):,}", ", ".join(found.columns)))
            else:  # the columns of a stream may have to be fetched
                lines.append((name, "streamed" if isinstance(found, Stream) else "not fetched", ""))
        return lines_html(f"Splits, {len(self)}", ("split", "rows", "columns"), lines)

    @property
    def num_rows(self) -> dict[str, int]:
        """Rows of each split; raises NotFetchedError where one is not fetched."""
        found: Mapping[str, Any] = self
        return {name: len(found[name]) for name in self}

    @property
    def column_names(self) -> dict[str, list[str]]:
        """Column names of each split; raises NotFetchedError where one is not fetched."""
        found: Mapping[str, Any] = self
        return {name: found[name].column_names for name in self}


@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    *,
    split: str,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    *,
    split: str,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    split: None = None,
    *,
    streaming: bool = False,
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    split: Any = None,
    *,
    streaming: bool = False,
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Any: ...
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    split: Any = None,
    *,
    streaming: bool = False,
    revision: str | None = None,
    trust_remote_code: bool | None = None,  # noqa: ARG001  # no code of a repository runs here, whatever is trusted
    order: StreamOrder | None = None,
    **more: Any,
) -> Any:
    """What `datasets.load_dataset` gives for a repository, of the locked commit: Rows, a Stream, or Splits of them.

    `path`: the repository's id; the dataset whose manifest has it as `repo`, and that is locked, answers. `name`: its
    config. `split`: as `train`, `train[:10%]` or `train+test`, or a list of these (then a list is given); without it
    all splits by name. `data_dir`: the folder whose files are one config. `data_files`: the files, one by one, of one
    locked split; it is then called `train`, or by its key. `revision` must be what is locked. `streaming`: Streams;
    `order` names the `datasets` whose streamed shuffle is meant, for `shuffle` calls that do not.

    `manifests`, `project`, `store`, `sample` are those of `load`. What only steers downloads and caches (`cache_dir`,
    `token`, `num_proc`, ...) changes nothing here.

    Raises:
        NotFetchedError: nothing with this repository is locked, or the rows are not in the store.
        UnknownNameError: no such config or split, or the dataset has several configs and no default.
        LockStaleError: another revision is locked.
        UsageError: no split is of the files that were named, several datasets could be meant, or an argument is not
            known.
        SampleDataError, IntegrityError, TableError: as `load`.
    """
    where = _where(path, more)
    if streaming and order is not None:
        check_order(order)
    lock, found = _located(path, name, data_dir, data_files, revision, where)

    def read(wanted: str) -> Any:
        config, real = found[wanted]
        if not streaming:
            return load(lock.name, config, split=real, **where)
        stream: Stream = load(lock.name, config, split=real, stream=True, **where)
        return stream if order is None else stream.ordered_as(order)

    named = f"{lock.name}/{next(iter(found.values()))[0]}"
    if split is None:
        return _all_splits(found, read)
    if isinstance(split, (list, tuple)):
        return [_one(str(each), found, named, read, streaming) for each in split]
    return _one(str(split), found, named, read, streaming)


def _one(split: str, found: Mapping[str, Any], named: str, read: Callable[[str], Any], streaming: bool) -> Any:
    if not streaming:
        return rows_of_split(split, list(found), named, read)
    parts = parse_split(split)
    if len(parts) > 1 or not parts[0].is_all:
        raise UsageError(f"split={split!r} of a stream", "stream one split, and then: .take(n), .skip(n)")
    if split not in found:
        raise UnknownNameError(f"{named} has no split {split!r}", f"it has: {', '.join(found)}")
    return read(split)


def _all_splits(found: Mapping[str, Any], read: Callable[[str], Any]) -> Splits:
    splits: dict[str, Rows | Stream | NotFetchedError] = {}
    for name in found:
        try:
            splits[name] = read(name)
        except NotFetchedError as exc:  # said when it is asked for; where none is there, now
            splits[name] = exc
    missing = [each for each in splits.values() if isinstance(each, NotFetchedError)]
    if len(missing) == len(splits):
        raise missing[0]
    return Splits(splits)


def _where(path: str, more: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [name for name in more if name not in _ONLY_DOWNLOADS | _WHERE]
    if unknown:
        what = f"load_dataset({path!r}): {unknown[0]}= is not something that locked rows have"
        raise UsageError(what, "leave it out, and change the rows with map() if that was meant")
    return {name: given for name, given in more.items() if name in _WHERE}


def _located(
    path: str,
    name: str | None,
    data_dir: str | None,
    data_files: _DataFiles,
    revision: str | None,
    where: Mapping[str, Any],
) -> tuple[Lock, dict[str, tuple[str, str]]]:
    """The lock that answers, and for each name of a split the config and split that are meant."""
    locks = locks_of(path, _places(where))
    if data_files is not None:
        if name is not None or data_dir is not None:
            raise UsageError("data_files= together with a config's name or data_dir=", "name the files alone")
        by_split = data_files if isinstance(data_files, Mapping) else {"train": data_files}
        splits: dict[str, tuple[str, str]] = {}
        lock = locks[0]
        for split, files in by_split.items():
            given = [files] if isinstance(files, str) else list(files)
            lock, config, locked = split_of_files(locks, given)
            locks = [lock]
            splits[str(split)] = (config.name, locked.name)
        see_revision(lock, revision)
        return lock, splits
    if len(locks) > 1:
        locks = [lock for lock in locks if name in {config.name for config in lock.configs}] or locks
    if len(locks) > 1:
        names = " or ".join(f"load({lock.name!r})" for lock in locks)
        raise UsageError(f"{len(locks)} datasets here have the repository {path!r}", f"say which is meant: {names}")
    [lock] = locks
    see_revision(lock, revision)
    config = config_in_folder(lock, data_dir) if data_dir is not None and name is None else lock.config(name)
    if data_dir is not None and config != config_in_folder(lock, data_dir):
        raise UsageError(f"the files of the config {name!r} are not those of data_dir={data_dir!r}", "name one of them")
    return lock, {split.name: (config.name, split.name) for split in config.splits}


def _places(where: Mapping[str, Any]) -> Places:
    if where.get("sample") and where.get("manifests") is None and where.get("project") is None:
        return demo_places(store=where.get("store"))
    return find_places(**{name: given for name, given in where.items() if name != "sample"})


def get_dataset_config_names(path: str, revision: str | None = None, **more: Any) -> list[str]:
    """The configs of a repository in the order of its lock, as `datasets.get_dataset_config_names` has them.

    Raises:
        NotFetchedError, LockStaleError, UsageError: as `load_dataset`.
    """
    more.pop("trust_remote_code", None)
    locks = locks_of(path, _places(_where(path, more)))
    if len(locks) > 1:
        names = ", ".join(lock.name for lock in locks)
        raise UsageError(f"{len(locks)} datasets here have the repository {path!r}: {names}", "name one with load()")
    see_revision(locks[0], revision)
    return [config.name for config in locks[0].configs]


def concatenate_datasets(dsets: Sequence[Rows[RowT]]) -> Rows[RowT]:
    """`loaders.concatenate` by the name that `datasets` has for it."""
    return concatenate(list(dsets))


def interleave_datasets(
    datasets: Sequence[Rows[RowT]],
    probabilities: Sequence[float] | None = None,
    seed: int | None = None,
    *,
    stopping_strategy: Stopping = "first_exhausted",
) -> Rows[RowT]:
    """`loaders.joining.interleave` by the name that `datasets` has for it."""
    return interleave(list(datasets), probabilities, seed, stopping_strategy)
