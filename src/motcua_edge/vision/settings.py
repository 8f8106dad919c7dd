"""Every threshold of the engine, with its unit and where it comes from.

"Measured" means: chosen on the first half of the composed visits by ``training/composer`` and
reported on the other half (``docs/vision.md``, "How the numbers were chosen"). Nothing here is
read from a file: a caller builds the dataclasses and passes them on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from motcua_edge.vision.errors import BadRegion


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the picture in pixels: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @classmethod
    def parse(cls, text: str) -> Region:
        """Read ``x,y,w,h``; raise :class:`BadRegion` for anything else."""
        try:
            x, y, w, h = (int(part) for part in text.split(","))
        except ValueError:
            raise BadRegion(text) from None
        if w <= 0 or h <= 0:
            raise BadRegion(text)
        return cls(x, y, w, h)

    def fits(self, width: int, height: int) -> bool:
        """Whether the whole region lies inside a picture of this size."""
        return (
            self.x >= 0 and self.y >= 0 and self.x + self.w <= width and self.y + self.h <= height
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x <= self.x + self.w and self.y <= y <= self.y + self.h

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.w},{self.h}"


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How frames are fetched."""

    fps: float = 5.0
    """Frames a second that are analysed; the others are only decoded as references."""
    open_timeout_s: float = 8.0
    """A camera that has not answered by then counts as silent."""
    read_timeout_s: float = 5.0
    """A live stream without a new frame for so long is frozen and is opened again."""
    still_timeout_s: float = 30.0
    """A live picture not one pixel of which changes for so long is frozen too: a sensor has
    noise."""
    backoff_first_s: float = 1.0
    backoff_limit_s: float = 30.0
    """Waiting before the n-th reconnection: first, doubled each time, up to the limit."""
    max_lag_s: float = 1.0
    """A decoder that falls further behind the camera skips to the next key frame."""


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """Where and how often faces are looked for."""

    longest_side: int = 320
    """Pixels of the longer side of the picture (or region) given to the detector."""
    every: int = 5
    """The whole region is searched at every n-th analysed frame; between, only around the face."""
    near_side: int = 128
    """Side in pixels of the square searched around a face already tracked."""
    near_share: float = 0.6
    """Share of the usual score that is enough there: a face that was there a moment ago is likelier
    there than anywhere else (Zhang et al. 2022, ByteTrack, keeps weak boxes for known tracks)."""
    near_zoom: float = 2.4
    """That square covers so many face widths."""


@dataclass(frozen=True, slots=True)
class TrackSettings:
    """Who of the faces in the region is the citizen."""

    steady_s: float = 0.8
    """A face must be followed for so long before it can be the citizen."""
    match_iou: float = 0.2
    """Overlap with the predicted box above which a detection continues a track."""
    match_reach: float = 0.9
    """... or its centre lies within so many face widths of where it should be ..."""
    match_drift: float = 1.5
    match_reach_limit: float = 2.5
    """... plus so many for each second unseen, up to a limit."""
    match_size: float = 2.2
    """A continuing face grows or shrinks by at most this factor."""
    forget_s: float = 2.0
    """A passer-by's track ends after so long unseen; the citizen's lives as long as the visit."""
    challenge_area: float = 1.8
    """Another face takes over only when its area is larger by this factor ..."""
    challenge_s: float = 2.0
    """... for so long."""
    vacant_s: float = 1.0
    """Any steady face takes over once the citizen is out of sight for so long."""


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """The gate between a face that is merely present and one whose expression is read."""

    min_width_px: float = 30.0
    """Narrower faces carry too little; the expression model is measured from 32 px up."""
    min_sharpness: float = 0.0075
    """Energy of the Laplacian over that of the picture at 48 px (``quality.sharpness``). Measured:
    down to here calm and displeased faces are told apart nearly as well as sharp ones."""
    min_light: float = 28.0
    max_light: float = 235.0
    """Mean grey of the face, 0..255."""
    min_contrast: float = 12.0
    """Standard deviation of the grey of the face."""
    max_yaw_deg: float = 40.0
    max_pitch_deg: float = 28.0
    max_roll_deg: float = 40.0


