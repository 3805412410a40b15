"""Answers to lesson 5: right ones in many styles, wrong ones with their codes."""

import numpy as np

from backprop import programs
from backprop.network import draw_parameters

from .answer import right, wrong
from .parts import forward

# ================================================================ right: which_loss


@right("which_loss")
def losses_typed_in():
    """Measured in other cells, and typed in."""
    return {
        "chapter": "half squared error",
        "notebook 2": "summed squares",
        "notebook 1": "mean cross-entropy",
        "thread 3": "summed cross-entropy",
        "thread 2": "none",
        "thread 1": "none",
    }


@right("which_loss")
def losses_measured():
    """Measures on a network of its own, by differences, and takes what is near enough."""
    rng = np.random.default_rng(3)
    X, Y = rng.standard_normal((2, 5)), rng.uniform(size=(3, 5))
    network = draw_parameters(rng, 2, 4, 3)

    def slope(loss, name):
        found = np.zeros(getattr(network, name).shape)
        for entry in np.ndindex(found.shape):
            sides = []
            for h in (1e-5, -1e-5):
                moved = getattr(network, name).copy()
                moved[entry] += h
                moved = network._replace(**{name: moved})
                sides.append(loss(forward(X, *moved)[1], Y))
            found[entry] = (sides[0] - sides[1]) / 2e-5
        return found

    answer = {}
    for name, program in programs.PROGRAMS.items():
        followed = programs.backward(program, network, X, Y)
        answer[name] = "none"
        for loss, value in programs.LOSSES.items():
            if all(
                np.allclose(getattr(followed, array), slope(value, array), atol=1e-6)
                for array in program.trained
            ):
                answer[name] = loss
    return answer


# ================================================================ right: is_a_gradient


@right("is_a_gradient")
def jacobian_by_central_differences(field, point):
    """Fills the Jacobian entry by entry."""
    n, h = point.size, 1e-4
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            up, down = point.copy(), point.copy()
            up[j] += h
            down[j] -= h
            J[i, j] = (field(up)[i] - field(down)[i]) / (2 * h)
    return abs(J - J.T).max() / abs(J).max()


@right("is_a_gradient")
def jacobian_with_a_coarse_step(field, point):
    """Takes one-sided differences with a small step, and numbers of Python."""
    base = field(point)
    rows = [((field(point + 1e-7 * unit) - base) / 1e-7).tolist() for unit in np.eye(len(point))]
    pairs = [(i, j) for i in range(len(rows)) for j in range(len(rows))]
    return max(abs(rows[i][j] - rows[j][i]) for i, j in pairs) / max(
        abs(rows[i][j]) for i, j in pairs
    )


# ================================================================ right: convert


@right("convert")
def convert_in_a_loop(W1, b1, W2, b2):
    """Goes through the layers, and makes a column of each bias."""
    converted = []
    for W, b in ((W1, b1), (W2, b2)):
        W = np.transpose(W)
        converted += [W, np.zeros((len(W), 1)) if b is None else b.reshape(-1, 1)]
    return converted


@right("convert")
def convert_weight_by_weight(W1, b1, W2, b2):
    """Copies every number to its new place."""

    def turned(array):
        return [[array[i, j] for i in range(len(array))] for j in range(len(array[0]))]

    def column(b, W):
        return np.array(turned(b)) if b is not None else np.zeros((W.shape[1], 1), dtype=int)

    return np.array(turned(W1)), column(b1, W1), np.array(turned(W2)), column(b2, W2)


# ================================================================ right: coincidence


@right("coincidence")
def sizes_with_few_ones():
    """Takes no more ones than each slip needs, in lists."""
    return {
        "chapter": [3, 4, 2, 5],
        "bias-not-summed": [3, 4, 2, 1],
        "bias-wrong-axis": [3, 4, 1, 1],
        "transposed": [1, 1, 2, 5],
        "reshaped": [3, 1, 2, 5],
        "elementwise-product": [3, 4, 1, 5],
    }


@right("coincidence")
def sizes_of_xor_where_they_do():
    """Takes the sizes of XOR where they hide a slip, and numpy's whole numbers elsewhere."""
    xor = (2, 2, 1, 4)
    return {
        "chapter": xor,
        "bias-not-summed": np.array([2, 2, 1, 1]),
        "bias-wrong-axis": np.array([2, 2, 1, 1]),
        "transposed": (1.0, 1.0, 2.0, 4.0),
        "reshaped": xor,
        "elementwise-product": xor,
    }


# ================================================================ right: stuck_start


@right("stuck_start")
def another_seed_and_more_room():
    """Takes another seed, and a fourth hidden unit."""
    return {"seed": np.int64(1), "hidden": 4}


@right("stuck_start")
def two_words():
    """Draws into columns, or from another distribution."""
    return {"layout": "columns", "initialiser": "uniform"}


# ================================================================ wrong: which_loss


