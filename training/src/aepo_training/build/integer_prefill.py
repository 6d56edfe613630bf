"""A third graph over the weights of the other two, for long prompts: integer products, and attention on floats.

Attention of many tokens at once multiplies matrices, which float32 keys and values make several times as fast as 8-bit
integers do. The graph also gives the integers that decoding continues from. The file holds little but nodes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from aepo_training.build.integer_cache import float_cache, scales_name
from aepo_training.build.nodes import Nodes
from aepo_training.build.shared_constants import share_constants

#: Constants of at least so many bytes are read from the other files.
_SHARED_BYTES = 1024
_TOKENS_AXIS = 2


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
    share_constants(model, content, integer.name, _SHARED_BYTES)
    target.write_bytes(model.SerializeToString())


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
