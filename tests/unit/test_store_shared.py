"""A store with shared ones behind it: what is damaged here is used from there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from recipes_data.errors import IntegrityError
from recipes_data.named import link_named
from recipes_data.store import Store
from tests.unit.storehouse import put

CONTENT = b"the verified content"
SHA = hashlib.sha256(CONTENT).hexdigest()


def edit(store: Store) -> None:
    path = Store(store.root).blob(SHA)
    path.chmod(0o644)
    path.write_bytes(CONTENT.swapcase())


def test_a_damaged_blob_does_not_hide_a_good_one_of_a_shared_store(tmp_path: Path) -> None:
    own, shared = Store(tmp_path / "own"), Store(tmp_path / "shared")
    for store in (own, shared):
        put(store, CONTENT)
    both = Store(own.root, shared=(tmp_path / "none", shared.root))
    assert both.opened(SHA, len(CONTENT), "x") == own.blob(SHA)
    edit(own)
    assert both.opened(SHA, len(CONTENT), "x") == shared.blob(SHA)
    assert both.blob(SHA) == shared.blob(SHA)
    [link] = both.link_table("train", [SHA], ".jsonl")
    assert link.read_bytes() == CONTENT
    assert (link_named(both, {"a.txt": SHA}) / "a.txt").read_bytes() == CONTENT
    assert both.has(f"sha256:{SHA}", len(CONTENT))
    edit(shared)
    with pytest.raises(IntegrityError, match=str(own.blob(SHA))):
        both.opened(SHA, len(CONTENT), "x")
    assert not both.has(f"sha256:{SHA}", len(CONTENT))


def test_where_no_blob_carries_the_mark_the_stores_own_is_meant(tmp_path: Path) -> None:
    own, shared = Store(tmp_path / "own"), Store(tmp_path / "shared")
    both = Store(own.root, shared=(shared.root,))
    assert both.blob(SHA) == own.blob(SHA), "where it would be"
    put(shared, CONTENT)
    os.utime(shared.blob(SHA))
    assert both.blob(SHA) == shared.blob(SHA)
    put(own, CONTENT)
    os.utime(own.blob(SHA))
    assert both.blob(SHA) == own.blob(SHA)
