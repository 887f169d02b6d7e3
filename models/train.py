"""Remake every model, sample and number in this folder.

    python models/train.py            writes the files
    python models/train.py --check    makes them again and compares

On one machine two runs give the same bytes. Another processor may round
differently; then --check accepts a model whose accuracy is as near as ACCURACY_SLACK.
"""

import os

# More threads would change the order of additions, and with it the last bits.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from training import cards, digit_cnn, digit_faulty, digit_linear, digits, samples, text_models

FOLDER = Path(__file__).parent
ACCURACY_SLACK = {"image": 0.01, "text": 0.04}
GREY_SLACK = 4


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare with the files here, write nothing")
    checking = parser.parse_args().check
    files, models = make()
    return check(files, models) if checking else write(files)


def make():
    """All files by path, and the models among them by path."""
    data = digits.load()
    built = [module.build(data) for module in (digit_linear, digit_cnn, digit_faulty)]
    built += [text_models.build(recipe) for recipe in text_models.RECIPES]
    models = {model.path: model for model in built}
    files = {path: model.data for path, model in models.items()} | samples.files(data, models)
    files["cards.json"] = cards.to_json(built)
    files["README.md"] = cards.into_readme(_readme(), files["cards.json"])
    return files, models


def write(files: dict[str, bytes]) -> int:
    for path, content in files.items():
        target = FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        print(f"{hashlib.sha256(content).hexdigest()[:12]}  {len(content):8}  {path}")
    return 0


def check(files: dict[str, bytes], models) -> int:
    """0 if every file here is the one made just now, or as good as it."""
    known = json.loads((FOLDER / "cards.json").read_text())
    failed = 0
    for path, content in files.items():
        verdict = _compare(path, content, models, known)
        failed += verdict.startswith("DIFFERS")
        print(f"{verdict:40} {path}")
    return 1 if failed else 0


def _compare(path: str, content: bytes, models, known) -> str:
    target = FOLDER / path
    if not target.exists():
        return "DIFFERS: missing"
    here = target.read_bytes()
    if path in models and hashlib.sha256(here).hexdigest() != known[path]["sha256"]:
        return "DIFFERS: not the file of cards.json"
    if here == content:
        return "same bytes"
    if path in models:
        difference = abs(models[path].accuracy - known[path]["accuracy"])
        near = difference <= ACCURACY_SLACK[models[path].task]
        return f"{'near' if near else 'DIFFERS'}: accuracy by {difference:.4f}"
    if path.endswith((".png", ".jpg")):
        return "near: same picture" if _same_picture(here, content) else "DIFFERS: other picture"
    if path == "README.md":
        agrees = here == cards.into_readme(_readme(), (FOLDER / "cards.json").read_bytes())
        return "near: agrees with cards.json" if agrees else "DIFFERS: not the numbers of cards.json"
    if path == "cards.json":
        return "near: follows the models" if known.keys() == models.keys() else "DIFFERS: other models"
    return "DIFFERS: other bytes"


def _same_picture(one: bytes, other: bytes) -> bool:
    first, second = (np.asarray(Image.open(io.BytesIO(data)), dtype=int) for data in (one, other))
    return first.shape == second.shape and int(abs(first - second).max()) <= GREY_SLACK


def _readme() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
