"""A second graph of a BERT encoder, over the weights of the first, for texts of one length and one thread on a CPU.

Without padding there is no mask, and the runtime takes its faster attention. Queries and keys are integer products
too: the rounding of values costs precision, that of queries and keys next to none. A row's bits do not depend on the
batch.

Two activations are rounded with one step for all rows, so the product adds its bias and nothing is multiplied
afterwards: the output of attention, and the input of a feed-forward layer. The latter has a few channels with much
larger values than the rest. Such a channel is divided by a whole number, and multiplied with its weights as often.

The outputs of GELU are rounded row by row. They are never below -0.17, so the integers begin there: all 256 serve.
Of a row's step the shift is a whole multiple, so that the integer that stands for 0 is exact.

Tokens are rows of a matrix except in attention. The runtime would join sum and normalisation of a tensor of three
dimensions in an operator that takes five times as long as the two, and has no scale per row of such a tensor.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from aepo_training.build.bert import EPSILON, BertBuilder, Floats
from aepo_training.build.nodes import LARGEST, MICROSOFT, MIDDLE, RoundedRows
from aepo_training.build.shared_constants import share_constants

#: At least the magnitude of the least output of GELU.
_SHIFT = 0.17
#: The range of the outputs of GELU, in steps of their row.
_STEPS = 255
#: Larger outputs of GELU are cut off: in text the largest are around 25.
_LARGEST_OUTPUT = 42
#: One step of the output of attention, whose values are sums of weights of at most 1: hardly any passes 127 steps.
_CONTEXT_STEP = 0.02
#: What the input of a feed-forward layer is rounded within. A channel with larger values is divided by a whole number,
#: and multiplied as often.
_RANGE = 4
#: Above the largest values that were measured.
_MARGIN = 1.25
#: Constants of at least so many bytes are read from the first file.
_SHARED_BYTES = 1024


def write_unpadded_graph(
    weights: dict[str, Floats], heads: int, largest_inputs: Mapping[str, Floats], first: Path, target: Path
) -> None:
    """Write the graph that goes with `bert_graph` of the same weights; both stay in one folder.

    Args:
        weights: As in `bert_graph`.
        heads: Those of a layer.
        largest_inputs: The largest magnitude of each channel of the input of each feed-forward layer, by the name of
            the product that reads it.
        first: The file of the other graph.
        target: The file to write.
    """
    builder = _Builder(weights, heads, largest_inputs)
    model = builder.build(len(largest_inputs))
    share_constants(model, first.read_bytes(), first.name, _SHARED_BYTES, but=builder.own)
    target.write_bytes(model.SerializeToString())


class _Builder(BertBuilder):
    inputs = ("input_ids",)

    def __init__(self, weights: dict[str, Floats], heads: int, largest_inputs: Mapping[str, Floats]) -> None:
        super().__init__(dict(weights), heads)
        self._largest_inputs = largest_inputs
        #: Weights that the first graph lacks.
        self.own: set[str] = set()

    def _embeddings(self) -> list[str]:
        # All tokens are of the first kind. The runtime adds its vector to those of positions when it loads.
        words, kinds = self._words(), self._float("embeddings.token_type_embeddings.weight")
        kind = self.node("Gather", [kinds, self.constant("kind", np.array(0))], "kind.vector")
        places = self.node("Add", [self._float("embeddings.position_embeddings.weight"), kind], "places")
        positions = self.node("Slice", [places, "zero", self._length(), "zero"], "positions")
        summed = self.node("Add", [words, positions], "summed")
        self.node("Concat", ["shape", self.constant("width", np.array([self._width]))], "shape.states", axis=0)
        self.constant("shape.rows", np.array([-1, self._width]))
        self.constant("shape.list", np.array([-1]))
        tokens = self.node("ReduceProd", ["shape"], "tokens", keepdims=1)
        value = helper.make_tensor("value", TensorProto.UINT8, [1], [MIDDLE])
        self.node("ConstantOfShape", [tokens], "middles", value=value)
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

    def _mixing_product(self, context: str, name: str) -> tuple[str, str | None]:
        step = self.constant("context.step", np.float32(_CONTEXT_STEP))
        scales = self._integers(f"{name}.weight", axis=0)
        # Weights of attention sum to 1, so the bias of values reaches every output as it is.
        values = self._weights[name.replace("output.dense", "self.value.bias")]
        bias = self._own_bias(name, self._weights[f"{name}.bias"] + values @ self._matrix(name))
        rounded = self._steps(context, step)
        return self._stepped_product(rounded, f"{name}.weight.q", step, scales, self._float(bias)), None

    def _of_texts(self, rows: str) -> str:
        return self.node("Reshape", [rows, "shape.states"], f"{rows}.texts")

    def _activated(self, states: str, name: str) -> str:
        dense = f"{name}.intermediate.dense"
        scales, bias = self._integers(f"{dense}.weight", axis=0), self._float(f"{dense}.bias")
        parts = np.ceil(np.maximum(self._largest_inputs[dense] * _MARGIN / _RANGE, 1))
        shares = self._own(f"{dense}.shares", np.float32(1) / parts.astype(np.float32))
        again = self._own(f"{dense}.again", np.repeat(np.arange(len(parts)), parts.astype(np.int64) - 1))
        step = self.constant("inner.step", np.float32(_RANGE / LARGEST))
        once = self._steps(self.node("Mul", [states, shares], f"{dense}.shared"), step)
        more = self.node("Gather", [once, again], f"{dense}.more", axis=1)
        rounded = self.node("Concat", [once, more], f"{dense}.input", axis=1)
        # The runtime makes these when it loads.
        rows = self.node("Gather", [f"{dense}.weight.q", again], f"{dense}.weight.more", axis=0)
        integers = self.node("Concat", [f"{dense}.weight.q", rows], f"{dense}.weight.all", axis=0)
        product = self._stepped_product(rounded, integers, step, scales, bias)
        return self.node("Gelu", [product], f"{name}.activated", MICROSOFT)

    def _steps(self, source: str, step: str) -> str:
        """A matrix as integers around the middle, with one step for all."""
        return self.node("QuantizeLinear", [source, step, self._middle], f"{source}.rounded")

    def _stepped_product(self, rounded: str, integers: str, step: str, scales: str, bias: str) -> str:
        """The product of such a matrix, and a bias."""
        inputs = [rounded, integers, step, scales, self._middle, "", bias]
        return self.node("MatMulIntegerToFloat", inputs, f"{integers}.product", MICROSOFT)

    @property
    def _middle(self) -> str:
        return self.constant("middle", np.uint8(MIDDLE))

    def _outer_product(self, activated: str, name: str) -> tuple[str, str]:
        zero, scale = self._zero_and_scale(activated)
        rounded = self.node("QuantizeLinear", [activated, scale, zero], f"{activated}.rounded", axis=0)
        column = self.node("Unsqueeze", [scale, self.constant("one", np.array([1]))], f"{scale}.column")
        integers, scales = f"{name}.weight.q", self._integers(f"{name}.weight", axis=0)
        product = self._product_of_rounded(RoundedRows(rounded, column, zero=0), integers, scales, name)
        # The integers count from below 0. What that adds to every output is taken from the bias.
        added = _SHIFT * self._matrix(name).sum(axis=0)
        return product, self._own_bias(name, self._weights[f"{name}.bias"] - added)

    def _zero_and_scale(self, activated: str) -> tuple[str, str]:
        """For each row of GELU's outputs the integer that stands for 0, and what one step is."""
        largest = self.node("ReduceMax", [activated], f"{activated}.largest", axes=[-1], keepdims=0)
        most = self.constant("largest_output", np.float32(_LARGEST_OUTPUT))
        bounded = self.node("Min", [largest, most], f"{activated}.bounded")
        shift = self.constant("shift", np.float32(_SHIFT))
        extent = self.node("Add", [bounded, shift], f"{activated}.extent")
        all_steps = self.constant("steps", np.float32(_STEPS * _SHIFT))
        steps = self.node("Div", [all_steps, extent], f"{activated}.steps")
        zero = self.node("Cast", [steps], f"{activated}.zero", to=TensorProto.UINT8)
        whole = self.node("Cast", [zero], f"{activated}.whole", to=TensorProto.FLOAT)
        return zero, self.node("Div", [shift, whole], f"{activated}.scale")

    def _row_scale(self, source: str) -> str:
        # Rows are normalised: none is all zeros.
        size = self.node("Abs", [source], f"{source}.size")
        share = self.constant("share", np.float32(1 / LARGEST))
        return self.node("Mul", [self._largest(size, f"{source}.largest"), share], f"{source}.scale")

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

    def _own(self, name: str, values: npt.NDArray[Any]) -> str:
        self.own.add(name)
        return self.constant(name, values)

    def _normalised(self, summands: list[str], name: str, bias: str | None = None) -> str:
        total = self.node("Add", summands, f"{name}.sum") if len(summands) > 1 else summands[0]
        if bias is not None:
            total = self.node("Add", [total, self._float(bias)], f"{name}.total")
        inputs = [total, self._float(f"{name}.weight"), self._float(f"{name}.bias")]
        return self.node("LayerNormalization", inputs, f"{name}.output", axis=-1, epsilon=EPSILON)

    def _steps_of_rows(self, source: str, scale: str) -> str:
        listed = self.node("Reshape", [scale, "shape.list"], f"{scale}.list")
        return self.node("QuantizeLinear", [source, listed, "middles"], f"{source}.rounded", axis=0)
