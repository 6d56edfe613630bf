"""A third graph over the weights of the other two, for long prompts: integer products, and attention on floats.

Attention of many tokens at once multiplies matrices, which float32 keys and values make several times as fast as 8-bit
integers do. The graph also gives the integers that decoding continues from. The file holds little but nodes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from aepo_training.build.integer_cache import ATTENTION, float_cache, scales_name
from aepo_training.build.nodes import Nodes
from aepo_training.build.shared_constants import share_constants

#: Constants of at least so many bytes are read from the other files.
_SHARED_BYTES = 1024
_TOKENS_AXIS = 2
#: The place among the inputs of attention of a score for each head that competes with those of the keys.
_SINK = 11


def write_prefill_graph(integer: Path, target: Path) -> None:
    """Write the graph that goes with the integer graph in a file; both stay in one folder."""
    content = integer.read_bytes()
    model = onnx.load_model_from_string(content)
    graph = model.graph
    shapes = {item.name: [dim.dim_value for dim in item.type.tensor_type.shape.dim] for item in graph.input}
    constants = {item.name: item for item in graph.initializer}
    rounding = _Rounding(next(item.version for item in model.opset_import if not item.domain))
    for past in float_cache(graph):
        _, heads, _, dim = shapes[past]
        scales = constants[scales_name(past)]
        scales.dims[:] = [heads, 1, dim]
        output = rounding.add(past.replace("past_key_values", "present"), scales.name)
        sizes = ["batch_size", heads, "sequence_length", dim]
        graph.output.append(helper.make_tensor_value_info(output, TensorProto.INT8, sizes))
    graph.node.extend(rounding.nodes)
    graph.initializer.extend(rounding.constants.values())
    _keep_scores(graph)
    share_constants(model, content, integer.name, _SHARED_BYTES)
    target.write_bytes(model.SerializeToString())


def _keep_scores(graph: onnx.GraphProto) -> None:
    """Let attention keep the scores of all new tokens, instead of computing them in tiles.

    ONNX Runtime (1.30) takes up to twice as long in tiles for the tokens that are computed at once here. It keeps the
    scores of a node that has a sink. This sink is so low that its weight is 0.
    """
    sinks: dict[int, str] = {}
    for node in graph.node:
        settings = {item.name: item.i for item in node.attribute}
        if node.op_type != ATTENTION or settings.get("smooth_softmax") or any(node.input[_SINK:]):
            continue
        heads = settings["num_heads"]
        if heads not in sinks:
            sinks[heads] = f"no_sink.{heads}"
            lowest = np.full(heads, np.finfo(np.float32).min)
            graph.initializer.append(numpy_helper.from_array(lowest, sinks[heads]))
        node.input.extend([""] * (_SINK - len(node.input)))
        node.input[_SINK:] = [sinks[heads]]


class _Rounding(Nodes):
    """Rounds the keys or values of the new tokens."""

    def __init__(self, opset: int) -> None:
        super().__init__(opset)
        axis = self.constant("rounded.axis", np.array([1], dtype=np.int64))
        self._tokens_axis = self.constant("rounded.tokens_axis", np.array([_TOKENS_AXIS], dtype=np.int64))
        self._one = self.constant("rounded.one", np.float32(1))
        self._zero = self.constant("rounded.zero", np.int8(0))
        shapes = [self.node("Shape", [name], f"rounded.{name}.shape") for name in ("attention_mask", "input_ids")]
        self._end, count = (self.node("Gather", [shape, axis], f"{shape}.width") for shape in shapes)
        self._start = self.node("Sub", [self._end, count], "rounded.start")

    def add(self, present: str, scales: str) -> str:
        """The integers of a key or value, with scales (heads, 1, dim)."""
        name = present.replace("present", "rounded")
        new = self.node("Slice", [present, self._start, self._end, self._tokens_axis], f"{name}.new")
        steps = self.node("Div", [new, scales], f"{name}.steps")
        return self.node("QuantizeLinear", [steps, self._one, self._zero], name)
