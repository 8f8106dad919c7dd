"""Trains one expression network; with teachers named, a student of them.

python training/expression/train.py --out training/expression/work/teacher.pt
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path

import data
import numpy as np
import torch
from augment import augment
from model import INPUT_SIZE, ExpressionNet
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

PHOTO_SIDE = 88
"""Photographs are kept at this side: enough to zoom in by 1.4 at 64 px."""


def resized(images: np.ndarray, side: int) -> Tensor:
    """uint8 [n, h, h] to uint8 tensor [n, 1, side, side], area-averaged."""
    pictures = [Image.fromarray(i).resize((side, side), Image.Resampling.BOX) for i in images]
    return torch.from_numpy(np.stack([np.asarray(p) for p in pictures]))[:, None]


class Mixture:
    """Endless shuffled batches of FER+ and photographs, always in one proportion."""

    def __init__(self, folder: Path, batch: int, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        fer, _ = data.ferplus(folder, "Train")
        photos, _ = data.photographs(folder)
        # News photographs hardly show anything but calm and smiles: the rest counts more.
        times = np.select([photos.labels >= 3, photos.labels == data.SURPRISE], [3, 2], 1)
        photos = photos.take(np.repeat(np.arange(len(photos)), times))
        self.fer = torch.from_numpy(fer.images)[:, None], torch.from_numpy(fer.targets)
        self.photos = resized(photos.images, PHOTO_SIDE), torch.from_numpy(photos.targets)
        total = len(fer) + len(photos)
        self.steps = total // batch
        photo_share = round(batch * len(photos) / total)
        self.shares = (batch - photo_share, photo_share)

    def epoch(self, side: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yields (images float32 [n, 1, side, side] augmented, targets [n, 8])."""
        orders = [
            torch.randperm(len(s[0]), generator=self.generator) for s in (self.fer, self.photos)
        ]
        for step in range(self.steps):
            images, targets = [], []
            for source, order, share in zip(
                (self.fer, self.photos), orders, self.shares, strict=True
            ):
                rows = order[torch.arange(step * share, (step + 1) * share) % len(order)]
                photo = source is self.photos
                images.append(augment(source[0][rows].float(), side, photo, self.generator))
                targets.append(source[1][rows])
            yield torch.cat(images), torch.cat(targets)


@torch.inference_mode()
def predict(net: nn.Module, images: Tensor, mirror: bool = False, batch: int = 256) -> np.ndarray:
    """uint8 [n, 1, h, h] to logits float32 [n, 8], averaged with the mirror if asked."""
    net.eval()
    out = []
    for part in images.split(batch):
        x = functional.interpolate(
            part.float(), (INPUT_SIZE, INPUT_SIZE), mode="bilinear", align_corners=False
        )
        logits = net(x).float()
        if mirror:
            logits = (logits + net(x.flip(3)).float()) / 2
        out.append(logits)
    return torch.cat(out).numpy()


def check(net: nn.Module, sets: dict[str, tuple[Tensor, np.ndarray]]) -> dict[str, float]:
    """Quick figures while training: accuracies, and neutral called negative."""
    figures = {}
    for name, (images, labels) in sets.items():
        known = labels >= 0
        p = torch.from_numpy(predict(net, images)).softmax(1).numpy()[known]
        labels = labels[known]
        groups = data.group_probabilities(p).argmax(1)
        truth = data.group_labels(labels)
        figures[f"{name}_8"] = float((p.argmax(1) == labels).mean())
        figures[f"{name}_4"] = float((groups == truth).mean())
        figures[f"{name}_neutral_as_negative"] = float((groups[truth == 0] == 3).mean())
        figures[f"{name}_negative_recall"] = float((groups[truth == 3] == 3).mean())
    return {k: round(v, 4) for k, v in figures.items()}


def learning_rate(progress: float, peak: float) -> float:
    """Linear warm-up over the first 3 %, then half a cosine down to nothing."""
    if progress < 0.03:
        return peak * progress / 0.03
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - 0.03) / 0.97))


