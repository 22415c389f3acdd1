"""The only home of which files make which config and split, decided as the `datasets` library does it.

`configs_of` takes a dataset card's YAML header and the repository's paths; `matches` is the glob of
our own manifests. The rules were read in datasets 5.2 (data_files.py, load.py, packaged_modules):

1. The card's `configs:` say it: name -> splits -> patterns, in the card's order.
2. Else names say it; the first of these that matches any file decides:
   `data/SPLIT-00000-of-00001.*`; `*.eval` files; agent tasks (task.toml, instruction.md); a folder
   named after a split; a file named after one; else every file is `train`. Splits come in the order
   train, validation, test, then the others by code points.
   The most common suffix then decides the format, and files of other formats are dropped.
3. Files of a split come pattern by pattern, each pattern's files sorted by code points. A file that
   two patterns of a split match comes twice, as it does there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from recipes_data.errors import ManifestError

__all__ = ["CardLayout", "configs_of", "matches"]

_DO = "name the files in the manifest (configs, splits, files) instead of `from: card`"
_MAGIC = re.compile(r"[*?[]")
_SPLIT_NAME = re.compile(r"\w+(\.\w+)*\Z")
_SHARD = "-[0-9][0-9][0-9][0-9][0-9]-of-[0-9][0-9][0-9][0-9][0-9]*.*"
_SHARD_NAME = re.compile(r"(.+)-[0-9]{5}-of-[0-9]{4}[0-9]*.")
_KEYWORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "dev", "val"),
    "test": ("test", "testing", "eval", "evaluation"),
}
_EDGE = "[-._ 0-9]"
_IN_FOLDER = ("**/{0}/**", "**/{0}{1}*/**", "**/*{1}{0}/**", "**/*{1}{0}{1}*/**")
_IN_FILE = ("**/{0}{1}*", "**/*{1}{0}{1}*")
_NAME_RULES: tuple[dict[str, tuple[str, ...]], ...] = (
    {"logs": ("**/*.eval",)},
    {"test": ("**/task.toml", "**/instruction.md")},
    *(
        {
            split: tuple(shape.format(word, _EDGE) for word in words for shape in shapes)
            for split, words in _KEYWORDS.items()
        }
        for shapes in (_IN_FOLDER, _IN_FILE)
    ),
    {"train": ("**",)},
)
# Files that no pattern takes unless it ends in their very name.
_NEVER_DATA = frozenset(
    (
        "README.md",
        "config.json",
        "dataset_info.json",
        "dataset_infos.json",
        "dummy_data.zip",
        "dataset_dict.json",
    )
)
_SUFFIXES = {
    **{
        suffix: suffix
        for suffix in ["csv", "tsv", "arrow", "conll", "conllu", "xml", "eval", "lance", "tsfile", "vortex"]
    },
    "json": "json jsonl ndjson",
    "parquet": "parquet geoparquet gpq",
    "text": "txt",
    "webdataset": "tar",
    "hdf5": "hdf5 h5",
    "harbor": "toml md",
    "fasta": "fa fasta fna ffn faa frn afa",
    "genbank": "gb gbk genbank",
    "fastq": "fq fastq",
    "mmcif": "cif mmcif",
}
_MEDIA_SUFFIXES = {  # these are known in capitals too
    "pdb": "pdb ent",
    "imagefolder": "blp bmp dib bufr cur pcx dcx dds ps eps fit fits fli flc ftc ftu gbr gif grib png apng"
    " jp2 j2k jpc jpf jpx j2c icns ico im iim tif tiff jfif jpe jpg jpeg msp pcd pxr pbm pgm ppm pnm psd bw"
    " rgb rgba sgi ras tga icb vda vst webp wmf emf xbm xpm",
    "audiofolder": "mpg aiff au avr caf flac htk svx mat4 mat5 mpc2k ogg paf pvf raw rf64 sd2 sds ircam voc"
    " w64 wav nist wavex wve xi mp3 opus 3gp 3g2 asf flv m4v webm f4v wmv wma ogm mxf nut",
    "videofolder": "mpeg avi mp4 mov mkv",
    "meshfolder": "glb gltf ply stl",
    "pdffolder": "pdf",
    "niftifolder": "nii",
}
_FORMAT_OF = {f".{suffix}": name for name, text in (_SUFFIXES | _MEDIA_SUFFIXES).items() for suffix in text.split()}
_READER_OF = {"tsv": "csv", "conllu": "conll"}  # formats that share a reader, with other settings
_METADATA_SUFFIXES = {"lance": (".idx", ".txn", ".manifest")}
_TABLE_OF_MEDIA = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
_METADATA_NAMES = {
    **dict.fromkeys((*_MEDIA_SUFFIXES, "mmcif"), _TABLE_OF_MEDIA),
    "harbor": ("task.toml", "instruction.md"),
    "lance": ("latest_version_hint.json",),
}
_ALL_METADATA_NAMES = frozenset(name for names in _METADATA_NAMES.values() for name in names)
_FAVOURITES = (".parquet", ".lance", ".vortex", ".arrow", ".jsonl", ".json", ".csv")


@dataclass(frozen=True, slots=True)
class CardLayout:
    """Config -> split -> paths of its files, all in the order of `datasets`; and the default config.

    `default_config` is None where there are several configs and the card prefers none.
    """

    configs: dict[str, dict[str, tuple[str, ...]]]
    default_config: str | None


def matches(pattern: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Paths that a manifest's pattern means, sorted by code points; none is an empty tuple.

    `*` is any run of characters, `?` one character, `[abc]`, `[a-z]`, `[!a]` one of a set; none of
    them crosses a `/`. `**` stands alone between slashes: any number of folders, also none; at the
    end, everything below. Names that start with a dot are matched like any other. A pattern without
    `*`, `?` and `[` is one literal path. To mean such a character itself, write `[*]`.

    Raises:
        ManifestError: `**` is only a part of a name, as in `data/**.parquet`.
    """
    if not _MAGIC.search(pattern):
        return (pattern,) if pattern in set(paths) else ()
    found = _glob(pattern).fullmatch
    return tuple(sorted({path for path in paths if found(path)}))


