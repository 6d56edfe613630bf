"""A run on several machines: which of them this one is, and where they meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aepo_training.errors import InputError, text
from aepo_training.train.accelerate_config import launched_processes
from aepo_training.train.run_file import Common


@dataclass(frozen=True)
class Machines:
    """The machines of a run, on each of which a launcher is started.

    Attributes:
        count: How many there are.
        rank: The number of this one, from 0. The first one writes the files of the run.
        address: The name of the first one.
        port: The port of the first one at which all meet.
    """

    count: int
    rank: int
    address: str
    port: int

    def arguments(self) -> list[str]:
        """The arguments of `accelerate launch`."""
        return [
            *("--num_machines", str(self.count)),
            *("--machine_rank", str(self.rank)),
            *("--main_process_ip", self.address),
            *("--main_process_port", str(self.port)),
            # Its other launchers log in to the other machines by themselves.
            *("--deepspeed_multinode_launcher", "standard"),
        ]


def machines(count: int | None, rank: int | None, meeting: str | None) -> Machines | None:
    """The machines that the options of the command line name; None for one alone.

    Raises:
        InputError: An option is missing, or names no machine or no port.
    """
    if count is None and rank is None and meeting is None:
        return None
    address, _, port = (meeting or "").rpartition(":")
    if count is None or rank is None or not 0 <= rank < count or not address or not port.isdecimal():
        raise InputError(
            "--machines, --machine-rank and --meeting do not name one of several machines",
            "Give their number, the number of this one from 0, and HOST:PORT of the first",
        )
    return Machines(count, rank, address, int(port)) if count > 1 else None


def check_machines(found: Machines, common: Common, config: Mapping[str, Any] | None) -> None:
    """Refuse machines that do not fit a run.

    Args:
        found: The machines.
        common: The hyper-parameters of the run.
        config: The settings of its accelerate configuration file; None where it names none.

    Raises:
        InputError: It names what does not fit.
    """
    named = (config or {}).get("num_machines", found.count)
    if named != found.count:
        raise InputError(
            text(
                "The accelerate configuration file {path} says num_machines: {named}, and the job has hosts: {count}.",
                path=common.accelerate_config,
                named=named,
                count=found.count,
            ),
            text("Change the file, or write the script of the job again."),
        )
    processes = common.processes if config is None else launched_processes(common, config)
    if processes is None or processes % found.count:
        raise InputError(
            text(
                "The number of processes is {processes}, which is no multiple of {count}, the number of hosts.",
                processes=processes,
                count=found.count,
            ),
            text("Set processes, the number on all hosts together, to a multiple of {count}.", count=found.count),
        )
