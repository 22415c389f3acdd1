"""Members of zip and tar archives: which come out, in which order, and everything that is refused on the way."""

from __future__ import annotations

import bz2
import hashlib
import io
import lzma
import pickle
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from recipes_data.errors import IntegrityError, RecipesDataError, TableError, UnsafeFileError
from recipes_data.lockfile import LockedFile, LockedSplit
from recipes_data.store import VERIFIED_MTIME, Store
from recipes_data.tables import archives
from recipes_data.tables.archives import take_out
from recipes_data.tables.tars import tar_members
from tests.unit.storehouse import locked, put

LINE = b'{"n": 1}\n'


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return kept.getvalue()


def tarred(*members: tarfile.TarInfo | tuple[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w", format=format) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return kept.getvalue()


def out(store: Store, name: str, content: bytes, *patterns: str) -> dict[str, bytes]:
    """What the patterns take out of an archive, by member."""
    put(store, content)
    split = LockedSplit("train", (name,), "jsonl", members=patterns or ("*.jsonl",))
    taken = take_out(store, [locked(name, content)], split, "toy")
    return {file.path.removeprefix(f"{name}!/"): store.blob(file.sha256 or "").read_bytes() for file in taken}


def temporaries(store: Store) -> list[Path]:
    return list((store.root / "blobs").rglob("*.tmp"))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.tar", bytes),
        ("a.tar.gz", lambda content: zlib.compress(content, wbits=31)),
        ("a.tgz", lambda content: zlib.compress(content, wbits=31)),
        ("a.tar.bz2", bz2.compress),
        ("a.tar.xz", lzma.compress),
    ],
)
def test_members_of_a_tar_come_out_by_pattern_and_then_by_name(store: Store, name: str, pack) -> None:  # type: ignore[no-untyped-def]
    members = [(f"./d/{n}.jsonl", LINE * n) for n in (3, 1, 2)]
    content = pack(tarred(("first.jsonl", LINE * 9), *members, ("d/x.parquet", b"never looked at")))
    taken = out(store, name, content, "d/*.jsonl", "*.jsonl")
    assert list(taken) == ["d/1.jsonl", "d/2.jsonl", "d/3.jsonl", "first.jsonl"]
    assert list(taken.values()) == [LINE, LINE * 2, LINE * 3, LINE * 9]


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_and_names_of_any_script_are_read_in_every_dialect(store: Store, format: int) -> None:
    name = "/".join(["folder"] * 20) + "/" + "n" * 90 + ".jsonl"
    long_content = tarred((name, LINE), ("ünï.jsonl", LINE * 2), format=format)
    assert out(store, "a.tar", long_content, "**/*.jsonl") == {name: LINE, "ünï.jsonl": LINE * 2}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_of_a_zip_are_verified_blobs(store: Store, method: int) -> None:
    content = zipped({"d/": b"", "b.jsonl": LINE * 3, "a.jsonl": LINE, "no.txt": b""}, method)
    assert out(store, "a.zip", content) == {"a.jsonl": LINE, "b.jsonl": LINE * 3}
    blob = store.blob(hashlib.sha256(LINE).hexdigest())
    assert stat.S_IMODE(blob.stat().st_mode) == 0o444
    assert blob.stat().st_mtime == VERIFIED_MTIME
    assert temporaries(store) == []


def test_what_is_in_the_store_is_not_taken_out_again(store: Store) -> None:
    content = zipped({"a.jsonl": LINE})
    split = LockedSplit("train", ("a.zip",), "jsonl", members=("*.jsonl",))
    sha256 = put(store, content)
    first = take_out(store, [locked("a.zip", content)], split, "toy")
    store.blob(sha256).unlink()
    assert take_out(store, [locked("a.zip", content)], split, "toy") == first


def test_a_member_that_went_from_the_store_is_taken_out_again(store: Store) -> None:
    content = zipped({"a.jsonl": LINE, "b.jsonl": LINE * 2})
    split = LockedSplit("train", ("a.zip",), "jsonl", members=("*.jsonl",))
    put(store, content)
    first = take_out(store, [locked("a.zip", content)], split, "toy")
    store.blob(first[1].sha256 or "").unlink()
    assert take_out(store, [locked("a.zip", content)], split, "toy") == first
    assert store.blob(first[1].sha256 or "").read_bytes() == LINE * 2


def test_other_members_than_the_locks_are_refused(store: Store) -> None:
    content = zipped({"a.jsonl": LINE})
    put(store, content)
    wrong = LockedFile("a.zip!/a.jsonl", 5, "sha256:" + "0" * 64, "0" * 64, 1)
    split = LockedSplit("train", ("a.zip",), "jsonl", members=("*.jsonl",), extracted=(wrong,))
    with pytest.raises(IntegrityError, match="hold other members than the lock says"):
        take_out(store, [locked("a.zip", content)], split, "toy")