@wrong("which_loss", "wrong-value")
def none_of_them():
    """Believes that a published program is never a gradient."""
    return dict.fromkeys(programs.PROGRAMS, "none")


@wrong("which_loss", "wrong-value")
def what_they_report():
    """Says what the programs report, and not what they descend."""
    return {
        "thread 1": "half squared error",
        "thread 2": "half squared error",
        "thread 3": "half squared error",
        "notebook 1": "summed cross-entropy",
        "notebook 2": "half squared error",
        "chapter": "half squared error",
    }


@wrong("which_loss", "wrong-value")
def other_words():
    """Calls the losses by names of its own."""
    return dict.fromkeys(programs.PROGRAMS, "MSE")


@wrong("which_loss", "wrong-value")
def numbers_for_losses():
    """Numbers the losses."""
    return {name: number for number, name in enumerate(programs.PROGRAMS)}


@wrong("which_loss", "wrong-return")
def losses_in_a_list():
    """Returns the texts without the names."""
    return ["none", "none", "summed cross-entropy", "mean cross-entropy"]


@wrong("which_loss", "wrong-return")
def one_program_forgotten():
    """Leaves the chapter out."""
    return {name: "none" for name in programs.PROGRAMS if name != "chapter"}


@wrong("which_loss", "wrong-return")
def a_list_for_each_program():
    """Returns several losses for each program."""
    return dict.fromkeys(programs.PROGRAMS, ["none", "half squared error"])


# ================================================================ wrong: is_a_gradient


def _jacobian(field, point, h=1e-5):
    moved = [
        (field(point + h * unit) - field(point - h * unit)) / (2 * h) for unit in np.eye(len(point))
    ]
    return np.transpose(moved)


@wrong("is_a_gradient", "not-relative")
def asymmetry_undivided(field, point):
    """Forgets to divide by the largest entry."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T))


@wrong("is_a_gradient", "wrong-norm")
def asymmetry_by_lengths(field, point):
    """Divides the lengths of the matrices instead of their largest entries."""
    J = _jacobian(field, point)
    return np.linalg.norm(J - J.T) / np.linalg.norm(J)


@wrong("is_a_gradient", "wrong-norm")
def asymmetry_of_means(field, point):
    """Divides the means."""
    J = _jacobian(field, point)
    return np.mean(np.abs(J - J.T)) / np.mean(np.abs(J))


@wrong("is_a_gradient", "yes-or-no")
def a_verdict(field, point):
    """Returns whether it is symmetric."""
    J = _jacobian(field, point)
    return bool(np.allclose(J, J.T, atol=1e-6))


@wrong("is_a_gradient", "yes-or-no")
def the_other_verdict(field, point):
    """Returns 1 where it is not symmetric."""
    J = _jacobian(field, point)
    return int(np.max(np.abs(J - J.T)) > 1e-6)


@wrong("is_a_gradient", "signs-kept")
def largest_with_its_sign(field, point):
    """Divides by the largest entry with its sign."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T)) / np.max(J)


@wrong("is_a_gradient", "all-zero")
def compared_with_itself(field, point):
    """Compares the Jacobian with itself."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T.T)) / np.max(np.abs(J))


@wrong("is_a_gradient", "scaled")
def half_of_the_difference(field, point):
    """Takes the antisymmetric part, which is half of the difference."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T)) / 2 / np.max(np.abs(J))


@wrong("is_a_gradient", "wrong-return")
def the_jacobian_itself(field, point):
    """Returns the Jacobian."""
    return tuple(_jacobian(field, point))


@wrong("is_a_gradient", "crashed")
def complex_steps(field, point):
    """Moves the point by an imaginary step, which the field refuses."""
    return float(np.imag(field(point + 1e-30j))[0])


# ================================================================ wrong: convert


@wrong("convert", "not-transposed")
def weights_as_they_came(W1, b1, W2, b2):
    """Only makes columns of the biases."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1, b1.T, W2, b2.T


@wrong("convert", "reshaped")
def weights_reshaped(W1, b1, W2, b2):
    """Reshapes the weights instead of transposing them."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1.reshape(W1.shape[::-1]), b1.T, W2.reshape(W2.shape[::-1]), b2.T


@wrong("convert", "crashed")
def biases_expected(W1, b1, W2, b2):
    """Does not ask whether there is a bias."""
    return W1.T, b1.T, W2.T, b2.T


@wrong("convert", "wrong-return")
def no_bias_stays_none(W1, b1, W2, b2):
    """Hands None on."""
    turned = [None if array is None else array.T for array in (W1, b1, W2, b2)]
    return tuple(turned)


@wrong("convert", "all-zero")
def zeros_for_all_biases(W1, b1, W2, b2):
    """Puts zeros also where there is a bias."""
    return W1.T, np.zeros((W1.shape[1], 1)), W2.T, np.zeros((W2.shape[1], 1))


