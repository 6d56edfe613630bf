"""The `tiny-model` command: a random Llama of 0.1 million weights that makes tests of the whole path fast.

It has the special tokens, the prompt format and the graph of the embedded language model, a byte-level
vocabulary of some hundred tokens, and the same weights both for PyTorch and for transformers.js.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from aepo_training.atomic import new_folder
from aepo_training.build.convert import Precision, write_model
from aepo_training.build.graph import FP32_ACTIVATIONS
from aepo_training.build.quantise import dequantise, quantise
from aepo_training.build.source import SourceModel

SEED = 20261123

#: The special tokens in the order of their ids: separator of documents, start and end of a message.
_SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")

_CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

#: Pairs of characters that become one token, earlier ones first; Ġ is the byte-level spelling of a space.
_MERGES = """
Ġ t|Ġ a|h e|i n|r e|o n|e r|Ġt he|a t|e n|n d|Ġ s|o r|Ġ w|e s|i s|Ġ o|Ġ b|i t|o u|a n|Ġ c|Ġ f|in g|e d|Ġ p|a l
Ġa nd|Ġ m|l l|l e|Ġ d|Ġ in|Ġ h|Ġo f|Ġt o|a r|r o|i c|i on|c h|a s|e l|v e|s t|u s|Ġ y|Ġy ou|u r|i l
""".replace("\n", "|").strip("|")

#: Spread of the random weights: the embedding stays small beside the layers' output, so that the next token
#: depends on the whole context and not on the last token alone.
_EMBEDDING_SPREAD = 0.15
_LAYER_SPREAD = 0.3


def build_tiny_model(target: Path, seed: int = SEED) -> None:
    """Write the tiny model; the same seed gives the same weights. ``target`` appears whole or not at all.

    Raises:
        InputError: The target exists.
        AepoTrainingError: The conversion to ONNX failed.
    """
    with new_folder(target) as folder:
        tokenizer = tiny_tokenizer()
        model = tiny_model(len(tokenizer), seed)
        write_model(SourceModel(model, tokenizer, _CHAT_TEMPLATE), folder, Precision.INT4, FP32_ACTIVATIONS)
        model.save_pretrained(folder / "weights")
        (folder / "weights" / "model.safetensors").rename(folder / "model.safetensors")
        for leftover in (folder / "weights").iterdir():
            leftover.unlink()
        (folder / "weights").rmdir()
        (folder / "model.safetensors").chmod(0o644)


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer: special tokens, the 256 bytes, and one token for each merge."""
    merges = [(left, right) for left, right in (pair.split(" ") for pair in _MERGES.split("|"))]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*_SPECIAL_TOKENS, *alphabet, *(left + right for left, right in merges)]
    vocabulary = {token: position for position, token in enumerate(tokens)}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    digits = pre_tokenizers.Digits(individual_digits=True)
    backend.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in _SPECIAL_TOKENS])
    unknown, start, end = _SPECIAL_TOKENS
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, unk_token=unknown, bos_token=start, eos_token=end, pad_token=end
    )
    tokenizer.chat_template = _CHAT_TEMPLATE
    return tokenizer


def tiny_model(vocabulary: int, seed: int) -> LlamaForCausalLM:
    """A Llama of 2 layers and width 64 whose matrices are exactly what their 4-bit form stands for."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    model = LlamaForCausalLM(config).eval()
    random = np.random.Generator(np.random.PCG64(seed))
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if parameter.ndim != 2:
                parameter.fill_(1.0)
                continue
            embedding = "embed_tokens" in name
            spread = _EMBEDDING_SPREAD if embedding else _LAYER_SPREAD
            values = random.normal(0.0, spread, tuple(parameter.shape)).astype(np.float32)
            parameter.copy_(torch.from_numpy(dequantise(quantise(values, 8 if embedding else 4))))
    return model
