"""Models as GGUF files: transformers reads back what was written, with the same tokens and logits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Regex
from tokenizers.normalizers import NFC
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split, Whitespace
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

from aepo_training.build.gguf_tokenizer import pre_tokenizer_name
from aepo_training.build.source import load_source
from aepo_training.cli import main

from .conftest import DPO, TINY, MakeModel, MakeRun, rows
from .runs import logits, train

TEXTS = ["Name 123 rivers, please.\n\n  Don't hurry: é 数 🙂", "<|im_start|>user\nHi<|im_end|>\n"]
MESSAGES = [{"role": "user", "content": "Hi"}]


def export(source: Path, target: Path, *options: str) -> int:
    return main(["export-gguf", "--from", str(source), "--to", str(target), *options])


def assert_same(source: Path, file: Path, tolerance: float) -> None:
    """The model of a folder or adapter and that of a file have the same tokens and logits."""
    before, after = load_source(source), load_source(file)
    difference = float((logits(before.model) - logits(after.model)).abs().max())
    assert difference <= tolerance
    for each in TEXTS:
        assert before.tokenizer(each)["input_ids"] == after.tokenizer(each)["input_ids"]
        assert after.tokenizer.decode(after.tokenizer(each)["input_ids"]) == each
    rendered = [one.tokenizer.apply_chat_template(MESSAGES, tokenize=False) for one in (before, after)]
    assert rendered[0] == rendered[1]
    assert before.tokenizer.eos_token_id == after.tokenizer.eos_token_id


@pytest.mark.parametrize(("precision", "tolerance"), [("f32", 0.0), ("f16", 2e-2)])
def test_the_tiny_model_is_read_back(tmp_path: Path, precision: str, tolerance: float) -> None:
    file = tmp_path / "tiny.gguf"
    assert export(TINY, file, "--precision", precision) == 0
    assert_same(TINY, file, tolerance)
    assert [each.name for each in tmp_path.iterdir()] == ["tiny.gguf"]


def test_a_trained_adapter_is_merged_and_keeps_its_training(make_run: MakeRun, tmp_path: Path) -> None:
    folder = make_run(rows(6), method=DPO, learningRate=1e-2)
    assert train(folder) == 0
    file = tmp_path / "trained.gguf"
    assert export(folder / "model", file, "--precision", "f32") == 0
    assert_same(folder / "model", file, 0.0)
    base = AutoModelForCausalLM.from_pretrained(TINY)
    assert float((logits(base) - logits(load_source(file).model)).abs().max()) > 1e-3


#: transformers does not read the width of a head from files of qwen3: it takes the one that all published models have.
@pytest.mark.parametrize(
    ("config", "kind", "head"), [(Qwen2Config, Qwen2ForCausalLM, 8), (Qwen3Config, Qwen3ForCausalLM, 128)]
)
@pytest.mark.parametrize("tied", [True, False])
def test_qwen_is_read_back(tmp_path: Path, config: Any, kind: Any, head: int, tied: bool) -> None:
    torch.manual_seed(1)
    model = kind(
        config(
            vocab_size=320,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=head,
            max_position_embeddings=128,
            rope_theta=500000.0,
            tie_word_embeddings=tied,
            eos_token_id=2,
            bos_token_id=None,
        )
    )
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    folder = tmp_path / "model"
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(TINY)
    split_by(tokenizer, "qwen2")
    tokenizer.save_pretrained(folder)
    file = tmp_path / "model.gguf"
    assert export(folder, file, "--precision", "f32") == 0
    assert_same(folder, file, 0.0)


def split_by(tokenizer: Any, name: str) -> None:
    split = Split(Regex(GGUF_PRE_TOKENIZER_SPLITS[name]), behavior="isolated")
    tokenizer.backend_tokenizer.pre_tokenizer = Sequence([split, ByteLevel(add_prefix_space=False, use_regex=False)])
    if name == "qwen2":
        tokenizer.backend_tokenizer.normalizer = NFC()


def test_ways_to_split_have_llama_cpps_names() -> None:
    tokenizer = AutoTokenizer.from_pretrained(TINY)

    def name() -> str:
        return pre_tokenizer_name(json.loads(tokenizer.backend_tokenizer.to_str()))

    assert name() == "smollm"
    split_by(tokenizer, "llama-bpe")
    assert name() == "llama-bpe"
    split_by(tokenizer, "qwen2")
    assert name() == "qwen2"
    tokenizer.backend_tokenizer.normalizer = None
    tokenizer.backend_tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    assert name() == "gpt-2"


def test_what_cannot_be_written_is_refused(
    make_model: MakeModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(source: Path, target: Path = tmp_path / "x.gguf") -> str:
        assert export(source, target) == 2
        return capsys.readouterr().err.splitlines()[-1]

    scaled = make_model("scaled", rope_parameters={"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0})
    assert "scaled positions (linear)" in refused(scaled)
    assert "hidden_act=gelu" in refused(make_model("gelu", hidden_act="gelu"))
    other = make_model("other", model_type="mistral", architectures=["MistralForCausalLM"])
    said = refused(other)
    assert "of the type 'mistral' cannot be written as GGUF here" in said
    assert "convert_hf_to_gguf.py" in said
    words = make_model("words")
    tokenizer = AutoTokenizer.from_pretrained(words)
    tokenizer.backend_tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save_pretrained(words)
    assert "splits texts in a way that is not known" in refused(words)
    (tmp_path / "there.gguf").write_text("")
    assert "exists already" in refused(TINY, tmp_path / "there.gguf")
    assert not list(tmp_path.glob("*.tmp"))
    assert not (tmp_path / "x.gguf").exists()


def test_a_file_is_imported_as_a_generator(tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    assert export(TINY, file) == 0
    assert main(["build-model", "--from", str(file), "--to", str(tmp_path / "graph")]) == 0
    assert (tmp_path / "graph" / "onnx" / "model_q4.onnx").is_file()
