"""The commands: promised JSON, plain sentences, exit code 2 for bad input."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from motcua_edge.cli import main
from motcua_edge.vision import LABELS, Level

from . import standins


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["camera", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence on standard error of a refused command."""
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert err.count("\n") == 1
    return err.strip()


def test_analyse_prints_the_promised_object(
    capsys: pytest.CaptureFixture[str], portrait_video: Path
) -> None:
    code, out, _ = run(capsys, "analyse", str(portrait_video), "--json")
    answer: dict[str, Any] = json.loads(out)
    assert code == 0
    assert set(answer) == {"video", "seconds", "analysed_frames", "dropped_frames", "visits"}
    assert answer["video"] == str(portrait_video)
    assert answer["seconds"] == pytest.approx(20, abs=0.2)
    assert answer["analysed_frames"] == pytest.approx(100, abs=2)
    (visit,) = answer["visits"]
    assert set(visit) == {
        "start",
        "end",
        "score",
        "level",
        "good_view",
        "expressions",
        "curve",
        "irritations",
    }
    assert visit["start"] == pytest.approx(2.0, abs=0.5)
    assert visit["end"] == pytest.approx(10.0, abs=0.6)
    assert visit["level"] in (Level.PLEASED, Level.VERY_PLEASED)
    assert visit["score"] > 60
    assert set(visit["expressions"]) == set(LABELS)
    assert all(len(point) == 3 for point in visit["curve"])
    assert visit["irritations"] == []


def test_analyse_in_words_and_as_a_plot(
    capsys: pytest.CaptureFixture[str], portrait_video: Path, tmp_path: Path
) -> None:
    plot = tmp_path / "duong-cong.png"
    code, out, _ = run(capsys, "analyse", str(portrait_video), "--plot", str(plot))
    assert code == 0
    assert "Lượt 1" in out
    assert "vui" in out
    assert Image.open(plot).size == (1600, 730)


def test_a_region_without_the_face_sees_nobody(
    capsys: pytest.CaptureFixture[str], portrait_video: Path
) -> None:
    _, out, _ = run(capsys, "analyse", str(portrait_video), "--roi", "0,0,100,480", "--json")
    assert json.loads(out)["visits"] == []


def test_fewer_frames_can_be_asked_for(
    capsys: pytest.CaptureFixture[str], portrait_video: Path
) -> None:
    _, out, _ = run(capsys, "analyse", str(portrait_video), "--fps", "2", "--json")
    assert json.loads(out)["analysed_frames"] == pytest.approx(40, abs=1)


def test_classify_prints_the_promised_list(
    capsys: pytest.CaptureFixture[str], portrait: np.ndarray, tmp_path: Path
) -> None:
    Image.fromarray(portrait[..., ::-1]).save(tmp_path / "nguoi.png")
    Image.fromarray(np.full((200, 200, 3), 120, np.uint8)).save(tmp_path / "trong.jpg")
    code, out, _ = run(
        capsys, "classify", str(tmp_path / "nguoi.png"), str(tmp_path / "trong.jpg"), "--json"
    )
    somebody, nobody = json.loads(out)
    assert code == 0
    assert nobody == {"image": str(tmp_path / "trong.jpg"), "faces": []}
    face = somebody["faces"][0]
    assert set(face) == {"box", "landmarks", "score", "expressions"}
    x, y, w, h = face["box"]
    assert 130 < x + w / 2 < 230
    assert 60 < y + h / 2 < 180
    assert [len(point) for point in face["landmarks"]] == [2] * 5
    assert max(face["expressions"], key=face["expressions"].get) == "happiness"
    assert sum(face["expressions"].values()) == pytest.approx(1, abs=0.01)


def test_bench_tells_every_stage(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "bench", "--repeats", "3", "--json")
    answer = json.loads(out)
    assert code == 0
    assert set(answer["ms"]) == {
        "decode",
        "detect",
        "detect_near",
        "expression",
        "quality",
        "decide",
    }
    assert all(value > 0 for value in answer["ms"].values())
    assert answer["cameras_per_core"] > 1


@pytest.mark.parametrize("repeats", ["0", "-1", "nhiều"])
def test_bench_refuses_to_measure_nothing(capsys: pytest.CaptureFixture[str], repeats: str) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["camera", "bench", f"--repeats={repeats}"])
    assert stop.value.code == 2
    assert "số nguyên từ 1" in capsys.readouterr().err


