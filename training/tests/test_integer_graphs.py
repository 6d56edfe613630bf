"""Graphs of integer products for models that differ from the embedded one: biases, other normalisations, wide keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PhiConfig,
    PhiForCausalLM,
    PreTrainedModel,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from aepo_training.build import integer
from aepo_training.build.convert import INTEGER_GRAPH, PREFILL_GRAPH, Precision, build_model

from .conftest import TINY
from .decoder import Decoder
from .random_models import SIZES, save


def with_biases() -> PreTrainedModel:
    """Biases in all products, and an output matrix of its own."""
    config = LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True, tie_word_embeddings=False)
    return LlamaForCausalLM(config)


def without_gate() -> PreTrainedModel:
    """Normalisations with biases, no gate, and a bias after the output matrix."""
    return PhiForCausalLM(PhiConfig(**SIZES | {"hidden_size": 128, "num_attention_heads": 2}))


def with_wide_keys() -> PreTrainedModel:
    """Keys of 1,024 channels, whose scales are as large as constants that graphs share; a shared output matrix."""
    sizes = SIZES | {"num_attention_heads": 8, "num_key_value_heads": 8}
    return Qwen3ForCausalLM(Qwen3Config(**sizes, head_dim=128, tie_word_embeddings=True))


@pytest.mark.parametrize(
    ("make", "in_blocks"),
    [(with_biases, 2), (without_gate, 2), (with_wide_keys, 0)],
    ids=["biases", "no gate", "wide keys"],
)
def test_graph_of_integer_products_of_other_models(
    tmp_path: Path, make: Callable[[], PreTrainedModel], in_blocks: int
) -> None:
    torch.manual_seed(1)
    save(make(), tmp_path / "source")
    build_model(tmp_path / "source", tmp_path / "built", Precision.INT4)
    graph = onnx.load(tmp_path / "built" / "onnx" / INTEGER_GRAPH, load_external_data=False).graph
    # The down projections after a product with a bias, or without a gate, stay as they are.
    assert Counter(node.op_type for node in graph.node)["MatMulNBits"] == in_blocks
    ids = np.random.default_rng(3).integers(3, 309, (8, 40))
    four_bit, integers, long = (
        decoder.step(ids, decoder.empty_cache(len(ids)))[0].ravel()
        for decoder in (Decoder(tmp_path / "built", name) for name in (None, INTEGER_GRAPH, PREFILL_GRAPH))
    )
    for ours in (integers, long):
        assert np.corrcoef(ours, four_bit)[0, 1] > 0.999
        assert np.linalg.norm(ours - four_bit) < 0.05 * np.linalg.norm(four_bit)


def test_sink_in_the_graph_for_long_prompts_has_no_weight(tmp_path: Path) -> None:
    torch.manual_seed(1)
    save(with_biases(), tmp_path / "source")
    build_model(tmp_path / "source", tmp_path / "built", Precision.INT4)
    ids = np.random.default_rng(3).integers(3, 309, (8, 40))

    def logits() -> npt.NDArray[np.float32]:
        decoder = Decoder(tmp_path / "built", PREFILL_GRAPH)
        return decoder.step(ids, decoder.empty_cache(len(ids)))[0]

    ours = logits()
    path = tmp_path / "built" / "onnx" / PREFILL_GRAPH
    model = onnx.load(path, load_external_data=False)
    attention = [node for node in model.graph.node if node.op_type == "GroupQueryAttention"]
    assert [node.input[11] for node in attention] == ["no_sink.4"] * SIZES["num_hidden_layers"]
    for node in attention:
        del node.input[9:]
    path.write_bytes(model.SerializeToString())
    without = logits()
    # Rounding to integers enlarges what differs in the last bits.
    assert np.linalg.norm(ours - without) < 0.01 * np.linalg.norm(without)


def test_no_graph_of_integer_products_that_a_file_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integer, "MAX_FILE_BYTES", 10_000)
    build_model(TINY, tmp_path / "built", Precision.INT4)
    assert [path.name for path in (tmp_path / "built" / "onnx").iterdir()] == ["model_q4.onnx"]
