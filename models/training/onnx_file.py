"""Turn a hand-made ONNX graph into a finished file: metadata, accuracy, bytes."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime

# The newest pair that every ONNX Runtime since 1.17 reads.
IR_VERSION = 9
IMAGE_OPSET = 17
TEXT_OPSET = 20  # StringSplit, StringConcat and RegexFullMatch begin here


@dataclass(frozen=True)
class Built:
    """A finished model: where it goes under models/, its bytes and what was measured."""

    path: str
    task: str
    data: bytes
    accuracy: float
    held_out: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def model_of(graph: onnx.GraphProto, opset: int, doc: str) -> onnx.ModelProto:
    """Wrap a graph into a checked model."""
    model = onnx.helper.make_model(
        graph,
        producer_name="sluice-train",
        doc_string=doc,
        ir_version=IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", opset)],
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def session_of(model_bytes: bytes) -> onnxruntime.InferenceSession:
    """A one-thread session, so that floats do not depend on the number of cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model_bytes, options, providers=["CPUExecutionProvider"])


def predict(session: onnxruntime.InferenceSession, inputs: np.ndarray) -> np.ndarray:
    """Probabilities [N,K] of a batch of inputs."""
    return session.run(["probabilities"], {session.get_inputs()[0].name: inputs})[0]


def accuracy_of(model_bytes: bytes, inputs: np.ndarray, classes: np.ndarray) -> float:
    """Share of the inputs whose most probable class [N] is the right one [N]."""
    return float(np.mean(predict(session_of(model_bytes), inputs).argmax(axis=1) == classes))


def finish(path, model, metadata, labels, held_out) -> Built:
    """Measure a model on its held-out (inputs, classes) and write the result into its metadata."""
    inputs, classes = held_out
    accuracy = accuracy_of(model.SerializeToString(), inputs, classes)
    metadata = metadata | {
        "sluice.labels": json.dumps(labels),
        "sluice.output": "probabilities",
        "sluice.description": model.doc_string,
        "sluice.accuracy": f"{accuracy:.4f}",
    }
    onnx.helper.set_model_props(model, metadata)
    return Built(path, metadata["sluice.task"], model.SerializeToString(), round(accuracy, 4), len(classes))
