"""Reads what a model is built from: weights and tokenizer in a GGUF file, a Hugging Face folder or a LoRA adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aepo_training.build.progress import stage
from aepo_training.errors import InputError
from aepo_training.language import is_language_model
from aepo_training.prepared import is_prepared
from aepo_training.trained_from import read_trained_from

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from aepo_training.build.fidelity import Training

#: GGUF's byte-level pre-tokenizers, and whether each puts every digit by itself before the byte-level step.
#: Loading a GGUF file restores the byte-level step alone. Those that split by a pattern are transformers' business.
_GGUF_SINGLE_DIGITS = {"gpt-2": False, "smollm": True}


@dataclass(frozen=True)
class SourceModel:
    """Weights in float32 on the CPU, and what belongs to them.

    Attributes:
        model: A causal language model without any quantisation.
        tokenizer: Its tokenizer, with a fast (tokenizers) backend.
        chat_template: The Jinja chat template, None when the source has none.
        trained: What a run of this program has changed; None for other models, and where nothing was compared.
        base: Name of the model that a run of this program made it from, None for other models.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    chat_template: str | None
    trained: Training | None = None
    base: str | None = None


def load_source(path: Path, *, compare: bool = False, base: str | None = None) -> SourceModel:
    """Load a GGUF file, a Hugging Face folder, or a folder with a LoRA adapter, which is merged into its base.

    Nothing is downloaded.

    Args:
        path: The file or folder.
        compare: Compare a trained model with the one that it was made from, where that is here.
        base: The model that it was made from, where it is not the one that the source names.

    Raises:
        InputError: The path is none of these, lacks a file, or holds a model that cannot be converted.
    """
    if path.is_file():
        return _load_gguf(path)
    if not path.is_dir():
        raise InputError(f"{path} is neither a file nor a folder: give a GGUF file or a Hugging Face folder")
    is_adapter = (path / "adapter_config.json").is_file()
    if not is_adapter and not (path / "config.json").is_file():
        raise InputError(f"{path} has no config.json: give a folder written by save_pretrained")
    if not is_language_model(path):
        raise InputError(f"{path} holds a reward model, which generates nothing: give a language model")
    if is_adapter:
        return _load_merged(path, base, compare=compare)
    source = replace(_load(path), base=base or read_trained_from(path))
    folder = source.base and _local_folder(source.base, None)
    if compare and folder:
        before = _load(folder).model
        return _compared(source, source.model, lambda tokens: before(tokens).logits)
    return source


def _load_gguf(path: Path) -> SourceModel:
    from aepo_training.build.gguf_sentencepiece import read_sentencepiece

    fields = _gguf_fields(path)
    if tokenizer := read_sentencepiece(path, fields):
        return _load(path.parent, path.name, tokenizer=tokenizer)
    source = _load(path.parent, path.name)
    if _gguf_single_digits(path, fields):
        _put_digits_by_themselves(source.tokenizer)
    return source


def _local_folder(model: str, revision: str | None) -> Path | None:
    """The folder of a model: itself, or where the hub's cache has it. None where it is not on this machine."""
    from huggingface_hub import snapshot_download

    if Path(model).is_dir():
        return Path(model)
    if Path(model).is_absolute():
        return None
    try:
        return Path(snapshot_download(model, revision=revision, local_files_only=True))
    except (OSError, ValueError):
        return None


def _load_merged(adapter: Path, named: str | None, *, compare: bool) -> SourceModel:
    """Load the base of an adapter, the one that is named or its own, and add the adapter to its weights."""
    from peft import PeftConfig, PeftModel

    config = PeftConfig.from_pretrained(str(adapter))
    base = named or config.base_model_name_or_path
    folder = base and _local_folder(base, config.revision)
    if not folder:
        raise InputError(_missing_base(adapter, base))
    source = replace(_load(folder), base=str(base))
    try:
        adapted = PeftModel.from_pretrained(source.model, str(adapter)).eval()
        if compare:
            source = _compared(source, adapted, lambda tokens: _without_adapter(adapted, tokens))
        merged = adapted.merge_and_unload()
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"the adapter {adapter} does not fit its base model {base}: {error}") from error
    return replace(source, model=merged.eval())


