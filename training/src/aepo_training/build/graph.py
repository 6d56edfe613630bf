"""Rewrites of an exported decoder graph: quantised weights, cache width in numbers, everything in one file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from aepo_training.build.quantise import BLOCK, QuantisedMatrix, quantise
from aepo_training.errors import AepoTrainingError

#: The name the exporter gives the last dimension of every key/value tensor.
_SYMBOLIC_CACHE_WIDTH = "kv_cache_dim"

#: Protocol buffers cannot hold more in one message, and readers load the file as one message.
MAX_FILE_BYTES = 2**31 - 1

#: MatMulNBits rounds each block of activations to int8: fastest on CPUs, and done row by row, so that
#: the bits of a row's result do not depend on the other rows of the batch.
INT8_ACTIVATIONS = 4

#: MatMulNBits computes in float32: the same function on every device, but slower, and a batch of one row
#: may differ from a larger batch in the last bits.
FP32_ACTIVATIONS = 0

_MICROSOFT = "com.microsoft"
_HEAD_NODE = "/lm_head/MatMul"
_HEAD_BITS = 8
_MATRIX = 2


def fix_cache_width(model: onnx.ModelProto, head_dim: int) -> None:
    """Give the key/value inputs and outputs their width in numbers (transformers.js feeds 0 for a symbolic one).

    Raises:
        AepoTrainingError: No tensor has the symbolic width: the exporter has changed.
    """
    fixed = 0
    for value in [*model.graph.input, *model.graph.output]:
        for dimension in value.type.tensor_type.shape.dim:
            if dimension.dim_param == _SYMBOLIC_CACHE_WIDTH:
                dimension.dim_value = head_dim
                fixed += 1
    if fixed == 0:
        raise AepoTrainingError(
            f"the exported graph has no dimension named {_SYMBOLIC_CACHE_WIDTH}: "
            "install the version of onnxruntime-genai that requirements-build.lock names"
        )


def bytes_inside(model: onnx.ModelProto) -> int:
    """Bytes of the weights that are in the graph itself."""
    return sum(len(item.raw_data) for item in model.graph.initializer)


def save_one_file(model: onnx.ModelProto, path: Path) -> None:
    """Write the graph with its weights inside one file.

    Raises:
        AepoTrainingError: The file would pass the limit of the format.
    """
    size = bytes_inside(model)
    if size > MAX_FILE_BYTES:
        raise AepoTrainingError(
            f"the model takes {size / 1e9:.1f} GB at this precision and one ONNX file holds 2.1 GB",
            "Use --precision int4, or a smaller model",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path, save_as_external_data=False)


def quantise_graph(model: onnx.ModelProto, bits: int, accuracy_level: int = INT8_ACTIVATIONS) -> None:
    """Store every matrix of the layers with ``bits`` bits per weight, the output matrix and the embedding with 8.

    An embedding that is the transposed output matrix goes on sharing its bytes.

    Raises:
        AepoTrainingError: A matrix cannot be quantised; the message names it.
    """
    _Quantiser(model.graph, accuracy_level).run(bits)


def halve_graph(model: onnx.ModelProto) -> None:
    """Store the matrices as float16. The runtime widens them when it loads, and computes in float32.

    Raises:
        AepoTrainingError: A weight is too large for a float16.
    """
    kept, casts = [], []
    for item in model.graph.initializer:
        if item.data_type != onnx.TensorProto.FLOAT or len(item.dims) < _MATRIX:
            kept.append(item)
            continue
        values = numpy_helper.to_array(item)
        if np.abs(values).max(initial=0.0) > np.finfo(np.float16).max:
            raise AepoTrainingError(
                f"a weight of {item.name} is larger than a float16 can hold", "Use --precision fp32"
            )
        half = f"{item.name}.f16"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [item.name], name=half, to=onnx.TensorProto.FLOAT))
    _replace(model.graph.initializer, kept)
    _replace(model.graph.node, [*casts, *model.graph.node])


class _Quantiser:
    """One pass over a graph that collects the new nodes and initializers and then puts them in place."""

    def __init__(self, graph: onnx.GraphProto, accuracy_level: int) -> None:
        self._graph = graph
        self._accuracy_level = accuracy_level
        self._weights = {item.name: item for item in graph.initializer}
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: list[onnx.TensorProto] = []
        self._matrices: dict[str, QuantisedMatrix] = {}
        self._block_sums: set[str] = set()

    def run(self, bits: int) -> None:
        """Rewrite the graph."""
        transposed = {n.output[0]: n.input[0] for n in self._graph.node if n.op_type == "Transpose"}
        # The head comes first, since the embedding at the top of the graph may share its weights.
        for node in self._graph.node:
            if node.name == _HEAD_NODE:
                self._store(node.input[1], _HEAD_BITS, transpose=True)
        for node in self._graph.node:
            table = transposed.get(node.input[0], node.input[0]) if node.op_type == "Gather" else ""
            if node.op_type == "MatMul" and node.input[1] in self._weights:
                self._product(node, bits)
            elif len(getattr(self._weights.get(table), "dims", ())) == 2:
                self._lookup(node, table)
            elif not (node.op_type == "Transpose" and node.input[0] in self._weights):
                self._nodes.append(node)
        used = {name for node in self._nodes for name in node.input}
        kept = [item for item in self._graph.initializer if item.name in used]
        _replace(self._graph.initializer, [*kept, *self._initializers])
        _replace(self._graph.node, self._nodes)

    def _product(self, node: onnx.NodeProto, bits: int) -> None:
        """Replace a product with a constant (K, N) matrix by MatMulNBits, plus the offsets' share if there is one."""
        source, name = node.input[0], node.input[1]
        if name not in self._matrices:
            self._store(name, bits, transpose=True)
        matrix = self._matrices[name]
        output = node.output[0] if matrix.offsets is None else f"{node.output[0]}.steps"
        attributes = {
            "K": matrix.columns,
            "N": matrix.rows,
            "bits": matrix.bits,
            "block_size": BLOCK,
            "accuracy_level": self._accuracy_level,
        }
        self._add("MatMulNBits", [source, f"{name}.q", f"{name}.scales"], output, node.name, _MICROSOFT, **attributes)
        if matrix.offsets is not None:
            share = f"{node.output[0]}.offsets"
            self._add("MatMul", [self._block_sum(source), f"{name}.offsets"], share)
            self._add("Add", [output, share], node.output[0])

    def _block_sum(self, source: str) -> str:
        """The sums of an activation over each block of its last axis: what the offsets are multiplied with."""
        if not self._block_sums:
            self._constant("block_shape", np.array([0, 0, -1, BLOCK], dtype=np.int64))
            self._constant("block_axis", np.array([3], dtype=np.int64))
        total = f"{source}.block_sums"
        if total not in self._block_sums:
            self._block_sums.add(total)
            self._add("Reshape", [source, "block_shape"], f"{source}.blocks")
            self._add("ReduceSum", [f"{source}.blocks", "block_axis"], total, keepdims=0)
        return total

    def _lookup(self, node: onnx.NodeProto, table: str) -> None:
        """Replace a lookup of rows of a constant matrix by GatherBlockQuantized."""
        if table not in self._matrices:
            self._store(table, _HEAD_BITS, transpose=False)
        matrix = self._matrices[table]
        self._constant(f"{table}.shape", np.array([matrix.rows, matrix.columns], dtype=np.int64))
        self._add("Reshape", [f"{table}.q", f"{table}.shape"], f"{table}.rows")
        attributes = {"bits": matrix.bits, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
        inputs = [f"{table}.rows", node.input[1], f"{table}.scales"]
        self._add("GatherBlockQuantized", inputs, node.output[0], node.name, _MICROSOFT, **attributes)

    def _store(self, name: str, bits: int, *, transpose: bool) -> None:
        """Quantise an initializer and add its parts under names derived from it."""
        weight = numpy_helper.to_array(self._weights[name])
        try:
            matrix = quantise(weight.T if transpose else weight, bits)
        except ValueError as error:
            raise AepoTrainingError(f"cannot quantise {name}: {error}; try --precision fp32") from error
        self._matrices[name] = matrix
        self._constant(f"{name}.q", matrix.packed)
        self._widened(f"{name}.scales", matrix.scales)
        if matrix.offsets is not None:
            self._widened(f"{name}.offsets", np.ascontiguousarray(matrix.offsets.T))

    def _widened(self, name: str, values: npt.NDArray[np.float16]) -> None:
        """Store float16 numbers that the graph reads as float32; the runtime widens them once, when it loads."""
        self._constant(f"{name}.f16", values)
        self._add("Cast", [f"{name}.f16"], name, to=onnx.TensorProto.FLOAT)

    def _constant(self, name: str, values: npt.NDArray[Any]) -> None:
        self._initializers.append(numpy_helper.from_array(values, name))

    def _add(
        self, op_type: str, inputs: list[str], output: str, name: str = "", domain: str = "", **attributes: int
    ) -> None:
        node = helper.make_node(op_type, inputs, [output], name=name or output, domain=domain, **attributes)
        self._nodes.append(node)


def _replace(field: Any, items: Iterable[Any]) -> None:
    """Set a repeated protobuf field to messages some of which may be part of it now."""
    kept = list(items)
    del field[:]
    field.extend(kept)
