"""Benchmark of training as the course writes it, against other code; `make bench` prints the tables.

"Ours" are the functions in `solutions/`, as students run them, taken from the lessons' cells.
Compared with one of the four texts, they make the same choices as the text: sizes, start, learning
rate, with or without biases, output slope and loss. What a text omits is removed from the lessons'
functions here, by name. Both must reach the same outputs, or the benchmark stops. PyTorch and
scikit-learn are included if they are installed (pip install torch scikit-learn).

The contenders take turns in several rounds. The tables show the medians of the seconds and of the
ratios over the rounds. Seconds are CPU time, so that other work on the machine has little effect.
Everything runs on one core, which is enough for networks of this size.

    python tests/bench/bench_speed.py
    python tests/bench/bench_speed.py --steps 1000 --rounds 3
"""

import argparse
import ast
import sys
import time
import warnings
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

sys.path.extend(str(Path(__file__).parents[1] / folder) for folder in (".", "support"))

import loops
from course import REPOSITORY, grade_id, source_of

from backprop import evaluate, programs
from backprop.datasets import digits, xor
from backprop.many_starts import train_group
from backprop.network import Parameters, cross_entropy, draw_parameters, forward, sigmoid
from backprop_classroom import make_data

HIDDEN, BATCH = 30, 16
BIASES = "b1", "b2", "db1", "db2"
SLOPE = "out_y", "1 - out_y"  # the factors of the output slope
LOSS = ("losses.append(loss(out_y, Y))",)


# ---------------------------------------------------------------- the students' functions


class Striking(ast.NodeTransformer):
    """Removes expressions from a function: from sums, assignments, arguments and results.

    struck -- the expressions, as text.
    factors -- factors to remove from products, as text.
    with_dot -- whether to replace each `@` by np.dot.
    """

    def __init__(self, struck=(), factors=(), with_dot=False):
        self.struck, self.factors, self.with_dot = struck, factors, with_dot
        self.found = set()

    def _is_in(self, texts, node):
        text = ast.unparse(node)
        self.found |= {text} & set(texts)
        return text in texts

    def _kept(self, nodes):
        return [node for node in nodes if not self._is_in(self.struck, node)]

    def visit_arguments(self, node):
        node.args = self._kept(node.args)
        return node

    def visit_Call(self, node):
        node.args = self._kept(node.args)
        return self.generic_visit(node)

    def visit_Tuple(self, node):
        node.elts = self._kept(node.elts)
        return self.generic_visit(node)

    def visit_Expr(self, node):
        return None if self._is_in(self.struck, node) else self.generic_visit(node)

    def visit_Assign(self, node):
        return None if self._is_in(self.struck, node.targets[0]) else self.generic_visit(node)

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Add) and self._is_in(self.struck, node.right):
            return node.left
        if isinstance(node.op, ast.Mult) and self._is_in(self.factors, node.right):
            return node.left
        if isinstance(node.op, ast.MatMult) and self.with_dot:
            dot = ast.Attribute(ast.Name("np", ast.Load()), "dot", ast.Load())
            return ast.Call(dot, [node.left, node.right], [])
        return node


def solved(lesson, *given, struck=(), factors=(), with_dot=False, **names):
    """Return the functions of a lesson's solution cells by name.

    given -- the exercises whose cells are wanted; by default all.
    struck, factors, with_dot -- as for `Striking`; an expression that is not found is an error.
    names -- other names that the cells need; they also replace the cells' own definitions.
    """
    known = {"np": np, "sigmoid": sigmoid, "Parameters": Parameters, **names}
    striking = Striking(struck, factors, with_dot)
    for cell in source_of(lesson).cells:
        about = cell.metadata.get("nbgrader", {})
        id = grade_id(cell).removeprefix("paste_")
        if cell.cell_type == "code" and about.get("solution") and (not given or id in given):
            tree = ast.fix_missing_locations(striking.visit(ast.parse(cell.source)))
            exec(compile(tree, f"{lesson}: {id}", "exec"), known)
            known.setdefault(f"my_{id}", known.get(id))
    if missing := {*struck, *factors} - striking.found:
        raise SystemExit(
            f"bench_speed: {', '.join(sorted(missing))} should be removed from the functions of "
            f"lesson {lesson}, but is not in them: update tests/bench/bench_speed.py to match the "
            "lesson"
        )
    known.update(names)
    return known


