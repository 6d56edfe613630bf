"""The float32 graph of a language model: what onnxruntime-genai's exporter writes, and whether it follows the model."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from aepo_training.build.sessions import cpu_session
from aepo_training.errors import AepoTrainingError, InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

#: What to do with a model that cannot be built.
SERVE = "Serve it, for example with vLLM, and name the server as the generator"

#: Tokens by which a graph is compared with its model; more where a window of attention is to be passed.
_TOKENS, _BEYOND_WINDOW, _MOST_TOKENS = 32, 8, 1024
#: How far the logits of a graph may be from those of its model, as a share of their size. Rounding gives 1e-5.
_ALLOWED_SHARE = 0.01
_SEED = 1
_WINDOWED, _WHOLE = "sliding_attention", "full_attention"


def export(model: PreTrainedModel, weights: Path, scratch: Path) -> Path:
    """Write the float32 graph that gives the logits of the last position.

    Args:
        model: The model.
        weights: The folder that it was saved in.
        scratch: A folder for the graph and what the exporter keeps.

    Raises:
        InputError: The exporter does not know the architecture.
        AepoTrainingError: The exporter failed, or its graph computes something else than the model.
    """
    from onnxruntime_genai.models.builder import create_model, parse_extra_options

    exported = scratch / "exported"
    tied = bool(getattr(model.config, "tie_word_embeddings", False))
    # The engine keeps all keys and values: attention looks back as far as its window, which the graph says.
    wishes = ["prune_lm_head=true", f"shared_embeddings={str(tied).lower()}", "windowed_kv_cache=false"]
    arguments = (None, str(weights), str(exported), "fp32", "cpu", str(scratch / "cache"))
    try:
        with redirect_stdout(io.StringIO()):
            options = parse_extra_options(*arguments, wishes)
            _say_all(options["hf_details"]["hf_config"])
            create_model(*arguments, **options)
    except NotImplementedError as error:
        kind = model.config.model_type
        raise InputError(
            f"the ONNX exporter (onnxruntime-genai) does not know models of the kind {kind}", SERVE
        ) from error
    except Exception as error:
        raise AepoTrainingError(
            f"the ONNX exporter (onnxruntime-genai) failed: {type(error).__name__}: {error}", SERVE
        ) from error
    graph = exported / "model.onnx"
    _check(model, graph)
    return graph


def head_dim(config: Any) -> int:
    """The width of one attention head, which not every config names."""
    named = getattr(config, "head_dim", None)
    return int(named) if named else int(config.hidden_size) // int(config.num_attention_heads)


def _say_all(config: Any) -> None:
    """Say in a config, as the exporter reads it, what transformers takes for granted."""
    layers = config.num_hidden_layers
    if getattr(config, "sliding_window", None) and not getattr(config, "layer_types", None):
        config.layer_types = [_WINDOWED] * layers
    positions = getattr(config, "rope_parameters", None)
    if isinstance(positions, dict) and _WHOLE in positions and _WINDOWED in positions:
        config.rope_local_base_freq = positions[_WINDOWED]["rope_theta"]
        config.rope_parameters = positions = positions[_WHOLE]
    if isinstance(positions, dict) and "rope_type" in positions:
        positions.setdefault("type", positions["rope_type"])


def _check(model: PreTrainedModel, graph: Path) -> None:
    """Compare the logits after random tokens.

    Raises:
        AepoTrainingError: They differ, or the graph does not run.
    """
    count = _TOKENS
    window = getattr(model.config, "sliding_window", None) or 0
    if window + _BEYOND_WINDOW <= _MOST_TOKENS:
        count = max(count, window + _BEYOND_WINDOW)
    count = min(count, model.config.max_position_embeddings)
    tokens = np.random.default_rng(_SEED).integers(0, model.config.vocab_size, (1, count))
    with torch.no_grad():
        expected = model(torch.from_numpy(tokens), logits_to_keep=1, use_cache=False).logits[0, -1].numpy()
    found = _logits(graph, tokens, head_dim(model.config))
    difference = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    if not difference <= _ALLOWED_SHARE:
        raise AepoTrainingError(
            "the graph that the ONNX exporter (onnxruntime-genai) wrote computes something else than the model: "
            f"its logits differ by {difference:.0%}",
            SERVE,
        )


def _logits(graph: Path, tokens: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.float32]:
    """The logits of the last position.

    Raises:
        InputError: The graph has another state than keys and values.
        AepoTrainingError: It does not run.
    """
    # Weights stay those of the mapped file: to rearrange them would take their size in memory again, for one run.
    session = cpu_session(str(graph), {"session.disable_prepacking": "1"})
    positions = np.arange(tokens.shape[1], dtype=np.int64)[None]
    feeds = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "position_ids": positions}
    for item in session.get_inputs():
        if item.name.startswith("past_key_values"):
            feeds[item.name] = np.zeros((1, item.shape[1], 0, width), dtype=np.float32)
        elif item.name not in feeds:
            raise InputError(f"the model keeps another state than keys and values ({item.name})", SERVE)
    given = {item.name: feeds[item.name] for item in session.get_inputs()}
    try:
        found: npt.NDArray[np.float32] = session.run(["logits"], given)[0][0, -1]
    except Exception as error:
        raise AepoTrainingError(f"the exported graph does not run: {error}", SERVE) from error
    return found
