"""Keys and values as 8-bit integers: a quarter of the memory of float32, which attention reads in less time.

Each channel of each head has a scale of its own, measured beforehand: a row's integers then do not depend on the rows
or tokens beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from aepo_training.build.calibrate import Floats, Pairs
from aepo_training.build.nodes import LARGEST, SMALLEST

ATTENTION = "GroupQueryAttention"
_SETTINGS = {"k_quant_type": "PER_CHANNEL", "v_quant_type": "PER_CHANNEL", "kv_cache_bit_width": 8}
#: Places among the inputs of attention: keys and values so far, then the scales of both.
_PASTS = (3, 4)
_COSINES = 7
_FIRST_SCALE = 12
#: How far keys and values may reach beyond the largest that was measured.
_MARGIN = 1.25


def round_cache(graph: onnx.GraphProto, largest: Mapping[str, Floats]) -> None:
    """Let a graph take and give integers; ``largest`` has the largest magnitudes (heads, dim) for each input."""
    for node in graph.node:
        if node.op_type == ATTENTION:
            scales = [_add_scales(graph, name, largest[name]) for name in (node.input[place] for place in _PASTS)]
            node.input.extend([""] * (_FIRST_SCALE - len(node.input)) + scales)
            node.attribute.extend(helper.make_attribute(key, value) for key, value in _SETTINGS.items())
    for item in (*graph.input, *graph.output):
        if item.name.replace("present", "past_key_values") in largest:
            item.type.tensor_type.elem_type = TensorProto.INT8


def rotates_by_constants(graph: onnx.GraphProto) -> bool:
    """Whether the angles of a position are known; graphs for long contexts choose them by the length."""
    constants = {item.name for item in graph.initializer}
    settings = (
        (node, {item.name: item.i for item in node.attribute}) for node in graph.node if node.op_type == ATTENTION
    )
    return all(node.input[_COSINES] in constants for node, values in settings if values.get("do_rotary"))


def rotated_channels(graph: onnx.GraphProto) -> dict[str, Pairs]:
    """The pairs of channels that attention rotates with the position, by the name of the key's input."""
    shapes = {item.name: item.dims for item in graph.initializer}
    found: dict[str, Pairs] = {}
    for node in graph.node:
        settings = {item.name: item.i for item in node.attribute}
        if node.op_type == ATTENTION and settings.get("do_rotary"):
            count = shapes[node.input[_COSINES]][1]
            interleaved = settings.get("rotary_interleaved")
            first = range(0, 2 * count, 2) if interleaved else range(count)
            found[node.input[_PASTS[0]]] = (list(first), [channel + (1 if interleaved else count) for channel in first])
    return found


def float_cache(graph: onnx.GraphProto) -> list[str]:
    """Let a graph that `round_cache` has made take and give floats again; returns the names of these inputs."""
    pasts = []
    for node in graph.node:
        if node.op_type == ATTENTION:
            pasts += [node.input[place] for place in _PASTS]
            node.input[_FIRST_SCALE:] = []
            kept = [item for item in node.attribute if item.name not in _SETTINGS]
            del node.attribute[:]
            node.attribute.extend(kept)
    for item in (*graph.input, *graph.output):
        if item.name.replace("present", "past_key_values") in pasts:
            item.type.tensor_type.elem_type = TensorProto.FLOAT
    return pasts


def scales_name(past: str) -> str:
    """The constant with the scales of an input, (heads · dim)."""
    return f"{past}.scales"


def _add_scales(graph: onnx.GraphProto, name: str, largest: Floats) -> str:
    steps = np.maximum(largest * _MARGIN, SMALLEST) / LARGEST
    scales = scales_name(name)
    graph.initializer.append(numpy_helper.from_array(steps.ravel().astype(np.float32), scales))
    return scales
