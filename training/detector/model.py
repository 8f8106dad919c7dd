"""The network: a small anchor-free, single-shot face detector with five landmarks.

Three feature maps (strides 8, 16, 32) from a plain convolutional backbone, joined
top-down, then one light head per map.  Every cell of every map predicts one
candidate: a face score, a box and five points, all relative to the cell's centre.
Depthwise convolutions are avoided on purpose: on a CPU with matrix units they save
arithmetic but no time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDES = (8, 16, 32)
OUTPUTS = 1 + 4 + 10
"""Channels of a head: face logit, box (dx, dy, log w, log h), five points (dx, dy)."""

PRIOR_PROBABILITY = 0.01
"""A cell's chance of holding a face before training; keeps the first losses small."""


class ConvBlock(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class Bottleneck(nn.Module):
    """1x1 squeeze to half, 3x3 back, added to its input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            ConvBlock(channels, channels // 2, kernel=1), ConvBlock(channels // 2, channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class FaceNet(nn.Module):
    """Image to raw predictions per stride.

    Input: float [n, 3, H, W], BGR, 0..255, H and W multiples of 32.
    Output: one [n, OUTPUTS, H / s, W / s] map for each s in STRIDES.
    """

    def __init__(self, neck: int = 32) -> None:
        super().__init__()
        self.stem = nn.Sequential(ConvBlock(3, 16, stride=2), ConvBlock(16, 24, stride=2))
        self.stage8 = nn.Sequential(ConvBlock(24, 48, stride=2), Bottleneck(48), Bottleneck(48))
        self.stage16 = nn.Sequential(ConvBlock(48, 80, stride=2), Bottleneck(80), Bottleneck(80))
        self.stage32 = nn.Sequential(ConvBlock(80, 96, stride=2), Bottleneck(96), Bottleneck(96))
        self.lateral = nn.ModuleList(ConvBlock(c, neck, kernel=1) for c in (48, 80, 96))
        self.smooth = nn.ModuleList(ConvBlock(neck, neck) for _ in STRIDES)
        self.head = nn.ModuleList(
            nn.Sequential(ConvBlock(neck, neck + 16), nn.Conv2d(neck + 16, OUTPUTS, 1))
            for _ in STRIDES
        )
        bias = -torch.log(torch.tensor(1 / PRIOR_PROBABILITY - 1))
        for head in self.head:
            nn.init.normal_(head[-1].weight, std=0.01)
            nn.init.zeros_(head[-1].bias)
            head[-1].bias.data[0] = bias

    def forward(self, image: Tensor) -> list[Tensor]:
        c8 = self.stage8(self.stem((image - 127.5) / 64.0))
        c16 = self.stage16(c8)
        c32 = self.stage32(c16)
        p32 = self.lateral[2](c32)
        p16 = self.lateral[1](c16) + functional.interpolate(p32, scale_factor=2.0)
        p8 = self.lateral[0](c8) + functional.interpolate(p16, scale_factor=2.0)
        maps = (p8, p16, p32)
        return [h(s(p)) for h, s, p in zip(self.head, self.smooth, maps, strict=True)]


def cell_centres(height: int, width: int, stride: int, like: Tensor) -> Tensor:
    """Centres of a map's cells in image pixels, row by row: [height * width, 2] as (x, y)."""
    ys = (torch.arange(height, device=like.device, dtype=torch.float32) + 0.5) * stride
    xs = (torch.arange(width, device=like.device, dtype=torch.float32) + 0.5) * stride
    return torch.stack(
        (xs.repeat(height), ys.unsqueeze(1).expand(height, width).reshape(-1)), dim=1
    )


def decode(maps: list[Tensor]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Raw maps to candidates in image pixels.

    Returns logits [n, m], boxes [n, m, 4] as (x centre, y centre, w, h),
    landmarks [n, m, 5, 2] and the cells [m, 3] as (x, y, stride).
    """
    logits, boxes, points, cells = [], [], [], []
    for raw, stride in zip(maps, STRIDES, strict=True):
        height, width = raw.shape[2], raw.shape[3]
        flat = raw.flatten(2).transpose(1, 2)
        centres = cell_centres(height, width, stride, raw)
        logits.append(flat[..., 0])
        boxes.append(
            torch.cat(
                (
                    flat[..., 1:3] * stride + centres,
                    torch.exp(flat[..., 3:5].clamp(-4.0, 4.0)) * (2.0 * stride),
                ),
                dim=-1,
            )
        )
        points.append(flat[..., 5:15] * stride + centres.repeat(1, 5))
        cells.append(torch.cat((centres, torch.full_like(centres[:, :1], float(stride))), dim=1))
    landmarks = torch.cat(points, dim=1)
    return (
        torch.cat(logits, dim=1),
        torch.cat(boxes, dim=1),
        landmarks.reshape(landmarks.shape[0], -1, 5, 2),
        torch.cat(cells, dim=0),
    )


class Detector(nn.Module):
    """The shipped graph: one image to all decoded candidates, without suppression."""

    def __init__(self, net: FaceNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logits, boxes, landmarks, _ = decode(self.net(image))
        centre, size = boxes[0, :, :2], boxes[0, :, 2:]
        corner_boxes = torch.cat((centre - size / 2, size), dim=1)
        return corner_boxes, torch.sigmoid(logits[0]), landmarks[0]
