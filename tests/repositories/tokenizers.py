"""Repositories of models: what a tokenizer or an image processor needs, beside weights that nobody asked for."""

from __future__ import annotations

import base64
import json

from tests.repositories.pieces import Files, card

_WORDS = ("<unk>", "<|endoftext|>", "<|im_start|>", "<|im_end|>", "h", "e", "l", "o", "Ġ", "he", "ll", "hell", "hello")
_MERGES = ("h e", "l l", "he ll", "hell o")


def _weights() -> Files:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    tensors = len(header).to_bytes(8, "little") + header + bytes(8)
    index = {"metadata": {"total_size": 8}, "weight_map": {"w": "model-00001-of-00001.safetensors"}}
    return {
        "model-00001-of-00001.safetensors": tensors,
        "model.safetensors.index.json": json.dumps(index).encode(),
    }


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode()


def tokenizer() -> Files:
    """A byte-pair tokenizer as Qwen's repositories have one, whole in `tokenizer.json` and again in two files."""
    vocabulary = {word: n for n, word in enumerate(_WORDS)}
    model = {"type": "BPE", "unk_token": "<unk>", "vocab": vocabulary, "merges": list(_MERGES)}
    whole = {"version": "1.0", "added_tokens": [], "normalizer": None, "pre_tokenizer": None, "model": model}
    return {
        "config.json": _json({"model_type": "qwen3", "vocab_size": len(_WORDS)}),
        "tokenizer_config.json": _json({"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>"}),
        "tokenizer.json": _json(whole),
        "vocab.json": _json(vocabulary),
        "merges.txt": ("#version: 0.2\n" + "\n".join(_MERGES) + "\n").encode(),
        "generation_config.json": _json({"do_sample": True}),
        **_weights(),
        **card("license: apache-2.0\n"),
    }


def vision_model() -> Files:
    """A tokenizer with an image processor beside it."""
    processor = {"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 16, "merge_size": 2}
    return tokenizer() | {
        "preprocessor_config.json": _json(processor),
        "chat_template.jinja": b"{% for message in messages %}{{ message.content }}{% endfor %}",
    }


def kimi() -> Files:
    """A tokenizer that is a program and a tiktoken file, as Moonshot's repositories have it."""
    ranks = "".join(f"{base64.b64encode(word.encode()).decode()} {n}\n" for n, word in enumerate(_WORDS[4:]))
    program = b'raise SystemExit("this program must never run")\n'
    auto = {"AutoTokenizer": ["tokenization_kimi.TikTokenTokenizer", None]}
    return {
        "config.json": _json({"model_type": "kimi_k2", "auto_map": {}}),
        "tokenizer_config.json": _json({"tokenizer_class": "TikTokenTokenizer", "auto_map": auto}),
        "tiktoken.model": ranks.encode(),
        "tokenization_kimi.py": program,
        "chat_template.jinja": b"{{ messages }}",
        "modeling_deepseek.py": program,
        **_weights(),
        **card("license: other\n"),
    }


def kimi_vision() -> Files:
    """The same with an image processor that is a program too."""
    program = b'raise SystemExit("this program must never run")\n'
    auto = {"AutoImageProcessor": "kimi_k25_vision_processing.KimiK25VisionProcessor"}
    return kimi() | {
        "preprocessor_config.json": _json({"auto_map": auto, "media_proc_cfg": {"patch_size": 14}}),
        "kimi_k25_vision_processing.py": program,
        "media_utils.py": program,
    }
