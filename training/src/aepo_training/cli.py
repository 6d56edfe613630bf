"""The command line `aepo-training`: parses arguments, runs one command, turns errors into sentences and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path

from aepo_training.errors import EXIT_OK, EXIT_STOPPED, AepoTrainingError, lacking_package
from aepo_training.network import follow_owner
from aepo_training.train.environment import (
    Stopped,
    collect_rarely,
    keep_large_buffers,
    sleep_between_products,
    stop_on_signals,
    without_torch,
)

#: Libraries read these when they are imported: no reports about the use of the program.
_ENVIRONMENT = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 failed, 2 bad input, 3 another trains, 130 stopped."""
    options = _parser().parse_args(arguments)
    os.environ.update(_ENVIRONMENT)
    sleep_between_products()
    follow_owner()
    if arguments is None and options.run is _train:
        keep_large_buffers()
    if arguments is None and options.run is _inspect and not _names_modules(options.run_dir):
        without_torch()
    if arguments is None:
        collect_rarely()
    try:
        with stop_on_signals():
            options.run(options)
    except AepoTrainingError as error:
        return _failed(error)
    except ImportError as error:
        traceback.print_exc()
        return _failed(lacking_package(error))
    except Stopped as stopped:
        print(f"stopped by {stopped}", flush=True)
        return EXIT_STOPPED
    return EXIT_OK


def _failed(error: AepoTrainingError) -> int:
    print(error.sentence, file=sys.stderr, flush=True)
    return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aepo-training", description="Preference training runs and model building.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    train = commands.add_parser("train", help="run a preference training as its run.json says")
    train.add_argument("--run-dir", type=Path, required=True, metavar="FOLDER", help="the folder that holds run.json")
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    train.add_argument(
        "--job", metavar="NAME", help="as the job of a cluster: resume where there is a checkpoint, and write the log"
    )
    train.add_argument(
        "--machines", type=_count, metavar="N", help="the machines that train together; default: this one"
    )
    train.add_argument("--machine-rank", type=_count, metavar="N", help="the number of this machine, from 0")
    train.add_argument("--meeting", metavar="HOST:PORT", help="where the machines meet: the first one, and a free port")
    train.set_defaults(run=_train)

    inspect = commands.add_parser("inspect", help="print as JSON what a run will train on, without loading the model")
    inspect.add_argument("--run-dir", type=Path, required=True, metavar="FOLDER", help="the folder that holds run.json")
    inspect.add_argument("--tokens", type=_count, default=0, metavar="N", help="the first N rows as tokens; default: 0")
    inspect.add_argument(
        "--elsewhere", action="store_true", help="the run trains on another machine: ask nothing of this interpreter"
    )
    inspect.set_defaults(run=_inspect)

    score = commands.add_parser("score", help="print as JSON how a reward model scores responses")
    score.add_argument("--model", required=True, metavar="MODEL", help="a Hugging Face folder, an adapter or a hub id")
    score.add_argument("--responses", type=Path, required=True, metavar="FILE", help="JSON Lines of messages and text")
    score.set_defaults(run=_score)

    build = commands.add_parser("build-model", help="convert a language model for transformers.js")
    build.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="SOURCE",
        help="a GGUF file, a Hugging Face folder, a LoRA adapter, or package:NAME/FILE in an installed Python package",
    )
    build.add_argument("--to", dest="target", type=Path, required=True, metavar="FOLDER", help="the new folder")
    build.add_argument(
        "--precision",
        choices=("int4", "int8", "fp16", "fp32"),
        help="default: int4; for a trained model the smallest that keeps the training",
    )
    build.set_defaults(run=_build_model)

    run = commands.add_parser("build-run", help="convert the trained model of a finished run for transformers.js")
    run.add_argument("--run-dir", type=Path, required=True, metavar="FOLDER", help="the folder of the run")
    run.add_argument("--to", dest="target", type=Path, required=True, metavar="FOLDER", help="the new folder")
    run.add_argument("--base", type=Path, metavar="FOLDER", help="where the base model is now, if it was moved")
    run.set_defaults(run=_build_run)

    trainable = commands.add_parser("trainable-model", help="write a model as a folder that a run can train")
    trainable.add_argument("--from", dest="source", required=True, metavar="SOURCE", help="as in build-model")
    trainable.add_argument("--to", dest="target", type=Path, required=True, metavar="FOLDER", help="the new folder")
    trainable.set_defaults(run=_trainable_model)

    gguf = commands.add_parser("export-gguf", help="write a model as a GGUF file, for llama.cpp and Ollama")
    gguf.add_argument("--from", dest="source", required=True, metavar="SOURCE", help="as in build-model")
    gguf.add_argument("--to", dest="target", type=Path, required=True, metavar="FILE", help="the new file")
    gguf.add_argument("--precision", choices=("f16", "f32"), default="f16", help="of the matrices; default: f16")
    gguf.set_defaults(run=_export_gguf)

    tiny = commands.add_parser("tiny-model", help="write the random model that tests use")
    tiny.add_argument("--to", dest="target", type=Path, required=True, metavar="FOLDER", help="the new folder")
    tiny.set_defaults(run=_tiny_model)

    embedding = commands.add_parser("embedding-model", help="write the embedded sentence-embedding model")
    embedding.add_argument("--to", dest="target", type=Path, required=True, metavar="FOLDER", help="the new folder")
    embedding.set_defaults(run=_embedding_model)
    return parser


