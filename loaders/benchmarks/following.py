"""The only home of the benchmarks that ask for a text: IFEval and IFBench by instructions, Arena-Hard by a judge.

Source: eval/benchmarks/{ifeval,ifbench,_arena_hard,_common}.py of the Tinker Cookbook, as they were in August 2026.
"""

from __future__ import annotations

import json
from typing import Any, Unpack

from loaders.benchmarks.limiting import example_id, limited
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import Drop, Instructions, Prompt
from loaders.viewing import Where, column, rows_of
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["arena_hard", "ifbench", "ifeval"]

_READ = ("prompt", "instruction_id_list", "kwargs")


def ifeval(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Instructions]:
    """IFEval's prompts in file order, with the arguments of each instruction.

    Kept as the benchmark has it: arguments that are None or not JSON are none, and where there are fewer arguments
    than instructions the last instructions have none. A key of the arguments whose value is None stays: whether rows
    have such keys depends on the version of `datasets` that reads the file, here each row has its own.

    Raises (when a record is read):
        TableError: arguments for more instructions than there are (the benchmark would leave the last ones out).
    """
    rows, left = limited(rows_of("ifeval", None, "train", ("key", *_READ), **where), max_examples)
    return records(rows, Instructions, _ifeval, drops=False, before=left)


def ifbench(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Instructions]:
    """IFBench's prompts in file order; as `ifeval`, but arguments that are None are left out.

    A row without a prompt is dropped, as there. The checkers are a package of their own, `allenai/IFBench` on GitHub.
    """
    rows, left = limited(rows_of("ifbench", None, "train", _READ, **where), max_examples)
    return records(rows, Instructions, _ifbench, before=left)


def arena_hard(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Prompt]:
    """What Arena-Hard's users say first, in file order; `source` is the cluster.

    Kept as the benchmark has it: later turns are not asked. A row without turns, or whose first one is empty, is
    dropped.
    """
    rows, left = limited(rows_of("arena_hard", None, "train", ("turns", "cluster"), **where), max_examples)
    return records(rows, Prompt, _first_turn, before=left)


def _ifeval(row: Row) -> Instructions:
    return {
        "prompt": column(row, "prompt"),
        "instruction_ids": row["instruction_id_list"],
        "kwargs": _arguments(row),
        "key": example_id("ifeval", "", row["key"]),
    }


def _ifbench(row: Row) -> Instructions | Drop:
    if not row["prompt"]:
        return Drop("no prompt")
    prompt = column(row, "prompt")
    given = [{name: value for name, value in one.items() if value is not None} for one in _arguments(row)]
    ids = row["instruction_id_list"]
    return {"prompt": prompt, "instruction_ids": ids, "kwargs": given, "key": example_id("ifbench", prompt)}


def _arguments(row: Row) -> list[dict[str, Any]]:
    ids, raw = row["instruction_id_list"], row["kwargs"]
    if not isinstance(ids, list) or not isinstance(raw, list):
        raise TableError(f"instructions are {ids!r:.60} and their arguments {raw!r:.60}, not lists")
    found = [_object(one) for one in raw]
    return found + [{} for _ in range(len(ids) - len(found))]


def _object(raw: Any) -> dict[str, Any]:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return {}
        if not isinstance(raw, dict):
            raise TableError(f"arguments are JSON of {raw!r:.60}, not of an object")
    return raw if isinstance(raw, dict) else {}


def _first_turn(row: Row) -> Prompt | Drop:
    turns = row["turns"]
    if not turns:
        return Drop("no turns")
    first = turns[0].get("content") if isinstance(turns[0], dict) else turns[0]
    if not first:
        return Drop("the first turn is empty")
    if not isinstance(first, str):
        raise TableError(f"the first turn is {first!r:.60}, not a text")
    made: Prompt = {"prompt": first}
    if row["cluster"]:
        made["source"] = row["cluster"]
    made["key"] = example_id("arena_hard", first)
    return made