@wrong("convert", "wrong-shape", "bias-for-none")
def zeros_for_the_inputs(W1, b1, W2, b2):
    """Counts the inputs of a layer where its units should be counted."""
    b1 = np.zeros((1, len(W1))) if b1 is None else b1
    b2 = np.zeros((1, len(W2))) if b2 is None else b2
    return W1.T, b1.T, W2.T, b2.T


@wrong("convert", "wrong-order")
def weights_first(W1, b1, W2, b2):
    """Returns both weights, then both biases."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1.T, W2.T, b1.T, b2.T


# ================================================================ wrong: coincidence

_SLIPS = "bias-not-summed", "bias-wrong-axis", "transposed", "reshaped", "elementwise-product"


@wrong("coincidence", "wrong-value")
def sizes_of_the_chapter():
    """Takes the chapter's own sizes for everything."""
    return dict.fromkeys(("chapter", *_SLIPS), (3, 4, 1, 4))


@wrong("coincidence", "wrong-value")
def square_sizes():
    """Believes that equal sizes hide a transposed array."""
    return dict.fromkeys(_SLIPS, (3, 3, 3, 3)) | {"chapter": (3, 5, 2, 7)}


@wrong("coincidence", "wrong-value")
def all_ones():
    """Hides everything behind ones."""
    return dict.fromkeys(_SLIPS, (1, 1, 1, 1)) | {"chapter": (3, 5, 2, 7)}


@wrong("coincidence", "wrong-value")
def impossible_sizes():
    """Returns sizes that are none."""
    return dict.fromkeys(_SLIPS, (0, -1, 2.5, 1e9)) | {"chapter": (float("nan"), 1, 2, 3)}


@wrong("coincidence", "wrong-value")
def three_sizes():
    """Leaves the number of examples out."""
    return dict.fromkeys(("chapter", *_SLIPS), (3, 5, 2))


@wrong("coincidence", "wrong-return")
def sizes_without_names():
    """Returns one tuple of sizes."""
    return 3, 5, 2, 7


# ================================================================ wrong: stuck_start


@wrong("stuck_start", "wrong-value")
def no_change_at_all():
    """Returns what the program does already."""
    return {"seed": 42, "layout": "rows"}


@wrong("stuck_start", "wrong-value")
def without_biases_and_with_half_a_unit():
    """Takes the biases away, and three hidden units that are none."""
    return {"biases": False, "hidden": 2.5}


@wrong("stuck_start", "wrong-value")
def impossible_changes():
    """Returns a rate that is none, and a program that is not there."""
    return {"rate": float("inf"), "backward": "Adam"}


@wrong("stuck_start", "wrong-return")
def one_change():
    """Returns one change."""
    return {"seed": 7}


@wrong("stuck_start", "wrong-return")
def changes_of_other_choices():
    """Changes what is no choice of the program."""
    return {"momentum": 0.9, "steps": 100_000}


@wrong("stuck_start", "wrong-return")
def changes_in_a_list():
    """Returns two dicts."""
    return [{"seed": 7}, {"hidden": 3}]


# ================================================================ wrong: other kinds of values


@wrong("convert", "not-transposed")
def all_as_they_came(W1, b1, W2, b2):
    """Only puts zeros where there is no bias."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1, b1, W2, b2


@right("convert")
def converted_as_matrices(W1, b1, W2, b2):
    """Returns numpy matrices, in a list."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return [np.asmatrix(array).T for array in (W1, b1, W2, b2)]


@wrong("convert", "wrong-return")
def one_of_them_in_lists(W1, b1, W2, b2):
    """Returns one value as nested lists."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1.T.tolist(), b1.T, W2.T, b2.T


@wrong("which_loss", "wrong-return")
def none_without_quotes():
    """Writes None for the text."""
    return dict.fromkeys(programs.PROGRAMS)


@wrong("which_loss", "wrong-value")
def truth_values_for_losses():
    """Writes False and 0 for the text."""
    return losses_typed_in() | {"thread 1": False, "thread 2": 0}


@wrong("stuck_start", "wrong-return")
def names_in_a_set():
    """Returns the names of the changes."""
    return {"seed", "layout"}


@wrong("stuck_start", "wrong-value")
def biases_as_text():
    """Puts False into quotation marks."""
    return {"seed": 7, "biases": "False"}


@wrong("convert", "bias-for-none")
def ones_for_no_bias(W1, b1, W2, b2):
    """Puts ones where there is no bias."""
    b1, b2 = (np.ones((1, W.shape[1])) if b is None else b for W, b in ((W1, b1), (W2, b2)))
    return W1.T, b1.T, W2.T, b2.T


@wrong("convert", "crashed")
def asks_whether_a_bias_is_true(W1, b1, W2, b2):
    """Tests an array in an if."""
    b1, b2 = (b.T if b else np.zeros((W.shape[1], 1)) for W, b in ((W1, b1), (W2, b2)))
    return W1.T, b1, W2.T, b2
