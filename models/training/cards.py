"""What is known about each file, for programs (cards.json) and for readers (README.md)."""

import json

from .onnx_file import Built

FIRST = "<!-- cards: written by train.py -->"
LAST = "<!-- end of cards -->"


def to_json(models: list[Built]) -> bytes:
    """Accuracy, size and digest of every file, keyed by its path under models/."""
    cards = {
        model.path: {
            "task": model.task,
            "accuracy": model.accuracy,
            "heldOut": model.held_out,
            "bytes": len(model.data),
            "sha256": model.sha256,
        }
        for model in models
    }
    return (json.dumps(cards, indent=2) + "\n").encode()


def into_readme(readme: str, cards_json: bytes) -> bytes:
    """The README with its table of numbers made anew between the two marks."""
    before, rest = readme.split(FIRST)
    _, after = rest.split(LAST)
    lines = ["| File | Held-out accuracy | n | Bytes | SHA-256 |", "| --- | --- | --- | --- | --- |"]
    for path, card in json.loads(cards_json).items():
        lines.append(
            f"| `{path}` | {card['accuracy']:.4f} | {card['heldOut']} | {card['bytes']} | `{card['sha256']}` |"
        )
    return f"{before}{FIRST}\n{chr(10).join(lines)}\n{LAST}{after}".encode()
