"""Nodes and constants of an ONNX graph under construction, and products of 8-bit integers made of them.

Activations are rounded to 8 bits row by row, with the row's own largest value as the scale: a row's bits then do not
depend on the other rows of a batch, as they would with the runtime's own dynamic quantisation.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import helper, numpy_helper

MICROSOFT = "com.microsoft"
#: Largest of the 8-bit integers; the range is kept symmetric.
LARGEST = 127
#: A row of zeros has a scale too.
SMALLEST = 1e-12
#: The unsigned 8-bit integer that stands for zero in rounded activations of both signs.
MIDDLE = 128
#: The first opset whose ReduceMax takes its axes as an input.
_AXES_ARE_AN_INPUT = 18


class RoundedRows(NamedTuple):
    """The rows of an activation as integers."""

    integers: str
    #: What one step of each row is.
    scale: str
    #: The integer that stands for 0.
    zero: int


class Nodes:
    """Collects nodes and constants; methods give the name of what they compute."""

    def __init__(self, opset: int) -> None:
        self._opset = opset
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self._rounded: dict[str, RoundedRows] = {}

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output, which names the node as well."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def constant(self, name: str, values: Any) -> str:
        """Add or replace a constant."""
        self.constants[name] = numpy_helper.from_array(np.array(values, order="C"), name)
        return name

    def integer_product(self, source: str, integers: str, scales: str, name: str) -> str:
        """A product of activations with an int8 matrix, a row per input and a column with a scale per output."""
        return self._product_of_rounded(self._rounded_rows(source), integers, scales, name)

    def _product_of_rounded(self, rows: RoundedRows, integers: str, scales: str, name: str) -> str:
        one, zero = self.constant("unit", np.float32(1)), self.constant(_zero_name(rows.zero), np.uint8(rows.zero))
        inputs = [rows.integers, integers, one, scales, zero]
        steps = self.node("MatMulIntegerToFloat", inputs, f"{name}.steps", MICROSOFT)
        return self.node("Mul", [steps, rows.scale], f"{name}.product")

    def _rounded_rows(self, source: str) -> RoundedRows:
        if source not in self._rounded:
            scale = self._row_scale(source)
            self._rounded[source] = RoundedRows(self._steps_of_rows(source, scale), scale, MIDDLE)
        return self._rounded[source]

    def _row_scale(self, source: str) -> str:
        """What one step of each row is, from its largest magnitude."""
        size = self.node("Abs", [source], f"{source}.size")
        largest = self._largest(size, f"{source}.largest")
        some = self.node("Max", [largest, self.constant("least", np.float32(SMALLEST))], f"{source}.some")
        return self.node("Mul", [some, self.constant("share", np.float32(1 / LARGEST))], f"{source}.scale")

    def _steps_of_rows(self, source: str, scale: str) -> str:
        """The rows as integers around the middle."""
        steps = self.node("Div", [source, scale], f"{source}.steps")
        one, middle = self.constant("unit", np.float32(1)), self.constant(_zero_name(MIDDLE), np.uint8(MIDDLE))
        return self.node("QuantizeLinear", [steps, one, middle], f"{source}.rounded")

    def _largest(self, source: str, output: str) -> str:
        """The largest value of each row."""
        if self._opset < _AXES_ARE_AN_INPUT:
            return self.node("ReduceMax", [source], output, axes=[-1], keepdims=1)
        axis = self.constant("last_axis", np.array([-1], dtype=np.int64))
        return self.node("ReduceMax", [source, axis], output, keepdims=1)


def _zero_name(zero: int) -> str:
    return "middle" if zero == MIDDLE else f"zero.{zero}"
