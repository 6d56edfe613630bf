"""A graph in half precision, for graphics cards, from a graph of 4-bit weights that computes in single precision.

Weights, activations, keys and values, and logits become float16. With ``dense`` the weights become plain
float16 matrices too: three times as large, and a third of the operators, since the offsets of the 4-bit blocks
need four operators for each product.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from aepo_training.build.quantise import dequantise, stored_matrix

_SOURCE = Path("onnx/model_q4.onnx")
_TARGETS = {False: Path("onnx/model_q4f16.onnx"), True: Path("onnx/model_fp16.onnx")}
_LARGEST = float(np.finfo(np.float16).max)


def write_half_model(source: Path, target: Path, *, dense: bool) -> Path:
    """Copy a model folder with its graph in half precision; the path of the graph.

    Args:
        source: A folder with `onnx/model_q4.onnx`, as `build-model` writes it.
        target: The new folder; files of the same names are replaced.
        dense: Whether weights are plain matrices instead of 4-bit blocks.
    """
    model = onnx.load(source / _SOURCE)
    if dense:
        expand_weights(model.graph)
    halve(model.graph)
    path = target / _TARGETS[dense]
    path.parent.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.is_file():
            shutil.copyfile(file, target / file.name)
    onnx.save(model, path)
    return path


def halve(graph: onnx.GraphProto) -> None:
    """Turn every float32 tensor of a graph into float16."""
    widened = {node.output[0]: node.input[0] for node in graph.node if _widens(node)}
    nodes = [node for node in graph.node if node.output[0] not in widened]
    for node in nodes:
        for i, name in enumerate(node.input):
            node.input[i] = widened.get(name, name)
        for attribute in node.attribute:
            if attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.FLOAT16
    initializers = [_halved(item) for item in graph.initializer]
    for value in [*graph.input, *graph.output]:
        tensor = value.type.tensor_type
        if tensor.elem_type == TensorProto.FLOAT:
            tensor.elem_type = TensorProto.FLOAT16
    del graph.value_info[:]
    _set(graph.node, nodes)
    _set(graph.initializer, initializers)


def expand_weights(graph: onnx.GraphProto) -> None:
    """Replace products with 4-bit or 8-bit blocks by products with plain float16 matrices."""
    arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    nodes: list[onnx.NodeProto] = []
    dense: dict[str, npt.NDArray[np.float16]] = {}
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            name = node.input[1].removesuffix(".q")
            dense[f"{name}.t"] = _dense(arrays, name).T
            output = node.output[0].removesuffix(".steps")
            nodes.append(helper.make_node("MatMul", [node.input[0], f"{name}.t"], [output], name=output))
        elif node.op_type == "GatherBlockQuantized":
            name = node.input[2].removesuffix(".scales")
            dense[name] = _dense(arrays, name)
            nodes.append(helper.make_node("Gather", [name, node.input[1]], [node.output[0]], name=node.name))
        elif not _is_of_blocks(node, makers):
            nodes.append(node)
    used = {name for node in nodes for name in node.input}
    kept = [item for item in graph.initializer if item.name in used]
    matrices = [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in dense.items()]
    _set(graph.node, nodes)
    _set(graph.initializer, [*kept, *matrices])


def _is_of_blocks(node: onnx.NodeProto, makers: dict[str, onnx.NodeProto]) -> bool:
    """Whether a node computes with blocks of weights: sums of activations, offsets, widened scales."""
    if any(name.endswith((".blocks", ".block_sums", ".offsets", ".rows", ".scales")) for name in node.output):
        return True
    return node.op_type == "Add" and node.input[0].endswith(".steps") and node.input[0] in makers


def _dense(arrays: dict[str, npt.NDArray[Any]], name: str) -> npt.NDArray[np.float16]:
    return dequantise(stored_matrix(name, arrays.get)).astype(np.float16)


def _widens(node: onnx.NodeProto) -> bool:
    return bool(node.op_type == "Cast" and node.input[0].endswith(".f16"))


def _halved(item: onnx.TensorProto) -> onnx.TensorProto:
    if item.data_type != TensorProto.FLOAT:
        return item
    values = numpy_helper.to_array(item).clip(-_LARGEST, _LARGEST).astype(np.float16)
    return numpy_helper.from_array(values, item.name)


def _set(field: Any, items: list[Any]) -> None:
    copies = list(items)
    del field[:]
    field.extend(copies)


if __name__ == "__main__":
    for plain in (False, True):
        print(write_half_model(Path(sys.argv[1]), Path(sys.argv[2]), dense=plain), flush=True)
