"""Opening ONNX files: one thread each, little memory, a plain sentence when a file is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime as ort

from motcua_edge.vision.errors import BadModel, SourceMissing

MODELS = Path(__file__).parent / "models"

ort.set_default_logger_severity(3)
ort.disable_telemetry_events()  # on Windows, where the environment variable does not count


def open_session(path: Path) -> ort.InferenceSession:
    """Load ``path`` on one CPU thread.

    Twenty counters share one process, so parallelism comes from the counters, not from inside a
    model; the memory arena and pattern are off because inputs vary in size and would hoard.
    """
    if not path.is_file():
        raise SourceMissing(str(path))
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a dozen unrelated classes
        raise BadModel(path.name, "tệp hỏng hoặc không phải là ONNX") from error


def input_shape(session: ort.InferenceSession) -> list[int | None]:
    """Shape of the first input; ``None`` where it may vary."""
    shape: list[Any] = session.get_inputs()[0].shape
    return [side if isinstance(side, int) and side > 0 else None for side in shape]


def output_names(session: ort.InferenceSession) -> list[str]:
    return [output.name for output in session.get_outputs()]


def metadata(session: ort.InferenceSession) -> dict[str, str]:
    """``metadata_props`` of the file."""
    return dict(session.get_modelmeta().custom_metadata_map)
