"""From pixels to what is known of the citizen at one moment: the only part that touches frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motcua_edge.vision.detect import Detector, Face
from motcua_edge.vision.errors import RegionOutside
from motcua_edge.vision.expression import CROP, LABELS, ExpressionModel, Floats
from motcua_edge.vision.picture import Bytes, Picture, as_picture
from motcua_edge.vision.quality import Quality, measure
from motcua_edge.vision.settings import EngineSettings
from motcua_edge.vision.track import CitizenTracker


@dataclass(frozen=True, slots=True)
class Observation:
    """What one analysed frame says. ``probabilities`` [8] in the order of LABELS, only of a
    good view."""

    t: float
    face: Face | None = None
    since: float | None = None
    """When this face came into sight."""
    quality: Quality | None = None
    probabilities: Floats | None = None
    intensity: float = 0.0


class Observer:
    """Detection, tracking, quality gate and expression of one counter.

    The models may be shared by many observers; everything else is this counter's own.
    """

    def __init__(
        self, settings: EngineSettings, detector: Detector, expression: ExpressionModel
    ) -> None:
        self._settings = settings
        self._detector = detector
        self._expression = expression
        self._columns = [expression.labels.index(label) for label in LABELS]
        self._tracker = CitizenTracker(settings.track)
        self._longest = settings.detect.longest_side
        self._since_whole = 0
        self._lost = True

    def observe(self, frame: Picture | Bytes, t: float, *, read: bool = True) -> Observation:
        """Look at ``frame`` (a picture, or uint8 [h, w, 3] BGR) taken at ``t`` seconds.

        ``read`` False leaves the expression alone: presence is all that is wanted.
        """
        picture = as_picture(frame)
        face = self._find(picture, t)
        if face is None:
            return Observation(t)
        assert self._tracker.citizen is not None
        since = self._tracker.citizen.first
        crop = crop_face(picture, face)
        quality = measure(face, crop, self._settings.quality)
        if not (quality.good and read):
            return Observation(t, face, since, quality)
        probabilities, intensity = self._expression.read([crop])
        return Observation(
            t, face, since, quality, probabilities[0, self._columns], float(intensity[0])
        )

    def forget(self) -> None:
        """Between two visits nothing of the last citizen is kept."""
        self._tracker.forget()

    def _find(self, picture: Picture, t: float) -> Face | None:
        """Look where it is cheapest to look: around the last place, unless it is time for more."""
        citizen = self._tracker.citizen
        self._since_whole += 1
        if citizen is None or self._lost or self._since_whole >= self._settings.detect.every:
            self._since_whole = 0
            found = self._tracker.update(self._whole(picture), t)
        elif self._detector.any_size:
            found = self._tracker.update(self._near(picture, citizen.at(t)), t)
        else:
            found = self._tracker.coast(t)
        self._lost = found is None
        return found

    def _whole(self, picture: Picture) -> list[Face]:
        """Search the region, or the whole picture."""
        region = self._settings.region
        if region is None:
            return self._search(picture, 0, 0, picture.width, picture.height, self._longest)
        if not region.fits(picture.width, picture.height):
            raise RegionOutside(str(region), picture.width, picture.height)
        right, bottom = region.x + region.w, region.y + region.h
        return self._search(picture, region.x, region.y, right, bottom, self._longest)

    def _near(self, picture: Picture, face: Face) -> list[Face]:
        """Search a small square around where the face should be."""
        rules = self._settings.detect
        reach = rules.near_zoom * max(face.w, face.h) / 2
        x, y = face.centre
        x0, y0 = max(0.0, x - reach), max(0.0, y - reach)
        x1, y1 = min(picture.width, x + reach), min(picture.height, y + reach)
        return self._search(picture, x0, y0, x1, y1, rules.near_side, rules.near_share)

    def _search(
        self,
        picture: Picture,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        longest: int,
        share: float = 1.0,
    ) -> list[Face]:
        """Faces of the rectangle [y0:y1, x0:x1] whose centre lies in the region.

        The rectangle is shrunk so that its longer side has at most ``longest`` pixels.
        """
        scale = min(1.0, longest / max(x1 - x0, y1 - y0, 1.0))
        left, top = round(x0 * scale), round(y0 * scale)
        right, bottom = round(x1 * scale), round(y1 * scale)
        if right - left < 8 or bottom - top < 8:
            return []
        part = np.ascontiguousarray(picture.bgr(scale)[top:bottom, left:right])
        faces = [
            f.moved(1.0, left, top).moved(1 / scale) for f in self._detector.detect(part, share)
        ]
        region = self._settings.region
        return [f for f in faces if region is None or region.holds(*f.centre)]


def crop_face(picture: Picture, face: Face) -> Bytes:
    """Grey square around the face box, enlarged by 1.4, border repeated outside the picture."""
    x, y = face.centre
    half = max(face.w, face.h) * CROP / 2
    x0, y0 = round(x - half), round(y - half)
    side = max(8, round(2 * half))
    return picture.grey(x0, y0, x0 + side, y0 + side)
