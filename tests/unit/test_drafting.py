"""A drafted manifest: what is written is what is read, whatever names and texts a repository has."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from recipes_data.drafting import ConfigDraft, Draft, NeedDraft, SplitDraft, draft_text, need_text
from recipes_data.lockfile import CONFIG_NAME
from recipes_data.manifest import read_dataset, read_recipe

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
NAMES = TEXTS.filter(lambda text: CONFIG_NAME.match(text) is not None)
COLUMNS = st.none() | st.dictionaries(TEXTS, st.sampled_from(["string", "list<int64>", 'class_label["a","b, c"]']))
AWKWARD = [
    "no",
    "1e3",
    "2024-01-01",
    "0x10",
    "null",
    "~",
    "a: b",
    "a #b",
    "- x",
    "[x]",
    "{config}",
    "*x",
    "'",
    '"',
    "\x85\u2028",
]


def split(name: str, files: tuple[str, ...] = ("a.parquet",), **more: object) -> SplitDraft:
    return SplitDraft(name, files, **more)  # type: ignore[arg-type]


def draft(*configs: ConfigDraft, **more: object) -> Draft:
    return Draft("name", "Title", (("repo", "org/name"), ("revision", "main")), configs, **more)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(
    title=TEXTS,
    note=TEXTS,
    licence=st.lists(TEXTS, max_size=3),
    configs=st.dictionaries(
        NAMES,
        st.dictionaries(
            NAMES, st.tuples(st.lists(TEXTS, min_size=1, max_size=3, unique=True), COLUMNS), min_size=1, max_size=2
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_what_is_written_is_read_again(
    title: str,
    note: str,
    licence: list[str],
    configs: dict[str, dict[str, tuple[list[str], dict[str, str] | None]]],
) -> None:
    drafted = tuple(
        ConfigDraft(
            name,
            tuple(
                # patterns that two splits share are refused, so each has a folder of its own
                split(
                    part,
                    tuple(f"{number}/{file}" for file in files),
                    columns=tuple(columns.items()) if columns else None,
                    note=note,
                    todo=(note,),
                )
                for number, (part, (files, columns)) in enumerate(splits.items())
            ),
        )
        for name, splits in configs.items()
    )
    text = draft_text(
        Draft("name", title, (("repo", "org/name"),), drafted, license=tuple(licence), seen=(note,), todo=(note,))
    )
    manifest, _ = read_dataset(text, "x.yaml")
    assert manifest.title == title
    assert manifest.license == (tuple(licence) or None)
    assert {
        name: {part: (list(spec.files), manifest.columns_of(name, part)) for part, spec in config.splits.items()}
        for name, config in manifest.all_configs().items()
    } == {
        name: {
            part: ([f"{number}/{file}" for file in files], columns or None)
            for number, (part, (files, columns)) in enumerate(splits.items())
        }
        for name, splits in configs.items()
    }


def test_words_that_yaml_would_take_for_something_else_stay_words() -> None:
    columns = tuple((text, "string") for text in AWKWARD)
    text = draft_text(draft(ConfigDraft("no", (split("1e3", ("2024-01-01", "a b.parquet"), columns=columns),))))
    manifest, _ = read_dataset(text, "x.yaml")
    spec = manifest.configs["no"].splits["1e3"]
    assert spec.files == ("2024-01-01", "a b.parquet")
    assert list(manifest.columns_of("no", "1e3") or {}) == AWKWARD


def test_columns_stand_as_high_as_they_are_the_same_for_all() -> None:
    one, two = (("a", "string"),), (("a", "int64"),)
    same = draft_text(draft(ConfigDraft("x", (split("train", columns=one), split("test", ("b",), columns=one)))))
    assert same.count("columns:") == 1
    assert "\ncolumns:\n  a: string\n" in same
    differ = draft_text(draft(ConfigDraft("x", (split("train", columns=one), split("test", ("b",), columns=two)))))
    assert read_dataset(differ, "x.yaml")[0].columns_of("x", "test") == {"a": "int64"}


def test_a_split_whose_columns_are_not_known_inherits_no_promise() -> None:
    known = ConfigDraft("x", (split("train", columns=(("a", "string"),)), split("test", ("b",))))
    manifest, _ = read_dataset(draft_text(draft(known)), "x.yaml")
    assert manifest.columns_of("x", "train") == {"a": "string"}
    assert manifest.columns_of("x", "test") is None


def test_configs_that_differ_in_their_name_alone_become_one_group() -> None:
    names = ("anatomy", "astronomy", "virology")
    configs = [ConfigDraft(name, (split("test", (f"{name}/test-*.parquet",)),)) for name in names]
    text = draft_text(draft(*configs, ConfigDraft("all", (split("test", ("all.parquet",)),))))
    assert "config_groups:" in text
    assert '"{config}/test-*.parquet"' in text
    manifest, _ = read_dataset(text, "x.yaml")
    assert {name: config.splits["test"].files for name, config in manifest.all_configs().items()} == {
        "all": ("all.parquet",),
        **{name: (f"{name}/test-*.parquet",) for name in names},
    }


def test_a_comment_stays_one_line_whatever_a_card_holds() -> None:
    text = draft_text(draft(ConfigDraft("x", (split("train", note="a\nname: other"),)), seen=("b\u2028title: c",)))
    manifest, _ = read_dataset(text, "x.yaml")
    assert manifest.name == "name"
    assert "# a?name: other" in text


def test_a_need_is_read_again_as_it_was_meant() -> None:
    need = NeedDraft("my-data", config="no", splits=("train", "1e3"), why="a: b # c")
    recipe, _ = read_recipe("name: r\ntitle: R\nneeds:\n" + need_text(need, "  "), "r.yaml")
    (read,) = recipe.needs
    assert (read.dataset, read.config, read.splits, read.why) == ("my-data", "no", ("train", "1e3"), "a: b # c")
