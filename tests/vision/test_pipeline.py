"""One counter's engine as its callers use it, with scripted models and real decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest

from motcua_edge.vision import (
    CounterPipeline,
    EngineSettings,
    Event,
    IrritationEnded,
    IrritationStarted,
    Level,
    Reading,
    Region,
    VisitClosed,
    VisitOpened,
)
from motcua_edge.vision.detect import Face
from motcua_edge.vision.errors import RegionOutside
from motcua_edge.vision.settings import VisitSettings

from .standins import ScriptedDetector, ScriptedExpression, face, noise

PICTURE = noise()
STEP = 0.2


class Counter:
    """A counter whose citizen is scripted."""

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self.detector = ScriptedDetector()
        self.expression = ScriptedExpression()
        self.pipeline = CounterPipeline(
            settings or EngineSettings(), detector=self.detector, expression=self.expression
        )
        self.events: list[Event] = []
        self._frames = 0

    @property
    def t(self) -> float:
        return self._frames * STEP

    def sit(self, seconds: float, **shares: float) -> Counter:
        """Somebody sits there with this face."""
        self.detector.script = None
        self.expression.set(**shares)
        return self._run(seconds)

    def leave(self, seconds: float) -> Counter:
        self.detector.script = [None]
        return self._run(seconds)

    def signal(self, call: Callable[[float], list[Event]]) -> Counter:
        self.events += call(self.t)
        return self

    def of(self, kind: type) -> list:  # type: ignore[type-arg]
        return [event for event in self.events if isinstance(event, kind)]

    def _run(self, seconds: float) -> Counter:
        for _ in range(round(seconds / STEP)):
            self.events += self.pipeline.step(PICTURE, self.t)
            self._frames += 1
        return self


def test_a_visit_from_arrival_to_leaving() -> None:
    counter = Counter().leave(3).sit(20, happiness=0.95).leave(12)
    (opened,) = counter.of(VisitOpened)
    (closed,) = counter.of(VisitClosed)
    assert opened.t == pytest.approx(3.0, abs=0.01)
    assert closed.summary.start == 3.0
    assert closed.summary.end == pytest.approx(22.8, abs=0.9)
    assert closed.summary.level is Level.VERY_PLEASED
    assert closed.summary.good_view == 1.0
    assert closed.summary.expressions["happiness"] == 1.0


def test_the_curve_reaches_back_to_the_moment_the_person_came() -> None:
    (closed,) = Counter().sit(10, happiness=0.9).leave(10).of(VisitClosed)
    assert closed.summary.curve[0][0] == 0.0


def test_one_reading_a_second_whatever_happens() -> None:
    counter = Counter().leave(10).sit(10).leave(10)
    times = [reading.t for reading in counter.of(Reading)]
    assert len(times) == 29
    assert np.allclose(np.diff(times), 1.0, atol=0.01)


def test_readings_tell_presence_mood_and_quality() -> None:
    reading = Counter().sit(10, happiness=0.5).of(Reading)[-1]
    assert (reading.visit, reading.present, reading.good_view) == (1, True, 1.0)
    assert reading.mood is Level.PLEASED
    assert reading.pleasant == pytest.approx(0.5, abs=0.01)
    assert sum(reading.expressions.values()) == pytest.approx(1, abs=0.01)
    assert reading.quality.problem is None
    assert reading.quality.width_px == 60


def test_between_visits_readings_carry_no_expression() -> None:
    reading = Counter().sit(5, happiness=0.9).leave(15).of(Reading)[-1]
    assert (reading.visit, reading.present, reading.expressions) == (None, False, None)


def test_a_face_below_the_gate_is_presence_not_feeling() -> None:
    counter = Counter()
    counter.detector.seated = face(100, 80, 60, yaw=0.55)
    counter.sit(12)
    reading = counter.of(Reading)[-1]
    assert (reading.present, reading.visit, reading.mood) == (True, 1, None)
    assert reading.quality.problem == "turned"
    (closed,) = counter.leave(12).of(VisitClosed)
    assert (closed.summary.score, closed.summary.level) == (None, Level.UNKNOWN)


def test_irritation_is_told_and_its_end_and_both_stand_in_the_summary() -> None:
    counter = Counter().sit(20).sit(15, anger=0.9).sit(20).leave(10)
    (begun,), (over,) = counter.of(IrritationStarted), counter.of(IrritationEnded)
    (closed,) = counter.of(VisitClosed)
    assert begun.irritation.end is None
    assert begun.t - 20 <= 8
    assert closed.summary.irritations == [over.irritation]
    assert over.irritation.duration_s == pytest.approx(15, abs=3)
    flags = {reading.t: reading.irritated for reading in counter.of(Reading)}
    assert flags[30.0]
    assert not flags[15.0]
    assert not flags[50.0]


def test_an_irritated_citizen_who_walks_out_ends_the_irritation_before_the_visit() -> None:
    counter = Counter().sit(20).sit(15, disgust=0.9).leave(12)
    kinds = [type(event) for event in counter.events if not isinstance(event, Reading)]
    assert kinds == [VisitOpened, IrritationStarted, IrritationEnded, VisitClosed]
    assert len(counter.of(VisitClosed)[0].summary.irritations) == 1


def test_one_citizens_anger_is_not_the_next_ones_baseline_or_evidence() -> None:
    counter = Counter().sit(20).sit(4, anger=0.9).leave(12).sit(4, anger=0.9).sit(10).leave(12)
    assert counter.of(IrritationStarted) == []
    assert [event.visit for event in counter.of(VisitClosed)] == [1, 2]


def test_the_queue_divides_two_citizens_who_change_seats_quickly() -> None:
    counter = Counter(EngineSettings(visit=VisitSettings(follow_queue=True)))
    counter.signal(counter.pipeline.open_visit).sit(10, happiness=0.95)
    counter.signal(counter.pipeline.open_visit).sit(10, sadness=0.9)
    counter.signal(counter.pipeline.close_visit).sit(5)
    happy, sad = counter.of(VisitClosed)
    assert (happy.summary.level, sad.summary.level) == (Level.VERY_PLEASED, Level.DISPLEASED)
    assert happy.summary.end == sad.summary.start == 10.0
    assert counter.pipeline.visit is None


def test_presence_does_not_close_a_visit_the_queue_keeps_open() -> None:
    counter = Counter(EngineSettings(visit=VisitSettings(follow_queue=True)))
    counter.signal(counter.pipeline.open_visit).sit(10).leave(60).sit(10)
    assert counter.of(VisitClosed) == []


def test_closing_without_a_visit_says_nothing() -> None:
    counter = Counter().leave(2)
    assert counter.pipeline.close_visit(2.0) == []
    assert counter.pipeline.exclude_visit(2.0) == []


def test_an_excluded_visit_leaves_nothing_and_nothing_more_is_read() -> None:
    counter = Counter().sit(20).sit(10, anger=0.9)
    asked: list[int] = []
    read = counter.expression.read
    counter.expression.read = lambda crops: asked.append(1) or read(crops)  # type: ignore
    counter.events.clear()
    counter.signal(counter.pipeline.exclude_visit).sit(20, anger=0.9).leave(12)
    assert asked == []
    (closed,) = counter.of(VisitClosed)
    assert closed.summary is None
    during = [reading for reading in counter.of(Reading) if reading.visit == 1]
    assert during
    assert all(r.excluded and r.expressions is None and r.quality is None for r in during)
    assert not any(r.irritated for r in counter.of(Reading))


def test_the_visit_after_an_excluded_one_is_read_again() -> None:
    counter = Counter().sit(5).signal(lambda t: [])
    counter.signal(counter.pipeline.exclude_visit).leave(12).sit(10, happiness=0.9).leave(12)
    assert counter.of(VisitClosed)[-1].summary.level is Level.VERY_PLEASED


def test_a_cut_stream_closes_the_visit_at_last() -> None:
    counter = Counter().sit(10)
    for second in range(12):
        counter.events += counter.pipeline.idle(10.0 + second)
    (closed,) = counter.of(VisitClosed)
    assert closed.summary.end <= 10.0


def test_a_region_outside_the_picture_is_refused() -> None:
    pipeline = CounterPipeline(
        EngineSettings(region=Region(300, 0, 100, 100)),
        detector=ScriptedDetector(),
        expression=ScriptedExpression(),
    )
    with pytest.raises(RegionOutside, match="300,0,100,100"):
        pipeline.step(PICTURE, 0.0)


class WholePictureDetector:
    """Finds two people wherever the searched part lies; sees the size of what it was given."""

    any_size = True

    def __init__(self) -> None:
        self.sizes: list[tuple[int, ...]] = []

    def detect(self, frame: np.ndarray, share: float = 1.0) -> list[Face]:
        self.sizes.append(frame.shape)
        return [face(20, 30, 60), face(200, 30, 90)]


def test_only_faces_inside_the_region_are_citizens() -> None:
    detector = WholePictureDetector()
    settings = EngineSettings(region=Region(40, 20, 140, 200))
    pipeline = CounterPipeline(settings, detector=detector, expression=ScriptedExpression())
    for i in range(20):
        pipeline.step(PICTURE, i * STEP)
    assert detector.sizes[0] == (200, 140, 3)
    seen = pipeline._observer.observe(PICTURE, 4.0)
    assert seen.face is not None
    assert seen.face.w == 60  # the larger face lies outside
    assert seen.face.x == 60  # found at 20 within the region that starts at 40


def test_between_whole_searches_only_a_small_square_is_looked_at() -> None:
    detector = WholePictureDetector()
    settings = EngineSettings()
    pipeline = CounterPipeline(settings, detector=detector, expression=ScriptedExpression())
    for i in range(50):
        pipeline.step(PICTURE, i * STEP)
    whole = [size for size in detector.sizes if size == (240, 320, 3)]
    near = [size for size in detector.sizes if size != (240, 320, 3)]
    assert len(near) > len(whole)
    assert max(max(size) for size in near) <= settings.detect.near_side + 1


def test_results_do_not_depend_on_the_order_of_a_models_labels() -> None:
    plain, shuffled = Counter(), Counter()
    order = [3, 0, 5, 1, 2, 7, 4, 6]
    shuffled.expression.labels = tuple(np.array(shuffled.expression.labels)[order])
    read = shuffled.expression.read
    shuffled.expression.read = lambda crops: (read(crops)[0][:, order], read(crops)[1])  # type: ignore
    shuffled.pipeline = CounterPipeline(
        EngineSettings(), detector=shuffled.detector, expression=shuffled.expression
    )
    assert asdict(plain.sit(10, happiness=0.6).of(Reading)[-1]) == asdict(
        shuffled.sit(10, happiness=0.6).of(Reading)[-1]
    )


def test_analysing_at_another_rate_keeps_the_judgement() -> None:
    fast = Counter(replace(EngineSettings(), source=replace(EngineSettings().source, fps=10)))
    (closed,) = fast.sit(10, happiness=0.9).leave(12).of(VisitClosed)
    assert closed.summary.level is Level.VERY_PLEASED
