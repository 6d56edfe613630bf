"""How large the activations of a BERT encoder get, measured on what needs no data: tokens as frequent as in text.

Which channels are large, and how large they get, is a property of the model more than of the text, but punctuation and
frequent words reach further than rare ones. A vocabulary of WordPiece is ordered by frequency, so tokens are drawn
with a probability that falls with their place.

The last bits differ between processors. The graph takes from each magnitude a whole number alone, and none of
all-MiniLM-L6-v2 is so near to the next one that these bits decide: it is built to the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from aepo_training.build.bert import Floats

_SEED = 1
#: Before it are special tokens, and such as no text has.
_FIRST = "!"
_ROWS, _TOKENS = 8, 128


def largest_inner_inputs(folder: Path) -> dict[str, Floats]:
    """The largest magnitude of each channel of the input of each feed-forward layer, by the name of its product."""
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    largest: dict[str, Floats] = {}
    for name, module in model.named_modules():
        if name.endswith(".intermediate.dense"):
            module.register_forward_pre_hook(
                lambda _, inputs, name=name: largest.update({name: inputs[0].abs().amax(dim=(0, 1)).numpy()})
            )
    first = tokenizer.convert_tokens_to_ids(_FIRST)
    places = np.random.default_rng(_SEED).uniform(0, np.log(len(tokenizer) - first), (_ROWS, _TOKENS))
    tokens = first + np.exp(places).astype(np.int64) - 1
    tokens[:, 0], tokens[:, -1] = tokenizer.cls_token_id, tokenizer.sep_token_id
    with torch.no_grad():
        model(input_ids=torch.from_numpy(tokens))
    return largest
