"""The command `export-gguf`: a language model as one GGUF file, for llama.cpp, Ollama and LM Studio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aepo_training.atomic import new_file
from aepo_training.build.gguf_tokenizer import CONVERTER, write_tokenizer
from aepo_training.build.progress import stage
from aepo_training.build.source import load_source
from aepo_training.errors import InputError, text

if TYPE_CHECKING:
    from gguf import GGUFWriter
    from numpy.typing import NDArray

#: Values of `model_type` in config.json, and the architecture in GGUF.
_ARCHITECTURES = {"llama": "llama", "qwen2": "qwen2", "qwen3": "qwen3"}

#: In GGUF the two halves of each head of these are interleaved.
_INTERLEAVED = ("llama",)

#: What must be so for the tensors to be the whole model; absent keys are as they must be.
_EXPECTED: dict[str, Callable[[Any], bool]] = {
    "hidden_act": lambda value: value == "silu",
    "mlp_bias": lambda value: not value,
    "use_sliding_window": lambda value: not value,
}

#: Number formats of the matrices.
NumberFormat = Literal["f16", "f32"]


@dataclass(frozen=True)
class _Heads:
    """The heads of a layer: their number for queries, for keys, and their width."""

    queries: int
    keys: int
    width: int


def export_gguf(source: Path, target: Path, precision: NumberFormat = "f16") -> None:
    """Write a Hugging Face folder, or an adapter merged into its base, as a GGUF file: whole, or not at all.

    Args:
        source: The folder.
        target: The new file.
        precision: Of the matrices; vectors are in float32.

    Raises:
        InputError: The source cannot be used, its architecture or tokenizer is not known here, or the target exists.
    """
    from gguf import GGUFWriter, LlamaFileType

    loaded = load_source(source)
    config = loaded.model.config
    architecture = _architecture(config)
    stage("gguf")
    with new_file(target) as file:
        writer = GGUFWriter(file, architecture)
        try:
            _write_config(writer, config, target.stem)
            writer.add_file_type(LlamaFileType.ALL_F32 if precision == "f32" else LlamaFileType.MOSTLY_F16)
            write_tokenizer(writer, loaded.tokenizer, loaded.chat_template, config.vocab_size)
            for name, weights in _tensors(loaded.model, architecture):
                writer.add_tensor(
                    name, weights.astype("float16") if precision == "f16" and weights.ndim > 1 else weights
                )
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
        finally:
            writer.close()


def _architecture(config: Any) -> str:
    found = _ARCHITECTURES.get(config.model_type)
    if found is None:
        raise InputError(
            text("Models of the type '{type}' cannot be written as GGUF here.", type=config.model_type), CONVERTER
        )
    for key, holds in _EXPECTED.items():
        if hasattr(config, key) and not holds(getattr(config, key)):
            value = getattr(config, key)
            raise InputError(
                text("A model with {key}={value} cannot be written as GGUF here.", key=key, value=value), CONVERTER
            )
    rope = _rope(config)
    if rope.get("rope_type", "default") != "default":
        raise InputError(
            text("A model with scaled positions ({type}) cannot be written as GGUF here.", type=rope["rope_type"]),
            CONVERTER,
        )
    return found


def _rope(config: Any) -> dict[str, Any]:
    found: dict[str, Any] = getattr(config, "rope_parameters", None) or {}
    return found


def _heads(config: Any) -> _Heads:
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return _Heads(config.num_attention_heads, config.num_key_value_heads, int(width))


def _write_config(writer: GGUFWriter, config: Any, name: str) -> None:
    heads = _heads(config)
    writer.add_type("model")
    writer.add_name(name)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads.queries)
    writer.add_head_count_kv(heads.keys)
    writer.add_key_length(heads.width)
    writer.add_value_length(heads.width)
    writer.add_rope_dimension_count(heads.width)
    writer.add_rope_freq_base(float(_rope(config).get("rope_theta", 10000.0)))
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)


def _tensors(model: Any, architecture: str) -> Iterator[tuple[str, NDArray[Any]]]:
    """The weights by their names in GGUF. An output matrix that is the embedding is left out."""
    from gguf import MODEL_ARCH_NAMES, get_tensor_name_map

    kind = next(kind for kind, name in MODEL_ARCH_NAMES.items() if name == architecture)
    config = model.config
    names = get_tensor_name_map(kind, config.num_hidden_layers)
    heads = _heads(config)
    for name, parameter in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        found = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if found is None:
            raise InputError(text("The weights {name} have no place in a GGUF file.", name=name), CONVERTER)
        weights = parameter.float().numpy()
        if architecture in _INTERLEAVED:
            if ".attn_q." in found:
                weights = interleaved(weights, heads.queries)
            elif ".attn_k." in found:
                weights = interleaved(weights, heads.keys)
        yield found, weights


def interleaved(weights: NDArray[Any], heads: int) -> NDArray[Any]:
    """The rows of each head with those of its two halves in turn: rotary positions turn neighbouring rows in GGUF.

    Args:
        weights: Rows for all heads, each the width of a head.
        heads: Their number.
    """
    halves = weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
    return halves.swapaxes(1, 2).reshape(weights.shape)
