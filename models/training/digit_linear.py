"""vA: multinomial logistic regression, one weight per pixel and class."""

import numpy as np
from onnx import helper, numpy_helper
from sklearn.linear_model import LogisticRegression

from . import digits
from .onnx_file import IMAGE_OPSET, Built, finish, model_of

DOC = "Handwritten digits by a linear model over the 64 pixels."


def build(data: digits.Digits) -> Built:
    images, classes = data.train
    weights, bias = fit(images, classes)
    inputs, outputs = digits.image_io()
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["image"], ["pixels"], axis=1),
            helper.make_node("Gemm", ["pixels", "weights", "bias"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        ],
        "digits-linear",
        inputs,
        outputs,
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
    )
    model = model_of(graph, IMAGE_OPSET, DOC)
    return finish("vA.onnx", model, digits.METADATA, digits.LABELS, data.held_out)


def fit(images: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights [64,10] and bias [10] fitted to images [N,1,8,8] and classes [N]."""
    pixels = images.reshape(len(images), -1).astype(np.float64)
    regression = LogisticRegression(C=1.0, max_iter=1000).fit(pixels, classes)
    return regression.coef_.T.astype(np.float32), regression.intercept_.astype(np.float32)
