"""Creates the data files of the course: `python -m backprop_classroom.make_data NAME`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from backprop.datasets import DATA, digits
from backprop.network import Parameters, forward, half_squared_error, sigmoid
from backprop_judge.lessons.handwriting.exercises import EPOCHS, accuracy, one_hot, start

SEEDS = (0, 1, 2)
NOTEBOOK = Path("solutions/06_handwriting/handwriting.ipynb")
DEEP_NOTEBOOK = Path("solutions/07_any_depth/any_depth.ipynb")
# The cells of the lesson that train its networks, and the cells that these depend on.
NEEDED, TRAINING = ("imports", "deep-start", "digits"), (
    "one-step", "train-deep", "train-digits", "careless", "by-heart",
)  # fmt: skip


def make_digits() -> None:
    """Write digits.npz from scikit-learn's copy of the data."""
    from sklearn.datasets import load_digits

    found = load_digits()
    pixels, labels = found.data.astype(np.uint8), found.target.astype(np.uint8)
    assert np.array_equal(pixels, found.data) and np.array_equal(labels, found.target)
    np.savez_compressed(DATA / "digits.npz", pixels=pixels, labels=labels)


def model_answers(notebook: Path) -> dict[str, Any]:
    """Return the functions defined in the solution cells of a notebook, by name."""
    names = {"np": np, "sigmoid": sigmoid}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            exec(cell.source, names)
    names.update({f"my_{name}": answer for name, answer in names.items()})
    return names


def trained(train_digits: Callable[..., Any], seed: int) -> tuple[Any, Any, Any]:
    """Train from one seed; return the initial and final parameters and the history by epoch."""
    X, labels, held_out = digits()
    seen, unseen = X[:, ~held_out], X[:, held_out]
    Y = one_hot(labels[~held_out])
    parameters, count = start(seed), np.sum(held_out)
    first, history, rng = parameters, [], np.random.default_rng(seed)
    for epoch in range(EPOCHS + 1):
        if epoch:
            parameters = train_digits(seen, Y, *parameters, 1, rng)
        out_y = forward(Parameters(*parameters), seen).out_y
        history.append(
            (
                half_squared_error(out_y, Y),
                # On as many training pictures as there are held-out pictures.
                accuracy(out_y[:, :count], labels[~held_out][:count]),
                accuracy(forward(Parameters(*parameters), unseen).out_y, labels[held_out]),
            )
        )
    return first, parameters, np.transpose(history)


def make_trained() -> None:
    """Train with the model answers of the lesson and write trained.npz."""
    answers = model_answers(NOTEBOOK)
    runs = [trained(answers["train_digits"], seed) for seed in SEEDS]
    first, end, _ = runs[0]
    names = ("W1", "b1", "W2", "b2")
    arrays = {f"{name}_start": array for name, array in zip(names, first)}
    arrays |= dict(zip(names, end)) | {"histories": np.array([run[2] for run in runs])}
    stored = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}
    np.savez_compressed(DATA / "trained.npz", seeds=np.array(SEEDS), **stored)  # type: ignore[arg-type]


def trained_deeply(notebook: Path) -> dict[str, np.ndarray]:
    """Run the training cells of lesson 7 with its model answers; return the results by name."""
    names: dict[str, Any] = {"quick": True, "stored": {}}
    sources = {cell.id: cell.source for cell in nbformat.read(notebook, as_version=4).cells}
    for id in NEEDED:
        exec(sources[id], names)
    names |= model_answers(notebook)
    for id in TRAINING:
        exec(sources[id], names)
    return {"reads": np.array(names["reads"]), "by_heart": np.array(names["rows"])}


def make_deep() -> None:
    """Train with the model answers of lesson 7 and write deep.npz."""
    found = trained_deeply(DEEP_NOTEBOOK)
    np.savez_compressed(
        DATA / "deep.npz",
        reads=found["reads"].astype(np.uint8),
        by_heart=found["by_heart"].astype(np.float32),
    )


if __name__ == "__main__":
    {"digits": make_digits, "trained": make_trained, "deep": make_deep}[sys.argv[1]]()
