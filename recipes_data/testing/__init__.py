"""For the tests of programs that load data: adapters in memory, and the contract that every adapter passes."""

from recipes_data.testing.contract import check_hub, check_store
from recipes_data.testing.hub_checks import HUB_CHECKS, HubCase
from recipes_data.testing.memory import MemoryHub, MemoryStore
from recipes_data.testing.store_checks import STORE_CHECKS, StoreCase
from recipes_data.testing.world import REPOSITORY, files, rows, write_repository

__all__ = [
    "HUB_CHECKS",
    "REPOSITORY",
    "STORE_CHECKS",
    "HubCase",
    "MemoryHub",
    "MemoryStore",
    "StoreCase",
    "check_hub",
    "check_store",
    "files",
    "rows",
    "write_repository",
]
