"""One counter's camera: a thread that looks, judges and writes into the spool.

It opens its camera only while the centre's settings say so, opens it again when it is lost, and
acts on the centre's signals. The engine is not told of the network, nor the network of pictures.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
import time
from collections.abc import Callable

from motcua_contract import CounterSettings, Signal, SignalKind, SourceHealth, VisitExcluded
from motcua_edge.camera.feeds import Ended
from motcua_edge.camera.hours import may_look
from motcua_edge.camera.translate import UNNUMBERED
from motcua_edge.camera.watch import Engine, Figures, State, Watch
from motcua_edge.clock import RunClock
from motcua_edge.spool import KnownVisit, Spool
from motcua_edge.vision.errors import VisionError

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
QUEUE_SIGNAL_FRESH = dt.timedelta(seconds=30)
EXCLUSION_WAITS = dt.timedelta(seconds=60)
"""A wish spoken just before the camera noticed the visitor holds for the visit that begins."""


class CounterCamera:
    """Runs until `stop`. Settings and signals may come from any thread.

    Arguments:
        spec: the source as the command line names it.
        centre_offset: seconds that the centre's clock is ahead of ours.
    """

    def __init__(
        self,
        number: int,
        spec: str,
        *,
        engine: Engine,
        spool: Spool,
        clock: RunClock,
        centre_offset: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.number = number
        self.spec = spec
        self.figures = Figures()
        self.settings: CounterSettings | None = None
        self.ended = threading.Event()
        self._engine = engine
        self._spool = spool
        self._clock = clock
        self._centre_offset = centre_offset
        self._signals: queue.SimpleQueue[Signal] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"counter {number}", daemon=True)
        self._exclude_until: dt.datetime | None = None
        self._failures = 0
        self._reported = time.monotonic(), 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Have the visit closed and the thread end; `join` waits for it."""
        self._stop.set()

    def join(self, timeout_s: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def configure(self, settings: CounterSettings | None) -> None:
        """New settings hold from the next visit on; switching off holds at once."""
        self.settings = settings

    def signal(self, signal: Signal) -> None:
        """Something happened at the counter."""
        self._signals.put(signal)

    def health(self) -> SourceHealth | None:
        """The camera since the last report; None before the centre named the counter."""
        if self.settings is None:
            return None
        since, counted = self._reported
        self._reported = time.monotonic(), self.figures.analysed
        fps = (self.figures.analysed - counted) / max(time.monotonic() - since, 0.1)
        return SourceHealth(
            counter=self.settings.counter,
            state=self.figures.state,
            analysed_fps=round(min(fps, 240.0), 2),
            dropped_frames=self.figures.dropped,
            latency_ms=self.figures.latency_ms,
        )

    def _run(self) -> None:
        while not self._stop.is_set():
            settings = self.settings
            try:
                if settings is not None and may_look(settings, self._centre_now()):
                    self._look(settings)
                else:
                    self.figures.state = "starting" if settings is None else "closed_hours"
                    self._take_signals(None)
                    self._stop.wait(PAUSE_SECONDS)
            except Ended:
                break
            except VisionError as wrong:
                self._trouble(str(wrong))
            except Exception:
                log.exception("counter %s stumbled", self.number)
                self._trouble("Camera gặp sự cố, đang chạy lại.")
        self.ended.set()

    def _look(self, settings: CounterSettings) -> None:
        """Open the camera and follow it until it must be closed, or opened otherwise."""
        feed = self._engine.open_feed(self.spec, settings)
        try:
            with Watch(
                settings,
                feed,
                engine=self._engine,
                spool=self._spool,
                clock=self._clock,
                figures=self.figures,
                wants_exclusion=self._wants_exclusion,
            ) as watch:
                while not self._stop.is_set() and may_look(settings, self._centre_now()):
                    current = self.settings
                    if current is None or not current.enabled:
                        return
                    if current != settings and watch.visit is None:
                        return
                    self._take_signals(watch)
                    watch.next_frame()
                    self._failures = 0
        finally:
            feed.close()

    def _take_signals(self, watch: Watch | None) -> None:
        while not self._signals.empty():
            signal = self._signals.get()
            at = signal.at - dt.timedelta(seconds=self._centre_offset())
            if signal.kind == SignalKind.EXCLUDE_VISIT:
                self._exclude(signal.counter, at, watch)
            elif watch is not None and self._clock.now() - at <= QUEUE_SIGNAL_FRESH:
                watch.follow(signal.kind)

    def _exclude(self, counter: int, at: dt.datetime, watch: Watch | None) -> None:
        """Leave out the visit that was going on at this moment, or else the one then about to
        begin: it may be going on now, be over, or still be to come."""
        known = self._spool.visits_between(counter, at, at)
        known = known or self._spool.visits_between(counter, at, at + EXCLUSION_WAITS)[:1]
        for visit in known:
            if watch is not None and visit.visit == watch.visit:
                watch.exclude()
            else:
                self._spool.forget_visit(visit.visit, _wish(visit, at))
        if not known and self._clock.now() < at + EXCLUSION_WAITS:
            self._exclude_until = at + EXCLUSION_WAITS

    def _wants_exclusion(self, opened: dt.datetime) -> bool:
        until, self._exclude_until = self._exclude_until, None
        return until is not None and opened <= until

    def _centre_now(self) -> dt.datetime:
        return self._clock.now() + dt.timedelta(seconds=self._centre_offset())

    def _trouble(self, sentence: str) -> None:
        state: State = "failed"
        self.figures.state, self.figures.trouble = state, sentence
        pause = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
        self._failures += 1
        self._stop.wait(pause)


def _wish(visit: KnownVisit, at: dt.datetime) -> VisitExcluded:
    return VisitExcluded(
        sequence=UNNUMBERED,
        counter=visit.counter,
        visit=visit.visit,
        opened=visit.opened,
        at=visit.closed or max(visit.seen, at),
    )