def configs_of(card: Mapping[str, Any], paths: Sequence[str], *, repo: str | None = None) -> CardLayout:
    """Layout of a repository from its card's header and the paths of all its files.

    `repo` (`name` or `org/name`) tells a loading script, `name.py`, from other Python files; without
    it any Python file at the top counts as one. A script is only a fault where no `configs:` say
    what the files are. Stricter than `datasets`: each pattern of a card has to match a file.

    Raises:
        ManifestError: the header cannot be read, a pattern matches no data file, there are no data
            files, splits differ in format, or only a script or an archive could tell.
    """
    files = tuple(sorted(set(paths)))
    entries = card.get("configs")
    if entries:
        return _by_card(entries, files)
    scripts = [path for path in files if "/" not in path and path.endswith(".py")]
    if repo is not None:
        scripts = [path for path in scripts if path == f"{repo.rsplit('/', 1)[-1]}.py"]
    if scripts:
        raise _fault(f"the card has no `configs:` and the repository has a loading script, {scripts[0]}")
    patterns = _name_patterns(files)
    splits = {split: _all_of(shapes, files) for split, shapes in patterns.items()}
    return CardLayout({"default": _of_one_format(splits)}, "default")


def _by_card(entries: object, files: Sequence[str]) -> CardLayout:
    """Layout that the card's `configs:` describe."""
    if not isinstance(entries, list):
        raise _fault(f"the card's `configs:` is no list: {entries!r}")
    given: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("config_name"), str):
            raise _fault(f"a config of the card has no `config_name` that is text: {entry!r}")
        given[entry["config_name"]] = entry
    preferred = [name for name, entry in given.items() if name == "default" or entry.get("default") or len(given) == 1]
    if len(preferred) > 1:
        raise _fault(f"the card has several default configs: {', '.join(preferred)}")
    configs = {name: _config(name, entry, files) for name, entry in given.items()}
    return CardLayout(configs, preferred[0] if preferred else None)


