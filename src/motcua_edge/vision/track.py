"""Which of the faces is the citizen: the largest steady one, held through turns and hands."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from motcua_edge.vision.detect import Face, iou
from motcua_edge.vision.settings import TrackSettings

_SPEED_BLEND = 0.5
_AREA_BLEND = 0.3
_SPEED_FADE_S = 0.6


@dataclass(slots=True, eq=False)
class Track:
    """One face followed through time; two tracks are never equal."""

    face: Face
    first: float
    seen: float
    area: float
    vx: float = 0.0
    vy: float = 0.0

    def at(self, t: float) -> Face:
        """The face moved on at its own speed, which fades while it is not seen."""
        ahead = _SPEED_FADE_S * (1 - math.exp(-max(0.0, t - self.seen) / _SPEED_FADE_S))
        return self.face.moved(1.0, self.vx * ahead, self.vy * ahead)

    def coast(self, t: float) -> Face:
        """Believe the prediction, for a moment nobody looked."""
        self.face, self.seen = self.at(t), t
        return self.face

    def take(self, face: Face, t: float) -> None:
        """Continue the track with a detection."""
        dt = t - self.seen
        if dt > 0:
            (x, y), (px, py) = face.centre, self.face.centre
            fresh = _SPEED_BLEND if dt < 1 else 0.0
            self.vx += fresh * ((x - px) / dt - self.vx)
            self.vy += fresh * ((y - py) / dt - self.vy)
        self.area += _AREA_BLEND * (face.area - self.area)
        self.face, self.seen = face, t


class CitizenTracker:
    """Follows every face of the region and names one of them the citizen."""

    def __init__(self, settings: TrackSettings) -> None:
        self._settings = settings
        self._tracks: list[Track] = []
        self._citizen: Track | None = None
        self._challenge: tuple[Track, float] | None = None

    @property
    def citizen(self) -> Track | None:
        return self._citizen

    def update(self, faces: list[Face], t: float) -> Face | None:
        """Feed the faces found at ``t``; return the citizen's, or None when out of sight.

        ``faces`` may be only those near the citizen: tracks not found are not punished until
        ``forget_s`` has passed.
        """
        self._match(faces, t)
        self._tracks = [
            track
            for track in self._tracks
            if track is self._citizen or t - track.seen <= self._settings.forget_s
        ]
        self._choose(t)
        if self._citizen is None or self._citizen.seen != t:
            return None
        return self._citizen.face

    def coast(self, t: float) -> Face | None:
        """No look was taken at ``t``: the citizen is where they were heading."""
        return self._citizen.coast(t) if self._citizen is not None else None

    def forget(self) -> None:
        """The visit is over: the next citizen is anybody."""
        self._tracks = [track for track in self._tracks if track is not self._citizen]
        self._citizen = self._challenge = None

    def _match(self, faces: list[Face], t: float) -> None:
        """Continue tracks with the closest detections; the rest begin new ones."""
        pairs = sorted(
            (
                (gap, i, j)
                for i, track in enumerate(self._tracks)
                for j, face in enumerate(faces)
                if (gap := self._gap(track, face, t)) is not None
            ),
        )
        used_tracks: set[int] = set()
        used_faces: set[int] = set()
        for _, i, j in pairs:
            if i not in used_tracks and j not in used_faces:
                self._tracks[i].take(faces[j], t)
                used_tracks.add(i)
                used_faces.add(j)
        for j, face in enumerate(faces):
            if j not in used_faces:
                self._tracks.append(Track(face, first=t, seen=t, area=face.area))

    def _gap(self, track: Track, face: Face, t: float) -> float | None:
        """How far a detection is from where a track should be, None when it cannot be the same."""
        rules = self._settings
        expected = track.at(t)
        ratio = math.sqrt(face.area / max(expected.area, 1e-6))
        if not 1 / rules.match_size <= ratio <= rules.match_size:
            return None
        distance = math.dist(face.centre, expected.centre) / max(expected.w, 1e-6)
        box = np.array([[expected.x, expected.y, expected.w, expected.h]], np.float32)
        overlap = float(iou(box, np.array([face.x, face.y, face.w, face.h], np.float32))[0])
        reach = min(
            rules.match_reach_limit, rules.match_reach + rules.match_drift * (t - track.seen)
        )
        if overlap < rules.match_iou and distance > reach:
            return None
        return distance

    def _choose(self, t: float) -> None:
        rules = self._settings
        steady = [k for k in self._tracks if k.seen - k.first >= rules.steady_s]
        if self._citizen is None or self._citizen not in steady:
            # Whoever is largest just now; a passer-by is gone before a visit can open.
            here = [k for k in self._tracks if k.seen == t] or self._tracks
            self._citizen = max(steady or here, key=lambda track: track.area, default=None)
            return
        lost = t - self._citizen.seen
        rivals = [k for k in steady if k is not self._citizen and t - k.seen <= rules.forget_s]
        rival = max(rivals, key=lambda track: track.area, default=None)
        if rival is not None and lost >= rules.vacant_s:
            self._take_over(rival)
        elif rival is not None and rival.area >= rules.challenge_area * self._citizen.area:
            if self._challenge is None or self._challenge[0] is not rival:
                self._challenge = rival, t
            elif rival.seen == t and t - self._challenge[1] >= rules.challenge_s:
                self._take_over(rival)
        else:
            self._challenge = None

    def _take_over(self, rival: Track) -> None:
        self._citizen, self._challenge = rival, None
