"""The only home of which repository files may be fetched at all, judged by their path and name.

What their bytes may be is judged by `contents`. Windows rules are kept on every system: a lock is
written on one machine and read on another. Sources: "Naming Files, Paths, and Namespaces" (Microsoft),
`ntpath.isreserved` (Python 3.13), Unicode Annex 15 and section 3.13 (caseless matching).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable

from recipes_data.errors import UnsafeFileError

__all__ = ["UNSAFE_SUFFIXES", "check_name", "check_path", "check_paths", "split_suffix"]

_MAX_PATH = 4096  # bytes in UTF-8: PATH_MAX of Linux
_MAX_SEGMENT = 255  # bytes in UTF-8: NAME_MAX of nearly every file system
_MAX_FOLDERS = 100
_MAX_FAULTS = 10

_DIGITS = "123456789\xb9\xb2\xb3"  # Windows takes superscript 1, 2 and 3 for the digits
_RESERVED = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(port + digit for port in ("COM", "LPT") for digit in _DIGITS)]
)
# Nearly every real path, told in one pass; what does not match is looked at slowly, not refused.
_DEVICE = r"(?:con|prn|aux|nul|(?:com|lpt)[1-9\xb9\xb2\xb3]) *(?:[.:/]|\Z)"
_SEGMENT = rf"(?!.?:|{_DEVICE})[\w .:,;=+()\[\]{{}}@&!#%~'^-]{{1,63}}(?<![. ])"
_PLAIN = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*", re.IGNORECASE)
_MAX_PLAIN = 1024  # characters: at most 4,096 bytes, as a segment's 63 are at most 252

_MEND_PATH = "leave it out of the manifest's `files:`; whoever owns the repository can rename it"


def check_path(path: str) -> None:
    """Let a repository path pass if it stays below any folder it is joined to, on Linux, macOS and Windows.

    Accepted as spelled is a name that is not in Unicode's composed form (Macs upload such): the lock
    and the URL keep its code points, and `check_paths` sees where two spellings mean one file.
    A colon is accepted too, but not where it makes a drive or a stream of NTFS: times of day
    (`2024-07-24T10:11:12.parquet`) are common in names of evaluation results.

    Raises:
        UnsafeFileError: the path is absolute, climbs, or means something else to a file system or a terminal.
    """
    fault = _path_fault(path)
    if fault:
        raise UnsafeFileError(f"the path {_shown(path)} {fault}", _MEND_PATH)


def check_paths(paths: Iterable[str]) -> None:
    """Check every path, and that no two mean one file where case or Unicode spelling do not count.

    Time and memory grow with the characters alone (and a sort), however the paths were chosen.

    Raises:
        UnsafeFileError: the first ten faults together.
    """
    listed = list(paths)
    wrong = 0
    faults = []
    keys = []
    for path in listed:
        fault = _path_fault(path)
        if not fault:
            # a folder's files follow a file of the folder's name at once in this order, for NUL sorts first
            keys.append(_folded(path).replace("/", "\0"))
            continue
        wrong += 1
        if wrong <= _MAX_FAULTS:
            faults.append(f"the path {_shown(path)} {fault}")
    keys.sort()
    clashes = [key for key, next_key in itertools.pairwise(keys) if key == next_key or next_key.startswith(f"{key}\0")]
    shown = clashes[: _MAX_FAULTS - len(faults)]
    faults.extend(_clash_faults(listed, set(shown)) if shown else ())
    if faults:
        more = wrong + len(clashes) - len(faults)
        raise UnsafeFileError("\n".join([*faults, *([f"and {more:,} more"] if more > 0 else [])]), _MEND_PATH)


def _path_fault(path: str) -> str:
    """What is wrong with a path, as the end of a sentence; empty if nothing is."""
    if len(path) <= _MAX_PLAIN and path.count("/") <= _MAX_FOLDERS and _PLAIN.fullmatch(path):
        return ""
    if len(path) > _MAX_PATH or len(path.encode(errors="surrogatepass")) > _MAX_PATH:
        return f"is longer than {_MAX_PATH:,} bytes"
    if path.count("/") > _MAX_FOLDERS:
        return f"lies more than {_MAX_FOLDERS} folders deep"
    fault = _character_fault(path)
    if fault:
        return fault
    if path.startswith("/"):
        return "is absolute"
    for segment in path.split("/"):
        fault = _segment_fault(segment)
        if fault:
            return fault
    return ""


def _character_fault(path: str) -> str:
    if "\\" in path:
        return "holds a backslash, which Windows takes for a slash"
    if path.isprintable():  # told in C; what it minds also holds harmless spaces, and letters newer than this Python
        return ""
    for char in path:
        # Cf: bidi and zero-width characters, which show another name than there is (HFS+ skips some)
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            return f"holds the character U+{ord(char):04X}, which is not seen or cannot be written"
    return ""


def _segment_fault(segment: str) -> str:
    if segment in ("", ".", ".."):
        return {"": "has an empty part", ".": "has a part `.`", "..": "climbs with `..`"}[segment]
    if len(segment.encode()) > _MAX_SEGMENT:
        return f"has a part longer than {_MAX_SEGMENT} bytes"
    if segment[-1] in ". ":
        return "has a part that ends in a dot or a space, which Windows drops"
    # any first character: ntpath.splitdrive does not ask for a letter
    if ":" in segment[:2] or ":$" in segment:
        return "names a drive or a stream of Windows"
    if re.split("[.:]", segment, maxsplit=1)[0].rstrip(" ").upper() in _RESERVED:
        return f"has a part {segment!r}, which is a device to Windows"
    return ""


def _folded(path: str) -> str:
    """The same text for paths that some file system takes for one (Unicode 3.13, D145)."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def _clash_faults(paths: list[str], clashes: set[str]) -> list[str]:
    groups: dict[str, list[str]] = {}
    below: dict[str, str] = {}
    for path in paths:
        key = _folded(path).replace("/", "\0")
        if key in clashes:
            groups.setdefault(key, []).append(path)
        at = key.find("\0")
        while at >= 0:  # only on the way to an error
            if key[:at] in clashes:
                below.setdefault(key[:at], path)
            at = key.find("\0", at + 1)
    faults = []
    for key, found in groups.items():
        if len(found) > 1:
            first, second = found[:2]
            twice = (
                "stands twice" if first == second else f"and {_shown(second)} are one file where case does not count"
            )
            faults.append(f"the path {_shown(first)} {twice}")
        if key in below:
            faults.append(f"the path {_shown(found[0])} is a file, and a folder of {_shown(below[key])}")
    return faults


