"""Looks, before anything large is loaded, whether the model that a run names can be trained."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aepo_training.errors import InputError, text
from aepo_training.prepared import is_prepared
from aepo_training.train.weights import damage, embedding_rows, is_lfs_pointer, missing_shards

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_READ = ("*.json", "*.jinja", *_WEIGHTS)
_FOLDER = text("Name a Hugging Face folder or a hub id.")
_GGUF = b"GGUF"
_AGAIN = text("Fetch the model again.")
#: What to do with a model that is no language model.
OTHER_MODEL = text("Name a language model that transformers loads with AutoModelForCausalLM.")


def check_model(model: str) -> None:
    """Refuse a model that is neither a trainable Hugging Face folder nor a hub id.

    Raises:
        InputError: The folder is missing, lacks config or weights, has damaged ones, or holds a model of a
            kind that cannot be trained; or the string is no hub id.
    """
    folder = Path(model)
    if not folder.is_absolute():
        if not _HUB_ID.fullmatch(model):
            raise InputError(
                text("The model '{model}' is neither an absolute path nor a hub id like owner/name.", model=model),
                _FOLDER,
            )
        return
    if folder.is_file() or (folder.is_dir() and not (folder / "config.json").exists() and any(folder.glob("*.gguf"))):
        if not _is_gguf(folder):
            raise InputError(text("{model} is a file, and a run trains a Hugging Face folder.", model=model), _FOLDER)
        raise InputError(
            text("{model} is a GGUF file, and a run trains a Hugging Face folder.", model=model),
            text(
                "Write it as a folder with aepo model export FILE.gguf --to FOLDER, or name the model it was made from."
            ),
        )
    if not folder.is_dir():
        raise _missing(model)
    if (folder / "adapter_config.json").is_file():
        raise InputError(
            text("{model} holds a LoRA adapter.", model=model),
            text("Merge it with its base: aepo model export {model} --to FOLDER.", model=model),
        )
    if not (folder / "config.json").is_file():
        raise InputError(text("The model folder {model} has no config.json.", model=model), _FOLDER)
    _check_files(folder)
    check_config(model, _config(folder / "config.json"))


def _missing(model: str) -> InputError:
    if is_prepared(model):
        return InputError(
            text("The run trains the embedded model, and this machine does not have it as {model}.", model=model),
            text("Resume the run on the machine where it started, or start a new run, which prepares the model here."),
        )
    return InputError(
        text("The model folder {model} does not exist.", model=model),
        text("Put the folder back, or start a run with another model: a Hugging Face folder or a hub id."),
    )


def check_config(model: str, config: Mapping[str, Any]) -> None:
    """Refuse a kind of model that cannot be trained.

    Raises:
        InputError: The config names quantised weights, code that is not part of transformers, or no language model.
    """
    if quantised := config.get("quantization_config"):
        method = quantised.get("quant_method") if isinstance(quantised, Mapping) else None
        raise InputError(
            text(
                "The weights of the model {model} are quantised ({method}).",
                model=model,
                method=method or "quantization_config",
            ),
            text("Name the model that it was made from, whose weights are not."),
        )
    from transformers import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = config.get("model_type")
    if kind not in CONFIG_MAPPING:
        unknown = text(
            "The model {model} is of the type '{type}', which transformers does not know.", model=model, type=kind
        )
        own_code = text("It needs Python code of its own, which is not run.")
        raise InputError(
            [unknown, own_code] if config.get("auto_map") else unknown,
            text("Name a model whose type transformers knows."),
        )
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise InputError(
            text("The model {model} is of the type '{type}', which does not continue a text.", model=model, type=kind),
            OTHER_MODEL,
        )


def check_vocabulary(model: str, largest: int) -> None:
    """Refuse a model without an embedding for the largest token id that a run uses.

    Raises:
        InputError: A token was added to the tokenizer and the embedding was not resized.
    """
    rows = embedding_rows(Path(model)) if Path(model).is_absolute() else None
    if rows is not None and largest >= rows:
        raise InputError(
            text(
                "The tokenizer of the model {model} uses the token {largest}, and the model has embeddings "
                "for {rows} tokens.",
                model=model,
                largest=largest,
                rows=rows,
            ),
            text("Resize the embedding (model.resize_token_embeddings(len(tokenizer))), or remove the added token."),
        )


def _check_files(folder: Path) -> None:
    if not any(path for pattern in _WEIGHTS for path in folder.glob(pattern)) and not missing_shards(folder):
        raise InputError(
            text(
                "The model folder {folder} has no weights for PyTorch (*.safetensors), so it cannot be trained.",
                folder=folder,
            ),
            text("Name the folder of the model that it was made from."),
        )
    for path in sorted({path for pattern in _READ for path in folder.glob(pattern)}):
        try:
            fault = damage(path)
            pointer = is_lfs_pointer(path)
        except OSError as error:
            raise InputError(
                text("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror), _AGAIN
            ) from error
        if fault:
            raise InputError(fault, text("Run git lfs pull in the folder.") if pointer else _AGAIN)
    if missing := missing_shards(folder):
        raise InputError(
            text(
                "The model folder {folder} lacks {first} ({count} missing).",
                folder=folder,
                first=missing[0],
                count=len(missing),
            ),
            _AGAIN,
        )


def _config(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(text("{path} is not JSON: {error}.", path=path, error=error), _AGAIN) from error
    if not isinstance(content, Mapping):
        raise InputError(text("{path} is not a JSON object.", path=path), _AGAIN)
    return content


def _is_gguf(path: Path) -> bool:
    if not path.is_file():
        return True
    with path.open("rb") as file:
        return file.read(len(_GGUF)) == _GGUF
