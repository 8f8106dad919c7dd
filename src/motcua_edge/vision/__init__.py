"""The camera engine: pictures of a counter in, judgements of a visit out (see docs/vision.md).

The names below are what others build on; a test pins them.
"""

import os

# From 1.29 on, ONNX Runtime reports to its maker and keeps a device number under the home folder
# unless this stands before it is first imported (microsoft/onnxruntime, pull request 27379).
# A camera of a public office reports to nobody; tests/vision/test_privacy.py watches.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from motcua_edge.vision.detect import Detector, Face, load_detector
from motcua_edge.vision.errors import VisionError
from motcua_edge.vision.events import (
    Event,
    IrritationEnded,
    IrritationStarted,
    Reading,
    VisitClosed,
    VisitOpened,
    VisitSummary,
)
from motcua_edge.vision.expression import LABELS, ExpressionModel, load_expression
from motcua_edge.vision.irritation import Irritation
from motcua_edge.vision.pipeline import CounterPipeline
from motcua_edge.vision.score import Level
from motcua_edge.vision.settings import EngineSettings, Region
from motcua_edge.vision.sources import Frame, Source, open_source

__all__ = [
    "LABELS",
    "CounterPipeline",
    "Detector",
    "EngineSettings",
    "Event",
    "ExpressionModel",
    "Face",
    "Frame",
    "Irritation",
    "IrritationEnded",
    "IrritationStarted",
    "Level",
    "Reading",
    "Region",
    "Source",
    "VisionError",
    "VisitClosed",
    "VisitOpened",
    "VisitSummary",
    "load_detector",
    "load_expression",
    "open_source",
]
