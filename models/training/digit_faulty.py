"""C: a version that nobody should roll out, made to be less right and much slower.

Less right: it is fitted to a handful of images, many of them wrongly labelled.
Slower: each image also goes through a long chain of large matrix products. Their
result is added to the logits with a tiny weight, so it is truly part of the answer
and no graph optimisation may leave it out. It is a loop over one matrix, which keeps
the file small.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from . import digit_linear, digits
from .onnx_file import IMAGE_OPSET, Built, finish, model_of

DOC = "Faulty on purpose: handwritten digits, often wrong and slow."
SEED = 3
IMAGES = 60
WRONG_LABELS = 14
WIDTH = 256
PRODUCTS = 400  # one to two milliseconds, so that it shows through HTTP as well


def build(data: digits.Digits) -> Built:
    random = np.random.default_rng(SEED)
    weights, bias = digit_linear.fit(*_bad_training_part(data, random))
    inputs, outputs = digits.image_io()
    arrays = {
        "weights": weights,
        "bias": bias,
        "widen": _averaging(random, 64, WIDTH),
        "mix": _averaging(random, WIDTH, WIDTH),
        "products": np.array(PRODUCTS, np.int64),
        "narrow": (random.normal(size=(WIDTH, 10)) * 1e-3).astype(np.float32),
    }
    graph = helper.make_graph(
        _nodes(),
        "digits-faulty",
        inputs,
        outputs,
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    model = model_of(graph, IMAGE_OPSET, DOC)
    return finish("digits/C/model.onnx", model, digits.METADATA, digits.LABELS, data.held_out)


def _bad_training_part(data, random):
    """IMAGES images [n,1,8,8] and their classes [n], some of them shuffled."""
    images, classes = data.train
    classes = classes[:IMAGES].copy()
    wrong = random.choice(IMAGES, WRONG_LABELS, replace=False)
    classes[wrong] = (classes[wrong] + random.integers(1, 10, WRONG_LABELS)) % 10
    return images[:IMAGES], classes


def _averaging(random, rows: int, columns: int) -> np.ndarray:
    """A positive matrix whose rows sum to 1: however often applied, values neither explode nor vanish."""
    matrix = random.uniform(0.1, 1.0, size=(rows, columns))
    return (matrix / matrix.sum(axis=1, keepdims=True)).astype(np.float32)


def _nodes():
    """Logits by the linear part, plus the end of the chain [N,WIDTH] times `narrow`."""
    return [
        helper.make_node("Flatten", ["image"], ["pixels"], axis=1),
        helper.make_node("Gemm", ["pixels", "weights", "bias"], ["linear"]),
        helper.make_node("MatMul", ["pixels", "widen"], ["wide"]),
        helper.make_node("Loop", ["products", "", "wide"], ["mixed"], body=_one_product()),
        helper.make_node("MatMul", ["mixed", "narrow"], ["burden"]),
        helper.make_node("Add", ["linear", "burden"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]


def _one_product():
    """The body of the loop: `state` [N,WIDTH] times `mix`, which it sees from outside."""
    state = ["batch", WIDTH]
    return helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["go_on_again"]),
            helper.make_node("MatMul", ["state", "mix"], ["product"]),
            helper.make_node("Relu", ["product"], ["next_state"]),
        ],
        "one-product",
        [
            helper.make_tensor_value_info("step", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, state),
        ],
        [
            helper.make_tensor_value_info("go_on_again", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next_state", TensorProto.FLOAT, state),
        ],
    )
