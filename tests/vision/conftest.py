"""What several vision tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .standins import write_video

CLIPS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "clips"


@pytest.fixture(scope="session")
def portrait() -> np.ndarray:
    """A smiling astronaut in front of a flag, uint8 [400, 400, 3] BGR (NASA, public domain)."""
    data = pytest.importorskip("skimage.data", reason="scikit-image brings the portrait")
    return np.ascontiguousarray(data.astronaut()[:400, 40:440, ::-1])


@pytest.fixture(scope="session")
def portrait_video(tmp_path_factory: pytest.TempPathFactory, portrait: np.ndarray) -> Path:
    """An empty room for 2 s, then the portrait swaying before the camera for 8 s, then nobody
    for 10 s."""
    random = np.random.default_rng(5)
    room = np.full((480, 640, 3), 90, np.uint8)
    frames = []
    for index in range(200):
        frame = room.copy()
        if 20 <= index < 100:
            x = 120 + round(12 * np.sin(index / 9))
            y = 40 + round(5 * np.sin(index / 5))
            frame[y : y + 400, x : x + 400] = portrait
        grain = random.integers(0, 5, frame.shape, dtype=np.uint8)
        frames.append(np.clip(frame.astype(np.int16) + grain, 0, 255).astype(np.uint8))
    folder = tmp_path_factory.mktemp("portrait")
    return write_video(folder / "quay.mp4", frames, fps=10, options={"movflags": "faststart"})


@pytest.fixture
def clips() -> Path:
    """Real clips, which are not part of the repository."""
    if not CLIPS.is_dir():
        pytest.skip("the real clips (../shared/data/clips) are not on this machine")
    return CLIPS
