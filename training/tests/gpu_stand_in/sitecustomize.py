"""On the path of a launched process: accelerate takes the CPU for a GPU, the only device that it shards models on.

What accelerate, PyTorch and DeepSpeed do with the model is theirs; they talk by gloo.
"""

import os
from typing import Any

if "RANK" in os.environ:
    import torch
    from accelerate.state import PartialState
    from accelerate.utils import DistributedType

    original = PartialState.__init__

    def start(self: PartialState, cpu: bool = False, **named: Any) -> None:  # noqa: ARG001
        """Start as on a GPU, whether or not the trainer asks for a CPU."""
        original(self, **named)

    def backend(*_: Any) -> tuple[str, DistributedType]:
        """What a GPU has, with gloo."""
        return "gloo", DistributedType.MULTI_GPU

    def set_device(self: PartialState) -> None:
        """Stay on the CPU."""
        self.device = torch.device("cpu")

    PartialState.__init__ = start
    PartialState._prepare_backend = backend
    PartialState.set_device = set_device
