"""Times training as the course writes it against other ways; `make bench` prints the tables.

Ours are the functions of `solutions/`, as students are to write them. Every contender does the
same work: the same number of steps, the same sizes, the same batches. PyTorch and scikit-learn
take part where they are installed (pip install torch scikit-learn); both use as many threads as
they like, which on networks of this size is best for them too.

    python tests/bench_speed.py
    python tests/bench_speed.py --steps 1000 --repeat 1
"""

import argparse
import time
import warnings

import loops
import numpy as np
from course import grade_id, source_of

from backprop import programs
from backprop.datasets import digits, xor
from backprop.network import Parameters, draw_parameters, sigmoid

HIDDEN, BATCH = 30, 16
NOT_INSTALLED = "not installed"


def solved(lesson, *given, **names):
    """Return the functions of a lesson's solution cells by name.

    names -- what else the lesson's cells have defined before.
    """
    known = {"np": np, "sigmoid": sigmoid, "my_sigmoid": sigmoid, "Parameters": Parameters, **names}
    for cell in source_of(lesson).cells:
        about = cell.metadata.get("nbgrader", {})
        id = grade_id(cell).removeprefix("paste_")
        if cell.cell_type == "code" and about.get("solution") and (not given or id in given):
            exec(cell.source, known)
            known.setdefault(f"my_{id}", known.get(id))
    return known


def best_of(repeat, action):
    """Return the shortest time of an action in seconds; a first call is not counted."""
    action()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def table(title, rows):
    """Print what each contender took, and how many times that of the first, which is ours."""
    print(f"\n{title}\n{'':44}{'seconds':>9}{'x ours':>8}")
    ours = rows[0][1]
    for name, seconds, remark in rows:
        if seconds is None:
            print(f"{name:44}{'-':>9}{'-':>8}  {remark}")
        else:
            print(f"{name:44}{seconds:9.3f}{seconds / ours:8.2f}  {remark}")
    others = [row for row in rows[1:] if row[1] is not None and not row[0].startswith("ours")]
    faster = [name for name, seconds, _ in others if seconds < ours]
    print(f"ours is first: {'no, see ' + ', '.join(faster) if faster else 'yes'}")


# ---------------------------------------------------------------- XOR


def lean(steps, X, Y, W1, b1, W2, b2, rate):
    """Train with biases as the weights of a source that is always 1, and nothing done twice."""
    dot, exp = np.dot, np.exp  # for matrices as small as these, np.dot starts faster than @
    inputs = np.vstack([X, np.ones_like(X[:1])])  # (n_x + 1, m)
    n_h = len(W1)
    # One hidden unit more, whose activation is set to 1 and which sends nothing back.
    W1, W2 = np.vstack([np.hstack([W1, b1]), np.zeros((1, len(inputs)))]), np.hstack([W2, b2])
    inputs_T = inputs.T.copy()
    with np.errstate(over="ignore"):
        for _ in range(steps):
            out_h = 1 / (1 + exp(-dot(W1, inputs)))  # (n_h + 1, m)
            out_h[n_h] = 1
            out_y = 1 / (1 + exp(-dot(W2, out_h)))
            delta_y = (out_y - Y) * (out_y * (1 - out_y))
            delta_h = dot(W2.T, delta_y) * (out_h * (1 - out_h))  # 0 in the last row
            W2 -= rate * dot(delta_y, out_h.T)
            W1 -= rate * dot(delta_h, inputs_T)
    return out_y


