"""Makes the GGUF file of the embedded model from its 4-bit graph, so that only one of the two need travel.

    python gguf.py pack GGUF GRAPH OUT     writes the header and what rounding lost (OUT, 1 MB compressed)
    python gguf.py build GRAPH PACKED GGUF
"""

import hashlib
import json
import lzma
import sys

import numpy as np
import onnx
from onnx import numpy_helper

BLOCK = 32


def arrays_of(graph):
    return {item.name: numpy_helper.to_array(item) for item in onnx.load(graph).graph.initializer}


def source_of(name):
    """The initializer of a tensor, and the rows of it as a function of heads; None for a vector."""
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


def rows_of(part, heads, kv_heads, dim):
    def rotated(start, count):
        rows = np.arange(count * dim).reshape(count, 2, dim // 2).swapaxes(1, 2).reshape(-1)
        return start + rows

    q, k = heads * dim, kv_heads * dim
    if part == "q":
        return rotated(0, heads)
    if part == "k":
        return rotated(q, kv_heads)
    return np.arange(q + k, q + 2 * k)


def tensor_bytes(arrays, name, shape):
    matrix, extra = source_of(name)
    if matrix is None:
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


def build(graph, packed, target):
    with lzma.open(packed) as file:
        about = json.loads(file.readline())
        content = file.read()
    out = np.zeros(about["size"], np.uint8)
    out[: about["header"]] = np.frombuffer(content, np.uint8, about["header"])
    lost = np.frombuffer(content, np.int16, offset=about["header"])
    at = 0
    arrays = arrays_of(graph)
    for name, shape, start, size in about["tensors"]:
        data, block = tensor_bytes(arrays, name, shape)
        assert data.size == size, name
        if block:
            blocks = data.reshape(-1, block)
            bits = blocks[:, 2:4].copy().view(np.int16)[:, 0]
            blocks[:, 2:4] = (bits + lost[at : at + len(bits)])[:, None].view(np.uint8)
            at += len(bits)
        out[start : start + size] = data
    out.tofile(target)
    digest = hashlib.sha256(out.tobytes()).hexdigest()
    print(target, "is the source's file" if digest == about["sha256"] else "DIFFERS from the source's file")


def pack(source, graph, target):
    import gguf

    reader = gguf.GGUFReader(source)
    content = np.fromfile(source, np.uint8)
    arrays = arrays_of(graph)
    tensors, lost = [], []
    for tensor in reader.tensors:
        start, size = int(tensor.data_offset), int(tensor.n_bytes)
        data, block = tensor_bytes(arrays, tensor.name, tensor.shape)
        theirs = content[start : start + size]
        if block:
            ours, theirs = data.reshape(-1, block), theirs.reshape(-1, block)
            both = [blocks[:, 2:4].copy().view(np.int16)[:, 0] for blocks in (ours, theirs)]
            lost.append(both[1] - both[0])
            ours[:, 2:4] = theirs[:, 2:4]
            theirs = theirs.reshape(-1)
        print(tensor.name, int((data != theirs).sum()), "bytes differ") if (data != theirs).any() else None
        tensors.append([tensor.name, [int(n) for n in tensor.shape], start, size])
    header = int(reader.data_offset)
    about = {
        "size": len(content),
        "header": header,
        "sha256": hashlib.sha256(content.tobytes()).hexdigest(),
        "tensors": tensors,
    }
    lost = np.concatenate(lost)
    print(f"{(lost != 0).mean():.1%} of minima need a correction, at most {np.abs(lost).max()}")
    with lzma.open(target, "wb", preset=6) as file:
        file.write(json.dumps(about).encode() + b"\n" + content[:header].tobytes() + lost.tobytes())


if __name__ == "__main__":
    {"pack": pack, "build": build}[sys.argv[1]](*sys.argv[2:])
