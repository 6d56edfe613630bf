"""The committed language models: built again they give the same logits, and they are what the engine relies on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from transformers import AutoModelForCausalLM, AutoTokenizer

from aepo_training.build.convert import INTEGER_GRAPH, PREFILL_GRAPH, Precision, build_model
from aepo_training.build.integer_prefill import write_prefill_graph
from aepo_training.build.nodes import LARGEST
from aepo_training.build.packages import package_file
from aepo_training.build.quantise import dequantise, stored_matrix
from aepo_training.build.tiny import build_tiny_model
from aepo_training.errors import InputError

from .conftest import LONG_TEXT, SMOLLM, SMOLLM_SOURCE, TINY
from .decoder import Decoder

TEXT = "The capital of France, in 2024, is"
#: Rounding may differ between processors; a wrong weight, block or token differs by far more.
TOLERANCE = 1e-3

#: In nats: what integer products may change, and what processors may round differently in them.
INTEGER_DIVERGENCE = 0.02


@pytest.fixture(scope="module")
def rebuilt_tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("tiny") / "model"
    build_tiny_model(target)
    return target


@pytest.fixture(scope="module")
def rebuilt_smollm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("smollm") / "model"
    build_model(package_file(*SMOLLM_SOURCE), target, Precision.INT4)
    return target


def tokens(model: Path, text: str = TEXT) -> np.ndarray:
    ids: list[int] = AutoTokenizer.from_pretrained(model)(text)["input_ids"]
    return np.array([ids], dtype=np.int64)


def assert_same_model(rebuilt: Path, committed: Path) -> None:
    for name in ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        texts = [(folder / name).read_text(encoding="utf-8") for folder in (rebuilt, committed)]
        assert json.loads(texts[0]) == json.loads(texts[1]), name
    ours, theirs = (Decoder(folder).score(tokens(committed)) for folder in (rebuilt, committed))
    assert np.abs(ours - theirs).max() <= TOLERANCE
    assert np.ptp(theirs) > 1


def test_tiny_model_is_built_again(rebuilt_tiny: Path) -> None:
    assert_same_model(rebuilt_tiny, TINY)


def test_language_model_is_built_again(rebuilt_smollm: Path) -> None:
    assert_same_model(rebuilt_smollm, SMOLLM)


def divergence(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The mean Kullback-Leibler divergence between what two sets of logits (rows, vocabulary) stand for."""
    logs = [torch.from_numpy(logits).double().log_softmax(dim=-1) for logits in (ours, theirs)]
    return float((logs[0].exp() * (logs[0] - logs[1])).sum(dim=-1).mean())


def test_graph_of_integer_products_is_built_again_and_says_the_same(rebuilt_smollm: Path) -> None:
    ids = tokens(SMOLLM, LONG_TEXT)
    committed = Decoder(SMOLLM, INTEGER_GRAPH).follow(ids)
    source = Decoder(SMOLLM).follow(ids)
    assert divergence(Decoder(rebuilt_smollm, INTEGER_GRAPH).follow(ids), committed) <= INTEGER_DIVERGENCE
    assert 0 < divergence(source, committed) <= INTEGER_DIVERGENCE


def test_graph_of_integer_products_is_in_files_that_hosts_take_and_reads_the_rest_from_the_4_bit_file() -> None:
    path = SMOLLM / "onnx" / INTEGER_GRAPH
    assert all(file.stat().st_size < 100e6 for file in (SMOLLM / "onnx").iterdir())
    graph = onnx.load(path, load_external_data=False).graph
    places = {entry.value for item in graph.initializer for entry in item.external_data if entry.key == "location"}
    assert places == {"model_q4.onnx", f"{INTEGER_GRAPH}_data"}
    assert {node.op_type for node in graph.node}.isdisjoint({"MatMulNBits"})


def test_channels_apart_are_multiplied_as_floats_and_not_as_integers() -> None:
    constants, four_bit = (
        {item.name: numpy_helper.to_array(item) for item in onnx.load(SMOLLM / "onnx" / name).graph.initializer}
        for name in (INTEGER_GRAPH, "model_q4.onnx")
    )
    for name in ("lm_head.MatMul.weight", "model.layers.28.mlp.down_proj.MatMul.weight"):
        floats = constants[f"{name}.float_channels"]
        exact = dequantise(stored_matrix(name, four_bit.get))
        assert len(floats) == exact.shape[1] // 32
        assert not constants[f"{name}.integers"][floats].any()
        taken = constants[f"{name}.float_weights"].T
        factors = np.abs(taken).max(axis=0) / np.abs(exact[:, floats]).max(axis=0)
        np.testing.assert_allclose(taken, exact[:, floats] * factors, rtol=1e-4, atol=1e-6)


def test_graph_for_long_prompts_is_built_again_over_the_weights_of_the_others(tmp_path: Path) -> None:
    committed = SMOLLM / "onnx" / PREFILL_GRAPH
    write_prefill_graph(SMOLLM / "onnx" / INTEGER_GRAPH, tmp_path / PREFILL_GRAPH)
    assert (tmp_path / PREFILL_GRAPH).read_bytes() == committed.read_bytes()
    assert committed.stat().st_size < 1e6


