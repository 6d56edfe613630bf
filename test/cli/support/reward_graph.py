"""Makes reward models in both formats: `python reward_graph.py SOURCE FOLDER OUTPUTS`, and more of such pairs."""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer


class Graph(torch.nn.Module):
    """A model with its scores alone as output."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Give the outputs of each row."""
        return self.model(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).logits


def make(source: str, folder: Path, outputs: int) -> None:
    """Put a head of so many outputs, with random weights, on a language model."""
    torch.manual_seed(1)
    model = AutoModelForSequenceClassification.from_pretrained(
        source, num_labels=outputs, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    torch.nn.init.normal_(model.score.weight)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source).save_pretrained(folder)
    (folder / "onnx").mkdir()
    ids = torch.randint(5, 300, (1, 12))
    length = torch.export.Dim("length", min=2, max=2048)
    torch.onnx.export(
        Graph(model),
        (ids, torch.ones_like(ids)),
        folder / "onnx/model.onnx",
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes=({1: length}, {1: length}),
        dynamo=True,
        external_data=False,
    )


for folder, outputs in zip(sys.argv[2::2], sys.argv[3::2], strict=True):
    make(sys.argv[1], Path(folder), int(outputs))