def _config(name: str, entry: Mapping[str, Any], files: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Splits of one config of the card, its files relative to `data_dir` if it has one."""
    folder = _inside(name, entry.get("data_dir") or "").rstrip("/")
    prefix = f"{folder}/" if folder else ""
    here = [path.removeprefix(prefix) for path in files if path.startswith(prefix)]
    splits: dict[str, tuple[str, ...]] = {}
    if entry.get("data_files") is None:
        splits = {split: _all_of(patterns, here) for split, patterns in _name_patterns(here).items()}
    else:
        for split, patterns in _card_patterns(name, entry["data_files"]).items():
            found = [(pattern, _taken(_inside(name, pattern), here, _DATA_SUFFIXES)) for pattern in patterns]
            for pattern, taken in found:
                if not taken:
                    raise _fault(f"config {name}, split {split}: {prefix}{pattern} matches no data file")
            splits[split] = tuple(path for _, taken in found for path in taken)
    for split, taken in splits.items():
        if not taken:
            raise _fault(f"config {name}, split {split} has no data files")
    return {split: tuple(prefix + path for path in taken) for split, taken in splits.items()}


def _card_patterns(config: str, given: object) -> dict[str, list[str]]:
    """`data_files` in any of its forms as split -> patterns; without splits it is `train`."""
    patterns: dict[str, list[str]] = {}
    for split, path in _pairs(config, given):
        if not isinstance(split, str) or not _SPLIT_NAME.match(split):
            raise _fault(f"config {config}: {split!r} is no name of a split (letters, digits, _ and inner dots)")
        if split in patterns:
            raise _fault(f"config {config}: the split {split} stands twice in `data_files`")
        texts = [text for text in (path if isinstance(path, list) else [path]) if isinstance(text, str)]
        if not texts or (isinstance(path, list) and len(texts) != len(path)):
            raise _fault(f"config {config}, split {split}: the path is no text and no list of texts: {path!r}")
        patterns[split] = texts
    return patterns


def _pairs(config: str, given: object) -> list[tuple[object, object]]:
    """`data_files` as (split, path or list of paths), not yet checked."""
    if isinstance(given, str) or (isinstance(given, list) and given and isinstance(given[0], str)):
        return [("train", given)]
    if isinstance(given, Mapping) and given:
        return list(given.items())
    if isinstance(given, list) and given:
        if all(isinstance(item, Mapping) and set(item) == {"split", "path"} for item in given):
            return [(item["split"], item["path"]) for item in given]
        raise _fault(f"config {config}: each of `data_files` needs `split` and `path` alone: {given!r}")
    raise _fault(f"config {config}: `data_files` names nothing: {given!r}")


def _name_patterns(files: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Split -> patterns of the first rule on names that finds a file, of whatever suffix."""
    sharded = {_shard_split(path) for path in _taken(f"data/*{_SHARD}", files)}
    if sharded:
        known = [split for split in _KEYWORDS if split in sharded]
        return {split: (f"data/{split}{_SHARD}",) for split in [*known, *sorted(sharded - set(known))]}
    for rule in _NAME_RULES:
        there = {
            split: patterns for split, patterns in rule.items() if any(_taken(pattern, files) for pattern in patterns)
        }
        if there:
            return there
    raise _fault("there are no data files")


def _shard_split(path: str) -> str:
    """Name of the split in the file name of a shard."""
    found = _SHARD_NAME.search(path.rsplit("/", 1)[-1])
    if not found or not _SPLIT_NAME.match(found[1]):
        raise _fault(f"{path} is named like a shard, but what stands before the numbers is no name of a split")
    return found[1]


def _of_one_format(splits: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The splits with the files of their common format and its metadata files alone."""
    formats = {split: _format(files) for split, files in splits.items()}
    if None in formats.values() or len(set(formats.values())) != 1:
        listed = ", ".join(f"{split}: {name or 'none that is known'}" for split, name in formats.items())
        raise _fault(f"the format of the files is not the same known one in all splits ({listed})")
    reader = _reader(str(next(iter(formats.values()))))
    names = _METADATA_NAMES.get(reader, ())
    suffixes = [suffix for suffix in _DATA_SUFFIXES if _reader(_FORMAT_OF.get(suffix.lower(), "")) == reader]
    suffixes += [".zip", *_METADATA_SUFFIXES.get(reader, ())]
    # a suffix counts where another follows it, as in rows.jsonl.gz
    ends = re.compile(f"({'|'.join(map(re.escape, suffixes))})(\\..+)?\\Z", re.DOTALL)
    return {
        split: tuple(path for path in files if ends.search(path) or path.endswith(names))
        for split, files in splits.items()
    }


def _format(files: Sequence[str]) -> str | None:
    """Format of the most common suffix; metadata files count last, ties go to the favourites."""
    counts = Counter(
        (f".{suffix.lower()}", _name(path) in _ALL_METADATA_NAMES)
        for path in files
        for suffix in _name(path).split(".")[1:]
    )

    def rank(item: tuple[tuple[str, bool], int]) -> tuple[object, ...]:
        (suffix, is_metadata), count = item
        return (not is_metadata, count, *(suffix == favourite for favourite in _FAVOURITES), suffix)

    for (suffix, _), _count in sorted(counts.items(), key=rank, reverse=True):
        if suffix in _FORMAT_OF:
            return _FORMAT_OF[suffix]
        if suffix == ".zip":
            raise _fault("the files are zip archives; only their content would tell the format")
    return None


def _all_of(patterns: Iterable[str], files: Sequence[str]) -> tuple[str, ...]:
    """Data files that any of the patterns takes, pattern by pattern."""
    return tuple(path for pattern in patterns for path in _taken(pattern, files, _DATA_SUFFIXES))


def _taken(pattern: str, files: Sequence[str], suffixes: frozenset[str] | None = None) -> tuple[str, ...]:
    """Files that a pattern takes: no hidden ones it does not ask for, with one of the suffixes anywhere."""
    never = _NEVER_DATA - {_name(pattern)}
    hidden = _hidden(pattern)
    seen = [path for path in matches(pattern, files) if _name(path) not in never and _hidden(path) == hidden]
    if suffixes is None:
        return tuple(seen)
    return tuple(p for p in seen if any(f".{suffix}" in suffixes for suffix in _name(p).split(".")[1:]))


def _hidden(path: str) -> tuple[int, int]:
    """How many parts start with a dot, and how many folders with two underscores."""
    parts = [part for part in path.split("/") if part.strip(".")]
    return sum(part[0] == "." for part in parts), sum(part.startswith("__") for part in parts[:-1])


def _inside(config: str, path: object) -> str:
    """A pattern or folder of the card, without a leading `./`; it has to stay in the repository."""
    text = path if isinstance(path, str) else ""
    if text != path or text.startswith("/") or "://" in text or "::" in text or ".." in text.split("/"):
        raise _fault(f"config {config}: {path!r} is not a path inside the repository")
    return "" if text == "." else text.removeprefix("./")


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _reader(name: str) -> str:
    return _READER_OF.get(name, name)


def _fault(what: str) -> ManifestError:
    return ManifestError(what, _DO)


@lru_cache(maxsize=512)
def _glob(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for a whole path."""
    parts = pattern.split("/")
    text = ""
    for number, part in enumerate(parts, start=1):
        last = number == len(parts)
        if part == "**":
            text += ".*" if last else "(?:.+/)?"
        elif "**" in part:
            what = f"pattern {pattern}: ** is a part of the name {part}, but it only stands for whole folders"
            whole = pattern.replace(part, "**/" + part.replace("**", "*"))
            raise ManifestError(what, f"write ** alone between slashes, as in {whole}")
        else:
            text += _segment(part) + ("" if last else "/")
    return re.compile(text, re.DOTALL)


def _segment(part: str) -> str:
    """One name of a pattern as a regular expression; what is in brackets is a set of characters."""
    text, start = "", 0
    while start < len(part):
        character = part[start]
        end = part.find("]", start + (3 if part[start + 1 : start + 2] == "!" else 2)) if character == "[" else -1
        if end > 0:
            text += _set(part[start + 1 : end])
            start = end
        else:
            text += {"*": "[^/]*", "?": "[^/]"}.get(character) or re.escape(character)
        start += 1
    return text


def _set(content: str) -> str:
    """What stands in brackets, as a regular expression for one character that is no slash."""
    negated = content.startswith("!")
    content = content[negated:]
    members, start = "", 0
    while start < len(content):
        first, last = content[start], content[start]
        if content[start + 1 : start + 2] == "-" and start + 2 < len(content):
            last = content[start + 2]
            start += 2
        if first <= last:  # an empty range such as z-a holds nothing
            members += f"{re.escape(first)}-{re.escape(last)}"
        start += 1
    if not members:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{members}]"


_DATA_SUFFIXES: frozenset[str] = frozenset(
    (
        *_FORMAT_OF,
        *(f".{suffix.upper()}" for text in _MEDIA_SUFFIXES.values() for suffix in text.split()),
        ".zip",
        *(suffix for suffixes in _METADATA_SUFFIXES.values() for suffix in suffixes),
    )
)
