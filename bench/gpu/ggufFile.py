"""Makes the GGUF file of the embedded model from its 4-bit graph, so that only one of the two need travel.

``python ggufFile.py pack GGUF GRAPH OUT`` writes the header and what rounding lost (OUT, 1 MB compressed),
``python ggufFile.py build GRAPH OUT GGUF`` the file.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sys
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

BLOCK = 32

Arrays = dict[str, Any]


def arrays_of(graph: str) -> Arrays:
    """Give the initializers of a graph by name."""
    return {item.name: numpy_helper.to_array(item) for item in onnx.load(graph).graph.initializer}


def source_of(name: str) -> tuple[str | None, str | None]:
    """Give the matrix of a tensor and which part of it; for a vector None and its initializer."""
    if name == "token_embd.weight":
        return "lm_head.MatMul.weight", None
    if name == "output_norm.weight":
        return None, "model.layers.30.final_norm_layernorm.weight"
    _, layer, kind, _ = name.split(".")
    prefix = f"model.layers.{layer}."
    matrices = {
        "ffn_down": "mlp.down_proj",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "attn_output": "attn.o_proj",
    }
    if kind in matrices:
        return f"{prefix}{matrices[kind]}.MatMul.weight", None
    if kind in ("attn_q", "attn_k", "attn_v"):
        return f"{prefix}attn.qkv_proj.MatMul.weight", kind[-1]
    return None, prefix + {"attn_norm": "input_layernorm.weight", "ffn_norm": "post_attention_layernorm.weight"}[kind]


def rows_of(part: str, heads: int, kv_heads: int, dim: int) -> Any:
    """Give the rows of queries, keys or values in the joined matrix, in the order of GGUF."""

    def rotated(start: int, count: int) -> Any:
        rows = np.arange(count * dim).reshape(count, 2, dim // 2).swapaxes(1, 2).reshape(-1)
        return start + rows

    q, k = heads * dim, kv_heads * dim
    if part == "q":
        return rotated(0, heads)
    if part == "k":
        return rotated(q, kv_heads)
    return np.arange(q + k, q + 2 * k)


def tensor_bytes(arrays: Arrays, name: str) -> tuple[Any, int | None]:
    """Give the bytes of a tensor, and those of one of its blocks where rounding may have lost a bit."""
    matrix, extra = source_of(name)
    if matrix is None and extra is not None:
        return np.ascontiguousarray(arrays[extra]).view(np.uint8).reshape(-1), None
    q = arrays[f"{matrix}.q"]
    scales = arrays[f"{matrix}.scales.f16"].reshape(q.shape[:2])
    if f"{matrix}.offsets.f16" not in arrays:
        blocks = np.empty((*q.shape[:2], 34), np.uint8)
        blocks[..., :2] = scales[..., None].view(np.uint8)
        blocks[..., 2:] = (q.astype(np.int16) - 128).astype(np.int8).view(np.uint8)
        return blocks.reshape(-1), None
    offsets = arrays[f"{matrix}.offsets.f16"].T
    if extra:
        rows = rows_of(extra, 9, 3, 64)
        q, scales, offsets = q[rows], scales[rows], offsets[rows]
    values = np.stack([q & 15, q >> 4], axis=-1).reshape(*q.shape[:2], BLOCK)
    blocks = np.empty((*q.shape[:2], 20), np.uint8)
    minimum = (offsets.astype(np.float32) - 8 * scales.astype(np.float32)).astype(np.float16)
    blocks[..., :2] = np.ascontiguousarray(scales)[..., None].view(np.uint8)
    blocks[..., 2:4] = minimum[..., None].view(np.uint8)
    blocks[..., 4:] = values[..., :16] | (values[..., 16:] << 4)
    return blocks.reshape(-1), 20


def build(graph: str, packed: str, target: str) -> None:
    """Write the GGUF file."""
    with lzma.open(packed) as file:
        about = json.loads(file.readline())
        content = file.read()
    out = np.zeros(about["size"], np.uint8)
    out[: about["header"]] = np.frombuffer(content, np.uint8, about["header"])
    lost = np.frombuffer(content, np.int16, offset=about["header"])
    at = 0
    arrays = arrays_of(graph)
    for name, start, size in about["tensors"]:
        data, block = tensor_bytes(arrays, name)
        if data.size != size:
            raise ValueError(name)
        if block:
            blocks = data.reshape(-1, block)
            bits = blocks[:, 2:4].copy().view(np.int16)[:, 0]
            blocks[:, 2:4] = (bits + lost[at : at + len(bits)])[:, None].view(np.uint8)
            at += len(bits)
        out[start : start + size] = data
    out.tofile(target)
    digest = hashlib.sha256(out.tobytes()).hexdigest()
    print(target, "is the source's file" if digest == about["sha256"] else "DIFFERS from the source's file")


def pack(source: str, graph: str, target: str) -> None:
    """Write what :func:`build` needs beside the graph."""
    import gguf

    reader = gguf.GGUFReader(source)
    content = np.fromfile(source, np.uint8)
    arrays = arrays_of(graph)
    tensors: list[list[Any]] = []
    losses: list[Any] = []
    for tensor in reader.tensors:
        start, size = int(tensor.data_offset), int(tensor.n_bytes)
        data, block = tensor_bytes(arrays, tensor.name)
        theirs = content[start : start + size]
        if block:
            ours, theirs = data.reshape(-1, block), theirs.reshape(-1, block)
            both = [blocks[:, 2:4].copy().view(np.int16)[:, 0] for blocks in (ours, theirs)]
            losses.append(both[1] - both[0])
            ours[:, 2:4] = theirs[:, 2:4]
            theirs = theirs.reshape(-1)
        if (data != theirs).any():
            print(tensor.name, int((data != theirs).sum()), "bytes differ")
        tensors.append([tensor.name, start, size])
    header = int(reader.data_offset)
    about = {
        "size": len(content),
        "header": header,
        "sha256": hashlib.sha256(content.tobytes()).hexdigest(),
        "tensors": tensors,
    }
    lost = np.concatenate(losses)
    print(f"{(lost != 0).mean():.1%} of minima need a correction, at most {np.abs(lost).max()}")
    with lzma.open(target, "wb", preset=6) as file:
        file.write(json.dumps(about).encode() + b"\n" + content[:header].tobytes() + lost.tobytes())


if __name__ == "__main__":
    {"pack": pack, "build": build}[sys.argv[1]](*sys.argv[2:])
