"""The only home of statistics as a picture: PNG (the door to matplotlib), or one HTML page that needs nothing else."""

from __future__ import annotations

import html
import io
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipes_data.cli.bars import binned, cell_text
from recipes_data.errors import StoreError, UsageError
from recipes_data.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loaders.statistics import ColumnFacts, TableFacts

    _Tables = Sequence[tuple[str, TableFacts]]

__all__ = ["plot_html", "plot_png", "plot_writer"]

_BINS = 32
_MOST_CLASSES = 30
_MOST_PANELS = 60
_ACROSS = 2
_STYLE = (
    "body{font:14px system-ui,sans-serif;margin:2em;color:#222;background:#fff}"
    "figure{display:inline-block;margin:0 1.5em 1.5em 0;vertical-align:top}figcaption{max-width:420px}"
    "table{border-collapse:collapse;margin:0 0 1.5em}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid "
    "#ddd}td:first-child,td:nth-child(2),th:first-child,th:nth-child(2){text-align:left}rect{fill:#3b6ea5}"
    "@media(prefers-color-scheme:dark){body{background:#181a1b;color:#ddd}text{fill:#ddd}}"
)


def plot_writer(file: str) -> Callable[[str, _Tables], None]:
    """What writes plots into `file`, PNG or HTML by its suffix; made before anything is computed.

    Raises:
        UsageError: another suffix, no such folder, or matplotlib, which PNG needs, is not installed.
    """
    path = Path(file)
    if path.suffix.lower() not in (".png", ".html"):
        raise UsageError(f"--plot {file}: plots are .png or .html", "--plot stats.html")
    if not path.parent.is_dir():
        raise UsageError(f"--plot {file}: there is no folder {path.parent}", f"mkdir -p {path.parent}")
    if path.suffix.lower() == ".html":
        return lambda name, tables: _publish(path, plot_html(name, tables).encode("utf-8", "replace"))
    _figure_class()
    return lambda name, tables: _publish(path, plot_png(name, tables))


