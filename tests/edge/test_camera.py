"""The agent around the engine: settings, signals, crashes, the citizen's wish, the local page."""

from __future__ import annotations

import datetime as dt
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from motcua_contract import (
    CounterSettings,
    CurvePoint,
    Guidance,
    OpenSession,
    Region,
    Signal,
    SignalKind,
    Thresholds,
)
from motcua_edge import commands, identity
from motcua_edge.camera.agent import Agent, AlreadyRunning
from motcua_edge.camera.engine import engine_settings, region_pixels
from motcua_edge.camera.hours import may_look
from motcua_edge.camera.page import HealthPage, facts, render
from motcua_edge.camera.translate import key_points
from motcua_edge.identity import Identity
from motcua_edge.vision.errors import SourceMissing
from motcua_edge.vision.events import Reading
from motcua_edge.vision.settings import EngineSettings
from tests.edge.test_link import Centre
from tests.outage.synthetic_agent import Engine, Scripted, Ticking
from tests.service_quality import messages

IDENTITY = Identity("http://centre.test", "token", "Camera 1", "Phường <Thử>")
NOON = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)


def settings(number: int = 1, **changes: Any) -> CounterSettings:
    values: dict[str, Any] = {
        "counter": 100 + number,
        "number": number,
        "name": "Hộ tịch",
        "enabled": True,
        "always": True,
        "sessions": (),
        "region": Region(),
        "thresholds": Thresholds(),
        "analysed_fps": 5.0,
    }
    return CounterSettings(**(values | changes))


class GuidingCentre(Centre):
    """A centre that also says how to look."""

    def __init__(self, *counters: CounterSettings) -> None:
        super().__init__()
        self.counters = counters
        self.away = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("cut")
        if not request.url.path.endswith("/guidance"):
            return super().__call__(request)
        guidance = Guidance(
            version=self.version,
            unit="Phường Thử",
            device="Camera 1",
            now=messages.utc_now(),
            last_signal=0,
            counters=self.counters,
        )
        return httpx.Response(200, content=guidance.model_dump_json())


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    from motcua_edge import link

    monkeypatch.setattr(link, "FLUSH_SECONDS", 0.1)
    monkeypatch.setattr(link, "BACKOFF_FIRST_SECONDS", 0.05)
    monkeypatch.setattr(link, "BACKOFF_LIMIT_SECONDS", 0.2)
    monkeypatch.setattr(link, "URGENT_PAUSE_SECONDS", 0.05)


@pytest.fixture
def centre() -> GuidingCentre:
    return GuidingCentre(settings(1), settings(2))


@pytest.fixture
def start(tmp_path: Path, centre: GuidingCentre) -> Iterator[Callable[..., Agent]]:
    running: list[Agent] = []

    def begin(*numbers: int, engine: Any = None) -> Agent:
        agent = Agent(
            tmp_path / "home",
            IDENTITY,
            [(number, "script") for number in numbers or (1,)],
            engine or Engine(),
            transport=httpx.MockTransport(centre),
        )
        running.append(agent)
        agent.start()
        return agent

    yield begin
    for agent in running:
        agent.stop()