def training(**choices):
    """Return the functions of lesson 4.

    choices -- as for `solved`.
    """
    names = ("forward_propagation", "backward_propagation", "loss", "update_parameters", "train")
    return solved("04_training", *names, **choices)


# ---------------------------------------------------------------- measuring


def in_turn(rounds, actions):
    """Return the seconds of each action in each round, by name; a first call is not counted.

    actions -- by name; None for one that is not installed. They take turns, so that other work on
        the machine affects them equally.
    """
    actions = {name: action for name, action in actions.items() if action}
    seconds = {name: [] for name in actions}
    for number in range(rounds + 1):
        for name, action in actions.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                start = time.process_time()
                action()
                taken = time.process_time() - start
            if number:
                seconds[name].append(taken)
    return seconds


def ratio(above, below):
    """Return the median of the ratios in each round."""
    return median(one / other for one, other in zip(above, below))


def show(title, columns, rows):
    """Print a table: the name of each row, its cells (text), and a remark."""
    print(f"\n{title}\n{'':40}" + "".join(f"{column:>13}" for column in columns))
    for name, cells, remark in rows:
        print(f"{name:40}" + "".join(f"{cell:>13}" for cell in cells) + f"  {remark}".rstrip())


def compare(title, rounds, rows, repeated=1):
    """Time the actions in turn; print a table, and whether ours is the fastest.

    Returns the time of each action divided by ours, by name.

    rows -- tuples of a name, an action or None, and a remark. Ours is the first; names of our other
        variants begin with "ours".
    repeated -- how often the others would have to run to do the same work as ours.
    """
    seconds = in_turn(rounds, {name: action for name, action, _ in rows})
    for name in seconds:
        if not name.startswith("ours"):
            seconds[name] = [repeated * one for one in seconds[name]]
    ours = seconds[rows[0][0]]
    times = {name: ratio(taken, ours) for name, taken in seconds.items()}
    cells = {name: (f"{median(seconds[name]):#.3g}", f"{times[name]:.2f}") for name in seconds}
    show(
        title,
        ("seconds", "times ours"),
        [
            (name, cells.get(name, "--"), remark if name in cells else "not installed")
            for name, _, remark in rows
        ],
    )
    others = {name: times[name] for name in times if not name.startswith("ours")}
    faster = [f"{name} takes {one:.2f} times as long" for name, one in others.items() if one < 1]
    if faster:
        print(f"ours is fastest: no: {', '.join(faster)}")
    elif others:
        print(f"ours is fastest: yes; the next takes {min(others.values()):.1f} times as long")
    else:
        print("ours is fastest: nothing to compare with (pip install torch scikit-learn)")
    return times


# ---------------------------------------------------------------- XOR, against the four texts

# The text's loop, its name in lesson 5, the loss that it computes, and a remark.
TEXTS = {
    "forum thread": (loops.forum_thread, "thread 3", None, "2-2-1"),
    "first notebook": (loops.first_notebook, "notebook 1", "cross-entropy", "2-2-1"),
    "second notebook": (loops.second_notebook, "notebook 2", "squares", "2-2-1"),
    "chapter": (loops.chapter, "chapter", None, "3-4-1, third input always 1"),
}


def choices_of(program, loss):
    """Return the changes to our functions that match the choices of a text, and a description."""
    choices = {"struck": (), "factors": ()}
    words = []
    if not program.biases:
        choices["struck"] += BIASES
        words.append("no biases")
    if not program.backward.slope_in:
        choices["factors"] = SLOPE
        words.append("no output slope")
    if loss is None:
        choices["struck"] += LOSS
        words.append("no loss")
    else:
        words.append(f"{loss} computed at each step")
    if loss == "cross-entropy":
        choices["loss"] = cross_entropy
    return choices, ", ".join(words)


def same_choices(program, choices, steps, **others):
    """Return an action that trains with lesson 4's functions and the start and choices of a text.

    choices, others -- as for `solved`.
    """
    X, Y = programs.examples(program)
    start = programs.start(program)
    start = start if program.biases else (start.W1, start.W2)
    rate = program.rate * program.backward.factor
    rate /= X.shape[1] if program.backward.mean else 1
    train = training(**choices, **others)["train"]
    return lambda: train(X, Y, *start, rate, steps)[:-1]


