"""Check the committed models as a user of them would: python models/verify.py

Loads each file with ONNX Runtime and looks at its metadata, its shapes, its
accuracy against cards.json, strange inputs, the samples and the run times.
Every line printed is one thing that held; the first that does not stops the run.
"""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from training import digits
from training.onnx_file import predict, session_of

FOLDER = Path(__file__).parent
CARDS = json.loads((FOLDER / "cards.json").read_text())
TEXT_KEYS = {"sluice.task", "sluice.labels", "sluice.output", "sluice.description", "sluice.accuracy"}
KEYS = {"image": TEXT_KEYS | set(digits.METADATA), "text": TEXT_KEYS}
HELD_OUT_TEXTS = {"sentence": "emotion", "sms": "sms"}
ODD_TEXTS = [
    "",
    " \t\r\n ",
    "!!! ... ???",
    "qwxz vbnmk zzyzx",
    "I love this!",
    "I LOVE THIS",
    "\u201cI\u2019m so happy\u201d",
    "caf\u00e9 \u00fcber \u4f60\u597d \u043f\u0440\u0438\u0432\u0435\u0442 \u0645\u0631\u062d\u0628\u0627",
    "\U0001f600 love \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "null\x00inside and \ufeff\u200b",
    "word " * 50_000,
    "x" * 1_000_000,
]


def main() -> None:
    print("ONNX Runtime", onnxruntime.__version__)
    sessions = {path: session_of(str(FOLDER / path)) for path in CARDS}
    for path, session in sessions.items():
        check_file(path)
        check_metadata(path, session)
        check_shapes(path, session)
        check_accuracy(path, session)
    for path, session in sessions.items():
        if CARDS[path]["task"] == "text":
            check_odd_texts(path, session)
    check_love(sessions)
    check_sample_images(sessions)
    check_times(sessions)
    print("all good")


def report(path: str, said: str) -> None:
    print(f"{path:24} {said}")


def check_file(path: str) -> None:
    content = (FOLDER / path).read_bytes()
    assert hashlib.sha256(content).hexdigest() == CARDS[path]["sha256"], path
    assert len(content) == CARDS[path]["bytes"], path
    assert CARDS[path]["sha256"] in (FOLDER / "README.md").read_text(encoding="utf-8"), path
    report(path, f"{len(content)} bytes, digest as in cards.json and README.md")


def check_metadata(path: str, session) -> None:
    meta = session.get_modelmeta()
    values = meta.custom_metadata_map
    assert meta.producer_name == "sluice-train" and meta.graph_name and meta.description, path
    assert set(values) == KEYS[CARDS[path]["task"]], (path, set(values))
    assert values["sluice.task"] == CARDS[path]["task"], path
    assert float(values["sluice.accuracy"]) == CARDS[path]["accuracy"], path
    labels = json.loads(values["sluice.labels"])
    assert len(labels) == session.get_outputs()[0].shape[1] and all(isinstance(label, str) for label in labels), path
    report(path, f"metadata complete, labels {labels}")


def check_shapes(path: str, session) -> None:
    source, target = session.get_inputs()[0], session.get_outputs()[0]
    assert target.name == "probabilities" and target.type == "tensor(float)", path
    expected = {
        "image": ("image", "tensor(float)", ["batch", 1, 8, 8]),
        "text": ("text", "tensor(string)", ["batch"]),
    }
    assert (source.name, source.type, source.shape) == expected[CARDS[path]["task"]], path
    inputs, _ = held_out(path)
    together = predict(session, inputs[:5])
    one_by_one = np.concatenate([predict(session, inputs[i : i + 1]) for i in range(5)])
    assert np.allclose(together, one_by_one, atol=1e-5), path
    assert np.allclose(together.sum(axis=1), 1, atol=1e-5), path
    report(path, f"{source.name} {source.shape} -> {target.name} {target.shape}, a batch equals its parts")


