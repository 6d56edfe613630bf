"""Makes the graph of integer products from the 4-bit graph, so that only one of the two need travel.

``python integerFile.py pack INTEGER_GRAPH GRAPH OUT`` writes the graph without its matrices, what rounding lost, and
the graph's file of further weights; ``python integerFile.py build GRAPH OUT INTEGER_GRAPH`` writes both.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from aepo_training.build.nodes import LARGEST, SMALLEST
from aepo_training.build.quantise import dequantise, stored_matrix

Arrays = dict[str, Any]
SUFFIX = ".integers"
#: The normalisation that scales the inputs of a product, by a part of the name of its matrix.
NORMALISATIONS = {"qkv_proj": "input_layernorm", "gate_proj": "post_attention_layernorm"}
NORMALISATIONS["up_proj"] = NORMALISATIONS["gate_proj"]


def arrays_of(graph: onnx.GraphProto) -> Arrays:
    """Give the initializers that the graph's file holds, by name."""
    return {
        item.name: numpy_helper.to_array(item)
        for item in graph.initializer
        if item.data_location != onnx.TensorProto.EXTERNAL and item.raw_data
    }


def integers_of(name: str, four_bit: Arrays, integer: Arrays) -> Any:
    """Give the 8-bit integers of a matrix, (inputs, outputs), as far as rounding allows."""
    matrix = name.removesuffix(SUFFIX)
    weights = dequantise(stored_matrix(matrix, four_bit.get))
    layer = ".".join(matrix.split(".")[:3])
    for part, normalisation in NORMALISATIONS.items():
        if part in matrix:
            scale = f"{layer}.{normalisation}.weight"
            weights = weights * (four_bit[scale] / integer[f"{scale}.smoothed"])
    scales = np.maximum(np.abs(weights).max(axis=1), SMALLEST) / np.float32(LARGEST)
    return np.rint(weights / scales[:, None]).astype(np.int8).T


def matrices(graph: onnx.GraphProto) -> list[onnx.TensorProto]:
    """Give the initializers that do not travel."""
    external = onnx.TensorProto.EXTERNAL
    return [item for item in graph.initializer if item.name.endswith(SUFFIX) and item.data_location != external]


def data_of(graph: str) -> Path:
    """Name the graph's file of further weights."""
    return Path(f"{graph}_data")


def pack(source: str, graph: str, target: str) -> None:
    """Write what :func:`build` needs beside the 4-bit graph."""
    model = onnx.load(source, load_external_data=False)
    integer, four_bit = arrays_of(model.graph), arrays_of(onnx.load(graph).graph)
    lost = []
    for item in matrices(model.graph):
        lost.append((integer[item.name] - integers_of(item.name, four_bit, integer)).reshape(-1))
        item.raw_data = b""
    all_lost = np.concatenate(lost)
    print(f"{(all_lost != 0).sum()} of {all_lost.size} integers need a correction")
    rest = model.SerializeToString()
    with lzma.open(target, "wb", preset=2) as file:
        for part in (rest, all_lost.tobytes(), data_of(source).read_bytes()):
            file.write(len(part).to_bytes(8, "little") + part)


def build(graph: str, packed: str, target: str) -> None:
    """Write the graph."""
    with lzma.open(packed) as file:
        parts = [file.read(int.from_bytes(file.read(8), "little")) for _ in range(3)]
    model, lost = onnx.load_model_from_string(parts[0]), np.frombuffer(parts[1], np.int8)
    integer, four_bit = arrays_of(model.graph), arrays_of(onnx.load(graph).graph)
    at = 0
    for item in matrices(model.graph):
        values = integers_of(item.name, four_bit, integer)
        item.raw_data = (values + lost[at : at + values.size].reshape(values.shape)).tobytes()
        at += values.size
    data_of(target).write_bytes(parts[2])
    Path(target).write_bytes(model.SerializeToString())


if __name__ == "__main__":
    {"pack": pack, "build": build}[sys.argv[1]](*sys.argv[2:])
