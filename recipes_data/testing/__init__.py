"""For the tests of programs that load data: adapters in memory, and the contract that every adapter passes."""

from recipes_data.testing.contract import HUB_CHECKS, STORE_CHECKS, check_hub, check_store, write_repository
from recipes_data.testing.memory import MemoryHub, MemoryStore

__all__ = ["HUB_CHECKS", "STORE_CHECKS", "MemoryHub", "MemoryStore", "check_hub", "check_store", "write_repository"]