# Each command imports what it needs when it runs: the libraries behind them take seconds to load.


def _train(options: argparse.Namespace) -> None:
    from aepo_training.train.machines import machines
    from aepo_training.train.runner import run

    together = machines(options.machines, options.machine_rank, options.meeting)
    run(options.run_dir, resume=options.resume, job=options.job, machines=together)


def _inspect(options: argparse.Namespace) -> None:
    from aepo_training.train.inspect_command import inspect

    inspect(options.run_dir, options.tokens, elsewhere=options.elsewhere)


def _names_modules(folder: Path) -> bool:
    """Whether a run names modules of its model, which are looked for with PyTorch."""
    from aepo_training.train.run_file import NAME, read_run_file
    from aepo_training.train.targets import names_modules

    try:
        return names_modules(read_run_file(folder / NAME).common)
    except AepoTrainingError:  # which the inspection says
        return False


def _score(options: argparse.Namespace) -> None:
    _quiet_libraries()
    import json

    from aepo_training.train.reward_scores import score_responses

    for found in score_responses(options.model, options.responses):
        print(json.dumps(found), flush=True)


def _build_model(options: argparse.Namespace) -> None:
    _quiet_libraries()
    from aepo_training.build.convert import Precision, build_model
    from aepo_training.build.packages import resolve

    build_model(resolve(options.source), options.target, options.precision and Precision(options.precision))
    print(f"wrote {options.target}")


def _build_run(options: argparse.Namespace) -> None:
    _quiet_libraries()
    from aepo_training.build.run import build_run

    build_run(options.run_dir, options.target, options.base)
    print(f"wrote {options.target}")


def _trainable_model(options: argparse.Namespace) -> None:
    _quiet_libraries()
    from aepo_training.build.packages import resolve
    from aepo_training.build.trainable import write_trainable_model

    write_trainable_model(resolve(options.source), options.target)
    print(f"wrote {options.target}")


def _export_gguf(options: argparse.Namespace) -> None:
    _quiet_libraries()
    from aepo_training.build.gguf_export import export_gguf
    from aepo_training.build.packages import resolve

    export_gguf(resolve(options.source), options.target, options.precision)
    print(f"wrote {options.target}")


def _tiny_model(options: argparse.Namespace) -> None:
    _quiet_libraries()
    from aepo_training.build.tiny import build_tiny_model

    build_tiny_model(options.target)
    print(f"wrote {options.target}")


def _embedding_model(options: argparse.Namespace) -> None:
    from aepo_training.build.embedder import build_embedding_model

    build_embedding_model(options.target)
    print(f"wrote {options.target}")


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def _quiet_libraries() -> None:
    """Keep progress bars, one for each file and step, and notes to developers of the libraries out of the output."""
    # tqdm reads this when it is imported.
    os.environ["TQDM_DISABLE"] = "1"
    warnings.filterwarnings("ignore", category=FutureWarning)