def _shown(path: str) -> str:
    text = ascii(path)
    return text if len(text) <= 120 else f"{text[:80]}...{text[-20:]} ({len(path):,} characters)"


# --- names

_COMPRESSIONS = ("gz", "bz2", "xz", "zst")
_SHORT_FORMS = {"tgz": ("tar", "gz"), "tbz2": ("tar", "bz2"), "txz": ("tar", "xz"), "tzst": ("tar", "zst")}


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_DATA = _words("parquet arrow feather json jsonl ndjson csv tsv txt md yaml yml")
_TEXTS_WITHOUT_SUFFIX = _words("license notice copying readme")

_WHEN_DECLARED = _words(
    "png jpg jpeg gif webp bmp tif tiff",  # svg is missing: it can hold scripts
    "wav flac mp3 ogg oga opus m4a",
    "tar zip",
    # Tokenizers and processors: sentencepiece, tiktoken, chat templates (json and txt are data anyhow).
    # A template is a program to jinja; here it is text, and whoever renders it has to use a sandbox.
    "model tiktoken jinja",
    "safetensors",  # made to hold nothing but a JSON header and numbers
    "npy",  # numbers, unless its header says objects, which are pickled: `contents` reads the header
)
_PICKLES = _words(
    "pkl pickle pck pcl pk p pt pth bin ckpt joblib dill cloudpickle sav",
    "npz",  # its members may be compressed, so that their headers cannot be read beforehand
    "h5 hdf5 hdf keras",  # pandas pickles its object columns into it, Keras keeps marshalled functions
    "msgpack",  # extension types are up to the reader, and readers for arrays unpickle them
)
_PROGRAMS = _words(
    "py pyc pyo pyd pyx pyw ipynb sh bash zsh fish bat cmd ps1 vbs",
    "js mjs cjs ts jsx tsx html htm xhtml svg php pl rb lua r jl",
    "exe dll so dylib a o msi com scr app apk jar class war wasm whl egg deb rpm",
    "c cc cpp cu h hpp java go rs swift",
    "rds rda rdata pb ptl",  # R's own format runs promises when read; a TensorFlow graph or TorchScript is a program
)
UNSAFE_SUFFIXES = _PICKLES | _PROGRAMS


def split_suffix(path: str) -> tuple[str, str]:
    """The kind of a file and its compression, in lower case without dots: `a/b.JSONL.gz` -> (jsonl, gz).

    Both are empty where there is none; `x.tgz` is (tar, gz).
    """
    name = path.rpartition("/")[2].lower()
    stem, dot, last = name.rpartition(".")
    if not (stem and dot):
        return "", ""
    if last in _SHORT_FORMS:
        return _SHORT_FORMS[last]
    if last in _COMPRESSIONS:
        inner, dot, kind = stem.rpartition(".")
        return (kind if inner and dot else ""), last
    return last, ""


def check_name(path: str, *, declared: bool = False, literal: bool = False, allow_unsafe: bool = False) -> None:
    """Let a file pass if its name promises data.

    `declared`: a manifest's pattern names it (not a dataset card's); `literal`: the manifest lists this
    very path, without a pattern, which declares it too. `allow_unsafe`: the user said `--allow-unsafe`;
    it counts for literal paths alone, and the bytes are still never loaded or imported.

    Raises:
        UnsafeFileError: a pickle, a program, or a kind of file that is not known.
    """
    kind, compression = split_suffix(path)
    if literal and allow_unsafe:
        return
    if kind in _DATA or (not kind and path.rpartition("/")[2].lower() in _TEXTS_WITHOUT_SUFFIX):
        return
    if kind in _WHEN_DECLARED or (compression and not kind):
        if declared or literal:
            return
        raise UnsafeFileError(
            f"{path}: .{kind or compression} files are fetched only where a manifest names them",
            "name it, or a pattern for it, under `files:` in the manifest",
        )
    reason = "is of no kind that is known to be data"
    if kind in _PICKLES:
        reason = "can hold pickled objects, and loading those runs code"
    elif kind in _PROGRAMS:
        reason = "is a program or a script"
    if allow_unsafe:
        mend = "--allow-unsafe counts for full paths only: list this one under `files:` in the manifest"
    elif literal:
        mend = "if its bytes are needed all the same: --allow-unsafe (they are fetched, and never loaded or imported)"
    else:
        mend = "leave it out; if its bytes are needed, list its full path under `files:` and say --allow-unsafe"
    raise UnsafeFileError(f"{path} {reason}; expected a data file (parquet, jsonl, csv, ...)", mend)