def stage(text: str) -> tuple[int, int]:
    side, epochs = text.split(":")
    return int(side), int(epochs)


def load(path: Path) -> ExpressionNet:
    saved = torch.load(path, weights_only=True)
    net = ExpressionNet(tuple(saved["widths"]), tuple(saved["depths"]))
    net.load_state_dict(saved["state"])
    return net.eval()


class Teachers:
    """The mean probabilities of several networks for the very same picture."""

    def __init__(self, paths: list[Path]) -> None:
        nets = [load(p).to(memory_format=torch.channels_last) for p in paths]
        self.nets = [torch.compile(n) for n in nets]

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return torch.stack([n(images).float().softmax(1) for n in self.nets]).mean(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--stages",
        type=stage,
        nargs="+",
        default=[(48, 30), (64, 9)],
        metavar="SIDE:EPOCHS",
        help="sides of the input in pixels, one after the other, and epochs at each",
    )
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--peak", type=float, default=0.1, help="peak learning rate")
    parser.add_argument("--widths", type=int, nargs=4, default=(32, 64, 128, 256))
    parser.add_argument("--depths", type=int, nargs=4, default=(1, 2, 2, 1))
    parser.add_argument("--start", type=Path, help="weights to start from")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[])
    parser.add_argument(
        "--votes", type=float, default=0.4, help="weight of the votes beside teachers"
    )
    parser.add_argument("--stop-after", type=int, help="leave the schedule after this many epochs")
    parser.add_argument("--steps", type=int, help="so many steps an epoch at most, to try it")
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    mixture = Mixture(options.data, options.batch, options.seed)
    mixture.steps = min(mixture.steps, options.steps or mixture.steps)
    valid, _ = data.ferplus(options.data, "Valid")
    _, unseen = data.photographs(options.data)
    sets = {
        "fer": (torch.from_numpy(valid.images)[:, None], valid.labels),
        "photo": (resized(unseen.images, INPUT_SIZE), unseen.labels),
    }
    net = ExpressionNet(tuple(options.widths), tuple(options.depths))
    if options.start:
        net.load_state_dict(load(options.start).state_dict())
    net = net.to(memory_format=torch.channels_last)
    average = copy.deepcopy(net).requires_grad_(False)
    compiled = torch.compile(net, dynamic=False)
    teachers = Teachers(options.teachers) if options.teachers else None
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 5e-4}, {"params": plain, "weight_decay": 0.0}],
        lr=0.1,
        momentum=0.9,
        nesterov=True,
    )
    sides = [side for side, epochs in options.stages for _ in range(epochs)]
    total, done, started = len(sides) * mixture.steps, 0, time.time()
    for epoch, side in enumerate(sides[: options.stop_after]):
        net.train()
        losses = []
        for images, targets in mixture.epoch(side):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(done / total, options.peak)
            if teachers:
                targets = options.votes * targets + (1 - options.votes) * teachers(images)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = compiled(images)
            logits = logits.float()
            loss = functional.cross_entropy(logits, targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            done += 1
            keep = min(0.9985, done / (done + 10))
            with torch.no_grad():
                for slow, fast in zip(
                    average.state_dict().values(), net.state_dict().values(), strict=True
                ):
                    if slow.dtype.is_floating_point:
                        slow.lerp_(fast, 1 - keep)
            losses.append(loss.item())
            if done % 100 == 0:
                print(f"# step {done}: loss {np.mean(losses[-100:]):.4f}", flush=True)
        line = {"epoch": epoch + 1, "minutes": round((time.time() - started) / 60, 1)}
        line["loss"] = round(float(np.mean(losses)), 4)
        if epoch % 2 == 1 or epoch + 3 > len(sides):
            line |= check(average, sets)
        print(json.dumps(line), flush=True)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        torch.save(
            {
                "state": average.state_dict(),
                "widths": list(options.widths),
                "depths": list(options.depths),
                "minutes": line["minutes"],
            },
            options.out,
        )


if __name__ == "__main__":
    main()
