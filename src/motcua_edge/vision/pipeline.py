"""One counter's engine: frames in, events out."""

from __future__ import annotations

from motcua_edge.vision.detect import Detector, load_detector
from motcua_edge.vision.events import Event, VisitClosed
from motcua_edge.vision.expression import ExpressionModel, load_expression
from motcua_edge.vision.judge import CounterJudge
from motcua_edge.vision.observe import Observation, Observer
from motcua_edge.vision.picture import Bytes, Picture
from motcua_edge.vision.settings import EngineSettings


class CounterPipeline:
    """source → **detect → track → expression → visit → irritation** of one counter.

    Pass loaded models to share them between the counters of one process; without them the
    settings' files, or ours, are loaded. Not thread-safe: one thread per pipeline at a time.

    >>> pipeline = CounterPipeline(EngineSettings(region=Region(100, 50, 320, 240)))
    >>> for t, picture in camera:
    ...     for event in pipeline.step(picture, t):
    ...         send(event)
    """

    def __init__(
        self,
        settings: EngineSettings | None = None,
        *,
        detector: Detector | None = None,
        expression: ExpressionModel | None = None,
    ) -> None:
        self.settings = settings or EngineSettings()
        self._observer = Observer(
            self.settings,
            detector or load_detector(self.settings.detector),
            expression or load_expression(self.settings.expression),
        )
        self._judge = CounterJudge(self.settings)

    @property
    def visit(self) -> int | None:
        """Number of the visit going on, None between visits."""
        return self._judge.visit

    def step(self, frame: Picture | Bytes, t: float) -> list[Event]:
        """Analyse one frame (a picture of a source, or uint8 [h, w, 3] BGR) taken at ``t`` seconds.

        Raises :class:`RegionOutside` when the region of interest does not fit the frame.
        """
        seen = self._observer.observe(frame, t, read=not self._judge.excluded)
        return self._between(self._judge.step(seen))

    def idle(self, t: float) -> list[Event]:
        """No frame came (a cut stream): time passes all the same, an open visit closes at last."""
        return self._between(self._judge.step(Observation(t)))

    def open_visit(self, t: float) -> list[Event]:
        """The counter's queue called a citizen."""
        return self._between(self._judge.open_visit(t))

    def close_visit(self, t: float) -> list[Event]:
        """The counter's queue closed the visit, or the recording ends."""
        return self._between(self._judge.close_visit(t))

    def exclude_visit(self, t: float) -> list[Event]:
        """The citizen of the current visit wishes to be left out of it, from its first second."""
        return self._judge.exclude_visit(t)

    def _between(self, events: list[Event]) -> list[Event]:
        if any(isinstance(event, VisitClosed) for event in events):
            self._observer.forget()
        return events
