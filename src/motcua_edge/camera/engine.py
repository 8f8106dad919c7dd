"""The real engine: cameras through PyAV, faces through the two models, loaded once for all."""

from __future__ import annotations

import dataclasses

from motcua_contract import CounterSettings
from motcua_edge.camera.feeds import Feed, open_feed
from motcua_edge.vision.detect import load_detector
from motcua_edge.vision.expression import load_expression
from motcua_edge.vision.pipeline import CounterPipeline
from motcua_edge.vision.settings import EngineSettings, Region


class VisionEngine:
    """Makes feeds and pipelines that share the models.

    Arguments:
        loop: play recordings for ever.
        base: settings of the engine that the centre says nothing about.
    """

    def __init__(self, *, loop: bool = False, base: EngineSettings | None = None) -> None:
        self._loop = loop
        self._base = base or EngineSettings()
        self._detector = load_detector(self._base.detector)
        self._expression = load_expression(self._base.expression)
        self.detector_version = _version(self._detector)
        self.expression_version = _version(self._expression)

    def open_feed(self, spec: str, settings: CounterSettings) -> Feed:
        return open_feed(
            spec,
            dataclasses.replace(self._base.source, fps=settings.analysed_fps),
            loop=self._loop,
        )

    def make_pipeline(self, settings: CounterSettings, width: int, height: int) -> CounterPipeline:
        return CounterPipeline(
            engine_settings(self._base, settings, width, height),
            detector=self._detector,
            expression=self._expression,
        )


def engine_settings(
    base: EngineSettings, given: CounterSettings, width: int, height: int
) -> EngineSettings:
    """The engine's settings for a counter whose pictures have this size. Pure."""
    irritation = base.irritation
    if given.thresholds.irritation_rise is not None:
        irritation = dataclasses.replace(irritation, on=given.thresholds.irritation_rise)
    if given.thresholds.irritation_seconds is not None:
        irritation = dataclasses.replace(irritation, sustain_s=given.thresholds.irritation_seconds)
    return dataclasses.replace(
        base,
        region=region_pixels(given, width, height),
        irritation=irritation,
        source=dataclasses.replace(base.source, fps=given.analysed_fps),
        visit=dataclasses.replace(base.visit, follow_queue=given.follow_queue),
    )


def region_pixels(given: CounterSettings, width: int, height: int) -> Region | None:
    """The region in pixels, inside the picture; None for the whole picture."""
    region = given.region
    if (region.left, region.top, region.width, region.height) == (0, 0, 1, 1):
        return None
    x, y = min(round(region.left * width), width - 1), min(round(region.top * height), height - 1)
    return Region(
        x,
        y,
        max(1, min(round(region.width * width), width - x)),
        max(1, min(round(region.height * height), height - y)),
    )


def _version(model: object) -> str:
    """What the model calls itself, in the contract's plain letters."""
    name = str(getattr(model, "version", "") or type(model).__name__)
    return "".join(letter for letter in name if letter.isalnum() or letter in "._+-")[:64]
