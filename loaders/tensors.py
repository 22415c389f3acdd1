"""The only home of rows as torch tensors: numbers become tensors, texts and bytes stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recipes_data.columns import INTEGERS, Type
from recipes_data.errors import UsageError
from recipes_data.tables.shards import Row

try:
    import torch
except ImportError as exc:
    raise UsageError("torch is not installed", "pip install torch") from exc

__all__ = ["Tensors"]


class Tensors:
    """Rows for a `torch.utils.data.DataLoader`: map-style, so that the loader shuffles and divides.

    As `datasets`' format "torch" has it: whole numbers and class labels are int64, other numbers float32, lists of
    numbers one tensor; lists of unequal lengths stay lists, None stays None.
    """

    def __init__(self, rows: Sequence[Any], kinds: Mapping[str, Type]) -> None:
        self._rows = rows
        self._kinds = dict(kinds)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Row:
        return {name: _tensor(value, self._kinds[name]) for name, value in self._rows[index].items()}

    def __getitems__(self, indices: list[int]) -> list[Row]:
        """Several rows at once, which a loader of torch 2 asks for."""
        return [self[index] for index in indices]


def _tensor(value: Any, kind: Type) -> Any:
    if value is None:
        return None
    if kind.kind == "struct":
        fields = dict(kind.fields)
        return {name: _tensor(item, fields[name]) for name, item in value.items()}
    if kind.kind == "list":
        inner = kind.fields[0][1]
        if _dtype(inner) is not None and None not in value:
            return torch.tensor(value, dtype=_dtype(inner))
        items = [_tensor(item, inner) for item in value]
        if items and all(isinstance(item, torch.Tensor) and item.shape == items[0].shape for item in items):
            return torch.stack(items)
        return items
    dtype = _dtype(kind)
    return value if dtype is None else torch.tensor(value, dtype=dtype)


def _dtype(kind: Type) -> Any:
    if kind.kind == "class_label" or kind.kind in INTEGERS:
        return torch.int64
    if kind.kind.startswith("float"):
        return torch.float32
    return torch.bool if kind.kind == "bool" else None
