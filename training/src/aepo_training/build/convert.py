"""The command `build-model`: a language model as a folder that transformers.js loads."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import onnx

from aepo_training.atomic import new_folder
from aepo_training.build.export import SERVE, export, head_dim
from aepo_training.build.fidelity import check_survival
from aepo_training.build.graph import INT8_ACTIVATIONS, fix_cache_width, halve_graph, quantise_graph, save_one_file
from aepo_training.build.integer import write_integer_graph
from aepo_training.build.integer_prefill import write_prefill_graph
from aepo_training.build.progress import stage
from aepo_training.build.source import SourceModel, load_source
from aepo_training.errors import AepoTrainingError, InputError

#: Keys of config.json that speak of the source's file rather than of the model.
_FOREIGN_CONFIG_KEYS = ("_name_or_path", "_model_name_or_path", "quantization_config", "transformers_version")


class Precision(StrEnum):
    """How the weights are stored; with int4 and int8 the embedding and the output matrix take 8 bits."""

    INT4 = "int4"
    INT8 = "int8"
    FP16 = "fp16"
    FP32 = "fp32"


#: For each precision the `dtype` that selects it in transformers.js, and the file name that goes with it. Weights in
#: fp16 are computed with in fp32: the graph is one of fp32 to its readers.
_DTYPES = {
    Precision.INT4: ("q4", "model_q4.onnx"),
    Precision.INT8: ("q8", "model_quantized.onnx"),
    Precision.FP16: ("fp32", "model.onnx"),
    Precision.FP32: ("fp32", "model.onnx"),
}

_BITS = {Precision.INT4: 4, Precision.INT8: 8}

#: Of each weight, about.
_BYTES = {Precision.INT4: 0.5, Precision.INT8: 1, Precision.FP16: 2, Precision.FP32: 4}

#: What is tried for a trained model, in this order, until one keeps the training.
_KEEPING = (Precision.INT8, Precision.FP16)

#: Of one ONNX file: protobuf can hold no more.
_MOST_BYTES = 2**31

#: What a build found out, beside the model.
_REPORT = "built.json"

#: The graph for CPUs over the weights of `Precision.INT4`, as transformers.js names it with `model_file_name`.
INTEGER_GRAPH = "model_integer_q4.onnx"

#: The graph for long prompts over the weights of both.
PREFILL_GRAPH = "model_prefill_q4.onnx"


def build_model(source: Path, target: Path, precision: Precision | None, base: str | None = None) -> None:
    """Convert a GGUF file, a Hugging Face folder or an adapter; ``target`` appears whole or not at all.

    Without a precision a trained model takes the smallest that keeps the training, and another model int4.

    Args:
        source: What is converted.
        target: The new folder.
        precision: Of the weights.
        base: The model that a trained one was made from, where it is not the one that the source names.

    Raises:
        InputError: The source cannot be used or the target exists.
        AepoTrainingError: The conversion failed, or the training would be lost in it.
    """
    with new_folder(target) as folder:
        loaded = load_source(source, compare=True, base=base)
        if precision is not None:
            choices: Sequence[Precision] = [precision]
        elif loaded.trained is not None:
            choices = _KEEPING
        else:
            # A trained model whose base is not here cannot be compared with it.
            choices = [Precision.INT4 if loaded.base is None else Precision.FP16]
        _write(loaded, folder, choices, INT8_ACTIVATIONS)


def write_model(
    source: SourceModel, folder: Path, precision: Precision, accuracy_level: int = INT8_ACTIVATIONS
) -> None:
    """Write config, tokenizer and graph of a loaded model into an existing folder."""
    _write(source, folder, [precision], accuracy_level)


def _write(source: SourceModel, folder: Path, choices: Sequence[Precision], accuracy_level: int) -> None:
    """Write the first of some precisions that keeps what was trained."""
    with tempfile.TemporaryDirectory(prefix="aepo-build-") as scratch_name:
        scratch = Path(scratch_name)
        weights = scratch / "weights"
        _must_fit(source, choices)
        source.model.save_pretrained(weights)
        source.tokenizer.save_pretrained(weights)
        stage("export")
        exported = export(source.model, weights, scratch)
        for precision in choices:
            stage(precision.value)
            _write_configs(source, weights, folder, _DTYPES[precision][0])
            graphs = _write_graphs(source, exported, folder / "onnx", precision, accuracy_level)
            if _survives(source, precision, graphs, folder, last=precision == choices[-1]):
                break
            shutil.rmtree(folder / "onnx")


def _write_graphs(
    source: SourceModel, exported: Path, folder: Path, precision: Precision, accuracy_level: int
) -> list[Path]:
    """Write the exported graph at a precision, and with int4 the graphs of integer products that go with it."""
    graph = onnx.load(exported)
    fix_cache_width(graph, head_dim(source.model.config))
    if precision in _BITS:
        quantise_graph(graph, _BITS[precision], accuracy_level)
    elif precision == Precision.FP16:
        halve_graph(graph)
    path = folder / _DTYPES[precision][1]
    save_one_file(graph, path)
    if precision == Precision.INT4 and accuracy_level == INT8_ACTIVATIONS:
        integer = folder / INTEGER_GRAPH
        write_integer_graph(path, integer)
        if integer.exists():
            write_prefill_graph(integer, folder / PREFILL_GRAPH)
    return sorted(folder.glob("*.onnx"))


def _must_fit(source: SourceModel, choices: Sequence[Precision]) -> None:
    """Refuse a model whose weights cannot be in one file, before minutes are spent on it.

    Raises:
        InputError: Even the smallest precision is too large.
    """
    parameters = sum(weights.numel() for weights in source.model.parameters())
    smallest = min(_BYTES[precision] for precision in choices)
    if parameters * smallest > _MOST_BYTES:
        raise InputError(
            f"the model has {parameters / 1e9:.1f} billion parameters, and at the precision "
            f"{', '.join(choices)} one ONNX file cannot hold them",
            SERVE,
        )


def _survives(source: SourceModel, precision: Precision, graphs: Sequence[Path], folder: Path, *, last: bool) -> bool:
    """Whether graphs keep what was trained; if so, the report says how exactly.

    Raises:
        AepoTrainingError: They do not, and there is no other precision to try.
    """
    if source.trained is None:
        _write_json(folder / _REPORT, {"precision": precision, "divergence": None, "moved": None})
        return True
    try:
        found = check_survival(source.trained, graphs)
    except AepoTrainingError as error:
        if last:
            raise
        print(f"{precision}: {error.message}", flush=True)
        return False
    print(f"{precision}: {found:.2g} nats from the trained model, which is {source.trained.moved:.2g} from its base")
    _write_json(folder / _REPORT, {"precision": precision, "divergence": found, "moved": source.trained.moved})
    return True


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


def _read_json(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        content: dict[str, Any] = json.load(file)
    return content


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
