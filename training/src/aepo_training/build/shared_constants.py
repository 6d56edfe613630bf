"""Constants of a graph that another file of the same folder already holds."""

from __future__ import annotations

from collections.abc import Container

import onnx
from onnx import TensorProto


def share_constants(
    model: onnx.ModelProto, content: bytes, file_name: str, at_least: int, but: Container[str] = ()
) -> None:
    """Replace the bytes of constants by their place in a file that holds them, too.

    Args:
        model: Its constants are replaced.
        content: The bytes of the file.
        file_name: The name of the file.
        at_least: Smaller constants stay, in bytes.
        but: Names of constants that stay.
    """
    after = 0
    for tensor in model.graph.initializer:
        length = len(tensor.raw_data)
        if tensor.name in but or length < at_least:
            continue
        place = content.find(tensor.raw_data, after)  # constants come in the order of the file
        if place < 0:
            place = content.index(tensor.raw_data)
        after = place + length
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", file_name), ("offset", str(place)), ("length", str(length))):
            tensor.external_data.add(key=key, value=value)
