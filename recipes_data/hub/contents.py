"""The only home of whether bytes are what a file's name promises, told from their beginning and end.

Two questions: are they dangerous whatever the name says (UnsafeFileError), and are they of the promised
format (IntegrityError)? Digests are checked elsewhere; this sees what was wrong before anybody hashed it:
a pickle renamed, a captive portal's page that a mirror keeps under a data file's name.

Signatures: Parquet, Arrow IPC, RFC 1952 (gzip), 8878 (zstd), PKZIP, POSIX tar, PNG, JFIF, RIFF, Ogg, FLAC,
ISO 14496-12, NPY, ELF, PE, Mach-O, git-lfs pointer v1.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from recipes_data.errors import IntegrityError, UnsafeFileError
from recipes_data.hub.bounded import BROKEN_STREAM, decompressor
from recipes_data.hub.pickles import looks_pickled
from recipes_data.hub.safety import check_name, split_suffix

__all__ = ["HEAD_BYTES", "TAIL_BYTES", "check_content"]

HEAD_BYTES = 1 << 16
"""How much of a file's beginning is worth giving; the whole file where it is shorter."""
TAIL_BYTES = 1 << 16
"""How much of its end: a zip's list of members is there."""

_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL)
_JSON = re.compile(rb"(\xef\xbb\xbf)?\s*([{\[\"]|-?\d|-?Infinity|true|false|null|NaN|\Z)")
_TIKTOKEN = re.compile(rb"[A-Za-z0-9+/]+={0,2} \d+\r?\n")
_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")  # the byte order marks of UTF-16 (and UTF-32, little end first)
# what the Hub says in place of a file, where a client kept it: each is the whole text, or its beginning
_HUB_SAYS = (
    b"We had to rate limit your IP",
    b"Entry not found",
    b"Repository not found",
    b"Invalid username or password",
)
_MAX_HUB_SAYS = 400  # bytes: the first is about 196 long

_MEMBER = re.compile(rb"PK(?:\x03\x04.{22}(?P<local>..)..|\x01\x02.{24}(?P<central>..).{16})", re.DOTALL)
_PICKLES_IN_ZIP = ("pkl", "pickle")


def check_content(head: bytes, path: str, *, tail: bytes = b"") -> None:
    """Let bytes pass if they are harmless and of the format that the suffix of `path` promises.

    `head`: the first `HEAD_BYTES`, or all there are; `tail`: the last `TAIL_BYTES` (empty: not looked at).
    A file whose name promises no data came this far because the user allowed it (`check_name`): only
    texts that are no file at all are refused then. Packed files are looked into (gz, bz2, xz), zst is not.

    Raises:
        UnsafeFileError: a pickle, a program, a script.
        IntegrityError: not of the promised format.
    """
    kind, compression = split_suffix(path)
    _refuse_stand_ins(head, path)
    if not _name_is_data(path):
        return
    _refuse_danger(head, path)
    promised = compression or kind
    name, right = _FORMATS.get(promised, ("text", _is_text))
    if not right(head):
        _refuse_other(head, path, name)
    if promised in _UNMISTAKABLE:
        _check_end(head, tail, path)
        if promised == "zip":
            _refuse_pickled_members(head, tail, path)
        elif promised == "npy":
            _refuse_objects(head, path)
        elif compression:
            _check_unpacked(head, path, compression)
    elif looks_pickled(head):
        raise _unsafe(path, name, "a pickle: loading it runs code")
    elif promised in ("csv", "tsv", "yaml", "yml") and _HTML.match(head):
        _refuse_other(head, path, name)


def _name_is_data(path: str) -> bool:
    try:
        check_name(path, declared=True)
    except UnsafeFileError:
        return False  # this only asks; whoever fetches such a file was refused or declared it
    return True


def _refuse_stand_ins(head: bytes, path: str) -> None:
    if head.startswith(_LFS_POINTER):
        raise IntegrityError(
            f"{path}: expected the file, got the git-lfs pointer that stands for it",
            "the repository was copied without its large files: in that copy, git lfs pull",
        )
    if len(head) < _MAX_HUB_SAYS and head.lstrip().startswith(_HUB_SAYS):
        said = head.decode("ascii", "replace").strip()[:60]
        raise IntegrityError(
            f"{path}: expected the file, got what the Hub says in its place: {said!r}",
            "whoever stored it kept an error for data: fetch it from the Hub itself (HF_ENDPOINT)",
        )


