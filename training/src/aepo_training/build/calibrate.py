"""How large the activations of a decoder get, measured on random tokens.

Which channels are large is a property of the model more than of the text: random tokens find the same ones as prose
does, and need no data.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper

_SEED = 1
_ROWS, _TOKENS = 8, 128
_FATAL = 4


def largest_activations(model: onnx.ModelProto, names: list[str]) -> dict[str, npt.NDArray[np.float32]]:
    """The largest magnitude of each channel (last axis) of the activations with these names."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    for name in names:
        size, largest = f"{name}.probe.size", f"{name}.probe"
        probe.graph.node.append(helper.make_node("Abs", [name], [size]))
        probe.graph.node.append(helper.make_node("ReduceMax", [size, "probe.axes"], [largest], keepdims=0))
        probe.graph.output.append(helper.make_empty_tensor_value_info(largest))
    probe.graph.initializer.append(helper.make_tensor("probe.axes", onnx.TensorProto.INT64, [2], [0, 1]))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    session = onnxruntime.InferenceSession(probe.SerializeToString(), options, providers=["CPUExecutionProvider"])
    found = session.run([f"{name}.probe" for name in names], _feeds(session))
    return dict(zip(names, found, strict=True))


def _feeds(session: onnxruntime.InferenceSession) -> dict[str, npt.NDArray[np.int64] | npt.NDArray[np.float32]]:
    """Random tokens after an empty past."""
    vocabulary = session.get_outputs()[0].shape[-1]
    tokens = np.random.default_rng(_SEED).integers(0, vocabulary, (_ROWS, _TOKENS))
    empty = {
        item.name: np.zeros((_ROWS, item.shape[1], 0, item.shape[3]), dtype=np.float32)
        for item in session.get_inputs()
        if item.name.startswith("past_key_values")
    }
    return {"input_ids": tokens, "attention_mask": np.ones_like(tokens), **empty}
