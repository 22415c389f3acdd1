"""Repositories of conversations and of comparisons between answers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tests.repositories.pieces import CHAT, Files, card, configs, gzipped, jsonl, one_config, shards


def _say(*turns: str, first: str = "user") -> list[dict[str, str]]:
    roles = ("user", "assistant") if first == "user" else ("assistant", "user")
    return [{"content": text, "role": roles[n % 2]} for n, text in enumerate(turns)]


def no_robots() -> Files:
    """Like HuggingFaceH4/no_robots, as remembered: a system message here and there, many turns."""

    def row(number: int) -> dict[str, Any]:
        turns = [part for n in range(1 + number % 3) for part in (f"Ask {number}.{n}", f"Tell {number}.{n} ☂")]
        system = [{"content": "You are a kind bot.", "role": "system"}] if number % 5 == 0 else []
        return {
            "prompt": turns[0],
            "prompt_id": f"{number:064x}",
            "messages": [*system, *_say(*turns)],
            "category": ("Generation", "Open QA", "Chat")[number % 3],
        }

    schema = pa.schema(
        [("prompt", pa.string()), ("prompt_id", pa.string()), ("messages", CHAT), ("category", pa.string())]
    )
    rows = [row(number) for number in range(45)]
    return one_config({"train": rows[:33], "test": rows[33:]}, license="cc-by-nc-4.0", schema=schema)


def tulu3() -> Files:
    """Like allenai/tulu-3-sft-mixture: six shards, more than 1,024 rows; no user, an empty one, many turns."""
    rows = [
        {"id": f"made_{n}", "messages": _say(f"Ask {n}", f"Tell {n}"), "source": f"made/{n % 4}"} for n in range(1300)
    ]
    rows[2]["messages"] = [{"content": "Be brief.", "role": "system"}, *_say("Why?", "So.", "And?", "That's all.")]
    rows[3]["messages"] = _say("I begin.", first="assistant")
    rows[5]["messages"] = _say("", "An answer to nothing.")
    rows[7]["messages"] = []
    schema = pa.schema([("id", pa.string()), ("messages", CHAT), ("source", pa.string())])
    header = "license: odc-by\ndataset_info:\n  features: []\n  splits:\n  - name: train\n    num_bytes: 20250.5\n"
    return shards("data/train", rows, 6, schema) | card(header + configs({"default": {"train": "data/train-*"}}))


def openthoughts3() -> Files:
    """Like open-thoughts/OpenThoughts3-1.2M: shards in the named form, `from`/`value` turns."""
    turn = pa.struct([("from", pa.string()), ("value", pa.string())])
    schema = pa.schema(
        [
            ("difficulty", pa.int64()),
            ("source", pa.string()),
            ("domain", pa.string()),
            ("conversations", pa.list_(turn)),
        ]
    )
    rows = [
        {
            "difficulty": None if n % 6 else n,
            "source": "made",
            "domain": ("math", "code", "science")[n % 3],
            "conversations": [
                {"from": "human", "value": f"Q{n}"},
                {"from": "gpt", "value": f"<think>\n{n}\n</think>\nA{n}"},
            ],
        }
        for n in range(60)
    ]
    return shards("data/train", rows, 12, schema) | card(
        "license: apache-2.0\n" + configs({"default": {"train": "data/train-*"}})
    )


def hh_rlhf() -> Files:
    """Like Anthropic/hh-rlhf: folders of jsonl.gz, a card without `configs:`, one folder of another schema."""
    files: Files = {}
    for at, folder in enumerate(("harmless-base", "helpful-base", "helpful-online", "helpful-rejection-sampled")):
        for split, count in (("train", 9), ("test", 4)):
            rows = [_hh(f"{folder}/{split}/{n}", 1 + n % 2) for n in range(count)]
            if at == 0:
                rows[1]["rejected"] += "\n\nHuman: One more thing.\n\nAssistant: Yes?"  # lengths differ
                rows[2]["rejected"] = rows[2]["rejected"].replace("Human: Q", "Human: R", 1)  # an earlier turn differs
                rows[3]["chosen"] = rows[3]["chosen"].replace(
                    "\n\nAssistant: good", "\n\nAssistant: The word Human: in it, good"
                )
            files[f"{folder}/{split}.jsonl.gz"] = gzipped(jsonl(rows))
    attempts = [
        {"min_harmlessness_score_transcript": -1.5, "num_params": "52B", "transcript": "\n\nHuman: x", "tags": None}
    ]
    files["red-team-attempts/red_team_attempts.jsonl.gz"] = gzipped(jsonl(attempts))
    return files | card("license: mit\ntags:\n- human-feedback\n")


def _hh(name: str, turns: int) -> dict[str, str]:
    before = "".join(f"\n\nHuman: Q{n} of {name}\n\nAssistant: A{n}" for n in range(turns - 1))
    begun = f"{before}\n\nHuman: Q{turns - 1} of {name}\n\nAssistant: "
    return {"chosen": begun + f"good {name}", "rejected": begun + f"bad {name}"}


def helpsteer3() -> Files:
    """Like nvidia/HelpSteer3: jsonl.gz folders with `configs:`; preferences from -3 to 3, some 0."""

    def row(n: int) -> dict[str, Any]:
        turns = ("First?", "Yes.", "And now?") if n % 4 == 0 else (f"Question {n}?",)
        individual = [{"score": n % 7 - 3, "reasoning": "So it is.", "feedback1": "Good.", "feedback2": None}]
        return {
            "domain": ("general", "stem", "code", "multilingual")[n % 4],
            "language": "english",
            "context": [{"role": turn["role"], "content": turn["content"]} for turn in _say(*turns)],
            "response1": f"One {n}",
            "response2": f"Two {n}",
            "overall_preference": n % 7 - 3,
            "individual_preference": individual,
        }

    files: Files = {}
    for split, count, start in (("train", 30, 0), ("validation", 11, 100)):
        files[f"preference/{split}.jsonl.gz"] = gzipped(jsonl(row(n) for n in range(start, start + count)))
        feedback = [
            {"domain": "general", "context": row(n)["context"], "response1": "x", "feedback1": ["a", "b"]}
            for n in range(count)
        ]
        files[f"feedback/{split}.jsonl.gz"] = gzipped(jsonl(feedback))
    described = {
        config: {split: f"{config}/{split}.jsonl.gz" for split in ("train", "validation")}
        for config in ("preference", "feedback")
    }
    return files | card("license: cc-by-4.0\n" + configs(described, default="preference"))


def helpsteer2() -> Files:
    """Like nvidia/HelpSteer2, as remembered: two rows a prompt mostly; ties, single rows, three of one."""
    rows = []
    for n in range(24):
        for k in range(1 if n % 6 == 5 else 3 if n % 6 == 4 else 2):
            score = 2 if n % 6 == 3 else (n + 2 * k) % 5
            marks = dict.fromkeys(("correctness", "coherence", "complexity", "verbosity"), (n + k) % 5)
            rows.append({"prompt": f"Prompt {n}", "response": f"Response {n}.{k}", "helpfulness": score, **marks})
    files = {"train.jsonl.gz": gzipped(jsonl(rows)), "validation.jsonl.gz": gzipped(jsonl(rows[:6]))}
    return files | card("license: cc-by-4.0\n")


def ultrafeedback() -> Files:
    """Like argilla/ultrafeedback-binarized-preferences, as remembered: instruction and two responses."""
    rows = [
        {
            "source": "made",
            "instruction": f"Instruction {n}",
            "chosen_response": f"Chosen {n}",
            "rejected_response": f"Rejected {n}" if n % 9 else f"Chosen {n}",
            "chosen_avg_rating": 4.5,
            "rejected_avg_rating": 2.0,
            "chosen_model": "a",
        }
        for n in range(1100)
    ]
    return one_config({"train": rows})


def tulu3_8b_preference() -> Files:
    """Like allenai/llama-3.1-tulu-3-8b-preference-mixture, as remembered: both answers as message lists."""
    rows = [
        {
            "id": str(n),
            "source": "made",
            "prompt": f"Prompt {n}",
            "chosen": _say(f"Prompt {n}", f"Chosen {n}"),
            "rejected": _say(f"Prompt {n}", f"Rejected {n}"),
        }
        for n in range(1100)
    ]
    schema = pa.schema(
        [("id", pa.string()), ("source", pa.string()), ("prompt", pa.string()), ("chosen", CHAT), ("rejected", CHAT)]
    )
    return one_config({"train": rows}, license="odc-by", schema=schema, shard_count=2)


def arena_140k() -> Files:
    """Like lmarena-ai/arena-human-preference-140k, as remembered: typed parts, images, ties, single messages."""
    part = pa.struct([("type", pa.string()), ("text", pa.string()), ("image", pa.string()), ("mimeType", pa.string())])
    talk = pa.list_(pa.struct([("role", pa.string()), ("content", pa.list_(part))]))
    schema = pa.schema(
        [("id", pa.string()), ("winner", pa.string()), ("conversation_a", talk), ("conversation_b", talk)]
    )

    def said(role: str, *texts: str) -> dict[str, Any]:
        return {"role": role, "content": [{"type": "text", "text": text} for text in texts]}

    rows = []
    for n in range(1100):
        ask = said("user", f"Question {n}", "second part") if n % 5 == 0 else said("user", f"Question {n}")
        rows.append(
            {
                "id": f"{n:08x}",
                "winner": ("model_a", "model_b", "tie", "both_bad")[n % 4],
                "conversation_a": [ask, said("assistant", f"A {n}")],
                "conversation_b": [ask, said("assistant", f"B {n}")],
            }
        )
    rows[1]["conversation_a"] = [
        {"role": "user", "content": [{"type": "image", "image": "x", "mimeType": "image/png"}]},
        said("assistant", "A"),
    ]
    rows[4]["conversation_b"] = rows[4]["conversation_b"][:1]
    rows[5]["conversation_a"] = [*rows[5]["conversation_a"], said("user", "And?")]
    return one_config({"train": rows}, license="cc-by-4.0", schema=schema, shard_count=3)
