"""Measures the detector and its peers on pictures that training never saw.

Score thresholds come from the validation split alone (threshold.py; ours stands in the
model file), then all figures come from the test split.  Truth there is partly
the teacher's own (its passes joined), partly boxes drawn by people; both are reported.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import time
from dataclasses import asdict
from pathlib import Path

import av
import cv2
import numpy as np
from augment import Sample, from_scene, warp
from data import Scene, load_scenes, read_rows, read_zip
from degrade import darken
from measure import Outcome, false_per_50, judge, mean_point_error, recall
from peers import Detector, Haar, Ours, YuNet, haar_available
from threshold import choose_threshold

from motcua_edge.vision.session import metadata, open_session

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LIGHTS = (0.3, 0.1, 0.03, 0.01)
SPEED_REPEATS = 200

Pictures = list[tuple[Scene, Sample]]


def pictures(scenes: list[Scene], images: dict[str, np.ndarray], split: str) -> Pictures:
    return [(s, from_scene(s, images[s.file])) for s in scenes if s.split == split]


def with_people(chosen: Pictures) -> Pictures:
    return [(s, p) for s, p in chosen if s.kind != "negative"]


def without_people(chosen: Pictures) -> Pictures:
    return [(s, p) for s, p in chosen if s.kind == "negative"]


def run(detector: Detector, chosen: Pictures, threshold: float) -> list[Outcome]:
    return [judge(p, s.faces, detector(p.image).above(threshold)) for s, p in chosen]


def counter_view(picture: Sample) -> Sample:
    """The picture shrunk or grown into 320x240, as a counter's camera delivers it."""
    height, width = picture.image.shape[:2]
    scale = min(320 / width, 240 / height)
    matrix = np.array(
        [[scale, 0, (320 - width * scale) / 2], [0, scale, (240 - height * scale) / 2]]
    )
    return warp(picture, matrix, (320, 240))[0]


def dimmed(picture: Sample, light: float, seed: int) -> Sample:
    image = darken(np.random.default_rng(seed), picture.image, light)
    return Sample(image, picture.boxes, picture.points, picture.ignore)


def milliseconds(detector: Detector, chosen: Pictures) -> float:
    """Median time of one 320x240 picture, everything from pixels to suppressed boxes."""
    views = [np.ascontiguousarray(counter_view(p).image) for _, p in chosen[:20]]
    times = []
    for i in range(SPEED_REPEATS):
        start = time.perf_counter()
        detector(views[i % len(views)])
        times.append(time.perf_counter() - start)
    return round(float(np.median(times)) * 1e3, 2)


def report(detector: Detector, threshold: float, test: Pictures) -> dict[str, object]:
    people, rooms = with_people(test), without_people(test)
    outcomes = run(detector, people, threshold)
    small = run(detector, [(s, counter_view(p)) for s, p in people], threshold)
    empty = run(detector, rooms, threshold)
    by_source = {}
    for source in sorted({s.source for s, _ in people}):
        part = [o for o, (s, _) in zip(outcomes, people, strict=True) if s.source == source]
        by_source[source] = asdict(recall(part, 48))
    dark = {}
    for light in LIGHTS:
        dim = [(s, dimmed(p, light, i)) for i, (s, p) in enumerate(people)]
        dim_rooms = [(s, dimmed(p, light, i)) for i, (s, p) in enumerate(rooms)]
        dark_outcomes = run(detector, dim, threshold)
        dark[str(light)] = {
            "recall_48": asdict(recall(dark_outcomes, 48)),
            "point_error_48": asdict(mean_point_error(dark_outcomes, 48)),
            "false_per_50_empty": asdict(false_per_50(run(detector, dim_rooms, threshold))),
        }
    return {
        "threshold": threshold,
        "recall_48": asdict(recall(outcomes, 48)),
        "recall_48_seen_by_people": asdict(recall(outcomes, 48, origins="both label")),
        "recall_24_48": asdict(recall(outcomes, 24, 48)),
        "false_per_50_empty": asdict(false_per_50(empty)),
        "false_per_50_people": asdict(false_per_50(outcomes)),
        "point_error_48": asdict(mean_point_error(outcomes, 48)),
        "point_error_48_steady": asdict(mean_point_error(outcomes, 48, steady=True)),
        "point_error_24_48": asdict(mean_point_error(outcomes, 24, 48)),
        "at_320x240": {
            "recall_48": asdict(recall(small, 48)),
            "recall_24_48": asdict(recall(small, 24, 48)),
            "point_error_48": asdict(mean_point_error(small, 48)),
            "point_error_48_steady": asdict(mean_point_error(small, 48, steady=True)),
            "milliseconds": milliseconds(detector, people),
        },
        "recall_48_by_source": by_source,
        "by_light": dark,
    }


