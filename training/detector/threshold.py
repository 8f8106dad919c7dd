"""Chooses a detector's score threshold on validation rooms, never on the test split."""

from __future__ import annotations

import numpy as np
from augment import Composer
from peers import Detector

ALLOWED_FALSE = 0.5
"""False faces allowed per 50 pictures without people: half of what the product may show."""
VIEWS = 1200
LEAST, MOST = 0.3, 0.9


def choose_threshold(detector: Detector, rooms: list[np.ndarray]) -> float:
    """Lowest score that keeps false faces on random views of `rooms` within ALLOWED_FALSE.

    The views are zoomed, darkened, noisy and compressed like the training pictures, so
    they are harder than plain photographs of rooms.
    """
    views = Composer([], rooms, [], [], seed=99)
    scores = np.sort(
        np.concatenate([detector(views.draw("empty").image).scores for _ in range(VIEWS)])
    )[::-1]
    allowed = int(ALLOWED_FALSE * VIEWS / 50)
    first_refused = scores[allowed] if len(scores) > allowed else 0.0
    return round(float(np.clip(first_refused + 0.005, LEAST, MOST)), 3)
