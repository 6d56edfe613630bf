"""Models of other architectures: each is built to a graph that follows it, or refused with what to do instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from transformers import PreTrainedModel

from aepo_training.build import export
from aepo_training.build.convert import INTEGER_GRAPH, PREFILL_GRAPH, Precision, build_model
from aepo_training.errors import AepoTrainingError

from .decoder import Decoder
from .random_models import SIZES, save

SPECIAL = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
WINDOW = {"sliding_window": 8}
HEADS = {"head_dim": 16, "query_pre_attn_scalar": 16}
#: After so many tokens decoding begins: every window is passed.
START, TOKENS = 20, 40


def save_as(name: str, folder: Path, **changes: Any) -> PreTrainedModel:
    """Save a random model of a type."""
    torch.manual_seed(1)
    settings = SIZES | SPECIAL | changes
    config = getattr(transformers, f"{name}{'TextConfig' if name == 'Gemma3' else 'Config'}")(**settings)
    model: PreTrainedModel = getattr(transformers, f"{name}ForCausalLM")(config).eval()
    save(model, folder)
    return model


def logits_of(model: PreTrainedModel, ids: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        found: np.ndarray = model(torch.from_numpy(ids)).logits[0, START - 1 :].numpy()
    return found


def follow(decoder: Decoder, ids: np.ndarray) -> np.ndarray:
    """The logits after the first tokens, and after each further one."""
    logits, cache = decoder.step(ids[:, :START], decoder.empty_cache(1))
    return np.concatenate([logits, decoder.follow(ids[:, START:], cache)])


@pytest.fixture
def ids() -> np.ndarray:
    return np.random.default_rng(3).integers(3, 309, (1, TOKENS))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("Qwen2", {}),
        ("Qwen2", {"use_sliding_window": True, "max_window_layers": 1, **WINDOW}),
        ("Qwen3", {"head_dim": 32}),
        ("Mistral", {"sliding_window": None}),
        ("Mistral", WINDOW),
        ("Gemma", {"head_dim": 16}),
        ("Gemma2", HEADS | WINDOW),
        ("Gemma3", HEADS | WINDOW),
        ("Phi3", {"original_max_position_embeddings": 256, "sliding_window": None}),
        ("Phi3", {"original_max_position_embeddings": 256, **WINDOW}),
        ("Granite", {"embedding_multiplier": 2.0, "logits_scaling": 3.0, "residual_multiplier": 0.5}),
    ],
)
def test_a_graph_follows_its_model(tmp_path: Path, ids: np.ndarray, name: str, changes: dict[str, Any]) -> None:
    expected = logits_of(save_as(name, tmp_path / "source", **changes), ids)
    build_model(tmp_path / "source", tmp_path / "built", Precision.FP32)
    found = follow(Decoder(tmp_path / "built"), ids)
    assert np.linalg.norm(found - expected) < 1e-3 * np.linalg.norm(expected)


@pytest.mark.parametrize(("name", "changes"), [("Gemma2", HEADS | WINDOW), ("Mistral", WINDOW)])
def test_graphs_of_integer_products_keep_windows(
    tmp_path: Path, ids: np.ndarray, name: str, changes: dict[str, Any]
) -> None:
    save_as(name, tmp_path / "source", **changes)
    build_model(tmp_path / "source", tmp_path / "built", Precision.INT4)
    four_bit, integers = (follow(Decoder(tmp_path / "built", graph), ids) for graph in (None, INTEGER_GRAPH))
    long = Decoder(tmp_path / "built", PREFILL_GRAPH)
    prefill = long.step(ids[:, :START], long.empty_cache(1))[0]
    assert np.corrcoef(integers.ravel(), four_bit.ravel())[0, 1] > 0.99
    assert np.corrcoef(prefill[0], four_bit[0])[0, 1] > 0.99


def test_a_model_whose_angles_depend_on_the_length_has_no_graph_of_integer_products(tmp_path: Path) -> None:
    angles = {
        "rope_type": "longrope",
        "rope_theta": 10000.0,
        "short_factor": [1.0] * 8,
        "long_factor": [2.0] * 8,
        "original_max_position_embeddings": 64,
    }
    save_as("Phi3", tmp_path / "source", original_max_position_embeddings=64, rope_parameters=angles)
    build_model(tmp_path / "source", tmp_path / "built", Precision.INT4)
    assert [path.name for path in (tmp_path / "built" / "onnx").iterdir()] == ["model_q4.onnx"]


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("Olmo2", {}, "does not know models of the kind olmo2"),
        ("SmolLM3", {"num_hidden_layers": 4}, "failed"),
        ("Olmo", {}, "computes something else than the model"),
        ("Lfm2", {"layer_types": ["conv", "full_attention"]}, "keeps another state than keys and values"),
    ],
)
def test_what_cannot_be_built_is_refused_with_what_to_do(
    tmp_path: Path, name: str, changes: dict[str, Any], said: str
) -> None:
    save_as(name, tmp_path / "source", **changes)
    with pytest.raises(AepoTrainingError, match=rf"{said}.*Serve it, for example with vLLM"):
        build_model(tmp_path / "source", tmp_path / "built", Precision.INT4)
    assert not (tmp_path / "built").exists()


def test_a_graph_that_computes_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the exporter's graph of a Mistral model did, which looked back beyond the window."""
    save_as("Mistral", tmp_path / "source", **WINDOW)
    monkeypatch.setattr(export, "_say_all", lambda _config: None)
    with pytest.raises(AepoTrainingError, match=r"computes something else than the model.*Serve it"):
        build_model(tmp_path / "source", tmp_path / "built", Precision.INT4)
