"""The expression network: a small residual net on one grey face, eight labels.

Everything a caller would have to know about preprocessing lives inside the
network, so that the exported graph takes plain grey values 0..255.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

INPUT_SIZE = 64
"""Side of the square input in pixels."""


def standardise(faces: Tensor) -> Tensor:
    """Remove each picture's own brightness and contrast.

    Half-light and backlight mostly change the mean and spread of a crop, which
    say nothing about the feeling. The constant keeps a flat crop from turning
    into amplified noise.

    faces: [n, 1, s, s] grey 0..255. Returns the same shape, zero mean.
    """
    mean = faces.mean(dim=(2, 3), keepdim=True)
    centred = faces - mean
    spread = centred.square().mean(dim=(2, 3), keepdim=True).sqrt()
    return centred / (spread + 4.0)


class Block(nn.Module):
    """Two 3x3 convolutions with a residual connection."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            # Averaging before the 1x1 keeps the pixels a strided 1x1 would drop.
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        return functional.relu(y + self.shortcut(x), inplace=True)


class ExpressionNet(nn.Module):
    """Grey faces [n, 1, 64, 64] in 0..255 to logits [n, 8].

    `widths` are the channels of the stages at 32, 16, 8 and 4 pixels,
    `depths` how many blocks each has.
    """

    def __init__(
        self,
        widths: tuple[int, ...] = (32, 64, 128, 256),
        depths: tuple[int, ...] = (1, 2, 2, 1),
        dropout: float = 0.2,
        labels: int = 8,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, widths[0], 5, 2, 2, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        )
        blocks: list[nn.Module] = []
        channels = widths[0]
        for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            for i in range(depth):
                stride = 2 if stage > 0 and i == 0 else 1
                blocks.append(Block(channels, width, stride))
                channels = width
        self.blocks = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(channels, labels)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, faces: Tensor) -> Tensor:
        x = self.blocks(self.stem(standardise(faces)))
        return self.head(self.dropout(x.mean(dim=(2, 3))))
