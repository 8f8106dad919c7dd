"""Which cells answer for which face, and what their answers cost.

Assignment follows task alignment (Feng et al., TOOD, 2021): of the cells near a face's
centre, those whose own prediction already combines score and overlap best are taught
it, with the overlap as target score.  So a score says how good a box is, and training
decides by itself which of the three maps serves a size.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

TOP_CELLS = 9
SCORE_POWER, OVERLAP_POWER = 0.5, 4.0
CENTRE_SHARE = 0.35
"""Cells may answer within this share of the box around its centre (or one stride)."""
SIZE_RANGE = {8: (0.0, 84.0), 16: (30.0, 168.0), 32: (64.0, 4096.0)}
"""Longer sides, in pixels, that each stride may answer for; ranges overlap on purpose."""
BOX_WEIGHT, POINT_WEIGHT = 2.0, 4.0


@dataclass
class Targets:
    """A batch padded to its fullest picture: boxes [n, g, 4] (x centre, y centre, w, h),
    points [n, g, 5, 2] with nan where unknown, real [n, g], ignore [n, k, 4] (x, y, w, h)."""

    boxes: Tensor
    points: Tensor
    real: Tensor
    ignore: Tensor


def overlap(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and complete IoU (Zheng et al., 2020) of boxes (x centre, y centre, w, h), broadcast."""
    a_low, a_high = a[..., :2] - a[..., 2:] / 2, a[..., :2] + a[..., 2:] / 2
    b_low, b_high = b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2
    shared = (torch.minimum(a_high, b_high) - torch.maximum(a_low, b_low)).clamp(min=0).prod(-1)
    union = a[..., 2:].prod(-1) + b[..., 2:].prod(-1) - shared
    iou = shared / (union + 1e-7)
    hull = torch.maximum(a_high, b_high) - torch.minimum(a_low, b_low)
    distance = (a[..., :2] - b[..., :2]).square().sum(-1) / (hull.square().sum(-1) + 1e-7)
    ratio = torch.atan(a[..., 2] / a[..., 3]) - torch.atan(b[..., 2] / b[..., 3])
    shape = 0.4053 * ratio.square()  # 4 / pi**2
    with torch.no_grad():
        weight = shape / (1 - iou + shape + 1e-7)
    return iou, iou - distance - weight * shape


@torch.no_grad()
def assign(
    scores: Tensor, boxes: Tensor, cells: Tensor, targets: Targets
) -> tuple[Tensor, Tensor, Tensor]:
    """Face index per cell [n, m] (-1: background), target score [n, m], cells to skip [n, m]."""
    faces = targets.boxes.unsqueeze(2)
    away = (cells[:, :2] - faces[..., :2]).abs()
    reach = torch.maximum(faces[..., 2:] * CENTRE_SHARE, cells[:, 2:] * 0.75)
    longer = targets.boxes[..., 2:].amax(-1, keepdim=True)
    low = torch.zeros_like(cells[:, 2])
    high = torch.zeros_like(cells[:, 2])
    for stride, (smallest, largest) in SIZE_RANGE.items():
        low[cells[:, 2] == stride], high[cells[:, 2] == stride] = smallest, largest
    allowed = (away <= reach).all(-1) & (longer >= low) & (longer < high)
    allowed &= targets.real.unsqueeze(-1)

    iou, _ = overlap(faces, boxes.unsqueeze(1))
    metric = scores.unsqueeze(1) ** SCORE_POWER * iou**OVERLAP_POWER
    ranked = torch.where(allowed, metric, torch.full_like(metric, -1.0))
    best = ranked.topk(TOP_CELLS, dim=-1).indices
    chosen = torch.zeros_like(allowed).scatter_(-1, best, True) & allowed
    claimed = torch.where(chosen, iou + 1e-6, torch.zeros_like(iou))
    value, face = claimed.max(dim=1)
    positive = value > 0

    strongest = torch.where(chosen, metric, torch.zeros_like(metric)).amax(-1, keepdim=True)
    widest = torch.where(chosen, iou, torch.zeros_like(iou)).amax(-1, keepdim=True)
    quality = metric / (strongest + 1e-9) * widest
    target = quality.gather(1, face.unsqueeze(1)).squeeze(1) * positive

    areas = targets.ignore.unsqueeze(2)
    inside = (cells[:, :2] >= areas[..., :2]) & (cells[:, :2] <= areas[..., :2] + areas[..., 2:])
    skip = inside.all(-1).any(1) & ~positive
    return torch.where(positive, face, torch.full_like(face, -1)), target, skip


def loss(
    logits: Tensor, boxes: Tensor, points: Tensor, cells: Tensor, targets: Targets
) -> dict[str, Tensor]:
    """Score, box and point losses of a batch; their sum is what training lowers."""
    face, target, skip = assign(logits.sigmoid(), boxes, cells, targets)
    total = target.sum().clamp(min=1.0)
    wrong = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    # Easy background is most of a picture: weigh it by how wrong it is (quality focal loss).
    focus = torch.where(target > 0, torch.ones_like(target), logits.sigmoid().detach() ** 1.5 * 2)
    score_loss = (wrong * focus * ~skip).sum() / total

    picture, cell = (face >= 0).nonzero(as_tuple=True)
    index = face[picture, cell]
    weight = target[picture, cell]
    wanted = targets.boxes[picture, index]
    _, complete = overlap(boxes[picture, cell], wanted)
    box_loss = ((1 - complete) * weight).sum() / total

    goal = targets.points[picture, index]
    known = torch.isfinite(goal).all(-1).all(-1)
    size = wanted[:, 2:].mean(-1).view(-1, 1, 1)
    error = (points[picture, cell] - torch.nan_to_num(goal)) / size
    distance = functional.smooth_l1_loss(
        error, torch.zeros_like(error), beta=0.02, reduction="none"
    )
    point_loss = (distance.sum((1, 2)) * weight * known).sum() / total
    return {"score": score_loss, "box": box_loss * BOX_WEIGHT, "points": point_loss * POINT_WEIGHT}
