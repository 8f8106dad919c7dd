"""What a cheap camera in a hall does to a picture: dark, noise, colour, blur, compression,
light from behind; and what people do to their faces: masks, hands, papers."""

from __future__ import annotations

import cv2
import numpy as np

_LINEAR = ((np.arange(256) / 255) ** 2.2).astype(np.float32)
"""Linear light of each grey value."""
_NOISE = np.random.default_rng(7).standard_normal((1 << 20,)).astype(np.float32)
"""Normal noise drawn once; samples start at random places of it, which is much cheaper."""


def noise(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal noise of a shape up to 2**20 numbers."""
    size = int(np.prod(shape))
    start = int(rng.integers(0, len(_NOISE)))
    return np.take(_NOISE, np.arange(start, start + size), mode="wrap").reshape(shape)


def darken(rng: np.random.Generator, image: np.ndarray, light: float) -> np.ndarray:
    """The picture as a camera sees it with `light` (0..1] of the normal light.

    Shot noise grows as light falls; the camera's own gain lifts about half of what is
    missing, noise included.  Works on linear light (gamma 2.2).
    """
    linear = cv2.LUT(image, _LINEAR) * np.float32(light)
    linear += noise(rng, image.shape) * np.sqrt(linear * 4e-4 + 4e-6)
    gain = light**-0.5
    return (cv2.pow(np.clip(linear * gain, 0, 1), 1 / 2.2) * 255).astype(np.uint8)


def backlight(rng: np.random.Generator, image: np.ndarray, box: np.ndarray) -> np.ndarray:
    """A bright window behind a darkened person whose face is `box` (x, y, w, h)."""
    height, width = image.shape[:2]
    x, y = box[:2] + box[2:] / 2
    body = np.zeros((height // 4, width // 4), np.float32)
    centre = (int(x / 4), int(y / 4))
    cv2.ellipse(
        body, centre, (max(1, int(box[2] / 5)), max(1, int(box[3] / 5))), 0, 0, 360, 1.0, -1
    )
    low = (int((x - box[2]) / 4), int((y + box[3] * 0.6) / 4))
    cv2.rectangle(body, low, (int((x + box[2]) / 4), height), 1.0, -1)
    body = cv2.GaussianBlur(body, (0, 0), max(1.0, float(box[2]) / 16))
    body = cv2.resize(body, (width, height))[..., None]
    dark, bright = rng.uniform(0.25, 0.6), rng.uniform(1.2, 2.2)
    haze = rng.uniform(0, 40)
    lit = image.astype(np.float32) * (bright + (dark - bright) * body) + haze
    return np.clip(lit, 0, 255).astype(np.uint8)


def blur(rng: np.random.Generator, image: np.ndarray, strength: float) -> np.ndarray:
    """Movement along a line, or a lens out of focus; strength in pixels."""
    if rng.random() < 0.5:
        return cv2.GaussianBlur(image, (0, 0), max(0.3, strength / 3))
    length = max(2, int(strength))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    middle = (length - 1) / 2
    end = np.array([np.cos(angle), np.sin(angle)]) * middle
    first = (round(middle - end[0]), round(middle - end[1]))
    last = (round(middle + end[0]), round(middle + end[1]))
    cv2.line(kernel, first, last, 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def compress(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Block artefacts of a poor video stream, by JPEG at low quality, sometimes at half size."""
    height, width = image.shape[:2]
    if rng.random() < 0.3:
        image = cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    quality = int(rng.integers(15, 80))
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    image = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if image.shape[0] != height:
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
    return image


def recolour(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Exposure, contrast, gamma and a colour cast in one look-up per channel; sometimes grey."""
    if rng.random() < 0.12:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        image = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    levels = np.linspace(0, 1, 256)
    contrast, gamma = rng.uniform(0.6, 1.35), np.exp(rng.normal(0, 0.35))
    base = np.clip((levels**gamma - 0.5) * contrast + 0.5 + rng.normal(0, 0.08), 0, 1)
    cast = np.exp(rng.normal(0, 0.12, 3))
    table = np.clip(base[:, None] * cast * 255, 0, 255).astype(np.uint8)
    return cv2.LUT(image, table.reshape(256, 1, 3))


def degrade(rng: np.random.Generator, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """A random chain of the above, in the order light meets a camera."""
    if len(boxes) and rng.random() < 0.12:
        image = backlight(rng, image, boxes[int(rng.integers(len(boxes)))])
    if rng.random() < 0.75:
        image = recolour(rng, image)
    if rng.random() < 0.25:
        largest = boxes[:, 2:].max() if len(boxes) else 60.0
        image = blur(rng, image, float(rng.uniform(0.5, min(9.0, 1 + largest * 0.09))))
    if rng.random() < 0.30:
        image = darken(rng, image, float(np.exp(rng.uniform(np.log(0.01), 0))))
    elif rng.random() < 0.25:
        grain = noise(rng, image.shape) * rng.uniform(2, 14)
        image = np.clip(image + grain, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        image = compress(rng, image)
    return np.ascontiguousarray(image)


def cover_faces(
    rng: np.random.Generator, image: np.ndarray, boxes: np.ndarray, points: np.ndarray
) -> None:
    """Paints a mask, a hand or a sheet of paper over some faces, in place."""
    for box, five in zip(boxes, points, strict=True):
        choice = rng.random()
        if choice < 0.35 and np.isfinite(five).all():
            _mask(rng, image, box, five)
        elif choice < 0.6:
            _hand(rng, image, box)
        elif choice < 0.75:
            _paper(rng, image, box)


def _mask(rng: np.random.Generator, image: np.ndarray, box: np.ndarray, five: np.ndarray) -> None:
    eyes, mouth = five[:2].mean(0), five[3:].mean(0)
    down, across = mouth - eyes, five[1] - five[0]
    bridge = eyes + down * rng.uniform(0.25, 0.6)
    chin = eyes + down * rng.uniform(1.5, 1.8)
    half = across * rng.uniform(0.75, 1.0)
    outline = np.array(
        [
            bridge,
            bridge + half + down * 0.15,
            chin + half * 0.5,
            chin - half * 0.5,
            bridge - half + down * 0.15,
        ]
    )
    colours = ((245, 240, 235), (230, 190, 140), (40, 40, 40), rng.integers(0, 256, 3).tolist())
    colour = np.array(colours[int(rng.integers(4))]) * rng.uniform(0.6, 1.0)
    cv2.fillPoly(image, [outline.round().astype(np.int32)], colour.tolist(), cv2.LINE_AA)
    for share in (0.4, 0.6, 0.8):  # pleats
        middle = bridge + (chin - bridge) * share
        ends = [tuple((middle + s * half * 0.8).round().astype(int).tolist()) for s in (-1, 1)]
        cv2.line(image, ends[0], ends[1], (colour * 0.85).tolist(), 1, cv2.LINE_AA)


def _hand(rng: np.random.Generator, image: np.ndarray, box: np.ndarray) -> None:
    """Four capsules in a skin tone across the lower or side part of the face."""
    skin = np.array((120, 150, 205)) * rng.uniform(0.45, 1.15)
    width = max(2, int(box[2] * rng.uniform(0.12, 0.18)))
    start = box[:2] + box[2:] * (rng.uniform(-0.1, 0.9), rng.uniform(0.65, 1.1))
    reach = np.array((rng.uniform(-0.5, 0.5), rng.uniform(-0.75, -0.3))) * box[3]
    side = np.array((reach[1], -reach[0]))
    side = side / (np.linalg.norm(side) + 1e-6) * width * 1.05
    for finger in range(4):
        tone = np.clip(skin * rng.uniform(0.9, 1.1), 0, 255).tolist()
        a = (start + side * finger).round().astype(int).tolist()
        b = (start + side * finger + reach * rng.uniform(0.6, 1.0)).round().astype(int).tolist()
        cv2.line(image, a, b, tone, width, cv2.LINE_AA)


def _paper(rng: np.random.Generator, image: np.ndarray, box: np.ndarray) -> None:
    """A light or random sheet over one side of the face, at most two fifths of it."""
    share = rng.uniform(0.15, 0.4)
    low, high = box[:2].copy() - box[2:] * 0.3, box[:2] + box[2:] * 1.3
    side = int(rng.integers(3))
    if side == 0:
        low[1] = box[1] + box[3] * (1 - share)
    elif side == 1:
        low[0] = box[0] + box[2] * (1 - share)
    else:
        high[0] = box[0] + box[2] * share
    colour = rng.integers(200, 256, 3) if rng.random() < 0.5 else rng.integers(0, 256, 3)
    corners = [p.round().astype(int).tolist() for p in (low, high)]
    cv2.rectangle(image, corners[0], corners[1], colour.tolist(), -1)