def test_graph_for_long_prompts_is_nearer_to_the_4_bit_graph_and_gives_what_decoding_continues_from() -> None:
    ids = tokens(SMOLLM, LONG_TEXT)
    integer = Decoder(SMOLLM, INTEGER_GRAPH)
    expected, cache = integer.step(ids, integer.empty_cache(1))
    logits, rounded = Decoder(SMOLLM, PREFILL_GRAPH).rounded(ids)
    exact, _ = (four_bit := Decoder(SMOLLM, "model_q4.onnx")).step(ids, four_bit.empty_cache(1))
    assert divergence(logits, exact) <= INTEGER_DIVERGENCE
    assert divergence(logits, expected) <= INTEGER_DIVERGENCE
    assert {name: value.shape for name, value in rounded.items()} == {
        name: value.shape for name, value in cache.items()
    }
    # Nothing that is rounded comes before the keys and values of the first layer; one step may differ at a tie.
    for name in ("past_key_values.0.key", "past_key_values.0.value"):
        assert np.abs(rounded[name].astype(int) - cache[name]).max() <= 1
        assert (rounded[name] != cache[name]).mean() < 1e-3


def test_decoding_continues_from_the_graph_for_long_prompts_as_from_its_own() -> None:
    """The mean over many tokens: after a single one, two ways to round a prompt can differ several times as much."""
    ids = tokens(SMOLLM, LONG_TEXT)
    half = ids.shape[1] // 2
    first, others = ids[:, :half], ids[:, half:]
    integer, four_bit = Decoder(SMOLLM, INTEGER_GRAPH), Decoder(SMOLLM, "model_q4.onnx")
    _, rounded = Decoder(SMOLLM, PREFILL_GRAPH).rounded(first)
    after = integer.follow(others, rounded)
    alone = integer.follow(others, integer.step(first, integer.empty_cache(1))[1])
    exact = four_bit.follow(others, four_bit.step(first, four_bit.empty_cache(1))[1])
    assert divergence(after, alone) <= INTEGER_DIVERGENCE
    assert divergence(after, exact) <= INTEGER_DIVERGENCE


def test_scales_of_keys_hold_at_late_positions() -> None:
    ids = np.random.default_rng(3).integers(100, 40_000, (1, 1200))
    _, rounded = Decoder(SMOLLM, PREFILL_GRAPH).rounded(ids)
    late = np.stack([value[:, :, 1000:] for name, value in rounded.items() if name.endswith("key")])
    assert (np.abs(late) == LARGEST).mean() < 1e-4


def test_tiny_graph_computes_the_pytorch_model() -> None:
    ids = tokens(TINY)
    model = AutoModelForCausalLM.from_pretrained(TINY)
    with torch.no_grad():
        expected = model(torch.from_numpy(ids)).logits[0, -1].numpy()
    assert np.abs(Decoder(TINY).score(ids)[0] - expected).max() <= TOLERANCE


@pytest.mark.parametrize("folder", [TINY, SMOLLM], ids=lambda folder: folder.name)
def test_graph_has_the_inputs_and_outputs_of_the_engine(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    graph = onnx.load(folder / "onnx" / "model_q4.onnx", load_external_data=False).graph

    def shape(value: onnx.ValueInfoProto) -> list[str | int]:
        return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]

    inputs = {item.name: shape(item) for item in graph.input}
    outputs = {item.name: shape(item) for item in graph.output}
    cache = [config["num_key_value_heads"], config["head_dim"]]
    layers = config["num_hidden_layers"]
    assert inputs.pop("input_ids") == ["batch_size", "sequence_length"]
    assert inputs.pop("attention_mask") == ["batch_size", "total_sequence_length"]
    assert outputs.pop("logits") == ["batch_size", 1, config["vocab_size"]]
    for names, kind in ((inputs, "past_key_values"), (outputs, "present")):
        assert set(names) == {f"{kind}.{layer}.{part}" for layer in range(layers) for part in ("key", "value")}
        assert all([dims[1], dims[3]] == cache for dims in names.values())
    assert "MatMulInteger" not in {node.op_type for node in graph.node}


@pytest.mark.parametrize("graph", ["model_q4.onnx", INTEGER_GRAPH])
def test_a_row_has_the_same_bits_in_every_batch(graph: str) -> None:
    decoder = Decoder(SMOLLM, graph)
    random = np.random.default_rng(5)
    prompts = random.integers(100, 40_000, (8, 1, 20))
    following = random.integers(100, 40_000, (8, 1))
    alone = []
    caches = []
    for prompt, token in zip(prompts, following, strict=True):
        _, cache = decoder.step(prompt, decoder.empty_cache(1))
        caches.append(cache)
        alone.append(decoder.step(token[None], cache)[0][0])
    for size in (2, 3, 8):
        cache = {name: np.concatenate([one[name] for one in caches[:size]]) for name in caches[0]}
        together, _ = decoder.step(following[:size], cache)
        for row in range(size):
            assert np.array_equal(together[row], alone[row]), (size, row)


def test_digits_and_spaces_are_tokens_as_in_training() -> None:
    tokenizer = AutoTokenizer.from_pretrained(SMOLLM)
    assert tokenizer.tokenize("x  12 is") == ["x", "ĠĠ", "1", "2", "Ġis"]


def test_an_existing_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="exists already"):
        build_tiny_model(tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", "neither a file nor a folder"),
        ("empty", r"no config\.json"),
        ("text.gguf", "is not a readable GGUF file"),
        ("wordless", r"no tokenizer\.json: save the tokenizer"),
    ],
)
def test_a_source_that_is_no_model_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.gguf").write_text("not a model", encoding="utf-8")
    (tmp_path / "wordless").mkdir()
    for file in ("config.json", "model.safetensors"):
        shutil.copy(TINY / file, tmp_path / "wordless")
    with pytest.raises(InputError, match=message):
        build_model(tmp_path / name, tmp_path / "out", Precision.INT4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "text.gguf", "wordless"]
