"""`add`: from a repository's layout to a manifest that locks and fetches, with the rows that `datasets` reads."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loaders import load
from recipes_data.adding import Need
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import GatedError, HubError, ManifestError, NotOnHubError, UnknownNameError, UsageError
from recipes_data.mirror import Mirror, Request, Response
from tests.additions import added, fetched, opener
from tests.worlds import Project, sums, write_jsonl, write_parquet, write_sums

Layout = Callable[[Path], None]
ROWS = sums(30)


def card(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(f"---\n{text}---\n# Data\n", encoding="utf-8")


def sharded(folder: Path) -> None:
    for number in range(3):
        write_parquet(folder / "data" / f"train-{number:05}-of-00003.parquet", sums(7, 100 * number))
    write_parquet(folder / "data" / "test-00000-of-00001.parquet", sums(5, 900))


def configs_of_a_card(folder: Path) -> None:
    card(
        folder,
        "license: [mit, apache-2.0]\npretty_name: Two kinds of sums\nconfigs:\n"
        "- config_name: easy\n  default: true\n  data_files:\n  - {split: train, path: easy/*.parquet}\n"
        "- config_name: hard\n  data_files:\n  - {split: train, path: [hard/b.parquet, hard/a.parquet]}\n"
        "  - {split: held.out, path: 'hard/[x].parquet'}\n",
    )
    for number, path in enumerate(["easy/1.parquet", "easy/2.parquet", "hard/a.parquet", "hard/b.parquet"]):
        write_parquet(folder / path, sums(4, 50 * number))
    write_parquet(folder / "hard" / "x.parquet", sums(4, 700))


def subjects(folder: Path) -> None:
    names = ["anatomy", "astronomy", "no", "1e3", "world religions".replace(" ", "_")]
    card(
        folder,
        "configs:\n"
        + "".join(
            f"- config_name: '{name}'\n  data_files:\n  - {{split: test, path: {name}/test-*}}\n"
            f"  - {{split: dev, path: {name}/dev-*}}\n"
            for name in names
        ),
    )
    for number, name in enumerate(names):
        write_parquet(folder / name / "test-00000-of-00001.parquet", sums(3, 20 * number))
        write_parquet(folder / name / "dev-00000-of-00001.parquet", sums(2, 20 * number + 10))


def zipped_lines(folder: Path) -> None:
    for split, start in (("train", 0), ("test", 200)):
        for number in range(2):
            path = folder / split / f"part-{number}.jsonl.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = sums(4, start + 10 * number)
            path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode(), mtime=0))


def odd_columns(folder: Path) -> None:
    table = pa.table({"no": [1, 2], "a b": ["x", None], "größe: #1": [[1.5], []], "s": [{"k": 1}, {"k": 2}]})
    (folder / "data").mkdir(parents=True)
    pq.write_table(table, folder / "data" / "train-00000-of-00001.parquet")


def one_file(folder: Path) -> None:
    write_jsonl(folder / "rows.jsonl", ROWS)
    card(folder, "license: mit\n")


def folders(folder: Path) -> None:
    write_parquet(folder / "2024" / "a" / "train.parquet", sums(3))
    write_parquet(folder / "2025" / "b" / "train.parquet", sums(3, 30))


LAYOUTS: list[Layout] = [sharded, configs_of_a_card, subjects, zipped_lines, odd_columns, one_file, folders]


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """A project without manifests."""
    return Project.make(tmp_path)


def as_datasets_reads(folder: Path, cache: Path, config: str, split: str) -> list[dict[str, Any]]:
    import datasets

    read = datasets.load_dataset(str(folder), config, split=split, cache_dir=str(cache))
    rows: list[dict[str, Any]] = read.to_list()
    return rows


def rows_everywhere(project: Project, name: str, configs: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Any]]]:
    for config, spec in configs.items():
        for split in spec.splits:
            rows = load(f"{name}/{config}", split=split, project=project.root, store=project.store)
            yield config, split, list(rows)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_what_add_writes_loads_locks_and_fetches_the_rows_of_datasets(
    layout: Layout, tmp_path: Path, empty: Project
) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "My.Data_set"
    layout(repo)
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/My.Data_set")
        assert made.path.name == "my.data_set.yaml"
        outcome = fetched(mirror, empty, "my.data_set")
    assert outcome.error is None, outcome.error
    manifest = read_catalogue([empty.root / "manifests"]).dataset("my.data_set")
    found = list(rows_everywhere(empty, "my.data_set", manifest.all_configs()))
    assert found
    for config, split, rows in found:
        assert rows == as_datasets_reads(repo, tmp_path / "cache", config, split), (config, split)


def test_drawn_layouts_come_out_as_datasets_reads_them(tmp_path: Path) -> None:
    for seed in range(6):
        chance = random.Random(seed)
        world = tmp_path / str(seed)
        repo = world / "hub" / "datasets" / "org" / "drawn"
        write = chance.choice([write_parquet, write_jsonl])
        suffix = "parquet" if write is write_parquet else "jsonl"
        splits = chance.sample(["train", "test", "validation"], chance.randint(1, 3))
        for split in splits:
            count = chance.randint(1, 3)
            shape = chance.choice(["data/{split}-{n:05}-of-{of:05}.{s}", "{split}/{n}.{s}", "deep/{split}/x[{n}].{s}"])
            for n in range(count):
                write(repo / shape.format(split=split, n=n, of=count, s=suffix), sums(3, 1000 * seed + 10 * n))  # type: ignore[operator]
        project = Project.make(world)
        with Mirror(world / "hub") as mirror:
            added(mirror, project, "org/drawn")
            outcome = fetched(mirror, project, "drawn")
        assert outcome.error is None, (seed, outcome.error)
        manifest = read_catalogue([project.root / "manifests"]).dataset("drawn")
        for config, split, rows in rows_everywhere(project, "drawn", manifest.all_configs()):
            assert rows == as_datasets_reads(repo, world / "cache", config, split), (seed, split)


def test_configs_splits_patterns_columns_licence_and_title_stand_in_the_manifest(
    tmp_path: Path, empty: Project
) -> None:
    configs_of_a_card(tmp_path / "hub" / "datasets" / "org" / "sums")
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/sums")
    manifest = read_catalogue([empty.root / "manifests"]).dataset("sums")
    assert manifest.title == "Two kinds of sums"
    assert manifest.license == ("mit", "apache-2.0")
    assert manifest.default_config == "easy"
    assert manifest.columns == {"question": "string", "answer": "string"}
    assert manifest.configs["easy"].splits["train"].files == ("easy/*.parquet",)
    assert manifest.configs["hard"].splits["train"].files == ("hard/b.parquet", "hard/a.parquet")
    assert "2 files, 8 rows when this was written" in made.text
    assert made.draft.todos() == []


def test_footers_are_read_by_their_last_bytes_and_no_data_is_fetched(tmp_path: Path, empty: Project) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "big"
    chance = random.Random(0)
    rows = [{"n": n, "text": f"{chance.getrandbits(4000):x}"} for n in range(2000)]
    write_parquet(repo / "data" / "train-00000-of-00001.parquet", rows, group=1)  # a footer above the first look
    size = (repo / "data" / "train-00000-of-00001.parquet").stat().st_size
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/big")
        asked = [request for request in mirror.requests if request.origin == "cdn"]
    assert "2,000 rows" in made.text
    assert made.draft.configs[0].splits[0].columns == (("n", "int64"), ("text", "string"))
    assert len(asked) == 2
    assert asked[0].headers["range"] == f"bytes={size - (64 << 10)}-{size - 1}"
    assert sum(request.bytes_sent for request in asked) < size // 2


def test_what_cannot_be_known_is_a_todo_with_its_reason(tmp_path: Path, empty: Project) -> None:
    zipped_lines(tmp_path / "hub" / "datasets" / "org" / "lines")
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/lines")
    assert "# TODO license: the card names none; ask whoever owns the data" in made.text
    assert "# TODO columns: jsonl files have no footer that names them" in made.text
    assert len(made.draft.todos()) == 2


def test_a_repository_with_a_script_is_laid_out_by_names_and_says_so(tmp_path: Path, empty: Project) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "scripted"
    one_file(repo)
    (repo / "scripted.py").write_text("raise SystemExit('never run')\n", encoding="utf-8")
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/scripted")
        assert fetched(mirror, empty, "scripted").error is None
    assert "# TODO see whether the splits are right" in made.text
    assert "loading script, scripted.py" in made.text


def test_a_config_that_no_lock_can_hold_is_left_out_and_named(tmp_path: Path, empty: Project) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "mixed"
    card(
        repo,
        "configs:\n- config_name: good\n  data_files: a.parquet\n- config_name: not good\n  data_files: a.parquet\n"
        "- config_name: shared\n  data_files:\n  - {split: train, path: a.parquet}\n"
        "  - {split: test, path: a.parquet}\n",
    )
    write_parquet(repo / "a.parquet", ROWS)
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/mixed")
        assert fetched(mirror, empty, "mixed").error is None
    assert [config.name for config in made.draft.configs] == ["good"]
    assert "# TODO the config 'not good' is left out: 'not good' cannot be the name" in made.text
    assert "# TODO the config 'shared' is left out: its splits 'train' and 'test' both claim a.parquet" in made.text


def test_files_that_are_no_table_are_refused_with_what_would_be(tmp_path: Path, empty: Project) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "other"
    repo.mkdir(parents=True)
    (repo / "train.xml").write_text("<a/>", encoding="utf-8")
    with Mirror(tmp_path / "hub") as mirror, pytest.raises(ManifestError, match=r"\.xml files are no table; known are"):
        added(mirror, empty, "org/other")
    assert not (empty.root / "manifests" / "datasets" / "other.yaml").exists()


def test_files_and_splits_that_are_named_count_before_card_and_names(tmp_path: Path, empty: Project) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "logs"
    for day in ("01", "02"):
        write_jsonl(repo / "runs" / f"2026-{day}.jsonl", sums(2, int(day) * 10))
    write_jsonl(repo / "notes.jsonl", [{"other": 1}])
    with Mirror(tmp_path / "hub") as mirror:
        added(mirror, empty, "org/logs", files=("runs/*.jsonl",), splits=("all",), configs=("runs",))
        assert fetched(mirror, empty, "logs").error is None
        with pytest.raises(ManifestError, match=r"--files nothing/\*: matches no file"):
            added(mirror, empty, "org/logs", name="x", files=("nothing/*",))
    assert list(load("logs", split="all", project=empty.root, store=empty.store)) == [*sums(2, 10), *sums(2, 20)]


def test_a_config_or_split_can_be_chosen_and_a_wrong_one_names_those_there_are(tmp_path: Path, empty: Project) -> None:
    configs_of_a_card(tmp_path / "hub" / "datasets" / "org" / "sums")
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/sums", configs=("hard",), splits=("held.out",))
        assert [(c.name, [s.name for s in c.splits]) for c in made.draft.configs] == [("hard", ["held.out"])]
        assert made.draft.default_config == "hard"
        with pytest.raises(UnknownNameError, match="easy, hard"):
            added(mirror, empty, "org/sums", name="x", configs=("middle",))
        with pytest.raises(UnknownNameError, match=r"train, held\.out"):
            added(mirror, empty, "org/sums", name="x", splits=("test",))


def test_a_gated_repository_is_written_down_before_its_terms_are_accepted(tmp_path: Path, empty: Project) -> None:
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub", gated={"org/sums": "manual"}, granted=frozenset({"hf_yes"})) as mirror:
        made = added(mirror, empty, "org/sums")
        assert isinstance(fetched(mirror, empty, "sums").error, GatedError)
    assert "gated: manual" in made.text
    assert "# The repository is gated: its terms have to be accepted" in made.text
    assert any("gated and no token was sent" in todo for todo in made.draft.todos())


def test_a_private_repository_needs_its_token_for_the_list_and_for_the_footers(tmp_path: Path, empty: Project) -> None:
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub", tokens=frozenset({"hf_mine"}), private=frozenset({"org/sums"})) as mirror:
        with pytest.raises(HubError, match="is private and no token was sent"):
            added(mirror, empty, "org/sums")
        made = added(mirror, empty, "org/sums", token="hf_mine")
        told = {request.headers.get("authorization") for request in mirror.requests if request.origin == "cdn"}
    assert told == {None}
    assert made.draft.todos() == []
    assert "hf_mine" not in made.text


def test_a_hub_that_gives_no_parts_of_files_is_told_and_nothing_is_written(tmp_path: Path, empty: Project) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "big"
    write_parquet(repo / "train.parquet", [{"t": str(n) * 50} for n in range(9000)], group=9000)
    size = (repo / "train.parquet").stat().st_size

    def whole(request: Request) -> Response | None:
        if request.origin != "cdn":
            return None
        del request.headers["range"]  # type: ignore[attr-defined]
        return mirror.answer(request)

    assert size > 64 << 10
    with Mirror(tmp_path / "hub", before=whole) as mirror, pytest.raises(HubError, match="does not give a part of"):
        added(mirror, empty, "org/big")
    assert not (empty.root / "manifests" / "datasets" / "big.yaml").exists()


def test_a_file_that_only_calls_itself_parquet_is_a_todo(tmp_path: Path, empty: Project) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "fake"
    repo.mkdir(parents=True)
    (repo / "train.parquet").write_bytes(b"PAR1 this is not one PAR2")
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/fake")
    assert "columns: train.parquet: does not end as a parquet file does" in made.draft.todos()


def test_a_recipe_is_begun_and_then_gets_further_needs_with_its_comments_kept(tmp_path: Path, empty: Project) -> None:
    write_sums(tmp_path / "hub")
    one_file(tmp_path / "hub" / "datasets" / "org" / "rows")
    with Mirror(tmp_path / "hub") as mirror:
        added(mirror, empty, "org/sums", Need("mine", "problems: the first epoch"))
        path = empty.root / "manifests" / "recipes" / "mine.yaml"
        text = (
            path.read_text(encoding="utf-8").replace("needs:", "# what it reads\nneeds:")
            + "\ndescribes: {project: p, commit: c, file: f}\n"
        )
        path.write_text(text, encoding="utf-8")
        added(mirror, empty, "org/rows", Need("mine"))
    assert "# what it reads" in path.read_text(encoding="utf-8")
    recipe = read_catalogue([empty.root / "manifests"]).recipe("mine")
    assert [(need.name, need.config, need.splits, need.why) for need in recipe.needs] == [
        ("sums", "default", ("train", "test"), "problems: the first epoch"),
        ("rows", "default", ("train",), "TODO: what the recipe reads it for"),
    ]
    assert recipe.describes is not None


@pytest.mark.parametrize("last", ["", "\r\n"])
def test_a_recipe_keeps_its_line_ends(tmp_path: Path, empty: Project, last: str) -> None:
    path = empty.root / "manifests" / "recipes" / "mine.yaml"
    text = "name: mine\r\ntitle: Mine\r\nneeds:\r\n- {dataset: gsm8k, why: w, priority: P1}"
    for name in ("rows", "gsm8k"):
        one_file(tmp_path / "hub" / "datasets" / "org" / name)
    with Mirror(tmp_path / "hub") as mirror:
        added(mirror, empty, "org/gsm8k")
        path.parent.mkdir()
        path.write_bytes((text + last).encode())
        added(mirror, empty, "org/rows", Need("mine", "w"))
    assert path.read_bytes().startswith(f"{text}\r\n- dataset: rows\r\n".encode())
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


def test_a_recipe_that_is_written_in_one_line_is_left_alone_and_the_need_is_printed(
    tmp_path: Path, empty: Project
) -> None:
    write_sums(tmp_path / "hub")
    one_file(tmp_path / "hub" / "datasets" / "org" / "rows")
    with Mirror(tmp_path / "hub") as mirror:
        added(mirror, empty, "org/sums")
        path = empty.root / "manifests" / "recipes" / "mine.yaml"
        path.parent.mkdir()
        text = "name: mine\ntitle: Mine\nneeds: [{dataset: sums, why: w, priority: P1}]\n"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError) as refused:
            added(mirror, empty, "org/rows", Need("mine", "w"))
    assert "- dataset: rows" in refused.value.do
    assert path.read_text(encoding="utf-8") == text
    assert not (empty.root / "manifests" / "datasets" / "rows.yaml").exists()


def test_a_name_that_is_taken_is_refused_and_nothing_is_overwritten(tmp_path: Path, empty: Project) -> None:
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, empty, "org/sums", Need("mine"))
        before = made.path.read_bytes()
        asked = len(mirror.requests)
        with pytest.raises(UsageError, match="is there already"):
            added(mirror, empty, "org/sums")
        with pytest.raises(UsageError, match="the name of a recipe"):
            added(mirror, empty, "org/sums", name="mine")
        assert len(mirror.requests) == asked
        with pytest.raises(UsageError, match="the name of a dataset"):
            added(mirror, empty, "org/sums", Need("sums"), name="other")
    assert made.path.read_bytes() == before


def test_a_repository_that_is_not_there_is_the_hubs_own_error(tmp_path: Path, empty: Project) -> None:
    write_sums(tmp_path / "hub")
    with (
        Mirror(tmp_path / "hub", tokens=frozenset({"t"})) as mirror,
        pytest.raises(NotOnHubError, match="does not exist"),
    ):
        added(mirror, empty, "org/nothing", token="t")


def test_a_commit_that_is_wished_for_comes_with_the_evidence_that_pins_need(tmp_path: Path, empty: Project) -> None:
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        way = opener(mirror)
        commit = way().client.repo_info("org/sums", "main", "dataset").commit
        way.close()
        added(mirror, empty, "org/sums", revision=commit)
        outcome = fetched(mirror, empty, "sums")
    assert outcome.lock is not None
    assert outcome.lock.commit == commit
    manifest = read_catalogue([empty.root / "manifests"]).dataset("sums")
    assert manifest.evidence == f"the commit that was named when this was added; {mirror.url} had it"
