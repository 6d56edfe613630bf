"""Records a small SentencePiece tokenizer and its tokens of some texts. It needs sentencepiece 0.2."""

import json
import tempfile
from pathlib import Path

import sentencepiece

HERE = Path(__file__).parent
TEXT = HERE.parents[1] / "src/aepo_training/train/regression/neutral.txt"
TEXTS = [
    "Name 123 rivers, please.",
    "  two spaces before, and   three inside",
    "ends with a space ",
    "line one\nline two\n\n\tand a tab",
    "é, 数 and 🙂🙂",
    "aaaaaaa bbbbb eeee    ....",
    " ",
    "▁ is what a space becomes",
    "def add(a, b):\n    return a + b\n",
]
#: What a chat template writes before and after the token that ends a turn.
TURNS = ("<|user|>\n  Hi 🙂", "\n<|assistant|>\n")

with tempfile.TemporaryDirectory() as folder:
    sentencepiece.SentencePieceTrainer.train(
        input=str(TEXT),
        model_prefix=f"{folder}/spm",
        model_type="bpe",
        vocab_size=560,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/spm.model")

places = range(model.vocab_size())
#: Numbers of gguf.TokenType.
kinds = [2 if model.is_unknown(at) else 3 if model.is_control(at) else 6 if model.is_byte(at) else 1 for at in places]
recorded = {
    "tokens": [model.id_to_piece(at) for at in places],
    "scores": [model.get_score(at) for at in places],
    "types": kinds,
    "turns": [{"text": text, "tokens": model.encode(text)} for text in TURNS],
    "texts": [{"text": text, "tokens": model.encode(text)} for text in TEXTS],
}
(HERE / "sentencepiece.json").write_text(json.dumps(recorded, ensure_ascii=False) + "\n", encoding="utf-8")
