"""Write the smallest models of all kinds of tensors, for tests, and three that the service itself needs.

    python models/single_node.py            writes the files
    python models/single_node.py --check    makes them again and compares

Each has one or two nodes and a few hundred bytes. Two runs give the same bytes.
"""

import argparse
import sys
from pathlib import Path

import onnx
from onnx import TensorProto, helper

ROOT = Path(__file__).parent.parent / "function" / "src"
TESTS = ROOT / "test" / "resources" / "models" / "tensors"
SERVICE = ROOT / "main" / "resources" / "dev" / "sluice" / "onnx"

# The newest pair that every ONNX Runtime since 1.17 reads.
IR_VERSION = 9
OPSET = 17

TYPES = [
    "BOOL",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "FLOAT16",
    "BFLOAT16",
    "FLOAT",
    "DOUBLE",
    "STRING",
]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare instead of writing")
    check = arguments.parse_args().check
    different = 0
    for path, model in files().items():
        data = model.SerializeToString(deterministic=True)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif not path.exists() or path.read_bytes() != data:
            print(f"differs: {path}")
            different += 1
    return 1 if different else 0


def files() -> dict[Path, onnx.ModelProto]:
    made = {TESTS / f"identity-{name.lower()}.onnx": identity(name) for name in TYPES}
    made |= {TESTS / f"{name}.onnx": model for name, model in odd_ones().items()}
    made |= {SERVICE / f"{name.lower()}.onnx": unsigned(name) for name in ["UINT16", "UINT32", "UINT64"]}
    return made


def identity(name: str) -> onnx.ModelProto:
    """What goes in comes out, for tables of any size."""
    return model(
        [helper.make_node("Identity", ["x"], ["y"])], [value("x", name, ["n", "m"])], [value("y", name, ["n", "m"])]
    )


def unsigned(name: str) -> onnx.ModelProto:
    """The same bits, no longer signed; of any rank, which ONNX Runtime takes and the checker does not."""
    kind = getattr(TensorProto, name)
    return unchecked(
        [helper.make_node("Cast", ["x"], ["y"], to=kind)], [value("x", name[1:], None)], [value("y", name, None)]
    )