def beside_the_texts(steps, rounds):
    """Print the time of each text, and of our functions with the same choices."""
    actions, rows = {}, []
    for name, (loop, program, loss, sizes) in TEXTS.items():
        program = programs.PROGRAMS[program]
        choices, words = choices_of(program, loss)
        ours = partial(same_choices, program, choices, steps)
        actions[name] = lambda loop=loop: loop(steps)
        actions[f"ours, {name}"] = ours()
        actions[f"dot, {name}"] = ours(with_dot=True)
        must_agree(name, loop(steps), program, ours()())
        rows.append((name, f"{sizes}: {words}"))
    seconds = in_turn(rounds, actions)
    table, won, lost = [], [], []
    for name, remark in rows:
        theirs, ours, dot = (seconds[key] for key in (name, f"ours, {name}", f"dot, {name}"))
        times = ratio(theirs, ours)
        (won if times > 1 else lost).append((name, times, ratio(theirs, dot)))
        cells = [f"{median(one):#.3g}" for one in (theirs, ours)]
        cells += [f"{one:.2f}" for one in (times, ratio(theirs, dot))]
        table.append((name, cells, remark))
    show(
        f"{steps:,} epochs on XOR: the loops of the texts, and ours with the same choices",
        ("theirs", "ours", "theirs/ours", "with dot"),
        table,
    )
    print(
        "with dot: theirs/ours if our functions used np.dot, as three of the texts do, instead of @,"
    )
    print("which has more overhead per call")
    verdict = ["yes compared with the " + ", ".join(name for name, _, _ in won)] if won else []
    for name, times, dot in lost:
        why = "so @ accounts for the difference"
        if dot < 1:
            why = "so @ accounts for a part, and the separate functions for the rest"
        verdict.append(
            f"no compared with the {name} ({times:.2f}): with np.dot it would be {dot:.2f}, {why}"
        )
    print("ours is fastest: " + "; ".join(verdict))


def must_agree(name, theirs, program, trained):
    """Stop if our functions do not reach the outputs of the text."""
    trained = trained if program.biases else (trained[0], 0.0, trained[1], 0.0)
    X, _ = programs.examples(program)
    ours = forward(Parameters(*trained), X).out_y
    if not np.allclose(np.ravel(theirs), np.ravel(ours), atol=1e-6):
        raise SystemExit(
            f"bench_speed: the loop of the {name} ends at {np.ravel(theirs)}, but ours with the "
            f"same choices at {np.ravel(ours)}: they must agree to be compared"
        )


# ---------------------------------------------------------------- XOR, against the libraries


def start_on_xor():
    return draw_parameters(np.random.default_rng(0), 2, 2, 1)


def beside_the_libraries(steps, rounds):
    train, start = training()["train"], start_on_xor()
    rows = [
        ("ours: lesson 4's train", lambda: train(*xor(), *start, 0.5, steps),
         "stores the loss of each step"),
        ("PyTorch (CPU)", torch_on_xor(steps, start), "rebuilds its graph at each step"),
        ("scikit-learn's MLPClassifier", sklearn_on_xor(steps),
         "cross-entropy; draws a batch and checks its loss in each epoch"),
    ]  # fmt: skip
    compare(f"{steps:,} epochs on XOR, 2-2-1 with biases", rounds, rows)


def torch_model(start):
    """Return a PyTorch model of the same network with the same parameters, for one core."""
    import torch

    torch.set_num_threads(1)
    W1, b1, W2, b2 = (torch.tensor(array) for array in start)
    hidden, output = torch.nn.Linear(*W1.T.shape).double(), torch.nn.Linear(*W2.T.shape).double()
    with torch.no_grad():
        for layer, W, b in ((hidden, W1, b1), (output, W2, b2)):
            layer.weight.copy_(W)
            layer.bias.copy_(b.ravel())
    return torch.nn.Sequential(hidden, torch.nn.Sigmoid(), output, torch.nn.Sigmoid())


def torch_on_xor(steps, start):
    try:
        import torch
    except ImportError:
        return None
    X, Y = (torch.tensor(array.T) for array in xor())

    def train():
        model = torch_model(start)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(steps):
            optimiser.zero_grad()
            loss = ((model(X) - Y) ** 2).sum() / 2
            loss.backward()
            optimiser.step()

    return train


def sklearn_on_xor(steps):
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return None
    X, Y = (array.T for array in xor())

    def train():
        settings = {"max_iter": steps, "n_iter_no_change": steps, "tol": 0.0}
        model = MLPClassifier((2,), activation="logistic", solver="sgd", batch_size=4,
                              learning_rate_init=0.5, momentum=0, alpha=0, **settings)  # fmt: skip
        model.fit(X, Y.ravel())

    return train