@dataclass(frozen=True, slots=True)
class SmoothSettings:
    """From noisy frames to a curve."""

    tau_s: float = 1.2
    """Time constant of the exponential smoothing of the probabilities."""
    gap_s: float = 3.0
    """After so long without a good view the smoothing starts afresh."""
    curve_step_s: float = 0.5
    """Distance between two points of the kept curve."""


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """When somebody is being served, and what a visit is worth."""

    open_after_s: float = 2.0
    close_after_s: float = 8.0
    opening_gap_s: float = 0.7
    """A flicker of absence that does not restart the count towards opening."""
    follow_queue: bool = False
    """True: only the counter's queue signal opens and closes visits."""
    longest_s: float = 4 * 3600.0
    """A forgotten queue signal or a portrait on the wall does not keep a visit open for ever."""
    min_good_s: float = 2.0
    min_good_share: float = 0.15
    """Less good view than either: "không đủ dữ liệu", no score."""


@dataclass(frozen=True, slots=True)
class BaselineSettings:
    """The person's own resting face. Measured for displeasure (see above)."""

    prior: float = 0.03
    """Displeasure of an average calm face, before anything of this person was seen."""
    prior_spread: float = 0.1
    """How far it strays from there, likewise."""
    prior_weight_s: float = 6.0
    """... which both count as so many seconds of observation."""
    settle_s: float = 4.0
    """During the first seconds of good view everything seen counts as the resting face ..."""
    caution: float = 0.15
    """... later a raised face is learnt only at this fraction of the usual speed."""
    memory_s: float = 120.0
    """Time constant with which the baseline forgets."""
    cap: float = 0.85
    """A baseline never climbs higher."""


@dataclass(frozen=True, slots=True)
class IrritationSettings:
    """A sustained rise of anger, disgust and contempt above the person's own baseline."""

    window_s: float = 3.0
    """Length of the running median that talking and blinking cannot pass."""
    on: float = 0.50
    """Displeasure above the baseline at which evidence begins to count, at the least (measured)
    ..."""
    restless: float = 3.5
    """... and so many times as far as this person's face strays when nothing is the matter
    (measured)."""
    off: float = 0.5
    """Share of that bar below which an irritation begins to end: hence hysteresis."""
    sustain_s: float = 5.0
    """So many seconds above the bar before it is told."""
    release_s: float = 4.0
    """So many seconds below ``off`` before it is over."""
    laugh: float = 0.30
    """Happiness (running median) above which a wrinkled face is a laughing one: no evidence."""
    fade: float = 2.0
    """Evidence fades so much faster below ``off`` than it gathers above the bar."""
    blind_s: float = 10.0
    """Without a good view for so long, evidence is dropped and a told irritation is over."""


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """Score 0..100 and levels; the weights follow the peak-end rule (see ``score.py``)."""

    mean_weight: float = 0.4
    peak_weight: float = 0.3
    end_weight: float = 0.3
    end_s: float = 10.0
    """The end of a visit: its last seconds of good view."""
    pleased: float = 60.0
    displeased: float = 40.0
    """Score from which a visit is "vui vẻ", below which it is "chưa hài lòng"."""
    very_pleased: float = 70.0
    beaming: float = 0.80
    """Smoothed happiness from which a face beams ..."""
    beaming_intensity: float = 0.70
    """... when the model's intensity is also at least this ..."""
    beaming_s: float = 1.0
    """... for so long in all: needed for "rất vui"."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """One counter's engine."""

    region: Region | None = None
    detector: Path | None = None
    """The user's own detector instead of ours."""
    expression: Path | None = None
    """The user's own expression model instead of ours."""
    reading_every_s: float = 1.0
    source: SourceSettings = field(default_factory=SourceSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    track: TrackSettings = field(default_factory=TrackSettings)
    quality: QualitySettings = field(default_factory=QualitySettings)
    smooth: SmoothSettings = field(default_factory=SmoothSettings)
    visit: VisitSettings = field(default_factory=VisitSettings)
    baseline: BaselineSettings = field(default_factory=BaselineSettings)
    """Resting displeasure, against which irritation is judged."""
    resting: BaselineSettings = field(
        default_factory=lambda: BaselineSettings(
            prior=0.1, prior_weight_s=3.0, settle_s=6.0, memory_s=60.0, cap=0.3
        )
    )
    """Resting unhappiness, sadness and fear included, against which the curve is drawn."""
    irritation: IrritationSettings = field(default_factory=IrritationSettings)
    score: ScoreSettings = field(default_factory=ScoreSettings)
