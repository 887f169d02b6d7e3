"""The graph of a text model: a string goes in, probabilities come out.

    text [N]  -> split at white space                     [N,M] strings
              -> blank what is not readable, lower case   [N,M] strings
              -> count vocabulary words                   [N,F] floats
              -> (presence x rarity, length 1)            [N,F] floats
              -> linear layer, softmax                    [N,K] floats
"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .words import Vocabulary

# Java hands ONNX Runtime strings in "modified UTF-8", where an emoji is a pair of
# encoded surrogates and a NUL takes two bytes. StringNormalizer refuses both, so
# tokens that have either are blanked before it sees them.
READABLE = r"[\x{1}-\x{D7FF}\x{E000}-\x{FFFF}]*"

# A token no vocabulary holds: with it no text is without tokens, and no tensor is empty.
END_TOKEN = " </s>"


@dataclass(frozen=True)
class Layers:
    """What training finds: weights [F,K], bias [K] and, if words are scaled, rarity [F]."""

    weights: np.ndarray
    bias: np.ndarray
    rarity: np.ndarray | None = None


def counting_graph(name: str, vocabulary: Vocabulary) -> onnx.GraphProto:
    """Only the first half, `text` [N] to `counts` [N,F]: training learns from its output."""
    counts = helper.make_tensor_value_info("counts", TensorProto.FLOAT, ["batch", vocabulary.size])
    return helper.make_graph(_counting_nodes(vocabulary), name, [_text()], [counts], _counting_constants())


def full_graph(name: str, vocabulary: Vocabulary, layers: Layers) -> onnx.GraphProto:
    """`text` [N] to `probabilities` [N,K]."""
    nodes = _counting_nodes(vocabulary)
    arrays = {"weights": layers.weights, "bias": layers.bias}
    features = "counts"
    if layers.rarity is not None:
        nodes += _scaling_nodes()
        arrays |= {
            "one": np.array(1, np.float32),
            "rarity": layers.rarity,
            "tiny": np.array(1e-6, np.float32),
            "per_row": np.array([1], np.int64),
        }
        features = "scaled"
    nodes += [
        helper.make_node("Gemm", [features, "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    constants = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    output = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(layers.bias)])
    return helper.make_graph(nodes, name, [_text()], [output], _counting_constants() + constants)


def _text():
    return helper.make_tensor_value_info("text", TensorProto.STRING, ["batch"])


def _counting_constants():
    return [
        helper.make_tensor("end_token", TensorProto.STRING, [1], [END_TOKEN.encode()]),
        helper.make_tensor("blank", TensorProto.STRING, [1], [b""]),
        helper.make_tensor("flat", TensorProto.INT64, [1], [-1]),
    ]


def _counting_nodes(vocabulary: Vocabulary):
    """StringNormalizer takes only [C], hence the way from [N,M] to [N*M] and back."""
    node = helper.make_node
    return [
        node("StringConcat", ["text", "end_token"], ["ended"]),
        node("StringSplit", ["ended"], ["tokens", "token_counts"]),
        node("RegexFullMatch", ["tokens"], ["readable"], pattern=READABLE),
        node("Where", ["readable", "tokens", "blank"], ["readable_tokens"]),
        node("Shape", ["tokens"], ["token_shape"]),
        node("Reshape", ["readable_tokens", "flat"], ["token_list"]),
        node("StringNormalizer", ["token_list"], ["lower_list"], case_change_action="LOWER", locale="C"),
        node("Reshape", ["lower_list", "token_shape"], ["words"]),
        _vectorizer(vocabulary),
    ]


def _vectorizer(vocabulary: Vocabulary):
    singles = list(vocabulary.single)
    pairs = [token for pair in vocabulary.pairs for token in pair]
    return helper.make_node(
        "TfIdfVectorizer",
        ["words"],
        ["counts"],
        mode="TF",
        min_gram_length=1,
        max_gram_length=vocabulary.longest,
        max_skip_count=0,
        ngram_counts=[0, len(singles)][: vocabulary.longest],
        ngram_indexes=[*vocabulary.single.values(), *vocabulary.pairs.values()],
        pool_strings=singles + pairs,
    )


def _scaling_nodes():
    """Presence instead of counts, times rarity, then each row to length 1."""
    return [
        helper.make_node("Min", ["counts", "one"], ["present"]),
        helper.make_node("Mul", ["present", "rarity"], ["weighted"]),
        helper.make_node("ReduceL2", ["weighted", "per_row"], ["length"], keepdims=1),
        helper.make_node("Max", ["length", "tiny"], ["divisor"]),
        helper.make_node("Div", ["weighted", "divisor"], ["scaled"]),
    ]
