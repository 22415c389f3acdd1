"""Writes everything that is made from the table: `python -m recipes_data.gaps.contract`, in a checkout."""

from __future__ import annotations

from pathlib import Path

from recipes_data.errors import UsageError
from recipes_data.gaps.contract.builders import builder_modules
from recipes_data.gaps.contract.openapi import openapi_text
from recipes_data.gaps.contract.page import contract_page
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.operations import Operations

__all__ = ["generated", "write_generated"]

_BUILT = "recipes_data/gaps/contract/built"
_BUILT_PACKAGE = (
    '"""Typed request builders, one module an area: generated, see `python -m recipes_data.gaps.contract`."""\n'
)


def generated(table: Operations) -> dict[str, str]:
    """Text of every generated file, by its path from the root of the repository."""
    modules = {f"{_BUILT}/{area}.py": text for area, text in builder_modules(table).items()}
    return {
        f"{_BUILT}/__init__.py": _BUILT_PACKAGE,
        **modules,
        "docs/hub_api.md": contract_page(table),
        "docs/hub_openapi.json": openapi_text(table),
    }


def write_generated(root: Path) -> list[Path]:
    """Write them below a checkout's root, and take away builders of areas that are gone. What changed is returned.

    Raises:
        UsageError: this is no checkout.
        ManifestError: the table has faults.
    """
    source = root / "manifests" / "operations.yaml"
    if not source.is_file():
        raise UsageError(f"there is no table to generate from: {source}", "run this in a checkout of recipes-data")
    wanted = generated(load_operations(source))
    changed = []
    for name, text in wanted.items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    for path in sorted((root / _BUILT).glob("*.py")):
        if path.relative_to(root).as_posix() not in wanted:
            path.unlink()
            changed.append(path)
    return changed


if __name__ == "__main__":
    write_generated(Path(__file__).resolve().parents[3])