def _publish(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as exc:
        aside.unlink(missing_ok=True)
        raise StoreError(f"--plot {path}: {exc.strerror}", "another file: --plot FILE.html") from exc


def _panels(table: TableFacts) -> list[ColumnFacts]:
    """The columns that have something to draw."""
    return [column for column in table.columns if column.classes or column.lengths][:_MOST_PANELS]


def _drawn(column: ColumnFacts) -> tuple[str, list[tuple[str, int]]]:
    """What is drawn of a column: a title, and (name, count) bars."""
    name = cell_text(column.name, 60)
    if column.classes:
        bars = [(cell_text(value, 24), count) for value, count in column.classes[:_MOST_CLASSES]]
        more = len(column.classes) - len(bars)
        return f"{name}: {len(column.classes)} values" + (f", {more} not drawn" if more else ""), bars
    lengths = column.lengths
    if lengths is None:
        return name, []
    title = f"{name}: {lengths.unit}, median {lengths.median:,.0f}, 95 % up to {lengths.p95:,} (log scale)"
    return title, [(f"{low:,.0f} to {high:,.0f}", count) for low, high, count in binned(lengths.counts, _BINS)]


# --- HTML


def plot_html(name: str, tables: _Tables) -> str:
    """One page with a table of figures and a picture for each column; every text in it is escaped."""
    body = "".join(
        f"<h2>{_text(title)}</h2><p>{counted(table.rows, 'row')}"
        + ("" if table.repeated is None else f", {table.repeated:,} of them repeated")
        + f"</p>{_figures(table)}{''.join(map(_picture, _panels(table)))}"
        for title, table in tables
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_text(name)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{_text(name)}</h1>{body}</body></html>\n"
    )


def _figures(table: TableFacts) -> str:
    heads = ("column", "type", "values", "nulls", "repeated", "least", "median", "95 %", "most", "of")
    lines = []
    for column in table.columns:
        lengths = column.lengths
        figures: tuple[Any, ...] = (column.least, None, None, column.most, None)
        if lengths is not None:
            figures = (lengths.least, lengths.median, lengths.p95, lengths.most, lengths.unit)
        cells = (column.name, column.kind, column.values, column.nulls, column.repeated, *figures)
        lines.append("<tr>" + "".join(f"<td>{_figure(cell)}</td>" for cell in cells) + "</tr>")
    return f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{''.join(lines)}</table>"


def _figure(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, (int, float)) else _text(cell_text(value, 60))


def _picture(column: ColumnFacts) -> str:
    title, bars = _drawn(column)
    most = max((count for _, count in bars), default=1) or 1
    if column.classes:
        shapes = "".join(
            f'<text x="120" y="{18 * i + 13}" font-size="11" text-anchor="end">{_text(label)}</text>'
            f'<rect x="126" y="{18 * i + 3}" width="{230 * count / most:.1f}" height="13">'
            f"<title>{_text(label)}: {count:,}</title></rect>"
            f'<text x="{130 + 230 * count / most:.1f}" y="{18 * i + 13}" font-size="11">{count:,}</text>'
            for i, (label, count) in enumerate(bars)
        )
        width, height = 420, 18 * len(bars) + 6
    else:
        step = 400 / len(bars)
        shapes = "".join(
            f'<rect x="{10 + step * i:.1f}" y="{130 - 120 * count / most:.1f}" width="{step * 0.92:.1f}" '
            f'height="{120 * count / most:.1f}"><title>{_text(label)}: {count:,}</title></rect>'
            for i, (label, count) in enumerate(bars)
        )
        ends = bars[0][0].split(" to ")[0], bars[-1][0].split(" to ")[-1]
        shapes += f'<text x="10" y="145" font-size="11">{_text(ends[0])}</text>'
        shapes += f'<text x="410" y="145" font-size="11" text-anchor="end">{_text(ends[1])}</text>'
        width, height = 420, 150
    svg = f'<svg role="img" width="{width}" height="{height}" aria-label="{_text(title)}">{shapes}</svg>'
    return f"<figure>{svg}<figcaption>{_text(title)}</figcaption></figure>"


def _text(text: str) -> str:
    return html.escape(text, quote=True)


# --- PNG


def _figure_class() -> Any:
    try:
        from matplotlib.figure import Figure  # an extra
    except ImportError as exc:
        what = "PNG is drawn by matplotlib, which is missing"
        raise UsageError(what, "pip install 'recipes-data[plots]', or --plot FILE.html, which needs nothing") from exc
    return Figure


def plot_png(name: str, tables: _Tables) -> bytes:
    """The same pictures as one PNG.

    Raises:
        UsageError: matplotlib is not installed.
    """
    panels = [(f"{title}\n{_drawn(column)[0]}", column) for title, table in tables for column in _panels(table)]
    panels = panels[:_MOST_PANELS]
    down = max(1, -(-len(panels) // _ACROSS))
    figure = _figure_class()(figsize=(7 * _ACROSS, 3.2 * down), layout="constrained")
    figure.suptitle(cell_text(name, 80), parse_math=False)
    axes = figure.subplots(down, _ACROSS, squeeze=False)
    for place, axis in enumerate(axes.flat):
        if place < len(panels):
            _draw(axis, *panels[place])
        else:
            axis.axis("off")
    sink = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a box for what the font does not have
        figure.savefig(sink, format="png", dpi=100)
    return sink.getvalue()


def _draw(axis: Axes, title: str, column: ColumnFacts) -> None:
    _, bars = _drawn(column)
    places = list(range(len(bars)))
    counts = [count for _, count in bars]
    axis.set_title(title, fontsize=9, parse_math=False)
    if column.classes:
        axis.barh(places, counts)
        axis.set_yticks(places, [label for label, _ in bars], fontsize=7, parse_math=False)
        axis.invert_yaxis()
    else:
        axis.bar(places, counts, width=0.92, align="edge")
        shown = sorted({0, len(bars) // 2, len(bars) - 1})
        axis.set_xticks(shown, [bars[place][0].split(" to ")[0] for place in shown], fontsize=7)