_EXECUTABLES: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "a program for Linux (ELF)"),
    (b"\xfe\xed\xfa\xce", "a program for macOS (Mach-O)"),
    (b"\xfe\xed\xfa\xcf", "a program for macOS (Mach-O)"),
    (b"\xce\xfa\xed\xfe", "a program for macOS (Mach-O)"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a program (Mach-O or Java)"),
    (b"\0asm", "a program (WebAssembly)"),
)


def _refuse_danger(head: bytes, path: str) -> None:
    """Refuse what no data file of any format begins with."""
    got = next((words for magic, words in _EXECUTABLES if head.startswith(magic)), "")
    if head[:2] == b"MZ" and b"\0" in head[:64]:  # also two letters that a text may begin with: Mozambique's code
        got = "a program for Windows (PE)"
    elif re.match(rb"(\xef\xbb\xbf)?#![ \t]*/", head):
        got = "a script"
    elif head[:1] == b"\x80" and looks_pickled(head):
        got = "a pickle: loading it runs code"
    if got:
        raise _unsafe(path, _FORMATS.get(split_suffix(path)[0], ("data",))[0], got)


def _refuse_other(head: bytes, path: str, name: str) -> None:
    """Say what it is instead; it is known not to be what was promised."""
    if looks_pickled(head):
        raise _unsafe(path, name, "a pickle: loading it runs code")
    if head.startswith(b"PK"):
        _refuse_pickled_members(head, b"", path)
    raise IntegrityError(
        f"{path}: expected {name}, got {_describe(head)}",
        "if the repository really holds this, leave the file out of `files:`; else a proxy or a mirror replaced it",
    )


def _unsafe(path: str, name: str, got: str) -> UnsafeFileError:
    return UnsafeFileError(
        f"{path}: expected {name}, got {got}",
        "leave it out of `files:`. It cannot be allowed under this name; tell the repository's owner",
    )


def _describe(head: bytes) -> str:
    if not head:
        return "an empty file"
    if _HTML.match(head):
        return "a web page (a captive portal's, or an error's)"
    for name, right in (_FORMATS[kind] for kind in _UNMISTAKABLE):
        if right(head):
            return name
    shown = ascii(head[:40])[1:]
    return f"text that begins {shown}" if _is_text(head) else f"bytes that begin {shown}"


# --- formats


def _begins(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _has(magic: bytes, at: int, *first: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(first or b"") and head[at : at + len(magic)] == magic


def _is_text(head: bytes) -> bool:
    return b"\0" not in head or head.startswith(_WIDE_TEXT)


def _is_tar(head: bytes) -> bool:
    """A header whose checksum agrees (tar had no magic number at first), or the two zero blocks of an empty one."""
    block = head[:512]
    if len(block) < 512:
        return False
    field = block[148:156].strip(b" \0")
    if not re.fullmatch(rb"[0-7]{1,7}", field):
        return not any(head[:1024])
    return sum(block) - sum(block[148:156]) + 8 * ord(" ") == int(field, 8)


def _is_zst(head: bytes) -> bool:
    # 184D2A50 to 184D2A5F, little end first: frames to skip
    return head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5)


def _is_mp3(head: bytes) -> bool:
    # without a tag: eleven bits of synchronisation, and layer III (a byte order mark reads as layer I)
    return head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)


def _is_model(head: bytes) -> bool:
    """Sentencepiece (protobuf, field 1: the pieces) or tiktoken's text, which Llama calls tokenizer.model too."""
    return head[:1] == b"\n" or _TIKTOKEN.match(head) is not None


def _is_safetensors(head: bytes) -> bool:
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= 100_000_000


