"""A second graph beside a 4-bit one, for CPUs: it multiplies 8-bit integers.

Products of 8-bit integers with one scale per output are several times as fast as products with 4-bit blocks once a
batch has more than a few rows. What is no such product is read from the 4-bit file.

Before an activation is rounded, its channels are brought nearer to one size, and the weights take the difference: Xiao
et al., "SmoothQuant", arXiv 2211.10438, equation 4 with an exponent of one half. A normalisation takes the factors into
its weights; a gated inner layer takes them into the product that it multiplies with its gate. That is enough for
queries, keys, values and gates; the output of attention is rounded as it is. The gated inner layer and the input of
the output matrix have a few channels with much larger values than the rest, which would cost all others their
precision: these channels are multiplied as floats.

Keys and values are kept as 8-bit integers, too (`integer_cache`).
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from aepo_training.build.calibrate import Floats, Largest, measure
from aepo_training.build.graph import MAX_FILE_BYTES, bytes_inside
from aepo_training.build.integer_cache import ATTENTION, rotated_channels, rotates_by_constants, round_cache
from aepo_training.build.nodes import LARGEST, SMALLEST, Nodes
from aepo_training.build.quantise import dequantise, stored_matrix
from aepo_training.build.shared_constants import share_constants

_BITS = 4
_HEAD_BITS = 8
#: Of so many channels, the one with the largest values is multiplied as a float, where that is done.
_CHANNELS_PER_FLOAT = 32
_NO_CHANNELS = np.array([], dtype=np.int64)
#: Normalisations, and which of their inputs scale the channels of the result.
_NORMALISATIONS = {
    "LayerNormalization": (1, 2),
    "SimplifiedLayerNormalization": (1,),
    "SkipLayerNormalization": (2, 3),
    "SkipSimplifiedLayerNormalization": (2,),
}
#: What takes some rows or another shape of an activation, and leaves its channels.
_SAME_CHANNELS = ("Gather", "Unsqueeze")
#: Constants of at least so many bytes are read from another file.
_SHARED_BYTES = 4096


def write_integer_graph(four_bit: Path, target: Path) -> None:
    """Write the graph that goes with the one in ``four_bit``; all files stay in one folder.

    There is none for a model without such products, for one whose positions turn by angles that depend on the length,
    nor for one whose integers are too many for a file. The weights of
    products with channels apart are in a second file, whose name ends in ``_data``: many places that keep files take
    none above 100 MB.
    """
    content = four_bit.read_bytes()
    model = onnx.load_model_from_string(content)
    rewriter = _Rewriter(model)
    if not rewriter.normalised or not rotates_by_constants(model.graph):
        return
    largest = measure(model, [*rewriter.normalised, *rewriter.ranging], rotated_channels(model.graph))
    rewriter.rewrite(largest)
    share_constants(model, content, four_bit.name, _SHARED_BYTES, but=rewriter.constants)
    data = b"".join(rewriter.constants[name].raw_data for name in rewriter.apart)
    beside = target.with_name(f"{target.name}_data")
    share_constants(model, data, beside.name, _SHARED_BYTES, but=set(rewriter.constants).difference(rewriter.apart))
    if bytes_inside(model) > MAX_FILE_BYTES:
        return
    if data:
        beside.write_bytes(data)
    # Its scales are in no other file.
    round_cache(model.graph, largest.in_cache)
    target.write_bytes(model.SerializeToString())


class _Rewriter(Nodes):
    """Replaces products in a graph that `quantise_graph` has made."""

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__(next(item.version for item in model.opset_import if not item.domain))
        self._graph = model.graph
        self._weights = {item.name: item for item in model.graph.initializer}
        self._makers = {name: node for node in model.graph.node for name in node.output if name}
        self._users: defaultdict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in model.graph.node:
            for name in node.input:
                self._users[name].append(node)
        self._renamed: dict[str, str] = {}
        self._factors: dict[str, Floats] = {}
        #: By what an output of a replaced product is divided.
        self._divisors: dict[str, Floats] = {}
        self._float_channels: dict[str, npt.NDArray[np.int64]] = {}
        #: The constants of products with channels apart.
        self.apart: list[str] = []
        #: The normalised activations whose products are replaced.
        self.normalised = sorted({node.input[0] for node in model.graph.node if self._reads_normalised(node)})
        #: The activations whose products are replaced and which have channels apart.
        self.ranging = sorted(
            {node.input[0] for node in model.graph.node if self._reads_gated(node) or self._reads_last(node)}
        )

    def rewrite(self, largest: Largest) -> None:
        """Put the new nodes in place; ``largest`` has the activations of `normalised` and `ranging`."""
        for name in self.normalised:
            self._smooth(name, largest.on_random_tokens[name])
        for name in self.ranging:
            self._set_apart(name, largest.in_text[name])
        for node in self._graph.node:
            if self._is_replaced(node):
                self._replace(node)
                continue
            copied = onnx.NodeProto()
            copied.CopyFrom(node)
            copied.input[:] = [self._renamed.get(name, name) for name in node.input]
            self.nodes.append(copied)
        self._graph.initializer.extend(self.constants.values())
        _drop_unused(self._graph, self.nodes)

    def _reads_normalised(self, node: onnx.NodeProto) -> bool:
        """Whether it is a 4-bit product of a normalised activation of which nothing else is made."""
        source = node.input[0] if _is_product(node) else ""
        return self._is_normalised(source) and all(_is_product(user) for user in self._readers(source))

    def _is_normalised(self, name: str) -> bool:
        """Whether it comes from a normalisation whose weights are known."""
        maker = self._makers.get(name)
        if maker is None or maker.op_type not in _NORMALISATIONS or maker.output[0] != name:
            return False
        return all(scale in self._weights for scale in _scales(maker))

    def _readers(self, source: str) -> list[onnx.NodeProto]:
        """What is made of an activation; the sums over its blocks go with products."""
        return [user for user in self._users[source] if user.op_type != "Reshape"]

    def _reads_attention(self, node: onnx.NodeProto) -> bool:
        maker = self._makers.get(node.input[0]) if _is_product(node) else None
        return maker is not None and maker.op_type == ATTENTION

    def _reads_gated(self, node: onnx.NodeProto) -> bool:
        """Whether it is a 4-bit product of a gated inner layer of which nothing else is made."""
        maker = self._makers.get(node.input[0]) if _is_product(node) else None
        scalable = maker is not None and self._scalable_factor(maker) is not None
        return scalable and self._readers(node.input[0]) == [node]

    def _scalable_factor(self, gated: onnx.NodeProto) -> str | None:
        """Of the two factors of an inner layer, the replaced product that nothing else is made of."""
        factors = gated.input if gated.op_type == "Mul" else []
        for name in factors:
            total = self._makers.get(name)
            products = [self._makers.get(term) for term in total.input] if total and total.op_type == "Add" else []
            if len(self._users[name]) == 1 and any(item and self._reads_normalised(item) for item in products):
                return str(name)
        return None

    def _reads_last(self, node: onnx.NodeProto) -> bool:
        """Whether it is the output matrix, over a normalised activation of which nothing else is made."""
        if not _is_product(node, _HEAD_BITS):
            return False
        source = node.input[0]
        while len(self._users[source]) == 1:
            if self._is_normalised(source):
                return True
            maker = self._makers.get(source)
            if maker is None or maker.op_type not in _SAME_CHANNELS:
                return False
            source = maker.input[0]
        return False

    def _is_replaced(self, node: onnx.NodeProto) -> bool:
        return node.op_type == "MatMulNBits" and (
            self._reads_normalised(node) or self._reads_attention(node) or node.input[0] in self._float_channels
        )

    def _smooth(self, source: str, largest: Floats) -> None:
        """Divide an activation by a factor per channel, where it is made."""
        factor = np.sqrt(np.maximum(largest, SMALLEST) / self._largest_weights(source))
        self._divide(source, factor / np.exp(np.log(factor).mean()))

    def _set_apart(self, source: str, largest: Floats) -> None:
        """Choose the channels that are multiplied as floats, and divide all by a factor where they are made."""
        largest = np.maximum(largest, SMALLEST)
        order = np.argsort(-largest, kind="stable")
        count = len(order) // _CHANNELS_PER_FLOAT
        floats, others = np.sort(order[:count]), order[count:]
        factor = np.sqrt(largest / self._largest_weights(source))
        factor /= np.exp(np.log(factor[others]).mean())
        # The scale of a row is taken over all channels: those that are not rounded must not enlarge it.
        factor[floats] = largest[floats] / np.median((largest / factor)[others])
        self._divide(source, factor)
        self._float_channels[source] = floats

    def _largest_weights(self, source: str) -> Floats:
        """The largest magnitude of a weight for each channel of an activation."""
        found: Floats = np.max([np.abs(self._matrix(node)).max(axis=0) for node in self._readers(source)], axis=0)
        return np.maximum(found, SMALLEST)

    def _divide(self, source: str, factor: npt.NDArray[Any]) -> None:
        factor = factor.astype(np.float32)
        self._factors[source] = factor
        maker = self._makers[source]
        while maker.op_type in _SAME_CHANNELS:
            maker = self._makers[maker.input[0]]
        if name := self._scalable_factor(maker):
            self._divisors[name] = factor
            return
        for name in _scales(maker):
            values = numpy_helper.to_array(self._weights[name]) / factor
            self._renamed[name] = self.constant(f"{name}.smoothed", values.astype(np.float32))

    def _replace(self, node: onnx.NodeProto) -> None:
        """Add the integer product that takes the place of another one and of the sum with its offsets."""
        source, name = node.input[0], _matrix_name(node)
        output = self._users[node.output[0]][0].output[0] if _is_product(node) else node.output[0]
        weights = self._matrix(node) * self._factors.get(source, np.float32(1))
        floats = self._float_channels.get(source, _NO_CHANNELS)
        in_floats = weights[:, floats].T
        weights[:, floats] = 0
        scales = np.maximum(np.abs(weights).max(axis=1), SMALLEST) / np.float32(LARGEST)
        integers = self.constant(f"{name}.integers", np.rint(weights / scales[:, None]).astype(np.int8).T)
        divided = scales / self._divisors.get(output, np.float32(1))
        product = self.integer_product(source, integers, self.constant(f"{name}.row_scales", divided), name)
        if len(floats) > 0:
            product = self._with_floats(product, source, floats, in_floats, name)
            self.apart += [integers, f"{name}.float_weights"]
        if output in self._users:
            self._renamed[output] = product
        else:
            self.nodes[-1].output[0] = output

    def _with_floats(self, product: str, source: str, channels: Any, weights: Any, name: str) -> str:
        """The sum of a product and of that of the channels apart."""
        indices = self.constant(f"{name}.float_channels", channels)
        values = self.node("Gather", [source, indices], f"{name}.floats", axis=-1)
        matrix = self.constant(f"{name}.float_weights", weights)
        in_floats = self.node("MatMul", [values, matrix], f"{name}.float_product")
        return self.node("Add", [product, in_floats], f"{name}.sum")

    def _matrix(self, node: onnx.NodeProto) -> Floats:
        """The weights of a product, (outputs, inputs)."""
        return dequantise(stored_matrix(_matrix_name(node), self._array))

    def _array(self, name: str) -> npt.NDArray[Any] | None:
        return numpy_helper.to_array(self._weights[name]) if name in self._weights else None


def _is_product(node: onnx.NodeProto, bits: int = _BITS) -> bool:
    return node.op_type == "MatMulNBits" and any(item.name == "bits" and item.i == bits for item in node.attribute)


def _scales(normalisation: onnx.NodeProto) -> list[str]:
    """The names of what scales the channels of its result."""
    places = [place for place in _NORMALISATIONS[normalisation.op_type] if place < len(normalisation.input)]
    return [normalisation.input[place] for place in places if normalisation.input[place]]


def _matrix_name(node: onnx.NodeProto) -> str:
    return str(node.input[1]).removesuffix(".q")


def _drop_unused(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    """Keep of the nodes, which are in the order of their execution, and of the constants what the outputs need."""
    needed = {item.name for item in graph.output}
    kept = []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    constants = [item for item in graph.initializer if item.name in needed]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(constants)
