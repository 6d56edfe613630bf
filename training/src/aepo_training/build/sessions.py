"""Sessions of ONNX Runtime on the CPU, which say nothing but by exceptions."""

from __future__ import annotations

import onnxruntime

_FATAL = 4


def cpu_session(model: str | bytes, entries: dict[str, str] | None = None) -> onnxruntime.InferenceSession:
    """Load a graph.

    Args:
        model: The path of its file, or its bytes.
        entries: Settings of the session by their keys.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    for key, value in (entries or {}).items():
        options.add_session_config_entry(key, value)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