# ---------------------------------------------------------------- XOR, the limit


def one_loop(steps, X, Y, W1, b1, W2, b2, rate):
    """Train without functions, with biases as weights of a constant input 1."""
    dot, exp = np.dot, np.exp
    one = np.array(1.0)
    inputs = np.vstack([X, np.ones_like(X[:1])])  # (n_x + 1, m)
    n_h = len(W1)
    # An additional hidden unit with activation 1, whose error is always 0.
    W1, W2 = np.vstack([np.hstack([W1, b1]), np.zeros((1, len(inputs)))]), np.hstack([W2, b2])
    inputs_T = inputs.T.copy()
    for _ in range(steps):
        grown = exp(dot(W1, inputs))
        out_h = grown / (one + grown)  # (n_h + 1, m)
        out_h[n_h] = 1
        grown = exp(dot(W2, out_h))
        out_y = grown / (one + grown)
        delta_y = (out_y - Y) * (out_y * (one - out_y))
        delta_h = dot(W2.T, delta_y) * (out_h * (one - out_h))  # 0 in the last row
        W2 -= rate * dot(delta_y, out_h.T)
        W1 -= rate * dot(delta_h, inputs_T)


def beside_the_limit(steps, rounds):
    """Print the cost of the parts of lesson 4's train, down to a loop without any of them."""
    start = start_on_xor()

    def ours(**choices):
        train = training(**choices)["train"]
        return lambda: train(*xor(), *start, 0.5, steps)

    rows = [
        ("ours: lesson 4's train", ours(), ""),
        ("ours, without the loss", ours(struck=LOSS), "no learning curve"),
        ("ours, and np.dot instead of @", ours(struck=LOSS, with_dot=True), ""),
        ("the limit of plain numpy", lambda: one_loop(steps, *xor(), *start, 0.5),
         "one loop, no functions, nothing stored, biases as weights of a constant 1"),
    ]  # fmt: skip
    times = compare(f"{steps:,} epochs on XOR: the cost of each part of ours", rounds, rows)
    costs = [100 * (one - other) for one, other in pairwise(times.values())]
    parts = ("the loss", "@", "separate functions and biases")
    spent = [f"{cost:.0f} % {part}" for cost, part in zip(costs, parts, strict=True)]
    print(f"shares of our time: {', '.join(spent)};")
    print("this is the price for parts that can be inspected and checked separately")


# ---------------------------------------------------------------- a thousand starts


def side_by_side(W1, b1, W2, b2):
    """Combine k networks into one large network, as lesson 4 does; each array is (k, ...)."""
    k = len(W1)
    belongs = np.repeat(np.eye(k), 2, axis=1)  # (k, 2k)
    return W1.reshape(2 * k, -1), b1.reshape(-1, 1), belongs * W2.reshape(1, -1), b2.reshape(-1, 1)