def until(true: Callable[[], Any], seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not come about in time"
        time.sleep(0.02)


def test_several_counters_in_one_process_each_report_as_themselves(
    start: Callable[..., Agent], centre: GuidingCentre
) -> None:
    start(1, 2)
    until(lambda: len(centre.of_kind("irritation")) >= 2)
    assert {item.counter for item in centre.of_kind("reading")} == {101, 102}
    assert {item.counter for item in centre.of_kind("irritation")} == {101, 102}


def test_a_counter_the_centre_does_not_give_is_not_watched(
    start: Callable[..., Agent], centre: GuidingCentre
) -> None:
    agent = start(1, 7)
    until(lambda: centre.of_kind("reading"))
    assert agent.unknown_counters() == [7]
    assert {item.counter for item in centre.of_kind("reading")} == {101}


def test_switched_off_at_the_centre_the_camera_closes_its_visit_and_stops(
    start: Callable[..., Agent], centre: GuidingCentre
) -> None:
    agent = start(1)
    until(lambda: agent.cameras[0].figures.visit_open)
    centre.counters, centre.version = (settings(1, enabled=False),), "v2"
    until(lambda: agent.cameras[0].figures.state == "closed_hours")
    until(lambda: agent.spool.depth() == 0)
    opened = {item.visit for item in centre.of_kind("visit_opened")}
    assert opened == {item.visit for item in centre.of_kind("visit_closed")}
    analysed = agent.cameras[0].figures.analysed
    time.sleep(1)
    assert agent.cameras[0].figures.analysed == analysed


def test_after_a_restart_without_the_centre_the_last_settings_hold(
    start: Callable[..., Agent], centre: GuidingCentre
) -> None:
    agent = start(1)
    until(lambda: centre.of_kind("reading"))
    agent.stop()
    centre.away = True
    again = start(1)
    until(lambda: again.spool.depth() > 3)
    assert again.cameras[0].settings is not None


def test_a_visit_cut_off_by_a_crash_is_closed_where_it_was_last_seen(
    start: Callable[..., Agent], centre: GuidingCentre, tmp_path: Path
) -> None:
    from motcua_edge.spool import Spool

    cut_off = uuid.uuid4()
    seen = messages.utc_now() - dt.timedelta(minutes=3)
    spool = Spool(tmp_path / "home" / "spool.sqlite3")
    spool.add([messages.visit_opened(101, cut_off, seen - dt.timedelta(minutes=2))])
    spool.add([messages.reading(101, seen, visit=cut_off)])
    spool.close()
    start(1)
    until(lambda: any(item.visit == cut_off for item in centre.of_kind("visit_closed")))
    (closed,) = [item for item in centre.of_kind("visit_closed") if item.visit == cut_off]
    assert closed.at == seen
    assert closed.summary is None


def wish(number: int, at: dt.datetime) -> Signal:
    return Signal(id=number, counter=101, kind=SignalKind.EXCLUDE_VISIT, at=at)


def test_the_citizens_wish_deletes_what_waits_and_says_so(
    start: Callable[..., Agent], centre: GuidingCentre
) -> None:
    centre.mood = lambda batch: None
    agent = start(1)
    until(lambda: agent.cameras[0].figures.visit_open)
    opened = len(centre.of_kind("visit_opened"))
    centre.signals.append(wish(1, messages.utc_now()))
    until(lambda: centre.of_kind("visit_excluded"))
    (excluded,) = centre.of_kind("visit_excluded")
    until(lambda: len(centre.of_kind("visit_opened")) > opened + 1)
    after = [
        item
        for item in centre.of_kind("reading")
        if item.visit == excluded.visit and item.at > excluded.at
    ]
    assert after == []
    (closed,) = [i for i in centre.of_kind("visit_closed") if i.visit == excluded.visit]
    assert closed.summary is None


def test_a_wish_that_arrives_late_leaves_out_the_visit_it_meant(
    start: Callable[..., Agent], centre: GuidingCentre
) -> None:
    """The network was away while the citizen asked; the visit is over, another goes on."""
    agent = start(1)
    until(lambda: len(centre.of_kind("visit_closed")) >= 1)
    meant = centre.of_kind("visit_closed")[0]
    until(lambda: agent.cameras[0].figures.visit_open)
    centre.signals.append(wish(1, meant.opened + (meant.at - meant.opened) / 2))
    until(lambda: centre.of_kind("visit_excluded"))
    assert [item.visit for item in centre.of_kind("visit_excluded")] == [meant.visit]


def test_a_wish_spoken_before_the_camera_saw_anybody_holds_for_the_next_visit(
    start: Callable[..., Agent], centre: GuidingCentre
) -> None:
    class Late(Scripted):
        def step(self, frame: Any, t: float) -> Any:
            nobody = Reading(t, None, False, 0.0, None, None, None, None, False, None, False)
            return super().step(frame, t) if t > 3 else [nobody]

    class LateEngine(Engine):
        def make_pipeline(self, *_: Any) -> Scripted:
            return Late()

    agent = start(1, engine=LateEngine())
    until(lambda: agent.link.state.online)
    centre.signals.append(wish(1, messages.utc_now()))
    until(lambda: centre.of_kind("visit_excluded"))
    (excluded,) = centre.of_kind("visit_excluded")
    assert excluded.visit == centre.of_kind("visit_opened")[0].visit
    until(lambda: len(centre.of_kind("visit_opened")) > 1)
    assert not [item for item in centre.of_kind("reading") if item.visit == excluded.visit]
    assert not [item for item in centre.of_kind("irritation") if item.visit == excluded.visit]


def test_a_camera_that_cannot_be_opened_says_why_and_is_tried_again(
    start: Callable[..., Agent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motcua_edge.camera.counter.RETRY_SECONDS", (0.1,))
    attempts = []

    class Broken(Engine):
        def open_feed(self, spec: str, settings: CounterSettings) -> Ticking:
            attempts.append(spec)
            if len(attempts) < 3:
                raise SourceMissing("/dev/video9")
            return super().open_feed(spec, settings)

    agent = start(1, engine=Broken())
    until(lambda: agent.cameras[0].figures.state == "failed")
    assert "/dev/video9" in agent.cameras[0].figures.trouble
    until(lambda: agent.cameras[0].figures.state == "running")


def test_two_agents_do_not_share_a_folder(start: Callable[..., Agent], tmp_path: Path) -> None:
    start(1)
    with pytest.raises(AlreadyRunning):
        start(1)


def test_the_local_page_tells_how_it_goes_and_only_to_this_machine(
    start: Callable[..., Agent],
) -> None:
    agent = start(1)
    page = HealthPage(agent, 0)
    page.start()
    try:
        until(lambda: agent.cameras[0].figures.state == "running")
        until(lambda: agent.link.state.online)
        text = urllib.request.urlopen(page.address, timeout=5).read().decode()
        assert "Quầy 1 – Hộ tịch" in text
        assert "đang quan sát" in text
        assert "Phường &lt;Thử&gt;" in text
        known = json.loads(urllib.request.urlopen(page.address + "health.json", timeout=5).read())
        assert known["counters"][0]["fps"] == 5.0
        stranger = urllib.request.Request(page.address, headers={"Host": "elsewhere.test"})
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(stranger, timeout=5)
    finally:
        page.stop()
    agent.link.state.online, agent.link.state.trouble = False, "Không kết nối được tới trung tâm."
    assert "Dữ liệu được giữ trên máy này" in render(facts(agent))


def test_a_camera_looks_only_within_the_sessions_it_was_told() -> None:
    session = OpenSession(opens=NOON, closes=NOON + dt.timedelta(hours=4))
    told = settings(always=False, sessions=(session,))
    assert may_look(told, NOON)
    assert not may_look(told, NOON - dt.timedelta(seconds=1))
    assert not may_look(told, session.closes)
    assert not may_look(told, NOON + dt.timedelta(days=30))
    assert not may_look(settings(enabled=False), NOON)


def test_the_centres_thresholds_keep_the_hysteresis() -> None:
    base = EngineSettings()
    given = settings(thresholds=Thresholds(irritation_rise=0.7, irritation_seconds=9))
    made = engine_settings(base, given, 640, 480)
    assert made.irritation.on == 0.7
    assert made.irritation.sustain_s == 9
    assert made.irritation.off == base.irritation.off < 1  # a share of the bar
    assert engine_settings(base, settings(), 640, 480).irritation == base.irritation


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1920, 1080), (33, 17)])
@pytest.mark.parametrize(
    "region", [(0, 0, 1, 1), (0.25, 0.1, 0.5, 0.8), (0.999, 0.999, 0.001, 0.001), (0.5, 0, 0.5, 1)]
)
def test_a_region_in_fractions_always_fits_the_picture(
    region: tuple[float, float, float, float], width: int, height: int
) -> None:
    left, top, across, down = region
    given = settings(region=Region(left=left, top=top, width=across, height=down))
    made = region_pixels(given, width, height)
    if region == (0, 0, 1, 1):
        assert made is None
    else:
        assert made is not None
        assert made.fits(width, height)


