"""A second graph of a BERT encoder, over the weights of the first, for texts of one length and one thread on a CPU.

Without padding there is no mask, and the runtime takes its faster attention. Queries and keys are integer products
too: the rounding of values costs precision, that of queries and keys next to none. The outputs of GELU are never below
-0.17, so 0.17 is added before they are rounded: then all 256 steps serve. A row's bits do not depend on the batch.

Tokens are rows of a matrix except in attention. The runtime would join sum and normalisation of a tensor of three
dimensions in an operator that takes five times as long as the two, and has no scale per row of such a tensor.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from aepo_training.build.bert import EPSILON, BertBuilder, Floats
from aepo_training.build.nodes import MICROSOFT, MIDDLE, RoundedRows
from aepo_training.build.shared_constants import share_constants

#: At least the magnitude of the least output of GELU.
_SHIFT = 0.17
#: What the shifted outputs of GELU are rounded to.
_STEPS = 255
#: Constants of at least so many bytes are read from the first file.
_SHARED_BYTES = 1024


def write_unpadded_graph(weights: dict[str, Floats], layers: int, heads: int, first: Path, target: Path) -> None:
    """Write the graph that goes with `bert_graph` of the same weights in ``first``; both stay in one folder."""
    builder = _Builder(weights, heads)
    model = builder.build(layers)
    share_constants(model, first.read_bytes(), first.name, _SHARED_BYTES, but=builder.own)
    target.write_bytes(model.SerializeToString())


class _Builder(BertBuilder):
    inputs = ("input_ids", "token_type_ids")

    def __init__(self, weights: dict[str, Floats], heads: int) -> None:
        super().__init__(dict(weights), heads)
        #: Weights that the first graph lacks.
        self.own: set[str] = set()

    def _embeddings(self) -> list[str]:
        summed = self.node("Add", super()._embeddings(), "summed")
        width = len(self._weights["embeddings.LayerNorm.weight"])
        self.node("Concat", ["shape", self.constant("width", np.array([width]))], "shape.states", axis=0)
        self.constant("shape.rows", np.array([-1, width]))
        self.constant("shape.list", np.array([-1]))
        tokens = self.node("ReduceProd", ["shape"], "tokens", keepdims=1)
        for zero in (0, MIDDLE):
            value = helper.make_tensor("value", TensorProto.UINT8, [1], [zero])
            self.node("ConstantOfShape", [tokens], f"zeros.{zero}", value=value)
        return [self.node("Reshape", [summed, "shape.rows"], "embeddings.rows")]

    def _last(self, states: str) -> str:
        return self._of_texts(states)

    def _attention(self, states: str, name: str) -> str:
        query, key, value = (f"{name}.self.{part}" for part in ("query", "key", "value"))
        # A bias of keys adds the same to all scores of a query, which changes no weight.
        biased = [self._integer_product(states, query), self._float(f"{query}.bias")]
        products = [self.node("Add", biased, f"{query}.biased"), self._integer_product(states, key)]
        inputs = [self._of_texts(product) for product in (*products, self._product(states, value))]
        context = self.node("MultiHeadAttention", inputs, f"{name}.context", MICROSOFT, num_heads=self._heads)
        return self.node("Reshape", [context, "shape.rows"], f"{context}.rows")

    def _mixing_product(self, context: str, name: str) -> tuple[str, str]:
        product = self._integer_product(context, name)
        # Weights of attention sum to 1, so the bias of values reaches every output as it is.
        values = self._weights[name.replace("output.dense", "self.value.bias")]
        return product, self._own_bias(name, self._weights[f"{name}.bias"] + values @ self._matrix(name))

    def _of_texts(self, rows: str) -> str:
        return self.node("Reshape", [rows, "shape.states"], f"{rows}.texts")

    def _outer_product(self, activated: str, name: str) -> tuple[str, str]:
        shifted = self.node("Add", [activated, self.constant("shift", np.float32(_SHIFT))], f"{activated}.shifted")
        largest = self._largest(shifted, f"{activated}.largest")
        share = self.constant("share.shifted", np.float32(1 / _STEPS))
        scale = self.node("Mul", [largest, share], f"{activated}.scale")
        rows = RoundedRows(self._steps_of_rows(shifted, scale, zero=0), scale, zero=0)
        integers, scales = f"{name}.weight.q", self._integers(f"{name}.weight", axis=0)
        product = self._product_of_rounded(rows, integers, scales, name)
        # What the shift adds to every output is taken from the bias.
        added = _SHIFT * self._matrix(name).sum(axis=0)
        return product, self._own_bias(name, self._weights[f"{name}.bias"] - added)

    def _matrix(self, name: str) -> npt.NDArray[np.float64]:
        """The weights that the integers stand for."""
        integers, scales = (self.constants[f"{name}.weight.{part}"] for part in ("q", "scales"))
        matrix: npt.NDArray[np.float64] = numpy_helper.to_array(integers) * numpy_helper.to_array(scales).astype(
            np.float64
        )
        return matrix

    def _own_bias(self, name: str, values: npt.NDArray[np.float64]) -> str:
        bias = f"{name}.bias.own"
        self._weights[bias] = values.astype(np.float32)
        self.own.add(bias)
        return bias

    def _normalised(self, summands: list[str], name: str, bias: str | None = None) -> str:
        total = self.node("Add", summands, f"{name}.sum") if len(summands) > 1 else summands[0]
        if bias is not None:
            total = self.node("Add", [total, self._float(bias)], f"{name}.total")
        inputs = [total, self._float(f"{name}.weight"), self._float(f"{name}.bias")]
        return self.node("LayerNormalization", inputs, f"{name}.output", axis=-1, epsilon=EPSILON)

    def _steps_of_rows(self, source: str, scale: str, zero: int = MIDDLE) -> str:
        listed = self.node("Reshape", [scale, "shape.list"], f"{scale}.list")
        return self.node("QuantizeLinear", [source, listed, f"zeros.{zero}"], f"{source}.rounded", axis=0)
