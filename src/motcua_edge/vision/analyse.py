"""A whole recording through the engine, and single pictures through the two models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from motcua_edge.vision.detect import Detector
from motcua_edge.vision.events import Event, VisitClosed, VisitSummary
from motcua_edge.vision.expression import ExpressionModel
from motcua_edge.vision.observe import crop_face
from motcua_edge.vision.picture import ArrayPicture, Bytes
from motcua_edge.vision.pipeline import CounterPipeline
from motcua_edge.vision.sources import Source

CLASSIFY_SIDE = 640
"""Single pictures are searched at most this large, which finds faces from about 20 pixels up."""


@dataclass
class Analysis:
    """What a recording showed; times in seconds from its start."""

    video: str
    seconds: float = 0.0
    analysed_frames: int = 0
    dropped_frames: int = 0
    visits: list[VisitSummary] = field(default_factory=list)
    truncated_at: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The object of ``analyse --json``; ``truncated_at`` only for a file that broke off."""
        answer: dict[str, Any] = {
            "video": self.video,
            "seconds": round(self.seconds, 2),
            "analysed_frames": self.analysed_frames,
            "dropped_frames": self.dropped_frames,
            "visits": [visit_json(visit) for visit in self.visits],
        }
        if self.truncated_at is not None:
            answer["truncated_at"] = round(self.truncated_at, 2)
        return answer


def visit_json(visit: VisitSummary) -> dict[str, Any]:
    """A visit in the promised form."""
    return {
        "start": visit.start,
        "end": visit.end,
        "score": visit.score,
        "level": str(visit.level),
        "good_view": visit.good_view,
        "expressions": visit.expressions,
        "curve": [list(point) for point in visit.curve],
        "irritations": [asdict(irritation) for irritation in visit.irritations],
    }


def analyse(
    source: Source,
    pipeline: CounterPipeline,
    *,
    until_s: float | None = None,
    progress: Callable[[float], None] = lambda seconds: None,
    listen: Callable[[Event], None] = lambda event: None,
) -> Analysis:
    """Run ``source`` through ``pipeline`` to its end (or to ``until_s`` seconds).

    ``progress`` hears the seconds done, ``listen`` every event.
    """
    result = Analysis(source.name)
    t = 0.0

    def take(events: list[Event]) -> None:
        for event in events:
            listen(event)
            if isinstance(event, VisitClosed) and event.summary is not None:
                result.visits.append(event.summary)

    for frame in source:
        t = frame.t
        if until_s is not None and t > until_s:
            break
        result.analysed_frames += 1
        take(pipeline.step(frame.picture, t))
        progress(t)
    take(pipeline.close_visit(t))
    result.seconds = t if source.live or source.seconds is None else source.seconds
    result.dropped_frames = source.dropped
    result.truncated_at = getattr(source, "truncated_at", None)
    return result


def classify(
    name: str, frame: Bytes, detector: Detector, expression: ExpressionModel
) -> dict[str, Any]:
    """Every face of one picture, as an element of ``classify --json``, largest first."""
    picture = ArrayPicture(frame)
    scale = min(1.0, CLASSIFY_SIDE / max(picture.width, picture.height))
    faces = sorted(
        (face.moved(1 / scale) for face in detector.detect(picture.bgr(scale))),
        key=lambda face: -face.area,
    )
    rows = expression.probabilities([crop_face(picture, face) for face in faces])
    return {
        "image": name,
        "faces": [
            {
                "box": [round(v, 1) for v in (face.x, face.y, face.w, face.h)],
                "landmarks": [[round(x, 1), round(y, 1)] for x, y in face.landmarks],
                "score": round(face.score, 3),
                "expressions": {
                    label: round(float(p), 4)
                    for label, p in zip(expression.labels, row, strict=True)
                },
            }
            for face, row in zip(faces, rows, strict=True)
        ],
    }
