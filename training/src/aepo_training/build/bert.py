"""The graph of a BERT encoder for ONNX Runtime on CPUs: fused operators, weights of 8 bits, mostly integer products.

Activations are rounded to 8 bits row by row, with the row's own largest value as the scale: a row's bits then do not
depend on the other rows of a batch, as they would with the runtime's own dynamic quantisation. Queries, keys and values
are computed in float32, since rounding costs most there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Floats = npt.NDArray[np.float32]

_MICROSOFT = "com.microsoft"
_OPSET = 17
_IR_VERSION = 10
#: Largest of the 8-bit integers; the range is kept symmetric.
_LARGEST = 127
#: The unsigned 8-bit integer that stands for zero in rounded activations.
_ZERO = 128
#: A row of zeros has a scale too.
_SMALLEST = 1e-12
_EPSILON = 1e-12
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OUTPUT = "last_hidden_state"


def bert_graph(weights: dict[str, Floats], layers: int, heads: int) -> onnx.ModelProto:
    """The encoder with weights named as in Hugging Face's `BertModel`, from token ids to the last hidden states."""
    return _Builder(weights, heads).build(layers)


class _Builder:
    """Collects nodes and constants; methods give the name of what they compute."""

    def __init__(self, weights: dict[str, Floats], heads: int) -> None:
        self._weights = weights
        self._heads = heads
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._rounded: dict[str, tuple[str, str]] = {}

    def build(self, layers: int) -> onnx.ModelProto:
        """The whole model."""
        mask = self._node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        states = self._embeddings()
        for index in range(layers):
            states = self._layer(states, mask, f"encoder.layer.{index}")
        self._nodes[-1].output[0] = _OUTPUT
        dims = ["batch", "tokens"]
        width = len(self._weights["embeddings.LayerNorm.weight"])
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [helper.make_tensor_value_info(name, TensorProto.INT64, dims) for name in _INPUTS],
            [helper.make_tensor_value_info(_OUTPUT, TensorProto.FLOAT, [*dims, width])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _embeddings(self) -> str:
        table = "embeddings.word_embeddings.weight"
        scales = self._integers(table, axis=1)
        rows = self._node("Gather", [f"{table}.q", "input_ids"], f"{table}.rows")
        widened = self._node("Cast", [rows], f"{table}.widened", to=TensorProto.FLOAT)
        scale = self._node("Gather", [scales, "input_ids"], f"{table}.scale")
        words = self._node("Mul", [widened, scale], "words")
        kinds = self._node(
            "Gather", [self._float("embeddings.token_type_embeddings.weight"), "token_type_ids"], "kinds"
        )
        zero, one = self._constant("zero", np.array([0])), self._constant("one", np.array([1]))
        shape = self._node("Shape", ["input_ids"], "shape")
        length = self._node("Gather", [shape, one], "length")
        table = self._float("embeddings.position_embeddings.weight")
        positions = self._node("Slice", [table, zero, length, zero], "positions")
        placed = self._node("Add", [words, positions], "placed")
        return self._normalised([placed, kinds], "embeddings.LayerNorm")

    def _layer(self, states: str, mask: str, name: str) -> str:
        attention = f"{name}.attention"
        parts = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        inputs = [*(self._product(states, part) for part in parts), self._constant(f"{attention}.bias", bias), mask]
        context = self._node("MultiHeadAttention", inputs, f"{attention}.context", _MICROSOFT, num_heads=self._heads)
        output = f"{attention}.output"
        mixed = self._integer_product(context, f"{output}.dense")
        states = self._normalised([mixed, states], f"{output}.LayerNorm", f"{output}.dense.bias")
        inner = self._integer_product(states, f"{name}.intermediate.dense")
        inner_bias = self._float(f"{name}.intermediate.dense.bias")
        activated = self._node("BiasGelu", [inner, inner_bias], f"{name}.activated", _MICROSOFT)
        outer = self._integer_product(activated, f"{name}.output.dense")
        return self._normalised([outer, states], f"{name}.output.LayerNorm", f"{name}.output.dense.bias")

    def _normalised(self, summands: list[str], name: str, bias: str | None = None) -> str:
        inputs = [*summands, self._float(f"{name}.weight"), self._float(f"{name}.bias")]
        if bias is not None:
            inputs.append(self._float(bias))
        return self._node("SkipLayerNormalization", inputs, f"{name}.output", _MICROSOFT, epsilon=_EPSILON)

    def _product(self, source: str, name: str) -> str:
        """A product in float32; the runtime widens the integers once, when it loads."""
        scales = self._integers(f"{name}.weight", axis=0)
        wide = self._node("Cast", [f"{name}.weight.q"], f"{name}.wide", to=TensorProto.FLOAT)
        matrix = self._node("Mul", [wide, scales], f"{name}.matrix")
        return self._node("MatMul", [source, matrix], f"{name}.product")

    def _integer_product(self, source: str, name: str) -> str:
        scales = self._integers(f"{name}.weight", axis=0)
        rounded, scale = self._rounded_rows(source)
        one, zero = self._constant("unit", np.float32(1)), self._constant("middle", np.uint8(_ZERO))
        inputs = [rounded, f"{name}.weight.q", one, scales, zero]
        product = self._node("MatMulIntegerToFloat", inputs, f"{name}.steps", _MICROSOFT)
        return self._node("Mul", [product, scale], f"{name}.product")

    def _rounded_rows(self, source: str) -> tuple[str, str]:
        """The rows of an activation as integers, and what one step of each row is."""
        if source not in self._rounded:
            size = self._node("Abs", [source], f"{source}.size")
            largest = self._node("ReduceMax", [size], f"{source}.largest", axes=[-1], keepdims=1)
            least = self._constant("least", np.float32(_SMALLEST))
            some = self._node("Max", [largest, least], f"{source}.some")
            share = self._constant("share", np.float32(1 / _LARGEST))
            scale = self._node("Mul", [some, share], f"{source}.scale")
            steps = self._node("Div", [source, scale], f"{source}.steps")
            one, zero = self._constant("unit", np.float32(1)), self._constant("middle", np.uint8(_ZERO))
            self._rounded[source] = self._node("QuantizeLinear", [steps, one, zero], f"{source}.rounded"), scale
        return self._rounded[source]

    def _integers(self, name: str, axis: int) -> str:
        """Stores a matrix as 8-bit integers with a scale for each row (axis 1) or column (axis 0); names the scales.

        Matrices of layers, whose scales go with columns, are stored transposed, as products want them.
        """
        weight = self._weights[name].T if axis == 0 else self._weights[name]
        scales = np.maximum(np.abs(weight).max(axis=axis, keepdims=axis == 1), _SMALLEST) / _LARGEST
        self._constant(f"{name}.q", np.round(weight / scales).astype(np.int8))
        return self._constant(f"{name}.scales", scales.astype(np.float32))

    def _float(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, values: Any) -> str:
        self._constants[name] = numpy_helper.from_array(np.array(values, order="C"), name)
        return name

    def _node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output
