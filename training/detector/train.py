"""Trains the face detector on composed pictures; one CPU thread is enough.

Writes `work/weights.pt` (moving average) every few hundred steps and a line per report
to standard output.  The same seed gives the same pictures in the same order; bfloat16
arithmetic may differ in the last digits from one processor to another.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from augment import Composer, Sample, from_scene
from data import load_scenes, read_zip
from expressive import large, pictures
from loss import Targets, loss
from model import FaceNet, decode
from torch import Tensor

HERE = Path(__file__).parent
BATCH = 32
LEARNING_RATE = 2.5e-3
WEIGHT_DECAY = 0.02
AVERAGE_DECAY = 0.999
WARM_UP = 100
REPORT_EVERY = 100


def composer(data: Path, work: Path, *, seed: int) -> Composer:
    """The training stream: only pictures of split "train", and the single-face crops."""
    images = read_zip(data / "detection/scenes_train.zip")
    hardest = set(json.loads(path.read_text())) if (path := work / "hard.json").exists() else set()
    people, rooms, hard = [], [], []
    for scene in load_scenes(work):
        if scene.split != "train":
            continue
        if scene.kind == "negative":
            rooms.append(images[scene.file])
            if scene.file in hardest:
                hard.append(images[scene.file])
        elif scene.faces:
            people.append(from_scene(scene, images[scene.file]))
    crops = read_zip(data / "expression/lfw_faces_train.zip", grey=True)
    known = json.loads((work / "crops.json").read_text())
    singles = [
        Sample(crops[name], np.array([box]), np.array([points]))
        for name, (box, points) in known.items()
    ]
    drawn = pictures(data)
    lively = [
        Sample(large(drawn[int(row)]), np.array([box]), np.array([points], np.float64))
        for row, (box, points) in json.loads((work / "expressive.json").read_text()).items()
    ]
    print(
        f"{len(people)} scenes with people, {len(rooms)} rooms ({len(hard)} hard), "
        f"{len(singles)} and {len(lively)} crops",
        flush=True,
    )
    return Composer(people, rooms, hard, [singles, lively], seed=seed)


def batch(samples: list[Sample]) -> tuple[Tensor, Targets]:
    """Samples as an image tensor [n, 3, H, W] and padded targets."""
    images = torch.from_numpy(np.stack([s.image for s in samples])).permute(0, 3, 1, 2).float()
    most = max(1, *(len(s.boxes) for s in samples))
    areas = max(1, *(len(s.ignore) for s in samples))
    count = len(samples)
    boxes = torch.ones(count, most, 4)
    points = torch.full((count, most, 5, 2), torch.nan)
    real = torch.zeros(count, most, dtype=torch.bool)
    ignore = torch.full((count, areas, 4), -1.0)
    ignore[..., 2:] = 0
    for i, s in enumerate(samples):
        n = len(s.boxes)
        corner = torch.from_numpy(s.boxes).float()
        boxes[i, :n, :2] = corner[:, :2] + corner[:, 2:] / 2
        boxes[i, :n, 2:] = corner[:, 2:]
        points[i, :n] = torch.from_numpy(s.points).float()
        real[i, :n] = True
        ignore[i, : len(s.ignore)] = torch.from_numpy(s.ignore).float()
    return images.contiguous(memory_format=torch.channels_last), Targets(
        boxes, points, real, ignore
    )


def rate(step: int, done: float, highest: float) -> float:
    """Linear warm-up to the highest learning rate, then a cosine down to 1 % of it.

    ``done``: share of the training that is over.
    """
    warm = min(1.0, (step + 1) / WARM_UP)
    return highest * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)


def follow(average: FaceNet, net: FaceNet, step: int) -> None:
    """Moves the averaged weights a little towards the trained ones."""
    decay = min(AVERAGE_DECAY, (1 + step) / (10 + step))
    with torch.no_grad():
        for kept, new in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.lerp_(new, 1 - decay)
            else:
                kept.copy_(new)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument(
        "--minutes",
        type=float,
        default=math.inf,
        help="a busy machine that would need longer takes fewer steps",
    )
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--output", type=Path, help="default: WORK/weights.pt")
    args = parser.parse_args()
    output = args.output or args.work / "weights.pt"
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)

    stream = composer(args.data, args.work, seed=args.seed)
    net = FaceNet()
    if args.start:
        net.load_state_dict(torch.load(args.start, weights_only=True))
    net = net.to(memory_format=torch.channels_last).train()
    average = copy.deepcopy(net).eval()
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
    )
    compiled = torch.compile(net, dynamic=False)
    sums: dict[str, float] = {}
    summed = 0
    started = time.monotonic()
    done, step = 0.0, 0
    while done < 1:
        images, targets = batch([stream.draw() for _ in range(BATCH)])
        for group in optimiser.param_groups:
            group["lr"] = rate(step, done, args.rate)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            maps = compiled(images)
        losses = loss(*decode([m.float() for m in maps]), targets)
        optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimiser.step()
        follow(average, net, step)
        step += 1
        passed = time.monotonic() - started
        done = max(step / args.steps, passed / 60 / args.minutes)
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        summed += 1
        if step % REPORT_EVERY == 0 or done >= 1:
            means = "  ".join(f"{k} {v / summed:.4f}" for k, v in sums.items())
            print(f"step {step}  {passed:.0f} s  {means}", flush=True)
            sums, summed = {}, 0
            torch.save(average.state_dict(), output)


if __name__ == "__main__":
    main()
