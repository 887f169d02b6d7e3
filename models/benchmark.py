"""Write the benchmark model: a 224-pixel RGB image in, 1000 probabilities out.

    python models/benchmark.py benchmark.onnx

Eight 3x3 convolutions, then a mean over the image and a dense layer: 590 million
multiply-adds. The weights are arbitrary, since only the time counts, so the file
does not hold them: each is a formula, sin(i * step) * scale, which ONNX Runtime
works out once when it loads the model (constant folding). That keeps a model of
five million weights in a few kilobytes.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Channels in, channels out, stride.
CONVOLUTIONS = [
    (3, 32, 2),
    (32, 64, 2),
    (64, 128, 2),
    (128, 128, 1),
    (128, 256, 2),
    (256, 256, 1),
    (256, 512, 2),
    (512, 512, 1),
]
FEATURES = CONVOLUTIONS[-1][1]
CLASSES = 1000
METADATA = {
    "sluice.task": "image",
    "sluice.image.size": "[224,224]",
    "sluice.image.channels": "RGB",
    "sluice.image.scale": "0.00392156862745098",
    "sluice.image.mean": "[0.485,0.456,0.406]",
    "sluice.image.std": "[0.229,0.224,0.225]",
    "sluice.image.fit": "stretch",
    "sluice.output": "probabilities",
    "sluice.description": "Benchmark: eight convolutions over a 224-pixel image, weights arbitrary.",
}


def main() -> None:
    Path(sys.argv[1]).write_bytes(build().SerializeToString())


def build() -> onnx.ModelProto:
    nodes, constants = [], [_scalar("zero", 0.0), _scalar("step", 0.7)]
    last = "image"
    for layer, (channels, filters, stride) in enumerate(CONVOLUTIONS, start=1):
        _weights(f"kernel{layer}", [filters, channels, 3, 3], channels * 9, nodes, constants)
        nodes.append(
            helper.make_node(
                "Conv",
                [last, f"kernel{layer}"],
                [f"conv{layer}"],
                kernel_shape=[3, 3],
                strides=[stride, stride],
                pads=[1, 1, 1, 1],
            )
        )
        nodes.append(helper.make_node("Relu", [f"conv{layer}"], [f"hidden{layer}"]))
        last = f"hidden{layer}"
    _weights("dense", [FEATURES, CLASSES], FEATURES, nodes, constants)
    nodes += [
        helper.make_node("GlobalAveragePool", [last], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["features"], axis=1),
        helper.make_node("MatMul", ["features", "dense"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    return _model(nodes, constants)


def _weights(name, shape, inputs, nodes, constants) -> None:
    """Add the nodes that make a weight: Range, Mul, Sin, Mul, Reshape to `shape`."""
    constants += [
        _scalar(f"{name}_count", float(np.prod(shape))),
        _scalar(f"{name}_scale", float(np.sqrt(4 / inputs))),
        numpy_helper.from_array(np.array(shape, np.int64), f"{name}_shape"),
        _scalar(f"{name}_one", 1.0),
    ]
    nodes += [
        helper.make_node("Range", ["zero", f"{name}_count", f"{name}_one"], [f"{name}_i"]),
        helper.make_node("Mul", [f"{name}_i", "step"], [f"{name}_angle"]),
        helper.make_node("Sin", [f"{name}_angle"], [f"{name}_wave"]),
        helper.make_node("Mul", [f"{name}_wave", f"{name}_scale"], [f"{name}_flat"]),
        helper.make_node("Reshape", [f"{name}_flat", f"{name}_shape"], [name]),
    ]


def _scalar(name: str, value: float):
    return numpy_helper.from_array(np.array(value, np.float32), name)


def _model(nodes, constants) -> onnx.ModelProto:
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 224, 224])
    output = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", CLASSES])
    model = helper.make_model(
        helper.make_graph(nodes, "benchmark", [image], [output], constants),
        producer_name="sluice-train",
        doc_string=METADATA["sluice.description"],
        ir_version=9,
        opset_imports=[helper.make_opsetid("", 17)],
    )
    helper.set_model_props(model, METADATA)
    onnx.checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    main()