def clips(detector: Detector, threshold: float, folder: Path) -> dict[str, object]:
    """Per clip, at five frames a second and 320 pixels wide: share of frames with a face, and
    the most faces in one frame.  For looking at, not for training."""
    seen = {}
    for row in read_rows(folder / "clips.csv"):
        counts = []
        with av.open(str(folder / row["file"])) as container:
            stream = container.streams.video[0]
            step = max(1, round(float(stream.average_rate or 25) / 5))
            for i, frame in enumerate(container.decode(stream)):
                if i % step == 0:
                    image = frame.to_ndarray(format="bgr24")
                    scale = 320 / max(image.shape[:2])
                    small = cv2.resize(
                        image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
                    )
                    counts.append(len(detector(small).above(threshold).boxes))
        seen[row["file"]] = {
            "frames": len(counts),
            "share_with_face": round(float(np.mean(np.array(counts) > 0)), 3),
            "most_faces": max(counts),
            "half_with_face": [
                round(float(np.mean(np.array(half) > 0)), 3) for half in np.array_split(counts, 2)
            ],
        }
    return seen


def known(value: object) -> object:
    """The same with None, which JSON has, for figures of nothing, which are not a number."""
    if isinstance(value, dict):
        return {key: known(part) for key, part in value.items()}
    if isinstance(value, list):
        return [known(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--teacher", type=Path, default=Path("../shared/models"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument(
        "--model", type=Path, default=ROOT / "src/motcua_edge/vision/models/detector.onnx"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "docs/models/detector.json")
    parser.add_argument("--only-ours", action="store_true", help="skip the peers")
    args = parser.parse_args()
    cv2.setNumThreads(1)

    images = read_zip(args.data / "detection/scenes_train.zip")
    scenes = load_scenes(args.work)
    validation = pictures(scenes, images, "validation")
    rooms = [p.image for _, p in without_people(validation)]
    ours = Ours(args.model)
    test = pictures(scenes, images, "test")
    detectors: list[Detector] = [ours]
    if not args.only_ours:
        detectors.append(YuNet(args.teacher))
        if haar_available():
            detectors.append(Haar())
        else:
            print("Haar cascade left out: OpenCV 5 has none (needs opencv-python-headless<5)")
    about = metadata(open_session(args.model))
    results: dict[str, object] = {
        "version": about.get("version"),
        "processor": platform.processor() or platform.machine(),
        "detectors": {},
    }
    for detector in detectors:
        threshold = detector.threshold or choose_threshold(detector, rooms)
        figures = report(detector, threshold, test)
        results["detectors"][detector.name] = figures
        for name in (
            "recall_48",
            "recall_48_seen_by_people",
            "recall_24_48",
            "false_per_50_empty",
            "false_per_50_people",
            "point_error_48",
        ):
            print(detector.name, name, figures[name], flush=True)
        print(detector.name, "at 320x240", figures["at_320x240"], flush=True)
    results["clips"] = clips(
        ours, results["detectors"][ours.name]["threshold"], args.data / "clips"
    )
    results["validation"] = asdict(
        recall(run(ours, with_people(validation), results["detectors"][ours.name]["threshold"]), 48)
    )
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(json.dumps(known(results), indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
