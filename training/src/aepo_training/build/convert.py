"""The command `build-model`: a language model as a folder that transformers.js loads."""

from __future__ import annotations

import io
import json
import tempfile
from contextlib import redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import Any

import onnx

from aepo_training.atomic import new_folder
from aepo_training.build.graph import INT8_ACTIVATIONS, fix_cache_width, quantise_graph, save_one_file
from aepo_training.build.integer import write_integer_graph
from aepo_training.build.source import SourceModel, load_source
from aepo_training.errors import AepoTrainingError

#: Keys of config.json that speak of the source's file rather than of the model.
_FOREIGN_CONFIG_KEYS = ("_name_or_path", "_model_name_or_path", "quantization_config", "transformers_version")


class Precision(StrEnum):
    """How the weights are stored; the embedding and the output matrix take at least 8 bits."""

    INT4 = "int4"
    INT8 = "int8"
    FP32 = "fp32"


#: For each precision the `dtype` that selects it in transformers.js, and the file name that goes with it.
_DTYPES = {
    Precision.INT4: ("q4", "model_q4.onnx"),
    Precision.INT8: ("q8", "model_quantized.onnx"),
    Precision.FP32: ("fp32", "model.onnx"),
}

_BITS = {Precision.INT4: 4, Precision.INT8: 8}

#: The graph for CPUs over the weights of `Precision.INT4`, as transformers.js names it with `model_file_name`.
INTEGER_GRAPH = "model_integer_q4.onnx"


def build_model(source: Path, target: Path, precision: Precision) -> None:
    """Convert a GGUF file or a Hugging Face folder; ``target`` appears whole or not at all.

    Raises:
        InputError: The source cannot be used or the target exists.
        AepoTrainingError: The conversion failed.
    """
    with new_folder(target) as folder:
        write_model(load_source(source), folder, precision)


def write_model(
    source: SourceModel, folder: Path, precision: Precision, accuracy_level: int = INT8_ACTIVATIONS
) -> None:
    """Write config, tokenizer and graph of a loaded model into an existing folder."""
    dtype, file_name = _DTYPES[precision]
    with tempfile.TemporaryDirectory(prefix="aepo-build-") as scratch_name:
        scratch = Path(scratch_name)
        weights = scratch / "weights"
        source.model.save_pretrained(weights)
        source.tokenizer.save_pretrained(weights)
        _write_configs(source, weights, folder, dtype)
        graph = _export(weights, scratch)
        fix_cache_width(graph, _head_dim(source.model.config))
        if precision in _BITS:
            quantise_graph(graph, _BITS[precision], accuracy_level)
        save_one_file(graph, folder / "onnx" / file_name)
        if precision == Precision.INT4 and accuracy_level == INT8_ACTIVATIONS:
            write_integer_graph(folder / "onnx" / file_name, folder / "onnx" / INTEGER_GRAPH)


def _write_configs(source: SourceModel, weights: Path, folder: Path, dtype: str) -> None:
    """Write the four JSON files that transformers.js reads beside the graph."""
    config = _read_json(weights / "config.json")
    for key in _FOREIGN_CONFIG_KEYS:
        config.pop(key, None)
    config["transformers.js_config"] = {"dtype": dtype}
    _write_json(folder / "config.json", config)

    generation = _read_json(weights / "generation_config.json")
    for key in ("_from_model_config", "transformers_version"):
        generation.pop(key, None)
    _write_json(folder / "generation_config.json", generation)

    _write_json(folder / "tokenizer.json", _read_json(weights / "tokenizer.json"))
    settings = _read_json(weights / "tokenizer_config.json")
    for key in ("backend", "is_local", "local_files_only"):
        settings.pop(key, None)
    # The generic class reads tokenizer.json as it stands, here and in transformers.js.
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    settings["model_max_length"] = source.model.config.max_position_embeddings
    if source.chat_template is not None:
        settings["chat_template"] = source.chat_template
    _write_json(folder / "tokenizer_config.json", settings)


def _export(weights: Path, scratch: Path) -> onnx.ModelProto:
    """Run the exporter of onnxruntime-genai: a float32 graph that gives the logits of the last position only.

    Raises:
        AepoTrainingError: The exporter does not know the architecture, or failed.
    """
    from onnxruntime_genai.models.builder import create_model, parse_extra_options

    exported = scratch / "exported"
    tied = bool(_read_json(weights / "config.json").get("tie_word_embeddings", False))
    wishes = ["prune_lm_head=true", f"shared_embeddings={str(tied).lower()}"]
    arguments = (None, str(weights), str(exported), "fp32", "cpu", str(scratch / "cache"))
    try:
        with redirect_stdout(io.StringIO()):
            create_model(*arguments, **parse_extra_options(*arguments, wishes))
    except Exception as error:
        raise AepoTrainingError(
            f"the ONNX exporter (onnxruntime-genai) failed: {type(error).__name__}: {error}"
        ) from error
    return onnx.load(exported / "model.onnx")


def _head_dim(config: Any) -> int:
    """The width of one attention head, which not every config names."""
    named = getattr(config, "head_dim", None)
    return int(named) if named else int(config.hidden_size) // int(config.num_attention_heads)


def _read_json(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        content: dict[str, Any] = json.load(file)
    return content


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