_JPEG = ("a JPEG image", _begins(b"\xff\xd8\xff"))
_TIFF = ("a TIFF image", _begins(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))
_OGG = ("Ogg audio", _begins(b"OggS"))
_ARROW = ("Arrow IPC", _begins(b"ARROW1\0\0", b"\xff\xff\xff\xff", b"FEA1"))
_JSON_TEXT = ("JSON", lambda head: _JSON.match(head) is not None and _is_text(head))
_FORMATS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "parquet": ("Parquet (PAR1)", _begins(b"PAR1")),
    "arrow": _ARROW,
    "feather": _ARROW,
    "gz": ("gzip", _begins(b"\x1f\x8b\x08")),
    "bz2": ("bzip2", lambda head: re.match(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)", head) is not None),
    "xz": ("xz", _begins(b"\xfd7zXZ\0")),
    "zst": ("zstd", _is_zst),
    "zip": ("zip", _begins(b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")),
    "tar": ("tar", _is_tar),
    "png": ("a PNG image", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": ("a GIF image", _begins(b"GIF87a", b"GIF89a")),
    "webp": ("a WebP image", _has(b"WEBP", 8, b"RIFF")),
    "bmp": ("a BMP image", _begins(b"BM")),
    "tif": _TIFF,
    "tiff": _TIFF,
    "wav": ("WAVE audio", _has(b"WAVE", 8, b"RIFF", b"RIFX", b"RF64")),
    "flac": ("FLAC audio", _begins(b"fLaC", b"ID3")),
    "mp3": ("MP3 audio", _is_mp3),
    "ogg": _OGG,
    "oga": _OGG,
    "opus": _OGG,
    "m4a": ("MPEG-4 audio", _has(b"ftyp", 4)),
    "npy": ("a NumPy array", _begins(b"\x93NUMPY")),
    "safetensors": ("safetensors", _is_safetensors),
    "model": ("a tokenizer model", _is_model),
    "tiktoken": ("tiktoken ranks", lambda head: _TIKTOKEN.match(head) is not None),
    "json": _JSON_TEXT,
    "jsonl": _JSON_TEXT,
    "ndjson": _JSON_TEXT,
}
# A right beginning leaves no doubt: none of these can begin a text or a pickle.
_UNMISTAKABLE = tuple(
    kind for kind in _FORMATS if kind not in ("bmp", "safetensors", "model", "tiktoken", "json", "jsonl", "ndjson")
)


def _check_end(head: bytes, tail: bytes, path: str) -> None:
    end = next((magic for magic in (b"PAR1", b"ARROW1") if head.startswith(magic)), b"")
    if tail and not tail.endswith(end):
        raise IntegrityError(
            f"{path}: expected {end.decode()} at the end as at the beginning, got {ascii(tail[-len(end) :])[1:]}",
            "the file was cut off before it was uploaded: tell the repository's owner",
        )


def _refuse_pickled_members(head: bytes, tail: bytes, path: str) -> None:
    """Refuse torch's archives, and any other zip that names a pickle in its list of members."""
    for data in (head, tail):
        for found in _MEMBER.finditer(data):
            length = int.from_bytes(found["local"] or found["central"], "little")
            member = data[found.end() : found.end() + length].decode("utf-8", "replace")
            if split_suffix(f"x{member}")[0] in _PICKLES_IN_ZIP:
                raise _unsafe(path, "data", f"a zip with the pickle {member!a} in it: loading it runs code")


def _refuse_objects(head: bytes, path: str) -> None:
    """Refuse NPY whose header names Python objects, which are stored as a pickle."""
    width = 2 if head[6:7] == b"\x01" else 4
    length = int.from_bytes(head[8 : 8 + width], "little")
    header = head[8 + width : 8 + width + length]
    # every type but objects has its kind and width in digits: '<f4', '|S10', '|u1'
    if len(header) < length or re.search(rb"['\"][<>|=]?O\d*['\"]", header):
        raise _unsafe(path, "an array of numbers", "an array of Python objects, which are pickled")


def _check_unpacked(head: bytes, path: str, compression: str) -> None:
    stream = decompressor(compression)
    if stream is None:
        return
    try:
        inner = stream.decompress(head, HEAD_BYTES)
    except BROKEN_STREAM as exc:
        what = f"{path}: expected {_FORMATS[compression][0]}, got a stream that is broken: {exc}"
        raise IntegrityError(what, "tell the repository's owner") from exc
    kind = split_suffix(path)[0]
    if not inner and not stream.eof:
        return  # bzip2 gives nothing before its first block of up to 900 kB is whole
    if kind:
        check_content(inner, f"{path} (unpacked).{kind}")
    else:
        _refuse_danger(inner, path)
