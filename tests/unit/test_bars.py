"""Plots of characters show what there is, fit their width, and let no data speak to the terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recipes_data.cli.bars import bar_lines, binned, cell_text, cells_wide, distribution


def test_bars_are_as_long_as_their_counts_and_say_them() -> None:
    assert bar_lines([("yes", 30), ("no", 10), ("never", 0)], 45, plain=True) == [
        "yes    " + "#" * 25 + "   75.0 %  30",
        "no     " + "#" * 9 + " " * 16 + "   25.0 %  10",
        "never  " + " " * 25 + "    0.0 %  0",
    ]
    assert bar_lines([("a", 8), ("b", 1)], 32, plain=False) == [
        "a  " + "█" * 17 + "   88.9 %  8",
        "b  ██▏" + " " * 14 + "   11.1 %  1",
    ]
    assert bar_lines([], 80, plain=False) == []
    assert bar_lines([("a", 0)], 80, plain=True)[0].endswith("0.0 %  0")


def test_what_is_there_is_seen_however_little_it_is() -> None:
    assert "▏" in bar_lines([("much", 10**9), ("one", 1)], 60, plain=False)[1]


@given(st.lists(st.tuples(st.text(max_size=60), st.integers(0, 10**9)), min_size=1, max_size=8), st.integers(60, 200))
def test_no_line_is_wider_than_the_terminal_or_speaks_to_it(counts: list[tuple[str, int]], width: int) -> None:
    lines = bar_lines(counts, width, plain=False)
    assert all(cells_wide(line) <= width for line in lines)
    assert all(character.isprintable() for line in lines for character in line)
    assert len(lines) == len(counts)


def test_data_is_shown_with_its_escapes_and_cut_by_cells() -> None:
    assert cell_text("\x1b[31mred\n\u202e") == "\\x1b[31mred\\n\\u202e"
    assert cell_text("\ud800") == "\\ud800"
    assert cell_text("x" * 50, 10) == "x" * 7 + "..."
    assert cell_text("x" * 10, 10) == "x" * 10
    assert cell_text("日本語日本語", 8) == "日本..."
    assert cells_wide("日本e\u0301") == 5
    assert cell_text(3) == "3"


def test_bins_are_equally_wide_on_a_log_scale_and_hold_every_value() -> None:
    assert binned([(5, 7)], 4) == [(5, 5, 7)]
    found = binned([(0, 1), (1, 2), (6, 4), (7, 8)], 3)  # log2(1 + x) is 0, 1, 2.8, 3
    assert [count for _, _, count in found] == [1, 2, 12]
    assert [(round(low, 6), round(high, 6)) for low, high, _ in found] == [(0, 1), (1, 3), (3, 7)]


@given(st.dictionaries(st.integers(0, 10**8), st.integers(1, 1000), min_size=1), st.integers(1, 40))
def test_no_value_is_lost_in_bins(counts: dict[int, int], bins: int) -> None:
    assert sum(count for _, _, count in binned(counts.items(), bins)) == sum(counts.values())
    assert len(distribution(counts.items(), plain=False, bins=bins)) in (1, bins)


def test_a_distribution_is_one_line_of_as_many_levels() -> None:
    assert distribution([(0, 1), (1, 2), (6, 4), (7, 4)], plain=False, bins=3) == "▁▂█"
    assert distribution([(0, 8), (7, 1)], plain=True, bins=3) == "@ _"
