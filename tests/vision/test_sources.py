"""Recordings and folders: sampled, dropped frames counted, damage told."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from motcua_edge.vision.errors import NoFrames, NotAPicture, NotAVideo, SourceMissing
from motcua_edge.vision.picture import ArrayPicture, VideoPicture
from motcua_edge.vision.settings import SourceSettings
from motcua_edge.vision.sources import (
    Sampler,
    device_address,
    natural,
    open_source,
    read_picture,
)

from .standins import noise, write_video


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of drifting texture at 25 fps, its index in front."""
    frames = [np.roll(noise(160, 120), 2 * i, axis=1) for i in range(100)]
    return write_video(
        tmp_path_factory.mktemp("video") / "quay.mp4", frames, options={"movflags": "faststart"}
    )


@given(st.floats(1, 60), st.floats(0.5, 30), st.integers(0, 1000))
def test_sampling_takes_the_asked_rate_or_all_there_is(rate: float, fps: float, start: int) -> None:
    sampler = Sampler(fps)
    taken = [t for i in range(round(rate * 20)) if sampler.due(t := start + i / rate)]
    assert len(taken) == pytest.approx(20 * min(rate, fps), abs=2 + 0.02 * rate * 20)
    assert taken[0] == start


def test_sampling_after_a_gap_does_not_catch_up_in_a_burst() -> None:
    sampler = Sampler(5)
    taken = [t for t in [0, *np.arange(10, 12, 0.04)] if sampler.due(t)]
    assert len(taken) == 11


def test_a_recording_is_sampled_at_five_frames_a_second(recording: Path) -> None:
    source = open_source(str(recording))
    times = [frame.t for frame in source]
    assert len(times) == 20
    assert np.allclose(np.diff(times), 0.2, atol=0.045)
    assert source.seconds == pytest.approx(4.0, abs=0.05)
    assert source.dropped == 0
    assert source.truncated_at is None  # type: ignore[attr-defined]


def test_every_frame_can_be_asked_for(recording: Path) -> None:
    assert len(list(open_source(str(recording), SourceSettings(fps=25)))) == 100


def test_a_cut_off_recording_is_read_up_to_the_break(recording: Path, tmp_path: Path) -> None:
    cut = tmp_path / "dut.mp4"
    whole = recording.read_bytes()
    cut.write_bytes(whole[: round(len(whole) * 0.6)])
    source = open_source(str(cut))
    times = [frame.t for frame in source]
    assert 1.0 < times[-1] < 3.5
    assert source.truncated_at == pytest.approx(times[-1], abs=0.3)  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", ["mkv", "avi"])
def test_a_cut_is_noticed_whatever_the_container(tmp_path: Path, suffix: str) -> None:
    frames = [np.roll(noise(160, 120), 2 * i, axis=1) for i in range(100)]
    whole = write_video(tmp_path / f"quay.{suffix}", frames)
    cut = tmp_path / f"dut.{suffix}"
    content = whole.read_bytes()
    cut.write_bytes(content[: round(len(content) * 0.6)])
    for path, broken in ((whole, False), (cut, True)):
        source = open_source(str(path))
        assert len(list(source)) > 5
        assert (source.truncated_at is not None) is broken  # type: ignore[attr-defined]


def test_damage_in_the_middle_is_survived_and_counted(recording: Path, tmp_path: Path) -> None:
    hurt = bytearray(recording.read_bytes())
    middle = len(hurt) // 2
    hurt[middle : middle + 12_000] = bytes(12_000)
    path = tmp_path / "hong.mp4"
    path.write_bytes(bytes(hurt))
    source = open_source(str(path))
    times = [frame.t for frame in source]
    assert times[-1] > 3.5
    assert len(times) + source.dropped >= 17


def test_a_missing_file_is_named() -> None:
    with pytest.raises(SourceMissing, match="khong-co.mp4"):
        open_source("khong-co.mp4")


def test_text_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "ghi-chu.mp4"
    path.write_text("không phải video", encoding="utf-8")
    with pytest.raises(NotAVideo, match="ghi-chu.mp4"):
        open_source(str(path))


def test_sound_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "tieng.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(NotAVideo):
        open_source(str(path))


def test_a_video_without_frames_says_so(tmp_path: Path) -> None:
    path = tmp_path / "rong.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.start_encoding()
    with pytest.raises((NoFrames, NotAVideo)):
        list(open_source(str(path)))


def test_a_folder_of_pictures_plays_in_natural_order(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        Image.fromarray(np.full((20, 30, 3), number * 10, np.uint8)).save(
            tmp_path / f"anh{number}.png"
        )
    (tmp_path / "anh2.jpg").write_bytes(b"broken")
    (tmp_path / "doc.txt").write_text("bỏ qua", encoding="utf-8")
    source = open_source(str(tmp_path))
    shown = [(round(f.t, 1), int(f.picture.bgr(1.0)[0, 0, 0])) for f in source]
    assert shown == [(0.0, 10), (0.4, 90), (0.6, 100)]
    assert source.dropped == 1


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoFrames):
        open_source(str(tmp_path))


@given(st.lists(st.text(alphabet="ab019", max_size=6), max_size=8))
def test_natural_order_is_total(names: list[str]) -> None:
    assert sorted(names, key=natural) == sorted(names, key=natural) or len(
        {tuple(natural(n)) for n in names}
    ) < len(set(names))


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    image = Image.fromarray(noise(40, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held sideways
    image.save(tmp_path / "doc.jpg", exif=exif)
    assert read_picture(tmp_path / "doc.jpg").shape == (40, 20, 3)


def test_a_broken_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "hong.jpg").write_bytes(b"\xff\xd8\xff broken")
    with pytest.raises(NotAPicture, match="hong.jpg"):
        read_picture(tmp_path / "hong.jpg")


def test_grey_of_a_video_frame_is_that_of_its_colours(recording: Path) -> None:
    frame = next(iter(open_source(str(recording)))).picture
    assert isinstance(frame, VideoPicture)
    from_colour = ArrayPicture(frame.bgr(1.0)).grey(10, 10, 90, 90).astype(int)
    assert np.abs(frame.grey(10, 10, 90, 90) - from_colour).mean() < 2


def test_a_rectangle_reaching_outside_repeats_the_border() -> None:
    picture = ArrayPicture(noise(40, 30))
    crop = picture.grey(-10, -5, 50, 35)
    assert crop.shape == (40, 60)
    assert (crop[5:35, :10] == crop[5:35, 10:11]).all()
    assert (crop[35:, 10:50] == crop[34, 10:50]).all()


def test_small_colour_pictures_keep_their_mean(recording: Path) -> None:
    frame = next(iter(open_source(str(recording)))).picture
    small = frame.bgr(0.25)
    assert small.shape == (30, 40, 3)
    assert small.mean() == pytest.approx(frame.bgr(1.0).mean(), abs=2)


def test_arrays_of_another_form_are_refused() -> None:
    with pytest.raises(ValueError, match="BGR"):
        ArrayPicture(np.zeros((4, 4), np.uint8))


@pytest.mark.parametrize(
    ("spec", "platform", "address"),
    [
        ("0", "linux", ("/dev/video0", "v4l2")),
        ("/dev/video2", "linux", ("/dev/video2", "v4l2")),
        ("video=Logi C270", "win32", ("video=Logi C270", "dshow")),
        ("1", "darwin", ("1", "avfoundation")),
    ],
)
def test_usb_cameras_are_addressed_as_each_system_does(
    spec: str, platform: str, address: tuple[str, str]
) -> None:
    assert device_address(spec, platform) == address
