"""vB: a small convolutional network, trained here in plain numpy.

    image [N,1,8,8] -> conv 3x3, 16 channels, ReLU      [N,16,8,8]
                    -> conv 3x3, 24 channels, ReLU      [N,24,8,8]
                    -> max pool 2x2                     [N,24,4,4]
                    -> dense                            [N,10]

About 0.24 million multiply-adds an image.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from onnx import helper, numpy_helper

from . import digits
from .onnx_file import IMAGE_OPSET, Built, finish, model_of

DOC = "Handwritten digits by a small convolutional network."
SEED = 5
EPOCHS = 40
BATCH = 48
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-2


def build(data: digits.Digits) -> Built:
    parameters = train(*data.train)
    inputs, outputs = digits.image_io()
    same = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["image", "kernel1", "bias1"], ["conv1"], **same),
            helper.make_node("Relu", ["conv1"], ["hidden1"]),
            helper.make_node("Conv", ["hidden1", "kernel2", "bias2"], ["conv2"], **same),
            helper.make_node("Relu", ["conv2"], ["hidden2"]),
            helper.make_node("MaxPool", ["hidden2"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
            helper.make_node("Flatten", ["pooled"], ["features"], axis=1),
            helper.make_node("Gemm", ["features", "dense", "bias3"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        ],
        "digits-cnn",
        inputs,
        outputs,
        [numpy_helper.from_array(array, name) for name, array in parameters.items()],
    )
    model = model_of(graph, IMAGE_OPSET, DOC)
    return finish("vB.onnx", model, digits.METADATA, digits.LABELS, data.held_out)


def train(images: np.ndarray, classes: np.ndarray) -> dict[str, np.ndarray]:
    """Fit to images [N,1,8,8] and classes [N] with Adam, the step size falling to zero."""
    random = np.random.default_rng(SEED)
    parameters = _start(random)
    moments = {name: (np.zeros_like(value), np.zeros_like(value)) for name, value in parameters.items()}
    steps = EPOCHS * (len(images) // BATCH)
    step = 0
    for _ in range(EPOCHS):
        order = random.permutation(len(images))
        for first in range(0, len(images) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH]
            step += 1
            gradients = _gradients(parameters, _shifted(images[chosen], random), classes[chosen])
            rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            _adam(parameters, gradients, moments, step, rate)
    return parameters


def _start(random) -> dict[str, np.ndarray]:
    """Random kernels [out,in,3,3] and dense weights [24*4*4,10] (He), biases of zero."""

    def normal(*shape, inputs):
        return (random.normal(size=shape) * np.sqrt(2 / inputs)).astype(np.float32)

    return {
        "kernel1": normal(16, 1, 3, 3, inputs=9),
        "bias1": np.zeros(16, np.float32),
        "kernel2": normal(24, 16, 3, 3, inputs=144),
        "bias2": np.zeros(24, np.float32),
        "dense": normal(24 * 4 * 4, 10, inputs=24 * 4 * 4),
        "bias3": np.zeros(10, np.float32),
    }


def _shifted(images: np.ndarray, random) -> np.ndarray:
    """Move each image [N,1,8,8] by at most one pixel, so that position matters less."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    moves = random.choice(3, size=(len(images), 2), p=[0.15, 0.7, 0.15])
    return np.stack([image[:, y : y + 8, x : x + 8] for image, (y, x) in zip(padded, moves)])


def _patches(images: np.ndarray) -> np.ndarray:
    """All 3x3 surroundings: [N,C,8,8] to [N,8,8,C*9]."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), axis=(2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(len(images), 8, 8, -1)


def _convolve(patches: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Patches [N,8,8,C*9] with kernel [K,C,3,3] to [N,K,8,8]."""
    return (patches @ kernel.reshape(len(kernel), -1).T).transpose(0, 3, 1, 2)


def _kernel_gradient(patches: np.ndarray, upstream: np.ndarray, shape) -> np.ndarray:
    """Gradient of a kernel of `shape` [K,C,3,3] from upstream [N,K,8,8]."""
    rows = upstream.transpose(0, 2, 3, 1).reshape(-1, shape[0])
    return (rows.T @ patches.reshape(len(rows), -1)).reshape(shape)


def _gradients(parameters, images, classes) -> dict[str, np.ndarray]:
    """Gradient of the mean cross entropy for every parameter: forward, then backward."""
    count = len(images)
    column = (slice(None), None, None)
    patches1 = _patches(images)
    hidden1 = np.maximum(_convolve(patches1, parameters["kernel1"]) + parameters["bias1"][column], 0)
    patches2 = _patches(hidden1)
    hidden2 = np.maximum(_convolve(patches2, parameters["kernel2"]) + parameters["bias2"][column], 0)
    squares = hidden2.reshape(count, 24, 4, 2, 4, 2)
    pooled = squares.max(axis=(3, 5), keepdims=True)
    features = pooled.reshape(count, -1)
    logits = features @ parameters["dense"] + parameters["bias3"]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = exponents / exponents.sum(axis=1, keepdims=True)
    error[np.arange(count), classes] -= 1
    error /= count

    to_pooled = (error @ parameters["dense"].T).reshape(pooled.shape)
    winners = (squares == pooled) & (squares > 0)
    to_conv2 = (winners * to_pooled).reshape(hidden2.shape)
    # A convolution's gradient for its input is a convolution with the kernel turned around.
    turned = parameters["kernel2"][:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    to_conv1 = _convolve(_patches(to_conv2), turned) * (hidden1 > 0)
    return {
        "kernel1": _kernel_gradient(patches1, to_conv1, parameters["kernel1"].shape),
        "bias1": to_conv1.sum(axis=(0, 2, 3)),
        "kernel2": _kernel_gradient(patches2, to_conv2, parameters["kernel2"].shape),
        "bias2": to_conv2.sum(axis=(0, 2, 3)),
        "dense": features.T @ error,
        "bias3": error.sum(axis=0),
    }


def _adam(parameters, gradients, moments, step: int, rate: float) -> None:
    """One Adam step with decoupled weight decay, in place."""
    for name, gradient in gradients.items():
        mean, square = moments[name]
        mean += 0.1 * (gradient - mean)
        square += 0.001 * (gradient**2 - square)
        change = (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        parameters[name] -= (rate * (change + WEIGHT_DECAY * parameters[name])).astype(np.float32)