def _missing_base(adapter: Path, base: str | None) -> str:
    names = f"name its folder as base_model_name_or_path in {adapter / 'adapter_config.json'}"
    if is_prepared(base):
        return (
            f"the adapter {adapter} was trained on the embedded model, which another machine keeps as {base}: "
            f"write it here with aepo-training trainable-model, and {names}"
        )
    return (
        f"the adapter {adapter} was trained on {base}, which is not a folder here: put the base model there, or {names}"
    )


def _compared(source: SourceModel, trained: Any, base: Callable[[Any], Any]) -> SourceModel:
    from aepo_training.build.fidelity import compare_training

    stage("compare")
    return replace(source, trained=compare_training(source.tokenizer, trained, base))


def _without_adapter(adapted: Any, tokens: Any) -> Any:
    with adapted.disable_adapter():
        return adapted(tokens).logits


def _load(
    folder: Path, gguf_file: str | None = None, *, tokenizer: PreTrainedTokenizerBase | None = None
) -> SourceModel:
    """Load a model, and its tokenizer where none is given, from a folder, or from one GGUF file in it."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    stage("load")
    where = folder / gguf_file if gguf_file else folder
    from_file = {"gguf_file": gguf_file} if gguf_file else {}
    try:
        tokenizer = tokenizer or AutoTokenizer.from_pretrained(folder, local_files_only=True, **from_file)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True, **from_file)
    except (OSError, ValueError, KeyError, ImportError) as error:
        if tokenizer is None and not gguf_file and not (folder / "tokenizer.json").is_file():
            raise InputError(f"{where} has no tokenizer.json: save the tokenizer of the model there, too") from error
        raise InputError(f"cannot read a language model and its tokenizer from {where}: {error}") from error
    if not tokenizer.is_fast:
        raise InputError(f"the tokenizer of {where} has no tokenizer.json form: convert it to a fast tokenizer first")
    # What from_pretrained remembers of the file's quantisation would make the plain weights unsavable.
    model.hf_quantizer = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    return SourceModel(model.eval(), tokenizer, tokenizer.chat_template)


def _gguf_fields(path: Path) -> Mapping[str, Any]:
    """The metadata of a GGUF file.

    Raises:
        InputError: It is none.
    """
    from gguf import GGUFReader

    try:
        fields: Mapping[str, Any] = GGUFReader(path).fields
    except (OSError, ValueError, IndexError) as error:
        raise InputError(f"{path} is not a readable GGUF file: {error}") from error
    return fields


def _put_digits_by_themselves(tokenizer: PreTrainedTokenizerBase) -> None:
    from tokenizers.pre_tokenizers import Digits, Sequence

    backend = tokenizer.backend_tokenizer
    backend.pre_tokenizer = Sequence([Digits(individual_digits=True), backend.pre_tokenizer])


def _gguf_single_digits(path: Path, fields: Mapping[str, Any]) -> bool:
    """Whether the pre-tokenizer of a GGUF file puts every digit by itself.

    Raises:
        InputError: It is not known here.
    """
    from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

    name = fields["tokenizer.ggml.pre"].contents() if "tokenizer.ggml.pre" in fields else "none"
    if name in GGUF_PRE_TOKENIZER_SPLITS:
        return False
    if name not in _GGUF_SINGLE_DIGITS:
        known = ", ".join(sorted({*_GGUF_SINGLE_DIGITS, *GGUF_PRE_TOKENIZER_SPLITS}))
        raise InputError(
            f"{path} uses the pre-tokenizer {name!r}, which would be read wrongly from a GGUF file (known: {known}): "
            "convert from the model's Hugging Face folder instead"
        )
    return _GGUF_SINGLE_DIGITS[name]
