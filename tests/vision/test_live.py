"""Live sources against real peers: an RTSP server, a mute port, a stream that stops."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.vision.errors import SourceRefused, SourceSilent
from motcua_edge.vision.live import Backoff, LagMeter, LiveSource, StillWatch, hide_password
from motcua_edge.vision.settings import SourceSettings
from motcua_edge.vision.sources import open_source

from .standins import noise, write_video

SYSTEM_PYTHON = "/usr/bin/python3"
QUICK = SourceSettings(
    open_timeout_s=3, read_timeout_s=1.5, backoff_first_s=0.2, backoff_limit_s=0.5
)
PEER = Path(__file__).parent / "rtsp_peer.py"


def rtsp_server_missing() -> str | None:
    """Why no real RTSP server can be started here, None when one can."""
    if not Path(SYSTEM_PYTHON).exists():
        return "no system Python for GStreamer's RTSP server"
    check = subprocess.run([SYSTEM_PYTHON, str(PEER), "--check"], capture_output=True, check=False)
    return None if check.returncode == 0 else "gir1.2-gst-rtsp-server-1.0 is not installed"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of drifting texture, 25 fps."""
    frames = [np.roll(noise(320, 240), 2 * i, axis=1) for i in range(750)]
    return write_video(tmp_path_factory.mktemp("rtsp") / "quay.mp4", frames)


class Peer:
    """GStreamer's RTSP server in a process of its own, serving a recording at its own pace."""

    def __init__(self, recording: Path) -> None:
        self.port = free_port()
        self.address = f"rtsp://127.0.0.1:{self.port}/quay"
        self._recording = recording
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [SYSTEM_PYTHON, str(PEER), str(self._recording), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def pause(self) -> None:
        """The camera hangs: the connection stays, nothing comes any more."""
        assert self._process is not None
        self._process.send_signal(19)  # SIGSTOP

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(18)  # SIGCONT

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def peer(recording: Path) -> Iterator[Peer]:
    reason = rtsp_server_missing()
    if reason:
        pytest.skip(reason)
    server = Peer(recording)
    server.start()
    yield server
    server.stop()


def wait_for_frame(source: LiveSource, seconds: float) -> bool:
    end = time.monotonic() + seconds
    return any(source.read(0.2) is not None for _ in iter(lambda: time.monotonic() < end, False))


def test_an_rtsp_camera_is_sampled_at_its_own_pace(peer: Peer) -> None:
    source = open_source(peer.address, QUICK)
    assert isinstance(source, LiveSource)
    frames = []
    for frame in source:
        frames.append(frame)
        if len(frames) == 15:
            break
    trouble = source.trouble
    source.close()
    assert frames[0].picture.width == 320
    gaps = np.diff([frame.t for frame in frames[5:]])
    assert 0.12 < gaps.mean() < 0.3
    assert trouble is None


def test_a_slow_reader_loses_frames_that_are_counted_and_is_never_late(peer: Peer) -> None:
    source = open_source(peer.address, QUICK)
    assert isinstance(source, LiveSource)
    assert wait_for_frame(source, 5)
    time.sleep(3)
    frame = source.read(1.0)
    assert frame is not None
    assert source.now() - frame.t < 0.6
    assert source.dropped >= 8
    source.close()


def test_a_camera_that_restarts_is_found_again(peer: Peer) -> None:
    source = open_source(peer.address, QUICK)
    assert isinstance(source, LiveSource)
    assert wait_for_frame(source, 5)
    peer.stop()
    while source.read(1.0) is not None:
        pass
    assert source.trouble in ("broken", "silent")
    peer.start()
    assert wait_for_frame(source, 15)
    assert source.reconnections >= 1
    source.close()


def test_a_hung_camera_is_noticed_and_opened_again(peer: Peer) -> None:
    source = open_source(peer.address, QUICK)
    assert isinstance(source, LiveSource)
    assert wait_for_frame(source, 5)
    peer.pause()
    end = time.monotonic() + 10
    while source.trouble is None and time.monotonic() < end:
        source.read(0.1)
    assert source.trouble == "silent"
    peer.resume()
    assert wait_for_frame(source, 20)
    source.close()


def test_a_still_picture_is_noticed_and_opened_again(tmp_path: Path, recording: Path) -> None:
    reason = rtsp_server_missing()
    if reason:
        pytest.skip(reason)
    still = write_video(tmp_path / "yen.mp4", [noise(320, 240)] * 400)
    server = Peer(still)
    server.start()
    rules = SourceSettings(open_timeout_s=3, still_timeout_s=2, backoff_first_s=0.2)
    source = open_source(server.address, rules)
    assert isinstance(source, LiveSource)
    troubles = set()
    end = time.monotonic() + 12
    while time.monotonic() < end and not source.reconnections:
        source.read(0.05)
        troubles.add(source.trouble)
    source.close()
    server.stop()
    assert "frozen" in troubles
    assert source.reconnections >= 1


def test_a_port_that_never_answers_is_silent_within_the_time_out() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"rtsp://127.0.0.1:{mute.getsockname()[1]}/quay"
        started = time.monotonic()
        with pytest.raises(SourceSilent, match="không trả lời trong 3 giây"):
            open_source(address, QUICK)
        assert time.monotonic() - started < 8


def test_a_closed_port_is_refused_at_once() -> None:
    with pytest.raises(SourceRefused, match="Không mở được"):
        open_source(f"rtsp://127.0.0.1:{free_port()}/quay", QUICK)


def test_a_transport_stream_over_tcp_plays_too(recording: Path) -> None:
    """FFmpeg's own tcp listener as the peer, through PyAV."""
    port = free_port()
    code = (
        "import sys, time, av\n"
        "out = av.open(f'tcp://127.0.0.1:{sys.argv[2]}?listen=1', 'w', format='mpegts')\n"
        "given = av.open(sys.argv[1]); s = out.add_stream_from_template(given.streams.video[0])\n"
        "for p in given.demux(given.streams.video[0]):\n"
        "    if p.dts is None: continue\n"
        "    p.stream = s; out.mux(p); time.sleep(0.03)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", code, str(recording), str(port)])
    try:
        time.sleep(1.0)
        source = open_source(f"tcp://127.0.0.1:{port}", QUICK)
        assert isinstance(source, LiveSource)
        assert wait_for_frame(source, 10)
        source.close()
    finally:
        server.kill()
        server.wait()


