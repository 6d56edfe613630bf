"""The graph of a BERT encoder for ONNX Runtime on CPUs: fused operators, weights of 8 bits, mostly integer products.

Queries, keys and values are computed in float32, since rounding costs most there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

from aepo_training.build.nodes import LARGEST, MICROSOFT, SMALLEST, Nodes

Floats = npt.NDArray[np.float32]

_OPSET = 17
_IR_VERSION = 10
EPSILON = 1e-12
_OUTPUT = "last_hidden_state"
_MASK = "mask"


def bert_graph(weights: dict[str, Floats], layers: int, heads: int) -> onnx.ModelProto:
    """The encoder with weights named as in Hugging Face's `BertModel`, from token ids to the last hidden states."""
    return BertBuilder(weights, heads).build(layers)


class BertBuilder(Nodes):
    """Methods add to the graph and give the name of what they compute."""

    inputs: tuple[str, ...] = ("input_ids", "attention_mask", "token_type_ids")

    def __init__(self, weights: dict[str, Floats], heads: int) -> None:
        super().__init__(_OPSET)
        self._weights = weights
        self._heads = heads

    def build(self, layers: int) -> onnx.ModelProto:
        """The whole model."""
        if "attention_mask" in self.inputs:
            self.node("Cast", ["attention_mask"], _MASK, to=TensorProto.INT32)
        states = self._normalised(self._embeddings(), "embeddings.LayerNorm")
        for index in range(layers):
            states = self._layer(states, f"encoder.layer.{index}")
        self._last(states)
        self.nodes[-1].output[0] = _OUTPUT
        dims = ["batch", "tokens"]
        graph = helper.make_graph(
            self.nodes,
            "bert",
            [helper.make_tensor_value_info(name, TensorProto.INT64, dims) for name in self.inputs],
            [helper.make_tensor_value_info(_OUTPUT, TensorProto.FLOAT, [*dims, self._width])],
            list(self.constants.values()),
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _last(self, states: str) -> str:
        """What is done with the states of the last layer: nothing."""
        return states

    @property
    def _width(self) -> int:
        return len(self._weights["embeddings.LayerNorm.weight"])

    def _embeddings(self) -> list[str]:
        """Summands."""
        words = self._words()
        kinds = self.node("Gather", [self._float("embeddings.token_type_embeddings.weight"), "token_type_ids"], "kinds")
        length = self._length()
        table = self._float("embeddings.position_embeddings.weight")
        positions = self.node("Slice", [table, "zero", length, "zero"], "positions")
        placed = self.node("Add", [words, positions], "placed")
        return [placed, kinds]

    def _words(self) -> str:
        table = "embeddings.word_embeddings.weight"
        scales = self._integers(table, axis=1)
        rows = self.node("Gather", [f"{table}.q", "input_ids"], f"{table}.rows")
        widened = self.node("Cast", [rows], f"{table}.widened", to=TensorProto.FLOAT)
        scale = self.node("Gather", [scales, "input_ids"], f"{table}.scale")
        return self.node("Mul", [widened, scale], "words")

    def _length(self) -> str:
        """The tokens of a text."""
        self.constant("zero", np.array([0]))
        one = self.constant("one", np.array([1]))
        shape = self.node("Shape", ["input_ids"], "shape")
        return self.node("Gather", [shape, one], "length")

    def _layer(self, states: str, name: str) -> str:
        attention = f"{name}.attention"
        context = self._attention(states, attention)
        mixed, bias = self._mixing_product(context, f"{attention}.output.dense")
        states = self._normalised([mixed, states], f"{attention}.output.LayerNorm", bias)
        activated = self._activated(states, name)
        outer, bias = self._outer_product(activated, f"{name}.output.dense")
        return self._normalised([outer, states], f"{name}.output.LayerNorm", bias)

    def _activated(self, states: str, name: str) -> str:
        """The first product of a feed-forward layer, and GELU."""
        inner = self._integer_product(states, f"{name}.intermediate.dense")
        inner_bias = self._float(f"{name}.intermediate.dense.bias")
        return self.node("BiasGelu", [inner, inner_bias], f"{name}.activated", MICROSOFT)

    def _attention(self, states: str, name: str) -> str:
        parts = [f"{name}.self.{part}" for part in ("query", "key", "value")]
        products = [self._product(states, part) for part in parts]
        bias = self.constant(f"{name}.bias", np.concatenate([self._weights[f"{part}.bias"] for part in parts]))
        inputs = [*products, bias, _MASK]
        return self.node("MultiHeadAttention", inputs, f"{name}.context", MICROSOFT, num_heads=self._heads)

    def _mixing_product(self, context: str, name: str) -> tuple[str, str | None]:
        """The product that follows attention, and the name of the bias that it lacks."""
        return self._integer_product(context, name), f"{name}.bias"

    def _outer_product(self, activated: str, name: str) -> tuple[str, str]:
        """The second product of a feed-forward layer, and the name of the bias that belongs to it."""
        return self._integer_product(activated, name), f"{name}.bias"

    def _normalised(self, summands: list[str], name: str, bias: str | None = None) -> str:
        """The normalised sum of summands, and of a bias."""
        inputs = [*summands, self._float(f"{name}.weight"), self._float(f"{name}.bias")]
        if bias is not None:
            inputs.append(self._float(bias))
        return self.node("SkipLayerNormalization", inputs, f"{name}.output", MICROSOFT, epsilon=EPSILON)

    def _product(self, source: str, name: str) -> str:
        """A product in float32; the runtime widens the integers once, when it loads."""
        scales = self._integers(f"{name}.weight", axis=0)
        wide = self.node("Cast", [f"{name}.weight.q"], f"{name}.wide", to=TensorProto.FLOAT)
        matrix = self.node("Mul", [wide, scales], f"{name}.matrix")
        return self.node("MatMul", [source, matrix], f"{name}.product")

    def _integer_product(self, source: str, name: str) -> str:
        scales = self._integers(f"{name}.weight", axis=0)
        return self.integer_product(source, f"{name}.weight.q", scales, name)

    def _integers(self, name: str, axis: int) -> str:
        """Stores a matrix as 8-bit integers with a scale for each row (axis 1) or column (axis 0); names the scales.

        Matrices of layers, whose scales go with columns, are stored transposed, as products want them.
        """
        weight = self._weights[name].T if axis == 0 else self._weights[name]
        scales = np.maximum(np.abs(weight).max(axis=axis, keepdims=axis == 1), SMALLEST) / LARGEST
        self.constant(f"{name}.q", np.round(weight / scales).astype(np.int8))
        return self.constant(f"{name}.scales", scales.astype(np.float32))

    def _float(self, name: str) -> str:
        return self.constant(name, self._weights[name])
