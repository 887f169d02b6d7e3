"""Train the text models: which words count, and how much, for each class."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from . import words
from .onnx_file import TEXT_OPSET, Built, finish, model_of, session_of
from .text_graph import Layers, counting_graph, full_graph

SEED = 7
HELD_OUT_SHARE = 0.2
SENTENCES = Path(__file__).parent.parent / "sentences"
HINT_WEIGHT = 2.0


@dataclass(frozen=True)
class Recipe:
    """One text model: its files, and what sets it apart from the other version."""

    path: str
    doc: str
    sentences: str
    strength: float  # scikit-learn's C: the larger, the closer the fit
    better: bool  # stems, presence x rarity
    hints: str | None = None  # label TAB telling words and phrases


RECIPES = [
    Recipe(
        "sentence/v1/model.onnx",
        "Emotion of an English sentence by counts of its words.",
        "emotion.tsv",
        strength=1.0,
        better=False,
    ),
    Recipe(
        "sentence/v2/model.onnx",
        "Emotion of an English sentence by word stems, their rarity and a list of telling words.",
        "emotion.tsv",
        strength=3.0,
        better=True,
        hints="emotion-words.tsv",
    ),
    Recipe(
        "sms/v1/model.onnx",
        "Spam or ham: a short message by counts of its words.",
        "sms.tsv",
        strength=1.0,
        better=False,
    ),
    Recipe(
        "sms/v2/model.onnx",
        "Spam or ham: a short message by word stems and their rarity.",
        "sms.tsv",
        strength=3.0,
        better=True,
    ),
]


@dataclass(frozen=True)
class Texts:
    """Sentences and their label names."""

    texts: list[str]
    names: list[str]


def split(file: str) -> tuple[Texts, Texts]:
    """The training part and the held-out part of a label TAB sentence file."""
    names, texts = zip(*(line.split("\t") for line in _lines(file)))
    train_texts, test_texts, train_names, test_names = train_test_split(
        texts, names, test_size=HELD_OUT_SHARE, stratify=names, random_state=SEED
    )
    return Texts(train_texts, train_names), Texts(test_texts, test_names)


def build(recipe: Recipe) -> Built:
    train, held_out = split(recipe.sentences)
    labels = sorted(set(train.names))
    hints = _hints(recipe.hints) if recipe.hints else Texts([], [])
    if recipe.better:
        vocabulary = words.stemmed_vocabulary(train.texts, hints.texts)
    else:
        vocabulary = words.plain_vocabulary(train.texts)
    layers = _fit(recipe, vocabulary, train, hints)
    name = recipe.path.removesuffix("/model.onnx").replace("/", "-")
    model = model_of(full_graph(name, vocabulary, layers), TEXT_OPSET, recipe.doc)
    classes = np.array([labels.index(name) for name in held_out.names])
    return finish(recipe.path, model, {"sluice.task": "text"}, labels, (as_input(held_out.texts), classes))


def as_input(texts: list[str]) -> np.ndarray:
    """Strings as the [N] tensor that onnxruntime takes."""
    return np.array(texts, dtype=object)


def to_tsv(part: Texts) -> bytes:
    """One line per sentence: the label, a tab, the sentence."""
    return "".join(f"{name}\t{text}\n" for name, text in zip(part.names, part.texts)).encode()


def _lines(file: str) -> list[str]:
    return (SENTENCES / file).read_text(encoding="utf-8").splitlines()


def _hints(file: str) -> Texts:
    """Telling words and two-word phrases, each a tiny training text of its own."""
    texts, names = [], []
    for line in _lines(file):
        name, hints = line.split("\t")
        texts += hints.split(", ")
        names += [name] * (len(texts) - len(names))
    return Texts(texts, names)


def _fit(recipe: Recipe, vocabulary: words.Vocabulary, train: Texts, hints: Texts) -> Layers:
    """Logistic regression on the very counts that the finished graph will see."""
    graph = counting_graph("counting", vocabulary)
    session = session_of(model_of(graph, TEXT_OPSET, "Counts words.").SerializeToString())
    counts = session.run(["counts"], {"text": as_input([*train.texts, *hints.texts])})[0].astype(np.float64)
    rarity = None
    if recipe.better:
        present = np.minimum(counts, 1)
        rarity = 1 + np.log((1 + len(present)) / (1 + present.sum(axis=0)))
        counts = present * rarity
        counts /= np.linalg.norm(counts, axis=1, keepdims=True)
    importance = np.repeat([1.0, HINT_WEIGHT], [len(train.texts), len(hints.texts)])
    regression = LogisticRegression(C=recipe.strength, max_iter=3000)
    regression.fit(counts, [*train.names, *hints.names], importance)
    weights, bias = _one_column_per_class(regression)
    return Layers(weights.astype(np.float32), bias.astype(np.float32), _as_float(rarity))


def _one_column_per_class(regression) -> tuple[np.ndarray, np.ndarray]:
    """Weights [F,K] and bias [K].

    For two classes scikit-learn keeps one column; for softmax it is halved and mirrored.
    """
    weights, bias = regression.coef_.T, regression.intercept_
    if weights.shape[1] == 1:
        return np.hstack([-weights, weights]) / 2, np.array([-bias[0], bias[0]]) / 2
    return weights, bias


def _as_float(array):
    return None if array is None else array.astype(np.float32)