def test_a_pattern_that_names_no_member_is_refused(store: Store) -> None:
    for name, content in (("a.zip", zipped({"a.jsonl": LINE})), ("a.tar", tarred(("a.jsonl", LINE)))):
        with pytest.raises(TableError, match=r"a\.(zip|tar).*'b/\*' names no member"):
            out(store, name, content, "*.jsonl", "b/*")


# --- what is refused


@pytest.mark.parametrize(
    "name", ["/etc/a.jsonl", "../a.jsonl", "d/../../a.jsonl", "d\\a.jsonl", "C:a.jsonl", "aux.jsonl"]
)
def test_a_name_that_leads_elsewhere_is_refused_in_zip_and_tar(store: Store, name: str) -> None:
    for archive, content in (("a.zip", zipped({name: LINE})), ("a.tar", tarred((name, LINE)))):
        with pytest.raises(UnsafeFileError, match=r"toy \(a\.(zip|tar)\): the path"):
            out(store, archive, content, "**/*.jsonl", name)
    assert not (store.root.parent / "a.jsonl").exists()


@pytest.mark.parametrize("name", ["model.pkl", "run.py", "setup.sh", "data.unknown"])
def test_a_member_that_is_no_data_is_refused(store: Store, name: str) -> None:
    for archive, content in (("a.zip", zipped({name: LINE})), ("a.tar", tarred((name, LINE)))):
        with pytest.raises(UnsafeFileError, match=name.replace(".", r"\.")):
            out(store, archive, content, "*")


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (tarfile.SYMTYPE, "a symbolic link"),
        (tarfile.LNKTYPE, "a hard link"),
        (tarfile.CHRTYPE, "a device"),
        (tarfile.BLKTYPE, "a device"),
        (tarfile.FIFOTYPE, "a pipe"),
    ],
)
def test_links_and_devices_of_a_tar_are_refused_where_they_are_named(store: Store, kind: bytes, what: str) -> None:
    odd = tarfile.TarInfo("odd.jsonl")
    odd.type, odd.linkname = kind, "/etc/passwd"
    content = tarred(odd, ("a.jsonl", LINE))
    with pytest.raises(UnsafeFileError, match=f"the member 'odd.jsonl' is {what}"):
        out(store, "a.tar", content)
    assert out(store, "a.tar", content, "a.jsonl") == {"a.jsonl": LINE}


def test_a_link_in_a_zip_is_refused(store: Store) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        link = zipfile.ZipInfo("a.jsonl")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnsafeFileError, match=r"the member 'a\.jsonl' is a link"):
        out(store, "a.zip", kept.getvalue())


def test_a_member_that_stands_twice_is_refused(store: Store) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a.jsonl", LINE)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.jsonl", LINE * 2)
    for name, content in (("a.zip", kept.getvalue()), ("a.tar", tarred(("a.jsonl", LINE), ("./a.jsonl", LINE)))):
        with pytest.raises(UnsafeFileError, match=r"'a\.jsonl' stands twice"):
            out(store, name, content)


def test_a_bomb_is_refused_and_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_BYTES", 1 << 20)
    zeros = b" " * (2 << 20)
    bombs = {
        "a.zip": zipped({"a.jsonl": zeros}),
        "many.zip": zipped({f"{n}.jsonl": b" " * (1 << 18) for n in range(8)}),
        "a.tar.gz": zlib.compress(tarred(("a.jsonl", zeros)), wbits=31),
        "a.tar.bz2": bz2.compress(tarred(("a.jsonl", zeros))),
        "unnamed.tar.gz": zlib.compress(tarred(("a.bin", zeros * 2), ("a.jsonl", LINE)), wbits=31),
    }
    for name, content in bombs.items():
        with pytest.raises(UnsafeFileError, match="unpacks to more than 250 times its size, as a zip bomb does"):
            out(store, name, content)
    assert temporaries(store) == []


def test_more_members_than_a_lock_can_name_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_MEMBERS", 3)
    with pytest.raises(UnsafeFileError, match="more than 3 members are named"):
        out(store, "a.zip", zipped({f"{n}.jsonl": LINE for n in range(4)}))


