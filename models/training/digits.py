"""The digits: scikit-learn's 1797 grey 8x8 images, split once and for all."""

import io
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto, helper
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 8
HELD_OUT = 500
LABELS = [str(digit) for digit in range(10)]

METADATA = {
    "sluice.task": "image",
    "sluice.image.size": "[8,8]",
    "sluice.image.channels": "GRAY",
    "sluice.image.scale": "0.00392156862745098",
    "sluice.image.mean": "[0.0]",
    "sluice.image.std": "[1.0]",
    "sluice.image.fit": "stretch",
}


@dataclass(frozen=True)
class Digits:
    """Grey bytes [N,8,8] and classes [N] of both parts."""

    train_bytes: np.ndarray
    train_classes: np.ndarray
    held_out_bytes: np.ndarray
    held_out_classes: np.ndarray

    @property
    def train(self):
        return as_input(self.train_bytes), self.train_classes

    @property
    def held_out(self):
        return as_input(self.held_out_bytes), self.held_out_classes


def load() -> Digits:
    """Scale 0..16 to grey bytes and take a stratified part of 500 away from training."""
    images, classes = load_digits(return_X_y=True)
    grey = np.round(images * 255 / 16).astype(np.uint8).reshape(-1, 8, 8)
    train_x, test_x, train_y, test_y = train_test_split(
        grey, classes, test_size=HELD_OUT, stratify=classes, random_state=SEED
    )
    return Digits(train_x, train_y, test_x, test_y)


def as_input(grey: np.ndarray) -> np.ndarray:
    """Bytes [N,8,8] to the float input [N,1,8,8] of 0..1 that the models take."""
    return (grey[:, None].astype(np.float32) / np.float32(255)).astype(np.float32)


def image_io():
    """The input and the output that the three digit graphs share."""
    return (
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 8, 8])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", 10])],
    )


def to_png(grey: np.ndarray) -> bytes:
    """One image [8,8] as PNG at its native size."""
    return _encoded(Image.fromarray(grey), "PNG")


def to_large_jpeg(grey: np.ndarray) -> bytes:
    """One image [8,8] as a 64x64 JPEG.

    Each pixel becomes one 8x8 square, which is also one JPEG block, so any
    way of shrinking it gives nearly the first image back.
    """
    return _encoded(Image.fromarray(np.kron(grey, np.ones((8, 8), np.uint8))), "JPEG", quality=95)


def to_csv(grey: np.ndarray, classes: np.ndarray) -> bytes:
    """One line per image: the label, then 64 grey bytes row by row."""
    rows = [",".join(map(str, [label, *image.ravel()])) for image, label in zip(grey, classes)]
    return ("\n".join(rows) + "\n").encode()


def _encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
