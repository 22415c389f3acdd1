"""Small projects for the tests of the scanner: sources as text, written to a folder and read back as needs."""

from __future__ import annotations

import textwrap
from pathlib import Path

from recipes_data.gaps.needs import Access, Needs
from recipes_data.gaps.recipes.scan import scan_recipes


def needs_of(folder: Path, sources: str | dict[str, str]) -> Needs:
    """The needs of these sources: one text is `main.py`."""
    for name, text in ({"main.py": sources} if isinstance(sources, str) else sources).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return scan_recipes(folder, name="project")


def asked(needs: Needs) -> set[str]:
    """Each access as `repo config split`, `-` where it is not given, `?` where it could not be known."""
    return {shown(access) for access in needs.accesses}


def shown(access: Access) -> str:
    """One access in short."""
    unknown = {text.partition("=")[0] for text in access.unresolved}
    repo = access.repo or ("?" if unknown & {"path", "repo_id", "pretrained_model_name_or_path", "repo"} else "-")
    config = access.config or ("?" if unknown & {"name", "config_name"} else "-")
    split = access.split or ("?" if "split" in unknown else "-")
    return f"{repo} {config} {split}"