def test_watch_tells_events_line_by_line(
    capsys: pytest.CaptureFixture[str], portrait_video: Path
) -> None:
    started = time.monotonic()
    code, out, _ = run(capsys, "watch", "--source", str(portrait_video), "--seconds", "5", "--json")
    kinds = [json.loads(line)["kind"] for line in out.splitlines()]
    assert code == 0
    assert kinds.count("Reading") >= 4
    assert "VisitOpened" in kinds
    assert kinds[-1] == "VisitClosed"
    assert time.monotonic() - started > 4.5  # a recording is shown at the pace it was taken


def test_watch_draws_a_screen(capsys: pytest.CaptureFixture[str], portrait_video: Path) -> None:
    code, out, _ = run(capsys, "watch", "--source", str(portrait_video), "--seconds", "5")
    assert code == 0
    assert "Nguồn" in out
    assert "khung hình bị bỏ" in out


def test_the_users_own_models_are_used(
    capsys: pytest.CaptureFixture[str], portrait_video: Path, tmp_path: Path
) -> None:
    own = standins.hsemotion(tmp_path / "enet.onnx", classes=8)
    finder = standins.yunet(tmp_path / "yunet.onnx")
    code, out, _ = run(
        capsys,
        "analyse",
        str(portrait_video),
        "--detector",
        str(finder),
        "--expression",
        str(own),
        "--json",
    )
    (visit,) = json.loads(out)["visits"]
    assert code == 0
    assert visit["start"] == 0  # the stand-in sees its face in every frame
    assert visit["end"] == pytest.approx(19.8, abs=0.3)


# Bad input ------------------------------------------------------------------------------------


def test_no_such_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "analyse", "khong-co.mp4").startswith("Không tìm thấy tệp")


def test_not_a_video(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "don.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    assert "không phải là video đọc được" in refused(capsys, "analyse", str(path))


def test_zero_frames(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "không có khung hình nào" in refused(capsys, "analyse", str(tmp_path))


@pytest.mark.parametrize("region", ["600,0,200,100", "0,0,9999,10", "-5,0,50,50"])
def test_a_region_outside_the_picture(
    capsys: pytest.CaptureFixture[str], portrait_video: Path, region: str
) -> None:
    told = refused(capsys, "analyse", str(portrait_video), f"--roi={region}")
    assert "nằm ngoài khung hình 640×480" in told


@pytest.mark.parametrize("region", ["1,2,3", "a,b,c,d", "0,0,0,10", ""])
def test_a_region_that_is_none(
    capsys: pytest.CaptureFixture[str], portrait_video: Path, region: str
) -> None:
    assert "bốn số" in refused(capsys, "analyse", str(portrait_video), f"--roi={region}")


def test_a_stream_that_never_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"rtsp://127.0.0.1:{mute.getsockname()[1]}/quay"
        assert "không trả lời trong 8 giây" in refused(capsys, "watch", "--source", address)


def test_a_broken_onnx_file(
    capsys: pytest.CaptureFixture[str], portrait_video: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "hong.onnx"
    broken.write_bytes(b"\x00" * 100)
    for option in ("--detector", "--expression"):
        told = refused(capsys, "analyse", str(portrait_video), option, str(broken))
        assert "Không dùng được tệp mô hình “hong.onnx”" in told


def test_a_broken_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "anh.jpg"
    path.write_bytes(b"not a picture")
    assert "không phải là ảnh đọc được" in refused(capsys, "classify", str(path))


def test_a_plot_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], portrait_video: Path
) -> None:
    told = refused(capsys, "analyse", str(portrait_video), "--plot", "/khong/co/thu/muc.png")
    assert "Không ghi được hình vẽ" in told


def test_a_truncated_video_is_analysed_up_to_the_break_and_says_so(
    capsys: pytest.CaptureFixture[str], portrait_video: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "dut.mp4"
    whole = portrait_video.read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    code, out, err = run(capsys, "analyse", str(cut), "--json")
    answer = json.loads(out)
    assert code == 0
    assert f"Video bị đứt ở giây {answer['truncated_at']:.1f}".replace(".", ",") in err
    assert 4 < answer["truncated_at"] < 16
    assert answer["seconds"] == answer["truncated_at"]
    assert len(answer["visits"]) == 1


def test_the_camera_commands_run_alone_and_start_quickly() -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "motcua_edge", "camera", "analyse", "khong-co.mp4"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 2
    assert "Không tìm thấy" in done.stderr
    assert time.monotonic() - started < 10