def xor_epochs(steps, repeat):
    lesson = solved("04_training", "forward_propagation", "backward_propagation", "loss",
                    "update_parameters", "train")  # fmt: skip
    start = draw_parameters(np.random.default_rng(0), 2, 2, 1)

    def ours():
        return lesson["train"](*xor(), *start, 0.5, steps)

    less = "no biases: three sums and four arrays less a step"
    functions = "a function for each part, as a student writes it, and the loss at each step"
    rows = [
        ("ours, lean: 2-2-1 with biases", best_of(repeat, lambda: lean(steps, *xor(), *start, 0.5)),
         "biases are weights of an input that is always 1"),
        ("ours: the student's own functions", best_of(repeat, ours), functions),
    ]  # fmt: skip
    for loop, remark in (
        (loops.forum_thread, "no loss is computed; its sigmoid warns of large numbers"),
        (loops.first_notebook, less),
        (loops.second_notebook, "computes each slope from the pre-activation again"),
        (loops.chapter, f"{less}, and no loss"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows.append((loop.__name__, best_of(repeat, lambda loop=loop: loop(steps)), remark))
    rows.append(_torch_xor(steps, repeat, start))
    rows.append(_sklearn_xor(steps, repeat))
    table(f"{steps:,} epochs on XOR, one network", rows)


def _torch_xor(steps, repeat, start):
    try:
        import torch
    except ImportError:
        return "PyTorch (CPU)", None, NOT_INSTALLED
    X, Y = (torch.tensor(array.T) for array in xor())

    def train():
        model = torch.nn.Sequential(
            torch.nn.Linear(2, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 1), torch.nn.Sigmoid()
        ).double()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(steps):
            optimiser.zero_grad()
            loss = ((model(X) - Y) ** 2).sum() / 2
            loss.backward()
            optimiser.step()

    return "PyTorch (CPU)", best_of(repeat, train), "builds its graph anew at each step"


def _sklearn_xor(steps, repeat):
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return "scikit-learn's MLPClassifier", None, NOT_INSTALLED
    X, Y = (array.T for array in xor())

    def train():
        settings = {"max_iter": steps, "n_iter_no_change": steps, "tol": 0.0}
        model = MLPClassifier((2,), activation="logistic", solver="sgd", batch_size=4,
                              learning_rate_init=0.5, momentum=0, alpha=0, **settings)  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X, Y.ravel())

    remark = "cross-entropy; draws its batches and looks at its loss at each epoch"
    return "scikit-learn's MLPClassifier", best_of(repeat, train), remark


# ---------------------------------------------------------------- a thousand starts


def thousand_starts(steps, repeat, networks=1_000, tried=10):
    program = programs.PROGRAMS["notebook 2"]
    starts = programs.start(program, networks)

    def at_once():
        programs.train(program, starts, steps=steps)

    lesson = solved("04_training", "forward_propagation", "backward_propagation", "loss",
                    "update_parameters", "train")  # fmt: skip

    def one_by_one():
        for n in range(tried):
            lesson["train"](*xor(), *(array[n] for array in starts), program.rate, steps)

    alone = best_of(repeat, one_by_one) * networks / tried
    rows = [
        ("ours: the network is a leading axis", best_of(repeat, at_once), ""),
        ("a loop over the networks", alone, f"from {tried} of them, times {networks // tried}"),
    ]
    table(f"{networks:,} starts on XOR, {steps:,} steps each", rows)


# ---------------------------------------------------------------- digits


def digits_epoch(repeat):
    X, labels, held_out = digits()
    X, labels = X[:, ~held_out], labels[~held_out]
    lesson = solved("06_handwriting")
    Y = lesson["one_hot"](labels)
    start = draw_parameters(np.random.default_rng(0), len(X), HIDDEN, 10)

    def ours():
        lesson["train_digits"](X, Y, *start, 1, np.random.default_rng(0))

    rows = [
        ("ours: the student's own functions", best_of(repeat, ours), ""),
        _torch_digits(X, Y, repeat),
        _sklearn_digits(X, labels, repeat),
    ]
    table(f"one epoch on {X.shape[1]:,} digits, 64-{HIDDEN}-10, batches of {BATCH}", rows)


def _torch_digits(X, Y, repeat):
    try:
        import torch
    except ImportError:
        return "PyTorch (CPU)", None, NOT_INSTALLED
    X, Y = torch.tensor(X.T), torch.tensor(Y.T)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, HIDDEN), torch.nn.Sigmoid(), torch.nn.Linear(HIDDEN, 10),
        torch.nn.Sigmoid(),
    ).double()  # fmt: skip
    optimiser = torch.optim.SGD(model.parameters(), lr=0.2)

    def epoch():
        for batch in torch.randperm(len(X)).split(BATCH):
            optimiser.zero_grad()
            loss = ((model(X[batch]) - Y[batch]) ** 2).sum() / 2
            loss.backward()
            optimiser.step()

    return "PyTorch (CPU)", best_of(repeat, epoch), "builds its graph anew for each batch"


def _sklearn_digits(X, labels, repeat):
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return "scikit-learn's MLPClassifier", None, NOT_INSTALLED
    model = MLPClassifier((HIDDEN,), activation="logistic", solver="sgd", batch_size=BATCH,
                          learning_rate_init=0.2, momentum=0, alpha=0)  # fmt: skip

    def epoch():
        model.partial_fit(X.T, labels, classes=np.arange(10))

    return "scikit-learn's MLPClassifier", best_of(repeat, epoch), "softmax and cross-entropy"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    xor_epochs(chosen.steps, chosen.repeat)
    thousand_starts(min(chosen.steps, 1_000), chosen.repeat)
    digits_epoch(chosen.repeat)


if __name__ == "__main__":
    main()