def thousand_starts(steps, rounds, networks=1_000, group=50, tried=5):
    program = programs.PROGRAMS["notebook 2"]
    starts = programs.start(program, networks)
    rate = program.rate * program.backward.factor
    lesson = training()

    def in_groups():
        for first in range(0, networks, group):
            some = (array[first : first + group] for array in starts)
            train_group(lesson["train"], *xor(), side_by_side(*some), rate=rate, steps=steps)

    def one_by_one():
        for n in range(tried):
            lesson["train"](*xor(), *(array[n] for array in starts), rate, steps)

    rows = [
        (f"ours: lesson 4, {group} at a time", in_groups, "the student's functions, unchanged"),
        ("ours: lesson 5, all at once", lambda: programs.many(program, networks, steps, solved=0),
         "the network is a leading axis"),
        ("lesson 4's train, one after the other", one_by_one,
         f"extrapolated from {tried} networks"),
        ("the second notebook's loop",
         lambda: [loops.second_notebook(steps) for _ in range(tried)],
         f"extrapolated from {tried} networks"),
    ]  # fmt: skip
    title = f"{networks:,} starts on XOR, {steps:,} steps each"
    compare(title, rounds, rows, repeated=networks // tried)


# ---------------------------------------------------------------- digits


def digits_epoch(rounds):
    X, labels, held_out = digits()
    X, labels = X[:, ~held_out], labels[~held_out]
    lesson = solved("06_handwriting")
    Y = lesson["one_hot"](labels)
    start = draw_parameters(np.random.default_rng(0), len(X), HIDDEN, 10)
    rows = [
        ("ours: lesson 6's train_digits",
         lambda: lesson["train_digits"](X, Y, *start, 1, np.random.default_rng(0)), ""),
        ("PyTorch (CPU)", torch_on_digits(X, Y, start), "rebuilds its graph for each batch"),
        ("scikit-learn's MLPClassifier", sklearn_on_digits(X, labels), "softmax and cross-entropy"),
    ]  # fmt: skip
    title = f"one epoch on {X.shape[1]:,} digits, 64-{HIDDEN}-10, batches of {BATCH}"
    compare(title, 10 * rounds, rows)


def deep_epoch(rounds):
    """Time one epoch of lesson 7's network, and the check of a right deep_backward."""
    X, labels, held_out = digits()
    X, labels = X[:, ~held_out], labels[~held_out]
    Y, sizes, size, rate = np.eye(10)[:, labels], (64, 200, 100, 10), 32, 0.005
    lesson = make_data.model_answers(REPOSITORY / make_data.DEEP_NOTEBOOK)
    cells = {cell.id: cell.source for cell in source_of("07_any_depth").cells}
    for id in ("deep-start", "one-step", "train-deep"):
        exec(cells[id], lesson)
    start = lesson["start"](sizes, lesson["initial_scale"], np.random.default_rng(0))
    rows = [
        ("ours: lesson 7's train_deep",
         lambda: list(lesson["train_deep"](start, X, Y, 1, np.random.default_rng(0), rate)), ""),
        ("PyTorch (CPU)", deep_torch(X, labels, start, rate, size), "the same layers, Adam"),
        ("scikit-learn's MLPClassifier", deep_sklearn(X, labels, sizes, rate, size), "Adam"),
    ]  # fmt: skip
    compare(f"one epoch on {X.shape[1]:,} digits, 64-200-100-10, batches of {size}, Adam",
            10 * rounds, rows)  # fmt: skip
    right = lesson["deep_backward"]
    rows = [("ours: check deep_backward", lambda: evaluate("deep_backward", right),
             "limit: 50 ms")]  # fmt: skip
    compare("one check", 10 * rounds, rows)


def deep_torch(X, labels, start, rate, size):
    try:
        import torch
    except ImportError:
        return None
    X, labels = torch.tensor(X.T), torch.tensor(labels)
    parts = []
    for W, b in start:
        linear = torch.nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.tensor(W), torch.tensor(b[:, 0])
        parts += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts[:-1])
    loss_of = torch.nn.CrossEntropyLoss(reduction="sum")
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)

    def epoch():
        for _ in range(len(X) // size):
            batch = torch.randint(len(X), (size,))
            optimiser.zero_grad()
            loss_of(model(X[batch]), labels[batch]).backward()
            optimiser.step()

    return epoch


def deep_sklearn(X, labels, sizes, rate, size):
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return None
    model = MLPClassifier(sizes[1:-1], batch_size=size, learning_rate_init=rate, alpha=0)
    return lambda: model.partial_fit(X.T, labels, classes=np.arange(10))


def torch_on_digits(X, Y, start):
    try:
        import torch
    except ImportError:
        return None
    X, Y = torch.tensor(X.T), torch.tensor(Y.T)
    model = torch_model(start)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.2)

    def epoch():
        for batch in torch.randperm(len(X)).split(BATCH):
            optimiser.zero_grad()
            loss = ((model(X[batch]) - Y[batch]) ** 2).sum() / 2
            loss.backward()
            optimiser.step()

    return epoch


def sklearn_on_digits(X, labels):
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return None
    model = MLPClassifier((HIDDEN,), activation="logistic", solver="sgd", batch_size=BATCH,
                          learning_rate_init=0.2, momentum=0, alpha=0)  # fmt: skip
    return lambda: model.partial_fit(X.T, labels, classes=np.arange(10))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    beside_the_texts(chosen.steps, chosen.rounds)
    beside_the_libraries(chosen.steps, chosen.rounds)
    beside_the_limit(chosen.steps, chosen.rounds)
    thousand_starts(min(chosen.steps, 1_000), chosen.rounds)
    digits_epoch(chosen.rounds)
    deep_epoch(chosen.rounds)


if __name__ == "__main__":
    main()
