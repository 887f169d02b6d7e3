"""Held-out inputs to try the models with, kept small enough to commit."""

import numpy as np

from . import digits, text_models
from .onnx_file import Built, predict, session_of

SENTENCES_PER_LABEL = 3
MESSAGES_PER_LABEL = 8


def files(data: digits.Digits, models: dict[str, Built]) -> dict[str, bytes]:
    """Every sample by its path under models/."""
    result = {"samples/held-out.csv": digits.to_csv(data.held_out_bytes, data.held_out_classes)}
    for digit, grey in enumerate(_clear_digits(data, models)):
        result[f"samples/digit-{digit}.png"] = digits.to_png(grey)
        if digit == 7:
            result["samples/digit-7.jpg"] = digits.to_large_jpeg(grey)
    texts = [("emotion", "sentence", "sentences", SENTENCES_PER_LABEL), ("sms", "sms", "sms", MESSAGES_PER_LABEL)]
    for name, model, short_name, per_label in texts:
        _, held_out = text_models.split(f"{name}.tsv")
        result[f"samples/held-out-{name}.tsv"] = text_models.to_tsv(held_out)
        chosen = _clear_texts(held_out, models[f"{model}/v2/model.onnx"], per_label)
        result[f"samples/{short_name}.txt"] = text_models.to_tsv(chosen)
    return result


def _clear_digits(data, models) -> list[np.ndarray]:
    """Per class the first held-out image [8,8] that A and B both get right and are sure of."""
    inputs, classes = data.held_out
    answers = [predict(session_of(models[path].data), inputs) for path in ("vA.onnx", "vB.onnx")]
    chosen = []
    for digit in range(10):
        sure = np.logical_and.reduce([answer[:, digit] > 0.9 for answer in answers])
        chosen.append(data.held_out_bytes[np.flatnonzero(sure & (classes == digit))[0]])
    return chosen


def _clear_texts(part, model: Built, per_label: int):
    """Per label the first held-out texts that the better version gets right."""
    labels = sorted(set(part.names))
    answers = predict(session_of(model.data), text_models.as_input(part.texts)).argmax(axis=1)
    rows = []
    for index, label in enumerate(labels):
        right = [i for i, name in enumerate(part.names) if name == label and answers[i] == index]
        rows += right[:per_label]
    return text_models.Texts([part.texts[i] for i in rows], [part.names[i] for i in rows])
