"""What a counter camera does to a face, applied to whole batches at once.

All functions take and return float32 [n, 1, s, s] grey 0..255. Coordinates are
those of `grid_sample`: -1 left or top edge, +1 right or bottom edge.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

EYES_FER = (0.40, -0.22)
"""Half eye distance and eye height in a FER picture (face fills the frame)."""

EYES_CROP = (0.25, -0.18)
"""The same in a detector crop (face box enlarged by 1.4)."""


class Dice:
    """Per-sample random numbers of shape [n, 1, 1, 1] from one seeded generator."""

    def __init__(self, n: int, generator: torch.Generator) -> None:
        self.n, self.generator = n, generator

    def uniform(self, low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(self.n, 1, 1, 1, generator=self.generator)

    def normal(self, scale: float) -> Tensor:
        return scale * torch.randn(self.n, 1, 1, 1, generator=self.generator)

    def happens(self, chance: float) -> Tensor:
        return (torch.rand(self.n, 1, 1, 1, generator=self.generator) < chance).float()


def plane(size: int) -> tuple[Tensor, Tensor]:
    """x and y of pixel centres, each [1, 1, size, size] in -1..1."""
    axis = (torch.arange(size) + 0.5) * (2 / size) - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return x[None, None], y[None, None]


def yaw_shift(x: Tensor, angle: Tensor, radius: float = 1.1) -> Tensor:
    """Where to look up a face turned by `angle` radians, the head taken for an
    upright cylinder of `radius`: an approximation, the hidden cheek stays hidden."""
    around = torch.asin((x / radius).clamp(-0.98, 0.98))
    turned = radius * torch.sin((around - angle).clamp(-1.5, 1.5))
    return turned + 0.6 * radius * torch.sin(angle)


def reframe(
    images: Tensor, size: int, zoom: tuple[float, float], generator: torch.Generator
) -> Tensor:
    """Mirror, shift, tilt, stretch, turn and zoom. `zoom` is the range of how much
    of the source the frame shows (above 1: more than there is, edges repeated)."""
    dice = Dice(len(images), generator)
    x, y = plane(size)
    scale = torch.exp(dice.uniform(math.log(zoom[0]), math.log(zoom[1])))
    stretch = torch.exp(dice.normal(0.06))
    angle = dice.normal(0.12)
    gx = x * scale * stretch * (1 - 2 * dice.happens(0.5))
    gy = y * scale / stretch
    gx, gy = gx * angle.cos() - gy * angle.sin(), gx * angle.sin() + gy * angle.cos()
    gx, gy = gx + dice.normal(0.06), gy + dice.normal(0.06)
    turned = yaw_shift(gx, dice.uniform(-0.55, 0.55))
    turns = dice.happens(0.20)
    gx = turns * turned + (1 - turns) * gx
    grid = torch.stack([gx[:, 0], gy[:, 0]], dim=-1)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def cover(images: Tensor, eyes: tuple[float, float], generator: torch.Generator) -> Tensor:
    """Masks over nose and mouth, glasses, and hands or papers (grey patches),
    drawn where faces of this framing have their parts, loosely."""
    n, size = len(images), images.shape[-1]
    dice = Dice(n, generator)
    x, y = plane(size)
    half, height = eyes
    cx, cy = dice.normal(0.05), height + dice.normal(0.06)
    half = half * torch.exp(dice.normal(0.1))

    # Mask: from the bridge of the nose down, narrowing to the chin.
    top = cy + half * dice.uniform(0.5, 0.95)
    drop = (y - top) / (half * 3.2)
    wide = half * 2.1 * (1 - 0.45 * drop.clamp(0, 1))
    mask = ((y > top + 0.25 * half * ((x - cx) / half).square() * 0.3) & (drop < 0.9)).float()
    mask = mask * ((x - cx).abs() < wide).float() * dice.happens(0.05)
    tone = dice.uniform(30, 245) + dice.uniform(-25, 25) * y
    images = images * (1 - mask) + tone * mask

    # Glasses: two rings and a bridge; every third pair is tinted.
    radius = half * dice.uniform(0.5, 0.75)
    flat = dice.uniform(0.6, 1.0)
    dx = (x - cx).abs() - half
    distance = (dx.square() + ((y - cy) / flat).square()).sqrt()
    line = dice.uniform(0.03, 0.09)
    rim = ((distance - radius).abs() < line).float()
    bridge = (((x - cx).abs() < half - radius) & ((y - cy).abs() < line)).float()
    wears = dice.happens(0.06)
    frame = torch.maximum(rim, bridge) * wears * dice.uniform(0.5, 1.0)
    lens = (distance < radius).float() * wears * dice.happens(0.3) * dice.uniform(0.2, 0.85)
    images = images * (1 - lens) + dice.uniform(0, 90) * lens
    images = images * (1 - frame) + dice.uniform(0, 120) * frame

    # Something held before the face.
    px, py = dice.uniform(-1, 1), dice.uniform(-1, 1)
    inside = ((x - px).abs() < dice.uniform(0.1, 0.4)) & ((y - py).abs() < dice.uniform(0.1, 0.4))
    patch = inside.float() * dice.happens(0.12)
    return images * (1 - patch) + dice.uniform(0, 255) * patch


def relight(images: Tensor, generator: torch.Generator) -> Tensor:
    """Half-light from one side, backlight, gamma and flat contrast."""
    n, size = len(images), images.shape[-1]
    dice = Dice(n, generator)
    x, y = plane(size)
    unit = (images / 255).clamp(0.002, 1)
    unit = unit.pow(torch.exp(dice.normal(0.25)))
    direction = dice.uniform(-math.pi, math.pi)
    across = (x * direction.cos() + y * direction.sin() * 0.5) * dice.uniform(2, 7)
    dark = dice.uniform(0.25, 0.9)
    shade = dark + (1 - dark) * torch.sigmoid(across + dice.normal(0.8))
    side = dice.happens(0.15)
    unit = unit * (side * shade + 1 - side)
    radius = (x.square() + (y * 0.8).square()).sqrt()
    glow = torch.sigmoid((radius - dice.uniform(0.8, 1.15)) * 6)
    behind = dice.happens(0.06)
    backlit = unit * dice.uniform(0.3, 0.7) * (1 - glow) + glow * dice.uniform(0.8, 1.0)
    unit = behind * backlit + (1 - behind) * unit
    flat = 1 - dice.happens(0.25) * dice.uniform(0, 0.65)
    return 255 * (0.5 + (unit - 0.5) * flat)


def degrade(images: Tensor, generator: torch.Generator) -> Tensor:
    """Small faces, blur and sensor noise. One size and one blur per batch, each on
    a part of it, so that the whole thing stays a few tensor operations."""
    n, size = len(images), images.shape[-1]
    order = torch.randperm(n, generator=generator)
    pick = torch.rand(2, generator=generator)
    small, soft = order[: n // 5], order[n // 5 : n * 3 // 10]
    images = images.clone()
    side = int(16 + pick[0] * 36)
    shrunk = functional.interpolate(images[small], (side, side), mode="area")
    images[small] = functional.interpolate(
        shrunk, (size, size), mode="bilinear", align_corners=False
    )
    sigma = 0.5 + 2.0 * float(pick[1])
    reach = torch.arange(-5, 6)
    kernel = torch.exp(-0.5 * (reach / sigma).square())
    kernel = (kernel / kernel.sum())[None, None]
    padded = functional.pad(images[soft], (5, 5, 5, 5), mode="replicate")
    images[soft] = functional.conv2d(
        functional.conv2d(padded, kernel[..., None]), kernel[:, :, None]
    )
    dice = Dice(n, generator)
    noise = torch.randn(images.shape, generator=generator)
    return images + noise * dice.uniform(0, 6) * dice.happens(0.25)


def augment(
    images: Tensor,
    size: int,
    detector_framing: bool,
    generator: torch.Generator,
) -> Tensor:
    """images: [n, 1, h, h] as stored. Returns [n, 1, size, size] in 0..255.

    Callers crop the face box times 1.4, FER pictures show the face alone: each
    source is zoomed over a range that reaches the other's framing."""
    eyes = EYES_CROP if detector_framing else EYES_FER
    zoom = (0.6, 1.15) if detector_framing else (0.82, 1.45)
    images = cover(images, eyes, generator)
    images = reframe(images, size, zoom, generator)
    images = degrade(relight(images, generator), generator)
    return images.clamp(0, 255)
