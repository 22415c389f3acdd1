"""The only home of docs/catalogue.md: `make catalogue` writes it from what ships, and a test says when it is stale.

`python -m recipes_data.cli.listing_page FILE` does the same. Neither locks nor a store have a part in it, so that it
says the same on every machine.
"""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from recipes_data.catalogue import read_catalogue
from recipes_data.cli.listing import dataset_line, is_benchmark, needed_words, place_words, recipe_line, size_words
from recipes_data.cli.scope import Scope
from recipes_data.manifest import DatasetManifest
from recipes_data.places import Places, packaged_catalogue
from recipes_data.shipped import GENERATED, NOT_AT_ALL, REAL_ROWS, Shipped, read_shipped
from recipes_data.store import Store
from recipes_data.textfiles import write_over

__all__ = ["counted", "lines_of_shipped", "page"]

_NOWHERE = Path("/nonexistent")  # neither locks nor a store: the page is of what ships alone
_WIDTH = 120
_HEAD = """\
# Catalogue

<!-- Written by `make catalogue`, from manifests/; not to be edited. A test fails while it is stale. -->
"""
_MEANING = f"""\
*Proven on* says what the tests of recipes-data ran on. Nothing here was ever fetched from huggingface.co.

- **{REAL_ROWS}**: the true path (lock, fetch, verify, load) over the real rows, from a folder beside the checkout, and
  equal to the files read directly. Of a recipe: its view gave what the recipe's steps give on these rows.
- **{GENERATED}**: the true path over a repository that was generated in the shape that is remembered
  of the real one, with awkward rows. Of a recipe: its view, compared with the recipe's steps written out a second time;
  of a recipe without a view: all that it needs.
- **{NOT_AT_ALL}**: neither.

*Pin* is the commit that the manifest wishes for, from public documents; `main` where none is known. *Gated*: what
public documents say, "-" where they say nothing. *Size* is what others published, and empty where nobody did: the lock
knows. *Read by* is `load("NAME")` for every dataset, `folder("NAME")` for files without rows, and the recipes' views
([views.md](views.md)).
"""


def counted(lines: Mapping[str, Sequence[Mapping[str, Any]]], shipped: Shipped) -> str:
    """What ships, counted in two sentences: the same in docs/catalogue.md and in README.md."""
    real = [line["name"] for line in lines["datasets"] if line["proven"] == REAL_ROWS]
    data = Counter(line["proven"] for line in (*lines["datasets"], *lines["models"]))
    recipes = Counter(line["proven"] for line in (*lines["recipes"], *lines["benchmarks"]))
    count = {kind: len(found) for kind, found in lines.items()}
    models = len({line["repo"] for line in lines["models"]})  # one has a manifest each for two commits
    return (
        f"**{count['datasets']} datasets**, the tokenizers and image processors of **{models} models**, and "
        f"the needs of **{count['recipes']} recipes** and **{count['benchmarks']} benchmarks**. Of the "
        f"{sum(data.values())} manifests of data and models, proven on real rows: {data[REAL_ROWS]} "
        f"({', '.join(real)}); on rows generated in the remembered shape: {data[GENERATED]}; not at all: "
        f"{data[NOT_AT_ALL]}. Of the "
        f"{sum(recipes.values())} recipes and benchmarks: {recipes[REAL_ROWS]}, {recipes[GENERATED]}, "
        f"{recipes[NOT_AT_ALL]}. {len(shipped.views)} calls of views give recipes' own examples, and {shipped.calls} "
        "calls of `load_dataset` are answered as `datasets` answers them; the receipts of the "
        f"{shipped.receipts} that give rows are verified."
    )


def lines_of_shipped() -> tuple[dict[str, list[dict[str, Any]]], Scope, Shipped]:
    """What `list --json` would say of the packaged catalogue where nothing is locked."""
    folder = packaged_catalogue()
    scope = Scope(Places((folder,), _NOWHERE, _NOWHERE, _NOWHERE), Store(_NOWHERE), _NOWHERE)
    shipped = read_shipped()
    catalogue = read_catalogue([folder])
    datasets = [dataset_line(name, scope, shipped) for name in catalogue.datasets]
    recipes = [recipe_line(name, scope, shipped) for name in catalogue.recipes]
    lines = {
        "datasets": [line for line in datasets if line["type"] == "dataset"],
        "models": [line for line in datasets if line["type"] == "model"],
        "recipes": [line for line in recipes if not is_benchmark(line["name"])],
        "benchmarks": [line for line in recipes if is_benchmark(line["name"])],
    }
    return lines, scope, shipped


def page() -> str:
    """The page's text."""
    lines, scope, shipped = lines_of_shipped()
    parts = [_HEAD, _wrapped(f"Shipped: {counted(lines, shipped)}") + "\n", _MEANING]
    for kind in ("datasets", "models"):
        rows = [_dataset_row(line, scope.catalogue.dataset(line["name"])) for line in lines[kind]]
        head = (kind[:-1], "from", "pin", "licence", "gated", "size", "proven on")
        parts.append(f"## {kind.capitalize()}\n\n{_table(head, rows)}\n")
    for kind in ("recipes", "benchmarks"):
        rows = [_recipe_row(line) for line in lines[kind]]
        parts.append(f"## {kind.capitalize()}\n\n{_table((kind[:-1], 'needs', 'view', 'proven on'), rows)}\n")
    parts.append("## Each of them\n")
    every = [*lines["datasets"], *lines["models"]]
    parts += [_in_full(line, scope.catalogue.dataset(line["name"])) for line in every]
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *escaped))


def _dataset_row(line: Mapping[str, Any], manifest: DatasetManifest) -> tuple[str, ...]:
    name = line["name"]
    place = place_words(line["repo"])
    pin = f"`{(line['pin'] or '')[:12]}`" if line["pin"] else "-"
    return f"[{name}](#{name})", place, pin, line["license"] or "-", _gated(manifest), *_last(line)


def _last(line: Mapping[str, Any]) -> tuple[str, str]:
    return size_words(line["size"]) or "-", line["proven"]


def _gated(manifest: DatasetManifest) -> str:
    return manifest.gated if "gated" in manifest.model_fields_set else "-"


def _recipe_row(line: Mapping[str, Any]) -> tuple[str, ...]:
    views = ", ".join(f"`{view}`" for view in line["views"]) or "-"
    return line["name"], needed_words(line["needs"]), views, line["proven"]


def _in_full(line: Mapping[str, Any], manifest: DatasetManifest) -> str:
    name = line["name"]
    kind = "models/" if line["type"] == "model" else ""
    at = f" at `{line['pin']}`" if line["pin"] else ""
    reader = f'`folder("{name}")`' if manifest.files is not None else f'`load("{name}")`'
    facts = [
        ("from", f"`{kind}{line['repo']}`{at}"),
        ("evidence", manifest.evidence),
        ("doubt", manifest.doubt),
        ("terms", f"licence {line['license'] or 'not known here'}, gated: {_gated(manifest)}"),
        ("size", f"{size_words(line['size'])} ({line['size']['evidence']})" if line["size"] else "not published"),
        ("read by", ", ".join([reader, *(f"`{view}`" for view in line["views"])])),
        ("used by", ", ".join(line["used_by"]) or "no recipe that ships"),
        ("proven on", line["proven"] + (f": {line['proven_note']}" if line["proven_note"] else "")),
    ]
    told = [_wrapped(f"- {key}: {text}", "  ") for key, text in facts if text]
    return f"### {name}\n\n{manifest.title}\n\n" + "\n".join(told) + "\n"


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    write_over(Path(sys.argv[1]), page())
