"""The ways to store the language model that are compared: ours, and what the exporter of onnxruntime-genai offers."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import onnx

from aepo_training.build.convert import INTEGER_GRAPH, Precision, write_model
from aepo_training.build.graph import FP32_ACTIVATIONS, fix_cache_width, save_one_file
from aepo_training.build.source import SourceModel, load_source

Write = Callable[[SourceModel, Path], None]


def _ours(precision: Precision, *accuracy_level: int, integer: bool = False) -> Write:
    """A variant of this package's builder; with ``integer`` the second graph, its weights inside."""

    def write(source: SourceModel, graph: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            write_model(source, Path(folder), precision, *accuracy_level)
            found = {path for path in Path(folder, "onnx").iterdir() if (path.name == INTEGER_GRAPH) == integer}
            save_one_file(onnx.load(found.pop()), graph)

    return write


def _exporter(*options: str) -> Write:
    """A variant that the exporter quantises by itself."""

    def write(source: SourceModel, graph: Path) -> None:
        from onnxruntime_genai.models.builder import create_model, parse_extra_options

        with tempfile.TemporaryDirectory() as folder:
            weights, exported, cache = (str(Path(folder, name)) for name in ("weights", "exported", "cache"))
            source.model.save_pretrained(weights)
            source.tokenizer.save_pretrained(weights)
            arguments = (None, weights, exported, "int4", "cpu", cache)
            wishes = ["prune_lm_head=true", "shared_embeddings=true", *options]
            with redirect_stdout(io.StringIO()):
                create_model(*arguments, **parse_extra_options(*arguments, wishes))
            model = onnx.load(Path(exported, "model.onnx"))
            fix_cache_width(model, int(source.model.config.head_dim))
            save_one_file(model, graph)

    return write


#: Each name says what is quantised how; the first is the reference, the two after it are committed.
VARIANTS: dict[str, Write] = {
    "fp32, the source": _ours(Precision.FP32),
    "4 bits with offsets, head 8 bits, int8 activations": _ours(Precision.INT4),
    "the same, integer products and int8 keys and values": _ours(Precision.INT4, integer=True),
    "4 bits with offsets, head 8 bits, fp32 activations": _ours(Precision.INT4, FP32_ACTIVATIONS),
    "8 bits, int8 activations": _ours(Precision.INT8),
    "exporter: 4 bits symmetric, int8 activations": _exporter("block_size=32", "accuracy_level=4"),
    "exporter: 4 bits symmetric, fp32 activations": _exporter("block_size=32", "accuracy_level=1"),
    "exporter: 4 bits symmetric in blocks of 64, int8 activations": _exporter("block_size=64", "accuracy_level=4"),
    "exporter: 4 bits k-quant with zero points, head 8 bits, int8 activations": _exporter(
        "block_size=32",
        "accuracy_level=4",
        "is_symmetric=false",
        "algo_config=k_quant",
        "matmul_mixed_precision=last_matmul:int8",
    ),
}


def write_variants(source: Path, folder: Path) -> dict[str, Path]:
    """Write every variant of a model as one graph file and return the files by name; what exists is kept."""
    graphs = {name: folder / f"{number}.onnx" for number, name in enumerate(VARIANTS)}
    missing = {name: graph for name, graph in graphs.items() if not graph.exists()}
    if missing:
        loaded = load_source(source)
        for name, graph in missing.items():
            VARIANTS[name](loaded, graph)
    return graphs