def odd_ones() -> dict[str, onnx.ModelProto]:
    return {
        "scalars": model(
            [helper.make_node("Identity", [f"x_{name}"], [f"y_{name}"]) for name in TYPES],
            [value(f"x_{name}", name, []) for name in TYPES],
            [value(f"y_{name}", name, []) for name in TYPES],
        ),
        "two-in-two-out": model(
            [helper.make_node("Add", ["a", "a"], ["twice_a"]), helper.make_node("Neg", ["b"], ["minus_b"])],
            [value("a", "FLOAT", ["n", 2]), value("b", "INT64", ["n", 1])],
            [value("twice_a", "FLOAT", ["n", 2]), value("minus_b", "INT64", ["n", 1])],
        ),
        "two-in-two-out-wider": model(
            [helper.make_node("Add", ["a", "a"], ["twice_a"]), helper.make_node("Neg", ["b"], ["minus_b"])],
            [value("a", "FLOAT", ["n", 3]), value("b", "INT64", ["n", 1])],
            [value("twice_a", "FLOAT", ["n", 3]), value("minus_b", "INT64", ["n", 1])],
        ),
        "no-batch-axis": model(
            [helper.make_node("Transpose", ["x"], ["y"])], [value("x", "FLOAT", [2, 3])], [value("y", "FLOAT", [3, 2])]
        ),
        "matrix-product": model(
            [helper.make_node("MatMul", ["a", "b"], ["product"])],
            [value("a", "FLOAT", ["i", "j"]), value("b", "FLOAT", ["j", "k"])],
            [value("product", "FLOAT", ["i", "k"])],
        ),
        "optional-input": model(
            [helper.make_node("Mul", ["x", "factor"], ["y"])],
            [value("x", "FLOAT", ["n"]), value("factor", "FLOAT", [1])],
            [value("y", "FLOAT", ["n"])],
            [helper.make_tensor("factor", TensorProto.FLOAT, [1], [2.0])],
        ),
        "empty-output": model(
            [helper.make_node("NonZero", ["x"], ["places"])],
            [value("x", "FLOAT", ["n"])],
            [value("places", "INT64", [1, "found"])],
        ),
        "look-up": model(
            [helper.make_node("Gather", ["table", "index"], ["found"])],
            [value("index", "INT64", ["n"])],
            [value("found", "FLOAT", ["n"])],
            [helper.make_tensor("table", TensorProto.FLOAT, [3], [10.0, 20.0, 30.0])],
        ),
        "no-zeros": model(
            [helper.make_node("Sub", ["index", "ten"], ["place"]), helper.make_node("Gather", ["table", "place"], ["found"])],
            [value("index", "INT64", ["n"])],
            [value("found", "FLOAT", ["n"])],
            [
                helper.make_tensor("table", TensorProto.FLOAT, [3], [10.0, 20.0, 30.0]),
                helper.make_tensor("ten", TensorProto.INT64, [1], [10]),
            ],
        ),
        "needs-length-of-four": model(
            [helper.make_node("Reshape", ["x", "shape"], ["y"])],
            [value("x", "FLOAT", ["n", "m"])],
            [value("y", "FLOAT", ["n", "quarter", 4])],
            [helper.make_tensor("shape", TensorProto.INT64, [3], [0, -1, 4])],
        ),
        "running-sum": model(
            [helper.make_node("CumSum", ["x", "axis"], ["y"])],
            [value("x", "FLOAT", ["n", 2])],
            [value("y", "FLOAT", ["n", 2])],
            [helper.make_tensor("axis", TensorProto.INT64, [], [0])],
        ),
        "row-mean": model(
            [helper.make_node("ReduceMean", ["x"], ["y"], axes=[0], keepdims=1)],
            [value("x", "FLOAT", ["n", 2])],
            [value("y", "FLOAT", ["one", 2])],
        ),
        "declared-tensors": model(
            [helper.make_node("Flatten", ["x"], ["y"])],
            [value("x", "FLOAT", ["n", 1, 2, 2])],
            [value("y", "FLOAT", ["n", 4])],
            properties={"sluice.task": "tensor", "sluice.labels": '["a", "b"]'},
        ),
        "looks-like-pictures": model(
            [helper.make_node("Identity", ["x"], ["y"])],
            [value("x", "FLOAT", ["n", 3, "h", "w"])],
            [value("y", "FLOAT", ["n", 3, "h", "w"])],
        ),
        "texts-of-its-own": model(
            [helper.make_node("Gather", ["table", "index"], ["found"])],
            [value("index", "INT64", ["n"])],
            [value("found", "STRING", ["n"])],
            [helper.make_tensor("table", TensorProto.STRING, [3], ["plain".encode(), "日本".encode(), "😀".encode()])],
        ),
        "nothing-in": model(
            [helper.make_node("Identity", ["seven"], ["y"])],
            [],
            [value("y", "FLOAT", [1])],
            [helper.make_tensor("seven", TensorProto.FLOAT, [1], [7.0])],
        ),
        "rank-not-said": unchecked(
            [helper.make_node("Identity", ["x"], ["y"])], [value("x", "FLOAT", None)], [value("y", "FLOAT", None)]
        ),
        "sequence": model(
            [helper.make_node("SplitToSequence", ["x"], ["parts"])],
            [value("x", "FLOAT", ["n"])],
            [
                helper.make_value_info(
                    "parts", helper.make_sequence_type_proto(helper.make_tensor_type_proto(TensorProto.FLOAT, None))
                )
            ],
        ),
    }


def value(name: str, kind: str, shape: list | None) -> onnx.ValueInfoProto:
    """An input or output; no shape at all where it is None."""
    return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape)


def model(nodes, inputs, outputs, constants=(), properties=None) -> onnx.ModelProto:
    made = unchecked(nodes, inputs, outputs, constants, properties)
    onnx.checker.check_model(made, full_check=True)
    return made


def unchecked(nodes, inputs, outputs, constants=(), properties=None) -> onnx.ModelProto:
    made = helper.make_model(
        helper.make_graph(nodes, "single_node", inputs, outputs, constants),
        producer_name="sluice-single-node",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    helper.set_model_props(made, properties or {})
    return made


if __name__ == "__main__":
    sys.exit(main())