def check_accuracy(path: str, session) -> None:
    inputs, names = held_out(path)
    labels = json.loads(session.get_modelmeta().custom_metadata_map["sluice.labels"])
    answers = [labels[index] for index in predict(session, inputs).argmax(axis=1)]
    accuracy = np.mean([answer == name for answer, name in zip(answers, names)])
    assert len(names) == CARDS[path]["heldOut"], path
    assert abs(accuracy - CARDS[path]["accuracy"]) < 0.0051, (path, accuracy)
    mistakes = {}
    for name, answer in zip(names, answers):
        if name != answer:
            mistakes[f"{name}>{answer}"] = mistakes.get(f"{name}>{answer}", 0) + 1
    worst = sorted(mistakes.items(), key=lambda item: -item[1])[:6]
    report(path, f"accuracy {accuracy:.4f} of {len(names)}, most frequent mistakes {dict(worst)}")


def held_out(path: str):
    """Inputs and label names of the held-out part that belongs to a model."""
    if CARDS[path]["task"] == "image":
        rows = np.loadtxt(FOLDER / "samples/held-out.csv", delimiter=",", dtype=np.uint8)
        return digits.as_input(rows[:, 1:].reshape(-1, 8, 8)), [str(label) for label in rows[:, 0]]
    file = FOLDER / f"samples/held-out-{HELD_OUT_TEXTS[path.split('/')[0]]}.tsv"
    names, texts = zip(*(line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()))
    return np.array(texts, dtype=object), names


def check_odd_texts(path: str, session) -> None:
    for text in ODD_TEXTS:
        answer = predict(session, np.array([text], dtype=object))
        assert answer.shape[0] == 1 and np.isfinite(answer).all(), (path, text[:40])
    short = [text for text in ODD_TEXTS if len(text) < 1000]
    for batch in (["", ""], short, short[::-1]):
        answer = predict(session, np.array(batch, dtype=object))
        assert answer.shape[0] == len(batch) and np.allclose(answer.sum(axis=1), 1, atol=1e-5), path
    spellings = np.array(["I love this", "i LOVE this!", "\U0001f600 I love this..."], dtype=object)
    answers = predict(session, spellings)
    assert np.allclose(answers, answers[0], atol=1e-5), path
    report(path, f"{len(ODD_TEXTS)} odd texts answered; case, punctuation and emoji change nothing")


def check_love(sessions) -> None:
    for version in ("v1", "v2"):
        path = f"sentence/{version}/model.onnx"
        labels = json.loads(sessions[path].get_modelmeta().custom_metadata_map["sluice.labels"])
        answer = predict(sessions[path], np.array(["I love this!"], dtype=object))[0]
        assert labels[answer.argmax()] == "love" and answer.max() > 0.5, (path, answer)
        report(path, f"'I love this!' is love with {answer.max():.3f}")


def check_sample_images(sessions) -> None:
    jpeg = Image.open(FOLDER / "samples/digit-7.jpg")
    assert jpeg.size == (64, 64) and jpeg.mode == "L"
    ways = (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX)
    for path in ("vA.onnx", "vB.onnx"):
        for digit in range(10):
            image = Image.open(FOLDER / f"samples/digit-{digit}.png")
            assert image.size == (8, 8) and image.mode == "L"
            assert _digit(sessions[path], image) == digit, (path, digit)
        assert all(_digit(sessions[path], jpeg.resize((8, 8), way)) == 7 for way in ways), path
        # Shrinking without a filter: the pixel at the middle of each square.
        assert _digit(sessions[path], Image.fromarray(np.asarray(jpeg)[4::8, 4::8])) == 7, path
        report(path, "all sample digits right, the JPEG too in five ways of shrinking it")


def _digit(session, image) -> int:
    return int(predict(session, digits.as_input(np.asarray(image)[None])).argmax())


def check_times(sessions) -> None:
    """C must be at least five times as slow as B; the median of many runs, one thread."""
    times = {path: _median_microseconds(sessions[path]) for path in ("vA.onnx", "vB.onnx", "digits/C/model.onnx")}
    for path, microseconds in times.items():
        report(path, f"{microseconds:.1f} us a run, {microseconds / times['vA.onnx']:.1f} x A")
    assert times["digits/C/model.onnx"] > 5 * times["vB.onnx"]


def _median_microseconds(session) -> float:
    image = np.full((1, 1, 8, 8), 0.5, np.float32)
    times = []
    for _ in range(500):
        start = time.perf_counter()
        predict(session, image)
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e6


if __name__ == "__main__":
    main()