def test_a_long_curve_keeps_its_ends_and_its_extremes() -> None:
    curve = [(i * 0.5, 0.5, 0.2) for i in range(7200)]
    curve[1234], curve[5678] = (617.0, 1.0, 0.0), (2839.0, 0.0, 1.0)
    kept = key_points(curve)
    assert len(kept) <= 160
    assert kept[0] == curve[0]
    assert kept[-1] == curve[-1]
    assert {curve[1234], curve[5678]} <= set(kept)
    assert kept == sorted(kept)
    CurvePoint(t=kept[-1][0], pleasant=0.5, negative=0.2)


def test_the_token_lies_in_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    path = identity.save(tmp_path / "home", IDENTITY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert identity.load(tmp_path / "home") == IDENTITY
    assert "token" not in repr(IDENTITY).replace("Identity", "")
    path.write_text("{")
    with pytest.raises(identity.NotEnrolled, match="hỏng"):
        identity.load(tmp_path / "home")
    with pytest.raises(identity.NotEnrolled, match="chưa ghi danh"):
        identity.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("server", "answer", "words"),
    [
        ("centre.test", None, "http://"),
        ("http://centre.test", httpx.ConnectError("no"), "Không kết nối được"),
        ("http://centre.test", httpx.Response(200, text="<html>"), "không phải máy chủ"),
        ("http://centre.test", httpx.Response(201, text="{}"), "không phải máy chủ"),
        ("http://centre.test", httpx.Response(403, json={"message": "Mã sai."}), "Mã sai"),
    ],
)
def test_enrolment_that_fails_says_what_to_do(server: str, answer: Any, words: str) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return answer

    with pytest.raises(identity.NotEnrolled, match=words):
        identity.enrol(server=server, code="ABCD", transport=httpx.MockTransport(respond))


def test_sources_and_counters_must_pair() -> None:
    assert commands.pairing_problem(["0", "1"], [1, 2]) == ""
    assert "--counter" in commands.pairing_problem(["0", "1"], [1])
    assert "một nguồn hình" in commands.pairing_problem(["0", "1"], [1, 1])