def test_closing_ends_the_thread(peer: Peer) -> None:
    before = threading.active_count()
    source = open_source(peer.address, QUICK)
    source.close()
    assert threading.active_count() <= before


@given(st.floats(0.1, 5), st.floats(5, 60), st.integers(1, 20))
def test_waiting_doubles_up_to_the_limit_and_starts_again_after_success(
    first: float, limit: float, times: int
) -> None:
    backoff = Backoff(first, limit)
    waits = [backoff.next() for _ in range(times)]
    assert waits[0] == first
    assert waits == sorted(waits)
    assert max(waits) <= limit
    backoff.reset()
    assert backoff.next() == first


@given(st.floats(-1e6, 1e6), st.lists(st.floats(0, 0.05), min_size=2, max_size=50))
def test_lag_ignores_where_the_cameras_clock_begins(offset: float, jitter: list[float]) -> None:
    meter = LagMeter()
    lags = [meter.update(100 + 0.2 * i + j, offset + 0.2 * i) for i, j in enumerate(jitter)]
    assert all(-1e-6 <= lag <= 0.0501 for lag in lags)


def test_lag_grows_when_frames_come_later_and_later() -> None:
    meter = LagMeter()
    lags = [meter.update(0.25 * i, 0.2 * i) for i in range(50)]
    assert lags[-1] == pytest.approx(0.05 * 49)


def test_a_still_picture_is_frozen_only_after_its_time() -> None:
    watch = StillWatch(10)
    assert not any(watch.frozen(t, 7) for t in range(10))
    assert watch.frozen(10, 7)
    assert not watch.frozen(11, 8)


def test_passwords_of_cameras_are_not_shown() -> None:
    assert hide_password("rtsp://admin:matkhau@10.0.0.5/ch1") == "rtsp://***@10.0.0.5/ch1"
    assert hide_password("rtsp://10.0.0.5/ch1?a=b@c") == "rtsp://10.0.0.5/ch1?a=b@c"