def test_a_method_that_takes_any_memory_and_encryption_are_refused(store: Store) -> None:
    with pytest.raises(UnsafeFileError, match="packed by method 14"):
        out(store, "a.zip", zipped({"a.jsonl": LINE}, zipfile.ZIP_LZMA))
    secret = bytearray(zipped({"a.jsonl": LINE}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        secret[secret.index(signature) + at] |= 1
    with pytest.raises(UnsafeFileError, match="is encrypted"):
        out(store, "a.zip", bytes(secret))


def test_bytes_that_are_not_what_the_members_name_says_are_refused(store: Store) -> None:
    for content, error in ((b"<html>sign in</html>", IntegrityError), (pickle.dumps([1]), UnsafeFileError)):
        with pytest.raises(error, match=r"a\.zip!/a\.jsonl"):
            out(store, "a.zip", zipped({"a.jsonl": content}))
    assert temporaries(store) == []


def test_a_damaged_archive_is_refused_wherever_it_was_hit(store: Store) -> None:
    whole = zipped({"a.jsonl": bytes(range(32, 120)) * 50, "b.jsonl": LINE})
    packed = zlib.compress(tarred(("a.jsonl", LINE * 500)), wbits=31)
    for name, content in (("a.zip", whole), ("a.tar.gz", packed)):
        for at in range(0, len(content), 17):
            hit = bytearray(content)
            hit[at] ^= 0xFF
            try:
                taken = out(store, name, bytes(hit))
            except RecipesDataError:
                continue
            # times and modes may be hit: they are no part of what is taken
            assert taken["a.jsonl"] in (bytes(range(32, 120)) * 50, LINE * 500)
        for length in (len(content) // 2, len(content) - 5):
            with pytest.raises(IntegrityError):
                out(store, name, content[:length])


def hit(content: bytes, signature: bytes, at: int, new: bytes) -> bytes:
    """A zip with other bytes at a place after the last such signature."""
    start = content.rindex(signature) + at
    return content[:start] + new + content[start + len(new) :]


def with_a_far_member() -> bytes:
    """A zip whose one member begins at byte 2**64 - 1, by the extension for large files."""
    content = zipped({"a.jsonl": LINE})
    begin, end = content.rindex(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    entry = content[begin:end] + extra
    entry = hit(hit(entry, b"PK\x01\x02", 42, b"\xff" * 4), b"PK\x01\x02", 30, struct.pack("<H", len(extra)))
    return content[:begin] + entry + hit(content[end:], b"PK\x05\x06", 12, struct.pack("<I", len(entry)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (hit(zipped({"a.jsonl": LINE * 99}), b"PK\x03\x04", 37, b"\xff" * 4), "decompressing"),
        (hit(zipped({"a.jsonl": LINE * 99}, zipfile.ZIP_BZIP2), b"BZh", 4, b"\0" * 20), "Invalid data stream"),
        (hit(zipped({"é.jsonl": LINE}), b"PK\x01\x02", 46, b"\xff"), "codec can't decode"),
        (hit(zipped({"a.jsonl": LINE}), b"PK\x01\x02", 6, b"\xe5"), "zip file version 22.9"),
        (with_a_far_member(), "offset"),
    ],
    ids=["packed text", "bzip2", "name", "version", "place"],
)
def test_whatever_zipfile_says_of_damage_is_one_error(store: Store, content: bytes, says: str) -> None:
    with pytest.raises(IntegrityError, match=f"not an archive that can be read: .*{says}"):
        out(store, "a.zip", content)


@pytest.mark.parametrize(
    "content",
    [
        b"no tar at all" * 100,
        tarred(("a.jsonl", LINE * 500))[:1000],
        tarred(("a.jsonl", LINE))[:700],
    ],
)
def test_what_is_no_whole_tar_is_refused(content: bytes) -> None:
    with pytest.raises(IntegrityError, match=r"toy: (not a tar|the tar breaks off)"):
        list(tar_members(io.BytesIO(content), "toy"))


def test_a_header_that_asks_for_much_memory_is_refused() -> None:
    for kind in (tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME):
        header = tarfile.TarInfo("x")
        header.type, header.size = kind, 1 << 33
        with pytest.raises(IntegrityError, match="a tar header of 8,589,934,592 bytes"):
            list(tar_members(io.BytesIO(header.tobuf(tarfile.GNU_FORMAT)), "toy"))


@pytest.mark.parametrize(
    "record", [b"9 x=1\n", b"99999 path=a\n", b"x path=a\n", b"0 a=b\n", b"3 \n", b"12 size=-99\n"]
)
def test_a_pax_header_that_lies_is_refused(record: bytes) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(record)
    content = header.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0") + tarred(("a.jsonl", LINE))
    with pytest.raises(IntegrityError, match=r"toy: a (pax header that cannot be read|member of)"):
        list(tar_members(io.BytesIO(content), "toy"))


def test_what_one_pax_header_says_is_of_one_member() -> None:
    named = tarfile.TarInfo("é" * 120 + ".jsonl")
    named.size = 0
    plain = tarred(named, ("b.jsonl", LINE))
    assert [member.path for member in tar_members(io.BytesIO(plain), "toy")] == ["é" * 120 + ".jsonl", "b.jsonl"]
    sparse = tarfile.TarInfo("a.jsonl")
    sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a.jsonl"}
    found = [(member.path, member.kind) for member in tar_members(io.BytesIO(tarred(sparse, ("b.jsonl", b""))), "toy")]
    assert found == [("a.jsonl", "a sparse file"), ("b.jsonl", "a file")]


def test_a_sparse_file_is_refused_where_it_is_named(store: Store) -> None:
    sparse = tarfile.TarInfo("a.jsonl")
    sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
    content = tarred(sparse, ("b.jsonl", LINE))
    with pytest.raises(UnsafeFileError, match=r"the member 'a\.jsonl' is a sparse file"):
        out(store, "a.tar", content)
    assert out(store, "a.tar", content, "b.jsonl") == {"b.jsonl": LINE}
