"""Log-probabilities of whole responses under a model that is not trained."""

from __future__ import annotations

import torch
from datasets import Dataset
from transformers import PreTrainedModel
from trl.trainer.dpo_trainer import DataCollatorForPreference
from trl.trainer.utils import selective_log_softmax

from aepo_training.train.job import Job
from aepo_training.train.load import for_inference

_ROWS_AT_ONCE = 4


def pair_log_probs(model: PreTrainedModel, job: Job, rows: Dataset) -> torch.Tensor:
    """Summed over the tokens of the chosen and of the rejected response of each row, (rows, 2) in float32."""
    model = for_inference(model)
    collate = DataCollatorForPreference(pad_token_id=job.padding, max_length=job.common.max_length)
    found = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows.select(range(start, min(start + _ROWS_AT_ONCE, len(rows)))).to_list()
        batch = {name: tensor.to(model.device) for name, tensor in collate(some).items()}
        with torch.no_grad():
            outputs = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False)
        tokens = selective_log_softmax(outputs.logits[:, :-1].float(), batch["input_ids"][:, 1:])
        found.append(torch.stack((tokens * batch["completion_mask"][:, 1:]).sum(1).chunk(2), 1).cpu())
    return torch.cat(found)
