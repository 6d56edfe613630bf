"""Makes the graph of integer products from the 4-bit graph, so that only one of the two need travel.

``python integerFile.py pack INTEGER_GRAPH GRAPH OUT`` writes the graph without its matrices and what rounding lost;
``python integerFile.py build GRAPH OUT INTEGER_GRAPH`` writes the graph and its file of further weights. Weights of
channels that are multiplied as floats may differ from the original ones in the last bit.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.external_data_helper import ExternalDataInfo

from aepo_training.build.nodes import LARGEST, SMALLEST
from aepo_training.build.quantise import dequantise, stored_matrix

Arrays = dict[str, Any]
INTEGERS, FLOATS = ".integers", ".float_weights"
#: The normalisation that scales the inputs of a product, by a part of the name of its matrix.
NORMALISATIONS = {
    "qkv_proj": "input_layernorm",
    "gate_proj": "post_attention_layernorm",
}
NORMALISATIONS["up_proj"] = NORMALISATIONS["gate_proj"]


def arrays_of(graph: onnx.GraphProto) -> Arrays:
    """Give the initializers that the graph's file holds, by name."""
    return {
        item.name: numpy_helper.to_array(item)
        for item in graph.initializer
        if item.data_location != onnx.TensorProto.EXTERNAL and item.raw_data
    }


def matrices_of(name: str, four_bit: Arrays, integer: Arrays) -> dict[str, Any]:
    """Give the 8-bit integers of a matrix, (inputs, outputs), as far as rounding allows, and its channels in floats."""
    weights = dequantise(stored_matrix(name, four_bit.get)) * factors_of(name, four_bit, integer)
    floats = integer.get(f"{name}.float_channels", np.zeros(0, np.int64))
    found = {name + FLOATS: weights[:, floats].T.copy()}
    weights[:, floats] = 0
    return found | {name + INTEGERS: np.rint(weights / scales_of(weights)[:, None]).astype(np.int8).T}


def scales_of(weights: Any) -> Any:
    """Give the value of one step for each row of a matrix."""
    return np.maximum(np.abs(weights).max(axis=1), SMALLEST) / np.float32(LARGEST)


def factors_of(name: str, four_bit: Arrays, integer: Arrays) -> Any:
    """Give what the channels of a product's input were divided by."""
    layer = ".".join(name.split(".")[:3])
    scale = "model.layers.30.final_norm_layernorm.weight" if name.startswith("lm_head") else None
    for part, normalisation in NORMALISATIONS.items():
        scale = f"{layer}.{normalisation}.weight" if part in name else scale
    if scale:
        return four_bit[scale] / integer[f"{scale}.smoothed"]
    if "down_proj" not in name:
        return np.float32(1)
    up = name.replace("down_proj", "up_proj")
    weights = dequantise(stored_matrix(up, four_bit.get)) * factors_of(up, four_bit, integer)
    return scales_of(weights) / integer[f"{up}.row_scales"]


def names_of(graph: onnx.GraphProto) -> list[str]:
    """Give the names of the matrices that do not travel."""
    return [item.name.removesuffix(INTEGERS) for item in graph.initializer if item.name.endswith(INTEGERS)]


def data_of(graph: str) -> Path:
    """Name the graph's file of further weights."""
    return Path(f"{graph}_data")


def is_in_data(item: onnx.TensorProto, graph: str) -> bool:
    """Whether the graph's own file of further weights holds a constant."""
    external = item.data_location == onnx.TensorProto.EXTERNAL
    return external and ExternalDataInfo(item).location == data_of(graph).name


def pack(source: str, graph: str, target: str) -> None:
    """Write what :func:`build` needs beside the 4-bit graph."""
    model = onnx.load(source, load_external_data=False)
    integer, four_bit = arrays_of(model.graph), arrays_of(onnx.load(graph).graph)
    for item in model.graph.initializer:
        if is_in_data(item, source):
            info = ExternalDataInfo(item)
            values = np.memmap(data_of(source), np.uint8, "r", info.offset, (info.length,))
            integer[item.name] = values.view(onnx.helper.tensor_dtype_to_np_dtype(item.data_type)).reshape(item.dims)
        elif item.name.endswith(INTEGERS):
            item.raw_data = b""
    lost = []
    for name in names_of(model.graph):
        found = matrices_of(name, four_bit, integer)
        lost.append((integer[name + INTEGERS] - found[name + INTEGERS]).reshape(-1))
        if name + FLOATS in integer:
            np.testing.assert_allclose(integer[name + FLOATS], found[name + FLOATS], rtol=1e-4, atol=1e-7)
    all_lost = np.concatenate(lost)
    print(f"{(all_lost != 0).sum()} of {all_lost.size} integers need a correction")
    rest = model.SerializeToString()
    with lzma.open(target, "wb", preset=2) as file:
        for part in (rest, all_lost.tobytes(), Path(source).name.encode()):
            file.write(len(part).to_bytes(8, "little") + part)


def build(graph: str, packed: str, target: str) -> None:
    """Write the graph and its file of further weights."""
    with lzma.open(packed) as file:
        parts = [file.read(int.from_bytes(file.read(8), "little")) for _ in range(3)]
    model, lost, source = (
        onnx.load_model_from_string(parts[0]),
        np.frombuffer(parts[1], np.int8),
        parts[2].decode(),
    )
    integer, four_bit = arrays_of(model.graph), arrays_of(onnx.load(graph).graph)
    found: Arrays = {}
    at = 0
    for name in names_of(model.graph):
        matrices = matrices_of(name, four_bit, integer)
        integers = matrices[name + INTEGERS]
        matrices[name + INTEGERS] = integers + lost[at : at + integers.size].reshape(integers.shape)
        at += integers.size
        found |= matrices
    with data_of(target).open("wb") as data:
        for item in model.graph.initializer:
            if is_in_data(item, source):
                data.seek(ExternalDataInfo(item).offset)
                data.write(found[item.name].tobytes())
            elif item.name in found:
                item.raw_data = found[item.name].tobytes()
    Path(target).write_bytes(model.SerializeToString())


if __name__ == "__main__":
    {"pack": pack, "build": build}[sys.argv[1]](*sys.argv[2:])
